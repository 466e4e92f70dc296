#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "base/id_mint.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "journal/centre.hpp"
#include "journal/fact.hpp"
#include "routing/announcements.hpp"
#include "routing/work.hpp"

namespace callwright::routing {

enum class Errc : int {
  unknown_queue = 1,
  already_waiting,  ///< a contact stands in one queue at a time
  not_waiting,
  unknown_agent,
  agent_not_free,
  out_of_range,
  observed,  ///< the contact, queue or agent is its switch's
};
const std::error_category& category();
inline std::error_code make_error_code(Errc e) { return {static_cast<int>(e), category()}; }

constexpr std::int32_t kRaiseLimit = 100'000;  ///< points that a supervisor may add or take at once

/// What routing may know of a contact at its entry.
struct About {
  std::vector<std::pair<std::string, std::string>> attributes;  ///< names and values that rules ask for
  AgentId last_agent;                                           ///< who talked to this customer last
  AgentId named_agent;                                          ///< whom the contact asks for, unless a rule names another one
  bool hears = false;                                           ///< its switch can play a message to it
  std::optional<Duration> named_hold{};                         ///< how long only he is asked, instead of what the queue says
  std::int32_t callback = 0;                                    ///< the visit is this callback's: no caller waits
  journal::Channel channel = journal::Channel::voice;
  bool back = false;                                            ///< an agent had it already: what a queue does to those who enter is not done to it
};

struct Offer {
  OfferId id;
  ContactId contact;
  AgentId agent;
  SwitchId switch_id;
  std::string device;
  Instant made_at;
  journal::OfferMade made;  ///< its `expires_at` as it stands
  bool claimed = false;     ///< its agent has taken the contact from the others of the group

  /// His phone rings, or should.
  bool rings() const { return claimed || !made.claim; }
};

/// The ACD: who waits, who is free, and who gets whom. Pure.
///
/// Score of a pair: the sum of the terms of docs/routing.md, 64-bit integers; gates are evaluated on the pair. Deciding functions emit facts through
/// the sink, `apply` is the only thing that changes state (journal::FactSink), so folding the facts gives the same engine. Ties end in the documented
/// total order (docs/routing.md): score desc, entered_at, contact id, agent idle_since, agent id. Invariants: of an agent one live offer of a call
/// and one of a written contact, and never more contacts of a channel than his capacity (one that was lowered below what he has takes nothing from
/// him); one live offer per contact, or one group of up to `group_size`; after `match` no pair that passes every gate is left unmatched; a contact
/// whose offer failed keeps its place.
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
  /// Emits VisitStarted. Errors: `Errc`; nothing is emitted then. `entered_at` is the place (earlier than now for an entry credit or a restored
  /// place). A written contact that an agent has is dropped first (`drop_work`); it stands on no switch.
  Result<void> enter(ContactId contact, const SwitchId& switch_id, const QueueId& queue, Instant entered_at, Instant now, journal::FactSink& sink,
                     const About& about = {});
  /// Waiting contacts that their queue sends on now, with what to do; each for `flow`.
  std::vector<ContactId> flows_due(Instant now) const;
  /// Sends it on as its queue says, if it says so now.
  void flow(ContactId contact, Instant now, journal::FactSink& sink, const About& about = {});
  /// The message of its treatment is over; what the treatment says follows (`flows_due`). Nothing if it hears none.
  void hear_out(ContactId contact, journal::FactSink& sink);

  // Announcements
  /// Takes what is to be told to whom by now; with `tell` it is.
  std::vector<Announcements::Beat> take_announcements(Instant now);
  /// What is due by now is not said any more: somebody else has, or nobody can.
  void skip_announcements(Instant now);
  /// What of this can be said to the contact now, in the same order; nothing if it does not wait. Emits CallerTold for what is a new promise.
  std::vector<Spoken> tell(ContactId contact, const std::vector<journal::Say>& what, Instant now, journal::FactSink& sink);

