#include "agent-desktop-api/http/connection.hpp"

namespace callwright::desktop {

void serve_plain(std::shared_ptr<ServerShared> shared, tcp::socket socket, tcp::endpoint peer) {
  auto connection = std::make_shared<Connection<PlainStream>>(shared, PlainStream(std::move(socket)), std::move(peer));
  shared->tasks->spawn(Connection<PlainStream>::run(std::move(connection)));
}

}  // namespace callwright::desktop
