#pragma once
#include <cstdint>

namespace callwright::cti::link {

/// What every machine counts. `figures.hpp` shows it as `callwright_link_*`.
struct Counters {
  std::uint64_t bytes = 0;           ///< received
  std::uint64_t events = 0;          ///< messages of the switch about what happened there
  std::uint64_t unknown_events = 0;  ///< of a kind that says nothing to us
  std::uint64_t malformed = 0;       ///< messages that cannot be read, or not be what they say
  std::uint64_t connections = 0;     ///< attempts
  std::uint64_t lost = 0;            ///< live connections that ended without our doing
  std::uint64_t overflows = 0;       ///< the core did not take an event, or too many had to be kept back
  std::uint64_t refused_account = 0;
  std::uint64_t commands = 0;
  std::uint64_t commands_not_connected = 0;
  std::uint64_t commands_too_late = 0;
  std::uint64_t commands_refused = 0;  ///< a value that must not go out
  std::uint64_t commands_unsupported = 0;
  std::uint64_t failed_requests = 0;  ///< answers other than success that were not expected
  std::uint64_t unknown_replies = 0;  ///< answers that nobody waits for (any more)
  std::uint64_t failed_rings = 0;     ///< agents' phones that could not be rung
};

}  // namespace callwright::cti::link
