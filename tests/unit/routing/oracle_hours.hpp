#pragma once
#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "base/instant.hpp"
#include "journal/centre.hpp"

namespace callwright::routing_oracle {

/// What the clocks of business hours show.
struct Wall {
  std::chrono::year_month_day date;
  int minute = 0;  ///< of the day
};
inline Wall wall_at(const journal::Hours& hours, const std::string& centre_time_zone, Instant at) {
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::LoadTimeZone(hours.time_zone.empty() ? centre_time_zone : hours.time_zone, &zone);
  const absl::CivilSecond wall = zone.At(absl::FromUnixMicros(at.us)).cs;
  return {{std::chrono::year(static_cast<int>(wall.year())), std::chrono::month(static_cast<unsigned>(wall.month())),
           std::chrono::day(static_cast<unsigned>(wall.day()))},
          60 * wall.hour() + wall.minute()};
}

/// The week does not count on this date. None: it does.
inline const journal::HoursException* exception_on(const journal::Hours& hours, std::chrono::year_month_day date) {
  const auto found = std::ranges::find(hours.exceptions, date, &journal::HoursException::date);
  return found == hours.exceptions.end() ? nullptr : &*found;
}

/// A range of the local date holds the local minute: of its exception, or else of its weekday.
inline bool is_open(const journal::Hours& hours, const std::string& centre_time_zone, Instant at) {
  const Wall wall = wall_at(hours, centre_time_zone, at);
  const auto holds = [&](const journal::DayRange& range) { return wall.minute >= range.from_min && wall.minute < range.to_min; };
  if (const auto* exception = exception_on(hours, wall.date)) return std::ranges::any_of(exception->open, holds);
  const auto weekday = static_cast<int>(std::chrono::weekday(std::chrono::sys_days(wall.date)).iso_encoding());
  return std::ranges::any_of(hours.week, [&](const journal::WeekRange& each) { return each.weekday == weekday && holds(each.range); });
}

/// They are open at one of these two instants or between them: hours change with whole minutes.
inline bool is_open_within(const journal::Hours& hours, const std::string& centre_time_zone, Instant from, Instant to) {
  constexpr std::int64_t kMinute = 60'000'000;
  for (Instant at = from; at <= to; at = {(at.us / kMinute + 1) * kMinute})
    if (is_open(hours, centre_time_zone, at)) return true;
  return false;
}

}  // namespace callwright::routing_oracle
