#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "oracle_rules.hpp"

namespace callwright::routing_oracle {
namespace {

// --- terms of contacts ---------------------------------------------------------------------------------------------------

TEST_F(OracleRules, CreditIsAgeFromTheBeginningButNoEarlierPlace) {
  sales().age_per_minute = 60;
  configure();
  enter(1, {.credit = 1s});
  EXPECT_THAT(points(TermKind::age), ElementsAre(60 * 17)) << "a second before a whole tick is 17 ticks ago";
  enter(2, {.entered_at = now - 960ms});
  EXPECT_EQ(chosen(), "1 ann");
  enter(3, {.entered_at = now - 1s});
  EXPECT_EQ(chosen(), "3 ann") << "as old, but with the earlier place";
}

TEST_F(OracleRules, AStepReplacesTheRequirementsAndAddsItsPoints) {
  const journal::Requirement hard{{"boiler"}, Kind::required, 90}, soft{{"boiler"}, Kind::required, 50};
  enter(1, {.requirements = {hard}, .steps = {{30s, {hard}, 5}, {60s, {soft}, 20}}});
  EXPECT_EQ(chosen(), "nobody");
  now = now + 30s;
  EXPECT_THAT(oracle.late_steps(now), ElementsAre(ContactId{1}));
  change(1, What::stepped, 1);
  EXPECT_THAT(oracle.late_steps(now), IsEmpty());
  EXPECT_EQ(chosen(), "nobody");
  now = now + 30s;
  change(1, What::stepped, 2);
  EXPECT_EQ(chosen(), "1 ann");
  EXPECT_THAT(points(TermKind::boost), ElementsAre(25'000));
}

TEST_F(OracleRules, OffersThatTheAgentFailedBoostAndOthersDoNot) {
  enter(1, {.rona_boost = 10});
  for (OfferEnd how : {OfferEnd::withdrawn, OfferEnd::lost, OfferEnd::elsewhere}) fail(1, "ann", how);
  EXPECT_THAT(points(TermKind::boost), IsEmpty());
  fail(1, "ann", OfferEnd::refused);
  fail(1, "ann", OfferEnd::timed_out);
  EXPECT_THAT(points(TermKind::boost), ElementsAre(20'000));
  change(1, What::raised, -20);
  EXPECT_THAT(points(TermKind::boost), IsEmpty());
}

TEST_F(OracleRules, ANewVisitBeginsWithoutBoostAndNotParked) {
  enter(1);
  change(1, What::raised, 10);
  change(1, What::parked);
  leave(1, VisitEnd::flow_supervisor, 0s);
  enter(1);
  EXPECT_EQ(chosen(), "1 ann");
  EXPECT_THAT(points(TermKind::boost), IsEmpty());
}

TEST_F(OracleRules, TheServiceLevelRunsOverAnswersAndAbandonsAlone) {
  sales().target = 100;
  sales().target_points = 10;
  configure();
  const auto end = [&](VisitEnd how, Duration waited) {
    enter(9, {.service_level = 20s});
    leave(9, how, waited);
  };
  enter(1);
  end(VisitEnd::answered, 20s);
  for (VisitEnd how : {VisitEnd::short_abandoned, VisitEnd::flow_transfer, VisitEnd::flow_supervisor, VisitEnd::callback_requested, VisitEnd::lost})
    end(how, 1h);
  EXPECT_THAT(points(TermKind::target), ElementsAre(0));
  end(VisitEnd::answered, 20s + 1us);
  EXPECT_THAT(points(TermKind::target), ElementsAre(31'250)) << "L fell by a 32nd, 3.125 per cent";
  end(VisitEnd::abandoned, 6s);
  EXPECT_THAT(points(TermKind::target), ElementsAre(61'523)) << "by a 32nd of 968,750, truncated";
  sales().target = 80;
  configure();
  EXPECT_THAT(points(TermKind::target), ElementsAre(0)) << "no penalty above the target";
}

TEST_F(OracleRules, BalanceCountsWhoWaitsWithoutAnOfferAndNotParked) {
  sales().waiting_share = 400;
  sales().balance_points = 2;
  centre.queues.push_back({.id = {"help"}, .age_per_minute = 0, .waiting_share = 600});
  centre.queues.push_back({.id = {"apart"}});
  configure();
  for (std::int64_t contact : {1, 2, 3}) enter(contact);
  enter(4, {.queue = {"help"}});
  enter(5, {.queue = {"apart"}});
  EXPECT_THAT(points(TermKind::balance), ElementsAre(2 * (3000 - 400 * 4)));
  offer(1, "bob");
  change(2, What::parked);
  EXPECT_EQ(chosen(), "3 ann");
  EXPECT_THAT(points(TermKind::balance), ElementsAre(2 * (1000 - 400 * 2)));
}

// --- favours -------------------------------------------------------------------------------------------------------------

TEST_F(OracleRules, AFavourIsForItsAgentAloneAndLastAgentStandsFirst) {
  enter(1, {.favours = {{{"bob"}, Why::named_agent, 2, {}}, {{"bob"}, Why::last_agent, 1, {}}, {{"ann"}, Why::last_agent, 0, {}}}});
  EXPECT_EQ(chosen(), "1 bob");
  EXPECT_THAT(kinds(), ElementsAre(TermKind::idle, TermKind::rank, TermKind::priority, TermKind::age, TermKind::last_agent, TermKind::named_agent));
  EXPECT_THAT(points(TermKind::last_agent, "ann"), IsEmpty());
}

TEST_F(OracleRules, AHoldKeepsOthersOutWhileItsAgentWorks) {
  state("bob", AgentState::talking);
  enter(1, {.favours = {{{"bob"}, Why::last_agent, 1, now + 20s}}});
  now = now + 20s - 1us;
  EXPECT_EQ(chosen(), "nobody");
  now = now + 1us;
  EXPECT_EQ(chosen(), "1 ann");
}

TEST_F(OracleRules, AHoldBindsOnlyForAMemberWhoIsSignedInHasTheSkillsAndIsNotExcluded) {
  state("bob", AgentState::talking);
  enter(1, {.requirements = {{{"boiler"}, Kind::required, 50}}, .favours = {{{"bob"}, Why::last_agent, 1, now + 1h}}});
  EXPECT_EQ(chosen(), "nobody");
  const journal::Agent before = bob();
  bob().queues.clear();
  configure();
  EXPECT_EQ(chosen(), "1 ann") << "no member";
  bob() = before;
  bob().skills.clear();
  configure();
  EXPECT_EQ(chosen(), "1 ann") << "without the skill";
  bob() = before;
  configure();
  for (AgentState away : {AgentState::signed_out, AgentState::unreachable}) {
    state("bob", away);
    EXPECT_EQ(chosen(), "1 ann") << "not signed in";
  }
  state("bob", AgentState::not_ready);
  EXPECT_EQ(chosen(), "nobody");
  fail(1, "bob", OfferEnd::refused, 60s);
  EXPECT_EQ(chosen(), "1 ann") << "excluded";
  now = now + 60s;
  EXPECT_EQ(chosen(), "nobody") << "held again";
}

TEST_F(OracleRules, OfTwoHoldsTheLongerGoesOnByItself) {
  state("bob", AgentState::talking);
  enter(1, {.favours = {{{"ann"}, Why::last_agent, 1, now + 20s}, {{"bob"}, Why::named_agent, 1, now + 40s}}});
  EXPECT_EQ(chosen(), "1 ann");
  now = now + 20s;
  EXPECT_EQ(chosen(), "nobody");
  now = now + 20s;
  EXPECT_EQ(chosen(), "1 ann");
}

// --- ties and the rest ---------------------------------------------------------------------------------------------------

TEST_F(OracleRules, TiesGoByPlaceThenContactThenIdlenessThenName) {
  enter(7);
  enter(5);
  EXPECT_EQ(chosen(), "5 ann");
  enter(9, {.entered_at = now - 1us});
  EXPECT_EQ(chosen(), "9 ann");
  now = now + 1us;
  state("ann", AgentState::not_ready);
  state("ann", AgentState::ready);
  EXPECT_EQ(chosen(), "9 bob");
}

TEST_F(OracleRules, AQueueThatIsGoneCountsAsOneOfDefaultsWithoutRates) {
  sales().strategy = Strategy::random;
  sales().age_per_minute = sales().idle_per_minute = 60;
  configure();
  enter(1, {.priority = 4, .requirements = {{{"boiler"}, Kind::preferred}}});
  centre.queues.clear();
  configure();
  now = now + 1min;
  EXPECT_THAT(kinds(), ElementsAre(TermKind::skill, TermKind::idle, TermKind::rank, TermKind::priority, TermKind::age));
  EXPECT_EQ(oracle.next(now)->score, 54'000);
}

TEST_F(OracleRules, FactsThatACheckpointCoversMoveNoMarkAgain) {
  sales().strategy = Strategy::percentage;
  sales().strategy_points = 1;
  sales().target = sales().target_points = 100;
  configure();
  oracle.apply({.seq = 0,
                .at = now,
                .body = journal::Carried{.last_seq = 50,
                                         .decisions = 7,
                                         .agent_marks = {{.agent = {"ann"}, .last_decision = 7}},
                                         .quota_marks = {{{"sales"}, {"ann"}, 300'000}},
                                         .queue_marks = {{{"sales"}, 100'000, 900'000}}}});
  enter(1, {.service_level = 20s});
  enter(2);
  leave(2, VisitEnd::abandoned, 1min);
  offer(1, "ann", 1);
  fail(1, "ann", OfferEnd::lost);
  EXPECT_EQ(oracle.next(now)->decision, 8);
  EXPECT_THAT(points(TermKind::quota, "ann"), ElementsAre(-200));
  EXPECT_THAT(points(TermKind::target), ElementsAre(1'000'000));
  seq = 50;
  offer(1, "ann", 1);
  fail(1, "ann", OfferEnd::lost);
  EXPECT_EQ(oracle.next(now)->decision, 9);
  EXPECT_THAT(points(TermKind::quota, "ann"), ElementsAre(-1000));
}

}  // namespace
}  // namespace callwright::routing_oracle
