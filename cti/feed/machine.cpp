#include "cti/feed/machine.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/planted_bug.hpp"
#include "base/utf8.hpp"
#include "cti/feed/codec.hpp"

namespace callwright::cti::feed {
namespace {

constexpr std::size_t kReasonLimit = 256;

Count count_of(Errc why) {
  switch (why) {
    case Errc::oversized: return Count::oversized;
    case Errc::malformed: return Count::malformed;
    case Errc::out_of_order: return Count::out_of_order;
    case Errc::gap: return Count::gaps;
    case Errc::silent: return Count::silent;
    case Errc::overloaded: return Count::overloaded;
    case Errc::replaced: return Count::replaced;
    case Errc::refused: return Count::refused;
    default: return Count::last_;
  }
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string source_name(const SwitchId& switch_id, std::int64_t boot_epoch) { return "feed:" + switch_id.value + "/" + std::to_string(boot_epoch); }

Machine::Machine(MachineConfig config, Instant now) : config_(std::move(config)), hello_by_(now + kHelloLimit), received_at_(now), sent_at_(now) {}

// ---------------------------------------------------------------------------------------------- what comes in

Machine::Actions Machine::on_bytes(std::string_view bytes, Instant now) {
  if (closed()) return {};
  reader_.add(bytes);
  while (!closed()) {
    const auto next = reader_.next();
    if (!next) {
      fail_with(static_cast<Errc>(next.error().code.value()), next.error().context, now);
      break;
    }
    if (!*next) break;
    count(Count::frames);
    frame_bytes_ = (*next)->size();
    auto message = decode_switch(**next);
    if (!message) {
      if (state_ == State::hello) {
        count(Count::malformed);
        refuse(Refusal::malformed, message.error().context, now);
      }
      fail_with(Errc::malformed, message.error().context, now);
      break;
    }
    received_at_ = now;
    take(std::move(*message), now);
  }
  return take_actions();
}

void Machine::take(SwitchMessage message, Instant now) {
  const bool about_the_connection = std::holds_alternative<Hello>(message) || std::holds_alternative<ErrorNotice>(message);
  if (state_ == State::hello && !about_the_connection) return fail_with(Errc::out_of_order, "the first frame is hello", now);
  if (state_ != State::hello && std::holds_alternative<Hello>(message)) return fail_with(Errc::out_of_order, "a second hello", now);
  std::visit([&](auto& body) { on(body, now); }, message);
}

void Machine::on(const UnknownMessage&, Instant) { count(Count::unknown); }
void Machine::on(const Heartbeat&, Instant) {}

void Machine::on(const Hello& hello, Instant now) {
  if (hello.protocol_min > kProtocol || hello.protocol_max < kProtocol) return refuse(Refusal::protocol, "this server speaks protocol 1", now);
  const Admission admission = config_.admit(hello);
  if (admission.refused != Refusal::none) return refuse(admission.refused, admission.reason, now);
  if (hello.last_seq < admission.resume_after)
    return refuse(Refusal::sequence_behind, "number " + std::to_string(admission.resume_after) + " of this boot epoch was here already", now);

  switch_id_ = SwitchId{hello.name};
  boot_epoch_ = hello.boot_epoch;
  source_ = source_name(switch_id_, boot_epoch_);
  declared_ = hello.capabilities;
  last_seq_ = admission.resume_after;
  switch_last_seq_ = hello.last_seq;
  state_ = State::resume;
  count(Count::opened);
  actions_.push_back(Opened{switch_id_, boot_epoch_});
  actions_.push_back(Declared{capabilities_of(declared_)});
  emit_link(model::LinkOpened{boot_epoch_});
  send_message(Welcome{.protocol = kProtocol,
                       .resume_after = last_seq_,
                       .server_epoch = config_.epoch,
                       .server_time = now,
                       .accepting = config_.accepting,
                       .reason = {}},
               now);
}

void Machine::on(const Resume& resume, Instant now) {
  if (state_ != State::resume) return fail_with(Errc::out_of_order, "resume stands after welcome only", now);
  if (resume.after < last_seq_ || resume.after > switch_last_seq_)
    return fail_with(Errc::out_of_order, "resume goes on after " + std::to_string(resume.after) + ", we hold " + std::to_string(last_seq_), now);
  last_seq_ = resume.after;  // what we acknowledged before a restart, without a fact in the journal, is not asked for again
  state_ = resume.complete ? State::catching_up : State::covering_gap;
  if (!resume.complete) count(Count::resumed_short);
}

void Machine::on(Event& event, Instant now) {
  if (state_ != State::catching_up && state_ != State::live) return fail_with(Errc::out_of_order, "an event may not stand here", now);
  if (event.seq <= last_seq_ && !planted(5)) return count(Count::duplicates);
  if (event.seq > last_seq_ + 1) return fail_with(Errc::gap, "expected " + std::to_string(last_seq_ + 1) + ", got " + std::to_string(event.seq), now);
  last_seq_ = event.seq;
  if (!event.body) return count(Count::unknown);
  count(Count::events);
  if (const auto* leg = std::get_if<model::LegCreated>(&*event.body)) rang(leg->tokens);
  if (const auto* ended = std::get_if<model::PlaybackEnded>(&*event.body)) plays_.erase(ended->command);
  emit(std::move(*event.body), event.seq, event.switch_at);
}

void Machine::on(const SnapshotBegin& begin, Instant now) {
  const bool covers_gap = state_ == State::covering_gap;
  if (!covers_gap && state_ != State::catching_up && state_ != State::live)
    return fail_with(Errc::out_of_order, "a snapshot may not begin here", now);
  const bool follows = covers_gap ? begin.seq > last_seq_ : begin.seq == last_seq_ + 1;
  if (!follows) return fail_with(Errc::gap, "snapshot " + std::to_string(begin.seq) + " after " + std::to_string(last_seq_), now);
  state_ = State::snapshot;
  snapshot_begin_ = begin;
  snapshot_ = {};
  snapshot_bytes_ = 0;
}

void Machine::on(SnapshotItems& items, Instant now) {
  if (state_ != State::snapshot) return fail_with(Errc::out_of_order, "items stand inside a snapshot only", now);
  snapshot_bytes_ += frame_bytes_;
  const bool too_many =
      snapshot_.legs.size() + items.legs.size() > kSnapshotLegLimit || snapshot_.agents.size() + items.agents.size() > kSnapshotAgentLimit;
  if (too_many || snapshot_bytes_ > kSnapshotByteLimit)
    return fail_with(Errc::oversized, "snapshot above 65,536 legs, 65,536 agents or 64 MiB", now);
  std::move(items.legs.begin(), items.legs.end(), std::back_inserter(snapshot_.legs));
  std::move(items.agents.begin(), items.agents.end(), std::back_inserter(snapshot_.agents));
}

void Machine::on(const SnapshotEnd& end, Instant now) {
  if (state_ != State::snapshot) return fail_with(Errc::out_of_order, "no snapshot has begun", now);
  if (end.legs != snapshot_.legs.size())
    return fail_with(Errc::malformed, "snapshot of " + std::to_string(snapshot_.legs.size()) + " legs says " + std::to_string(end.legs), now);
  if (end.agents != snapshot_.agents.size())
    return fail_with(Errc::malformed, "snapshot of " + std::to_string(snapshot_.agents.size()) + " agents says " + std::to_string(end.agents), now);
  state_ = State::live;
  last_seq_ = snapshot_begin_.seq;
  count(Count::snapshots);
  for (const model::SnapshotLeg& leg : snapshot_.legs) rang(leg.leg.tokens);
  emit(std::exchange(snapshot_, {}), snapshot_begin_.seq, snapshot_begin_.switch_at);
}

void Machine::on(const CommandResult& result, Instant) {
  const auto failed = [&](Count what, journal::Cause cause) {
    count(what);
    not_played(result.id);
    not_rung(result.id, cause, "the switch says: " + (result.reason.empty() ? std::string(name_of(what)) : result.reason));
  };
  switch (result.status) {
    case CommandStatus::accepted: break;
    case CommandStatus::unsupported: failed(Count::results_unsupported, journal::Cause::bad_number); break;
    case CommandStatus::failed: failed(Count::results_failed, journal::Cause::unreachable); break;
    case CommandStatus::expired: failed(Count::results_expired, journal::Cause::lost); break;
  }
}

/// Its text may hold anybody's name or number, so only the code goes into the log and the fact.
void Machine::on(const ErrorNotice& notice, Instant) { close(Errc::disconnected, "the switch says: " + make_error_code(notice.code).message()); }

Machine::Actions Machine::on_time(Instant now) {
  if (closed()) return {};
  if (state_ == State::hello) {
    if (now >= hello_by_) fail_with(Errc::silent, "no hello within 5 s", now);
  } else if (now >= received_at_ + kSilenceLimit) {
    fail_with(Errc::silent, "nothing for 30 s", now);
  } else if (now >= sent_at_ + kHeartbeatEvery) {
    send_message(Heartbeat{.server_time = now, .accepting = config_.accepting}, now);
  }
  return take_actions();
}

Machine::Actions Machine::on_disconnected(Instant) {
  if (!closed()) close(Errc::disconnected, "connection lost");
  return take_actions();
}

Machine::Actions Machine::on_overload(Instant now) { return end(Errc::overloaded, "inbound limit reached", now); }

std::optional<Instant> Machine::next_due() const {
  if (closed()) return std::nullopt;
  if (state_ == State::hello) return hello_by_;
  return std::min(received_at_ + kSilenceLimit, sent_at_ + kHeartbeatEvery);
}

// --------------------------------------------------------------------------------------------- what goes out

Machine::Sent Machine::send(const model::Command& command, Instant now) {
  const auto leg = leg_of(command);
  if (leg && open()) {
    unseen_rings_[command.id] = *leg;
    if (unseen_rings_.size() > kUnseenRingLimit) unseen_rings_.erase(unseen_rings_.begin());
  }
  const auto* play = std::get_if<model::Play>(&command.body);
  if (play) plays_[command.id] = {play->native_id, command.id, command.epoch, true};
  if (plays_.size() > kPlayLimit) plays_.erase(plays_.begin());
  auto left = try_to_send(command, now);
  if (play && !left && open()) not_played(command.id);
  if (leg && !left)
    not_rung(command.id, left.error().code == Errc::deadline_passed ? journal::Cause::lost : journal::Cause::bad_number, left.error().text());
  return {take_actions(), std::move(left)};
}

Result<void> Machine::try_to_send(const model::Command& command, Instant now) {
  if (!open()) {
    count(Count::commands_unconnected);
    return fail(Errc::not_connected);
  }
  if (now > command.deadline) {
    count(Count::commands_late);
    return fail(Errc::deadline_passed);
  }
  if (std::find(declared_.begin(), declared_.end(), capability_of(command.body)) == declared_.end()) {
    count(Count::commands_undeclared);
    return fail(Errc::not_declared, std::string(capability_of(command.body)));
  }
  auto message = outgoing(command);
  if (!message) {
    count(Count::commands_refused);
    return std::unexpected(message.error());
  }
  count(Count::commands);
  send_message(std::move(*message), now);
  return {};
}

/// The leg that this command makes; none if it makes none.
std::optional<model::LegCreated> Machine::leg_of(const model::Command& command) {
  const auto* ring = std::get_if<model::Ring>(&command.body);
  const auto* dial = std::get_if<model::Dial>(&command.body);
  if (!ring && !dial) return std::nullopt;
  return model::LegCreated{.native_id = ring ? "not-rung-" + std::to_string(ring->offer.value)
                                             : "not-dialled-" + std::to_string(command.epoch) + "-" + std::to_string(command.id.seq) + "-" + std::to_string(command.id.n),
                           .device = ring ? ring->device : dial->device,
                           .device_class = ring ? model::DeviceClass::station : model::DeviceClass::trunk,
                           .direction = journal::Direction::outbound,
                           .ani = {},
                           .caller_name = {},
                           .dnis = {},
                           .tokens = {command.contact, ring ? ring->offer : OfferId{}, command.epoch}};
}

void Machine::not_rung(const model::CommandId& id, journal::Cause cause, std::string why) {
  const auto unseen = unseen_rings_.find(id);
  if (unseen == unseen_rings_.end()) return;  // events have shown it: they show its end as well
  const model::LegCreated leg = std::move(unseen->second);
  unseen_rings_.erase(unseen);
  emit_link(leg);
  emit_link(model::LegGone{
      .native_id = leg.native_id, .cause = cause, .raw_code = 0, .raw_text = to_utf8(why, kReasonLimit), .by = journal::EndedBy::network});
}

/// The switch will never tell its end: so we do.
void Machine::not_played(const model::CommandId& id) {
  const auto play = plays_.find(id);
  if (play == plays_.end()) return;
  emit_link(std::move(play->second));
  plays_.erase(play);
}

/// An event has shown the leg with these tokens.
void Machine::rang(const model::Tokens& tokens) {
  if (tokens.contact == ContactId{} || unseen_rings_.empty()) return;
  std::erase_if(unseen_rings_, [&](const auto& ring) { return ring.second.tokens.contact == tokens.contact && ring.second.tokens.offer == tokens.offer; });
}

Machine::Actions Machine::committed(const journal::Source& source, Instant now) {
  if (!open() || source.name != source_) return {};
  const auto seq = number(source.id);
  if (!seq || *seq <= acked_ || *seq > last_seq_) return {};
  acked_ = *seq;
  send_message(Ack{acked_}, now);
  return take_actions();
}

Machine::Actions Machine::accepting(bool yes, Instant now) {
  if (std::exchange(config_.accepting, yes) == yes || !open()) return {};
  send_message(Heartbeat{.server_time = now, .accepting = yes}, now);
  return take_actions();
}

Machine::Actions Machine::request_snapshot(Instant now) {
  if (state_ != State::live) return {};  // before that, one is coming anyway
  send_message(SnapshotRequest{}, now);
  return take_actions();
}

Machine::Actions Machine::end(Errc why, std::string text, Instant now) {
  if (!closed()) fail_with(why, std::move(text), now);
  return take_actions();
}

void Machine::refuse(Refusal why, std::string reason, Instant now) {
  send_message(Welcome{.server_epoch = config_.epoch, .server_time = now, .refused = why, .reason = reason}, now);
  fail_with(Errc::refused, std::move(reason), now);
}

void Machine::send_message(const ServerMessage& message, Instant now) {
  actions_.push_back(Send{encode(message)});
  sent_at_ = now;
}

void Machine::emit(model::SwitchEventBody body, std::int64_t seq, Instant switch_at) {
  actions_.push_back(
      Emit{{.switch_id = switch_id_, .source = {.name = source_, .id = std::to_string(seq)}, .switch_at = switch_at, .body = std::move(body)}, seq});
}

void Machine::emit_link(model::SwitchEventBody body) {
  actions_.push_back(Emit{{.switch_id = switch_id_,
                           .source = {.name = "link:" + switch_id_.value + "/" + config_.connection, .id = std::to_string(++link_events_)},
                           .switch_at = {},
                           .body = std::move(body)},
                          0});
}

void Machine::fail_with(Errc why, std::string text, Instant now) {
  if (closed()) return;
  if (const Count what = count_of(why); what != Count::last_) count(what);
  send_message(ErrorNotice{.code = why, .text = text}, now);
  close(why, std::move(text));
}

void Machine::close(Errc why, std::string text) {
  text = to_utf8(text, kReasonLimit);
  if (open()) emit_link(model::LinkLost{text});
  state_ = State::closed;
  snapshot_ = {};
  actions_.push_back(Close{why, std::move(text)});
}

void Machine::count(Count what) {
  if (config_.counters) config_.counters->add(what);
}

}  // namespace callwright::cti::feed
