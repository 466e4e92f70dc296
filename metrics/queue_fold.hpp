#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "journal/fact.hpp"

namespace callwright::metrics {

/// Rows are quarters of an hour, UTC.
constexpr Duration kInterval = std::chrono::minutes(15);
/// How long rows stay in the fold, and so in checkpoints; older ones are in the store.
constexpr Duration kRowsKept = std::chrono::hours(48);

/// The interval in which an instant lies.
Instant interval_of(Instant at);
/// What a caller was promised when he entered.
struct Promise {
  Duration service_level{};
  std::optional<Duration> estimate;  ///< of his wait, from `VisitStarted::entered_at` on
};
/// Counts the end of a visit.
void count(journal::QueueInterval& to, const journal::VisitEnded& visit, const Promise& promise);
/// Adds the counts and sums of `from`; queue and start stay.
void add(journal::QueueInterval& to, const journal::QueueInterval& from);
/// What left the queue, in whatever way.
std::int64_t left(const journal::QueueInterval& row);

/// Folds visits into interval rows of each queue, and into who waits now. Pure; the rows depend on nothing but the facts.
///
/// An entry, answer, abandon or flow-out counts in the interval in which it happens (`Fact::at`), so rows add up to half hours,
/// days and weeks. The identity: at every step, per queue, entered = answered + abandoned + short_abandoned + callback_requested +
/// flowed_out + lost + waiting. Rows older than 48 h melt into one row of their queue, whose start is 0, so that it can be
/// checked for ever; that row stands in checkpoints only.
///
/// After a checkpoint: `Carried` gives the rows, and facts up to its `last_seq`, which the rows already count, only tell who waits.
class QueueFold {
 public:
  void apply(const journal::Fact& fact);

  std::int64_t waiting(const QueueId& queue) const;
  /// Entry of the one who waits longest; 0 if nobody waits.
  Instant longest_since(const QueueId& queue) const;
  /// How many wait beyond their service level: live, each is a miss already.
  std::int64_t waiting_past_level(const QueueId& queue, Instant now) const;

  /// When the figure above next grows by itself, seen from `shown`, for which it was read last.
  std::optional<Instant> next_past_level(const QueueId& queue, Instant shown) const;

  /// The rows kept, by queue and start.
  std::vector<journal::QueueInterval> intervals() const;
  /// The row of an interval; zeros if nothing happened.
  journal::QueueInterval interval(const QueueId& queue, Instant start) const;
  /// The sum of the rows from `from` on; `start` = `from`.
  journal::QueueInterval since(const QueueId& queue, Instant from) const;

  /// For `journal::Carried`.
  std::vector<journal::QueueInterval> carry() const;

  std::uint64_t digest() const;
  std::vector<std::string> violations() const;

 private:
  struct Waiting {
    QueueId queue;
    std::int32_t visit = 0;
    Instant entered_at;
    Promise promise;
  };
  struct Line {
    std::set<std::pair<Instant, ContactId>> by_entry;
    std::set<std::pair<Instant, ContactId>> by_level;  ///< when the service level is missed
  };

  void start(const journal::Fact& fact, const journal::VisitStarted& visit);
  void end(const journal::Fact& fact, const journal::VisitEnded& visit);
  void remove(ContactId contact);
  void melt(Instant now);
  journal::QueueInterval& row(const QueueId& queue, Instant at);

  std::map<std::pair<QueueId, Instant>, journal::QueueInterval> rows_;  ///< the melted row has start 0
  std::unordered_map<ContactId, Waiting> waiting_;
  std::map<QueueId, Line> lines_;
  std::int64_t counted_until_ = -1;  ///< facts up to this seq are in carried rows
  Instant melted_;
};

}  // namespace callwright::metrics
