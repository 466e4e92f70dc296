#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <variant>
#include <vector>

#include "base/bounded_queue.hpp"
#include "contacts/group_commit.hpp"
#include "contacts/store.hpp"
#include "core/input.hpp"

namespace callwright::server {

/// The only thread that writes the store: group-commits facts, keeps checkpoints, and runs edits of customers and accounts
/// between two batches. Owns the `contacts::Store`.
class WriterThread {
 public:
  struct Outlets {
    /// Every fact up to `seq` is durable.
    std::function<void(std::int64_t seq)> committed;
    /// StoreFull and StoreRecovered.
    std::function<void(core::InputBody)> tell_core;
    /// The journal cannot be written any more (broken, stale epoch): the process must end.
    std::function<void(const Error&)> fatal;
  };
  using Task = std::function<void(contacts::Store&)>;
  /// With a disk that is full or busy.
  struct Patience {
    Duration retry_after = std::chrono::milliseconds(200);
    int stop_tries = 15;  ///< then a stop gives up what is not committed
  };

  WriterThread(std::unique_ptr<contacts::Store> store, Outlets outlets) : WriterThread(std::move(store), std::move(outlets), Patience{}) {}
  WriterThread(std::unique_ptr<contacts::Store> store, Outlets outlets, Patience patience);
  ~WriterThread();

  /// One step's facts. The spool bounds what waits, so this queue's own limit is only for the hand-over.
  void facts(std::vector<journal::Fact> facts);
  void checkpoint(std::vector<journal::Fact> facts);
  /// False: too many edits wait.
  [[nodiscard]] bool edit(Task task);

  void start();
  /// Commits what waits, then ends; how many facts the disk did not take.
  std::size_t stop();

  std::uint64_t commits() const { return commits_.load(std::memory_order_relaxed); }
  std::uint64_t facts_committed() const { return facts_committed_.load(std::memory_order_relaxed); }
  std::size_t spool_bytes() const { return spool_bytes_.load(std::memory_order_relaxed); }

 private:
  struct Step { std::vector<journal::Fact> facts; };
  struct Checkpoint { std::vector<journal::Fact> facts; };
  using Job = std::variant<Step, Checkpoint, Task>;

  void run();
  void take(Job job);
  /// False: the disk is full or busy; try again after a while.
  bool flush();

  std::unique_ptr<contacts::Store> store_;
  contacts::GroupCommit commit_;
  Outlets outlets_;
  const Patience patience_;
  BoundedQueue<Job> jobs_{"writer", 262'144};
  BoundedQueue<Task> edits_{"edits", 1024};
  bool told_full_ = false;
  std::atomic<std::uint64_t> commits_ = 0, facts_committed_ = 0;
  std::atomic<std::size_t> spool_bytes_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace callwright::server
