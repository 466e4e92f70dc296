#include "cti/freeswitch/channels.hpp"

#include <algorithm>
#include <utility>

#include "base/utf8.hpp"
#include "cti/link/names.hpp"
#include "cti/model/cause.hpp"

namespace callwright::cti::freeswitch {
namespace {

using journal::Cause;
using journal::EndedBy;
using journal::LegState;
using model::DeviceClass;

constexpr std::size_t kIdLimit = 256, kShownLimit = 256;

/// How far a leg has come; it never goes back.
int rank(LegState state) {
  switch (state) {
    case LegState::initiated: return 0;
    case LegState::dialing: return 1;
    case LegState::alerting: return 2;
    case LegState::early: return 3;
    default: return 4;
  }
}

/// Without a slash, by which those that we make up are known.
bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= kIdLimit && std::ranges::all_of(id, [](char c) { return c > ' ' && c < 0x7F && c != '/'; });
}

std::string clean(std::string_view text) { return to_utf8(text, kShownLimit); }

/// The connected set of two: named by both, in whatever order FreeSWITCH names them.
std::string bridge_of(const std::string& one, const std::string& two) { return one < two ? one + "+" + two : two + "+" + one; }

std::string conference_of(std::string_view name) { return "conference/" + clean(name.substr(0, name.find('@'))); }

/// The number in `<sip:0800123@example.org>;reason=unconditional`.
std::string number_in(std::string_view diversion) {
  const std::size_t begin = diversion.find("sip:");
  if (begin == diversion.npos) return {};
  diversion.remove_prefix(begin + 4);
  return clean(diversion.substr(0, diversion.find_first_of("@;>")));
}

bool is_loopback(std::string_view channel) { return channel.starts_with("loopback/"); }

ChannelIdentity identity_of(const Event& event) {
  // A caller's leg has the names of whom the dialplan dialled for him; only on a leg that FreeSWITCH calls they are its own.
  const bool called = event[Field::CallDirection] == "outbound";
  const std::string_view gateway = event[Field::GatewayName].empty() ? event[Field::Gateway] : event[Field::GatewayName];
  return {event[Field::ChannelName], event[Field::PresenceId], called ? event[Field::DialedUser] : std::string_view(),
          called ? event[Field::DialedDomain] : std::string_view(), gateway};
}

}  // namespace

Channels::Channels(const Settings& settings)
    : devices_(settings.devices, settings.trunk_profiles), trunk_profiles_(settings.trunk_profiles), part_limit_(settings.part_limit) {}

void Channels::know_devices(const std::vector<std::string>& devices) { devices_ = Devices(devices, trunk_profiles_); }

bool Channels::on(const Event& event, Instant now, Effects& effects) {
  const EventKind kind = event.kind();
  const bool is_conference = kind == EventKind::conference;
  if (!is_id(event[Field::UniqueId])) return is_conference;  // much of a conference is of nobody
  switch (kind) {
    case EventKind::channel_create:
    case EventKind::channel_data: known_or_new(event, effects); break;
    case EventKind::channel_progress:
    case EventKind::channel_progress_media:
      // Of a caller it says that we let him hear something.
      if (Leg* leg = known_or_new(event, effects); leg && leg->called)
        advance(std::string(event[Field::UniqueId]), *leg, kind == EventKind::channel_progress ? LegState::alerting : LegState::early, effects);
      break;
    case EventKind::channel_answer:
      if (Leg* leg = known_or_new(event, effects)) {
        leg->up = true;
        if (!leg->ours()) advance(std::string(event[Field::UniqueId]), *leg, LegState::connected, effects);
      }
      break;
    case EventKind::channel_park: on_park(event, effects); break;
    case EventKind::channel_bridge: on_bridge(event, effects); break;
    case EventKind::channel_unbridge: on_unbridge(event, effects); break;
    case EventKind::channel_hold: hold(event, true, effects); break;
    case EventKind::channel_unhold: hold(event, false, effects); break;
    case EventKind::channel_uuid: on_uuid(event, effects); break;
    case EventKind::call_update: on_update(event, effects); break;
    case EventKind::channel_hangup:
    case EventKind::channel_hangup_complete:
    case EventKind::channel_destroy: on_hangup(event, now, effects); break;
    case EventKind::dtmf:
      if (find(event[Field::UniqueId]) && !event[Field::Digit].empty())
        effects.events.push_back(model::DtmfSeen{std::string(event[Field::UniqueId]), clean(event[Field::Digit])});
      break;
    case EventKind::record_start: on_recording(event, true, effects); break;
    case EventKind::record_stop: on_recording(event, false, effects); break;
    case EventKind::conference: on_conference(event, effects); break;
    default: break;
  }
  return true;
}

