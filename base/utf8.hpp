#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace callwright {

/// The well-formed UTF-8 character at the beginning of a text (Unicode 15, table 3-7); `length` 0: there is none.
struct Utf8Character {
  std::size_t length = 0;
  char32_t point = 0;
};

inline Utf8Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? char32_t{static_cast<std::uint8_t>(text[i])} : char32_t{0}; };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const char32_t first = byte(0);
  if (text.empty()) return {};
  if (first < 0x80) return {1, first};
  if (first >= 0xC2 && first <= 0xDF && tail(1)) return {2, (first & 0x1F) << 6 | (byte(1) & 0x3F)};
  if (first >= 0xE0 && first <= 0xEF && tail(2)) {
    const char32_t low = first == 0xE0 ? 0xA0 : 0x80;
    const char32_t high = first == 0xED ? 0x9F : 0xBF;
    if (byte(1) >= low && byte(1) <= high) return {3, (first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F)};
  }
  if (first >= 0xF0 && first <= 0xF4 && tail(2) && tail(3)) {
    const char32_t low = first == 0xF0 ? 0x90 : 0x80;
    const char32_t high = first == 0xF4 ? 0x8F : 0xBF;
    if (byte(1) >= low && byte(1) <= high) return {4, (first & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F)};
  }
  return {};
}

/// U+FFFD, which stands for a byte of no character.
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

/// Valid UTF-8 of at most `limit` bytes: broken bytes become U+FFFD, a cut never divides a character.
inline std::string to_utf8(std::string_view text, std::size_t limit) {
  std::string clean;
  clean.reserve(text.size() < limit ? text.size() : limit);
  while (!text.empty()) {
    const std::size_t length = first_character(text).length;
    const std::string_view piece = length > 0 ? text.substr(0, length) : kReplacementCharacter;
    if (clean.size() + piece.size() > limit) break;
    clean.append(piece);
    text.remove_prefix(length > 0 ? length : 1);
  }
  return clean;
}

}  // namespace callwright
