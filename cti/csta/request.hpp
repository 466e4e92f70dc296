#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "cti/csta/codec.hpp"

/// The only place where XML for the switch is written. Each function gives the XML of one request without its frame, and refuses
/// (`errc::refused_value`) a value that is empty, too long or has control characters; what XML takes for its own is escaped.
namespace callwright::cti::csta::request {

Result<std::string> start_session(std::string_view application, std::int64_t seconds);
Result<std::string> reset_session_timer(std::string_view session, std::int64_t seconds);
Result<std::string> stop_session(std::string_view session);

Result<std::string> monitor_start(std::string_view device);
Result<std::string> monitor_stop(std::string_view monitor);
Result<std::string> snapshot_device(std::string_view device);
Result<std::string> snapshot_call(const Connection& connection);

/// "Are you there": every switch answers it, if only with a refusal.
std::string system_status();
std::string system_status_answer();

Result<std::string> make_call(std::string_view device, std::string_view to);
Result<std::string> answer_call(const Connection& connection);
Result<std::string> clear_connection(const Connection& connection);
Result<std::string> hold_call(const Connection& connection);
Result<std::string> retrieve_call(const Connection& connection);
/// The call is held, and its device calls another one.
Result<std::string> consultation_call(const Connection& connection, std::string_view to);
/// The held call and the consultation become one, without who held it.
Result<std::string> transfer_call(const Connection& held, const Connection& active);
/// A ringing call goes to somebody else.
Result<std::string> deflect_call(const Connection& connection, std::string_view to);

}  // namespace callwright::cti::csta::request
