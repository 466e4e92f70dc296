#pragma once
#include <algorithm>
#include <cstdint>

#include "base/id.hpp"
#include "base/instant.hpp"

namespace callwright {

/// Mints ids: milliseconds since 2024-01-01 UTC << 22 | node << 12 | counter. Strictly rising, so ids sort by time.
/// Deterministic: only the Instant of the input and the ids seen before decide. More ids than counters in one millisecond
/// run ahead of the clock; `observe` (called for each id that a fold meets) keeps a restart from minting one twice.
///
/// What a killed life minted and did not commit no fold meets, and a switch may have heard of it: `of_life` gives each of sixteen successive
/// lives 256 of the 4,096 counters, so that the next one may begin at the same instant (the wall clock was set back).
class IdMint {
 public:
  explicit IdMint(std::int64_t node = 0) : IdMint(node, 0, 0xFFF) {}
  static IdMint of_life(std::int64_t node, std::int64_t life) { return {node, (life & 0xF) << 8, (life & 0xF) << 8 | 0xFF}; }

  void advance(Instant now) { next_ = std::max(next_, first_of(now.us / 1000 - kEpochMs)); }
  void observe(std::int64_t id) {
    if (id >= next_) next_ = successor(id);
  }

  template <class AnyId>
  AnyId mint() {
    const std::int64_t id = next_;
    next_ = successor(id);
    return AnyId{id};
  }

 private:
  static constexpr std::int64_t kEpochMs = 1'704'067'200'000;
  static constexpr std::int64_t kNodeMask = (1 << 10) - 1;

  IdMint(std::int64_t node, std::int64_t first, std::int64_t last) : first_((node & kNodeMask) << 12 | first), count_(last - first) {}

  std::int64_t first_of(std::int64_t millisecond) const { return millisecond << 22 | first_; }

  /// The next of ours behind any id.
  std::int64_t successor(std::int64_t id) const {
    const std::int64_t first = first_of(id >> 22);
    if (id < first) return first;
    return id < first + count_ ? id + 1 : first_of((id >> 22) + 1);
  }

  std::int64_t first_, count_;  ///< of a millisecond: node and first counter; how many follow it
  std::int64_t next_ = 1;
};

}  // namespace callwright
