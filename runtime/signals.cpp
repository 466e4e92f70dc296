#include "runtime/signals.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>
#include <utility>

#include "runtime/event_loop.hpp"
#include "runtime/log.hpp"

namespace callwright::runtime {
namespace {

std::atomic<int> first_signal = 0;
std::atomic<int> wake_handle = -1;
static_assert(std::atomic<int>::is_always_lock_free, "used in a signal handler");

/// In whatever thread the signal found, so that a loop which hangs or has ended stops nobody from ending the process.
extern "C" void on_signal(int number) {
  if (first_signal.exchange(number) != 0) _exit(130);
  const int kept = errno;
  const std::uint64_t one = 1;
  (void)!::write(wake_handle, &one, sizeof one);
  errno = kept;
}

void handle(void (*handler)(int)) {
  std::signal(SIGTERM, handler);
  std::signal(SIGINT, handler);
}

int make_wake_handle() {
  const int handle = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (handle < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  return handle;
}

}  // namespace

struct Signals::State : std::enable_shared_from_this<Signals::State> {
  State(EventLoop& loop, std::function<void()> on_drain) : wake(loop.context(), make_wake_handle()), drain(std::move(on_drain)) {}

  void listen() {
    wake.async_wait(boost::asio::posix::stream_descriptor::wait_read, [self = shared_from_this()](boost::system::error_code error) {
      if (error) return;
      log::info("draining", {{"signal", first_signal.load()}});
      if (self->drain) self->drain();
    });
  }

  boost::asio::posix::stream_descriptor wake;
  std::function<void()> drain;
};

Signals::Signals(EventLoop& loop, std::function<void()> drain) : state_(std::make_shared<State>(loop, std::move(drain))) {
  std::signal(SIGPIPE, SIG_IGN);
  first_signal = 0;
  wake_handle = state_->wake.native_handle();
  state_->listen();
  handle(on_signal);
}

Signals::~Signals() {
  if (first_signal == 0) handle(SIG_DFL);
  wake_handle = -1;
  close();
}

void Signals::close() {
  boost::system::error_code ignored;
  state_->wake.cancel(ignored);
}

}  // namespace callwright::runtime
