#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "cti/asterisk/settings.hpp"

namespace boost::asio::ssl {
class context;
}

namespace callwright::cti::asterisk {

struct CheckedAgent {
  AgentId agent;
  std::string device;
};

/// One thing that was looked at. `paste` is what to write where (`in ari.conf: ...`) when it is not good.
struct Finding {
  enum class Level : std::uint8_t { good, warning, failure };
  Level level = Level::good;
  std::string what;
  std::string paste;
};

struct CheckReport {
  std::vector<Finding> findings;
  bool good() const;  ///< no failure
};

/// `callwright link check NAME`: is this Asterisk ready for us? Connects, logs in, and looks at version, clock, rights (missing
/// and more than needed), modules, WebSocket, dialplan and the end point of each agent. Stops early when nothing more can be
/// said. Changes nothing but the global variable CALLWRIGHT_CHECK, and opens the WebSocket as an application of its own
/// (`callwright-check`): a check must not take ours from a running server. Waits; some seconds at most.
CheckReport check(const Settings& settings, std::span<const CheckedAgent> agents, std::shared_ptr<boost::asio::ssl::context> tls = nullptr);

}  // namespace callwright::cti::asterisk
