#include "cti/asterisk/blocking_rest.hpp"

#include <boost/asio/io_context.hpp>
#include <future>

#include "cti/asterisk/wire.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/task_group.hpp"

namespace callwright::cti::asterisk {
namespace {

namespace asio = boost::asio;

/// A coroutine of its own for each question: what it needs it holds, and its end is what the caller waits for.
asio::awaitable<void> ask(std::shared_ptr<RestWire> wire, Request request, std::shared_ptr<std::promise<Reply>> answer) {
  answer->set_value(co_await wire->exchange(std::move(request)));
}

asio::awaitable<void> open(Settings settings, std::shared_ptr<asio::ssl::context> tls, std::shared_ptr<std::promise<Result<void>>> answer) {
  const auto wire = make_event_wire(co_await asio::this_coro::executor, settings, std::move(tls));
  const Result<std::string> target = request::events_target(settings.app);
  if (!target) answer->set_value(std::unexpected(target.error()));
  else answer->set_value(co_await wire->open(*target));
}

}  // namespace

struct BlockingRest::State {
  State(Settings wanted, std::shared_ptr<asio::ssl::context> with)
      : settings(std::move(wanted)), tls(std::move(with)), loop("ari-once"), tasks(loop, "ari-once"),
        wire(make_rest_wire(loop.context().get_executor(), settings, tls)) {
    loop.start();
  }
  ~State() {
    std::promise<void> ended;
    loop.post([&] {
      tasks.cancel();
      tasks.when_empty([&] { ended.set_value(); });
    });
    ended.get_future().wait();
    loop.stop();
    loop.join();
  }

  const Settings settings;
  const std::shared_ptr<asio::ssl::context> tls;
  runtime::EventLoop loop;
  runtime::TaskGroup tasks;
  const std::shared_ptr<RestWire> wire;
};

BlockingRest::BlockingRest(Settings settings, std::shared_ptr<asio::ssl::context> tls) : state_(std::make_unique<State>(std::move(settings), std::move(tls))) {}
BlockingRest::~BlockingRest() = default;

Reply BlockingRest::exchange(const Request& request) {
  const auto answer = std::make_shared<std::promise<Reply>>();
  state_->loop.post([this, answer, request] { state_->tasks.spawn(ask(state_->wire, request, answer)); });
  return answer->get_future().get();
}

Result<void> BlockingRest::try_socket() {
  const auto answer = std::make_shared<std::promise<Result<void>>>();
  state_->loop.post([this, answer] { state_->tasks.spawn(open(state_->settings, state_->tls, answer)); });
  return answer->get_future().get();
}

}  // namespace callwright::cti::asterisk
