// What switches do with contacts and agents by themselves: written down, and never a candidate of ours.
#include <gmock/gmock.h>

#include "floor.hpp"

namespace callwright::routing {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using How = journal::OfferEnd;

journal::Queue of_switch(const std::string& name) {
  journal::Queue one = queue(name);
  one.observed = {SwitchId{"pbx"}, "pbx-" + name};
  return one;
}

/// Two observed agents in one observed queue, one of ours in "sales".
struct Observed : testing::Test {
  Floor floor;
  void SetUp() override {
    floor.open({.queues = {of_switch("support"), queue("sales")},
                .agents = {agent("ann", {}, {{"support", 0}}), agent("ben", {}, {{"support", 0}}), agent("cleo", {}, {{"sales", 0}})}});
    for (const char* name : {"ann", "ben"}) see(name, AgentState::ready);
  }
  void TearDown() override {
    floor.match();
    EXPECT_THAT(floor.engine.violations(), IsEmpty());
    Engine again;
    for (const auto& fact : floor.facts) again.apply(fact);
    EXPECT_EQ(again.digest(), floor.engine.digest());
  }
  void wait_in_support(std::int64_t contact) { floor.engine.observe({contact}, {"pbx"}, {"support"}, floor.now, floor); }
  OfferId call(std::int64_t contact, const std::string& name) { return floor.engine.observe_offer({contact}, {name}, floor.now, floor.mint, floor); }
  void see(const std::string& name, AgentState state, const std::string& reason = {}) {
    floor.engine.observe_state({name}, state, reason, floor.now, floor);
  }
};

TEST_F(Observed, AVisitThereIsNeverMatchedWhoeverIsReady) {
  wait_in_support(1);
  floor.pass(1h);
  EXPECT_EQ(floor.offered(1), "");
  EXPECT_EQ(floor.engine.decisions(), 0);
  EXPECT_TRUE(floor.engine.waiting({1})->observed);
  EXPECT_EQ(floor.engine.waiting({1})->entered_at, floor.now - 1h);
  EXPECT_FALSE(floor.engine.next_due());
}

TEST_F(Observed, AnAgentThereIsNoCandidateThoughHeIsReady) {
  floor.set("cleo", AgentState::signed_out);
  (void)floor.enter(1, "sales");
  floor.pass(1h);
  EXPECT_EQ(floor.offered(1), "");
  EXPECT_EQ(floor.engine.pull({1}, {"ann"}, "boss", floor.now, floor.mint, floor).error().code, Errc::observed);
}

TEST_F(Observed, NoContactOfOursEntersOrIsMovedThere) {
  EXPECT_EQ(floor.enter(1, "support").error().code, Errc::observed);
  floor.set("cleo", AgentState::not_ready);
  (void)floor.enter(2, "sales");
  EXPECT_EQ(floor.engine.move({2}, {"support"}, floor.now, floor).error().code, Errc::observed);
  EXPECT_EQ(floor.engine.set_emergency({"support"}, true, "boss", floor).error().code, Errc::observed);
}

TEST_F(Observed, NobodySteersAVisitThere) {
  wait_in_support(1);
  EXPECT_EQ(floor.engine.raise({1}, 100, "boss", floor).error().code, Errc::observed);
  EXPECT_EQ(floor.engine.park({1}, "boss", floor.now, floor).error().code, Errc::observed);
  EXPECT_EQ(floor.engine.resume({1}, "boss", floor).error().code, Errc::observed);
  EXPECT_EQ(floor.engine.pull({1}, {"cleo"}, "boss", floor.now, floor.mint, floor).error().code, Errc::observed);
  EXPECT_EQ(floor.engine.move({1}, {"sales"}, floor.now, floor).error().code, Errc::observed);
  EXPECT_EQ(floor.all<journal::VisitChanged>().size(), 0u);
}

TEST_F(Observed, AnOfferThereIsNoDecisionAndHasNoEndOfItsOwn) {
  wait_in_support(1);
  EXPECT_TRUE(call(1, "ann"));
  const auto made = floor.last<journal::OfferMade>();
  EXPECT_EQ(made.decision, 0);
  EXPECT_EQ(made.expires_at, Instant{});
  EXPECT_THAT(made.gates, IsEmpty());
  EXPECT_THAT(made.best, IsEmpty());
  EXPECT_EQ(made.device, "PJSIP/ann");
  EXPECT_EQ(made.wrap_up, Duration::zero());
  EXPECT_EQ(floor.state("ann"), AgentState::reserved);
  EXPECT_EQ(floor.engine.agent({"ann"})->state.until, Instant{});
  floor.pass(24h);
  EXPECT_EQ(floor.state("ann"), AgentState::reserved);
  EXPECT_FALSE(floor.engine.next_due());
  EXPECT_FALSE(call(1, "ann")) << "he is called already";
  EXPECT_EQ(floor.all<journal::OfferMade>().size(), 1u);
}

TEST_F(Observed, SeveralAtOnceAreAGroupAndTheFirstAnswerEndsTheOthersElsewhere) {
  wait_in_support(1);
  const OfferId first = call(1, "ann"), second = call(1, "ben");
  for (const auto& made : floor.all<journal::OfferMade>()) EXPECT_EQ(made.group, first);
  floor.engine.answered({1}, {"ben"}, floor.now, floor);
  EXPECT_THAT(floor.all<journal::OfferEnded>(), ElementsAre(journal::OfferEnded{second, AgentId{"ben"}, How::accepted, {}},
                                                            journal::OfferEnded{first, AgentId{"ann"}, How::elsewhere, {}}));
  EXPECT_EQ(floor.state("ben"), AgentState::talking);
  EXPECT_EQ(floor.state("ann"), AgentState::ready);
}

TEST_F(Observed, AGroupMayBeLargerThanOurs) {
  journal::Centre centre = floor.centre;
  for (int i = 0; i < 30; ++i) centre.agents.push_back(agent("a" + std::to_string(i), {}, {{"support", 0}}));
  floor.centre = centre;
  floor.engine.configure(centre);
  wait_in_support(1);
  for (int i = 0; i < 30; ++i) EXPECT_TRUE(call(1, "a" + std::to_string(i)));
  EXPECT_THAT(floor.engine.violations(), IsEmpty());
  floor.engine.leave({1}, VisitEnd::abandoned, floor.now, floor);
  EXPECT_EQ(floor.all<journal::OfferEnded>().size(), 30u);
}

TEST_F(Observed, WhoDoesNotAnswerIsNeitherExcludedNorMadeNotReady) {
  wait_in_support(1);
  floor.engine.end_offer(call(1, "ann"), How::timed_out, floor.now, floor);
  EXPECT_EQ(floor.last<journal::OfferEnded>(), (journal::OfferEnded{floor.last<journal::OfferMade>().offer, AgentId{"ann"}, How::timed_out, {}}));
  EXPECT_EQ(floor.state("ann"), AgentState::ready);
  EXPECT_TRUE(call(1, "ann")) << "its switch may call him again at once";
}

TEST_F(Observed, WhileHeRingsOrTalksWhatHisQueuesSayComesNext) {
  wait_in_support(1);
  call(1, "ann");
  see("ann", AgentState::signed_out);
  EXPECT_EQ(floor.state("ann"), AgentState::reserved) << "his phone rings still";
  floor.engine.answered({1}, {"ann"}, floor.now, floor);
  see("ann", AgentState::not_ready, "lunch");
  EXPECT_EQ(floor.state("ann"), AgentState::talking);
  floor.engine.work_ended({"ann"}, floor.now, floor);
  EXPECT_EQ(floor.state("ann"), AgentState::not_ready) << "and no wrap-up of ours";
  EXPECT_EQ(floor.reason("ann"), "lunch");
}

TEST_F(Observed, WhoIsCalledThoughHePausesPausesAfterwards) {
  see("ann", AgentState::not_ready, "lunch");
  wait_in_support(1);
  floor.engine.end_offer(call(1, "ann"), How::refused, floor.now, floor);
  EXPECT_EQ(floor.state("ann"), AgentState::not_ready);
  EXPECT_EQ(floor.reason("ann"), "lunch");
}

TEST_F(Observed, OnePhoneRingsForOneContactAndTheLaterCallCounts) {
  wait_in_support(1);
  wait_in_support(2);
  const OfferId first = call(1, "ann");
  EXPECT_TRUE(call(2, "ann"));
  EXPECT_THAT(floor.all<journal::OfferEnded>(), ElementsAre(journal::OfferEnded{first, AgentId{"ann"}, How::withdrawn, {}}));
  floor.engine.answered({2}, {"ann"}, floor.now, floor);
  EXPECT_FALSE(call(1, "ann")) << "he talks";
}

TEST_F(Observed, WhatIsSaidTwiceIsNoFact) {
  const std::size_t before = floor.facts.size();
  see("ann", AgentState::ready);
  EXPECT_EQ(floor.facts.size(), before);
  see("ann", AgentState::not_ready, "lunch");
  see("ann", AgentState::not_ready, "lunch");
  see("cleo", AgentState::signed_out);
  EXPECT_EQ(floor.facts.size(), before + 1) << "and cleo is ours";
}

TEST_F(Observed, NobodyIsHeldForAnAgentThere) {
  journal::Centre centre = floor.centre;
  centre.queues[1].named_agent_hold = 1h;
  centre.queues[1].named_agent_points = 1000;
  floor.engine.configure(centre);
  ASSERT_TRUE(floor.engine.enter({1}, {"pbx"}, {"sales"}, floor.now, floor.now, floor, {.attributes = {}, .named_agent = {"ann"}}));
  floor.match();
  EXPECT_EQ(floor.offered(1), "cleo");
}

TEST_F(Observed, ItsWorkIsNoMeasureOfOurWaits) {
  wait_in_support(1);
  call(1, "ann");
  floor.engine.answered({1}, {"ann"}, floor.now, floor);
  floor.now = floor.now + 1h;
  floor.engine.work_ended({"ann"}, floor.now, floor);
  (void)floor.enter(2, "sales");
  floor.match();
  (void)floor.enter(3, "sales");
  EXPECT_EQ(floor.engine.estimate({3}, floor.now), std::nullopt) << "nothing is known of how long contacts of ours take";
}

}  // namespace
}  // namespace callwright::routing
