#pragma once
#include <string>

#include "sim/what_if/figures.hpp"

/// Figures as people and programs read them. Every value stands with the half width of its 95 % interval; what there is none of is a dash
/// (null in JSON), never 0. Equal figures give equal bytes.
namespace callwright::sim::what_if {

/// Two scenarios under the same callers, and what the second has more.
struct Comparison {
  const Figures& first;
  const Figures& second;
  Figures change;  ///< `difference(first, second)`
};

std::string text_report(const Figures& figures);
std::string text_report(const Comparison& comparison);

/// One document, docs/simulate.md.
std::string json_report(const Figures& figures);
std::string json_report(const Comparison& comparison);

/// One page without scripts or anything from elsewhere.
std::string html_report(const Figures& figures);
std::string html_report(const Comparison& comparison);

}  // namespace callwright::sim::what_if
