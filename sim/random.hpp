#pragma once
#include <cmath>
#include <cstdint>

namespace callwright::sim {

/// A small seeded generator (SplitMix64, Steele et al. 2014): the same numbers for the same seed on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  /// 0 <= value < bound.
  std::uint64_t below(std::uint64_t bound) { return bound ? next() % bound : 0; }
  std::int64_t between(std::int64_t first, std::int64_t last) { return first + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(last - first + 1))); }
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  bool chance(double probability) { return unit() < probability; }
  double exponential(double mean) { return -mean * std::log(1.0 - unit()); }

 private:
  std::uint64_t state_;
};

}  // namespace callwright::sim
