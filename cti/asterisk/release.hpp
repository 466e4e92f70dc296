#pragma once
#include <cstddef>
#include <memory>

#include "base/result.hpp"
#include "cti/asterisk/settings.hpp"

namespace boost::asio::ssl {
class context;
}

namespace callwright::cti::asterisk {

struct Released {
  std::size_t callers = 0;  ///< handed to the fallback context
  std::size_t phones = 0;   ///< agents' phones that rang for them, hung up
  std::size_t failed = 0;   ///< callers whom the switch did not let go (gone meanwhile)
};

/// Moves every caller who waits in our application to the fallback context. Who talks, or is on hold, is left alone.
///
/// For `callwright release` (run by systemd when the server has died) and for the watchdog: needs the HTTP port and the
/// account, no server, no WebSocket, no journal. Waits; at most `Settings::request_limit` for each answer. Run twice it
/// does nothing more. Errors: `errc::unreachable`, `errc::timed_out`, `errc::not_allowed`, `errc::refused`.
Result<Released> release_waiting(const Settings& settings, std::shared_ptr<boost::asio::ssl::context> tls = nullptr);

}  // namespace callwright::cti::asterisk
