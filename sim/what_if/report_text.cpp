#include <fmt/format.h>

#include "sim/what_if/report.hpp"
#include "sim/what_if/report_cells.hpp"

namespace callwright::sim::what_if {
namespace {

std::string tables(const Figures& figures, bool change) {
  std::string out = text_table(queue_cells(figures, change));
  if (const Cells cells = estimate_cells(figures, change); !cells.empty()) out += "\n" + text_table(cells);
  out += "\n" + text_table(group_cells(figures, change));
  out += fmt::format("\nWaiting on average {}, in the centre {}.\n", cell(figures.mean_queue, Unit::mean, change),
                     cell(figures.mean_system, Unit::mean, change));
  if (const Cells cells = interval_cells(figures, change); !cells.empty()) out += "\n" + text_table(cells);
  return out;
}

std::string days_text(std::size_t days) { return days == 1 ? "one day" : fmt::format("{} days", days); }

}  // namespace

std::string text_report(const Figures& figures) {
  std::string out = fmt::format("{}: {}, seed {}; ± is half of a 95 % interval\n\n", figures.name, days_text(figures.days), figures.seed);
  out += tables(figures, false);
  if (!figures.model.empty())
    out += "\n" + (figures.beside.empty() ? figures.model + " says: no steady state, there is more work than the agents can do.\n"
                                          : text_table(closed_form_cells(figures)));
  return out;
}

std::string text_report(const Comparison& comparison) {
  return text_report(comparison.first) + "\n" + text_report(comparison.second) +
         fmt::format("\nWhat \"{}\" has more than \"{}\", with the same callers ({}):\n\n", comparison.second.name, comparison.first.name,
                     days_text(comparison.change.days)) +
         tables(comparison.change, true);
}

}  // namespace callwright::sim::what_if