// --- legs begin ---------------------------------------------------------------------------------------------------------

Channels::Leg* Channels::find(std::string_view id) {
  const auto leg = legs_.find(id);
  return leg == legs_.end() ? nullptr : &leg->second;
}

Channels::Leg* Channels::known_or_new(const Event& event, Effects& effects) {
  const std::string_view id = event[Field::UniqueId];
  if (Leg* leg = find(id)) return leg->parting ? nullptr : leg;
  if (ended_.contains(id) || released_.contains(id) || event[Field::ChannelName].empty() || legs_.size() >= kLegs) return nullptr;
  return &create(event, effects);
}

void Channels::describe(std::string_view id, const ChannelIdentity& channel, Leg& leg) const {
  if (const auto tokens = link::tokens_of_leg(id)) leg.tokens = *tokens;
  const std::string station = devices_.station(channel);
  leg.device = clean(station.empty() ? Devices::trunk(channel) : station);
  leg.kind = is_loopback(channel.name)              ? DeviceClass::local_half
             : leg.ours() && !leg.tokens.offer      ? DeviceClass::trunk
             : leg.tokens.offer || !station.empty() ? DeviceClass::station
                                                    : DeviceClass::trunk;
}

/// A trunk's leg calls in or is called out, as FreeSWITCH says. Which of the two a call is for the centre is decided by the class of the device: what
/// an agent's phone dials is `inbound` for FreeSWITCH, and no call of a customer.
model::LegCreated Channels::description(const std::string& id, const Leg& leg, std::string_view destination) const {
  model::LegCreated made;
  made.native_id = id;
  made.device = leg.device;
  made.device_class = leg.kind;
  made.direction = leg.called ? journal::Direction::outbound : journal::Direction::inbound;
  made.tokens = leg.tokens;
  if (!leg.ours()) {
    made.ani = leg.ani;
    made.caller_name = leg.name;
    made.dnis = clean(destination);
    made.redirecting = leg.redirecting;
  }
  return made;
}

Channels::Leg& Channels::create(const Event& event, Effects& effects) {
  const std::string id(event[Field::UniqueId]);
  Leg& leg = legs_[id];
  leg = Leg{};
  leg.called = event[Field::CallDirection] == "outbound";
  leg.ani = clean(event[Field::CallerNumber]);
  leg.name = clean(event[Field::CallerName]);
  leg.redirecting = event[Field::Redirecting].empty() ? number_in(event[Field::Diversion]) : clean(event[Field::Redirecting]);
  leg.transfer_source = event[Field::TransferSource];
  describe(id, identity_of(event), leg);
  effects.events.push_back(description(id, leg, event[Field::Destination]));
  pair_halves(id, leg, event[Field::OtherLoopbackLeg], effects);
  if (leg.called && leg.kind != DeviceClass::local_half) advance(id, leg, LegState::dialing, effects);
  leg.up = event[Field::AnswerState] == "answered";
  if (leg.up && !leg.ours()) advance(id, leg, LegState::connected, effects);
  return leg;
}

void Channels::pair_halves(const std::string& id, Leg& leg, std::string_view other, Effects& effects) {
  Leg* const half = other.empty() || !leg.pair.empty() ? nullptr : find(other);
  if (!half) return;
  leg.pair = other;
  half->pair = id;
  effects.events.push_back(model::LocalPair{std::string(other), id});
}

// --- legs go on ---------------------------------------------------------------------------------------------------------

void Channels::advance(const std::string& id, Leg& leg, LegState state, Effects& effects) {
  if (rank(state) <= rank(leg.state)) return;
  leg.state = state;
  effects.events.push_back(model::LegStateSeen{id, state});
}

void Channels::hold(const Event& event, bool held, Effects& effects) {
  Leg* leg = known_or_new(event, effects);
  if (!leg || rank(leg->state) < rank(LegState::connected)) return;
  const LegState state = held ? LegState::held : LegState::connected;
  if (leg->state == state) return;
  leg->state = state;
  effects.events.push_back(model::LegStateSeen{std::string(event[Field::UniqueId]), state});
}

