#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace callwright::runtime {

/// One io_context that exactly one named thread runs: `links` and `desk` are such loops.
///
/// Life: construct, hang owners on it (links, Desk), `start`, ... each owner ends its work, `stop`, `join`. A loop ends by
/// itself once it is stopped and nothing waits on it any more; an owner that leaves work behind is cut off by the destructor.
/// In tests and the simulator the loop need not be started: `run_ready` runs what is ready on the calling thread.
class EventLoop {
 public:
  explicit EventLoop(std::string name);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Starts the thread. Once only.
  void start();

  /// Runs `work` later on the loop's thread, in the order of the calls. Any thread.
  void post(std::function<void()> work);

  /// Runs `work` on the loop's thread, `delay` later, unless the loop ends first: `stop` drops what still waits for its time. Any thread.
  void post_after(std::chrono::milliseconds delay, std::function<void()> work);

  /// Lets the loop end when nothing is left to do but delayed work. Any thread.
  void stop();

  /// Waits for the thread's end. Not from the loop itself.
  void join();

  /// Runs what is ready on the calling thread, which takes the loop's part; returns how much. Only without `start`.
  std::size_t run_ready();

  bool in_loop() const;
  const std::string& name() const;
  boost::asio::io_context& context();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace callwright::runtime
