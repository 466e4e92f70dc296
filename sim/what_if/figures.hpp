#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/what_if/counts.hpp"
#include "sim/what_if/day.hpp"
#include "sim/what_if/erlang.hpp"

namespace callwright::sim::what_if {

/// A figure over all days, and how far each day pulls it: enough for its confidence interval and, with the same days of another scenario, for
/// that of the difference.
///
/// A ratio is the ratio of the sums (so a busy day weighs more), its variance that of y - ratio x over the days (ratio estimator:
/// Cochran, "Sampling Techniques", 3rd ed. 1977, 2.11); a count is the mean of the days.
struct Estimate {
  std::optional<double> value;  ///< none: there is nothing to divide by
  std::vector<double> pull;     ///< by day; sums to 0

  static Estimate mean(const std::vector<double>& values);
  static Estimate ratio(const std::vector<double>& parts, const std::vector<double>& wholes);
  /// `b` - `a`, day by day (paired).
  static Estimate difference(const Estimate& a, const Estimate& b);

  /// Half the width of the 95 % confidence interval (Student's t); none with fewer than two days.
  std::optional<double> half_width() const;
  /// Standard deviation of `value`.
  std::optional<double> standard_error() const;
};

enum class Unit : std::uint8_t { count, mean, share, seconds };

/// What is said of a queue. `whole` null: for each day.
struct QueueFigure {
  const char* key;
  const char* heading;
  Unit unit;
  double (*part)(const QueueCounts&);
  double (*whole)(const QueueCounts&);
};
/// Offered, answered, blocked, abandoned, short abandoned, unserved, service level, ASA, mean wait, P(wait > 0), abandon rate: formulas as in
/// docs/metrics.md.
std::span<const QueueFigure> queue_figures();

/// What is said of the waits that a queue estimated (`estimates`): how many, within the estimate, bias, error (metrics/calibration.hpp).
std::span<const QueueFigure> estimate_figures();

/// One queue or group, or all, over one stretch of time.
struct Scope {
  std::string name;
  std::vector<Estimate> figures;         ///< of a queue by `queue_figures`; of a group: agents, occupancy
  std::vector<Estimate> estimates = {};  ///< of a queue by `estimate_figures`; empty if it makes none
};
constexpr std::size_t kAgentsFigure = 0, kOccupancyFigure = 1;

/// What the closed form says and what came out, one figure each.
struct Beside {
  const char* name;
  Unit unit;
  double closed_form = 0;
  Estimate simulated;
};

struct Figures {
  std::string name;
  std::uint64_t seed = 0;
  std::size_t days = 0;
  std::vector<Instant> bounds;  ///< of the intervals
  std::vector<Scope> queues;    ///< each; the last is all together
  std::vector<Scope> groups;
  std::vector<std::vector<Scope>> queues_by_interval;  ///< [interval]
  std::vector<std::vector<Scope>> groups_by_interval;
  Estimate mean_queue;                ///< who waits, over time
  Estimate mean_system;               ///< who waits or talks
  std::vector<double> system_shares;  ///< [n]: share of the time in which just n wait or talk
  std::string model;                  ///< the closed form's name, or empty
  std::vector<Beside> beside;         ///< empty: it has no steady state

  double hours(std::size_t interval) const { return static_cast<double>((bounds[interval + 1] - bounds[interval]).count()) / 3.6e9; }
};

Figures figures_of(const Plan& plan, const std::vector<DayCounts>& days, std::uint64_t seed, const std::optional<Model>& model);

/// What `b` has more than `a`, where both have it: queues and groups by name; intervals only if they are the same.
Figures difference(const Figures& a, const Figures& b);

}  // namespace callwright::sim::what_if
