#include "cti/freeswitch/machine.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/utf8.hpp"
#include "cti/freeswitch/error.hpp"
#include "cti/freeswitch/request.hpp"
#include "cti/link/names.hpp"
#include "cti/model/cause.hpp"

namespace callwright::cti::freeswitch {
namespace {

using Level = link::Log::Level;

constexpr const char* kAlive = "CALLWRIGHT_ALIVE";

/// FNV-1a: the same core has the same epoch, and no two have.
std::int64_t epoch_of(std::string_view core) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : core) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001B3U;
  return static_cast<std::int64_t>(hash & 0x7FFFFFFFFFFFFFFFU);
}

bool is_positive(std::string_view reply) { return reply.starts_with("+OK"); }

std::string first_line(std::string_view text) { return to_utf8(text.substr(0, text.find('\n')), 200); }

std::optional<Instant> earlier(std::optional<Instant> one, std::optional<Instant> two) {
  if (!one || (two && *two < *one)) return two;
  return one;
}

}  // namespace

Machine::Machine(Settings settings) : link::Machine(settings.identity, settings.patience), settings_(std::move(settings)), channels_(settings_) {}

// --- a connection's life --------------------------------------------------------------------------------------------------

void Machine::on_opened(Instant now) { heard_ = now; }

void Machine::on_lost() {
  reader_.reset();
  pending_.clear();
  jobs_.clear();
  kept_.take();
  listed_.clear();
  bridged_.clear();
  queues_.clear();
  vanished_.clear();
  core_.clear();
  asked_details_ = false;
}

void Machine::on_bytes(std::string_view bytes, Instant now) {
  heard_ = now;
  reader_.push(bytes);
  while (is_open()) {
    const std::optional<Frame> frame = reader_.next();
    if (!frame) break;
    take(*frame, now);
  }
  if (is_open() && !reader_.failure().empty()) {
    ++counters_.malformed;
    lose(std::string(reader_.failure()), now);
  }
}

void Machine::take(const Frame& frame, Instant now) {
  switch (frame.kind) {
    case Frame::Kind::auth_request: {
      if (phase() != Phase::signing_in || !pending_.empty()) return;
      Result<std::string> text =
          settings_.username.empty() ? request::sign_in(settings_.password) : request::sign_in(settings_.username, settings_.password);
      if (!text) return refuse(text.error().text());
      return ask(Purpose::sign_in, std::move(*text), now);
    }
    case Frame::Kind::reply:
    case Frame::Kind::answer: return settle(frame, now);
    case Frame::Kind::plain_event:
    case Frame::Kind::json_event: return take_event(frame, now);
    case Frame::Kind::notice:
      if (head_value(frame.head, "Content-Disposition") == "linger") {
        ++more_.lingering;
        return;
      }
      return lose("ended by the switch: " + first_line(frame.body), now);
    case Frame::Kind::rejection: return lose("the switch's access list does not let us in", patience().last_retry, now);
    case Frame::Kind::other: return;
  }
}

void Machine::ask(Purpose purpose, std::string text, Instant now, Pending more) {
  if (!is_open()) return;
  if (pending_.size() >= kPending && is_live()) {
    ++counters_.overflows;
    return lose("too many commands wait for a reply", now);
  }
  more.purpose = purpose;
  more.until = now + patience().request;
  pending_.push_back(std::move(more));
  send(std::move(text));
}

void Machine::settle(const Frame& frame, Instant now) {
  if (pending_.empty()) {
    ++counters_.unknown_replies;
    return;
  }
  const Pending pending = std::move(pending_.front());
  pending_.pop_front();
  const std::string_view text = frame.kind == Frame::Kind::reply ? head_value(frame.head, "Reply-Text") : frame.body;
  switch (pending.purpose) {
    case Purpose::sign_in: return signed_in(text, now);
    case Purpose::step: return take_step(pending, text, now);
    case Purpose::alive:
      if (!is_positive(text)) {
        ++counters_.failed_requests;
        log(Level::warn, "alive_not_written", first_line(text));
      }
      return;
    default: return take_answer(pending, text, now);
  }
}

void Machine::signed_in(std::string_view reply, Instant now) {
  if (!is_positive(reply)) return refuse(first_line(reply));
  begin_snapshot(now);
  ask(Purpose::events, request::events(), now);  // first, so that the lists are never older than what is kept back
  ask(Purpose::core, request::core_uuid(), now);
  ask(Purpose::clock, request::clock(), now);
  ask(Purpose::status, request::status(), now);
  ask(Purpose::queues, request::queues(), now);
  ask(Purpose::agents, request::queue_agents(), now);
  ask(Purpose::bridged, request::bridged_calls(), now);
  ask(Purpose::channels, request::channels(), now);
}

