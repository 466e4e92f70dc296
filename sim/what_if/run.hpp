#pragma once
#include <functional>
#include <optional>

#include "sim/what_if/counts.hpp"
#include "sim/what_if/day.hpp"

namespace callwright::sim::what_if {

/// What came of one attempt.
struct Outcome {
  enum class How : std::uint8_t { answered = 1, abandoned, blocked, unserved };
  How how = How::unserved;
  Duration wait{};
  std::uint32_t agent = 0;                      ///< who answered
  bool queued = false;                          ///< no agent was free for him when he came
  bool handed_on = false;                       ///< told again with this, when the agent hands him on
  std::optional<EstimatedWait> estimated = {};  ///< of who was answered
};
/// Told of each attempt once, when it is over or answered; and again when the caller is handed on.
using Told = std::function<void(const Arrival&, const Outcome&)>;

/// Runs one day through the server's own routing (floor.hpp), in virtual time. After the end nobody comes any more; who is there is served by the
/// agents of the last hour, at most `kOvertime`, and what still waits then is `unserved`.
///
/// Order of what happens at one instant: shifts, ends (talk, patience, a phone picked up), arrivals; then the engine matches once.
DayCounts run_day(const Plan& plan, const Day& day, const Told& told = {});

constexpr Duration kOvertime = std::chrono::hours(24);

}  // namespace callwright::sim::what_if