/// Both leave the connected set that they are in.
void Channels::part(const std::string& id, Effects& effects) {
  Leg* leg = find(id);
  if (!leg || leg->bridge.empty()) return;
  const std::string bridge = std::exchange(leg->bridge, {});
  const std::string partner = std::exchange(leg->partner, {});
  effects.events.push_back(model::LegLeftBridge{id, bridge});
  Leg* other = partner.empty() ? nullptr : find(partner);
  if (!other || other->bridge != bridge) return;
  other->bridge.clear();
  other->partner.clear();
  leg->last_partner = partner;
  other->last_partner = id;
  effects.events.push_back(model::LegLeftBridge{partner, bridge});
}

void Channels::on_park(const Event& event, Effects& effects) {
  const std::string id(event[Field::UniqueId]);
  const std::string_view entry = event[Field::Entry];
  if (!entry.empty()) released_.erase(id);  // the dialplan gives him to us again
  Leg* leg = known_or_new(event, effects);
  if (!leg) return;
  part(id, effects);  // the partner's CHANNEL_UNBRIDGE may come later
  leg->music = false;
  leg->sent_to.reset();
  if (leg->ours()) {
    leg->up = true;
    advance(id, *leg, LegState::connected, effects);
    return settle_partings(id, Became::ours_or_anothers, effects);
  }
  leg->waits = !entry.empty();
  if (!leg->waits) return settle_partings(id, Became::led_on, effects);
  if (leg->kind == DeviceClass::local_half) effects.not_routable.push_back(id);
  else effects.events.push_back(model::RouteAsked{id, clean(entry)});
  settle_partings(id, Became::ours_or_anothers, effects);
  end_half(*leg, effects);
}

void Channels::on_bridge(const Event& event, Effects& effects) {
  const std::string one(event[Field::BridgeA]), two(event[Field::BridgeB]);
  known_or_new(event, effects);
  if (one == two || !find(one) || !find(two) || find(one)->parting || find(two)->parting) return;
  const std::string bridge = bridge_of(one, two);
  // Nobody enters a talk whose other end is still said to ring.
  for (const std::string& id : {one, two})
    if (Leg& leg = *find(id); leg.bridge != bridge) advance(id, leg, LegState::connected, effects);
  for (const auto& [id, partner] : {std::pair{one, two}, std::pair{two, one}}) {
    Leg& leg = *find(id);
    if (leg.bridge == bridge) continue;
    part(id, effects);
    leg.bridge = bridge;
    leg.partner = partner;
    leg.last_partner.clear();
    leg.sent_to.reset();
    leg.waits = leg.music = false;
    leg.up = true;
    effects.events.push_back(model::LegEnteredBridge{id, bridge});
  }
  if (Leg* leg = find(event[Field::UniqueId])) leg->transfer_source = event[Field::TransferSource];
  for (const std::string& id : {one, two}) {
    settle_partings(id, Became::ours_or_anothers, effects);
    end_half(*find(id), effects);
  }
}

void Channels::on_unbridge(const Event& event, Effects& effects) {
  const std::string one(event[Field::BridgeA]), two(event[Field::BridgeB]);
  Leg* first = find(one);
  Leg* second = find(two);
  if (first && first->partner == two) part(one, effects);
  Leg* told = find(event[Field::UniqueId]);
  if (!told || !first || !second || told->parting) return;
  note_transfer(*told, event);
  const std::string& id = told == first ? one : two;
  const std::string& other = told == first ? two : one;
  if (told->sent_to && find(other)->parting) hand_on(other, id, effects);
}

/// A channel has got another id.
void Channels::on_uuid(const Event& event, Effects& effects) {
  const std::string id(event[Field::UniqueId]), old(event[Field::OldUniqueId]);
  Leg* leg = find(old);
  if (!leg || leg->parting || !is_id(id) || legs_.contains(id)) return;
  auto node = legs_.extract(old);
  node.key() = id;
  Leg& moved = legs_.insert(std::move(node)).position->second;
  for (auto& [other_id, other] : legs_)
    for (std::string* name : {&other.partner, &other.last_partner, &other.pair})
      if (*name == old) *name = id;
  model::LegCreated made = description(id, moved, {});
  made.device_class = DeviceClass::unknown;  // it is whose the old one was, and no new caller
  effects.events.push_back(std::move(made));
  effects.events.push_back(model::LegsReplaced{old, id});
  effects.events.push_back(model::LegGone{old, Cause::normal, 0, "another id", EndedBy::network});
  remember_end(old);
}

