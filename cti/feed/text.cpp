#include "cti/feed/text.hpp"

#include <cstdint>

#include "base/utf8.hpp"
#include "cti/feed/errc.hpp"
#include "cti/feed/message.hpp"

namespace callwright::cti::feed {
namespace {

constexpr std::size_t kShownLimit = 128;
constexpr std::size_t kDigitsLimit = 64;
constexpr std::string_view kDialplan = ",;|&${}[]\"\\`^";

bool is_control(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  return byte < 0x20 || byte == 0x7F;
}

bool is_forbidden(char c) { return is_control(c) || kDialplan.find(c) != std::string_view::npos; }

}  // namespace

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
