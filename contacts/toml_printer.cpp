#include "contacts/toml_printer.hpp"

namespace callwright::contacts {

std::string quoted(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') out += "\\n";
    else if (c == '\t') out += "\\t";
    else if (byte < 0x20 || byte == 0x7F) out += std::string("\\u00") + digits[byte >> 4] + digits[byte & 15];
    else out += c;
  }
  return out + "\"";
}

}  // namespace callwright::contacts