void Channels::on_update(const Event& event, Effects& effects) {
  Leg* leg = known_or_new(event, effects);
  if (!leg || leg->ours() || leg->called || !leg->is_outside()) return;
  const std::string ani = clean(event[Field::CallerNumber]), name = clean(event[Field::CallerName]);
  if (ani.empty() || (leg->ani == ani && leg->name == name)) return;
  leg->ani = ani;
  leg->name = name;
  effects.events.push_back(model::PartyChanged{std::string(event[Field::UniqueId]), ani, name, {}, {}});
}

/// A recording that the end of its channel closes is told behind that end.
void Channels::on_recording(const Event& event, bool began, Effects& effects) {
  const std::string id(event[Field::UniqueId]), name = to_utf8(event[Field::RecordPath], 1024);
  if (name.empty()) return;
  if (began ? !find(id) || recordings_.size() >= kRecordings || !recordings_.emplace(name, id).second : recordings_.erase(name) == 0) return;
  effects.events.push_back(model::RecordingChanged{id, {}, name, began ? journal::RecordingState::recording : journal::RecordingState::stopped, {}});
}

void Channels::on_conference(const Event& event, Effects& effects) {
  const std::string_view action = event[Field::ConferenceAction];
  const std::string id(event[Field::UniqueId]);
  if (action == "del-member") {
    if (Leg* leg = find(id); leg && leg->bridge == conference_of(event[Field::ConferenceName])) part(id, effects);
    return;
  }
  Leg* leg = action == "add-member" ? known_or_new(event, effects) : nullptr;
  const std::string bridge = conference_of(event[Field::ConferenceName]);
  if (!leg || leg->bridge == bridge) return;
  part(id, effects);
  leg->bridge = bridge;
  leg->waits = leg->music = false;
  advance(id, *leg, LegState::connected, effects);
  effects.events.push_back(model::LegEnteredBridge{id, bridge});
  settle_partings(id, Became::ours_or_anothers, effects);
  end_half(*leg, effects);
}

// --- legs end -----------------------------------------------------------------------------------------------------------

void Channels::ending(const std::string& id, Cause cause) {
  if (Leg* leg = find(id)) leg->asked_to_end = cause;
}

void Channels::released(const std::string& id, Effects& effects) {
  Leg* leg = find(id);
  if (!leg || leg->parting) return;
  part(id, effects);
  effects.events.push_back(model::LegGone{id, Cause::transferred, 0, "released", EndedBy::us});
  end_half(*leg, effects);
  legs_.erase(id);
  if (released_.size() < kLegs) released_.insert(id);
}

void Channels::music_begins(const std::string& id) {
  if (Leg* leg = find(id)) leg->music = true;
}

bool Channels::plays_music(const std::string& id) const {
  const auto leg = legs_.find(id);
  return leg != legs_.end() && leg->second.music;
}

/// Of a phone that has hung up or refused FreeSWITCH tells how (`recv_bye`, `recv_refuse`, `recv_cancel`), often only in CHANNEL_HANGUP_COMPLETE; but
/// the status that came with it is there at once, and is there in no other case. `send_...` is FreeSWITCH's own doing.
model::LegGone Channels::end_of(const std::string& id, const Leg& leg, const Event& event) const {
  const std::string_view name = event[Field::HangupCause], disposition = event[Field::HangupDisposition], status = event[Field::TermStatus];
  const bool by_itself =
      disposition.starts_with("recv_") || (disposition.empty() && !status.empty()) || event[Field::TransferDisposition] == "recv_replace";
  const model::LegPast past = leg.up || rank(leg.state) >= rank(LegState::connected) ? model::LegPast::answered
                              : leg.called                                           ? model::LegPast::ringing
                                                                                     : model::LegPast::arriving;
  model::LegGone gone;
  gone.native_id = id;
  gone.raw_code = model::freeswitch_code(name);
  gone.raw_text = clean(name);
  if (!status.empty() && status != "200") gone.raw_text += " (SIP " + clean(status) + ")";
  gone.cause = model::cause_of_freeswitch(name, past);
  // A refusal by busy or decline is somebody's; any other is the network's between.
  const bool by_somebody =
      past == model::LegPast::answered || gone.cause == Cause::busy || gone.cause == Cause::rejected || gone.cause == Cause::caller_cancel;
  if (by_itself && by_somebody) {
    gone.by = leg.is_outside() ? EndedBy::customer : EndedBy::agent;
  } else if (leg.asked_to_end) {
    gone.cause = *leg.asked_to_end;
    gone.by = EndedBy::us;
  } else {
    gone.by = EndedBy::network;
  }
  return gone;
}

