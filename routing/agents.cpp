#include "routing/agents.hpp"

#include <algorithm>

namespace callwright::routing {
namespace {

template <class Name>
const std::pair<Name, std::int32_t>* find_in(const std::vector<std::pair<Name, std::int32_t>>& sorted, const Name& name) {
  auto at = std::ranges::lower_bound(sorted, name, {}, &std::pair<Name, std::int32_t>::first);
  return at != sorted.end() && at->first == name ? &*at : nullptr;
}

}  // namespace

std::int32_t Agent::level(const SkillId& skill) const {
  const auto* found = find_in(levels, skill);
  return found ? found->second : 0;
}

std::int32_t Agent::rank(const QueueId& queue) const {
  const auto* found = find_in(ranks, queue);
  return found ? found->second : 0;
}

bool Agent::member_of(const QueueId& queue) const { return find_in(ranks, queue) != nullptr; }

std::optional<std::size_t> Agents::find(const AgentId& id) const {
  auto found = index_.find(id);
  return found == index_.end() ? std::nullopt : std::optional(found->second);
}

std::size_t Agents::find_or_add(const AgentId& id) {
  auto [found, added] = index_.try_emplace(id, agents_.size());
  if (added) {
    Agent& agent = agents_.emplace_back();
    agent.id = agent.state.agent = id;
    for (Bitmap* bitmap : {&signed_in_, &ready_, &free_device_, &switch_up_, &idle_}) bitmap->resize(agents_.size());
    refresh(found->second);
  }
  return found->second;
}

void Agents::configure(const journal::Centre& centre) {
  for (Agent& agent : agents_) {
    agent.configured = false;
    agent.switch_id = {};
    agent.device.clear();
    agent.levels.clear();
    agent.ranks.clear();
  }
  by_device_.clear();
  by_switch_.clear();
  for (const journal::Agent& wanted : centre.agents) {
    const std::size_t index = find_or_add(wanted.id);
    Agent& agent = agents_[index];
    agent.configured = true;
    agent.switch_id = wanted.switch_id;
    agent.device = wanted.device;
    for (const auto& skill : wanted.skills) agent.levels.emplace_back(skill.skill, skill.level);
    for (const auto& queue : wanted.queues) agent.ranks.emplace_back(queue.queue, queue.rank);
    std::ranges::sort(agent.levels);
    std::ranges::sort(agent.ranks);
    by_device_[{agent.switch_id, agent.device}].push_back(index);
    by_switch_[agent.switch_id].push_back(index);
  }
  std::vector<std::size_t> by_name(agents_.size());
  for (std::size_t i = 0; i < by_name.size(); ++i) by_name[i] = i;
  std::ranges::sort(by_name, {}, [&](std::size_t i) -> const std::string& { return agents_[i].id.value; });
  for (std::size_t order = 0; order < by_name.size(); ++order) agents_[by_name[order]].name_order = order;
  for (std::size_t i = 0; i < agents_.size(); ++i) refresh(i);
}

std::vector<std::size_t> Agents::device_state(const SwitchId& switch_id, const std::string& device, bool busy, bool reachable) {
  const Device key{switch_id, device};
  const bool changed = busy || !reachable ? unfit_devices_.insert(key).second : unfit_devices_.erase(key) > 0;
  auto found = by_device_.find(key);
  return changed && found != by_device_.end() ? found->second : std::vector<std::size_t>{};
}

std::vector<std::size_t> Agents::switch_state(const SwitchId& switch_id, bool up) {
  const bool changed = up ? up_.insert(switch_id).second : up_.erase(switch_id) > 0;
  auto found = by_switch_.find(switch_id);
  return changed && found != by_switch_.end() ? found->second : std::vector<std::size_t>{};
}

void Agents::refresh(std::size_t index) {
  const Agent& agent = agents_[index];
  const bool in = agent.signed_in();
  const bool ready = in && agent.ready();
  const bool device = device_free(agent);
  const bool up = switch_up(agent);
  signed_in_.put(index, in);
  ready_.put(index, ready);
  free_device_.put(index, device);
  switch_up_.put(index, up);
  idle_.put(index, ready && device && up && agent.configured);
}

}  // namespace callwright::routing
