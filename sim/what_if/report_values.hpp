#pragma once
#include <optional>
#include <string>

#include "sim/what_if/figures.hpp"

/// Values of reports in JSON.
namespace callwright::sim::what_if {

std::string json_text(const std::string& text);
/// null if there is none.
std::string json_number(const std::optional<double>& value);
std::string json_estimate(const Estimate& one);
/// What is said of a queue's estimated waits; null if it makes none.
std::string json_estimates(const Scope& scope);

template <class Items, class Print>
std::string json_list(const Items& items, Print print) {
  std::string out = "[";
  for (const auto& item : items) out += (out.size() > 1 ? "," : "") + print(item);
  return out + "]";
}

}  // namespace callwright::sim::what_if
