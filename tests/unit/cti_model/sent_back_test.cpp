// A caller who was answered and whom somebody sends into a queue again: which request is new, and which one repeats.
#include <gmock/gmock.h>

#include "switchboard.hpp"

namespace callwright::cti::model {
namespace {

using journal::Kind, journal::LegState, journal::VisitEnd;
using testing::ElementsAre, testing::IsEmpty;

void expect_asked_once(const std::vector<journal::Body>& led_to, LegId customer, const std::string& entry) {
  std::vector<std::pair<std::int64_t, std::string>> requests;
  for (const auto& body : led_to)
    if (const auto* request = std::get_if<journal::RouteRequested>(&body)) requests.emplace_back(request->leg.value, request->entry);
  EXPECT_THAT(requests, ElementsAre(testing::Pair(customer.value, entry)));
}

/// c talks to ann's phone a in bridge b, and his visit is over.
struct SentBack : testing::Test {
  Switchboard board;
  ContactId contact = talk(board);
  LegId customer = board.leg("c").id;
  SentBack() { end_visit(); }
  void end_visit(std::int32_t visit = 1) { board.emit(contact, journal::VisitEnded{.visit = visit, .how = VisitEnd::answered}); }
  std::vector<journal::Body> ask(const std::string& leg = "c", const std::string& entry = "800") { return board.on(RouteAsked{leg, entry}); }
};

TEST_F(SentBack, ARepeatedRequestWhileHeTalksSaysNothing) { EXPECT_THAT(ask(), IsEmpty()); }

TEST_F(SentBack, ARepeatedRequestAfterHisAgentHasGoneSaysNothing) {
  board.on(LegLeftBridge{"a", "b"});
  EXPECT_THAT(ask(), IsEmpty());
  board.on(gone("a"));
  EXPECT_THAT(ask(), IsEmpty()) << "he stands where he talked: nobody sent him anywhere";
}

TEST_F(SentBack, WhoLeftHisTalkAndAsksForTheSameEntryAsksAnew) {
  board.on(LegLeftBridge{"c", "b"});
  expect_asked_once(ask(), customer, "800");
  EXPECT_THAT(ask(), IsEmpty()) << "a repetition";
  EXPECT_EQ(board.contact_of("c"), contact);
  board.on(gone("a"));
  EXPECT_THAT(ask(), IsEmpty());
}

TEST_F(SentBack, AThirdTalkIsNoOtherThanASecond) {
  board.on(LegLeftBridge{"c", "b"});
  ask();
  board.on(phone("a2", "PJSIP/a2", {contact, {8}, 1}));
  board.on(LegEnteredBridge{"c", "b2"});
  board.on(LegEnteredBridge{"a2", "b2"});
  end_visit(2);
  EXPECT_THAT(ask(), IsEmpty());
  board.on(gone("a2"));
  EXPECT_THAT(ask(), IsEmpty());
  board.on(LegLeftBridge{"c", "b2"});
  expect_asked_once(ask(), customer, "800");
}

TEST_F(SentBack, AnotherEntryIsANewRequestWhereverHeStands) {
  board.on(gone("a"));
  expect_asked_once(ask("c", "801"), customer, "801");
}

TEST_F(SentBack, ASnapshotAsksLikeAnEvent) {
  const SnapshotLeg agent{phone("a", "PJSIP/a1", {contact, {7}, 1}), LegState::connected, "b", false, ""};
  board.on(LinkLost{"cut"});
  board.on(LinkOpened{1});
  EXPECT_THAT(kinds(board.on(Snapshot{{{caller("c"), LegState::connected, "b", true, "800"}, agent}})), ElementsAre(Kind::gap_found))
      << "he talks, whatever the switch remembers of his first request";
  board.on(LinkLost{"cut"});
  board.on(LinkOpened{1});
  const Snapshot sent_back{{{caller("c"), LegState::connected, "", true, "800"}, agent}};
  expect_asked_once(board.on(sent_back), customer, "800");
  EXPECT_THAT(board.on(sent_back), IsEmpty());
  EXPECT_THAT(ask(), IsEmpty()) << "the event itself was kept back meanwhile";
}

TEST_F(SentBack, ARestartBetweenHisTalkAndHisRequestChangesNothing) {
  for (const bool left_before : {false, true}) {
    if (left_before) board.on(LegLeftBridge{"c", "b"});
    Switchboard after;
    after.fold(board.facts);
    EXPECT_EQ(after.model.digest(), board.model.digest());
    after.on(LinkOpened{1});
    const SnapshotLeg agent{phone("a", "PJSIP/a1", {contact, {7}, 1}), LegState::connected, "b", false, ""};
    const Snapshot sent_back{{{caller("c"), LegState::connected, "", true, "800"}, agent}};
    expect_asked_once(after.on(sent_back), customer, "800");
    EXPECT_THAT(after.on(sent_back), IsEmpty());
  }
}

TEST_F(SentBack, ARestartAfterHisRequestRepeatsNothing) {
  board.on(LegLeftBridge{"c", "b"});
  ask();
  Switchboard after;
  after.fold(board.facts);
  EXPECT_EQ(after.model.digest(), board.model.digest());
  after.on(LinkOpened{1});
  EXPECT_THAT(kinds(after.on(Snapshot{{{caller("c"), LegState::connected, "", true, "800"}}})), ElementsAre(Kind::gap_found, Kind::leg_ended));
  EXPECT_THAT(after.on(RouteAsked{"c", "800"}), IsEmpty());
}

TEST_F(SentBack, AFoldKnowsOfASilentAgentsEndThatNobodyWasSentAnywhere) {
  board.on(gone("a"));
  Switchboard after;
  after.fold(board.facts);
  after.on(LinkOpened{1});
  EXPECT_THAT(kinds(after.on(Snapshot{{{caller("c"), LegState::connected, "b", true, "800"}}})), ElementsAre(Kind::gap_found));
}

/// As Asterisk hands on blindly out of an application's bridge: a Local channel l1 takes the agent's place, and its other half l2 asks.
struct ThroughALocalChannel : SentBack {
  void replace_agent() {
    board.on(half("l1", {contact, {}, 1}));
    board.on(LegsReplaced{"a", "l1"});
    board.on(LegLeftBridge{"a", "b"});
    board.on(LegEnteredBridge{"l1", "b"});
  }
  void show_other_half() {
    board.on(half("l2"));
    board.on(LocalPair{"l1", "l2"});
  }
};

TEST_F(ThroughALocalChannel, TheHalfsRequestIsThatOfTheCustomerWhomItLeadsTo) {
  replace_agent();
  show_other_half();
  expect_asked_once(ask("l2"), customer, "800");
  EXPECT_THAT(ask("l2"), IsEmpty());
  EXPECT_EQ(board.model.contacts().size(), 1u);
  EXPECT_THAT(board.model.violations(), IsEmpty());
}

TEST_F(ThroughALocalChannel, ItMayAskBeforeItIsKnownWhomItLeadsTo) {
  board.on(half("l2"));
  EXPECT_THAT(ask("l2"), IsEmpty());
  board.on(half("l1", {contact, {}, 1}));
  board.on(LocalPair{"l1", "l2"});
  board.on(LegEnteredBridge{"l1", "b"});
  const std::size_t before = board.facts.size();
  board.on(LegsReplaced{"a", "l1"});
  board.on(LegLeftBridge{"a", "b"});
  std::vector<journal::Body> since;
  for (std::size_t i = before; i < board.facts.size(); ++i) since.push_back(board.facts[i].body);
  expect_asked_once(since, customer, "800");
}

TEST_F(ThroughALocalChannel, WhileSomebodyElseHearsHimItSaysNothing) {
  board.on(phone("x", "PJSIP/a2", {contact, {}, 1}));
  board.on(LegEnteredBridge{"x", "b"});
  replace_agent();
  show_other_half();
  EXPECT_THAT(ask("l2"), IsEmpty());
  expect_asked_once(board.on(gone("x")), customer, "800");
}

TEST_F(ThroughALocalChannel, AHalfThatLeadsToAnAgentAsksForNobody) {
  board.on(half("l1", {contact, {}, 1}));
  board.on(LegsReplaced{"c", "l1"});
  board.on(LegLeftBridge{"c", "b"});
  board.on(LegEnteredBridge{"l1", "b"});
  show_other_half();
  EXPECT_THAT(ask("l2"), IsEmpty());
}

TEST_F(ThroughALocalChannel, AHalfThatLeadsToAPhoneOfNobodysAsksForNobody) {
  board.on(phone("p", "PJSIP/desk9"));
  board.on(half("l1"));
  board.on(LegEnteredBridge{"p", "b9"});
  board.on(LegEnteredBridge{"l1", "b9"});
  show_other_half();
  EXPECT_THAT(ask("l2"), IsEmpty());
}

TEST_F(ThroughALocalChannel, OnceHeWaitsTheHalfIsAnswered) {
  replace_agent();
  show_other_half();
  ask("l2");
  board.emit(contact, journal::VisitEnded{.visit = 2, .how = VisitEnd::flow_overflow});
  board.on(LegLeftBridge{"c", "b"});
  EXPECT_THAT(ask("l2"), IsEmpty()) << "it leads to him no more";
}

TEST_F(ThroughALocalChannel, ASnapshotThatIsToldBeforeItsPairsAsksAsWell) {
  Switchboard after;
  after.fold(board.facts);
  after.on(LinkOpened{1});
  const SnapshotLeg agent{phone("a", "PJSIP/a1", {contact, {7}, 1}), LegState::connected, "", false, ""};
  const Snapshot shown{{{caller("c"), LegState::connected, "b", false, "800"},
                        agent,
                        {half("l1", {contact, {}, 1}), LegState::initiated, "b", false, ""},
                        {half("l2"), LegState::initiated, "", true, "800"}}};
  after.on(shown);
  expect_asked_once(after.on(LocalPair{"l1", "l2"}), customer, "800");
  EXPECT_THAT(after.on(shown), IsEmpty());
  Switchboard later;
  later.fold(after.facts);
  EXPECT_EQ(later.model.digest(), after.model.digest());
  later.on(LinkOpened{1});
  EXPECT_THAT(kinds(later.on(shown)), ElementsAre(Kind::gap_found));
  EXPECT_THAT(later.on(LocalPair{"l1", "l2"}), IsEmpty());
}

}  // namespace
}  // namespace callwright::cti::model
