// A caller who was answered and whom his agent sends into a queue again: a second visit, and another agent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/stage.hpp"

namespace callwright::core {
namespace {

using namespace stage;
using journal::AgentState, journal::VisitEnd;
using testing::ElementsAre, testing::IsEmpty;

/// Sofia talks to c1 for a minute; Daniel is ready.
struct SentBack : testing::Test {
  Stage stage = with_two_ready();
  ContactId contact = stage.arrive();
  std::string sofia = stage.ring();
  SentBack() {
    stage.pick_up(sofia);
    stage.wait(60s);
  }
  /// As a switch that hands on blindly tells it.
  Output send_back() {
    stage.event(cti::model::LegLeftBridge{"c1", "b-c1"});
    return stage.event(cti::model::RouteAsked{"c1", "4001"});
  }
  std::vector<VisitEnd> visit_ends() const {
    std::vector<VisitEnd> all;
    for (const auto& visit : stage.facts<journal::VisitEnded>()) all.push_back(visit.how);
    return all;
  }
};

TEST_F(SentBack, ToTheEntryWhereHeCameFromHeIsOfferedToAnotherAgentAndTheFirstWrapsUp) {
  const auto sent = send_back();
  EXPECT_THAT(said<cti::model::Park>(sent), ElementsAre(cti::model::Park{"c1"}));
  ASSERT_EQ(stage.facts<journal::VisitStarted>().size(), 2u);
  EXPECT_EQ(stage.facts<journal::VisitStarted>()[1].entered_at, stage.now) << "he comes last: his first place was served";
  EXPECT_EQ(stage.facts<journal::OfferMade>().back().agent, kDaniel);
  const std::string daniel = stage.ring();
  stage.hang_up(sofia);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::wrap_up);
  stage.pick_up(daniel);
  EXPECT_EQ(stage.agent(kDaniel).state, AgentState::talking);
  EXPECT_EQ(stage.facts<journal::ContactAnswered>().back().agent, kDaniel);
  EXPECT_THAT(visit_ends(), ElementsAre(VisitEnd::answered, VisitEnd::answered));
  stage.hang_up(daniel);
  EXPECT_THAT(said<cti::model::End>(stage.last), ElementsAre(cti::model::End{"c1"}));
  stage.hang_up("c1");
  stage.wait(31s);
  EXPECT_EQ(stage.facts<journal::ContactEnded>().size(), 1u);
  EXPECT_EQ(stage.facts<journal::ContactOpened>().size(), 1u);
}

TEST_F(SentBack, ARepeatedRequestWhileHeTalksOrAfterHisAgentHungUpOpensNoVisit) {
  stage.event(cti::model::RouteAsked{"c1", "4001"});
  stage.hang_up(sofia);
  stage.event(cti::model::RouteAsked{"c1", "4001"});
  EXPECT_EQ(stage.facts<journal::VisitStarted>().size(), 1u);
}

TEST_F(SentBack, TheAgentWhoSentHimOnIsHungUpThoughHisPhoneIsLeftAlone) {
  EXPECT_THAT(said<cti::model::End>(send_back()), ElementsAre(cti::model::End{sofia}));
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::talking) << "his leg's end ends it, not our word";
}

TEST_F(SentBack, WhoTalksOnWithSomebodyElseIsNotHungUp) {
  stage.event(cti::model::LegCreated{"p2", "2002", cti::model::DeviceClass::station, journal::Direction::outbound, "", "", "", {}});
  stage.event(cti::model::LegEnteredBridge{"p2", "b-c1"});
  EXPECT_THAT(said<cti::model::End>(send_back()), IsEmpty());
}

TEST_F(SentBack, WhoGivesUpTheSecondTimeIsAbandonedThere) {
  stage.ask(kDaniel, SetState{AgentState::not_ready, "break"});
  send_back();
  stage.hang_up(sofia);
  stage.wait(10s);
  stage.hang_up("c1", journal::Cause::caller_cancel);
  EXPECT_THAT(visit_ends(), ElementsAre(VisitEnd::answered, VisitEnd::abandoned));
}

