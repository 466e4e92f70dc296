#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "journal/centre.hpp"
#include "journal/fact.hpp"
#include "routing/agents.hpp"
#include "routing/classes.hpp"
#include "routing/engine.hpp"
#include "routing/selector.hpp"
#include "routing/timers.hpp"
#include "routing/visits.hpp"

namespace callwright::routing {

/// Everything the engine holds. `fold.cpp` changes it fact by fact, `contacts.cpp`, `people.cpp` and `matching.cpp` decide and emit,
/// `checks.cpp` has digest and invariants.
struct Engine::State {
  State() : classes(agents), selector(agents, classes, visits, work) {}

  // Folded: `agents` (their live part), `visits`, `offers`, `timers`, `decisions`. The indexes in `agents` and `classes` follow.
  Agents agents;
  Classes classes;
  Visits visits;
  std::unordered_map<OfferId, Offer> offers;
  Timers timers;
  std::int64_t decisions = 0;
  Instant last_at;  ///< of the facts; exclusions that ended by then are forgotten

  // Not folded.
  std::unordered_map<QueueId, journal::Queue> queues;
  std::map<SwitchId, Instant> held_until;  ///< switches that nobody hears, and how long their offers wait for them
  bool paused = false;
  Instant woken;    ///< exclusions that ended until then have been looked at
  Instant matched;  ///< of the last match that was not paused
  Work work;
  Selector selector;

  // fold.cpp
  void fold(const journal::Fact& fact);
  void put_into_class(ContactId id, Visit& visit);
  void take_from_class(Visit& visit);
  void start_visit(ContactId id, const journal::VisitStarted& fact);
  void end_visit(ContactId id);
  void make_offer(const journal::Fact& fact, const journal::OfferMade& made);
  void end_offer(ContactId id, const journal::OfferEnded& ended);
  void change_state(const journal::Fact& fact, const journal::AgentStateChanged& changed);
  void configure(const journal::Centre& centre);
  template <class Change>
  void change_agent(std::size_t index, Change change);

  // people.cpp
  void end_work(const Agent& agent, Instant now, journal::FactSink& sink);
  void return_from_offer(const AgentId& id, ContactId contact, Instant now, journal::FactSink& sink);
  void set_state(const AgentId& id, journal::AgentState wanted, const std::string& reason, Instant now, journal::FactSink& sink);

  // matching.cpp
  void wake(Instant now);
  Instant due_at(const Timers::Timer& timer) const;
  std::optional<Timers::Timer> next_timer() const;
  void match(Instant now, IdMint& mint, journal::FactSink& sink);
  void offer(const Pair& pair, Instant now, IdMint& mint, journal::FactSink& sink);

  // checks.cpp
  std::uint64_t digest() const;
  std::vector<std::string> violations() const;
};

/// The fact that follows work or an offer: the next state that the agent asked for; ready unless he did.
journal::AgentStateChanged next_state_of(const Agent& agent, Instant idle_since);

template <class Change>
void Engine::State::change_agent(std::size_t index, Change change) {
  if (agents.idle().test(index)) classes.agent_goes(index);
  change(agents[index]);
  agents.refresh(index);
  if (agents.idle().test(index)) classes.agent_comes(index);
}

}  // namespace callwright::routing
