#pragma once
#include <system_error>

namespace callwright::cti::csta {

enum class errc {
  malformed = 1,  ///< not what it has to be
  too_big,        ///< over a limit of codec.hpp or frame.hpp
  refused_value,  ///< a value that must not go out
};

const std::error_category& category();
inline std::error_code make_error_code(errc e) { return {static_cast<int>(e), category()}; }

}  // namespace callwright::cti::csta

template <>
struct std::is_error_code_enum<callwright::cti::csta::errc> : std::true_type {};