  /// How long this contact would wait, by who is before it for the agents that it needs, and how long they take; none if nobody who could
  /// serve it is signed in, or nothing is known of how long contacts take. The formula: routing/estimate.hpp.
  std::optional<Duration> estimate(ContactId contact, Instant now) const;
  /// The queue takes contacts at this instant, by its hours. An unknown one does not.
  bool is_open(const QueueId& queue, Instant at) const;
  /// The first instant from `at` on at which it does; none if that is more than Hours::kHorizonDays away.
  std::optional<Instant> next_opening(const QueueId& queue, Instant at) const;
  /// The contact leaves its queue: ends its live offer (withdrawn, or `offer_end` if given) and its visit. Abandoned becomes short_abandoned below
  /// the queue's limit.
  void leave(ContactId contact, journal::VisitEnd how, Instant now, journal::FactSink& sink,
             journal::OfferEnd offer_end = journal::OfferEnd::withdrawn);
  /// The agent and the customer talk: offer accepted, visit answered, agent talking; or he has taken a written contact, and works on it: nothing if
  /// it waits and is not offered to him. An offer to somebody else ends `elsewhere`; an agent who talks to a contact that was in no queue talks
  /// without wrap-up and goes back to what he was.
  void answered(ContactId contact, const AgentId& agent, Instant now, journal::FactSink& sink);
  /// The agent of an offer of a group takes the contact, before they talk: the group's other offers end `elsewhere`, nobody joins it, and he has a
  /// `ring_timeout` to answer his phone if it did not ring yet. Nothing if the offer is over, stands alone or is claimed.
  void claim(OfferId offer, Instant now, journal::FactSink& sink, const std::string& by = {});
  /// Ends one offer without an answer: refused and timed_out exclude the agent for that contact (timed_out also makes him not_ready(no_answer) if he
  /// is ready, and the queue's `after_rona` does not let him stay so); the other ends do neither. Of a call he returns to ready, or to the next state
  /// he asked for; one of a written contact leaves his state alone. One that his switch made excludes nobody, and he returns to what his switch says.
  void end_offer(OfferId offer, journal::OfferEnd how, Instant now, journal::FactSink& sink);
  /// The agent's part in a contact he talked in is over: wrap_up (until now + the offer's wrap_up) or, if that is 0, his next state.
  void work_ended(const AgentId& agent, Instant now, journal::FactSink& sink);
  /// The same for a written contact that he works on. When the last one that he has taken is done he is idle again, or signs out if he waited for
  /// that.
  void work_ended(const AgentId& agent, ContactId written, Instant now, journal::FactSink& sink);
  /// He has this written contact no more, without wrap-up; an offer of it is withdrawn. Nothing if he does not have it.
  void drop_work(const AgentId& agent, ContactId written, Instant now, journal::FactSink& sink);

  // Agents
  /// signed_out, not_ready(reason), ready, unreachable; while the agent talks or wraps up it becomes his next state, but an offer to an agent who signs
  /// out or becomes unreachable is withdrawn at once (no exclusion). Written contacts go on beside his state; but who signs out while he has some is
  /// not_ready(signing_out) until the last one is done. held/talking are set by `hold`. Other states and unknown agents: nothing.
  void set_state(const AgentId& agent, journal::AgentState state, const std::string& reason, Instant now, journal::FactSink& sink);
  void hold(const AgentId& agent, bool held, Instant now, journal::FactSink& sink);
  /// By the queue's `wrap_up_extension` at the time of the offer. False: he is in no wrap-up, or has extended it as often as he may.
  bool extend_wrap_up(const AgentId& agent, Instant now, journal::FactSink& sink);
  std::int32_t wrap_up_extensions_left(const AgentId& agent) const;  ///< 0 outside a wrap-up
  void end_wrap_up(const AgentId& agent, Instant now, journal::FactSink& sink);
  /// The same of a written contact.
  bool extend_wrap_up(const AgentId& agent, ContactId written, Instant now, journal::FactSink& sink);
  void end_wrap_up(const AgentId& agent, ContactId written, Instant now, journal::FactSink& sink);

