#pragma once
#include <atomic>
#include <functional>
#include <optional>

#include "base/instant.hpp"

namespace callwright::runtime {

/// Where every Instant of a running server comes from: the wall clock at the start, from then on the boot clock.
///
/// It never goes back: not when somebody sets the wall clock, not across a restart (`last_fact` is what the journal ended
/// with, and the clock starts after it). A wall clock that moves away by more than a second is told once a jump by
/// `take_step`, which becomes the input `ClockStepped`; our time does not follow it until the next start.
/// Any thread; `take_step` one thread.
class Clock {
 public:
  /// The two clocks of the machine; tests give their own.
  struct Sources {
    std::function<Instant()> wall;
    std::function<Duration()> boot;
    static Sources machine();
  };

  explicit Clock(Instant last_fact = {}, Sources sources = Sources::machine());

  /// Microseconds UTC, never less than an earlier answer and never at or before `last_fact`.
  Instant now() const;

  /// What the machine's wall clock shows: jumps with it. Only for others who compare with their own wall clock.
  Instant wall() const { return sources_.wall(); }

  /// How far the wall clock has moved against ours since the last call that gave a step; only if that is over a second.
  std::optional<Duration> take_step();

 private:
  Sources sources_;
  Instant start_;
  Duration boot_at_start_;
  Duration known_offset_{};
  mutable std::atomic<std::int64_t> latest_us_;
};

}  // namespace callwright::runtime
