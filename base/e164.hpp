#pragma once
#include <string_view>

namespace callwright {

/// `+` and 5 to 15 digits, the first of them not 0: a number that means the same everywhere, and the only form in which one is dialled.
constexpr bool is_e164(std::string_view text) {
  if (text.size() < 6 || text.size() > 16 || text[0] != '+' || text[1] == '0') return false;
  for (char c : text.substr(1))
    if (c < '0' || c > '9') return false;
  return true;
}

}  // namespace callwright
