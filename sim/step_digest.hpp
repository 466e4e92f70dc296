#pragma once
#include "base/digest.hpp"
#include "core/core.hpp"

namespace callwright::sim {

/// Adds what a step concluded to the trace hash: facts and commands with every value in them, in the form in which they are written down
/// and sent.
void add_step(Digest& trace, const core::Output& output);

}  // namespace callwright::sim
