#pragma once
#include <algorithm>
#include <cstdint>

#include "base/id.hpp"
#include "base/instant.hpp"

namespace callwright {

/// Mints ids: milliseconds since 2024-01-01 UTC << 22 | node << 12 | counter. Strictly rising, so ids sort by time.
/// Deterministic: only the Instant of the input and the ids seen before decide. More than 4,096 ids in one millisecond
/// run ahead of the clock; `observe` (called for each id that a fold meets) keeps a restart from minting one twice.
class IdMint {
 public:
  explicit IdMint(std::int64_t node = 0) : node_(node & kNodeMask) {}

  void advance(Instant now) {
    const std::int64_t first = ((now.us / 1000 - kEpochMs) << 22) | (node_ << 12);
    next_ = std::max(next_, first);
  }
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

  std::int64_t successor(std::int64_t id) const {
    if ((id & 0xFFF) != 0xFFF) return id + 1;
    return (((id >> 22) + 1) << 22) | (node_ << 12);
  }

  std::int64_t node_;
  std::int64_t next_ = 1;
};

}  // namespace callwright
