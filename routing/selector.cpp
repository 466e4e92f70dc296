#include "routing/selector.hpp"

#include <algorithm>
#include <bit>

namespace callwright::routing {
namespace {

constexpr std::size_t kShown = 3;         ///< candidates whose terms a decision keeps
constexpr std::size_t kWorthRanking = 8;  ///< below this many, scoring them each time is cheaper

std::size_t count(std::uint64_t word) { return static_cast<std::size_t>(std::popcount(word)); }

}  // namespace

std::int64_t Selector::moving_points(const RequirementClass& one, const Agent& agent, std::int64_t decision) const {
  const std::int32_t points = one.terms.strategy_points;
  switch (one.terms.strategy) {
    case journal::Strategy::round_robin: return turn_points(points, decision, agent.marks.last_decision);
    case journal::Strategy::percentage: return quota_points(points, queues_[one.queue].quota, agent.quota(one.queue));
    case journal::Strategy::random: return lot_points(points, seed_, decision, agent.name_hash);
    default: return 0;
  }
}

AgentKey Selector::key_of(const RequirementClass& one, std::size_t agent, std::int64_t decision) const {
  AgentKey key = one.key_of(agents_, agent);
  if (one.terms.moves()) key.points += moving_points(one, agents_[agent], decision);
  return key;
}

/// Keeps the best `at_least` of those offered to it, in `ranking_`.
void Selector::keep(const AgentKey& key, std::size_t at_least) {
  if (ranking_.size() == at_least) {
    if (at_least == 0 || !(key < ranking_.back())) return;
    ranking_.pop_back();
  }
  ranking_.insert(std::ranges::upper_bound(ranking_, key), key);
}

/// Those of a roster; how many were scored. No term but idle time adds to standing points, unless decisions move them.
std::size_t Selector::score_roster(Roster& roster, const RequirementClass& one, std::size_t at_least, std::int64_t decision) {
  if (roster.oldest_tick == INT64_MAX) return 0;  // nobody is idle
  const bool moves = one.terms.moves();
  const std::int64_t most_idle = -one.terms.idle_per_minute * roster.oldest_tick;
  std::int64_t oldest = INT64_MAX;
  std::size_t scored = 0;
  for (std::size_t w = 0; w < roster.idle.words(); ++w) {
    ++work_.words;
    for (std::uint64_t word = roster.idle.word(w); word; word &= word - 1) {
      const std::size_t position = w * 64 + static_cast<std::size_t>(std::countr_zero(word));
      const std::int64_t standing = roster.standing[position];
      if (!moves && ranking_.size() == at_least && (at_least == 0 || standing + most_idle < ranking_.back().points)) return scored;
      ++scored;
      AgentKey key = one.key_of(agents_, roster.agents[position], standing);
      if (moves) key.points += moving_points(one, agents_[key.agent], decision);
      oldest = std::min(oldest, agents_.idle_agent(key.agent).tick);
      keep(key, at_least);
    }
  }
  roster.oldest_tick = oldest;  // all have been looked at
  return scored;
}

std::size_t Selector::score_bitmaps(const RequirementClass& one, std::size_t at_least, std::int64_t decision) {
  const Bitmap& idle = agents_.idle(one.channel);
  std::size_t scored = 0;
  for (std::size_t w = 0; w < one.fit.words(); ++w)
    for_each_bit(one.fit.word(w) & idle.word(w), w * 64, [&](std::size_t i) {
      ++scored;
      keep(key_of(one, i, decision), at_least);
    });
  work_.words += one.fit.words();
  return scored;
}

void Selector::take_ranking(RequirementClass& one, std::size_t at_least, std::int64_t decision) {
  one.moves = 0;
  const Taken wanted{one.serial, agents_.stamp(), one.terms.moves() ? decision : 0, at_least};
  if (wanted == taken_) return;
  taken_ = wanted;
  ranking_.clear();
  if (one.ranked) {
    ++work_.rankings;
    for (auto at = one.ranking.begin(); at != one.ranking.end() && ranking_.size() < at_least; ++at) ranking_.push_back(*at);
    work_.candidates += ranking_.size();
    return;
  }
  const std::size_t scored = one.roster.kept ? score_roster(one.roster, one, at_least, decision) : score_bitmaps(one, at_least, decision);
  work_.candidates += scored;
  one.scored += scored;
  if (one.roster.kept || one.terms.moves()) return;
  if (scored >= kWorthRanking && one.scored > 2 * scored + 2 * kWorthRanking) classes_.rank(one);
}

bool Selector::best_pair(std::size_t class_index, std::int64_t decision, Instant now, Pair& best) {
  RequirementClass& one = classes_[class_index];
  ++work_.classes;
  return best_pair(one, false, decision, now, best) || (journal::makes_groups(one.terms.strategy) && best_pair(one, true, decision, now, best));
}

bool Selector::best_pair(RequirementClass& one, bool joins, std::int64_t decision, Instant now, Pair& best) {
  bool found = !one.live.empty() && best_favour(one, joins, decision, now, best);
  const auto& visits = joins ? one.growing : one.free;
  if (visits.empty()) return found;
  const std::int64_t clock = (static_cast<std::int64_t>(one.age_per_minute) + one.terms.idle_per_minute) * tick(now);

  std::size_t taken = kShown;  // the account of the decision will ask for as many
  take_ranking(one, taken, decision);
  if (ranking_.empty()) return found;
  const std::int64_t best_agent = ranking_.front().points;

  for (const VisitKey& visit : visits) {
    ++work_.visits;
    // No later visit can do better than this one with the best agent; on equal score the exact order decides below.
    if (found && visit.points + best_agent + clock < best.score) break;
    const Contact& contact = *visit.owner;
    if (contact.exclusions.size() >= taken) take_ranking(one, taken = contact.exclusions.size() + 1, decision);
    for (const AgentKey& agent : ranking_) {
      if (contact.excludes(agent.agent, now)) continue;
      const Pair pair{visit.points + agent.points + clock, visit, agent, one.index, one.terms.moves(), joins};
      if (!found || pair.before(best)) best = pair;
      found = true;
      break;
    }
    if (contact.exclusions.empty()) break;
  }
  return found;
}

/// Beside the class's own order: what a favour adds makes one pair better than the order knows, never another one worse.
bool Selector::best_favour(const RequirementClass& one, bool joins, std::int64_t decision, Instant now, Pair& best) {
  const std::int64_t clock = (static_cast<std::int64_t>(one.age_per_minute) + one.terms.idle_per_minute) * tick(now);
  bool found = false;
  for (const LiveFavour& live : one.live) {
    ++work_.candidates;
    const Contact& contact = *visits_.find(live.contact);
    const Visit& visit = *contact.visit;
    if (joins == visit.offers.empty() || contact.excludes(live.agent, now)) continue;
    bool may = visit.stand == Stand::free;
    std::int64_t bonus = 0;
    for (const Favoured& favour : visit.favours) {
      if (favour.agent != live.agent) continue;
      bonus += favour.points;
      may = may || favour.held_until > now;
    }
    if (!may) continue;
    const AgentKey agent = key_of(one, live.agent, decision);
    const Pair pair{visit.key.points + agent.points + bonus * kMilli + clock, visit.key, agent, one.index, one.terms.moves(), joins};
    if (!found || pair.before(best)) best = pair;
    found = true;
  }
  return found;
}

bool Selector::holds(const Contact& contact, const Favoured& favour, Instant now) const {
  return favour.held_until > now && agents_[favour.agent].signed_in() && classes_[contact.visit->class_index].is_skilled(agents_, favour.agent) &&
         !contact.excludes(favour.agent, now);
}

bool Selector::is_held(const Contact& contact, Instant now) const {
  const RequirementClass& one = classes_[contact.visit->class_index];
  return std::ranges::any_of(contact.visit->favours,
                             [&](const Favoured& favour) { return holds(contact, favour, now) && one.is_fit(agents_, favour.agent); });
}

const Decision& Selector::account(ContactId id, const Contact& contact, std::int64_t decision, Instant now, std::optional<std::size_t> pulled) {
  count_gates(contact, now);
  decision_.shown = 0;
  if (pulled) decision_.best[decision_.shown++].agent = *pulled;
  else find_best(id, contact, decision, now);
  for (std::size_t i = 0; i < decision_.shown; ++i) add_terms(decision_.best[i], contact, decision, now);
  return decision_;
}

void Selector::count_gates(const Contact& contact, Instant now) {
  const Visit& visit = *contact.visit;
  const RequirementClass& one = classes_[visit.class_index];
  const Passing& passing = agents_.passing(visit.queue);
  const ChannelPassing& of_channel = agents_.passing(visit.queue, one.channel);
  const Bitmap& able = agents_.able(one.channel);
  const Bitmap& idle = agents_.idle(one.channel);
  std::size_t skilled = 0, up = 0;
  if (one.roster.kept) {
    skilled = static_cast<std::size_t>(one.roster.able);
    for (std::size_t w = 0; w < one.roster.idle.words(); ++w) up += count(one.roster.idle.word(w));
    work_.words += one.roster.idle.words();
  } else if (one.ranked) {
    skilled = static_cast<std::size_t>(one.able);
    up = one.ranking.size();
  } else {
    for (std::size_t w = 0; w < one.skilled.words(); ++w) {
      skilled += count(one.skilled.word(w) & able.word(w));
      up += count(one.fit.word(w) & idle.word(w));
    }
    work_.words += one.skilled.words();
  }
  const auto number = [](std::size_t agents) { return static_cast<std::int32_t>(agents); };
  decision_.left = {passing.members, passing.signed_in, passing.ready,   of_channel.capacity, of_channel.device_free,
                    number(skilled), number(skilled),   number(skilled), number(up)};
  if (contact.exclusions.empty() && visit.favours.empty()) return;
  const auto is_up = [&](std::size_t i) { return one.is_fit(agents_, i) && idle.test(i); };
  const auto passes_skills = [&](std::size_t i) { return one.is_skilled(agents_, i) && able.test(i); };
  std::size_t not_excluded = skilled;
  for (const Exclusion& exclusion : contact.exclusions) {
    if (exclusion.until <= now || !passes_skills(exclusion.agent)) continue;
    --not_excluded;
    if (is_up(exclusion.agent)) --up;
  }
  std::size_t not_held = not_excluded;
  if (is_held(contact, now)) {
    not_held = up = 0;
    for (auto favour = visit.favours.begin(); favour != visit.favours.end(); ++favour) {
      const bool again = std::any_of(visit.favours.begin(), favour,
                                     [&](const Favoured& earlier) { return earlier.agent == favour->agent && holds(contact, earlier, now); });
      if (again || !holds(contact, *favour, now) || !passes_skills(favour->agent)) continue;
      ++not_held;
      if (is_up(favour->agent)) ++up;
    }
  }
  decision_.left[6] = number(not_excluded);
  decision_.left[7] = number(not_held);
  decision_.left[8] = number(up);
}

void Selector::find_best(ContactId id, const Contact& contact, std::int64_t decision, Instant now) {
  const Visit& visit = *contact.visit;
  RequirementClass& one = classes_[visit.class_index];
  if (contact.exclusions.empty() && visit.favours.empty()) {
    take_ranking(one, kShown, decision);
    for (const AgentKey& key : ranking_) decision_.best[decision_.shown++].agent = key.agent;
    return;
  }
  const bool held = is_held(contact, now);
  take_ranking(one, held ? 0 : kShown + contact.exclusions.size() + visit.favours.size(), decision);
  const auto is_favoured = [&](std::size_t agent) { return std::ranges::find(visit.favours, agent, &Favoured::agent) != visit.favours.end(); };
  candidates_.clear();
  for (const AgentKey& key : ranking_)  // those whom the visit favours come below, with their bonus
    if (!is_favoured(key.agent) && !contact.excludes(key.agent, now)) candidates_.push_back(key);
  for (auto live = one.live.lower_bound({id, 0}); live != one.live.end() && live->contact == id; ++live) {
    if (contact.excludes(live->agent, now)) continue;
    AgentKey key = key_of(one, live->agent, decision);
    bool may = !held;
    for (const Favoured& favour : visit.favours) {
      if (favour.agent != live->agent) continue;
      key.points += favour.points * kMilli;
      may = may || favour.held_until > now;
    }
    if (may) candidates_.push_back(key);
  }
  std::ranges::sort(candidates_);
  decision_.shown = std::min(candidates_.size(), kShown);
  for (std::size_t i = 0; i < decision_.shown; ++i) decision_.best[i].agent = candidates_[i].agent;
}

void Selector::add_terms(Decision::Ranked& ranked, const Contact& contact, std::int64_t decision, Instant now) const {
  using enum journal::TermKind;
  const Visit& visit = *contact.visit;
  const Agent& agent = agents_[ranked.agent];
  const RequirementClass& one = classes_[visit.class_index];
  const journal::Queue& rules = queues_[visit.queue].rules;
  const Membership* membership = agent.membership(visit.queue);
  ranked.score = 0;
  ranked.terms.clear();
  const auto add = [&](journal::TermKind kind, std::int64_t points, std::uint32_t wish = 0) {
    ranked.terms.push_back({kind, wish, points});
    ranked.score += points;
  };
  if (one.terms.skilled()) {
    for (const std::uint32_t i : one.scoring) {
      const Wish& wish = one.wishes[i];
      add(wish.kind == journal::Requirement::Kind::value ? customer_value : skill, kMilli * wish.weight * agent.level(wish.skill), i);
    }
    if (one.terms.resolution_weight) add(resolution, kMilli * one.terms.resolution_weight * (membership ? membership->resolution : 0));
    if (one.terms.satisfaction_weight) add(satisfaction, kMilli * one.terms.satisfaction_weight * (membership ? membership->satisfaction : 0));
  }
  switch (one.terms.strategy) {
    case journal::Strategy::best:
    case journal::Strategy::ring_all:
    case journal::Strategy::claim:
    case journal::Strategy::longest_idle: add(idle, credit(one.terms.idle_per_minute, agent.state.idle_since, now)); break;
    case journal::Strategy::least_occupied: add(occupancy, -static_cast<std::int64_t>(one.terms.strategy_points) * agent.marks.occupancy); break;
    case journal::Strategy::round_robin: add(turn, moving_points(one, agent, decision)); break;
    case journal::Strategy::percentage: add(quota, moving_points(one, agent, decision)); break;
    case journal::Strategy::random: add(lot, moving_points(one, agent, decision)); break;
  }
  add(rank, kMilli * (membership ? membership->rank : 0));
  if (journal::is_written(one.channel)) add(load, one.load_of(agent));
  add(priority, kMilli * visit.started.priority);
  add(age, credit(rules.age_per_minute, visit.started.entered_at - visit.started.credit, now));
  if (visit.boost) add(boost, kMilli * visit.boost);
  if (queues_.has_target(visit.queue)) add(target, queues_.target(visit.queue));
  if (queues_.has_balance(visit.queue)) add(balance, queues_.balance(visit.queue));
  for (const Favoured& favour : visit.favours)
    if (favour.agent == ranked.agent && favour.points)
      add(favour.why == journal::Favour::Why::last_agent ? last_agent : named_agent, kMilli * favour.points);
}

}  // namespace callwright::routing
