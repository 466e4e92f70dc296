#include "agent-desktop-api/http/server.hpp"

#include "agent-desktop-api/errc.hpp"
#include "agent-desktop-api/http/connection.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/log.hpp"
#include "runtime/tls.hpp"

namespace callwright::desktop {

struct HttpServer::State {
  State(runtime::EventLoop& owner, runtime::Metrics& metrics, HttpServerOptions given, HttpHandler handler)
      : loop(owner), options(std::move(given)), acceptor(owner.context()), tasks(owner, "desk connections") {
    shared->handler = std::move(handler);
    shared->tasks = &tasks;
    shared->metrics = &metrics;
    shared->header_wait = options.header_wait;
    shared->open_connections = metrics.gauge("callwright_desk_connections", "Open HTTP and WebSocket connections.");
    shared->open_sockets = metrics.gauge("callwright_desk_sockets", "Open WebSockets.");
    shared->overflows = metrics.counter("callwright_desk_socket_overflow_total", "WebSockets closed with 4408 because their page reads too slowly.");
    shared->sent_bytes = metrics.counter("callwright_desk_socket_sent_bytes_total", "Bytes written to WebSockets.");
    refused = metrics.counter("callwright_desk_connections_refused_total", "Connections refused at the limit of http.connections.");
  }

  static asio::awaitable<void> accept(std::shared_ptr<State> self) {
    while (self->acceptor.is_open()) {
      tcp::socket socket(self->loop.context());
      const auto [error] = co_await self->acceptor.async_accept(socket, as_result);
      if (error == asio::error::operation_aborted) co_return;
      if (error) {
        // Out of descriptors, most likely: wait for some to come back instead of spinning.
        runtime::log::warn("accept_failed", {{"error", error.message()}});
        asio::steady_timer pause(self->loop.context(), std::chrono::milliseconds(100));
        (void)co_await pause.async_wait(as_result);
        continue;
      }
      self->take(std::move(socket));
    }
  }

  void take(tcp::socket socket) {
    if (shared->connections.size() >= options.connections) {
      refused.add();
      return;
    }
    error_code error;
    const tcp::endpoint peer = socket.remote_endpoint(error);
    if (error) return;
    socket.set_option(tcp::no_delay(true), error);
    Stream stream = tls ? Stream(std::move(socket), *tls) : Stream(std::move(socket));
    tasks.spawn(Connection::run(std::make_shared<Connection>(shared, std::move(stream), peer)));
  }

  runtime::EventLoop& loop;
  const HttpServerOptions options;
  tcp::acceptor acceptor;
  std::shared_ptr<asio::ssl::context> tls;
  runtime::TaskGroup tasks;
  std::shared_ptr<ServerShared> shared = std::make_shared<ServerShared>();
  runtime::Counter refused;
  std::uint16_t port = 0;
};

HttpServer::HttpServer(runtime::EventLoop& loop, runtime::Metrics& metrics, HttpServerOptions options, HttpHandler handler)
    : state_(std::make_shared<State>(loop, metrics, std::move(options), std::move(handler))) {}
HttpServer::~HttpServer() = default;

Result<void> HttpServer::open() {
  State& s = *state_;
  error_code error;
  const auto address = asio::ip::make_address(s.options.address, error);
  if (error) return fail(Errc::bad_request, "http.address '" + s.options.address + "' is no IP address");
  if (!s.options.tls_certificate.empty()) {
    auto tls = runtime::server_tls(s.options.tls_certificate, s.options.tls_key);
    if (!tls) return std::unexpected(tls.error());
    s.tls = std::move(*tls);
  } else if (!address.is_loopback()) {
    return fail(Errc::bad_request, "http.address " + s.options.address +
                                       " is reachable from other machines and TLS is not set: run `callwright tls init NAME` and set "
                                       "tls.certificate and tls.key, or listen on 127.0.0.1");
  }
  const tcp::endpoint endpoint(address, s.options.port);
  s.acceptor.open(endpoint.protocol(), error);
  if (!error) s.acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) s.acceptor.bind(endpoint, error);
  if (!error) s.acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return fail(error, "cannot listen on " + s.options.address + " port " + std::to_string(s.options.port));
  s.port = s.acceptor.local_endpoint(error).port();
  s.tasks.spawn(State::accept(state_));
  return {};
}

std::uint16_t HttpServer::port() const { return state_->port; }
bool HttpServer::is_tls() const { return state_->tls != nullptr; }

void HttpServer::stop_accepting() {
  error_code ignored;
  state_->acceptor.close(ignored);
}

void HttpServer::close(std::function<void()> done) {
  stop_accepting();
  const std::vector<Connection*> all(state_->shared->connections.begin(), state_->shared->connections.end());
  for (Connection* connection : all) connection->cut();
  state_->tasks.when_empty(std::move(done));
}

}  // namespace callwright::desktop
