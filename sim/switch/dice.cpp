#include "sim/switch/dice.hpp"

#include <cmath>
#include <numbers>

namespace callwright::sim {

std::uint64_t Dice::next() {
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

double Dice::exponential(double mean) { return -mean * std::log(1.0 - unit()); }

double Dice::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - unit()));
  return radius * std::cos(2.0 * std::numbers::pi * unit());
}

double Dice::log_normal(double median, double sigma) { return median * std::exp(sigma * normal()); }

double Dice::gamma_factor(double shape) {  // Marsaglia and Tsang 2000
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  while (true) {
    const double x = normal();
    const double v = std::pow(1.0 + c * x, 3);
    if (v > 0 && std::log(1.0 - unit()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v / shape;
  }
}

}  // namespace callwright::sim
