#include "server/reader_threads.hpp"

#include <utility>

#include "runtime/thread_name.hpp"

namespace callwright::server {

ReaderThreads::~ReaderThreads() { stop(); }

Result<void> ReaderThreads::start(const contacts::Options& options, int count) {
  for (int i = 0; i < count; ++i) {
    auto reader = contacts::open_reader(options);
    if (!reader) return std::unexpected(reader.error());
    readers_.push_back(std::move(*reader));
  }
  for (std::size_t i = 0; i < readers_.size(); ++i)
    threads_.emplace_back([this, i] { run(*readers_[i], i == 0 && readers_.size() > 1 ? Serves::look_ups : Serves::everything); });
  return {};
}

void ReaderThreads::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  urgent_ready_.notify_all();
  any_ready_.notify_all();
  for (auto& thread : threads_)
    if (thread.joinable()) thread.join();
}

bool ReaderThreads::look_up(Task task) { return push(urgent_, std::move(task)); }
bool ReaderThreads::read(Task task) { return push(ordinary_, std::move(task)); }

bool ReaderThreads::push(std::deque<Task>& queue, Task task) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || queue.size() >= kLimit) {
      ++refused_;
      return false;
    }
    queue.push_back(std::move(task));
  }
  if (&queue == &urgent_) urgent_ready_.notify_one();
  any_ready_.notify_one();
  return true;
}

std::size_t ReaderThreads::waiting() const {
  std::lock_guard lock(mutex_);
  return urgent_.size() + ordinary_.size();
}

void ReaderThreads::run(contacts::Reader& reader, Serves serves) {
  runtime::name_thread("reader");
  const bool all = serves == Serves::everything;
  auto& ready = all ? any_ready_ : urgent_ready_;
  for (;;) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      ready.wait(lock, [&] { return stopping_ || !urgent_.empty() || (all && !ordinary_.empty()); });
      auto& queue = urgent_.empty() && all ? ordinary_ : urgent_;
      if (queue.empty()) return;
      task = std::move(queue.front());
      queue.pop_front();
    }
    task(reader);
  }
}

}  // namespace callwright::server
