// What the core is after a kill, and what a checkpoint keeps.
#include "core/core.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/core/stage.hpp"

namespace callwright::core {
namespace {

using namespace stage;
using journal::AgentState, journal::Cause, journal::ContactOutcome, journal::OfferEnd, journal::SegmentKind, journal::VisitEnd;
using testing::ElementsAre;

TEST(Restart, ACallInProgressKeepsItsContactAgentAndWait) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  const OfferId offer = stage.facts<journal::OfferMade>()[0].offer;
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  const auto before = *stage.contact(contact);
  stage.kill_and_restart();
  stage.open_link({{caller_on_switch("c1", "b-c1"), phone_on_switch(phone, contact, offer, journal::LegState::connected, "b-c1")}});
  const auto after = *stage.contact(contact);
  EXPECT_EQ(after.state, ContactState::talking);
  EXPECT_EQ(after.agent, kSofia);
  EXPECT_EQ(after.entered_at, before.entered_at);
  EXPECT_EQ(after.answered_at, before.answered_at);
  EXPECT_EQ(stage.facts<journal::OfferMade>().size(), 1u) << "nobody rings twice";
  stage.hang_up("c1");
  stage.hang_up(phone);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::wrap_up);
}

TEST(Restart, AnAgentWhoseContactAFullDiskTookIsFree) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  stage.pick_up(stage.ring());
  ASSERT_EQ(stage.agent(kSofia).state, AgentState::talking);
  std::erase_if(stage.journal, [&](const journal::Fact& fact) { return fact.contact == contact && !std::holds_alternative<journal::AgentStateChanged>(fact.body); });
  stage.kill_and_restart();
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
}

TEST(Restart, ARingingPhoneGoesOnRinging) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  const OfferId offer = stage.facts<journal::OfferMade>()[0].offer;
  const std::string phone = stage.ring();
  stage.kill_and_restart();
  stage.open_link({{caller_on_switch("c1"), phone_on_switch(phone, contact, offer, journal::LegState::alerting)}});
  EXPECT_EQ(stage.facts<journal::OfferMade>().size(), 1u);
  EXPECT_FALSE(stage.find_command<cti::model::Ring>());
  EXPECT_EQ(stage.contact(contact)->state, ContactState::offered);
  stage.pick_up(phone);
  EXPECT_EQ(stage.contact(contact)->state, ContactState::talking);
}

TEST(Restart, AnOfferWhosePhoneNeverRangEndsLostAndIsMadeAgainWithoutPenalty) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  const Instant place = stage.contact(contact)->entered_at;
  stage.kill_and_restart();
  stage.open_link({{caller_on_switch("c1")}});
  ASSERT_EQ(stage.facts<journal::OfferEnded>().size(), 1u);
  EXPECT_EQ(stage.facts<journal::OfferEnded>()[0].how, OfferEnd::lost);
  ASSERT_EQ(stage.facts<journal::OfferMade>().size(), 2u);
  EXPECT_EQ(stage.facts<journal::OfferMade>()[1].agent, kSofia);
  EXPECT_EQ(stage.contact(contact)->entered_at, place);
}

TEST(Restart, ACallerWhoLeftMeanwhileIsLostNotAbandoned) {
  Stage stage;
  stage.open_link();
  stage.arrive();
  stage.kill_and_restart();
  stage.open_link();
  EXPECT_EQ(stage.facts<journal::VisitEnded>()[0].how, VisitEnd::lost);
  EXPECT_EQ(stage.facts<journal::ContactEnded>()[0].outcome, ContactOutcome::lost);
}

TEST(Restart, OffersWaitForTheSnapshotOfTheirSwitch) {
  Stage stage;
  stage.open_link();
  stage.arrive();
  stage.kill_and_restart();
  stage.make_ready(kSofia);
  EXPECT_TRUE(stage.facts<journal::OfferMade>().empty());
  stage.open_link({{caller_on_switch("c1")}});
  EXPECT_EQ(stage.facts<journal::OfferMade>().size(), 1u);
}

TEST(Restart, AgentsKeepTheirStateForAMinute) {
  Stage stage = with_two_ready();
  stage.kill_and_restart();
  stage.ask(kSofia, SignIn{});
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
  stage.wait(61s);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
  EXPECT_EQ(stage.agent(kDaniel).state, AgentState::not_ready);
  EXPECT_EQ(stage.agent(kDaniel).reason, "connection_lost");
}

