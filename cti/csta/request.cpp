#include "cti/csta/request.hpp"

#include <algorithm>
#include <utility>

#include "cti/csta/error.hpp"

namespace callwright::cti::csta::request {
namespace {

constexpr std::string_view kNamespace = "http://www.ecma-international.org/standards/ecma-323/csta/ed4";
constexpr std::string_view kSessions = "http://www.ecma-international.org/standards/ecma-354/appl_session";

bool is_sendable(std::string_view value) {
  return !value.empty() && value.size() <= kTextBytes &&
         std::ranges::all_of(value, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; });
}

/// Writes one element after the other. The first refused value ends it.
class Builder {
 public:
  explicit Builder(std::string_view root, std::string_view space = kNamespace) : root_(root) {
    xml_.append(R"(<?xml version="1.0" encoding="UTF-8"?><)").append(root).append(" xmlns=\"").append(space).append("\">");
  }

  Builder& open(std::string_view name) { return tag("<", name); }
  Builder& close(std::string_view name) { return tag("</", name); }
  Builder& element(std::string_view name, std::string_view value) {
    if (!is_sendable(value) && refused_.empty()) refused_ = name;
    open(name);
    for (const char c : value) {
      if (c == '<') xml_ += "&lt;";
      else if (c == '>') xml_ += "&gt;";
      else if (c == '&') xml_ += "&amp;";
      else xml_ += c;
    }
    return close(name);
  }
  Builder& connection(std::string_view name, const Connection& connection) {
    return open(name).element("callID", connection.call).element("deviceID", connection.device.said).close(name);
  }
  Result<std::string> done() {
    if (!refused_.empty()) return fail(errc::refused_value, refused_);
    return text();
  }
  /// For requests without a value from outside.
  std::string text() {
    close(root_);
    return std::move(xml_);
  }

 private:
  Builder& tag(std::string_view bracket, std::string_view name) {
    xml_.append(bracket).append(name).append(">");
    return *this;
  }
  std::string xml_, root_, refused_;
};

}  // namespace

Result<std::string> start_session(std::string_view application, std::int64_t seconds) {
  return Builder("StartApplicationSession", kSessions)
      .open("applicationInfo")
      .element("applicationID", application)
      .close("applicationInfo")
      .open("requestedProtocolVersions")
      .element("protocolVersion", kNamespace)
      .close("requestedProtocolVersions")
      .element("requestedSessionDuration", std::to_string(seconds))
      .done();
}
Result<std::string> reset_session_timer(std::string_view session, std::int64_t seconds) {
  return Builder("ResetApplicationSessionTimer", kSessions)
      .element("sessionID", session)
      .element("requestedSessionDuration", std::to_string(seconds))
      .done();
}
Result<std::string> stop_session(std::string_view session) {
  return Builder("StopApplicationSession", kSessions)
      .element("sessionID", session)
      .open("sessionEndReason")
      .element("definedEndReason", "normal")
      .close("sessionEndReason")
      .done();
}

Result<std::string> monitor_start(std::string_view device) {
  return Builder("MonitorStart").open("monitorObject").element("deviceObject", device).close("monitorObject").element("monitorType", "device").done();
}
Result<std::string> monitor_stop(std::string_view monitor) { return Builder("MonitorStop").element("monitorCrossRefID", monitor).done(); }
Result<std::string> snapshot_device(std::string_view device) { return Builder("SnapshotDevice").element("snapshotObject", device).done(); }
Result<std::string> snapshot_call(const Connection& connection) { return Builder("SnapshotCall").connection("snapshotObject", connection).done(); }

std::string system_status() { return Builder("SystemStatus").element("systemStatus", "normal").text(); }
std::string system_status_answer() { return Builder("SystemStatusResponse").text(); }

Result<std::string> make_call(std::string_view device, std::string_view to) {
  return Builder("MakeCall").element("callingDevice", device).element("calledDirectoryNumber", to).element("autoOriginate", "doNotPrompt").done();
}
Result<std::string> answer_call(const Connection& connection) { return Builder("AnswerCall").connection("callToBeAnswered", connection).done(); }
Result<std::string> clear_connection(const Connection& connection) {
  return Builder("ClearConnection").connection("connectionToBeCleared", connection).done();
}
Result<std::string> hold_call(const Connection& connection) { return Builder("HoldCall").connection("callToBeHeld", connection).done(); }
Result<std::string> retrieve_call(const Connection& connection) { return Builder("RetrieveCall").connection("callToBeRetrieved", connection).done(); }
Result<std::string> consultation_call(const Connection& connection, std::string_view to) {
  return Builder("ConsultationCall").connection("existingCall", connection).element("consultedDevice", to).done();
}
Result<std::string> transfer_call(const Connection& held, const Connection& active) {
  return Builder("TransferCall").connection("heldCall", held).connection("activeCall", active).done();
}
Result<std::string> deflect_call(const Connection& connection, std::string_view to) {
  return Builder("DeflectCall").connection("callToBeDiverted", connection).element("newDestination", to).done();
}

}  // namespace callwright::cti::csta::request
