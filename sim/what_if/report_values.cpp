#include "sim/what_if/report_values.hpp"

#include <fmt/format.h>

namespace callwright::sim::what_if {

std::string json_text(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) out += fmt::format("\\u{:04x}", static_cast<int>(c));
    else out += c;
  }
  return out + "\"";
}

std::string json_number(const std::optional<double>& value) { return value ? fmt::format("{:.9g}", *value + 0.0) : "null"; }

std::string json_estimate(const Estimate& one) {
  return "{\"value\":" + json_number(one.value) + ",\"half_width\":" + json_number(one.half_width()) + "}";
}

std::string json_estimates(const Scope& scope) {
  if (scope.estimates.empty()) return "null";
  std::string out;
  for (std::size_t f = 0; f < scope.estimates.size(); ++f)
    out += fmt::format("{}\"{}\":{}", f ? "," : "", estimate_figures()[f].key, json_estimate(scope.estimates[f]));
  return "{" + out + "}";
}

}  // namespace callwright::sim::what_if
