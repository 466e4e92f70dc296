#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sim/what_if/figures.hpp"

namespace callwright::sim::what_if {

/// A table of texts, headings first: what the text and the page show alike.
using Cells = std::vector<std::vector<std::string>>;

/// The first column to the left, the others to the right.
std::string text_table(const Cells& cells);

/// "service level %".
std::string heading_of(std::string_view heading, Unit unit);
/// "79.6 ±0.4"; shares in per cent.
std::string cell(const Estimate& estimate, Unit unit, bool with_sign = false);
/// It is shown with its sign, which says which way it is off.
bool is_signed(const QueueFigure& figure);
std::string value_text(double value, Unit unit);

/// "08:30", or "08:30:15" if it is no whole minute; hours go on after 24.
std::string clock_text(Instant at);

/// Of each queue; what there is none of is left out. `change`: these are differences.
Cells queue_cells(const Figures& figures, bool change);
/// Of each queue that estimates waits; empty if none does.
Cells estimate_cells(const Figures& figures, bool change);
Cells group_cells(const Figures& figures, bool change);
/// All queues together and each group's occupancy, by interval; empty with fewer than two intervals.
Cells interval_cells(const Figures& figures, bool change);
Cells closed_form_cells(const Figures& figures);

}  // namespace callwright::sim::what_if
