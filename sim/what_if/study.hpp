#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "sim/what_if/counts.hpp"
#include "sim/what_if/scenario.hpp"

namespace callwright::sim::what_if {

struct StudyOptions {
  std::uint64_t seed = 1;
  std::int32_t replications = 20;
  unsigned threads = 1;
  std::function<void(std::int32_t done)> progress;  ///< called by the threads, one at a time
};

/// Calls `work` with each number below `count`, several at a time; `progress` as above.
void each_in_parallel(std::int32_t count, unsigned threads, const std::function<void(std::int32_t done)>& progress,
                      const std::function<void(std::int32_t number)>& work);

/// Runs the replications of a scenario, several at a time. The result does not depend on `threads`.
std::vector<DayCounts> run_study(const Scenario& scenario, const StudyOptions& options);

}  // namespace callwright::sim::what_if
