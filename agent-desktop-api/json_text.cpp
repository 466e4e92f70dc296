#include "agent-desktop-api/json_text.hpp"


namespace callwright::desktop {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// Length of the well-formed UTF-8 sequence at the beginning of `text`; 0 if there is none (Unicode table 3-7).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? unsigned{static_cast<unsigned char>(text[i])} : 0U; };
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

bool needs_escape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == 0x7F; }

void append_escape(std::string& out, unsigned char c) {
  constexpr std::string_view hex = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default:
      out += "\\u00";
      out += hex[c >> 4];
      out += hex[c & 15];
  }
}

}  // namespace

void JsonText::append_text(std::string_view text) {
  out_ += '"';
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = sequence_length(text);
    if (length == 0)
      out_ += kReplacement;
    else if (length == 1 && needs_escape(first))
      append_escape(out_, first);
    else
      out_ += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out_ += '"';
}

void JsonText::key(std::string_view name) {
  comma();
  out_ += '"';
  out_ += name;  // names are ours
  out_ += "\":";
}

void JsonText::value(std::string_view text) {
  comma();
  append_text(text);
}
void JsonText::value(std::int64_t number) {
  comma();
  out_ += std::to_string(number);
}
void JsonText::raw(std::string_view json) {
  comma();
  out_ += json;
}

void JsonText::field(std::string_view name, std::string_view text) {
  key(name);
  append_text(text);
}
void JsonText::field(std::string_view name, std::int64_t number) {
  key(name);
  out_ += std::to_string(number);
}
void JsonText::field_id(std::string_view name, std::int64_t id) {
  key(name);
  out_ += id == 0 ? "null" : "\"" + std::to_string(id) + "\"";
}
void JsonText::field_or_null(std::string_view name, std::string_view text) {
  key(name);
  if (text.empty())
    out_ += "null";
  else
    append_text(text);
}
void JsonText::field_time(std::string_view name, std::int64_t us) {
  key(name);
  out_ += us == 0 ? "null" : std::to_string(us);
}

}  // namespace callwright::desktop
