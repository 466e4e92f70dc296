#include "core/commit_gate.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/planted_bug.hpp"

namespace callwright::core {

bool CommitGate::add(Hold hold, Instant now) {
  newest_ = std::max(newest_, hold.seq);
  if (hold.kind == Kind::strict) hold.seq = newest_;
  if (hold.seq <= committed_) {
    leave(hold);
    return true;
  }
  if (hold.kind == Kind::strict) {
    if (strict_.size() >= limits_.strict && !make_room(hold.covers)) return false;
    strict_.push_back({std::move(hold), ++numbers_, now + kLimit});
    return true;
  }
  overrun_.push_back({std::move(hold), ++numbers_, now + kLimit});
  if (overrun_.size() > limits_.overrun) {
    ++overruns_;
    const Hold oldest = std::move(overrun_.front().hold);
    overrun_.pop_front();
    leave(oldest);
  }
  return true;
}

/// Drops the newest acknowledgement of the same source, which the next one covers.
bool CommitGate::make_room(const std::string& covers) {
  const auto before = covers.empty()
                          ? strict_.rend()
                          : std::find_if(strict_.rbegin(), strict_.rend(), [&](const Entry& entry) { return entry.hold.covers == covers; });
  if (before == strict_.rend()) {
    ++refused_;
    return false;
  }
  strict_.erase(std::next(before).base());
  return true;
}

void CommitGate::committed(std::int64_t seq, const std::vector<ContactId>& lost) {
  committed_ = std::max(committed_, seq);
  lost_.insert(lost.begin(), lost.end());
  std::vector<Entry> going;
  while (!strict_.empty() && strict_.front().hold.seq <= committed_) {
    going.push_back(std::move(strict_.front()));
    strict_.pop_front();
  }
  std::erase_if(overrun_, [&](Entry& entry) {
    if (entry.hold.seq > committed_) return false;
    going.push_back(std::move(entry));
    return true;
  });
  run(std::move(going));
}

void CommitGate::due(Instant now) {
  std::vector<Entry> going;
  const auto take = [&](std::deque<Entry>& waiting) {
    while (!waiting.empty() && waiting.front().due <= now) {
      going.push_back(std::move(waiting.front()));
      waiting.pop_front();
      ++overruns_;
    }
  };
  take(overrun_);
  if (planted(1)) take(strict_);
  run(std::move(going));
}

std::optional<Instant> CommitGate::next_due() const { return overrun_.empty() ? std::nullopt : std::optional(overrun_.front().due); }

void CommitGate::run(std::vector<Entry> going) {
  std::ranges::sort(going, {}, &Entry::number);
  for (const Entry& entry : going) leave(entry.hold);  // may add entries
}

void CommitGate::leave(const Hold& hold) {
  if (hold.rests_on && lost_.contains(hold.rests_on)) hold.refusal();
  else hold.action();
}

}  // namespace callwright::core
