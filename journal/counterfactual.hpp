#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "journal/centre.hpp"
#include "journal/fact.hpp"

/// What would have given a contact to somebody else: the answer to "why not him?", worked out from a decision's own terms.
namespace callwright::journal {

/// Of what the terms are made, as far as it is known. What is not (0, or not in the list), or cannot have made the terms of this decision, is told in
/// points alone.
struct Rates {
  std::vector<Requirement> requirements;  ///< of the contact at the decision
  std::int32_t idle_per_minute = 0;
  std::int32_t resolution_weight = 0;
  std::int32_t satisfaction_weight = 0;

  static Rates of(const Queue& queue) { return {queue.requirements, queue.idle_per_minute, queue.resolution_weight, queue.satisfaction_weight}; }
};

/// One change that alone would have been enough.
struct Way {
  TermKind kind{};
  SkillId skill;            ///< of skill and customer_value
  std::int64_t points = 0;  ///< milli-points more in this term, the least that its unit allows
  std::int32_t from = 0;    ///< what he had and what he would have needed: a level, a rank, a per cent; both 0: not known
  std::int32_t to = 0;
  Duration longer{};  ///< of idle: how much longer he should have been idle; 0: not known
  bool operator==(const Way&) const = default;
};

struct Counterfactual {
  AgentId agent;
  std::int64_t missing = 0;  ///< milli-points by which the chosen one was ahead; 0: the order of ties decided
  std::vector<Way> ways;     ///< the smallest change in points first; each is within the limits of its kind
  bool operator==(const Counterfactual&) const = default;
};

/// For `agent`, or for the second best if that is empty. None: he was chosen, or is not among the candidates that the decision keeps, or a supervisor
/// chose. A change counts as enough if it puts him ahead, not only level. Terms that no setting of an agent alone changes (age, priority, the shares
/// of a strategy) are no ways.
std::optional<Counterfactual> counterfactual(const OfferMade& made, const Rates& rates, const AgentId& agent = {});

}  // namespace callwright::journal
