#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "cti/model/command.hpp"
#include "journal/fact.hpp"

/// The normalised events of ../README.md's table: what every link turns its switch's own events into.
///
/// All ids and numbers are text exactly as the switch gave them. A link may repeat any event; the model is idempotent.
namespace callwright::cti::model {

/// What a switch says a device is. The model decides from it, and from the tokens, who a leg belongs to.
enum class DeviceClass : std::uint8_t { station = 1, trunk, local_half, unknown };

/// Ours, if we made this leg: every channel that we create carries them.
struct Tokens {
  ContactId contact;
  OfferId offer;
  std::int64_t epoch = 0;
  bool operator==(const Tokens&) const = default;
};

struct LegCreated {
  std::string native_id;
  std::string device;       ///< endpoint or trunk name
  DeviceClass device_class = DeviceClass::unknown;
  journal::Direction direction = journal::Direction::inbound;  ///< of a trunk leg
  std::string ani;
  std::string caller_name;
  std::string dnis;
  Tokens tokens;
  std::string redirecting;  ///< who sent the caller on to us
  bool operator==(const LegCreated&) const = default;
};
/// dialing, alerting, early, queued, failed, connected, held (retrieved = connected again).
struct LegStateSeen {
  std::string native_id;
  journal::LegState state = journal::LegState::unknown;
  bool operator==(const LegStateSeen&) const = default;
};
/// `bridge`: the switch's id of the connected set. Holding bridges and music are not joins.
struct LegEnteredBridge {
  std::string native_id;
  std::string bridge;
  bool operator==(const LegEnteredBridge&) const = default;
};
struct LegLeftBridge {
  std::string native_id;
  std::string bridge;
  bool operator==(const LegLeftBridge&) const = default;
};
struct LegsReplaced {
  std::string old_native_id;
  std::string new_native_id;
  bool operator==(const LegsReplaced&) const = default;
};
/// The two halves of a Local/loopback channel.
struct LocalPair {
  std::string one;
  std::string two;
  bool operator==(const LocalPair&) const = default;
};
struct LegGone {
  std::string native_id;
  journal::Cause cause = journal::Cause::unknown;
  std::int32_t raw_code = 0;
  std::string raw_text;
  journal::EndedBy by = journal::EndedBy::unknown;
  bool operator==(const LegGone&) const = default;
};
/// The switch hands us the caller and waits for what we say (StasisStart, a route request), for the first time or because somebody sent
/// him back. Of a Local half: it asks for whom it leads to.
struct RouteAsked {
  std::string native_id;
  std::string entry;  ///< the number dialled
  bool operator==(const RouteAsked&) const = default;
};
/// The switch sent the call of an unanswered leg on to somebody else.
struct CallDiverted {
  std::string native_id;
  std::string from;
  std::string to;
  journal::DivertReason reason = journal::DivertReason::unknown;
  std::string raw_reason;
  bool operator==(const CallDiverted&) const = default;
};
/// What a transfer is about. One of `transferor` and `transferee` is known; what a switch does not say is empty.
struct Transfer {
  journal::TransferKind how = journal::TransferKind::blind;
  std::string transferor;  ///< the leg of who hands on, in the call that is handed on
  std::string transferee;  ///< the leg that is handed on
  std::string consult;     ///< the transferor's leg in the consultation before an attended transfer
  std::string to;          ///< the number asked for
  bool operator==(const Transfer&) const = default;
};
struct TransferStarted {
  Transfer transfer;
  bool operator==(const TransferStarted&) const = default;
};
struct TransferCompleted {
  Transfer transfer;
  bool operator==(const TransferCompleted&) const = default;
};
struct TransferFailed {
  Transfer transfer;
  journal::Cause cause = journal::Cause::unknown;
  std::int32_t raw_code = 0;
  std::string raw_text;
  bool operator==(const TransferFailed&) const = default;
};
/// Everybody in the connected set `from` is in `into` now.
struct CallsMerged {
  std::string from;
  std::string into;
  bool operator==(const CallsMerged&) const = default;
};
/// Of a leg, or of everybody in a bridge: one of the two is set.
struct RecordingChanged {
  std::string native_id;
  std::string bridge;
  std::string recording;  ///< its name on the switch
  journal::RecordingState state = journal::RecordingState::recording;
  std::string raw_text;   ///< why it failed
  bool operator==(const RecordingChanged&) const = default;
};
struct PartyChanged {
  std::string native_id;
  std::string ani;
  std::string caller_name;
  std::string dnis;
  std::string redirecting;
  bool operator==(const PartyChanged&) const = default;
};
struct DataSeen {
  std::string native_id;
  std::string key;
  std::string value;
  bool operator==(const DataSeen&) const = default;
};
/// The caller wants to be called back, and may go on waiting until then.
struct CallbackAsked {
  std::string native_id;
  std::string number;  ///< E.164; empty: his own
  Instant due;         ///< 0: as soon as he has left, in his place
  std::string entry;   ///< of a caller who has not asked for a route: the number that decides the queue
  bool operator==(const CallbackAsked&) const = default;
};
struct DtmfSeen {
  std::string native_id;
  std::string digit;
  bool operator==(const DtmfSeen&) const = default;
};
/// A device that is in use (or unreachable) by something that is not ours.
struct DeviceStateSeen {
  std::string device;
  bool busy = false;
  bool reachable = true;
  bool operator==(const DeviceStateSeen&) const = default;
};
/// The link works. A changed `boot_epoch` means that the switch was restarted: every leg of an older epoch is gone.
struct LinkOpened {
  std::int64_t boot_epoch = 0;
  bool operator==(const LinkOpened&) const = default;
};
struct LinkLost {
  std::string reason;
  bool operator==(const LinkLost&) const = default;
};
// --- what a switch's own queue does with callers and agents (app_queue, mod_callcenter, an ACD group): we observe it and steer nothing. `queue` is the
// switch's name of it. ---------------------------------------------------------------------------------------------------

/// The caller stands in a queue of the switch. Said again, it changes nothing.
struct QueueJoined {
  std::string native_id;
  std::string queue;
  bool operator==(const QueueJoined&) const = default;
};
/// He stands there no more.
struct QueueLeft {
  enum class Why : std::uint8_t {
    answered = 1,  ///< an agent has him
    abandoned,     ///< he hung up
    left,          ///< time-out, a key, no agents, moved by somebody: the switch goes on with him
  };
  std::string native_id;
  std::string queue;
  Why why = Why::left;
  bool operator==(const QueueLeft&) const = default;
};
/// The queue calls an agent for him.
struct QueueOffered {
  std::string native_id;  ///< the caller
  std::string queue;
  std::string device;     ///< the agent's, as agents' devices are named in the centre document
  bool operator==(const QueueOffered&) const = default;
};
/// And calls him no more.
struct QueueOfferEnded {
  enum class Why : std::uint8_t {
    accepted = 1,
    no_answer,
    refused,    ///< busy, rejected, not reachable
    elsewhere,  ///< another agent was faster
    withdrawn,  ///< the caller left
  };
  std::string native_id;
  std::string queue;
  std::string device;
  Why why = Why::no_answer;
  bool operator==(const QueueOfferEnded&) const = default;
};
/// What the switch's queue thinks of an agent. Talking and ringing are concluded from legs and offers, not from this.
struct QueueAgentSeen {
  enum class State : std::uint8_t { signed_out = 1, ready, paused };
  std::string device;
  std::string queue;  ///< empty: in all of them
  State state = State::signed_out;
  std::string reason;  ///< why he pauses, in the switch's words
  bool operator==(const QueueAgentSeen&) const = default;
};

/// One live leg in a snapshot; `bridge` is empty if it is in none. Tokens as above.
struct SnapshotLeg {
  LegCreated leg;
  journal::LegState state = journal::LegState::unknown;
  std::string bridge;
  bool asks_route = false;  ///< it waits in our application without an answer
  std::string entry;
  std::string queue;  ///< the switch's own queue in which he waits
  bool operator==(const SnapshotLeg&) const = default;
};
/// Everything that lives on the switch at one moment, whole. What is not in it has ended.
struct Snapshot {
  std::vector<SnapshotLeg> legs;
  std::vector<QueueAgentSeen> agents;  ///< of the switch's own queues
  bool operator==(const Snapshot&) const = default;
};

/// What `command` asked to be played is over, for whatever reason. Said by the link itself where the switch was never asked or refused.
struct PlaybackEnded {
  std::string native_id;
  CommandId command;
  std::int64_t epoch = 0;  ///< of the command
  bool failed = false;     ///< at least a part of it could not be played
  bool operator==(const PlaybackEnded&) const = default;
};

using SwitchEventBody = std::variant<LegCreated, LegStateSeen, LegEnteredBridge, LegLeftBridge, LegsReplaced, LocalPair, LegGone, RouteAsked,
                                     PartyChanged, CallDiverted, TransferStarted, TransferCompleted, TransferFailed, CallsMerged, RecordingChanged, DataSeen,
                                     DtmfSeen, DeviceStateSeen, LinkOpened, LinkLost, Snapshot, PlaybackEnded, CallbackAsked,
                                     QueueJoined, QueueLeft, QueueOffered, QueueOfferEnded, QueueAgentSeen>;

struct SwitchEvent {
  SwitchId switch_id;
  journal::Source source;  ///< (link, epoch or connection) and sequence number
  Instant switch_at;       ///< the switch's own stamp, 0 if it gave none
  SwitchEventBody body;
  bool operator==(const SwitchEvent&) const = default;
};

}  // namespace callwright::cti::model
