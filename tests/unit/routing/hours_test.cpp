#include "routing/hours.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace callwright::routing {
namespace {

using journal::DayRange;
using namespace std::chrono_literals;

constexpr std::int32_t at(int hour, int minute = 0) { return hour * 60 + minute; }

Instant utc(int year, int month, int day, int hour = 0, int minute = 0) {
  return {absl::ToUnixMicros(absl::FromCivil(absl::CivilMinute(year, month, day, hour, minute), absl::UTCTimeZone()))};
}

std::string text_of(std::optional<Instant> instant) {
  return instant ? absl::FormatTime("%Y-%m-%d %H:%M:%E*S", absl::FromUnixMicros(instant->us), absl::UTCTimeZone()) : "never";
}

/// Ranges for weekdays from `first` to `last`, 1 Monday .. 7 Sunday.
void add(journal::Hours& hours, int first, int last, DayRange range) {
  for (int day = first; day <= last; ++day) hours.week.push_back({day, range});
}

journal::Hours hours_in(std::string zone) {
  journal::Hours hours;
  hours.id.value = "office";
  hours.time_zone = std::move(zone);
  return hours;
}

Hours made_of(const journal::Hours& hours) { return {hours, "UTC"}; }

Hours office(std::string zone) {
  journal::Hours hours = hours_in(std::move(zone));
  add(hours, 1, 5, {at(9), at(17, 30)});
  return made_of(hours);
}

/// The next `count` changes, as UTC.
std::vector<std::string> changes(const Hours& hours, Instant from, int count) {
  std::vector<std::string> all;
  std::optional<Instant> next = from;
  for (int i = 0; i < count && next; ++i) {
    next = hours.next_change(*next);
    all.push_back(text_of(next));
  }
  return all;
}
using Texts = std::vector<std::string>;

TEST(Hours, OpenFromTheFirstInstantOfARangeAndClosedFromItsLast) {
  const Hours hours = office("Asia/Shanghai");
  const Instant opens = utc(2026, 11, 30, 1), closes = utc(2026, 11, 30, 9, 30);  // a Monday, 09:00 and 17:30 there
  EXPECT_FALSE(hours.open_at(opens - 1us));
  EXPECT_TRUE(hours.open_at(opens));
  EXPECT_TRUE(hours.open_at(closes - 1us));
  EXPECT_FALSE(hours.open_at(closes));
  EXPECT_EQ(hours.next_change(opens - 1us), opens);
  EXPECT_EQ(hours.next_change(opens), closes);
  EXPECT_EQ(hours.next_change(closes - 1us), closes);
  EXPECT_EQ(text_of(hours.next_change(utc(2026, 11, 27, 12))), text_of(opens)) << "over the weekend";
}

TEST(Hours, WithoutAZoneOfTheirOwnTheyKeepTheCentresTime) {
  journal::Hours hours = hours_in("");
  add(hours, 1, 7, {at(9), at(17)});
  EXPECT_TRUE(Hours(hours, "Asia/Shanghai").open_at(utc(2026, 7, 1, 1)));
  EXPECT_FALSE(Hours(hours, "UTC").open_at(utc(2026, 7, 1, 1)));
}

TEST(Hours, SeveralRangesADayHaveABreakBetween) {
  journal::Hours hours = hours_in("UTC");
  add(hours, 3, 3, {at(8), at(12)});
  add(hours, 3, 3, {at(13), at(18)});
  EXPECT_EQ(changes(made_of(hours), utc(2026, 7, 1), 5),
            (Texts{"2026-07-01 08:00:00", "2026-07-01 12:00:00", "2026-07-01 13:00:00", "2026-07-01 18:00:00", "2026-07-08 08:00:00"}));
}

TEST(Hours, ANightOfTwoRangesIsOneOpening) {
  journal::Hours hours = hours_in("Europe/London");
  add(hours, 5, 5, {at(22), at(24)});
  add(hours, 6, 6, {0, at(6)});
  EXPECT_EQ(changes(made_of(hours), utc(2026, 11, 30), 3), (Texts{"2026-12-04 22:00:00", "2026-12-05 06:00:00", "2026-12-11 22:00:00"}));
}

TEST(Hours, RoundTheClockNeverChanges) {
  journal::Hours hours = hours_in("Europe/London");
  add(hours, 1, 7, {0, at(24)});
  EXPECT_TRUE(made_of(hours).open_at(utc(2026, 3, 29, 1)));
  EXPECT_EQ(made_of(hours).next_change(utc(2026, 3, 1)), std::nullopt);
}

TEST(Hours, AnExceptionStandsInPlaceOfItsDay) {
  journal::Hours hours = hours_in("Europe/London");
  add(hours, 1, 5, {at(9), at(17)});
  hours.exceptions.push_back({std::chrono::year(2026) / 12 / 25, "Christmas", "", {}});
  hours.exceptions.push_back({std::chrono::year(2026) / 12 / 26, "Sale", "", {{at(10), at(12)}, {at(14), at(15)}}});
  EXPECT_EQ(changes(made_of(hours), utc(2026, 12, 24, 12), 6), (Texts{"2026-12-24 17:00:00", "2026-12-26 10:00:00", "2026-12-26 12:00:00",
                                                                      "2026-12-26 14:00:00", "2026-12-26 15:00:00", "2026-12-28 09:00:00"}));
}

TEST(Hours, AnExceptionIsADateOfTheirTimeZone) {
  journal::Hours hours = hours_in("Asia/Shanghai");
  add(hours, 1, 7, {0, at(24)});
  hours.exceptions.push_back({std::chrono::year(2026) / 10 / 1, "National Day", "国庆节", {}});
  EXPECT_EQ(changes(made_of(hours), utc(2026, 9, 1), 3), (Texts{"2026-09-30 16:00:00", "2026-10-01 16:00:00", "never"}));
}

TEST(Hours, ALookGoesFourHundredDaysAhead) {
  journal::Hours hours = hours_in("UTC");
  hours.exceptions.push_back({std::chrono::year(2027) / 12 / 31, "Once", "", {{0, at(24)}}});
  const Hours once = made_of(hours);
  const Instant opens = utc(2027, 12, 31);
  EXPECT_EQ(once.next_change(opens - 400 * 24h), opens);
  EXPECT_EQ(once.next_change(opens - 400 * 24h - 1us), std::nullopt);
  EXPECT_EQ(once.next_change(opens + 24h), std::nullopt) << "closed for ever";
}

TEST(Hours, OnesThatNeverOpenSaySo) {
  journal::Hours hours = hours_in("UTC");
  EXPECT_FALSE(hours.ever_open());
  hours.exceptions.push_back({std::chrono::year(2026) / 12 / 25, "Christmas", "", {}});
  EXPECT_FALSE(hours.ever_open());
  EXPECT_EQ(made_of(hours).next_change(utc(2026, 1, 1)), std::nullopt);
  hours.exceptions.push_back({std::chrono::year(2026) / 12 / 31, "Once", "", {{0, 1}}});
  EXPECT_TRUE(hours.ever_open());
  hours.exceptions.clear();
  add(hours, 7, 7, {0, 1});
  EXPECT_TRUE(hours.ever_open());
}

// London leaps from 01:00 to 02:00 on 29 March 2026, 01:00 UTC, and goes back from 02:00 to 01:00 on 25 October, 01:00 UTC.

TEST(HoursOverDst, OfficeHoursFollowTheWall) {
  EXPECT_EQ(changes(office("Europe/London"), utc(2026, 3, 27, 12), 3), (Texts{"2026-03-27 17:30:00", "2026-03-30 08:00:00", "2026-03-30 16:30:00"}));
  EXPECT_EQ(changes(office("Europe/London"), utc(2026, 10, 23, 12), 3), (Texts{"2026-10-23 16:30:00", "2026-10-26 09:00:00", "2026-10-26 17:30:00"}));
  EXPECT_EQ(changes(office("America/New_York"), utc(2026, 3, 6, 18), 2), (Texts{"2026-03-06 22:30:00", "2026-03-09 13:00:00"}));
  EXPECT_EQ(changes(office("America/New_York"), utc(2026, 10, 30, 18), 2), (Texts{"2026-10-30 21:30:00", "2026-11-02 14:00:00"}));
  EXPECT_EQ(changes(office("Asia/Shanghai"), utc(2026, 3, 27, 8), 2), (Texts{"2026-03-27 09:30:00", "2026-03-30 01:00:00"}));
}

journal::Hours every_night(std::string zone, DayRange range) {
  journal::Hours hours = hours_in(std::move(zone));
  add(hours, 1, 7, range);
  return hours;
}

TEST(HoursOverDst, AWallTimeThatDoesNotExistBeginsOrEndsAtTheLeap) {
  const Instant noon = utc(2026, 3, 28, 12);
  EXPECT_EQ(changes(made_of(every_night("Europe/London", {at(1, 30), at(5)})), noon, 2), (Texts{"2026-03-29 01:00:00", "2026-03-29 04:00:00"}));
  EXPECT_EQ(changes(made_of(every_night("Europe/London", {at(0, 15), at(1, 30)})), noon, 2), (Texts{"2026-03-29 00:15:00", "2026-03-29 01:00:00"}));
  EXPECT_EQ(changes(made_of(every_night("Europe/London", {at(1, 10), at(1, 50)})), noon, 2), (Texts{"2026-03-30 00:10:00", "2026-03-30 00:50:00"}))
      << "a range of which nothing exists is left out";
  EXPECT_EQ(changes(made_of(every_night("America/New_York", {at(2, 30), at(4)})), utc(2026, 3, 7, 12), 2),
            (Texts{"2026-03-08 07:00:00", "2026-03-08 08:00:00"}));
}

TEST(HoursOverDst, AWallTimeThatComesTwiceCountsBothTimes) {
  const Instant noon = utc(2026, 10, 24, 12);
  EXPECT_EQ(changes(made_of(every_night("Europe/London", {at(0, 15), at(1, 30)})), noon, 4),
            (Texts{"2026-10-24 23:15:00", "2026-10-25 00:30:00", "2026-10-25 01:00:00", "2026-10-25 01:30:00"}));
  EXPECT_EQ(changes(made_of(every_night("Europe/London", {at(1, 10), at(1, 50)})), noon, 4),
            (Texts{"2026-10-25 00:10:00", "2026-10-25 00:50:00", "2026-10-25 01:10:00", "2026-10-25 01:50:00"}));
  EXPECT_EQ(changes(made_of(every_night("Europe/London", {at(1, 30), at(3)})), noon, 4),
            (Texts{"2026-10-25 00:30:00", "2026-10-25 01:00:00", "2026-10-25 01:30:00", "2026-10-25 03:00:00"}));
  EXPECT_EQ(changes(made_of(every_night("Europe/London", {at(0, 15), at(3)})), noon, 2), (Texts{"2026-10-24 23:15:00", "2026-10-25 03:00:00"}))
      << "an hour longer";
  EXPECT_EQ(changes(made_of(every_night("America/New_York", {at(1, 15), at(1, 45)})), utc(2026, 10, 31, 12), 4),
            (Texts{"2026-11-01 05:15:00", "2026-11-01 05:45:00", "2026-11-01 06:15:00", "2026-11-01 06:45:00"}));
}

// Lord Howe goes back from 02:00 to 01:30 on 5 April 2026, 15:00 UTC of the day before, and leaps from 02:00 to 02:30 on 4 October, 15:30 UTC.
TEST(HoursOverDst, HalfAnHourIsExactToo) {
  EXPECT_EQ(changes(made_of(every_night("Australia/Lord_Howe", {at(1), at(1, 45)})), utc(2026, 4, 4, 3), 4),
            (Texts{"2026-04-04 14:00:00", "2026-04-04 14:45:00", "2026-04-04 15:00:00", "2026-04-04 15:15:00"}));
  EXPECT_EQ(changes(made_of(every_night("Australia/Lord_Howe", {at(2, 15), at(3)})), utc(2026, 10, 3, 3), 2),
            (Texts{"2026-10-03 15:30:00", "2026-10-03 16:00:00"}));
}

TEST(HoursOverDst, ADayMayBeMissingOrBeginInAGap) {
  // Apia left out 30 December 2011, a Friday; São Paulo leapt from 00:00 to 01:00 on 4 November 2018, a Sunday.
  journal::Hours friday = hours_in("Pacific/Apia");
  add(friday, 5, 5, {at(9), at(17)});
  EXPECT_EQ(changes(made_of(friday), utc(2011, 12, 25), 1), (Texts{"2012-01-05 19:00:00"}));
  journal::Hours sunday = hours_in("America/Sao_Paulo");
  add(sunday, 7, 7, {0, at(24)});
  EXPECT_EQ(changes(made_of(sunday), utc(2018, 11, 1), 2), (Texts{"2018-11-04 03:00:00", "2018-11-05 02:00:00"}));
}

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  int below(int limit) { return static_cast<int>(random_() % static_cast<std::uint64_t>(limit)); }
  bool chance(int percent) { return below(100) < percent; }

