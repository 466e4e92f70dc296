// A large centre in virtual time: README.md says what is measured.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <sstream>

#include "sim/what_if/run.hpp"
#include "sim/what_if/scenario.hpp"

namespace {

using namespace callwright::sim::what_if;

constexpr double kBaseline = 1000;  ///< simulated seconds a second

double processor_s() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Simulated seconds a second of a large centre, on one core", "bench_simulate"};
  std::string file = CALLWRIGHT_LARGE_CENTRE;
  std::uint64_t seed = 1;
  app.add_option("--scenario", file)->capture_default_str();
  app.add_option("--seed", seed)->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  const auto scenario = parse_scenario(text.str(), std::filesystem::path(file).parent_path());
  if (!scenario) {
    std::fprintf(stderr, "bench_simulate: %s\n", scenario.error().text().c_str());
    return 1;
  }
  const double begin = processor_s();
  const Plan plan = plan_of(*scenario);
  const DayCounts counts = run_day(plan, *day_of(*scenario, seed, 0));
  const double took = processor_s() - begin;
  const double simulated = static_cast<double>((plan.bounds.back() - plan.bounds.front()).count()) / 1e6;
  std::printf(
      "{\"bench\":\"simulate\",\"agents\":%zu,\"contacts\":%lld,\"simulated_s\":%.0f,\"processor_s\":%.2f,\"value\":%.0f,\"baseline\":%.0f,\"ratio\":"
      "%.2f,\"goal\":1}\n",
      plan.centre.agents.size(), static_cast<long long>(counts.contacts), simulated, took, simulated / took, kBaseline, simulated / took / kBaseline);
  return 0;
}
