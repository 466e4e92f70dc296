#include "core/commit_gate.hpp"

#include <algorithm>
#include <utility>

#include "base/planted_bug.hpp"

namespace callwright::core {

void CommitGate::add(std::int64_t seq, Kind kind, Instant now, std::function<void()> action) {
  newest_ = std::max(newest_, seq);
  if (kind == Kind::strict) seq = newest_;
  if (seq <= committed_) {
    action();
    return;
  }
  waiting_.push_back({seq, kind, now + kLimit, std::move(action)});
}

void CommitGate::committed(std::int64_t seq) {
  committed_ = std::max(committed_, seq);
  release([&](const Entry& entry) { return entry.seq <= committed_; });
}

void CommitGate::due(Instant now) {
  release([&](const Entry& entry) {
    if ((entry.kind != Kind::overrun && !planted(1)) || entry.due > now) return false;
    ++overruns_;
    return true;
  });
}

std::optional<Instant> CommitGate::next_due() const {
  const auto first = std::ranges::find(waiting_, Kind::overrun, &Entry::kind);
  return first == waiting_.end() ? std::nullopt : std::optional(first->due);
}

void CommitGate::release(const std::function<bool(const Entry&)>& goes) {
  std::deque<Entry> going, staying;
  for (Entry& entry : waiting_) (goes(entry) ? going : staying).push_back(std::move(entry));
  waiting_ = std::move(staying);
  for (Entry& entry : going) entry.action();  // may add entries
}

}  // namespace callwright::core
