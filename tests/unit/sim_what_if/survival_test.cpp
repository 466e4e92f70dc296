#include "sim/what_if/survival.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/what_if/day.hpp"
#include "sim/what_if/distribution.hpp"

namespace callwright::sim::what_if {
namespace {

using namespace std::chrono_literals;

// 10+, 20, 30+, as in the header: two of three reach 20 s, where one of them gives up; one gives up in 60 s of waiting.
TEST(Survival, IsKaplanAndMeiersProduct) {
  const Survival survival({{10s, false}, {20s, true}, {30s, false}});
  EXPECT_EQ(survival.gave_up(), 1u);
  EXPECT_DOUBLE_EQ(survival.at(19s), 1);
  EXPECT_DOUBLE_EQ(survival.at(20s), 0.5);
  EXPECT_NEAR(survival.at(80s), 0.5 * std::exp(-1), 1e-12);
}

TEST(Survival, OnesWhoGiveUpAtTheSameTimeCountTogether) {
  const Survival survival({{5s, true}, {5s, true}, {5s, false}, {9s, true}});
  EXPECT_DOUBLE_EQ(survival.at(5s), 0.5);
  EXPECT_DOUBLE_EQ(survival.at(9s), 0);
}

TEST(Survival, WhoHasWaitedHasMorePatienceThanThat) {
  const Survival survival({{10s, false}, {20s, true}, {30s, false}});
  for (const double u : {0.001, 0.3, 0.7, 0.999})
    for (const Duration waited : {Duration(0s), Duration(15s), Duration(20s), Duration(25s), Duration(100s)})
      EXPECT_GT(survival.patience(waited, u), waited);
  EXPECT_EQ(survival.patience(10s, 0.6), Duration(20s));
  EXPECT_NEAR(static_cast<double>(survival.patience(10s, 0.5 * std::exp(-1)).count()), 80e6, 2);
}

TEST(Survival, WhereNobodyGaveUpNobodyDoes) {
  EXPECT_EQ(Survival({{10s, false}}).patience(1s, 0.5), kPatient);
  EXPECT_EQ(Survival(std::vector<Survival::Wait>{}).patience(1s, 0.5), kPatient);
}

/// Patience of 60 s on average, cut off by being answered after 45 s on average: the estimate sees through it, the mean of who gave up does not.
TEST(Survival, IsNotDeceivedByThoseWhoWereAnswered) {
  const Distribution patience(Distribution::Exponential{60}), wait(Distribution::Exponential{45});
  std::vector<Survival::Wait> waits;
  double gave_up = 0, sum = 0;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const Uniforms at = Chance(7, 0).at(Purpose::patience, 1, i);
    const Duration would = patience.length({at.first, 0}), answered = wait.length({at.second, 0});
    waits.push_back({std::min(would, answered), would < answered});
    if (would >= answered) continue;
    ++gave_up;
    sum += static_cast<double>(would.count()) / 1e6;
  }
  const Survival survival(waits);
  for (const double t : {20.0, 60.0, 100.0}) EXPECT_NEAR(survival.at(Duration(static_cast<std::int64_t>(t * 1e6))), std::exp(-t / 60), 0.02);
  EXPECT_LT(sum / gave_up, 30);
}

}  // namespace
}  // namespace callwright::sim::what_if
