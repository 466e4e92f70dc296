#include "cti/link/shown.hpp"

#include "base/utf8.hpp"

namespace callwright::cti::link {
namespace {

bool ascii_letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::string shown_name(std::string_view text, std::size_t limit) {
  constexpr std::string_view special = "\"<>\\,;|&=(){}[]$^`";
  std::string out;
  bool blank = false;
  while (!text.empty()) {
    const auto [length, point] = first_character(text);
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

}  // namespace callwright::cti::link
