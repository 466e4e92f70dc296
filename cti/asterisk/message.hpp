#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/instant.hpp"

/// What ARI says, as plain types: events of the WebSocket and answers of REST. Numbers of telephones stay text.
namespace callwright::cti::asterisk {

struct Channel {
  std::string id;
  std::string name;   ///< `PJSIP/agent1-0000003e`
  std::string state;  ///< Down, Ring, Ringing, Up, ...
  std::string caller_number;
  std::string caller_name;
  std::string exten;
  std::string app_name;  ///< the dialplan application it stands in; `Stasis` while it is ours
  std::string app_data;  ///< `callwright,4000`
  std::string redirecting_number;  ///< `caller_rdnis`, which newer ones give
  bool operator==(const Channel&) const = default;
};

struct Bridge {
  std::string id;
  std::string type;  ///< mixing, holding
  std::vector<std::string> channels;
  bool operator==(const Bridge&) const = default;
};

struct Endpoint {
  std::string name;   ///< `PJSIP/agent1`
  std::string state;  ///< online, offline, unknown
  std::vector<std::string> channels;
  bool operator==(const Endpoint&) const = default;
};

struct Info {
  std::string version;
  Instant startup;  ///< changes with each start of Asterisk: our boot epoch
  bool operator==(const Info&) const = default;
};

// --- events -------------------------------------------------------------------------------------------------------------

struct StasisStart { Channel channel; std::vector<std::string> args; std::optional<Channel> replaced; };
struct StasisEnd { Channel channel; };
struct ChannelSeen { Channel channel; };  ///< ChannelCreated, ChannelStateChange
struct ChannelDestroyed { Channel channel; std::int32_t cause = 0; std::string cause_text; std::int32_t tech_cause = 0; };
struct HangupRequested { Channel channel; std::int32_t cause = 0; bool soft = false; };
struct BridgeEntered { Channel channel; Bridge bridge; };
struct BridgeLeft { Channel channel; Bridge bridge; };
struct BridgeMerged { Bridge into; Bridge from; };
struct BridgeDestroyed { Bridge bridge; };
struct ChannelHold { Channel channel; };
struct ChannelUnhold { Channel channel; };
struct CallerChanged { Channel channel; };  ///< ChannelCallerId, ChannelConnectedLine
/// BridgeBlindTransfer, BridgeAttendedTransfer: made by Asterisk itself, told when it is over.
struct Transferred { bool attended = false; Channel first_leg; std::optional<Channel> second_leg, transferee; std::string to; std::string result; };
/// A REFER that Asterisk leaves to us (`PJSIP_TRANSFER_HANDLING()=ari-only`), and its progress.
struct TransferAsked { Channel source; std::optional<Channel> connected, destination; std::string to; std::string state; };
struct RecordingTold { std::string name; std::string target; std::string state; std::string cause; };  ///< target: `channel:ID`, `bridge:ID`
struct PlaybackTold { std::string id; std::string state; };  ///< PlaybackStarted, PlaybackFinished; state: playing, done, failed
struct DtmfReceived { Channel channel; std::string digit; };
struct Dialled { Channel peer; std::string status; std::string forward; };  ///< status: empty, RINGING, PROGRESS, ANSWER, BUSY, ...; forward: whom the peer named instead
struct DeviceState { std::string name; std::string state; };
struct ApplicationReplaced {};
struct MissingParams {};
/// The answer to a request that went over the WebSocket.
struct RestAnswer { std::string request_id; std::int32_t status = 0; std::string body; };
struct UnknownEvent { std::string type; };

using EventBody = std::variant<UnknownEvent, StasisStart, StasisEnd, ChannelSeen, ChannelDestroyed, HangupRequested, BridgeEntered, BridgeLeft, BridgeMerged,
                               BridgeDestroyed, ChannelHold, ChannelUnhold, CallerChanged, Transferred, TransferAsked, RecordingTold, DtmfReceived, Dialled, DeviceState, ApplicationReplaced,
                               MissingParams, RestAnswer, PlaybackTold>;

struct Event {
  std::string application;
  Instant at;  ///< Asterisk's stamp; 0 if it gave none
  EventBody body;
};

}  // namespace callwright::cti::asterisk
