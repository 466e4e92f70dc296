#pragma once
#include <cstdint>

#include "base/instant.hpp"
#include "contacts/store.hpp"
#include "journal/centre.hpp"
#include "sim/switch/switch_model.hpp"

namespace callwright::sim {

/// A small centre for the simulator: three queues, `agents` agents with different skills, one switch "sim".
journal::Centre sample_centre(int agents);

/// Its switch: phones that answer or do not, and callers of whom some are customers of `fill_customers`.
SwitchOptions switch_options(std::uint64_t seed, int agents, double calls_per_minute);

Result<void> fill_customers(contacts::Store& store, std::uint64_t seed, Instant now);

}  // namespace callwright::sim
