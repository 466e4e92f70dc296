// What happens on the switch, to the wire and back.
#include "base/overloaded.hpp"
#include "callwright/feed/v1/feed.pb.h"
#include "cti/feed/codec_parts.hpp"

namespace callwright::cti::feed {
namespace {

namespace wire = ::callwright::feed::v1;

// Enums whose values agree are cast; these keep it so.
static_assert(static_cast<int>(journal::LegState::initiated) == wire::LEG_STATE_INITIATED);
static_assert(static_cast<int>(journal::LegState::unknown) == wire::LEG_STATE_UNKNOWN);
static_assert(static_cast<int>(journal::Cause::normal) == wire::CAUSE_NORMAL);
static_assert(static_cast<int>(journal::Cause::lost) == wire::CAUSE_LOST);
static_assert(static_cast<int>(journal::Cause::unknown) == wire::CAUSE_UNKNOWN);
static_assert(static_cast<int>(journal::Direction::internal) == wire::DIRECTION_INTERNAL);
static_assert(static_cast<int>(journal::EndedBy::network) == wire::ENDED_BY_NETWORK + 1);
static_assert(static_cast<int>(model::DeviceClass::local_half) == wire::DEVICE_CLASS_LOCAL_HALF);

wire::DeviceClass to_wire(model::DeviceClass from) {
  return from == model::DeviceClass::unknown ? wire::DEVICE_CLASS_UNSPECIFIED : static_cast<wire::DeviceClass>(from);
}
wire::EndedBy to_wire(journal::EndedBy from) { return static_cast<wire::EndedBy>(static_cast<int>(from) - 1); }

model::DeviceClass from_wire(wire::DeviceClass from) {
  const bool known = from >= wire::DEVICE_CLASS_STATION && from <= wire::DEVICE_CLASS_LOCAL_HALF;
  return known ? static_cast<model::DeviceClass>(from) : model::DeviceClass::unknown;
}
journal::Direction from_wire(wire::Direction from) {
  const bool known = from >= wire::DIRECTION_INBOUND && from <= wire::DIRECTION_INTERNAL;
  return known ? static_cast<journal::Direction>(from) : journal::Direction::inbound;
}
journal::EndedBy from_wire(wire::EndedBy from) {
  const bool known = from >= wire::ENDED_BY_CUSTOMER && from <= wire::ENDED_BY_NETWORK;
  return known ? static_cast<journal::EndedBy>(static_cast<int>(from) + 1) : journal::EndedBy::unknown;
}

}  // namespace

int number_of(journal::LegState state) { return state == journal::LegState::ended ? wire::LEG_STATE_UNKNOWN : static_cast<int>(state); }

journal::Cause cause_of(int number) {
  return number >= wire::CAUSE_NORMAL && number <= wire::CAUSE_UNKNOWN ? static_cast<journal::Cause>(number) : journal::Cause::unknown;
}

// --- to the wire --------------------------------------------------------------------------------------------------------

void put(const model::LegCreated& from, wire::LegCreated& to) {
  to.set_native_id(id_text(from.native_id));
  to.set_device(id_text(from.device));
  to.set_device_class(to_wire(from.device_class));
  to.set_direction(static_cast<wire::Direction>(from.direction));
  to.set_ani(text(from.ani));
  to.set_caller_name(text(from.caller_name));
  to.set_dnis(text(from.dnis));
  if (from.tokens != model::Tokens{}) {
    to.mutable_tokens()->set_contact(from.tokens.contact.value);
    to.mutable_tokens()->set_offer(from.tokens.offer.value);
    to.mutable_tokens()->set_epoch(from.tokens.epoch);
  }
}

void put(const model::SwitchEventBody& from, wire::Event& to) {
  std::visit(Overloaded{
                 [&](const model::LegCreated& e) { put(e, *to.mutable_leg_created()); },
                 [&](const model::LegStateSeen& e) {
                   to.mutable_leg_state()->set_native_id(id_text(e.native_id));
                   to.mutable_leg_state()->set_state(static_cast<wire::LegState>(number_of(e.state)));
                 },
                 [&](const model::LegEnteredBridge& e) {
                   to.mutable_leg_entered_bridge()->set_native_id(id_text(e.native_id));
                   to.mutable_leg_entered_bridge()->set_bridge(id_text(e.bridge));
                 },
                 [&](const model::LegLeftBridge& e) {
                   to.mutable_leg_left_bridge()->set_native_id(id_text(e.native_id));
                   to.mutable_leg_left_bridge()->set_bridge(id_text(e.bridge));
                 },
                 [&](const model::LegsReplaced& e) {
                   to.mutable_legs_replaced()->set_old_native_id(id_text(e.old_native_id));
                   to.mutable_legs_replaced()->set_new_native_id(id_text(e.new_native_id));
                 },
                 [&](const model::LocalPair& e) {
                   to.mutable_local_pair()->set_one(id_text(e.one));
                   to.mutable_local_pair()->set_two(id_text(e.two));
                 },
                 [&](const model::LegGone& e) {
                   wire::LegGone& gone = *to.mutable_leg_gone();
                   gone.set_native_id(id_text(e.native_id));
                   gone.set_cause(static_cast<wire::Cause>(e.cause));
                   gone.set_raw_code(e.raw_code);
                   gone.set_raw_text(text(e.raw_text));
                   gone.set_by(to_wire(e.by));
                 },
                 [&](const model::RouteAsked& e) {
                   to.mutable_route_asked()->set_native_id(id_text(e.native_id));
                   to.mutable_route_asked()->set_entry(text(e.entry));
                 },
                 [&](const model::PartyChanged& e) {
                   to.mutable_party_changed()->set_native_id(id_text(e.native_id));
                   to.mutable_party_changed()->set_ani(text(e.ani));
                   to.mutable_party_changed()->set_caller_name(text(e.caller_name));
                 },
                 [&](const model::DataSeen& e) {
                   to.mutable_data_seen()->set_native_id(id_text(e.native_id));
                   to.mutable_data_seen()->set_key(id_text(e.key));
                   to.mutable_data_seen()->set_value(text(e.value));
                 },
                 [&](const model::DtmfSeen& e) {
                   to.mutable_dtmf_seen()->set_native_id(id_text(e.native_id));
                   to.mutable_dtmf_seen()->set_digit(text(e.digit));
                 },
                 [&](const model::DeviceStateSeen& e) {
                   to.mutable_device_state()->set_device(id_text(e.device));
                   to.mutable_device_state()->set_busy(e.busy);
                   to.mutable_device_state()->set_reachable(e.reachable);
                 },
                 // Said by the connection itself or by the snapshot's own messages, never by an event.
                 [&](const model::LinkOpened&) { to.mutable_nothing(); },
                 [&](const model::LinkLost&) { to.mutable_nothing(); },
                 [&](const model::Snapshot&) { to.mutable_nothing(); },
             },
             from);
}

// --- from the wire ------------------------------------------------------------------------------------------------------

model::LegCreated get(const wire::LegCreated& from, Checks& check) {
  return {.native_id = check.id("leg_created.native_id", from.native_id()),
          .device = check.id("leg_created.device", from.device()),
          .device_class = from_wire(from.device_class()),
          .direction = from_wire(from.direction()),
          .ani = check.text("leg_created.ani", from.ani()),
          .caller_name = check.text("leg_created.caller_name", from.caller_name()),
          .dnis = check.text("leg_created.dnis", from.dnis()),
          .tokens = {.contact = ContactId{check.not_negative("tokens.contact", from.tokens().contact())},
                     .offer = OfferId{check.not_negative("tokens.offer", from.tokens().offer())},
                     .epoch = check.not_negative("tokens.epoch", from.tokens().epoch())}};
}

std::optional<model::SwitchEventBody> get(const wire::Event& from, Checks& check) {
  switch (from.body_case()) {
    case wire::Event::kLegCreated: return get(from.leg_created(), check);
    case wire::Event::kLegState:
      return model::LegStateSeen{.native_id = check.id("leg_state.native_id", from.leg_state().native_id()),
                                 .state = check.state("leg_state.state", from.leg_state().state())};
    case wire::Event::kLegEnteredBridge:
      return model::LegEnteredBridge{.native_id = check.id("leg_entered_bridge.native_id", from.leg_entered_bridge().native_id()),
                                     .bridge = check.id("leg_entered_bridge.bridge", from.leg_entered_bridge().bridge())};
    case wire::Event::kLegLeftBridge:
      return model::LegLeftBridge{.native_id = check.id("leg_left_bridge.native_id", from.leg_left_bridge().native_id()),
                                  .bridge = check.id("leg_left_bridge.bridge", from.leg_left_bridge().bridge())};
    case wire::Event::kLegsReplaced:
      return model::LegsReplaced{.old_native_id = check.id("legs_replaced.old_native_id", from.legs_replaced().old_native_id()),
                                 .new_native_id = check.id("legs_replaced.new_native_id", from.legs_replaced().new_native_id())};
    case wire::Event::kLocalPair:
      return model::LocalPair{.one = check.id("local_pair.one", from.local_pair().one()), .two = check.id("local_pair.two", from.local_pair().two())};
    case wire::Event::kLegGone:
      return model::LegGone{.native_id = check.id("leg_gone.native_id", from.leg_gone().native_id()),
                            .cause = cause_of(from.leg_gone().cause()),
                            .raw_code = from.leg_gone().raw_code(),
                            .raw_text = check.text("leg_gone.raw_text", from.leg_gone().raw_text()),
                            .by = from_wire(from.leg_gone().by())};
    case wire::Event::kRouteAsked:
      return model::RouteAsked{.native_id = check.id("route_asked.native_id", from.route_asked().native_id()),
                               .entry = check.text("route_asked.entry", from.route_asked().entry())};
    case wire::Event::kPartyChanged:
      return model::PartyChanged{.native_id = check.id("party_changed.native_id", from.party_changed().native_id()),
                                 .ani = check.text("party_changed.ani", from.party_changed().ani()),
                                 .caller_name = check.text("party_changed.caller_name", from.party_changed().caller_name())};
    case wire::Event::kDataSeen:
      return model::DataSeen{.native_id = check.id("data_seen.native_id", from.data_seen().native_id()),
                             .key = check.id("data_seen.key", from.data_seen().key()),
                             .value = check.text("data_seen.value", from.data_seen().value())};
    case wire::Event::kDtmfSeen:
      return model::DtmfSeen{.native_id = check.id("dtmf_seen.native_id", from.dtmf_seen().native_id()),
                             .digit = check.id("dtmf_seen.digit", from.dtmf_seen().digit())};
    case wire::Event::kDeviceState:
      return model::DeviceStateSeen{.device = check.id("device_state.device", from.device_state().device()),
                                    .busy = from.device_state().busy(),
                                    .reachable = from.device_state().reachable()};
    case wire::Event::kNothing:
    case wire::Event::BODY_NOT_SET: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace callwright::cti::feed
