#include "core/commit_gate.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/planted_bug.hpp"

namespace callwright::core {

bool CommitGate::add(std::int64_t seq, Kind kind, Instant now, std::function<void()> action, const std::string& covers) {
  newest_ = std::max(newest_, seq);
  if (kind == Kind::strict) seq = newest_;
  if (seq <= committed_) {
    action();
    return true;
  }
  Entry entry{seq, ++numbers_, now + kLimit, covers, std::move(action)};
  if (kind == Kind::strict) {
    if (strict_.size() >= limits_.strict && !make_room(covers)) return false;
    strict_.push_back(std::move(entry));
    return true;
  }
  overrun_.push_back(std::move(entry));
  if (overrun_.size() > limits_.overrun) {
    ++overruns_;
    std::vector<Entry> going;
    going.push_back(std::move(overrun_.front()));
    overrun_.pop_front();
    run(std::move(going));
  }
  return true;
}

/// Drops the newest acknowledgement of the same source, which the next one covers.
bool CommitGate::make_room(const std::string& covers) {
  const auto before =
      covers.empty() ? strict_.rend() : std::find_if(strict_.rbegin(), strict_.rend(), [&](const Entry& entry) { return entry.covers == covers; });
  if (before == strict_.rend()) {
    ++refused_;
    return false;
  }
  strict_.erase(std::next(before).base());
  return true;
}

void CommitGate::committed(std::int64_t seq) {
  committed_ = std::max(committed_, seq);
  std::vector<Entry> going;
  while (!strict_.empty() && strict_.front().seq <= committed_) {
    going.push_back(std::move(strict_.front()));
    strict_.pop_front();
  }
  std::erase_if(overrun_, [&](Entry& entry) {
    if (entry.seq > committed_) return false;
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
  for (Entry& entry : going) entry.action();  // may add entries
}

}  // namespace callwright::core
