#include <gmock/gmock.h>

#include "switchboard.hpp"

namespace callwright::cti::model {
namespace {

using journal::Cause, journal::Kind, journal::LegRole, journal::LegState, journal::TransferKind;
using testing::ElementsAre;
using testing::IsEmpty;

Transfer attended() { return {TransferKind::attended, "a", "c", "a2", ""}; }

/// Agent a1 talks to c in bridge b; his second line a2 asks for a route, is a contact of its own and talks to agent a2's phone x in bridge d.
struct Consultation : Switchboard {
  ContactId contact = talk(*this);
  ContactId consult;

  Consultation() {
    on(phone("a2", "PJSIP/a1"));
    on(RouteAsked{"a2", "900"});
    consult = contact_of("a2");
    emit(consult, journal::OfferMade{.offer = {8}, .agent = {"bob"}, .switch_id = kSwitch, .device = "PJSIP/a2"});
    on(phone("x", "PJSIP/a2", {consult, {8}, 1}));
    for (const char* leg : {"a2", "x"}) on(LegStateSeen{leg, LegState::connected});
    on(LegEnteredBridge{"a2", "d"});
    on(LegEnteredBridge{"x", "d"});
  }
};

TEST(Transfer, BlindTransferIsToldOnceWithItsStepsAndMovesNobody) {
  Switchboard board;
  const ContactId contact = talk(board);
  const LegId agent = board.leg("a").id, customer = board.leg("c").id;
  const Transfer blind{TransferKind::blind, "a", "c", "", "1002"};
  EXPECT_THAT(board.on(TransferStarted{blind}),
              ElementsAre(journal::Body(journal::TransferStarted{TransferKind::blind, agent, customer, {}, "1002"})));
  EXPECT_THAT(board.on(TransferStarted{blind}), IsEmpty());
  EXPECT_THAT(kinds(board.on(TransferFailed{blind, Cause::busy, 17, "busy"})), ElementsAre(Kind::transfer_failed));
  EXPECT_THAT(board.on(TransferFailed{blind, Cause::busy, 17, "busy"}), IsEmpty());
  EXPECT_THAT(kinds(board.on(TransferStarted{blind})), ElementsAre(Kind::transfer_started)) << "he tries again";
  EXPECT_THAT(kinds(board.on(TransferCompleted{blind})), ElementsAre(Kind::transfer_completed));
  EXPECT_EQ(board.leg("c").contact, contact);
  EXPECT_TRUE(board.leg("c").joined && board.leg("a").joined) << "the word alone ends no talk";
}

TEST(Transfer, CompletedAfterTheTransferorHasGoneBelongsToTheTransferee) {
  Switchboard board;
  const ContactId contact = talk(board);
  board.on(gone("a"));
  const Transfer blind{TransferKind::blind, "a", "c", "", "1002"};
  EXPECT_THAT(board.on(TransferCompleted{blind}),
              ElementsAre(journal::Body(journal::TransferCompleted{TransferKind::blind, {}, board.leg("c").id, {}, "1002"})));
  EXPECT_EQ(board.facts.back().contact, contact);
  EXPECT_THAT(board.on(TransferCompleted{blind}), IsEmpty());
}

TEST(Transfer, OfLegsOfNobodyConcludesNothing) {
  Switchboard board;
  talk(board);
  EXPECT_THAT(board.on(TransferCompleted{{TransferKind::blind, "p", "q", "", "1002"}}), IsEmpty());
  EXPECT_EQ(board.model.ignored(), 1u);
}

TEST(Transfer, ASecondTransferorToTheSameNumberIsASecondTransfer) {
  Switchboard board;
  talk(board);
  board.on(TransferCompleted{{TransferKind::blind, "a", "c", "", "900"}});
  board.on(phone("n", "PJSIP/a2"));
  board.on(LegsReplaced{"a", "n"});
  board.on(gone("a"));
  EXPECT_THAT(kinds(board.on(TransferCompleted{{TransferKind::blind, "n", "c", "", "900"}})), ElementsAre(Kind::transfer_completed));
}

TEST(Transfer, TheTransfereesContactSurvivesAndTheConsultationIsMarked) {
  Consultation board;
  const CallId call = board.leg("c").call, consulted = board.leg("x").call;
  const LegId before = board.leg("x").id;
  EXPECT_THAT(kinds(board.on(TransferStarted{attended()})), ElementsAre(Kind::consult_marked, Kind::transfer_started));
  EXPECT_EQ(board.model.contact(board.consult)->consult_of, board.contact);
  EXPECT_EQ(board.contact_of("x"), board.consult) << "they only consult";
  EXPECT_THAT(kinds(board.on(TransferCompleted{attended()})), ElementsAre(Kind::transfer_completed));
  board.on(LegLeftBridge{"a2", "d"});
  const auto led_to = board.on(LegEnteredBridge{"c", "d"});
  EXPECT_THAT(kinds(led_to), ElementsAre(Kind::leg_left, Kind::calls_merged, Kind::leg_ended, Kind::leg_started, Kind::leg_joined));
  EXPECT_EQ(std::get<journal::CallsMerged>(led_to[1]), (journal::CallsMerged{consulted, call}));
  EXPECT_EQ(std::get<journal::LegEnded>(led_to[2]).cause, Cause::transferred);
  const Leg& agent = board.leg("x");
  EXPECT_EQ(agent.contact, board.contact);
  EXPECT_EQ(agent.role, LegRole::agent);
  EXPECT_EQ(agent.agent, AgentId{"bob"});
  EXPECT_NE(agent.id, before);
  EXPECT_EQ(agent.call, call);
  EXPECT_EQ(agent.offer, OfferId{}) << "he was offered the consultation";
  EXPECT_THAT(board.model.violations(), IsEmpty());
}

/// As Asterisk does it with bridges that may not merge: a Local channel between them.
TEST(Transfer, ALocalChannelBetweenTheTwoBridgesIsATalkPathLikeAnother) {
  Consultation board;
  board.on(half("l1", {board.contact, {}, 1}));
  board.on(half("l2", {board.consult, {}, 1}));
  board.on(LocalPair{"l1", "l2"});
  board.on(LegsReplaced{"a", "l1"});
  board.on(LegsReplaced{"a2", "l2"});
  EXPECT_EQ(board.contact_of("x"), board.consult) << "nobody has said yet that it is a transfer";
  board.on(TransferCompleted{attended()});
  EXPECT_EQ(board.contact_of("x"), board.contact);
  EXPECT_TRUE(board.leg("x").joined && board.leg("c").joined);
  EXPECT_EQ(board.leg("x").call, board.leg("c").call);
  board.on(gone("a"));
  board.on(gone("a2"));
  EXPECT_TRUE(board.model.contact(board.consult)->live_legs.empty());
  EXPECT_TRUE(board.leg("x").joined);
  EXPECT_THAT(board.model.violations(), IsEmpty());
}

TEST(Transfer, WhichLegASwitchCallsTheFirstDoesNotMatter) {
  Consultation board;
  board.on(TransferCompleted{{TransferKind::attended, "a2", "x", "a", ""}});
  EXPECT_EQ(board.model.contact(board.consult)->consult_of, board.contact);
  EXPECT_EQ(board.facts.back().contact, board.contact);
}

TEST(Transfer, TwoCustomersWhomAnAgentJoinsKeepTheirContacts) {
  Switchboard board;
  const ContactId first = talk(board);
  board.on(caller("c2"));
  board.on(RouteAsked{"c2", "800"});
  const ContactId second = board.contact_of("c2");
  board.emit(second, journal::OfferMade{.offer = {9}, .agent = {"ann"}, .switch_id = kSwitch, .device = "PJSIP/a1"});
  board.on(phone("a2", "PJSIP/a1", {second, {9}, 1}));
  board.on(TransferCompleted{attended()});
  board.on(LegEnteredBridge{"c2", "b"});
  EXPECT_EQ(board.contact_of("c"), first);
  EXPECT_EQ(board.contact_of("c2"), second);
  EXPECT_EQ(board.model.contact(second)->consult_of, ContactId{});
}

TEST(Transfer, AFoldAndItsSnapshotKeepWhatATransferMadeOfIt) {
  Consultation board;
  board.on(TransferCompleted{attended()});
  board.on(LegEnteredBridge{"c", "d"});
  Switchboard after;
  after.fold(board.facts);
  EXPECT_EQ(after.model.digest(), board.model.digest());
  EXPECT_THAT(after.model.violations(), IsEmpty());
  after.on(LinkOpened{1});
  SnapshotLeg customer{caller("c"), LegState::connected, "d", false, ""},
      agent{phone("x", "PJSIP/a2", {board.consult, {8}, 1}), LegState::connected, "d", false, ""};
  const auto led_to = after.on(Snapshot{{customer, agent}});
  EXPECT_EQ(after.contact_of("x"), board.contact);
  EXPECT_TRUE(after.leg("x").joined);
  for (const auto& body : led_to) EXPECT_FALSE(std::holds_alternative<journal::ContactAnswered>(body));
}

TEST(CallsMerged, TwoTalksOfAContactAreOneAndTheCustomersCallStays) {
  Switchboard board;
  const ContactId contact = talk(board);
  for (const auto& [native, device, offer] : {std::tuple{"x", "PJSIP/a2", 8}, std::tuple{"y", "PJSIP/a3", 9}}) {
    board.emit(contact, journal::OfferMade{.offer = {offer}, .agent = {"bob"}, .switch_id = kSwitch, .device = device});
    board.on(phone(native, device, {contact, {offer}, 1}));
    board.on(LegEnteredBridge{native, "d"});
  }
  const CallId call = board.leg("c").call, other = board.leg("x").call;
  ASSERT_NE(call, other);
  ASSERT_EQ(other, board.leg("y").call);
  EXPECT_THAT(board.on(CallsMerged{"d", "b"}),
              ElementsAre(journal::Body(journal::CallsMerged{other, call}), journal::Body(journal::LegJoined{board.leg("x").id, call}),
                          journal::Body(journal::LegJoined{board.leg("y").id, call}), journal::Body(journal::CallEnded{other})));
  EXPECT_THAT(board.on(CallsMerged{"d", "b"}), IsEmpty());
  EXPECT_THAT(board.on(LegLeftBridge{"y", "d"}), IsEmpty()) << "that set is no more";
  EXPECT_THAT(kinds(board.on(LegLeftBridge{"y", "b"})), ElementsAre(Kind::leg_left));
}

TEST(CallsMerged, OfATalkThatMovesAsAWholeSaysNothing) {
  Switchboard board;
  talk(board);
  EXPECT_THAT(board.on(CallsMerged{"b", "e"}), IsEmpty());
  EXPECT_THAT(kinds(board.on(LegLeftBridge{"a", "e"})), ElementsAre(Kind::leg_left, Kind::leg_left));
}

}  // namespace
}  // namespace callwright::cti::model
