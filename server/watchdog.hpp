#pragma once
#include <atomic>
#include <functional>
#include <thread>

#include "base/instant.hpp"

namespace callwright::server {

/// Decides from what it is shown whether the core is silent. Pure.
///
/// Silent is a core that has not turned for `kLimit` while somebody could see it: a machine that was suspended, or a process that
/// was stopped, stopped the onlooker too, and the core gets its time from when both go on.
class Silence {
 public:
  static constexpr Duration kLimit = std::chrono::seconds(2);
  enum class Change : std::uint8_t { none, silent, recovered };

  explicit Silence(Instant now) : looked_(now), since_(now) {}

  Change look(Instant now, Instant last_turn);
  bool silent() const { return silent_; }

 private:
  Instant looked_;
  Instant since_;  ///< when we began to look, or went on
  bool silent_ = false;
};

/// Watches the core from a thread of its own: when it falls silent, `silent` runs once, so that callers who wait go to the
/// switch's own queue while somebody finds out why. `recovered` runs when it turns again. `turning` runs as long as it turns.
class Watchdog {
 public:
  struct Outlets {
    std::function<Instant()> now;
    std::function<Instant()> last_turn;
    std::function<void()> silent;
    std::function<void()> recovered;
    std::function<void()> turning;
  };

  explicit Watchdog(Outlets outlets);
  ~Watchdog();

 private:
  void run();

  Outlets outlets_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace callwright::server
