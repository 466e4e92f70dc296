#pragma once
#include <cstdint>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "journal/attributes.hpp"
#include "journal/fact.hpp"

/// What agents and supervisors may ask of the core, and how it answers. Every request has an id that its principal chose;
/// the same id again is answered again and acts once, across restarts too.
namespace callwright::core {

/// Error codes of requests; the desk maps them to RFC 9457 problems by name.
enum class Errc : int {
  unknown_agent = 1,
  unknown_contact,
  not_yours,           ///< the contact is not with this agent
  wrong_state,         ///< the request does not fit the present state
  unknown_reason,
  unknown_disposition,
  unsupported,         ///< the switch cannot do it
  draining,            ///< the server is stopping
  store_full,          ///< retryable: kept in the page, sent again
  too_long,
  contact_lost,        ///< a full disk has dropped the contact whole: nothing about it can be kept
  not_waiting,         ///< the contact stands in no queue
  unknown_queue,
  agent_not_free,      ///< not signed in, not ready, busy, or out of this contact's reach
  out_of_range,        ///< a number beyond its limits
  callback_refused,    ///< the queue offers none, the number may not be called, or too many are owed; the context says which
  callback_owed,       ///< this contact or this number is owed one already
  queue_closed,        ///< at the moment asked for; the context says when it opens
  no_callback,         ///< none is owed
  too_many,            ///< written contacts are open, `kWrittenLimit`
  observed,            ///< the contact, the agent or the queue is its switch's: it decides, and we only show it (docs/observed.md)
};
const std::error_category& category();
inline std::error_code make_error_code(Errc e) { return {static_cast<int>(e), category()}; }

struct SignIn {};   ///< the agent's page is there; state becomes not_ready, or what it was before a short absence
struct SignOut {};
struct SessionLost {};  ///< the last page of the agent is gone: ready becomes unreachable at once
struct SetState {
  journal::AgentState state = journal::AgentState::ready;  ///< ready, not_ready or signed_out; during work it becomes the next state
  std::string reason;  ///< for not_ready: a code of the centre's pause reasons
  bool by_supervisor = false;  ///< not the agent himself: then the reason may be "supervisor", and nobody is signed in by it
};
struct AcceptOffer { OfferId offer; };
struct RefuseOffer { OfferId offer; };
struct HoldContact { ContactId contact; };
struct RetrieveContact { ContactId contact; };
/// The agent hands his caller on without a word before it (ECMA-269: a blind transfer), into a queue; there to this colleague first, who must be free.
struct TransferContact { ContactId contact; QueueId queue; AgentId colleague; };
struct EndContact { ContactId contact; };  ///< hang up; or this agent has done with a written contact
struct ExtendWrapUp { ContactId contact; };
struct EndWrapUp { ContactId contact; };
struct SetDisposition { ContactId contact; std::string code; bool resolved = false; };
struct WriteNote { ContactId contact; std::string note; std::string text; };
struct ChooseCustomer { ContactId contact; CustomerId customer; std::string card; journal::CustomerTraits traits; };
/// A supervisor's hand on a contact that waits (docs/routing.md, "What supervisors do").
struct SteerContact {
  struct Raise { std::int32_t points = 0; };  ///< added to its score; negative: taken from it
  struct Park {};                             ///< nobody is asked until Resume
  struct Resume {};
  struct Pull { AgentId to; };                ///< offered to him now
  struct Move { QueueId to; };
  ContactId contact;
  std::variant<Raise, Park, Resume, Pull, Move> how;
};

/// A supervisor switches a queue to emergency, or back (docs/routing.md, "Closed, emergency, nobody there, overflow").
struct SetEmergency {
  QueueId queue;
  bool on = false;
};
/// Somebody wants this customer called (docs/routing.md, "Callbacks").
struct AskCallback {
  ContactId contact;   ///< 0: one is opened, unless a caller with this number waits in the queue
  QueueId queue;       ///< empty: the contact's own
  std::string number;  ///< E.164; empty: the caller's
  Instant due;         ///< 0: now; a waiting caller keeps his place
  AgentId agent;       ///< asked for by name
  std::string note;    ///< at most 1,000 bytes
};
struct CancelCallback { ContactId contact; };


constexpr std::size_t kWrittenLimit = 10'000;  ///< written contacts open at once

/// Another system has a written contact for us (docs/written.md). The reply names the contact.
struct OpenContact {
  journal::Channel channel = journal::Channel::chat;
  QueueId queue;
  std::string identity;  ///< an e-mail address or a number, E.164; empty: not known
  std::string name;      ///< of the customer, as that system has it
  std::string url;       ///< where the agent works on it
  std::vector<std::pair<std::string, std::string>> attributes;  ///< attached data
};
/// Its customer has left, or that system has settled it: who waits has abandoned, who works on it goes to wrap-up.
struct CloseContact { ContactId contact; };

using RequestBody = std::variant<SignIn, SignOut, SessionLost, SetState, AcceptOffer, RefuseOffer, HoldContact, RetrieveContact, TransferContact, EndContact,
                                 ExtendWrapUp, EndWrapUp, SetDisposition, WriteNote, ChooseCustomer, SteerContact, SetEmergency, AskCallback, CancelCallback,
                                 OpenContact, CloseContact>;

struct Request {
  std::uint64_t session = 0;  ///< whom to answer; the desk's own number
  std::string principal;      ///< "user:ID"
  std::string id;             ///< the principal's id of this request, at most 64 characters
  AgentId agent;              ///< in whose name; for SteerContact, SetEmergency, OpenContact and CloseContact nobody's, for callbacks that the desk asks for neither
  RequestBody body;
};

/// The answer. Success means "taken"; what happened is in the views.
struct Reply {
  std::uint64_t session = 0;
  std::string id;
  Result<void> result;
  ContactId rests_on;  ///< if a full store drops this contact, success becomes `store_full`: what was done went with it. Of AskCallback: who is called back; of OpenContact: the contact
};

}  // namespace callwright::core

template <>
struct std::is_error_code_enum<callwright::core::Errc> : std::true_type {};
