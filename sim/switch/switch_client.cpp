#include "sim/switch/switch_client.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <utility>

#include "runtime/as_result.hpp"
#include "runtime/log.hpp"
#include "runtime/task_group.hpp"
#include "sim/switch/backoff.hpp"

namespace callwright::sim {
namespace asio = boost::asio;
using asio::ip::tcp;
using cti::feed::Peer;

namespace {

constexpr Duration kIdle = std::chrono::seconds(1);
constexpr Duration kConnectLimit = std::chrono::seconds(5);

struct Connection {
  explicit Connection(asio::io_context& context, asio::ssl::context* tls) : socket(context), wake(context) {
    wake.expires_at(asio::steady_timer::time_point::max());
    if (tls) secure.emplace(socket, *tls);
  }
  void close() {
    boost::system::error_code ignored;
    socket.close(ignored);
    wake.cancel();
  }

  tcp::socket socket;
  std::optional<asio::ssl::stream<tcp::socket&>> secure;
  asio::steady_timer wake;  ///< cancelled to wake the writer
  std::string outbox;
  bool ending = false;  ///< closes once the outbox is empty
  std::array<char, 65'536> buffer{};
};
using ConnectionPtr = std::shared_ptr<Connection>;

}  // namespace

struct SwitchClient::State : std::enable_shared_from_this<State> {
  State(runtime::EventLoop& owner, SwitchClientConfig settings, std::function<Instant()> clock)
      : config(std::move(settings)),
        now(std::move(clock)),
        model(config.options, now()),
        peer(peer_config(config)),
        backoff(config.options.seed ^ static_cast<std::uint64_t>(config.boot_epoch)),
        context(owner.context()),
        resolver(context),
        pause(context),
        tick(context),
        tasks(owner, "switch") {}

  using Ptr = std::shared_ptr<State>;

  static cti::feed::PeerConfig peer_config(const SwitchClientConfig& config) {
    cti::feed::PeerConfig peer = config.peer;
    peer.capabilities = SwitchModel::capabilities();
    peer.boot_epoch = config.boot_epoch;
    return peer;
  }

  asio::awaitable<void> keep_connected(Ptr keep);
  asio::awaitable<bool> connect(ConnectionPtr one);
  asio::awaitable<void> read(ConnectionPtr one);
  asio::awaitable<void> write(Ptr keep, ConnectionPtr one);
  asio::awaitable<void> run_time(Ptr keep);

  void perform(Peer::Actions actions);
  void publish(SwitchModel::Happenings happenings);
  void advance() { publish(model.advance(now())); }
  void execute(const cti::feed::CommandMessage& command);
  void give_snapshot();

