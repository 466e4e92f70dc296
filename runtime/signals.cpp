#include "runtime/signals.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "runtime/event_loop.hpp"
#include "runtime/log.hpp"

namespace callwright::runtime {

struct Signals::State : std::enable_shared_from_this<Signals::State> {
  State(EventLoop& loop, std::function<void()> on_drain) : set(loop.context(), SIGTERM, SIGINT), drain(std::move(on_drain)) {}

  void listen() {
    set.async_wait([self = shared_from_this()](boost::system::error_code error, int number) {
      if (error) return;
      if (std::exchange(self->draining, true)) {
        log::warn("second_signal", {{"signal", number}});
        std::_Exit(130);
      }
      log::info("draining", {{"signal", number}});
      self->listen();
      if (self->drain) self->drain();
    });
  }

  boost::asio::signal_set set;
  std::function<void()> drain;
  bool draining = false;
};

Signals::Signals(EventLoop& loop, std::function<void()> drain) : state_(std::make_shared<State>(loop, std::move(drain))) {
  std::signal(SIGPIPE, SIG_IGN);
  state_->listen();
}

Signals::~Signals() { close(); }

void Signals::close() {
  boost::system::error_code ignored;
  state_->set.cancel(ignored);
}

}  // namespace callwright::runtime
