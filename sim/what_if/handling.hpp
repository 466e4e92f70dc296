#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "sim/what_if/recording.hpp"

namespace callwright::sim::what_if {

/// How long agents talk in each queue, from what was recorded.
///
/// An agent's mean is drawn towards the queue's, as if he had had `kTakenFor` more talks of its mean, so that one long talk of a beginner makes
/// nobody slow. A talk that somebody else now has is as much longer or shorter as his mean differs from that of who had it.
class Handling {
 public:
  static constexpr double kTakenFor = 10;

  explicit Handling(const Recording& recording);

  bool empty() const { return talks_.empty(); }
  double mean(std::uint32_t agent, std::uint32_t queue) const;  ///< microseconds
  /// `talk` of `from`, if `to` has it. Either may be `kNone`: the queue's mean then.
  Duration moved(Duration talk, std::uint32_t queue, std::uint32_t from, std::uint32_t to) const;
  /// One of the queue's talks (of all, if it has none), longer than `at_least` if there is such; `u` in (0, 1) chooses.
  const Stay& any(std::uint32_t queue, Duration at_least, double u) const;

 private:
  struct Sum {
    double talk = 0, count = 0;
  };
  std::vector<Sum> queues_;
  Sum all_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Sum> agents_;  ///< by agent and queue
  std::vector<const Stay*> talks_;                                 ///< by length
  std::vector<std::vector<const Stay*>> by_queue_;                 ///< the same
};

}  // namespace callwright::sim::what_if
