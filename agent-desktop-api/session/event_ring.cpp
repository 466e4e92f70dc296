#include "agent-desktop-api/session/event_ring.hpp"

#include <utility>

namespace callwright::desktop {

void EventRing::push(Frame frame) {
  bytes_ += frame.size();
  frames_.push_back(std::move(frame));
  ++last_;
  while (frames_.size() > kEvents || bytes_ > kBytes) drop_oldest();
}

std::deque<Frame> EventRing::after(std::int64_t seq) const {
  return {frames_.begin() + static_cast<std::ptrdiff_t>(seq - (first_ - 1)), frames_.end()};
}

void EventRing::seen(std::int64_t seq) {
  while (!frames_.empty() && first_ <= seq) drop_oldest();
}

void EventRing::drop_oldest() {
  bytes_ -= frames_.front().size();
  frames_.pop_front();
  ++first_;
}

}  // namespace callwright::desktop
