#pragma once
#include <string>

#include "sim/what_if/replay.hpp"

/// A replay as people and programs read it (docs/replay.md): the recorded day, the day under its own rules and under the new ones side by side, and
/// what the new rules have more. What there is none of is a dash (null in JSON). Equal replays give equal bytes. No names, numbers or texts of
/// anybody.
namespace callwright::sim::what_if {

std::string text_report(const Replay& replay);
std::string json_report(const Replay& replay);
/// One page with charts, without scripts or anything from elsewhere.
std::string html_report(const Replay& replay);

}  // namespace callwright::sim::what_if
