#pragma once
// Private to http/: includes Beast.
#include <boost/beast/http.hpp>
#include <memory>
#include <string>

#include "agent-desktop-api/http/beast.hpp"
#include "agent-desktop-api/http/server_shared.hpp"
#include "agent-desktop-api/http/web_socket.hpp"

namespace callwright::desktop {

/// One accepted connection: requests one after the other, until it becomes a WebSocket or ends.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<ServerShared> shared, Stream stream, tcp::endpoint peer);
  ~Connection();
  Connection(const Connection&) = delete;

  /// Cuts the connection: every operation on it ends with an error.
  void cut();

  static asio::awaitable<void> run(std::shared_ptr<Connection> self);

 private:
  using Parser = http::request_parser<http::string_body>;

  static asio::awaitable<bool> serve_one(std::shared_ptr<Connection> self, beast::flat_buffer& buffer);
  static asio::awaitable<HttpResponse> answer(std::shared_ptr<Connection> self, HttpRequest request);
  static asio::awaitable<bool> refuse(std::shared_ptr<Connection> self, error_code error);
  static asio::awaitable<bool> write(std::shared_ptr<Connection> self, HttpResponse response, unsigned version, bool keep_alive, bool head_only);
  HttpRequest take(const Parser::value_type& message, Target target) const;
  asio::awaitable<void> finish();

  std::shared_ptr<ServerShared> shared_;
  Stream stream_;
  std::shared_ptr<WebSocket> socket_;
  asio::steady_timer* waiting_ = nullptr;  // for an answer of the handler
  const std::string remote_;
  const bool loopback_;
};

}  // namespace callwright::desktop
