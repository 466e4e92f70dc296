#pragma once
#include "base/instant.hpp"

/// How customers of a real centre behave (a bank's call centre, February 1999: 33,344 calls).
namespace callwright::sim {

/// Calls in the half hour that `at` lies in, as a share of the busiest one (10:00): 0..1. `at` in the centre's local time.
double arrival_share(Instant at);

/// The half hour that `at` lies in, counted from 1970, and when it ends.
std::int64_t half_hour_of(Instant at);
Instant half_hour_end(Instant at);

/// How long a customer waits who gives up at quantile `u` (0..1) of patience, from the Kaplan-Meier estimate; exponential tail.
Duration patience_at(double u);

constexpr double kBusynessShape = 25;  ///< of the gamma factor of a half hour: variance / mean of its calls about 3
constexpr double kTalkMedianS = 121;   ///< log-normal, mu 4.797
constexpr double kTalkSigma = 0.940;

}  // namespace callwright::sim
