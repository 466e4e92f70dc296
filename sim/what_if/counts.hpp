#pragma once
#include <cstdint>
#include <vector>

#include "base/instant.hpp"

namespace callwright::sim::what_if {

/// What one queue counted in one interval; a caller counts where he came. Each attempt counts.
/// offered = blocked + answered + abandoned + short_abandoned + unserved. As in docs/metrics.md, T and S are the queue's.
struct QueueCounts {
  std::int64_t offered = 0;
  std::int64_t blocked = 0;  ///< turned away: every line or waiting place was taken, or no queue kept him (closed, nobody there)
  std::int64_t answered = 0;
  std::int64_t answered_within = 0;  ///< after a wait of at most T
  std::int64_t abandoned = 0;        ///< gave up after at least S
  std::int64_t short_abandoned = 0;  ///< gave up before S
  std::int64_t unserved = 0;         ///< still waited when everything else was over
  std::int64_t queued = 0;           ///< no agent was free for him when he came
  std::int64_t answered_wait_us = 0;
  std::int64_t wait_us = 0;  ///< of all who entered

  // Estimated waits of those whom this queue answered, wherever they came first (metrics/calibration.hpp):
  std::int64_t estimated = 0;
  std::int64_t estimated_within = 0;
  Duration estimate{};
  Duration estimated_wait{};
  Duration estimate_error{};

  QueueCounts& operator+=(const QueueCounts& other) {
    offered += other.offered;
    blocked += other.blocked;
    answered += other.answered;
    answered_within += other.answered_within;
    abandoned += other.abandoned;
    short_abandoned += other.short_abandoned;
    unserved += other.unserved;
    queued += other.queued;
    answered_wait_us += other.answered_wait_us;
    wait_us += other.wait_us;
    estimated += other.estimated;
    estimated_within += other.estimated_within;
    estimate += other.estimate;
    estimated_wait += other.estimated_wait;
    estimate_error += other.estimate_error;
    return *this;
  }
  bool operator==(const QueueCounts&) const = default;
};

/// Time of one group's agents in one interval.
struct GroupCounts {
  std::int64_t staffed_us = 0;  ///< signed in
  std::int64_t busy_us = 0;     ///< of that: phone rings, talk, wrap-up, other work
  std::int64_t paused_us = 0;   ///< of that: not ready

  GroupCounts& operator+=(const GroupCounts& other) {
    staffed_us += other.staffed_us;
    busy_us += other.busy_us;
    paused_us += other.paused_us;
    return *this;
  }
  bool operator==(const GroupCounts&) const = default;
};

/// What one day gave, from the end of its warm-up to its end; who came until then counts however long he stayed.
struct DayCounts {
  std::vector<std::vector<QueueCounts>> queues;  ///< by queue, by interval
  std::vector<std::vector<GroupCounts>> groups;  ///< by group, by interval
  std::vector<std::int64_t> in_system_us;        ///< [n]: how long just n callers waited or talked
  std::int64_t waiting_us = 0;                   ///< sum over time of those who waited
  std::int64_t contacts = 0;                     ///< attempts in all, warm-up included

  bool operator==(const DayCounts&) const = default;
};

/// To divide by or to be divided.
inline double of(std::int64_t count) { return static_cast<double>(count); }

}  // namespace callwright::sim::what_if
