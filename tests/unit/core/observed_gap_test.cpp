// What a gap and a restart leave of callers, offers and agents whose switch routes.
#include <gmock/gmock.h>

#include "tests/unit/core/observed_stage.hpp"

namespace callwright::core::stage {
namespace {

using journal::AgentState;
using journal::LegState;
using journal::OfferEnd;
using journal::VisitEnd;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

const std::vector<cti::model::QueueAgentSeen> kBothReady = {{"1001", "q-support", There::ready, ""}, {"1002", "q-support", There::ready, ""}};

TEST(ObservedGap, WhoStillStandsInTheQueueKeepsHisVisitAndPlace) {
  ObservedStage stage;
  const ContactId contact = stage.queue_up();
  const Instant place = stage.now;
  stage.wait(1min);
  stage.come_back({{queued_on_switch("c1", "q-support")}, kBothReady});
  EXPECT_THAT(stage.facts<journal::VisitStarted>(), SizeIs(1));
  EXPECT_THAT(stage.visit_ends(), IsEmpty());
  EXPECT_EQ(stage.contact(contact)->entered_at, place);
}

TEST(ObservedGap, WhoIsThereAndStandsInTheQueueNoMoreHasFlowedOut) {
  ObservedStage stage;
  stage.queue_up();
  stage.wait(1min);
  stage.come_back({{queued_on_switch("c1", "")}, kBothReady});
  EXPECT_THAT(stage.visit_ends(), ElementsAre(VisitEnd::flow_overflow));
}

TEST(ObservedGap, WhoStandsInAnotherQueueHasGoneThere) {
  ObservedStage stage;
  stage.queue_up();
  stage.come_back({{queued_on_switch("c1", "q-billing")}, kBothReady});
  EXPECT_THAT(stage.visit_ends(), ElementsAre(VisitEnd::flow_overflow));
  EXPECT_EQ(stage.queue_view(kBilling).waiting, 1);
}

TEST(ObservedGap, WhoTalksToAnAgentWasAnswered) {
  ObservedStage stage;
  const ContactId contact = stage.queue_up();
  const std::string phone = stage.rung("1001");
  stage.come_back({{queued_on_switch("c1", "", "b"), phone_of(phone, "1001", LegState::connected, "b")}, kBothReady});
  EXPECT_THAT(stage.visit_ends(), ElementsAre(VisitEnd::answered));
  EXPECT_THAT(stage.ends(), ElementsAre(Pair(kSofia, OfferEnd::accepted)));
  EXPECT_EQ(stage.contact(contact)->agent, kSofia);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::talking);
}

TEST(ObservedGap, WhoHasGoneIsLost) {
  ObservedStage stage;
  stage.queue_up();
  stage.rung("1001");
  stage.come_back({{}, kBothReady});
  EXPECT_THAT(stage.visit_ends(), ElementsAre(VisitEnd::lost));
  EXPECT_THAT(stage.ends(), ElementsAre(Pair(kSofia, OfferEnd::lost)));
  EXPECT_EQ(stage.facts<journal::ContactEnded>().at(0).outcome, journal::ContactOutcome::lost);
}

TEST(ObservedGap, AnOfferIsLostUnlessThePhoneRingsStill) {
  ObservedStage stage;
  stage.queue_up();
  const std::string sofias = stage.rung("1001"), daniels = stage.rung("1002");
  stage.come_back({{queued_on_switch("c1", "q-support"), phone_of(daniels, "1002", LegState::alerting)}, kBothReady});
  EXPECT_THAT(stage.ends(), ElementsAre(Pair(kSofia, OfferEnd::lost)));
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
  EXPECT_EQ(stage.agent(kDaniel).state, AgentState::reserved);
  stage.answer(daniels);
  EXPECT_THAT(stage.ends(), ElementsAre(Pair(kSofia, OfferEnd::lost), Pair(kDaniel, OfferEnd::accepted)));
}

TEST(ObservedGap, WhoIsFoundInAQueueBeginsToWaitThen) {
  ObservedStage stage;
  stage.come_back({{queued_on_switch("c1", "q-support")}, kBothReady});
  ASSERT_THAT(stage.facts<journal::ContactOpened>(), SizeIs(1));
  EXPECT_EQ(stage.facts<journal::ContactOpened>()[0].by, journal::OpenedBy::found);
  EXPECT_EQ(stage.queue_view().waiting, 1);
  EXPECT_EQ(stage.queue_view().longest_since, stage.now);
}

TEST(ObservedGap, AgentsAreWhatTheSnapshotSays) {
  ObservedStage stage;
  stage.come_back({{}, {{"1001", "q-support", There::paused, "lunch"}}});
  EXPECT_EQ(stage.agent(kSofia).reason, "lunch");
  EXPECT_EQ(stage.agent(kDaniel).state, AgentState::signed_out) << "he is in none of its queues any more";
}

TEST(ObservedGap, ARestartFoldsTheSameAndTheSnapshotSaysTheRest) {
  ObservedStage stage;
  const ContactId waits = stage.queue_up("c1"), talks = stage.queue_up("c2");
  const Instant place = stage.contact(waits)->entered_at;
  const std::string phone = stage.rung("1001", "c2");
  stage.answer(phone, "c2");
  stage.rung("1002", "c1");
  stage.see("1001", There::paused, "lunch");
  stage.kill_and_restart();
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::talking);
  EXPECT_EQ(stage.agent(kDaniel).state, AgentState::reserved);
  EXPECT_TRUE(stage.contact(waits)->observed);
  stage.wait(2min);  // no page is back, and nobody hears the switch
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::talking);
  stage.open({{queued_on_switch("c1", "q-support"), queued_on_switch("c2", "", "b-c2"), phone_of(phone, "1001", LegState::connected, "b-c2")},
              {{"1001", "q-support", There::paused, "lunch"}, {"1002", "q-support", There::ready, ""}}});
  EXPECT_EQ(stage.contact(waits)->entered_at, place);
  EXPECT_EQ(stage.contact(waits)->state, ContactState::waiting) << "Daniel's phone does not ring any more";
  EXPECT_EQ(stage.contact(talks)->agent, kSofia);
  EXPECT_THAT(stage.facts<journal::VisitStarted>(), SizeIs(2));
  stage.hang_up(phone);
  EXPECT_EQ(stage.agent(kSofia).reason, "lunch");
  EXPECT_EQ(stage.agent(kDaniel).state, AgentState::ready);
}

TEST(ObservedGap, ACheckpointKeepsThem) {
  ObservedStage stage;
  const ContactId waits = stage.queue_up();
  stage.rung("1001");
  stage.see("1002", There::paused, "lunch");
  Core again(2);
  for (const auto& fact : stage.core->checkpoint()) again.fold(fact);
  again.step({stage.now + 1s, CentreChanged{stage.document}});
  EXPECT_THAT(again.violations(), IsEmpty());
  for (const auto& view : again.all_views()) {
    if (const auto* contact = std::get_if<ContactView>(&view))
      EXPECT_TRUE(contact->contact == waits && contact->observed && contact->offers.size() == 1);
    if (const auto* agent = std::get_if<AgentView>(&view); agent && agent->agent == kDaniel) EXPECT_EQ(agent->reason, "lunch");
  }
}

}  // namespace
}  // namespace callwright::core::stage
