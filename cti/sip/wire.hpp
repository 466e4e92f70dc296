#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "cti/sip/codec.hpp"
#include "cti/sip/flow.hpp"

namespace callwright::runtime {
class EventLoop;
}

namespace callwright::cti::sip {

/// The sockets of a SIP link: one for datagrams, one that takes connections, both on one port, and the connections, ours included.
///
/// Lives on its loop; every call and every outlet happens there. A datagram that the kernel has no room for is dropped, as one on the way would be. A
/// connection that is broken (framing.hpp), says nothing for five minutes, or does not read what waits for it (1 MiB) is closed. A host that is a
/// name is looked up each time it is sent to. Limits: 1,024 connections; more are closed as they come.
class Wire {
 public:
  struct Outlets {
    std::function<void(const Flow&, Carrier, std::string_view)> message;
    std::function<void(const Flow&)> unreachable;  ///< what was sent there did not leave
  };
  static constexpr std::size_t kConnections = 1'024;

  Wire(runtime::EventLoop& loop, Outlets outlets);
  ~Wire();

  /// `port` 0: any. Errors: `errc::unreachable` with what the kernel says.
  Result<void> listen(const std::string& address, std::uint16_t port);
  std::uint16_t port() const;
  void send(const Flow& to, std::string bytes);
  std::size_t connections() const;
  /// Nothing is told any more; `done` runs once nothing is left on the loop.
  void close(std::function<void()> done);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace callwright::cti::sip
