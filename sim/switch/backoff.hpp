#pragma once
#include <algorithm>

#include "base/instant.hpp"
#include "sim/switch/dice.hpp"

namespace callwright::sim {

/// How long to wait before the next connection: at most half a second the first time, then doubling to ten, always a random share
/// of it, so that many switches do not come back in step.
class Backoff {
 public:
  explicit Backoff(std::uint64_t seed) : dice_(seed) {}

  Duration next() {
    const double share = dice_.unit();
    const auto wait = Duration(static_cast<std::int64_t>(share * static_cast<double>(limit_.count())));
    limit_ = std::min(limit_ * 2, kMost);
    return wait;
  }
  /// After a good welcome.
  void reset() { limit_ = kFirst; }

 private:
  static constexpr Duration kFirst = std::chrono::milliseconds(500);
  static constexpr Duration kMost = std::chrono::seconds(10);
  Dice dice_;
  Duration limit_ = kFirst;
};

}  // namespace callwright::sim
