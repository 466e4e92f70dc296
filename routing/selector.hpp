#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "journal/fact.hpp"
#include "routing/agents.hpp"
#include "routing/classes.hpp"
#include "routing/visits.hpp"
#include "routing/work.hpp"

namespace callwright::routing {

/// Finds the best pair: in one class, and for one visit with the account that a decision keeps. Reads only, but for the
/// ranking that a class may begin to keep.
class Selector {
 public:
  Selector(const Agents& agents, Classes& classes, const Visits& visits, Work& work)
      : agents_(agents), classes_(classes), visits_(visits), work_(work) {}

  /// The best pair of the class by the total order; none if no pair passes.
  std::optional<Pair> best_pair(std::size_t class_index, Instant now);

  /// How many agents passed each gate for this visit.
  std::vector<journal::GateCount> gates(const Contact& contact, Instant now);
  /// The best three agents for this visit, with their terms.
  std::vector<journal::Candidate> best_three(const Contact& contact, Instant now);

 private:
  /// Fills `ranking_` with the idle fit agents of the class; the best `at_least` of them stand first, in order.
  void take_ranking(RequirementClass& one, std::size_t at_least);

  const Agents& agents_;
  Classes& classes_;
  const Visits& visits_;
  Work& work_;
  std::vector<AgentKey> ranking_;
};

}  // namespace callwright::routing
