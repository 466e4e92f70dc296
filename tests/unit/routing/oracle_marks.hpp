#pragma once
#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "journal/fact.hpp"

namespace callwright::routing_oracle {

/// splitmix64's step and FNV-1a, as docs/routing.md writes them.
inline std::uint64_t mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}
inline std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 1099511628211ULL;
  return hash;
}

/// What the strategies and the service level remember: numbers that facts move and a checkpoint carries.
class Marks {
 public:
  /// `promised` is the service level of the visit that the fact is about.
  void apply(const journal::Fact& fact, Duration promised) {
    if (const auto* carried = std::get_if<journal::Carried>(&fact.body)) return carry(*carried);
    const bool counts = fact.seq > carried_until_;
    if (const auto* changed = std::get_if<journal::AgentStateChanged>(&fact.body)) {
      const Time was = time_of(changed->agent);
      states_[changed->agent] = changed->state;
      if (counts) count(changed->agent, was, fact.at);
    }
    if (const auto* changed = std::get_if<journal::WorkChanged>(&fact.body)) {
      const Time was = time_of(changed->agent);
      if (changed->state == journal::WorkState::done) works_[changed->agent].erase(fact.contact);
      else works_[changed->agent].insert(fact.contact);
      if (counts) count(changed->agent, was, fact.at);
    }
    if (!counts) return;
    if (const auto* made = std::get_if<journal::OfferMade>(&fact.body)) {
      agents_[made->agent].last_decision = ++decisions_;
      if (made->agent_share) deal(made->queue, made->agent, made->agent_share);
    }
    if (const auto* ended = std::get_if<journal::VisitEnded>(&fact.body)) {
      const bool answered = ended->how == journal::VisitEnd::answered;
      if (!answered && ended->how != journal::VisitEnd::abandoned) return;
      std::int64_t& level = queue(ended->queue).service_level;
      level += ((answered && ended->waited <= promised ? 1'000'000 : 0) - level) / 32;
    }
  }

  std::int64_t decisions() const { return decisions_; }
  std::int64_t service_level(const QueueId& queue) const {
    const auto found = queues_.find(queue);
    return found == queues_.end() ? 1'000'000 : found->second.service_level;
  }
  std::int64_t occupancy(const AgentId& agent) const {
    const auto found = agents_.find(agent);
    return found == agents_.end() ? 0 : found->second.occupancy;
  }
  /// Decisions since his last one, the one at hand counted, at most 1,000.
  std::int64_t turns_since(const AgentId& agent) const {
    const auto found = agents_.find(agent);
    return std::min<std::int64_t>(decisions_ + 1 - (found == agents_.end() ? 0 : found->second.last_decision), 1000);
  }
  /// Millionths of an offer by which he is ahead of his share.
  std::int64_t ahead(const QueueId& queue, const AgentId& agent) const {
    const auto his = quotas_.find({queue, agent});
    const auto its = queues_.find(queue);
    return std::clamp<std::int64_t>((his == quotas_.end() ? 0 : his->second) - (its == queues_.end() ? 0 : its->second.quota), 0, 1'000'000);
  }
  std::uint64_t lot(std::uint64_t seed, const AgentId& agent) const {
    return mix(mix(seed + static_cast<std::uint64_t>(decisions_) + 1) + fnv1a(agent.value));
  }

 private:
  journal::QueueMark& queue(const QueueId& id) { return queues_.try_emplace(id, journal::QueueMark{id, 0, 1'000'000}).first->second; }

  void carry(const journal::Carried& carried) {
    carried_until_ = carried.last_seq;
    decisions_ = carried.decisions;
    for (const auto& mark : carried.agent_marks) agents_[mark.agent] = mark;
    for (const auto& mark : carried.quota_marks) quotas_[{mark.queue, mark.agent}] = mark.mark;
    for (const auto& mark : carried.queue_marks) queues_[mark.queue] = mark;
  }

  /// Start-time fair queueing: an offer starts at the later of both marks and ends a whole share later.
  void deal(const QueueId& id, const AgentId& agent, std::int32_t share) {
    std::int64_t& its = queue(id).quota;
    std::int64_t& his = quotas_[{id, agent}];
    its = std::max(his, its);
    his = its + 1'000'000 / share;
  }

  enum class Time { signed_out, away, available, worked };

  Time time_of(const AgentId& agent) const {
    using enum journal::AgentState;
    const auto state = states_.find(agent);
    if (state == states_.end() || state->second == signed_out) return Time::signed_out;
    const auto works = works_.find(agent);
    if (works != works_.end() && !works->second.empty()) return Time::worked;
    switch (state->second) {
      case reserved:
      case talking:
      case held:
      case wrap_up: return Time::worked;
      case ready: return Time::available;
      default: return Time::away;
    }
  }

  void count(const AgentId& agent, Time was, Instant at) {
    journal::AgentMark& mark = agents_[agent];
    if (was == Time::available) mark.available += at - mark.counted_to;
    if (was == Time::worked) mark.worked += at - mark.counted_to;
    mark.counted_to = at;
    const Time is = time_of(agent);
    if (is == Time::signed_out) mark.worked = mark.available = {};
    if (is != Time::available || was == Time::available) return;
    const Duration both = mark.worked + mark.available;
    mark.occupancy = both > Duration::zero() ? static_cast<std::int32_t>(1000 * mark.worked.count() / both.count()) : 0;
  }

  std::int64_t carried_until_ = 0;
  std::int64_t decisions_ = 0;
  std::unordered_map<AgentId, journal::AgentMark> agents_;
  std::unordered_map<AgentId, journal::AgentState> states_;
  std::unordered_map<AgentId, std::set<ContactId>> works_;  ///< written contacts that he has, offered ones among them
  std::map<std::pair<QueueId, AgentId>, std::int64_t> quotas_;
  std::map<QueueId, journal::QueueMark> queues_;
};

}  // namespace callwright::routing_oracle
