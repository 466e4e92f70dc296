#include "tests/bench/routing/scan.hpp"

namespace callwright::bench {
namespace {

constexpr std::int64_t kTickUs = 60'000;

int level(const PackedAgent& agent, std::uint16_t skill) {
  for (std::size_t i = 0; i < agent.skills.size(); ++i)
    if (agent.skills[i] == skill) return agent.levels[i];
  return 0;
}

}  // namespace

void Scan::decide(const Wanted& wanted, std::int64_t entered_at, std::int64_t now, ScanDecision& out) const {
  out.shown = 0;
  std::int32_t able = 0, passing = 0;
  struct Key {
    std::int64_t points, idle_since;
    std::uint32_t name_order;
    std::uint32_t agent;
    bool before(const Key& other) const {
      if (points != other.points) return points > other.points;
      if (idle_since != other.idle_since) return idle_since < other.idle_since;
      return name_order < other.name_order;
    }
  };
  std::array<Key, 3> best;
  std::size_t shown = 0;
  const auto size = static_cast<std::uint32_t>(agents.size());
  for (std::uint32_t i = 0; i < size; ++i) {
    const PackedAgent& agent = agents[i];
    if (!agent.able) continue;
    ++able;
    const int required = level(agent, wanted.required);
    if (required < wanted.min_level) continue;
    ++passing;
    const std::int64_t points = 1000 * (static_cast<std::int64_t>(wanted.required_weight) * required +
                                        static_cast<std::int64_t>(wanted.preferred_weight) * level(agent, wanted.preferred)) -
                                idle_per_minute * (agent.idle_since / kTickUs);
    const Key key{points, agent.idle_since, agent.name_order, i};
    if (shown == 3 && !key.before(best[2])) continue;
    std::size_t at = shown < 3 ? shown++ : 2;
    for (; at > 0 && key.before(best[at - 1]); --at) best[at] = best[at - 1];
    best[at] = key;
  }
  const auto all = static_cast<std::int32_t>(size);
  out.left = {all, all, able, able, able, passing, passing, passing, passing};
  out.shown = shown;
  for (std::size_t i = 0; i < shown; ++i) {
    ScanRow& row = out.best[i];
    const PackedAgent& agent = agents[best[i].agent];
    row.agent = best[i].agent;
    row.terms = {1000LL * wanted.required_weight * level(agent, wanted.required),
                 1000LL * wanted.preferred_weight * level(agent, wanted.preferred),
                 idle_per_minute * (now / kTickUs - agent.idle_since / kTickUs),
                 0,
                 0,
                 age_per_minute * (now / kTickUs - entered_at / kTickUs)};
    row.score = 0;
    for (std::int64_t term : row.terms) row.score += term;
  }
}

std::optional<std::size_t> Scan::best_contact(const std::vector<PackedContact>& contacts, std::size_t agent) const {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < contacts.size(); ++i) {
    const PackedContact& one = contacts[i];
    if (!one.waiting || level(agents[agent], one.required) < one.min_level) continue;
    if (best && (contacts[*best].entered_at < one.entered_at || (contacts[*best].entered_at == one.entered_at && contacts[*best].id < one.id)))
      continue;
    best = i;
  }
  return best;
}

}  // namespace callwright::bench
