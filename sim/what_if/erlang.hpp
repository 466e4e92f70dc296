#pragma once
#include <cstdint>
#include <optional>

/// The closed forms of queueing theory for one kind of contact and one kind of agent, exact for Poisson arrivals and exponential
/// talks: what a simulated centre must agree with, and the quick answer for a simple one.
///
/// With a = lambda / mu (offered load in Erlang) and n agents:
/// - Erlang B (M/M/n/n; A. K. Erlang 1917): B(0) = 1, B(k) = a B(k-1) / (k + a B(k-1)).
/// - Erlang C (M/M/n): C = n B / (n - a (1 - B)); E[W] = C / (n mu - lambda); P(W <= T) = 1 - C exp(-(n mu - lambda) T).
/// - M/M/s/r: the birth-death chain cut off at s + r; an arrival that finds every place taken is blocked.
/// - Erlang A (M/M/n+M; C. Palm 1943; Garnett, Mandelbaum, Reiman, M&SOM 4(3) 2002, 208-227): p(k) ~ product over j <= k of
///   lambda / (min(j, n) mu + max(j - n, 0) theta); P(abandon) = theta E[W] / (1 - P(block)).
/// All are one chain, `predict`: who finds k = n + j in the system needs j + 1 departures, at rates n mu + i theta (i = 0 .. j). Their sum V
/// has e^(-theta V) ~ Beta(n mu / theta, j + 1), hence the share served within T in closed form; without impatience V is Gamma(j + 1, n mu).
namespace callwright::sim::what_if {

/// P(block) of M/M/n/n. `load` in Erlang, >= 0.
double erlang_b(std::int64_t agents, double load);
/// P(wait > 0) of M/M/n; 1 if the load is not below the number of agents.
double erlang_c(std::int64_t agents, double load);

struct Model {
  double arrivals_per_s = 0;
  double mean_talk_s = 0;
  std::int64_t agents = 0;
  std::optional<double> mean_patience_s;       ///< none: nobody gives up
  std::optional<std::int64_t> waiting_places;  ///< none: no limit
};

/// Shares are of those who entered, but for `blocked`, which is of all who came.
struct Prediction {
  double blocked = 0;
  double waits = 0;  ///< P(W > 0)
  double abandons = 0;
  double mean_wait_s = 0;    ///< of all who entered, abandoned or not
  double mean_queue = 0;     ///< who waits, on average over time
  double service_level = 0;  ///< answered within T
  double occupancy = 0;
};

/// In the steady state; none if there is no such (nobody gives up, no limit, and the load is not below the number of agents) or the model
/// is no model (rates, agents or talk not positive). `level_s`: T of the service level. Error below 1e-10 up to 100,000 agents.
std::optional<Prediction> predict(const Model& model, double level_s);

}  // namespace callwright::sim::what_if
