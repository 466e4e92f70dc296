#pragma once
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <string>

namespace callwright::runtime {

class EventLoop;

/// The only place where a coroutine is spawned: its owner cancels the group and waits for its end before it dies.
///
/// A task that throws ends alone: the exception stops here, is logged, counted and told to `on_error`; the other tasks go on.
/// What a cancelled task throws (`operation_aborted`) is its ordinary end. All members are called on the loop's thread.
///
///     TaskGroup tasks(loop, "feed");
///     tasks.spawn(serve(std::move(socket)));
///     ...
///     tasks.cancel();
///     tasks.when_empty([this] { done_(); });   // or co_await tasks.join()
class TaskGroup {
 public:
  TaskGroup(EventLoop& loop, std::string name);
  /// Cancels what is left; the tasks then end on the loop without their owner, which is a bug of the owner and logged.
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  /// Starts `task` on the loop. False after `cancel`: nothing is started.
  bool spawn(boost::asio::awaitable<void> task);

  /// Asks every task to end: its pending operation completes with `operation_aborted`. No more tasks are taken.
  void cancel();

  /// Runs `done` on the loop once no task is left; at once (posted) if there is none.
  void when_empty(std::function<void()> done);
  boost::asio::awaitable<void> join();

  void on_error(std::function<void(std::exception_ptr)> tell);
  std::size_t size() const;
  std::size_t failed() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace callwright::runtime
