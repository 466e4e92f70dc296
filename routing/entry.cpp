#include "routing/entry.hpp"

#include <optional>
#include <string_view>

#include "journal/requirements.hpp"

namespace callwright::routing {
namespace {

using journal::Favour;
using journal::Requirement;

void favour(std::vector<Favour>& all, Favour::Why why, const AgentId& agent, std::int32_t points, Duration hold, Instant now) {
  const bool holds = hold > Duration::zero();
  if (agent && (points || holds)) all.push_back({agent, why, points, holds ? now + hold : Instant{}});
}

}  // namespace

journal::VisitStarted visit_of(const QueueState& queue, const About& about, Instant now) {
  const journal::Queue& rules = queue.rules;
  journal::VisitStarted visit;
  visit.queue = rules.id;
  visit.priority = rules.priority;
  visit.requirements = rules.requirements;
  visit.short_abandon = rules.short_abandon;
  visit.service_level = rules.service_level;
  visit.rona_boost = rules.rona_boost;
  visit.callback = about.callback;

  const auto attribute = [&](std::string_view name) -> std::optional<std::string_view> {
    for (const auto& [key, value] : about.attributes)
      if (key == name) return value;
    return std::nullopt;
  };
  AgentId named = about.named_agent;
  for (std::size_t i = 0; i < rules.rules.size(); ++i) {
    if (!queue.conditions[i].holds(attribute)) continue;
    const journal::Rule& rule = rules.rules[i];
    for (const Requirement& wanted : rule.requirements) journal::ask(visit.requirements, wanted);
    visit.priority += rule.priority;
    visit.credit += rule.credit;
    if (rule.named_agent) named = rule.named_agent;
  }

  std::vector<Requirement> wanted = visit.requirements;
  for (const journal::Step& step : rules.steps) {
    for (const Requirement& relaxed : step.relaxed) journal::relax(wanted, relaxed);
    visit.steps.push_back({step.after, wanted, step.boost});
  }
  favour(visit.favours, Favour::Why::last_agent, about.last_agent, rules.last_agent_points, rules.last_agent_hold, now);
  favour(visit.favours, Favour::Why::named_agent, named, rules.named_agent_points, about.named_hold.value_or(rules.named_agent_hold), now);
  return visit;
}

}  // namespace callwright::routing
