#include <gtest/gtest.h>

#include "floor.hpp"

namespace callwright::routing {
namespace {

struct People : testing::Test {
  Floor floor;
  void SetUp() override {
    floor.open({.queues = {queue("sales")}, .agents = {agent("ann", {}, {{"sales", 0}})}});
    (void)floor.enter(1, "sales");
    floor.match();
  }
  void answer() { floor.engine.answered({1}, {"ann"}, floor.now, floor); }
  void hang_up() { floor.engine.work_ended({"ann"}, floor.now, floor); }
};

TEST_F(People, WrapUpFollowsTheTalkAndEndsByItself) {
  answer();
  floor.now = floor.now + 1min;
  hang_up();
  EXPECT_EQ(floor.state("ann"), AgentState::wrap_up);
  EXPECT_EQ(floor.engine.agent({"ann"})->state.until, floor.now + 30s);
  EXPECT_EQ(floor.engine.agent({"ann"})->contact, ContactId{1});
  EXPECT_EQ(floor.engine.next_due(), floor.now + 30s);
  floor.pass(30s);
  EXPECT_EQ(floor.state("ann"), AgentState::ready);
  EXPECT_EQ(floor.engine.agent({"ann"})->state.idle_since, floor.now);
  EXPECT_EQ(floor.engine.agent({"ann"})->contact, ContactId{});
}

TEST_F(People, WrapUpIsExtendedAndEndedEarly) {
  answer();
  hang_up();
  floor.engine.extend_wrap_up({"ann"}, floor.now, floor);
  floor.pass(30s);
  EXPECT_EQ(floor.state("ann"), AgentState::wrap_up);
  floor.engine.end_wrap_up({"ann"}, floor.now, floor);
  EXPECT_EQ(floor.state("ann"), AgentState::ready);
  EXPECT_FALSE(floor.engine.next_due());
}

TEST_F(People, WrapUpIsExtendedByAMinuteAndAtMostTwice) {
  EXPECT_EQ(floor.engine.wrap_up_extensions_left({"ann"}), 0);
  answer();
  hang_up();
  const Instant end = floor.engine.agent({"ann"})->state.until;
  EXPECT_EQ(floor.engine.wrap_up_extensions_left({"ann"}), 2);
  EXPECT_TRUE(floor.engine.extend_wrap_up({"ann"}, floor.now, floor));
  EXPECT_EQ(floor.engine.wrap_up_extensions_left({"ann"}), 1);
  EXPECT_TRUE(floor.engine.extend_wrap_up({"ann"}, floor.now, floor));
  EXPECT_FALSE(floor.engine.extend_wrap_up({"ann"}, floor.now, floor));
  EXPECT_EQ(floor.engine.agent({"ann"})->state.until, end + 120s);
}

TEST_F(People, TheNextStateAskedForDuringWorkFollowsTheWrapUp) {
  answer();
  floor.set("ann", AgentState::not_ready, "lunch");
  EXPECT_EQ(floor.state("ann"), AgentState::talking);
  hang_up();
  EXPECT_EQ(floor.state("ann"), AgentState::wrap_up);
  floor.pass(30s);
  EXPECT_EQ(floor.state("ann"), AgentState::not_ready);
  EXPECT_EQ(floor.reason("ann"), "lunch");
}

TEST_F(People, AQueuedNextStateCanBeTakenBack) {
  answer();
  floor.set("ann", AgentState::not_ready, "lunch");
  floor.set("ann", AgentState::ready);
  hang_up();
  floor.pass(30s);
  EXPECT_EQ(floor.state("ann"), AgentState::ready);
}

TEST_F(People, APauseDuringTheRingFollowsTheOfferThatFails) {
  floor.set("ann", AgentState::not_ready, "lunch");
  EXPECT_EQ(floor.offered(1), "ann");
  floor.engine.end_offer(floor.offer_of(1), OfferEnd::refused, floor.now, floor);
  EXPECT_EQ(floor.state("ann"), AgentState::not_ready);
  EXPECT_EQ(floor.reason("ann"), "lunch");
}

TEST_F(People, SigningOutDuringATalkHappensWhenTheWorkEnds) {
  answer();
  floor.set("ann", AgentState::signed_out);
  EXPECT_EQ(floor.state("ann"), AgentState::talking);
  hang_up();
  floor.pass(30s);
  EXPECT_EQ(floor.state("ann"), AgentState::signed_out);
}

TEST_F(People, HoldIsAStateOfTheTalkAndKeepsItsContact) {
  floor.engine.hold({"ann"}, true, floor.now, floor);
  EXPECT_EQ(floor.state("ann"), AgentState::reserved);
  answer();
  floor.engine.hold({"ann"}, true, floor.now, floor);
  EXPECT_EQ(floor.state("ann"), AgentState::held);
  EXPECT_EQ(floor.engine.agent({"ann"})->contact, ContactId{1});
  floor.engine.hold({"ann"}, false, floor.now, floor);
  EXPECT_EQ(floor.state("ann"), AgentState::talking);
}

TEST_F(People, WithoutWrapUpTheAgentIsFreeAtOnce) {
  auto centre = floor.centre;
  centre.queues[0].wrap_up = 0s;
  Floor other;
  other.open(centre);
  (void)other.enter(1, "sales");
  other.match();
  other.engine.answered({1}, {"ann"}, other.now, other);
  other.now = other.now + 1min;
  other.engine.work_ended({"ann"}, other.now, other);
  EXPECT_EQ(other.state("ann"), AgentState::ready);
  EXPECT_EQ(other.engine.agent({"ann"})->state.idle_since, other.now);
}

TEST_F(People, IdlenessOutlivesAShortAbsence) {
  floor.engine.leave({1}, VisitEnd::abandoned, floor.now, floor);
  const Instant idle_since = floor.engine.agent({"ann"})->state.idle_since;
  floor.now = floor.now + 10s;
  floor.set("ann", AgentState::unreachable, "connection_lost");
  floor.now = floor.now + 10s;
  floor.ready("ann");
  EXPECT_EQ(floor.engine.agent({"ann"})->state.idle_since, idle_since);
  EXPECT_EQ(floor.engine.agent({"ann"})->since, floor.now);
}

TEST_F(People, RepeatedStatesAreNoFacts) {
  floor.engine.leave({1}, VisitEnd::abandoned, floor.now, floor);
  const auto before = floor.facts.size();
  floor.ready("ann");
  EXPECT_EQ(floor.facts.size(), before);
  floor.set("ann", AgentState::not_ready, "lunch");
  floor.set("ann", AgentState::not_ready, "lunch");
  EXPECT_EQ(floor.facts.size(), before + 1);
  floor.set("nobody", AgentState::ready);
  EXPECT_EQ(floor.facts.size(), before + 1);
}

TEST_F(People, ATalkOutsideTheQueuesReturnsTheAgentToWhatHeWas) {
  floor.engine.leave({1}, VisitEnd::abandoned, floor.now, floor);
  floor.set("ann", AgentState::not_ready, "lunch");
  floor.engine.answered({9}, {"ann"}, floor.now, floor);
  EXPECT_EQ(floor.state("ann"), AgentState::talking);
  hang_up();
  EXPECT_EQ(floor.state("ann"), AgentState::not_ready);
  EXPECT_EQ(floor.reason("ann"), "lunch");
}

}  // namespace
}  // namespace callwright::routing
