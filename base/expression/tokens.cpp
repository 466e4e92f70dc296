#include "base/expression/tokens.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/expression/number.hpp"
#include "base/utf8.hpp"

namespace callwright::expression {
namespace {

constexpr std::size_t kExcerptBytes = 32;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_in_word(char c) { return is_small(c) || is_capital(c) || is_digit(c) || c == '_' || c == '.'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (is_capital(c)) c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string quoted(std::string_view text) { return "'" + excerpt(text) + "'"; }

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::array<std::string_view, 5> kWords = {"has", "in", "starts_with", "true", "false"};
constexpr std::array<Pair, 3> kOtherWords = {{{"and", "&&"}, {"or", "||"}, {"not", "!"}}};

/// Longest first. What other languages write stands beside what it is here.
constexpr std::array<Pair, 21> kSigns = {{{"===", "=="}, {"!==", "!="}, {"==", ""}, {"!=", ""}, {"<>", "!="}, {"<=", ""}, {">=", ""},
                                          {"=<", "<="},  {"=>", ">="},  {"&&", ""}, {"||", ""}, {"=", "=="},  {"<", ""},  {">", ""},
                                          {"&", "&&"},   {"|", "||"},   {"!", ""},  {"(", ""},  {")", ""},    {"[", ""},  {"]", ""}}};

}  // namespace

std::string excerpt(std::string_view written) { return to_utf8(written, kExcerptBytes) + (written.size() > kExcerptBytes ? "..." : ""); }

Token Tokens::end() const {
  Token token;
  token.begin = text_.size();
  return token;
}

Token Tokens::next() {
  while (!rest().empty() && is_space(rest().front())) ++at_;
  if (rest().empty() || fault_) return end();
  const char c = rest().front();
  if (is_small(c) || is_capital(c) || c == '_') return word();
  if (is_digit(c) || (c == '-' && rest().size() > 1 && is_digit(rest()[1]))) return number();
  if (c == '"') return text();
  return sign();
}

Fault Tokens::fault_at(std::size_t offset, std::string message) const {
  Fault fault{.line = 1, .column = 1, .message = std::move(message)};
  for (std::size_t i = 0; i < offset;) {
    fault.column = text_[i] == '\n' ? 1 : fault.column + 1;
    if (text_[i] == '\n') ++fault.line;
    i += std::max<std::size_t>(1, first_character(text_.substr(i)).length);
  }
  return fault;
}

Token Tokens::refuse(std::size_t offset, std::string message) {
  fault_ = fault_at(offset, std::move(message));
  return end();
}

Token Tokens::taken(Token::Kind kind, std::size_t length) {
  Token token = end();
  token.kind = kind;
  token.begin = at_;
  token.written = text_.substr(at_, length);
  at_ += length;
  return token;
}

Token Tokens::word() {
  const auto length = static_cast<std::size_t>(std::ranges::find_if_not(rest(), is_in_word) - rest().begin());
  const std::string_view written = rest().substr(0, length);
  const std::string meant = small(written);
  for (const auto& [other, ours] : kOtherWords)
    if (meant == other) return refuse(at_, quoted(written) + " is written '" + std::string(ours) + "'");
  const bool ours = std::ranges::find(kWords, meant) != kWords.end();
  if (meant != written) return refuse(at_, quoted(written) + (ours ? " is written " : " is no name, names are small: ") + quoted(meant));
  if (written.front() == '_') return refuse(at_, quoted(written) + " is no name: a name begins with a letter");
  return taken(ours ? Token::Kind::word : Token::Kind::name, length);
}

Token Tokens::number() {
  const std::size_t sign = rest().front() == '-' ? 1 : 0;
  const auto digits = static_cast<std::size_t>(std::ranges::find_if_not(rest().substr(sign), is_digit) - rest().substr(sign).begin());
  const std::size_t length = sign + digits;
  const std::string_view written = rest().substr(0, length);
  if (const std::string_view after = rest().substr(length); !after.empty() && is_in_word(after.front())) {
    const auto whole = static_cast<std::size_t>(std::ranges::find_if_not(rest().substr(sign), is_in_word) - rest().begin());
    return refuse(at_, quoted(rest().substr(0, whole)) + " is no whole number; a text stands in quotes");
  }
  const auto number = number_of(written);
  if (!number) return refuse(at_, quoted(written) + " is out of range: numbers go from -9223372036854775808 to 9223372036854775807");
  Token token = taken(Token::Kind::number, length);
  token.number = *number;
  return token;
}

Token Tokens::text() {
  std::string value;
  for (std::size_t i = 1; i < rest().size();) {
    const char c = rest()[i];
    if (c == '"') {
      Token token = taken(Token::Kind::text, i + 1);
      token.value = std::move(value);
      return token;
    }
    if (c == '\n' || c == '\r') break;
    if (c == '\\') {
      const char escaped = i + 1 < rest().size() ? rest()[i + 1] : '\0';
      if (escaped == '"' || escaped == '\\') value += escaped;
      else if (escaped == 'n') value += '\n';
      else if (escaped == 't') value += '\t';
      else return refuse(at_ + i, R"(after '\' in a text comes one of " \ n t)");
      i += 2;
      continue;
    }
    const std::size_t length = first_character(rest().substr(i)).length;
    if (length == 0) return refuse(at_ + i, "the text is no valid UTF-8 here");
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return refuse(at_ + i, "a control character cannot stand in a text");
    value.append(rest().substr(i, length));
    i += length;
  }
  return refuse(at_, "this text is not closed: its second '\"' is missing");
}

Token Tokens::sign() {
  for (const auto& [sign, meant] : kSigns) {
    if (!rest().starts_with(sign)) continue;
    if (meant.empty()) return taken(Token::Kind::sign, sign.size());
    return refuse(at_, "'" + std::string(sign) + "' is written '" + std::string(meant) + "'");
  }
  if (rest().front() == ',') return taken(Token::Kind::sign, 1);
  return stray();
}

/// What keyboards and word processors put where a sign was meant, and the rest.
Token Tokens::stray() {
  const auto [length, point] = first_character(rest());
  if (length == 0) return refuse(at_, "this is no valid UTF-8");
  const std::string written = quoted(rest().substr(0, length));
  if (point == U'\'' || (point >= U'\u2018' && point <= U'\u201F'))
    return refuse(at_, written + " is no quote here: a text stands in straight double ones, as \"zh\"");
  if (point == U'\u3000' || point == U'\u00A0') return refuse(at_, "this space is not a plain one");
  if (point >= U'\uFF01' && point <= U'\uFF5E')
    return refuse(at_, written + " is a wide character, write '" + std::string(1, static_cast<char>(point - U'\uFF01' + U'!')) + "'");
  if (point < 0x20 || point == 0x7F) return refuse(at_, "a control character cannot stand here");
  if (point == U'+') return refuse(at_, "'+' cannot stand here: a number is written without it, a phone number in quotes");
  return refuse(at_, written + " cannot stand here; a text stands in quotes");
}

}  // namespace callwright::expression
