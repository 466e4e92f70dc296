#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "cti/feed/errc.hpp"
#include "cti/model/command.hpp"
#include "cti/model/switch_event.hpp"

/// The feed's messages as plain values; proto/callwright/feed/v1/feed.proto explains each and `codec.hpp` turns them into bytes.
namespace callwright::cti::feed {

constexpr std::uint32_t kProtocol = 1;      ///< the only one so far
constexpr std::size_t kIdLimit = 256;       ///< bytes of a native id, bridge, device, capability or data key
constexpr std::size_t kTextLimit = 65'536;  ///< bytes of any other text
constexpr std::size_t kSnapshotLegLimit = 65'536;
constexpr std::size_t kSnapshotAgentLimit = 65'536;
constexpr std::size_t kCapabilityLimit = 64;

enum class Refusal : std::uint8_t { none = 0, unauthorised, protocol, sequence_behind, epoch_behind, not_ready, malformed };
enum class CommandStatus : std::uint8_t { accepted = 1, unsupported, failed, expired };

// --- from the switch ----------------------------------------------------------------------------------------------------

struct Hello {
  std::string name;
  std::string token;
  std::uint32_t protocol_min = kProtocol;
  std::uint32_t protocol_max = kProtocol;
  std::vector<std::string> capabilities;
  std::int64_t boot_epoch = 0;
  std::int64_t last_seq = 0;
  std::string product;
  bool operator==(const Hello&) const = default;
};
struct Resume {
  std::int64_t after = 0;
  bool complete = false;
  bool operator==(const Resume&) const = default;
};
/// `body` is empty for a kind that we do not know, and for one that only holds its number.
struct Event {
  std::int64_t seq = 0;
  Instant switch_at;
  std::optional<model::SwitchEventBody> body;
  bool operator==(const Event&) const = default;
};
struct SnapshotBegin {
  std::int64_t seq = 0;
  Instant switch_at;
  bool operator==(const SnapshotBegin&) const = default;
};
struct SnapshotItems {
  std::vector<model::SnapshotLeg> legs;
  std::vector<model::QueueAgentSeen> agents;
  bool operator==(const SnapshotItems&) const = default;
};
struct SnapshotEnd {
  std::uint32_t legs = 0;
  std::uint32_t agents = 0;
  bool operator==(const SnapshotEnd&) const = default;
};
struct CommandResult {
  model::CommandId id;
  CommandStatus status = CommandStatus::accepted;
  std::string reason;
  bool operator==(const CommandResult&) const = default;
};

// --- from the server ----------------------------------------------------------------------------------------------------

struct Welcome {
  std::uint32_t protocol = kProtocol;
  std::int64_t resume_after = 0;
  std::int64_t server_epoch = 0;
  Instant server_time;
  bool accepting = false;
  Refusal refused = Refusal::none;
  std::string reason;
  bool operator==(const Welcome&) const = default;
};
struct Ack {
  std::int64_t seq = 0;
  bool operator==(const Ack&) const = default;
};
struct SnapshotRequest {
  bool operator==(const SnapshotRequest&) const = default;
};
/// A command as the switch sees it. `body` is empty for one that this side does not know: it is answered `unsupported`.
struct CommandMessage {
  model::CommandId id;
  Instant deadline;
  ContactId contact;
  std::int64_t epoch = 0;
  std::optional<model::CommandBody> body;
  bool operator==(const CommandMessage&) const = default;
};

// --- both ways ----------------------------------------------------------------------------------------------------------

/// The two fields are the server's; a switch leaves them out.
struct Heartbeat {
  Instant server_time;
  bool accepting = false;
  bool operator==(const Heartbeat&) const = default;
};
/// The sender's last frame. `code` is one of the first ten of `Errc`; a code that we do not know reads as `disconnected`.
struct ErrorNotice {
  Errc code = Errc::disconnected;
  std::string text;
  bool operator==(const ErrorNotice&) const = default;
};
/// A message of a later version of the protocol: ignored and counted.
struct UnknownMessage {
  bool operator==(const UnknownMessage&) const = default;
};

using SwitchMessage =
    std::variant<UnknownMessage, Hello, Resume, Event, SnapshotBegin, SnapshotItems, SnapshotEnd, CommandResult, Heartbeat, ErrorNotice>;
using ServerMessage = std::variant<UnknownMessage, Welcome, Ack, SnapshotRequest, CommandMessage, Heartbeat, ErrorNotice>;

}  // namespace callwright::cti::feed
