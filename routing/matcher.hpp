#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "base/instant.hpp"
#include "routing/agents.hpp"
#include "routing/classes.hpp"
#include "routing/queues.hpp"
#include "routing/selector.hpp"
#include "routing/visits.hpp"
#include "routing/work.hpp"

namespace callwright::routing {

/// Who stands where, who is idle, and which pair comes next: the engine below its facts. Numbers only; once warm, nothing here
/// allocates for a contact that arrives, a decision, or an agent who comes and goes.
///
/// Whoever changes an agent does it through `change_agent`; whoever changes a waiting visit, its offers too, takes it out of its class (`unstand`)
/// and puts it back (`stand`).
struct Matcher {
  Matcher() : agents(queues), classes(agents, queues), selector(agents, queues, classes, visits, work) {}

  Queues queues;
  Agents agents;
  Classes classes;
  Visits visits;
  Work work;
  Selector selector;

  /// Takes queues, agents and rates; visits stand anew.
  void configure(const journal::Centre& centre, Instant at);
  template <class Change>
  void change_agent(std::size_t index, Instant at, Change change);

  /// Puts a waiting visit where it belongs at this moment: it stood nowhere.
  void stand(ContactId id, Contact& contact, Instant at);
  void unstand(ContactId id, Visit& visit);
  /// It has no offer, or a group with room for one more.
  bool takes_offers(const Visit& visit) const;
  /// Something changed that may change who may have it.
  void stand_again(ContactId id, Instant at);

  /// Looks at what may match now: the open classes. `decision`: the number of the next one.
  void begin_match(std::int64_t decision, Instant now);
  /// The best pair that is left, with its whole score. Whoever takes it changes visit and agent before he asks again.
  std::optional<Pair> next_pair(std::int64_t decision, Instant now);

 private:
  void follow_favours(std::size_t agent, const AgentGates& before, Instant at);
  std::int64_t queue_points(std::size_t queue) const { return queues.target(queue) + queues.balance(queue); }
  bool still_there(const Pair& pair) const;

  std::vector<Pair> bests_;  ///< of each open class, without what its queue adds as a whole
  std::int64_t asked_ = 0;   ///< the decision for which moving ones were worked out
};

template <class Change>
void Matcher::change_agent(std::size_t index, Instant at, Change change) {
  const AgentGates before = agents.gates(index);
  classes.agent_goes(index);
  change(agents[index]);
  agents.refresh(index);
  classes.agent_comes(index);
  if (agents.gates(index) != before) follow_favours(index, before, at);
}

}  // namespace callwright::routing
