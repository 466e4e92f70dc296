#include "sim/what_if/study.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "sim/what_if/run.hpp"

namespace callwright::sim::what_if {

std::vector<DayCounts> run_study(const Scenario& scenario, const StudyOptions& options) {
  const Plan plan = plan_of(scenario);
  std::vector<DayCounts> days(static_cast<std::size_t>(options.replications));
  std::atomic<std::int32_t> next = 0;
  std::mutex telling;
  std::int32_t done = 0;
  const auto work = [&] {
    for (std::int32_t i = next++; i < options.replications; i = next++) {
      days[static_cast<std::size_t>(i)] = run_day(plan, *day_of(scenario, options.seed, static_cast<std::uint32_t>(i)));
      if (!options.progress) continue;
      const std::lock_guard lock(telling);
      options.progress(++done);
    }
  };
  {
    std::vector<std::jthread> others;
    const auto wanted = std::clamp<unsigned>(options.threads, 1, static_cast<unsigned>(options.replications));
    for (unsigned i = 1; i < wanted; ++i) others.emplace_back(work);
    work();
  }
  return days;
}

}  // namespace callwright::sim::what_if
