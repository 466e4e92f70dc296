#pragma once
#include <string>
#include <string_view>

#include "base/instant.hpp"

namespace callwright::server {

/// What systemd wants to hear from a service of `Type=notify` with `WatchdogSec=`: datagrams to the socket that it names in
/// NOTIFY_SOCKET. Without one (a terminal, another supervisor) it says nothing. Any one thread at a time for each member.
class ServiceManager {
 public:
  static constexpr Duration kEvery = std::chrono::seconds(1);

  /// `address` as in NOTIFY_SOCKET: a path, or a name that begins with `@`.
  explicit ServiceManager(std::string address);
  static ServiceManager of_environment();
  ServiceManager(ServiceManager&& other) noexcept;
  ServiceManager& operator=(ServiceManager&&) = delete;
  ~ServiceManager();

  void ready() const { say("READY=1"); }
  void stopping() const { say("STOPPING=1"); }
  /// The service turns; said at most once in `kEvery`. When systemd has not heard it for WatchdogSec, it restarts us.
  void alive(Instant now);

 private:
  void say(std::string_view state) const;

  std::string address_;
  int socket_ = -1;
  Instant said_;
};

}  // namespace callwright::server
