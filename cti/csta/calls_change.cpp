// Calls that become one (transfer, conference), and what a snapshot shows of them.
#include <algorithm>
#include <utility>

#include "cti/csta/calls.hpp"
#include "cti/csta/leg_state.hpp"

namespace callwright::cti::csta {

using journal::LegState;

/// The leg goes on under another call's id, and maybe another device's. Its name stays.
void Calls::move(const std::string& from, const std::string& device, const Connection& to, LegState state, Events& events) {
  const std::string number = to.device.number.empty() ? device : to.device.number;
  Leg* moved = find(from, device);
  if (from != to.call || device != number) {
    if (find(to.call, number)) return;
    Call& source = *find(from);
    Leg leg = std::move(source.legs.extract(device).mapped());
    const bool called = source.caller == device;
    Call& target = calls_[to.call];
    if (target.dnis.empty()) target.dnis = source.dnis;
    if (called && target.caller.empty()) target.caller = number;
    if (from != to.call && source.legs.empty()) calls_.erase(from);
    if (!to.device.said.empty()) leg.device_said = to.device.said;
    places_[leg.name] = {to.call, number};
    moved = &(target.legs[number] = std::move(leg));
  }
  if (moved->state == LegState::held && state == LegState::connected) {
    moved->state = state;
    events.push_back(model::LegStateSeen{moved->name, state});
  }
  advance(*moved, state, events);
  enter(*moved, to.call, events);
}

/// Who was in the old calls is in the new one, but for the one who handed on. The list says who is who; where it names no old connection, the
/// device does, and where that is called differently, the only stranger.
void Calls::on_change(const Message& message, Events& events) {
  const std::string first = message.connection.call, second = message.other.call;
  const bool transfers = message.name == Name::transferred;
  const std::string actor = message.subject.number.empty() ? message.connection.device.number : message.subject.number;
  const Leg* from = find(first, actor);
  const Leg* consult = find(second, actor);
  if (message.connections.empty() || (!find(first) && !find(second))) return;
  const std::string into = message.connections.front().now.call;
  if (into.empty()) return;
  if (transfers ? !from && !consult : first == into && !consult) return;  // another monitor has told it

  struct Move {
    std::string call, device;
    Connection to;
    LegState state;
  };
  std::vector<Move> moves;
  std::vector<const Listed*> strangers;
  const auto taken = [&](std::string_view call, std::string_view device) {
    return std::ranges::any_of(moves, [&](const Move& one) { return one.call == call && one.device == device; });
  };
  for (const Listed& item : message.connections) {
    const std::string& device = item.now.device.number.empty() ? item.endpoint.number : item.now.device.number;
    const std::string& old_device = item.before.device.number.empty() ? device : item.before.device.number;
    bool known = false;
    for (const std::string& call : {item.before.call, first, second, into}) {
      const Leg* leg = find(call, old_device);
      if (!leg || taken(call, old_device) || (transfers && old_device == actor)) continue;
      moves.push_back(
          {call, old_device, {into, {device, item.now.device.said}}, leg_state(item.state, old_device == actor ? LegState::connected : leg->state)});
      known = true;
      break;
    }
    if (!known && device != actor) strangers.push_back(&item);
  }

  if (transfers) {
    model::Transfer told;
    told.how = message.cause == "singleStepTransfer" ? journal::TransferKind::single_step
               : second.empty()                      ? journal::TransferKind::blind
                                                     : journal::TransferKind::attended;
    if (from) told.transferor = from->name;
    if (consult) told.consult = consult->name;
    for (const Call* call : {find(first)})
      if (call)
        for (const auto& [number, leg] : call->legs)
          if (number != actor && told.transferee.empty()) told.transferee = leg.name;
    told.to = message.to.number;
    if (!told.transferor.empty() || !told.transferee.empty()) events.push_back(model::TransferCompleted{std::move(told)});
  }
  for (const Move& one : moves) move(one.call, one.device, one.to, one.state, events);
  // Who is left in the old calls: the one who handed on ends; others go along even if the list forgot them, or called them by another number.
  for (const std::string& call : {first, second}) {
    if (call.empty() || (call == into && !transfers)) continue;
    std::vector<std::string> left;
    if (const Call* of = find(call))
      for (const auto& [number, leg] : of->legs)
        if (call != into || number == actor) left.push_back(number);
    for (const std::string& number : left) {
      if (number == actor) {
        end(call, number, {transfers ? "normalClearing" : "conference", message.subject}, events);
      } else {
        Connection to{into, {number, {}}};
        const auto stranger = std::ranges::find_if(strangers, [&](const Listed* one) { return watched(one->now.device).empty(); });
        if (stranger != strangers.end() && watched({number, {}}).empty()) {
          to.device = (*stranger)->now.device;
          strangers.erase(stranger);
        }
        move(call, number, to, find(call, number)->state, events);
      }
    }
  }
  for (const Listed* one : strangers) {
    const Device& device = one->now.device.number.empty() ? one->endpoint : one->now.device;
    if (device.number.empty()) continue;
    if (Leg* leg = meet(into, device, false, &events)) {
      advance(*leg, leg_state(one->state, LegState::alerting), events);
      enter(*leg, into, events);
    }
  }
  end_if_out_of_sight(into, {"transfer", {}}, events);
}

// --- snapshot -------------------------------------------------------------------------------------------------------------

model::Snapshot Calls::begin(const std::vector<ListedCall>& listed) {
  const CallsById before = std::exchange(calls_, {});
  places_.clear();
  model::Snapshot snapshot;
  for (const ListedCall& one : listed) {
    const auto known = before.find(one.call);
    Call fresh;
    if (known != before.end()) fresh = known->second;
    fresh.legs.clear();
    if (fresh.dnis.empty()) fresh.dnis = one.called.number;
    calls_[one.call] = std::move(fresh);
    for (const Listed& item : one.connections) {
      const Device& device = item.now.device;
      if (item.state == ConnectionState::null || item.state == ConnectionState::queued || device.number.empty()) continue;
      const Leg* old = nullptr;
      if (known != before.end())
        if (const auto leg = known->second.legs.find(device.number); leg != known->second.legs.end()) old = &leg->second;
      Leg* leg = nullptr;
      if (old) {
        leg = &(calls_[one.call].legs[device.number] = *old);
        leg->agent_device = watched(device);
        places_[leg->name] = {one.call, device.number};
      } else {
        const bool calls = one.calling.number.empty() ? watched(device).empty() : device.number == one.calling.number;
        leg = meet(one.call, device, calls, nullptr);
      }
      if (!leg) continue;
      leg->state = leg_state(item.state, leg->state);
      leg->bridge = talks(leg->state) ? one.call : std::string();
    }
  }
  for (const auto& [id, call] : calls_)
    for (const auto& [number, leg] : call.legs)
      snapshot.legs.push_back({description(leg), leg.state, leg.bridge, false, {}, number == call.caller ? call.queue : std::string()});
  return snapshot;
}

void Calls::forget() {
  calls_.clear();
  places_.clear();
}

}  // namespace callwright::cti::csta
