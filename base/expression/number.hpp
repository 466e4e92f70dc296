#pragma once
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace callwright::expression {

/// The whole text as a number: digits, perhaps behind a `-`, that fit 64 bits.
inline std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace callwright::expression
