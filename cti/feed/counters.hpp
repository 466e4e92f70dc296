#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace callwright::cti::feed {

/// What the feed counts; `/metrics` shows it as `callwright_feed_total{what="..."}`.
enum class Count : std::uint8_t {
  connections,    ///< accepted sockets
  opened,         ///< welcomed
  refused,        ///< hello answered with a refusal
  frames,         ///< whole frames received
  events,         ///< events handed to the core
  snapshots,      ///< snapshots handed to the core
  duplicates,     ///< events with a number that we had; dropped
  unknown,        ///< messages and events of a kind that we do not know; ignored
  gaps,           ///< a number was missing: closed
  resumed_short,  ///< the switch could not resume: the snapshot covers a gap
  oversized,
  malformed,
  out_of_order,
  silent,
  overloaded,
  replaced,
  slow_reader,           ///< closed because of it
  commands,              ///< sent
  commands_late,         ///< not sent: deadline passed
  commands_undeclared,   ///< not sent: the switch cannot do it
  commands_refused,      ///< not sent: forbidden characters
  commands_unconnected,  ///< not sent: no connection
  results_unsupported,
  results_failed,
  results_expired,
  last_,
};

std::string_view name_of(Count what);

/// One per server. Any thread reads, the `links` thread counts.
class Counters {
 public:
  void add(Count what, std::uint64_t amount = 1) { values_[static_cast<std::size_t>(what)].fetch_add(amount, std::memory_order_relaxed); }
  std::uint64_t operator[](Count what) const { return values_[static_cast<std::size_t>(what)].load(std::memory_order_relaxed); }

 private:
  std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(Count::last_)> values_{};
};

}  // namespace callwright::cti::feed
