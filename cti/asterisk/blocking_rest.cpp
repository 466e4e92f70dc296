#include "cti/asterisk/blocking_rest.hpp"

#include <boost/asio/io_context.hpp>
#include <future>

#include "cti/asterisk/codec.hpp"
#include "cti/asterisk/wire.hpp"
#include "runtime/deadline.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/task_group.hpp"

namespace callwright::cti::asterisk {
namespace {

namespace asio = boost::asio;

/// A coroutine of its own for each question: what it needs it holds, and its end is what the caller waits for.
asio::awaitable<void> ask(std::shared_ptr<RestWire> wire, Request request, std::shared_ptr<std::promise<Reply>> answer) {
  answer->set_value(co_await wire->exchange(std::move(request)));
}

constexpr auto kAnswerLimit = std::chrono::seconds(1);
constexpr std::int64_t kAskedId = 1;

/// Whatever else is told, until the answer comes.
asio::awaitable<bool> answered(std::shared_ptr<EventWire> wire) {
  for (;;) {
    const Result<std::string> text = co_await wire->read();
    if (!text) co_return false;
    const Result<Event> event = read_event(*text);
    const auto* answer = event ? std::get_if<RestAnswer>(&event->body) : nullptr;
    if (answer && answer->request_id == std::to_string(kAskedId)) co_return answer->status == 200;
  }
}

asio::awaitable<Result<bool>> open(Settings settings, std::shared_ptr<asio::ssl::context> tls) {
  const std::shared_ptr<EventWire> wire = make_event_wire(co_await asio::this_coro::executor, settings, std::move(tls));
  const Result<std::string> target = request::events_target(settings.app.substr(0, 64) + "-check");
  if (!target) co_return std::unexpected(target.error());
  if (const Result<void> opened = co_await wire->open(*target); !opened) co_return std::unexpected(opened.error());
  if (const Result<void> asked = co_await wire->write(request::over_socket(kAskedId, request::ping())); !asked) co_return false;
  const Result<bool> came = co_await runtime::with_deadline(answered(wire), kAnswerLimit);
  co_return came && *came;
}

asio::awaitable<void> try_open(Settings settings, std::shared_ptr<asio::ssl::context> tls, std::shared_ptr<std::promise<Result<bool>>> answer) {
  answer->set_value(co_await open(std::move(settings), std::move(tls)));
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

Result<bool> BlockingRest::try_socket() {
  const auto answer = std::make_shared<std::promise<Result<bool>>>();
  state_->loop.post([this, answer] { state_->tasks.spawn(try_open(state_->settings, state_->tls, answer)); });
  return answer->get_future().get();
}

}  // namespace callwright::cti::asterisk