TEST_F(SentBack, ARestartKeepsHisSecondPlaceAndSaysNothingTwice) {
  stage.ask(kDaniel, SetState{AgentState::not_ready, "break"});
  send_back();
  const Instant place = stage.contact(contact)->entered_at;
  stage.hang_up(sofia);
  stage.wait(10s);
  stage.kill_and_restart();
  stage.open_link({{asking("c1")}});
  EXPECT_THAT(said<cti::model::Park>(stage.last), ElementsAre(cti::model::Park{"c1"}));
  EXPECT_EQ(stage.facts<journal::VisitStarted>().size(), 2u);
  EXPECT_EQ(stage.contact(contact)->entered_at, place);
  stage.make_ready(kDaniel);
  EXPECT_EQ(stage.facts<journal::OfferMade>().back().agent, kDaniel);
}

TEST_F(SentBack, WhileNobodyListenedHeIsFoundAsking) {
  for (const bool killed : {false, true}) {
    if (killed) stage.kill_and_restart();
    else stage.event(cti::model::LinkLost{"connection reset"});
    const std::size_t visits = stage.facts<journal::VisitStarted>().size();
    stage.open_link({{asking("c1")}});
    if (killed) {
      EXPECT_EQ(stage.facts<journal::VisitStarted>().size(), visits) << "he was found before";
      continue;
    }
    EXPECT_EQ(stage.facts<journal::VisitStarted>().size(), visits + 1);
    EXPECT_EQ(stage.agent(kSofia).state, AgentState::wrap_up);
    EXPECT_EQ(stage.facts<journal::OfferMade>().back().agent, kDaniel);
  }
}

TEST_F(SentBack, WhoIsSentToANumberThatLeadsNowhereIsReleasedAgainIfThatWasLost) {
  stage.event(cti::model::LegLeftBridge{"c1", "b-c1"});
  const auto sent = stage.event(cti::model::RouteAsked{"c1", "999"});
  EXPECT_THAT(said<cti::model::Release>(sent), ElementsAre(cti::model::Release{"c1"}));
  stage.hang_up(sofia);
  stage.kill_and_restart();
  auto present = asking("c1");
  present.entry = "999";
  stage.open_link({{present}});
  EXPECT_THAT(said<cti::model::Release>(stage.last), ElementsAre(cti::model::Release{"c1"}));
  EXPECT_THAT(said<cti::model::End>(stage.last), IsEmpty());
}

// An agent's page takes a contact in wrap-up for his if it names him.
TEST_F(SentBack, WhileTheFirstAgentWrapsUpTheSecondWhoHasNothingToWrapUpIsNotNamed) {
  auto quick = std::make_shared<journal::Centre>(*centre());
  quick->queues.push_back(quick->queues.front());
  quick->queues.back().id.value = "help";
  quick->queues.back().wrap_up = {};
  quick->entries.push_back({kSwitch, "4002", {"help"}});
  for (journal::Agent& agent : quick->agents) agent.queues.push_back({{"help"}, 0});
  stage.step(CentreChanged{quick});
  stage.event(cti::model::LegLeftBridge{"c1", "b-c1"});
  stage.event(cti::model::RouteAsked{"c1", "4002"});
  const std::string daniel = stage.ring();
  stage.hang_up(sofia);
  stage.pick_up(daniel);
  EXPECT_EQ(stage.contact(contact)->agent, kDaniel);
  stage.hang_up(daniel);
  stage.hang_up("c1");
  EXPECT_EQ(stage.agent(kDaniel).state, AgentState::ready);
  EXPECT_EQ(stage.contact(contact)->state, ContactState::wrap_up);
  EXPECT_EQ(stage.contact(contact)->agent, kSofia);
  stage.wait(31s);
  EXPECT_FALSE(stage.contact(contact));
}

