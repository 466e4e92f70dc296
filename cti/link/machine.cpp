#include "cti/link/machine.hpp"

#include <algorithm>
#include <utility>

#include "cti/link/names.hpp"

namespace callwright::cti::link {

Machine::Machine(Identity identity, Patience patience) : identity_(std::move(identity)), patience_(patience), random_(identity_.seed) {}

// --- a connection's life --------------------------------------------------------------------------------------------------

Actions Machine::start(Instant now) {
  if (phase_ == Phase::stopped || phase_ == Phase::refused) begin(now);
  return take();
}

Actions Machine::stop(Instant now) {
  told_state_ = true;
  if (phase_ != Phase::stopped && phase_ != Phase::refused) lose("stopped", {}, now);
  phase_ = Phase::stopped;
  retry_at_.reset();
  return take();
}

void Machine::begin(Instant now) {
  phase_ = Phase::opening;
  phase_until_ = now + patience_.connect;
  retry_at_.reset();
  ++connection_;
  ++counters_.connections;
  received_ = 0;
  out_.push_back(Open{});
}

Actions Machine::opened(Instant now) {
  if (phase_ != Phase::opening) return take();
  phase_ = Phase::signing_in;
  phase_until_ = now + patience_.sign_in;
  on_opened(now);
  return take();
}

Actions Machine::closed(std::string_view reason, Instant now) {
  if (phase_ == Phase::opening || is_open()) lose(reason, now);
  return take();
}

Actions Machine::received(std::string_view bytes, Instant now) {
  if (is_open()) {
    counters_.bytes += bytes.size();
    on_bytes(bytes, now);
  }
  return take();
}

void Machine::begin_snapshot(Instant now) {
  if (phase_ != Phase::signing_in) return;
  phase_ = Phase::snapshot;
  phase_until_ = now + patience_.snapshot;
}

void Machine::go_live(std::int64_t boot_epoch, model::Snapshot snapshot) {
  if (phase_ != Phase::snapshot) return;
  phase_ = Phase::live;
  phase_until_.reset();
  failures_ = 0;
  told_state_ = true;
  emit(model::LinkOpened{boot_epoch});
  // A ring that is not on the switch has failed while nobody listened.
  std::map<std::string, model::LegCreated> unseen = std::exchange(unseen_, {});
  for (const model::SnapshotLeg& one : snapshot.legs) unseen.erase(one.leg.native_id);
  emit(std::move(snapshot));
  for (auto& [name, leg] : unseen) fail_leg(std::move(leg), journal::Cause::lost, 0, "not on the switch");
}

Actions Machine::overflowed(Instant now) {
  if (is_live()) {
    ++counters_.overflows;
    lose("inbound limit reached", patience_.last_retry, now);  // a core that is behind is not helped by a snapshot at once
  }
  return take();
}

Actions Machine::commands_lost(Instant now) {
  if (is_live()) lose("commands were lost before they were sent", now);
  return take();
}

void Machine::lose(std::string_view reason, Instant now) { lose(reason, next_pause(), now); }

void Machine::lose(std::string_view reason, Duration pause, Instant now) {
  if (phase_ == Phase::waiting || phase_ == Phase::refused || phase_ == Phase::stopped) return;
  const bool was_live = is_live();
  out_.push_back(Close{});
  if (was_live) ++counters_.lost;
  if (was_live || !std::exchange(told_state_, true)) tell(model::LinkLost{std::string(reason)}, {});
  log(was_live ? Log::Level::warn : Log::Level::info, was_live ? "link_lost" : "link_not_connected", std::string(reason));
  phase_ = Phase::waiting;
  phase_until_.reset();
  retry_at_ = now + pause;
  on_lost();
}

void Machine::refuse(std::string_view reason) {
  if (phase_ == Phase::refused || phase_ == Phase::stopped) return;
  ++counters_.refused_account;
  out_.push_back(Close{});
  log(Log::Level::error, "link_account_refused", std::string(reason) + "; not tried again until the settings change or the server restarts");
  if (!std::exchange(told_state_, true) || is_live()) tell(model::LinkLost{"account refused: " + std::string(reason)}, {});
  phase_ = Phase::refused;
  phase_until_.reset();
  retry_at_.reset();
  on_lost();
}

/// Doubles with each failure; half of it is random, so that links that fell together do not come back together.
Duration Machine::next_pause() {
  Duration pause = patience_.first_retry;
  for (std::int32_t i = 0; i < failures_ && pause < patience_.last_retry; ++i) pause *= 2;
  pause = std::min(pause, patience_.last_retry);
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

// --- time -----------------------------------------------------------------------------------------------------------------

Actions Machine::wake(Instant now) {
  if (phase_ == Phase::waiting && retry_at_ && now >= *retry_at_) {
    begin(now);
  } else if (phase_until_ && now >= *phase_until_) {
    lose(phase_ == Phase::opening      ? "no connection in time"
         : phase_ == Phase::signing_in ? "no answer to the sign-in in time"
                                       : "no snapshot in time",
         now);
  } else if (is_open()) {
    if (const auto protocol = due(); protocol && now >= *protocol) on_wake(now);
  }
  return take();
}

std::optional<Instant> Machine::next_wake() const {
  std::optional<Instant> next = retry_at_;
  if (phase_until_ && (!next || *phase_until_ < *next)) next = phase_until_;
  if (is_open())
    if (const auto protocol = due(); protocol && (!next || *protocol < *next)) next = protocol;
  return next;
}

// --- commands -------------------------------------------------------------------------------------------------------------

Actions Machine::command(const model::Command& command, Instant now) {
  ++counters_.commands;
  const auto* ring = std::get_if<model::Ring>(&command.body);
  const auto* dial = std::get_if<model::Dial>(&command.body);
  if (ring || dial) {
    model::LegCreated leg;
    leg.native_id = name_of_leg(command);
    leg.device = ring ? ring->device : dial->device;
    leg.device_class = ring ? model::DeviceClass::station : model::DeviceClass::trunk;
    leg.direction = journal::Direction::outbound;
    leg.tokens = {command.contact, ring ? ring->offer : OfferId{}, command.epoch};
    unseen_.emplace(leg.native_id, std::move(leg));
  }
  if (!is_live()) {
    not_sent(command, counters_.commands_not_connected, journal::Cause::lost, "not connected");
  } else if (command.deadline.us != 0 && now > command.deadline) {
    not_sent(command, counters_.commands_too_late, journal::Cause::lost, "deadline passed");
  } else {
    on_command(command, now);
  }
  return take();
}

std::string Machine::name_of_leg(const model::Command& command) const {
  if (const auto* ring = std::get_if<model::Ring>(&command.body)) return leg_name({command.contact, ring->offer, command.epoch});
  return customer_leg_name(command.contact, command.epoch, command.id.seq);
}

void Machine::unsupported(const model::Command& command) {
  not_sent(command, counters_.commands_unsupported, journal::Cause::not_allowed, "this link cannot do it");
}

void Machine::refused_value(const model::Command& command, std::string_view which) {
  not_sent(command, counters_.commands_refused, journal::Cause::bad_number, "refused: " + std::string(which));
}

void Machine::not_sent(const model::Command& command, std::uint64_t& counter, journal::Cause cause, const std::string& why) {
  ++counter;
  log(Log::Level::warn, "command_not_sent", "contact " + std::to_string(command.contact.value) + ": " + why);
  if (std::holds_alternative<model::Ring>(command.body) || std::holds_alternative<model::Dial>(command.body))
    ring_failed(name_of_leg(command), cause, 0, why);
  if (const auto* play = std::get_if<model::Play>(&command.body)) tell(model::PlaybackEnded{play->native_id, command.id, command.epoch, true}, {});
}

void Machine::ring_failed(const std::string& name, journal::Cause cause, std::int32_t raw_code, std::string why) {
  ++counters_.failed_rings;
  auto unseen = unseen_.extract(name);
  if (!unseen.empty()) fail_leg(std::move(unseen.mapped()), cause, raw_code, std::move(why));
}

void Machine::ring_is_over(const std::string& name) { unseen_.erase(name); }

void Machine::fail_leg(model::LegCreated leg, journal::Cause cause, std::int32_t raw_code, std::string why) {
  const std::string name = leg.native_id;
  tell(std::move(leg), {});
  tell(model::LegGone{name, cause, raw_code, std::move(why), journal::EndedBy::network}, {});
}

// --- what goes out --------------------------------------------------------------------------------------------------------

Actions Machine::accepting(bool yes, Instant now) {
  accepting_ = yes;
  if (is_live()) on_accepting(yes, now);
  return take();
}

Actions Machine::know_devices(std::vector<std::string> devices, Instant now) {
  devices_ = std::move(devices);
  if (is_open()) on_devices(now);
  return take();
}

void Machine::send(std::string bytes, std::string to) {
  if (is_open()) out_.push_back(Send{std::move(bytes), std::move(to)});
}

void Machine::emit(model::SwitchEventBody body, Instant switch_at) {
  if (is_live()) tell(std::move(body), switch_at);
}

void Machine::tell(model::SwitchEventBody body, Instant switch_at) {
  if (const auto* made = std::get_if<model::LegCreated>(&body)) unseen_.erase(made->native_id);
  model::SwitchEvent event;
  event.switch_id = identity_.switch_id;
  event.source.name = "link:" + identity_.name + "/" + std::to_string(identity_.epoch) + "-" + std::to_string(connection_);
  event.source.id = std::to_string(++received_);
  event.switch_at = switch_at;
  event.body = std::move(body);
  out_.push_back(Emit{std::move(event)});
}

void Machine::declare(const model::Capabilities& capabilities) { out_.push_back(Declare{capabilities}); }

void Machine::log(Log::Level level, std::string event, std::string detail) { out_.push_back(Log{level, std::move(event), std::move(detail)}); }

Actions Machine::take() { return std::exchange(out_, {}); }

}  // namespace callwright::cti::link
