#include "cti/feed/codec.hpp"

#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "callwright/feed/v1/feed.pb.h"
#include "cti/feed/frame.hpp"
#include "cti/feed/text.hpp"

namespace callwright::cti::feed {
namespace {

namespace wire = ::callwright::feed::v1;

constexpr std::int64_t kSeqLimit = std::int64_t{1} << 62;
constexpr std::size_t kPartLegs = 512;
constexpr std::size_t kPartBytes = 256 * 1024;  // and a leg has at most 5 x 64 KiB of text: far below a frame

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};

// Enums whose values agree are cast; these keep it so.
static_assert(static_cast<int>(journal::LegState::initiated) == wire::LEG_STATE_INITIATED);
static_assert(static_cast<int>(journal::LegState::unknown) == wire::LEG_STATE_UNKNOWN);
static_assert(static_cast<int>(journal::Cause::normal) == wire::CAUSE_NORMAL);
static_assert(static_cast<int>(journal::Cause::lost) == wire::CAUSE_LOST);
static_assert(static_cast<int>(journal::Cause::unknown) == wire::CAUSE_UNKNOWN);
static_assert(static_cast<int>(journal::Direction::internal) == wire::DIRECTION_INTERNAL);
static_assert(static_cast<int>(journal::EndedBy::network) == wire::ENDED_BY_NETWORK + 1);
static_assert(static_cast<int>(model::DeviceClass::local_half) == wire::DEVICE_CLASS_LOCAL_HALF);
static_assert(static_cast<int>(Errc::refused) == wire::ERROR_CODE_REFUSED);
static_assert(static_cast<int>(Refusal::malformed) == wire::REFUSAL_MALFORMED);
static_assert(static_cast<int>(CommandStatus::expired) == wire::COMMAND_STATUS_EXPIRED);

std::string text(std::string_view from) { return to_utf8(from, kTextLimit); }
std::string id_text(std::string_view from) { return to_utf8(from, kIdLimit); }

template <class Message>
std::string framed(const Message& message) {
  return frame(message.SerializeAsString());
}

// ------------------------------------------------------------------------------------------- to the wire: events

wire::DeviceClass to_wire(model::DeviceClass from) {
  return from == model::DeviceClass::unknown ? wire::DEVICE_CLASS_UNSPECIFIED : static_cast<wire::DeviceClass>(from);
}
wire::EndedBy to_wire(journal::EndedBy from) { return static_cast<wire::EndedBy>(static_cast<int>(from) - 1); }
wire::LegState to_wire(journal::LegState from) {
  return from == journal::LegState::ended ? wire::LEG_STATE_UNKNOWN : static_cast<wire::LegState>(from);
}

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
                   to.mutable_leg_state()->set_state(to_wire(e.state));
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

void put(const model::SnapshotLeg& from, wire::SnapshotLeg& to) {
  put(from.leg, *to.mutable_leg());
  to.set_state(to_wire(from.state));
  to.set_bridge(id_text(from.bridge));
  to.set_asks_route(from.asks_route);
  to.set_entry(text(from.entry));
}

void put(const model::CommandId& from, wire::CommandId& to) {
  to.set_group(from.group);
  to.set_seq(from.seq);
  to.set_n(from.n);
}

void put(const ErrorNotice& from, wire::Error& to) {
  to.set_code(static_cast<wire::ErrorCode>(from.code <= Errc::refused ? static_cast<int>(from.code) : 0));
  to.set_text(text(from.text));
}

void put(const Heartbeat& from, wire::Heartbeat& to) {
  to.set_server_time(from.server_time.us);
  to.set_accepting(from.accepting);
}

// ----------------------------------------------------------------------------------------- to the wire: commands

void put(const model::CommandBody& from, wire::Command& to) {
  std::visit(Overloaded{
                 [&](const model::Park& c) { to.mutable_park()->set_native_id(c.native_id); },
                 [&](const model::Ring& c) {
                   wire::Ring& ring = *to.mutable_ring();
                   ring.set_device(c.device);
                   ring.set_caller_native_id(c.caller_native_id);
                   ring.set_shown_number(c.shown_number);
                   ring.set_shown_name(c.shown_name);
                   ring.set_offer(c.offer.value);
                   ring.set_timeout_ms(c.timeout.count() / 1000);
                 },
                 [&](const model::Answer& c) { to.mutable_answer()->set_native_id(c.native_id); },
                 [&](const model::Bridge& c) {
                   to.mutable_bridge()->set_customer_native_id(c.customer_native_id);
                   to.mutable_bridge()->set_agent_native_id(c.agent_native_id);
                 },
                 [&](const model::Hold& c) {
                   to.mutable_hold()->set_customer_native_id(c.customer_native_id);
                   to.mutable_hold()->set_agent_native_id(c.agent_native_id);
                 },
                 [&](const model::Retrieve& c) {
                   to.mutable_retrieve()->set_customer_native_id(c.customer_native_id);
                   to.mutable_retrieve()->set_agent_native_id(c.agent_native_id);
                 },
                 [&](const model::End& c) {
                   to.mutable_end()->set_native_id(c.native_id);
                   to.mutable_end()->set_cause(static_cast<wire::Cause>(c.cause));
                 },
                 [&](const model::Release& c) { to.mutable_release()->set_native_id(c.native_id); },
                 [&](const model::Dtmf& c) {
                   to.mutable_dtmf()->set_native_id(c.native_id);
                   to.mutable_dtmf()->set_digits(c.digits);
                 },
             },
             from);
}

// ----------------------------------------------------------------------------------------------- from the wire

/// Collects the first rule that a message breaks; the value read meanwhile is not used then.
class Checks {
 public:
  std::string id(std::string_view field, const std::string& value) {
    if (!is_wire_id(value)) broken(field);
    return value;
  }
  std::string optional_id(std::string_view field, const std::string& value) { return value.empty() ? value : id(field, value); }
  std::string text(std::string_view field, const std::string& value) {
    if (value.size() > kTextLimit) broken(field);
    return value;
  }
  std::int64_t positive(std::string_view field, std::int64_t value) {
    if (value <= 0) broken(field);
    return value;
  }
  std::int64_t seq(std::string_view field, std::int64_t value) {
    if (value <= 0 || value > kSeqLimit) broken(field);
    return value;
  }
  std::int64_t not_negative(std::string_view field, std::int64_t value) {
    if (value < 0) broken(field);
    return value;
  }
  journal::LegState state(std::string_view field, wire::LegState value) {
    if (value < wire::LEG_STATE_INITIATED || value > wire::LEG_STATE_UNKNOWN) broken(field);
    return static_cast<journal::LegState>(value);
  }
  void broken(std::string_view field) {
    if (field_.empty()) field_ = field;
  }

