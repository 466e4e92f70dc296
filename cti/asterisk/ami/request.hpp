#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"

namespace callwright::cti::ami {

/// The call of a customer: the channel that rings him, and where it goes on once he has answered.
struct Originate {
  std::string channel;     ///< `PJSIP/+441632960123@carrier`
  std::string channel_id;  ///< the unique id that it gets
  std::string context, extension;
  std::int32_t priority = 1;
  std::string shown_number;
  ContactId contact;
  std::int64_t epoch = 0;
  Duration timeout{};
};

/// The only place where an action is written, as the text that goes out. `id` is its ActionID. Each function refuses
/// (`asterisk::errc::refused_value`) a value that could mean something else where it arrives: control characters everywhere, and what the action
/// takes for its own syntax (patterns of channels, separators of variables, blanks in names).
namespace request {

std::string challenge(std::string_view id);
/// `key`: `md5_key` of the challenge. Without events: they are asked for once the filters stand.
Result<std::string> login(std::string_view id, std::string_view username, std::string_view key);
std::string list_commands(std::string_view id);
/// Events of these names are not sent on this connection. A regular expression over each event's text, which every version understands (the
/// cheaper `MatchCriteria` of newer ones is taken for nothing by older ones, without a word).
Result<std::string> filter_out(std::string_view id, const std::vector<std::string_view>& events);
/// Nor the states of devices whose names begin so.
Result<std::string> filter_out_devices(std::string_view id, std::string_view beginning);
Result<std::string> events(std::string_view id, std::string_view classes);
std::string core_settings(std::string_view id);
std::string core_status(std::string_view id);
std::string core_show_channels(std::string_view id);
std::string bridge_list(std::string_view id);
Result<std::string> bridge_info(std::string_view id, std::string_view bridge);
std::string queue_status(std::string_view id);
std::string device_state_list(std::string_view id);
std::string ping(std::string_view id);
/// `channel`: its name.
Result<std::string> hang_up(std::string_view id, std::string_view channel, std::int32_t q850);
/// One digit: 0-9, *, #, A-D.
Result<std::string> play_dtmf(std::string_view id, std::string_view channel, char digit);
/// Always asynchronous: otherwise nothing else would be answered on this connection until the customer has.
Result<std::string> originate(std::string_view id, const Originate& originate);

}  // namespace request

/// The answer to a challenge: MD5 of challenge and secret, in hexadecimal. Empty if this machine's OpenSSL does no MD5.
std::string md5_key(std::string_view challenge, std::string_view secret);

}  // namespace callwright::cti::ami
