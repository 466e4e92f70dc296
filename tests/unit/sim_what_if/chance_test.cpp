#include "sim/what_if/chance.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "sim/what_if/distribution.hpp"

namespace callwright::sim::what_if {
namespace {

using Words = std::array<std::uint32_t, 4>;

// The known answers that the authors of Philox publish with it.
TEST(Chance, PhiloxGivesItsKnownAnswers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}), (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Chance, EachPartOfTheKeyGivesOtherNumbers) {
  const auto number = [](std::uint64_t seed, std::uint32_t replication, Purpose purpose, std::uint32_t stream, std::uint64_t index,
                         std::uint8_t turn) { return Chance(seed, replication).at(purpose, stream, index, turn).first; };
  const double one = number(1, 0, Purpose::gap, 5, 9, 0);
  EXPECT_EQ(number(1, 0, Purpose::gap, 5, 9, 0), one);
  EXPECT_NE(number(2, 0, Purpose::gap, 5, 9, 0), one);
  EXPECT_NE(number(1, 1, Purpose::gap, 5, 9, 0), one);
  EXPECT_NE(number(1, 0, Purpose::service, 5, 9, 0), one);
  EXPECT_NE(number(1, 0, Purpose::gap, 6, 9, 0), one);
  EXPECT_NE(number(1, 0, Purpose::gap, 5, 9 + (1LL << 32), 0), one);
  EXPECT_NE(number(1, 0, Purpose::gap, 5, 9, 1), one);
  EXPECT_NE(Chance(1, 0).at(Purpose::gap, 5, 9).second, one);
}

TEST(Chance, NumbersAreUniformAndNeighboursIndependent) {
  constexpr int kNumbers = 100'000;
  std::vector<int> bins(100);
  double product = 0, before = 0.5;
  for (int i = 0; i < kNumbers; ++i) {
    const double u = Chance(42, 3).at(Purpose::patience, 1, static_cast<std::uint64_t>(i)).first;
    ASSERT_GT(u, 0);
    ASSERT_LT(u, 1);
    ++bins[static_cast<std::size_t>(u * 100)];
    product += (u - 0.5) * (before - 0.5);
    before = u;
  }
  double chi_squared = 0;
  for (int count : bins) chi_squared += std::pow(count - kNumbers / 100.0, 2) / (kNumbers / 100.0);
  EXPECT_LT(chi_squared, 99 + 4 * std::sqrt(2 * 99.0));
  EXPECT_LT(std::abs(product / kNumbers), 4 * (1 / 12.0) / std::sqrt(kNumbers));
}

struct Moments {
  double mean = 0, cv = 0;
};

/// By the middle of equal parts of (0, 1).
Moments moments(const Distribution& one) {
  constexpr int kParts = 200'000;
  double sum = 0, squares = 0, before = -1;
  for (int i = 0; i < kParts; ++i) {
    const double x = one.seconds({(i + 0.5) / kParts, 0.5});
    EXPECT_GE(x, before) << "longer with the number";
    before = x;
    sum += x;
    squares += x * x;
  }
  const double mean = sum / kParts;
  return {mean, std::sqrt(std::max(squares / kParts - mean * mean, 0.0)) / mean};
}

TEST(Distribution, HasTheMeanAndVariationThatItWasGiven) {
  struct Case {
    Distribution one;
    double mean, cv;
  };
  const Case cases[] = {
      {Distribution(Distribution::Constant{90}), 90, 0},
      {Distribution(Distribution::Exponential{180}), 180, 1},
      {Distribution::log_normal(190, 1.16), 190, 1.16},
      {Distribution(Distribution::LogNormal{4.797, 0.94}), std::exp(4.797 + 0.94 * 0.94 / 2), std::sqrt(std::expm1(0.94 * 0.94))},
      {Distribution::gamma(240, 0.5), 240, 0.5},
      {Distribution::gamma(240, 2), 240, 2},
      {Distribution(Distribution::Gamma{4, 10}), 40, 0.5},
      {Distribution(Distribution::Uniform{10, 40}), 25, 30 / std::sqrt(12) / 25},
  };
  for (const Case& each : cases) {
    const Moments found = moments(each.one);
    EXPECT_NEAR(found.mean / each.mean, 1, 1e-3);
    EXPECT_NEAR(found.cv, each.cv, 0.01);
    EXPECT_NEAR(each.one.mean() / each.mean, 1, 1e-12);
  }
}

TEST(Distribution, SamplesGiveWhatWasMeasured) {
  const Distribution one(Distribution::Samples{std::make_shared<const std::vector<double>>(std::vector<double>{3, 7, 11, 100})});
  EXPECT_EQ(one.seconds({0.01, 0}), 3);
  EXPECT_EQ(one.seconds({0.26, 0}), 7);
  EXPECT_EQ(one.seconds({0.999999, 0}), 100);
  EXPECT_NEAR(one.mean(), 30.25, 1e-12);
}

TEST(Distribution, ACurveIsStraightBetweenItsPointsAndFallsOffBehind) {
  using Points = std::vector<std::pair<double, double>>;
  const Distribution one(Distribution::Curve{std::make_shared<const Points>(Points{{10, 0.2}, {20, 0.2}, {40, 0.6}}), 50});
  EXPECT_NEAR(one.seconds({0.1, 0}), 5, 1e-12);
  EXPECT_NEAR(one.seconds({0.4, 0}), 30, 1e-12);
  EXPECT_NEAR(one.seconds({0.6, 0}), 40, 1e-9);
  EXPECT_NEAR(one.seconds({1 - 0.4 * std::exp(-2.0), 0}), 140, 1e-9);
  EXPECT_NEAR(moments(one).mean / one.mean(), 1, 1e-3);
}

TEST(Distribution, AMixtureChoosesByWeightWithTheSecondNumber) {
  using Parts = std::vector<std::pair<double, Distribution>>;
  const Distribution one(Distribution::Mixture{
      std::make_shared<const Parts>(Parts{{1, Distribution(Distribution::Constant{5})}, {3, Distribution(Distribution::Exponential{100})}})});
  EXPECT_EQ(one.seconds({0.5, 0.24}), 5);
  EXPECT_NEAR(one.seconds({0.5, 0.26}), 100 * std::log(2), 1e-9);
  EXPECT_NEAR(one.mean(), 76.25, 1e-12);
}

TEST(Distribution, ALengthIsWholeMicrosecondsAndBounded) {
  EXPECT_EQ(Distribution(Distribution::Constant{1.2345678}).length({0.5, 0.5}), Duration(1'234'568));
  EXPECT_EQ(Distribution(Distribution::Exponential{1e9}).length({1 - 1e-15, 0.5}), Duration(1'000'000'000'000'000));
}

}  // namespace
}  // namespace callwright::sim::what_if
