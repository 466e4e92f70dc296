#include "journal/counterfactual.hpp"

#include <gmock/gmock.h>

#include <random>

namespace callwright::journal {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

const SkillId kHeating{"heating"}, kVip{"vip"};
const AgentId kAnn{"ann"}, kBob{"bob"}, kCarl{"carl"};

Candidate candidate(const AgentId& agent, std::vector<Term> terms) {
  Candidate one{agent, 0, std::move(terms)};
  for (const Term& term : one.terms) one.score += term.points;
  return one;
}

/// Ann 90 x 2 for heating and idle for 4 minutes at 6 a minute; Bob 60 x 2, ranked 3.
OfferMade decision() {
  OfferMade made;
  made.agent = kAnn;
  made.best = {
      candidate(kAnn, {{TermKind::skill, kHeating, 180'000}, {TermKind::idle, {}, 24'000}, {TermKind::rank, {}, 0}, {TermKind::age, {}, 90'000}}),
      candidate(kBob,
                {{TermKind::skill, kHeating, 120'000}, {TermKind::idle, {}, 66'000}, {TermKind::rank, {}, 3'000}, {TermKind::age, {}, 90'000}})};
  return made;
}

Rates rates() {
  Rates rates;
  rates.requirements = {{kHeating, Requirement::Kind::required, 40, 2}};
  rates.idle_per_minute = 6;
  return rates;
}

TEST(Counterfactual, SaysWhatTheSecondWouldHaveNeededInTheUnitsOfEachTerm) {
  const auto what = counterfactual(decision(), rates());
  ASSERT_TRUE(what);
  EXPECT_EQ(what->agent, kBob);
  EXPECT_EQ(what->missing, 15'000);
  EXPECT_THAT(what->ways, ElementsAre(Way{TermKind::idle, {}, 15'006, 0, 0, 150'060ms}, Way{TermKind::skill, kHeating, 16'000, 60, 68, {}},
                                      Way{TermKind::rank, {}, 16'000, 3, 19, {}}));
}

TEST(Counterfactual, ATieNeedsTheLeastUnitMore) {
  OfferMade made = decision();
  made.best[1] =
      candidate(kBob, {{TermKind::skill, kHeating, 180'000}, {TermKind::idle, {}, 24'000}, {TermKind::rank, {}, 0}, {TermKind::age, {}, 90'000}});
  const auto what = counterfactual(made, rates());
  ASSERT_TRUE(what);
  EXPECT_EQ(what->missing, 0);
  EXPECT_THAT(what->ways, ElementsAre(Way{TermKind::idle, {}, 6, 0, 0, 60ms}, Way{TermKind::rank, {}, 1'000, 0, 1, {}},
                                      Way{TermKind::skill, kHeating, 2'000, 90, 91, {}}));
}

TEST(Counterfactual, WithoutRatesPointsAreSaidAndUnitsAreNot) {
  const auto what = counterfactual(decision(), {});
  ASSERT_TRUE(what);
  EXPECT_THAT(what->ways,
              ElementsAre(Way{TermKind::skill, kHeating, 15'001}, Way{TermKind::idle, {}, 15'001}, Way{TermKind::rank, {}, 16'000, 3, 19, {}}));
}

TEST(Counterfactual, RatesThatCannotHaveMadeTheTermsAreNotBelieved) {
  Rates later = rates();
  later.requirements[0].weight = 7;
  later.idle_per_minute = 7;
  const auto what = counterfactual(decision(), later);
  ASSERT_TRUE(what);
  for (const Way& way : what->ways)
    if (way.kind != TermKind::rank) EXPECT_TRUE(way.to == 0 && way.longer == Duration{} && way.points == 15'001);
}

TEST(Counterfactual, WhatIsBeyondItsLimitIsNoWay) {
  OfferMade made = decision();
  made.best[0].score += 100'000;
  const auto what = counterfactual(made, rates());
  ASSERT_TRUE(what);
  for (const Way& way : what->ways) EXPECT_NE(way.kind, TermKind::skill) << "a level of 118 there is not";
}

TEST(Counterfactual, WhereIdlenessOrASkillCountsForNothingTheyAreNoWay) {
  OfferMade made;
  made.best = {candidate(kAnn, {{TermKind::skill, kHeating, 0}, {TermKind::idle, {}, 0}, {TermKind::rank, {}, 5'000}}),
               candidate(kBob, {{TermKind::skill, kHeating, 0}, {TermKind::idle, {}, 0}, {TermKind::rank, {}, 0}})};
  Rates none;
  none.requirements = {{kHeating, Requirement::Kind::required, 40, 0}};
  EXPECT_THAT(counterfactual(made, none)->ways, ElementsAre(Way{TermKind::rank, {}, 6'000, 0, 6, {}}));
}

TEST(Counterfactual, OfTheThirdItSpeaksIfHeIsNamed) {
  OfferMade made = decision();
  made.best.push_back(candidate(kCarl, {{TermKind::rank, {}, -5'000}}));
  EXPECT_EQ(counterfactual(made, rates(), kCarl)->missing, made.best[0].score + 5'000);
}

TEST(Counterfactual, WhereNobodyElseIsKnownOrASupervisorChoseThereIsNone) {
  OfferMade made = decision();
  EXPECT_FALSE(counterfactual(made, rates(), kAnn)) << "he was chosen";
  EXPECT_FALSE(counterfactual(made, rates(), kCarl));
  made.pulled_by = "user:3";
  EXPECT_FALSE(counterfactual(made, rates()));
  made = decision();
  made.best.pop_back();
  EXPECT_FALSE(counterfactual(made, rates()));
}

TEST(Counterfactual, EveryWayIsEnoughAndItsLeastUnitLessIsNot) {
  std::mt19937 dice(7);
  const auto roll = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(dice); };
  for (int round = 0; round < 2'000; ++round) {
    Rates rates;
    rates.requirements = {{kHeating, Requirement::Kind::required, 0, roll(0, 5)}, {kVip, Requirement::Kind::value, 0, roll(0, 5)}};
    rates.idle_per_minute = roll(0, 20);
    rates.resolution_weight = roll(1, 3);
    const auto someone = [&](const AgentId& agent) {
      return candidate(agent, {{TermKind::skill, kHeating, 1000LL * rates.requirements[0].weight * roll(0, 100)},
                               {TermKind::customer_value, kVip, 1000LL * rates.requirements[1].weight * roll(0, 100)},
                               {TermKind::resolution, {}, 1000LL * rates.resolution_weight * roll(0, 100)},
                               {TermKind::idle, {}, static_cast<std::int64_t>(rates.idle_per_minute) * roll(0, 5'000)},
                               {TermKind::rank, {}, 1000LL * roll(-50, 50)}});
    };
    OfferMade made;
    made.best = {someone(kAnn), someone(kBob)};
    if (made.best[1].score > made.best[0].score) std::swap(made.best[0], made.best[1]);
    const auto what = counterfactual(made, rates);
    ASSERT_TRUE(what);
    for (const Way& way : what->ways) {
      ASSERT_GT(way.points, what->missing);
      std::int64_t unit = 1000;
      if (way.kind == TermKind::skill) unit *= rates.requirements[0].weight;
      if (way.kind == TermKind::customer_value) unit *= rates.requirements[1].weight;
      if (way.kind == TermKind::resolution) unit *= rates.resolution_weight;
      if (way.kind == TermKind::idle) unit = rates.idle_per_minute;
      ASSERT_LE(way.points - unit, what->missing);
      ASSERT_EQ(way.points % unit, 0);
      if (way.kind != TermKind::idle) ASSERT_EQ((way.to - way.from) * unit, way.points);
      else ASSERT_EQ(way.longer.count(), way.points / unit * 60'000);
    }
  }
}

}  // namespace
}  // namespace callwright::journal
