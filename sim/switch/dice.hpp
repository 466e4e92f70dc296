#pragma once
#include <cstdint>

namespace callwright::sim {

/// The switch's seeded chance (SplitMix64): the same seed gives the same numbers on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();
  /// 0 <= value < bound; 0 for bound 0.
  std::uint64_t below(std::uint64_t bound) { return bound > 0 ? next() % bound : 0; }
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  double between(double low, double high) { return low + (high - low) * unit(); }
  bool chance(double probability) { return unit() < probability; }
  double exponential(double mean);
  double normal();
  double log_normal(double median, double sigma);
  /// Mean 1, variance 1 / `shape`; shape >= 1.
  double gamma_factor(double shape);

 private:
  std::uint64_t state_;
};

}  // namespace callwright::sim
