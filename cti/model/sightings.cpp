#include "cti/model/sightings.hpp"

#include <algorithm>

namespace callwright::cti::model {

using journal::LegState;

namespace {

/// States only advance, but for connected and held, which alternate. Who is back from `failed` is connected (a callback, a second try).
int rank(LegState state) {
  switch (state) {
    case LegState::unknown: return -1;
    case LegState::initiated: return 0;
    case LegState::dialing: return 1;
    case LegState::alerting: return 2;
    case LegState::queued: return 3;
    case LegState::early: return 4;
    case LegState::failed: return 5;
    case LegState::connected:
    case LegState::held: return 6;
    case LegState::ended: return 7;
  }
  return -1;
}

}  // namespace

bool follows(LegState from, LegState to) {
  if (to == LegState::unknown || to == LegState::ended || from == to) return false;
  return rank(to) > rank(from) || (rank(to) == rank(LegState::connected) && rank(from) == rank(to));
}

Sighting* Sightings::find(const std::string& native_id) {
  auto it = legs_.find(native_id);
  return it == legs_.end() ? nullptr : &it->second;
}

const Sighting* Sightings::find(const std::string& native_id) const {
  auto it = legs_.find(native_id);
  return it == legs_.end() ? nullptr : &it->second;
}

void Sightings::put_on_device(const Sighting& sighting) {
  if (!sighting.made.device.empty()) devices_[sighting.made.device].insert(sighting.made.native_id);
}

void Sightings::take_off_device(const Sighting& sighting) {
  const auto device = devices_.find(sighting.made.device);
  if (device == devices_.end()) return;
  device->second.erase(sighting.made.native_id);
  if (device->second.empty()) devices_.erase(device);
}

const std::set<std::string>& Sightings::on_device(const std::string& device) const {
  static const std::set<std::string> none;
  const auto found = devices_.find(device);
  return found == devices_.end() ? none : found->second;
}

Sighting& Sightings::add(const LegCreated& made, journal::LegState state) {
  Sighting& sighting = legs_[made.native_id];
  sighting.made = made;
  sighting.state = state;
  put_on_device(sighting);
  return sighting;
}

bool Sightings::learn(Sighting& sighting, const LegCreated& later) {
  const LegCreated before = sighting.made;
  LegCreated& made = sighting.made;
  if (!later.device.empty() && later.device != made.device) {
    take_off_device(sighting);
    made.device = later.device;
    put_on_device(sighting);
  }
  if (later.device_class != DeviceClass::unknown) {
    made.device_class = later.device_class;
    made.direction = later.direction;
  }
  if (!later.ani.empty()) made.ani = later.ani;
  if (!later.caller_name.empty()) made.caller_name = later.caller_name;
  if (!later.dnis.empty()) made.dnis = later.dnis;
  if (!later.redirecting.empty()) made.redirecting = later.redirecting;
  if (later.tokens.contact) made.tokens = later.tokens;
  return !(made == before);
}

void Sightings::enter(Sighting& sighting, const std::string& bridge) {
  leave(sighting);
  sighting.bridge = bridge;
  bridges_[bridge].insert(sighting.made.native_id);
}

void Sightings::leave(Sighting& sighting) {
  if (sighting.bridge.empty()) return;
  auto it = bridges_.find(sighting.bridge);
  it->second.erase(sighting.made.native_id);
  if (it->second.empty()) bridges_.erase(it);
  sighting.bridge.clear();
}

void Sightings::pair(Sighting& one, Sighting& two) {
  unpair(one);
  unpair(two);
  one.pair = two.made.native_id;
  two.pair = one.made.native_id;
}

void Sightings::unpair(Sighting& sighting) {
  if (sighting.pair.empty()) return;
  if (Sighting* other = find(sighting.pair)) other->pair.clear();
  sighting.pair.clear();
}

void Sightings::end(const std::string& native_id, Past past) {
  if (Sighting* sighting = find(native_id)) {
    leave(*sighting);
    unpair(*sighting);
    take_off_device(*sighting);
    legs_.erase(native_id);
  }
  if (past == Past::forgotten || !ended_.insert_or_assign(native_id, past).second) return;
  ended_order_.push_back(native_id);
  if (ended_order_.size() > kRememberedEnds) {
    ended_.erase(ended_order_.front());
    ended_order_.pop_front();
  }
}

void Sightings::forget_ends() {
  ended_.clear();
  ended_order_.clear();
}

std::set<std::string> Sightings::members(const std::string& bridge) const {
  auto it = bridges_.find(bridge);
  return it == bridges_.end() ? std::set<std::string>{} : it->second;
}

std::vector<std::string> Sightings::component(const std::string& native_id) const {
  std::set<std::string> found;
  std::set<std::string> bridges;
  std::vector<std::string> open{native_id};
  while (!open.empty()) {
    const std::string next = std::move(open.back());
    open.pop_back();
    const Sighting* sighting = find(next);
    if (!sighting || !found.insert(next).second) continue;
    if (!sighting->pair.empty()) open.push_back(sighting->pair);
    if (sighting->bridge.empty() || !bridges.insert(sighting->bridge).second) continue;
    const auto& members = bridges_.at(sighting->bridge);
    open.insert(open.end(), members.begin(), members.end());
  }
  return {found.begin(), found.end()};
}

}  // namespace callwright::cti::model
