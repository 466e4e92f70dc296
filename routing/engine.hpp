#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "base/id.hpp"
#include "base/id_mint.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "journal/centre.hpp"
#include "journal/fact.hpp"
#include "routing/work.hpp"

namespace callwright::routing {

enum class Errc : int {
  unknown_queue = 1,
  already_waiting,  ///< a contact stands in one queue at a time
};
const std::error_category& category();
inline std::error_code make_error_code(Errc e) { return {static_cast<int>(e), category()}; }

constexpr Duration kWrapUpExtension = std::chrono::seconds(60);
constexpr std::int32_t kWrapUpExtensions = 2;

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
  Engine();
  ~Engine();
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;

  void apply(const journal::Fact& fact);

  /// Takes the queues, agents and skills of a new centre document. Agents that are new start signed out (no fact needed);
  /// contacts waiting keep the requirements they entered with.
  void configure(const journal::Centre& centre);

  // Contacts
  /// Emits VisitStarted. Errors: `Errc`; nothing is emitted then. `entered_at` is the place (earlier than now for an entry credit or a restored place).
  Result<void> enter(ContactId contact, const SwitchId& switch_id, const QueueId& queue, Instant entered_at, Instant now, journal::FactSink& sink);
  /// The contact leaves its queue: ends its live offer (withdrawn, or `offer_end` if given) and its visit. Abandoned becomes short_abandoned below the queue's limit.
  void leave(ContactId contact, journal::VisitEnd how, Instant now, journal::FactSink& sink, journal::OfferEnd offer_end = journal::OfferEnd::withdrawn);
  /// The agent and the customer talk: offer accepted, visit answered, agent talking. An offer to somebody else ends `elsewhere`; an agent who
  /// talks to a contact that was in no queue talks without wrap-up and goes back to what he was.
  void answered(ContactId contact, const AgentId& agent, Instant now, journal::FactSink& sink);
  /// Ends one offer without an answer: refused and timed_out exclude the agent for that contact (timed_out also makes him
  /// not_ready(no_answer)); the other ends do neither and return the agent to ready, or to the next state he asked for.
  void end_offer(OfferId offer, journal::OfferEnd how, Instant now, journal::FactSink& sink);
  /// The agent's part in a contact he talked in is over: wrap_up (until now + the offer's wrap_up) or, if that is 0, his next state.
  void work_ended(const AgentId& agent, Instant now, journal::FactSink& sink);

  // Agents
  /// signed_out, not_ready(reason), ready, unreachable; while the agent works it becomes his next state, but an offer to an agent who signs
  /// out or becomes unreachable is withdrawn at once (no exclusion). held/talking are set by `hold`. Other states and unknown agents: nothing.
  void set_state(const AgentId& agent, journal::AgentState state, const std::string& reason, Instant now, journal::FactSink& sink);
  void hold(const AgentId& agent, bool held, Instant now, journal::FactSink& sink);
  /// By `kWrapUpExtension`. False: he is in no wrap-up, or has extended it `kWrapUpExtensions` times.
  bool extend_wrap_up(const AgentId& agent, Instant now, journal::FactSink& sink);
  std::int32_t wrap_up_extensions_left(const AgentId& agent) const;  ///< 0 outside a wrap-up
  void end_wrap_up(const AgentId& agent, Instant now, journal::FactSink& sink);
  /// The contact in which he works is known to nobody (a full disk took it from the journal): his next state, without wrap-up.
  void let_go(const AgentId& agent, Instant now, journal::FactSink& sink);
  /// Not folded, told again after a restart: a device that is in use or unreachable is no candidate; a switch whose link is down neither.
  /// Until told, a device is free and reachable, a switch is down.
  void device_state(const SwitchId& switch_id, const std::string& device, bool busy, bool reachable);
  void switch_state(const SwitchId& switch_id, bool up);
  /// Nobody hears this switch: its offers do not time out before it is up again or `until` has come. Who is still held then ends `lost`, for
  /// nobody knows whether his phone rang. A switch that did not come up since keeps the first limit.
  void hold_offers(const SwitchId& switch_id, Instant until);
  /// While paused (drain) `match` makes no offers.
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

  /// What matching has examined so far, for tests and figures.
  const Work& work() const;
  ClassCount classes() const;

  /// Over the folded state only.
  std::uint64_t digest() const;
  /// Invariants that do not hold, in words. To be asked between steps.
  std::vector<std::string> violations() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace callwright::routing

template <>
struct std::is_error_code_enum<callwright::routing::Errc> : std::true_type {};