/// What belongs to the snapshot. The last answer of all makes the link live.
void Machine::take_answer(const Pending& pending, std::string_view body, Instant now) {
  const std::string failed = failure_of(body);
  switch (pending.purpose) {
    case Purpose::events:
      if (!is_positive(body)) return lose("events: " + first_line(body), now);
      break;
    case Purpose::core:
      if (!failed.empty() || body.empty()) return lose("core: " + first_line(body), now);
      core_ = first_line(body);
      break;
    case Purpose::clock: {
      std::int64_t seconds = 0;
      const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), seconds);
      ahead_ = error == std::errc{} && end != body.data() ? Instant{seconds * 1'000'000} - now : Duration{};
      break;
    }
    case Purpose::status: version_ = first_line(body); break;
    case Purpose::queues: {
      const Table queues(body);
      for (std::size_t row = 0; row < queues.size() && queues_.size() < kQueues; ++row) queues_.emplace_back(queues.at(row, "name"));
      break;
    }
    case Purpose::agents: callcenter_.begin(Table(body)); break;
    case Purpose::members: callcenter_.add_members(Table(body)); break;
    case Purpose::bridged: {
      auto pairs = read_bridged(body);
      if (!pairs) return lose("bridged calls: " + pairs.error().text(), now);
      bridged_ = std::move(*pairs);
      break;
    }
    case Purpose::channels: {
      auto rows = read_channels(body);
      if (!rows) return lose("channels: " + rows.error().text(), now);
      for (ChannelRow& row : *rows) listed_.push_back({std::move(row), {}, {}});
      ask_details(now);
      break;
    }
    case Purpose::entry:
      if (!failed.empty()) vanished_.insert(pending.row);
      else if (body != "_undef_") listed_[pending.row].entry = body;
      break;
    default: break;
  }
  if (pending_.empty() && asked_details_ && phase() == Phase::snapshot) begin(now);
}

void Machine::ask_details(Instant now) {
  asked_details_ = true;
  for (const std::string& queue : queues_)
    if (auto text = request::queue_members(queue)) ask(Purpose::members, std::move(*text), now);
  for (std::size_t row = 0; row < listed_.size(); ++row)
    if (auto text = request::entry_of(listed_[row].row.uuid)) ask(Purpose::entry, std::move(*text), now, {.row = row});
}

void Machine::begin(Instant now) {
  std::vector<Channels::Listed> there;
  for (std::size_t row = 0; row < listed_.size(); ++row) {
    if (vanished_.contains(row)) continue;
    there.push_back(std::move(listed_[row]));
    there.back().queue = callcenter_.queue_of(there.back().row.uuid);
  }
  Channels::Effects effects;
  channels_.begin(there, bridged_, effects);
  auto snapshot = std::get<model::Snapshot>(std::move(effects.events.front()));
  effects.events.erase(effects.events.begin());
  snapshot.agents = callcenter_.agents(channels_.devices());
  for (model::SwitchEventBody& offered : callcenter_.offers(channels_.devices())) effects.events.push_back(std::move(offered));
  listed_.clear();
  bridged_.clear();
  queues_.clear();
  vanished_.clear();
  asked_details_ = false;

  declare({.observe = true, .control = true, .route = true, .answer = false, .play = false, .dial = !settings_.dial.empty()});
  log(Level::info, "link_live", version_ + ", channels " + std::to_string(channels_.size()));
  go_live(epoch_of(core_), std::move(snapshot));
  carry_out(std::move(effects), {}, now);
  for (const KeptEvent& kept : kept_.take()) {
    if (!is_live()) return;
    if (event_.read({kept.kind, {}, kept.body})) handle(event_, now);
  }
  if (is_live()) write_alive(now);
}

// --- events ---------------------------------------------------------------------------------------------------------------

void Machine::take_event(const Frame& frame, Instant now) {
  ++counters_.events;
  if (!event_.read(frame)) {
    ++counters_.malformed;
    return log(Level::warn, "link_event_malformed", std::to_string(frame.body.size()) + " bytes");
  }
  if (event_.kind() == EventKind::other) {
    ++counters_.unknown_events;
    return;
  }
  if (is_live()) return handle(event_, now);
  if (phase() == Phase::snapshot && !kept_.push({frame.kind, std::string(frame.body)}, frame.body.size())) {
    ++counters_.overflows;
    lose("too many events during the snapshot", now);
  }
}

void Machine::handle(const Event& event, Instant now) {
  const std::string_view core = event[Field::CoreUuid];
  if (!core.empty() && core != core_) return lose("another core speaks: the switch was restarted", now);
  Channels::Effects effects;
  switch (event.kind()) {
    case EventKind::heartbeat: return;
    case EventKind::background_job: return take_job(event);
    case EventKind::shutdown: return log(Level::warn, "switch_shuts_down");
    case EventKind::callcenter: callcenter_.on(event, channels_.devices(), effects.events); break;
    case EventKind::channel_hangup: callcenter_.hung_up(std::string(event[Field::UniqueId]), channels_.devices(), effects.events); [[fallthrough]];
    default:
      if (!channels_.on(event, now, effects)) {
        ++counters_.malformed;
        return log(Level::warn, "link_event_malformed", "without a channel");
      }
  }
  carry_out(std::move(effects), event.at(), now);
}

