#include "metrics/figures.hpp"

#include <gtest/gtest.h>

#include "metrics/calibration.hpp"

namespace callwright::metrics {
namespace {

using namespace std::chrono_literals;

journal::QueueInterval day() {
  journal::QueueInterval counts;
  counts.entered = 120;
  counts.answered = 90;
  counts.answered_within = 76;
  counts.abandoned = 10;
  counts.short_abandoned = 5;
  counts.callback_requested = 4;
  counts.flow_overflow = 3;
  counts.flow_transfer = 2;
  counts.flow_closed = 1;
  counts.lost = 1;
  counts.answered_wait = 900s;
  return counts;
}

TEST(Figures, ServiceLevelDividesByAnsweredAndAbandonedAndForgetsShortAbandons) {
  EXPECT_EQ(service_level(day()), (Share{76, 100}));
  EXPECT_EQ(service_level(day()).permille(), 760);
}

TEST(Figures, AbandonsNeverVanishFromTheServiceLevel) {
  auto counts = day();
  const auto before = service_level(counts).permille();
  counts.abandoned += 10;
  EXPECT_LT(service_level(counts).permille(), before) << "a service level of completed calls alone would not move";
}

TEST(Figures, LiveACallBeyondTheThresholdIsAMissAtOnce) {
  EXPECT_EQ(service_level_live(day(), 0), service_level(day()));
  EXPECT_EQ(service_level_live(day(), 25), (Share{76, 125}));
}

TEST(Figures, AverageSpeedOfAnswerIsTheMeanWaitOfTheAnswered) {
  EXPECT_EQ(average_speed_of_answer(day()), Duration(10s));
  EXPECT_EQ(average_speed_of_answer({}), std::nullopt);
}

TEST(Figures, AbandonRateLeavesShortAbandonsOutOnBothSidesAndCallbacksAreNoAbandons) {
  EXPECT_EQ(offered(day()), 115);
  EXPECT_EQ(abandon_rate(day()), (Share{10, 115}));
  EXPECT_EQ(abandon_rate(day()).permille(), 87);
}

TEST(Figures, NothingToDivideByIsNoFigure) {
  EXPECT_EQ(service_level({}).permille(), std::nullopt);
  EXPECT_EQ(abandon_rate({}).permille(), std::nullopt);
}

TEST(Figures, FlowOutIsLeftNeitherAnsweredNorAbandoned) { EXPECT_EQ(flowed_out(day()), 6); }

TEST(Figures, CalibrationIsOfThoseWhoseWaitWasEstimated) {
  journal::QueueInterval counts;
  counts.answered = 7;
  counts.estimated = 4;
  counts.estimated_within = 3;
  counts.estimate = 400s;
  counts.estimated_wait = 440s;
  counts.estimate_error = 81s;
  const Calibration shown = calibration(counts);
  EXPECT_EQ(shown.came.permille(), 1100);
  EXPECT_EQ(shown.within.permille(), 750);
  EXPECT_EQ(shown.bias.value(), Duration(10s)) << "they waited ten seconds longer than was said";
  EXPECT_EQ(shown.error.value(), Duration(20'250ms));
  const Calibration nothing = calibration(journal::QueueInterval{});
  EXPECT_EQ(nothing.came.permille(), std::nullopt);
  EXPECT_EQ(nothing.bias.value(), std::nullopt);
  EXPECT_EQ(nothing.error.value(), std::nullopt);
}

TEST(Figures, AWaitCountsAgainstItsEstimateTheSameWayWhoeverKeepsTheCounts) {
  struct Kept {
    std::int64_t estimated = 0, estimated_within = 0;
    Duration estimate{}, estimated_wait{}, estimate_error{};
  } own;
  journal::QueueInterval row;
  for (const auto& [estimate, wait] : {std::pair{100s, 60s}, {100s, 80s}, {100s, 100s}, {100s, 200s}}) {
    count_estimate(own, estimate, wait);
    count_estimate(row, estimate, wait);
  }
  const Calibration shown = calibration(own);
  EXPECT_EQ(shown.came, (Share{440'000'000, 400'000'000}));
  EXPECT_EQ(shown.within, (Share{3, 4})) << "as long as estimated is within";
  EXPECT_EQ(shown.bias, (MeanLength{40s, 4}));
  EXPECT_EQ(shown.error, (MeanLength{160s, 4}));
  EXPECT_EQ(calibration(row).error, shown.error);
  EXPECT_EQ(calibration(row).bias, shown.bias);
}

TEST(Figures, AMeanOfNegativeLengthsIsRoundedAwayFromZeroToo) {
  EXPECT_EQ((MeanLength{Duration(-3), 2}.value()), Duration(-2));
  EXPECT_EQ((MeanLength{Duration(3), 2}.value()), Duration(2));
  EXPECT_EQ((MeanLength{Duration(-4), 3}.value()), Duration(-1));
}

}  // namespace
}  // namespace callwright::metrics
