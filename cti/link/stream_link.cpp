#include "cti/link/stream_link.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <utility>

#include "cti/link/delivery.hpp"
#include "cti/link/figures.hpp"
#include "runtime/as_result.hpp"
#include "runtime/clock.hpp"
#include "runtime/deadline.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/log.hpp"
#include "runtime/stream.hpp"
#include "runtime/task_group.hpp"

namespace callwright::cti::link {
namespace {

namespace asio = boost::asio;
namespace log = runtime::log;
using tcp = asio::ip::tcp;
using boost::system::error_code;
using runtime::Stream;

constexpr auto kOfferAgain = std::chrono::milliseconds(50);
constexpr std::size_t kReadBytes = 64 << 10;
constexpr std::size_t kUnwrittenBytes = 8 << 20;

log::Level level_of(Log::Level level) {
  switch (level) {
    case Log::Level::info: return log::Level::info;
    case Log::Level::warn: return log::Level::warn;
    case Log::Level::error: return log::Level::error;
  }
  return log::Level::info;
}

std::string said(const char* what, const error_code& error) { return std::string(what) + ": " + error.message(); }

/// One connection. It is left behind whole when the machine closes it, so nothing old can speak into a new one.
struct Connection {
  explicit Connection(runtime::EventLoop& loop) : tasks(loop, "link"), outbox_wake(loop.context()) {}
  runtime::TaskGroup tasks;
  std::deque<std::string> outbox;
  std::size_t unwritten = 0;
  asio::steady_timer outbox_wake;
};
using ConnectionPtr = std::shared_ptr<Connection>;

}  // namespace

struct StreamLink::State : std::enable_shared_from_this<StreamLink::State> {
  State(runtime::EventLoop& on, const runtime::Clock& time, Address at, std::unique_ptr<Machine> thinks, model::LinkCallbacks tell,
        runtime::Metrics* metrics, std::shared_ptr<asio::ssl::context> with)
      : loop(on),
        clock(time),
        address(std::move(at)),
        callbacks(std::move(tell)),
        delivery(callbacks.event),
        tls(std::move(with)),
        machine(std::move(thinks)),
        figures(metrics, machine->name()),
        wake_timer(on.context()),
        offer_timer(on.context()) {}

  runtime::EventLoop& loop;
  const runtime::Clock& clock;
  const Address address;
  model::LinkCallbacks callbacks;
  Delivery delivery;
  std::shared_ptr<asio::ssl::context> tls;
  std::unique_ptr<Machine> machine;
  Figures figures;
  asio::steady_timer wake_timer, offer_timer;
  ConnectionPtr connection;
  std::size_t leaving = 0;  ///< connections that still have tasks
  bool overflow = false, closed = false;
  std::function<void()> done;

  void apply(Actions actions) {
    std::deque<Action> todo(std::make_move_iterator(actions.begin()), std::make_move_iterator(actions.end()));
    for (;;) {
      while (!todo.empty()) {
        Action action = std::move(todo.front());
        todo.pop_front();
        std::visit([this](auto& each) { perform(each); }, action);
      }
      Actions more;
      if (std::exchange(overflow, false)) more = machine->overflowed(clock.now());
      else if (connection && connection->unwritten > kUnwrittenBytes) more = machine->closed("the switch does not read", clock.now());
      else break;
      for (Action& each : more) todo.push_back(std::move(each));
    }
    figures.tell(machine->counters());
    figures.tell_dropped(delivery.dropped());
    arm();
  }

  void perform(Open&) {
    if (closed) return;
    connection = std::make_shared<Connection>(loop);
    connection->tasks.spawn(run(shared_from_this(), connection));
  }
  void perform(Send& send) {
    if (!connection || closed) return;
    connection->unwritten += send.bytes.size();
    connection->outbox.push_back(std::move(send.bytes));
    connection->outbox_wake.cancel();
  }
  void perform(Close&) { leave(); }
  void perform(Emit& emit) { deliver(std::move(emit.event)); }
  void perform(Declare& declare) {
    if (callbacks.declared) callbacks.declared(machine->switch_id(), declare.capabilities);
  }
  void perform(Log& line) { log::write(level_of(line.level), line.event, {{"link", machine->name()}, {"detail", line.detail}}); }

  void leave() {
    const ConnectionPtr old = std::exchange(connection, nullptr);
    if (!old) return;
    ++leaving;
    old->tasks.cancel();
    old->tasks.when_empty([self = shared_from_this(), old] {
      --self->leaving;
      self->finish_if_done();
    });
  }

  void finish_if_done() {
    if (closed && leaving == 0 && done) std::exchange(done, nullptr)();
  }

  void deliver(model::SwitchEvent event) {
    if (closed) return;
    const bool waited = delivery.waits();
    if (delivery.offer(std::move(event))) return;
    overflow = true;
    if (!waited && delivery.waits()) offer_later();
  }

  void offer_later() {
    offer_timer.expires_after(kOfferAgain);
    offer_timer.async_wait([weak = weak_from_this()](const error_code& error) {
      const auto self = weak.lock();
      if (self && !error && !self->closed && !self->delivery.offer_again()) self->offer_later();
    });
  }

