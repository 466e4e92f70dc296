#include <fmt/format.h>

#include "sim/what_if/report.hpp"
#include "sim/what_if/report_cells.hpp"

namespace callwright::sim::what_if {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) out += fmt::format("\\u{:04x}", static_cast<int>(c));
    else out += c;
  }
  return out + "\"";
}

std::string number(const std::optional<double>& value) { return value ? fmt::format("{:.9g}", *value + 0.0) : "null"; }

std::string estimate(const Estimate& one) { return "{\"value\":" + number(one.value) + ",\"half_width\":" + number(one.half_width()) + "}"; }

std::string queue(const Scope& scope) {
  std::string out = "{\"queue\":" + quoted(scope.name);
  for (std::size_t f = 0; f < queue_figures().size(); ++f) out += fmt::format(",\"{}\":{}", queue_figures()[f].key, estimate(scope.figures[f]));
  return out + "}";
}

std::string group(const Scope& scope) {
  return "{\"group\":" + quoted(scope.name) + ",\"agents\":" + estimate(scope.figures[kAgentsFigure]) +
         ",\"occupancy\":" + estimate(scope.figures[kOccupancyFigure]) + "}";
}

template <class Items, class Print>
std::string list(const Items& items, Print print) {
  std::string out = "[";
  for (const auto& item : items) out += (out.size() > 1 ? "," : "") + print(item);
  return out + "]";
}

std::string document(const Figures& figures) {
  std::string out = "{\"name\":" + quoted(figures.name) + fmt::format(",\"seed\":{},\"days\":{}", figures.seed, figures.days);
  out += ",\"queues\":" + list(figures.queues, queue) + ",\"groups\":" + list(figures.groups, group);
  out += ",\"mean_queue\":" + estimate(figures.mean_queue) + ",\"mean_system\":" + estimate(figures.mean_system) + ",\"intervals\":[";
  for (std::size_t i = 0; i < figures.queues_by_interval.size(); ++i)
    out += std::string(i ? "," : "") + "{\"from\":" + quoted(clock_text(figures.bounds[i])) + ",\"to\":" + quoted(clock_text(figures.bounds[i + 1])) +
           ",\"queues\":" + list(figures.queues_by_interval[i], queue) + ",\"groups\":" + list(figures.groups_by_interval[i], group) + "}";
  out += "]";
  if (!figures.model.empty())
    out += ",\"closed_form\":{\"model\":" + quoted(figures.model) + ",\"figures\":" +
           list(figures.beside,
                [](const Beside& one) {
                  return "{\"figure\":" + quoted(one.name) + ",\"closed_form\":" + number(one.closed_form) +
                         ",\"simulated\":" + estimate(one.simulated) + "}";
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
