#pragma once
#include <string>

#include "sim/what_if/report_cells.hpp"

/// What pages of reports have in common: no scripts, nothing from elsewhere, light and dark.
namespace callwright::sim::what_if {

/// Texts are escaped. Empty for no cells.
std::string html_table(const Cells& cells);

/// `body` is HTML; the title is escaped.
std::string html_page(const std::string& title, const std::string& body);

}  // namespace callwright::sim::what_if
