#include "sim/what_if/study.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "sim/what_if/run.hpp"

namespace callwright::sim::what_if {

void each_in_parallel(std::int32_t count, unsigned threads, const std::function<void(std::int32_t done)>& progress,
                      const std::function<void(std::int32_t number)>& work) {
  std::atomic<std::int32_t> next = 0;
  std::mutex telling;
  std::int32_t done = 0;
  const auto some = [&] {
    for (std::int32_t i = next++; i < count; i = next++) {
      work(i);
      if (!progress) continue;
      const std::lock_guard lock(telling);
      progress(++done);
    }
  };
  std::vector<std::jthread> others;
  const auto wanted = std::clamp<unsigned>(threads, 1, static_cast<unsigned>(count));
  for (unsigned i = 1; i < wanted; ++i) others.emplace_back(some);
  some();
}

std::vector<DayCounts> run_study(const Scenario& scenario, const StudyOptions& options) {
  const Plan plan = plan_of(scenario);
  std::vector<DayCounts> days(static_cast<std::size_t>(options.replications));
  each_in_parallel(options.replications, options.threads, options.progress, [&](std::int32_t i) {
    days[static_cast<std::size_t>(i)] = run_day(plan, *day_of(scenario, options.seed, static_cast<std::uint32_t>(i)));
  });
  return days;
}

}  // namespace callwright::sim::what_if
