#include "cti/feed/text.hpp"

#include <algorithm>
#include <cstdint>

#include "cti/feed/errc.hpp"
#include "cti/feed/message.hpp"

namespace callwright::cti::feed {
namespace {

constexpr std::size_t kShownLimit = 128;
constexpr std::size_t kDigitsLimit = 64;
constexpr std::string_view kDialplan = ",;|&${}[]\"\\`^";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_control(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  return byte < 0x20 || byte == 0x7F;
}

bool is_forbidden(char c) { return is_control(c) || kDialplan.find(c) != std::string_view::npos; }

/// Bytes of the well-formed character at the front of `text` (Unicode 15, table 3-7); 0 if there is none.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0u; };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    return byte(1) >= low && byte(1) <= high && tail(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
    return byte(1) >= low && byte(1) <= high && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string to_utf8(std::string_view text, std::size_t limit) {
  std::string clean;
  clean.reserve(std::min(text.size(), limit));
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const std::string_view piece = length > 0 ? text.substr(0, length) : kReplacement;
    if (clean.size() + piece.size() > limit) break;
    clean.append(piece);
    text.remove_prefix(length > 0 ? length : 1);
  }
  return clean;
}

bool is_wire_id(std::string_view text) {
  if (text.empty() || text.size() > kIdLimit) return false;
  for (char c : text)
    if (is_control(c)) return false;
  return true;
}

Result<std::string> name_value(std::string_view field, std::string_view text) {
  if (!is_wire_id(text)) return fail(Errc::refused_value, std::string(field));
  for (char c : text)
    if (is_forbidden(c)) return fail(Errc::refused_value, std::string(field));
  return to_utf8(text, kIdLimit);
}

std::string shown_value(std::string_view text) {
  std::string clean = to_utf8(text, kShownLimit);
  for (char& c : clean)
    if (is_forbidden(c)) c = ' ';
  return clean;
}

Result<std::string> dtmf_value(std::string_view digits) {
  if (digits.empty() || digits.size() > kDigitsLimit || digits.find_first_not_of("0123456789*#ABCD") != std::string_view::npos)
    return fail(Errc::refused_value, "digits");
  return std::string(digits);
}

}  // namespace callwright::cti::feed
