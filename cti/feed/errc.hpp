#pragma once
#include <system_error>

namespace callwright::cti::feed {

/// Why a feed connection ends, or why a command does not leave. The first ten are also codes on the wire (`ErrorCode` of feed.proto).
enum class Errc : int {
  oversized = 1,    ///< a frame above 1 MiB, a snapshot above 65,536 legs or 64 MiB
  malformed,        ///< no such message, or a field that breaks its rule
  out_of_order,     ///< a frame that may not stand here
  gap,              ///< a number is missing
  silent,           ///< a deadline passed
  overloaded,       ///< the receiver's limit is reached
  replaced,         ///< another connection said hello with the same name
  stopping,         ///< the sender shuts down
  refused,          ///< the welcome said why
  disconnected,     ///< the network or the other side closed without a word
  not_connected,    ///< a command for a switch that is not there
  not_declared,     ///< a command that the switch did not declare
  deadline_passed,  ///< a command that is too late
  refused_value,    ///< a command with control or dialplan characters in a value
};
const std::error_category& category();
inline std::error_code make_error_code(Errc e) { return {static_cast<int>(e), category()}; }

}  // namespace callwright::cti::feed

template <>
struct std::is_error_code_enum<callwright::cti::feed::Errc> : std::true_type {};
