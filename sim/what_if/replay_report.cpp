#include "sim/what_if/replay_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string_view>

#include "sim/what_if/replay_figures.hpp"
#include "sim/what_if/report_cells.hpp"
#include "sim/what_if/report_page.hpp"
#include "sim/what_if/report_values.hpp"
#include "sim/what_if/svg_chart.hpp"

namespace callwright::sim::what_if {
namespace {

constexpr const char* kSides[] = {"recorded", "old rules", "new rules"};

std::array<const Column*, 3> sides_of(const Columns& columns) { return {&columns.recorded, &columns.old_rules, &columns.new_rules}; }

std::size_t replay_place_of(std::string_view key) {
  const auto all = replay_figures();
  return static_cast<std::size_t>(std::ranges::find_if(all, [&](const ReplayFigure& one) { return key == one.key; }) - all.begin());
}

bool often_missing(std::string_view key) {
  return key == "blocked" || key == "short_abandoned" || key == "unserved" || key == "transfers" || key.starts_with("match");
}

std::string whole_cell(const Estimate& one, Unit unit, bool change = false) {
  if (one.value && unit == Unit::count && !one.half_width() && !change) return fmt::format("{:.15g}", *one.value);
  return cell(one, unit, change);
}

/// A row for each figure of estimates; one alone if no side makes any.
void add_estimates(Cells& cells, const std::array<const Scope*, 4>& scopes) {
  const bool any = std::ranges::any_of(scopes, [](const Scope* scope) { return !scope->estimates.empty(); });
  for (std::size_t f = 0; f < (any ? estimate_figures().size() : 1); ++f) {
    const QueueFigure& figure = estimate_figures()[f];
    auto& row = cells.emplace_back(std::vector<std::string>{heading_of(figure.heading, figure.unit)});
    for (std::size_t s = 0; s < scopes.size(); ++s) {
      const bool change = s == 3, made = !scopes[s]->estimates.empty();
      if (!made) row.emplace_back(f == 0 && !change ? "not made" : "-");
      else if (s == 0 && figure.unit == Unit::count) row.push_back(whole_cell(scopes[s]->estimates[f], figure.unit));
      else row.push_back(cell(scopes[s]->estimates[f], figure.unit, change || is_signed(figure)));
    }
  }
}

/// A row for each figure, a column for each side.
Cells figure_cells(const std::array<const Scope*, 4>& scopes) {
  Cells cells{{scopes[0]->name, kSides[0], kSides[1], kSides[2], "change"}};
  for (std::size_t f = 0; f < replay_figures().size(); ++f) {
    const ReplayFigure& figure = replay_figures()[f];
    const bool empty = std::ranges::all_of(scopes, [&](const Scope* scope) { return scope->figures[f].value.value_or(0) == 0; });
    if (empty && often_missing(figure.key)) continue;
    auto& row = cells.emplace_back(std::vector<std::string>{heading_of(figure.heading, figure.unit)});
    for (std::size_t s = 0; s < 3; ++s)
      row.push_back(s == 0 ? whole_cell(scopes[s]->figures[f], figure.unit) : cell(scopes[s]->figures[f], figure.unit));
    row.push_back(cell(scopes[3]->figures[f], figure.unit, true));
  }
  add_estimates(cells, scopes);
  return cells;
}

Cells agent_cells(const Columns& columns) {
  Cells cells{{"agents", kSides[0], kSides[1], kSides[2], "change"}};
  for (std::size_t f = 0; f < agent_figures().size(); ++f) {
    const AgentFigure& figure = agent_figures()[f];
    auto& row = cells.emplace_back(std::vector<std::string>{heading_of(figure.heading, figure.unit)});
    for (const Column* side : sides_of(columns)) row.push_back(cell(side->agents.figures[f], figure.unit));
    row.push_back(cell(columns.change.agents.figures[f], figure.unit, true));
  }
  return cells;
}

/// Some figures by interval, each for the three sides one beside the other; without half widths, which stand in the table above for the whole time.
Cells interval_cells(const Replay& replay, const Columns& columns, std::size_t queue) {
  struct Wanted {
    const char* key;
    const char* heading;
  };
  static constexpr Wanted kWanted[] = {
      {"service_level", "SL"}, {"asa_s", "ASA"}, {"abandoned", "ab."}, {"transfers", "tr."}, {"match_new_rules", "match"}};
  const bool is_all = queue == replay.queues.size();
  Cells cells{std::vector<std::string>{"from", "came"}};
  const auto value = [](const Estimate& one, Unit unit) { return one.value ? value_text(*one.value, unit) : std::string("-"); };
  std::vector<std::size_t> figures;
  for (const Wanted& wanted : kWanted) {
    const std::size_t f = replay_place_of(wanted.key);
    const bool empty =
        std::ranges::all_of(sides_of(columns), [&](const Column* side) { return side->queues[queue].figures[f].value.value_or(0) == 0; });
    if (empty && often_missing(wanted.key)) continue;
    figures.push_back(f);
    for (const char* side : {"rec", "old", "new"}) cells[0].push_back(std::string(wanted.heading) + " " + side);
  }
  if (is_all)
    for (const char* side : {"rec", "old", "new"}) cells[0].push_back(std::string("occ. ") + side);
  for (std::size_t i = 0; i + 1 < replay.bounds.size(); ++i) {
    auto& row = cells.emplace_back(
        std::vector<std::string>{replay.labels[i], whole_cell(columns.recorded.queues_by_interval[i][queue].figures[0], Unit::count)});
    for (const std::size_t f : figures)
      for (const Column* side : sides_of(columns)) row.push_back(value(side->queues_by_interval[i][queue].figures[f], replay_figures()[f].unit));
    if (!is_all) continue;
    for (const Column* side : sides_of(columns)) row.push_back(value(side->agents_by_interval[i].figures[2], Unit::share));
  }
  return cells;
}

/// All together first, then each queue if there are several.
std::vector<std::size_t> queue_order(const Replay& replay) {
  std::vector<std::size_t> order{replay.queues.size()};
  if (replay.queues.size() > 1)
    for (std::size_t q = 0; q < replay.queues.size(); ++q) order.push_back(q);
  return order;
}

std::array<const Scope*, 4> scopes_of(const Columns& columns, std::size_t queue) {
  return {&columns.recorded.queues[queue], &columns.old_rules.queues[queue], &columns.new_rules.queues[queue], &columns.change.queues[queue]};
}

std::string draws_text(const Replay& replay) {
  const std::size_t draws = replay.old_rules.size();
  return draws == 1 ? fmt::format("one draw of what is not known, seed {}", replay.seed)
                    : fmt::format("{} draws of what is not known, seed {}; ± is half of a 95 % interval over the draws", draws, replay.seed);
}

constexpr std::string_view kLegend =
    "SL: service level %; ASA: s; ab.: abandoned; tr.: transferred; match: by the new rules, %; occ.: occupancy %; rec, old, new: recorded, old "
    "rules, new rules.";

std::string chart(const Replay& replay, const std::string& title, const std::string& unit, double factor, const std::array<const Column*, 3>& sides,
                  const std::function<const Estimate&(const Column&, std::size_t interval)>& figure) {
  std::vector<Series> lines;
  for (std::size_t s = 0; s < sides.size(); ++s) {
    Series& line = lines.emplace_back(Series{kSides[s], {}, {}});
    for (std::size_t i = 0; i + 1 < replay.bounds.size(); ++i) {
      const Estimate& one = figure(*sides[s], i);
      line.values.push_back(one.value ? std::optional(*one.value * factor) : std::nullopt);
      if (s > 0) line.half_widths.push_back(one.half_width().value_or(0) * factor);
    }
  }
  return svg_chart(title, unit, replay.labels, lines);
}

std::string charts(const Replay& replay, const Columns& columns, std::size_t queue) {
  struct Wanted {
    const char* key;
    const char* title;
    const char* unit;
  };
  static constexpr Wanted kWanted[] = {{"service_level", "Service level", " %"},
                                       {"asa_s", "Average speed of answer", " s"},
                                       {"abandoned", "Abandoned", ""},
                                       {"match_new_rules", "Match by the new rules", " %"}};
  std::string out;
  for (const Wanted& wanted : kWanted) {
    const std::size_t f = replay_place_of(wanted.key);
    if (often_missing(wanted.key) && !columns.new_rules.queues[queue].figures[f].value) continue;
    const double factor = replay_figures()[f].unit == Unit::share ? 100 : 1;
    out += chart(replay, wanted.title, wanted.unit, factor, sides_of(columns),
                 [&](const Column& side, std::size_t i) -> const Estimate& { return side.queues_by_interval[i][queue].figures[f]; });
  }
  if (queue == replay.queues.size())
    out += chart(replay, "Occupancy", " %", 100, sides_of(columns),
                 [](const Column& side, std::size_t i) -> const Estimate& { return side.agents_by_interval[i].figures[2]; });
  return out;
}

std::string figures_json(const Scope& scope) {
  std::string out;
  for (std::size_t f = 0; f < replay_figures().size(); ++f)
    out += fmt::format(",\"{}\":{}", replay_figures()[f].key, json_estimate(scope.figures[f]));
  return "{\"queue\":" + json_text(scope.name) + out + ",\"estimates\":" + json_estimates(scope) + "}";
}
std::string agents_json(const Scope& scope) {
  std::string out;
  for (std::size_t f = 0; f < agent_figures().size(); ++f)
    out += fmt::format("{}\"{}\":{}", f ? "," : "", agent_figures()[f].key, json_estimate(scope.figures[f]));
  return "{" + out + "}";
}

std::string column_json(const Replay& replay, const Column& column) {
  std::string out = "{\"queues\":" + json_list(column.queues, figures_json) + ",\"agents\":" + agents_json(column.agents) + ",\"intervals\":[";
  for (std::size_t i = 0; i + 1 < replay.bounds.size(); ++i)
    out += fmt::format("{}{{\"from_us\":{},\"to_us\":{},\"queues\":{},\"agents\":{}}}", i ? "," : "", replay.bounds[i].us, replay.bounds[i + 1].us,
                       json_list(column.queues_by_interval[i], figures_json), agents_json(column.agents_by_interval[i]));
  return out + "]}";
}

}  // namespace

std::string text_report(const Replay& replay) {
  const Columns columns = columns_of(replay);
  std::string out = fmt::format("{}\nOld rules: {}. New rules: {}.\n{}.\n", replay.title, replay.old_name, replay.new_name, draws_text(replay));
  for (const std::string& note : replay.notes) out += "- " + note + "\n";
  for (const std::size_t queue : queue_order(replay)) {
    out += "\n" + text_table(figure_cells(scopes_of(columns, queue)));
    if (queue == replay.queues.size()) out += "\n" + text_table(agent_cells(columns));
    if (replay.bounds.size() > 2) out += "\n" + text_table(interval_cells(replay, columns, queue));
  }
  if (replay.bounds.size() > 2) out += "\n" + std::string(kLegend) + "\n";
  return out;
}

std::string json_report(const Replay& replay) {
  const Columns columns = columns_of(replay);
  return fmt::format(
      "{{\"from_us\":{},\"to_us\":{},\"seed\":{},\"draws\":{},\"old_name\":{},\"new_name\":{},\"notes\":{},\"written_left_out\":{},\"recorded\":{},"
      "\"old_rules\":{},\"new_rules\":{},\"change\":{}}}\n",
      replay.bounds.front().us, replay.bounds.back().us, replay.seed, replay.old_rules.size(), json_text(replay.old_name), json_text(replay.new_name),
      json_list(replay.notes, json_text), replay.written, column_json(replay, columns.recorded), column_json(replay, columns.old_rules),
      column_json(replay, columns.new_rules), column_json(replay, columns.change));
}

std::string html_report(const Replay& replay) {
  const Columns columns = columns_of(replay);
  std::string body = fmt::format("<h1>{}</h1>\n<p>Old rules: {}. New rules: {}. {}.</p>\n<ul>\n", html_escaped(replay.title),
                                 html_escaped(replay.old_name), html_escaped(replay.new_name), html_escaped(draws_text(replay)));
  for (const std::string& note : replay.notes) body += "<li>" + html_escaped(note) + "</li>\n";
  body += "</ul>\n";
  for (const std::size_t queue : queue_order(replay)) {
    const bool is_all = queue == replay.queues.size();
    body += fmt::format("<h2>{}</h2>\n", is_all ? "All queues" : html_escaped("Queue " + replay.queues[queue].value)) +
            html_table(figure_cells(scopes_of(columns, queue)));
    if (is_all) body += "<h2>Agents</h2>\n" + html_table(agent_cells(columns));
    if (replay.bounds.size() <= 2) continue;
    body += charts(replay, columns, queue) + html_table(interval_cells(replay, columns, queue));
  }
  if (replay.bounds.size() > 2) body += fmt::format("<p>{}</p>\n", kLegend);
  return html_page(replay.title, body);
}

}  // namespace callwright::sim::what_if
