#include "contacts/centre_service.hpp"

#include <algorithm>
#include <functional>

#include "journal/requirements.hpp"

namespace callwright::contacts {
namespace {

using journal::Agent;
using journal::Requirement;

bool passes(const Agent& agent, const Requirement& gate) {
  const auto found = std::ranges::find(agent.skills, gate.skill, &journal::SkillLevel::skill);
  const std::int32_t level = found == agent.skills.end() ? 0 : found->level;
  return gate.kind == Requirement::Kind::excluded ? level < gate.min_level : level >= gate.min_level;
}

std::string text_of(const std::vector<Requirement>& gates, const char* between) {
  std::string text;
  for (const Requirement& gate : gates)
    text += (text.empty() ? "" : between) + gate.skill.value + (gate.kind == Requirement::Kind::excluded ? " < " : " >= ") +
            std::to_string(gate.min_level);
  return text;
}

bool may_have_contacts(const journal::Centre& centre, const Agent& agent) {
  return std::ranges::any_of(journal::kChannels, [&](journal::Channel channel) { return journal::capacity_of(centre, agent, channel) > 0; });
}

/// Why none of them passes all gates; empty: one does. `nobody`: how they are called.
std::string fault_of(const std::vector<const Agent*>& members, const std::vector<Requirement>& gates, const std::string& nobody) {
  const auto passes_all = [&](const Agent* agent) {
    return std::ranges::all_of(gates, [&](const Requirement& gate) { return passes(*agent, gate); });
  };
  if (std::ranges::any_of(members, passes_all)) return {};
  std::vector<Requirement> alone;  // those that nobody passes
  for (const Requirement& gate : gates)
    if (std::ranges::none_of(members, [&](const Agent* agent) { return passes(*agent, gate); })) alone.push_back(gate);
  return nobody + " has " + (alone.empty() ? text_of(gates, " and ") + " together" : text_of(alone, ", none "));
}

}  // namespace

std::vector<Unserved> unserved(const journal::Centre& centre) {
  std::vector<Unserved> out;
  for (std::size_t q = 0; q < centre.queues.size(); ++q) {
    const journal::Queue& queue = centre.queues[q];
    if (queue.observed) continue;
    std::vector<const Agent*> members;
    for (const Agent& agent : centre.agents)
      if (std::ranges::find(agent.queues, queue.id, &journal::QueueMembership::queue) != agent.queues.end()) members.push_back(&agent);
    if (members.empty()) continue;
    const auto idle = std::erase_if(members, [&](const Agent* agent) { return !may_have_contacts(centre, *agent); });
    if (members.empty()) {
      out.push_back({q, std::nullopt, "no member has a capacity above 0"});
      continue;
    }
    const std::string nobody = idle ? "no member with a capacity above 0" : "no member";
    const auto why = [&](const std::vector<Requirement>& rule) {
      std::vector<Requirement> asked = queue.requirements;
      for (const Requirement& wanted : rule) journal::ask(asked, wanted);
      for (const journal::Step& step : queue.steps)
        for (const Requirement& relaxed : step.relaxed) journal::relax(asked, relaxed);
      std::erase_if(asked, [&](const Requirement& one) {
        const bool gate = one.kind == Requirement::Kind::required || one.kind == Requirement::Kind::excluded;
        return !gate || std::ranges::find(centre.skills, one.skill, &journal::Skill::id) == centre.skills.end();
      });
      return fault_of(members, asked, nobody);
    };
    const std::string without = why({});
    if (!without.empty()) out.push_back({q, std::nullopt, without});
    for (std::size_t rule = 0; rule < queue.rules.size(); ++rule)
      if (std::string with = why(queue.rules[rule].requirements); !with.empty() && with != without) out.push_back({q, rule, std::move(with)});
  }
  return out;
}

std::vector<std::vector<std::size_t>> circles(const journal::Centre& centre) {
  const auto index_of = [&](const QueueId& id) -> std::optional<std::size_t> {
    const auto found = std::ranges::find(centre.queues, id, &journal::Queue::id);
    return found == centre.queues.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - centre.queues.begin()));
  };
  std::vector<std::vector<std::size_t>> next(centre.queues.size());
  for (std::size_t i = 0; i < centre.queues.size(); ++i) {
    const journal::Queue& queue = centre.queues[i];
    for (const journal::Treatment& treatment : {queue.closed, queue.no_agents})
      if (const auto to = index_of(treatment.to); to && treatment.action == journal::Treatment::Action::queue) next[i].push_back(*to);
    for (const journal::Overflow& overflow : queue.overflow)
      if (const auto to = index_of(overflow.to)) next[i].push_back(*to);
  }
  std::vector<std::vector<std::size_t>> found;
  std::vector<bool> done(centre.queues.size());
  std::vector<std::size_t> path;
  const std::function<void(std::size_t)> walk = [&](std::size_t at) {
    if (const auto before = std::ranges::find(path, at); before != path.end()) {
      found.emplace_back(before, path.end());
      return;
    }
    if (done[at]) return;
    path.push_back(at);
    for (std::size_t to : next[at]) walk(to);
    path.pop_back();
    done[at] = true;
  };
  for (std::size_t i = 0; i < centre.queues.size(); ++i) walk(i);
  return found;
}

}  // namespace callwright::contacts
