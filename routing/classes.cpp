#include "routing/classes.hpp"

#include <algorithm>
#include <bit>

#include "base/digest.hpp"

namespace callwright::routing {
namespace {

constexpr std::size_t kClassesKept = 1024;
constexpr std::size_t kSparse = 16;  ///< rosters together stay below 1,024 / 16 places for each agent

}  // namespace

std::int64_t RequirementClass::standing_points(const Agent& agent) const {
  const Membership* membership = agent.membership(queue);
  std::int64_t points = membership ? membership->rank : 0;
  if (terms.skilled()) {
    for (const Wish& wish : wishes)
      if (wish.kind != journal::Requirement::Kind::excluded) points += static_cast<std::int64_t>(wish.weight) * agent.level(wish.skill);
    if (membership) points += terms.resolution_weight * membership->resolution + terms.satisfaction_weight * membership->satisfaction;
  }
  return points * kMilli;
}

AgentKey RequirementClass::key_of(const Agents& agents, std::size_t index, std::int64_t standing) const {
  const IdleAgent& idle = agents.idle_agent(index);
  if (terms.strategy == journal::Strategy::least_occupied)
    standing -= static_cast<std::int64_t>(terms.strategy_points) * agents[index].marks.occupancy;
  if (load_points) standing += load_of(agents[index]);
  return {standing - terms.idle_per_minute * idle.tick, idle.since, idle.name_order, static_cast<std::uint32_t>(index)};
}

const Place* RequirementClass::place_of(const Agent& agent) const {
  const auto found = std::ranges::find(agent.places, index, &Place::class_index);
  return found == agent.places.end() ? nullptr : &*found;
}

std::size_t Classes::Same::operator()(const Asked& asked) const {
  std::uint64_t hash = static_cast<std::uint64_t>(asked.queue) << 32 | asked.switch_number << 3 | static_cast<std::uint64_t>(asked.channel);
  const auto add = [&hash](std::uint64_t value) {
    hash = (std::rotl(hash, 29) ^ value) * 0xBF58476D1CE4E5B9;
    hash ^= hash >> 32;
  };
  add(0);
  for (const Wish& wish : asked.wishes) {
    add(static_cast<std::uint64_t>(wish.skill) << 2 | static_cast<std::uint64_t>(wish.kind));
    add(static_cast<std::uint64_t>(wish.weight) << 32 | static_cast<std::uint32_t>(wish.min_level));
  }
  return hash;
}

bool Classes::Same::operator()(std::uint32_t index, const Asked& asked) const {
  const RequirementClass& one = *(*all)[index];
  return one.channel == asked.channel && one.queue == asked.queue && one.switch_number == asked.switch_number &&
         std::ranges::equal(one.wishes, asked.wishes);
}

void Classes::number(const std::vector<journal::Requirement>& requirements, std::vector<Wish>& wishes) {
  wishes.clear();
  for (const auto& wish : requirements)
    wishes.push_back({static_cast<std::uint32_t>(agents_.skill(wish.skill)), wish.kind, wish.min_level, wish.weight});
}

std::size_t Classes::enter(journal::Channel channel, const SwitchId& switch_id, std::size_t queue,
                           const std::vector<journal::Requirement>& requirements) {
  number(requirements, numbered_);
  return enter({channel, switch_number(switch_id), queue, numbered_});
}

std::size_t Classes::enter(const Asked& asked) {
  if (const auto found = by_wishes_.find(asked); found != by_wishes_.end()) {
    ++classes_[*found]->users;
    return *found;
  }
  agents_.use(asked.channel);
  std::size_t index = classes_.size();
  if (!unused_.empty()) {
    index = unused_.back();
    unused_.pop_back();
  } else {
    classes_.emplace_back();
    waiting_.resize(classes_.size());
    ranked_.resize(classes_.size());
  }
  ++used_;
  classes_[index] = std::make_unique<RequirementClass>(&memory_);
  RequirementClass& one = *classes_[index];
  one.index = static_cast<std::uint32_t>(index);
  one.serial = ++serials_;
  one.channel = asked.channel;
  one.switch_number = asked.switch_number;
  one.queue = asked.queue;
  one.wishes.assign(asked.wishes.begin(), asked.wishes.end());
  one.hash = Same{}(asked);
  by_wishes_.insert(one.index);
  using enum journal::Requirement::Kind;
  for (const bool values : {false, true})
    for (std::uint32_t i = 0; i < one.wishes.size(); ++i)
      if (one.wishes[i].kind != excluded && (one.wishes[i].kind == value) == values) one.scoring.push_back(i);
  work_out(one);
  one.users = 1;
  return index;
}

void Classes::leave(std::size_t index) {
  --classes_[index]->users;
  discard_if_unused(index);
}

void Classes::discard_if_unused(std::size_t index) {
  RequirementClass& one = *classes_[index];
  if (one.users > 0 || one.open || used_ <= kClassesKept) return;
  unrank(one);
  drop_roster(one);
  by_wishes_.erase(one.index);
  classes_[index] = nullptr;
  --used_;
  unused_.push_back(index);
}

void Classes::add_free(std::size_t index, const VisitKey& key, bool grows) {
  RequirementClass& one = *classes_[index];
  (grows ? one.growing : one.free).insert(key);
  ++one.standing;
  if (!one.roster.kept) waiting_.put(index, true);
  open(index);
}

void Classes::remove_free(std::size_t index, const VisitKey& key, bool grows) {
  RequirementClass& one = *classes_[index];
  (grows ? one.growing : one.free).erase(key);
  if (--one.standing == 0 && !one.roster.kept) waiting_.put(index, false);
}

void Classes::add_live(std::size_t index, const LiveFavour& pair) {
  classes_[index]->live.insert(pair);
  open(index);
}

void Classes::work_out(RequirementClass& one) {
  one.age_per_minute = queues_[one.queue].rules.age_per_minute;
  one.terms = queues_[one.queue].terms;
  one.load_points = journal::is_written(one.channel) ? queues_[one.queue].rules.load_points : 0;
  const Bitmap& members = this->members(one.queue);
  // Whoever passes has every skill that is required: the rarest one names the fewest.
  const std::vector<std::uint32_t>* fewest = nullptr;
  for (const Wish& wish : one.wishes)
    if (wish.kind == journal::Requirement::Kind::required && wish.min_level > 0)
      if (const auto& having = agents_.having(wish.skill); !fewest || having.size() < fewest->size()) fewest = &having;
  std::vector<std::uint32_t> skilled;
  const auto consider = [&](std::size_t i) {
    if (agents_[i].capacity[one.channel] && std::ranges::all_of(one.wishes, [&](const Wish& wish) { return wish.passes(agents_[i]); }))
      skilled.push_back(static_cast<std::uint32_t>(i));
  };
  if (fewest) {
    for (std::uint32_t i : *fewest)
      if (members.test(i)) consider(i);
  } else {
    for (std::size_t w = 0; w < members.words(); ++w) for_each_bit(members.word(w), w * 64, consider);
  }

  const SwitchId& switch_id = switches_[one.switch_number];
  const auto fits = [&](std::uint32_t i) { return !switch_id || agents_[i].switch_id == switch_id; };
  const bool sparse = skilled.size() * kSparse <= agents_.size();
  for (Bitmap* bitmap : {&one.skilled, &one.fit}) {
    *bitmap = {};
    if (!sparse) bitmap->resize(agents_.size());
  }
  if (sparse) return keep_roster(one, std::move(skilled), fits);
  for (std::uint32_t i : skilled) {
    one.skilled.put(i, true);
    one.fit.put(i, fits(i));
  }
}

template <class Fits>
void Classes::keep_roster(RequirementClass& one, std::vector<std::uint32_t> skilled, Fits fits) {
  Roster& roster = one.roster;
  roster.kept = true;
  std::vector<std::pair<std::int64_t, std::uint32_t>> order;
  order.reserve(skilled.size());
  for (std::uint32_t i : skilled) order.emplace_back(-one.standing_points(agents_[i]), i);
  std::ranges::sort(order);
  roster.idle.resize(order.size());
  for (std::uint32_t position = 0; position < order.size(); ++position) {
    const auto [lost, i] = order[position];
    roster.standing.push_back(-lost);
    roster.agents.push_back(i);
    roster.fits.push_back(fits(i));
    agents_[i].places.push_back({one.index, position, fits(i)});
    take_seat(one, i, agents_[i].places.back());
  }
}

/// He has come, or the roster is new.
void Classes::take_seat(RequirementClass& one, std::size_t agent, const Place& place) {
  const IdleAgent& he = agents_.idle_agent(agent);
  const std::uint8_t channel = Agents::bit_of(one.channel);
  if (!(he.gates.able & channel)) return;
  Roster& roster = one.roster;
  ++roster.able;
  if (!(he.gates.idle & channel) || !place.fits) return;
  roster.idle.put(place.position, true);
  roster.oldest_tick = std::min(roster.oldest_tick, he.tick);
}

void Classes::drop_roster(RequirementClass& one) {
  if (!one.roster.kept) return;
  for (std::uint32_t i : one.roster.agents) {
    auto& places = agents_[i].places;
    places.erase(std::ranges::find(places, one.index, &Place::class_index));
  }
  one.roster = {};
}

void Classes::configure() {
  members_.assign(queues_.size(), {});
  nobody_.resize(agents_.size());
  for (std::size_t i = 0; i < agents_.size(); ++i)
    for (const Membership& membership : agents_[i].memberships) {
      Bitmap& members = members_[membership.queue];
      members.resize(agents_.size());
      members.put(i, true);
    }
  for (auto& one : classes_) {
    if (!one) continue;
    one->free.clear();
    one->growing.clear();
    one->live.clear();
    one->standing = 0;
    unrank(*one);
    one->roster = {};  // the agents' places are forgotten with their configuration
    work_out(*one);
  }
  waiting_.clear();
}

const Bitmap& Classes::members(std::size_t queue) const { return queue < members_.size() && members_[queue].words() ? members_[queue] : nobody_; }

void Classes::agent_goes(std::size_t agent) {
  const AgentGates& gates = agents_.gates(agent);
  if (!gates.able) return;
  for (const Place& place : agents_[agent].places) {
    RequirementClass& one = *classes_[place.class_index];
    if (!(gates.able & Agents::bit_of(one.channel))) continue;
    one.roster.idle.put(place.position, false);
    --one.roster.able;
  }
  ranked_.for_each([&](std::size_t index) {
    RequirementClass& one = *classes_[index];
    if (!one.skilled.test(agent) || !(gates.able & Agents::bit_of(one.channel))) return;
    --one.able;
    if (!(gates.idle & Agents::bit_of(one.channel)) || !one.fit.test(agent)) return;
    one.ranking.erase(one.key_of(agents_, agent));
    if (++one.moves > 2 * one.ranking.size() + 128) unrank(one);
  });
}

void Classes::agent_comes(std::size_t agent) {
  const AgentGates& gates = agents_.gates(agent);
  if (!gates.able) return;
  for (const Place& place : agents_[agent].places) {
    RequirementClass& one = *classes_[place.class_index];
    take_seat(one, agent, place);
    if ((gates.idle & Agents::bit_of(one.channel)) && place.fits && one.standing) open(place.class_index);
  }
  ranked_.for_each([&](std::size_t index) {
    RequirementClass& one = *classes_[index];
    if (!one.skilled.test(agent) || !(gates.able & Agents::bit_of(one.channel))) return;
    ++one.able;
    if (!(gates.idle & Agents::bit_of(one.channel)) || !one.fit.test(agent)) return;
    one.ranking.insert(one.key_of(agents_, agent));
    ++one.moves;
  });
  if (!gates.idle) return;
  waiting_.for_each([&](std::size_t index) {
    const RequirementClass& one = *classes_[index];
    if (one.fit.test(agent) && (gates.idle & Agents::bit_of(one.channel))) open(index);
  });
}

void Classes::open(std::size_t index) {
  if (classes_[index]->open) return;
  classes_[index]->open = true;
  open_.push_back(index);
}

void Classes::open_all() {
  for (std::size_t index = 0; index < classes_.size(); ++index)
    if (classes_[index] && classes_[index]->has_pairs()) open(index);
}

const std::vector<std::size_t>& Classes::take_open() {
  taken_.clear();
  std::swap(taken_, open_);
  for (std::size_t index : taken_) {
    classes_[index]->open = false;
    discard_if_unused(index);
  }
  std::erase_if(taken_, [&](std::size_t index) { return !classes_[index] || !classes_[index]->has_pairs(); });
  return taken_;
}

void Classes::rank(RequirementClass& one) {
  if (one.ranked) return;
  one.ranked = true;
  one.moves = 0;
  one.able = 0;
  for (std::size_t w = 0; w < one.fit.words(); ++w) {
    one.able += std::popcount(one.skilled.word(w) & agents_.able(one.channel).word(w));
    for_each_bit(one.fit.word(w) & agents_.idle(one.channel).word(w), w * 64, [&](std::size_t i) { one.ranking.insert(one.key_of(agents_, i)); });
  }
  ranked_.put(one.index, true);
  ++ranked_count_;
}

void Classes::unrank(RequirementClass& one) {
  if (!one.ranked) return;
  one.ranked = false;
  one.scored = 0;
  one.ranking.clear();
  ranked_.put(one.index, false);
  --ranked_count_;
}

}  // namespace callwright::routing
