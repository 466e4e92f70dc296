#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
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
///
/// What waits for the disk is counted in bytes from `facts` on, wherever it stands: a commit that hangs fills the same spool as a
/// full disk. At half of the spool's room the log says so, at all of it the core gets StoreFull (also while a commit hangs), and
/// StoreRecovered once half is free again. Beyond the room and its reserve the process must end (`fatal`).
class WriterThread {
 public:
  struct Outlets {
    /// Every fact up to `seq` is durable, or was dropped with a contact that this notice or an earlier one has named.
    std::function<void(std::int64_t seq, std::vector<ContactId> lost)> committed;
    /// StoreFull and StoreRecovered.
    std::function<void(core::InputBody)> tell_core;
    /// The journal cannot be written any more (broken, stale epoch): the process must end. Once.
    std::function<void(const Error&)> fatal;
  };
  struct Limits {
    contacts::GroupCommit::Limits spool = {};
    std::size_t steps = 1'048'576;  ///< in the hand-over queue; the spool's bytes are reached before
    Duration retry = std::chrono::milliseconds(200);      ///< between two tries on a full or busy disk
    Duration stop = std::chrono::seconds(3);              ///< how long `stop` goes on trying
    Duration stop_busy = std::chrono::milliseconds(200);  ///< how long one of its tries waits for another process's write
  };
  /// What `stop` had to give up.
  struct Lost {
    std::int64_t contacts = 0, facts = 0, edits = 0;
    bool any() const { return facts > 0 || edits > 0; }
  };
  using Spool = contacts::GroupCommit::Spool;
  using Task = std::function<void(contacts::Store&)>;

  WriterThread(std::unique_ptr<contacts::Store> store, Outlets outlets) : WriterThread(std::move(store), std::move(outlets), Limits{}) {}
  WriterThread(std::unique_ptr<contacts::Store> store, Outlets outlets, Limits limits);
  ~WriterThread();

  /// One step's facts. The core's thread.
  void facts(std::vector<journal::Fact> facts);
  void checkpoint(std::vector<journal::Fact> facts);
  /// False: too many edits wait; the task will not run. True: it runs.
  [[nodiscard]] bool edit(Task task);

  void start();
  /// Commits what waits, then ends; on a disk that takes nothing it gives up after `Limits::stop`, with the log line `facts_lost`.
  const Lost& stop();

  std::uint64_t commits() const { return commits_.load(std::memory_order_relaxed); }
  std::uint64_t facts_committed() const { return facts_committed_.load(std::memory_order_relaxed); }
  std::int64_t contacts_lost() const { return contacts_lost_.load(std::memory_order_relaxed); }  ///< dropped by a full spool
  std::size_t spool_bytes() const;
  Spool spool() const;

 private:
  struct Step {
    std::vector<journal::Fact> facts;
    std::size_t bytes = 0;
  };
  struct Checkpoint { std::vector<journal::Fact> facts; };
  struct Wake {};  ///< an edit waits
  using Job = std::variant<Step, Checkpoint, Wake>;

  void run();
  std::vector<Job> next_jobs(bool disk_refuses);
  void take(Job job);
  /// False: the disk is full or busy; try again after a while.
  bool flush();
  void run_edits();
  bool may_end() const;
  void give_up();
  void fail(const Error& error);
  bool out_of_time() const { return std::chrono::steady_clock::now() >= stop_by_; }

  bool count_in(std::size_t bytes);
  void spooled(std::size_t left_queue);
  void tell_marks();
  void tell_recovered();

  std::unique_ptr<contacts::Store> store_;
  const Limits limits_;
  contacts::GroupCommit commit_;
  Outlets outlets_;
  BoundedQueue<Job> jobs_;
  BoundedQueue<Task> edits_{"edits", 1024};

  mutable std::mutex level_;  ///< guards the next six
  std::size_t queue_bytes_ = 0, spool_bytes_ = 0;
  bool told_half_ = false, told_full_ = false;
  std::vector<ContactId> untold_contacts_;  ///< dropped, and not yet told to the core
  std::int64_t untold_facts_ = 0;

  std::atomic<std::uint64_t> commits_ = 0, facts_committed_ = 0;
  std::atomic<std::int64_t> contacts_lost_ = 0;
  std::atomic<bool> told_fatal_ = false;
  bool cut_off_ = false;  ///< on the core's thread: a step was refused
  bool broken_ = false;   ///< on our own: the journal takes nothing any more
  std::chrono::steady_clock::time_point stop_by_;  ///< set before stopping_
  std::atomic<bool> stopping_ = false;
  Lost lost_;
  std::thread thread_;
};

}  // namespace callwright::server
