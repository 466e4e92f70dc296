#include "cti/sip/wire.hpp"

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <map>
#include <utility>
#include <vector>

#include "cti/sip/error.hpp"
#include "cti/sip/framing.hpp"
#include "cti/sip/head.hpp"
#include "runtime/as_result.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/log.hpp"
#include "runtime/task_group.hpp"

namespace callwright::cti::sip {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using boost::system::error_code;

constexpr std::size_t kUnwrittenBytes = 1 << 20;
constexpr std::size_t kReadBytes = 64 << 10;
constexpr auto kSilence = std::chrono::minutes(5);
constexpr auto kConnect = std::chrono::seconds(5);

/// IPv4 in an IPv6 socket shows itself as IPv4, so that the same peer has one name.
std::string address_of(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

}  // namespace

struct Wire::State : std::enable_shared_from_this<Wire::State> {
  struct Connection {
    Connection(asio::io_context& context, std::uint64_t number) : id(number), socket(context), wake(context), silence(context) {}
    const std::uint64_t id;
    Flow flow;  ///< with this connection's number
    tcp::socket socket;
    Framing framing;
    std::string outbox;
    std::size_t writing = 0;
    asio::steady_timer wake, silence;
  };
  using ConnectionPtr = std::shared_ptr<Connection>;
  using Ptr = std::shared_ptr<State>;

  State(runtime::EventLoop& on, Outlets to) : loop(on), outlets(std::move(to)), datagrams(on.context()), acceptor(on.context()), tasks(on, "sip") {}

  runtime::EventLoop& loop;
  Outlets outlets;
  udp::socket datagrams;
  tcp::acceptor acceptor;
  runtime::TaskGroup tasks;
  std::uint16_t port = 0;
  bool v6 = false, closed = false;
  std::uint64_t last_id = 0;
  std::map<std::uint64_t, ConnectionPtr> connections;

  error_code bind(const asio::ip::address& ip, std::uint16_t asked, const char*& what) {
    error_code error, ignored;
    v6 = ip.is_v6();
    const tcp::endpoint stream(ip, asked);
    what = "TCP";
    if (acceptor.open(stream.protocol(), error); error) return error;
    acceptor.set_option(tcp::acceptor::reuse_address(true), ignored);
    if (v6) acceptor.set_option(asio::ip::v6_only(false), ignored);
    if (acceptor.bind(stream, error); error) return error;
    if (acceptor.listen(asio::socket_base::max_listen_connections, error); error) return error;
    port = acceptor.local_endpoint(ignored).port();
    const udp::endpoint datagram(ip, port);
    what = "UDP";
    if (datagrams.open(datagram.protocol(), error); error) return error;
    if (v6) datagrams.set_option(asio::ip::v6_only(false), ignored);
    if (datagrams.bind(datagram, error); error) return error;
    datagrams.set_option(asio::socket_base::receive_buffer_size(4 << 20), ignored);
    datagrams.non_blocking(true, error);
    return error;
  }

  void unbind() {
    error_code ignored;
    acceptor.close(ignored);
    datagrams.close(ignored);
  }

  // --- datagrams -----------------------------------------------------------------------------------------------------------

  static asio::awaitable<void> receive(Ptr self) {
    std::string buffer(Head::kMessageBytes, '\0');
    udp::endpoint from;
    while (!self->closed) {
      const auto [error, size] = co_await self->datagrams.async_receive_from(asio::buffer(buffer), from, runtime::as_result);
      if (self->closed) co_return;
      if (error) continue;  // an ICMP message about what we sent
      self->outlets.message({Flow::Transport::udp, address_of(from.address()), from.port(), 0}, Carrier::datagram,
                            std::string_view(buffer.data(), size));
    }
  }

  bool send_to(const asio::ip::address& address, const Flow& to, const std::string& bytes) {
    const bool map = v6 && address.is_v4();
    const udp::endpoint endpoint(map ? asio::ip::address(asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4())) : address, to.port);
    error_code error;
    datagrams.send_to(asio::buffer(bytes), endpoint, 0, error);
    return !error || error == asio::error::would_block;
  }

