#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cti/csta/device.hpp"

namespace callwright::cti::csta {

/// What the root element says it is, by its name without namespace or prefix: editions and vendors differ in those, not in the words.
enum class Name : std::uint8_t {
  other,
  service_initiated,
  originated,
  network_reached,
  offered,
  delivered,
  established,
  held,
  retrieved,
  failed,
  diverted,
  queued,
  conferenced,
  transferred,  ///< the schema spells it `TransferedEvent`
  connection_cleared,
  call_cleared,
  call_information,
  back_in_service,
  out_of_service,
  agent_logged_on,
  agent_logged_off,
  agent_ready,
  agent_not_ready,
  agent_busy,
  agent_after_call,
  session_started,
  session_refused,
  session_timer_reset,
  session_timer_refused,
  session_stopped,
  session_terminated,
  monitor_started,
  monitor_stopped,
  monitor_stop,
  system_status,
  system_status_answer,
  snapshot_device,
  snapshot_call,
  failure,  ///< of whatever request: `CSTAErrorCode`
  answer,   ///< any other response
};

enum class ConnectionState : std::uint8_t { not_said, null, initiated, alerting, connected, held, queued, failed };

/// One party in one call. The call's id changes when calls become one.
struct Connection {
  std::string call;
  Device device;
  bool operator==(const Connection&) const = default;
};
/// A connection behind a transfer or conference, or one of a snapshot.
struct Listed {
  Connection now, before;
  Device endpoint;
  ConnectionState state = ConnectionState::not_said;
  bool operator==(const Listed&) const = default;
};

/// One message, with what it says under the same names whatever its element calls them. What is missing is empty.
struct Message {
  Name name = Name::other;
  std::string root;       ///< its name as it came, for people
  std::string monitor;    ///< monitorCrossRefID
  Connection connection;  ///< whom the event is about; of a transfer or conference the first old call
  Connection other;       ///< the second old call
  Device subject;         ///< alerting, answering, holding, releasing, transferring, conferencing device, the agent's, the queue
  Device calling, called, redirecting;
  Device to;  ///< newDestination, transferredToDevice, addedParty
  std::string cause;
  std::string agent;
  std::vector<Listed> connections;
  std::string session;
  std::int64_t session_seconds = 0;
  std::string status;  ///< of the system; or why something was refused
};

/// Limits of one message, beyond which it is `errc::too_big`: depth and items. Its bytes are limited by its frame.
inline constexpr int kDepth = 24;
inline constexpr std::size_t kListed = 512;
inline constexpr std::size_t kTextBytes = 256;

/// Errors: `errc::malformed` (no XML, a document type declaration, an event that lacks whom it is about), `errc::too_big`.
Result<Message> read_message(std::string_view xml);

}  // namespace callwright::cti::csta
