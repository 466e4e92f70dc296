#include "cti/asterisk/wire.hpp"

#include <openssl/evp.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <optional>
#include <utility>

#include "cti/asterisk/codec.hpp"
#include "cti/asterisk/error.hpp"
#include "runtime/as_result.hpp"
#include "runtime/deadline.hpp"
#include "runtime/stream.hpp"

namespace callwright::cti::asterisk {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using beast::error_code;
using tcp = asio::ip::tcp;
using runtime::Stream;
using TlsContext = std::shared_ptr<asio::ssl::context>;

constexpr auto kIdleLimit = std::chrono::seconds(10);
constexpr const char* kAgent = "callwright";

std::string basic(const Settings& settings) {
  const std::string account = settings.username + ":" + settings.password;
  std::string encoded(4 * ((account.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()), reinterpret_cast<const unsigned char*>(account.data()),
                                     static_cast<int>(account.size()));
  encoded.resize(static_cast<std::size_t>(length));
  return "Basic " + encoded;
}

std::string host_header(const Settings& settings) {
  const bool v6 = settings.host.find(':') != std::string::npos;
  return (v6 ? "[" + settings.host + "]" : settings.host) + ":" + std::to_string(settings.port);
}

Stream make_stream(const asio::any_io_executor& executor, const TlsContext& tls) {
  return tls ? Stream(tcp::socket(executor), *tls) : Stream(tcp::socket(executor));
}

Error broken(const char* what, const error_code& error) {
  return {error == beast::error::timeout ? errc::timed_out : errc::unreachable, std::string(what) + ": " + error.message()};
}

/// Connects, and shakes hands if it is TLS. The stream's own deadline bounds everything after the name is resolved.
asio::awaitable<Result<void>> connect(Stream& stream, const Settings& settings) {
  tcp::resolver resolver(stream.get_executor());
  auto resolve = [](tcp::resolver& from, const std::string& host,
                    const std::string& port) -> asio::awaitable<std::pair<error_code, tcp::resolver::results_type>> {
    auto [error, found] = co_await from.async_resolve(host, port, runtime::as_result);
    co_return std::pair(error, std::move(found));
  };
  const std::string port = std::to_string(settings.port);
  auto resolved = co_await runtime::with_deadline(resolve(resolver, settings.host, port), settings.request_limit);
  if (!resolved) co_return fail(errc::timed_out, "resolve " + settings.host);
  if (resolved->first) co_return std::unexpected(broken("resolve", resolved->first));

  beast::tcp_stream& lowest = stream.tcp();
  lowest.expires_after(settings.request_limit);
  const auto [connect_error, endpoint] = co_await lowest.async_connect(resolved->second, runtime::as_result);
  if (connect_error) co_return std::unexpected(broken("connect", connect_error));
  error_code ignored;
  lowest.socket().set_option(tcp::no_delay(true), ignored);
  if (!stream.expect_host(settings.host)) co_return fail(errc::unreachable, "TLS host name");
  const auto [tls_error] = co_await stream.async_handshake(Stream::Side::client, runtime::as_result);
  if (tls_error) co_return std::unexpected(broken("TLS", tls_error));
  co_return Result<void>{};
}

http::verb verb_of(Request::Method method) {
  switch (method) {
    case Request::Method::get: return http::verb::get;
    case Request::Method::post: return http::verb::post;
    case Request::Method::put: return http::verb::put;
    case Request::Method::del: return http::verb::delete_;
  }
  return http::verb::get;
}

class HttpWire final : public RestWire {
 public:
  HttpWire(asio::any_io_executor executor, Settings settings, TlsContext tls)
      : executor_(std::move(executor)), settings_(std::move(settings)), tls_(std::move(tls)), authorization_(basic(settings_)) {}

  asio::awaitable<Reply> exchange(Request request) override {
    http::request<http::string_body> message(verb_of(request.method), settings_.base_path + request.target, 11);
    message.set(http::field::host, host_header(settings_));
    message.set(http::field::user_agent, kAgent);
    message.set(http::field::authorization, authorization_);
    if (!request.body.empty()) {
      message.set(http::field::content_type, "application/json");
      message.body() = std::move(request.body);
    }
    message.prepare_payload();
    for (;;) {
      const bool used_before = stream_.has_value();
      if (!used_before) {
        stream_.emplace(make_stream(executor_, tls_));
        buffer_.clear();
        if (const Result<void> connected = co_await connect(*stream_, settings_); !connected) {
          stream_.reset();
          co_return failed(connected.error());
        }
      }
      http::response_parser<http::string_body> parser;
      parser.body_limit(kReplyLimit);
      const error_code error = co_await round_trip(message, parser);
      if (!error) co_return received(parser);
      const bool nothing_came = !parser.got_some();
      stream_.reset();
      // Asterisk closes connections that were idle for a while: then, and only then, once more.
      if (used_before && nothing_came && error != beast::error::timeout) continue;
      co_return failed(broken("exchange", error));
    }
  }

  std::int64_t date() const override { return date_; }

 private:
  asio::awaitable<error_code> round_trip(http::request<http::string_body>& message, http::response_parser<http::string_body>& parser) {
    beast::get_lowest_layer(*stream_).expires_after(settings_.request_limit);
    const auto [write_error, written] = co_await http::async_write(*stream_, message, runtime::as_result);
    if (write_error) co_return write_error;
    const auto [read_error, read] = co_await http::async_read(*stream_, buffer_, parser, runtime::as_result);
    co_return read_error;
  }

  Reply received(http::response_parser<http::string_body>& parser) {
    const auto& head = parser.get();
    date_ = read_http_date(std::string_view(head[http::field::date].data(), head[http::field::date].size()));
    Reply reply{static_cast<int>(head.result_int()), {}, Reply::Failure::none};
    const bool keep = head.keep_alive();
    reply.body = std::move(parser.get().body());
    if (!keep) stream_.reset();
    else beast::get_lowest_layer(*stream_).expires_never();
    return reply;
  }

  static Reply failed(const Error& error) {
    return {0, error.context, error.code == errc::timed_out ? Reply::Failure::timed_out : Reply::Failure::broken};
  }

  asio::any_io_executor executor_;
  const Settings settings_;
  const TlsContext tls_;
  const std::string authorization_;
  std::optional<Stream> stream_;
  beast::flat_buffer buffer_;
  std::int64_t date_ = 0;
};

class SocketWire final : public EventWire {
 public:
  SocketWire(asio::any_io_executor executor, Settings settings, TlsContext tls)
      : settings_(std::move(settings)), tls_(std::move(tls)), socket_(make_stream(executor, tls_)) {}

  asio::awaitable<Result<void>> open(std::string target) override {
    if (const Result<void> connected = co_await connect(socket_.next_layer(), settings_); !connected) co_return connected;
    beast::get_lowest_layer(socket_).expires_never();  // the WebSocket's own limits take over
    websocket::stream_base::timeout limits{settings_.request_limit, kIdleLimit, true};
    socket_.set_option(limits);
    socket_.read_message_max(kEventLimit);
    socket_.auto_fragment(false);
    socket_.text(true);
    socket_.set_option(websocket::stream_base::decorator([authorization = basic(settings_)](websocket::request_type& request) {
      request.set(http::field::authorization, authorization);
      request.set(http::field::user_agent, kAgent);
      request.set(http::field::sec_websocket_protocol, "ari");
    }));
    websocket::response_type response;
    const auto [error] = co_await socket_.async_handshake(response, host_header(settings_), settings_.base_path + target, runtime::as_result);
    if (error == websocket::error::upgrade_declined && (response.result_int() == 401 || response.result_int() == 403))
      co_return fail(errc::not_allowed, std::to_string(response.result_int()));
    if (error) co_return std::unexpected(broken("WebSocket", error));
    co_return Result<void>{};
  }

  asio::awaitable<Result<std::string>> read() override {
    buffer_.clear();
    const auto [error, size] = co_await socket_.async_read(buffer_, runtime::as_result);
    if (error == websocket::error::message_too_big) co_return fail(errc::too_big, "WebSocket message");
    if (error == websocket::error::closed)
      co_return fail(errc::unreachable, "WebSocket closed " + std::to_string(static_cast<int>(socket_.reason().code)));
    if (error) co_return std::unexpected(broken("WebSocket", error));
    co_return beast::buffers_to_string(buffer_.data());
  }

  asio::awaitable<Result<void>> write(const std::string& text) override {
    const auto [error, size] = co_await socket_.async_write(asio::buffer(text), runtime::as_result);
    if (error) co_return std::unexpected(broken("WebSocket", error));
    co_return Result<void>{};
  }

 private:
  const Settings settings_;
  const TlsContext tls_;
  websocket::stream<Stream, false> socket_;  // without compression: events are small and the switch is near
  beast::flat_buffer buffer_;
};

}  // namespace

std::unique_ptr<RestWire> make_rest_wire(asio::any_io_executor executor, const Settings& settings, TlsContext tls) {
  return std::make_unique<HttpWire>(std::move(executor), settings, settings.tls ? std::move(tls) : nullptr);
}

std::unique_ptr<EventWire> make_event_wire(asio::any_io_executor executor, const Settings& settings, TlsContext tls) {
  return std::make_unique<SocketWire>(std::move(executor), settings, settings.tls ? std::move(tls) : nullptr);
}

}  // namespace callwright::cti::asterisk
