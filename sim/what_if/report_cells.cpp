#include "sim/what_if/report_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace callwright::sim::what_if {
namespace {

constexpr std::size_t kGroupsByInterval = 6;  ///< more do not fit a line

int decimals(Unit unit) { return unit == Unit::count ? 1 : 2; }
double shown(double value, Unit unit) { return unit == Unit::share ? value * 100 : value; }

std::string heading(const QueueFigure& figure) { return heading_of(figure.heading, figure.unit); }

bool often_empty(std::string_view key) {
  return key == "blocked" || key == "abandoned" || key == "short_abandoned" || key == "unserved" || key == "abandon_rate";
}

bool is_shown(const std::vector<Scope>& scopes, std::size_t figure) {
  if (!often_empty(queue_figures()[figure].key)) return true;
  return std::ranges::any_of(scopes, [&](const Scope& scope) { return scope.figures[figure].value.value_or(0) != 0; });
}

/// Characters of UTF-8, which is what a terminal's column is for the signs we use.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::string text_table(const Cells& cells) {
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

std::string value_text(double value, Unit unit) {
  std::string text = fmt::format("{:.{}f}", shown(value, unit), decimals(unit));
  if (text.starts_with('-') && text.find_first_not_of("-0.") == std::string::npos) text.erase(0, 1);
  return text;
}

std::string heading_of(std::string_view heading, Unit unit) {
  switch (unit) {
    case Unit::share: return std::string(heading) + " %";
    case Unit::seconds: return std::string(heading) + " s";
    case Unit::count:
    case Unit::mean: break;
  }
  return std::string(heading);
}

bool is_signed(const QueueFigure& figure) { return std::string_view(figure.key) == "bias_s"; }

std::string cell(const Estimate& estimate, Unit unit, bool with_sign) {
  if (!estimate.value) return "-";
  std::string text = value_text(*estimate.value, unit);
  if (with_sign && !text.starts_with('-')) text.insert(0, "+");
  if (const auto half = estimate.half_width()) text += " ±" + value_text(*half, unit);
  return text;
}

std::string clock_text(Instant at) {
  const std::int64_t seconds = (at - kMidnight).count() / 1'000'000;
  std::string text = fmt::format("{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
  if (seconds % 60) text += fmt::format(":{:02}", seconds % 60);
  return text;
}

Cells queue_cells(const Figures& figures, bool change) {
  Cells cells{{"queue"}};
  for (std::size_t f = 0; f < queue_figures().size(); ++f)
    if (is_shown(figures.queues, f)) cells[0].push_back(heading(queue_figures()[f]));
  for (const Scope& scope : figures.queues) {
    if (figures.queues.size() == 2 && scope.name == "all") continue;  // the only queue is all
    auto& row = cells.emplace_back(std::vector<std::string>{scope.name});
    for (std::size_t f = 0; f < queue_figures().size(); ++f)
      if (is_shown(figures.queues, f)) row.push_back(cell(scope.figures[f], queue_figures()[f].unit, change));
  }
  return cells;
}

Cells estimate_cells(const Figures& figures, bool change) {
  Cells cells{{"estimates"}};
  for (const QueueFigure& figure : estimate_figures()) cells[0].push_back(heading(figure));
  const auto making = std::ranges::count_if(figures.queues, [](const Scope& scope) { return !scope.estimates.empty(); });
  if (making == 0) return {};
  for (const Scope& scope : figures.queues) {
    if (scope.estimates.empty() || (making == 2 && scope.name == "all")) continue;  // the only one is all
    auto& row = cells.emplace_back(std::vector<std::string>{scope.name});
    for (std::size_t f = 0; f < scope.estimates.size(); ++f)
      row.push_back(cell(scope.estimates[f], estimate_figures()[f].unit, change || is_signed(estimate_figures()[f])));
  }
  return cells;
}

Cells group_cells(const Figures& figures, bool change) {
  Cells cells{{"group", "agents", "occupancy %"}};
  for (const Scope& scope : figures.groups)
    cells.push_back(
        {scope.name, cell(scope.figures[kAgentsFigure], Unit::count, change), cell(scope.figures[kOccupancyFigure], Unit::share, change)});
  return cells;
}

Cells interval_cells(const Figures& figures, bool change) {
  const std::size_t intervals = figures.queues_by_interval.size();
  if (intervals < 2) return {};
  static constexpr std::string_view kLeftOut[] = {"asa_s", "abandon_rate"};
  std::vector<std::size_t> wanted;
  for (std::size_t f = 0; f < queue_figures().size(); ++f)
    if (is_shown({figures.queues.back()}, f) && std::ranges::find(kLeftOut, queue_figures()[f].key) == std::end(kLeftOut)) wanted.push_back(f);
  Cells cells{{"from"}};
  for (std::size_t f : wanted) cells[0].push_back(heading(queue_figures()[f]));
  const std::size_t groups = figures.groups.size() <= kGroupsByInterval ? figures.groups.size() : 0;
  for (std::size_t g = 0; g < groups; ++g) cells[0].push_back(figures.groups[g].name + " busy %");
  for (std::size_t i = 0; i < intervals; ++i) {
    auto& row = cells.emplace_back(std::vector<std::string>{clock_text(figures.bounds[i])});
    for (std::size_t f : wanted) row.push_back(cell(figures.queues_by_interval[i].back().figures[f], queue_figures()[f].unit, change));
    for (std::size_t g = 0; g < groups; ++g) row.push_back(cell(figures.groups_by_interval[i][g].figures[kOccupancyFigure], Unit::share, change));
  }
  return cells;
}

Cells closed_form_cells(const Figures& figures) {
  Cells cells{{figures.model + " says", "", "simulated"}};
  for (const Beside& one : figures.beside)
    cells.push_back(
        {std::string(one.name) + (one.unit == Unit::share ? " %" : " s"), value_text(one.closed_form, one.unit), cell(one.simulated, one.unit)});
  return cells;
}

}  // namespace callwright::sim::what_if