TEST_F(SentBack, WhoIsSentToAQueueThatTakesNobodyGoesToTheFallbackThoughHisAgentHangsUpFirst) {
  auto closed = std::make_shared<journal::Centre>(*centre());
  closed->queues.push_back(closed->queues.front());
  closed->queues.back().id.value = "help";
  closed->queues.back().no_agents = {journal::Treatment::Action::release, {}};
  closed->entries.push_back({kSwitch, "4002", {"help"}});
  stage.step(CentreChanged{closed});
  stage.event(cti::model::LegLeftBridge{"c1", "b-c1"});
  EXPECT_THAT(said<cti::model::Release>(stage.event(cti::model::RouteAsked{"c1", "4002"})), ElementsAre(cti::model::Release{"c1"}));
  stage.hang_up(sofia);
  EXPECT_THAT(said<cti::model::End>(stage.last), IsEmpty());
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::wrap_up);
  stage.hang_up("c1", journal::Cause::transferred);
  EXPECT_THAT(visit_ends(), ElementsAre(VisitEnd::answered, VisitEnd::flow_closed));
}

cti::model::LegCreated half(const std::string& native, ContactId contact = {}) {
  return {native, "Local/4001@agents", cti::model::DeviceClass::local_half, journal::Direction::inbound, "", "", "", {contact, {}, 1}};
}

/// As Asterisk does it out of an application's bridge.
TEST_F(SentBack, ThroughALocalChannelHeIsParkedAndTheChannelGoes) {
  stage.event(half("l1", contact));
  stage.event(cti::model::LegsReplaced{sofia, "l1"});
  stage.event(cti::model::LegLeftBridge{sofia, "b-c1"});
  stage.event(cti::model::LegEnteredBridge{"l1", "b-c1"});
  stage.event(half("l2"));
  stage.event(cti::model::LocalPair{"l1", "l2"});
  const auto asked = stage.event(cti::model::RouteAsked{"l2", "4001"});
  EXPECT_THAT(said<cti::model::Park>(asked), ElementsAre(cti::model::Park{"c1"}));
  EXPECT_THAT(said<cti::model::End>(asked), ElementsAre(cti::model::End{sofia}, cti::model::End{"l1"}, cti::model::End{"l2"}));
  ASSERT_EQ(stage.facts<journal::VisitStarted>().size(), 2u);
  const std::string daniel = stage.ring();
  stage.event(cti::model::LegLeftBridge{"c1", "b-c1"});
  stage.hang_up("l2");
  stage.hang_up("l1");
  stage.hang_up(sofia);
  EXPECT_THAT(said<cti::model::End>(stage.last), IsEmpty()) << "he waits";
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::wrap_up);
  stage.event(cti::model::LegStateSeen{daniel, journal::LegState::connected});
  stage.event(cti::model::LegEnteredBridge{"c1", "b-2"});
  stage.event(cti::model::LegEnteredBridge{daniel, "b-2"});
  EXPECT_THAT(visit_ends(), ElementsAre(VisitEnd::answered, VisitEnd::answered));
}

TEST_F(SentBack, ThroughALocalChannelARestartBeforeOurWordWasHeardSaysItAgain) {
  stage.event(half("l1", contact));
  stage.event(cti::model::LegsReplaced{sofia, "l1"});
  stage.event(half("l2"));
  stage.event(cti::model::LocalPair{"l1", "l2"});
  stage.event(cti::model::RouteAsked{"l2", "4001"});
  stage.kill_and_restart();
  cti::model::SnapshotLeg one, two;
  one.leg = half("l1", contact);
  one.bridge = "b-c1";
  two.leg = half("l2");
  two.asks_route = true;
  two.entry = "4001";
  stage.open_link({{caller_on_switch("c1", "b-c1"), one, two}});
  EXPECT_THAT(said<cti::model::Park>(stage.last), ElementsAre(cti::model::Park{"c1"}));
  EXPECT_THAT(said<cti::model::End>(stage.last), ElementsAre(cti::model::End{"l1"}, cti::model::End{"l2"}));
  EXPECT_EQ(stage.facts<journal::VisitStarted>().size(), 2u);
}

}  // namespace
}  // namespace callwright::core
