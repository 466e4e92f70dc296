// The folded state as one number, and the rules it keeps.
#include <algorithm>

#include "base/digest.hpp"
#include "cti/model/model.hpp"

namespace callwright::cti::model {

using journal::LegRole, journal::LegState;

namespace {

std::string name_of(const Leg& leg) { return "leg " + std::to_string(leg.id.value); }

}  // namespace

std::uint64_t Model::digest() const {
  Digest mix;
  for (const auto& [id, contact] : contacts_) {
    const auto& opened = contact.opened;
    mix.add(id.value).add(contact.switch_id.value).add(contact.opened_at.us).add(contact.answered).add(contact.live_calls);
    mix.add(static_cast<int>(opened.channel)).add(static_cast<int>(opened.direction)).add(static_cast<int>(opened.by));
    mix.add(opened.trunk).add(opened.dnis).add(opened.ani).add(opened.caller_name);
    for (LegId leg : contact.legs) mix.add(leg.value);
    for (LegId leg : contact.live_legs) mix.add(leg.value);
    for (const auto& [key, value] : contact.data) mix.add(key).add(value);
    for (const auto& one : contact.diversions) mix.add(one.leg.value).add(static_cast<int>(one.reason)).add(one.from).add(one.to);
    if (contact.transfer)
      mix.add(static_cast<int>(contact.transfer->what))
          .add(static_cast<int>(contact.transfer->how))
          .add(contact.transfer->transferor.value)
          .add(contact.transfer->to);
    for (const auto& [name, state] : contact.recordings) mix.add(name).add(static_cast<int>(state));
    mix.add(contact.consult_of.value);
  }
  for (const auto& [id, leg] : legs_) {
    mix.add(id.value).add(leg.contact.value).add(leg.call.value).add(leg.joined).add(leg.switch_id.value).add(leg.boot_epoch).add(leg.native_id);
    mix.add(leg.device).add(static_cast<int>(leg.role)).add(leg.agent.value).add(leg.offer.value).add(static_cast<int>(leg.state));
    mix.add(leg.pair.value).add(leg.replaced_by.value).add(leg.route_open).add(leg.entry);
  }
  for (const auto& [id, call] : calls_) {
    mix.add(id.value).add(call.contact.value).add(call.switch_id.value);
    for (LegId leg : call.live_legs) mix.add(leg.value);
  }
  for (const auto& [id, offer] : offers_) mix.add(id.value).add(offer.contact.value).add(offer.agent.value);
  for (const auto& [id, link] : links_) mix.add(id.value).add(link.up).add(link.boot_epoch);
  return mix.value();
}

std::vector<std::string> Model::violations() const {
  std::vector<std::string> all;
  std::map<CallId, int> joined;
  for (const auto& [id, leg] : legs_) {
    if (!contacts_.contains(leg.contact)) all.push_back(name_of(leg) + " belongs to no contact");
    if (leg.state == LegState::ended) {
      if (leg.joined) all.push_back(name_of(leg) + " has ended and still talks");
      continue;
    }
    if (leg.joined) ++joined[leg.call];
    if (leg.role == LegRole::hidden) {
      if (leg.joined || leg.call) all.push_back(name_of(leg) + " is hidden and counts");
      continue;
    }
    if (leg.role == LegRole::agent && !leg.agent) all.push_back(name_of(leg) + " is an agent's and nobody knows whose");
    auto call = calls_.find(leg.call);
    if (call == calls_.end() || !call->second.live_legs.contains(id)) all.push_back(name_of(leg) + " lives in a call that has ended");
    auto seen = sightings_.find(leg.switch_id);
    const Sighting* sighting = seen == sightings_.end() ? nullptr : seen->second.find(leg.native_id);
    if (!sighting || sighting->leg != id) all.push_back(name_of(leg) + " lives and its switch does not show it");
  }
  for (const auto& [call, legs] : joined)
    if (legs < 2) all.push_back("call " + std::to_string(call.value) + " is a talk of one");
  for (const auto& [id, call] : calls_)
    if (call.live_legs.empty()) all.push_back("call " + std::to_string(id.value) + " has no leg");
  for (const auto& [id, contact] : contacts_) {
    const auto calls = std::ranges::count_if(calls_, [&](const auto& entry) { return entry.second.contact == id; });
    if (contact.live_calls != calls) all.push_back("contact " + std::to_string(id.value) + " counts its calls wrongly");
  }
  return all;
}

}  // namespace callwright::cti::model
