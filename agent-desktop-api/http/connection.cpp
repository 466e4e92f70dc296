#include "agent-desktop-api/http/connection.hpp"

#include <optional>
#include <tuple>
#include <utility>

#include "agent-desktop-api/http/limits.hpp"
#include "agent-desktop-api/problem.hpp"

namespace callwright::desktop {
namespace {

/// What is refused before the handler sees it looks like its own refusals.
HttpResponse refusal(Errc code, std::string text, bool secure) {
  HttpResponse response = json_response(problem_kind(code).status, problem_json({code, std::move(text)}));
  harden(response, secure);
  return response;
}

}  // namespace

Connection::Connection(std::shared_ptr<ServerShared> shared, Stream stream, tcp::endpoint peer)
    : shared_(std::move(shared)), stream_(std::move(stream)), remote_(peer.address().to_string()), loopback_(peer.address().is_loopback()) {
  shared_->connections.insert(this);
  shared_->open_connections.add(1);
}

Connection::~Connection() {
  shared_->connections.erase(this);
  shared_->open_connections.add(-1);
}

void Connection::cut() {
  error_code ignored;
  if (socket_)
    socket_->cut();
  else
    stream_.tcp().socket().close(ignored);
  if (waiting_) waiting_->cancel();
}

asio::awaitable<void> Connection::run(std::shared_ptr<Connection> self) {
  self->stream_.tcp().expires_after(limits::kHandshakeWait);
  const auto [error] = co_await self->stream_.async_handshake(Stream::Side::server, as_result);
  if (error) {
    self->shared_->bad_input("tls_handshake");
    co_return;
  }
  beast::flat_buffer buffer;
  bool more = true;
  while (more) more = co_await serve_one(self, buffer);
  if (!self->socket_) co_await self->finish();
}

// One request. False: the connection is over.
asio::awaitable<bool> Connection::serve_one(std::shared_ptr<Connection> self, beast::flat_buffer& buffer) {
  Parser parser;
  parser.header_limit(limits::kHeaderBytes);
  parser.body_limit(limits::kBodyBytes);
  auto& tcp = self->stream_.tcp();
  tcp.expires_after(self->shared_->header_wait);
  const auto [header_error, header_size] = co_await http::async_read_header(self->stream_, buffer, parser, as_result);
  if (header_error == beast::error::timeout && !parser.got_some()) co_return false;  // idle between two requests
  if (header_error) co_return co_await refuse(self, header_error);
  tcp.expires_after(limits::kBodyWait);
  if (!parser.is_done()) {
    const auto [error, size] = co_await http::async_read(self->stream_, buffer, parser, as_result);
    if (error) co_return co_await refuse(self, error);
  }

  auto target = parse_target(parser.get().target());
  if (!target) {
    self->shared_->bad_input("http_target");
    co_return co_await write(self, refusal(Errc::bad_request, "the address cannot be read", self->stream_.is_tls()), parser.get().version(), false, false);
  }
  HttpRequest request = self->take(parser.get(), std::move(*target));
  const bool keep_alive = parser.get().keep_alive();
  const bool head_only = parser.get().method() == http::verb::head;
  HttpResponse response = co_await answer(self, std::move(request));
  if (response.socket && websocket::is_upgrade(parser.get())) {
    self->stream_.tcp().expires_never();
    self->socket_ = std::make_shared<WebSocket>(self->shared_, std::move(self->stream_));
    co_await WebSocket::run(self->socket_, parser.get(), std::move(response));
    co_return false;
  }
  co_return co_await write(self, std::move(response), parser.get().version(), keep_alive, head_only);
}

HttpRequest Connection::take(const Parser::value_type& message, Target target) const {
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

// Asks the handler and waits for its answer, at most `limits::kHandlerWait`.
asio::awaitable<HttpResponse> Connection::answer(std::shared_ptr<Connection> self, HttpRequest request) {
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
    self->stream_.tcp().expires_never();
    self->waiting_ = &exchange->arrived;
    (void)co_await exchange->arrived.async_wait(as_result);
    self->waiting_ = nullptr;
  }
  if (exchange->response) co_return std::move(*exchange->response);
  exchange->response.emplace();  // a later answer is dropped
  self->shared_->metrics->counter("callwright_desk_late_answers_total", "Requests that were not answered in time.").add();
  co_return refusal(Errc::too_slow, {}, self->stream_.is_tls());
}

asio::awaitable<bool> Connection::refuse(std::shared_ptr<Connection> self, error_code error) {
  if (error == http::error::header_limit) {
    self->shared_->bad_input("http_header_limit");
    co_return co_await write(self, refusal(Errc::headers_too_large, "16 KiB", self->stream_.is_tls()), 11, false, false);
  }
  if (error == http::error::body_limit) {
    self->shared_->bad_input("http_body_limit");
    co_return co_await write(self, refusal(Errc::too_large, "the body is longer than 256 KiB", self->stream_.is_tls()), 11, false, false);
  }
  if (error == http::error::partial_message || error == beast::error::timeout) {
    self->shared_->bad_input(error == beast::error::timeout ? "http_timeout" : "http_partial");
    co_return false;
  }
  if (error.category() == make_error_code(http::error::bad_method).category() && error != http::error::end_of_stream) {
    self->shared_->bad_input("http_syntax");
    co_return co_await write(self, refusal(Errc::bad_request, "this is not HTTP: " + error.message(), self->stream_.is_tls()), 11, false, false);
  }
  co_return false;
}

asio::awaitable<bool> Connection::write(std::shared_ptr<Connection> self, HttpResponse response, unsigned version, bool keep_alive, bool head_only) {
  static const auto empty = std::make_shared<const std::string>();
  const auto body = response.body ? response.body : empty;
  http::response<http::span_body<const char>> message(static_cast<http::status>(response.status), version);
  for (const auto& [name, value] : response.headers) message.insert(name, value);
  if (!response.content_type.empty()) message.set(http::field::content_type, response.content_type);
  message.keep_alive(keep_alive);
  if (response.status != 204 && response.status != 304) message.content_length(body->size());
  if (!head_only && response.status != 204 && response.status != 304)
    message.body() = beast::span<const char>(body->data(), body->size());
  self->stream_.tcp().expires_after(limits::kWriteWait);
  http::response_serializer<http::span_body<const char>> serializer(message);
  error_code error;
  if (head_only)
    std::tie(error, std::ignore) = co_await http::async_write_header(self->stream_, serializer, as_result);
  else
    std::tie(error, std::ignore) = co_await http::async_write(self->stream_, serializer, as_result);
  co_return !error && keep_alive;
}

asio::awaitable<void> Connection::finish() {
  stream_.tcp().expires_after(limits::kCloseWait);
  (void)co_await stream_.async_shutdown(as_result);
  error_code ignored;
  stream_.tcp().socket().shutdown(tcp::socket::shutdown_send, ignored);
}

}  // namespace callwright::desktop
