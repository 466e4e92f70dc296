#include "metrics/queue_fold.hpp"

#include "base/digest.hpp"
#include "base/overloaded.hpp"
#include "metrics/calibration.hpp"

namespace callwright::metrics {

Instant interval_of(Instant at) {
  const std::int64_t size = kInterval.count();
  const std::int64_t rest = at.us % size;
  return {at.us - (rest < 0 ? rest + size : rest)};
}

void count(journal::QueueInterval& to, const journal::VisitEnded& visit, const Promise& promise) {
  switch (visit.how) {
    case journal::VisitEnd::answered:
      ++to.answered;
      to.answered_wait += visit.waited;
      if (visit.waited <= promise.service_level) ++to.answered_within;
      if (promise.estimate) count_estimate(to, *promise.estimate, visit.waited);
      break;
    case journal::VisitEnd::abandoned:
      ++to.abandoned;
      to.abandoned_wait += visit.waited;
      break;
    case journal::VisitEnd::short_abandoned: ++to.short_abandoned; break;
    case journal::VisitEnd::callback_requested: ++to.callback_requested; break;
    case journal::VisitEnd::flow_overflow: ++to.flow_overflow; break;
    case journal::VisitEnd::flow_transfer: ++to.flow_transfer; break;
    case journal::VisitEnd::flow_closed: ++to.flow_closed; break;
    case journal::VisitEnd::flow_supervisor: ++to.flow_supervisor; break;
    case journal::VisitEnd::lost: ++to.lost; break;
  }
}

void add(journal::QueueInterval& to, const journal::QueueInterval& from) {
  to.entered += from.entered;
  to.answered += from.answered;
  to.answered_within += from.answered_within;
  to.abandoned += from.abandoned;
  to.short_abandoned += from.short_abandoned;
  to.callback_requested += from.callback_requested;
  to.flow_overflow += from.flow_overflow;
  to.flow_transfer += from.flow_transfer;
  to.flow_closed += from.flow_closed;
  to.flow_supervisor += from.flow_supervisor;
  to.lost += from.lost;
  to.answered_wait += from.answered_wait;
  to.abandoned_wait += from.abandoned_wait;
  to.estimated += from.estimated;
  to.estimated_within += from.estimated_within;
  to.estimate += from.estimate;
  to.estimated_wait += from.estimated_wait;
  to.estimate_error += from.estimate_error;
}

std::int64_t left(const journal::QueueInterval& row) {
  return row.answered + row.abandoned + row.short_abandoned + row.callback_requested + row.flow_overflow + row.flow_transfer + row.flow_closed +
         row.flow_supervisor + row.lost;
}

void QueueFold::apply(const journal::Fact& fact) {
  std::visit(Overloaded{
                 [&](const journal::Carried& carried) {
                   rows_.clear();
                   for (const auto& one : carried.intervals) rows_[{one.queue, one.start}] = one;
                   counted_until_ = carried.last_seq;
                 },
                 [&](const journal::VisitStarted& visit) { start(fact, visit); },
                 [&](const journal::VisitChanged& visit) {
                   if (visit.what != journal::VisitChanged::What::estimated) return;
                   if (auto found = waiting_.find(fact.contact); found != waiting_.end()) found->second.promise.estimate = visit.estimate;
                 },
                 [&](const journal::VisitEnded& visit) { end(fact, visit); },
                 [](const auto&) {},
             },
             fact.body);
}

journal::QueueInterval& QueueFold::row(const QueueId& queue, Instant at) {
  melt(at);
  const Instant start = interval_of(at);
  auto [found, added] = rows_.try_emplace({queue, start});
  if (added) {
    found->second.queue = queue;
    found->second.start = start;
  }
  return found->second;
}

/// Only a fact that counts moves rows, and before it counts: so the rows are the same whether they were folded or carried.
void QueueFold::melt(Instant now) {
  const Instant oldest = interval_of(now - kRowsKept);
  if (oldest <= melted_) return;
  melted_ = oldest;
  for (auto at = rows_.begin(); at != rows_.end();) {
    const journal::QueueInterval row = at->second;
    if (row.start.us == 0 || row.start >= oldest) {
      ++at;
      continue;
    }
    at = rows_.erase(at);
    auto& all = rows_[{row.queue, Instant{}}];  // sorts before the rows of its queue, so it is not met again
    all.queue = row.queue;
    add(all, row);
  }
}

void QueueFold::start(const journal::Fact& fact, const journal::VisitStarted& visit) {
  remove(fact.contact);
  waiting_[fact.contact] = {visit.queue, visit.visit, visit.entered_at, {visit.service_level, {}}};
  Line& line = lines_[visit.queue];
  line.by_entry.insert({visit.entered_at, fact.contact});
  line.by_level.insert({visit.entered_at + visit.service_level, fact.contact});
  if (fact.seq > counted_until_) ++row(visit.queue, fact.at).entered;
}

void QueueFold::remove(ContactId contact) {
  auto found = waiting_.find(contact);
  if (found == waiting_.end()) return;
  const Waiting& visit = found->second;
  auto line = lines_.find(visit.queue);
  line->second.by_entry.erase({visit.entered_at, contact});
  line->second.by_level.erase({visit.entered_at + visit.promise.service_level, contact});
  if (line->second.by_entry.empty()) lines_.erase(line);
  waiting_.erase(found);
}

void QueueFold::end(const journal::Fact& fact, const journal::VisitEnded& visit) {
  auto found = waiting_.find(fact.contact);
  if (found == waiting_.end()) return;
  const Promise promise = found->second.promise;
  remove(fact.contact);
  if (fact.seq <= counted_until_) return;

  count(row(visit.queue, fact.at), visit, promise);
}

std::int64_t QueueFold::waiting(const QueueId& queue) const {
  auto line = lines_.find(queue);
  return line == lines_.end() ? 0 : static_cast<std::int64_t>(line->second.by_entry.size());
}

Instant QueueFold::longest_since(const QueueId& queue) const {
  auto line = lines_.find(queue);
  return line == lines_.end() ? Instant{} : line->second.by_entry.begin()->first;
}

std::int64_t QueueFold::waiting_past_level(const QueueId& queue, Instant now) const {
  auto line = lines_.find(queue);
  if (line == lines_.end()) return 0;
  const auto& by_level = line->second.by_level;
  return std::distance(by_level.begin(), by_level.lower_bound({now, ContactId{}}));
}

std::optional<Instant> QueueFold::next_past_level(const QueueId& queue, Instant shown) const {
  auto line = lines_.find(queue);
  if (line == lines_.end()) return std::nullopt;
  const auto next = line->second.by_level.lower_bound({shown, ContactId{}});
  return next == line->second.by_level.end() ? std::nullopt : std::optional(next->first + Duration{1});
}

std::vector<journal::QueueInterval> QueueFold::intervals() const {
  std::vector<journal::QueueInterval> all;
  for (const auto& [key, row] : rows_)
    if (row.start.us != 0) all.push_back(row);
  return all;
}

journal::QueueInterval QueueFold::interval(const QueueId& queue, Instant start) const {
  auto found = rows_.find({queue, start});
  if (found != rows_.end()) return found->second;
  journal::QueueInterval none;
  none.queue = queue;
  none.start = start;
  return none;
}

journal::QueueInterval QueueFold::since(const QueueId& queue, Instant from) const {
  journal::QueueInterval sum;
  sum.queue = queue;
  sum.start = from;
  for (auto at = rows_.lower_bound({queue, from}); at != rows_.end() && at->first.first == queue; ++at)
    if (at->second.start.us != 0) add(sum, at->second);
  return sum;
}

std::vector<journal::QueueInterval> QueueFold::carry() const {
  std::vector<journal::QueueInterval> all;
  for (const auto& [key, row] : rows_) all.push_back(row);
  return all;
}

std::uint64_t QueueFold::digest() const {
  Digest digest;
  for (const auto& [key, row] : rows_) {
    digest.add(row.queue.value).add(row.start.us).add(row.entered).add(row.answered).add(row.answered_within).add(row.abandoned);
    digest.add(row.short_abandoned).add(row.callback_requested).add(row.flow_overflow).add(row.flow_transfer).add(row.flow_closed);
    digest.add(row.flow_supervisor).add(row.lost).add(row.answered_wait.count()).add(row.abandoned_wait.count());
    digest.add(row.estimated).add(row.estimated_within).add(row.estimate.count()).add(row.estimated_wait.count()).add(row.estimate_error.count());
  }
  for (const auto& [queue, line] : lines_)
    for (const auto& [entered_at, contact] : line.by_entry) {
      const Waiting& visit = waiting_.at(contact);
      digest.add(queue.value).add(entered_at.us).add(contact.value).add(visit.visit).add(visit.promise.service_level.count());
      digest.add(visit.promise.estimate ? visit.promise.estimate->count() : -1);
    }
  return digest.value();
}

std::vector<std::string> QueueFold::violations() const {
  std::map<QueueId, journal::QueueInterval> totals;
  for (const auto& [key, row] : rows_) add(totals[row.queue], row);
  for (const auto& [queue, line] : lines_) totals[queue];
  std::vector<std::string> all;
  for (const auto& [queue, total] : totals)
    if (total.entered != left(total) + waiting(queue))
      all.push_back("queue " + queue.value + ": " + std::to_string(total.entered) + " entered, " + std::to_string(left(total)) + " left, " +
                    std::to_string(waiting(queue)) + " wait");
  return all;
}

}  // namespace callwright::metrics