  std::vector<DayRange> ranges() {
    // Wall times about the changes of clocks are worth more; a whole day has to be met too.
    if (chance(15)) return {{0, at(24)}};
    std::set<std::int32_t> bounds;
    for (int i = 2 * below(3); i > 0; --i) bounds.insert(chance(50) ? below(49) * 30 : chance(50) ? below(240) : below(at(24) + 1));
    std::vector<DayRange> all;
    while (bounds.size() >= 2) {
      const std::int32_t from = *bounds.begin();
      bounds.erase(bounds.begin());
      all.push_back({from, *bounds.begin()});
      if (chance(50)) bounds.erase(bounds.begin());  // otherwise the next one begins where this one ends
    }
    return all;
  }

 private:
  std::mt19937_64 random_;
};

TEST(HoursProperty, TheNextChangeIsTheOneThatAScanMinuteByMinuteFinds) {
  struct Place {
    const char* zone;
    std::vector<Instant> transitions;
  };
  const std::vector<Place> places = {{"Europe/London", {utc(2026, 3, 29, 1), utc(2026, 10, 25, 1)}},
                                     {"America/New_York", {utc(2026, 3, 8, 7), utc(2026, 11, 1, 6)}},
                                     {"Australia/Lord_Howe", {utc(2026, 4, 4, 15), utc(2026, 10, 3, 15, 30)}},
                                     {"Asia/Shanghai", {utc(2026, 6, 1)}},
                                     {"America/Sao_Paulo", {utc(2018, 2, 18, 2), utc(2018, 11, 4, 3)}},  // midnight comes twice, or not at all
                                     {"America/Havana", {utc(2026, 3, 8, 5), utc(2026, 11, 1, 5)}},
                                     {"Pacific/Apia", {utc(2011, 12, 30, 10)}}};  // a date that there was not
  int changed = 0, unchanged = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    Dice dice(seed);
    const Place& place = places[seed % places.size()];
    journal::Hours document = hours_in(place.zone);
    const bool daily = dice.chance(30);
    const std::vector<DayRange> same = dice.ranges();
    for (int day = 1; day <= 7; ++day)
      for (const DayRange& range : daily ? same : dice.ranges()) document.week.push_back({day, range});
    const Instant transition = place.transitions[static_cast<std::size_t>(dice.below(static_cast<int>(place.transitions.size())))];
    for (int i = dice.below(4); i > 0; --i) {
      const auto days =
          std::chrono::floor<std::chrono::days>(std::chrono::sys_time<Duration>(Duration(transition.us))) + std::chrono::days(dice.below(7) - 3);
      document.exceptions.push_back({std::chrono::year_month_day(days), "", "", dice.ranges()});
    }
    const Hours hours = made_of(document);
    for (int i = 0; i < 6; ++i) {
      const Instant from = transition - 24h + Duration(dice.below(48 * 3600) * std::int64_t{1'000'000} + (dice.chance(50) ? 0 : 1));
      const bool open = hours.open_at(from);
      Instant scan{from.us / 60'000'000 * 60'000'000};
      const Instant end = scan + 10 * 24h;
      do scan = scan + 1min;
      while (scan < end && hours.open_at(scan) == open);
      const auto next = hours.next_change(from);
      if (scan < end) {
        ++changed;
        ASSERT_EQ(text_of(next), text_of(scan)) << place.zone << " from " << text_of(from) << ", seed " << seed;
      } else {
        ++unchanged;
        ASSERT_TRUE(!next || *next >= end) << place.zone << " from " << text_of(from) << ", seed " << seed << ": " << text_of(next);
      }
    }
  }
  EXPECT_GT(changed, 1000);
  EXPECT_GT(unchanged, 20);
}

}  // namespace
}  // namespace callwright::routing
