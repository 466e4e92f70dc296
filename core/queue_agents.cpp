#include "core/queue_agents.hpp"

#include <utility>

#include "base/utf8.hpp"

namespace callwright::core {

using State = cti::model::QueueAgentSeen::State;

namespace {

constexpr std::size_t kReasonLimit = 100;  // bytes

}  // namespace

bool QueueAgents::take(const SwitchId& on, const cti::model::QueueAgentSeen& seen) {
  const Device device{on, seen.device};
  const auto found = places_.find(device);
  if (seen.state == State::signed_out) {
    if (found == places_.end()) return true;
    auto& places = found->second;
    size_ -= seen.queue.empty() ? std::exchange(places, {}).size() : places.erase(seen.queue);
    if (places.empty()) places_.erase(found);
    return true;
  }
  const Place place{seen.state == State::ready, to_utf8(seen.reason, kReasonLimit), ++said_};
  if (seen.queue.empty() && found != places_.end()) {
    for (auto& [queue, one] : found->second) one = place;
    return true;
  }
  const bool is_new = found == places_.end() || !found->second.contains(seen.queue);
  if (is_new && size_ >= kLimit) return false;
  auto& places = places_[device];
  places[seen.queue] = place;
  size_ += is_new;
  if (!seen.queue.empty()) size_ -= places.erase(std::string());  // he is known by his queues now
  return true;
}

bool QueueAgents::replace(const SwitchId& on, const std::vector<cti::model::QueueAgentSeen>& all) {
  told_.insert(on);
  for (auto at = places_.lower_bound({on, {}}); at != places_.end() && at->first.first == on;) {
    size_ -= at->second.size();
    at = places_.erase(at);
  }
  bool room = true;
  for (const auto& seen : all) room = take(on, seen) && room;
  return room;
}

std::optional<QueueAgents::Seen> QueueAgents::state_of(const SwitchId& on, const std::string& device, const std::set<std::string>& queues) const {
  const auto found = places_.find({on, device});
  if (found == places_.end()) return told_.contains(on) ? std::optional(Seen{}) : std::nullopt;
  Seen seen;
  std::uint64_t said = 0;
  for (const auto& [queue, place] : found->second) {
    if (!queue.empty() && !queues.contains(queue)) continue;
    if (place.ready) return Seen{journal::AgentState::ready, {}};
    if (place.said < said) continue;
    said = place.said;
    seen = {journal::AgentState::not_ready, place.reason};
  }
  return seen;
}

}  // namespace callwright::core
