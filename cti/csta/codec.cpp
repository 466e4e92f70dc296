#include "cti/csta/codec.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <pugixml.hpp>

#include "base/utf8.hpp"
#include "cti/csta/error.hpp"

namespace callwright::cti::csta {
namespace {

using pugi::xml_node;

/// What a root is, and how it calls its connection and the device that acts.
struct Root {
  std::string_view element;
  Name name;
  std::string_view connection{}, subject{};
};
constexpr std::array<Root, 39> kRoots{{
    {"DeliveredEvent", Name::delivered, "connection", "alertingDevice"},
    {"EstablishedEvent", Name::established, "establishedConnection", "answeringDevice"},
    {"ConnectionClearedEvent", Name::connection_cleared, "droppedConnection", "releasingDevice"},
    {"ServiceInitiatedEvent", Name::service_initiated, "initiatedConnection", "initiatingDevice"},
    {"OriginatedEvent", Name::originated, "originatedConnection", "callingDevice"},
    {"NetworkReachedEvent", Name::network_reached, "outboundConnection", "networkInterfaceUsed"},
    {"OfferedEvent", Name::offered, "offeredConnection", "offeredDevice"},
    {"HeldEvent", Name::held, "heldConnection", "holdingDevice"},
    {"RetrievedEvent", Name::retrieved, "retrievedConnection", "retrievingDevice"},
    {"CallClearedEvent", Name::call_cleared, "clearedCall", {}},
    {"FailedEvent", Name::failed, "failedConnection", "failingDevice"},
    {"DivertedEvent", Name::diverted, "connection", "divertingDevice"},
    {"QueuedEvent", Name::queued, "queuedConnection", "queue"},
    {"ConferencedEvent", Name::conferenced, "primaryOldCall", "conferencingDevice"},
    {"TransferedEvent", Name::transferred, "primaryOldCall", "transferringDevice"},
    {"TransferredEvent", Name::transferred, "primaryOldCall", "transferringDevice"},
    {"CallInformationEvent", Name::call_information, "connection", "device"},
    {"BackInServiceEvent", Name::back_in_service, {}, "device"},
    {"OutOfServiceEvent", Name::out_of_service, {}, "device"},
    {"AgentLoggedOnEvent", Name::agent_logged_on, {}, "agentDevice"},
    {"AgentLoggedOffEvent", Name::agent_logged_off, {}, "agentDevice"},
    {"AgentReadyEvent", Name::agent_ready, {}, "agentDevice"},
    {"AgentNotReadyEvent", Name::agent_not_ready, {}, "agentDevice"},
    {"AgentBusyEvent", Name::agent_busy, {}, "agentDevice"},
    {"AgentWorkingAfterCallEvent", Name::agent_after_call, {}, "agentDevice"},
    {"StartApplicationSessionPosResponse", Name::session_started},
    {"StartApplicationSessionNegResponse", Name::session_refused},
    {"ResetApplicationSessionTimerPosResponse", Name::session_timer_reset},
    {"ResetApplicationSessionTimerNegResponse", Name::session_timer_refused},
    {"StopApplicationSessionPosResponse", Name::session_stopped},
    {"ApplicationSessionTerminated", Name::session_terminated},
    {"MonitorStartResponse", Name::monitor_started},
    {"MonitorStopResponse", Name::monitor_stopped},
    {"MonitorStop", Name::monitor_stop},
    {"SystemStatus", Name::system_status},
    {"SystemStatusResponse", Name::system_status_answer},
    {"SnapshotDeviceResponse", Name::snapshot_device},
    {"SnapshotCallResponse", Name::snapshot_call},
    {"CSTAErrorCode", Name::failure},
}};

std::string_view name_of(const xml_node& node) {
  const std::string_view name = node.name();
  const std::size_t colon = name.find(':');
  return colon == name.npos ? name : name.substr(colon + 1);
}

xml_node child(const xml_node& of, std::string_view name) {
  if (!name.empty())
    for (const xml_node one : of.children())
      if (name_of(one) == name) return one;
  return {};
}

/// The first element within, of whatever depth, in document order. The depth is bounded already.
xml_node within(const xml_node& of, std::string_view name) {
  return of.find_node([&](const xml_node& one) { return name_of(one) == name; });
}

/// What stands in an element: valid UTF-8 without control characters, no white space around it.
std::string text(const xml_node& node) {
  std::string_view plain = node.child_value();
  constexpr std::string_view kWhite = " \t\r\n";
  const std::size_t from = plain.find_first_not_of(kWhite);
  if (from == plain.npos) return {};
  std::string clean = to_utf8(plain.substr(from, plain.find_last_not_of(kWhite) - from + 1), kTextBytes);
  std::erase_if(clean, [](char c) { return static_cast<std::uint8_t>(c) < 0x20 || c == 0x7F; });
  return clean;
}
std::string text(const xml_node& of, std::string_view name) { return text(child(of, name)); }

/// The identifier stands in the element itself, or in one that says what kind it is. `notKnown`, `notRequired`, `restricted`: none.
Device device(const xml_node& node) {
  for (const std::string_view kind : {"deviceIdentifier", "deviceID", "numberDialed"})
    if (const xml_node inner = child(node, kind)) return device(inner);
  return read_device(text(node));
}

Connection connection(const xml_node& node) { return {text(node, "callID"), read_device(text(node, "deviceID"))}; }

ConnectionState state_of(std::string_view word) {
  using enum ConnectionState;
  static constexpr std::array<std::pair<std::string_view, ConnectionState>, 20> kStates{{
      {"null", null},
      {"initiated", initiated},
      {"alerting", alerting},
      {"connected", connected},
      {"hold", held},
      {"queued", queued},
      {"fail", failed},
      // As a device sees its whole call (simpleCallState): its own half of it.
      {"callNull", null},
      {"callPending", initiated},
      {"callOriginated", connected},
      {"callDelivered", connected},
      {"callDeliveredHeld", held},
      {"callReceived", alerting},
      {"callReceivedOnHold", alerting},
      {"callEstablished", connected},
      {"callEstablishedHeld", held},
      {"callEstablishedOnHold", connected},
      {"callQueued", connected},
      {"callFailed", connected},
      {"callBlocked", failed},
  }};
  for (const auto& [known, state] : kStates)
    if (known == word) return state;
  return not_said;
}

Result<void> check_shape(const xml_node& document) {
  int depth = 0;
  for (xml_node at = document.first_child(); at;) {  // in document order, without recursion
    if (at.type() == pugi::node_doctype) return fail(errc::malformed, "a document type declaration");
    if (at.first_child()) {
      if (++depth > kDepth) return fail(errc::too_big, "levels");
      at = at.first_child();
      continue;
    }
    while (at && !at.next_sibling()) {
      at = at.parent();
      --depth;
    }
    if (at) at = at.next_sibling();
  }
  return {};
}

/// Of each element `item` in `list`.
template <class Read>
Result<void> read_list(Message& message, const xml_node& list, std::string_view item, Read read) {
  for (const xml_node one : list.children()) {
    if (name_of(one) != item) continue;
    if (message.connections.size() >= kListed) return fail(errc::too_big, "connections");
    message.connections.push_back(read(one));
  }
  return {};
}

Listed item_behind_change(const xml_node& one) {
  return {connection(child(one, "newConnection")), connection(child(one, "oldConnection")), device(child(one, "endpoint")),
          state_of(text(one, "resultingConnectionInfo"))};
}
Listed item_of_device(const xml_node& one) {
  Listed listed{.now = connection(child(one, "connectionIdentifier"))};
  const xml_node call_state = child(one, "localCallState");
  listed.state = state_of(text(within(call_state, "localConnectionState")));
  if (listed.state == ConnectionState::not_said) listed.state = state_of(text(within(call_state, "simpleCallState")));
  if (listed.state == ConnectionState::not_said) listed.state = state_of(text(one, "localConnectionInfo"));
  return listed;
}
Listed item_of_call(const xml_node& one) {
  Listed listed{.now = connection(child(one, "callIdentifier")), .endpoint = device(child(one, "deviceOnCall"))};
  if (listed.now.device.number.empty()) listed.now.device = listed.endpoint;
  listed.state = state_of(text(one, "localConnectionInfo"));
  return listed;
}

Result<void> read_lists(Message& message, const xml_node& root) {
  switch (message.name) {
    case Name::conferenced: return read_list(message, child(root, "conferenceConnections"), "connectionListItem", item_behind_change);
    case Name::transferred: return read_list(message, child(root, "transferredConnections"), "connectionListItem", item_behind_change);
    case Name::snapshot_device: return read_list(message, within(root, "snapshotData"), "snapshotDeviceResponseInfo", item_of_device);
    case Name::snapshot_call: return read_list(message, within(root, "snapshotData"), "snapshotCallResponseInfo", item_of_call);
    default: return {};
  }
}

/// The innermost word: `<CSTAErrorCode><operation>invalidDeviceID</operation></CSTAErrorCode>`.
std::string innermost(xml_node node) {
  while (node.first_child().type() == pugi::node_element) node = node.first_child();
  return text(node);
}

void read_session(Message& message, const xml_node& root) {
  message.session = text(root, "sessionID");
  const std::string seconds = text(root, "actualSessionDuration");
  std::int64_t value = 0;
  const auto read = std::from_chars(seconds.data(), seconds.data() + seconds.size(), value);
  constexpr std::int64_t kDay = 86'400;
  if (read.ec == std::errc{} && value > 0) message.session_seconds = std::min(value, kDay);
}

}  // namespace

Result<Message> read_message(std::string_view xml) {
  pugi::xml_document document;
  constexpr unsigned kOptions = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_doctype;
  const auto parsed = document.load_buffer(xml.data(), xml.size(), kOptions, pugi::encoding_utf8);
  if (!parsed) return fail(errc::malformed, parsed.description());
  if (const auto good = check_shape(document); !good) return std::unexpected(good.error());

  const xml_node root = document.document_element();
  Message message;
  message.root = to_utf8(name_of(root), kTextBytes);
  const auto known = std::ranges::find(kRoots, name_of(root), &Root::element);
  if (known == kRoots.end()) {
    if (message.root.ends_with("Response")) message.name = Name::answer;
    return message;
  }
  message.name = known->name;
  message.monitor = text(root, "monitorCrossRefID");
  message.connection = connection(child(root, known->connection));
  message.subject = device(child(root, known->subject));
  message.calling = device(child(root, "callingDevice"));
  message.called = device(child(root, "calledDevice"));
  message.redirecting = device(child(root, "lastRedirectionDevice"));
  message.other = connection(child(root, "secondaryOldCall"));
  for (const std::string_view to : {"newDestination", "transferredToDevice", "addedParty"})
    if (const xml_node node = child(root, to)) message.to = device(node);
  message.cause = text(root, "cause");
  message.agent = text(root, "agentID");
  message.status = text(root, "systemStatus");
  if (message.name == Name::failure) message.status = innermost(root);
  if (message.name == Name::session_refused || message.name == Name::session_timer_refused) message.status = innermost(child(root, "errorCode"));
  read_session(message, root);
  if (const auto good = read_lists(message, root); !good) return std::unexpected(good.error());

  if (!known->connection.empty() && message.connection.call.empty()) return fail(errc::malformed, message.root + " of no call");
  if (message.name == Name::monitor_started && message.monitor.empty()) return fail(errc::malformed, message.root + " without its id");
  return message;
}

}  // namespace callwright::cti::csta
