#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "journal/centre.hpp"
#include "sim/what_if/counts.hpp"
#include "sim/what_if/day.hpp"
#include "sim/what_if/recording.hpp"

namespace callwright::sim::what_if {

/// What one queue counted in one interval of a replayed or recorded day; a caller counts where and when he came.
struct Tally {
  QueueCounts counts;
  std::int64_t handed_on = 0;                    ///< answered and transferred, into a queue or to somebody
  std::int64_t match_old = 0;                    ///< sum over the answered who asked for any skill, in millionths, as the old rules see it
  std::int64_t match_old_of = 0;                 ///< how many those are
  std::int64_t match_new = 0, match_new_of = 0;  ///< as the new rules see it
  std::int64_t same_agent = 0;                   ///< answered by the same agent as in the record
  std::int64_t same_agent_of = 0;                ///< answered here and there

  Tally& operator+=(const Tally& other);
  bool operator==(const Tally&) const = default;
};

/// One side of a replay, once: by queue (of `Replay::queues`) and interval; by agent and interval.
struct SideCounts {
  std::vector<std::vector<Tally>> queues;
  std::vector<std::vector<GroupCounts>> agents;
  bool operator==(const SideCounts&) const = default;
};

/// Which sides estimate the waits of a queue; the others have no figures of it.
struct EstimatesMade {
  bool recorded = false, old_rules = false, new_rules = false;
  bool operator==(const EstimatesMade&) const = default;
};

struct ReplayOptions {
  std::uint64_t seed = 1;
  std::int32_t draws = 20;  ///< of what is not known; 1..1000
  unsigned threads = 1;
  std::function<void(std::int32_t done, std::int32_t of)> progress;  ///< called by the threads, one at a time
};
constexpr std::int32_t kMostDraws = 1000;

/// A recorded day beside itself under its own rules (how well the model does) and under others.
struct Replay {
  std::string title;  ///< filled in by who knows the time zone
  std::string old_name, new_name;
  std::vector<std::string> labels;  ///< of the intervals' begins; likewise
  std::uint64_t seed = 0;
  std::vector<Instant> bounds;
  std::vector<QueueId> queues;           ///< of either document in which anybody came
  std::vector<EstimatesMade> estimates;  ///< by queue
  SideCounts recorded;
  std::vector<SideCounts> old_rules, new_rules;  ///< by draw
  std::vector<std::string> notes;                ///< what the reader must know of how they were made
  std::int64_t written = 0;                      ///< written contacts that came then: left out

  bool operator==(const Replay&) const = default;
};

/// `old_name`, `new_name`: how faults and the report speak of the documents. Errors (invalid): nobody came, nobody was answered, or the documents do
/// not fit the day (`side_of`), one fault a line.
Result<Replay> replay(const Recording& recording, const journal::Centre& old_rules, const std::string& old_name, const journal::Centre& new_rules,
                      const std::string& new_name, const ReplayOptions& options);

}  // namespace callwright::sim::what_if
