#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "contacts/options.hpp"
#include "contacts/store.hpp"

namespace callwright::server {

/// The threads that read the store, each over a connection of its own: look-ups of callers first, then what pages ask. With more than
/// one the first serves look-ups alone, so that no page's question holds up a pop.
class ReaderThreads {
 public:
  using Task = std::function<void(contacts::Reader&)>;
  static constexpr std::size_t kLimit = 4096;

  ~ReaderThreads();

  /// Opens `count` connections and starts their threads.
  Result<void> start(const contacts::Options& options, int count = 2);
  void stop();

  /// Look-ups of callers. False: too many wait; the contact goes on as unknown after its limit.
  [[nodiscard]] bool look_up(Task task);
  /// Everything else. False: too many wait.
  [[nodiscard]] bool read(Task task);

  std::size_t waiting() const;
  std::uint64_t refused() const { return refused_; }

 private:
  [[nodiscard]] bool push(std::deque<Task>& queue, Task task);
  enum class Serves : std::uint8_t { look_ups, everything };
  void run(contacts::Reader& reader, Serves serves);

  mutable std::mutex mutex_;
  std::condition_variable urgent_ready_, any_ready_;  ///< for who serves look-ups alone, and for who serves everything
  std::deque<Task> urgent_, ordinary_;
  bool stopping_ = false;
  std::atomic<std::uint64_t> refused_ = 0;
  std::vector<std::unique_ptr<contacts::Reader>> readers_;
  std::vector<std::thread> threads_;
};

}  // namespace callwright::server
