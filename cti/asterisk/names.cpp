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

}  // namespace

std::string channel_name(const model::Tokens& tokens) {
  return std::string(kPrefix) + std::to_string(tokens.contact.value) + "-" + std::to_string(tokens.offer.value) + "-" + std::to_string(tokens.epoch);
}

std::optional<model::Tokens> tokens_of_channel(std::string_view channel_id) {
  if (!take(channel_id, kPrefix)) return {};
  return take_tokens(channel_id, "-");
}

std::string wait_bridge(ContactId contact) { return std::string(kPrefix) + std::to_string(contact.value) + "-w"; }
std::string talk_bridge(ContactId contact) { return std::string(kPrefix) + std::to_string(contact.value) + "-t"; }

std::optional<ContactId> contact_of_bridge(std::string_view bridge_id) {
  if (!take(bridge_id, kPrefix)) return {};
  const ContactId contact{take_number(bridge_id)};
  if (!contact || (bridge_id != "-w" && bridge_id != "-t")) return {};
  return contact;
}

std::string device_of_channel(std::string_view channel_name) {
  return std::string(channel_name.substr(0, channel_name.rfind('-')));
}

std::optional<model::Tokens> tokens_of_arguments(std::string_view arguments) {
  if (!take(arguments, "agent,")) return {};
  return take_tokens(arguments, ",");
}

}  // namespace callwright::cti::asterisk
