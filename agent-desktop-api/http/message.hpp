#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent-desktop-api/http/socket.hpp"

namespace callwright::desktop {

/// One HTTP request, already within its limits (http/limits.hpp). Header names are in lower case.
struct HttpRequest {
  std::string method;
  std::string path;   ///< percent-decoded, without query; begins with /
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string remote;        ///< the peer's address
  bool from_loopback = false;
  bool wants_socket = false; ///< a WebSocket upgrade

  /// The first header or query value with this name; empty if there is none.
  std::string_view header(std::string_view name) const;
  std::string_view query_value(std::string_view name) const;
  /// The cookie with this name; empty if there is none.
  std::string_view cookie(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string content_type;
  std::shared_ptr<const std::string> body;  ///< shared, so that pages are not copied for each browser; may be null
  std::shared_ptr<SocketPeer> socket;       ///< not null: accept the upgrade and serve this peer
};

using Respond = std::function<void(HttpResponse)>;

/// Answers each request by one call of `respond`, now or later, on the desk's loop.
using HttpHandler = std::function<void(HttpRequest request, Respond respond)>;

HttpResponse json_response(int status, std::string json);

/// Adds the headers that keep a browser from doing more with an answer than is meant; every answer has them. `secure`: over TLS.
void harden(HttpResponse& response, bool secure);

/// Splits a request target into decoded path and query; nullopt for broken escapes, a NUL, or a path without /.
struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};
std::optional<Target> parse_target(std::string_view target);

}  // namespace callwright::desktop
