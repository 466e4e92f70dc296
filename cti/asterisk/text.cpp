#include "cti/asterisk/text.hpp"

#include <array>
#include <cstdint>

namespace callwright::cti::asterisk {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Length of the valid UTF-8 character at the start of `text` and its code point; 0 if there is none.
std::size_t character(std::string_view text, std::uint32_t& point) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return point = lead, 1;
  const std::size_t length = lead >= 0xF0 && lead <= 0xF4 ? 4 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xC2 && lead < 0xE0 ? 2 : 0;
  if (length == 0 || text.size() < length) return 0;
  point = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    point = (point << 6) | (byte(i) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
  if (point < least[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return 0;
  return length;
}

bool ascii_letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::string readable_utf8(std::string_view text, std::size_t limit) {
  std::string out;
  out.reserve(text.size() < limit ? text.size() : limit);
  while (!text.empty()) {
    std::uint32_t point = 0;
    const std::size_t length = character(text, point);
    const std::string_view next = length ? text.substr(0, length) : kReplacement;
    if (out.size() + next.size() > limit) break;
    out += next;
    text.remove_prefix(length ? length : 1);
  }
  return out;
}

std::string shown_name(std::string_view text, std::size_t limit) {
  constexpr std::string_view special = "\"<>\\,;|&=(){}[]$^`";
  std::string out;
  bool blank = false;
  while (!text.empty()) {
    std::uint32_t point = 0;
    const std::size_t length = character(text, point);
    const std::string_view next = text.substr(0, length ? length : 1);
    text.remove_prefix(next.size());
    // C0, DEL, C1, line separators and the characters that turn the direction of writing count as blanks.
    const bool control = length == 0 || point < 0x20 || (point >= 0x7F && point < 0xA0) || (point >= 0x2028 && point <= 0x202E) ||
                         (point >= 0x2066 && point <= 0x2069);
    if (control || point == ' ' || (point < 0x80 && special.find(static_cast<char>(point)) != special.npos)) {
      blank = !out.empty();
      continue;
    }
    if (out.size() + next.size() + (blank ? 1 : 0) > limit) break;
    if (blank) out += ' ';
    blank = false;
    out += next;
  }
  return out;
}

std::string shown_number(std::string_view text, std::size_t limit) {
  std::string out;
  for (char c : text) {
    if (out.size() == limit) break;
    if (ascii_letter_or_digit(c) || std::string_view("+*#._-").find(c) != std::string_view::npos) out += c;
  }
  return out;
}

}  // namespace callwright::cti::asterisk
