#pragma once
#include <functional>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "base/bounded_queue.hpp"
#include "base/id.hpp"
#include "core/commit_gate.hpp"

namespace callwright::server {

/// What the core gives to the links, on its way to the commit gate.
///
/// At the limit it refuses. A lost answer is asked for again by its page, a lost acknowledgement is covered by the next; a lost command nobody
/// says again, so its switch is named to the taker: that link must come back with a snapshot, and the core says anew what still holds.
/// One thread pushes, one takes.
class GateQueue {
 public:
  static constexpr std::size_t kLimit = 65'536;

  explicit GateQueue(std::size_t limit = kLimit) : holds_("to_commit_gate", limit) {}

  /// Runs on the pushing thread when there is something to take.
  void on_push(std::function<void()> wake) {
    wake_ = wake;
    holds_.on_push(std::move(wake));
  }

  /// `switch_id`: whose command it is; empty for anything else. False: refused and counted.
  bool push(core::CommitGate::Hold hold, const SwitchId& switch_id = {}) {
    if (holds_.push(std::move(hold))) return true;
    if (switch_id.value.empty()) return false;
    {
      std::lock_guard lock(mutex_);
      if (!behind_.insert(switch_id).second) return false;
    }
    if (wake_) wake_();
    return false;
  }

  struct Taken {
    std::vector<core::CommitGate::Hold> holds;  ///< oldest first
    std::set<SwitchId> behind;                  ///< switches of which commands were lost
  };
  Taken take_all() {
    std::set<SwitchId> behind;
    {
      std::lock_guard lock(mutex_);
      behind = std::exchange(behind_, {});
    }
    return {holds_.take_all(), std::move(behind)};
  }

  std::size_t size() const { return holds_.size(); }
  std::uint64_t refused() const { return holds_.refused(); }

 private:
  BoundedQueue<core::CommitGate::Hold> holds_;
  std::function<void()> wake_;
  std::mutex mutex_;
  std::set<SwitchId> behind_;
};

}  // namespace callwright::server
