#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cti/asterisk/message.hpp"
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

/// One channel to release.
struct Release {
  std::string channel_id;
  bool phone = false;     ///< an agent's, to be hung up; otherwise a caller, to go on in the fallback
  bool doubtful = false;  ///< up and alone: he may be joined by now, so look again first
  bool operator==(const Release&) const = default;
};
/// Who waits: callers who stand in our application without a talk or are alone in one of our talk bridges, and the phones that
/// ring for them. Pure.
std::vector<Release> who_waits(const Settings& settings, const std::vector<Channel>& channels, const std::vector<Bridge>& bridges);

/// Moves every caller who waits in our application to the fallback context. Who talks, or is on hold, is left alone; so is an agent
/// who is alone in the talk: he hears it and hangs up.
///
/// For `callwright release` (run by systemd when the server has died) and for the watchdog: needs the HTTP port and the
/// account, no server, no WebSocket, no journal. Waits; at most `Settings::request_limit` for each answer. Run twice it
/// does nothing more. Errors: `errc::unreachable`, `errc::timed_out`, `errc::not_allowed`, `errc::refused`.
Result<Released> release_waiting(const Settings& settings, std::shared_ptr<boost::asio::ssl::context> tls = nullptr);

}  // namespace callwright::cti::asterisk
