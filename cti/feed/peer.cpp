#include "cti/feed/peer.hpp"

#include <algorithm>

#include "cti/feed/codec.hpp"
#include "cti/feed/machine.hpp"

namespace callwright::cti::feed {

// ----------------------------------------------------------------------------------------------- connection

Peer::Actions Peer::on_connected(Instant now) {
  state_ = State::welcome;
  reader_ = {};
  refused_ = Refusal::none;
  connected_at_ = received_at_ = now;
  send_message(Hello{.name = config_.name,
                     .token = config_.token,
                     .protocol_min = kProtocol,
                     .protocol_max = kProtocol,
                     .capabilities = config_.capabilities,
                     .boot_epoch = config_.boot_epoch,
                     .last_seq = last_seq_,
                     .product = config_.product},
               now);
  return take_actions();
}

Peer::Actions Peer::on_bytes(std::string_view bytes, Instant now) {
  if (!connected()) return {};
  reader_.add(bytes);
  while (connected()) {
    const auto next = reader_.next();
    if (!next) {
      fail_with(static_cast<Errc>(next.error().code.value()), next.error().context, now);
      break;
    }
    if (!*next) break;
    auto message = decode_server(**next);
    if (!message) {
      fail_with(Errc::malformed, message.error().context, now);
      break;
    }
    received_at_ = now;
    take(std::move(*message), now);
  }
  return take_actions();
}

void Peer::take(ServerMessage message, Instant now) {
  const bool first = std::holds_alternative<Welcome>(message) || std::holds_alternative<ErrorNotice>(message);
  if (state_ == State::welcome && !first) return fail_with(Errc::out_of_order, "the first frame is welcome", now);
  if (state_ == State::live && std::holds_alternative<Welcome>(message)) return fail_with(Errc::out_of_order, "a second welcome", now);
  std::visit([&](const auto& body) { on(body, now); }, message);
}

void Peer::on(const Welcome& welcome, Instant now) {
  if (welcome.refused != Refusal::none) {
    refused_ = welcome.refused;
    return close(Errc::refused, welcome.reason);
  }
  if (welcome.protocol != kProtocol) return fail_with(Errc::out_of_order, "a protocol that was not offered", now);
  if (welcome.resume_after > last_seq_) return fail_with(Errc::out_of_order, "a number that was never given", now);
  clock_difference_ = welcome.server_time - now;
  state_ = State::live;

  const std::int64_t after = std::max(welcome.resume_after, acked_);
  const bool complete = after == last_seq_ || (!kept_.empty() && kept_.front().seq <= after + 1);
  send_message(Resume{.after = after, .complete = complete}, now);
  if (complete) {
    for (const Event& event : kept_)
      if (event.seq > after) send_message(event, now);
  } else {
    kept_.clear();  // the snapshot stands for them
  }
  actions_.push_back(TakeSnapshot{});
  tell_accepting(welcome.accepting);
}

void Peer::on(const Ack& ack, Instant) {
  acked_ = std::max(acked_, std::min(ack.seq, last_seq_));
  while (!kept_.empty() && kept_.front().seq <= ack.seq) kept_.pop_front();
}

void Peer::on(const SnapshotRequest&, Instant) { actions_.push_back(TakeSnapshot{}); }

void Peer::on(const CommandMessage& command, Instant now) {
  if (!command.body) {
    send_message(CommandResult{.id = command.id, .status = CommandStatus::unsupported, .reason = {}}, now);
  } else if (now + clock_difference_ > command.deadline) {
    send_message(CommandResult{.id = command.id, .status = CommandStatus::expired, .reason = {}}, now);
  } else {
    actions_.push_back(Execute{command});
  }
}

void Peer::on(const Heartbeat& heartbeat, Instant now) {
  clock_difference_ = heartbeat.server_time - now;
  tell_accepting(heartbeat.accepting);
}

void Peer::on(const ErrorNotice& notice, Instant) { close(notice.code, notice.text); }

Peer::Actions Peer::on_time(Instant now) {
  if (state_ == State::welcome && now >= connected_at_ + kWelcomeLimit) {
    fail_with(Errc::silent, "no welcome within 5 s", now);
  } else if (state_ == State::live && now >= received_at_ + kSilenceLimit) {
    fail_with(Errc::silent, "nothing for 30 s", now);
  } else if (state_ == State::live && now >= sent_at_ + kHeartbeatEvery) {
    send_message(Heartbeat{}, now);
  }
  return take_actions();
}

std::optional<Instant> Peer::next_due() const {
  if (state_ == State::welcome) return connected_at_ + kWelcomeLimit;
  if (state_ == State::live) return std::min(received_at_ + kSilenceLimit, sent_at_ + kHeartbeatEvery);
  return std::nullopt;
}

Peer::Actions Peer::on_disconnected(Instant) {
  state_ = State::idle;
  tell_accepting(false);
  return take_actions();
}

// --------------------------------------------------------------------------------------------- from the owner

Peer::Actions Peer::publish(model::SwitchEventBody body, Instant switch_at, Instant now) {
  Event event{.seq = ++last_seq_, .switch_at = switch_at, .body = std::move(body)};
  if (live()) send_message(event, now);
  keep(std::move(event));
  return take_actions();
}

Peer::Actions Peer::snapshot(const model::Snapshot& snapshot, Instant now) {
  if (!live()) return {};
  keep({.seq = ++last_seq_, .switch_at = now, .body = std::nullopt});  // resent as a mere number: a new snapshot follows it
  for (std::string& bytes : encode_snapshot(last_seq_, now, snapshot)) actions_.push_back(Send{std::move(bytes)});
  sent_at_ = now;
  return take_actions();
}

Peer::Actions Peer::result(const model::CommandId& id, CommandStatus status, std::string reason, Instant now) {
  if (live()) send_message(CommandResult{.id = id, .status = status, .reason = std::move(reason)}, now);
  return take_actions();
}

Peer::Actions Peer::end(Errc why, std::string text, Instant now) {
  if (connected()) fail_with(why, std::move(text), now);
  return take_actions();
}

void Peer::keep(Event event) {
  kept_.push_back(std::move(event));
  if (kept_.size() > config_.unacked_limit) kept_.pop_front();
}

void Peer::send_message(const SwitchMessage& message, Instant now) {
  actions_.push_back(Send{encode(message)});
  sent_at_ = now;
}

void Peer::tell_accepting(bool yes) {
  if (std::exchange(accepting_, yes) != yes) actions_.push_back(Accepting{yes});
}

void Peer::fail_with(Errc why, std::string text, Instant now) {
  send_message(ErrorNotice{.code = why, .text = text}, now);
  close(why, std::move(text));
}

void Peer::close(Errc why, std::string text) {
  state_ = State::closed;
  actions_.push_back(Close{why, std::move(text)});
}

}  // namespace callwright::cti::feed
