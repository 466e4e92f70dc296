// Who asks for a route, beside a caller who comes for the first time: who was sent back to us, and whom a Local half speaks for.
#include <algorithm>
#include <utility>

#include "cti/asterisk/channels.hpp"
#include "cti/asterisk/names.hpp"

namespace callwright::cti::asterisk {

void Channels::ask(const std::string& id, Leg& leg, Effects& effects) {
  effects.events.push_back(model::RouteAsked{id, leg.entry});
  if (!is_local(leg.device)) return;
  leg.asks = true;  // whom it leads to may be shown only after it
  effects.doubtful_channels.push_back(id);
}

/// Something took him out of our application, and out of what we had put him into, and sent him in again before we asked what became of him.
void Channels::come_back(const std::string& id, Leg& leg, const std::string& entry, Effects& effects) {
  const std::string agent = std::exchange(leg.held_by, {});
  leg.moved_out = leg.on_hold = false;
  leave_bridge(id, leg, effects);
  tell_hold(agent, effects);
  leg.entry = entry;
  ask(id, leg, effects);
}

/// The other half stands in a talk with one customer and nobody else: what this one asks, it asks for him.
bool Channels::leads_to_customer(const Leg& half) const {
  const auto other = std::ranges::find_if(legs_, [&](const auto& leg) { return leg.second.channel == other_half(half.channel); });
  if (other == legs_.end() || other->second.bridge.empty()) return false;
  int customers = 0;
  for (const auto& [id, leg] : legs_) {
    if (leg.bridge != other->second.bridge || is_local(leg.device)) continue;
    if (!leg.customer()) return false;
    ++customers;
  }
  return customers == 1;
}

}  // namespace callwright::cti::asterisk
