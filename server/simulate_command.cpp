// `callwright simulate`: a described centre in virtual time (sim/what_if).
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "server/commands.hpp"
#include "server/terminal.hpp"
#include "sim/what_if/report.hpp"
#include "sim/what_if/study.hpp"

namespace callwright::server {
namespace {

using namespace sim::what_if;

constexpr auto kLong = std::chrono::seconds(10);  ///< from then on progress is said also where nobody may be looking

Result<Scenario> load(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(std::make_error_code(std::errc::no_such_file_or_directory), file.string());
  std::ostringstream text;
  text << in.rdbuf();
  auto scenario = parse_scenario(std::move(text).str(), file.parent_path());
  if (!scenario) scenario.error().context = file.string() + "\n" + scenario.error().context;
  return scenario;
}

/// On a terminal in place, at most each tenth of a second; elsewhere a line each ten seconds of work that takes longer.
class Progress {
 public:
  Progress(std::string name, std::int32_t of) : name_(std::move(name)), of_(of) {}
  ~Progress() {
    if (shown_ && is_terminal_) std::fputs("\r\x1b[K", stderr);
  }
  void operator()(std::int32_t done) {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < (is_terminal_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(kLong))) return;
    last_ = now;
    shown_ = true;
    std::fprintf(stderr, is_terminal_ ? "\r%s: %d of %d days" : "%s: %d of %d days\n", name_.c_str(), done, of_);
  }

 private:
  const std::string name_;
  const std::int32_t of_;
  const bool is_terminal_ = isatty(STDERR_FILENO) != 0;
  bool shown_ = false;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

Figures study(const Scenario& scenario, const StudyOptions& wanted) {
  StudyOptions options = wanted;
  Progress progress(scenario.name, options.replications);
  options.progress = [&](std::int32_t done) { progress(done); };
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
