#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cti/feed/message.hpp"

/// Messages to bytes and back. Pure; the only place that knows protobuf.
namespace callwright::cti::feed {

/// A whole frame, length included. Total: text is made valid UTF-8 and cut to its limit.
std::string encode(const SwitchMessage& message);
std::string encode(const ServerMessage& message);

/// Begin, items and end of a snapshot, each a whole frame well below the limit.
std::vector<std::string> encode_snapshot(std::int64_t seq, Instant switch_at, const model::Snapshot& snapshot);

/// One message, from the bytes between the length and the next one. Errors: `Errc::malformed`, naming the field.
Result<SwitchMessage> decode_switch(std::string_view message);
Result<ServerMessage> decode_server(std::string_view message);

/// The form in which a command may leave. Names are checked, texts for display cleaned (`text.hpp`).
/// Errors: `Errc::refused_value`, naming the field.
Result<CommandMessage> outgoing(const model::Command& command);

/// The name under which a switch declares a command: `park`, `ring`, ...
std::string_view capability_of(const model::CommandBody& body);

/// What a set of declared names amounts to. `route` = park, ring, bridge and release; `control` = hold, retrieve, end and dtmf.
model::Capabilities capabilities_of(const std::vector<std::string>& declared);

}  // namespace callwright::cti::feed
