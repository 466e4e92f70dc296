#include <gtest/gtest.h>

#include "floor.hpp"

namespace callwright::routing {
namespace {

journal::Centre two_agents() {
  return {.queues = {queue("sales")}, .agents = {agent("ann", {}, {{"sales", 10}}), agent("bob", {}, {{"sales", 0}})}};
}

TEST(Offers, AnAnsweredOfferIsAcceptedAndTheVisitIsAnswered) {
  Floor floor;
  floor.open(two_agents());
  (void)floor.enter(1, "sales");
  floor.match();
  floor.now = floor.now + 4s;
  floor.engine.answered({1}, {"ann"}, floor.now, floor);
  EXPECT_EQ(floor.last<journal::VisitEnded>().how, VisitEnd::answered);
  EXPECT_EQ(floor.last<journal::VisitEnded>().waited, Duration(4s));
  EXPECT_EQ(floor.last<journal::OfferEnded>().how, OfferEnd::accepted);
  EXPECT_EQ(floor.state("ann"), AgentState::talking);
  EXPECT_EQ(floor.engine.agent({"ann"})->contact, ContactId{1});
  EXPECT_FALSE(floor.engine.waiting({1}));
  EXPECT_TRUE(floor.engine.violations().empty());
}

TEST(Offers, WhoHasSignedOutWhileHisPhoneWasPickedUpTalksAndIsOutAfterwards) {
  Floor floor;
  floor.open(two_agents());
  (void)floor.enter(1, "sales");
  floor.match();
  floor.engine.set_state({"ann"}, AgentState::signed_out, "", floor.now, floor);
  floor.engine.set_state({"bob"}, AgentState::not_ready, "lunch", floor.now, floor);
  floor.engine.answered({1}, {"ann"}, floor.now, floor);
  EXPECT_EQ(floor.state("ann"), AgentState::talking);
  EXPECT_EQ(floor.engine.agent({"ann"})->contact, ContactId{1});
  floor.engine.work_ended({"ann"}, floor.now, floor);
  EXPECT_EQ(floor.state("ann"), AgentState::signed_out);
  EXPECT_TRUE(floor.engine.violations().empty());
}

TEST(Offers, TimedOutContactKeepsItsPlaceAndGoesToTheNextAgent) {
  Floor floor;
  floor.open(two_agents());
  (void)floor.enter(1, "sales");
  floor.match();
  const Instant entered = floor.engine.waiting({1})->entered_at;
  ASSERT_EQ(floor.engine.next_due(), floor.now + 20s);
  floor.pass(20s);
  EXPECT_EQ(floor.last<journal::OfferEnded>().how, OfferEnd::timed_out);
  EXPECT_EQ(floor.last<journal::OfferEnded>().excluded_until, floor.now + 60s);
  EXPECT_EQ(floor.state("ann"), AgentState::not_ready);
  EXPECT_EQ(floor.reason("ann"), "no_answer");
  EXPECT_EQ(floor.offered(1), "bob");
  EXPECT_EQ(floor.engine.waiting({1})->entered_at, entered);
  EXPECT_EQ(floor.engine.waiting({1})->visit, 1);
}

TEST(Offers, TimedOutAgentIsExcludedUntilTheExclusionEnds) {
  Floor floor;
  floor.open({.queues = {queue("sales")}, .agents = {agent("ann", {}, {{"sales", 0}})}});
  (void)floor.enter(1, "sales");
  floor.match();
  floor.pass(20s);
  floor.ready("ann");
  floor.match();
  EXPECT_EQ(floor.offered(1), "");
  EXPECT_EQ(floor.engine.next_due(), floor.now + 60s);
  EXPECT_TRUE(floor.engine.violations().empty());
  floor.pass(60s - 1us);
  EXPECT_EQ(floor.offered(1), "");
  floor.pass(1us);
  EXPECT_EQ(floor.offered(1), "ann");
  EXPECT_EQ(floor.last<journal::OfferMade>().gates[6].left, 1);
}

TEST(Offers, AnEndedExclusionIsNotDueForEver) {
  Floor floor;
  floor.open({.queues = {queue("sales")}, .agents = {agent("ann", {}, {{"sales", 0}})}});
  (void)floor.enter(1, "sales");
  floor.match();
  floor.pass(20s);
  floor.pass(60s);
  EXPECT_EQ(floor.offered(1), "") << "ann is not ready";
  EXPECT_FALSE(floor.engine.next_due());
}

TEST(Offers, RefusingAgentStaysReadyWithHisIdleTimeAndIsExcluded) {
  Floor floor;
  floor.open(two_agents());
  const Instant idle_since = floor.engine.agent({"ann"})->state.idle_since;
  floor.now = floor.now + 5s;
  (void)floor.enter(1, "sales");
  floor.match();
  floor.now = floor.now + 5s;
  floor.engine.end_offer(floor.offer_of(1), OfferEnd::refused, floor.now, floor);
  EXPECT_EQ(floor.state("ann"), AgentState::ready);
  EXPECT_EQ(floor.engine.agent({"ann"})->state.idle_since, idle_since);
  floor.match();
  EXPECT_EQ(floor.offered(1), "bob");
  (void)floor.enter(2, "sales");
  floor.match();
  EXPECT_EQ(floor.offered(2), "ann") << "the exclusion is for that contact alone";
}

TEST(Offers, LostOfferHasNoPenalty) {
  Floor floor;
  floor.open(two_agents());
  (void)floor.enter(1, "sales");
  floor.match();
  floor.engine.end_offer(floor.offer_of(1), OfferEnd::lost, floor.now, floor);
  EXPECT_EQ(floor.last<journal::OfferEnded>().excluded_until, Instant{});
  EXPECT_EQ(floor.state("ann"), AgentState::ready);
  floor.match();
  EXPECT_EQ(floor.offered(1), "ann");
}

TEST(Offers, CallerWhoHangsUpWithdrawsTheOfferAndIsAbandoned) {
  Floor floor;
  floor.open(two_agents());
  const Instant idle_since = floor.engine.agent({"ann"})->state.idle_since;
  (void)floor.enter(1, "sales");
  floor.match();
  floor.now = floor.now + 5s;
  floor.engine.leave({1}, VisitEnd::abandoned, floor.now, floor);
  EXPECT_EQ(floor.last<journal::OfferEnded>().how, OfferEnd::withdrawn);
  EXPECT_EQ(floor.last<journal::OfferEnded>().excluded_until, Instant{});
  EXPECT_EQ(floor.last<journal::VisitEnded>().how, VisitEnd::abandoned);
  EXPECT_EQ(floor.state("ann"), AgentState::ready);
  EXPECT_EQ(floor.engine.agent({"ann"})->state.idle_since, idle_since);
  EXPECT_TRUE(floor.engine.violations().empty());
}

TEST(Offers, AnAbandonBelowTheLimitIsShort) {
  Floor floor;
  floor.open({.queues = {queue("sales")}});
  (void)floor.enter(1, "sales");
  floor.now = floor.now + 5s - 1us;
  floor.engine.leave({1}, VisitEnd::abandoned, floor.now, floor);
  EXPECT_EQ(floor.last<journal::VisitEnded>().how, VisitEnd::short_abandoned);
  (void)floor.enter(1, "sales");
  EXPECT_EQ(floor.engine.waiting({1})->visit, 2);
  floor.now = floor.now + 5s;
  floor.engine.leave({1}, VisitEnd::abandoned, floor.now, floor);
  EXPECT_EQ(floor.last<journal::VisitEnded>().how, VisitEnd::abandoned);
}

TEST(Offers, AnotherAgentWhoPicksUpEndsTheOfferElsewhere) {
  Floor floor;
  floor.open(two_agents());
  (void)floor.enter(1, "sales");
  floor.match();
  ASSERT_EQ(floor.offered(1), "ann");
  floor.engine.answered({1}, {"bob"}, floor.now, floor);
  EXPECT_EQ(floor.last<journal::OfferEnded>().how, OfferEnd::elsewhere);
  EXPECT_EQ(floor.state("ann"), AgentState::ready);
  EXPECT_EQ(floor.state("bob"), AgentState::talking);
  EXPECT_TRUE(floor.engine.violations().empty());
}

TEST(Offers, AnAgentWhoSignsOutWhileItRingsGivesTheContactBackWithoutPenalty) {
  for (const AgentState leaving : {AgentState::signed_out, AgentState::unreachable}) {
    Floor floor;
    floor.open(two_agents());
    (void)floor.enter(1, "sales");
    floor.match();
    floor.set("ann", leaving, "connection_lost");
    EXPECT_EQ(floor.last<journal::OfferEnded>().how, OfferEnd::withdrawn);
    EXPECT_EQ(floor.last<journal::OfferEnded>().excluded_until, Instant{});
    EXPECT_EQ(floor.state("ann"), leaving);
    floor.match();
    EXPECT_EQ(floor.offered(1), "bob");
    EXPECT_TRUE(floor.engine.violations().empty());
  }
}

TEST(Offers, OverdueTimersFireInTheOrderInWhichTheyWereDue) {
  auto slow = queue("slow");
  slow.ring_timeout = 30s;
  Floor floor;
  floor.open({.queues = {slow, queue("sales")}, .agents = {agent("ann", {}, {{"slow", 0}}), agent("bob", {}, {{"sales", 0}})}});
  (void)floor.enter(1, "slow");
  (void)floor.enter(2, "sales");
  floor.match();
  floor.now = floor.now + 1h;
  floor.engine.expire(floor.now, floor);
  const auto ended = floor.all<journal::OfferEnded>();
  ASSERT_EQ(ended.size(), 2u);
  EXPECT_EQ(ended[0].agent.value, "bob");
  EXPECT_EQ(ended[1].agent.value, "ann");
}

}  // namespace
}  // namespace callwright::routing
