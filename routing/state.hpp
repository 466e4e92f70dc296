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
  State() : agents(queues), classes(agents, queues), selector(agents, queues, classes, visits, work) {}

  // Folded: `agents` (their live part), `queues` (their marks), `visits`, `offers`, `timers`, `decisions`. The indexes in `agents` and `classes`
  // follow.
  Queues queues;
  Agents agents;
  Classes classes;
  Visits visits;
  std::unordered_map<OfferId, Offer> offers;
  Timers timers;
  std::int64_t decisions = 0;
  std::int64_t counted_seq = 0;  ///< facts up to this one stand in the marks that a checkpoint carried
  Instant last_at;               ///< of the facts; exclusions that ended by then are forgotten

  // Not folded.
  std::map<SwitchId, Instant> held_until;  ///< switches that nobody hears, and how long their offers wait for them
  bool paused = false;
  Instant woken;    ///< exclusions that ended until then have been looked at
  Instant matched;  ///< of the last match that was not paused
  Work work;
  Selector selector;
  std::vector<Pair> bests;  ///< of the match at hand

  // fold.cpp
  void fold(const journal::Fact& fact);
  void take_marks(const journal::Carried& carried);
  bool counts(const journal::Fact& fact) const { return fact.seq == 0 || fact.seq > counted_seq; }
  void stand(ContactId id, Contact& contact, Instant at);
  void unstand(ContactId id, Visit& visit);
  void stand_again(ContactId id, Instant at);
  void start_visit(ContactId id, const journal::VisitStarted& started);
  void change_visit(ContactId id, const journal::VisitChanged& changed);
  void end_visit(const journal::Fact& fact, const journal::VisitEnded& ended);
  void drop_visit(ContactId id);
  void set_step_timer(ContactId id, const Visit& visit);
  void make_offer(const journal::Fact& fact, const journal::OfferMade& made);
  void end_offer(ContactId id, const journal::OfferEnded& ended);
  void follow_favours(std::size_t agent, bool was_idle, bool was_in);
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
  void step(ContactId id, journal::FactSink& sink);
  Instant due_at(const Timers::Timer& timer) const;
  std::optional<Timers::Timer> next_timer() const;
  void match(Instant now, IdMint& mint, journal::FactSink& sink);
  /// Offers the contact to the agent; `pulled_by`: a supervisor chose him.
  void offer(ContactId id, std::size_t agent, const std::string& pulled_by, Instant now, IdMint& mint, journal::FactSink& sink);

  // checks.cpp
  std::uint64_t digest() const;
  std::vector<std::string> violations() const;
};

/// Of a class or a visit's queue as a whole, milli-points.
inline std::int64_t queue_points(const Queues& queues, std::size_t queue) { return queues.target(queue) + queues.balance(queue); }

/// The fact that follows work or an offer: the next state that the agent asked for; ready unless he did.
journal::AgentStateChanged next_state_of(const Agent& agent, Instant idle_since);

template <class Change>
void Engine::State::change_agent(std::size_t index, Change change) {
  const bool was_idle = agents.idle().test(index);
  const bool was_in = agents[index].signed_in();
  classes.agent_goes(index);
  change(agents[index]);
  agents.refresh(index);
  classes.agent_comes(index);
  follow_favours(index, was_idle, was_in);
}

}  // namespace callwright::routing
