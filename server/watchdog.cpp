#include "server/watchdog.hpp"

#include <utility>

namespace callwright::server {

Watchdog::Watchdog(Outlets outlets) : outlets_(std::move(outlets)) {
  thread_ = std::thread([this] { run(); });
}

Watchdog::~Watchdog() {
  stopping_ = true;
  thread_.join();
}

void Watchdog::run() {
  bool silent = false;
  Instant checked = outlets_.now();
  while (!stopping_) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    const Instant now = outlets_.now();
    // A machine that slept, or a stopped process, made us late too: give the core its two seconds first.
    const bool we_slept = now - checked > kSilence / 2;
    checked = now;
    if (we_slept) continue;
    const bool is_silent = now - outlets_.last_turn() > kSilence;
    if (is_silent == silent) continue;
    silent = is_silent;
    (silent ? outlets_.silent : outlets_.recovered)();
  }
}

}  // namespace callwright::server
