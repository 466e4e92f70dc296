#pragma once
#include <functional>
#include <string>
#include <vector>

#include "sim/what_if/figures.hpp"

namespace callwright::sim::what_if {

/// A figure that is known exactly.
struct Known {
  std::string figure;
  double exact = 0;
  double rounding = 0;     ///< by how much the exact value may be off as it is given
  double least_error = 0;  ///< the standard error is at least this, whatever the few days show
  std::function<Estimate(const std::vector<DayCounts>& days, const Figures& figures)> simulated;
};

struct Case {
  std::string name;
  std::string scenario;  ///< TOML
  std::vector<Known> known;
  std::function<std::string(const Figures& figures)> remark;  ///< printed behind it; may be empty
};

/// `reference`: tests/data/routing/erlang_reference_values.csv.
std::vector<Case> cases(const std::string& reference);

}  // namespace callwright::sim::what_if
