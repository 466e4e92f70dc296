#pragma once
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "journal/centre.hpp"
#include "journal/fact.hpp"

namespace callwright::routing_oracle {

/// What is known of a contact that enters a queue.
struct Entry {
  std::function<bool(const std::string&)> holds;  ///< a rule's condition, for its attributes
  AgentId last_agent, named_agent;
  Instant entered_at, now;
};

/// A step takes gates down: the level of a required skill, or the whole gate.
inline void relax(std::vector<journal::Requirement>& requirements, const journal::Requirement& by) {
  using Kind = journal::Requirement::Kind;
  for (journal::Requirement& one : requirements) {
    if (one.skill != by.skill || one.kind != Kind::required) continue;
    if (by.kind == Kind::required) one.min_level = std::min(one.min_level, by.min_level);
    if (by.kind == Kind::preferred) one.kind = Kind::preferred;
  }
}

/// The visit that begins, by the queue's configuration. Its number and its switch are not of the queue.
inline journal::VisitStarted visit_of(const journal::Queue& queue, const Entry& entry) {
  journal::VisitStarted visit{.queue = queue.id,
                              .entered_at = entry.entered_at,
                              .priority = queue.priority,
                              .requirements = queue.requirements,
                              .short_abandon = queue.short_abandon,
                              .service_level = queue.service_level,
                              .rona_boost = queue.rona_boost};
  AgentId named = entry.named_agent;
  for (const journal::Rule& rule : queue.rules) {
    if (!entry.holds(rule.when)) continue;
    for (const journal::Requirement& added : rule.requirements) {
      const auto same = std::ranges::find_if(visit.requirements, [&](const auto& one) { return one.skill == added.skill && one.kind == added.kind; });
      if (same == visit.requirements.end()) visit.requirements.push_back(added);
      else *same = added;
    }
    visit.priority += rule.priority;
    visit.credit += rule.credit;
    if (rule.named_agent) named = rule.named_agent;
  }
  std::vector<journal::Requirement> relaxed = visit.requirements;
  for (const journal::Step& step : queue.steps) {
    for (const journal::Requirement& by : step.relaxed) relax(relaxed, by);
    visit.steps.push_back({step.after, relaxed, step.boost});
  }
  const auto favour = [&](const AgentId& agent, journal::Favour::Why why, std::int32_t points, Duration hold) {
    if (agent && (points || hold > Duration::zero()))
      visit.favours.push_back({agent, why, points, hold > Duration::zero() ? entry.now + hold : Instant{}});
  };
  favour(entry.last_agent, journal::Favour::Why::last_agent, queue.last_agent_points, queue.last_agent_hold);
  favour(named, journal::Favour::Why::named_agent, queue.named_agent_points, queue.named_agent_hold);
  return visit;
}

}  // namespace callwright::routing_oracle
