#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "journal/centre.hpp"

/// The facts: every durable thing that the core can conclude, as plain values.
///
/// A fact says what happened, in the past tense, with every value that a later fold needs: folding all facts in the order of
/// `seq` gives the live state, without configuration, clock or switch. Facts are never changed; a new kind gets a new
/// number in `Kind`, a released struct only gains fields. Fields marked "personal" are stored apart, encrypted under the
/// contact's key (journal/wire), so that erasing a person means deleting keys.
namespace callwright::journal {

// --- words that several facts share -----------------------------------------------------------------------------------

enum class Direction : std::uint8_t { inbound = 1, outbound, internal };

/// How a contact came to be known.
enum class OpenedBy : std::uint8_t {
  arrival = 1,  ///< a call came in while we watched
  found,        ///< a snapshot showed a call nobody had told us about
  api,          ///< somebody asked for it
};

/// What a leg is to the contact. `hidden`: one half of a Local/loopback pair, contracted away, never shown or counted.
enum class LegRole : std::uint8_t { customer = 1, agent, other, hidden };

/// ECMA-269 connection states, with `unknown` for what a gap hid. `failed`: the attempt came to nothing (busy, congestion) and the leg
/// is still there. Only `ended` is terminal.
enum class LegState : std::uint8_t { initiated = 1, dialing, alerting, early, queued, connected, held, unknown, ended, failed };

/// Why a leg or contact ended, normalised; the table of Q.850 and SIP codes is cti/model/cause.hpp.
enum class Cause : std::uint8_t {
  normal = 1, busy, no_answer, caller_cancel, elsewhere, rejected, unreachable, bad_number, congestion, transferred,
  not_allowed, media, timeout, switch_lost, lost, unknown,
};

enum class EndedBy : std::uint8_t { unknown = 1, customer, agent, us, network };

/// Why a switch sent a call on before it was answered (RFC 5806, ECMA-269).
enum class DivertReason : std::uint8_t { unknown = 1, unconditional, busy, no_answer, unavailable, deflected };

enum class TransferKind : std::uint8_t {
  blind = 1,    ///< to a number, nobody asked there
  attended,     ///< to who was consulted before
  single_step,  ///< to a device that takes the transferor's place at once
};

enum class RecordingState : std::uint8_t { recording = 1, paused, stopped, failed };

/// How sure we are about whose contact it is.
enum class Match : std::uint8_t {
  none = 1,  ///< nobody has this identity: blank card, attached later
  known,     ///< exactly one customer
  maybe,     ///< several: the agent chooses
  chosen,    ///< a person attached the customer
};

/// How a visit to a queue ended. The identity of docs/metrics.md counts these.
enum class VisitEnd : std::uint8_t {
  answered = 1, abandoned, short_abandoned, callback_requested, flow_overflow, flow_transfer, flow_closed, flow_supervisor, lost,
};

/// Who wanted a callback.
enum class CallbackBy : std::uint8_t {
  caller = 1,  ///< the customer himself, by a key, an IVR or a web page
  agent,       ///< who talked to him
  rule,        ///< the queue's recall of those who gave up
  desk,        ///< somebody over REST, without a call
};

/// How an owed callback ended. Counted in docs/metrics.md: asked = all of these + owed.
enum class CallbackEnd : std::uint8_t {
  done = 1,      ///< they talked
  failed,        ///< not reached, as often as was allowed
  cancelled,     ///< by a person
  expired,       ///< nobody could call in time
  called_again,  ///< the customer called himself
};

enum class OfferEnd : std::uint8_t {
  accepted = 1,
  refused,    ///< the agent declined, or the device was busy
  timed_out,  ///< RONA
  withdrawn,  ///< the contact went away
  elsewhere,  ///< another offer of the group was accepted
  lost,       ///< the leg vanished in a gap or restart: no penalty
};

enum class AgentState : std::uint8_t {
  signed_out = 1, not_ready, ready, reserved, talking, held, wrap_up, unreachable,
};

/// What an agent has to do with a written contact, beside his own state.
enum class WorkState : std::uint8_t {
  reserved = 1,  ///< it is offered to him
  working,
  wrap_up,
  done,          ///< he has it no more
};

enum class SegmentKind : std::uint8_t { ring = 1, talk, hold, wrap_up };

enum class ContactOutcome : std::uint8_t {
  answered = 1, abandoned, short_abandoned,
  released,  ///< handed to the switch's own fallback
  lost,      ///< the switch or the link lost it
  failed,    ///< never reached a queue (unknown number, refused)
  handed_over,  ///< left our hands before anybody is known to have answered: what became of him is assumed
};

/// Gates that a (contact, agent) pair must pass, in the order of their counting (docs/routing.md), not of their numbers.
enum class Gate : std::uint8_t { member = 1, signed_in, ready, device_free, skills, not_excluded, switch_up, not_held, capacity };

/// Terms of the score. Numbers on disk; shown in the order of docs/routing.md.
enum class TermKind : std::uint8_t {
  skill = 1, rank, customer_value, priority, age, idle,
  boost, target, balance, last_agent, named_agent, resolution, satisfaction, occupancy, turn, quota, lot, load,
};

struct GateCount {
  Gate gate{};
  std::int32_t left = 0;  ///< agents that passed this gate and all before it
  bool operator==(const GateCount&) const = default;
};
struct Term {
  TermKind kind{};
  SkillId skill;  ///< for `skill` and `customer_value`
  std::int64_t points = 0;  ///< milli-points (docs/routing.md)
  bool operator==(const Term&) const = default;
};
struct Candidate {
  AgentId agent;
  std::int64_t score = 0;  ///< milli-points, the sum of the terms
  std::vector<Term> terms;
  bool operator==(const Candidate&) const = default;
};

// --- the facts, with their numbers --------------------------------------------------------------------------------------

/// Numbers on disk; never reused.
enum class Kind : std::uint16_t {
  server_started = 1, config_applied = 2, clock_stepped = 3, facts_lost = 4, carried = 5,
  link_up = 10, link_down = 11, gap_found = 12,
  contact_opened = 20, customer_matched = 21, data_attached = 22, contact_answered = 23, contact_ended = 24, route_requested = 25, call_diverted = 26,
  recording_changed = 27, consult_marked = 28,
  leg_started = 30, leg_state_changed = 31, leg_joined = 32, leg_left = 33, leg_replaced = 34, leg_ended = 35, legs_paired = 36,
  call_started = 37, call_ended = 38, calls_merged = 39,
  visit_started = 40, visit_ended = 41, offer_made = 42, offer_ended = 43, agent_state_changed = 44, visit_changed = 45, offer_claimed = 46, work_changed = 47,
  segment_started = 50, segment_ended = 51,
  disposition_set = 60, note_written = 61,
  transfer_started = 70, transfer_completed = 71, transfer_failed = 72,
  emergency_set = 80, visit_treated = 81, visit_heard = 82, caller_told = 83,
  callback_requested = 84, callback_dialled = 85, callback_deferred = 86, callback_ended = 87,
};

struct ServerStarted {
  static constexpr Kind kind = Kind::server_started;
  std::int64_t epoch = 0;
  bool operator==(const ServerStarted&) const = default;
};
struct ConfigApplied {
  static constexpr Kind kind = Kind::config_applied;
  std::int64_t centre_version = 0;
  bool operator==(const ConfigApplied&) const = default;
};
struct ClockStepped {
  static constexpr Kind kind = Kind::clock_stepped;
  std::int64_t step_us = 0;  ///< wall clock minus our clock
  bool operator==(const ClockStepped&) const = default;
};
struct FactsLost {
  static constexpr Kind kind = Kind::facts_lost;
  std::int64_t contacts = 0;  ///< whole contacts that a full disk made us drop
  std::int64_t facts = 0;
  bool operator==(const FactsLost&) const = default;
};

/// What an interval of a queue counted (docs/metrics.md); all counts and sums, never averages.
struct QueueInterval {
  QueueId queue;
  Instant start;  ///< a whole quarter of an hour, UTC
  std::int64_t entered = 0;
  std::int64_t answered = 0;
  std::int64_t answered_within = 0;
  std::int64_t abandoned = 0;
  std::int64_t short_abandoned = 0;
  std::int64_t callback_requested = 0;
  std::int64_t flow_overflow = 0;
  std::int64_t flow_transfer = 0;
  std::int64_t flow_closed = 0;
  std::int64_t flow_supervisor = 0;
  std::int64_t lost = 0;
  Duration answered_wait{};
  Duration abandoned_wait{};
  // Of the answered, those whose wait had been estimated at their entry:
  std::int64_t estimated = 0;
  std::int64_t estimated_within = 0;  ///< waited at most as long as estimated
  Duration estimate{};                ///< sum of the estimates
  Duration estimated_wait{};          ///< sum of their waits
  Duration estimate_error{};          ///< sum of |wait - estimate|
  bool operator==(const QueueInterval&) const = default;
};
struct SourceMark {
  std::string source;
  std::int64_t last_id = 0;
  bool operator==(const SourceMark&) const = default;
};
/// What routing remembers of an agent beside his state (docs/routing.md, strategies).
struct AgentMark {
  AgentId agent;
  std::int64_t last_decision = 0;
  Duration worked{};     ///< since he signed in
  Duration available{};
  Instant counted_to;    ///< both are counted up to here
  std::int32_t occupancy = 0;  ///< thousandths, as of when he became ready
  bool operator==(const AgentMark&) const = default;
};
/// An agent's mark F in a `percentage` queue.
struct QuotaMark {
  QueueId queue;
  AgentId agent;
  std::int64_t mark = 0;
  bool operator==(const QuotaMark&) const = default;
};
struct QueueMark {
  QueueId queue;
  std::int64_t quota = 0;          ///< its mark V
  std::int64_t service_level = 0;  ///< running, in millionths
  Duration handling{};             ///< running mean of what a contact takes an agent here, wrap-up included; 0: none yet
  bool operator==(const QueueMark&) const = default;
};
/// What a checkpoint must carry over from facts that it leaves out. Stands only in checkpoints, never in the journal.
struct Carried {
  static constexpr Kind kind = Kind::carried;
  std::int64_t last_seq = 0;
  std::int64_t last_id = 0;  ///< the highest id ever minted
  std::int64_t decisions = 0;
  std::vector<SourceMark> sources;
  std::vector<std::string> request_ids;  ///< requests seen lately: a repeat acts once
  std::vector<QueueInterval> intervals;
  std::vector<AgentMark> agent_marks;
  std::vector<QuotaMark> quota_marks;
  std::vector<QueueMark> queue_marks;
  bool operator==(const Carried&) const = default;
};

struct LinkUp {
  static constexpr Kind kind = Kind::link_up;
  SwitchId switch_id;
  std::int64_t boot_epoch = 0;
  bool operator==(const LinkUp&) const = default;
};
struct LinkDown {
  static constexpr Kind kind = Kind::link_down;
  SwitchId switch_id;
  std::string reason;
  bool operator==(const LinkDown&) const = default;
};
struct GapFound {
  static constexpr Kind kind = Kind::gap_found;
  SwitchId switch_id;
  Instant from;
  Instant to;
  bool operator==(const GapFound&) const = default;
};

struct ContactOpened {
  static constexpr Kind kind = Kind::contact_opened;
  Channel channel = Channel::voice;
  Direction direction = Direction::inbound;
  OpenedBy by = OpenedBy::arrival;
  SwitchId switch_id;
  std::string trunk;
  std::string dnis;
  std::string ani;          ///< personal; as the switch gave it; of a written contact its identity: an e-mail address, a number
  std::string caller_name;  ///< personal; as the switch gave it
  QueueId queue;            ///< where a written contact is to wait; calls are routed by their entry
  std::string url;          ///< personal; where the agent's page opens a written contact
  bool operator==(const ContactOpened&) const = default;
};
struct RouteRequested {
  static constexpr Kind kind = Kind::route_requested;
  LegId leg;
  std::string entry;  ///< the number that decides the queue
  bool operator==(const RouteRequested&) const = default;
};
struct CustomerMatched {
  static constexpr Kind kind = Kind::customer_matched;
  Match match = Match::none;
  CustomerId customer;                 ///< for known and chosen
  std::vector<CustomerId> candidates;  ///< for maybe, best guess first, at most 8
  AgentId by;                          ///< for chosen
  std::string e164;                    ///< personal; normalised calling number, empty if there is none
  bool operator==(const CustomerMatched&) const = default;
};
struct DataAttached {
  static constexpr Kind kind = Kind::data_attached;
  std::string key;
  std::string value;  ///< personal
  bool operator==(const DataAttached&) const = default;
};
/// A leg's call was sent on by the switch before anybody answered it.
struct CallDiverted {
  static constexpr Kind kind = Kind::call_diverted;
  LegId leg;
  DivertReason reason = DivertReason::unknown;
  std::string raw_reason;
  std::string from;  ///< personal; device or number that was called
  std::string to;    ///< personal
  bool operator==(const CallDiverted&) const = default;
};
struct RecordingChanged {
  static constexpr Kind kind = Kind::recording_changed;
  LegId leg;  ///< 0: the whole talk is recorded
  RecordingState state = RecordingState::recording;
  std::string raw_text;   ///< why it failed
  std::string recording;  ///< personal; the switch's name of it
  bool operator==(const RecordingChanged&) const = default;
};
/// This contact was opened to consult somebody about another one, which survives if it is transferred.
struct ConsultMarked {
  static constexpr Kind kind = Kind::consult_marked;
  ContactId of;
  bool operator==(const ConsultMarked&) const = default;
};
struct ContactAnswered {
  static constexpr Kind kind = Kind::contact_answered;
  AgentId agent;
  LegId agent_leg;
  bool operator==(const ContactAnswered&) const = default;
};
struct ContactEnded {
  static constexpr Kind kind = Kind::contact_ended;
  ContactOutcome outcome = ContactOutcome::answered;
  Cause cause = Cause::normal;
  QueueId queue;  ///< the last queue it visited
  bool operator==(const ContactEnded&) const = default;
};

struct CallStarted {
  static constexpr Kind kind = Kind::call_started;
  CallId call;
  SwitchId switch_id;
  bool operator==(const CallStarted&) const = default;
};
struct CallEnded {
  static constexpr Kind kind = Kind::call_ended;
  CallId call;
  bool operator==(const CallEnded&) const = default;
};
/// Two talks became one. `from` may have been a call of the contact's consultation.
struct CallsMerged {
  static constexpr Kind kind = Kind::calls_merged;
  CallId from;
  CallId into;
  bool operator==(const CallsMerged&) const = default;
};
struct LegStarted {
  static constexpr Kind kind = Kind::leg_started;
  LegId leg;
  CallId call;
  SwitchId switch_id;
  std::int64_t boot_epoch = 0;
  std::string native_id;
  std::string device;
  LegRole role = LegRole::other;
  AgentId agent;  ///< for role agent, if known
  OfferId offer;  ///< the offer it was rung for, if any
  LegState state = LegState::initiated;
  bool operator==(const LegStarted&) const = default;
};
struct LegStateChanged {
  static constexpr Kind kind = Kind::leg_state_changed;
  LegId leg;
  LegState state = LegState::unknown;
  bool operator==(const LegStateChanged&) const = default;
};
/// The leg has a talk path with the other legs of `call`.
struct LegJoined {
  static constexpr Kind kind = Kind::leg_joined;
  LegId leg;
  CallId call;
  bool operator==(const LegJoined&) const = default;
};
struct LegLeft {
  static constexpr Kind kind = Kind::leg_left;
  LegId leg;
  bool operator==(const LegLeft&) const = default;
};
struct LegReplaced {
  static constexpr Kind kind = Kind::leg_replaced;
  LegId old_leg;
  LegId new_leg;
  bool operator==(const LegReplaced&) const = default;
};
struct LegsPaired {
  static constexpr Kind kind = Kind::legs_paired;
  LegId one;
  LegId two;
  bool operator==(const LegsPaired&) const = default;
};
struct LegEnded {
  static constexpr Kind kind = Kind::leg_ended;
  LegId leg;
  Cause cause = Cause::unknown;
  std::int32_t raw_code = 0;
  std::string raw_text;
  EndedBy by = EndedBy::unknown;
  Instant lost_from;  ///< for cause lost: it ended between these two
  Instant lost_to;
  bool operator==(const LegEnded&) const = default;
};

/// Somebody hands this contact's customer on. Who talks to whom then is told by joins.
struct TransferStarted {
  static constexpr Kind kind = Kind::transfer_started;
  TransferKind how = TransferKind::blind;
  LegId transferor;   ///< 0: not known, or gone
  LegId transferee;   ///< 0: not known
  ContactId consult;  ///< the consultation before an attended transfer; 0: none that we know
  std::string to;     ///< personal; the number asked for
  bool operator==(const TransferStarted&) const = default;
};
struct TransferCompleted {
  static constexpr Kind kind = Kind::transfer_completed;
  TransferKind how = TransferKind::blind;
  LegId transferor;
  LegId transferee;
  ContactId consult;
  std::string to;  ///< personal
  bool operator==(const TransferCompleted&) const = default;
};
struct TransferFailed {
  static constexpr Kind kind = Kind::transfer_failed;
  TransferKind how = TransferKind::blind;
  LegId transferor;
  LegId transferee;
  Cause cause = Cause::unknown;
  std::int32_t raw_code = 0;
  std::string raw_text;
  std::string to;  ///< personal
  bool operator==(const TransferFailed&) const = default;
};

/// What a visit asks for from some moment on, worked out at its entry.
struct VisitStep {
  Duration after{};                       ///< since `entered_at`
  std::vector<Requirement> requirements;  ///< all of them
  std::int32_t boost = 0;                 ///< points that it gains
  bool operator==(const VisitStep&) const = default;
};
/// An agent whom this contact would rather have.
struct Favour {
  enum class Why : std::uint8_t { last_agent = 1, named_agent };
  AgentId agent;
  Why why = Why::last_agent;
  std::int32_t points = 0;
  Instant held_until;  ///< nobody else is asked before, as long as he is signed in
  bool operator==(const Favour&) const = default;
};
struct VisitStarted {
  static constexpr Kind kind = Kind::visit_started;
  std::int32_t visit = 0;  ///< 1, 2, ... of this contact
  QueueId queue;
  SwitchId switch_id;      ///< where the contact's call is; empty: on none
  Channel channel = Channel::voice;
  Instant entered_at;      ///< the place in the queue
  std::int32_t priority = 0;
  std::vector<Requirement> requirements;
  Duration short_abandon{};
  Duration service_level{};
  Duration credit{};       ///< age that it entered with
  std::vector<VisitStep> steps;
  std::vector<Favour> favours;   ///< at most one of each kind
  std::int32_t rona_boost = 0;   ///< points by each offer that was refused or not answered
  std::int32_t callback = 0;     ///< of this callback of the contact: no caller waits, he is called; 0: of none
  bool observed = false;         ///< in a queue of its switch, which routes: we offer and decide nothing
  bool operator==(const VisitStarted&) const = default;
};
/// What changed while it waits.
struct VisitChanged {
  static constexpr Kind kind = Kind::visit_changed;
  enum class What : std::uint8_t {
    stepped = 1,  ///< `step` applies
    raised,       ///< a supervisor added `points`
    parked,       ///< a supervisor took it aside: nobody is asked
    resumed,
    estimated,    ///< at its entry: it will wait `estimate`, from its place on like `VisitEnded::waited`
  };
  std::int32_t visit = 0;
  What what = What::stepped;
  std::int32_t step = 0;    ///< 1, 2, ... of the visit's steps
  std::int32_t points = 0;
  std::string by;           ///< the supervisor
  Duration estimate{};
  bool operator==(const VisitChanged&) const = default;
};
struct VisitEnded {
  static constexpr Kind kind = Kind::visit_ended;
  std::int32_t visit = 0;
  QueueId queue;
  VisitEnd how = VisitEnd::answered;
  Duration waited{};
  bool operator==(const VisitEnded&) const = default;
};
/// Why a queue treats a contact instead of serving it.
enum class TreatedFor : std::uint8_t { closed = 1, no_agents, emergency };
/// The contact stands aside and is played the message of a treatment, or is hung up on without one. What the treatment says comes after `until`,
/// or earlier if the switch tells that the message is over.
struct VisitTreated {
  static constexpr Kind kind = Kind::visit_treated;
  std::int32_t visit = 0;
  TreatedFor why = TreatedFor::closed;
  Instant until;
  bool operator==(const VisitTreated&) const = default;
};
/// The message is over.
struct VisitHeard {
  static constexpr Kind kind = Kind::visit_heard;
  std::int32_t visit = 0;
  bool operator==(const VisitHeard&) const = default;
};
/// What a caller was promised while he waits; what is not set was not said now. Later ones are never more.
struct CallerTold {
  static constexpr Kind kind = Kind::caller_told;
  std::int32_t visit = 0;
  std::int32_t position = 0;  ///< 1: the next one; 0: not said
  Duration estimate{};        ///< from then on; 0: not said
  bool operator==(const CallerTold&) const = default;
};
/// A supervisor has switched a queue to emergency, or back.
struct EmergencySet {
  static constexpr Kind kind = Kind::emergency_set;
  QueueId queue;
  bool on = false;
  std::string by;
  bool operator==(const EmergencySet&) const = default;
};
struct OfferMade {
  static constexpr Kind kind = Kind::offer_made;
  OfferId offer;
  std::int32_t visit = 0;
  QueueId queue;
  AgentId agent;
  Channel channel = Channel::voice;
  SwitchId switch_id;              ///< of a written contact none, and no device
  std::string device;
  Instant expires_at;
  Duration wrap_up{};              ///< what follows if it is accepted
  std::int64_t decision = 0;       ///< gap-free from 1; 0: its switch decided, and ends it (then `expires_at` is 0 and there are no gates)
  std::vector<GateCount> gates;
  std::vector<Candidate> best;     ///< at most three, the chosen one first
  std::int32_t agent_share = 0;    ///< in a `percentage` queue: the share that he was chosen by
  bool auto_answer = false;
  Duration wrap_up_extension{};
  std::int32_t wrap_up_extensions = 0;
  std::string pulled_by;           ///< the supervisor who gave the contact to this agent, past the skills
  OfferId group;                   ///< the first offer of its group (ring all, claim); 0: it is offered to him alone
  bool claim = false;              ///< his phone rings only once he has claimed it
  bool operator==(const OfferMade&) const = default;
};
inline bool is_observed(const OfferMade& made) { return made.decision == 0; }
/// An agent of a group has taken the contact, by his page or by his phone: the group's other offers end `elsewhere`, and nobody is added to it.
struct OfferClaimed {
  static constexpr Kind kind = Kind::offer_claimed;
  OfferId offer;
  AgentId agent;
  Instant expires_at;  ///< of this offer, from now on
  std::string by;      ///< the supervisor who gave it to him; empty: he took it
  bool operator==(const OfferClaimed&) const = default;
};
struct OfferEnded {
  static constexpr Kind kind = Kind::offer_ended;
  OfferId offer;
  AgentId agent;
  OfferEnd how = OfferEnd::withdrawn;
  Instant excluded_until;  ///< this contact avoids this agent until then; 0: no exclusion
  bool operator==(const OfferEnded&) const = default;
};
struct AgentStateChanged {
  static constexpr Kind kind = Kind::agent_state_changed;
  AgentId agent;
  AgentState state = AgentState::signed_out;
  std::string reason;      ///< for not_ready: a pause reason, or a system one: `no_answer`, `connection_lost`, `supervisor`
  Instant until;           ///< for wrap_up and reserved: when it ends by itself; 0: never
  AgentState next = AgentState::ready;  ///< what follows the work at hand
  std::string next_reason;
  Instant idle_since;      ///< start of the present idleness for the idle credit; kept through refused offers
  bool operator==(const AgentStateChanged&) const = default;
};

/// An agent and a written contact: he may have several at once, and they leave his own state alone.
struct WorkChanged {
  static constexpr Kind kind = Kind::work_changed;
  AgentId agent;
  Channel channel = Channel::chat;
  WorkState state = WorkState::working;
  Instant until;  ///< for reserved and wrap_up: when it ends by itself
  bool operator==(const WorkChanged&) const = default;
};

struct SegmentStarted {
  static constexpr Kind kind = Kind::segment_started;
  std::int32_t segment = 0;  ///< 1, 2, ... of this contact
  AgentId agent;
  SegmentKind what = SegmentKind::ring;
  bool operator==(const SegmentStarted&) const = default;
};
struct SegmentEnded {
  static constexpr Kind kind = Kind::segment_ended;
  std::int32_t segment = 0;
  bool operator==(const SegmentEnded&) const = default;
};

struct DispositionSet {
  static constexpr Kind kind = Kind::disposition_set;
  AgentId agent;
  std::string code;
  bool resolved = false;
  bool operator==(const DispositionSet&) const = default;
};
struct NoteWritten {
  static constexpr Kind kind = Kind::note_written;
  AgentId agent;
  std::string note;  ///< the page's id of the note; a later text with the same id replaces it
  std::string text;  ///< personal, at most 16 KiB
  bool operator==(const NoteWritten&) const = default;
};

/// The contact's customer is to be called. The contact stays open until it has ended; one is owed to a contact at a time.
struct CallbackRequested {
  static constexpr Kind kind = Kind::callback_requested;
  std::int32_t callback = 0;  ///< 1, 2, ... of this contact
  QueueId queue;
  SwitchId switch_id;         ///< calls him
  CallbackBy by = CallbackBy::caller;
  std::string asked_by;       ///< the principal who asked; empty: no person of ours
  Instant due;                ///< not before; 0: as soon as the caller has left, in his place
  Duration credit{};          ///< age that its visit begins with when it is due
  AgentId agent;              ///< asked for by name; empty: whoever fits
  Duration hold{};            ///< how long only he is asked
  std::int32_t attempts = 0;  ///< how often he is called at most
  Duration retry{};           ///< between two calls
  Duration ring{};            ///< how long his phone rings
  Instant expires_at;         ///< not called after
  CustomerId customer;        ///< if he is known
  std::string number;         ///< personal; E.164
  std::string note;           ///< personal; for who will talk to him
  bool operator==(const CallbackRequested&) const = default;
};
/// His number is being called for an agent who is there.
struct CallbackDialled {
  static constexpr Kind kind = Kind::callback_dialled;
  std::int32_t callback = 0;
  std::int32_t attempt = 0;  ///< 1, 2, ...
  OfferId offer;
  AgentId agent;
  Instant until;  ///< so long the offer lasts now: the agent has answered, the customer's phone rings
  bool operator==(const CallbackDialled&) const = default;
};
/// Not now: he was not reached, or his queue does not take him.
struct CallbackDeferred {
  static constexpr Kind kind = Kind::callback_deferred;
  std::int32_t callback = 0;
  Cause cause = Cause::unknown;  ///< of the call that came to nothing; `not_allowed`: he was not called, the queue was closed
  Instant until;
  bool operator==(const CallbackDeferred&) const = default;
};
struct CallbackEnded {
  static constexpr Kind kind = Kind::callback_ended;
  std::int32_t callback = 0;
  CallbackEnd how = CallbackEnd::done;
  std::string ended_by;  ///< the principal who cancelled it
  bool operator==(const CallbackEnded&) const = default;
};

using Body = std::variant<ServerStarted, ConfigApplied, ClockStepped, FactsLost, Carried, LinkUp, LinkDown, GapFound, ContactOpened,
                          RouteRequested, CustomerMatched, DataAttached, CallDiverted, RecordingChanged, ConsultMarked, ContactAnswered, ContactEnded,
                          CallStarted, CallEnded, CallsMerged, TransferStarted, TransferCompleted, TransferFailed, LegStarted, LegStateChanged, LegJoined, LegLeft, LegReplaced, LegsPaired, LegEnded, VisitStarted, VisitEnded, VisitChanged,
                          OfferMade, OfferClaimed, OfferEnded, AgentStateChanged, WorkChanged, SegmentStarted, SegmentEnded, DispositionSet, NoteWritten, VisitTreated, VisitHeard,
                          CallerTold, EmergencySet, CallbackRequested, CallbackDialled, CallbackDeferred, CallbackEnded>;

/// Where the input came from that led to a fact: `(source, id, ordinal)` is unique in the journal, which makes every input
/// act at most once, across restarts too. `ordinal` counts the facts of one input.
struct Source {
  std::string name;  ///< "feed:NAME/EPOCH", "link:NAME/CONNECTION", "user:ID", "core"
  std::string id;    ///< sequence number, command id, or timer number
  bool operator==(const Source&) const = default;
};

struct Fact {
  std::int64_t seq = 0;  ///< gap-free in its group, allotted by the core
  Instant at;
  ContactId contact;     ///< 0 for facts about no contact
  Source source;
  std::int32_t ordinal = 0;
  Body body;
  bool operator==(const Fact&) const = default;
};

inline Kind kind_of(const Body& body) {
  return std::visit([](const auto& fact) { return std::decay_t<decltype(fact)>::kind; }, body);
}

/// Where deciding code puts its conclusions. `emit` completes the fact (seq, at, source, ordinal) and applies it to every
/// fold (model, routing, metrics, core) before it returns, so the caller reads the changed state at once.
/// Deciding code changes its own state in no other way: this is why folding the journal gives the live state.
class FactSink {
 public:
  virtual ~FactSink() = default;
  virtual void emit(ContactId contact, Body body) = 0;
};

}  // namespace callwright::journal
