// Whose a leg is, what it does and how it ends.
#include <algorithm>
#include <optional>
#include <utility>

#include "cti/model/turn.hpp"

namespace callwright::cti::model {

using journal::Cause, journal::Direction, journal::LegRole, journal::LegState, journal::OpenedBy;

const Leg* Turn::leg_at(const std::string& native_id) const {
  const Sighting* sighting = seen_.find(native_id);
  return sighting ? model_.leg(sighting->leg) : nullptr;
}

// --- meeting a leg ---------------------------------------------------------------------------------------------------------

void Turn::take(const LegCreated& made) {
  const Sighting* before = seen_.find(made.native_id);
  const bool named = before && before->orphan;
  const Sighting* sighting = meet(made, LegState::initiated, OpenedBy::arrival);
  if (sighting && sighting->orphan && !named) name_orphan(*sighting);
}

Sighting* Turn::meet(const LegCreated& made, LegState state, OpenedBy by) {
  Sighting* sighting = seen_.find(made.native_id);
  if (!sighting) {
    if (made.native_id.empty() || seen_.has_ended(made.native_id) || seen_.full()) {
      ignore();
      return nullptr;
    }
    const bool came_back = seen_.has_left(made.native_id);
    sighting = &seen_.add(made, state);
    sighting->let_go = came_back;
    if (!came_back) decide(*sighting, by);
  } else if (!sighting->leg && !sighting->let_go && seen_.learn(*sighting, made)) {
    decide(*sighting, by);
  } else if (by == OpenedBy::arrival) {
    ignore();
  }
  return sighting;
}

/// Our tokens say whose it is; without them a trunk that calls in is a new contact, and everything else is nobody's until it
/// talks to a contact or asks for a route.
void Turn::decide(Sighting& sighting, OpenedBy by) {
  const LegCreated& made = sighting.made;
  const Tokens& tokens = made.tokens;
  sighting.orphan = false;
  if (tokens.contact && model_.contacts_.contains(tokens.contact)) {
    auto offer = model_.offers_.find(tokens.offer);
    AgentId agent = offer != model_.offers_.end() && offer->second.contact == tokens.contact ? offer->second.agent : AgentId{};
    if (!agent && (tokens.offer || made.device_class != DeviceClass::trunk)) agent = model_.agent_at(switch_id_, made.device);
    LegRole role = LegRole::other;
    if (made.device_class == DeviceClass::local_half) role = LegRole::hidden;
    else if (agent) role = LegRole::agent;
    else if (!tokens.offer && made.device_class == DeviceClass::trunk && !model_.customer_leg(tokens.contact)) role = LegRole::customer;
    start_leg(tokens.contact, {}, role, agent, sighting);
  } else if (tokens.offer || (tokens.contact && made.device_class == DeviceClass::trunk && made.direction == Direction::outbound)) {
    sighting.orphan = true;  // rung for an agent, or a customer who is called, and the contact is over
  } else if (made.device_class == DeviceClass::trunk && made.direction == Direction::inbound) {
    open_contact(sighting, Direction::inbound, by);
  }
}

void Turn::name_orphan(const Sighting& sighting) {
  const Orphan orphan{switch_id_, sighting.made.native_id, sighting.made.tokens};
  if (model_.orphans_.size() >= Model::kOrphanLimit) return ignore();
  if (std::ranges::find(model_.orphans_, orphan) == model_.orphans_.end()) model_.orphans_.push_back(orphan);
}

void Turn::open_contact(Sighting& sighting, Direction direction, OpenedBy by) {
  const LegCreated& made = sighting.made;
  const auto contact = mint_.mint<ContactId>();
  emit(contact, journal::ContactOpened{journal::Channel::voice, direction, by, switch_id_, made.device, made.dnis, made.ani, made.caller_name});
  start_leg(contact, {}, LegRole::customer, {}, sighting);
  if (!made.redirecting.empty()) attach(contact, "redirecting", made.redirecting);
}

void Turn::start_leg(ContactId contact, CallId call, LegRole role, const AgentId& agent, Sighting& sighting) {
  if (!call && role != LegRole::hidden) {
    call = mint_.mint<CallId>();
    emit(contact, journal::CallStarted{call, switch_id_});
  }
  sighting.orphan = sighting.let_go = false;
  const LegCreated& made = sighting.made;
  const OfferId offer = made.tokens.contact == contact ? made.tokens.offer : OfferId{};
  emit(contact, journal::LegStarted{mint_.mint<LegId>(), call, switch_id_, model_.boot_epoch(switch_id_), made.native_id, made.device, role, agent, offer,
                                    sighting.state});
}

// --- what a leg does -------------------------------------------------------------------------------------------------------

void Turn::take(const LegStateSeen& seen) {
  Sighting* sighting = seen_.find(seen.native_id);
  if (!sighting || !follows(sighting->state, seen.state)) return ignore();
  see_state(*sighting, seen.state);
}

void Turn::see_state(Sighting& sighting, LegState state) {
  if (!follows(sighting.state, state)) return;
  sighting.state = state;
  if (const Leg* leg = model_.leg(sighting.leg)) emit(leg->contact, journal::LegStateChanged{leg->id, state});
}

void Turn::take(const RouteAsked& asked) {
  Sighting* sighting = seen_.find(asked.native_id);
  if (sighting) ask(*sighting, asked.entry);
  else ignore();
}

void Turn::open_customer(Sighting& sighting) {
  const bool from_outside = sighting.made.device_class == DeviceClass::trunk;
  open_contact(sighting, from_outside ? sighting.made.direction : Direction::internal, OpenedBy::arrival);
}

void Turn::open_caller(const std::string& native_id) {
  Sighting* sighting = seen_.find(native_id);
  if (!sighting || sighting->leg || sighting->orphan || sighting->made.device_class == DeviceClass::local_half) return ignore();
  open_customer(*sighting);
}

void Turn::ask(Sighting& sighting, const std::string& entry) {
  if (sighting.made.device_class != DeviceClass::local_half) return ask_route(sighting, entry);
  sighting.asks = entry;
  pass_on_request(seen_.component(sighting.made.native_id));
}

void Turn::pass_on_request(const std::vector<std::string>& members) {
  Sighting* half = nullptr;
  Sighting* alone = nullptr;
  for (const std::string& native_id : members) {
    Sighting* one = seen_.find(native_id);
    if (!one || (one->made.device_class == DeviceClass::unknown && !one->leg)) continue;  // an announcement, a recorder
    if (one->made.device_class == DeviceClass::local_half) {
      if (one->asks) half = one;
    } else if (std::exchange(alone, one)) {
      return;
    }
  }
  if (!half || !alone) return;
  const std::string entry = *std::exchange(half->asks, std::nullopt);
  ask_route(*alone, entry, true);
}

/// Who waits for our word is a customer, whatever device he calls from. Who was answered and asks for the same entry repeats his request as long as
/// he stands where he talked, though alone; he asks anew once he has left it.
void Turn::ask_route(Sighting& sighting, const std::string& entry, bool for_him) {
  if (sighting.orphan) return ignore();
  if (!sighting.leg) {
    if (for_him && sighting.made.device_class != DeviceClass::trunk) return ignore();  // a phone of nobody's contact, which the half may reach by the switch's own ways
    if (sighting.made.dnis.empty()) sighting.made.dnis = entry;
    open_customer(sighting);
  }
  const Leg& leg = *model_.leg(sighting.leg);
  if (leg.role != LegRole::customer) return ignore();
  if (leg.route_open || leg.joined) return;
  const bool sent_back = for_him || sighting.bridge.empty();
  if (model_.contact(leg.contact)->answered && leg.entry == entry && !sent_back) return;
  emit(leg.contact, journal::RouteRequested{leg.id, entry});
}

/// The new leg takes the place, the contact and the talk of the old one, which will end soon.
void Turn::take(const LegsReplaced& replaced) {
  const Leg* old_leg = leg_at(replaced.old_native_id);
  Sighting* fresh = seen_.find(replaced.new_native_id);
  if (!old_leg || !fresh || replaced.old_native_id == replaced.new_native_id || old_leg->replaced_by) return ignore();
  const LegId old_id = old_leg->id;
  const ContactId contact = old_leg->contact;
  if (fresh->leg && model_.leg(fresh->leg)->contact != contact) return ignore();
  if (!fresh->leg) {
    const bool hidden = fresh->made.device_class == DeviceClass::local_half;
    const AgentId agent = model_.agent_at(switch_id_, fresh->made.device);
    LegRole role = LegRole::other;
    if (hidden) role = LegRole::hidden;
    else if (old_leg->role == LegRole::customer) role = LegRole::customer;
    else if (agent) role = LegRole::agent;
    start_leg(contact, hidden ? CallId{} : old_leg->call, role, role == LegRole::agent ? agent : AgentId{}, *fresh);
  }
  emit(contact, journal::LegReplaced{old_id, fresh->leg});
  Sighting* old = seen_.find(replaced.old_native_id);
  std::vector<std::string> near = seen_.component(replaced.old_native_id);
  if (!old->bridge.empty() && fresh->bridge.empty()) {
    const std::string bridge = old->bridge;
    seen_.leave(*old);
    seen_.enter(*fresh, bridge);
    near.push_back(replaced.new_native_id);
  }
  settle(near);
}

// --- the end ---------------------------------------------------------------------------------------------------------------

void Turn::take(const LegGone& gone) {
  Sighting* sighting = seen_.find(gone.native_id);
  if (!sighting) return ignore();
  const std::vector<std::string> near = seen_.component(gone.native_id);
  seen_.leave(*sighting);
  seen_.unpair(*sighting);
  settle(near);
  if (!sighting->leg) return seen_.end(gone.native_id, gone.cause == Cause::transferred ? Sightings::Past::left : Sightings::Past::ended);
  journal::LegEnded how = gone.cause == Cause::lost || gone.cause == Cause::switch_lost ? lost(gone.cause) : journal::LegEnded{};
  how.cause = gone.cause;
  how.raw_code = gone.raw_code;
  how.raw_text = gone.raw_text;
  how.by = gone.by;
  end_legs({sighting->leg}, how);
}

void Turn::end_legs(const std::vector<LegId>& legs, journal::LegEnded how) {
  for (LegId id : legs) {
    const Leg leg = *model_.leg(id);  // a copy: what follows changes it
    how.leg = id;
    emit(leg.contact, how);
    end_if_empty(leg.call);
  }
}

void Turn::end_if_empty(CallId call) {
  auto it = model_.calls_.find(call);
  if (it == model_.calls_.end() || !it->second.live_legs.empty()) return;
  emit(it->second.contact, journal::CallEnded{call});
}

}  // namespace callwright::cti::model