  static asio::awaitable<void> look_up_and_send(Ptr self, Flow to, std::string bytes) {
    udp::resolver resolver(self->loop.context());
    auto [error, found] = co_await resolver.async_resolve(to.host, std::to_string(to.port), runtime::as_result);
    if (self->closed) co_return;
    bool sent = false;
    if (!error)
      for (const auto& one : found)
        if (self->v6 || one.endpoint().address().is_v4()) {
          sent = self->send_to(one.endpoint().address(), to, bytes);
          break;
        }
    if (!sent) self->outlets.unreachable(to);
  }

  // --- connections ---------------------------------------------------------------------------------------------------------

  static asio::awaitable<void> accept(Ptr self) {
    while (!self->closed) {
      auto [error, socket] = co_await self->acceptor.async_accept(runtime::as_result);
      if (self->closed) co_return;
      if (error) {  // no descriptors left, or a peer that was gone at once
        asio::steady_timer pause(self->loop.context(), std::chrono::milliseconds(50));
        co_await pause.async_wait(runtime::as_result);
        continue;
      }
      error_code failed;
      const auto peer = socket.remote_endpoint(failed);
      if (failed || self->connections.size() >= kConnections) continue;  // closes
      const ConnectionPtr connection = self->add({Flow::Transport::tcp, address_of(peer.address()), peer.port(), 0});
      connection->socket = std::move(socket);
      self->begin(connection);
    }
  }

  ConnectionPtr add(Flow flow) {
    auto connection = std::make_shared<Connection>(loop.context(), ++last_id);
    flow.connection = connection->id;
    connection->flow = std::move(flow);
    connections.emplace(connection->id, connection);
    return connection;
  }

  void begin(const ConnectionPtr& connection) {
    error_code ignored;
    connection->socket.set_option(tcp::no_delay(true), ignored);
    watch(connection, kSilence);
    tasks.spawn(read(shared_from_this(), connection));
    tasks.spawn(write(shared_from_this(), connection));
  }

  static asio::awaitable<void> connect(Ptr self, ConnectionPtr connection, Flow asked) {
    self->watch(connection, kConnect);
    tcp::resolver resolver(self->loop.context());
    auto [resolve_error, found] = co_await resolver.async_resolve(asked.host, std::to_string(asked.port), runtime::as_result);
    error_code failed = resolve_error;
    if (!failed) {
      failed = asio::error::host_not_found;
      for (const auto& one : found) {
        if (!self->connections.contains(connection->id)) break;
        error_code ignored;
        connection->socket.close(ignored);
        std::tie(failed) = co_await connection->socket.async_connect(one.endpoint(), runtime::as_result);
        if (!failed) break;
      }
    }
    if (self->closed) co_return;
    if (failed || !self->connections.contains(connection->id)) {
      self->drop(connection);
      self->outlets.unreachable(asked);
      co_return;
    }
    self->begin(connection);
  }

  static asio::awaitable<void> read(Ptr self, ConnectionPtr mine) {
    std::string buffer(kReadBytes, '\0');
    while (self->connections.contains(mine->id)) {
      const auto [error, size] = co_await mine->socket.async_read_some(asio::buffer(buffer), runtime::as_result);
      if (error || self->closed) break;
      self->watch(mine, kSilence);
      mine->framing.add(std::string_view(buffer.data(), size));
      while (const auto message = mine->framing.next()) {
        self->outlets.message(mine->flow, Carrier::stream, *message);
        if (self->closed) co_return;
      }
      if (!mine->framing.broken()) continue;
      runtime::log::info("sip_connection_broken", {{"peer", mine->flow.host}});
      break;
    }
    self->drop(mine);
  }

  static asio::awaitable<void> write(Ptr self, ConnectionPtr mine) {
    while (self->connections.contains(mine->id) || !mine->outbox.empty()) {
      if (mine->outbox.empty()) {
        mine->wake.expires_at(asio::steady_timer::time_point::max());
        co_await mine->wake.async_wait(runtime::as_result);
        continue;
      }
      const std::string bytes = std::exchange(mine->outbox, {});
      mine->writing = bytes.size();
      const auto [error, size] = co_await asio::async_write(mine->socket, asio::buffer(bytes), runtime::as_result);
      mine->writing = 0;
      if (self->closed) co_return;
      if (error) break;
      self->watch(mine, kSilence);
    }
    self->drop(mine);
    error_code ignored;
    mine->socket.close(ignored);
  }

