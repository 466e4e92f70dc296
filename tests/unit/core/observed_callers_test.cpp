// Callers in a queue of their switch: their visit, once, and how it ends.
#include <gmock/gmock.h>

#include "tests/unit/core/observed_stage.hpp"

namespace callwright::core::stage {
namespace {

using journal::VisitEnd;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(ObservedCallers, WhoStandsInAnObservedQueueHasAVisitThere) {
  ObservedStage stage;
  const ContactId contact = stage.queue_up();
  const auto visits = stage.facts<journal::VisitStarted>();
  ASSERT_THAT(visits, SizeIs(1));
  EXPECT_TRUE(visits[0].observed);
  EXPECT_EQ(visits[0].queue, kSupport);
  EXPECT_EQ(visits[0].switch_id, kSwitch);
  EXPECT_EQ(visits[0].entered_at, stage.now);
  EXPECT_EQ(visits[0].service_level, 20s);
  const ContactView view = *stage.contact(contact);
  EXPECT_EQ(view.state, ContactState::waiting);
  EXPECT_TRUE(view.observed);
  EXPECT_FALSE(view.can_control);
  EXPECT_EQ(stage.queue_view().waiting, 1);
  EXPECT_TRUE(stage.queue_view().observed);
}

TEST(ObservedCallers, WhoseHeIsIsLookedUpAndHeDoesNotWaitForThat) {
  ObservedStage stage;
  const ContactId contact = stage.call_in();
  const Output out = stage.join();
  ASSERT_THAT(out.look_ups, SizeIs(1));
  EXPECT_EQ(out.look_ups[0].contact, contact);
  stage.step(CustomerFound{contact, journal::Match::known, CustomerId{42}, {}, "+441632960001", std::make_shared<const std::string>("{}")});
  EXPECT_EQ(stage.contact(contact)->customer, CustomerId{42});
  EXPECT_THAT(stage.facts<journal::VisitStarted>(), SizeIs(1));
}

TEST(ObservedCallers, WhatIsSaidAgainChangesNothing) {
  ObservedStage stage;
  stage.queue_up();
  EXPECT_THAT(stage.join().facts, IsEmpty());
  stage.leave(Left::abandoned);
  EXPECT_THAT(stage.leave(Left::abandoned).facts, IsEmpty());
  stage.hang_up("c1");
  EXPECT_THAT(stage.facts<journal::VisitEnded>(), SizeIs(1));
}

TEST(ObservedCallers, WhoHangsUpHasAbandonedAndEarlyOnesCountApart) {
  ObservedStage stage;
  stage.queue_up();
  stage.wait(10s);
  stage.leave(Left::abandoned);
  stage.hang_up("c1");
  stage.queue_up("c2");
  stage.wait(2s);
  stage.leave(Left::abandoned, "c2");
  stage.hang_up("c2");
  EXPECT_THAT(stage.visit_ends(), ElementsAre(VisitEnd::abandoned, VisitEnd::short_abandoned));
  const auto ended = stage.facts<journal::ContactEnded>();
  ASSERT_THAT(ended, SizeIs(2));
  EXPECT_EQ(ended[0].outcome, journal::ContactOutcome::abandoned);
  EXPECT_EQ(ended[1].outcome, journal::ContactOutcome::short_abandoned);
}

TEST(ObservedCallers, TheEndOfTheCallersLegEndsHisVisitToo) {
  ObservedStage stage;
  stage.queue_up();
  stage.wait(10s);
  stage.hang_up("c1");
  EXPECT_THAT(stage.visit_ends(), ElementsAre(VisitEnd::abandoned));
  EXPECT_THAT(stage.leave(Left::abandoned).facts, IsEmpty()) << "said too late";
  EXPECT_EQ(stage.queue_view().waiting, 0);
}

TEST(ObservedCallers, WithWhomTheSwitchGoesOnHasFlowedOut) {
  ObservedStage stage;
  const ContactId contact = stage.queue_up();
  stage.wait(10s);
  stage.leave(Left::left);
  EXPECT_THAT(stage.visit_ends(), ElementsAre(VisitEnd::flow_overflow));
  EXPECT_EQ(stage.queue_view().flowed_out, 1);
  EXPECT_TRUE(stage.contact(contact)->observed) << "a voice box, say: nothing of ours";
  stage.hang_up("c1");
  EXPECT_EQ(stage.facts<journal::ContactEnded>().at(0).outcome, journal::ContactOutcome::released);
}

TEST(ObservedCallers, WhoComesToAnotherQueueHasLeftTheOneBefore) {
  ObservedStage stage;
  stage.queue_up();
  stage.wait(10s);
  stage.join("c1", "q-billing");
  EXPECT_THAT(stage.visit_ends(), ElementsAre(VisitEnd::flow_overflow));
  EXPECT_EQ(stage.facts<journal::VisitStarted>().back().queue, kBilling);
  EXPECT_EQ(stage.facts<journal::VisitStarted>().back().entered_at, stage.now);
  EXPECT_THAT(stage.leave(Left::left).facts, IsEmpty()) << "the first queue's word comes late";
  EXPECT_EQ(stage.queue_view(kBilling).waiting, 1);
}

TEST(ObservedCallers, AQueueThatNobodyObservesIsCountedAndToldOnceAMinute) {
  ObservedStage stage;
  stage.call_in();
  const Output out = stage.join("c1", "q-other");
  EXPECT_THAT(out.facts, IsEmpty());
  ASSERT_THAT(out.unknown_queues, SizeIs(1));
  EXPECT_EQ(out.unknown_queues[0].name, "q-other");
  EXPECT_THAT(stage.join("c1", "q-more").unknown_queues, IsEmpty());
  EXPECT_EQ(stage.core->ignored().unknown_queues, 2u);
  stage.wait(1min);
  EXPECT_THAT(stage.join("c1", "q-other").unknown_queues, SizeIs(1));
}

TEST(ObservedCallers, WhoGoesToAQueueThatNobodyObservesHasLeftTheObservedOne) {
  ObservedStage stage;
  stage.queue_up();
  stage.join("c1", "q-other");
  EXPECT_THAT(stage.visit_ends(), ElementsAre(VisitEnd::flow_overflow));
}

TEST(ObservedCallers, AColleagueWhoCallsTheQueueIsACallerToo) {
  ObservedStage stage;
  stage.meet("s1", "1099", cti::model::DeviceClass::station);
  stage.join("s1");
  ASSERT_THAT(stage.facts<journal::ContactOpened>(), SizeIs(1));
  EXPECT_EQ(stage.facts<journal::ContactOpened>()[0].direction, journal::Direction::internal);
  EXPECT_EQ(stage.queue_view().waiting, 1);
  stage.hang_up("s1");
  EXPECT_THAT(stage.visit_ends(), ElementsAre(VisitEnd::short_abandoned));
}

TEST(ObservedCallers, ALegThatNobodyKnowsIsCounted) {
  ObservedStage stage;
  EXPECT_THAT(stage.join("nobody").facts, IsEmpty());
  EXPECT_EQ(stage.core->ignored().unknown_legs, 1u);
}

TEST(ObservedCallers, TheSwitchIsToldNothingWhateverHappensToHim) {
  ObservedStage stage({.observe = true, .control = true, .route = true, .answer = true, .play = true, .dial = true});
  stage.queue_up();
  const std::string phone = stage.rung("1001");
  stage.answer(phone);
  stage.wait(1min);
  stage.hang_up(phone);
  EXPECT_THAT(stage.last.commands, IsEmpty()) << "he is alone, and his switch goes on with him";
  stage.join();
  stage.hang_up("c1");
  EXPECT_TRUE(std::ranges::none_of(stage.command_ids, [](const auto&) { return true; }));
}

TEST(ObservedCallers, WhoIsOnlyWatchedIsNotHungUpOnEither) {
  ObservedStage stage;  // a direct call, no queue
  stage.call_in();
  stage.meet("p1", "1001", cti::model::DeviceClass::station);
  stage.answer("p1");
  EXPECT_EQ(stage.agent(kSofia).state, journal::AgentState::talking);
  stage.hang_up("p1");
  EXPECT_THAT(stage.command_ids, IsEmpty());
  EXPECT_EQ(stage.agent(kSofia).state, journal::AgentState::ready);
}

TEST(ObservedCallers, AskingUsForARouteHeIsOursFromThenOn) {
  ObservedStage stage({.observe = true, .control = true, .route = true, .answer = true});
  stage.make_ready(kCleo);
  const ContactId contact = stage.queue_up();
  stage.event(cti::model::RouteAsked{"c1", "4001"});
  EXPECT_FALSE(stage.find_command<cti::model::Ring>()) << "whose he is has been asked and not answered yet";
  stage.step(CustomerFound{contact, journal::Match::none, {}, {}, "", nullptr});
  EXPECT_THAT(stage.visit_ends(), ElementsAre(VisitEnd::flow_overflow));
  EXPECT_FALSE(stage.contact(contact)->observed);
  EXPECT_TRUE(stage.find_command<cti::model::Ring>()) << "Cleo is rung for him";
  stage.join();
  EXPECT_TRUE(stage.contact(contact)->observed) << "and his switch may take him back";
  EXPECT_THAT(stage.visit_ends(), ElementsAre(VisitEnd::flow_overflow, VisitEnd::flow_transfer));
}

TEST(ObservedCallers, ADrainLeavesThemWhereTheyAre) {
  ObservedStage stage({.observe = true, .control = true, .route = true, .answer = true});
  stage.queue_up();
  EXPECT_THAT(stage.step(DrainStarted{}).commands, IsEmpty());
  EXPECT_EQ(stage.queue_view().waiting, 1);
  EXPECT_EQ(stage.core->unserved(), 0u);
}

TEST(ObservedCallers, AQueueThatIsObservedNoLongerKeepsWhoStandsThereUntilHeLeaves) {
  ObservedStage stage;
  stage.queue_up();
  auto changed = std::make_shared<journal::Centre>(*stage.document);
  changed->version = 2;
  std::erase_if(changed->queues, [](const journal::Queue& queue) { return queue.id == kSupport; });
  for (auto& agent : changed->agents) std::erase_if(agent.queues, [](const auto& one) { return one.queue == kSupport; });
  stage.step(CentreChanged{changed});
  stage.leave(Left::abandoned);
  EXPECT_THAT(stage.facts<journal::VisitEnded>(), SizeIs(1));
}

TEST(ObservedCallers, WhoWaitedForUsInAQueueThatItsSwitchRoutesNowIsGivenBack) {
  Stage stage;
  stage.open_link();
  stage.arrive();
  auto changed = std::make_shared<journal::Centre>(*centre());
  changed->version = 2;
  changed->queues[0].observed = {kSwitch, "q-repairs"};
  changed->entries.clear();
  stage.document = changed;
  stage.step(CentreChanged{changed});
  EXPECT_TRUE(stage.find_command<cti::model::Release>());
  EXPECT_EQ(stage.facts<journal::VisitEnded>().at(0).how, VisitEnd::flow_closed);
}

}  // namespace
}  // namespace callwright::core::stage
