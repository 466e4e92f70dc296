#pragma once
#include <cstddef>
#include <utility>
#include <vector>

#include "base/instant.hpp"

namespace callwright::sim::what_if {

/// How long people have patience, from those who gave up and those who were answered before they did (E. L. Kaplan, P. Meier, "Nonparametric
/// estimation from incomplete observations", JASA 53, 1958): S(t) = product over the times t_i <= t of (1 - gave up at t_i / still waiting at t_i).
///
/// Behind the last time at which somebody gave up, where the estimate ends, patience is exponential with the rate of all: who gave up / time waited
/// by all together. Example: waits 10+, 20, 30+ s (+: answered) give S = 1 up to 20 s, 1/2 behind it, and one giving up a minute of waiting then.
class Survival {
 public:
  struct Wait {
    Duration length{};
    bool gave_up = false;
  };
  Survival() = default;
  explicit Survival(std::vector<Wait> waits);

  std::size_t gave_up() const { return gave_up_; }
  double at(Duration wait) const;
  /// The patience, above `waited`, of one who has waited so long: the smallest t with S(t) <= u S(waited); `kPatient` if nobody ever gave up.
  /// `u` in (0, 1).
  Duration patience(Duration waited, double u) const;

 private:
  std::vector<std::pair<Duration, double>> steps_;  ///< S from this time on, falling
  double rate_ = 0;                                 ///< a microsecond
  std::size_t gave_up_ = 0;
};

}  // namespace callwright::sim::what_if
