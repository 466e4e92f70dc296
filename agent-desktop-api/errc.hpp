#pragma once
#include <string>
#include <system_error>

namespace callwright::desktop {

/// Everything that the API may answer instead of success. One table (problem.cpp) gives each its status, title and whether the
/// same request may succeed later; pages translate `code`, never the text.
enum class Errc : int {
  bad_request = 1,     ///< not JSON, a wrong type, a value out of its limits; `errors[]` names the field
  bad_login,           ///< name or password is wrong; never says which
  not_signed_in,
  not_allowed,         ///< the role or scope lacks the operation
  bad_origin,          ///< a page of another origin asked
  bad_csrf,            ///< X-CSRF-Token is missing or wrong
  not_found,
  method_not_allowed,
  version_conflict,    ///< If-Match named another version
  precondition_required,
  too_large,
  headers_too_large,
  wrong_media_type,
  too_many,            ///< a rate limit; Retry-After says when
  busy,                ///< a bounded queue is full; retryable
  recovering,          ///< the server is folding its journal; retryable
  draining,            ///< the server is stopping; retryable
  too_slow,            ///< the answer did not come in time; retryable
  internal,
};
const std::error_category& category();
inline std::error_code make_error_code(Errc e) { return {static_cast<int>(e), category()}; }

}  // namespace callwright::desktop

template <>
struct std::is_error_code_enum<callwright::desktop::Errc> : std::true_type {};
