// Frames, and the messages by which a connection begins, goes on and ends.
#include "cti/feed/codec.hpp"

#include <google/protobuf/stubs/logging.h>

#include <utility>

#include "base/overloaded.hpp"
#include "base/utf8.hpp"
#include "callwright/feed/v1/feed.pb.h"
#include "cti/feed/codec_parts.hpp"
#include "cti/feed/frame.hpp"
#include "cti/feed/text.hpp"

namespace callwright::cti::feed {

namespace wire = ::callwright::feed::v1;

// --- what the codec's files share ---------------------------------------------------------------------------------------

constexpr std::int64_t kSeqLimit = std::int64_t{1} << 62;

std::string text(std::string_view from) { return to_utf8(from, kTextLimit); }
std::string id_text(std::string_view from) { return to_utf8(from, kIdLimit); }

std::string Checks::id(std::string_view field, const std::string& value) {
  if (!is_wire_id(value)) broken(field);
  return value;
}
std::string Checks::text(std::string_view field, const std::string& value) {
  if (value.size() > kTextLimit) broken(field);
  return value;
}
std::int64_t Checks::positive(std::string_view field, std::int64_t value) {
  if (value <= 0) broken(field);
  return value;
}
std::int64_t Checks::seq(std::string_view field, std::int64_t value) {
  if (value <= 0 || value > kSeqLimit) broken(field);
  return value;
}
std::int64_t Checks::not_negative(std::string_view field, std::int64_t value) {
  if (value < 0) broken(field);
  return value;
}
journal::LegState Checks::state(std::string_view field, int value) {
  if (!wire::LegState_IsValid(value) || value == wire::LEG_STATE_UNSPECIFIED) broken(field);
  return static_cast<journal::LegState>(value);
}

namespace {

// Enums whose values agree are cast; these keep it so.
static_assert(static_cast<int>(Errc::refused) == wire::ERROR_CODE_REFUSED);
static_assert(static_cast<int>(Refusal::malformed) == wire::REFUSAL_MALFORMED);
static_assert(static_cast<int>(CommandStatus::expired) == wire::COMMAND_STATUS_EXPIRED);

template <class Message>
std::string framed(const Message& message) {
  return frame(message.SerializeAsString());
}

// --- to the wire --------------------------------------------------------------------------------------------------------

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

// --- from the wire ------------------------------------------------------------------------------------------------------

model::CommandId from_wire(const wire::CommandId& from) { return {from.group(), from.seq(), from.n()}; }
ErrorNotice from_wire(const wire::Error& from) {
  const bool known = from.code() >= wire::ERROR_CODE_OVERSIZED && from.code() <= wire::ERROR_CODE_REFUSED;
  return {.code = known ? static_cast<Errc>(from.code()) : Errc::disconnected, .text = from.text().substr(0, kTextLimit)};
}
Heartbeat from_wire(const wire::Heartbeat& from) { return {.server_time = {from.server_time()}, .accepting = from.accepting()}; }

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
    case wire::SwitchFrame::kSnapshotItems: {
      SnapshotItems items = get(from.snapshot_items(), check);
      return check.done<SwitchMessage>(std::move(items));
    }
    case wire::SwitchFrame::kSnapshotEnd: return SnapshotEnd{.legs = from.snapshot_end().legs(), .agents = from.snapshot_end().agents()};
    case wire::SwitchFrame::kCommandResult: return get(from.command_result(), check);
    case wire::SwitchFrame::kHeartbeat: return from_wire(from.heartbeat());
    case wire::SwitchFrame::kError: return from_wire(from.error());
    case wire::SwitchFrame::MESSAGE_NOT_SET: return UnknownMessage{};
  }
  return UnknownMessage{};
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
                 [&](const SnapshotItems& m) { put(m, *to.mutable_snapshot_items()); },
                 [&](const SnapshotEnd& m) {
                   to.mutable_snapshot_end()->set_legs(m.legs);
                   to.mutable_snapshot_end()->set_agents(m.agents);
                 },
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

Result<SwitchMessage> decode_switch(std::string_view message) { return decode<SwitchMessage, wire::SwitchFrame>(message); }
Result<ServerMessage> decode_server(std::string_view message) { return decode<ServerMessage, wire::ServerFrame>(message); }

}  // namespace callwright::cti::feed
