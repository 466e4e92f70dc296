#pragma once
#include <cstdint>
#include <optional>

#include "base/instant.hpp"
#include "journal/fact.hpp"

/// The figures of docs/metrics.md, made from counts (those of estimates: calibration.hpp). None is stored: a row keeps counts and sums, so a changed
/// formula gets a new version here and rewrites no past. The pages make theirs in TypeScript (web/src/figures.ts); these are for what the server
/// shows.
namespace callwright::metrics {

constexpr int kFormulaVersion = 1;

/// A share that has not been divided yet; empty (nothing to divide by) is shown as a dash, never as 0 % or 100 %.
struct Share {
  std::int64_t part = 0;
  std::int64_t whole = 0;

  /// Thousandths, rounded half up.
  std::optional<std::int64_t> permille() const {
    if (whole <= 0) return std::nullopt;
    return (part * 2000 + whole) / (2 * whole);
  }
  bool operator==(const Share&) const = default;
};

/// A mean that has not been divided yet; empty likewise.
struct MeanLength {
  Duration sum{};
  std::int64_t of = 0;

  /// Rounded to the microsecond, halves away from zero.
  std::optional<Duration> value() const {
    if (of <= 0) return std::nullopt;
    return Duration((sum.count() + (sum.count() < 0 ? -of / 2 : of / 2)) / of);
  }
  bool operator==(const MeanLength&) const = default;
};

/// Entries that count: without those who hung up before the short-abandon limit.
std::int64_t offered(const journal::QueueInterval& counts);

/// Answered within T / (answered + abandoned); short abandons count nowhere.
Share service_level(const journal::QueueInterval& counts);
/// The same, live: who still waits beyond T is a miss at once.
Share service_level_live(const journal::QueueInterval& counts, std::int64_t waiting_past_level);

/// Mean wait of the answered; none if nobody was answered.
std::optional<Duration> average_speed_of_answer(const journal::QueueInterval& counts);

/// Abandoned / offered. A requested callback is no abandon.
Share abandon_rate(const journal::QueueInterval& counts);

/// Left neither answered nor abandoned: overflow, transfer, closed, supervisor.
std::int64_t flowed_out(const journal::QueueInterval& counts);

}  // namespace callwright::metrics
