#pragma once
#include <cstddef>
#include <deque>
#include <utility>

namespace callwright::cti::link {

/// What a switch says while we ask it for a snapshot: kept back, and applied behind it. Bounded: what does not fit ends the connection.
template <class Message>
class Kept {
 public:
  static constexpr std::size_t kMessages = 65'536;
  static constexpr std::size_t kBytes = 64 << 20;

  /// `size`: bytes on the wire. False: it does not fit.
  bool push(Message message, std::size_t size) {
    if (messages_.size() >= kMessages || bytes_ + size > kBytes) return false;
    messages_.push_back(std::move(message));
    bytes_ += size;
    return true;
  }
  std::deque<Message> take() {
    bytes_ = 0;
    return std::exchange(messages_, {});
  }
  std::size_t size() const { return messages_.size(); }

 private:
  std::deque<Message> messages_;
  std::size_t bytes_ = 0;
};

}  // namespace callwright::cti::link