  template <class T>
  Result<T> done(T value) const {
    if (field_.empty()) return value;
    return fail(Errc::malformed, field_);
  }

 private:
  std::string field_;
};

model::DeviceClass from_wire(wire::DeviceClass from) {
  const bool known = from >= wire::DEVICE_CLASS_STATION && from <= wire::DEVICE_CLASS_LOCAL_HALF;
  return known ? static_cast<model::DeviceClass>(from) : model::DeviceClass::unknown;
}
journal::Direction from_wire(wire::Direction from) {
  const bool known = from >= wire::DIRECTION_INBOUND && from <= wire::DIRECTION_INTERNAL;
  return known ? static_cast<journal::Direction>(from) : journal::Direction::inbound;
}
journal::Cause from_wire(wire::Cause from) {
  return from >= wire::CAUSE_NORMAL && from <= wire::CAUSE_UNKNOWN ? static_cast<journal::Cause>(from) : journal::Cause::unknown;
}
journal::EndedBy from_wire(wire::EndedBy from) {
  const bool known = from >= wire::ENDED_BY_CUSTOMER && from <= wire::ENDED_BY_NETWORK;
  return known ? static_cast<journal::EndedBy>(static_cast<int>(from) + 1) : journal::EndedBy::unknown;
}
model::CommandId from_wire(const wire::CommandId& from) { return {from.group(), from.seq(), from.n()}; }
ErrorNotice from_wire(const wire::Error& from) {
  const bool known = from.code() >= wire::ERROR_CODE_OVERSIZED && from.code() <= wire::ERROR_CODE_REFUSED;
  return {.code = known ? static_cast<Errc>(from.code()) : Errc::disconnected, .text = from.text().substr(0, kTextLimit)};
}
Heartbeat from_wire(const wire::Heartbeat& from) { return {.server_time = {from.server_time()}, .accepting = from.accepting()}; }

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
                            .cause = from_wire(from.leg_gone().cause()),
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

model::SnapshotLeg get(const wire::SnapshotLeg& from, Checks& check) {
  return {.leg = get(from.leg(), check),
          .state = check.state("snapshot_leg.state", from.state()),
          .bridge = check.optional_id("snapshot_leg.bridge", from.bridge()),
          .asks_route = from.asks_route(),
          .entry = check.text("snapshot_leg.entry", from.entry())};
}

Result<SwitchMessage> get(const wire::Hello& from, Checks check) {
  if (!is_key(from.name())) check.broken("hello.name");
  if (from.capabilities_size() > static_cast<int>(kCapabilityLimit)) check.broken("hello.capabilities");
  Hello hello{.name = from.name(),
              .token = check.text("hello.token", from.token()),
              .protocol_min = from.protocol_min(),
              .protocol_max = from.protocol_max(),
              .capabilities = {},
              .boot_epoch = check.positive("hello.boot_epoch", from.boot_epoch()),
              .last_seq = check.not_negative("hello.last_seq", from.last_seq()),
              .product = check.text("hello.product", from.product())};
  for (const std::string& capability : from.capabilities()) hello.capabilities.push_back(check.id("hello.capabilities", capability));
  return check.done<SwitchMessage>(std::move(hello));
}

Result<SwitchMessage> get(const wire::SnapshotItems& from, Checks check) {
  SnapshotItems items;
  items.legs.reserve(static_cast<std::size_t>(from.legs_size()));
  for (const wire::SnapshotLeg& leg : from.legs()) items.legs.push_back(get(leg, check));
  return check.done<SwitchMessage>(std::move(items));
}

Result<SwitchMessage> get(const wire::CommandResult& from, Checks check) {
  if (from.status() < wire::COMMAND_STATUS_ACCEPTED || from.status() > wire::COMMAND_STATUS_EXPIRED) check.broken("command_result.status");
  return check.done<SwitchMessage>(CommandResult{
      .id = from_wire(from.id()), .status = static_cast<CommandStatus>(from.status()), .reason = check.text("command_result.reason", from.reason())});
}

Result<SwitchMessage> get(const wire::SwitchFrame& from) {
  Checks check;
  switch (from.message_case()) {
    case wire::SwitchFrame::kHello: return get(from.hello(), check);
    case wire::SwitchFrame::kResume:
      return check.done<SwitchMessage>(
          Resume{.after = check.not_negative("resume.after", from.resume().after()), .complete = from.resume().complete()});
    case wire::SwitchFrame::kEvent: {
      Event event{.seq = check.seq("event.seq", from.event().seq()),
                  .switch_at = {check.not_negative("event.switch_at", from.event().switch_at())},
                  .body = get(from.event(), check)};
      return check.done<SwitchMessage>(std::move(event));
    }
    case wire::SwitchFrame::kSnapshotBegin:
      return check.done<SwitchMessage>(
          SnapshotBegin{.seq = check.seq("snapshot_begin.seq", from.snapshot_begin().seq()),
                        .switch_at = {check.not_negative("snapshot_begin.switch_at", from.snapshot_begin().switch_at())}});
    case wire::SwitchFrame::kSnapshotItems: return get(from.snapshot_items(), check);
    case wire::SwitchFrame::kSnapshotEnd: return SnapshotEnd{.legs = from.snapshot_end().legs()};
    case wire::SwitchFrame::kCommandResult: return get(from.command_result(), check);
    case wire::SwitchFrame::kHeartbeat: return from_wire(from.heartbeat());
    case wire::SwitchFrame::kError: return from_wire(from.error());
    case wire::SwitchFrame::MESSAGE_NOT_SET: return UnknownMessage{};
  }
  return UnknownMessage{};
}

std::optional<model::CommandBody> get(const wire::Command& from, Checks& check) {
  switch (from.body_case()) {
    case wire::Command::kPark: return model::Park{check.id("park.native_id", from.park().native_id())};
    case wire::Command::kRing:
      return model::Ring{
          .device = check.id("ring.device", from.ring().device()),
          .caller_native_id = check.id("ring.caller_native_id", from.ring().caller_native_id()),
          .shown_number = check.text("ring.shown_number", from.ring().shown_number()),
          .shown_name = check.text("ring.shown_name", from.ring().shown_name()),
          .offer = OfferId{check.not_negative("ring.offer", from.ring().offer())},
          .timeout = std::chrono::milliseconds(std::min<std::int64_t>(check.positive("ring.timeout_ms", from.ring().timeout_ms()), 86'400'000))};
    case wire::Command::kAnswer: return model::Answer{check.id("answer.native_id", from.answer().native_id())};
    case wire::Command::kBridge:
      return model::Bridge{check.id("bridge.customer_native_id", from.bridge().customer_native_id()),
                           check.id("bridge.agent_native_id", from.bridge().agent_native_id())};
    case wire::Command::kHold:
      return model::Hold{check.id("hold.customer_native_id", from.hold().customer_native_id()),
                         check.id("hold.agent_native_id", from.hold().agent_native_id())};
    case wire::Command::kRetrieve:
      return model::Retrieve{check.id("retrieve.customer_native_id", from.retrieve().customer_native_id()),
                             check.id("retrieve.agent_native_id", from.retrieve().agent_native_id())};
    case wire::Command::kEnd: return model::End{check.id("end.native_id", from.end().native_id()), from_wire(from.end().cause())};
    case wire::Command::kRelease: return model::Release{check.id("release.native_id", from.release().native_id())};
    case wire::Command::kDtmf: return model::Dtmf{check.id("dtmf.native_id", from.dtmf().native_id()), check.id("dtmf.digits", from.dtmf().digits())};
    default: return std::nullopt;  // declared in the protocol, or of a later one: we do not execute it
  }
}

Result<ServerMessage> get(const wire::ServerFrame& from) {
  Checks check;
  switch (from.message_case()) {
    case wire::ServerFrame::kWelcome: {
      const wire::Welcome& welcome = from.welcome();
      const bool known = welcome.refused() >= wire::REFUSAL_UNSPECIFIED && welcome.refused() <= wire::REFUSAL_MALFORMED;
      return check.done<ServerMessage>(Welcome{.protocol = welcome.protocol(),
                                               .resume_after = check.not_negative("welcome.resume_after", welcome.resume_after()),
                                               .server_epoch = welcome.server_epoch(),
                                               .server_time = {welcome.server_time()},
                                               .accepting = welcome.accepting(),
                                               .refused = known ? static_cast<Refusal>(welcome.refused()) : Refusal::malformed,
                                               .reason = check.text("welcome.reason", welcome.reason())});
    }
    case wire::ServerFrame::kAck: return check.done<ServerMessage>(Ack{check.not_negative("ack.seq", from.ack().seq())});
    case wire::ServerFrame::kSnapshotRequest: return SnapshotRequest{};
    case wire::ServerFrame::kCommand: {
      CommandMessage command{.id = from_wire(from.command().id()),
                             .deadline = {from.command().deadline_at()},
                             .contact = ContactId{from.command().contact()},
                             .epoch = from.command().epoch(),
                             .body = get(from.command(), check)};
      return check.done<ServerMessage>(std::move(command));
    }
    case wire::ServerFrame::kHeartbeat: return from_wire(from.heartbeat());
    case wire::ServerFrame::kError: return from_wire(from.error());
    case wire::ServerFrame::MESSAGE_NOT_SET: return UnknownMessage{};
  }
  return UnknownMessage{};
}

template <class Message, class Frame>
Result<Message> decode(std::string_view bytes) {
  google::protobuf::LogSilencer silence;  // what is malformed is told by the Result
  Frame parsed;
  if (!parsed.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return fail(Errc::malformed, "no such message");
  return get(parsed);
}

}  // namespace

std::string encode(const SwitchMessage& message) {
  wire::SwitchFrame to;
  std::visit(Overloaded{
                 [&](const UnknownMessage&) { to.mutable_heartbeat(); },
                 [&](const Hello& m) {
                   wire::Hello& hello = *to.mutable_hello();
                   hello.set_name(id_text(m.name));
                   hello.set_token(text(m.token));
                   hello.set_protocol_min(m.protocol_min);
                   hello.set_protocol_max(m.protocol_max);
                   for (const std::string& capability : m.capabilities) hello.add_capabilities(id_text(capability));
                   hello.set_boot_epoch(m.boot_epoch);
                   hello.set_last_seq(m.last_seq);
                   hello.set_product(text(m.product));
                 },
                 [&](const Resume& m) {
                   to.mutable_resume()->set_after(m.after);
                   to.mutable_resume()->set_complete(m.complete);
                 },
                 [&](const Event& m) {
                   to.mutable_event()->set_seq(m.seq);
                   to.mutable_event()->set_switch_at(m.switch_at.us);
                   if (m.body) put(*m.body, *to.mutable_event());
                   else to.mutable_event()->mutable_nothing();
                 },
                 [&](const SnapshotBegin& m) {
                   to.mutable_snapshot_begin()->set_seq(m.seq);
                   to.mutable_snapshot_begin()->set_switch_at(m.switch_at.us);
                 },
                 [&](const SnapshotItems& m) {
                   for (const model::SnapshotLeg& leg : m.legs) put(leg, *to.mutable_snapshot_items()->add_legs());
                   to.mutable_snapshot_items();
                 },
                 [&](const SnapshotEnd& m) { to.mutable_snapshot_end()->set_legs(m.legs); },
                 [&](const CommandResult& m) {
                   put(m.id, *to.mutable_command_result()->mutable_id());
                   to.mutable_command_result()->set_status(static_cast<wire::CommandStatus>(m.status));
                   to.mutable_command_result()->set_reason(text(m.reason));
                 },
                 [&](const Heartbeat& m) { put(m, *to.mutable_heartbeat()); },
                 [&](const ErrorNotice& m) { put(m, *to.mutable_error()); },
             },
             message);
  return framed(to);
}

std::string encode(const ServerMessage& message) {
  wire::ServerFrame to;
  std::visit(Overloaded{
                 [&](const UnknownMessage&) { to.mutable_heartbeat(); },
                 [&](const Welcome& m) {
                   wire::Welcome& welcome = *to.mutable_welcome();
                   welcome.set_protocol(m.protocol);
                   welcome.set_resume_after(m.resume_after);
                   welcome.set_server_epoch(m.server_epoch);
                   welcome.set_server_time(m.server_time.us);
                   welcome.set_accepting(m.accepting);
                   welcome.set_refused(static_cast<wire::Refusal>(m.refused));
                   welcome.set_reason(text(m.reason));
                 },
                 [&](const Ack& m) { to.mutable_ack()->set_seq(m.seq); },
                 [&](const SnapshotRequest&) { to.mutable_snapshot_request(); },
                 [&](const CommandMessage& m) {
                   wire::Command& command = *to.mutable_command();
                   put(m.id, *command.mutable_id());
                   command.set_deadline_at(m.deadline.us);
                   command.set_contact(m.contact.value);
                   command.set_epoch(m.epoch);
                   if (m.body) put(*m.body, command);
                 },
                 [&](const Heartbeat& m) { put(m, *to.mutable_heartbeat()); },
                 [&](const ErrorNotice& m) { put(m, *to.mutable_error()); },
             },
             message);
  return framed(to);
}

std::vector<std::string> encode_snapshot(std::int64_t seq, Instant switch_at, const model::Snapshot& snapshot) {
  std::vector<std::string> frames{encode(SwitchMessage{SnapshotBegin{.seq = seq, .switch_at = switch_at}})};
  wire::SwitchFrame part;
  std::size_t bytes = 0;
  const auto flush = [&] {
    if (part.snapshot_items().legs_size() == 0) return;
    frames.push_back(framed(part));
    part.Clear();
    bytes = 0;
  };
  for (const model::SnapshotLeg& leg : snapshot.legs) {
    wire::SnapshotLeg& to = *part.mutable_snapshot_items()->add_legs();
    put(leg, to);
    bytes += to.ByteSizeLong();
    if (bytes >= kPartBytes || part.snapshot_items().legs_size() >= static_cast<int>(kPartLegs)) flush();
  }
  flush();
  frames.push_back(encode(SwitchMessage{SnapshotEnd{.legs = static_cast<std::uint32_t>(snapshot.legs.size())}}));
  return frames;
}

Result<SwitchMessage> decode_switch(std::string_view message) { return decode<SwitchMessage, wire::SwitchFrame>(message); }
Result<ServerMessage> decode_server(std::string_view message) { return decode<ServerMessage, wire::ServerFrame>(message); }

Result<CommandMessage> outgoing(const model::Command& command) {
  CommandMessage message{.id = command.id, .deadline = command.deadline, .contact = command.contact, .epoch = command.epoch, .body = command.body};
  std::string_view broken;
  const auto leg = [&](std::string_view field, const std::string& value) {
    if (broken.empty() && !is_wire_id(value)) broken = field;
  };
  std::visit(Overloaded{
                 [&](model::Ring& c) {
                   leg("caller_native_id", c.caller_native_id);
                   if (broken.empty() && !name_value("device", c.device)) broken = "device";
                   if (broken.empty() && c.timeout < std::chrono::milliseconds(1)) broken = "timeout";
                   c.shown_number = shown_value(c.shown_number);
                   c.shown_name = shown_value(c.shown_name);
                 },
                 [&](const model::Dtmf& c) {
                   leg("native_id", c.native_id);
                   if (broken.empty() && !dtmf_value(c.digits)) broken = "digits";
                 },
                 [&](const auto& c) {
                   if constexpr (requires { c.native_id; }) {
                     leg("native_id", c.native_id);
                   } else {
                     leg("customer_native_id", c.customer_native_id);
                     leg("agent_native_id", c.agent_native_id);
                   }
                 },
             },
             *message.body);
  if (!broken.empty()) return fail(Errc::refused_value, std::string(broken));
  return message;
}

std::string_view capability_of(const model::CommandBody& body) {
  return std::visit(Overloaded{
                        [](const model::Park&) { return "park"; },
                        [](const model::Ring&) { return "ring"; },
                        [](const model::Answer&) { return "answer"; },
                        [](const model::Bridge&) { return "bridge"; },
                        [](const model::Hold&) { return "hold"; },
                        [](const model::Retrieve&) { return "retrieve"; },
                        [](const model::End&) { return "end"; },
                        [](const model::Release&) { return "release"; },
                        [](const model::Dtmf&) { return "dtmf"; },
                    },
                    body);
}

model::Capabilities capabilities_of(const std::vector<std::string>& declared) {
  const auto all = [&](auto... names) { return (... && (std::find(declared.begin(), declared.end(), names) != declared.end())); };
  return {
      .observe = true, .control = all("hold", "retrieve", "end", "dtmf"), .route = all("park", "ring", "bridge", "release"), .answer = all("answer")};
}

}  // namespace callwright::cti::feed
