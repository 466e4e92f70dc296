#pragma once
#include <algorithm>
#include <string_view>

namespace callwright::contacts {

/// Is it an e-mail address rather than a number? Whether anybody reads mail there is not asked.
inline bool is_email(std::string_view text) { return text.find('@') != std::string_view::npos; }

/// The same mailbox: A to Z are a to z. SQLite's NOCASE, by which addresses are looked up, says the same.
inline bool same_email(std::string_view one, std::string_view other) {
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(one, other, {}, small, small);
}

}  // namespace callwright::contacts
