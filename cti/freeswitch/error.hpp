#pragma once
#include <system_error>

namespace callwright::cti::freeswitch {

enum class errc {
  malformed = 1,  ///< not what the event socket says it is
  too_big,        ///< longer or deeper than the limits of frame.hpp
  refused_value,  ///< a value that must not go out: control characters, what FreeSWITCH reads as syntax, too long, empty
  unsupported,    ///< the event socket cannot do it
  bad_settings,   ///< the switch's settings cannot be used
};

const std::error_category& category();
inline std::error_code make_error_code(errc e) { return {static_cast<int>(e), category()}; }

}  // namespace callwright::cti::freeswitch

template <>
struct std::is_error_code_enum<callwright::cti::freeswitch::errc> : std::true_type {};