TEST(Restart, APhoneThatAnsweredMeanwhileIsBridgedOnceAndItsCallerNotParked) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  const OfferId offer = stage.facts<journal::OfferMade>()[0].offer;
  const std::string phone = stage.ring();
  stage.kill_and_restart();
  const cti::model::Snapshot answered{{caller_on_switch("c1"), phone_on_switch(phone, contact, offer, journal::LegState::connected)}};
  stage.open_link(answered);
  EXPECT_THAT(said<cti::model::Bridge>(stage.last), ElementsAre(cti::model::Bridge{"c1", phone}));
  EXPECT_THAT(said<cti::model::Park>(stage.last), testing::IsEmpty());
  stage.event(answered);
  EXPECT_THAT(said<cti::model::Bridge>(stage.last), ElementsAre(cti::model::Bridge{"c1", phone})) << "the first one may be lost";
  EXPECT_THAT(said<cti::model::Park>(stage.last), testing::IsEmpty());
}

/// The journal as a kill leaves it that came before the commit of everything from the first `Body` on.
template <class Body>
void forget_from_the_first(Stage& stage) {
  const auto first = std::ranges::find_if(stage.journal, [](const journal::Fact& fact) { return std::holds_alternative<Body>(fact.body); });
  stage.journal.erase(first, stage.journal.end());
}

TEST(Restart, ATalkWhoseOfferTheJournalLostGoesOn) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  const OfferId offer = stage.facts<journal::OfferMade>()[0].offer;
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  forget_from_the_first<journal::OfferMade>(stage);
  stage.kill_and_restart();
  stage.open_link({{caller_on_switch("c1", "b-c1"), phone_on_switch(phone, contact, offer, journal::LegState::connected, "b-c1")}});
  EXPECT_THAT(said<cti::model::End>(stage.last), testing::IsEmpty());
  EXPECT_THAT(said<cti::model::Park>(stage.last), testing::IsEmpty());
  EXPECT_EQ(stage.contact(contact)->state, ContactState::talking);
  EXPECT_EQ(stage.contact(contact)->agent, kSofia);
}

TEST(Restart, ATalkWhoseWholeContactTheJournalLostGoesOnAsAFoundOne) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  const OfferId offer = stage.facts<journal::OfferMade>()[0].offer;
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  forget_from_the_first<journal::ContactOpened>(stage);
  stage.kill_and_restart();
  stage.open_link({{phone_on_switch(phone, contact, offer, journal::LegState::connected, "b-c1"), caller_on_switch("c1", "b-c1")}});
  EXPECT_THAT(said<cti::model::End>(stage.last), testing::IsEmpty());
  ASSERT_EQ(stage.facts<journal::ContactOpened>().size(), 1u);
  EXPECT_EQ(stage.facts<journal::ContactOpened>()[0].by, journal::OpenedBy::found);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::talking);
  stage.hang_up(phone);
  EXPECT_THAT(said<cti::model::End>(stage.last), ElementsAre(cti::model::End{"c1"}));
}

TEST(Restart, ACallerFoundAloneWhereHisAgentHungUpMeanwhileGoesToTheFallback) {
  Stage stage = with_two_ready();
  stage.arrive();
  stage.pick_up(stage.ring());
  forget_from_the_first<journal::ContactOpened>(stage);
  stage.kill_and_restart();
  stage.open_link({{caller_on_switch("c1", "b-c1")}});
  EXPECT_THAT(said<cti::model::Release>(stage.last), ElementsAre(cti::model::Release{"c1"}));
}

TEST(Restart, APhoneRungForALostContactWithNobodyAtItsEarIsHungUp) {
  Stage stage = with_two_ready();
  stage.event(cti::model::Snapshot{{phone_on_switch("a1", ContactId{999}, OfferId{998}, journal::LegState::connected, "b")}});
  EXPECT_THAT(said<cti::model::End>(stage.last), ElementsAre(cti::model::End{"a1", Cause::elsewhere}));
}

TEST(Restart, ACustomerWhomTheAgentLeftIsFreedAgainAfterEachSnapshot) {
  Stage stage = with_two_ready();
  stage.arrive();
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  stage.hang_up(phone);
  stage.kill_and_restart();
  stage.open_link({{caller_on_switch("c1", "b-c1")}});
  EXPECT_THAT(said<cti::model::End>(stage.last), ElementsAre(cti::model::End{"c1"}));
  EXPECT_THAT(said<cti::model::Park>(stage.last), testing::IsEmpty());
}

TEST(Restart, AnUnroutableCallerWhoseReleaseWasLostIsReleasedAgain) {
  Stage stage;
  stage.open_link();
  cti::model::LegCreated leg{"c1", "trunk", cti::model::DeviceClass::trunk, journal::Direction::inbound, "+441632960001", "", "999", {}};
  stage.event(leg);
  const auto asked = stage.event(cti::model::RouteAsked{"c1", "999"});
  stage.step(CustomerFound{asked.look_ups[0].contact, journal::Match::known, CustomerId{42}, {}, "+441632960001", {}});
  EXPECT_THAT(said<cti::model::Release>(stage.last), ElementsAre(cti::model::Release{"c1"}));
  stage.kill_and_restart();
  auto present = asking("c1");
  present.entry = "999";
  stage.open_link({{present}});
  EXPECT_THAT(said<cti::model::Release>(stage.last), ElementsAre(cti::model::Release{"c1"}));
}

