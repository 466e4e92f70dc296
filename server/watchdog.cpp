#include "server/watchdog.hpp"

#include <algorithm>
#include <utility>

#include "runtime/thread_name.hpp"

namespace callwright::server {

Silence::Change Silence::look(Instant now, Instant last_turn) {
  if (now - looked_ > kLimit / 2) since_ = now;
  looked_ = now;
  const bool is_silent = now - last_turn > kLimit && now - since_ > kLimit;
  if (is_silent == silent_) return Change::none;
  // Late as we are, an old turn proves nothing yet, neither way.
  if (!is_silent && now - last_turn > kLimit) return Change::none;
  silent_ = is_silent;
  return is_silent ? Change::silent : Change::recovered;
}

Watchdog::Watchdog(Outlets outlets) : outlets_(std::move(outlets)) {
  thread_ = std::thread([this] { run(); });
}

Watchdog::~Watchdog() {
  stopping_ = true;
  thread_.join();
}

void Watchdog::run() {
  runtime::name_thread("watchdog");
  Silence silence(outlets_.now());
  while (!stopping_) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    switch (silence.look(outlets_.now(), outlets_.last_turn())) {
      case Silence::Change::silent: outlets_.silent(); break;
      case Silence::Change::recovered: outlets_.recovered(); break;
      case Silence::Change::none: break;
    }
    if (!silence.silent()) outlets_.turning();
  }
}

}  // namespace callwright::server
