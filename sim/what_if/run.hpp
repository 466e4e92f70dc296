#pragma once
#include "sim/what_if/counts.hpp"
#include "sim/what_if/day.hpp"

namespace callwright::sim::what_if {

/// Runs one day through the server's own routing (floor.hpp), in virtual time. After the end nobody comes any more; who is there is served by the
/// agents of the last hour, at most `kOvertime`, and what still waits then is `unserved`.
///
/// Order of what happens at one instant: shifts, ends (talk, patience, a phone picked up), arrivals; then the engine matches once.
DayCounts run_day(const Plan& plan, const Day& day);

constexpr Duration kOvertime = std::chrono::hours(24);

}  // namespace callwright::sim::what_if
