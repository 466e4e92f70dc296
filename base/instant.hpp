#pragma once
#include <chrono>
#include <compare>
#include <cstdint>

namespace callwright {

using Duration = std::chrono::microseconds;

/// A point in time: microseconds since 1970-01-01 UTC. Made in one place only (`runtime::Clock`, or the simulator's);
/// never read inside pure code, which gets it with each input.
struct Instant {
  std::int64_t us = 0;

  constexpr auto operator<=>(const Instant&) const = default;
  friend constexpr Instant operator+(Instant t, Duration d) { return {t.us + d.count()}; }
  friend constexpr Instant operator-(Instant t, Duration d) { return {t.us - d.count()}; }
  friend constexpr Duration operator-(Instant a, Instant b) { return Duration{a.us - b.us}; }
};

}  // namespace callwright
