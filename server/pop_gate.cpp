#include "server/pop_gate.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <variant>

namespace callwright::server {

void PopGate::add(cti::model::Command command, Instant made_at) {
  Entry entry{std::move(command), made_at + kLimit, {}};
  if (const auto* ring = std::get_if<cti::model::Ring>(&entry.command.body))
    if (std::ranges::find(shown_, ring->offer) == shown_.end()) entry.pop = ring->offer;
  if (waiting_.size() >= kWaiting) {
    waiting_.front().pop = {};  // the first that waits is one that waits for its pop
    ++late_;
    release();
  }
  const bool behind = std::ranges::any_of(waiting_, [&](const Entry& one) { return one.command.contact == entry.command.contact; });
  if (entry.pop == OfferId{} && !behind) return send_(entry.command);
  waiting_.push_back(std::move(entry));
}

void PopGate::shown(OfferId offer) {
  shown_.push_back(offer);
  if (shown_.size() > kRemembered) shown_.pop_front();
  for (Entry& entry : waiting_)
    if (entry.pop == offer) entry.pop = {};
  release();
}

void PopGate::due(Instant now) {
  for (Entry& entry : waiting_)
    if (entry.pop != OfferId{} && entry.due <= now) {
      entry.pop = {};
      ++late_;
    }
  release();
}

std::optional<Instant> PopGate::next_due() const {
  std::optional<Instant> next;
  for (const Entry& entry : waiting_)
    if (entry.pop != OfferId{} && (!next || entry.due < *next)) next = entry.due;
  return next;
}

void PopGate::release() {
  std::unordered_set<std::int64_t> held;
  std::deque<Entry> staying, going;
  for (Entry& entry : waiting_) {
    const std::int64_t contact = entry.command.contact.value;
    const bool stays = entry.pop != OfferId{} || held.contains(contact);
    if (stays) held.insert(contact);
    (stays ? staying : going).push_back(std::move(entry));
  }
  waiting_ = std::move(staying);
  for (const Entry& entry : going) send_(entry.command);
}

}  // namespace callwright::server
