#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "journal/fact.hpp"

/// What the core shows: whole small entities, each with a revision. A view may be lost and is sent again whole, so a mirror
/// that keeps the newest `rev` of each entity is right. The desk serves pages from such a mirror and never asks the core.
namespace callwright::core {

enum class ContactState : std::uint8_t {
  arriving = 1, waiting, offered, talking, held, wrap_up, ended,
  owed,  ///< nobody is on the line and no queue has it: its customer will be called
};

struct OfferView {
  OfferId offer;
  AgentId agent;
  Instant made_at;
  Instant expires_at;
  std::int64_t decision = 0;
  bool can_answer = false;  ///< the page's Answer button works; otherwise the phone must be picked up
  bool claim = false;       ///< nothing rings before he, or a colleague, claims it
  bool claimed = false;     ///< he has taken it, and colleagues who were asked with him are not any more
  bool operator==(const OfferView&) const = default;
};

/// The customer of a contact is to be called.
struct CallbackView {
  journal::CallbackBy by = journal::CallbackBy::caller;
  std::string number;       ///< E.164
  Instant asked_at;
  Instant due;              ///< not before; 0: as soon as an agent is there
  Instant expires_at;
  AgentId agent;            ///< asked for by name
  std::int32_t attempts = 0;       ///< calls so far, the one that goes on included
  std::int32_t most_attempts = 0;
  std::optional<journal::Cause> last_cause;  ///< why the last call came to nothing
  bool on_the_line = false;  ///< he has not hung up yet: he still waits himself
  Instant called_at;        ///< his phone rings since; 0: it does not
  std::string note;
  bool operator==(const CallbackView&) const = default;
};

/// One live contact (and, once, its end).
struct ContactView {
  ContactId contact;
  std::int64_t rev = 0;
  ContactState state = ContactState::arriving;
  journal::Channel channel = journal::Channel::voice;
  journal::Direction direction = journal::Direction::inbound;
  SwitchId switch_id;
  std::string ani;   ///< of a written contact its identity
  std::string caller_name;
  std::string dnis;
  std::string url;   ///< where the page opens a written contact
  QueueId queue;
  std::int32_t visit = 0;
  /// Of the customer's leg, as his switch shows it: `unknown` while nobody hears the switch, `ended` if he has none.
  journal::LegState call_state = journal::LegState::ended;
  Instant opened_at;
  Instant entered_at;   ///< into the queue; 0 before
  Instant answered_at;  ///< 0 before
  Instant state_since;
  journal::Match match = journal::Match::none;
  CustomerId customer;
  std::vector<CustomerId> candidates;
  std::string e164;
  /// The customer's card (for known, chosen) or the candidates' heads (for maybe) as JSON text, as the look-up gave it; null if
  /// there is none. Shared, not copied.
  std::shared_ptr<const std::string> card;
  AgentId agent;        ///< who talks, holds or wraps up
  bool can_control = false;  ///< hold, retrieve and hang up work from the page
  bool observed = false;     ///< its switch routes it: nothing but notes, outcome and customer can be done to it here
  std::vector<OfferView> offers;
  std::int64_t boost = 0;  ///< points that steps, failed offers and supervisors have added while it waits
  bool parked = false;     ///< a supervisor has taken it aside, or a callback rests: nobody is asked
  std::optional<CallbackView> callback;  ///< owed
  std::string disposition;
  bool resolved = false;
  journal::ContactOutcome outcome = journal::ContactOutcome::answered;  ///< once ended
  journal::Cause cause = journal::Cause::normal;                        ///< once ended
};

/// A written contact that an agent has.
struct WorkView {
  ContactId contact;
  journal::Channel channel = journal::Channel::chat;
  journal::WorkState state = journal::WorkState::working;
  Instant since;
  Instant until;  ///< for reserved and wrap_up
  std::int32_t wrap_up_extensions_left = 0;  ///< 0 outside a wrap-up
  bool operator==(const WorkView&) const = default;
};

struct AgentView {
  AgentId agent;
  std::int64_t rev = 0;
  std::string name;
  journal::AgentState state = journal::AgentState::signed_out;
  std::string reason;
  Instant since;
  Instant until;
  journal::AgentState next = journal::AgentState::ready;
  std::string next_reason;
  std::vector<ContactId> contacts;  ///< reserved for, talking to or wrapping up: his call, and then all of `works`
  std::vector<WorkView> works;
  std::vector<QueueId> queues;
  std::string device;
  bool observed = false;  ///< his switch decides what he is
  bool device_reachable = true;
  bool device_busy = false;
  std::int32_t wrap_up_extensions_left = 0;  ///< 0 outside a wrap-up
};

/// Counters since the start of the centre's day (docs/metrics.md); figures are made from them where they are shown.
struct QueueView {
  QueueId queue;
  std::int64_t rev = 0;
  std::string name;
  std::string name_zh;
  std::int64_t waiting = 0;
  Instant longest_since;  ///< entry of the one who waits longest; 0 if nobody waits
  std::int64_t entered = 0;
  std::int64_t answered = 0;
  std::int64_t answered_within = 0;  ///< within the service level
  std::int64_t abandoned = 0;
  std::int64_t short_abandoned = 0;
  std::int64_t flowed_out = 0;
  std::int64_t callback_requested = 0;
  std::int64_t lost = 0;
  Duration answered_wait{};  ///< sum over the answered
  // Of the answered, those whose wait had been estimated (journal::QueueInterval):
  std::int64_t estimated = 0;
  std::int64_t estimated_within = 0;
  Duration estimate{};
  Duration estimated_wait{};
  Duration estimate_error{};
  Duration service_level{};
  std::int64_t waiting_past_level = 0;
  bool observed = false;     ///< its switch routes it
  bool open = true;          ///< by its hours
  bool emergency = false;    ///< a supervisor has switched it to emergency
  Instant emergency_since;   ///< 0: it is in none
  std::int64_t callbacks_waiting = 0;    ///< of `waiting`, those whom nobody waits for on the line
  std::int64_t callbacks_scheduled = 0;  ///< owed later, or by callers who still wait
};

struct LinkView {
  SwitchId switch_id;
  std::int64_t rev = 0;
  bool up = false;
  Instant since;
  std::string reason;
  std::int64_t boot_epoch = 0;
};

/// One routing decision, for "why this agent".
struct DecisionView {
  std::int64_t decision = 0;
  Instant at;
  ContactId contact;
  journal::OfferMade offer;
};

using View = std::variant<ContactView, AgentView, QueueView, LinkView, DecisionView>;

}  // namespace callwright::core
