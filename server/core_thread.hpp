#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "base/bounded_queue.hpp"
#include "core/core.hpp"

namespace callwright::server {

/// The thread that runs the core: takes inputs in order, stamps each with its Instant, steps, hands the output on. No I/O.
///
/// Any thread pushes. `deliver` runs on this thread and must not wait; it gets the steps that were waiting together, so that the other
/// threads are woken once for them and not in between. The queue's limit is the links' inbound limit
/// (65,536 inputs, 64 MiB of text in them): a full queue refuses, and the link that pushed closes and takes a snapshot later. What we tell
/// the core ourselves (a drain, a new centre, a link's abilities, the store's state) nobody says again: it has 1,024 places above the limit.
class CoreThread {
 public:
  static constexpr std::size_t kInboundLimit = 65'536;
  static constexpr std::size_t kInboundBytes = 64 << 20;
  static constexpr std::size_t kInboundReserve = 1'024;

  static constexpr std::size_t kStepsTogether = 8;

  struct Step {
    core::Input input;
    core::Output output;
  };
  struct Outlets {
    std::function<Instant()> now;
    /// One to `kStepsTogether` steps, in order.
    std::function<void(std::vector<Step>)> deliver;
    /// Runs on this thread, after every `kCheckpointEvery` facts.
    std::function<void(std::vector<journal::Fact>)> checkpoint;
  };
  static constexpr std::int64_t kCheckpointEvery = 10'000;

  CoreThread(std::unique_ptr<core::Core> core, Outlets outlets);
  ~CoreThread();

  /// False: the queue is full or the thread is stopping.
  [[nodiscard]] bool push(core::InputBody body);
  /// Runs `task` on the core's thread between two steps: the only way to read the core from outside. False: too many wait.
  [[nodiscard]] bool inspect(std::function<void(const core::Core&)> task);

  void start();
  /// Takes what waits, then ends.
  void stop();

  const BoundedQueue<core::InputBody>& inbound() const { return inbound_; }
  std::uint64_t refused() const { return inbound_.refused() + refused_bytes_.load(std::memory_order_relaxed); }
  /// When the thread last took an input or looked for one: for the watchdog.
  Instant last_turn() const { return {last_turn_us_.load(std::memory_order_relaxed)}; }
  std::uint64_t steps() const { return steps_.load(std::memory_order_relaxed); }
  /// `core::Core::ignored` after the last step.
  std::uint64_t ignored_events() const { return ignored_events_.load(std::memory_order_relaxed); }
  std::uint64_t ignored_requests() const { return ignored_requests_.load(std::memory_order_relaxed); }
  std::uint64_t unknown_queues() const { return unknown_queues_.load(std::memory_order_relaxed); }
  std::uint64_t unknown_devices() const { return unknown_devices_.load(std::memory_order_relaxed); }
  std::uint64_t unknown_legs() const { return unknown_legs_.load(std::memory_order_relaxed); }

 private:
  void run();
  void take(core::InputBody body);
  void hand_over();
  void turned(Instant now) { last_turn_us_.store(now.us, std::memory_order_relaxed); }

  std::unique_ptr<core::Core> core_;
  Outlets outlets_;
  BoundedQueue<core::InputBody> inbound_{"core_inbound", kInboundLimit, kInboundReserve};
  BoundedQueue<std::function<void(const core::Core&)>> inspections_{"core_inspections", 64};
  std::atomic<std::size_t> inbound_bytes_ = 0;    ///< of what was pushed and is not stepped yet
  std::atomic<std::uint64_t> refused_bytes_ = 0;  ///< refused for their size alone
  std::atomic<std::int64_t> last_turn_us_ = 0;
  std::atomic<std::uint64_t> steps_ = 0;
  std::atomic<std::uint64_t> ignored_events_ = 0;
  std::atomic<std::uint64_t> ignored_requests_ = 0;
  std::atomic<std::uint64_t> unknown_queues_ = 0, unknown_devices_ = 0, unknown_legs_ = 0;
  std::vector<Step> done_;  ///< not delivered yet
  std::int64_t checkpoint_seq_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace callwright::server