TEST(Restart, AnOfferWhoseTimeRanOutWhileNobodyHeardEndsLostIfItsPhoneIsGone) {
  Stage stage = with_two_ready();
  stage.arrive();
  stage.ring();
  stage.now = stage.now + 25s;  // dead for longer than the phone may ring
  stage.kill_and_restart();
  stage.step(TimerDue{});
  EXPECT_TRUE(stage.facts<journal::OfferEnded>().empty()) << "first the snapshot, then what is overdue";
  stage.open_link({{caller_on_switch("c1")}});
  ASSERT_EQ(stage.facts<journal::OfferEnded>().size(), 1u);
  EXPECT_EQ(stage.facts<journal::OfferEnded>()[0].how, OfferEnd::lost);
  EXPECT_EQ(stage.facts<journal::OfferEnded>()[0].excluded_until, Instant{});
  EXPECT_NE(stage.agent(kSofia).reason, "no_answer");
}

TEST(Checkpoint, FoldsToTheSameStateAsTheWholeJournal) {
  Stage stage = with_two_ready();
  stage.arrive();
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  stage.hang_up("c1");
  stage.hang_up(phone);
  stage.wait(31s);
  stage.arrive("c2");
  Core other(1);
  for (const auto& fact : stage.core->checkpoint()) other.fold(fact);
  EXPECT_EQ(other.digest(), stage.core->digest());
  EXPECT_EQ(other.last_seq(), stage.core->last_seq());
}

// The last fact of an agent alone does not say since when his state lasts: a next state that he asks for changes the fact, not the state.
TEST(Checkpoint, AnAgentWhoIsOfferedTheNextCallWhileTheLastOneIsStillThereServesNeither) {
  Stage stage = with_two_ready();
  auto quick = std::make_shared<journal::Centre>(*centre());
  quick->queues.front().wrap_up = {};
  stage.step(CentreChanged{quick});
  stage.arrive();
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  stage.hang_up(phone);  // the caller's own leg is still on its way out
  stage.ask(kDaniel, SetState{journal::AgentState::not_ready, "break"});
  stage.arrive("c2", "+441632960002");
  ASSERT_EQ(stage.agent(kSofia).state, journal::AgentState::reserved);
  Core other(1);
  for (const auto& fact : stage.core->checkpoint()) other.fold(fact);
  EXPECT_EQ(other.digest(), stage.core->digest());
}

TEST(Checkpoint, KeepsSinceWhenAnAgentIsInHisState) {
  Stage stage = with_two_ready();
  stage.arrive();
  stage.pick_up(stage.ring());
  for (const AgentId& agent : {kSofia, kDaniel}) stage.ask(agent, SetState{journal::AgentState::not_ready, "break"});
  Core other(1);
  for (const auto& fact : stage.core->checkpoint()) other.fold(fact);
  EXPECT_EQ(other.digest(), stage.core->digest());
}

// Otherwise the same switch, when it is back, looks restarted, and the legs that it has kept are seen no more.
TEST(Checkpoint, KeepsTheBootEpochOfALinkThatIsDown) {
  Stage stage = with_two_ready();
  stage.arrive();
  stage.event(cti::model::LinkLost{"cut"});
  Core other(2);
  for (const auto& fact : stage.core->checkpoint()) other.fold(fact);
  EXPECT_EQ(other.digest(), stage.core->digest());
  other.step({stage.now + 1s, CentreChanged{centre()}});
  other.step({stage.now + 2s, cti::model::SwitchEvent{kSwitch, {"link:pbx/2", "1"}, {}, cti::model::LinkOpened{stage.boot}}});
  EXPECT_EQ(other.violations(), std::vector<std::string>{});
}

// A contact of the boot before is kept as well. Its facts do not make the server ask again for what it holds of the present one.
TEST(Checkpoint, KeepsTheHighestNumberOfTheSwitchsPresentBoot) {
  Stage stage = with_two_ready();
  stage.link = "feed:pbx/";
  stage.arrive("before");
  ++stage.boot;
  stage.events = 0;
  stage.open_link();
  stage.arrive();
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  stage.hang_up("c1");
  stage.hang_up(phone);
  stage.wait(31s);  // its end is a timer's
  Core other(1);
  for (const auto& fact : stage.core->checkpoint()) other.fold(fact);
  EXPECT_EQ(other.sources(), stage.core->sources());
  EXPECT_EQ(other.digest(), stage.core->digest());
}

}  // namespace
}  // namespace callwright::core
