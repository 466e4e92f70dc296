#pragma once
// Private to http/: includes Beast. Instantiated in connection_plain.cpp and connection_tls.cpp.
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast.hpp>
#include <boost/beast/ssl.hpp>
#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "agent-desktop-api/http/limits.hpp"
#include "agent-desktop-api/http/message.hpp"
#include "agent-desktop-api/http/socket.hpp"
#include "runtime/log.hpp"
#include "runtime/metrics.hpp"
#include "runtime/task_group.hpp"

namespace callwright::desktop {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using tcp = asio::ip::tcp;
using boost::system::error_code;

inline constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

class AnyConnection {
 public:
  virtual ~AnyConnection() = default;
  /// Cuts the connection: every operation on it ends with an error.
  virtual void cut() = 0;
};

/// What all connections of one server share. Outlives them: each holds it.
struct ServerShared {
  HttpHandler handler;
  runtime::TaskGroup* tasks = nullptr;  // alive while a task runs in it
  runtime::Metrics* metrics = nullptr;
  std::unordered_set<AnyConnection*> connections;
  bool secure = false;

  runtime::Gauge open_connections;
  runtime::Gauge open_sockets;
  runtime::Counter overflows;
  runtime::Counter sent_bytes;

  void bad_input(const char* kind) {
    metrics->counter("callwright_desk_bad_input_total", "Input of pages and other peers that was refused.", {{"kind", kind}}).add();
  }
};

/// The sending half of a WebSocket, and its queue.
template <class Stream>
class WebSocket final : public Socket, public std::enable_shared_from_this<WebSocket<Stream>> {
 public:
  WebSocket(std::shared_ptr<ServerShared> shared, Stream stream)
      : shared_(std::move(shared)), ws_(std::move(stream)), wake_(ws_.get_executor()), close_limit_(ws_.get_executor()) {
    wake_.expires_at(asio::steady_timer::time_point::max());
  }

  websocket::stream<Stream>& stream() { return ws_; }

  void send(Frame frame) override {
    if (closing_) return;
    queued_ += frame.size();
    queue_.push_back(std::move(frame));
    if (queued_ > limits::kSocketQueueBytes) {
      shared_->overflows.add();
      drop_queue();
      close(Close::slow_consumer, "too slow");
    }
    wake_.cancel();
  }

  void close(Close code, std::string reason) override {
    if (closing_) return;
    closing_ = true;
    close_reason_ = websocket::close_reason(static_cast<std::uint16_t>(code));
    close_reason_.reason = reason.substr(0, 120);
    close_limit_.expires_after(limits::kCloseWait);
    close_limit_.async_wait([self = this->shared_from_this()](error_code error) {
      if (!error) self->cut();
    });
    wake_.cancel();
  }

  std::size_t queued_bytes() const override { return queued_; }

  void cut() {
    closing_ = true;
    cut_ = true;
    error_code ignored;
    beast::get_lowest_layer(ws_).socket().close(ignored);
    close_limit_.cancel();
    wake_.cancel();
  }

  /// The one writer. Ends when the socket is closed or cut.
  static asio::awaitable<void> write(std::shared_ptr<WebSocket> self) {
    while (!self->cut_) {
      if (!self->queue_.empty()) {
        const Frame frame = std::move(self->queue_.front());
        self->queue_.pop_front();
        std::vector<asio::const_buffer> buffers{asio::buffer(frame.head)};
        if (frame.body) buffers.push_back(asio::buffer(*frame.body));
        const auto [error, size] = co_await self->ws_.async_write(buffers, as_result);
        self->queued_ -= std::min(self->queued_, frame.size());
        self->shared_->sent_bytes.add(static_cast<double>(size));
        if (error) break;
        continue;
      }
      if (self->closing_) {
        (void)co_await self->ws_.async_close(self->close_reason_, as_result);
        break;
      }
      (void)co_await self->wake_.async_wait(as_result);
      self->wake_.expires_at(asio::steady_timer::time_point::max());
    }
    self->cut();
  }

  /// The one reader; hands messages to `peer` until the socket ends.
  static asio::awaitable<void> read(std::shared_ptr<WebSocket> self, std::shared_ptr<SocketPeer> peer) {
    beast::flat_buffer buffer;
    while (!self->cut_) {
      const auto [error, size] = co_await self->ws_.async_read(buffer, as_result);
      if (error) {
        if (error == websocket::error::message_too_big || error == websocket::error::bad_frame_payload) self->shared_->bad_input("ws_message");
        break;
      }
      if (!self->closing_) {
        if (!self->ws_.got_text())
          peer->unreadable("only text messages are understood");
        else if (size > limits::kFrameBytes)
          peer->unreadable("a message is at most 65536 bytes");
        else
          peer->text(beast::buffers_to_string(buffer.data()));
      }
      buffer.consume(buffer.size());
    }
    peer->closed();
    self->cut();
  }

