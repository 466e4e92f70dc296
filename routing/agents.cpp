#include "routing/agents.hpp"

#include <algorithm>
#include <bit>

#include "base/digest.hpp"
#include "base/planted_bug.hpp"
#include "routing/score.hpp"

namespace callwright::routing {

using journal::Channel;
using journal::is_written;

std::int32_t WrapUp::extensions_left(Instant since, Instant until) const {
  if (extension <= Duration::zero()) return 0;
  return std::max(extensions - static_cast<std::int32_t>((until - since - length) / extension), 0);
}

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

const WorkInHand* Agent::work(ContactId contact) const {
  const auto found = std::ranges::find(works, contact, &WorkInHand::contact);
  return found == works.end() ? nullptr : &*found;
}
WorkInHand* Agent::work(ContactId contact) {
  const auto found = std::ranges::find(works, contact, &WorkInHand::contact);
  return found == works.end() ? nullptr : &*found;
}

std::int32_t Agent::works_of(Channel channel) const { return static_cast<std::int32_t>(std::ranges::count(works, channel, &WorkInHand::channel)); }

OfferId Agent::written_offer() const {
  for (const WorkInHand& one : works)
    if (one.offer) return one.offer;
  return {};
}

bool Agent::has_taken() const { return std::ranges::any_of(works, &WorkInHand::taken); }

Spent Agent::spends() const {
  if (state.state == journal::AgentState::signed_out) return Spent::signed_out;
  if (is_working(state.state) || !works.empty()) return Spent::worked;
  return state.state == journal::AgentState::ready ? Spent::available : Spent::away;
}

std::optional<std::size_t> Agents::find(const AgentId& id) const {
  auto found = index_.find(id);
  return found == index_.end() ? std::nullopt : std::optional<std::size_t>(found->second);
}

std::size_t Agents::find_or_add(const AgentId& id) {
  auto [found, added] = index_.try_emplace(id, static_cast<std::uint32_t>(agents_.size()));
  if (added) {
    Agent& agent = agents_.emplace_back();
    agent.id = agent.state.agent = id;
    agent.name_hash = fnv1a(id.value);
    idle_agents_.emplace_back();
    signed_in_.resize(agents_.size());
    for (Channel channel : used_) resize_bitmaps(of_[channel]);
    refresh(found->second);
  }
  return found->second;
}

void Agents::resize_bitmaps(OfChannel& of) const {
  for (Bitmap* bitmap : {&of.able, &of.idle}) bitmap->resize(agents_.size());
}

void Agents::use(Channel channel) {
  if (std::ranges::find(used_, channel) != used_.end()) return;
  used_.push_back(channel);
  resize_bitmaps(of_[channel]);
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    if (signed_in_.test(i) && agents_[i].capacity[channel])
      for (const Membership& membership : agents_[i].memberships) ++passing_[membership.queue].of[channel].serving;
    refresh(i);
  }
}

void Agents::configure(const journal::Centre& centre) {
  for (Channel channel : journal::kChannels) interruptible_[channel] = is_written(channel) && centre.rules_of(channel).interruptible;
  for (Agent& agent : agents_) {
    agent.configured = agent.observed = false;
    agent.phone_free = agent.link_up = true;
    agent.capacity = {};
    agent.switch_id = {};
    agent.device.clear();
    agent.levels.clear();
    agent.memberships.clear();
    agent.places.clear();
  }
  by_device_.clear();
  by_switch_.clear();
  const std::set<AgentId> observed = journal::observed_agents(centre);
  agents_.reserve(centre.agents.size());
  idle_agents_.reserve(centre.agents.size());
  for (const journal::Agent& wanted : centre.agents) {
    const std::size_t index = find_or_add(wanted.id);
    Agent& agent = agents_[index];
    agent.configured = true;
    agent.observed = observed.contains(agent.id);
    agent.switch_id = wanted.switch_id;
    agent.device = wanted.device;
    for (Channel channel : journal::kChannels) agent.capacity[channel] = static_cast<std::uint8_t>(journal::capacity_of(centre, wanted, channel));
    for (const auto& one : wanted.skills) agent.levels.emplace_back(static_cast<std::uint32_t>(skill(one.skill)), one.level);
    for (const auto& one : wanted.queues)
      agent.memberships.push_back(
          {static_cast<std::uint32_t>(queues_.find_or_add(one.queue)), one.rank, one.share, one.resolution, one.satisfaction});
    agent.phone_free = device_free(agent);
    agent.link_up = switch_up(agent);
    by_device_.emplace(hash_of(agent.switch_id, agent.device), static_cast<std::uint32_t>(index));
    by_switch_[agent.switch_id].push_back(index);
  }
  std::vector<std::size_t> by_name(agents_.size());
  for (std::size_t i = 0; i < by_name.size(); ++i) by_name[i] = i;
  std::ranges::sort(by_name, {}, [&](std::size_t i) -> const std::string& { return agents_[i].id.value; });
  for (std::size_t order = 0; order < by_name.size(); ++order) agents_[by_name[order]].name_order = static_cast<std::uint32_t>(order);
  having_.assign(skills_.size(), {});
  for (std::size_t i = 0; i < agents_.size(); ++i)
    for (const auto& [skill, level] : agents_[i].levels)
      if (level > 0) having_[skill].push_back(static_cast<std::uint32_t>(i));
  // Counted anew.
  passing_.assign(queues_.size(), {});
  signed_in_.clear();
  for (Channel channel : used_) {
    OfChannel& of = of_[channel];
    of.able.clear();
    of.idle.clear();
  }
  for (IdleAgent& one : idle_agents_) one.gates = {};
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    Agent& agent = agents_[i];
    for (const Membership& membership : agent.memberships) ++passing_[membership.queue].members;
    for (Channel channel : journal::kChannels)
      agent.allowed[channel] = std::max(agent.capacity[channel], static_cast<std::uint8_t>(agent.works_of(channel)));
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
    if (Agent& agent = agents_[at->second]; agent.switch_id == switch_id && agent.device == device) {
      agent.phone_free = !busy && reachable;
      all.push_back(at->second);
    }
  return all;
}

