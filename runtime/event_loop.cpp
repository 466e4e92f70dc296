#include "runtime/event_loop.hpp"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <list>
#include <stdexcept>
#include <thread>
#include <utility>

#include "runtime/log.hpp"
#include "runtime/thread_name.hpp"

namespace callwright::runtime {
namespace asio = boost::asio;

struct EventLoop::State {
  explicit State(std::string loop_name) : name(std::move(loop_name)) {}

  void run() {
    name_thread(name);
    runner = std::this_thread::get_id();
    while (true) {
      try {
        context.run();
        return;
      } catch (const std::exception& e) {
        // A handler outside any TaskGroup threw: a bug, but not a reason to fall silent for everybody else.
        log::error("handler_threw", {{"loop", name}, {"what", e.what()}});
      }
    }
  }

  /// On the loop's thread: the timer of one delayed work, which the end of the loop cancels.
  void wait_for(std::chrono::milliseconds delay, std::function<void()> work) {
    if (ending) return;
    const auto timer = delayed.emplace(delayed.end(), context, delay);
    timer->async_wait([this, timer, work = std::move(work)](boost::system::error_code error) {
      delayed.erase(timer);
      if (!error && !ending) work();
    });
  }

  void end() {
    ending = true;
    for (auto& timer : delayed) timer.cancel();
    guard.reset();
  }

  const std::string name;
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard{context.get_executor()};
  std::list<asio::steady_timer> delayed;
  bool ending = false;
  std::thread thread;
  std::atomic<std::thread::id> runner{};
};

EventLoop::EventLoop(std::string name) : state_(std::make_unique<State>(std::move(name))) {}

EventLoop::~EventLoop() {
  state_->guard.reset();
  state_->context.stop();
  join();
}

void EventLoop::start() {
  if (state_->thread.joinable()) throw std::logic_error("event loop started twice: " + state_->name);
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

void EventLoop::post(std::function<void()> work) { asio::post(state_->context, std::move(work)); }

void EventLoop::post_after(std::chrono::milliseconds delay, std::function<void()> work) {
  post([state = state_.get(), delay, work = std::move(work)]() mutable { state->wait_for(delay, std::move(work)); });
}

void EventLoop::stop() {
  // The guard belongs to the loop's thread: released there, after everything posted before.
  post([state = state_.get()] { state->end(); });
}

void EventLoop::join() {
  if (state_->thread.joinable()) state_->thread.join();
}

std::size_t EventLoop::run_ready() {
  state_->runner = std::this_thread::get_id();
  state_->context.restart();
  return state_->context.poll();
}

bool EventLoop::in_loop() const { return state_->runner.load() == std::this_thread::get_id(); }
const std::string& EventLoop::name() const { return state_->name; }
asio::io_context& EventLoop::context() { return state_->context; }

}  // namespace callwright::runtime