void Machine::carry_out(Channels::Effects effects, Instant switch_at, Instant now) {
  for (model::SwitchEventBody& body : effects.events) emit(std::move(body), switch_at);
  for (const std::string& channel : effects.not_routable) {
    ++more_.local_callers;
    log(Level::warn, "local_caller_released",
        channel + ": a loopback channel cannot be queued; let the dialplan transfer to the number instead of dialling it");
    if (auto text = request::transfer(channel, settings_.fallback_extension, settings_.fallback_context))
      ask(Purpose::step, std::move(*text), now, {.step = {.channel = channel}});
  }
}

void Machine::take_job(const Event& event) {
  const std::string name(event[Field::JobUuid]);
  const auto job = jobs_.find(name);
  if (job == jobs_.end()) {
    if (name.starts_with(link::kOwn)) ++more_.late_jobs;
    return;
  }
  const std::string leg = job->second.leg;
  jobs_.erase(job);
  if (!is_positive(event[Field::Body])) fail_ring(leg, event[Field::Body]);
}

/// `-ERR USER_BUSY`, `-ERR x Command not found!`, `-USAGE: ...`.
void Machine::fail_ring(const std::string& leg, std::string_view answer) {
  const std::string_view name = cause_in(answer);
  const journal::Cause cause = model::cause_of_freeswitch(name, model::LegPast::ringing);
  log(Level::info, "ring_failed", leg + ": " + first_line(answer));
  ring_failed(leg, cause, model::freeswitch_code(name), first_line(answer));
}

// --- commands -------------------------------------------------------------------------------------------------------------

void Machine::on_command(const model::Command& command, Instant now) {
  const auto* end = std::get_if<model::End>(&command.body);
  if (end && Channels::is_made_up(end->native_id)) return;  // it ends with whom it leads
  Result<std::vector<Step>> steps = plan(command, settings_, channels_);
  if (!steps) {
    if (steps.error().code == errc::unsupported) return unsupported(command);
    return refused_value(command, steps.error().context);
  }
  if (end) channels_.ending(end->native_id, end->cause);
  if (const auto* park = std::get_if<model::Park>(&command.body)) channels_.music_begins(park->native_id);
  for (Step& step : *steps) {
    if (step.kind == Step::Kind::ring) {
      const auto* ring = std::get_if<model::Ring>(&command.body);
      const auto* dial = std::get_if<model::Dial>(&command.body);
      jobs_[step.job] = {step.channel, now + (ring ? ring->timeout : dial->timeout) + settings_.job_grace};
    }
    std::string text = std::move(step.text);
    ask(Purpose::step, std::move(text), now, {.step = std::move(step)});
  }
}

void Machine::take_step(const Pending& pending, std::string_view answer, Instant now) {
  const Step& step = pending.step;
  if (failure_of(answer).empty()) {
    if (step.kind != Step::Kind::release) return;
    Channels::Effects effects;
    channels_.released(step.channel, effects);
    return carry_out(std::move(effects), {}, now);
  }
  if (step.kind == Step::Kind::ring) {
    jobs_.erase(step.job);
    return fail_ring(step.channel, answer);
  }
  // A channel that is no more has said so, or will.
  ++counters_.failed_requests;
  log(Level::warn, "request_failed", step.channel + ": " + failure_of(answer));
}

void Machine::on_devices(Instant) { channels_.know_devices(devices()); }

void Machine::on_accepting(bool yes, Instant now) {
  if (accepting_ != yes) write_alive(now);
}

void Machine::write_alive(Instant now) {
  alive_at_ = now + settings_.alive_every;
  accepting_ = takes_contacts();
  if (auto text = request::set_global(kAlive, takes_contacts() ? (now + ahead_).us / 1'000'000 : 0)) ask(Purpose::alive, std::move(*text), now);
}

// --- time -----------------------------------------------------------------------------------------------------------------

std::optional<Instant> Machine::due() const {
  std::optional<Instant> next = heard_ + settings_.silence;
  if (!is_live()) return next;
  next = earlier(next, alive_at_);
  if (!pending_.empty()) next = earlier(next, pending_.front().until);
  for (const auto& [name, job] : jobs_) next = earlier(next, job.until);
  return earlier(next, channels_.due());
}

void Machine::on_wake(Instant now) {
  if (now >= heard_ + settings_.silence) return lose("no word from the switch for too long", now);
  if (!is_live()) return;
  if (!pending_.empty() && now >= pending_.front().until) {
    // Whether it was carried out is not known, and the switch may hang: only a snapshot can say.
    ++counters_.failed_requests;
    return lose("no reply in time", now);
  }
  Channels::Effects effects;
  channels_.wake(now, effects);
  carry_out(std::move(effects), {}, now);
  std::vector<std::string> overdue;
  for (const auto& [name, job] : jobs_)
    if (now >= job.until) overdue.push_back(name);
  for (const std::string& name : overdue) {
    ++counters_.failed_requests;
    const std::string leg = std::exchange(jobs_.at(name).leg, {});
    jobs_.erase(name);
    ring_failed(leg, journal::Cause::lost, 0, "no result in time");
  }
  if (now >= alive_at_) write_alive(now);
}

}  // namespace callwright::cti::freeswitch
