#include "cti/asterisk/machine.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <type_traits>
#include <utility>

#include "cti/asterisk/codec.hpp"
#include "cti/asterisk/error.hpp"
#include "cti/asterisk/names.hpp"

namespace callwright::cti::asterisk {
namespace {

constexpr std::size_t kDevicesPerRequest = 20;  // Asterisk reads a query of a few kilobytes
constexpr const char* kAlive = "CALLWRIGHT_ALIVE";

bool is_forbidden(const Reply& reply) { return reply.status == 401 || reply.status == 403; }

}  // namespace

bool succeeded(const Reply& reply) { return reply.status >= 200 && reply.status < 300; }

std::string describe(const Reply& reply) {
  switch (reply.failure) {
    case Reply::Failure::too_late: return "deadline passed";
    case Reply::Failure::timed_out: return "no answer in time";
    case Reply::Failure::broken: return reply.body.empty() ? "connection broke" : reply.body;
    case Reply::Failure::none: break;
  }
  return std::to_string(reply.status) + " " + read_reason(reply.body);
}

namespace {

/// For the log: what Asterisk says about a channel may hold anybody's name or number.
std::string without_text(const Reply& reply) { return reply.failure == Reply::Failure::none ? std::to_string(reply.status) : describe(reply); }

}  // namespace

Machine::Machine(Settings settings, std::uint64_t seed) : settings_(std::move(settings)), channels_(settings_), random_(seed) {
  if (settings_.lanes < 1) settings_.lanes = 1;
}

// --- a connection's life --------------------------------------------------------------------------------------------------

Actions Machine::start(Instant now) {
  if (phase_ == Phase::stopped || phase_ == Phase::refused) begin_connection(now);
  return take();
}

Actions Machine::stop(Instant now) {
  told_state_ = true;
  if (phase_ != Phase::stopped && phase_ != Phase::refused) lose("stopped", {}, now);
  phase_ = Phase::stopped;
  retry_at_.reset();
  return take();
}

void Machine::begin_connection(Instant now) {
  phase_ = Phase::checking;
  retry_at_.reset();
  ++connection_;
  ++counters_.connections;
  received_ = 0;
  request(request::info(), housekeeping(), {Purpose::info}, now);
}

void Machine::connected(const Reply& reply, Instant now) {
  if (is_forbidden(reply)) {
    ++counters_.refused_account;
    log(Log::Level::error, "link_account_refused", describe(reply) + "; not tried again until the settings change or the server restarts");
    out_.push_back(Disconnect{});
    pending_.clear();
    phase_ = Phase::refused;
    if (!std::exchange(told_state_, true)) emit(model::LinkLost{"account refused: " + describe(reply)}, {});
    return;
  }
  const Result<Info> info = succeeded(reply) ? read_info(reply.body) : fail(reply.status == 0 ? errc::unreachable : errc::refused, describe(reply));
  if (!info) return lose("info: " + info.error().text(), next_pause(), now);
  version_ = info->version;
  boot_epoch_ = info->startup.us;
  const Result<std::string> target = request::events_target(settings_.app);
  if (!target) return lose(target.error().text(), settings_.last_retry, now);
  phase_ = Phase::opening;
  out_.push_back(OpenSocket{*target});
}

Actions Machine::socket_opened(Instant now) {
  if (phase_ == Phase::opening) ask_snapshot(now);
  return take();
}

void Machine::ask_snapshot(Instant now) {
  phase_ = Phase::snapshot;
  snapshot_until_ = now + settings_.snapshot_limit;
  listed_channels_.reset();
  listed_bridges_.reset();
  listed_endpoints_.reset();
  try_socket(now);
  // Events flow from here on and are kept back, so the lists are never older than what we know.
  request(request::filter_events(settings_.app), housekeeping(), {Purpose::prepare}, now);
  subscribe(settings_.devices, now);
  request(request::bridges(), housekeeping(), {Purpose::bridges}, now);
  request(request::channels(), housekeeping(), {Purpose::channels}, now);
  request(request::endpoints(), housekeeping(), {Purpose::endpoints}, now);
}

void Machine::try_socket(Instant now) {
  trying_socket_ = true;
  const std::int64_t id = next_request_++;
  pending_[id].purpose = Purpose::trial;
  send(id, request::ping(), now + settings_.trial_limit);
}

void Machine::subscribe(const std::vector<std::string>& devices, Instant now) {
  for (std::size_t from = 0; from < devices.size(); from += kDevicesPerRequest) {
    const std::size_t count = std::min(kDevicesPerRequest, devices.size() - from);
    request(request::subscribe_devices(settings_.app, std::span(devices).subspan(from, count)), housekeeping(), {Purpose::prepare}, now);
  }
}

void Machine::take_list(Purpose purpose, const Reply& reply, Instant now) {
  const auto read = [&](auto& list, auto reader) -> Result<void> {
    if (!succeeded(reply)) return fail(errc::refused, describe(reply));
    auto result = reader(reply.body);
    if (!result) return std::unexpected(result.error());
    list = std::move(*result);
    return {};
  };
  Result<void> taken = purpose == Purpose::channels  ? read(listed_channels_, read_channels)
                       : purpose == Purpose::bridges ? read(listed_bridges_, read_bridges)
                                                     : read(listed_endpoints_, read_endpoints);
  if (!taken) return lose("snapshot: " + taken.error().text(), next_pause(), now);
  go_live_if_ready(now);
}

void Machine::go_live_if_ready(Instant now) {
  if (phase_ == Phase::snapshot && !trying_socket_ && listed_channels_ && listed_bridges_ && listed_endpoints_) go_live(now);
}

void Machine::go_live(Instant now) {
  phase_ = Phase::live;
  failures_ = 0;
  told_state_ = true;
  snapshot_until_.reset();
  emit(model::LinkOpened{boot_epoch_}, {});
  Channels::Effects effects;
  channels_.begin(*listed_channels_, *listed_bridges_, *listed_endpoints_, effects);
  playbacks_.doubt([this](const std::string& channel) { return channels_.knows(channel); });
  listed_channels_.reset();
  listed_bridges_.reset();
  listed_endpoints_.reset();
  carry_out(std::move(effects), {}, now);
  if (phase_ != Phase::live) return;
  std::deque<Event> kept = std::exchange(kept_, {});
  kept_bytes_ = 0;
  for (const Event& event : kept) {
    if (phase_ != Phase::live) return;
    handle(event, now);
  }
  // What was asked to ring before the gap and is not there now never will.
  for (const auto& [channel_id, unseen] : std::exchange(unseen_rings_, {}))
    if (!channels_.knows(channel_id)) {
      emit(unseen.leg, {});
      emit(model::LegGone{channel_id, journal::Cause::lost, 0, "not on the switch after the gap", journal::EndedBy::unknown}, {});
    }
  out_.push_back(Declare{{.observe = true, .control = true, .route = true, .answer = false, .play = true, .dial = !settings_.dial.empty()}});
  log(Log::Level::info, "link_live",
      "asterisk " + version_ + ", channels " + std::to_string(channels_.size()) + ", requests over " + (over_socket_ ? "the WebSocket" : "HTTP"));
  write_alive(now);
}

Actions Machine::socket_closed(std::string_view reason, Instant now) {
  if (phase_ == Phase::opening || phase_ == Phase::snapshot || phase_ == Phase::live) lose(reason, next_pause(), now);
  return take();
}

Actions Machine::overflowed(Instant now) {
  if (phase_ == Phase::live) {
    ++counters_.overflows;
    lose("inbound limit reached", settings_.last_retry, now);  // a core that is behind is not helped by a snapshot at once
  }
  return take();
}

Actions Machine::commands_lost(Instant now) {
  if (phase_ == Phase::live) lose("commands were lost before they were sent", next_pause(), now);
  return take();
}

void Machine::lose(std::string_view reason, Duration pause, Instant now) {
  const bool was_live = phase_ == Phase::live;
  out_.push_back(Disconnect{});
  pending_.clear();
  unsent_.clear();
  in_flight_.clear();
  over_socket_ = trying_socket_ = false;
  doubts_.clear();
  kept_.clear();
  kept_bytes_ = 0;
  snapshot_until_.reset();
  alive_at_.reset();
  if (was_live) ++counters_.lost;
  if (was_live || !std::exchange(told_state_, true)) emit(model::LinkLost{std::string(reason)}, {});
  log(was_live ? Log::Level::warn : Log::Level::info, was_live ? "link_lost" : "link_not_connected", std::string(reason));
  phase_ = Phase::waiting;
  retry_at_ = now + pause;
}

/// Doubles with each failure; half of it is random, so that links that fell together do not come back together.
Duration Machine::next_pause() {
  Duration pause = settings_.first_retry;
  for (std::int32_t i = 0; i < failures_ && pause < settings_.last_retry; ++i) pause *= 2;
  pause = std::min(pause, settings_.last_retry);
  ++failures_;
  const auto half = static_cast<std::uint64_t>(pause.count() / 2);
  return pause - Duration(half == 0 ? 0 : static_cast<std::int64_t>(random() % half));
}

std::uint64_t Machine::random() {  // splitmix64
  std::uint64_t z = (random_ += 0x9E3779B97F4A7C15U);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

// --- events ---------------------------------------------------------------------------------------------------------------

Actions Machine::text(std::string_view text, Instant now) {
  const bool keeps = phase_ == Phase::opening || phase_ == Phase::snapshot;
  if (!keeps && phase_ != Phase::live) return take();
  std::optional<Event> event = read(text);
  if (!event) return take();
  if (const auto* answer = std::get_if<RestAnswer>(&event->body)) answered(*answer, now);
  else if (keeps) keep(std::move(*event), text.size(), now);
  else handle(*event, now);
  return take();
}

/// Nothing for what concludes nothing.
std::optional<Event> Machine::read(std::string_view text) {
  Result<Event> event = read_event(text);
  if (event && std::holds_alternative<RestAnswer>(event->body)) return std::move(*event);
  ++counters_.events;
  if (!event) {
    ++counters_.malformed_events;
    log(Log::Level::warn, "link_event_malformed", event.error().text());
    return {};
  }
  if (std::holds_alternative<UnknownEvent>(event->body)) {
    ++counters_.unknown_events;
    return {};
  }
  return std::move(*event);
}

void Machine::keep(Event event, std::size_t bytes, Instant now) {
  kept_.push_back(std::move(event));
  kept_bytes_ += bytes;
  if (kept_.size() <= kKeptEvents && kept_bytes_ <= kKeptBytes) return;
  ++counters_.overflows;
  lose("too many events during the snapshot", next_pause(), now);
}

void Machine::handle(const Event& event, Instant now) {
  if (std::holds_alternative<ApplicationReplaced>(event.body)) {
    ++counters_.replaced;
    log(Log::Level::error, "link_application_taken", "another connection has taken application " + settings_.app);
    return lose("another connection has taken the application", settings_.replaced_retry, now);
  }
  if (std::holds_alternative<MissingParams>(event.body)) return log(Log::Level::warn, "link_missing_parameters");
  if (const auto* told = std::get_if<PlaybackTold>(&event.body)) return playback_told(*told);
  Channels::Effects effects;
  channels_.on(event, effects);
  carry_out(std::move(effects), event.at, now);
}

void Machine::carry_out(Channels::Effects effects, Instant switch_at, Instant now) {
  for (model::SwitchEventBody& body : effects.events) {
    if (const auto* made = std::get_if<model::LegCreated>(&body)) unseen_rings_.erase(made->native_id);
    if (const auto* gone = std::get_if<model::LegGone>(&body)) {
      doubts_.erase(gone->native_id);
      playbacks_.gone(gone->native_id);
    }
    emit(std::move(body), switch_at);
  }
  // Tidying up gives way to commands: what is left now, the next snapshot shows again.
  for (const std::string& bridge : effects.empty_bridges)
    if (const auto own = own_bridge(bridge); own && pending_.size() < kRequests / 2)
      request(request::delete_bridge(bridge), lane_of(own->contact), {Purpose::clean_up}, now);
  for (const std::string& channel : effects.not_routable) {
    ++counters_.local_callers;
    log(Log::Level::warn, "local_caller_released", channel + ": a Local channel cannot be queued; let the dialplan Goto the number instead of dialling it");
    channels_.releasing(channel);
    request(request::continue_at(channel, settings_.fallback_context, "s"), housekeeping(), {Purpose::step, Step::Kind::act, {channel}, {}}, now);
  }
  for (const std::string& channel : effects.doubtful_channels) doubt(channel, now);
  for (const std::string& device : effects.doubtful_devices) request(request::device_state(device), housekeeping(), {Purpose::look_at_device}, now);
}

void Machine::emit(model::SwitchEventBody body, Instant switch_at) {
  model::SwitchEvent event;
  event.switch_id = settings_.switch_id;
  event.source.name = "link:" + settings_.switch_id.value + "/" + std::to_string(settings_.epoch) + "-" + std::to_string(connection_);
  event.source.id = std::to_string(++received_);
  event.switch_at = switch_at;
  event.body = std::move(body);
  out_.push_back(Emit{std::move(event)});
}

// --- commands -------------------------------------------------------------------------------------------------------------

Actions Machine::command(const model::Command& command, Instant now) {
  ++counters_.commands;
  const auto* ring = std::get_if<model::Ring>(&command.body);
  const auto* dial = std::get_if<model::Dial>(&command.body);
  const std::string ringing = ring   ? link::leg_name({command.contact, ring->offer, command.epoch})
                              : dial ? link::customer_leg_name(command.contact, command.epoch, command.id.seq)
                                     : std::string();
  if (ring || dial) {
    model::LegCreated leg;
    leg.native_id = ringing;
    leg.device = ring ? ring->device : dial->device;
    leg.device_class = ring ? model::DeviceClass::station : model::DeviceClass::trunk;
    leg.direction = journal::Direction::outbound;
    leg.tokens = {command.contact, ring ? ring->offer : OfferId{}, command.epoch};
    unseen_rings_.emplace(ringing, Unseen{std::move(leg)});
  }
  const auto not_sent = [&](std::uint64_t& counter, journal::Cause cause, const std::string& why) {
    ++counter;
    if (ring || dial) ring_failed(ringing, cause, 0, why);
    if (const auto* play = std::get_if<model::Play>(&command.body)) emit(model::PlaybackEnded{play->native_id, command.id, command.epoch, true}, {});
    log(Log::Level::warn, "command_not_sent", "contact " + std::to_string(command.contact.value) + ": " + why);
    return take();
  };
  if (phase_ != Phase::live) return not_sent(counters_.commands_not_connected, journal::Cause::lost, "not connected");
  if (command.deadline.us != 0 && now > command.deadline) return not_sent(counters_.commands_too_late, journal::Cause::lost, "deadline passed");

  if (const auto* play = std::get_if<model::Play>(&command.body); play && !play->urgent && playbacks_.plays(play->native_id)) {
    ++counters_.plays_left_out;
    emit(model::PlaybackEnded{play->native_id, command.id, command.epoch, true}, {});
    return take();
  }
  Result<std::vector<Step>> steps = plan(command, settings_, channels_, playbacks_);
  if (!steps) {
    const bool unsupported = steps.error().code == errc::unsupported;
    return not_sent(unsupported ? counters_.commands_unsupported : counters_.commands_refused, journal::Cause::bad_number, steps.error().text());
  }
  if (const auto* end = std::get_if<model::End>(&command.body)) channels_.ending(end->native_id, end->cause);
  if (const auto* release = std::get_if<model::Release>(&command.body)) channels_.releasing(release->native_id);
  if (const auto* hold = std::get_if<model::Hold>(&command.body)) channels_.holding(hold->customer_native_id, hold->agent_native_id);
  for (Step& step : *steps)
    request(std::move(step.request), lane_of(command.contact), {Purpose::step, step.kind, std::move(step.channels), {}}, now, command.deadline);
  return take();
}

/// Only of playbacks that we asked for: a supervisor's own tools may play to our callers too.
void Machine::playback_told(const PlaybackTold& told) {
  if (told.state == "playing") {
    if (told.id.starts_with("cw-")) ++counters_.playbacks_started;
    return;
  }
  playback_over(told.id, told.state == "failed");
}

void Machine::playback_over(const std::string& id, bool failed) {
  if (!id.starts_with("cw-")) return;
  ++counters_.playbacks_finished;
  if (failed) {
    ++counters_.playbacks_failed;
    log(Log::Level::warn, "playback_failed", id + ": a recording that the switch does not have? Asterisk's own log names it");
  }
  if (auto ended = playbacks_.over(id, failed)) emit(std::move(*ended), {});
}

void Machine::ring_failed(const std::string& channel_id, journal::Cause cause, std::int32_t raw_code, std::string why) {
  ++counters_.failed_rings;
  const auto unseen = unseen_rings_.find(channel_id);
  if (unseen == unseen_rings_.end()) return;  // events have shown it: they will show its end as well
  emit(unseen->second.leg, {});
  unseen_rings_.erase(unseen);
  emit(model::LegGone{channel_id, cause, raw_code, std::move(why), journal::EndedBy::network}, {});
}

std::int32_t Machine::lane_of(ContactId contact) const { return static_cast<std::int32_t>(contact.value % settings_.lanes); }

void Machine::request(Result<Request> request, std::int32_t lane, Pending pending, Instant now, Instant not_after) {
  if (phase_ == Phase::waiting) return;  // an earlier request of the same input has ended the connection
  if (!request) return log(Log::Level::warn, "request_refused", request.error().text());
  if (pending_.size() >= kRequests) {
    ++counters_.request_overflows;
    return lose("too many requests wait for an answer", next_pause(), now);
  }
  const std::int64_t id = next_request_++;
  const bool is_alive = pending.purpose == Purpose::alive;
  pending_.emplace(id, std::move(pending));
  if (!over_socket_) {
    ++counters_.requests_http;
    out_.push_back(Rest{id, lane, std::move(*request), not_after});
    return;
  }
  // The dialplan must not take us for dead because much is to be done.
  unsent_.insert(is_alive ? unsent_.begin() : unsent_.end(), Unsent{id, std::move(*request), not_after});
  send_waiting(now);
}

// --- over the socket ------------------------------------------------------------------------------------------------------

void Machine::send_waiting(Instant now) {
  while (!unsent_.empty() && in_flight_.size() < kInFlight) {
    const Unsent next = std::move(unsent_.front());
    unsent_.pop_front();
    if (next.not_after.us != 0 && now > next.not_after) {
      const Pending late = std::move(pending_.at(next.id));
      pending_.erase(next.id);
      settle(late, {0, {}, Reply::Failure::too_late}, now);
      continue;
    }
    send(next.id, next.request, now + settings_.request_limit);
  }
}

void Machine::send(std::int64_t id, const Request& request, Instant until) {
  pending_.at(id).until = until;
  in_flight_.emplace(until, id);
  ++counters_.requests_socket;
  out_.push_back(Send{request::over_socket(id, request)});
}

void Machine::answered(const RestAnswer& answer, Instant now) {
  std::int64_t id = 0;
  const char* const end = answer.request_id.data() + answer.request_id.size();
  const auto [read_to, error] = std::from_chars(answer.request_id.data(), end, id);
  const auto found = error == std::errc{} && read_to == end ? pending_.find(id) : pending_.end();
  if (found == pending_.end() || found->second.until.us == 0) {
    ++counters_.unknown_replies;
    return;
  }
  const Pending pending = std::move(found->second);
  pending_.erase(found);
  in_flight_.erase({pending.until, id});
  settle(pending, {answer.status, answer.body, Reply::Failure::none}, now);
  send_waiting(now);
}

void Machine::give_up_unanswered(Instant now) {
  if (trying_socket_) {  // it does not take requests there
    trying_socket_ = false;
    pending_.erase(in_flight_.begin()->second);
    in_flight_.clear();
    return go_live_if_ready(now);
  }
  ++counters_.failed_requests;
  lose("request: " + describe({0, {}, Reply::Failure::timed_out}), next_pause(), now);
}

// --- replies --------------------------------------------------------------------------------------------------------------

Actions Machine::reply(std::int64_t id, const Reply& reply, Instant now) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return take();
  const Pending pending = std::move(found->second);
  pending_.erase(found);
  settle(pending, reply, now);
  return take();
}

void Machine::settle(const Pending& pending, const Reply& reply, Instant now) {
  if (pending.purpose == Purpose::info) {
    connected(reply, now);
  } else if (reply.failure == Reply::Failure::timed_out || reply.failure == Reply::Failure::broken) {
    // Whether it was carried out is not known, and the switch may hang: only a snapshot can say.
    ++counters_.failed_requests;
    lose("request: " + describe(reply), next_pause(), now);
  } else if (is_forbidden(reply) && pending.purpose != Purpose::step && pending.purpose != Purpose::trial) {
    ++counters_.failed_requests;
    log(Log::Level::error, "request_forbidden", describe(reply));
    if (phase_ == Phase::snapshot) lose("snapshot: " + describe(reply), settings_.last_retry, now);
  } else {
    switch (pending.purpose) {
      case Purpose::trial:
        trying_socket_ = false;
        over_socket_ = succeeded(reply);
        go_live_if_ready(now);
        break;
      case Purpose::channels:
      case Purpose::bridges:
      case Purpose::endpoints: take_list(pending.purpose, reply, now); break;
      case Purpose::step:
        if (!succeeded(reply)) step_failed(pending, reply, now);
        else if (pending.kind == Step::Kind::ring && unseen_rings_.contains(pending.channels.front())) doubt(pending.channels.front(), now);
        break;
      case Purpose::look_at_channel:
      case Purpose::look_at_device: looked(pending, reply, now); break;
      case Purpose::prepare:
      case Purpose::alive:
        if (!succeeded(reply)) {
          ++counters_.failed_requests;
          log(Log::Level::warn, pending.purpose == Purpose::alive ? "alive_not_written" : "subscription_failed", describe(reply));
        }
        break;
      case Purpose::info:
      case Purpose::clean_up: break;
    }
  }
}

void Machine::step_failed(const Pending& pending, const Reply& reply, Instant now) {
  if (pending.kind == Step::Kind::make_bridge && reply.status == 409) return;
  if (pending.kind == Step::Kind::stop) return;  // it was over, or is a number that will be in a moment
  if (pending.kind == Step::Kind::play) playback_over(pending.channels.back(), true);
  if (pending.kind == Step::Kind::ring) {
    if (reply.status == 409) return;  // it rings already: a request that was sent again
    using journal::Cause;
    const Cause cause = reply.failure == Reply::Failure::too_late ? Cause::lost
                        : reply.status == 500                     ? Cause::unreachable
                        : reply.status == 400                     ? Cause::bad_number
                                                                  : Cause::congestion;
    log(Log::Level::info, "ring_failed", pending.channels.front() + ": " + without_text(reply));
    return ring_failed(pending.channels.front(), cause, 0, describe(reply));
  }
  if (reply.failure == Reply::Failure::too_late) {
    ++counters_.commands_too_late;
  } else {
    ++counters_.failed_requests;
  }
  log(Log::Level::warn, "request_failed", (pending.channels.empty() ? std::string() : pending.channels.front() + ": ") + without_text(reply));
  if (pending.kind == Step::Kind::hold) {
    Channels::Effects effects;
    channels_.hold_failed(pending.channels.front(), effects);
    carry_out(std::move(effects), {}, now);
  }
  if (reply.status != 0)
    for (const std::string& channel : pending.channels)
      if (channels_.knows(channel)) doubt(channel, now);  // a playback is none
}

/// Asks about a channel a little later: the event that settles it is usually on its way.
void Machine::doubt(const std::string& channel_id, Instant now) { doubts_.emplace(channel_id, now + settings_.vanish_limit); }

void Machine::looked(const Pending& pending, const Reply& reply, Instant now) {
  Channels::Effects effects;
  if (pending.purpose == Purpose::look_at_device) {
    if (const Result<DeviceState> state = read_device_state(reply.body); succeeded(reply) && state) channels_.looked_up(*state, effects);
  } else if (reply.status == 404) {
    const std::string& id = pending.channels.front();
    if (unseen_rings_.contains(id)) ring_failed(id, journal::Cause::lost, 0, "not on the switch");
    else channels_.looked_up(id, nullptr, effects);
  } else if (const Result<Channel> channel = read_channel(reply.body); succeeded(reply) && channel) {
    channels_.looked_up(channel->id, &*channel, effects);
  }
  carry_out(std::move(effects), {}, now);
}

// --- time -----------------------------------------------------------------------------------------------------------------

Actions Machine::accepting(bool yes, Instant now) {
  const bool changed = std::exchange(accepting_, yes) != yes;
  if (changed && phase_ == Phase::live) write_alive(now);
  return take();
}

void Machine::write_alive(Instant now) {
  request(request::set_global(kAlive, accepting_ ? (now + wall_ahead_).us / 1'000'000 : 0), housekeeping(), {Purpose::alive}, now);
  alive_at_ = now + settings_.alive_every;
}

Actions Machine::know_devices(std::vector<std::string> devices, Instant now) {
  // One that ARI does not take would keep the others of its request from being watched too.
  std::erase_if(devices, [this](const std::string& device) {
    if (is_phone(device)) return false;
    log(Log::Level::warn, "device_refused", device + " is no end point such as PJSIP/agent1");
    return true;
  });
  std::vector<std::string> added;
  for (const std::string& device : devices)
    if (std::ranges::find(settings_.devices, device) == settings_.devices.end()) added.push_back(device);
  settings_.devices = std::move(devices);
  channels_.know_devices(settings_.devices);
  if (phase_ == Phase::live) {
    subscribe(added, now);
    for (const std::string& device : added) request(request::device_state(device), housekeeping(), {Purpose::look_at_device}, now);
  }
  return take();
}

Actions Machine::wake(Instant now) {
  if (retry_at_ && now >= *retry_at_) begin_connection(now);
  if (snapshot_until_ && now >= *snapshot_until_) lose("snapshot took too long", next_pause(), now);
  if (alive_at_ && now >= *alive_at_ && phase_ == Phase::live) write_alive(now);
  std::vector<std::string> doubtful;
  for (const auto& [channel, at] : doubts_)
    if (now >= at) doubtful.push_back(channel);
  for (const std::string& channel : doubtful) {
    doubts_.erase(channel);
    request(request::channel(channel), housekeeping(), {Purpose::look_at_channel, Step::Kind::act, {channel}, {}}, now);
  }
  if (!in_flight_.empty() && now >= in_flight_.begin()->first) give_up_unanswered(now);
  return take();
}

std::optional<Instant> Machine::next_wake() const {
  std::optional<Instant> next;
  const auto consider = [&](std::optional<Instant> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  consider(retry_at_);
  consider(snapshot_until_);
  consider(alive_at_);
  if (!in_flight_.empty()) consider(in_flight_.begin()->first);
  for (const auto& [channel, at] : doubts_) consider(at);
  return next;
}

void Machine::log(Log::Level level, std::string event, std::string detail) { out_.push_back(Log{level, std::move(event), std::move(detail)}); }

Actions Machine::take() { return std::exchange(out_, {}); }

}  // namespace callwright::cti::asterisk
