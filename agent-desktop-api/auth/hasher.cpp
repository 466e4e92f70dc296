#include "agent-desktop-api/auth/hasher.hpp"

#include <pthread.h>

#include <atomic>
#include <thread>
#include <utility>

#include "base/bounded_queue.hpp"
#include "runtime/metrics.hpp"

namespace callwright::desktop {
namespace {

constexpr std::size_t kWaiting = 32;

}  // namespace

struct Hasher::State {
  BoundedQueue<std::function<void()>> queue{"hash", kWaiting};
  std::atomic<bool> ending = false;
  runtime::Counter done;
  runtime::Counter refused;
  std::thread thread;

  void serve() {
    pthread_setname_np(pthread_self(), "hash");
    while (!ending) {
      for (const auto& work : queue.wait_take_all(std::chrono::seconds(3600))) {
        if (ending) return;
        work();
        done.add();
      }
    }
  }
};

Hasher::Hasher(runtime::Metrics& metrics) : state_(std::make_unique<State>()) {
  state_->done = metrics.counter("callwright_desk_password_hashes_total", "Passwords hashed.");
  state_->refused = metrics.counter("callwright_desk_password_hashes_refused_total", "Sign-ins refused because too many wait for a hash.");
  state_->thread = std::thread([state = state_.get()] { state->serve(); });
}

Hasher::~Hasher() {
  state_->ending = true;
  state_->queue.close();
  state_->thread.join();
}

bool Hasher::run(std::function<void()> work) {
  const bool taken = state_->queue.push(std::move(work));
  if (!taken) state_->refused.add();
  return taken;
}

}  // namespace callwright::desktop
