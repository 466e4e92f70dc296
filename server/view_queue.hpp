#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/bounded_queue.hpp"
#include "core/views/view.hpp"

namespace callwright::server {

/// The views on their way from the core to the desk, in order. A desk that falls behind loses views rather than memory: beyond the
/// limit a step's views are dropped and counted, and once the desk has caught up everything is asked of the core and shown as a whole.
///
/// `push` and `push_whole` on the core's thread; what `post` is given runs on the desk's.
class ViewQueue {
 public:
  static constexpr std::size_t kLimit = 16'384;  ///< steps
  struct Outlets {
    std::function<void(std::function<void()>)> post;
    std::function<void(std::vector<core::View>)> show;
    /// All there is: what is not in it has ended.
    std::function<void(std::vector<core::View>)> show_whole;
    /// Leads to `push_whole`. False: not now.
    std::function<bool()> ask_whole;
  };

  explicit ViewQueue(Outlets outlets, std::size_t limit = kLimit);

  void push(std::vector<core::View> views) { push({std::move(views), false}); }
  void push_whole(std::vector<core::View> views) { push({std::move(views), true}); }

  std::size_t size() const { return queue_.size(); }
  std::uint64_t lost() const { return queue_.refused(); }

 private:
  struct Batch {
    std::vector<core::View> views;
    bool whole = false;
  };
  void push(Batch batch);
  void hand_over();

  Outlets outlets_;
  BoundedQueue<Batch> queue_;
  std::atomic<bool> lost_ = false;  ///< since the last whole was asked for
};

}  // namespace callwright::server
