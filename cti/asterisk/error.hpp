#pragma once
#include <system_error>

namespace callwright::cti::asterisk {

enum class errc {
  malformed = 1,   ///< not JSON, or a field that must be there is missing or of another type
  too_big,         ///< longer or deeper than the limits of codec.hpp
  refused_value,   ///< a value that must not go out: control or dialplan characters, too long, empty
  unreachable,     ///< no connection, or it broke
  timed_out,       ///< no answer before the deadline
  not_allowed,     ///< 401 or 403: the account is wrong or may not do it
  refused,         ///< any other answer than success
  unsupported,     ///< ARI cannot do it
  bad_settings,    ///< the switch's entry in the centre document cannot be used
};

const std::error_category& category();
inline std::error_code make_error_code(errc e) { return {static_cast<int>(e), category()}; }

}  // namespace callwright::cti::asterisk

template <>
struct std::is_error_code_enum<callwright::cti::asterisk::errc> : std::true_type {};
