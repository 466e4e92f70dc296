#include "routing/selector.hpp"

#include <algorithm>
#include <bit>

namespace callwright::routing {
namespace {

constexpr std::size_t kShown = 3;           ///< candidates whose terms a decision keeps
constexpr std::size_t kWorthRanking = 32;   ///< below this many, scoring them each time is cheaper

std::size_t count(std::uint64_t word) { return static_cast<std::size_t>(std::popcount(word)); }

}  // namespace

void Selector::take_ranking(RequirementClass& one, std::size_t at_least) {
  ranking_.clear();
  one.moves = 0;
  if (one.ranked) {
    ++work_.rankings;
    for (auto at = one.ranking.begin(); at != one.ranking.end() && ranking_.size() < at_least; ++at) ranking_.push_back(*at);
    work_.candidates += ranking_.size();
    return;
  }
  const Bitmap& idle = agents_.idle();
  for (std::size_t w = 0; w < one.fit.words(); ++w)
    for_each_bit(one.fit.word(w) & idle.word(w), w * 64, [&](std::size_t i) { ranking_.push_back(one.key_of(agents_[i], i)); });
  work_.words += one.fit.words();
  work_.candidates += ranking_.size();
  one.scored += ranking_.size();
  const std::size_t shown = std::min(at_least, ranking_.size());
  std::ranges::partial_sort(ranking_, ranking_.begin() + static_cast<std::ptrdiff_t>(shown));
  if (ranking_.size() >= kWorthRanking && one.scored > 2 * ranking_.size() + 2 * kWorthRanking) classes_.rank(one);
  ranking_.resize(shown);
}

std::optional<Pair> Selector::best_pair(std::size_t class_index, Instant now) {
  RequirementClass& one = classes_[class_index];
  ++work_.classes;
  if (one.free.empty()) return std::nullopt;
  const std::int64_t clock = (static_cast<std::int64_t>(one.age_per_minute) + one.idle_per_minute) * tick(now);

  std::size_t taken = 1;
  take_ranking(one, taken);
  if (ranking_.empty()) return std::nullopt;
  const std::int64_t best_agent = ranking_.front().points;

  std::optional<Pair> best;
  for (const VisitKey& visit : one.free) {
    ++work_.visits;
    // No later visit can do better than this one with the best agent; on equal score the exact order decides below.
    if (best && visit.points + best_agent + clock < best->score) break;
    const Contact& contact = *visits_.find(visit.contact);
    if (contact.exclusions.size() >= taken) take_ranking(one, taken = contact.exclusions.size() + 1);
    for (const AgentKey& agent : ranking_) {
      if (contact.excludes(agent.agent, now)) continue;
      const Pair pair{visit.points + agent.points + clock, visit, agent, class_index};
      if (!best || pair.before(*best)) best = pair;
      break;
    }
    if (contact.exclusions.empty()) break;
  }
  return best;
}

std::vector<journal::GateCount> Selector::gates(const Contact& contact, Instant now) {
  const Visit& visit = *contact.visit;
  const RequirementClass& one = classes_[visit.class_index];
  const Bitmap& members = classes_.members(visit.queue);
  std::size_t in_queue = 0, in = 0, ready = 0, device = 0, skilled = 0, up = 0;
  for (std::size_t w = 0; w < members.words(); ++w) {
    std::uint64_t left = members.word(w);
    in_queue += count(left);
    in += count(left &= agents_.signed_in().word(w));
    ready += count(left &= agents_.ready().word(w));
    device += count(left &= agents_.free_device().word(w));
    skilled += count(left &= one.skilled.word(w));
    up += count(left & one.fit.word(w) & agents_.up().word(w));
  }
  work_.words += members.words();
  std::size_t not_excluded = skilled;
  for (const Exclusion& exclusion : contact.exclusions) {
    const std::size_t i = exclusion.agent;
    if (exclusion.until <= now || !one.skilled.test(i) || !agents_.ready().test(i) || !agents_.free_device().test(i)) continue;
    --not_excluded;
    if (one.fit.test(i) && agents_.up().test(i)) --up;
  }
  using journal::Gate;
  const auto left = [](Gate gate, std::size_t agents) { return journal::GateCount{gate, static_cast<std::int32_t>(agents)}; };
  return {left(Gate::member, in_queue),     left(Gate::signed_in, in),   left(Gate::ready, ready),
          left(Gate::device_free, device),  left(Gate::skills, skilled), left(Gate::not_excluded, not_excluded),
          left(Gate::switch_up, up)};
}

std::vector<journal::Candidate> Selector::best_three(const Contact& contact, Instant now) {
  using enum journal::TermKind;
  const Visit& visit = *contact.visit;
  RequirementClass& one = classes_[visit.class_index];
  take_ranking(one, kShown + contact.exclusions.size());
  std::vector<journal::Candidate> best;
  for (const AgentKey& key : ranking_) {
    if (best.size() == kShown) break;
    if (contact.excludes(key.agent, now)) continue;
    const Agent& agent = agents_[key.agent];
    journal::Candidate& candidate = best.emplace_back();
    candidate.agent = agent.id;
    auto add = [&](journal::TermKind kind, SkillId of, std::int64_t points) {
      candidate.terms.push_back({kind, std::move(of), points});
      candidate.score += points;
    };
    for (const auto& wish : visit.requirements) add(skill, wish.skill, kMilli * wish.weight * agent.level(wish.skill));
    add(rank, {}, kMilli * agent.rank(visit.queue));
    add(priority, {}, kMilli * visit.priority);
    add(age, {}, credit(one.age_per_minute, visit.entered_at, now));
    add(idle, {}, credit(one.idle_per_minute, agent.state.idle_since, now));
  }
  return best;
}

}  // namespace callwright::routing
