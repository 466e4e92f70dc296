#include "sim/what_if/distribution.hpp"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <numbers>
#include <numeric>

#include "base/overloaded.hpp"

namespace callwright::sim::what_if {
namespace {

using Plain = boost::math::policies::policy<boost::math::policies::promote_double<false>>;

double normal_quantile(double u) { return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * u, Plain{}); }

double on_curve(const Distribution::Curve& curve, double u) {
  const auto& points = *curve.points;
  const auto above = std::ranges::lower_bound(points, u, {}, &std::pair<double, double>::second);
  if (above == points.end()) return points.back().first - curve.tail_mean * std::log((1 - u) / (1 - points.back().second));
  const auto [low, share_low] = above == points.begin() ? std::pair(0.0, 0.0) : *(above - 1);
  const double step = above->second - share_low;
  return step > 0 ? low + (above->first - low) * (u - share_low) / step : above->first;
}

double mean_of(const Distribution::Curve& curve) {
  double sum = 0, low = 0, share_low = 0;
  for (const auto& [length, share] : *curve.points) {
    sum += (share - share_low) * (low + length) / 2;
    low = length;
    share_low = share;
  }
  return sum + (1 - share_low) * (low + curve.tail_mean);
}

double total_weight(const Distribution::Mixture& mixture) {
  double sum = 0;
  for (const auto& [weight, part] : *mixture.parts) sum += weight;
  return sum;
}

const Distribution& choose(const Distribution::Mixture& mixture, double u) {
  double left = u * total_weight(mixture);
  for (const auto& [weight, part] : *mixture.parts) {
    if (left < weight) return part;
    left -= weight;
  }
  return mixture.parts->back().second;
}

}  // namespace

Distribution Distribution::log_normal(double mean, double cv) {
  if (cv <= 0 || mean <= 0) return Distribution(Constant{mean});
  const double variance = std::log1p(cv * cv);
  return Distribution(LogNormal{std::log(mean) - variance / 2, std::sqrt(variance)});
}

Distribution Distribution::gamma(double mean, double cv) {
  if (cv <= 0 || mean <= 0) return Distribution(Constant{mean});
  return Distribution(Gamma{1 / (cv * cv), mean * cv * cv});
}

double Distribution::seconds(Uniforms at) const {
  const double u = at.first;
  return std::visit(Overloaded{
                        [](const Constant& one) { return one.value; },
                        [&](const Exponential& one) { return -one.mean * std::log1p(-u); },
                        [&](const LogNormal& one) { return std::exp(one.mu + one.sigma * normal_quantile(u)); },
                        [&](const Gamma& one) { return one.scale * boost::math::gamma_p_inv(one.shape, u, Plain{}); },
                        [&](const Uniform& one) { return one.low + (one.high - one.low) * u; },
                        [&](const Samples& one) { return (*one.sorted)[static_cast<std::size_t>(u * static_cast<double>(one.sorted->size()))]; },
                        [&](const Curve& one) { return on_curve(one, u); },
                        [&](const Mixture& one) { return choose(one, at.second).seconds(at); },
                    },
                    shape_);
}

Duration Distribution::length(Uniforms at) const { return Duration(std::llround(std::clamp(seconds(at), 0.0, kLongest) * 1e6)); }

double Distribution::mean() const {
  return std::visit(
      Overloaded{
          [](const Constant& one) { return one.value; },
          [](const Exponential& one) { return one.mean; },
          [](const LogNormal& one) { return std::exp(one.mu + one.sigma * one.sigma / 2); },
          [](const Gamma& one) { return one.shape * one.scale; },
          [](const Uniform& one) { return (one.low + one.high) / 2; },
          [](const Samples& one) { return std::reduce(one.sorted->begin(), one.sorted->end()) / static_cast<double>(one.sorted->size()); },
          [](const Curve& one) { return mean_of(one); },
          [](const Mixture& one) {
            double sum = 0;
            for (const auto& [weight, part] : *one.parts) sum += weight * part.mean();
            return sum / total_weight(one);
          },
      },
      shape_);
}

bool Distribution::always_zero() const {
  const auto* constant = std::get_if<Constant>(&shape_);
  return constant && constant->value <= 0;
}

double Distribution::exponential_mean() const {
  const auto* one = std::get_if<Exponential>(&shape_);
  return one ? one->mean : 0;
}

}  // namespace callwright::sim::what_if
