#pragma once
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "base/instant.hpp"
#include "sim/what_if/chance.hpp"

namespace callwright::sim::what_if {

/// How long something takes. A length is found by inverting the distribution at a given number, so that more of it means longer: under
/// another distribution the same contact is as long or as short as before, relative to the others.
///
/// Lengths are seconds here, microseconds where they are asked for; at most `kLongest`.
class Distribution {
 public:
  struct Constant {
    double value = 0;
  };
  struct Exponential {
    double mean = 0;
  };
  struct LogNormal {
    double mu = 0, sigma = 0;  ///< of the logarithm of seconds
  };
  struct Gamma {
    double shape = 1, scale = 0;
  };
  struct Uniform {
    double low = 0, high = 0;
  };
  /// What was measured, sorted; each as likely as any other.
  struct Samples {
    std::shared_ptr<const std::vector<double>> sorted;
  };
  /// Shares not above a length, rising, straight between the points; what lies beyond the last falls off exponentially with `tail_mean`.
  struct Curve {
    std::shared_ptr<const std::vector<std::pair<double, double>>> points;  ///< (length, share)
    double tail_mean = 0;
  };
  /// One of several, by weight. Parts are no mixtures themselves.
  struct Mixture {
    std::shared_ptr<const std::vector<std::pair<double, Distribution>>> parts;
  };
  using Shape = std::variant<Constant, Exponential, LogNormal, Gamma, Uniform, Samples, Curve, Mixture>;

  static constexpr double kLongest = 1e9;  ///< seconds

  Distribution() = default;
  explicit Distribution(Shape shape) : shape_(std::move(shape)) {}

  /// By mean and coefficient of variation (standard deviation / mean); constant if that is 0.
  static Distribution log_normal(double mean, double cv);
  static Distribution gamma(double mean, double cv);

  /// `first` is inverted; `second` chooses the part of a mixture.
  double seconds(Uniforms at) const;
  Duration length(Uniforms at) const;
  double mean() const;
  bool always_zero() const;
  /// The mean, if this is an exponential distribution; otherwise 0.
  double exponential_mean() const;

 private:
  Shape shape_ = Constant{};
};

}  // namespace callwright::sim::what_if
