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
static_assert(static_cast<int>(journal::LegState::failed) == wire::LEG_STATE_FAILED);
static_assert(static_cast<int>(journal::DivertReason::deflected) == wire::DIVERT_REASON_DEFLECTED);
static_assert(static_cast<int>(journal::TransferKind::single_step) == wire::TRANSFER_KIND_SINGLE_STEP);
static_assert(static_cast<int>(journal::RecordingState::failed) == wire::RECORDING_STATE_FAILED);
static_assert(static_cast<int>(model::DeviceClass::local_half) == wire::DEVICE_CLASS_LOCAL_HALF);

wire::DeviceClass to_wire(model::DeviceClass from) {
  return from == model::DeviceClass::unknown ? wire::DEVICE_CLASS_UNSPECIFIED : static_cast<wire::DeviceClass>(from);
}
wire::EndedBy to_wire(journal::EndedBy from) { return static_cast<wire::EndedBy>(static_cast<int>(from) - 1); }
wire::DivertReason to_wire(journal::DivertReason from) {
  return from == journal::DivertReason::unknown ? wire::DIVERT_REASON_UNSPECIFIED : static_cast<wire::DivertReason>(from);
}

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
journal::DivertReason from_wire(wire::DivertReason from) {
  const bool known = from >= wire::DIVERT_REASON_UNCONDITIONAL && from <= wire::DIVERT_REASON_DEFLECTED;
  return known ? static_cast<journal::DivertReason>(from) : journal::DivertReason::unknown;
}
journal::TransferKind from_wire(wire::TransferKind from) {
  const bool known = from >= wire::TRANSFER_KIND_BLIND && from <= wire::TRANSFER_KIND_SINGLE_STEP;
  return known ? static_cast<journal::TransferKind>(from) : journal::TransferKind::blind;
}

void put(const model::Transfer& from, wire::TransferParts& to) {
  to.set_kind(static_cast<wire::TransferKind>(from.how));
  to.set_transferor(id_text(from.transferor));
  to.set_transferee(id_text(from.transferee));
  to.set_consult(id_text(from.consult));
  to.set_to(text(from.to));
}
model::Transfer get(const wire::TransferParts& from, Checks& check) {
  if (from.transferor().empty() && from.transferee().empty()) check.broken("transfer.transferor");
  return {.how = from_wire(from.kind()),
          .transferor = check.optional_id("transfer.transferor", from.transferor()),
          .transferee = check.optional_id("transfer.transferee", from.transferee()),
          .consult = check.optional_id("transfer.consult", from.consult()),
          .to = check.text("transfer.to", from.to())};
}

