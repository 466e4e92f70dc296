#include "cti/csta/machine.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "cti/csta/request.hpp"

namespace callwright::cti::csta {
namespace {

using Level = link::Log::Level;

/// Refusals of a session that time may heal; of any other the administrator has to hear.
bool may_pass(std::string_view why) {
  static constexpr std::array<std::string_view, 4> kPassing = {"serverResourcesBusy", "resourceLimitation", "systemBusy", "serverBusy"};
  return std::ranges::find(kPassing, why) != kPassing.end();
}
/// The switch does not know what a session is.
bool has_no_sessions(std::string_view why) {
  static constexpr std::array<std::string_view, 3> kUnknown = {"serviceNotSupported", "notSupported", "requestNotSupported"};
  return std::ranges::find(kUnknown, why) != kUnknown.end();
}

}  // namespace

Machine::Machine(link::Identity identity, link::Patience patience, Settings settings)
    : link::Machine(std::move(identity), patience), settings_(std::move(settings)), calls_(settings_) {}

// --- session --------------------------------------------------------------------------------------------------------------

void Machine::on_opened(Instant now) {
  heard_ = now;
  calls_.know_devices(devices());
  if (std::exchange(restarted_, false)) {
    boot_epoch_ = now.us;
    calls_.forget();
  }
  if (!ask(Purpose::session, {}, request::start_session(settings_.application, kSessionSeconds), now))
    refuse("the application's name cannot be sent");
}

void Machine::session_answered(const Message& message, Instant now) {
  if (message.name == Name::session_started) {
    session_ = message.session;
    session_time_ = std::chrono::seconds(message.session_seconds);
    if (message.session_seconds > 0) renew_at_ = now + session_time_ / 2;
    return begin(now);
  }
  if (message.name == Name::failure && has_no_sessions(message.status)) {
    log(Level::info, "csta_no_sessions", message.status);
    return begin(now);
  }
  const std::string why = "session: " + (message.status.empty() ? message.root : message.status);
  const bool refused = message.name == Name::session_refused || message.name == Name::failure;
  if (refused && !may_pass(message.status)) refuse(why);
  else lose(why, now);
}

// --- snapshot -------------------------------------------------------------------------------------------------------------

void Machine::begin(Instant now) {
  begin_snapshot(now);
  watch_devices(now);
  go_on(now);
}

void Machine::watch_devices(Instant now) {
  for (const std::string& device : devices()) {
    if (!is_open()) return;
    if (!watched_.insert(device).second) continue;
    if (ask(Purpose::monitor, device, request::monitor_start(device), now)) continue;
    if (is_open()) log(Level::warn, "csta_device_not_watched", device + ": its name cannot be sent");
  }
}

/// Of an agent who is gone: what his phone does says nothing any more.
void Machine::unwatch_devices(Instant now) {
  std::erase_if(watched_, [&](const std::string& device) { return std::ranges::find(devices(), device) == devices().end(); });
  std::vector<std::string> stopped;
  std::erase_if(monitors_, [&](const auto& monitor) {
    if (watched_.contains(monitor.second)) return false;
    stopped.push_back(monitor.first);
    return true;
  });
  for (const std::string& monitor : stopped) ask(Purpose::act, {}, request::monitor_stop(monitor), now);
}

void Machine::list_call(const Listed& listed, Instant now) {
  const std::string& call = listed.now.call;
  if (call.empty() || listed.state == ConnectionState::null) return;
  if (listed_.size() >= kSnapshotCalls) return lose("the snapshot is too long", now);
  const auto [known, first] = listed_.try_emplace(call, ListedCall{call, {}, {}, {}});
  known->second.connections.push_back(listed);
  if (first) ask(Purpose::call, call, request::snapshot_call(listed.now), now);
}

/// The snapshot is whole once nothing is open any more.
void Machine::go_on(Instant now) {
  if (phase() != Phase::snapshot || waits_for_answers()) return;
  std::vector<ListedCall> listed;
  for (auto& [id, call] : listed_) listed.push_back(std::move(call));
  listed_.clear();
  live_since_ = now;
  declare({.observe = true, .control = true, .answer = true});
  go_live(boot_epoch_, calls_.begin(listed));
  log(Level::info, "link_live", std::to_string(watched_.size()) + " devices watched");
  for (const Message& message : kept_.take())
    if (is_live()) tell(message);
}

// --- what comes in --------------------------------------------------------------------------------------------------------

void Machine::on_bytes(std::string_view bytes, Instant now) {
  heard_ = now;
  reader_.push(bytes);
  while (is_open()) {
    const auto frame = reader_.next();
    if (!frame) break;
    take(*frame, now);
  }
  if (!is_open()) return;
  if (reader_.broken().empty()) return fill_window(now);
  ++counters_.malformed;
  lose(std::string(reader_.broken()), now);
}

void Machine::take(const Frame& frame, Instant now) {
  auto message = read_message(frame.xml);
  if (!message) {
    ++counters_.malformed;
    if (!std::exchange(told_malformed_, true)) log(Level::warn, "csta_broken_message", message.error().text());
    // It may have been the end of a leg.
    if (!heal_at_) heal_at_ = std::max(now + std::chrono::seconds(1), (is_live() ? live_since_ : now) + kHealing);
    if (const auto asked = asked_.find(frame.invoke_id); asked != asked_.end()) lose("an answer that cannot be read", now);
    return;
  }
  switch (message->name) {
    case Name::system_status:
    case Name::session_terminated:
    case Name::monitor_stop: return take_request(*message, frame.invoke_id, now);
    case Name::session_started:
    case Name::session_refused:
    case Name::session_timer_reset:
    case Name::session_timer_refused:
    case Name::session_stopped:
    case Name::monitor_started:
    case Name::monitor_stopped:
    case Name::system_status_answer:
    case Name::snapshot_device:
    case Name::snapshot_call:
    case Name::failure:
    case Name::answer: break;
    default: return take_event(std::move(*message), frame.xml.size(), now);
  }
  const auto asked = asked_.find(frame.invoke_id);
  if (asked == asked_.end()) {
    ++counters_.unknown_replies;
    return;
  }
  const Pending done = std::move(asked->second);
  asked_.erase(asked);
  answered(done, *message, now);
  if (!is_open()) return;
  fill_window(now);
  go_on(now);
}

void Machine::answered(const Pending& asked, const Message& message, Instant now) {
  const bool refused = message.name == Name::failure || message.name == Name::session_timer_refused;
  if (asked.purpose == Purpose::session) return session_answered(message, now);
  if (asked.purpose == Purpose::timer) {
    if (refused) return lose("the session's time was not renewed: " + message.status, now);
    renew_at_ = now + session_time_ / 2;
    return;
  }
  if (refused && asked.purpose == Purpose::call) return void(listed_.erase(asked.subject));  // it has ended meanwhile
  if (refused && asked.purpose != Purpose::status) return failed(asked, message.status);
  switch (asked.purpose) {
    case Purpose::monitor:
      if (watched_.contains(asked.subject)) monitors_[message.monitor] = asked.subject;
      if (phase() == Phase::snapshot) ask(Purpose::device, asked.subject, request::snapshot_device(asked.subject), now);
      break;
    case Purpose::device:
      for (const Listed& one : message.connections)
        if (is_open()) list_call(one, now);
      break;
    case Purpose::call:
      if (const auto call = listed_.find(asked.subject); call != listed_.end()) {
        call->second.calling = message.calling;
        call->second.called = message.called;
        if (!message.connections.empty()) call->second.connections = message.connections;
      }
      break;
    default: break;
  }
}

void Machine::failed(const Pending& asked, std::string_view why) {
  ++counters_.failed_requests;
  const char* event = asked.purpose == Purpose::monitor ? "csta_device_not_watched" : "request_failed";
  log(Level::warn, event, std::string(why) + (asked.subject.empty() ? "" : " (" + asked.subject + ")"));
}

void Machine::take_request(const Message& message, std::int32_t invoke_id, Instant now) {
  if (message.name == Name::session_terminated) return lose("the switch has ended the session", now);
  if (message.name == Name::monitor_stop) return monitors_.contains(message.monitor) ? lose("the switch has ended a monitor", now) : void();
  say(invoke_id, request::system_status_answer());
  if (message.status == "initializing" || message.status == "disabled") {
    restarted_ = true;
    lose("the switch says that it is " + message.status, now);
  } else if (message.status == "messageLost") {
    lose("the switch has lost messages", now);
  }
}

void Machine::take_event(Message message, std::size_t size, Instant now) {
  if (phase() == Phase::signing_in) return;
  ++counters_.events;
  if (message.name == Name::other || !monitors_.contains(message.monitor)) {
    ++counters_.unknown_events;
    return;
  }
  if (is_live()) return tell(message);
  if (kept_.push(std::move(message), size)) return;
  ++counters_.overflows;
  lose("too much was said during the snapshot", now);
}

void Machine::tell(const Message& message) {
  Calls::Events events;
  calls_.on(message, events);
  for (model::SwitchEventBody& body : events) emit(std::move(body));
}

// --- what goes out --------------------------------------------------------------------------------------------------------

void Machine::say(std::int32_t invoke_id, std::string_view xml) {
  if (auto bytes = framed(invoke_id, xml)) send(std::move(*bytes));
}

/// False: a value was refused, or too many requests wait.
bool Machine::ask(Purpose purpose, std::string subject, Result<std::string> xml, Instant now) {
  if (!xml) return false;
  if (waiting_.size() >= kWaiting) {
    ++counters_.overflows;
    lose("too many requests wait for an answer", now);
    return false;
  }
  waiting_.push_back({purpose, std::move(subject), std::move(*xml)});
  fill_window(now);
  return true;
}

void Machine::fill_window(Instant now) {
  while (is_open() && !waiting_.empty() && asked_.size() < kWindow) {
    Request request = std::move(waiting_.front());
    waiting_.pop_front();
    while (asked_.contains(next_)) next_ = (next_ + 1) % kInvokeIds;
    say(next_, request.xml);
    asked_.emplace(next_, Pending{request.purpose, std::move(request.subject), now + patience().request});
    next_ = (next_ + 1) % kInvokeIds;
  }
}

/// How the switch calls the leg; none, and counted, if it does not live.
std::optional<Connection> Machine::commanded(const model::Command& command, const std::string& leg) {
  auto connection = calls_.connection_of(leg);
  if (!connection) refused_value(command, "no such connection");
  return connection;
}

void Machine::on_command(const model::Command& command, Instant now) {
  const auto act = [&](const std::string& leg, auto write) {
    const auto connection = commanded(command, leg);
    if (!connection) return false;
    if (ask(Purpose::act, leg, write(*connection), now)) return true;
    if (is_open()) refused_value(command, "connection");
    return false;
  };
  if (const auto* answer = std::get_if<model::Answer>(&command.body)) {
    act(answer->native_id, request::answer_call);
  } else if (const auto* end = std::get_if<model::End>(&command.body)) {
    if (act(end->native_id, request::clear_connection)) calls_.ending(end->native_id, end->cause);
  } else if (const auto* hold = std::get_if<model::Hold>(&command.body)) {
    act(hold->agent_native_id, request::hold_call);
  } else if (const auto* retrieve = std::get_if<model::Retrieve>(&command.body)) {
    act(retrieve->agent_native_id, request::retrieve_call);
  } else {
    unsupported(command);
  }
}

void Machine::on_devices(Instant now) {
  calls_.know_devices(devices());
  if (phase() != Phase::snapshot && !is_live()) return;
  unwatch_devices(now);
  watch_devices(now);
}

// --- time -----------------------------------------------------------------------------------------------------------------

std::optional<Instant> Machine::due() const {
  if (phase() == Phase::signing_in) return std::nullopt;
  std::optional<Instant> next = renew_at_;
  const auto sooner = [&](Instant at) { next = next ? std::min(*next, at) : at; };
  if (heal_at_) sooner(*heal_at_);
  for (const auto& [id, asked] : asked_) sooner(asked.until);
  if (is_live() && !waits_for_answers()) sooner(heard_ + kSilence);
  return next;
}

void Machine::on_wake(Instant now) {
  if (heal_at_ && now >= *heal_at_) return lose("a message was broken: who is here is asked again", now);
  for (const auto& [id, asked] : asked_) {
    if (asked.until > now) continue;
    failed(asked, "no answer in time");
    return lose("no answer in time", now);
  }
  if (renew_at_ && now >= *renew_at_) {
    renew_at_.reset();  // until it is answered
    ask(Purpose::timer, {}, request::reset_session_timer(session_, session_time_ / std::chrono::seconds(1)), now);
  }
  if (is_live() && !waits_for_answers() && now >= heard_ + kSilence) ask(Purpose::status, {}, request::system_status(), now);
}

void Machine::on_lost() {
  reader_ = FrameReader();
  session_.clear();
  renew_at_.reset();
  heal_at_.reset();
  asked_.clear();
  waiting_.clear();
  next_ = 0;
  watched_.clear();
  monitors_.clear();
  listed_.clear();
  kept_.take();
  told_malformed_ = false;
}

}  // namespace callwright::cti::csta
