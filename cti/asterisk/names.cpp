#include "cti/asterisk/names.hpp"

namespace callwright::cti::asterisk {

using link::all_digits;
using link::own_name;
using link::take;
using link::take_number;

std::string wait_bridge(ContactId contact, std::int64_t epoch, std::int64_t seq) { return own_name(contact, 'w', epoch, seq); }
std::string hold_bridge(ContactId contact, std::int64_t epoch, std::int64_t seq) { return own_name(contact, 'h', epoch, seq); }
std::string talk_bridge(ContactId contact, std::int64_t epoch, std::int64_t seq) { return own_name(contact, 't', epoch, seq); }

std::string playback_name(ContactId contact, std::int64_t epoch, const model::CommandId& command) {
  return own_name(contact, 'p', epoch, command.seq) + "-" + std::to_string(command.n);
}

std::optional<OwnBridge> own_bridge(std::string_view bridge_id) {
  if (!take(bridge_id, link::kOwn)) return {};
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

}  // namespace callwright::cti::asterisk
