#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "sim/what_if/report.hpp"
#include "sim/what_if/report_cells.hpp"
#include "sim/what_if/report_page.hpp"
#include "sim/what_if/svg_chart.hpp"

namespace callwright::sim::what_if {
namespace {

std::size_t place_of(std::string_view key) {
  const auto all = queue_figures();
  return static_cast<std::size_t>(std::ranges::find_if(all, [&](const QueueFigure& one) { return key == one.key; }) - all.begin());
}

/// One figure of one queue or group by interval. Counts become rates an hour, since intervals may differ in length.
Series series(const Figures& figures, const std::vector<std::vector<Scope>>& by_interval, const std::string& name, std::size_t scope,
              std::size_t figure, Unit unit, bool rate) {
  Series out{name, {}, {}};
  for (std::size_t i = 0; i < by_interval.size(); ++i) {
    const Estimate& one = by_interval[i][scope].figures[figure];
    const double factor = unit == Unit::share ? 100 : rate ? 1 / figures.hours(i) : 1;
    out.values.push_back(one.value ? std::optional(*one.value * factor) : std::nullopt);
    out.half_widths.push_back(one.half_width().value_or(0) * factor);
  }
  return out;
}

std::string interval_charts(const Figures& figures) {
  if (figures.queues_by_interval.size() < 2) return "";
  std::vector<std::string> labels;
  for (std::size_t i = 0; i + 1 < figures.bounds.size(); ++i) labels.push_back(clock_text(figures.bounds[i]));
  const std::size_t all = figures.queues.size() - 1;
  const auto of_all = [&](const char* key, const char* name) {
    const std::size_t figure = place_of(key);
    const Unit unit = queue_figures()[figure].unit;
    return series(figures, figures.queues_by_interval, name, all, figure, unit, unit == Unit::count);
  };
  const auto by_queue = [&](const char* key) {
    std::vector<Series> out;
    for (std::size_t q = 0; q < std::max<std::size_t>(all, 1); ++q)
      out.push_back(
          series(figures, figures.queues_by_interval, figures.queues[q].name, q, place_of(key), queue_figures()[place_of(key)].unit, false));
    return out;
  };
  std::string out =
      svg_chart("Callers an hour", "", labels, {of_all("offered", "offered"), of_all("answered", "answered"), of_all("abandoned", "abandoned")});
  out += svg_chart("Service level", " %", labels, by_queue("service_level"));
  out += svg_chart("Mean wait", " s", labels, by_queue("mean_wait_s"));
  std::vector<Series> occupancy, agents;
  for (std::size_t g = 0; g < figures.groups.size(); ++g) {
    occupancy.push_back(series(figures, figures.groups_by_interval, figures.groups[g].name, g, kOccupancyFigure, Unit::share, false));
    agents.push_back(series(figures, figures.groups_by_interval, figures.groups[g].name, g, kAgentsFigure, Unit::count, false));
  }
  return out + svg_chart("Occupancy", " %", labels, occupancy) + svg_chart("Agents", "", labels, agents);
}

/// From the first to the last number of callers that is seen at all, in at most 60 steps.
std::string system_chart(const Figures& figures) {
  const auto& shares = figures.system_shares;
  const auto seen = [](double share) { return share >= 1e-5; };
  const auto first = std::ranges::find_if(shares, seen);
  if (first == shares.end()) return "";
  const auto last = std::find_if(shares.rbegin(), shares.rend(), seen).base();
  const auto begin = static_cast<std::size_t>(first - shares.begin()), end = static_cast<std::size_t>(last - shares.begin());
  const std::size_t step = (end - begin + 59) / 60;
  Series line{"", {}, {}};
  std::vector<std::string> labels;
  for (std::size_t n = begin; n < end; n += step) {
    double sum = 0;
    for (std::size_t i = n; i < std::min(n + step, end); ++i) sum += shares[i];
    line.values.emplace_back(sum * 100);
    labels.push_back(std::to_string(n));
  }
  return svg_chart("Callers in the centre (waiting or talking): share of the time", " %", labels, {line});
}

std::string section(const Figures& figures, bool change) {
  std::string out = "<h2>Queues</h2>\n" + html_table(queue_cells(figures, change));
  if (const Cells cells = estimate_cells(figures, change); !cells.empty()) out += "<h2>Estimated waits</h2>\n" + html_table(cells);
  out += "<h2>Agents</h2>\n" + html_table(group_cells(figures, change));
  if (!figures.beside.empty()) out += "<h2>Closed form</h2>\n" + html_table(closed_form_cells(figures));
  if (!change) out += "<h2>Charts</h2>\n" + interval_charts(figures) + system_chart(figures);
  if (const Cells cells = interval_cells(figures, change); !cells.empty()) out += "<h2>By interval</h2>\n" + html_table(cells);
  return out;
}

std::string heading(const Figures& figures) {
  return fmt::format("<h1>{}</h1>\n<p>{} simulated days, seed {}; ± is half of a 95 % interval.</p>\n", html_escaped(figures.name), figures.days,
                     figures.seed);
}

}  // namespace

std::string html_report(const Figures& figures) { return html_page(figures.name, heading(figures) + section(figures, false)); }

std::string html_report(const Comparison& comparison) {
  return html_page(
      comparison.change.name,
      fmt::format(
          "<h1>What \"{}\" has more than \"{}\"</h1>\n<p>{} days with the same callers; ± is half of a 95 % interval of the paired difference.</p>\n",
          html_escaped(comparison.second.name), html_escaped(comparison.first.name), comparison.change.days) +
          section(comparison.change, true) + heading(comparison.second) + section(comparison.second, false) + heading(comparison.first) +
          section(comparison.first, false));
}

}  // namespace callwright::sim::what_if
