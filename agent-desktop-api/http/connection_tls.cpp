#include "agent-desktop-api/http/connection.hpp"

namespace callwright::desktop {

void serve_tls(std::shared_ptr<ServerShared> shared, tcp::socket socket, tcp::endpoint peer, asio::ssl::context& context) {
  auto connection = std::make_shared<Connection<TlsStream>>(shared, TlsStream(std::move(socket), context), std::move(peer));
  shared->tasks->spawn(Connection<TlsStream>::run(std::move(connection)));
}

}  // namespace callwright::desktop
