#pragma once
#include <cstdint>

#include "base/instant.hpp"
#include "contacts/store.hpp"
#include "journal/centre.hpp"
#include "sim/switch/dice.hpp"
#include "sim/switch/switch_model.hpp"

namespace callwright::sim {

/// What callers meet in a sample centre besides agents.
struct Extras {
  bool groups = false;         ///< one queue rings several phones at once, another lets agents claim
  bool announcements = false;  ///< queues greet and announce, and treat callers with messages, one of which no switch has
  bool callbacks = false;      ///< two queues call customers back, and one of these who gave up
};

/// Each alone in one seed of four, all together in one of twelve.
Extras extras_of(std::uint64_t seed);

/// A small centre for the simulator: three queues that are reached through each of the switches (one to three), and `agents` agents
/// with different skills, each with a device of one switch.
journal::Centre sample_centre(int agents, int switches, const Extras& extras);

/// The next version of a centre's rules, drawn anew: strategies, steps, rules over attributes, holds, hours that close for some minutes,
/// treatments, overflow, estimates, targets, what follows an unanswered offer, levels and ranks. Agents, devices, switches and entries
/// stay, and on each switch somebody is good enough for each queue, so that each contact can be served in the end.
journal::Centre with_other_rules(const journal::Centre& centre, Dice& dice);

/// One of its switches: phones that answer or do not, its share of the calls, and callers of whom some are customers of `fill_customers`.
SwitchOptions switch_options(const journal::Centre& centre, const SwitchId& id, std::uint64_t seed, double calls_per_minute);

Result<void> fill_customers(contacts::Store& store, std::uint64_t seed, Instant now);

}  // namespace callwright::sim
