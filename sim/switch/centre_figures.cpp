#include "sim/switch/centre_figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace callwright::sim {
namespace {

constexpr std::int64_t kHalfHourUs = 1'800'000'000;
constexpr double kBusiest = 63.25;

/// Mean calls per half hour, Sunday to Thursday, from 00:00. (13:00 has one anomalous day; its neighbours' mean stands there.)
constexpr std::array<double, 48> kCalls{3.05,  1.75,  1.05,  0.45,  0.30,  0.40,  0.10,  0.10,  0.05,  0.15,  0.20,  0.75,
                                        0.70,  4.30,  16.40, 24.05, 36.30, 58.75, 49.20, 59.45, 63.25, 61.65, 58.15, 54.75,
                                        46.25, 47.70, 51.60, 55.45, 57.40, 57.70, 56.00, 57.20, 58.95, 57.20, 51.20, 43.30,
                                        43.90, 39.80, 34.75, 31.85, 27.60, 31.20, 28.30, 33.80, 29.90, 23.40, 23.95, 16.80};

struct Survival {
  double seconds;
  double share;  ///< still waiting
};
constexpr std::array<Survival, 18> kPatience{{{0, 1},
                                              {5, .9865},
                                              {10, .9637},
                                              {15, .9431},
                                              {30, .8997},
                                              {45, .8642},
                                              {55, .8391},
                                              {60, .8214},
                                              {75, .7855},
                                              {90, .7546},
                                              {105, .7311},
                                              {120, .7107},
                                              {180, .6105},
                                              {240, .5362},
                                              {300, .4870},
                                              {420, .3709},
                                              {600, .2636},
                                              {900, .1758}}};
constexpr double kTailHazard = 0.00136;

}  // namespace

std::int64_t half_hour_of(Instant at) { return at.us / kHalfHourUs; }
Instant half_hour_end(Instant at) { return {(half_hour_of(at) + 1) * kHalfHourUs}; }

double arrival_share(Instant at) { return kCalls[static_cast<std::size_t>(half_hour_of(at) % 48)] / kBusiest; }

Duration patience_at(double u) {
  const double waiting = 1.0 - u;
  const auto in_us = [](double seconds) { return Duration(static_cast<std::int64_t>(seconds * 1e6)); };
  for (std::size_t i = 1; i < kPatience.size(); ++i) {
    const Survival& a = kPatience[i - 1];
    const Survival& b = kPatience[i];
    if (waiting > b.share) return in_us(a.seconds + (b.seconds - a.seconds) * (a.share - waiting) / (a.share - b.share));
  }
  const Survival& last = kPatience.back();
  return in_us(last.seconds + std::log(last.share / std::max(waiting, 1e-9)) / kTailHazard);
}

}  // namespace callwright::sim
