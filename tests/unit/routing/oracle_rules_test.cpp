#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "oracle_rules.hpp"

namespace callwright::routing_oracle {
namespace {

// --- gates ---------------------------------------------------------------------------------------------------------------

TEST_F(OracleRules, GatesAreCountedInTheOrderOfTheDocument) {
  for (const char* name : {"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"}) centre.agents.push_back(person(name));
  centre.agents[2].queues.clear();
  centre.agents[6].skills.clear();
  centre.agents[8].switch_id = {"down"};
  centre.agents[9].capacity = {{Channel::voice, 0}};
  configure();
  for (const char* name : {"a1", "a3", "a4", "a5", "a6", "a7", "a8"}) state(name, AgentState::ready);
  state("a2", AgentState::unreachable);
  state("a3", AgentState::wrap_up);
  oracle.device({"pbx"}, "a4", false);
  enter(1, {.requirements = {{{"boiler"}, Kind::required, 50}},
            .favours = {{{"ann"}, Why::last_agent, 0, now + 1min}, {{"a7"}, Why::named_agent, 0, now + 1min}}});
  fail(1, "a6", OfferEnd::refused, 1min);
  EXPECT_EQ(chosen(), "1 ann");
  EXPECT_THAT(gates(), ElementsAre(9, 8, 7, 6, 5, 4, 3, 2, 1));
  std::vector<Gate> order;
  for (const auto& gate : oracle.next(now)->gates) order.push_back(gate.gate);
  EXPECT_THAT(order, ElementsAre(Gate::member, Gate::signed_in, Gate::ready, Gate::capacity, Gate::device_free, Gate::skills, Gate::not_excluded,
                                 Gate::not_held, Gate::switch_up));
}

TEST_F(OracleRules, AnExcludedSkillKeepsOutWhoHasTheLevelOrMore) {
  ann().skills[0].level = 60;
  bob().skills[0].level = 59;
  configure();
  enter(1, {.requirements = {{{"boiler"}, Kind::excluded, 60}}});
  EXPECT_EQ(chosen(), "1 bob");
}

TEST_F(OracleRules, PreferredAndValueSkillsAreNoGate) {
  enter(1, {.requirements = {{{"piano"}, Kind::preferred, 50}, {{"piano"}, Kind::value, 50}}});
  EXPECT_EQ(chosen(), "1 ann");
}

TEST_F(OracleRules, AParkedContactIsOfferedToNobodyAndKeepsItsPlace) {
  enter(1);
  change(1, What::parked);
  EXPECT_EQ(chosen(), "nobody");
  now = now + 1s;
  enter(2);
  EXPECT_EQ(chosen(), "2 ann");
  change(1, What::resumed);
  EXPECT_EQ(chosen(), "1 ann");
}

TEST_F(OracleRules, AnExclusionEndsAtItsInstant) {
  enter(1);
  for (const char* name : {"ann", "bob"}) fail(1, name, OfferEnd::refused, 60s);
  now = now + 60s - 1us;
  EXPECT_EQ(chosen(), "nobody");
  now = now + 1us;
  EXPECT_EQ(chosen(), "1 ann");
}

// --- terms of agents -----------------------------------------------------------------------------------------------------

TEST_F(OracleRules, BestShowsSkillsFirstThenWhatTheCustomerIsWorth) {
  enter(1, {.requirements = {{{"boiler"}, Kind::value, 0, 3},
                             {{"boiler"}, Kind::required, 10, 2},
                             {{"chinese"}, Kind::excluded, 90},
                             {{"chinese"}, Kind::preferred, 0, 1}}});
  EXPECT_THAT(kinds(), ElementsAre(TermKind::skill, TermKind::skill, TermKind::customer_value, TermKind::idle, TermKind::rank, TermKind::priority,
                                   TermKind::age));
  EXPECT_THAT(points(TermKind::skill), ElementsAre(100'000, 20'000));
  EXPECT_THAT(points(TermKind::customer_value), ElementsAre(150'000));
}

TEST_F(OracleRules, BestCountsResolutionAndSatisfactionInPerCent) {
  sales().resolution_weight = 2;
  sales().satisfaction_weight = 3;
  ann().queues[0].resolution = 70;
  bob().queues[0].satisfaction = 60;
  configure();
  enter(1);
  EXPECT_EQ(chosen(), "1 bob");
  EXPECT_THAT(points(TermKind::satisfaction), ElementsAre(180'000));
  EXPECT_THAT(points(TermKind::resolution, "ann"), ElementsAre(140'000));
}

TEST_F(OracleRules, LongestIdleForgetsSkills) {
  sales().strategy = Strategy::longest_idle;
  sales().idle_per_minute = 6;
  ann().skills[0].level = 100;
  configure();
  now = now + 10s;
  state("ann", AgentState::not_ready);
  state("ann", AgentState::ready);
  enter(1, {.requirements = {{{"boiler"}, Kind::required, 10, 9}}});
  EXPECT_EQ(chosen(), "1 bob");
  EXPECT_THAT(kinds(), ElementsAre(TermKind::idle, TermKind::rank, TermKind::priority, TermKind::age));
}

TEST_F(OracleRules, AMinuteOfIdlenessIsExactlyARateAndHalfATickIsNothing) {
  sales().idle_per_minute = 7;
  configure();
  enter(1);
  now = now + 59'999ms;
  EXPECT_THAT(points(TermKind::idle), ElementsAre(7 * 999));
  now = now + 1ms;
  EXPECT_THAT(points(TermKind::idle), ElementsAre(7000));
}

TEST_F(OracleRules, LeastOccupiedCountsWorkAgainstReadinessUpToTheLastReturn) {
  sales().strategy = Strategy::least_occupied;
  sales().strategy_points = 10;
  configure();
  enter(1);
  now = now + 20s;
  for (AgentState working : {AgentState::reserved, AgentState::talking, AgentState::held, AgentState::wrap_up}) {
    state("ann", working);
    now = now + 10s;
  }
  state("ann", AgentState::not_ready);
  now = now + 1h;
  state("ann", AgentState::unreachable);
  now = now + 1h;
  state("ann", AgentState::ready);
  now = now + 1h;
  EXPECT_EQ(chosen(), "1 bob");
  EXPECT_THAT(points(TermKind::occupancy, "ann"), ElementsAre(-6660)) << "40 s of 60, in thousandths, truncated";
  EXPECT_THAT(points(TermKind::occupancy, "bob"), ElementsAre(0)) << "he became ready before he had worked or waited";
}

TEST_F(OracleRules, SigningOutBeginsTheOccupancyAnew) {
  sales().strategy = Strategy::least_occupied;
  configure();
  enter(1);
  state("ann", AgentState::talking);
  now = now + 10s;
  state("ann", AgentState::ready);
  EXPECT_THAT(points(TermKind::occupancy, "ann"), ElementsAre(-1'000'000));
  state("ann", AgentState::signed_out);
  state("ann", AgentState::ready);
  EXPECT_THAT(points(TermKind::occupancy, "ann"), ElementsAre(0));
}

TEST_F(OracleRules, RoundRobinTakesWhoseLastOfferIsLongestAgo) {
  sales().strategy = Strategy::round_robin;
  sales().strategy_points = 10;
  configure();
  for (std::int64_t contact : {1, 2, 3}) enter(contact);
  EXPECT_THAT(points(TermKind::turn), ElementsAre(10)) << "none yet counts as number 0";
  offer(1, "ann");
  offer(2, "bob");
  fail(1, "ann", OfferEnd::withdrawn);
  fail(2, "bob", OfferEnd::withdrawn);
  EXPECT_EQ(chosen(), "1 ann");
  EXPECT_THAT(points(TermKind::turn, "ann"), ElementsAre(20));
  EXPECT_THAT(points(TermKind::turn, "bob"), ElementsAre(10));
}

TEST_F(OracleRules, ATurnIsWorthAtMostAThousandDecisions) {
  sales().strategy = Strategy::round_robin;
  sales().strategy_points = 1;
  configure();
  tell(0, journal::Carried{.decisions = 5000, .agent_marks = {{.agent = {"ann"}, .last_decision = 4001}}});
  enter(1);
  EXPECT_EQ(chosen(), "1 ann");
  EXPECT_THAT(points(TermKind::turn, "ann"), ElementsAre(1000));
  EXPECT_THAT(points(TermKind::turn, "bob"), ElementsAre(1000));
  EXPECT_EQ(oracle.next(now)->decision, 5001);
}

TEST_F(OracleRules, PercentageDealsOffersOutByShare) {
  sales().strategy = Strategy::percentage;
  ann().queues[0].share = 3;
  bob().queues[0].share = 2;
  configure();
  std::string dealt;
  for (std::int64_t contact = 1; contact <= 10; ++contact) {
    enter(contact);
    const auto choice = oracle.next(now);
    dealt += choice->agent.value[0];
    offer(contact, choice->agent.value, choice->agent_share);
    fail(contact, choice->agent.value, OfferEnd::accepted);
    leave(contact, VisitEnd::answered, 0s);
  }
  EXPECT_EQ(std::ranges::count(dealt, 'a'), 6) << dealt;
  EXPECT_EQ(std::ranges::count(dealt, 'b'), 4) << dealt;
}

TEST_F(OracleRules, WhoWasAwayDoesNotCatchUpHisShare) {
  sales().strategy = Strategy::percentage;
  configure();
  state("bob", AgentState::not_ready);
  const auto serve = [&](std::int64_t contact) {
    enter(contact);
    const auto choice = oracle.next(now);
    offer(contact, choice->agent.value, choice->agent_share);
    fail(contact, choice->agent.value, OfferEnd::accepted);
    leave(contact, VisitEnd::answered, 0s);
    return choice->agent.value;
  };
  for (std::int64_t contact = 1; contact <= 5; ++contact) EXPECT_EQ(serve(contact), "ann");
  state("bob", AgentState::ready);
  std::vector<std::string> now_dealt;
  for (std::int64_t contact = 6; contact <= 9; ++contact) now_dealt.push_back(serve(contact));
  EXPECT_EQ(now_dealt.front(), "bob");
  EXPECT_EQ(std::ranges::count(now_dealt, "bob"), 2);
}

TEST_F(OracleRules, TheQuotaTermIsTheDistanceToTheQueuesMarkAndNeverABonus) {
  sales().strategy = Strategy::percentage;
  sales().strategy_points = 10;
  configure();
  enter(1);
  tell(0, journal::Carried{.quota_marks = {{{"sales"}, {"ann"}, 1'250'001}, {{"sales"}, {"bob"}, 10}},
                           .queue_marks = {{{"sales"}, 1'000'000, 1'000'000}}});
  EXPECT_THAT(points(TermKind::quota, "ann"), ElementsAre(-2500));
  EXPECT_THAT(points(TermKind::quota, "bob"), ElementsAre(0));
}

TEST_F(OracleRules, LotsComeFromSeedDecisionAndAgent) {
  EXPECT_EQ(mix(0), 0xE220A8397B1DCDAFu) << "the first number of splitmix64 from 0";
  EXPECT_EQ(fnv1a(""), 0xCBF29CE484222325u);
  EXPECT_EQ(fnv1a("a"), 0xAF63DC4C8601EC8Cu);
  sales().strategy = Strategy::random;
  sales().strategy_points = 7;
  centre.seed = 41;
  configure();
  enter(1);
  EXPECT_THAT(points(TermKind::lot, "ann"), ElementsAre(static_cast<std::int64_t>(mix(mix(42) + fnv1a("ann")) % 7000)));
  sales().strategy_points = 0;
  configure();
  EXPECT_THAT(points(TermKind::lot, "ann"), ElementsAre(0));
}

}  // namespace
}  // namespace callwright::routing_oracle
