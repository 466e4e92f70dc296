#include "cti/model/model.hpp"

#include <algorithm>
#include <utility>

namespace callwright::cti::model {

using journal::Cause, journal::Fact, journal::LegRole, journal::LegState, journal::RecordingState;

namespace {

/// After a fold nobody knows which bridge a talk is in until the snapshot; the call stands for it. No switch has such a name.
std::string stand_in(CallId call) { return "\ncall " + std::to_string(call.value); }
bool is_stand_in(const std::string& bridge) { return bridge.starts_with('\n'); }

DeviceClass class_of(LegRole role) {
  switch (role) {
    case LegRole::customer: return DeviceClass::trunk;
    case LegRole::agent: return DeviceClass::station;
    case LegRole::hidden: return DeviceClass::local_half;
    case LegRole::other: break;
  }
  return DeviceClass::unknown;
}

}  // namespace

void Model::apply(const Fact& fact) {
  std::visit([&](const auto& body) { applied(fact, body); }, fact.body);
}

// --- links -----------------------------------------------------------------------------------------------------------------

void Model::applied(const Fact& fact, const journal::LinkUp& up) {
  Link& link = links_[up.switch_id];
  if (link.heard_at == Instant{}) link.heard_at = fact.at;  // later ones come after a gap and before its snapshot
  if (link.boot_epoch != up.boot_epoch) sightings_[up.switch_id].forget_ends();
  link.up = true;
  link.boot_epoch = up.boot_epoch;
}

void Model::applied(const Fact&, const journal::LinkDown& down) { links_[down.switch_id].up = false; }

void Model::applied(const Fact&, const journal::GapFound& gap) { links_[gap.switch_id].heard_at = gap.to; }

void Model::heard(const Leg& leg, Instant at) {
  Link& link = links_[leg.switch_id];
  link.heard_at = std::max(link.heard_at, at);
}

// --- contacts --------------------------------------------------------------------------------------------------------------

void Model::applied(const Fact& fact, const journal::ContactOpened& opened) {
  Contact& contact = contacts_[fact.contact];
  contact.id = fact.contact;
  contact.switch_id = opened.switch_id;
  contact.opened = opened;
  contact.opened_at = fact.at;
}

void Model::applied(const Fact&, const journal::RouteRequested& request) {
  Leg* leg = find(request.leg);
  if (!leg) return;
  leg->route_open = true;
  leg->entry = request.entry;
}

/// Who is called back is answered anew, and so is who stands in a queue of his switch: its agents' phones carry no offer of ours.
void Model::applied(const Fact& fact, const journal::VisitStarted& visit) {
  Contact* contact = visit.callback || visit.observed ? find(fact.contact) : nullptr;
  if (contact) contact->answered = false;
}

/// A visit that is over gives the caller back: he may ask again. Who was answered may, if somebody sent him (`Turn::ask_route`).
void Model::applied(const Fact& fact, const journal::VisitEnded&) {
  const Contact* contact = find(fact.contact);
  if (!contact) return;
  for (LegId id : contact->live_legs) find(id)->route_open = false;
}

void Model::applied(const Fact& fact, const journal::DataAttached& data) {
  if (Contact* contact = find(fact.contact)) contact->data[data.key] = data.value;
}

void Model::applied(const Fact& fact, const journal::CallDiverted& diverted) {
  if (Contact* contact = find(fact.contact)) contact->diversions.push_back({diverted.leg, diverted.reason, diverted.from, diverted.to});
}

void Model::applied(const Fact& fact, const journal::RecordingChanged& change) {
  Contact* contact = find(fact.contact);
  if (!contact) return;
  const bool goes_on = change.state == RecordingState::recording || change.state == RecordingState::paused;
  if (goes_on) {
    contact->recordings[change.recording] = change.state;
    recorded_[{contact->switch_id, change.recording}].insert(contact->id);
  } else {
    contact->recordings.erase(change.recording);
    forget_recording(*contact, change.recording);
  }
}

void Model::forget_recording(const Contact& contact, const std::string& recording) {
  auto entry = recorded_.find({contact.switch_id, recording});
  if (entry != recorded_.end() && entry->second.erase(contact.id) > 0 && entry->second.empty()) recorded_.erase(entry);
}

std::set<ContactId> Model::recorded(const SwitchId& switch_id, const std::string& recording) const {
  auto entry = recorded_.find({switch_id, recording});
  return entry == recorded_.end() ? std::set<ContactId>{} : entry->second;
}

void Model::applied(const Fact& fact, const journal::ConsultMarked& mark) {
  if (Contact* contact = find(fact.contact)) contact->consult_of = mark.of;
}

void Model::applied(const Fact& fact, const journal::TransferStarted& transfer) {
  if (Contact* contact = find(fact.contact))
    contact->transfer = TransferTold{journal::Kind::transfer_started, transfer.how, transfer.transferor, transfer.to};
}

void Model::applied(const Fact& fact, const journal::TransferCompleted& transfer) {
  if (Contact* contact = find(fact.contact))
    contact->transfer = TransferTold{journal::Kind::transfer_completed, transfer.how, transfer.transferor, transfer.to};
}

void Model::applied(const Fact& fact, const journal::TransferFailed& transfer) {
  if (Contact* contact = find(fact.contact))
    contact->transfer = TransferTold{journal::Kind::transfer_failed, transfer.how, transfer.transferor, transfer.to};
}

void Model::applied(const Fact& fact, const journal::ContactAnswered&) {
  if (Contact* contact = find(fact.contact)) contact->answered = true;
}

void Model::applied(const Fact& fact, const journal::OfferMade& offer) {
  Contact* contact = find(fact.contact);
  if (!contact || !offers_.try_emplace(offer.offer, Offer{fact.contact, offer.agent}).second) return;
  contact->offers.push_back(offer.offer);
}

void Model::applied(const Fact& fact, const journal::ContactEnded&) {
  const Contact* contact = find(fact.contact);
  if (!contact) return;
  for (LegId id : contact->legs) {
    const Leg& leg = legs_.at(id);
    if (Sighting* sighting = leg.state == LegState::ended ? nullptr : sighting_of(leg)) {
      sighting->leg = {};
      sighting->let_go = true;
    }
    legs_.erase(id);
  }
  for (CallId id : contact->calls) calls_.erase(id);
  for (OfferId id : contact->offers) offers_.erase(id);
  for (const auto& [recording, state] : contact->recordings) forget_recording(*contact, recording);
  contacts_.erase(fact.contact);
}

// --- calls and legs --------------------------------------------------------------------------------------------------------

void Model::applied(const Fact& fact, const journal::CallStarted& call) {
  Contact* contact = find(fact.contact);
  if (!contact || !calls_.try_emplace(call.call, Call{fact.contact, call.switch_id, {}}).second) return;
  contact->calls.push_back(call.call);
  ++contact->live_calls;
}

void Model::applied(const Fact& fact, const journal::CallEnded& call) {
  Contact* contact = find(fact.contact);
  if (contact && calls_.erase(call.call) > 0) --contact->live_calls;
}

void Model::applied(const Fact& fact, const journal::LegStarted& started) {
  Contact* contact = find(fact.contact);
  if (!contact || legs_.contains(started.leg)) return;
  Leg& leg = legs_[started.leg];
  leg.id = started.leg;
  leg.contact = fact.contact;
  leg.call = started.call;
  leg.switch_id = started.switch_id;
  leg.boot_epoch = started.boot_epoch;
  leg.native_id = started.native_id;
  leg.device = started.device;
  leg.role = started.role;
  leg.agent = started.agent;
  leg.offer = started.offer;
  leg.state = started.state;
  contact->legs.push_back(leg.id);
  if (leg.role != LegRole::hidden) contact->live_legs.push_back(leg.id);
  if (auto call = calls_.find(leg.call); call != calls_.end()) call->second.live_legs.insert(leg.id);

  Sightings& seen = sightings_[leg.switch_id];
  Sighting* sighting = seen.find(leg.native_id);
  if (!sighting) {
    LegCreated made;
    made.native_id = leg.native_id;
    made.device = leg.device;
    made.device_class = class_of(leg.role);
    sighting = &seen.add(made, leg.state);
  }
  sighting->leg = leg.id;
  sighting->let_go = sighting->orphan = false;
  heard(leg, fact.at);
}

void Model::applied(const Fact& fact, const journal::LegStateChanged& change) {
  Leg* leg = find(change.leg);
  if (!leg || leg->state == LegState::ended) return;
  leg->state = change.state;
  if (Sighting* sighting = sighting_of(*leg)) sighting->state = change.state;
  heard(*leg, fact.at);
}

void Model::applied(const Fact& fact, const journal::LegJoined& joined) {
  Leg* leg = find(joined.leg);
  if (!leg || leg->state == LegState::ended) return;
  if (leg->call != joined.call) {
    if (auto from = calls_.find(leg->call); from != calls_.end()) from->second.live_legs.erase(leg->id);
    if (auto to = calls_.find(joined.call); to != calls_.end()) to->second.live_legs.insert(leg->id);
    leg->call = joined.call;
  }
  leg->joined = true;
  Sighting* sighting = sighting_of(*leg);
  if (sighting && sighting->bridge.empty()) sightings_[leg->switch_id].enter(*sighting, stand_in(joined.call));
  heard(*leg, fact.at);
}

void Model::applied(const Fact& fact, const journal::LegLeft& left) {
  Leg* leg = find(left.leg);
  if (!leg) return;
  leg->joined = false;
  if (Sighting* sighting = sighting_of(*leg); sighting && is_stand_in(sighting->bridge)) sightings_[leg->switch_id].leave(*sighting);
  heard(*leg, fact.at);
}

void Model::applied(const Fact& fact, const journal::LegReplaced& replaced) {
  Leg* leg = find(replaced.old_leg);
  if (!leg) return;
  leg->replaced_by = replaced.new_leg;
  heard(*leg, fact.at);
}

void Model::applied(const Fact& fact, const journal::LegsPaired& paired) {
  Leg* one = find(paired.one);
  Leg* two = find(paired.two);
  if (!one || !two) return;
  one->pair = two->id;
  two->pair = one->id;
  Sighting* first = sighting_of(*one);
  Sighting* second = sighting_of(*two);
  if (first && second) sightings_[one->switch_id].pair(*first, *second);
  heard(*one, fact.at);
}

void Model::applied(const Fact& fact, const journal::LegEnded& ended) {
  Leg* leg = find(ended.leg);
  if (!leg || leg->state == LegState::ended) return;
  using Past = Sightings::Past;
  const bool of_this_boot = leg->boot_epoch == boot_epoch(leg->switch_id);
  const Past past = !of_this_boot ? Past::forgotten : ended.cause == Cause::transferred ? Past::left : Past::ended;
  if (sighting_of(*leg)) sightings_[leg->switch_id].end(leg->native_id, past);
  leg->state = LegState::ended;
  leg->joined = leg->route_open = false;
  if (Leg* other = find(leg->pair)) other->pair = {};
  leg->pair = {};
  if (auto call = calls_.find(leg->call); call != calls_.end()) call->second.live_legs.erase(leg->id);
  if (Contact* contact = find(leg->contact)) std::erase(contact->live_legs, leg->id);
  if (ended.cause != Cause::lost && ended.cause != Cause::switch_lost) heard(*leg, fact.at);
}

// --- looking up ------------------------------------------------------------------------------------------------------------

Leg* Model::find(LegId id) {
  auto it = legs_.find(id);
  return it == legs_.end() ? nullptr : &it->second;
}

Contact* Model::find(ContactId id) {
  auto it = contacts_.find(id);
  return it == contacts_.end() ? nullptr : &it->second;
}

Sighting* Model::sighting_of(const Leg& leg) {
  Sighting* sighting = sightings_[leg.switch_id].find(leg.native_id);
  return sighting && sighting->leg == leg.id ? sighting : nullptr;
}

std::int64_t Model::boot_epoch(const SwitchId& switch_id) const {
  auto it = links_.find(switch_id);
  return it == links_.end() ? 0 : it->second.boot_epoch;
}

AgentId Model::agent_at(const SwitchId& switch_id, const std::string& device) const {
  auto devices = agent_by_device_.find(switch_id);
  if (devices == agent_by_device_.end()) return {};
  auto agent = devices->second.find(device);
  return agent == devices->second.end() ? AgentId{} : agent->second;
}

void Model::know_devices(std::unordered_map<std::string, AgentId> agent_by_device, const SwitchId& switch_id) {
  agent_by_device_[switch_id] = std::move(agent_by_device);
}

const Contact* Model::contact(ContactId id) const {
  auto it = contacts_.find(id);
  return it == contacts_.end() ? nullptr : &it->second;
}

const Leg* Model::leg(LegId id) const {
  auto it = legs_.find(id);
  return it == legs_.end() ? nullptr : &it->second;
}

const Leg* Model::leg_of(const SwitchId& switch_id, const std::string& native_id) const {
  auto seen = sightings_.find(switch_id);
  const Sighting* sighting = seen == sightings_.end() ? nullptr : seen->second.find(native_id);
  const Leg* found = sighting ? leg(sighting->leg) : nullptr;
  return found && found->boot_epoch == boot_epoch(switch_id) ? found : nullptr;
}

const Leg* Model::customer_leg(ContactId id) const {
  const Contact* found = contact(id);
  if (!found) return nullptr;
  for (LegId leg_id : found->live_legs)
    if (const Leg* candidate = leg(leg_id); candidate->role == LegRole::customer && !candidate->replaced_by) return candidate;
  return nullptr;
}

std::vector<const Leg*> Model::agent_legs(ContactId id) const {
  std::vector<const Leg*> all;
  if (const Contact* found = contact(id))
    for (LegId leg_id : found->live_legs)
      if (const Leg* candidate = leg(leg_id); candidate->role == LegRole::agent) all.push_back(candidate);
  return all;
}

std::vector<const Leg*> Model::hidden_legs(ContactId id) const {
  std::vector<const Leg*> all;
  if (const Contact* found = contact(id))
    for (LegId leg_id : found->legs)
      if (const Leg* candidate = leg(leg_id); candidate->role == LegRole::hidden && candidate->state != LegState::ended) all.push_back(candidate);
  return all;
}

bool Model::accompanied(ContactId id) const {
  const Contact* found = contact(id);
  if (!found) return false;
  const bool visibly = std::ranges::any_of(found->live_legs, [&](LegId leg_id) { return leg(leg_id)->role != LegRole::customer; });
  return visibly || std::ranges::any_of(hidden_legs(id), [&](const Leg* half) { return leads_to_somebody(*half); });
}

/// A half whose far side is out of our sight leads to somebody; one whose far side stands in a bridge leads to who else is there.
bool Model::leads_to_somebody(const Leg& half) const {
  auto seen = sightings_.find(half.switch_id);
  const Sighting* near = seen == sightings_.end() ? nullptr : seen->second.find(half.native_id);
  const Sighting* far = near ? seen->second.find(near->pair) : nullptr;
  if (!far || far->bridge.empty() || near->bridge.empty()) return true;
  return std::ranges::any_of(seen->second.component(half.native_id), [&](const std::string& native_id) {
    const Sighting& one = *seen->second.find(native_id);
    const Leg* known = leg(one.leg);
    return known ? known->role != LegRole::hidden && known->role != LegRole::customer : one.made.device_class != DeviceClass::local_half;
  });
}

bool Model::handed_over(ContactId id) const {
  const Contact* consult = contact(id);
  const Contact* of = consult ? contact(consult->consult_of) : nullptr;
  return of && of->transfer && of->transfer->what == journal::Kind::transfer_completed;
}

bool Model::link_up(const SwitchId& switch_id) const {
  auto it = links_.find(switch_id);
  return it != links_.end() && it->second.up;
}

bool Model::in_step(const SwitchId& switch_id) const {
  auto it = hearing_.find(switch_id);
  return it != hearing_.end() && it->second.in_step;
}

LegState Model::state_shown(const Leg& leg) const { return leg.state == LegState::ended || in_step(leg.switch_id) ? leg.state : LegState::unknown; }

bool Model::device_in_use(const SwitchId& switch_id, const std::string& device) const {
  auto it = sightings_.find(switch_id);
  return it != sightings_.end() && it->second.device_in_use(device);
}

std::optional<LegState> Model::device_state(const SwitchId& switch_id, const std::string& device) const {
  auto it = sightings_.find(switch_id);
  std::optional<LegState> furthest;
  if (it == sightings_.end()) return furthest;
  for (const std::string& native_id : it->second.on_device(device)) {
    const LegState state = it->second.find(native_id)->state;
    if (!furthest || follows(*furthest, state)) furthest = state;
  }
  return furthest;
}

std::string Model::device_of(const SwitchId& switch_id, const std::string& native_id) const {
  auto it = sightings_.find(switch_id);
  const Sighting* sighting = it == sightings_.end() ? nullptr : it->second.find(native_id);
  return sighting ? sighting->made.device : std::string{};
}

std::vector<Orphan> Model::take_orphans() { return std::exchange(orphans_, {}); }

}  // namespace callwright::cti::model
