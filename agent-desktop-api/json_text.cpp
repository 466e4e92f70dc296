#include "agent-desktop-api/json_text.hpp"

#include "base/utf8.hpp"

namespace callwright::desktop {
namespace {

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
    const std::size_t length = first_character(text).length;
    if (length == 0)
      out_ += kReplacementCharacter;
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