void Channels::on_hangup(const Event& event, Instant now, Effects& effects) {
  const std::string id(event[Field::UniqueId]);
  released_.erase(id);
  Leg* leg = find(id);
  if (!leg) return remember_end(id);
  if (leg->parting) {
    if (event.kind() == EventKind::channel_hangup_complete) leg->parting->gone = end_of(id, *leg, event);
    return;
  }
  Parting parting;
  parting.gone = end_of(id, *leg, event);
  const std::string_view to = event[Field::TransferTo], destination = event[Field::TransferDestination];
  if (to.starts_with("att:")) parting.transfer = model::Transfer{journal::TransferKind::attended, id, {}, clean(event[Field::ReferUuid]), {}};
  else if (destination.starts_with("blind:"))
    parting.transfer = model::Transfer{journal::TransferKind::blind, id, {}, {}, clean(destination.substr(6))};
  say_goodbye(id, std::move(parting), now, effects);
}

// --- snapshot -----------------------------------------------------------------------------------------------------------

void Channels::begin(const std::vector<Listed>& listed, const std::vector<BridgedPair>& bridged, Effects& effects) {
  legs_.clear();
  partings_.clear();
  ended_.clear();
  ended_order_.clear();
  std::map<std::string, std::string> partner_of;
  for (const BridgedPair& pair : bridged) {
    partner_of[pair.one] = pair.two;
    partner_of[pair.two] = pair.one;
  }
  std::set<std::string, std::less<>> present;
  for (const Listed& one : listed) present.insert(one.row.uuid);
  std::erase_if(released_, [&](const std::string& id) { return !present.contains(id); });
  std::erase_if(recordings_, [&](const auto& recording) { return !present.contains(recording.second); });

  model::Snapshot snapshot;
  for (const Listed& one : listed) {
    const ChannelRow& row = one.row;
    if (!is_id(row.uuid) || row.call_state == "HANGUP" || legs_.contains(row.uuid) || released_.contains(row.uuid) || legs_.size() >= kLegs) continue;
    Leg& leg = legs_[row.uuid];
    leg.called = row.direction == "outbound";
    leg.ani = clean(row.caller_number);
    leg.name = clean(row.caller_name);
    describe(row.uuid, {row.name, row.presence, {}, {}, {}}, leg);
    const auto partner = partner_of.find(row.uuid);
    if (partner != partner_of.end() && present.contains(partner->second)) {
      leg.partner = partner->second;
      leg.bridge = bridge_of(row.uuid, leg.partner);
    } else if (row.application == "conference") {
      leg.bridge = conference_of(row.application_data);
    }
    const bool active = row.call_state == "ACTIVE" || row.call_state == "HELD" || row.call_state == "UNHELD" || row.call_state == "RING_WAIT";
    leg.up = active || !leg.bridge.empty();
    leg.music = row.application == "playback";
    if (leg.up && (!leg.ours() || !leg.bridge.empty() || row.application == "park"))
      leg.state = row.call_state == "HELD" ? LegState::held : LegState::connected;
    else if (leg.called && (active || row.call_state == "RINGING")) leg.state = LegState::alerting;
    else if (leg.called && row.call_state == "EARLY") leg.state = LegState::early;
    else if (leg.called) leg.state = LegState::dialing;

    model::SnapshotLeg shown;
    shown.leg = description(row.uuid, leg, row.destination);
    shown.state = leg.state;
    shown.bridge = leg.bridge;
    shown.queue = one.queue;
    if (!leg.ours() && leg.bridge.empty() && !one.entry.empty()) {
      leg.waits = true;
      if (leg.kind == DeviceClass::local_half) effects.not_routable.push_back(row.uuid);
      shown.asks_route = leg.kind != DeviceClass::local_half;
      shown.entry = clean(one.entry);
    }
    // Whom the dialplan leads is not alone, whatever we knew of him.
    if (leg.is_outside() && !leg.called && leg.up && leg.bridge.empty() && !leg.waits && row.application != "park")
      leg.half = row.uuid + std::string(kHalf);
    snapshot.legs.push_back(std::move(shown));
    if (leg.half.empty()) continue;
    model::SnapshotLeg half;
    half.leg.native_id = leg.half;
    half.leg.device_class = DeviceClass::local_half;
    half.state = LegState::connected;
    snapshot.legs.push_back(std::move(half));
  }
  effects.events.push_back(std::move(snapshot));
}

}  // namespace callwright::cti::freeswitch
