#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "agent-desktop-api/http/socket.hpp"

namespace callwright::desktop {

/// The last events of one page, to be sent again when it comes back: at most 256, and at most 64 KiB of bodies.
/// Pure. Sequence numbers count from 1 without gaps.
class EventRing {
 public:
  static constexpr std::size_t kEvents = 256;
  static constexpr std::size_t kBytes = 64 * 1024;

  std::int64_t next_seq() const { return last_ + 1; }
  /// Keeps the event `next_seq()`.
  void push(Frame frame);
  std::int64_t last_seq() const { return last_; }

  /// True if every event after `seq` is still here.
  bool covers(std::int64_t seq) const { return seq >= first_ - 1 && seq <= last_; }
  /// Only if `covers(seq)`.
  std::deque<Frame> after(std::int64_t seq) const;

  /// The page has these: they need not be kept.
  void seen(std::int64_t seq);

 private:
  void drop_oldest();

  std::deque<Frame> frames_;
  std::size_t bytes_ = 0;
  std::int64_t first_ = 1;  // number of frames_.front()
  std::int64_t last_ = 0;
};

}  // namespace callwright::desktop
