#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace callwright::cti::sip {

/// The way a message came, or is to go.
struct Flow {
  enum class Transport : std::uint8_t { udp, tcp };
  Transport transport = Transport::udp;
  std::string host;  ///< the address it came from; of what we send by ourselves it may be a name, which the driver looks up
  std::uint16_t port = 5060;
  std::uint64_t connection =
      0;  ///< of a stream: the one it came over, numbered by the driver; if it is gone, host and port are called. 0: any that leads there

  bool reliable() const { return transport != Transport::udp; }
  bool operator==(const Flow&) const = default;
};

/// `udp 192.0.2.1 5060`, `tcp 192.0.2.1 5060 17`: as an action names it (cti::link::Send::to).
std::string text_of(const Flow& flow);
std::optional<Flow> read_flow(std::string_view text);

}  // namespace callwright::cti::sip
