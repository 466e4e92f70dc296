#pragma once
#include <atomic>
#include <functional>
#include <thread>

#include "base/instant.hpp"

namespace callwright::server {

/// Watches the core from a thread of its own: when it has been silent for `kSilence`, `released` runs once, so that callers
/// who wait go to the switch's own queue while somebody finds out why. `recovered` runs when it turns again.
class Watchdog {
 public:
  static constexpr Duration kSilence = std::chrono::seconds(2);

  struct Outlets {
    std::function<Instant()> now;
    std::function<Instant()> last_turn;
    std::function<void()> silent;
    std::function<void()> recovered;
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
