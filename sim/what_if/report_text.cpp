#include <fmt/format.h>

#include <algorithm>

#include "sim/what_if/report.hpp"
#include "sim/what_if/report_cells.hpp"

namespace callwright::sim::what_if {
namespace {

/// Characters of UTF-8, which is what a terminal's column is for the signs we use.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// The first column to the left, the others to the right.
std::string table(const Cells& cells) {
  std::vector<std::size_t> widths;
  for (const auto& row : cells) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width(row[c]));
  }
  std::string out;
  for (const auto& row : cells) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string pad(widths[c] - width(row[c]), ' ');
      line += c == 0 ? row[c] + pad : "  " + pad + row[c];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string tables(const Figures& figures, bool change) {
  std::string out = table(queue_cells(figures, change)) + "\n" + table(group_cells(figures, change));
  out += fmt::format("\nWaiting on average {}, in the centre {}.\n", cell(figures.mean_queue, Unit::mean, change),
                     cell(figures.mean_system, Unit::mean, change));
  if (const Cells cells = interval_cells(figures, change); !cells.empty()) out += "\n" + table(cells);
  return out;
}

std::string days_text(std::size_t days) { return days == 1 ? "one day" : fmt::format("{} days", days); }

}  // namespace

std::string text_report(const Figures& figures) {
  std::string out = fmt::format("{}: {}, seed {}; ± is half of a 95 % interval\n\n", figures.name, days_text(figures.days), figures.seed);
  out += tables(figures, false);
  if (!figures.model.empty())
    out += "\n" + (figures.beside.empty() ? figures.model + " says: no steady state, there is more work than the agents can do.\n"
                                          : table(closed_form_cells(figures)));
  return out;
}

std::string text_report(const Comparison& comparison) {
  return text_report(comparison.first) + "\n" + text_report(comparison.second) +
         fmt::format("\nWhat \"{}\" has more than \"{}\", with the same callers ({}):\n\n", comparison.second.name, comparison.first.name,
                     days_text(comparison.change.days)) +
         tables(comparison.change, true);
}

}  // namespace callwright::sim::what_if
