#pragma once
#include <functional>
#include <memory>

namespace callwright::runtime {

class EventLoop;

/// SIGTERM and SIGINT: the first begins the drain (`drain` runs on the loop), a second one ends the process at once with
/// code 130, whatever the loop does, and also after `close` and the end of this object. SIGPIPE is ignored. One object at a time.
class Signals {
 public:
  Signals(EventLoop& loop, std::function<void()> drain);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// Lets the loop end; a first signal is then heard no more. On the loop's thread, or once the loop has ended.
  void close();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace callwright::runtime
