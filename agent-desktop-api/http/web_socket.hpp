#pragma once
// Private to http/: includes Beast.
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>
#include <memory>
#include <string>

#include "agent-desktop-api/http/beast.hpp"
#include "agent-desktop-api/http/server_shared.hpp"
#include "agent-desktop-api/http/socket.hpp"

namespace callwright::desktop {

namespace http = beast::http;
namespace websocket = beast::websocket;

/// One WebSocket with the queue of its sending half.
class WebSocket final : public Socket, public std::enable_shared_from_this<WebSocket> {
 public:
  WebSocket(std::shared_ptr<ServerShared> shared, Stream stream);

  void send(Frame frame) override;
  void close(Close code, std::string reason) override;
  std::size_t queued_bytes() const override { return queued_; }

  /// Ends the connection now; every operation on it ends with an error.
  void cut();

  /// Answers the upgrade request with `headers` of ours, then serves `peer` until the socket ends.
  static asio::awaitable<void> run(std::shared_ptr<WebSocket> self, const http::request<http::string_body>& upgrade,
                                   HttpResponse response);

 private:
  static asio::awaitable<void> write(std::shared_ptr<WebSocket> self);
  static asio::awaitable<void> read(std::shared_ptr<WebSocket> self, std::shared_ptr<SocketPeer> peer);
  void drop_queue();

  std::shared_ptr<ServerShared> shared_;
  websocket::stream<Stream, false> ws_;  // false: no compression
  asio::steady_timer wake_;
  asio::steady_timer close_limit_;
  std::deque<Frame> queue_;
  std::size_t queued_ = 0;
  websocket::close_reason close_reason_;
  bool closing_ = false;
  bool cut_ = false;
};

}  // namespace callwright::desktop
