#include "cti/freeswitch/devices.hpp"

#include <algorithm>

namespace callwright::cti::freeswitch {
namespace {

constexpr std::string_view kUser = "user/";

/// The part behind the first slash, up to the next.
std::string_view profile_of(std::string_view channel) {
  const std::size_t first = channel.find('/');
  if (first == channel.npos) return {};
  const std::size_t second = channel.find('/', first + 1);
  return second == channel.npos ? std::string_view() : channel.substr(first + 1, second - first - 1);
}

}  // namespace

Devices::Devices(const std::vector<std::string>& devices, const std::vector<std::string>& trunk_profiles) : trunk_profiles_(trunk_profiles) {
  for (const std::string& device : devices) {
    if (device.starts_with(kUser)) users_.emplace(device.substr(kUser.size()), device);
    else others_.insert(device);
  }
}

std::string Devices::user(std::string_view name, std::string_view domain) const {
  if (name.empty()) return {};
  if (const auto whole = users_.find(std::string(name) + "@" + std::string(domain)); whole != users_.end()) return whole->second;
  const auto anywhere = users_.find(name);
  return anywhere == users_.end() ? std::string() : anywhere->second;
}

std::string Devices::station(const ChannelIdentity& channel) const {
  if (std::string dialed = user(channel.dialed_user, channel.dialed_domain); !dialed.empty()) return dialed;
  for (const std::string& device : others_)
    if (channel.name.starts_with(device) && (channel.name.size() == device.size() || channel.name[device.size()] == ':')) return device;
  if (std::ranges::find(trunk_profiles_, profile_of(channel.name)) != trunk_profiles_.end()) return {};
  const std::size_t at = channel.presence.find('@');
  return at == channel.presence.npos ? std::string() : user(channel.presence.substr(0, at), channel.presence.substr(at + 1));
}

std::string Devices::of_dial_string(std::string_view dial) const {
  for (;;) {
    const char close = dial.starts_with('[') ? ']' : dial.starts_with('{') ? '}' : dial.starts_with('<') ? '>' : '\0';
    const std::size_t end = close ? dial.find(close) : dial.npos;
    if (end == dial.npos) break;
    dial.remove_prefix(end + 1);
  }
  if (!dial.starts_with(kUser)) return std::string(dial);
  const std::string_view who = dial.substr(kUser.size());
  const std::size_t at = who.find('@');
  std::string known = user(who.substr(0, at), at == who.npos ? std::string_view() : who.substr(at + 1));
  return known.empty() ? std::string(dial) : known;
}

std::string Devices::trunk(const ChannelIdentity& channel) {
  if (!channel.gateway.empty()) return "sofia/gateway/" + std::string(channel.gateway);
  const std::size_t first = channel.name.find('/');
  const std::size_t second = first == channel.name.npos ? first : channel.name.find('/', first + 1);
  return std::string(channel.name.substr(0, second == channel.name.npos ? first : second));
}

bool is_phone(std::string_view device) {
  const std::size_t slash = device.find('/');
  if (slash == 0 || slash == device.npos || slash + 1 == device.size() || device.size() > 256) return false;
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  if (!std::ranges::all_of(device.substr(0, slash), is_word)) return false;
  const auto is_resource = [&](char c) { return is_word(c) || std::string_view("@:/+;=#*~").find(c) != std::string_view::npos; };
  if (!std::ranges::all_of(device.substr(slash + 1), is_resource) || device.find(":_:") != device.npos) return false;
  const std::string_view technology = device.substr(0, slash);
  return technology != "loopback" && technology != "group" && technology != "error" && technology != "null";
}

}  // namespace callwright::cti::freeswitch
