#include "server/core_thread.hpp"

#include <algorithm>
#include <utility>

namespace callwright::server {

namespace {
/// How long the loop sleeps at most with nothing to do; the watchdog allows two seconds of silence.
constexpr Duration kTurn = std::chrono::milliseconds(500);
}  // namespace

CoreThread::CoreThread(std::unique_ptr<core::Core> core, Outlets outlets)
    : core_(std::move(core)), outlets_(std::move(outlets)), checkpoint_seq_(core_->last_seq()) {}

CoreThread::~CoreThread() { stop(); }

void CoreThread::start() {
  last_turn_us_ = outlets_.now().us;
  thread_ = std::thread([this] { run(); });
}

void CoreThread::stop() {
  stopping_ = true;
  inbound_.close();
  if (thread_.joinable()) thread_.join();
}

void CoreThread::inspect(std::function<void(const core::Core&)> task) {
  if (inspections_.push(std::move(task))) (void)inbound_.push(core::TimerDue{});  // wakes the loop
}

void CoreThread::run() {
  for (;;) {
    Duration wait = kTurn;
    if (const auto due = core_->next_due()) wait = std::clamp(*due - outlets_.now(), Duration{0}, kTurn);
    auto inputs = inbound_.wait_take_all(wait);
    last_turn_us_.store(outlets_.now().us, std::memory_order_relaxed);
    for (auto& input : inputs) take(std::move(input));
    if (const auto due = core_->next_due(); due && *due <= outlets_.now()) take(core::TimerDue{});
    for (auto& task : inspections_.take_all()) task(*core_);
    if (core_->last_seq() - checkpoint_seq_ >= kCheckpointEvery) {
      checkpoint_seq_ = core_->last_seq();
      outlets_.checkpoint(core_->checkpoint());
    }
    if (stopping_ && inbound_.size() == 0) return;
  }
}

void CoreThread::take(core::InputBody body) {
  const core::Input input{outlets_.now(), std::move(body)};
  core::Output output = core_->step(input);
  steps_.fetch_add(1, std::memory_order_relaxed);
  const auto ignored = core_->ignored();
  ignored_events_.store(ignored.events, std::memory_order_relaxed);
  ignored_requests_.store(ignored.requests, std::memory_order_relaxed);
  outlets_.deliver(input, std::move(output));
}

}  // namespace callwright::server
