#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "cti/model/link.hpp"
#include "cti/model/switch_event.hpp"

namespace callwright::cti::link {

/// Connect to the switch; `opened` or `closed` follows.
struct Open {
  bool operator==(const Open&) const = default;
};
/// These bytes, behind all that was sent before.
struct Send {
  std::string bytes;
  std::string to{};  ///< of a link with many peers: whom, in its driver's words
  bool operator==(const Send&) const = default;
};
/// Close the connection. Nothing more is told about it.
struct Close {
  bool operator==(const Close&) const = default;
};
struct Emit {
  model::SwitchEvent event;
  bool operator==(const Emit&) const = default;
};
struct Declare {
  model::Capabilities capabilities;
  bool operator==(const Declare&) const = default;
};
struct Log {
  enum class Level : std::uint8_t { info, warn, error };
  Level level = Level::info;
  std::string event;
  std::string detail;  ///< ids and words of the switch, no person's name or number
  bool operator==(const Log&) const = default;
};

/// What a machine wants done, in this order.
using Action = std::variant<Open, Send, Close, Emit, Declare, Log>;
using Actions = std::vector<Action>;

}  // namespace callwright::cti::link
