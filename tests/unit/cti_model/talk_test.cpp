#include <gmock/gmock.h>

#include "switchboard.hpp"

namespace callwright::cti::model {
namespace {

using journal::Kind, journal::LegRole, journal::LegState;
using testing::ElementsAre, testing::IsEmpty;

TEST(Talk, LegsJoinWhenTheSecondEntersTheBridge) {
  Switchboard board;
  ring(board);
  EXPECT_THAT(board.on(LegEnteredBridge{"c", "b"}), IsEmpty());
  EXPECT_THAT(kinds(board.on(LegEnteredBridge{"a", "b"})), ElementsAre(Kind::leg_joined, Kind::leg_joined, Kind::call_ended, Kind::contact_answered));
  EXPECT_EQ(board.leg("a").call, board.leg("c").call);
  EXPECT_EQ(board.model.contact(board.contact_of("c"))->live_calls, 1);
  EXPECT_EQ(std::get<journal::ContactAnswered>(board.facts.back().body), (journal::ContactAnswered{AgentId{"ann"}, board.leg("a").id}));
}

TEST(Talk, RepeatedEntranceConcludesNothing) {
  Switchboard board;
  talk(board);
  EXPECT_THAT(board.on(LegEnteredBridge{"a", "b"}), IsEmpty());
  EXPECT_THAT(board.on(LegEnteredBridge{"c", "b"}), IsEmpty());
}

TEST(Talk, ContactIsAnsweredOnlyOnce) {
  Switchboard board;
  talk(board);
  board.on(LegLeftBridge{"a", "b"});
  EXPECT_THAT(kinds(board.on(LegEnteredBridge{"a", "b"})), ElementsAre(Kind::leg_joined, Kind::leg_joined));
}

TEST(Talk, ConnectedIsNotAnswered) {
  Switchboard board;
  ring(board);
  board.on(LegStateSeen{"c", LegState::connected});
  board.on(LegStateSeen{"a", LegState::connected});
  EXPECT_FALSE(board.model.contact(board.contact_of("c"))->answered);
}

TEST(Talk, OneAloneDoesNotTalk) {
  Switchboard board;
  talk(board);
  EXPECT_THAT(kinds(board.on(LegLeftBridge{"a", "b"})), ElementsAre(Kind::leg_left, Kind::leg_left));
  EXPECT_THAT(board.on(LegLeftBridge{"a", "b"}), IsEmpty());
  EXPECT_FALSE(board.leg("c").joined);
}

TEST(Talk, EndWithoutLeavingIsLeavingToo) {
  Switchboard board;
  talk(board);
  EXPECT_THAT(kinds(board.on(gone("a"))), ElementsAre(Kind::leg_left, Kind::leg_left, Kind::leg_ended));
  EXPECT_THAT(kinds(board.on(gone("c"))), ElementsAre(Kind::leg_ended, Kind::call_ended));
  EXPECT_EQ(board.model.contacts().begin()->second.live_calls, 0);
}

TEST(Talk, LateLeavingOfAnotherBridgeChangesNothing) {
  Switchboard board;
  talk(board);
  EXPECT_THAT(board.on(LegLeftBridge{"a", "earlier"}), IsEmpty());
}

TEST(Talk, ThirdLegJoinsAndLeavesWithoutTouchingTheOthers) {
  Switchboard board;
  const ContactId contact = talk(board);
  board.on(phone("a2", "PJSIP/a2", {contact, {}, 1}));
  EXPECT_THAT(kinds(board.on(LegEnteredBridge{"a2", "b"})), ElementsAre(Kind::leg_joined, Kind::call_ended));
  EXPECT_THAT(kinds(board.on(LegLeftBridge{"a2", "b"})), ElementsAre(Kind::leg_left));
  EXPECT_TRUE(board.leg("c").joined);
}

TEST(Talk, PhoneThatTheSwitchItselfConnectedBecomesTheContactsAgent) {
  Switchboard board;
  board.on(caller("c"));
  board.on(phone("q", "PJSIP/a2"));
  board.on(LegStateSeen{"q", LegState::connected});
  board.on(LegEnteredBridge{"c", "b"});
  EXPECT_THAT(kinds(board.on(LegEnteredBridge{"q", "b"})),
              ElementsAre(Kind::call_started, Kind::leg_started, Kind::leg_joined, Kind::leg_joined, Kind::call_ended, Kind::contact_answered));
  EXPECT_EQ(board.leg("q").agent, AgentId{"bob"});
  EXPECT_EQ(board.leg("q").state, LegState::connected);
}

TEST(Talk, AnnouncementIsNobodyToTalkTo) {
  Switchboard board;
  board.on(caller("c"));
  board.on(LegCreated{"music", "Announcer/1", DeviceClass::unknown, journal::Direction::outbound, "", "", "", {}});
  board.on(LegEnteredBridge{"c", "b"});
  EXPECT_THAT(board.on(LegEnteredBridge{"music", "b"}), IsEmpty());
}

TEST(Talk, PhoneWithoutAnAgentJoinsButDoesNotAnswer) {
  Switchboard board;
  board.on(caller("c"));
  board.on(phone("v", "PJSIP/voicemail"));
  board.on(LegEnteredBridge{"c", "b"});
  EXPECT_THAT(kinds(board.on(LegEnteredBridge{"v", "b"})),
              ElementsAre(Kind::call_started, Kind::leg_started, Kind::leg_joined, Kind::leg_joined, Kind::call_ended));
  EXPECT_EQ(board.leg("v").role, LegRole::other);
}

TEST(Talk, TwoCustomersInOneBridgeAreNotJoinedIntoOneContact) {
  Switchboard board;
  board.on(caller("c"));
  board.on(caller("d"));
  board.on(LegEnteredBridge{"c", "b"});
  EXPECT_THAT(board.on(LegEnteredBridge{"d", "b"}), IsEmpty());
  EXPECT_EQ(board.model.contacts().size(), 2u);
}

/// customer - b1 - ;1 = ;2 - b2 - agent
struct LocalTalk : testing::Test {
  Switchboard board;
  void build() {
    board.on(caller("c"));
    board.on(half("l1"));
    board.on(half("l2"));
    board.on(phone("q", "PJSIP/a1"));
    board.on(LocalPair{"l1", "l2"});
    board.on(LegEnteredBridge{"c", "b1"});
    board.on(LegEnteredBridge{"l1", "b1"});
    board.on(LegEnteredBridge{"l2", "b2"});
  }
};

TEST_F(LocalTalk, IsOneTalkWithTheHalvesContractedAway) {
  build();
  EXPECT_FALSE(board.leg("c").joined);
  board.on(LegEnteredBridge{"q", "b2"});
  EXPECT_TRUE(board.leg("c").joined);
  EXPECT_TRUE(board.leg("q").joined);
  EXPECT_TRUE(board.model.contact(board.contact_of("c"))->answered);
  EXPECT_EQ(board.leg("l1").role, LegRole::hidden);
  EXPECT_EQ(board.leg("l1").pair, board.leg("l2").id);
  EXPECT_FALSE(board.leg("l1").joined);
  EXPECT_EQ(board.model.contact(board.contact_of("c"))->live_legs.size(), 2u);
  EXPECT_THAT(board.model.violations(), IsEmpty());
}

TEST_F(LocalTalk, TheEndOfAHalfEndsNeitherCallNorContact) {
  build();
  board.on(LegEnteredBridge{"q", "b2"});
  EXPECT_THAT(kinds(board.on(gone("l1"))), ElementsAre(Kind::leg_left, Kind::leg_left, Kind::leg_ended));
  EXPECT_EQ(board.model.contact(board.contact_of("c"))->live_calls, 1);
}

TEST_F(LocalTalk, PairsMayBeToldLast) {
  board.on(caller("c"));
  board.on(half("l1"));
  board.on(half("l2"));
  board.on(phone("q", "PJSIP/a1"));
  for (const auto& [leg, bridge] : {std::pair{"c", "b1"}, {"l1", "b1"}, {"l2", "b2"}, {"q", "b2"}}) EXPECT_THAT(board.on(LegEnteredBridge{leg, bridge}), IsEmpty());
  board.on(LocalPair{"l1", "l2"});
  EXPECT_TRUE(board.model.contact(board.contact_of("c"))->answered);
  EXPECT_THAT(board.on(LocalPair{"l2", "l1"}), IsEmpty());
}

TEST_F(LocalTalk, SurvivesARestartAndItsSnapshot) {
  build();
  board.on(LegEnteredBridge{"q", "b2"});
  Switchboard again;
  again.fold(board.facts);
  again.pass(std::chrono::seconds(3));
  again.on(LinkOpened{0});
  const auto led_to = again.on(Snapshot{{{caller("c"), LegState::connected, "b1", false, ""},
                                         {half("l1"), LegState::connected, "b1", false, ""},
                                         {half("l2"), LegState::connected, "b2", false, ""},
                                         {phone("q", "PJSIP/a1"), LegState::connected, "b2", false, ""}}});
  for (Kind kind : kinds(led_to)) EXPECT_TRUE(kind == Kind::gap_found || kind == Kind::leg_state_changed) << static_cast<int>(kind);
  EXPECT_TRUE(again.leg("c").joined);
}

TEST(Talk, HalfWithTokensIsHiddenAndCountsAsNoCall) {
  Switchboard board;
  board.on(caller("c"));
  const ContactId contact = board.contact_of("c");
  EXPECT_THAT(kinds(board.on(half("l1", {contact, {7}, 1}))), ElementsAre(Kind::leg_started));
  board.on(half("l2"));
  EXPECT_THAT(kinds(board.on(LocalPair{"l1", "l2"})), ElementsAre(Kind::leg_started, Kind::legs_paired));
  EXPECT_EQ(board.model.contact(contact)->live_calls, 1);
  EXPECT_THAT(board.model.agent_legs(contact), IsEmpty());
}

}  // namespace
}  // namespace callwright::cti::model
