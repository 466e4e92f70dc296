#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/instant.hpp"

namespace callwright {

/// The only thing that two threads share: a first-in first-out queue with a name, a limit and counters.
///
/// Any thread pushes, one thread takes. `push` never waits: a full queue refuses, counts, and the caller decides what that
/// means (close the link, answer 503, keep the note in the page). Above the limit a queue may have a reserve for the few items
/// that have no second time, so that the load of others never costs one of them. `on_push` runs on the pushing thread when the queue
/// turns from empty to not empty; it posts to the taker's io_context. A taker without one waits in `wait_take_all`.
template <class T>
class BoundedQueue {
 public:
  BoundedQueue(std::string name, std::size_t limit, std::size_t reserve = 0) : name_(std::move(name)), limit_(limit), reserve_(reserve) {}

  void on_push(std::function<void()> wake) { wake_ = std::move(wake); }

  [[nodiscard]] bool push(T item) { return push_below(limit_, std::move(item)); }
  /// The same, up to limit and reserve.
  [[nodiscard]] bool push_reserved(T item) { return push_below(limit_ + reserve_, std::move(item)); }

  /// Everything that waits, oldest first; empty if nothing does.
  std::vector<T> take_all() {
    std::lock_guard lock(mutex_);
    return drain();
  }

  /// Waits for something, at most `limit`. Empty after the limit, or after `close` once nothing is left.
  std::vector<T> wait_take_all(Duration limit) {
    std::unique_lock lock(mutex_);
    ready_.wait_for(lock, limit, [&] { return !items_.empty() || closed_; });
    return drain();
  }

  /// Refuses every later push; what waits can still be taken.
  void close() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    ready_.notify_all();
  }

  bool closed() const {
    std::lock_guard lock(mutex_);
    return closed_;
  }
  std::size_t size() const {
    std::lock_guard lock(mutex_);
    return items_.size();
  }
  std::uint64_t pushed() const { return pushed_; }
  std::uint64_t refused() const { return refused_; }
  const std::string& name() const { return name_; }
  std::size_t limit() const { return limit_; }

 private:
  bool push_below(std::size_t limit, T item) {
    bool was_empty = false;
    {
      std::lock_guard lock(mutex_);
      if (items_.size() >= limit || closed_) {
        ++refused_;
        return false;
      }
      was_empty = items_.empty();
      items_.push_back(std::move(item));
      ++pushed_;
    }
    ready_.notify_one();
    if (was_empty && wake_) wake_();
    return true;
  }

  std::vector<T> drain() {
    std::vector<T> all;
    all.reserve(items_.size());
    for (T& item : items_) all.push_back(std::move(item));
    items_.clear();
    return all;
  }

  const std::string name_;
  const std::size_t limit_, reserve_;
  std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<T> items_;
  bool closed_ = false;
  std::atomic<std::uint64_t> pushed_ = 0;
  std::atomic<std::uint64_t> refused_ = 0;
};

}  // namespace callwright
