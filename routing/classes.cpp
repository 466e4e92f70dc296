#include "routing/classes.hpp"

#include <algorithm>

namespace callwright::routing {
namespace {

constexpr std::size_t kClassesKept = 1024;

std::string text_of(const SwitchId& switch_id, std::size_t queue, const std::vector<journal::Requirement>& requirements) {
  std::string text = switch_id.value + '|' + std::to_string(queue);
  for (const auto& wish : requirements) {
    text += '|' + wish.skill.value + "!+-*"[static_cast<std::size_t>(wish.kind)];
    text += std::to_string(wish.min_level) + '*' + std::to_string(wish.weight);
  }
  return text;
}

}  // namespace

std::int64_t RequirementClass::standing_points(const Agent& agent) const {
  const Membership* membership = agent.membership(queue);
  std::int64_t points = membership ? membership->rank : 0;
  if (terms.skilled()) {
    for (const Wish& wish : wishes)
      if (wish.kind != journal::Requirement::Kind::excluded) points += static_cast<std::int64_t>(wish.weight) * agent.level(wish.skill);
    if (membership) points += terms.resolution_weight * membership->resolution + terms.satisfaction_weight * membership->satisfaction;
  }
  points *= kMilli;
  if (terms.strategy == journal::Strategy::least_occupied) points -= static_cast<std::int64_t>(terms.strategy_points) * agent.marks.occupancy;
  return points;
}

AgentKey RequirementClass::key_of(const Agent& agent, std::size_t index) const {
  const Instant idle_since = agent.state.idle_since;
  return {agent_points(standing_points(agent), terms.idle_per_minute, idle_since), idle_since, agent.name_order, index};
}

std::size_t Classes::enter(const SwitchId& switch_id, std::size_t queue, const std::vector<journal::Requirement>& requirements) {
  auto [found, added] = by_text_.try_emplace(text_of(switch_id, queue, requirements), classes_.size());
  if (added) {
    if (!unused_.empty()) {
      found->second = unused_.back();
      unused_.pop_back();
    } else {
      classes_.emplace_back();
    }
    RequirementClass& one = classes_[found->second];
    one = {};
    one.switch_id = switch_id;
    one.queue = queue;
    one.requirements = requirements;
    for (const auto& wish : requirements) one.wishes.push_back({agents_.skill(wish.skill), wish.kind, wish.min_level, wish.weight});
    work_out(one);
  }
  ++classes_[found->second].users;
  return found->second;
}

void Classes::leave(std::size_t index) {
  --classes_[index].users;
  discard_if_unused(index);
}

void Classes::discard_if_unused(std::size_t index) {
  RequirementClass& one = classes_[index];
  if (one.users > 0 || one.open || by_text_.size() <= kClassesKept) return;
  unrank(one);
  by_text_.erase(text_of(one.switch_id, one.queue, one.requirements));
  unused_.push_back(index);
}

void Classes::add_free(std::size_t index, const VisitKey& key) {
  classes_[index].free.insert(key);
  waiting_.insert(index);
  open(index);
}

void Classes::remove_free(std::size_t index, const VisitKey& key) {
  classes_[index].free.erase(key);
  if (classes_[index].free.empty()) waiting_.erase(index);
}

void Classes::add_live(std::size_t index, const LiveFavour& pair) {
  classes_[index].live.insert(pair);
  open(index);
}

void Classes::work_out(RequirementClass& one) const {
  one.age_per_minute = queues_[one.queue].rules.age_per_minute;
  one.terms = queues_[one.queue].terms;
  for (Bitmap* bitmap : {&one.skilled, &one.fit}) {
    bitmap->resize(agents_.size());
    bitmap->clear();
  }
  const Bitmap& members = this->members(one.queue);
  for (std::size_t w = 0; w < members.words(); ++w)
    for_each_bit(members.word(w), w * 64, [&](std::size_t i) {
      const Agent& agent = agents_[i];
      for (const Wish& wish : one.wishes)
        if (!wish.passes(agent)) return;
      one.skilled.put(i, true);
      one.fit.put(i, !one.switch_id || agent.switch_id == one.switch_id);
    });
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
  for (RequirementClass& one : classes_) {
    one.free.clear();
    one.live.clear();
    unrank(one);
    work_out(one);
  }
  waiting_.clear();
}

const Bitmap& Classes::members(std::size_t queue) const { return queue < members_.size() && members_[queue].words() ? members_[queue] : nobody_; }

void Classes::agent_goes(std::size_t agent) {
  for (auto at = ranked_.begin(); at != ranked_.end();) {
    RequirementClass& one = classes_[*at++];  // it may leave the set
    if (!one.fit.test(agent)) continue;
    one.ranking.erase(one.key_of(agents_[agent], agent));
    if (++one.moves > 2 * one.ranking.size() + 128) unrank(one);
  }
}

void Classes::agent_comes(std::size_t agent) {
  for (std::size_t index : ranked_) {
    RequirementClass& one = classes_[index];
    if (!one.fit.test(agent)) continue;
    one.ranking.insert(one.key_of(agents_[agent], agent));
    ++one.moves;
  }
  for (std::size_t index : waiting_)
    if (classes_[index].fit.test(agent)) open(index);
}

void Classes::open(std::size_t index) {
  if (classes_[index].open) return;
  classes_[index].open = true;
  open_.push_back(index);
}

void Classes::open_all() {
  for (std::size_t index : waiting_) open(index);
}

std::vector<std::size_t> Classes::take_open() {
  std::vector<std::size_t> all = std::move(open_);
  open_.clear();
  for (std::size_t index : all) {
    classes_[index].open = false;
    discard_if_unused(index);
  }
  std::erase_if(all, [&](std::size_t index) { return !classes_[index].has_pairs(); });
  return all;
}

void Classes::rank(RequirementClass& one) {
  if (one.ranked) return;
  one.ranked = true;
  one.moves = 0;
  const Bitmap& idle = agents_.idle();
  for (std::size_t w = 0; w < one.fit.words(); ++w)
    for_each_bit(one.fit.word(w) & idle.word(w), w * 64, [&](std::size_t i) { one.ranking.insert(one.key_of(agents_[i], i)); });
  ranked_.insert(static_cast<std::size_t>(&one - classes_.data()));
}

void Classes::unrank(RequirementClass& one) {
  if (!one.ranked) return;
  one.ranked = false;
  one.scored = 0;
  one.ranking.clear();
  ranked_.erase(static_cast<std::size_t>(&one - classes_.data()));
}

}  // namespace callwright::routing
