#include "sim/what_if/wall_time.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <algorithm>

#include "contacts/error.hpp"

namespace callwright::sim::what_if {
namespace {

absl::TimeZone zone_of(const std::string& name) {
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::LoadTimeZone(name, &zone);
  return zone;
}

absl::Time time_of(Instant at) { return absl::FromUnixMicros(at.us); }

std::string formatted(const char* format, Instant at, const absl::TimeZone& zone) { return absl::FormatTime(format, time_of(at), zone); }

bool is_whole_minute(Instant at) { return at.us % 60'000'000 == 0; }

}  // namespace

Result<Instant> read_wall_time(std::string_view text, const std::string& zone) {
  static constexpr const char* kForms[] = {"%Y-%m-%dT%H:%M:%E*S%Ez", "%Y-%m-%d %H:%M:%E*S%Ez", "%Y-%m-%dT%H:%M%Ez",
                                           "%Y-%m-%d %H:%M%Ez",      "%Y-%m-%dT%H:%M:%E*S",    "%Y-%m-%d %H:%M:%E*S",
                                           "%Y-%m-%dT%H:%M",         "%Y-%m-%d %H:%M",         "%Y-%m-%d"};
  for (const char* form : kForms) {
    absl::Time time;
    std::string why;
    if (absl::ParseTime(form, std::string(text), zone_of(zone), &time, &why) && time > absl::UnixEpoch() &&
        time < absl::FromUnixSeconds(32'503'680'000))
      return Instant{absl::ToUnixMicros(time)};
  }
  return fail(contacts::Errc::invalid, "'" + std::string(text) + "' is no time such as \"2026-11-30 09:00\" or \"2026-11-30T09:00:00+01:00\"");
}

bool is_date(std::string_view text) { return text.find(':') == std::string_view::npos; }

Instant day_after(Instant at, const std::string& name) {
  const absl::TimeZone zone = zone_of(name);
  return {absl::ToUnixMicros(zone.At(absl::CivilSecond(absl::CivilDay(zone.At(time_of(at)).cs) + 1)).pre)};
}

std::string wall_text(Instant at, const std::string& zone) {
  return formatted(is_whole_minute(at) ? "%Y-%m-%d %H:%M" : "%Y-%m-%d %H:%M:%S", at, zone_of(zone));
}

/// Up to an hour the offset of the bound before tells, so that an hour that comes twice is cut both times; longer ones go by the civil day.
std::vector<Instant> wall_bounds(Instant from, Instant to, Duration interval, const std::string& name) {
  const absl::TimeZone zone = zone_of(name);
  const bool is_short = interval <= std::chrono::hours(1);
  const std::int64_t step_s = interval / std::chrono::seconds(1);
  std::vector<Instant> bounds{from};
  while (bounds.back() < to) {
    const auto here = zone.At(time_of(bounds.back()));
    const std::int64_t civil_s = here.cs - absl::CivilSecond(1970);
    const std::int64_t next_s = (civil_s / step_s + 1) * step_s;
    const absl::Time next = is_short ? absl::FromUnixSeconds(next_s - here.offset) : zone.At(absl::CivilSecond(1970) + next_s).pre;
    bounds.push_back(std::min(Instant{absl::ToUnixMicros(next)}, to));
  }
  return bounds;
}

std::vector<std::string> wall_labels(const std::vector<Instant>& bounds, const std::string& name) {
  const absl::TimeZone zone = zone_of(name);
  const auto date = [&](Instant at) { return formatted("%m-%d ", at, zone); };
  const bool several = bounds.size() > 2 && date(bounds.front()) != date(bounds[bounds.size() - 2]);
  std::vector<std::string> labels;
  std::string day;
  for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
    const std::string time = formatted(is_whole_minute(bounds[i]) ? "%H:%M" : "%H:%M:%S", bounds[i], zone);
    labels.push_back(several && date(bounds[i]) != day ? date(bounds[i]) + time : time);
    day = date(bounds[i]);
  }
  return labels;
}

}  // namespace callwright::sim::what_if
