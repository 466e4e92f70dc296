#include "routing/agents.hpp"

#include <algorithm>
#include <bit>

#include "base/digest.hpp"
#include "routing/score.hpp"

namespace callwright::routing {
std::int32_t Agent::level(std::size_t skill) const {
  for (const auto& [one, level] : levels)
    if (one == skill) return level;
  return 0;
}

const Membership* Agent::membership(std::size_t queue) const {
  for (const Membership& one : memberships)
    if (one.queue == queue) return &one;
  return nullptr;
}

std::int32_t Agent::share(std::size_t queue) const {
  const Membership* one = membership(queue);
  return one ? one->share : 1;
}

std::int64_t Agent::quota(std::size_t queue) const {
  for (const auto& [one, mark] : marks.quotas)
    if (one == queue) return mark;
  return 0;
}

std::optional<std::size_t> Agents::find(const AgentId& id) const {
  auto found = index_.find(id);
  return found == index_.end() ? std::nullopt : std::optional(found->second);
}

std::size_t Agents::find_or_add(const AgentId& id) {
  auto [found, added] = index_.try_emplace(id, agents_.size());
  if (added) {
    Agent& agent = agents_.emplace_back();
    agent.id = agent.state.agent = id;
    agent.name_hash = fnv1a(id.value);
    idle_agents_.emplace_back();
    for (Bitmap* bitmap : {&signed_in_, &ready_, &free_device_, &switch_up_, &able_, &idle_}) bitmap->resize(agents_.size());
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
    agent.memberships.clear();
    agent.places.clear();
  }
  by_device_.clear();
  by_switch_.clear();
  for (const journal::Agent& wanted : centre.agents) {
    const std::size_t index = find_or_add(wanted.id);
    Agent& agent = agents_[index];
    agent.configured = true;
    agent.switch_id = wanted.switch_id;
    agent.device = wanted.device;
    for (const auto& one : wanted.skills) agent.levels.emplace_back(static_cast<std::uint32_t>(skill(one.skill)), one.level);
    for (const auto& one : wanted.queues)
      agent.memberships.push_back(
          {static_cast<std::uint32_t>(queues_.find_or_add(one.queue)), one.rank, one.share, one.resolution, one.satisfaction});
    by_device_.emplace(hash_of(agent.switch_id, agent.device), static_cast<std::uint32_t>(index));
    by_switch_[agent.switch_id].push_back(index);
  }
  std::vector<std::size_t> by_name(agents_.size());
  for (std::size_t i = 0; i < by_name.size(); ++i) by_name[i] = i;
  std::ranges::sort(by_name, {}, [&](std::size_t i) -> const std::string& { return agents_[i].id.value; });
  for (std::size_t order = 0; order < by_name.size(); ++order) agents_[by_name[order]].name_order = order;
  having_.assign(skills_.size(), {});
  for (std::size_t i = 0; i < agents_.size(); ++i)
    for (const auto& [skill, level] : agents_[i].levels)
      if (level > 0) having_[skill].push_back(static_cast<std::uint32_t>(i));
  passing_.assign(queues_.size(), {});
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    for (const Membership& membership : agents_[i].memberships) ++passing_[membership.queue].members;
    for (Bitmap* bitmap : {&signed_in_, &ready_, &able_}) bitmap->put(i, false);  // counted anew
    refresh(i);
  }
}

std::size_t Agents::hash_of(const SwitchId& switch_id, const std::string& device) { return fnv1a(device) ^ std::rotl(fnv1a(switch_id.value), 1); }

std::vector<std::size_t> Agents::device_state(const SwitchId& switch_id, const std::string& device, bool busy, bool reachable) {
  const Device key{switch_id, device};
  const bool changed = busy || !reachable ? unfit_devices_.insert(key).second : unfit_devices_.erase(key) > 0;
  std::vector<std::size_t> all;
  if (!changed) return all;
  for (auto [at, end] = by_device_.equal_range(hash_of(switch_id, device)); at != end; ++at)
    if (const Agent& agent = agents_[at->second]; agent.switch_id == switch_id && agent.device == device) all.push_back(at->second);
  return all;
}

std::vector<std::size_t> Agents::switch_state(const SwitchId& switch_id, bool up) {
  const bool changed = up ? up_.insert(switch_id).second : up_.erase(switch_id) > 0;
  auto found = by_switch_.find(switch_id);
  return changed && found != by_switch_.end() ? found->second : std::vector<std::size_t>{};
}

const std::vector<std::uint32_t>& Agents::having(std::size_t skill) const {
  static const std::vector<std::uint32_t> nobody;
  return skill < having_.size() ? having_[skill] : nobody;
}

const Passing& Agents::passing(std::size_t queue) const {
  static constexpr Passing kNobody;
  return queue < passing_.size() ? passing_[queue] : kNobody;
}

void Agents::count(const Agent& agent, std::size_t index, std::int32_t sign) {
  const std::int32_t in = signed_in_.test(index) ? sign : 0;
  const std::int32_t ready = ready_.test(index) ? sign : 0;
  const std::int32_t able = able_.test(index) ? sign : 0;
  for (const Membership& membership : agent.memberships) {
    Passing& passing = passing_[membership.queue];
    passing.signed_in += in;
    passing.ready += ready;
    passing.device_free += able;
  }
}

void Agents::refresh(std::size_t index) {
  const Agent& agent = agents_[index];
  const bool in = agent.signed_in();
  const bool ready = in && agent.ready();
  const bool device = device_free(agent);
  const bool up = switch_up(agent);
  count(agent, index, -1);
  signed_in_.put(index, in);
  ready_.put(index, ready);
  free_device_.put(index, device);
  switch_up_.put(index, up);
  able_.put(index, ready && device);
  idle_.put(index, ready && device && up && agent.configured);
  count(agent, index, 1);
  idle_agents_[index] = {agent.state.idle_since, tick(agent.state.idle_since), static_cast<std::uint32_t>(agent.name_order)};
  ++stamp_;
}

}  // namespace callwright::routing
