#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>

#include "base/id.hpp"
#include "base/instant.hpp"

/// The score of a pair, split so that time never has to be recomputed.
///
/// Unit: milli-points (int64). Time counts in ticks of 60 ms since 1970: a rate of r points a minute is exactly r milli-points
/// a tick, so credits are whole numbers and nothing is rounded. Then
///     score = skills + rank + ... + priority + boost + age_rate x (tick(now) - tick(entered_at - credit)) + idle_rate x (tick(now) -
///     tick(idle_since))
///           = visit_points + agent_points + (age_rate + idle_rate) x tick(now)
/// and within a requirement class the order of the visits, and that of the agents, never changes with time; what changes with an agent himself
/// (occupancy, load) gives him a new place when it does. Three kinds of terms stand apart: those of a queue as a whole (Queues::target, balance),
/// those that every decision changes (AgentTerms::moves), and favours (RequirementClass::live).
/// Range: rates <= 10,000 and instants up to the year 3000 stay below 2^50; skills of 1,000 requirements below 2^40.
namespace callwright::routing {

constexpr std::int64_t kMilli = 1000;
constexpr std::int64_t kTickUs = 60'000;

constexpr std::int64_t tick(Instant at) { return at.us >= 0 ? at.us / kTickUs : -((-at.us + kTickUs - 1) / kTickUs); }

constexpr std::int64_t credit(std::int32_t per_minute, Instant since, Instant now) { return per_minute * (tick(now) - tick(since)); }

constexpr std::int64_t visit_points(std::int64_t priority_and_boost, std::int32_t age_per_minute, Instant aged_from) {
  return priority_and_boost * kMilli - age_per_minute * tick(aged_from);
}

struct Contact;

/// A visit's place within its class: best first.
struct VisitKey {
  std::int64_t points = 0;
  Instant entered_at;
  ContactId contact;
  const Contact* owner = nullptr;  ///< the same contact

  auto operator<=>(const VisitKey& other) const {
    if (auto by = other.points <=> points; by != 0) return by;
    if (auto by = entered_at <=> other.entered_at; by != 0) return by;
    return contact <=> other.contact;
  }
  bool operator==(const VisitKey& other) const { return (*this <=> other) == 0; }
};

/// An idle agent's place within a class: best first.
struct AgentKey {
  std::int64_t points = 0;
  Instant idle_since;
  std::uint32_t name_order = 0;  ///< position of the agent's id among all ids
  std::uint32_t agent = 0;       ///< dense index

  auto operator<=>(const AgentKey& other) const {
    if (auto by = other.points <=> points; by != 0) return by;
    if (auto by = idle_since <=> other.idle_since; by != 0) return by;
    return name_order <=> other.name_order;
  }
  bool operator==(const AgentKey& other) const { return (*this <=> other) == 0; }
};

/// A pair that passes every gate. Smaller is better: the total order of docs/routing.md.
struct Pair {
  std::int64_t score = 0;
  VisitKey visit;
  AgentKey agent;
  std::size_t class_index = 0;
  bool moving = false;  ///< the score holds for the next decision only
  bool joins = false;   ///< the contact has a live offer: the agent is added to its group

  bool before(const Pair& other) const { return before(other, score, other.score); }
  /// With other scores than their own.
  bool before(const Pair& other, std::int64_t own_score, std::int64_t other_score) const {
    if (joins != other.joins) return other.joins;
    if (own_score != other_score) return own_score > other_score;
    if (visit.entered_at != other.visit.entered_at) return visit.entered_at < other.visit.entered_at;
    if (visit.contact != other.visit.contact) return visit.contact < other.visit.contact;
    if (agent.idle_since != other.agent.idle_since) return agent.idle_since < other.agent.idle_since;
    return agent.name_order < other.agent.name_order;
  }
};

}  // namespace callwright::routing
