#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

/// What text may leave, and in what form.
namespace callwright::cti::feed {

/// True if `text` may be a native id, bridge or device: 1 to 256 bytes without control characters.
bool is_wire_id(std::string_view text);

/// `text` as a value that names something on the switch. Errors: `Errc::refused_value` (control or dialplan characters
/// `, ; | & $ { } [ ] " \\ ^` and the back quote, empty, too long).
Result<std::string> name_value(std::string_view field, std::string_view text);

/// `text` as a value that is only displayed: the same characters become blanks, at most 128 bytes stay.
std::string shown_value(std::string_view text);

/// Digits to be sent into a leg: 1 to 64 of `0-9 * # A-D`. Errors: `Errc::refused_value`.
Result<std::string> dtmf_value(std::string_view digits);

}  // namespace callwright::cti::feed