model::RecordingChanged get(const wire::RecordingChanged& from, Checks& check) {
  if (from.native_id().empty() == from.bridge().empty()) check.broken("recording_changed.native_id");
  if (from.state() < wire::RECORDING_STATE_RECORDING || from.state() > wire::RECORDING_STATE_FAILED) check.broken("recording_changed.state");
  return {.native_id = check.optional_id("recording_changed.native_id", from.native_id()),
          .bridge = check.optional_id("recording_changed.bridge", from.bridge()),
          .recording = check.id("recording_changed.recording", from.recording()),
          .state = static_cast<journal::RecordingState>(from.state()),
          .raw_text = check.text("recording_changed.raw_text", from.raw_text())};
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
  to.set_redirecting(text(from.redirecting));
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
                   to.mutable_party_changed()->set_dnis(text(e.dnis));
                   to.mutable_party_changed()->set_redirecting(text(e.redirecting));
                 },
                 [&](const model::CallDiverted& e) {
                   wire::CallDiverted& diverted = *to.mutable_call_diverted();
                   diverted.set_native_id(id_text(e.native_id));
                   diverted.set_from(text(e.from));
                   diverted.set_to(text(e.to));
                   diverted.set_reason(to_wire(e.reason));
                   diverted.set_raw_reason(text(e.raw_reason));
                 },
                 [&](const model::TransferStarted& e) { put(e.transfer, *to.mutable_transfer_started()->mutable_transfer()); },
                 [&](const model::TransferCompleted& e) { put(e.transfer, *to.mutable_transfer_completed()->mutable_transfer()); },
                 [&](const model::TransferFailed& e) {
                   wire::TransferFailed& failed = *to.mutable_transfer_failed();
                   put(e.transfer, *failed.mutable_transfer());
                   failed.set_cause(static_cast<wire::Cause>(e.cause));
                   failed.set_raw_code(e.raw_code);
                   failed.set_raw_text(text(e.raw_text));
                 },
                 [&](const model::CallsMerged& e) {
                   to.mutable_calls_merged()->set_from(id_text(e.from));
                   to.mutable_calls_merged()->set_into(id_text(e.into));
                 },
                 [&](const model::RecordingChanged& e) {
                   wire::RecordingChanged& changed = *to.mutable_recording_changed();
                   changed.set_native_id(id_text(e.native_id));
                   changed.set_bridge(id_text(e.bridge));
                   changed.set_recording(id_text(e.recording));
                   changed.set_state(static_cast<wire::RecordingState>(e.state));
                   changed.set_raw_text(text(e.raw_text));
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
                 [&](const model::PlaybackEnded& e) {
                   wire::PlaybackEnded& ended = *to.mutable_playback_ended();
                   ended.set_native_id(id_text(e.native_id));
                   ended.mutable_command()->set_group(e.command.group);
                   ended.mutable_command()->set_seq(e.command.seq);
                   ended.mutable_command()->set_n(e.command.n);
                   ended.set_epoch(e.epoch);
                   ended.set_failed(e.failed);
                 },
                 [&](const model::DeviceStateSeen& e) {
                   to.mutable_device_state()->set_device(id_text(e.device));
                   to.mutable_device_state()->set_busy(e.busy);
                   to.mutable_device_state()->set_reachable(e.reachable);
                 },
                 [&](const model::CallbackAsked& e) {
                   wire::CallbackAsked& asked = *to.mutable_callback_asked();
                   asked.set_native_id(id_text(e.native_id));
                   asked.set_number(text(e.number));
                   asked.set_due_at(e.due.us);
                   asked.set_entry(text(e.entry));
                 },
                 [&](const model::QueueJoined& e) { put(e, *to.mutable_queue_joined()); },
                 [&](const model::QueueLeft& e) { put(e, *to.mutable_queue_left()); },
                 [&](const model::QueueOffered& e) { put(e, *to.mutable_queue_offered()); },
                 [&](const model::QueueOfferEnded& e) { put(e, *to.mutable_queue_offer_ended()); },
                 [&](const model::QueueAgentSeen& e) { put(e, *to.mutable_queue_agent()); },
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
                     .epoch = check.not_negative("tokens.epoch", from.tokens().epoch())},
          .redirecting = check.text("leg_created.redirecting", from.redirecting())};
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
                                 .caller_name = check.text("party_changed.caller_name", from.party_changed().caller_name()),
                                 .dnis = check.text("party_changed.dnis", from.party_changed().dnis()),
                                 .redirecting = check.text("party_changed.redirecting", from.party_changed().redirecting())};
    case wire::Event::kCallDiverted:
      return model::CallDiverted{.native_id = check.id("call_diverted.native_id", from.call_diverted().native_id()),
                                 .from = check.text("call_diverted.from", from.call_diverted().from()),
                                 .to = check.text("call_diverted.to", from.call_diverted().to()),
                                 .reason = from_wire(from.call_diverted().reason()),
                                 .raw_reason = check.text("call_diverted.raw_reason", from.call_diverted().raw_reason())};
    case wire::Event::kTransferStarted: return model::TransferStarted{get(from.transfer_started().transfer(), check)};
    case wire::Event::kTransferCompleted: return model::TransferCompleted{get(from.transfer_completed().transfer(), check)};
    case wire::Event::kTransferFailed:
      return model::TransferFailed{.transfer = get(from.transfer_failed().transfer(), check),
                                   .cause = cause_of(from.transfer_failed().cause()),
                                   .raw_code = from.transfer_failed().raw_code(),
                                   .raw_text = check.text("transfer_failed.raw_text", from.transfer_failed().raw_text())};
    case wire::Event::kCallsMerged:
      return model::CallsMerged{.from = check.id("calls_merged.from", from.calls_merged().from()),
                                .into = check.id("calls_merged.into", from.calls_merged().into())};
    case wire::Event::kRecordingChanged: return get(from.recording_changed(), check);
    case wire::Event::kDataSeen:
      return model::DataSeen{.native_id = check.id("data_seen.native_id", from.data_seen().native_id()),
                             .key = check.id("data_seen.key", from.data_seen().key()),
                             .value = check.text("data_seen.value", from.data_seen().value())};
    case wire::Event::kDtmfSeen:
      return model::DtmfSeen{.native_id = check.id("dtmf_seen.native_id", from.dtmf_seen().native_id()),
                             .digit = check.id("dtmf_seen.digit", from.dtmf_seen().digit())};
    case wire::Event::kPlaybackEnded: {
      const wire::PlaybackEnded& ended = from.playback_ended();
      return model::PlaybackEnded{.native_id = check.id("playback_ended.native_id", ended.native_id()),
                                  .command = {ended.command().group(), ended.command().seq(), ended.command().n()},
                                  .epoch = ended.epoch(),
                                  .failed = ended.failed()};
    }
    case wire::Event::kDeviceState:
      return model::DeviceStateSeen{.device = check.id("device_state.device", from.device_state().device()),
                                    .busy = from.device_state().busy(),
                                    .reachable = from.device_state().reachable()};
    case wire::Event::kCallbackAsked:
      return model::CallbackAsked{.native_id = check.id("callback_asked.native_id", from.callback_asked().native_id()),
                                  .number = check.text("callback_asked.number", from.callback_asked().number()),
                                  .due = {check.not_negative("callback_asked.due_at", from.callback_asked().due_at())},
                                  .entry = check.text("callback_asked.entry", from.callback_asked().entry())};
    case wire::Event::kQueueJoined: return get(from.queue_joined(), check);
    case wire::Event::kQueueLeft: return get(from.queue_left(), check);
    case wire::Event::kQueueOffered: return get(from.queue_offered(), check);
    case wire::Event::kQueueOfferEnded: return get(from.queue_offer_ended(), check);
    case wire::Event::kQueueAgent: return get(from.queue_agent(), check);
    case wire::Event::kNothing:
    case wire::Event::BODY_NOT_SET: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace callwright::cti::feed
