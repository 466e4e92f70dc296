#pragma once
#include <string>

#include "core/core.hpp"
#include "core/input.hpp"

namespace callwright::sim {

/// One step in one line, for `--trace`: the input and where it came from, then facts, commands and replies.
std::string step_line(const core::Input& input, const core::Output& output);

}  // namespace callwright::sim
