#pragma once
#include <system_error>

namespace callwright::runtime {

enum class Errc : int {
  timed_out = 1,  ///< the deadline came first
  cancelled,      ///< somebody outside ended the operation
  bad_setting,
  unknown_setting,
  bad_secret,     ///< missing, empty, too long, or others may read it
  bad_certificate,
  io,
};
const std::error_category& category();
inline std::error_code make_error_code(Errc e) { return {static_cast<int>(e), category()}; }

}  // namespace callwright::runtime

template <>
struct std::is_error_code_enum<callwright::runtime::Errc> : std::true_type {};