 private:
  void drop_queue() {
    queue_.clear();
    queued_ = 0;
  }

  std::shared_ptr<ServerShared> shared_;
  websocket::stream<Stream> ws_;
  asio::steady_timer wake_;
  asio::steady_timer close_limit_;
  std::deque<Frame> queue_;
  std::size_t queued_ = 0;
  websocket::close_reason close_reason_;
  bool closing_ = false;
  bool cut_ = false;
};

/// One accepted connection: requests one after the other, until it becomes a WebSocket or ends.
template <class Stream>
class Connection final : public AnyConnection, public std::enable_shared_from_this<Connection<Stream>> {
 public:
  using Parser = http::request_parser<http::string_body>;

  Connection(std::shared_ptr<ServerShared> shared, Stream stream, tcp::endpoint peer)
      : shared_(std::move(shared)), stream_(std::move(stream)), remote_(peer.address().to_string()), loopback_(peer.address().is_loopback()) {
    shared_->connections.insert(this);
    shared_->open_connections.add(1);
  }
  ~Connection() override {
    shared_->connections.erase(this);
    shared_->open_connections.add(-1);
  }

  void cut() override {
    error_code ignored;
    if (socket_)
      socket_->cut();
    else
      beast::get_lowest_layer(stream_).socket().close(ignored);
    if (waiting_) waiting_->cancel();
  }

  static asio::awaitable<void> run(std::shared_ptr<Connection> self) {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      beast::get_lowest_layer(self->stream_).expires_after(limits::kHandshakeWait);
      const auto [error] = co_await self->stream_.async_handshake(asio::ssl::stream_base::server, as_result);
      if (error) {
        self->shared_->bad_input("tls_handshake");
        co_return;
      }
    }
    beast::flat_buffer buffer;
    bool more = true;
    while (more) more = co_await serve_one(self, buffer);
    if (!self->socket_) co_await self->finish();
  }

 private:
  /// One request. False: the connection is over.
  static asio::awaitable<bool> serve_one(std::shared_ptr<Connection> self, beast::flat_buffer& buffer) {
    Parser parser;
    parser.header_limit(limits::kHeaderBytes);
    parser.body_limit(limits::kBodyBytes);
    auto& lowest = beast::get_lowest_layer(self->stream_);
    lowest.expires_after(limits::kHeaderWait);
    const auto [header_error, header_size] = co_await http::async_read_header(self->stream_, buffer, parser, as_result);
    if (header_error) co_return co_await refuse(self, header_error);
    lowest.expires_after(limits::kBodyWait);
    if (!parser.is_done()) {
      const auto [error, size] = co_await http::async_read(self->stream_, buffer, parser, as_result);
      if (error) co_return co_await refuse(self, error);
    }

    auto target = parse_target(parser.get().target());
    if (!target) {
      self->shared_->bad_input("http_target");
      co_return co_await write(self, plain(400, "the address cannot be read"), parser.get().version(), false, false);
    }
    HttpRequest request = self->take(parser.get(), std::move(*target));
    const bool keep_alive = parser.get().keep_alive();
    const bool head_only = parser.get().method() == http::verb::head;
    HttpResponse response = co_await answer(self, std::move(request));
    if (response.socket && websocket::is_upgrade(parser.get())) {
      co_await become_socket(self, parser.get(), std::move(response));
      co_return false;
    }
    co_return co_await write(self, std::move(response), parser.get().version(), keep_alive, head_only);
  }

