#include "server/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <utility>

namespace callwright::server {

ServiceManager::ServiceManager(std::string address) : address_(std::move(address)) {
  // Anything else is no address that systemd gives.
  if (address_.size() < 2 || address_.size() >= sizeof(sockaddr_un::sun_path) || (address_[0] != '/' && address_[0] != '@')) return;
  socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

ServiceManager ServiceManager::of_environment() {
  const char* address = std::getenv("NOTIFY_SOCKET");
  return ServiceManager(address ? address : "");
}

ServiceManager::ServiceManager(ServiceManager&& other) noexcept
    : address_(std::move(other.address_)), socket_(std::exchange(other.socket_, -1)), said_(other.said_) {}

ServiceManager::~ServiceManager() {
  if (socket_ >= 0) ::close(socket_);
}

void ServiceManager::alive(Instant now) {
  if (now - said_ < kEvery) return;
  said_ = now;
  say("WATCHDOG=1");
}

void ServiceManager::say(std::string_view state) const {
  if (socket_ < 0) return;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::ranges::copy(address_, to.sun_path);
  if (address_[0] == '@') to.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  // A manager that does not listen is no reason to fail; it will act on our silence.
  (void)::sendto(socket_, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), length);
}

}  // namespace callwright::server
