#pragma once
#include <cstdint>

#include "base/instant.hpp"
#include "metrics/figures.hpp"

/// How far estimated waits came true (docs/metrics.md, Estimates): one definition for the live figures, the reports and the simulated centre.
///
/// `Counts` is whatever keeps the counts `estimated` and `estimated_within` and the sums `estimate`, `estimated_wait` and `estimate_error` under
/// these names: journal::QueueInterval, and the simulator's own. Only who was answered is counted: who gave up has no wait to hold against his
/// estimate, and long waits are given up most, so a queue that loses many callers looks better estimated than it is.
namespace callwright::metrics {

/// Counts one who was answered after `waited`. Both lengths begin at the same moment.
template <class Counts>
void count_estimate(Counts& to, Duration estimate, Duration waited) {
  ++to.estimated;
  if (waited <= estimate) ++to.estimated_within;
  to.estimate += estimate;
  to.estimated_wait += waited;
  to.estimate_error += std::chrono::abs(waited - estimate);
}

struct Calibration {
  Share came;        ///< sum of waits / sum of estimates; above one: they wait longer than was said
  Share within;      ///< waited at most as long as estimated / estimated
  MeanLength bias;   ///< wait - estimate; above zero: they wait longer than was said
  MeanLength error;  ///< |wait - estimate|
};
template <class Counts>
Calibration calibration(const Counts& counts) {
  return {{counts.estimated_wait.count(), counts.estimate.count()},
          {counts.estimated_within, counts.estimated},
          {counts.estimated_wait - counts.estimate, counts.estimated},
          {counts.estimate_error, counts.estimated}};
}

}  // namespace callwright::metrics
