#include "sim/csta/peer.hpp"

#include <utility>

namespace callwright::sim::csta {
namespace {

constexpr std::size_t kHeader = 8;
constexpr std::string_view kEvent = "9999";

/// The text of the first element of this name. Requests are plain enough to be read so.
std::string text(const std::string& xml, const std::string& name, std::size_t from = 0) {
  const std::string open = "<" + name + ">";
  const std::size_t begin = xml.find(open, from);
  if (begin == xml.npos) return {};
  std::string found = xml.substr(begin + open.size(), xml.find("</" + name + ">", begin) - begin - open.size());
  for (const auto& [escaped, plain] : {std::pair{"&lt;", "<"}, std::pair{"&gt;", ">"}, std::pair{"&amp;", "&"}})
    for (std::size_t at = found.find(escaped); at != found.npos; at = found.find(escaped, at + 1))
      found.replace(at, std::string(escaped).size(), plain);
  return found;
}
std::string element(const std::string& name, const std::string& content) { return "<" + name + ">" + content + "</" + name + ">"; }
std::string device(const std::string& name, const std::string& number) {
  return element(name, element("deviceIdentifier", "N&lt;" + number + "&gt;;noa=nk"));
}
std::string connection(const std::string& name, const std::string& call, const std::string& number) {
  return element(name, element("callID", call) + element("deviceID", number));
}
const char* word(Peer::State state) {
  switch (state) {
    case Peer::State::initiated: return "initiated";
    case Peer::State::alerting: return "alerting";
    case Peer::State::connected: return "connected";
    case Peer::State::held: return "hold";
  }
  return "null";
}

}  // namespace

// --- the wire -------------------------------------------------------------------------------------------------------------

void Peer::received(std::string_view bytes) {
  in_.append(bytes);
  while (in_.size() >= kHeader) {
    const std::size_t size = std::size_t{static_cast<unsigned char>(in_[2])} << 8 | static_cast<unsigned char>(in_[3]);
    if (in_.size() < size) return;
    const std::string id = in_.substr(4, 4), xml = in_.substr(kHeader, size - kHeader);
    in_.erase(0, size);
    const std::size_t begin = xml.find('<', xml.find("?>") + 1) + 1;
    const std::string root = xml.substr(begin, xml.find_first_of(" >/", begin) - begin);
    requests.push_back(root);
    request(root, xml, id);
  }
}

std::string Peer::take() { return std::exchange(out_, {}); }

void Peer::cut() {
  in_.clear();
  out_.clear();
  session_ = false;
  monitors_.clear();
}

void Peer::restart() {
  calls_.clear();
  facts_.clear();
  say(element("SystemStatus", element("systemStatus", "initializing")), 1);
}

void Peer::say(std::string_view xml, int invoke_id) {
  std::string id = std::to_string(invoke_id);
  id.insert(0, 4 - id.size(), '0');
  frame(id, std::string(xml));
}

void Peer::frame(const std::string& id, const std::string& xml) {
  const std::size_t size = kHeader + xml.size();
  out_ += std::string{'\0', '\0', static_cast<char>(size >> 8), static_cast<char>(size & 0xFF)} + id + xml;
}

void Peer::request(const std::string& root, const std::string& xml, const std::string& id) {
  const auto refuse = [&](const std::string& why) { frame(id, element("CSTAErrorCode", element("operation", why))); };
  if (root == "SystemStatusResponse") return;
  if (root == "StartApplicationSession") {
    if (!sessions) return refuse("serviceNotSupported");
    if (!refuses.empty()) return frame(id, element(root + "NegResponse", element("errorCode", element("definedError", refuses))));
    session_ = true;
    return frame(id,
                 element(root + "PosResponse", element("sessionID", "9") + element("actualSessionDuration", text(xml, "requestedSessionDuration"))));
  }
  if (sessions && !session_) return refuse("noSession");
  if (root == "ResetApplicationSessionTimer") return frame(id, element(root + "PosResponse", element("actualSessionDuration", "600")));
  if (root == "MonitorStart") {
    const std::string phone = text(xml, "deviceObject");
    if (unknown.contains(phone)) return refuse("invalidDeviceID");
    monitors_[phone] = std::to_string(++last_monitor_);
    return frame(id, element(root + "Response", element("monitorCrossRefID", monitors_[phone])));
  }
  if (root == "MonitorStop") {
    std::erase_if(monitors_, [&](const auto& monitor) { return monitor.second == text(xml, "monitorCrossRefID"); });
    return frame(id, "<MonitorStopResponse/>");
  }
  if (root == "SnapshotDevice") {
    std::string items;
    for (const auto& [call, members] : calls_)
      if (const auto at = members.find(text(xml, "snapshotObject")); at != members.end())
        items += element("snapshotDeviceResponseInfo",
                         connection("connectionIdentifier", call, at->first) +
                             element("localCallState", element("compoundCallState", element("localConnectionState", word(at->second)))));
    return frame(id, element(root + "Response", element("crossRefIDorSnapshotData", element("snapshotData", items))));
  }
  if (root == "SnapshotCall") {
    const std::string call = text(xml, "callID");
    if (!calls_.contains(call)) return refuse("invalidCallID");
    std::string items;
    for (const auto& [party, state] : calls_[call])
      items += element("snapshotCallResponseInfo",
                       device("deviceOnCall", party) + connection("callIdentifier", call, party) + element("localConnectionInfo", word(state)));
    return frame(id, element(root + "Response", element("crossRefIDorSnapshotData", element("snapshotData", items)) + parties(call)));
  }
  if (root == "SystemStatus") return frame(id, "<SystemStatusResponse/>");
  const std::size_t place = out_.size();
  if (!serve(root, xml)) return refuse("invalidConnectionID");
  std::string events = out_.substr(place);  // the answer goes first
  out_.resize(place);
  frame(id, "<" + root + "Response/>");
  out_ += events;
}

bool Peer::serve(const std::string& root, const std::string& xml) {
  const std::string call = text(xml, "callID"), phone = text(xml, "deviceID");
  if (!calls_.contains(call) || !calls_[call].contains(phone)) return false;
  if (root == "AnswerCall") answer(call, phone);
  else if (root == "ClearConnection") hang_up(call, phone);
  else if (root == "HoldCall") hold(call, phone);
  else if (root == "RetrieveCall") retrieve(call, phone);
  else if (root == "DeflectCall") divert(call, phone, text(xml, "newDestination"), "redirected");
  else if (root == "ConsultationCall") consult(call, phone, text(xml, "consultedDevice"));
  else if (root == "TransferCall") join(call, text(xml, "callID", xml.find("<activeCall>")), phone, false);
  else return false;
  return true;
}

/// Each monitored device in the call hears it, and one that has just left.
void Peer::event(const std::string& root, const std::string& call, const std::string& body, const std::string& also) {
  std::set<std::string> hear{also};
  if (const auto members = calls_.find(call); members != calls_.end())
    for (const auto& [party, state] : members->second) hear.insert(party);
  for (const std::string& one : hear)
    if (const auto monitor = monitors_.find(one); monitor != monitors_.end())
      frame(std::string(kEvent), element(root, element("monitorCrossRefID", monitor->second) + body));
}

// --- calls ----------------------------------------------------------------------------------------------------------------

std::string Peer::parties(const std::string& call) const {
  const Facts& facts = facts_.at(call);
  return device("callingDevice", facts.calling) + device("calledDevice", facts.called) + element("lastRedirectionDevice", "<notRequired/>");
}

std::string Peer::new_call(const std::string& calling, const std::string& called) {
  const std::string call = "FF" + std::to_string(++last_call_);
  facts_[call] = {calling, called};
  return call;
}

bool Peer::is(const std::string& call, const std::string& party, State state) const {
  const auto members = calls_.find(call);
  if (members == calls_.end()) return false;
  const auto member = members->second.find(party);
  return member != members->second.end() && member->second == state;
}

bool Peer::busy(const std::string& phone) const {
  for (const auto& [call, members] : calls_)
    if (members.contains(phone)) return true;
  return false;
}

void Peer::deliver(const std::string& call, const std::string& phone) {
  calls_[call][phone] = State::alerting;
  event("DeliveredEvent", call,
        connection("connection", call, phone) + device("alertingDevice", phone) + parties(call) + element("cause", "newCall"));
}

void Peer::call_in(const std::string& customer, const std::string& phone) {
  if (busy(phone) || busy(customer)) return;
  const std::string call = new_call(customer, phone);
  calls_[call][customer] = State::connected;
  deliver(call, phone);
}

void Peer::answer(const std::string& call, const std::string& phone) {
  if (!is(call, phone, State::alerting)) return;
  for (auto& [party, state] : calls_[call])
    if (party == phone || state == State::initiated) state = State::connected;
  event("EstablishedEvent", call,
        connection("establishedConnection", call, phone) + device("answeringDevice", phone) + parties(call) + element("cause", "newCall"));
}

void Peer::hold(const std::string& call, const std::string& phone) {
  if (!is(call, phone, State::connected)) return;
  calls_[call][phone] = State::held;
  event("HeldEvent", call, connection("heldConnection", call, phone) + device("holdingDevice", phone));
}

void Peer::retrieve(const std::string& call, const std::string& phone) {
  if (!is(call, phone, State::held)) return;
  calls_[call][phone] = State::connected;
  event("RetrievedEvent", call, connection("retrievedConnection", call, phone) + device("retrievingDevice", phone));
}

void Peer::hang_up(const std::string& call, const std::string& party) {
  std::string next = party;
  while (calls_.contains(call) && calls_[call].erase(next) == 1) {
    event("ConnectionClearedEvent", call,
          connection("droppedConnection", call, next) + device("releasingDevice", party) + element("cause", "normalClearing"), next);
    if (calls_[call].empty()) return void(calls_.erase(call));
    if (calls_[call].size() > 1) return;
    next = std::string(calls_[call].begin()->first);  // nobody stays in a call alone
  }
}

void Peer::consult(const std::string& call, const std::string& phone, const std::string& other) {
  if (!is(call, phone, State::connected) || busy(other)) return;
  hold(call, phone);
  const std::string second = new_call(phone, other);
  calls_[second][phone] = State::initiated;
  event("ServiceInitiatedEvent", second, connection("initiatedConnection", second, phone) + device("initiatingDevice", phone));
  event("OriginatedEvent", second, connection("originatedConnection", second, phone) + parties(second));
  deliver(second, other);
}

void Peer::join(const std::string& held, const std::string& active, const std::string& phone, bool stays) {
  if (held == active || !is(held, phone, State::held)) return;
  if (stays ? !is(active, phone, State::connected) : !calls_.contains(active) || !calls_[active].contains(phone)) return;
  const std::string call = new_call(facts_[held].calling, facts_[held].called);
  std::string items, other;
  for (const std::string& old : {held, active})
    for (const auto& [party, state] : calls_[old]) {
      if (party == phone && !stays) continue;
      if (party != phone && old == active) other = party;
      const bool again = !calls_[call].try_emplace(party, party == phone ? State::connected : state).second;
      if (!again)
        items += element("connectionListItem", connection("newConnection", call, party) + connection("oldConnection", old, party) +
                                                   element("endpoint", element("deviceID", party)));
    }
  calls_.erase(held);
  calls_.erase(active);
  const std::string olds = connection("primaryOldCall", held, phone) + connection("secondaryOldCall", active, phone);
  if (stays)
    event("ConferencedEvent", call,
          olds + device("conferencingDevice", phone) + device("addedParty", other) + element("conferenceConnections", items));
  else
    event("TransferedEvent", call,
          olds + device("transferringDevice", phone) + device("transferredToDevice", other) + element("transferredConnections", items) +
              element("cause", "transfer"),
          phone);
}

void Peer::divert(const std::string& call, const std::string& phone, const std::string& to, const std::string& cause) {
  if (!is(call, phone, State::alerting) || busy(to)) return;
  calls_[call].erase(phone);
  event("DivertedEvent", call,
        connection("connection", call, phone) + device("divertingDevice", phone) + device("newDestination", to) + element("cause", cause), phone);
  deliver(call, to);
}

}  // namespace callwright::sim::csta
