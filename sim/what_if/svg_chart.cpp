#include "sim/what_if/svg_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace callwright::sim::what_if {
namespace {

constexpr double kLeft = 56, kTop = 12, kWidth = 720, kHeight = 200, kRight = 12, kBottom = 28;
constexpr std::size_t kLabels = 12;
constexpr std::size_t kColours = 6;

/// 1, 2 or 5 times a power of ten, at least `least`.
double round_step(double least) {
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (double factor : {1.0, 2.0, 5.0})
    if (factor * power >= least) return factor * power;
  return 10 * power;
}

struct Scale {
  double low = 0, high = 1, step = 1;
  double y(double value) const { return kTop + kHeight * (1 - (value - low) / (high - low)); }
};

Scale scale_of(const std::vector<Series>& series) {
  double low = 0, high = 0;
  for (const Series& one : series)
    for (std::size_t i = 0; i < one.values.size(); ++i) {
      if (!one.values[i]) continue;
      const double half = i < one.half_widths.size() ? one.half_widths[i] : 0;
      low = std::min(low, *one.values[i] - (*one.values[i] - half < 0 && *one.values[i] >= 0 ? *one.values[i] : half));
      high = std::max(high, *one.values[i] + half);
    }
  Scale scale;
  scale.step = round_step(std::max(high - low, 1e-9) / 5);
  scale.low = std::floor(low / scale.step) * scale.step;
  scale.high = std::max(std::ceil(high / scale.step) * scale.step, scale.low + scale.step);
  return scale;
}

}  // namespace

std::string html_escaped(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else out += c;
  }
  return out;
}

std::string svg_chart(const std::string& title, const std::string& unit, const std::vector<std::string>& labels, const std::vector<Series>& series) {
  const Scale scale = scale_of(series);
  const auto x = [&](std::size_t i) { return kLeft + kWidth * (static_cast<double>(i) + 0.5) / static_cast<double>(labels.size()); };
  std::string out = fmt::format("<figure><figcaption>{}</figcaption>\n<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n",
                                html_escaped(title), kLeft + kWidth + kRight, kTop + kHeight + kBottom, html_escaped(title));
  const auto lines = static_cast<int>(std::llround((scale.high - scale.low) / scale.step));
  for (int line = 0; line <= lines; ++line) {
    const double value = scale.low + line * scale.step;
    out +=
        fmt::format("<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/><text class=\"y\" x=\"{}\" y=\"{:.1f}\">{:g}{}</text>\n",
                    kLeft, kLeft + kWidth, scale.y(value), scale.y(value), kLeft - 6, scale.y(value) + 4, value, unit);
  }
  const std::size_t every = std::max<std::size_t>((labels.size() + kLabels - 1) / kLabels, 1);
  for (std::size_t i = 0; i < labels.size(); i += every)
    out += fmt::format("<text class=\"x\" x=\"{:.1f}\" y=\"{}\">{}</text>\n", x(i), kTop + kHeight + 18, html_escaped(labels[i]));
  for (std::size_t s = 0; s < series.size(); ++s) {
    const Series& one = series[s];
    std::string band, back, path;
    bool joined = false;
    for (std::size_t i = 0; i < one.values.size(); ++i) {
      if (!one.values[i]) {
        joined = false;
        continue;
      }
      path += fmt::format("{}{:.1f} {:.1f}", joined ? "L" : "M", x(i), scale.y(*one.values[i]));
      joined = true;
      if (i >= one.half_widths.size()) continue;
      band += fmt::format("{:.1f},{:.1f} ", x(i), scale.y(std::min(*one.values[i] + one.half_widths[i], scale.high)));
      back.insert(0, fmt::format("{:.1f},{:.1f} ", x(i), scale.y(std::max(*one.values[i] - one.half_widths[i], scale.low))));
    }
    const std::size_t colour = s % kColours;
    if (!band.empty()) out += fmt::format("<polygon class=\"band s{}\" points=\"{}{}\"/>\n", colour, band, back);
    out += fmt::format("<path class=\"line s{}\" d=\"{}\"/>\n", colour, path);
  }
  out += "</svg>\n";
  if (series.size() > 1) {
    out += "<p class=\"key\">";
    for (std::size_t s = 0; s < series.size(); ++s) out += fmt::format("<span class=\"s{}\">{}</span> ", s % kColours, html_escaped(series[s].name));
    out += "</p>\n";
  }
  return out + "</figure>\n";
}

}  // namespace callwright::sim::what_if
