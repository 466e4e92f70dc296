#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/id.hpp"
#include "base/id_mint.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "journal/centre.hpp"
#include "journal/fact.hpp"

namespace callwright::routing {

struct Offer {
  OfferId id;
  ContactId contact;
  AgentId agent;
  SwitchId switch_id;
  std::string device;
  Instant made_at;
  journal::OfferMade made;
};

/// The ACD: who waits, who is free, and who gets whom. Pure.
///
/// Score of a pair = sum of weight x level + rank + customer value + priority + age credit + idle credit, 64-bit integers;
/// gates are evaluated on the pair. Deciding functions emit facts through the sink, `apply` is the only thing that changes
/// state (journal::FactSink), so folding the facts gives the same engine. Ties end in the documented total order
/// (docs/routing.md): score desc, entered_at, contact id, agent idle_since, agent id.
/// Invariants: one live offer per agent (voice); one live offer per contact; after `match` no pair that passes every gate is
/// left unmatched; a contact whose offer failed keeps its place.
class Engine {
 public:
  void apply(const journal::Fact& fact);

  /// Takes the queues, agents and skills of a new centre document. Agents that are new start signed out (no fact needed);
  /// contacts waiting keep the requirements they entered with.
  void configure(const journal::Centre& centre);

  // Contacts
  /// Emits VisitStarted. `entered_at` is the place (earlier than now for an entry credit or a restored place).
  Result<void> enter(ContactId contact, const SwitchId& switch_id, const QueueId& queue, Instant entered_at, Instant now, journal::FactSink& sink);
  /// The contact leaves its queue: ends its live offer (withdrawn, or `offer_end` if given) and its visit. Abandoned becomes short_abandoned below the queue's limit.
  void leave(ContactId contact, journal::VisitEnd how, Instant now, journal::FactSink& sink, journal::OfferEnd offer_end = journal::OfferEnd::withdrawn);
  /// The offered agent and the customer talk: offer accepted, visit answered, agent talking.
  void answered(ContactId contact, const AgentId& agent, Instant now, journal::FactSink& sink);
  /// Ends one offer without an answer: refused and timed_out exclude the agent for that contact (timed_out also makes him
  /// not_ready(no_answer)); lost does neither and returns the agent to ready.
  void end_offer(OfferId offer, journal::OfferEnd how, Instant now, journal::FactSink& sink);
  /// The agent's part in a contact he talked in is over: wrap_up (until now + the offer's wrap_up) or, if that is 0, his next state.
  void work_ended(const AgentId& agent, Instant now, journal::FactSink& sink);

  // Agents
  /// signed_out, not_ready(reason), ready; while the agent works it becomes his next state. held/talking are set by `hold`.
  void set_state(const AgentId& agent, journal::AgentState state, const std::string& reason, Instant now, journal::FactSink& sink);
  void hold(const AgentId& agent, bool held, Instant now, journal::FactSink& sink);
  void extend_wrap_up(const AgentId& agent, Duration by, Instant now, journal::FactSink& sink);
  void end_wrap_up(const AgentId& agent, Instant now, journal::FactSink& sink);
  /// Not folded, told again after a restart: a device that is in use or unreachable is no candidate; a switch whose link is down neither.
  void device_state(const SwitchId& switch_id, const std::string& device, bool busy, bool reachable);
  void switch_state(const SwitchId& switch_id, bool up);
  /// While paused (drain, full store) `match` makes no offers.
  void pause(bool paused);

  /// Offers until no pair that passes every gate is left. The core calls it last in every step.
  void match(Instant now, IdMint& mint, journal::FactSink& sink);
  /// Ends what is due at `now`: offers (timed_out), wrap-ups, exclusions.
  void expire(Instant now, journal::FactSink& sink);
  std::optional<Instant> next_due() const;

  // Reading
  struct Waiting {
    ContactId contact;
    QueueId queue;
    std::int32_t visit = 0;
    Instant entered_at;
    OfferId offer;  ///< live, or 0
  };
  struct AgentStatus {
    AgentId agent;
    journal::AgentStateChanged state;  ///< the last one
    Instant since;
    OfferId offer;
    ContactId contact;  ///< reserved for, talking to or wrapping up
  };
  const Offer* offer(OfferId id) const;
  const Offer* offer_of(ContactId contact) const;
  const Offer* offer_to(const AgentId& agent) const;
  std::optional<Waiting> waiting(ContactId contact) const;
  std::vector<Waiting> waiting_in(const QueueId& queue) const;  ///< by place
  std::optional<AgentStatus> agent(const AgentId& agent) const;
  std::int64_t decisions() const;

  std::uint64_t digest() const;
  std::vector<std::string> violations() const;

 private:
  // Implementation owner: choose the members.
};

}  // namespace callwright::routing
