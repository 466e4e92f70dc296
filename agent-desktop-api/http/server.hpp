#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "agent-desktop-api/http/limits.hpp"
#include "agent-desktop-api/http/message.hpp"
#include "base/result.hpp"

namespace callwright::runtime {
class EventLoop;
class Metrics;
}  // namespace callwright::runtime

namespace callwright::desktop {

struct HttpServerOptions {
  std::string address;
  std::uint16_t port = 0;
  std::string tls_certificate;
  std::string tls_key;
  std::size_t connections = 4096;
  std::chrono::milliseconds header_wait = limits::kHeaderWait;  ///< for a whole request line and headers, idleness before them included
};

/// HTTP/1.1 and WebSocket on one port: the thin driver around `HttpHandler` and `SocketPeer`.
///
/// It knows framing, limits and deadlines, and nothing of what is asked. One coroutine reads a connection; a WebSocket has one
/// more that writes. A request that breaks a limit is answered (400, 413, 431), counted, and its connection closed.
class HttpServer {
 public:
  HttpServer(runtime::EventLoop& loop, runtime::Metrics& metrics, HttpServerOptions options, HttpHandler handler);
  ~HttpServer();

  /// Errors: not loopback and no TLS (with the hint), bad TLS files, address in use.
  Result<void> open();
  std::uint16_t port() const;
  bool is_tls() const;

  /// Stops accepting; connections go on.
  void stop_accepting();
  /// Cuts every connection; `done` once none is left.
  void close(std::function<void()> done);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace callwright::desktop
