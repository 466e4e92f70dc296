#include "cti/freeswitch/outbound.hpp"

#include <utility>

#include "base/utf8.hpp"
#include "cti/freeswitch/error.hpp"
#include "cti/freeswitch/request.hpp"

namespace callwright::cti::freeswitch {

Outbound::Outbound(Settings settings) : settings_(std::move(settings)), channels_(settings_) {}

link::Actions Outbound::opened() {
  if (phase_ == Phase::connecting && pending_.empty()) ask(request::connect());
  return out();
}

link::Actions Outbound::received(std::string_view bytes, Instant now) {
  if (phase_ == Phase::ended) return {};
  reader_.push(bytes);
  while (phase_ != Phase::ended) {
    const std::optional<Frame> frame = reader_.next();
    if (!frame) break;
    take(*frame, now);
  }
  if (phase_ != Phase::ended && !reader_.failure().empty()) {
    ++malformed_;
    end(std::string(reader_.failure()));
  }
  return out();
}

link::Actions Outbound::closed(std::string_view reason) {
  end(reason);
  return out();
}

void Outbound::take(const Frame& frame, Instant now) {
  switch (frame.kind) {
    case Frame::Kind::reply:
    case Frame::Kind::answer:
      if (phase_ == Phase::connecting) return meet(frame, now);
      return settle(frame);
    case Frame::Kind::plain_event:
    case Frame::Kind::json_event: {
      Channels::Effects effects;
      if (!event_.read(frame) || (event_.kind() != EventKind::other && event_.kind() != EventKind::callcenter && !channels_.on(event_, now, effects)))
        ++malformed_;
      return emit(std::move(effects), event_.at());
    }
    case Frame::Kind::notice:
      if (head_value(frame.head, "Content-Disposition") != "linger") return end("ended by the switch");
      phase_ = Phase::lingering;
      return;
    default: return;
  }
}

/// The head of the reply is an event: the channel, its values percent-encoded, even the reply's own text.
void Outbound::meet(const Frame& frame, Instant now) {
  pending_.clear();
  const bool read = event_.read_plain(frame.head) && event_.kind() == EventKind::channel_data;
  Channels::Effects effects;
  if (!read || !channels_.on(event_, now, effects) || !channels_.knows(std::string(event_[Field::UniqueId]))) {
    ++malformed_;
    return end("no channel in the reply to connect");
  }
  channel_ = event_[Field::UniqueId];
  full_ = head_value(frame.head, "Control") == "full";
  phase_ = Phase::serving;
  const std::string_view entry = event_[Field::Entry].empty() ? event_[Field::Destination] : event_[Field::Entry];
  effects.events.push_back(model::RouteAsked{channel_, to_utf8(entry, 256)});
  emit(std::move(effects), event_.at());
  ask(request::linger(kLingerSeconds));
  ask("myevents json\n\n");
}

void Outbound::ask(std::string text, Step step) {
  if (phase_ == Phase::ended) return;
  if (pending_.size() >= kPending) return end("too many commands wait for a reply");
  pending_.push_back(std::move(step));
  out_.push_back(link::Send{std::move(text)});
}

void Outbound::settle(const Frame& frame) {
  if (pending_.empty()) return;
  const Step step = std::move(pending_.front());
  pending_.pop_front();
  const std::string_view text = frame.kind == Frame::Kind::reply ? head_value(frame.head, "Reply-Text") : frame.body;
  if (text.starts_with("-ERR") || text.starts_with("-USAGE")) {
    ++failed_;
    out_.push_back(link::Log{link::Log::Level::warn, "request_failed", step.channel + ": " + to_utf8(text.substr(0, text.find('\n')), 200)});
  } else if (step.kind == Step::Kind::release) {
    Channels::Effects effects;
    channels_.released(step.channel, effects);
    emit(std::move(effects), {});
  }
}

link::Actions Outbound::command(const model::Command& command, Instant now) {
  if (command.deadline.us != 0 && now > command.deadline) {
    ++unsupported_;
    return out();
  }
  Result<std::vector<Step>> steps = phase_ != Phase::serving || !full_ ? fail(errc::unsupported) : plan(command, settings_, channels_);
  if (!steps) {
    ++unsupported_;
    out_.push_back(link::Log{link::Log::Level::warn, "command_not_sent", "contact " + std::to_string(command.contact.value) + ": " + steps.error().text()});
    return out();
  }
  if (const auto* end = std::get_if<model::End>(&command.body)) channels_.ending(end->native_id, end->cause);
  if (const auto* park = std::get_if<model::Park>(&command.body)) channels_.music_begins(park->native_id);
  for (Step& step : *steps) {
    std::string text = std::move(step.text);
    ask(std::move(text), std::move(step));
  }
  return out();
}

/// The session ends with the channel's stay in it: whoever has not hung up has left our hands.
void Outbound::end(std::string_view reason) {
  if (std::exchange(phase_, Phase::ended) == Phase::ended) return;
  if (!channel_.empty() && channels_.knows(channel_))
    emit(model::LegGone{channel_, journal::Cause::transferred, 0, "left the session", journal::EndedBy::unknown});
  out_.push_back(link::Close{});
  out_.push_back(link::Log{link::Log::Level::info, "session_ended", channel_ + ": " + std::string(reason)});
}

void Outbound::emit(Channels::Effects effects, Instant switch_at) {
  for (model::SwitchEventBody& body : effects.events) emit(std::move(body), switch_at);
}

void Outbound::emit(model::SwitchEventBody body, Instant switch_at) {
  model::SwitchEvent event;
  event.switch_id = settings_.identity.switch_id;
  event.source.name = "session:" + settings_.identity.name + "/" + channel_;
  event.source.id = std::to_string(++told_);
  event.switch_at = switch_at;
  event.body = std::move(body);
  out_.push_back(link::Emit{std::move(event)});
}

link::Actions Outbound::out() { return std::exchange(out_, {}); }

}  // namespace callwright::cti::freeswitch
