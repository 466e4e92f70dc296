#include "cti/asterisk/channels.hpp"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "cti/asterisk/names.hpp"
#include "cti/model/cause.hpp"

namespace callwright::cti::asterisk {
namespace {

using journal::Cause;
using journal::EndedBy;
using journal::LegState;

constexpr std::int32_t kSoftShutdown = 4;   // AST_SOFTHANGUP_SHUTDOWN: Asterisk itself is going down
constexpr std::int32_t kSoftRedirect = 2;   // AST_SOFTHANGUP_ASYNCGOTO: no hang-up at all

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

bool is_in_use(std::string_view state) {
  constexpr std::array<std::string_view, 5> words = {"INUSE", "BUSY", "RINGING", "RINGINUSE", "ONHOLD"};
  return std::ranges::find(words, state) != words.end();
}

/// What came of a call, as Dial says it, when it is not the answer. NOANSWER and CANCEL are the end itself.
bool is_failure(std::string_view dial_status) {
  return dial_status == "BUSY" || dial_status == "CONGESTION" || dial_status == "CHANUNAVAIL";
}

bool is_holding(const Bridge& bridge) { return bridge.type == "holding"; }

std::string first_argument(std::string_view arguments) { return std::string(arguments.substr(0, arguments.find(','))); }

}  // namespace

Channels::Channels(const Settings& settings) : app_(settings.app) { know_devices(settings.devices); }

void Channels::know_devices(const std::vector<std::string>& devices) {
  std::map<std::string, Device> known;
  for (const std::string& name : devices) {
    const auto old = devices_.find(name);
    known[name] = old == devices_.end() ? Device{} : old->second;
  }
  devices_ = std::move(known);
}

void Channels::on(const Event& event, Effects& effects) {
  std::visit(
      [&](const auto& body) {
        using Body = std::decay_t<decltype(body)>;
        if constexpr (std::is_same_v<Body, StasisStart>) on_start(body, effects);
        else if constexpr (std::is_same_v<Body, StasisEnd>) on_end(body, effects);
        else if constexpr (std::is_same_v<Body, ChannelSeen>) on_seen(body.channel, effects);
        else if constexpr (std::is_same_v<Body, ChannelDestroyed>) on_destroyed(body, effects);
        else if constexpr (std::is_same_v<Body, HangupRequested>) on_hangup(body);
        else if constexpr (std::is_same_v<Body, BridgeEntered>) on_entered(body, effects);
        else if constexpr (std::is_same_v<Body, BridgeLeft>) on_left(body, effects);
        else if constexpr (std::is_same_v<Body, BridgeMerged>) on_merged(body, effects);
        else if constexpr (std::is_same_v<Body, BridgeDestroyed>) on_bridge_destroyed(body.bridge, effects);
        else if constexpr (std::is_same_v<Body, ChannelHold>) on_phone_hold(body.channel, true, effects);
        else if constexpr (std::is_same_v<Body, ChannelUnhold>) on_phone_hold(body.channel, false, effects);
        else if constexpr (std::is_same_v<Body, CallerChanged>) on_caller(body.channel, effects);
        else if constexpr (std::is_same_v<Body, Transferred>) on_transferred(body, effects);
        else if constexpr (std::is_same_v<Body, TransferAsked>) on_transfer_asked(body, effects);
        else if constexpr (std::is_same_v<Body, RecordingTold>) on_recording(body, effects);
        else if constexpr (std::is_same_v<Body, Dialled>) on_dialled(body, effects);
        else if constexpr (std::is_same_v<Body, DeviceState>) on_device(body, effects);
        else if constexpr (std::is_same_v<Body, DtmfReceived>) {
          if (find(body.channel.id)) effects.events.push_back(model::DtmfSeen{body.channel.id, body.digit});
        }
      },
      event.body);
}

// --- legs begin ---------------------------------------------------------------------------------------------------------

Channels::Leg* Channels::find(const std::string& channel_id) {
  const auto leg = legs_.find(channel_id);
  return leg == legs_.end() ? nullptr : &leg->second;
}

Channels::Leg* Channels::known_or_ours(const Channel& channel, Effects& effects) {
  if (Leg* leg = find(channel.id)) return leg;
  if (const auto tokens = link::tokens_of_leg(channel.id)) return &create(channel, *tokens, true, effects);
  return nullptr;
}

Channels::Leg& Channels::create(const Channel& channel, const model::Tokens& tokens, bool ours, Effects& effects, bool successor) {
  Leg& leg = legs_[channel.id];
  leg = Leg{};
  leg.channel = channel.name;
  leg.device = device_of_channel(channel.name);
  leg.tokens = tokens;
  leg.ours = ours;
  leg.successor = successor;
  leg.ani = channel.caller_number;
  leg.name = channel.caller_name;
  leg.redirecting = channel.redirecting_number;
  effects.events.push_back(description(channel, leg));
  tell_pair(channel.id, effects);
  return leg;
}

void Channels::tell_pair(const std::string& id, Effects& effects) {
  const std::string other = other_half(legs_.at(id).channel);
  if (other.empty()) return;
  for (const auto& [other_id, leg] : legs_)
    if (leg.channel == other) effects.events.push_back(model::LocalPair{other_id, id});
}

model::LegCreated Channels::description(const Channel& channel, const Leg& leg) const {
  model::LegCreated made;
  made.native_id = channel.id;
  made.device = leg.device;
  made.device_class = is_local(leg.device)             ? model::DeviceClass::local_half
                      : leg.called()                   ? model::DeviceClass::trunk
                      : devices_.contains(leg.device) || leg.ours ? model::DeviceClass::station
                      : leg.successor                             ? model::DeviceClass::unknown
                                                                  : model::DeviceClass::trunk;
  made.direction = leg.ours ? journal::Direction::outbound : journal::Direction::inbound;
  made.tokens = leg.tokens;
  if (!leg.tokens.contact) {
    made.ani = channel.caller_number;
    made.caller_name = channel.caller_name;
    made.dnis = leg.entry;
    made.redirecting = channel.redirecting_number;
  }
  return made;
}

void Channels::on_start(const StasisStart& start, Effects& effects) {
  const std::string& id = start.channel.id;
  if (start.replaced) {
    // The switch transferred a party of ours: this channel takes its place.
    model::Tokens tokens;
    if (const Leg* old = find(start.replaced->id)) tokens = {old->tokens.contact, {}, old->tokens.epoch};
    // Told as of an unknown class it opens no contact of its own, which a trunk without tokens does.
    if (!find(id)) create(start.channel, tokens, false, effects, true);
    find(id)->inside = true;
    find(id)->up = find(id)->up || start.channel.state == "Up";
    effects.events.push_back(model::LegsReplaced{start.replaced->id, id});
    connected_if_inside(id, *find(id), effects);
    return;
  }
  std::string arguments;
  for (const std::string& argument : start.args) arguments += (arguments.empty() ? "" : ",") + argument;
  Leg* leg = known_or_ours(start.channel, effects);
  if (!leg)
    if (const auto tokens = link::tokens_of_arguments(arguments)) leg = &create(start.channel, *tokens, true, effects);
  // A caller: his number is what the dialplan gave us, or else where he stands in it.
  const std::string entry = start.args.empty() ? start.channel.exten : start.args.front();
  if (leg) {
    leg->inside = true;
    leg->up = leg->up || start.channel.state == "Up";
    connected_if_inside(id, *leg, effects);
    if (std::exchange(leg->left, false) && leg->customer()) come_back(id, *leg, entry, effects);
    return;
  }
  Leg& caller = legs_[id];
  caller = Leg{};
  caller.channel = start.channel.name;
  caller.device = device_of_channel(start.channel.name);
  caller.entry = entry;
  caller.ani = start.channel.caller_number;
  caller.name = start.channel.caller_name;
  caller.redirecting = start.channel.redirecting_number;
  caller.inside = true;
  caller.up = start.channel.state == "Up";
  effects.events.push_back(description(start.channel, caller));
  tell_pair(id, effects);
  connected_if_inside(id, caller, effects);
  ask(id, caller, effects);
}

// --- legs go on ---------------------------------------------------------------------------------------------------------

void Channels::advance(const std::string& id, Leg& leg, LegState state, Effects& effects) {
  if (rank(state) <= rank(leg.state)) return;
  leg.state = state;
  effects.events.push_back(model::LegStateSeen{id, state});
}

void Channels::connected_if_inside(const std::string& id, Leg& leg, Effects& effects) {
  if (leg.up && leg.inside) advance(id, leg, LegState::connected, effects);
}

void Channels::on_seen(const Channel& channel, Effects& effects) {
  Leg* leg = known_or_ours(channel, effects);
  if (!leg) return;
  if (channel.state == "Up") {
    leg->up = true;
    connected_if_inside(channel.id, *leg, effects);
  } else if (channel.state == "Ringing" || channel.state == "Pre-ring") {
    advance(channel.id, *leg, LegState::alerting, effects);
  } else if (channel.state == "Dialing" || channel.state == "Dialing Offhook") {
    advance(channel.id, *leg, LegState::dialing, effects);
  } else if (channel.state == "Busy") {
    advance(channel.id, *leg, LegState::failed, effects);
  }
}

void Channels::on_dialled(const Dialled& dialled, Effects& effects) {
  Leg* leg = known_or_ours(dialled.peer, effects);
  if (!leg) return;
  const std::string& id = dialled.peer.id;
  if (dialled.status.empty()) advance(id, *leg, LegState::dialing, effects);
  else if (dialled.status == "RINGING") advance(id, *leg, LegState::alerting, effects);
  else if (dialled.status == "PROGRESS") advance(id, *leg, LegState::early, effects);
  else if (is_failure(dialled.status)) advance(id, *leg, LegState::failed, effects);
  if (!dialled.forward.empty()) effects.events.push_back(model::CallDiverted{id, leg->device, dialled.forward, journal::DivertReason::unknown, dialled.status});
}

void Channels::on_caller(const Channel& channel, Effects& effects) {
  Leg* leg = find(channel.id);
  if (!leg || leg->tokens.contact) return;
  if (leg->ani == channel.caller_number && leg->name == channel.caller_name && leg->redirecting == channel.redirecting_number) return;
  leg->ani = channel.caller_number;
  leg->name = channel.caller_name;
  leg->redirecting = channel.redirecting_number;
  effects.events.push_back(model::PartyChanged{channel.id, leg->ani, leg->name, {}, leg->redirecting});
}

// --- bridges and hold ---------------------------------------------------------------------------------------------------

std::string Channels::talk_bridge_of(const std::string& channel_id) const {
  const auto leg = legs_.find(channel_id);
  return leg == legs_.end() ? std::string() : leg->second.bridge;
}

bool Channels::on_hold(const std::string& channel_id) const {
  const auto leg = legs_.find(channel_id);
  return leg != legs_.end() && !leg->second.held_by.empty();
}

/// The agent's leg is held by its own phone, or because a caller was put on hold for it.
bool Channels::is_held(const std::string& id, const Leg& leg) const {
  return leg.phone_held ||
         std::ranges::any_of(legs_, [&](const auto& other) { return other.second.on_hold && other.second.held_by == id; });
}

void Channels::tell_hold(const std::string& id, Effects& effects) {
  Leg* leg = find(id);
  if (!leg || rank(leg->state) < rank(LegState::connected)) return;
  const LegState state = is_held(id, *leg) ? LegState::held : LegState::connected;
  if (leg->state == state) return;
  leg->state = state;
  effects.events.push_back(model::LegStateSeen{id, state});
}

void Channels::on_phone_hold(const Channel& channel, bool held, Effects& effects) {
  Leg* leg = find(channel.id);
  if (!leg) return;
  leg->phone_held = held;
  tell_hold(channel.id, effects);
}

void Channels::leave_bridge(const std::string& id, Leg& leg, Effects& effects) {
  if (leg.bridge.empty()) return;
  effects.events.push_back(model::LegLeftBridge{id, leg.bridge});
  leg.bridge.clear();
}

void Channels::end_holds_by(const std::string& agent_id, Effects& effects) {
  for (auto& [id, leg] : legs_) {
    if (leg.held_by != agent_id) continue;
    leg.held_by.clear();
    leg.on_hold = false;
    if (std::exchange(leg.moved_out, false)) leave_bridge(id, leg, effects);
  }
}

void Channels::on_entered(const BridgeEntered& entered, Effects& effects) {
  Leg* leg = known_or_ours(entered.channel, effects);
  if (!leg || leg->left) return;  // what the dialplan does with it is not ours
  const std::string& id = entered.channel.id;
  if (is_holding(entered.bridge)) {
    if (leg->held_by.empty() || !leg->moved_out) return;
    leg->on_hold = true;
    tell_hold(leg->held_by, effects);
    return;
  }
  if (leg->bridge == entered.bridge.id) {
    // Back from hold. Entering twice says nothing new.
    const std::string agent = std::exchange(leg->held_by, {});
    leg->moved_out = leg->on_hold = false;
    tell_hold(agent, effects);
    return;
  }
  leave_bridge(id, *leg, effects);
  leg->held_by.clear();
  leg->moved_out = leg->on_hold = false;
  leg->bridge = entered.bridge.id;
  effects.events.push_back(model::LegEnteredBridge{id, entered.bridge.id});
}

void Channels::on_left(const BridgeLeft& left, Effects& effects) {
  const std::string& id = left.channel.id;
  Leg* leg = find(id);
  if (leg && !is_holding(left.bridge) && leg->bridge == left.bridge.id) {
    if (!leg->held_by.empty()) {
      leg->moved_out = true;
    } else {
      leave_bridge(id, *leg, effects);
      end_holds_by(id, effects);
    }
  }
  if (left.bridge.channels.empty() && own_bridge(left.bridge.id)) effects.empty_bridges.push_back(left.bridge.id);
}

void Channels::on_merged(const BridgeMerged& merged, Effects& effects) {
  bool told = false;
  for (auto& [id, leg] : legs_) {
    if (leg.bridge != merged.from.id) continue;
    leg.bridge = merged.into.id;
    told = true;
  }
  if (told) effects.events.push_back(model::CallsMerged{merged.from.id, merged.into.id});
}

void Channels::on_bridge_destroyed(const Bridge& bridge, Effects& effects) {
  for (auto& [id, leg] : legs_)
    if (leg.bridge == bridge.id) leave_bridge(id, leg, effects);
}

void Channels::holding(const std::string& customer_id, const std::string& agent_id) {
  Leg* leg = find(customer_id);
  if (leg && !leg->bridge.empty() && !leg->on_hold) leg->held_by = agent_id;
}

void Channels::hold_failed(const std::string& customer_id, Effects& effects) {
  Leg* leg = find(customer_id);
  if (!leg || leg->on_hold) return;
  leg->held_by.clear();
  if (std::exchange(leg->moved_out, false)) leave_bridge(customer_id, *leg, effects);
}

// --- legs end -----------------------------------------------------------------------------------------------------------

void Channels::ending(const std::string& channel_id, Cause cause) {
  if (Leg* leg = find(channel_id)) leg->asked_to_end = cause;
}

void Channels::releasing(const std::string& channel_id) {
  if (Leg* leg = find(channel_id)) leg->released = true;
}

void Channels::on_hangup(const HangupRequested& request) {
  Leg* leg = find(request.channel.id);
  if (!leg || (request.soft && request.cause == kSoftRedirect)) return;
  const bool shutdown = request.soft && request.cause == kSoftShutdown;
  // The first word counts: what follows is Asterisk's own tidying up.
  if (leg->announced && !shutdown) return;
  leg->announced = Leg::Announced{request.soft ? 0 : request.cause, request.soft, shutdown};
}

void Channels::on_destroyed(const ChannelDestroyed& destroyed, Effects& effects) {
  Leg* leg = find(destroyed.channel.id);
  if (!leg) return;
  leg->up = leg->up || destroyed.channel.state == "Up";
  std::string text = destroyed.cause_text;
  if (destroyed.tech_cause != 0) text += " (SIP " + std::to_string(destroyed.tech_cause) + ")";
  gone(destroyed.channel.id, destroyed.cause, std::move(text), effects);
}

void Channels::on_end(const StasisEnd& end, Effects& effects) {
  const std::string& id = end.channel.id;
  Leg* leg = find(id);
  if (!leg) return;
  leg->inside = false;
  leg->left = true;
  // Channels that we originated are subscribed by name: their ChannelDestroyed follows and says more.
  if (leg->ours) effects.doubtful_channels.push_back(id);
  else if (leg->announced) gone(id, leg->announced->cause, leg->announced->soft ? "hung up by the switch" : "hung up", effects);
  else if (leg->released) gone_as(id, Cause::transferred, 0, "released", EndedBy::us, effects);
  else effects.doubtful_channels.push_back(id);
}

void Channels::looked_up(const std::string& channel_id, const Channel* channel, Effects& effects) {
  Leg* leg = find(channel_id);
  if (channel && link::tokens_of_leg(channel_id) && !(leg && leg->left)) return on_seen(*channel, effects);  // still being dialled
  if (channel && in_our_application(*channel)) {
    const bool asks = leg && std::exchange(leg->asks, false) && !leg->asked_to_end;
    if (asks && !leads_to_customer(*leg)) effects.not_routable.push_back(channel_id);
    return;
  }
  if (channel) return gone_as(channel_id, Cause::transferred, 0, "left the application", EndedBy::unknown, effects);
  if (leg && leg->announced) return gone(channel_id, leg->announced->cause, "hung up", effects);
  gone_as(channel_id, leg && leg->left ? Cause::unknown : Cause::lost, 0, "not on the switch any more", EndedBy::unknown, effects);
}

void Channels::gone(const std::string& id, std::int32_t raw_code, std::string raw_text, Effects& effects) {
  const Leg& leg = legs_.at(id);
  const model::LegPast past = rank(leg.state) >= rank(LegState::connected) || leg.up ? model::LegPast::answered
                              : leg.ours                                             ? model::LegPast::ringing
                                                                                     : model::LegPast::arriving;
  Cause cause = model::cause_of_q850(raw_code, past);
  EndedBy by = EndedBy::unknown;
  if (leg.announced && leg.announced->shutdown) {
    cause = Cause::switch_lost;
    by = EndedBy::network;
  } else if (leg.announced && !leg.announced->soft) {
    by = leg.tokens.contact && !leg.called() ? EndedBy::agent : EndedBy::customer;
  } else if (leg.asked_to_end) {
    cause = *leg.asked_to_end;
    by = EndedBy::us;
  } else if (leg.tokens.contact && (cause == Cause::busy || cause == Cause::rejected)) {
    by = leg.called() ? EndedBy::customer : EndedBy::agent;
  }
  gone_as(id, cause, raw_code, std::move(raw_text), by, effects);
}

void Channels::gone_as(const std::string& id, Cause cause, std::int32_t raw_code, std::string raw_text, EndedBy by, Effects& effects) {
  std::string device;
  if (const Leg* leg = find(id)) {
    device = leg->device;
    legs_.erase(id);
    end_holds_by(id, effects);
  }
  effects.events.push_back(model::LegGone{id, cause, raw_code, std::move(raw_text), by});
  const auto watched = devices_.find(device);
  if (watched != devices_.end() && is_in_use(watched->second.state)) effects.doubtful_devices.push_back(device);
}

// --- devices ------------------------------------------------------------------------------------------------------------

void Channels::on_device(const DeviceState& device, Effects& effects) {
  const auto watched = devices_.find(device.name);
  if (watched == devices_.end()) return;
  watched->second.state = device.state;
  const bool ours = std::ranges::any_of(legs_, [&](const auto& leg) { return leg.second.device == device.name; });
  tell_device(device.name, is_in_use(device.state) && !ours, device.state != "UNAVAILABLE" && device.state != "INVALID", false, effects);
}

void Channels::tell_device(const std::string& name, bool busy, bool reachable, bool always, Effects& effects) {
  Device& device = devices_.at(name);
  if (device.told && !always && device.busy == busy && device.reachable == reachable) return;
  device.told = true;
  device.busy = busy;
  device.reachable = reachable;
  effects.events.push_back(model::DeviceStateSeen{name, busy, reachable});
}

// --- snapshot -----------------------------------------------------------------------------------------------------------

bool Channels::in_our_application(const Channel& channel) const {
  return channel.app_name == "Stasis" && (channel.app_data == app_ || channel.app_data.starts_with(app_ + ","));
}

std::string Channels::arguments_of(const Channel& channel) const {
  if (!in_our_application(channel) || channel.app_data.size() <= app_.size()) return {};
  return channel.app_data.substr(app_.size() + 1);
}

void Channels::begin(const std::vector<Channel>& channels, const std::vector<Bridge>& bridges, const std::vector<Endpoint>& endpoints,
                     Effects& effects) {
  std::set<std::string> held_by_phone;
  for (const auto& [id, leg] : legs_)
    if (leg.phone_held) held_by_phone.insert(id);
  legs_.clear();
  std::map<std::string, const Bridge*> bridge_of;
  for (const Bridge& bridge : bridges) {
    for (const std::string& id : bridge.channels) bridge_of[id] = &bridge;
    if (bridge.channels.empty() && own_bridge(bridge.id)) effects.empty_bridges.push_back(bridge.id);
  }

  model::Snapshot snapshot;
  struct Held {
    std::size_t place;  // in the snapshot
    OwnBridge in;
    std::string bridge;
  };
  std::vector<Held> held;  // callers in holding bridges
  for (const Channel& channel : channels) {
    const auto in = bridge_of.find(channel.id);
    const Bridge* bridge = in == bridge_of.end() ? nullptr : in->second;
    const auto own = bridge ? own_bridge(bridge->id) : std::nullopt;
    auto tokens = link::tokens_of_leg(channel.id);
    const std::string arguments = arguments_of(channel);
    if (!tokens) tokens = link::tokens_of_arguments(arguments);
    if (!tokens && !in_our_application(channel) && !own) continue;

    Leg leg;
    leg.channel = channel.name;
    leg.device = device_of_channel(channel.name);
    leg.ours = tokens.has_value();
    leg.ani = channel.caller_number;
    leg.name = channel.caller_name;
    leg.redirecting = channel.redirecting_number;
    leg.up = channel.state == "Up";
    leg.inside = in_our_application(channel) || bridge;
    if (tokens) leg.tokens = *tokens;
    else if (arguments.empty() && own && own->talk) leg.tokens.contact = own->contact;  // came by a transfer
    else leg.entry = arguments.empty() ? channel.exten : first_argument(arguments);
    leg.phone_held = leg.up && leg.inside && held_by_phone.contains(channel.id);
    if (leg.phone_held) leg.state = LegState::held;
    else if (leg.up && leg.inside) leg.state = LegState::connected;
    else if (channel.state == "Ringing") leg.state = LegState::alerting;
    else if (tokens) leg.state = LegState::dialing;
    if (bridge && !is_holding(*bridge)) leg.bridge = bridge->id;

    model::SnapshotLeg shown;
    shown.leg = description(channel, leg);
    shown.state = leg.state;
    shown.bridge = leg.bridge;
    shown.entry = leg.entry;
    shown.asks_route = !leg.tokens.contact && leg.bridge.empty();
    if (own && !own->talk && leg.customer()) held.push_back({snapshot.legs.size(), *own, bridge->id});
    legs_[channel.id] = std::move(leg);
    snapshot.legs.push_back(std::move(shown));
  }

  // A caller in the holding bridge whose agent stands in the talk bridge is on hold. One whose agent has gone meanwhile is alone, as if they
  // had talked: nobody has sent him anywhere.
  for (const auto& [place, in, bridge] : held) {
    const ContactId contact = in.contact;
    const auto agent = std::ranges::find_if(snapshot.legs, [&](const model::SnapshotLeg& leg) {
      const auto own = own_bridge(leg.bridge);
      return leg.leg.tokens.contact == contact && own && own->talk && own->contact == contact;
    });
    model::SnapshotLeg& caller = snapshot.legs[place];
    if (agent == snapshot.legs.end()) {
      if (in.hold) caller.bridge = bridge;
      caller.asks_route = caller.asks_route && !in.hold;
      continue;
    }
    caller.bridge = agent->bridge;
    caller.asks_route = false;
    agent->state = LegState::held;
    Leg& leg = legs_.at(caller.leg.native_id);
    leg.bridge = agent->bridge;
    leg.held_by = agent->leg.native_id;
    leg.moved_out = leg.on_hold = true;
    legs_.at(agent->leg.native_id).state = LegState::held;
  }
  for (model::SnapshotLeg& half : snapshot.legs) {
    if (!half.asks_route || !is_local(half.leg.device)) continue;
    const Leg& leg = legs_.at(half.leg.native_id);
    half.asks_route = leads_to_customer(leg);
    if (!half.asks_route && leg.inside) effects.not_routable.push_back(half.leg.native_id);
  }
  effects.events.push_back(std::move(snapshot));
  std::erase_if(recordings_, [&](const auto& recording) { return !records_ours(recording.second); });  // it ended with what it recorded
  for (const auto& [id, leg] : legs_)
    if (leg.channel.ends_with(";2")) tell_pair(id, effects);

  for (auto& [name, device] : devices_) {
    const auto endpoint = std::ranges::find(endpoints, name, &Endpoint::name);
    const bool exists = endpoint != endpoints.end();
    const bool busy = exists && std::ranges::any_of(endpoint->channels, [&](const std::string& id) { return !legs_.contains(id); });
    device.state = !exists ? "INVALID" : endpoint->channels.empty() ? "NOT_INUSE" : "INUSE";
    tell_device(name, busy, exists && endpoint->state != "offline", true, effects);
  }
}

}  // namespace callwright::cti::asterisk
