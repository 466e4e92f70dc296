#pragma once
#include <cstdint>
#include <optional>
#include <utility>

#include "oracle_world.hpp"

namespace callwright::routing_oracle {

/// How long this contact will wait, by the formula of docs/routing.md, "How long will it take?".
inline std::optional<Duration> estimate(const World& world, ContactId id, Instant now) {
  const Waiting* own = world.waiting(id);
  if (!own) return std::nullopt;
  const journal::Channel channel = own->visit.channel;
  std::vector<const Person*> his;  // who could serve it, and is there
  std::int64_t places = 0;
  bool somebody = false;
  for (const Person& agent : world.agents()) {
    if (!world.is_signed_in(agent) || !World::could_serve(*own, agent)) continue;
    his.push_back(&agent);
    places += agent.capacity.at(channel);
    somebody |= world.is_ready(agent) && world.has_room_for(agent, channel) && world.is_reachable(agent, channel) && world.is_linked(agent, channel);
  }
  if (his.empty()) return std::nullopt;
  if (somebody) return Duration::zero();
  const auto handling = world.handling().mean(own->visit.queue);
  if (!handling) return std::nullopt;

  const World::Balance balance = world.balance_of_queues();
  const std::int64_t points = world.standing(*own, balance, now);
  std::int64_t millionths = 0;  // of a contact, that those before it are to its agents
  for (const auto& [contact, other] : world.waiting()) {
    if (contact == id || !other.stands()) continue;
    const std::int64_t others = world.standing(other, balance, now);
    const bool before = others != points ? others > points : std::pair(other.visit.entered_at, contact) < std::pair(own->visit.entered_at, id);
    if (!before || !world.held_for(contact, other, now).empty()) continue;
    std::int64_t all = 0, shared = 0;
    for (const Person& agent : world.agents()) {
      if (!world.is_signed_in(agent) || !World::could_serve(other, agent)) continue;
      const std::int64_t here = agent.capacity.at(other.visit.channel);
      all += here;
      if (std::ranges::find(his, &agent) != his.end()) shared += here;
    }
    if (all) millionths += 1'000'000 * shared / all;
  }
  const std::int64_t thousandths = 1000 + (millionths + 500) / 1000;
  return Duration(handling->count() / 1000 * thousandths / places);
}

}  // namespace callwright::routing_oracle