  const SwitchClientConfig config;
  const std::function<Instant()> now;
  SwitchModel model;
  Peer peer;
  Backoff backoff;
  asio::io_context& context;
  tcp::resolver resolver;
  asio::steady_timer pause;
  asio::steady_timer tick;
  ConnectionPtr connection;
  bool stopping = false;
  runtime::TaskGroup tasks;
};

asio::awaitable<void> SwitchClient::State::keep_connected(Ptr keep) {
  while (!stopping) {
    const auto one = std::make_shared<Connection>(context, config.tls.get());
    connection = one;
    const bool made = co_await connect(one);
    if (made && !stopping) {
      tasks.spawn(write(keep, one));
      perform(peer.on_connected(now()));
      tick.cancel();
      co_await read(one);
    }
    one->close();
    connection = nullptr;
    perform(peer.on_disconnected(now()));
    if (stopping) break;
    pause.expires_after(backoff.next());
    co_await pause.async_wait(runtime::as_result);
  }
}

asio::awaitable<bool> SwitchClient::State::connect(ConnectionPtr one) {
  pause.expires_after(kConnectLimit);
  pause.async_wait([one](boost::system::error_code error) {
    if (!error) one->close();
  });
  auto [unresolved, endpoints] = co_await resolver.async_resolve(config.host, config.port, runtime::as_result);
  boost::system::error_code failed = unresolved;
  if (!failed) {
    const auto [error, endpoint] = co_await asio::async_connect(one->socket, endpoints, runtime::as_result);
    failed = error;
  }
  if (!failed) {
    boost::system::error_code ignored;
    one->socket.set_option(tcp::no_delay(true), ignored);
    if (one->secure) {
      one->secure->set_verify_callback(asio::ssl::host_name_verification(config.host));
      const auto [error] = co_await one->secure->async_handshake(asio::ssl::stream_base::client, runtime::as_result);
      failed = error;
    }
  }
  pause.cancel();
  if (failed) runtime::log::info("connect_failed", {{"host", config.host}, {"port", config.port}, {"why", failed.message()}});
  co_return !failed;
}

asio::awaitable<void> SwitchClient::State::read(ConnectionPtr one) {
  while (true) {
    boost::system::error_code failed;
    std::size_t size = 0;
    const auto room = asio::buffer(one->buffer);
    if (one->secure) std::tie(failed, size) = co_await one->secure->async_read_some(room, runtime::as_result);
    else std::tie(failed, size) = co_await one->socket.async_read_some(room, runtime::as_result);
    if (failed) co_return;
    const bool was_live = peer.live();
    perform(peer.on_bytes({one->buffer.data(), size}, now()));
    if (!was_live && peer.live()) {
      backoff.reset();
      runtime::log::info("connected", {{"host", config.host}, {"port", config.port}});
    }
  }
}

asio::awaitable<void> SwitchClient::State::write(Ptr, ConnectionPtr one) {
  while (one->socket.is_open()) {
    if (one->outbox.empty()) {
      if (one->ending) break;
      co_await one->wake.async_wait(runtime::as_result);
      continue;
    }
    const std::string bytes = std::exchange(one->outbox, {});
    boost::system::error_code failed;
    std::size_t size = 0;
    if (one->secure) std::tie(failed, size) = co_await asio::async_write(*one->secure, asio::buffer(bytes), runtime::as_result);
    else std::tie(failed, size) = co_await asio::async_write(one->socket, asio::buffer(bytes), runtime::as_result);
    if (failed) break;
  }
  one->close();
}

/// Lets the model and the peer's deadlines run.
asio::awaitable<void> SwitchClient::State::run_time(Ptr) {
  while (!stopping) {
    advance();
    perform(peer.on_time(now()));
    Instant due = now() + kIdle;
    if (const auto next = model.next_due()) due = std::min(due, *next);
    if (const auto next = peer.next_due()) due = std::min(due, *next);
    tick.expires_after(std::max<Duration>(due - now(), std::chrono::milliseconds(1)));
    co_await tick.async_wait(runtime::as_result);
  }
}

void SwitchClient::State::perform(Peer::Actions actions) {
  for (auto& action : actions) {
    if (auto* send = std::get_if<Peer::Send>(&action)) {
      if (!connection) continue;
      connection->outbox += send->bytes;
      connection->wake.cancel();
    } else if (std::holds_alternative<Peer::TakeSnapshot>(action)) {
      give_snapshot();
    } else if (auto* command = std::get_if<Peer::Execute>(&action)) {
      execute(command->command);
    } else if (auto* accepting = std::get_if<Peer::Accepting>(&action)) {
      model.accepting(accepting->yes, now());
    } else if (auto* close = std::get_if<Peer::Close>(&action)) {
      runtime::log::warn("closed", {{"why", make_error_code(close->why).message()}, {"text", close->text}});
      if (!connection) continue;
      connection->ending = true;
      connection->wake.cancel();
    }
  }
}

/// What the model told before was published at once, so the snapshot holds exactly what the numbers up to it say.
void SwitchClient::State::give_snapshot() {
  perform(peer.snapshot(model.snapshot(), now()));
  for (auto& state : model.device_states()) perform(peer.publish(std::move(state), now(), now()));
}

void SwitchClient::State::execute(const cti::feed::CommandMessage& command) {
  advance();
  auto reply = model.on_command(command, now());
  publish(std::move(reply.happenings));
  perform(peer.result(command.id, reply.status, std::move(reply.reason), now()));
  tick.cancel();
}

void SwitchClient::State::publish(SwitchModel::Happenings happenings) {
  for (auto& [at, body] : happenings) perform(peer.publish(std::move(body), at, now()));
}

SwitchClient::SwitchClient(runtime::EventLoop& loop, SwitchClientConfig config, std::function<Instant()> now)
    : state_(std::make_shared<State>(loop, std::move(config), std::move(now))) {}

SwitchClient::~SwitchClient() = default;

void SwitchClient::start() {
  state_->tasks.spawn(state_->run_time(state_));
  state_->tasks.spawn(state_->keep_connected(state_));
}

void SwitchClient::stop(std::function<void()> done) {
  State& state = *state_;
  state.stopping = true;
  state.perform(state.peer.end(cti::feed::Errc::stopping, "the switch stops", state.now()));
  if (state.connection && !state.connection->ending) state.connection->close();
  state.resolver.cancel();
  state.pause.cancel();
  state.tick.cancel();
  state.tasks.when_empty(std::move(done));
}

const SwitchModel& SwitchClient::model() const { return state_->model; }
bool SwitchClient::connected() const { return state_->peer.live(); }

}  // namespace callwright::sim
