#include <fmt/format.h>

#include "sim/what_if/report.hpp"
#include "sim/what_if/report_cells.hpp"
#include "sim/what_if/report_values.hpp"

namespace callwright::sim::what_if {
namespace {

std::string queue(const Scope& scope) {
  std::string out = "{\"queue\":" + json_text(scope.name);
  for (std::size_t f = 0; f < queue_figures().size(); ++f) out += fmt::format(",\"{}\":{}", queue_figures()[f].key, json_estimate(scope.figures[f]));
  return out + ",\"estimates\":" + json_estimates(scope) + "}";
}

std::string group(const Scope& scope) {
  return "{\"group\":" + json_text(scope.name) + ",\"agents\":" + json_estimate(scope.figures[kAgentsFigure]) +
         ",\"occupancy\":" + json_estimate(scope.figures[kOccupancyFigure]) + "}";
}

std::string document(const Figures& figures) {
  std::string out = "{\"name\":" + json_text(figures.name) + fmt::format(",\"seed\":{},\"days\":{}", figures.seed, figures.days);
  out += ",\"queues\":" + json_list(figures.queues, queue) + ",\"groups\":" + json_list(figures.groups, group);
  out += ",\"mean_queue\":" + json_estimate(figures.mean_queue) + ",\"mean_system\":" + json_estimate(figures.mean_system) + ",\"intervals\":[";
  for (std::size_t i = 0; i < figures.queues_by_interval.size(); ++i)
    out += std::string(i ? "," : "") + "{\"from\":" + json_text(clock_text(figures.bounds[i])) +
           ",\"to\":" + json_text(clock_text(figures.bounds[i + 1])) + ",\"queues\":" + json_list(figures.queues_by_interval[i], queue) +
           ",\"groups\":" + json_list(figures.groups_by_interval[i], group) + "}";
  out += "]";
  if (!figures.model.empty())
    out += ",\"closed_form\":{\"model\":" + json_text(figures.model) + ",\"figures\":" +
           json_list(figures.beside,
                     [](const Beside& one) {
                       return "{\"figure\":" + json_text(one.name) + ",\"closed_form\":" + json_number(one.closed_form) +
                              ",\"simulated\":" + json_estimate(one.simulated) + "}";
                     }) +
           "}";
  return out + "}";
}

}  // namespace

std::string json_report(const Figures& figures) { return document(figures) + "\n"; }

std::string json_report(const Comparison& comparison) {
  return "{\"first\":" + document(comparison.first) + ",\"second\":" + document(comparison.second) + ",\"change\":" + document(comparison.change) +
         "}\n";
}

}  // namespace callwright::sim::what_if
