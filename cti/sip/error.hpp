#pragma once
#include <system_error>

namespace callwright::cti::sip {

enum class errc {
  malformed = 1,  ///< not what it has to be
  too_big,        ///< over a limit of head.hpp or dialog_info.hpp
  refused_value,  ///< a value that must not go out: control characters, or what SIP would read as something else
  bad_settings,   ///< the settings of a switch cannot be used
  unreachable,    ///< no socket, no address
};

const std::error_category& category();
inline std::error_code make_error_code(errc e) { return {static_cast<int>(e), category()}; }

}  // namespace callwright::cti::sip

template <>
struct std::is_error_code_enum<callwright::cti::sip::errc> : std::true_type {};
