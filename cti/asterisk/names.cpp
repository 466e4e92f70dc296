#include "cti/asterisk/names.hpp"

#include <charconv>

namespace callwright::cti::asterisk {
namespace {

constexpr std::string_view kPrefix = "cw-";

/// Takes a positive number off the front of `text`; 0 if none stands there.
std::int64_t take_number(std::string_view& text) {
  std::int64_t value = 0;
  if (text.empty() || text[0] < '1' || text[0] > '9') return 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return 0;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool take(std::string_view& text, std::string_view front) {
  if (!text.starts_with(front)) return false;
  text.remove_prefix(front.size());
  return true;
}

std::optional<model::Tokens> take_tokens(std::string_view text, std::string_view separator) {
  model::Tokens tokens;
  tokens.contact.value = take_number(text);
  if (!tokens.contact || !take(text, separator)) return {};
  tokens.offer.value = take_number(text);
  if (!tokens.offer || !take(text, separator)) return {};
  tokens.epoch = take_number(text);
  if (tokens.epoch == 0 || !text.empty()) return {};
  return tokens;
}

bool all_digits(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == text.npos; }

std::string own_name(ContactId contact, char kind, std::int64_t epoch, std::int64_t seq) {
  return std::string(kPrefix) + std::to_string(contact.value) + "-" + kind + std::to_string(epoch) + "-" + std::to_string(seq);
}

}  // namespace

std::string channel_name(const model::Tokens& tokens) {
  return std::string(kPrefix) + std::to_string(tokens.contact.value) + "-" + std::to_string(tokens.offer.value) + "-" + std::to_string(tokens.epoch);
}

std::string customer_channel(ContactId contact, std::int64_t epoch, std::int64_t seq) { return own_name(contact, 'c', epoch, seq); }

std::optional<model::Tokens> tokens_of_channel(std::string_view channel_id) {
  if (!take(channel_id, kPrefix)) return {};
  model::Tokens customer;
  std::string_view rest = channel_id;
  customer.contact.value = take_number(rest);
  if (!customer.contact || !take(rest, "-c")) return take_tokens(channel_id, "-");
  customer.epoch = take_number(rest);
  if (customer.epoch == 0 || !take(rest, "-") || !all_digits(rest)) return {};
  return customer;
}

std::string wait_bridge(ContactId contact, std::int64_t epoch, std::int64_t seq) { return own_name(contact, 'w', epoch, seq); }
std::string hold_bridge(ContactId contact, std::int64_t epoch, std::int64_t seq) { return own_name(contact, 'h', epoch, seq); }
std::string talk_bridge(ContactId contact, std::int64_t epoch, std::int64_t seq) { return own_name(contact, 't', epoch, seq); }

std::string playback_name(ContactId contact, std::int64_t epoch, const model::CommandId& command) {
  return own_name(contact, 'p', epoch, command.seq) + "-" + std::to_string(command.n);
}

std::optional<OwnBridge> own_bridge(std::string_view bridge_id) {
  if (!take(bridge_id, kPrefix)) return {};
  OwnBridge bridge{ContactId{take_number(bridge_id)}};
  bridge.talk = bridge_id.starts_with("-t");
  bridge.hold = bridge_id.starts_with("-h");
  if (!bridge.contact || !(bridge.talk || bridge.hold || bridge_id.starts_with("-w"))) return {};
  bridge_id.remove_prefix(2);
  const std::size_t dash = bridge_id.find('-');
  if (dash != bridge_id.npos && (!all_digits(bridge_id.substr(0, dash)) || !all_digits(bridge_id.substr(dash + 1)))) return {};
  if (dash == bridge_id.npos && !all_digits(bridge_id)) return {};
  return bridge;
}

bool is_local(std::string_view device) { return device.starts_with("Local/"); }

std::string other_half(std::string_view channel_name) {
  if (!channel_name.starts_with("Local/") || !(channel_name.ends_with(";1") || channel_name.ends_with(";2"))) return {};
  std::string other(channel_name);
  other.back() = other.back() == '1' ? '2' : '1';
  return other;
}

std::string device_of_channel(std::string_view channel_name) {
  return std::string(channel_name.substr(0, channel_name.rfind('-')));
}

std::optional<model::Tokens> tokens_of_arguments(std::string_view arguments) {
  if (take(arguments, "agent,")) return take_tokens(arguments, ",");
  if (!take(arguments, "customer,")) return {};
  model::Tokens customer;
  customer.contact.value = take_number(arguments);
  if (!customer.contact || !take(arguments, ",")) return {};
  customer.epoch = take_number(arguments);
  if (customer.epoch == 0 || !arguments.empty()) return {};
  return customer;
}

}  // namespace callwright::cti::asterisk
