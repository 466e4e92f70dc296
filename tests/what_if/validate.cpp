// The simulated centre against exact results: README.md.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "cases.hpp"
#include "sim/what_if/scenario.hpp"
#include "sim/what_if/study.hpp"

namespace {

using namespace callwright::sim::what_if;

constexpr double kMostErrors = 4;  ///< standard errors between a figure and its exact value

std::string digits(double value) { return fmt::format("{:.{}f}", value, std::abs(value) < 1 ? 5 : 3); }

/// Prints one row for each figure; true if all lie within the limit.
bool validate(const Case& one, const StudyOptions& options) {
  const auto scenario = parse_scenario(one.scenario, ".");
  if (!scenario) {
    std::printf("%s: %s\n", one.name.c_str(), scenario.error().text().c_str());
    return false;
  }
  const auto begin = std::chrono::steady_clock::now();
  const auto days = run_study(*scenario, options);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const Figures figures = figures_of(plan_of(*scenario), days, options.seed, {});
  std::int64_t contacts = 0;
  for (const DayCounts& day : days) contacts += day.contacts;
  bool good = true;
  for (const Known& known : one.known) {
    const Estimate found = known.simulated(days, figures);
    const double error = std::max(found.standard_error().value_or(0), known.least_error), off = found.value.value_or(0) - known.exact;
    const double errors = std::max(std::abs(off) - known.rounding, 0.0) / error;
    const bool fits = errors <= kMostErrors;  // not a number does not
    good = good && fits;
    std::printf("| %s | %s | %s | %s | %s | %+.1f |%s\n", one.name.c_str(), known.figure.c_str(), digits(known.exact).c_str(),
                digits(found.value.value_or(0)).c_str(), digits(error).c_str(), std::copysign(errors, off), fits ? "" : " too far");
  }
  if (one.remark) std::printf("| %s | %s | | | | |\n", one.name.c_str(), one.remark(figures).c_str());
  std::fprintf(stderr, "%s: %lld contacts in %.1f s\n", one.name.c_str(), static_cast<long long>(contacts), took.count());
  std::fflush(stdout);
  return good;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs scenarios whose figures are known exactly and says how far off the simulated centre is", "validate_what_if"};
  StudyOptions options;
  options.threads = 2;
  std::string reference = CALLWRIGHT_SOURCE_DIR "/tests/data/routing/erlang_reference_values.csv", only, shown;
  bool list = false;
  app.add_option("--seed", options.seed)->capture_default_str();
  app.add_option("--replications", options.replications)->capture_default_str()->check(CLI::Range(2, 10'000));
  app.add_option("--threads", options.threads)->capture_default_str();
  app.add_option("--reference", reference, "the table of exact values")->capture_default_str();
  app.add_option("--case", only, "run this one alone");
  app.add_option("--scenario", shown, "print the scenario of this case, for callwright simulate");
  app.add_flag("--list", list, "print the names of the cases");
  CLI11_PARSE(app, argc, argv);

  int ok = 0, failed = 0;
  const auto all = cases(reference);
  if (!list && shown.empty()) std::printf("| case | figure | exact | simulated | standard error | errors off |\n|---|---|---|---|---|---|\n");
  for (const Case& one : all) {
    if (list) std::printf("%s\n", one.name.c_str());
    else if (!shown.empty()) {
      if (one.name == shown) std::printf("%s", one.scenario.c_str());
    } else if (only.empty() || only == one.name) {
      ++(validate(one, options) ? ok : failed);
    }
  }
  if (list || !shown.empty()) return 0;
  std::printf("validation ok=%d failed=%d\n", ok, failed);
  return failed > 0 || ok == 0 ? 1 : 0;
}
