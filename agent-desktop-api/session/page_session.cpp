#include "agent-desktop-api/session/page_session.hpp"

#include <algorithm>
#include <utility>

#include "agent-desktop-api/auth/secret_token.hpp"
#include "agent-desktop-api/http/limits.hpp"
#include "agent-desktop-api/json_text.hpp"
#include "agent-desktop-api/session/hub.hpp"
#include "runtime/log.hpp"

namespace callwright::desktop {
namespace {

constexpr std::int64_t kMissedBeats = 2;

}  // namespace

bool PageSession::Bucket::take(Instant now) {
  if (at.us != 0) left = std::min(burst, left + rate * static_cast<double>((now - at).count()) / 1e6);
  at = now;
  if (left < 1) return false;
  left -= 1;
  return true;
}

PageSession::PageSession(Hub& hub, Principal principal) : hub_(&hub), principal_(std::move(principal)) {}

void PageSession::opened(std::shared_ptr<Socket> socket) {
  socket_ = std::move(socket);
  if (!hub_) return close(Close::restart, "stopping");
  opened_at_ = pinged_at_ = hub_->ports_.now();
  haste_ = static_cast<int>(hub_->pages_made_++ % kPaces);
  hub_->pages_.insert(this);
  hub_->pages_open_.set(static_cast<double>(hub_->pages_.size()));
}

void PageSession::closed() {
  if (hub_) hub_->left(*this);
  hub_ = nullptr;
  socket_.reset();
  stream_.reset();
}

void PageSession::text(std::string message) {
  if (!hub_ || closing_) return;
  if (!frames_.take(hub_->ports_.now())) {
    hub_->metrics_.counter("callwright_desk_bad_input_total", "", {{"kind", "ws_flood"}}).add();
    return close(Close::too_many, "too many frames");
  }
  auto frame = parse_page_frame(message);
  if (!frame) return bad_frame(frame.error().context);
  if (!stream_ && !std::holds_alternative<Hello>(*frame)) return bad_frame("hello must be the first frame");
  std::visit([this](auto&& one) { on(std::forward<decltype(one)>(one)); }, std::move(*frame));
}

void PageSession::unreadable(std::string why) {
  if (hub_ && !closing_) bad_frame(why);
}

void PageSession::bad_frame(const std::string& why) {
  hub_->metrics_.counter("callwright_desk_bad_input_total", "", {{"kind", "ws_frame"}}).add();
  close(Close::bad_frame, why);
}

void PageSession::send(Frame frame) {
  if (!socket_ || closing_) return;
  if (hub_) said_at_ = hub_->ports_.now();
  socket_->send(std::move(frame));
}

void PageSession::close(Close code, const std::string& reason) {
  if (closing_) return;
  closing_ = true;
  if (hub_)
    hub_->metrics_
        .counter("callwright_desk_sockets_closed_total", "WebSockets that the server closed.", {{"code", std::to_string(static_cast<int>(code))}})
        .add();
  if (socket_) socket_->close(code, reason);
}

void PageSession::bye(Close code, const std::string& reason, std::int64_t retry_after_ms) {
  JsonText json;
  json.begin_object();
  json.field("type", "bye");
  json.field("code", static_cast<std::int64_t>(code));
  json.field("reason", reason);
  json.field("retry_after_ms", retry_after_ms);
  json.end_object();
  send(json.take());
  close(code, reason);
}

void PageSession::ack(const std::string& id) {
  JsonText json;
  json.begin_object();
  json.field("type", "ack");
  json.field("id", id);
  json.field("ok", true);
  json.field("seq", stream_ ? stream_->ring.last_seq() : std::int64_t{0});
  json.end_object();
  send(json.take());
}

void PageSession::nack(const std::string& id, const Error& error, const std::vector<FieldFault>& faults) {
  if (hub_) count_problem(hub_->metrics_, error.code);
  JsonText json;
  json.begin_object();
  json.field("type", "nack");
  json.field("id", id);
  json.field_raw("problem", problem_json(error, faults));
  json.end_object();
  send(json.take());
}

/// A little sooner for each page in another measure, so that those who came together do not stay together.
Duration PageSession::paced(Duration limit) const { return limit - limit * haste_ / (4 * kPaces); }

void PageSession::tick(Instant now) {
  if (closing_) return;
  if (!stream_) {
    if (now - opened_at_ >= hub_->options_.hello_timeout) bad_frame("no hello in time");
    return;
  }
  const bool beat = now - pinged_at_ >= paced(hub_->options_.heartbeat);
  if (!beat && now - said_at_ < paced(hub_->options_.silence)) return;
  JsonText json;
  json.begin_object();
  json.field("type", beat ? "ping" : "tick");
  if (beat) {
    if (ping_ - answered_ping_ >= kMissedBeats) return close(Close::slow_consumer, "no heartbeat");
    pinged_at_ = now;
    json.field("n", ++ping_);
  }
  json.field("ts", now.us);
  json.end_object();
  send(json.take());
}

void PageSession::on(const Hello& hello) {
  if (stream_) return bad_frame("hello twice");
  if (hub_->draining_) return bye(Close::restart, "restart", 1'000);
  if (!hub_->ready_) return bye(Close::restart, "recovering", 500);
  tab_id_ = hello.tab_id;
  hub_->make_room(*this);
  auto stream = hello.resume ? hub_->find_stream(*hello.resume, principal_) : nullptr;
  const bool resumed = stream != nullptr;
  stream_ = resumed ? std::move(stream) : hub_->new_stream(principal_);
  hub_->metrics_.counter("callwright_desk_hellos_total", "Pages that said hello.", {{"outcome", resumed ? "resumed" : "snapshot"}}).add();

  const std::string token = new_token();
  if (!stream_->resume_hash.empty()) hub_->by_resume_hash_.erase(stream_->resume_hash);
  stream_->resume_hash = token_hash(token);
  hub_->by_resume_hash_[stream_->resume_hash] = stream_->number;
  stream_->page = this;

  JsonText json;
  json.begin_object();
  json.field("type", "welcome");
  json.field("session_id", std::to_string(stream_->number));
  json.field("epoch", hub_->options_.epoch);
  json.field("hb_ms", static_cast<std::int64_t>(hub_->options_.heartbeat.count()));
  json.field("server_time", hub_->ports_.now().us);
  json.field("resume_token", token);
  json.field("resume_ttl_ms", static_cast<std::int64_t>(hub_->options_.resume_ttl.count()));
  json.field_raw("user", user_json(principal_));
  json.field("resumed", resumed);
  json.begin_array("features");
  json.value("resync");
  json.end_array();
  json.end_object();
  send(json.take());
  if (resumed)
    for (const Frame& frame : stream_->ring.after(hello.resume->seq)) send(frame);
  else hub_->send_snapshot(*this);
  runtime::log::info("page_joined", {{"user", principal_.user}, {"stream", stream_->number}, {"resumed", resumed}});
  hub_->joined(*this);
}

void PageSession::on(const Sub& sub) {
  std::bitset<kTopics> wanted;
  bool own = false;
  for (const std::string& name : sub.topics) {
    if (name == "own_queues") {
      own = true;
      continue;
    }
    const auto topic = topic_of(name);
    if (!topic) return bad_frame("no such topic");
    wanted.set(static_cast<std::size_t>(*topic));
  }
  if (wanted.any() && !may(principal_, Operation::read_live)) {
    hub_->metrics_.counter("callwright_desk_denied_total", "Requests denied by role.", {{"operation", "read_live"}}).add();
    return close(Close::not_allowed, "topics are for supervisors");
  }
  if (own && !(principal_.agent && may(principal_, Operation::own_work))) {
    hub_->metrics_.counter("callwright_desk_denied_total", "Requests denied by role.", {{"operation", "own_work"}}).add();
    return close(Close::not_allowed, "own queues are for agents");
  }
  follows_ = wanted;
  behind_.reset();
  for (std::size_t i = 0; i < kTopics; ++i)
    if (wanted.test(i)) send_list(static_cast<Topic>(i), hub_->topics_);
  own_queues_.reset();
  if (own) send_parts(own_queues_.emplace().list(principal_.agent, hub_->mirror_));
}

void PageSession::send_list(Topic topic, const Topics& topics) {
  for (const auto& part : topics.list(topic, hub_->mirror_)) send(Frame{{}, part});
}

void PageSession::send_parts(const TopicParts& parts) {
  for (const auto& part : parts) {
    hub_->topic_parts_.add();
    send(Frame{{}, part});
  }
}

void PageSession::publish(Topic topic, const Topics::Parts& update, const Topics& topics) {
  const auto index = static_cast<std::size_t>(topic);
  if (!is_open() || !follows_.test(index)) return;
  if (socket_ && socket_->queued_bytes() > limits::kTopicPauseBytes) {
    if (!update.empty()) {
      behind_.set(index);
      hub_->topics_paused_.add();
    }
    return;
  }
  if (behind_.test(index)) {
    behind_.reset(index);
    return send_list(topic, topics);
  }
  send_parts(update);
}

void PageSession::publish_own(const Mirror& mirror) {
  if (!is_open() || !own_queues_) return;
  if (socket_ && socket_->queued_bytes() > limits::kTopicPauseBytes) return hub_->topics_paused_.add();
  send_parts(own_queues_->update(principal_.agent, mirror));
}

void PageSession::on(const Pong& pong) { answered_ping_ = std::max(answered_ping_, std::min(pong.n, ping_)); }
void PageSession::on(const Seen& seen) { hub_->seen(*stream_, seen.seq); }
void PageSession::on(const Resync&) { hub_->send_snapshot(*this); }

void PageSession::on(Command command) {
  if (!commands_.take(hub_->ports_.now())) {
    hub_->count_command(command.name, "too_many");
    return nack(command.id, {Errc::too_many, "at most 10 commands a second"});
  }
  hub_->command(*this, std::move(command));
}

void PageSession::on(const BadCommand& bad) {
  hub_->metrics_.counter("callwright_desk_bad_input_total", "", {{"kind", "ws_command"}}).add();
  nack(bad.id, {Errc::bad_request, {}}, bad.faults);
}

}  // namespace callwright::desktop
