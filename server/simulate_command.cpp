// `callwright simulate`: a described centre in virtual time (sim/what_if).
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "server/commands.hpp"
#include "server/progress.hpp"
#include "server/terminal.hpp"
#include "sim/what_if/report.hpp"
#include "sim/what_if/study.hpp"

namespace callwright::server {
namespace {

using namespace sim::what_if;

Result<Scenario> load(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(std::make_error_code(std::errc::no_such_file_or_directory), file.string());
  std::ostringstream text;
  text << in.rdbuf();
  auto scenario = parse_scenario(std::move(text).str(), file.parent_path());
  if (!scenario) scenario.error().context = file.string() + "\n" + scenario.error().context;
  return scenario;
}

Figures study(const Scenario& scenario, const StudyOptions& wanted) {
  StudyOptions options = wanted;
  Progress progress;
  options.progress = [&](std::int32_t done) {
    progress.say(scenario.name + ": " + std::to_string(done) + " of " + std::to_string(options.replications) + " days");
  };
  return figures_of(plan_of(scenario), run_study(scenario, options), options.seed, closed_form(scenario));
}

template <class Report>
int show(const Report& report, const SimulateArguments& arguments) {
  if (!arguments.html.empty()) {
    std::ofstream page(arguments.html, std::ios::binary);
    page << html_report(report);
    if (!page.flush()) return refuse("cannot write " + arguments.html.string());
  }
  std::cout << (arguments.json ? json_report(report) : text_report(report)) << std::flush;
  return std::cout.good() ? 0 : refuse("cannot write the report");
}

}  // namespace

int simulate(const SimulateArguments& arguments) {
  auto scenario = load(arguments.scenario);
  if (!scenario) return refuse(scenario.error());
  Result<Scenario> other = Scenario{};
  if (!arguments.compare.empty()) other = load(arguments.compare);
  if (!other) return refuse(other.error());
  StudyOptions options;
  options.seed = arguments.seed.value_or(scenario->seed);
  options.replications = arguments.replications.value_or(scenario->replications);
  options.threads = arguments.threads ? arguments.threads : std::max(1U, std::thread::hardware_concurrency());
  const Figures figures = study(*scenario, options);
  if (arguments.compare.empty()) return show(figures, arguments);
  const Figures others = study(*other, options);
  return show(Comparison{figures, others, difference(figures, others)}, arguments);
}

}  // namespace callwright::server