  HttpRequest take(const Parser::value_type& message, Target target) const {
    HttpRequest request;
    request.method = std::string(message.method_string());
    request.path = std::move(target.path);
    request.query = std::move(target.query);
    for (const auto& field : message) {
      std::string name(field.name_string());
      for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      request.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    request.body = message.body();
    request.remote = remote_;
    request.from_loopback = loopback_;
    request.wants_socket = websocket::is_upgrade(message);
    return request;
  }

  /// Asks the handler and waits for its answer, at most `limits::kHandlerWait`.
  static asio::awaitable<HttpResponse> answer(std::shared_ptr<Connection> self, HttpRequest request) {
    struct Exchange {
      explicit Exchange(asio::any_io_executor executor) : arrived(std::move(executor)) {}
      asio::steady_timer arrived;
      std::optional<HttpResponse> response;
    };
    auto exchange = std::make_shared<Exchange>(self->stream_.get_executor());
    exchange->arrived.expires_after(limits::kHandlerWait);
    self->shared_->handler(std::move(request), [exchange](HttpResponse response) {
      if (exchange->response) return;
      exchange->response = std::move(response);
      exchange->arrived.cancel();
    });
    if (!exchange->response) {
      beast::get_lowest_layer(self->stream_).expires_never();
      self->waiting_ = &exchange->arrived;
      (void)co_await exchange->arrived.async_wait(as_result);
      self->waiting_ = nullptr;
    }
    if (exchange->response) co_return std::move(*exchange->response);
    exchange->response.emplace();  // a later answer is dropped
    self->shared_->metrics->counter("callwright_desk_late_answers_total", "Requests that were not answered in time.").add();
    co_return plain(503, "the answer did not come in time");
  }

  static HttpResponse plain(int status, std::string text) {
    HttpResponse response;
    response.status = status;
    response.content_type = "text/plain; charset=utf-8";
    response.body = std::make_shared<const std::string>(std::move(text) + "\n");
    return response;
  }

  static asio::awaitable<bool> refuse(std::shared_ptr<Connection> self, error_code error) {
    if (error == http::error::header_limit) {
      self->shared_->bad_input("http_header_limit");
      co_return co_await write(self, plain(431, "the headers are longer than 16 KiB"), 11, false, false);
    }
    if (error == http::error::body_limit) {
      self->shared_->bad_input("http_body_limit");
      co_return co_await write(self, plain(413, "the body is longer than 256 KiB"), 11, false, false);
    }
    if (error == http::error::partial_message || error == beast::error::timeout) {
      self->shared_->bad_input(error == beast::error::timeout ? "http_timeout" : "http_partial");
      co_return false;
    }
    if (error.category() == make_error_code(http::error::bad_method).category() && error != http::error::end_of_stream) {
      self->shared_->bad_input("http_syntax");
      co_return co_await write(self, plain(400, "this is not HTTP: " + error.message()), 11, false, false);
    }
    co_return false;
  }

  static asio::awaitable<bool> write(std::shared_ptr<Connection> self, HttpResponse response, unsigned version, bool keep_alive, bool head_only) {
    static const auto empty = std::make_shared<const std::string>();
    const auto body = response.body ? response.body : empty;
    http::response<http::span_body<const char>> message(static_cast<http::status>(response.status), version);
    for (const auto& [name, value] : response.headers) message.insert(name, value);
    if (!response.content_type.empty()) message.set(http::field::content_type, response.content_type);
    message.keep_alive(keep_alive);
    if (response.status != 204 && response.status != 304) message.content_length(body->size());
    if (!head_only && response.status != 204 && response.status != 304)
      message.body() = beast::span<const char>(body->data(), body->size());
    beast::get_lowest_layer(self->stream_).expires_after(limits::kWriteWait);
    http::response_serializer<http::span_body<const char>> serializer(message);
    error_code error;
    if (head_only)
      std::tie(error, std::ignore) = co_await http::async_write_header(self->stream_, serializer, as_result);
    else
      std::tie(error, std::ignore) = co_await http::async_write(self->stream_, serializer, as_result);
    co_return !error && keep_alive;
  }

  static asio::awaitable<void> become_socket(std::shared_ptr<Connection> self, const Parser::value_type& message, HttpResponse response) {
    beast::get_lowest_layer(self->stream_).expires_never();
    self->socket_ = std::make_shared<WebSocket<Stream>>(self->shared_, std::move(self->stream_));
    auto socket = self->socket_;
    auto& ws = socket->stream();
    websocket::stream_base::timeout timeout{limits::kHandshakeWait, websocket::stream_base::none(), false};
    ws.set_option(timeout);
    ws.set_option(websocket::stream_base::decorator([&response](websocket::response_type& reply) {
      for (const auto& [name, value] : response.headers) reply.set(name, value);
    }));
    ws.read_message_max(2 * limits::kFrameBytes);
    ws.text(true);
    ws.auto_fragment(false);  // one message, one frame, one gathered write
    const auto [error] = co_await ws.async_accept(message, as_result);
    if (error) {
      self->shared_->bad_input("ws_handshake");
      co_return;
    }
    self->shared_->open_sockets.add(1);
    response.socket->opened(socket);
    self->shared_->tasks->spawn(WebSocket<Stream>::write(socket));
    co_await WebSocket<Stream>::read(socket, response.socket);
    self->shared_->open_sockets.add(-1);
  }

  asio::awaitable<void> finish() {
    beast::get_lowest_layer(stream_).expires_after(limits::kCloseWait);
    if constexpr (std::is_same_v<Stream, TlsStream>) (void)co_await stream_.async_shutdown(as_result);
    error_code ignored;
    beast::get_lowest_layer(stream_).socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  std::shared_ptr<ServerShared> shared_;
  Stream stream_;
  std::shared_ptr<WebSocket<Stream>> socket_;
  asio::steady_timer* waiting_ = nullptr;
  const std::string remote_;
  const bool loopback_;
};

void serve_plain(std::shared_ptr<ServerShared> shared, tcp::socket socket, tcp::endpoint peer);
void serve_tls(std::shared_ptr<ServerShared> shared, tcp::socket socket, tcp::endpoint peer, asio::ssl::context& context);

}  // namespace callwright::desktop
