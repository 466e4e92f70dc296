#pragma once
#include <optional>
#include <string>
#include <vector>

namespace callwright::sim::what_if {

/// One line of a chart; where there is no value the line is broken.
struct Series {
  std::string name;
  std::vector<std::optional<double>> values;
  std::vector<double> half_widths;  ///< drawn as a band; empty: none
};

/// Lines over common labels, as inline SVG. Colours are the page's classes `s0`, `s1`, ... The scale begins at 0, or below where values do.
std::string svg_chart(const std::string& title, const std::string& unit, const std::vector<std::string>& labels, const std::vector<Series>& series);

std::string html_escaped(const std::string& text);

}  // namespace callwright::sim::what_if