  // What switches do by themselves (observed.cpp)
  /// The contact stands in this observed queue from now on. It must wait nowhere.
  void observe(ContactId contact, const SwitchId& switch_id, const QueueId& queue, Instant now, journal::FactSink& sink);
  /// The switch calls this agent for it, beside those whom it calls already. An offer of another contact that he still has ends `withdrawn`: he has one
  /// phone. 0, and nothing is emitted: the contact stands in no observed queue, the agent is not an observed one or talks, or he is called for it already.
  OfferId observe_offer(ContactId contact, const AgentId& agent, Instant now, IdMint& mint, journal::FactSink& sink);
  /// What its queues say of an observed agent: signed_out, not_ready(reason) or ready. While he rings or talks it is what follows.
  void observe_state(const AgentId& agent, journal::AgentState state, const std::string& reason, Instant now, journal::FactSink& sink);

  // Supervisors. Errors: `Errc`; nothing is emitted then. `by`: who did it.
  /// Errors: `Errc::unknown_queue`. Nothing if it is so already.
  Result<void> set_emergency(const QueueId& queue, bool on, const std::string& by, journal::FactSink& sink);
  Result<void> raise(ContactId contact, std::int32_t points, const std::string& by, journal::FactSink& sink);
  /// Takes it aside: its offer is withdrawn, nobody is asked until `resume`.
  Result<void> park(ContactId contact, const std::string& by, Instant now, journal::FactSink& sink);
  Result<void> resume(ContactId contact, const std::string& by, journal::FactSink& sink);
  /// Whether `pull` could give him one more of this channel on this switch. Errors: `unknown_agent`, `observed`, `agent_not_free`.
  Result<void> free_for(const AgentId& agent, journal::Channel channel, const SwitchId& at) const;
  /// Offers it to this agent now, past membership, skills, exclusions and holds. He must be signed in, ready, with room for one more of its channel
  /// and, for a call, a free device on a switch that is up. An offer to somebody else is withdrawn; a parked contact is resumed. One of the group
  /// that is asked already has it as by `claim`.
  Result<void> pull(ContactId contact, const AgentId& agent, const std::string& by, Instant now, IdMint& mint, journal::FactSink& sink);
  /// Into another queue, with its place.
  Result<void> move(ContactId contact, const QueueId& queue, Instant now, journal::FactSink& sink, const About& about = {});

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
    OfferId offer;           ///< the first live one, or 0
    std::int64_t boost = 0;  ///< points
    bool parked = false;
    bool treated = false;  ///< hears the message of a treatment
    std::int32_t callback = 0;  ///< whose visit it is
    bool observed = false;      ///< its switch routes it
  };
  struct Emergency {
    Instant since;
    std::string by;
  };
  /// A written contact that an agent has.
  struct WorkStatus {
    ContactId contact;
    journal::Channel channel{};
    journal::WorkState state{};
    Instant since;
    Instant until;
    std::int32_t wrap_up_extensions_left = 0;  ///< 0 outside a wrap-up
  };
  struct AgentStatus {
    AgentId agent;
    journal::AgentStateChanged state;  ///< the last one
    Instant since;
    OfferId offer;      ///< of a call
    ContactId contact;  ///< reserved for, talking to or wrapping up: a call
    std::vector<WorkStatus> works;  ///< in the order in which they were offered
  };
  const Offer* offer(OfferId id) const;
  const Offer* offer_of(ContactId contact) const;  ///< the first of its live ones
  std::vector<const Offer*> offers_of(ContactId contact) const;
  const Offer* offer_to(const AgentId& agent) const;  ///< of a call
  std::optional<Waiting> waiting(ContactId contact) const;
  std::optional<Emergency> emergency(const QueueId& queue) const;  ///< none: it is in none
  std::optional<Instant> next_hours_change(const QueueId& queue, Instant at) const;
  std::vector<Waiting> waiting_in(const QueueId& queue) const;  ///< by place
  std::optional<AgentStatus> agent(const AgentId& agent) const;
  std::int64_t decisions() const;

  /// What matching has examined so far, for tests and figures.
  const Work& work() const;
  ClassCount classes() const;

  /// What a checkpoint must keep of what was counted (decisions and marks).
  void carry(journal::Carried& carried) const;

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
