#include "cti/csta/calls.hpp"

#include <algorithm>
#include <utility>

#include "cti/csta/cause.hpp"
#include "cti/csta/leg_state.hpp"

namespace callwright::cti::csta {

using journal::Cause;
using journal::EndedBy;
using journal::LegState;
using model::DeviceClass;

namespace {

/// A caller whose number nobody says is one party all the same.
constexpr std::string_view kNobody = "?";

}  // namespace

// --- devices --------------------------------------------------------------------------------------------------------------

void Calls::know_devices(const std::vector<std::string>& devices) {
  devices_.clear();
  for (const std::string& name : devices) devices_.emplace(read_device(name).number, name);
}

std::string Calls::watched(const Device& device) const {
  const auto known = devices_.find(device.number);
  return known == devices_.end() ? std::string() : known->second;
}

DeviceClass Calls::class_of(const std::string& number) const {
  const bool inside =
      devices_.contains(number) || std::ranges::any_of(stations_, [&](const std::string& front) { return number.starts_with(front); });
  return inside ? DeviceClass::station : DeviceClass::trunk;
}

void Calls::on_device(const Message& message, Events& events) {
  const std::string name = watched(message.subject);
  if (name.empty()) return;
  using State = model::QueueAgentSeen::State;
  switch (message.name) {
    case Name::back_in_service: events.push_back(model::DeviceStateSeen{name, false, true}); break;
    case Name::out_of_service: events.push_back(model::DeviceStateSeen{name, false, false}); break;
    case Name::agent_ready: events.push_back(model::QueueAgentSeen{name, {}, State::ready, {}}); break;
    case Name::agent_logged_off: events.push_back(model::QueueAgentSeen{name, {}, State::signed_out, {}}); break;
    case Name::agent_logged_on:
    case Name::agent_not_ready: events.push_back(model::QueueAgentSeen{name, {}, State::paused, message.cause}); break;
    case Name::agent_after_call: events.push_back(model::QueueAgentSeen{name, {}, State::paused, "workingAfterCall"}); break;
    default: break;
  }
}

// --- legs begin -----------------------------------------------------------------------------------------------------------

Calls::Call* Calls::find(std::string_view call) {
  const auto known = calls_.find(call);
  return known == calls_.end() ? nullptr : &known->second;
}

Calls::Leg* Calls::find(std::string_view call, std::string_view device) {
  Call* known = find(call);
  if (!known) return nullptr;
  const auto leg = known->legs.find(device);
  return leg == known->legs.end() ? nullptr : &leg->second;
}

Calls::Leg* Calls::meant(const std::string& call, const Device& device) {
  if (Leg* leg = find(call, device.number)) return leg;
  Call* known = find(call);
  if (!known || devices_.contains(device.number)) return nullptr;
  Leg* outside = nullptr;
  for (auto& [number, leg] : known->legs) {
    if (!leg.agent_device.empty()) continue;
    if (outside) return nullptr;
    outside = &leg;
  }
  return outside;
}

Calls::Call& Calls::learn(const Message& message) {
  Call& call = calls_[message.connection.call];
  if (call.dnis.empty()) call.dnis = message.called.number;
  if (call.redirecting.empty()) call.redirecting = message.redirecting.number;
  return call;
}

std::string Calls::new_name(const std::string& call, const std::string& device) {
  const std::string name = call + "/" + device;
  const auto [life, first] = lives_.try_emplace(name, 0);
  if (first) {
    named_.push_back(name);
    if (named_.size() > kRememberedNames) {
      lives_.erase(named_.front());
      named_.pop_front();
    }
  }
  do ++life->second;
  while (places_.contains(life->second == 1 ? name : name + "#" + std::to_string(life->second)));
  return life->second == 1 ? name : name + "#" + std::to_string(life->second);
}

/// None: too many. `calls`: he calls, and is not called.
Calls::Leg* Calls::meet(const std::string& call, const Device& device, bool calls, Events* events) {
  const std::string number = device.number.empty() ? std::string(kNobody) : device.number;
  if (Leg* known = find(call, number)) return known;
  if (places_.size() >= kLegs) return nullptr;
  Call& of = calls_[call];
  Leg& leg = of.legs[number];
  leg.name = new_name(call, number);
  leg.device_said = device.said;
  leg.agent_device = watched(device);
  leg.device_class = class_of(number);
  leg.direction = calls && leg.device_class == DeviceClass::trunk ? journal::Direction::inbound : journal::Direction::outbound;
  if (leg.direction == journal::Direction::inbound) {
    leg.ani = device.number;
    leg.dnis = of.dnis;
    leg.redirecting = of.redirecting;
  } else {
    leg.dnis = leg.device_class == DeviceClass::trunk ? device.number : std::string();
  }
  if (calls) of.caller = number;
  places_[leg.name] = {call, number};
  if (events) events->push_back(description(leg));
  return &leg;
}

model::LegCreated Calls::description(const Leg& leg) const {
  model::LegCreated made;
  made.native_id = leg.name;
  made.device = leg.agent_device.empty() ? read_device(leg.device_said).number : leg.agent_device;
  made.device_class = leg.device_class;
  made.direction = leg.direction;
  made.ani = leg.ani;
  made.dnis = leg.dnis;
  made.redirecting = leg.redirecting;
  return made;
}

// --- legs go on -----------------------------------------------------------------------------------------------------------

void Calls::on(const Message& message, Events& events) {
  if (places_.size() >= kLegs && !find(message.connection.call)) return on_device(message, events);
  switch (message.name) {
    case Name::service_initiated:
    case Name::originated:
    case Name::network_reached:
    case Name::offered:
    case Name::delivered: return on_party(message, events);
    case Name::established: return on_established(message, events);
    case Name::held: return on_hold(message, true, events);
    case Name::retrieved: return on_hold(message, false, events);
    case Name::failed: return on_failed(message, events);
    case Name::diverted: return on_diverted(message, events);
    case Name::queued: return on_queued(message, events);
    case Name::conferenced:
    case Name::transferred: return on_change(message, events);
    case Name::connection_cleared: return on_cleared(message, events);
    case Name::call_cleared: return end_all(message.connection.call, {message.cause, {}}, events);
    default: return on_device(message, events);
  }
}

void Calls::advance(Leg& leg, LegState state, Events& events) {
  if (rank(state) <= rank(leg.state)) return;
  leg.state = state;
  events.push_back(model::LegStateSeen{leg.name, state});
}

void Calls::enter(Leg& leg, const std::string& bridge, Events& events) {
  if (!talks(leg.state) || leg.bridge == bridge) return;
  if (!leg.bridge.empty()) events.push_back(model::LegLeftBridge{leg.name, leg.bridge});
  leg.bridge = bridge;
  events.push_back(model::LegEnteredBridge{leg.name, bridge});
}

/// Whom the event names as the caller. He is concluded from it only where nobody else is known in the call: after a transfer it may name one who has
/// left.
Calls::Leg* Calls::caller_of(const Message& message, Events& events) {
  const std::string &call = message.connection.call, &called = message.connection.device.number, &number = message.calling.number;
  if (number == called) return nullptr;
  if (Leg* known = find(call, number.empty() ? kNobody : std::string_view(number))) return known;
  const Call* of = find(call);
  if (of && std::ranges::any_of(of->legs, [&](const auto& leg) { return leg.first != called; })) return nullptr;
  return meet(call, message.calling, true, &events);
}

void Calls::on_party(const Message& message, Events& events) {
  const std::string& call = message.connection.call;
  learn(message);
  const bool calls = message.name == Name::service_initiated || message.name == Name::originated;
  if (!calls) caller_of(message, events);
  Leg* leg = meet(call, message.connection.device, calls, &events);
  if (!leg) return;
  if (message.name == Name::originated) advance(*leg, LegState::dialing, events);
  if (message.name == Name::delivered) advance(*leg, LegState::alerting, events);
  if (message.name == Name::network_reached) advance(*leg, LegState::early, events);
}

void Calls::on_established(const Message& message, Events& events) {
  const std::string& call = message.connection.call;
  Call& of = learn(message);
  Leg* caller = caller_of(message, events);
  Leg* answering = meet(call, message.connection.device, !caller && of.legs.empty(), &events);
  for (Leg* leg : {caller, answering})
    if (leg) advance(*leg, LegState::connected, events);
  for (auto& [number, leg] : of.legs) enter(leg, call, events);
  if (answering && !answering->agent_device.empty()) leave_queue(of, model::QueueLeft::Why::answered, events);
}

void Calls::on_hold(const Message& message, bool held, Events& events) {
  Leg* leg = meant(message.connection.call, message.connection.device);
  if (!leg || leg->state != (held ? LegState::connected : LegState::held)) return;
  leg->state = held ? LegState::held : LegState::connected;
  events.push_back(model::LegStateSeen{leg->name, leg->state});
}

void Calls::on_failed(const Message& message, Events& events) {
  if (!find(message.connection.call)) return;
  learn(message);
  Leg* leg = meant(message.connection.call, message.connection.device);
  if (!leg) leg = meet(message.connection.call, message.connection.device, false, &events);
  if (!leg || talks(leg->state)) return;
  leg->failed = message.cause;
  advance(*leg, LegState::failed, events);
}

void Calls::on_diverted(const Message& message, Events& events) {
  const std::string call = message.connection.call;
  Call* of = find(call);
  if (!of) return;
  const Device& from = message.connection.device.number.empty() ? message.subject : message.connection.device;
  if (Leg* leg = find(call, from.number); leg && !talks(leg->state)) {
    events.push_back(model::CallDiverted{leg->name, from.number, message.to.number, divert_reason_of(message.cause), message.cause});
    end(call, from.number, {message.cause, {}}, events);
    of = find(call);
  }
  if (!of) return;
  if (devices_.contains(message.to.number)) return;  // he rings next
  if (of->queue == from.number) leave_queue(*of, model::QueueLeft::Why::left, events);
  if (of->queue.empty()) end_if_out_of_sight(call, {"transfer", {}}, events);
}

// --- queues of the switch -------------------------------------------------------------------------------------------------

void Calls::on_queued(const Message& message, Events& events) {
  Call& call = learn(message);
  const Device& queue = message.subject.number.empty() ? message.connection.device : message.subject;
  const Leg* caller = caller_of(message, events);
  if (!caller || queue.number.empty() || call.queue == queue.number) return;
  leave_queue(call, model::QueueLeft::Why::left, events);
  call.queue = queue.number;
  events.push_back(model::QueueJoined{caller->name, call.queue});
}

void Calls::leave_queue(Call& call, model::QueueLeft::Why why, Events& events) {
  if (call.queue.empty()) return;
  const std::string queue = std::exchange(call.queue, {});
  if (const auto caller = call.legs.find(call.caller); caller != call.legs.end()) events.push_back(model::QueueLeft{caller->second.name, queue, why});
}

// --- legs end -------------------------------------------------------------------------------------------------------------

void Calls::on_cleared(const Message& message, Events& events) {
  const std::string call = message.connection.call;
  const Why why{message.cause, message.subject};
  if (const Leg* leg = meant(call, message.connection.device)) end(call, std::string(places_.at(leg->name).device), why, events);
  if (const Call* of = find(call); of && of->queue.empty()) end_if_out_of_sight(call, why, events);
}

void Calls::end(const std::string& call, const std::string& device, const Why& why, Events& events) {
  Call& of = *find(call);
  if (device == of.caller) leave_queue(of, model::QueueLeft::Why::abandoned, events);
  const Leg leg = std::move(of.legs.extract(device).mapped());
  places_.erase(leg.name);
  if (of.legs.empty()) calls_.erase(call);
  const model::LegPast past = talks(leg.state)                               ? model::LegPast::answered
                              : leg.direction == journal::Direction::inbound ? model::LegPast::arriving
                                                                             : model::LegPast::ringing;
  model::LegGone gone{leg.name, cause_of(leg.failed.empty() ? why.cause : leg.failed, past), 0, leg.failed.empty() ? why.cause : leg.failed};
  if (leg.asked_to_end) {
    gone.cause = *leg.asked_to_end;
    gone.by = EndedBy::us;
  } else if (!why.releasing.number.empty()) {
    gone.by = class_of(why.releasing.number) == DeviceClass::station ? EndedBy::agent : EndedBy::customer;
  }
  if (!leg.bridge.empty()) events.push_back(model::LegLeftBridge{leg.name, leg.bridge});
  events.push_back(std::move(gone));
}

void Calls::end_all(const std::string& call, const Why& why, Events& events) {
  while (const Call* of = find(call)) {
    if (of->legs.empty()) return void(calls_.erase(call));
    end(call, std::string(of->legs.begin()->first), why, events);
  }
}

void Calls::end_if_out_of_sight(const std::string& call, const Why& why, Events& events) {
  const Call* of = find(call);
  if (of && std::ranges::none_of(of->legs, [](const auto& leg) { return !leg.second.agent_device.empty(); })) end_all(call, why, events);
}

void Calls::ending(std::string_view name, Cause cause) {
  if (const auto place = places_.find(name); place != places_.end())
    if (Leg* leg = find(place->second.call, place->second.device)) leg->asked_to_end = cause;
}

std::optional<Connection> Calls::connection_of(std::string_view name) const {
  const auto place = places_.find(name);
  if (place == places_.end()) return {};
  const Leg& leg = calls_.find(place->second.call)->second.legs.find(place->second.device)->second;
  if (leg.device_said.empty()) return {};
  return Connection{place->second.call, {place->second.device, leg.device_said}};
}

}  // namespace callwright::cti::csta
