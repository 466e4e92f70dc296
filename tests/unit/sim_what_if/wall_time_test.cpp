#include "sim/what_if/wall_time.hpp"

#include <gmock/gmock.h>

namespace callwright::sim::what_if {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

const std::string kLondon = "Europe/London";
constexpr Instant kNoon{1'782'907'200'000'000};  // 2026-07-01 12:00 UTC, 13:00 in London

TEST(WallTime, IsReadAsItStandsOnTheWall) {
  EXPECT_EQ(*read_wall_time("2026-07-01 13:00", kLondon), kNoon);
  EXPECT_EQ(*read_wall_time("2026-07-01T13:00:30", kLondon), kNoon + 30s);
  EXPECT_EQ(*read_wall_time("2026-07-01T12:00:00Z", kLondon), kNoon);
  EXPECT_EQ(*read_wall_time("2026-07-01T14:00:00+02:00", kLondon), kNoon);
  EXPECT_EQ(*read_wall_time("2026-07-01", kLondon), kNoon - 13h);
  EXPECT_EQ(day_after(kNoon, kLondon), kNoon + 11h);
  for (const char* text : {"", "yesterday", "2026-13-01", "2026-07-01 25:00", "13:00", "1969-01-01"})
    EXPECT_FALSE(read_wall_time(text, kLondon)) << text;
}

TEST(WallTime, IntervalsAreWholeByTheWall) {
  const auto bounds = wall_bounds(kNoon + 10min, kNoon + 70min, 30min, "Asia/Kolkata");  // 17:40 there, half an hour off
  EXPECT_THAT(bounds, ElementsAre(kNoon + 10min, kNoon + 30min, kNoon + 60min, kNoon + 70min));
  EXPECT_THAT(wall_labels(bounds, "Asia/Kolkata"), ElementsAre("17:40", "18:00", "18:30"));
}

TEST(WallTime, TheDateStandsWhereItChanges) {
  const auto bounds = wall_bounds(kNoon + 10h, kNoon + 13h, 1h, kLondon);
  EXPECT_THAT(wall_labels(bounds, kLondon), ElementsAre("07-01 23:00", "07-02 00:00", "01:00"));
}

TEST(WallTime, ADayOnWhichClocksChangeIsCutAlike) {
  const Instant midnight = *read_wall_time("2026-10-25", kLondon);
  const auto bounds = wall_bounds(midnight, day_after(midnight, kLondon), 6h, kLondon);
  EXPECT_EQ(bounds.back() - bounds.front(), 25h);
  EXPECT_THAT(wall_labels(bounds, kLondon), ElementsAre("00:00", "06:00", "12:00", "18:00"));
}

}  // namespace
}  // namespace callwright::sim::what_if