  void watch(const ConnectionPtr& connection, Duration limit) {
    if (!connections.contains(connection->id)) return;
    connection->silence.expires_after(limit);
    connection->silence.async_wait([weak = weak_from_this(), connection](const error_code& error) {
      const auto self = weak.lock();
      if (!self || error) return;
      self->drop(connection);
      error_code ignored;
      connection->socket.close(ignored);
    });
  }

  /// It takes nothing more; what waits for it is still written.
  void drop(const ConnectionPtr& connection) {
    if (connections.erase(connection->id) == 0) return;
    connection->silence.cancel();
    connection->wake.cancel();
    error_code ignored;
    connection->socket.shutdown(tcp::socket::shutdown_receive, ignored);
  }

  ConnectionPtr leading_to(const Flow& to) {
    if (const auto found = connections.find(to.connection); found != connections.end()) return found->second;
    for (const auto& [id, connection] : connections)
      if (connection->flow.host == to.host && connection->flow.port == to.port) return connection;
    return nullptr;
  }

  void send_over_stream(const Flow& to, std::string bytes) {
    ConnectionPtr connection = leading_to(to);
    const bool fresh = !connection;
    if (fresh) {
      if (connections.size() >= kConnections)
        return loop.post([weak = weak_from_this(), to] {
          if (const auto self = weak.lock(); self && !self->closed) self->outlets.unreachable(to);
        });
      connection = add({Flow::Transport::tcp, to.host, to.port, 0});
    }
    connection->outbox += bytes;
    if (connection->outbox.size() + connection->writing > kUnwrittenBytes) {
      connection->outbox.clear();
      drop(connection);
      error_code ignored;
      connection->socket.close(ignored);
      return;
    }
    if (fresh) tasks.spawn(connect(shared_from_this(), connection, to));
    else connection->wake.cancel();
  }
};

Wire::Wire(runtime::EventLoop& loop, Outlets outlets) : state_(std::make_shared<State>(loop, std::move(outlets))) {}

Wire::~Wire() { close({}); }

Result<void> Wire::listen(const std::string& address, std::uint16_t port) {
  error_code error;
  const auto ip = asio::ip::make_address(address, error);
  const char* what = "listen";
  for (int attempt = 0; !error && attempt < 10; ++attempt) {
    error = state_->bind(ip, port, what);
    if (!error) break;
    state_->unbind();
    if (port == 0) error = attempt < 9 ? error_code() : error;  // the kernel's choice for one is taken for the other
  }
  if (error) return fail(errc::unreachable, std::string(what) + " " + address + ":" + std::to_string(port) + ": " + error.message());
  state_->tasks.spawn(State::receive(state_));
  state_->tasks.spawn(State::accept(state_));
  return {};
}

std::uint16_t Wire::port() const { return state_->port; }

std::size_t Wire::connections() const { return state_->connections.size(); }

void Wire::send(const Flow& to, std::string bytes) {
  if (state_->closed) return;
  if (to.transport == Flow::Transport::tcp) return state_->send_over_stream(to, std::move(bytes));
  error_code error;
  const auto address = asio::ip::make_address(to.host, error);
  if (error) {
    state_->tasks.spawn(State::look_up_and_send(state_, to, std::move(bytes)));
  } else if (!state_->send_to(address, to, bytes)) {
    state_->loop.post([state = state_, to] {
      if (!state->closed) state->outlets.unreachable(to);
    });
  }
}

void Wire::close(std::function<void()> done) {
  State& state = *state_;
  if (!std::exchange(state.closed, true)) {
    error_code ignored;
    state.datagrams.close(ignored);
    state.acceptor.close(ignored);
    for (auto& [id, connection] : std::exchange(state.connections, {})) {
      connection->silence.cancel();
      connection->wake.cancel();
      connection->socket.close(ignored);
    }
    state.tasks.cancel();
  }
  if (done) state.tasks.when_empty([keep = state_, done = std::move(done)] { done(); });
}

}  // namespace callwright::cti::sip
