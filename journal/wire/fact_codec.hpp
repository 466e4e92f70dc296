#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include "base/result.hpp"
#include "journal/fact.hpp"

/// Facts as bytes (proto/callwright/journal/v1/facts.proto).
namespace callwright::journal::wire {

enum class Errc : int {
  unknown_kind = 1,  ///< of a later version: the reader skips and counts it, the row stays
  malformed,         ///< not the message that its kind names
  bad_value,         ///< an enum value that no version ever wrote
};
const std::error_category& category();
inline std::error_code make_error_code(Errc e) { return {static_cast<int>(e), category()}; }

/// The body of one fact. `secret` holds the personal values, to be stored encrypted; empty if there are none.
struct Encoded {
  std::uint16_t kind = 0;
  std::uint16_t version = 1;
  std::string body;
  std::string secret;
  bool operator==(const Encoded&) const = default;
};

/// Total. Text that is not UTF-8 is kept byte for byte.
Encoded encode(const Body& body);

/// An empty `secret` (erased, or never there) leaves the personal values empty.
Result<Body> decode(std::uint16_t kind, std::uint16_t version, std::string_view body, std::string_view secret);

}  // namespace callwright::journal::wire

template <>
struct std::is_error_code_enum<callwright::journal::wire::Errc> : std::true_type {};
