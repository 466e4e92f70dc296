#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/expression/expression.hpp"
#include "journal/centre.hpp"
#include "journal/fact.hpp"
#include "routing/hours.hpp"
#include "routing/names.hpp"

namespace callwright::routing {

/// The terms of a queue that tell agents apart, as numbers (docs/routing.md, Strategies).
struct AgentTerms {
  journal::Strategy strategy = journal::Strategy::best;
  std::int32_t strategy_points = 0;
  std::int32_t idle_per_minute = 0;
  std::int32_t resolution_weight = 0;
  std::int32_t satisfaction_weight = 0;

  bool skilled() const { return journal::ranks_by_skill(strategy); }
  bool idles() const { return skilled() || strategy == journal::Strategy::longest_idle; }
  /// A decision changes the terms of others than whom it chose: no order of agents outlives it.
  bool moves() const {
    using enum journal::Strategy;
    return strategy == round_robin || strategy == percentage || strategy == random;
  }
};

/// One queue by dense index: its rules, and what it counts for its own terms.
struct QueueState {
  journal::Queue rules;                            ///< of a queue that has left the document: no rates, no weights
  std::vector<expression::Expression> conditions;  ///< of its rules, in their order
  AgentTerms terms;
  std::optional<Hours> hours;

  // Folded.
  std::int64_t quota = 0;                  ///< its mark V
  std::int64_t service_level = 1'000'000;  ///< running, in millionths
  Duration handling{};                     ///< running mean, wrap-up included; 0: none yet

  std::optional<journal::EmergencySet> emergency;  ///< the fact that switched it on, while it is
  Instant emergency_since;

  std::int64_t standing = 0;  ///< visits that wait without an offer and do not stand aside
};

/// It does something to a contact: a treatment that lets it wait without a word does not.
inline bool treats(const journal::Treatment& treatment) {
  return treatment.action != journal::Treatment::Action::wait || !treatment.message.empty();
}

/// The queues, and the two terms that tell them apart.
class Queues {
 public:
  std::optional<std::size_t> find(const QueueId& id) const { return names_.find(id); }
  std::size_t find_or_add(const QueueId& id);
  const journal::Queue* configured(const QueueId& id) const;
  QueueState& operator[](std::size_t index) { return states_[index]; }
  const QueueState& operator[](std::size_t index) const { return states_[index]; }
  /// Queues that may send on contacts that wait.
  const std::vector<std::size_t>& flowing() const { return flowing_; }
  const QueueId& id(std::size_t index) const { return names_[index]; }
  std::size_t size() const { return states_.size(); }

  void configure(const journal::Centre& centre);
  void set_emergency(const journal::EmergencySet& set, Instant at);
  /// Queues in emergency.
  const std::vector<std::size_t>& emergencies() const { return emergencies_; }
  /// A visit begins (+1) or ceases (-1) to stand in this queue.
  void count(std::size_t index, int change);
  /// The visit ended after its share of the running service level: L += (x - L) / 32.
  void count_service(std::size_t index, bool in_time);
  /// A contact of this queue took an agent so long: the running mean moves by a 32nd of the difference.
  void count_handling(std::size_t index, Duration took);
  bool is_open(std::size_t index, Instant at) const { return !states_[index].hours || states_[index].hours->open_at(at); }
  /// It is open at one of these instants or between them.
  bool opens_within(std::size_t index, Instant from, Instant to) const;

  bool has_target(std::size_t index) const { return states_[index].rules.target && states_[index].rules.target_points; }
  bool has_balance(std::size_t index) const { return states_[index].rules.waiting_share && states_[index].rules.balance_points; }
  std::int64_t target(std::size_t index) const;   ///< milli-points
  std::int64_t balance(std::size_t index) const;  ///< milli-points

 private:
  Names<QueueId> names_;
  std::vector<QueueState> states_;
  std::vector<bool> configured_;
  std::vector<std::size_t> flowing_;
  std::vector<std::size_t> emergencies_;
  std::int64_t standing_with_share_ = 0;
};

}  // namespace callwright::routing
