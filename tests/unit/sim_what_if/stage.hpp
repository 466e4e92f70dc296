#pragma once
#include <gtest/gtest.h>

#include <string>

#include "sim/what_if/counts.hpp"
#include "sim/what_if/run.hpp"
#include "sim/what_if/scenario.hpp"

namespace callwright::sim::what_if {

using namespace std::chrono_literals;

/// The text of a scenario; faults fail the test.
inline Scenario scenario_of(const std::string& text, const std::filesystem::path& folder = ".") {
  auto scenario = parse_scenario(text, folder);
  EXPECT_TRUE(scenario) << scenario.error().text();
  return scenario ? std::move(*scenario) : Scenario{};
}

inline std::string faults_of(const std::string& text, const std::filesystem::path& folder = ".") {
  const auto scenario = parse_scenario(text, folder);
  return scenario ? "" : scenario.error().context;
}

inline DayCounts run(const Scenario& scenario, std::uint32_t replication = 0) {
  return run_day(plan_of(scenario), *day_of(scenario, scenario.seed, replication));
}

inline QueueCounts total(const DayCounts& day) {
  QueueCounts sum;
  for (const auto& queue : day.queues)
    for (const auto& interval : queue) sum += interval;
  return sum;
}

/// A centre of one queue without wrap-up or short abandons; `more` is put at the end of the type.
inline std::string simple(const std::string& top, const std::string& group, const std::string& type) {
  return "name = \"simple\"\n" + top +
         "\n[[queue]]\nid = \"q\"\nname = \"Q\"\nwrap_up = \"0s\"\nshort_abandon = \"0s\"\n[[group]]\nid = \"g\"\nqueues = [{ queue = \"q\" }]\n" +
         group + "\n[[type]]\nid = \"t\"\nqueue = \"q\"\n" + type + "\n";
}

/// Everything at once: skills, priorities, shifts, ringing, silence, patience, retries, lines.
inline constexpr const char* kBusyCentre = R"(
name = "Busy"
begin = "08:00"
length = "4h"
period = "30m"
lines = 16
busyness = 0.2
[[skill]]
id = "french"
name = "French"
[[queue]]
id = "plain"
name = "Plain"
wrap_up = "15s"
ring_timeout = "12s"
[[queue]]
id = "vip"
name = "VIP"
priority = 300
requirements = [{ skill = "french", min_level = 50, weight = 2 }]
short_abandon = "8s"
[[group]]
id = "all"
agents = [4, 8, 12, 12, 10, 9, 7, 3]
skills = [{ skill = "french", level = 80 }]
queues = [{ queue = "plain", rank = -20 }, { queue = "vip" }]
ring = { kind = "uniform", low = "1s", high = "14s" }
after_no_answer = "45s"
[[group]]
id = "half"
agents = 6
queues = [{ queue = "plain" }]
[[type]]
id = "calls"
queue = "plain"
arrivals_per_hour = [100, 180, 260, 240, 200, 190, 150, 60]
service = { kind = "lognormal", mean = "3m", cv = 1.2 }
service_by = { half = { kind = "gamma", mean = "4m", cv = 0.7 } }
patience = { kind = "mixture", parts = [{ weight = 1, length = "4s" }, { weight = 5, length = { kind = "exponential", mean = "2m" } }] }
retry = { probability = 0.6, delay = { kind = "exponential", mean = "4m" }, attempts = 4 }
[[type]]
id = "members"
queue = "vip"
arrivals_per_hour = 40
busyness = 0.3
gap_cv = 1.5
entry_credit = "90s"
service = { kind = "exponential", mean = "5m" }
)";

}  // namespace callwright::sim::what_if
