// Who talks to whom. Legs in one bridge hear each other, the halves of a Local pair are one wire; what is left after contracting
// the pairs is the talk. Two visible legs of a contact in it are joined, one alone is not.
#include <algorithm>
#include <map>
#include <set>

#include "cti/model/turn.hpp"

namespace callwright::cti::model {

using journal::LegRole;

void Turn::take(const LegEnteredBridge& entered) {
  Sighting* sighting = seen_.find(entered.native_id);
  if (!sighting || entered.bridge.empty()) return ignore();
  if (sighting->bridge == entered.bridge) return ignore();
  std::vector<std::string> near = seen_.component(entered.native_id);
  seen_.enter(*sighting, entered.bridge);
  settle(near);
}

void Turn::take(const LegLeftBridge& left) {
  Sighting* sighting = seen_.find(left.native_id);
  if (!sighting) return ignore();
  const bool told_since = !sighting->bridge.starts_with('\n');
  if (sighting->bridge.empty() || (told_since && !left.bridge.empty() && sighting->bridge != left.bridge)) return ignore();
  const std::vector<std::string> near = seen_.component(left.native_id);
  seen_.leave(*sighting);
  settle(near);
}

void Turn::take(const LocalPair& pair) {
  Sighting* one = seen_.find(pair.one);
  Sighting* two = seen_.find(pair.two);
  if (!one || !two || one == two) return ignore();
  if (one->pair == pair.two) return ignore();
  seen_.pair(*one, *two);
  for (Sighting* half : {one, two})
    if (!half->leg) half->made.device_class = DeviceClass::local_half;
  for (auto [half, other] : {std::pair{one, two}, std::pair{two, one}})
    if (const Leg* leg = model_.leg(half->leg); leg && leg->role == LegRole::hidden) adopt_half(leg->contact, *other);
  settle({pair.one});
}

void Turn::settle(const std::vector<std::string>& native_ids) {
  std::set<std::string> done;
  for (const std::string& native_id : native_ids) {
    if (done.contains(native_id)) continue;
    const std::vector<std::string> members = seen_.component(native_id);
    done.insert(members.begin(), members.end());
    settle_component(members);
    pass_on_request(members);
  }
}

void Turn::settle_component(const std::vector<std::string>& members) {
  auto visible = [&] {
    std::map<ContactId, std::vector<const Leg*>> legs;
    for (const std::string& native_id : members)
      if (const Leg* leg = leg_at(native_id); leg && leg->role != LegRole::hidden) legs[leg->contact].push_back(leg);
    return legs;
  };
  auto talkers = visible();
  if (talkers.empty()) return;
  if (talkers.size() > 1) {
    take_over(members);
    talkers = visible();
  }
  adopt(talkers.begin()->first, members);
  for (auto& [contact, legs] : visible()) {
    std::ranges::sort(legs, {}, &Leg::id);
    if (legs.size() < 2) {
      part(legs);
    } else {
      adopt_hidden(contact, members);
      join(contact, legs);
    }
  }
}

/// Phones and trunks that talk to a contact are part of it, though the switch brought them there without us. So is an agent whose
/// contact nobody knows any more, if a customer is at his ear: the journal lost theirs, and they talk on as this one.
void Turn::adopt(ContactId contact, const std::vector<std::string>& members) {
  const Leg* customer = model_.customer_leg(contact);
  const bool customer_hears = customer && std::ranges::find(members, customer->native_id) != members.end();
  for (const std::string& native_id : members) {
    Sighting& sighting = *seen_.find(native_id);
    if (sighting.leg || sighting.let_go || sighting.made.device_class == DeviceClass::local_half) continue;
    const AgentId agent = model_.agent_at(switch_id_, sighting.made.device);
    if (sighting.orphan && (!agent || !customer_hears)) continue;
    if (!agent && sighting.made.device_class == DeviceClass::unknown) continue;  // an announcement, a recorder
    start_leg(contact, {}, agent ? LegRole::agent : LegRole::other, agent, sighting);
  }
}

/// The wires of a talk are kept as facts, for the time after a restart.
void Turn::adopt_hidden(ContactId contact, const std::vector<std::string>& members) {
  for (const std::string& native_id : members) {
    Sighting& half = *seen_.find(native_id);
    if (half.pair.empty()) continue;
    adopt_half(contact, half);
    const Leg* leg = model_.leg(half.leg);
    if (!leg || leg->role != LegRole::hidden || leg->pair) continue;
    if (Sighting* other = seen_.find(half.pair)) adopt_half(leg->contact, *other);
  }
}

void Turn::adopt_half(ContactId contact, Sighting& half) {
  if (half.let_go) return;
  if (!half.leg) start_leg(contact, {}, LegRole::hidden, {}, half);
  const Leg* one = model_.leg(half.leg);
  const Leg* two = leg_at(half.pair);
  if (one && two && one->contact == two->contact && !one->pair && !two->pair) emit(one->contact, journal::LegsPaired{one->id, two->id});
}

void Turn::join(ContactId contact, std::vector<const Leg*> legs) {
  auto customer = std::ranges::find(legs, LegRole::customer, &Leg::role);
  auto talking = std::ranges::find(legs, true, &Leg::joined);
  const CallId call = customer != legs.end() ? (*customer)->call : talking != legs.end() ? (*talking)->call : legs.front()->call;
  std::set<CallId> talks;
  for (const Leg* leg : legs)
    if (leg->joined && leg->call != call && talks.insert(leg->call).second) emit(contact, journal::CallsMerged{leg->call, call});
  for (const Leg* leg : legs) {
    const CallId before = leg->call;
    if (leg->joined && before == call) continue;
    emit(contact, journal::LegJoined{leg->id, call});
    end_if_empty(before);
  }
  if (customer == legs.end() || model_.contact(contact)->answered) return;
  const Leg* answering = nullptr;
  for (const Leg* leg : legs)
    if (leg->role == LegRole::agent && (!answering || leg->native_id < answering->native_id)) answering = leg;
  if (answering) emit(contact, journal::ContactAnswered{answering->agent, answering->id});
}

void Turn::part(const std::vector<const Leg*>& legs) {
  for (const Leg* leg : legs)
    if (leg->joined) emit(leg->contact, journal::LegLeft{leg->id});
}

}  // namespace callwright::cti::model
