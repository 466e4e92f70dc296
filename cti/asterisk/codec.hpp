#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cti/asterisk/message.hpp"

/// Reads what ARI sends. Nothing here trusts the sender: sizes and depth are bounded before anything is built, a field of
/// the wrong type is `errc::malformed`, bytes that are no UTF-8 become U+FFFD, and unknown events and fields are ignored.
namespace callwright::cti::asterisk {

constexpr std::size_t kEventLimit = 1 << 20;      ///< bytes of one WebSocket message
constexpr std::size_t kReplyLimit = 16 << 20;     ///< bytes of one REST answer: a snapshot of some 20,000 channels
constexpr std::size_t kDepthLimit = 16;
constexpr std::size_t kTextLimit = 16 << 10;      ///< a longer text is cut at a character

/// An event of a type that we do not use is `UnknownEvent`, no error.
Result<Event> read_event(std::string_view text);

Result<std::vector<Channel>> read_channels(std::string_view body);
Result<std::vector<Bridge>> read_bridges(std::string_view body);
Result<std::vector<Endpoint>> read_endpoints(std::string_view body);
Result<Info> read_info(std::string_view body);
Result<DeviceState> read_device_state(std::string_view body);
Result<Endpoint> read_endpoint(std::string_view body);
/// Asterisk's clock, as `GET /asterisk/ping` tells it.
Result<Instant> read_ping(std::string_view body);
Result<std::string> read_module_status(std::string_view body);
Result<std::string> read_variable(std::string_view body);
Result<Channel> read_channel(std::string_view body);

/// What an answer other than success says: `message` or `error` of its object, else its first line; at most 200 bytes.
std::string read_reason(std::string_view body);

/// `2026-11-22T05:15:05.602+0000`, with the offset as +hhmm, +hh:mm or Z; 0 if it is none.
Instant read_stamp(std::string_view text);

/// `Sun, 22 Nov 2026 21:37:24 GMT` as seconds since 1970; 0 if it is none.
std::int64_t read_http_date(std::string_view text);

}  // namespace callwright::cti::asterisk
