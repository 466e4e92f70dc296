#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "cti/link/counters.hpp"
#include "runtime/metrics.hpp"

namespace callwright::cti::link {

/// A machine's counters as figures for Prometheus, `callwright_link_*{link="main"}`. Docs: docs/operations.md.
class Figures {
 public:
  /// `metrics` may be null: then nothing is shown.
  Figures(runtime::Metrics* metrics, const std::string& link);
  void tell(const Counters& counters);
  /// Events that the core did not take so far.
  void tell_dropped(std::uint64_t dropped);

 private:
  struct Figure {
    std::uint64_t Counters::* from;
    runtime::Counter to;
    std::uint64_t told = 0;
  };
  std::vector<Figure> figures_;
  runtime::Counter dropped_;
  std::uint64_t dropped_told_ = 0;
};

}  // namespace callwright::cti::link
