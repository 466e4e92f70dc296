#pragma once
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "journal/centre.hpp"
#include "journal/fact.hpp"
#include "routing/engine.hpp"
#include "routing/matcher.hpp"
#include "routing/timers.hpp"

namespace callwright::routing {

/// Everything the engine holds. `fold.cpp` changes it fact by fact, `contacts.cpp`, `people.cpp` and `matching.cpp` decide and emit,
/// `checks.cpp` has digest and invariants.
struct Engine::State : Matcher {
  // Folded: of the matcher `agents` (their live part), `queues` (their marks) and `visits`; `offers`, `timers`, `decisions`. Classes follow.
  std::unordered_map<OfferId, Offer> offers;
  Timers timers;
  std::int64_t decisions = 0;
  /// Who has heard a treatment's message and waits still; and when that of `closed` was over, 0 if he has not heard it.
  std::map<ContactId, Instant> heard;
  std::int64_t counted_seq = 0;  ///< facts up to this one stand in the marks that a checkpoint carried
  Instant last_at;               ///< of the facts; exclusions that ended by then are forgotten

  // Not folded.
  Announcements announcements;
  std::map<SwitchId, Instant> held_until;  ///< switches that nobody hears, and how long their offers wait for them
  bool paused = false;
  Instant woken;    ///< exclusions that ended until then have been looked at
  Instant matched;  ///< of the last match that was not paused

  // fold.cpp
  void fold(const journal::Fact& fact);
  void take_marks(const journal::Carried& carried);
  bool counts(const journal::Fact& fact) const { return fact.seq == 0 || fact.seq > counted_seq; }
  void start_visit(ContactId id, const journal::VisitStarted& started);
  void change_visit(ContactId id, const journal::VisitChanged& changed);
  void end_visit(const journal::Fact& fact, const journal::VisitEnded& ended);
  void drop_visit(ContactId id);
  void treat_visit(ContactId id, const journal::VisitTreated& treated);
  void hear_visit(const journal::Fact& fact);
  void tell_caller(const journal::Fact& fact, const journal::CallerTold& told);
  void start_announcements(ContactId id, const Visit& visit, Instant now);
  void set_step_timer(ContactId id, const Visit& visit);
  void make_offer(const journal::Fact& fact, const journal::OfferMade& made);
  void claim_offer(ContactId id, const journal::OfferClaimed& claimed);
  void end_offer(const journal::Fact& fact, ContactId id, const journal::OfferEnded& ended);
  void prolong_offer(OfferId id, Instant until);
  void change_state(const journal::Fact& fact, const journal::AgentStateChanged& changed);
  void change_work(const journal::Fact& fact, const journal::WorkChanged& changed);
  void erase_work(Agent& agent, ContactId written);
  void forget_work(const journal::Fact& fact, std::size_t index, ContactId written);
  void configure(const journal::Centre& centre);
  /// What holds at this moment: of the facts, and of the wake-ups since.
  Instant present() const { return std::max(last_at, woken); }
  template <class Change>
  void change_agent(std::size_t index, Change change) {
    Matcher::change_agent(index, present(), change);
  }
  /// The same, and what he spent his time on so far is counted.
  template <class Change>
  void change_agent(const journal::Fact& fact, std::size_t index, Change change) {
    change_agent(index, [&](Agent& agent) {
      const Spent before = agent.spends();
      change(agent);
      if (counts(fact)) agent.marks.count(before, agent.spends(), fact.at);
    });
  }

  // contacts.cpp
  void enter(ContactId id, journal::Channel channel, const SwitchId& switch_id, const QueueId& queue, Instant place, Instant now,
             journal::FactSink& sink, const About& about);
  void take_back(const Offer& ending, const journal::OfferEnded& ended, journal::FactSink& sink);

  // people.cpp
  void end_work(const Agent& agent, Instant now, journal::FactSink& sink);
  void return_from_offer(const AgentId& id, ContactId contact, Instant now, journal::FactSink& sink);
  void finish_work(const AgentId& id, ContactId written, Instant now, journal::FactSink& sink);
  /// None: he does not have it in this state.
  const WorkInHand* work_of(const AgentId& id, ContactId written, journal::WorkState state) const;
  void set_state(const AgentId& id, journal::AgentState wanted, const std::string& reason, Instant now, journal::FactSink& sink);

  // supervision.cpp
  Result<const Contact*> steered(ContactId id) const;

  // matching.cpp
  void wake(Instant now);
  void step(ContactId id, journal::FactSink& sink);
  Instant due_at(const Timers::Timer& timer) const;
  std::optional<Timers::Timer> next_timer() const;
  void match(Instant now, IdMint& mint, journal::FactSink& sink);
  /// Offers the contact to the agent; `pulled_by`: a supervisor chose him.
  void offer(ContactId id, std::size_t agent, const std::string& pulled_by, Instant now, IdMint& mint, journal::FactSink& sink);

  // flows.cpp
  struct Flow {
    journal::VisitEnd how{};
    QueueId to;  ///< empty: released
    bool keeps_place = true;
    std::optional<journal::TreatedFor> why;  ///< by a treatment
    bool message = false;                    ///< which he hears first
    bool hang_up = false;
  };
  std::optional<Flow> flow_of(ContactId id, bool entering, bool hears, Instant now) const;
  void follow_flows(ContactId id, bool entering, Instant now, journal::FactSink& sink, const About& about);
  void start(ContactId id, journal::Channel channel, const SwitchId& switch_id, std::size_t queue, Instant place, Instant now,
             journal::FactSink& sink, const About& about);
  void say_estimate(ContactId id, Instant now, journal::FactSink& sink);
  bool anybody_for(std::size_t class_index) const;
  std::optional<Instant> next_flow(Instant after) const;

  // checks.cpp
  std::uint64_t digest() const;
  std::vector<std::string> violations() const;
};

/// The fact that follows work or an offer: the next state that the agent asked for; ready unless he did.
journal::AgentStateChanged next_state_of(const Agent& agent, Instant idle_since);
/// He signs out when the last written contact that he has taken is done.
bool is_signing_out(const journal::AgentStateChanged& state);

}  // namespace callwright::routing
