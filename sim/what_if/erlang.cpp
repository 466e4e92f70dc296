#include "sim/what_if/erlang.hpp"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <vector>

namespace callwright::sim::what_if {
namespace {

/// Doubles are enough; long doubles would be another speed and no other digit of ours.
using Plain = boost::math::policies::policy<boost::math::policies::promote_double<false>>;

constexpr double kNegligible = 1e-18;  ///< of the largest probability: where an unlimited chain is cut off
constexpr std::int64_t kMostWaiting = 10'000'000;

/// P(served within `level_s`) of one who finds everybody busy and `ahead` waiting before him.
double served_within(const Model& model, std::int64_t ahead, double level_s) {
  const double rate = static_cast<double>(model.agents) / model.mean_talk_s;
  const auto departures = static_cast<double>(ahead + 1);
  if (!model.mean_patience_s) return boost::math::gamma_p(departures, rate * level_s, Plain{});
  const double theta = 1 / *model.mean_patience_s;
  const double a = rate / theta;
  // E[e^(-theta V); V <= T]: his own patience lasts V with probability e^(-theta V).
  return a / (a + departures) * boost::math::ibetac(a + 1, departures, std::exp(-theta * level_s), Plain{});
}

}  // namespace

double erlang_b(std::int64_t agents, double load) {
  double blocked = 1;
  for (std::int64_t k = 1; k <= agents; ++k) blocked = load * blocked / (static_cast<double>(k) + load * blocked);
  return blocked;
}

double erlang_c(std::int64_t agents, double load) {
  const auto n = static_cast<double>(agents);
  if (load >= n) return 1;
  const double b = erlang_b(agents, load);
  return n * b / (n - load * (1 - b));
}

std::optional<Prediction> predict(const Model& model, double level_s) {
  const double lambda = model.arrivals_per_s, talk = model.mean_talk_s;
  const double patience = model.mean_patience_s.value_or(1);
  if (!(lambda > 0) || !(talk > 0) || !(patience > 0) || model.agents <= 0 || model.waiting_places.value_or(0) < 0) return std::nullopt;
  const auto n = static_cast<double>(model.agents);
  if (!model.mean_patience_s && !model.waiting_places && lambda * talk >= n) return std::nullopt;

  // p(n) = 1 for now. Below n the sum of all is 1 / B, by which the two sides are put on one scale.
  const double below = 1 / erlang_b(model.agents, lambda * talk) - 1;
  std::vector<double> waiting;  // p(n + j), j = 0, 1, ...
  double probability = 1, largest = 1;
  for (std::int64_t j = 0; j <= model.waiting_places.value_or(kMostWaiting) && probability > kNegligible * largest; ++j) {
    waiting.push_back(probability);
    largest = std::max(largest, probability);
    const auto in_queue = static_cast<double>(j + 1);
    probability *= lambda / (n / talk + (model.mean_patience_s ? in_queue / *model.mean_patience_s : 0));
  }
  double busy = 0, queue = 0;
  for (std::size_t j = 0; j < waiting.size(); ++j) {
    busy += waiting[j];
    queue += static_cast<double>(j) * waiting[j];
  }
  const double all = below + busy;
  const bool limited = model.waiting_places && waiting.size() == static_cast<std::size_t>(*model.waiting_places) + 1;
  const double lost = limited ? waiting.back() : 0;  // who finds the last place taken
  const double entered = all - lost;

  Prediction out;
  out.blocked = lost / all;
  out.waits = (busy - lost) / entered;
  out.mean_queue = queue / all;
  out.mean_wait_s = queue / (lambda * entered);
  out.abandons = model.mean_patience_s ? out.mean_wait_s / *model.mean_patience_s : 0;
  double served = below;
  const std::size_t admitted = waiting.size() - (limited ? 1 : 0);
  for (std::size_t j = 0; j < admitted; ++j)
    if (waiting[j] > 1e-13 * largest) served += waiting[j] * served_within(model, static_cast<std::int64_t>(j), level_s);
  out.service_level = served / entered;
  out.occupancy = lambda * (entered / all) * (1 - out.abandons) * talk / n;
  return out;
}

}  // namespace callwright::sim::what_if
