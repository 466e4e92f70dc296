#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"

/// Time as it stands on the wall of a centre. Zones are names of the tz database; an unknown one is UTC.
namespace callwright::sim::what_if {

/// "2026-11-30", "2026-11-30 09:00", "2026-11-30T09:00:30" in the zone, or with an offset of its own: "2026-11-30T09:00:00Z", "...+01:00".
Result<Instant> read_wall_time(std::string_view text, const std::string& zone);
/// Is it a date alone?
bool is_date(std::string_view text);
/// The beginning of the following day there.
Instant day_after(Instant at, const std::string& zone);

/// "2026-11-30 09:00", with seconds if it is no whole minute.
std::string wall_text(Instant at, const std::string& zone);

/// `from`, every whole `interval` (of whole seconds) of the zone's day in between, `to`.
std::vector<Instant> wall_bounds(Instant from, Instant to, Duration interval, const std::string& zone);
/// Of bounds but the last: the time, with the date where it changes and at the first if there are several days.
std::vector<std::string> wall_labels(const std::vector<Instant>& bounds, const std::string& zone);

}  // namespace callwright::sim::what_if