std::vector<std::size_t> Agents::switch_state(const SwitchId& switch_id, bool up) {
  const bool changed = up ? up_.insert(switch_id).second : up_.erase(switch_id) > 0;
  auto found = by_switch_.find(switch_id);
  if (!changed || found == by_switch_.end()) return {};
  for (std::size_t index : found->second) agents_[index].link_up = up || !switch_id;
  return found->second;
}

const std::vector<std::uint32_t>& Agents::having(std::size_t skill) const {
  static const std::vector<std::uint32_t> nobody;
  return skill < having_.size() ? having_[skill] : nobody;
}

const Passing& Agents::passing(std::size_t queue) const {
  static const Passing nobody;
  return queue < passing_.size() ? passing_[queue] : nobody;
}

bool Agents::has_room(const Agent& agent, Channel channel) const {
  if (is_written(channel)) return (agent.works_of(channel) < agent.capacity[channel] || planted(13)) && !agent.written_offer();
  return agent.capacity[channel] > 0 && std::ranges::all_of(agent.works, [&](const WorkInHand& work) { return interruptible_[work.channel]; });
}

AgentGates Agents::gates_of(const Agent& agent) const {
  AgentGates gates;
  gates.signed_in = agent.signed_in();
  gates.ready = gates.signed_in && agent.ready();
  if (!gates.ready) return gates;
  for (Channel channel : used_) {
    if (!has_room(agent, channel)) continue;
    const bool written = is_written(channel);
    const std::uint8_t bit = bit_of(channel);
    gates.room |= bit;
    if (!written && !agent.phone_free) continue;
    gates.able |= bit;
    if (agent.configured && !agent.observed && (written || agent.link_up)) gates.idle |= bit;
  }
  return gates;
}

/// Members who pass each gate, by queue.
void Agents::count(const Agent& agent, const AgentGates& before, const AgentGates& after) {
  const auto change = [](bool was, bool is) { return static_cast<std::int32_t>(is) - static_cast<std::int32_t>(was); };
  const std::int32_t more_in = change(before.signed_in, after.signed_in), more_ready = change(before.ready, after.ready);
  for (const Membership& membership : agent.memberships) {
    Passing& passing = passing_[membership.queue];
    passing.signed_in += more_in;
    passing.ready += more_ready;
    for (Channel channel : used_) {
      const std::uint8_t bit = bit_of(channel);
      ChannelPassing& of = passing.of[channel];
      of.capacity += change(before.room & bit, after.room & bit);
      of.device_free += change(before.able & bit, after.able & bit);
      of.serving += agent.capacity[channel] ? more_in : 0;
    }
  }
}

void Agents::refresh(std::size_t index) {
  Agent& agent = agents_[index];
  IdleAgent& idle = idle_agents_[index];
  for (Channel channel : used_)
    if (is_written(channel))
      agent.allowed[channel] =
          std::max(agent.capacity[channel], std::min(agent.allowed[channel], static_cast<std::uint8_t>(agent.works_of(channel))));
  const AgentGates gates = gates_of(agent);
  if (gates != idle.gates) {
    count(agent, idle.gates, gates);
    signed_in_.put(index, gates.signed_in);
    for (Channel channel : used_) {
      of_[channel].able.put(index, gates.able & bit_of(channel));
      of_[channel].idle.put(index, gates.idle & bit_of(channel));
    }
  }
  idle = {agent.state.idle_since, tick(agent.state.idle_since), agent.name_order, gates};
  ++stamp_;
}

}  // namespace callwright::routing
