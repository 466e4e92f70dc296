// What is told of legs beside where they are: transfers and recordings, variables, devices; and what the lists of a snapshot show.
#include <algorithm>
#include <array>
#include <utility>

#include "cti/asterisk/ami/channels.hpp"
#include "cti/asterisk/names.hpp"

namespace callwright::cti::ami {
namespace {

using journal::Cause;
using journal::LegState;
using model::DeviceClass;

constexpr std::size_t kVariableLimit = 4'096;  // bytes, as in the model

bool is_in_use(std::string_view state) {
  constexpr std::array<std::string_view, 5> words = {"INUSE", "BUSY", "RINGING", "RINGINUSE", "ONHOLD"};
  return std::ranges::find(words, state) != words.end();
}
bool is_reachable(std::string_view state) { return state != "UNAVAILABLE" && state != "INVALID"; }

LegState state_of(std::int64_t state, bool calls_in) {
  switch (state) {
    case 3: return LegState::dialing;
    case 5: return LegState::alerting;
    case 6: return LegState::connected;
    case 7: return LegState::failed;
    default: return calls_in ? LegState::initiated : LegState::dialing;
  }
}

/// Dial or a queue made it. No list says of a channel whether it called or is called.
bool is_dialled(const Listed::Channel& channel) {
  return channel.application.starts_with("AppDial") || channel.application == "AppQueue" || channel.application_data == "(Outgoing Line)";
}

std::string extension(std::string_view exten) { return exten == "s" ? std::string() : text(exten); }

}  // namespace

// --- transfers and recordings -------------------------------------------------------------------------------------------

void Channels::on_transfer(const Event& event, Events& events) {
  const bool attended = event.name() == Name::attended_transfer;
  const model::Transfer transfer{attended ? journal::TransferKind::attended : journal::TransferKind::blind,
                                 text(event[attended ? Key::orig_transferer_uniqueid : Key::transferer_uniqueid]),
                                 text(event[Key::transferee_uniqueid]), attended ? text(event[Key::second_transferer_uniqueid]) : std::string(),
                                 attended ? extension(event[Key::second_transferer_exten]) : text(event[Key::extension])};
  if (attended) on_pair(event[Key::local_one_uniqueid], event[Key::local_two_uniqueid], events);
  if (!legs_.contains(transfer.transferor) && !legs_.contains(transfer.transferee)) return;
  const std::string_view result = event[Key::result];
  if (result == "Success") return events.push_back(model::TransferCompleted{transfer});
  events.push_back(model::TransferFailed{transfer, result == "Not Permitted" ? Cause::not_allowed : Cause::unknown, 0, text(result)});
}

/// Asterisk does not say which file: all recordings of a channel are told as one.
void Channels::on_recording(Legs::value_type& leg, const Event& event, Events& events) {
  auto& [id, recorded] = leg;
  const auto tell = [&](journal::RecordingState state) { events.push_back(model::RecordingChanged{id, {}, "mixmonitor-" + id, state, {}}); };
  if (event.name() == Name::mix_monitor_start) {
    if (recorded.recordings++ == 0) tell(journal::RecordingState::recording);
  } else if (event.name() == Name::mix_monitor_stop) {
    if (recorded.recordings == 0 || --recorded.recordings > 0) return;
    recorded.recording_paused = false;
    tell(journal::RecordingState::stopped);
  } else if (recorded.recordings > 0 && event[Key::direction] == "both") {
    const bool paused = event[Key::state] == "1";
    if (std::exchange(recorded.recording_paused, paused) != paused)
      tell(paused ? journal::RecordingState::paused : journal::RecordingState::recording);
  }
}

// --- variables (`channelvars` in manager.conf) ---------------------------------------------------------------------------

void Channels::attach_variables(const Event& event, Events& events) {
  if (!event.has_variables()) return;
  const Message& message = event.message();
  Variable variable;
  for (std::size_t i = 0; i < message.size(); ++i) {
    if (!read_variable(message[i], variable) || variable.value.empty()) continue;
    auto* leg = find(event[variable.role.empty() ? Key::uniqueid : same_key(variable.role, "Dest") ? Key::dest_uniqueid : Key::none]);
    if (!leg) continue;
    auto& [id, known] = *leg;
    if (!known.told || !known.calls_in || known.device_class != DeviceClass::trunk) continue;
    if (!variable.channel.empty() && variable.channel != known.channel) continue;
    const auto old = known.variables.find(variable.name);
    if (old == known.variables.end() && known.variables.size() >= kVariables) continue;
    std::string value = text(variable.value, kVariableLimit);
    if (old != known.variables.end() && old->second == value) continue;
    const std::string name = text(variable.name);
    known.variables[name] = value;
    events.push_back(model::DataSeen{id, name, std::move(value)});
  }
}

// --- devices ------------------------------------------------------------------------------------------------------------

void Channels::on_device(std::string_view name, std::string_view state, Events& events) {
  const auto watched = devices_.find(name);
  if (watched == devices_.end()) return;
  watched->second.state = text(state, 32);
  tell_device(watched->first, false, events);
}

/// Busy is a device that is in use without a leg of which we know.
void Channels::tell_device(const std::string& name, bool always, Events& events) {
  Device& device = devices_.find(name)->second;
  const bool ours = std::ranges::any_of(legs_, [&](const auto& leg) { return leg.second.device == name; });
  const bool busy = is_in_use(device.state) && !ours, reachable = is_reachable(device.state);
  if (device.told && !always && device.busy == busy && device.reachable == reachable) return;
  device.told = true;
  device.busy = busy;
  device.reachable = reachable;
  events.push_back(model::DeviceStateSeen{name, busy, reachable});
}

// --- snapshot -----------------------------------------------------------------------------------------------------------

bool Listed::add(const Event& item) {
  switch (item.name()) {
    case Name::core_show_channel:
      channels.push_back({text(item[Key::uniqueid]), text(item[Key::channel]), text(item[Key::context]), text(item[Key::exten]),
                          text(item[Key::callerid_num]), text(item[Key::callerid_name]), text(item[Key::application]),
                          text(item[Key::application_data]), text(item[Key::bridge_id]), text(item[Key::linkedid]),
                          number(item[Key::channel_state], -1)});
      return !channels.back().uniqueid.empty();
    case Name::bridge_list_item:
      bridges.push_back({text(item[Key::bridge_uniqueid]), item[Key::bridge_technology] == "holding_bridge", number(item[Key::bridge_num_channels])});
      return !bridges.back().id.empty();
    case Name::queue_member:
      members.push_back({text(item[Key::queue]), text(item[Key::location]), text(item[Key::state_interface]), text(item[Key::paused_reason]),
                         item[Key::paused] == "1"});
      return !members.back().queue.empty() && !members.back().interface.empty();
    case Name::queue_entry:
      entries.push_back({text(item[Key::queue]), text(item[Key::uniqueid])});
      return !entries.back().queue.empty() && !entries.back().uniqueid.empty();
    case Name::device_state_change: devices.push_back({text(item[Key::device]), text(item[Key::state], 32)}); return !devices.back().name.empty();
    default: return false;
  }
}

model::Snapshot Channels::begin(const Listed& listed, Events& events) {
  const Legs before = std::exchange(legs_, {});
  std::set<std::string_view> holding;
  for (const Listed::Bridge& bridge : listed.bridges)
    if (bridge.holding) holding.insert(bridge.id);
  std::map<std::string_view, std::string_view> by_name;
  for (const Listed::Channel& channel : listed.channels) by_name[channel.name] = channel.uniqueid;

  model::Snapshot snapshot;
  for (const Listed::Channel& channel : listed.channels) {
    if (channel.uniqueid.empty() || channel.name.empty() || is_internal(channel.name) || legs_.contains(channel.uniqueid) || legs_.size() >= kLegs)
      continue;
    const auto known = before.find(channel.uniqueid);
    auto& entry = *legs_.try_emplace(channel.uniqueid).first;
    Leg& leg = entry.second;
    if (known != before.end()) leg = known->second;
    leg.channel = channel.name;
    leg.device = asterisk::device_of_channel(channel.name);
    leg.tokens = tokens_of(channel.uniqueid);
    leg.device_class = class_of(leg.device, channel.context, leg.tokens);
    leg.told = true;
    if (known == before.end()) {
      leg.calls_in = !leg.tokens.contact && channel.state >= 4 && channel.state != 5 && !is_dialled(channel);
      leg.ani = channel.caller_number;
      leg.name = channel.caller_name;
      if (leg.calls_in) leg.dnis = channel.extension;
    }
    const bool held = leg.state == LegState::held;
    leg.state = state_of(channel.state, leg.calls_in);
    if (held && leg.state == LegState::connected) leg.state = LegState::held;
    leg.bridge = holding.contains(channel.bridge) ? std::string() : channel.bridge;
    leg.pair.clear();
    if (const auto other = by_name.find(asterisk::other_half(channel.name)); other != by_name.end()) leg.pair = other->second;

    model::SnapshotLeg shown;
    shown.leg = description(entry);
    shown.state = leg.state;
    shown.bridge = leg.bridge;
    snapshot.legs.push_back(std::move(shown));
  }
  for (const auto& [id, leg] : legs_)
    if (leg.channel.ends_with(";1") && legs_.contains(leg.pair)) events.push_back(model::LocalPair{id, leg.pair});

  for (auto& [name, device] : devices_) {
    const auto state = std::ranges::find(listed.devices, name, &Listed::Device::name);
    device.state = state == listed.devices.end() ? "UNKNOWN" : state->state;
    if (state != listed.devices.end() || device.told) tell_device(name, true, events);
  }
  return snapshot;
}

}  // namespace callwright::cti::ami
