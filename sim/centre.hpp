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
  bool written = false;        ///< chats, e-mails and others come too; how many of them an agent takes beside each other is drawn
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

/// The same with other capacities, drawn anew: what each written channel lets an agent have and whether he may be called beside it, what some agents
/// have of their own (some take no calls, but not the first two of a switch), and what each contact that he has takes from his score.
journal::Centre with_other_capacities(const journal::Centre& centre, Dice& dice);

/// Who writes: a number that `switch_options` has too, an e-mail address, or nobody knows.
std::string some_writer(journal::Channel channel, Dice& dice);

/// One of its switches: phones that answer or do not, its share of the calls, and callers of whom some are customers of `fill_customers`.
SwitchOptions switch_options(const journal::Centre& centre, const SwitchId& id, std::uint64_t seed, double calls_per_minute);

Result<void> fill_customers(contacts::Store& store, std::uint64_t seed, Instant now);

}  // namespace callwright::sim
