#pragma once
#include <cstdint>

#include "base/instant.hpp"
#include "contacts/store.hpp"
#include "journal/centre.hpp"
#include "sim/switch/switch_model.hpp"

namespace callwright::sim {

/// A small centre for the simulator: three queues that are reached through each of the switches (one to three), and `agents` agents
/// with different skills, each with a device of one switch.
journal::Centre sample_centre(int agents, int switches);

/// One of its switches: phones that answer or do not, its share of the calls, and callers of whom some are customers of `fill_customers`.
SwitchOptions switch_options(const journal::Centre& centre, const SwitchId& id, std::uint64_t seed, double calls_per_minute);

Result<void> fill_customers(contacts::Store& store, std::uint64_t seed, Instant now);

}  // namespace callwright::sim
