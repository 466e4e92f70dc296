#include "routing/hours.hpp"

#include <algorithm>

namespace callwright::routing {
namespace {

absl::CivilDay day_of(std::chrono::year_month_day date) {
  return absl::CivilDay(static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace

Hours::Hours(const journal::Hours& hours, const std::string& centre_time_zone) {
  absl::LoadTimeZone(hours.time_zone.empty() ? centre_time_zone : hours.time_zone, &zone_);
  for (const journal::WeekRange& each : hours.week) week_[static_cast<std::size_t>(each.weekday - 1)].push_back(each.range);
  for (const journal::HoursException& each : hours.exceptions) exceptions_[day_of(each.date)] = each.open;
}

const Hours::Ranges& Hours::ranges_of(absl::CivilDay day) const {
  const auto exception = exceptions_.find(day);
  return exception != exceptions_.end() ? exception->second : week_[static_cast<std::size_t>(absl::GetWeekday(day))];
}

bool Hours::open_at(absl::Time at) const {
  const absl::CivilSecond wall = zone_.At(at).cs;
  const int minute = wall.hour() * 60 + wall.minute();
  return std::ranges::any_of(ranges_of(absl::CivilDay(wall)),
                             [&](const journal::DayRange& range) { return range.from_min <= minute && minute < range.to_min; });
}

bool Hours::open_at(Instant at) const { return open_at(absl::FromUnixMicros(at.us)); }

/// Nothing changes but where a range begins or ends, and at a transition of the clocks that leaps over such a wall time or repeats it. So these
/// instants are tried, date by date. A clock that goes back over midnight gives a date instants behind those of the next one, by a day at most:
/// hence the days before and after.
std::optional<Instant> Hours::next_change(Instant at) const {
  constexpr int kMargin = 2;
  const absl::Time now = absl::FromUnixMicros(at.us);
  const absl::Time horizon = now + absl::Hours(24 * kHorizonDays);
  const bool open = open_at(now);
  absl::Time best = absl::InfiniteFuture();
  const auto attempt = [&](absl::Time when) {
    if (when > now && when <= horizon && when < best && open_at(when) != open) best = when;
  };
  const absl::CivilDay today(zone_.At(now).cs);
  const absl::CivilDay last = today + kHorizonDays + kMargin;
  std::optional<absl::CivilDay> found;
  for (absl::CivilDay day = today - kMargin; day <= (found ? *found + kMargin : last); ++day) {
    for (const journal::DayRange& range : ranges_of(day)) {
      for (const std::int32_t minute : {range.from_min, range.to_min}) {
        const auto wall = zone_.At(absl::CivilSecond(day.year(), day.month(), day.day(), 0, minute));
        attempt(wall.trans);
        if (wall.kind != absl::TimeZone::TimeInfo::REPEATED) continue;
        attempt(wall.pre);
        attempt(wall.post);
      }
    }
    if (!found && best != absl::InfiniteFuture()) found = day;
  }
  if (best == absl::InfiniteFuture()) return std::nullopt;
  return Instant{absl::ToUnixMicros(best)};
}

}  // namespace callwright::routing