  void arm() {
    const auto next = machine->next_wake();
    if (!next || closed) return;
    wake_timer.expires_after(std::max(*next - clock.now(), Duration(0)));
    wake_timer.async_wait([weak = weak_from_this()](const error_code& error) {
      const auto self = weak.lock();
      if (self && !error && !self->closed) self->apply(self->machine->wake(self->clock.now()));
    });
  }

  /// Empty: connected.
  static asio::awaitable<std::string> connect(std::shared_ptr<State> self, std::shared_ptr<Stream> stream) {
    tcp::resolver resolver(stream->get_executor());
    auto [resolve_error, found] = co_await resolver.async_resolve(self->address.host, std::to_string(self->address.port), runtime::as_result);
    if (resolve_error) co_return said("resolve", resolve_error);
    const auto [connect_error, endpoint] = co_await stream->tcp().async_connect(found, runtime::as_result);
    if (connect_error) co_return said("connect", connect_error);
    error_code ignored;
    stream->tcp().socket().set_option(tcp::no_delay(true), ignored);
    if (!stream->expect_host(self->address.host)) co_return "TLS host name";
    const auto [tls_error] = co_await stream->async_handshake(Stream::Side::client, runtime::as_result);
    if (tls_error) co_return said("TLS", tls_error);
    co_return std::string();
  }

  /// Connects and reads until the end. The machine's own limits say how long each step may take: it closes what takes too long.
  static asio::awaitable<void> run(std::shared_ptr<State> self, ConnectionPtr mine) {
    const auto executor = co_await asio::this_coro::executor;
    const auto stream =
        self->address.tls ? std::make_shared<Stream>(tcp::socket(executor), *self->tls) : std::make_shared<Stream>(tcp::socket(executor));
    stream->tcp().expires_never();
    const std::string failed = co_await connect(self, stream);
    if (mine != self->connection) co_return;
    if (!failed.empty()) co_return self->apply(self->machine->closed(failed, self->clock.now()));
    mine->tasks.spawn(write(self, mine, stream));
    self->apply(self->machine->opened(self->clock.now()));
    std::string buffer(kReadBytes, '\0');
    while (mine == self->connection) {
      const auto [error, size] = co_await stream->async_read_some(asio::buffer(buffer), runtime::as_result);
      if (mine != self->connection) co_return;
      if (error)
        co_return self->apply(self->machine->closed(error == asio::error::eof ? "closed by the switch" : said("read", error), self->clock.now()));
      self->apply(self->machine->received(std::string_view(buffer.data(), size), self->clock.now()));
    }
  }

  static asio::awaitable<void> write(std::shared_ptr<State> self, ConnectionPtr mine, std::shared_ptr<Stream> stream) {
    while (mine == self->connection) {
      if (mine->outbox.empty()) {
        mine->outbox_wake.expires_at(asio::steady_timer::time_point::max());
        co_await mine->outbox_wake.async_wait(runtime::as_result);
        continue;
      }
      std::string text;  // what waits leaves together
      for (std::string& one : mine->outbox) text += one;
      mine->outbox.clear();
      const auto [error, size] = co_await asio::async_write(*stream, asio::buffer(text), runtime::as_result);
      mine->unwritten -= text.size();
      if (mine != self->connection) co_return;
      if (error) co_return self->apply(self->machine->closed(said("write", error), self->clock.now()));
    }
  }
};

StreamLink::StreamLink(runtime::EventLoop& loop, const runtime::Clock& clock, Address address, std::unique_ptr<Machine> machine,
                       model::LinkCallbacks callbacks, runtime::Metrics* metrics, std::shared_ptr<asio::ssl::context> tls)
    : state_(std::make_shared<State>(loop, clock, std::move(address), std::move(machine), std::move(callbacks), metrics, std::move(tls))) {}

StreamLink::~StreamLink() {
  state_->closed = true;
  state_->done = nullptr;
  state_->wake_timer.cancel();
  state_->offer_timer.cancel();
  state_->leave();
}

const SwitchId& StreamLink::switch_id() const { return state_->machine->switch_id(); }
void StreamLink::start() { state_->apply(state_->machine->start(state_->clock.now())); }
void StreamLink::send(const model::Command& command) { state_->apply(state_->machine->command(command, state_->clock.now())); }
void StreamLink::accepting(bool yes) { state_->apply(state_->machine->accepting(yes, state_->clock.now())); }
void StreamLink::reconnect() { state_->apply(state_->machine->commands_lost(state_->clock.now())); }
bool StreamLink::idle() const { return state_->machine->idle(); }
void StreamLink::know_devices(std::vector<std::string> devices) {
  state_->apply(state_->machine->know_devices(std::move(devices), state_->clock.now()));
}
const Machine& StreamLink::machine() const { return *state_->machine; }

void StreamLink::stop(std::function<void()> done) {
  state_->apply(state_->machine->stop(state_->clock.now()));
  state_->closed = true;
  state_->done = std::move(done);
  state_->wake_timer.cancel();
  state_->offer_timer.cancel();
  state_->leave();
  state_->loop.post([state = state_] { state->finish_if_done(); });
}

}  // namespace callwright::cti::link
