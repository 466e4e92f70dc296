#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "journal/fact.hpp"
#include "routing/agents.hpp"
#include "routing/classes.hpp"
#include "routing/decision.hpp"
#include "routing/visits.hpp"
#include "routing/work.hpp"

namespace callwright::routing {

/// Finds the best pair: in one class, and for one visit with the account that a decision keeps. Reads only, but for the
/// ranking that a class may begin to keep.
class Selector {
 public:
  Selector(const Agents& agents, const Queues& queues, Classes& classes, const Visits& visits, Work& work)
      : agents_(agents), queues_(queues), classes_(classes), visits_(visits), work_(work) {}

  /// The best pair of the class by the total order, without the terms of its queue as a whole. False: no pair passes.
  /// `decision`: the number that an offer of it would get.
  bool best_pair(std::size_t class_index, std::int64_t decision, Instant now, Pair& best);

  /// How many agents passed each gate for this visit, and the best three with their terms; or only `pulled`, if there is one.
  const Decision& account(ContactId id, const Contact& contact, std::int64_t decision, Instant now, std::optional<std::size_t> pulled);

  /// Somebody is there for whom this visit is held.
  bool is_held(const Contact& contact, Instant now) const;
  /// The visit is held for this agent (he passes member, signed_in, skills, not_excluded).
  bool holds(const Contact& contact, const Favoured& favour, Instant now) const;
  /// Points of the seed of lots.
  void seed(std::int64_t seed) { seed_ = seed; }

 private:
  /// Fills `ranking_` with the idle fit agents of the class; the best `at_least` of them stand first, in order.
  void take_ranking(RequirementClass& one, std::size_t at_least, std::int64_t decision);
  void keep(const AgentKey& key, std::size_t at_least);
  std::size_t score_roster(Roster& roster, const RequirementClass& one, std::size_t at_least, std::int64_t decision);
  std::size_t score_bitmaps(const RequirementClass& one, std::size_t at_least, std::int64_t decision);
  /// The agent's key with what this decision adds.
  AgentKey key_of(const RequirementClass& one, std::size_t agent, std::int64_t decision) const;
  void count_gates(const Contact& contact, Instant now);
  void find_best(ContactId id, const Contact& contact, std::int64_t decision, Instant now);
  void add_terms(Decision::Ranked& ranked, const Contact& contact, std::int64_t decision, Instant now) const;
  /// Milli-points of the strategy's term that moves with decisions; 0 in other strategies.
  std::int64_t moving_points(const RequirementClass& one, const Agent& agent, std::int64_t decision) const;
  /// The same among its visits without an offer, or among those whose groups may grow.
  bool best_pair(RequirementClass& one, bool joins, std::int64_t decision, Instant now, Pair& best);
  bool best_favour(const RequirementClass& one, bool joins, std::int64_t decision, Instant now, Pair& best);

  const Agents& agents_;
  const Queues& queues_;
  Classes& classes_;
  const Visits& visits_;
  Work& work_;
  std::int64_t seed_ = 0;
  std::vector<AgentKey> ranking_;
  Decision decision_;
  std::vector<AgentKey> candidates_;

  // `ranking_` holds for this class while nobody changes; asking again for the account of a decision costs nothing then.
  struct Taken {
    std::uint64_t serial = 0;
    std::uint64_t stamp = 0;
    std::int64_t decision = 0;
    std::size_t at_least = 0;
    bool operator==(const Taken&) const = default;
  } taken_;
};

}  // namespace callwright::routing
