#include "cti/asterisk/ami/request.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <utility>

#include "cti/asterisk/error.hpp"

namespace callwright::cti::ami {
namespace {

using asterisk::errc;

constexpr std::size_t kLine = 1'000;  // Asterisk reads 1,024 bytes of a line
constexpr std::size_t kChannel = 80;  // AST_CHANNEL_NAME
constexpr std::size_t kId = 149;      // AST_MAX_UNIQUEID
constexpr std::size_t kWord = 79;     // AST_MAX_CONTEXT, AST_MAX_EXTENSION
constexpr std::size_t kNumber = 40;
constexpr Duration kMostRinging = std::chrono::hours(1);

bool letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool made_of(std::string_view text, std::string_view also, std::size_t limit) {
  return !text.empty() && text.size() <= limit && std::ranges::all_of(text, [&](char c) { return letter_or_digit(c) || also.find(c) != also.npos; });
}
/// No more than a line holds, and no control character.
bool is_plain(std::string_view text) {
  return text.size() <= kLine && std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; });
}
/// Names of channels; a slash in front would make it a pattern (Hangup).
bool is_channel(std::string_view text) { return made_of(text, "._:@+/~#;*-", kChannel) && text.front() != '/'; }
bool is_word(std::string_view text) { return made_of(text, "_-", kWord); }

/// Collects the lines of one action. The first refused value ends it.
class Builder {
 public:
  Builder(std::string_view action, std::string_view id) { line("Action", action).line("ActionID", id); }

  Builder& line(std::string_view key, std::string_view value) {
    text_.append(key).append(": ").append(value).append("\r\n");
    return check(is_plain(value), key);
  }
  Builder& line(std::string_view key, std::int64_t value) { return line(key, std::to_string(value)); }
  Builder& check(bool good, std::string_view what) {
    if (!good && refused_.empty()) refused_ = what;
    return *this;
  }
  Result<std::string> done() {
    if (!refused_.empty()) return fail(errc::refused_value, refused_);
    return std::move(text_) + "\r\n";
  }
  /// For actions without a value from outside.
  std::string text() { return std::move(text_) + "\r\n"; }

 private:
  std::string text_, refused_;
};

}  // namespace

namespace request {

std::string challenge(std::string_view id) { return Builder("Challenge", id).line("AuthType", "MD5").text(); }

Result<std::string> login(std::string_view id, std::string_view username, std::string_view key) {
  return Builder("Login", id)
      .line("AuthType", "MD5")
      .check(!username.empty(), "Username")
      .line("Username", username)
      .line("Key", key)
      .line("Events", "off")
      .done();
}

std::string list_commands(std::string_view id) { return Builder("ListCommands", id).text(); }

Result<std::string> filter_out(std::string_view id, const std::vector<std::string_view>& events) {
  Builder builder("Filter", id);
  std::string pattern = "!^Event: (";
  for (const std::string_view event : events) {
    builder.check(is_word(event), "event");
    pattern.append(pattern.ends_with('(') ? "" : "|").append(event);
  }
  return builder.line("Operation", "Add").line("Filter", pattern + ")[^A-Za-z]").done();
}

Result<std::string> filter_out_devices(std::string_view id, std::string_view beginning) {
  return Builder("Filter", id)
      .check(made_of(beginning, ":/", kWord), "device")
      .line("Operation", "Add")
      .line("Filter", "!^Event: DeviceStateChange.*Device: " + std::string(beginning))
      .done();
}

Result<std::string> events(std::string_view id, std::string_view classes) {
  return Builder("Events", id).check(made_of(classes, ",", kWord), "classes").line("EventMask", classes).done();
}

std::string core_settings(std::string_view id) { return Builder("CoreSettings", id).text(); }
std::string core_status(std::string_view id) { return Builder("CoreStatus", id).text(); }
std::string core_show_channels(std::string_view id) { return Builder("CoreShowChannels", id).text(); }
std::string bridge_list(std::string_view id) { return Builder("BridgeList", id).text(); }
std::string queue_status(std::string_view id) { return Builder("QueueStatus", id).text(); }
std::string device_state_list(std::string_view id) { return Builder("DeviceStateList", id).text(); }
std::string ping(std::string_view id) { return Builder("Ping", id).text(); }

Result<std::string> bridge_info(std::string_view id, std::string_view bridge) {
  return Builder("BridgeInfo", id).check(!bridge.empty() && bridge.size() <= kId, "bridge").line("BridgeUniqueid", bridge).done();
}

Result<std::string> hang_up(std::string_view id, std::string_view channel, std::int32_t q850) {
  return Builder("Hangup", id).check(is_channel(channel), "channel").line("Channel", channel).line("Cause", q850).done();
}

Result<std::string> play_dtmf(std::string_view id, std::string_view channel, char digit) {
  return Builder("PlayDTMF", id)
      .check(is_channel(channel), "channel")
      .check(std::string_view("0123456789*#ABCD").find(digit) != std::string_view::npos, "digit")
      .line("Channel", channel)
      .line("Digit", std::string_view(&digit, 1))
      .done();
}

Result<std::string> originate(std::string_view id, const Originate& originate) {
  Builder builder("Originate", id);
  builder.check(is_channel(originate.channel) && originate.channel.find('/') != originate.channel.npos, "device")
      .check(!originate.channel.starts_with("Local/"), "Local/")  // its halves are no leg that could be told as the customer's
      .check(made_of(originate.channel_id, "-", kId), "channel id")
      .check(is_word(originate.context), "context")
      .check(made_of(originate.extension, "_+*#-", kWord), "extension")
      .check(originate.priority > 0, "priority")
      .check(originate.shown_number.empty() || made_of(originate.shown_number, "+", kNumber), "number")
      .check(originate.timeout >= std::chrono::seconds(1) && originate.timeout <= kMostRinging, "timeout");
  builder.line("Channel", originate.channel)
      .line("Context", originate.context)
      .line("Exten", originate.extension)
      .line("Priority", originate.priority)
      .line("Async", "true")
      .line("ChannelId", originate.channel_id)
      .line("Timeout", originate.timeout / std::chrono::milliseconds(1));
  if (!originate.shown_number.empty()) builder.line("CallerID", originate.shown_number);
  return builder.line("Variable", "CALLWRIGHT_CONTACT=" + std::to_string(originate.contact.value))
      .line("Variable", "CALLWRIGHT_EPOCH=" + std::to_string(originate.epoch))
      .done();
}

}  // namespace request

std::string md5_key(std::string_view challenge, std::string_view secret) {
  const std::string text = std::string(challenge) + std::string(secret);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr) != 1) return {};
  constexpr std::string_view hex = "0123456789abcdef";
  std::string key;
  for (unsigned int i = 0; i < size; ++i) {
    key += hex[digest[i] >> 4];
    key += hex[digest[i] & 15];
  }
  return key;
}

}  // namespace callwright::cti::ami
