#pragma once
#include <cstdint>
#include <string>

namespace callwright::expression {

/// Why a text is no condition: the first thing that cannot stand where it stands.
struct Fault {
  std::uint32_t line = 1;    ///< from 1
  std::uint32_t column = 1;  ///< in characters, from 1; a byte that belongs to no character counts as one
  std::string message;       ///< "expected a value after '=='"

  /// "line 1, column 9: expected a value after '=='"
  std::string text() const { return "line " + std::to_string(line) + ", column " + std::to_string(column) + ": " + message; }
  bool operator==(const Fault&) const = default;
};

}  // namespace callwright::expression
