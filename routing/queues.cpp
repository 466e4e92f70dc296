#include "routing/queues.hpp"

#include <algorithm>

namespace callwright::routing {
namespace {

constexpr std::int64_t kWhole = 1'000'000;
constexpr std::int64_t kMemory = 32;  ///< visits that a running service level remembers, about

/// What is left of a queue that the document no longer has.
journal::Queue without_rates(const QueueId& id) {
  journal::Queue queue;
  queue.id = id;
  queue.age_per_minute = 0;
  queue.idle_per_minute = 0;
  return queue;
}

AgentTerms terms_of(const journal::Queue& queue) {
  AgentTerms terms;
  terms.strategy = queue.strategy;
  terms.strategy_points = queue.strategy_points;
  terms.idle_per_minute = terms.idles() ? queue.idle_per_minute : 0;
  terms.resolution_weight = terms.skilled() ? queue.resolution_weight : 0;
  terms.satisfaction_weight = terms.skilled() ? queue.satisfaction_weight : 0;
  return terms;
}

/// A document is taken only if its conditions can be read; one that cannot holds for nobody.
expression::Expression condition_of(const journal::Rule& rule) {
  auto condition = expression::parse(rule.when);
  return condition ? *std::move(condition) : *expression::parse("false");
}

}  // namespace

std::size_t Queues::find_or_add(const QueueId& id) {
  const std::size_t index = names_.find_or_add(id);
  if (index == states_.size()) {
    states_.emplace_back().rules = without_rates(id);
    configured_.push_back(false);
  }
  return index;
}

const journal::Queue* Queues::configured(const QueueId& id) const {
  const auto index = names_.find(id);
  return index && configured_[*index] ? &states_[*index].rules : nullptr;
}

void Queues::configure(const journal::Centre& centre) {
  flowing_.clear();
  for (std::size_t i = 0; i < states_.size(); ++i) {
    states_[i].rules = without_rates(names_[i]);
    states_[i].terms = terms_of(states_[i].rules);
    states_[i].conditions.clear();
    states_[i].hours.reset();
    configured_[i] = false;
  }
  for (const journal::Queue& queue : centre.queues) {
    const std::size_t index = find_or_add(queue.id);
    states_[index].rules = queue;
    states_[index].terms = terms_of(queue);
    for (const journal::Rule& rule : queue.rules) states_[index].conditions.push_back(condition_of(rule));
    const auto hours = std::ranges::find(centre.hours, queue.hours, &journal::Hours::id);
    if (hours != centre.hours.end()) states_[index].hours.emplace(*hours, centre.time_zone);
    configured_[index] = true;
    const bool by_time = std::ranges::any_of(queue.overflow, [](const auto& overflow) { return overflow.after > Duration::zero(); });
    if (by_time || treats(queue.no_agents)) flowing_.push_back(index);
  }
  standing_with_share_ = 0;
  for (const QueueState& state : states_)
    if (state.rules.waiting_share) standing_with_share_ += state.standing;
}

bool Queues::opens_within(std::size_t index, Instant from, Instant to) const {
  if (is_open(index, from)) return true;
  const auto opens = states_[index].hours->next_change(from);
  return opens && *opens <= to;
}

void Queues::set_emergency(const journal::EmergencySet& set, Instant at) {
  const std::size_t index = find_or_add(set.queue);
  std::erase(emergencies_, index);
  states_[index].emergency.reset();
  if (!set.on) return;
  states_[index].emergency = set;
  states_[index].emergency_since = at;
  emergencies_.push_back(index);
}

void Queues::count(std::size_t index, int change) {
  states_[index].standing += change;
  if (states_[index].rules.waiting_share) standing_with_share_ += change;
}

void Queues::count_service(std::size_t index, bool in_time) {
  std::int64_t& level = states_[index].service_level;
  level += ((in_time ? kWhole : 0) - level) / kMemory;
}

void Queues::count_handling(std::size_t index, Duration took) {
  Duration& mean = states_[index].handling;
  mean = mean.count() ? mean + (took - mean) / kMemory : took;
}

std::int64_t Queues::target(std::size_t index) const {
  const QueueState& state = states_[index];
  if (!has_target(index)) return 0;
  return state.rules.target_points * std::max<std::int64_t>(0, state.rules.target * (kWhole / 100) - state.service_level) / 10;
}

std::int64_t Queues::balance(std::size_t index) const {
  const QueueState& state = states_[index];
  if (!has_balance(index)) return 0;
  return state.rules.balance_points * (1000 * state.standing - state.rules.waiting_share * standing_with_share_);
}

}  // namespace callwright::routing
