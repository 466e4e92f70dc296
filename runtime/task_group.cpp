#include "runtime/task_group.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <list>
#include <utility>
#include <vector>

#include "runtime/event_loop.hpp"
#include "runtime/log.hpp"

namespace callwright::runtime {
namespace asio = boost::asio;

struct TaskGroup::State : std::enable_shared_from_this<TaskGroup::State> {
  State(EventLoop& owner, std::string group_name) : context(owner.context()), name(std::move(group_name)) {}

  void ended(std::list<asio::cancellation_signal>::iterator signal, std::exception_ptr thrown) {
    signals.erase(signal);
    if (thrown) judge(thrown);
    if (!signals.empty()) return;
    for (auto& waiter : std::exchange(waiters, {})) asio::post(context, std::move(waiter));
  }

  void judge(const std::exception_ptr& thrown) {
    std::string what = "unknown exception";
    try {
      std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& e) {
      if (e.code() == asio::error::operation_aborted) return;
      what = e.what();
    } catch (const std::exception& e) {
      what = e.what();
    } catch (...) {
    }
    ++failed;
    log::error("task_failed", {{"group", name}, {"what", what}});
    if (on_error) on_error(thrown);
  }

  asio::io_context& context;
  const std::string name;
  std::list<asio::cancellation_signal> signals;  // one a live task; a list, since tasks hold their address
  std::vector<std::function<void()>> waiters;
  std::function<void(std::exception_ptr)> on_error;
  std::size_t failed = 0;
  bool cancelled = false;
};

TaskGroup::TaskGroup(EventLoop& loop, std::string name) : state_(std::make_shared<State>(loop, std::move(name))) {}

TaskGroup::~TaskGroup() {
  if (state_->signals.empty()) return;
  log::error("tasks_left_behind", {{"group", state_->name}, {"tasks", state_->signals.size()}});
  state_->on_error = {};
  state_->waiters.clear();
  cancel();
}

bool TaskGroup::spawn(asio::awaitable<void> task) {
  if (state_->cancelled) return false;
  state_->signals.emplace_back();
  const auto signal = std::prev(state_->signals.end());
  auto at_end = [state = state_, signal](std::exception_ptr thrown) { state->ended(signal, thrown); };
  asio::co_spawn(state_->context, std::move(task), asio::bind_cancellation_slot(signal->slot(), std::move(at_end)));
  return true;
}

void TaskGroup::cancel() {
  state_->cancelled = true;
  // An operation that ends at once may end a task inside `emit`: go on from a list that nobody shortens under us.
  std::vector<asio::cancellation_signal*> all;
  for (auto& signal : state_->signals) all.push_back(&signal);
  const auto keep = state_;
  for (asio::cancellation_signal* signal : all)
    asio::post(keep->context, [keep, signal] {
      for (auto& live : keep->signals)
        if (&live == signal) return live.emit(asio::cancellation_type::terminal);
    });
}

void TaskGroup::when_empty(std::function<void()> done) {
  if (state_->signals.empty())
    asio::post(state_->context, std::move(done));
  else
    state_->waiters.push_back(std::move(done));
}

asio::awaitable<void> TaskGroup::join() {
  auto arrived = std::make_shared<asio::steady_timer>(state_->context, asio::steady_timer::time_point::max());
  when_empty([arrived] { arrived->cancel(); });
  (void)co_await arrived->async_wait(asio::as_tuple(asio::use_awaitable));
}

void TaskGroup::on_error(std::function<void(std::exception_ptr)> tell) { state_->on_error = std::move(tell); }
std::size_t TaskGroup::size() const { return state_->signals.size(); }
std::size_t TaskGroup::failed() const { return state_->failed; }

}  // namespace callwright::runtime
