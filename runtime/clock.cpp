#include "runtime/clock.hpp"

#include <ctime>
#include <utility>

namespace callwright::runtime {
namespace {

constexpr Duration kStep = std::chrono::seconds(1);

std::int64_t read_us(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return std::int64_t{t.tv_sec} * 1'000'000 + t.tv_nsec / 1'000;
}

}  // namespace

Clock::Sources Clock::Sources::machine() {
  return {[] { return Instant{read_us(CLOCK_REALTIME)}; }, [] { return Duration{read_us(CLOCK_BOOTTIME)}; }};
}

Clock::Clock(Instant last_fact, Sources sources) : sources_(std::move(sources)), boot_at_start_(sources_.boot()) {
  const Instant wall = sources_.wall();
  const Instant after_last{last_fact.us + 1};
  start_ = wall < after_last ? after_last : wall;
  known_offset_ = wall - start_;
  latest_us_ = start_.us;
}

Instant Clock::now() const {
  const std::int64_t us = (start_ + (sources_.boot() - boot_at_start_)).us;
  std::int64_t latest = latest_us_.load();
  while (us > latest && !latest_us_.compare_exchange_weak(latest, us)) {
  }
  return {us > latest ? us : latest};
}

std::optional<Duration> Clock::take_step() {
  const Duration offset = sources_.wall() - (start_ + (sources_.boot() - boot_at_start_));
  const Duration step = offset - known_offset_;
  if (step <= kStep && step >= -kStep) return std::nullopt;
  known_offset_ = offset;
  return step;
}

}  // namespace callwright::runtime
