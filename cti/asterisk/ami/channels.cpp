#include "cti/asterisk/ami/channels.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/utf8.hpp"
#include "cti/asterisk/names.hpp"
#include "cti/link/names.hpp"
#include "cti/model/cause.hpp"

namespace callwright::cti::ami {
namespace {

using journal::Cause;
using journal::EndedBy;
using journal::LegState;
using model::DeviceClass;

constexpr std::size_t kIdLimit = 256;  // AST_MAX_UNIQUEID is 150

/// AST_STATE_*, as `ChannelState` has it.
enum ChannelState : std::int8_t { kDown = 0, kReserved = 1, kDialing = 3, kRing = 4, kRinging = 5, kUp = 6, kBusy = 7 };

/// How far a leg has come; it never goes back.
int rank(LegState state) {
  switch (state) {
    case LegState::initiated: return 0;
    case LegState::dialing: return 1;
    case LegState::alerting: return 2;
    case LegState::early: return 3;
    case LegState::failed: return 4;
    default: return 5;
  }
}

/// Of a channel or bridge: it goes out as it is.
bool is_id(std::string_view id) {
  if (id.empty() || id.size() > kIdLimit || id == "<unknown>") return false;
  return std::ranges::all_of(id, [](char c) { return c > 0x20 && c < 0x7F; }) || text(id, kIdLimit) == id;
}

/// `4930222@trunk`, `g1/4930222`: the number in what Dial was given.
std::string_view number_of(std::string_view dial_string) {
  dial_string = dial_string.substr(0, dial_string.find('@'));
  const std::size_t slash = dial_string.rfind('/');
  return slash == dial_string.npos ? dial_string : dial_string.substr(slash + 1);
}

Cause cause_of_dial(std::string_view status) {
  if (status == "NOANSWER") return Cause::no_answer;
  if (status == "CANCEL") return Cause::caller_cancel;
  if (status == "BUSY") return Cause::busy;
  if (status == "CONGESTION") return Cause::congestion;
  if (status == "CHANUNAVAIL") return Cause::unreachable;
  return Cause::unknown;
}

}  // namespace

bool is_internal(std::string_view channel) {
  constexpr std::array<std::string_view, 13> names = {"Announcer/", "AsyncGoto/", "Bridge/",   "CBAnn/", "CBRec/",     "DAHDI/pseudo", "Message/",
                                                      "Multicast",  "Parked/",    "Recorder/", "Snoop/", "Surrogate/", "UnicastRTP/"};
  return std::ranges::any_of(names, [&](std::string_view name) { return channel.starts_with(name); });
}

std::string text(std::string_view from, std::size_t limit) {
  if (from == "<unknown>") return {};
  std::string clean = to_utf8(from, limit);
  std::erase_if(clean, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  return clean;
}

Channels::Channels(const Settings& settings)
    : dials_(!settings.dial_context.empty()), station_contexts_(settings.station_contexts.begin(), settings.station_contexts.end()) {}

void Channels::know_devices(const std::vector<std::string>& devices) {
  std::map<std::string, Device, std::less<>> known;
  for (const std::string& name : devices) {
    const auto old = devices_.find(name);
    known[name] = old == devices_.end() ? Device{} : old->second;
  }
  devices_ = std::move(known);
}

bool Channels::on(const Event& event, Events& events) {
  const bool ends = event.name() == Name::hangup;
  if (ends) attach_variables(event, events);
  const bool good = take(event, events);
  if (!ends) attach_variables(event, events);
  return good;
}

bool Channels::take(const Event& event, Events& events) {
  const std::string_view id = event[Key::uniqueid];
  switch (event.name()) {
    case Name::newchannel: return on_new(event, events);
    case Name::new_callerid:
      if (auto* leg = find(id)) on_caller(*leg, event, events);
      return is_id(id);
    case Name::hangup: {
      const auto leg = legs_.find(id);
      if (leg != legs_.end()) on_hangup(leg, event, events);
      return is_id(id);
    }
    case Name::dial_begin:
    case Name::dial_state:
    case Name::dial_end: on_dial(event, events); return is_id(event[Key::dest_uniqueid]);
    case Name::bridge_merge: on_merge(event, events); return is_id(event[Key::from_bridge_uniqueid]) && is_id(event[Key::to_bridge_uniqueid]);
    case Name::local_bridge:
      on_pair(event[Key::local_one_uniqueid], event[Key::local_two_uniqueid], events);
      return is_id(event[Key::local_one_uniqueid]) && is_id(event[Key::local_two_uniqueid]);
    case Name::local_optimization_begin:
    case Name::local_optimization_end:
      on_optimization(event, events);
      return is_id(event[Key::local_one_uniqueid]) && is_id(event[Key::local_two_uniqueid]);
    case Name::blind_transfer: on_transfer(event, events); return is_id(event[Key::transferer_uniqueid]);
    case Name::attended_transfer: on_transfer(event, events); return is_id(event[Key::orig_transferer_uniqueid]);
    case Name::device_state_change: on_device(event[Key::device], event[Key::state], events); return !event[Key::device].empty();
    case Name::newstate:
    case Name::hangup_request:
    case Name::hold:
    case Name::unhold:
    case Name::dtmf_end:
    case Name::pickup:
    case Name::bridge_enter:
    case Name::bridge_leave:
    case Name::mix_monitor_start:
    case Name::mix_monitor_stop:
    case Name::mix_monitor_mute: break;
    default: return true;
  }
  auto* leg = find(id);
  if (!leg) return is_id(id);
  if (event.name() != Name::newstate) tell(*leg, events);
  switch (event.name()) {
    case Name::newstate: on_state(*leg, event, events); break;
    case Name::hangup_request:
      if (!leg->second.announced) leg->second.announced = static_cast<std::int32_t>(number(event[Key::cause]));
      break;
    case Name::hold:
    case Name::unhold: on_hold(*leg, event.name() == Name::hold, events); break;
    case Name::dtmf_end:
      if (event[Key::direction] == "Received" && !event[Key::digit].empty())
        events.push_back(model::DtmfSeen{leg->first, text(event[Key::digit], 8)});
      break;
    case Name::pickup:
      if (meet(event[Key::target_uniqueid], events)) events.push_back(model::LegsReplaced{std::string(event[Key::target_uniqueid]), leg->first});
      break;
    case Name::bridge_enter: on_enter(*leg, event, events); break;
    case Name::bridge_leave: on_leave(*leg, event, events); break;
    default: on_recording(*leg, event, events); break;
  }
  return true;
}

// --- legs begin ---------------------------------------------------------------------------------------------------------

Channels::Legs::value_type* Channels::find(std::string_view id) {
  const auto leg = legs_.find(id);
  return leg == legs_.end() ? nullptr : &*leg;
}

Channels::Legs::value_type* Channels::meet(std::string_view id, Events& events) {
  auto* leg = find(id);
  if (leg) tell(*leg, events);
  return leg;
}

/// We ring nobody over this interface, and call customers only where the settings say so: what bears such a name otherwise is another server's.
model::Tokens Channels::tokens_of(std::string_view id) const {
  const auto tokens = dials_ ? link::tokens_of_leg(id) : std::nullopt;
  return tokens && !tokens->offer ? *tokens : model::Tokens{};
}

DeviceClass Channels::class_of(std::string_view device, std::string_view context, const model::Tokens& tokens) const {
  if (device.starts_with("Local/")) return DeviceClass::local_half;
  if (tokens.contact) return DeviceClass::trunk;
  return devices_.contains(device) || station_contexts_.contains(context) ? DeviceClass::station : DeviceClass::trunk;
}

bool Channels::on_new(const Event& event, Events& events) {
  const std::string_view id = event[Key::uniqueid], channel = event[Key::channel];
  if (!is_id(id) || channel.empty() || channel.size() > kIdLimit) return false;  // a name is shown, the id alone must be exact
  if (is_internal(channel) || legs_.contains(id) || legs_.size() >= kLegs) return true;
  auto& leg = *legs_.try_emplace(std::string(id)).first;
  Leg& made = leg.second;
  made.channel = text(channel);
  made.device = asterisk::device_of_channel(made.channel);
  made.tokens = tokens_of(id);
  made.device_class = class_of(made.device, event[Key::context], made.tokens);
  made.ani = text(event[Key::callerid_num]);
  made.name = text(event[Key::callerid_name]);
  const std::int64_t state = number(event[Key::channel_state], -1);
  made.calls_in = !made.tokens.contact && state != kDown && state != kReserved && state != kDialing && state != kRinging;
  if (made.calls_in) made.dnis = text(event[Key::exten]);
  if (made.device_class != DeviceClass::trunk || made.calls_in || made.tokens.contact) tell(leg, events);
  if (state == kUp) advance(leg, LegState::connected, events);
  return true;
}

model::LegCreated Channels::description(const Legs::value_type& leg) const {
  const auto& [id, made] = leg;
  model::LegCreated description;
  description.native_id = id;
  description.device = made.device;
  description.device_class = made.device_class;
  description.direction = made.calls_in ? journal::Direction::inbound : journal::Direction::outbound;
  description.tokens = made.tokens;
  if (made.tokens.contact || made.device_class == DeviceClass::local_half) return description;
  description.dnis = made.dnis;
  if (!made.calls_in) return description;
  description.ani = made.ani;
  description.caller_name = made.name;
  return description;
}

void Channels::tell(Legs::value_type& leg, Events& events) {
  if (std::exchange(leg.second.told, true)) return;
  events.push_back(description(leg));
}

// --- legs go on ---------------------------------------------------------------------------------------------------------

void Channels::advance(Legs::value_type& leg, LegState state, Events& events) {
  if (rank(state) <= rank(leg.second.state)) return;
  tell(leg, events);
  leg.second.state = state;
  events.push_back(model::LegStateSeen{leg.first, state});
}

void Channels::on_state(Legs::value_type& leg, const Event& event, Events& events) {
  const std::int64_t state = number(event[Key::channel_state], -1);
  if (state == kRing && !leg.second.told) {  // it was reserved for a call that comes in
    leg.second.calls_in = true;
    leg.second.dnis = text(event[Key::exten]);
  }
  if (state >= kRing) tell(leg, events);
  if (state == kDialing) advance(leg, LegState::dialing, events);
  else if (state == kRinging) advance(leg, LegState::alerting, events);
  else if (state == kUp) advance(leg, LegState::connected, events);
  else if (state == kBusy) advance(leg, LegState::failed, events);
}

void Channels::on_caller(Legs::value_type& leg, const Event& event, Events& events) {
  auto& [id, known] = leg;
  const std::string ani = text(event[Key::callerid_num]), name = text(event[Key::callerid_name]);
  if (known.ani == ani && known.name == name) return;
  known.ani = ani;
  known.name = name;
  if (known.told && known.calls_in && known.device_class == DeviceClass::trunk) events.push_back(model::PartyChanged{id, ani, name, {}, {}});
}

/// What is told of a dialling is about whom it calls.
void Channels::on_dial(const Event& event, Events& events) {
  auto* leg = find(event[Key::dest_uniqueid]);
  if (!leg) return;
  auto& [id, dialled] = *leg;
  if (event.name() == Name::dial_begin) {
    if (!dialled.told && dialled.device_class == DeviceClass::trunk) dialled.dnis = text(number_of(event[Key::dial_string]));
    return advance(*leg, LegState::dialing, events);
  }
  const std::string_view status = event[Key::dial_status];
  tell(*leg, events);
  if (!event[Key::forward].empty())
    events.push_back(model::CallDiverted{id, dialled.device, text(event[Key::forward]), journal::DivertReason::unknown, text(status)});
  if (event.name() == Name::dial_state) {
    if (status == "RINGING") advance(*leg, LegState::alerting, events);
    else if (status == "PROGRESS") advance(*leg, LegState::early, events);
    else if (status == "PROCEEDING") advance(*leg, LegState::dialing, events);
    return;
  }
  if (dialled.dial_status.empty()) dialled.dial_status = text(status, 32);
  if (status == "ANSWER") advance(*leg, LegState::connected, events);
  else if (status == "BUSY" || status == "CONGESTION" || status == "CHANUNAVAIL") advance(*leg, LegState::failed, events);
}

/// An `Unhold` is told of channels that were never held, too.
void Channels::on_hold(Legs::value_type& leg, bool held, Events& events) {
  auto& [id, holding] = leg;
  if (holding.state != (held ? LegState::connected : LegState::held)) return;
  holding.state = held ? LegState::held : LegState::connected;
  events.push_back(model::LegStateSeen{id, holding.state});
}

// --- bridges ------------------------------------------------------------------------------------------------------------

void Channels::leave(Legs::value_type& leg, Events& events) {
  if (!leg.second.bridge.empty()) events.push_back(model::LegLeftBridge{leg.first, std::exchange(leg.second.bridge, {})});
}

void Channels::on_enter(Legs::value_type& leg, const Event& event, Events& events) {
  const std::string_view bridge = event[Key::bridge_uniqueid];
  const bool holding = event[Key::bridge_technology] == "holding_bridge";
  const bool left = std::exchange(leg.second.left, false);
  if (!is_id(bridge) || leg.second.bridge == bridge) return;
  if (!left || holding) leave(leg, events);
  if (holding) return;
  leg.second.bridge = bridge;
  events.push_back(model::LegEnteredBridge{leg.first, leg.second.bridge});
}

void Channels::on_leave(Legs::value_type& leg, const Event& event, Events& events) {
  if (leg.second.bridge != event[Key::bridge_uniqueid]) return;
  if (leg.second.moving) leg.second.left = true;
  else leave(leg, events);
}

void Channels::on_optimization(const Event& event, Events& events) {
  const bool begins = event.name() == Name::local_optimization_begin;
  auto* one = find(event[Key::local_one_uniqueid]);
  if (!one) return;
  if (begins) one->second.moved = text(event[Key::source_uniqueid]);
  for (auto* leg : {one, find(event[Key::local_two_uniqueid]), find(one->second.moved)}) {
    if (!leg) continue;
    leg->second.moving = begins;
    if (std::exchange(leg->second.left, false)) leave(*leg, events);
  }
}

/// What each of those who move leaves and enters is told behind it, too.
void Channels::on_merge(const Event& event, Events& events) {
  const std::string from(event[Key::from_bridge_uniqueid]), into(event[Key::to_bridge_uniqueid]);
  if (!is_id(from) || !is_id(into)) return;
  bool moved = false;
  for (auto& [id, leg] : legs_)
    if (leg.bridge == from) {
      leg.bridge = into;
      moved = true;
    }
  if (moved) events.push_back(model::CallsMerged{from, into});
}

void Channels::on_pair(std::string_view one, std::string_view two, Events& events) {
  auto* first = meet(one, events);
  auto* second = meet(two, events);
  if (!first || !second || first->second.pair == two) return;
  first->second.pair = two;
  second->second.pair = one;
  events.push_back(model::LocalPair{first->first, second->first});
}

std::string Channels::behind(std::string_view id) const {
  const auto leg = legs_.find(id);
  if (leg == legs_.end() || leg->second.device_class != DeviceClass::local_half) return std::string(id);
  std::set<std::string_view> seen;
  auto half = leg;
  while (half != legs_.end() && seen.insert(half->first).second) {
    const auto other = legs_.find(half->second.pair);
    if (other == legs_.end() || other->second.bridge.empty()) break;
    half = legs_.end();
    for (auto each = legs_.begin(); each != legs_.end(); ++each) {
      if (each == other || each->second.bridge != other->second.bridge) continue;
      if (each->second.device_class != DeviceClass::local_half) return each->first;
      half = each;
    }
  }
  return std::string(id);
}

// --- legs end -----------------------------------------------------------------------------------------------------------

void Channels::ending(std::string_view id, Cause cause) {
  if (auto* leg = find(id)) leg->second.asked_to_end = cause;
}

std::string Channels::name_of(std::string_view id) const {
  const auto leg = legs_.find(id);
  return leg == legs_.end() ? std::string() : leg->second.channel;
}

std::int32_t Channels::announced(std::string_view id) const {
  const auto leg = legs_.find(id);
  return leg == legs_.end() ? 0 : leg->second.announced.value_or(0);
}

void Channels::on_hangup(Legs::iterator leg, const Event& event, Events& events) {
  auto& [id, ended] = *leg;
  tell(*leg, events);
  const auto code = static_cast<std::int32_t>(number(event[Key::cause]));
  const model::LegPast past = rank(ended.state) >= rank(LegState::connected) ? model::LegPast::answered
                              : ended.calls_in                               ? model::LegPast::arriving
                                                                             : model::LegPast::ringing;
  Cause cause = model::cause_of_q850(code, past);
  // A phone that is no longer rung ends with 0, 16 or 127, whatever the reason; the dialling knows it.
  if (past == model::LegPast::ringing && (cause == Cause::unknown || cause == Cause::caller_cancel))
    if (const Cause dialled = cause_of_dial(ended.dial_status); dialled != Cause::unknown) cause = dialled;
  EndedBy by = EndedBy::unknown;
  if (ended.announced) {
    if (ended.device_class == DeviceClass::station) by = EndedBy::agent;
    else if (ended.device_class == DeviceClass::trunk) by = EndedBy::customer;
  } else if (ended.asked_to_end) {
    cause = *ended.asked_to_end;
    by = EndedBy::us;
  }
  std::string said = text(event[Key::cause_text]);
  if (!event[Key::tech_cause].empty()) said += " (" + text(event[Key::tech_cause], 32) + ")";
  if (ended.recordings > 0) events.push_back(model::RecordingChanged{id, {}, "mixmonitor-" + id, journal::RecordingState::stopped, {}});
  model::LegGone gone{id, cause, code, std::move(said), by};
  legs_.erase(leg);
  events.push_back(std::move(gone));
}

}  // namespace callwright::cti::ami
