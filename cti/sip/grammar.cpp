#include "cti/sip/grammar.hpp"

#include <algorithm>
#include <array>

namespace callwright::cti::sip::grammar {
namespace {

enum Class : std::uint8_t {
  kAlpha = 1,
  kDigit = 2,
  kTokenMark = 4,
  kUserMark = 8,
  kParameterMark = 16,
  kHex = 32,
  kUnreservedMark = 64,
  kValueMark = 128
};

constexpr std::array<std::uint8_t, 256> classes() {
  std::array<std::uint8_t, 256> all{};
  const auto mark = [&all](std::string_view marks, Class as) {
    for (char c : marks) all[static_cast<std::uint8_t>(c)] |= as;
  };
  for (int c = 'a'; c <= 'z'; ++c) all[c] |= kAlpha;
  for (int c = 'A'; c <= 'Z'; ++c) all[c] |= kAlpha;
  mark("0123456789", kDigit);
  mark("0123456789abcdefABCDEF", kHex);
  mark("-.!%*_+`'~", kTokenMark);
  mark("-_.!~*'()", kUnreservedMark);
  mark("&=+$,;?/", kUserMark);
  mark("#", kUserMark);  // must be escaped, and many a telephone does not
  mark("[]/:&+$", kParameterMark);
  mark("[]:/=", kValueMark);  // hosts, and what of base64 stands in some servers' tags
  return all;
}
constexpr auto kClasses = classes();

bool is(char c, int which) { return (kClasses[static_cast<std::uint8_t>(c)] & which) != 0; }
bool is_token_char(char c) { return is(c, kAlpha | kDigit | kTokenMark); }

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

/// Characters of these classes, and escapes.
bool is_run(std::string_view text, int which) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is(text[i], which)) continue;
    if (text[i] != '%' || i + 2 >= text.size() || !is(text[i + 1], kHex) || !is(text[i + 2], kHex)) return false;
    i += 2;
  }
  return true;
}

bool is_ipv4(std::string_view text) {
  int parts = 0;
  for (std::size_t at = 0; at <= text.size(); ++parts) {
    const std::size_t end = std::min(text.find('.', at), text.size());
    if (parts == 4 || end - at > 3 || !number(text.substr(at, end - at), 255)) return false;
    at = end + 1;
  }
  return parts == 4;
}

bool is_ipv6(std::string_view text) {
  std::size_t digits = 0, colons = 0;
  for (char c : text) {
    if (c == ':') ++colons, digits = 0;
    else if (c == '.') digits = 0;
    else if (!is(c, kHex) || ++digits > 4) return false;
  }
  return colons >= 2 && colons <= 7 && text.size() <= 45;
}

bool is_host_port(std::string_view text) {
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == text.npos) return false;
  const std::size_t colon = text.find(':', bracket);
  if (colon == text.npos) return is_host(text);
  return is_host(text.substr(0, colon)) && is_port(text.substr(colon + 1));
}

/// `;name=value;flag` of a URI: nothing is quoted there, and no blank is allowed.
bool is_uri_parameters(std::string_view text) {
  constexpr int kChars = kAlpha | kDigit | kUnreservedMark | kParameterMark;
  while (!text.empty()) {
    if (text[0] != ';') return false;
    text.remove_prefix(1);
    const std::string_view one = text.substr(0, text.find(';'));
    const std::size_t equals = one.find('=');
    if (one.empty() || equals == 0 || !is_run(one.substr(0, equals), kChars)) return false;
    if (equals != one.npos && !is_run(one.substr(equals + 1), kChars)) return false;
    text.remove_prefix(one.size());
  }
  return true;
}

bool is_uri_headers(std::string_view text) {
  constexpr int kChars = kAlpha | kDigit | kUnreservedMark | kParameterMark;
  for (bool more = true; more;) {
    const std::string_view one = text.substr(0, text.find('&'));
    const std::size_t equals = one.find('=');
    if (equals == one.npos || equals == 0 || !is_run(one.substr(0, equals), kChars) || !is_run(one.substr(equals + 1), kChars | kUserMark))
      return false;
    more = one.size() < text.size();
    text.remove_prefix(std::min(one.size() + 1, text.size()));
  }
  return true;
}

bool is_sip_uri(std::string_view text, bool with_headers) {
  if (const std::size_t at = text.find('@'); at != text.npos) {
    const std::string_view user = text.substr(0, std::min(text.find(':'), at));
    const std::string_view password = text.substr(user.size(), at - user.size());
    if (user.empty() || !is_run(user, kAlpha | kDigit | kUnreservedMark | kUserMark)) return false;
    if (!password.empty() && !is_run(password.substr(1), kAlpha | kDigit | kUnreservedMark | kUserMark)) return false;
    text.remove_prefix(at + 1);
  }
  const std::size_t question = text.find('?');
  if (question != text.npos && (!with_headers || !is_uri_headers(text.substr(question + 1)))) return false;
  text = text.substr(0, question);
  const std::size_t semicolon = text.find(';');
  return is_host_port(text.substr(0, semicolon)) && (semicolon == text.npos || is_uri_parameters(text.substr(semicolon)));
}

}  // namespace

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i] && ((a[i] ^ b[i]) != 0x20 || !is(a[i], kAlpha))) return false;
  return true;
}

std::string lower(std::string_view text) {
  std::string low(text);
  for (char& c : low)
    if (c >= 'A' && c <= 'Z') c |= 0x20;
  return low;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool is_token(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_token_char); }

bool is_call_id(std::string_view text) {
  return !text.empty() && text.size() <= 512 && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

std::optional<std::uint32_t> number(std::string_view text, std::uint32_t most) {
  std::uint64_t value = 0;
  if (text.empty()) return {};
  for (char c : text) {
    if (!is(c, kDigit)) return {};
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
    if (value > most) return {};
  }
  return static_cast<std::uint32_t>(value);
}

std::size_t end_of_quoted(std::string_view text, std::size_t from) {
  for (std::size_t i = from + 1; i < text.size(); ++i) {
    if (text[i] == '\\') ++i;
    else if (text[i] == '"') return i + 1;
  }
  return text.npos;
}

bool is_host(std::string_view text) {
  if (text.starts_with('[')) return text.size() > 2 && text.back() == ']' && is_ipv6(text.substr(1, text.size() - 2));
  if (text.empty() || text.size() > 255 || text.front() == '.' || text.front() == '-') return false;
  bool digits = true;
  for (char c : text) {
    if (!is(c, kAlpha | kDigit) && c != '-' && c != '.' && c != '_') return false;
    digits = digits && (is(c, kDigit) || c == '.');
  }
  return !digits || is_ipv4(text);
}

bool is_port(std::string_view text) { return number(text, 65'535).value_or(0) != 0; }

bool is_parameters(std::string_view text) {
  std::size_t at = skip_blanks(text, 0);
  while (at < text.size()) {
    if (text[at] != ';') return false;
    at = skip_blanks(text, at + 1);
    const std::size_t name = at;
    while (at < text.size() && is_token_char(text[at])) ++at;
    if (at == name) return false;
    at = skip_blanks(text, at);
    if (at == text.size() || text[at] != '=') continue;
    at = skip_blanks(text, at + 1);
    const std::size_t value = at;
    if (at < text.size() && text[at] == '"') at = end_of_quoted(text, at);
    else
      while (at < text.size() && is(text[at], kAlpha | kDigit | kTokenMark | kValueMark)) ++at;
    if (at == text.npos || at == value) return false;
    at = skip_blanks(text, at);
  }
  return true;
}

std::string_view scheme_of(std::string_view uri) {
  const std::size_t colon = uri.find(':');
  if (colon == uri.npos || colon == 0 || !is(uri[0], kAlpha)) return {};
  for (char c : uri.substr(0, colon))
    if (!is(c, kAlpha | kDigit) && c != '+' && c != '-' && c != '.') return {};
  return uri.substr(0, colon);
}

bool is_uri(std::string_view text, bool with_headers) {
  const std::string_view scheme = scheme_of(text);
  if (scheme.empty() || scheme.size() + 1 == text.size()) return false;
  const std::string_view rest = text.substr(scheme.size() + 1);
  if (same(scheme, "sip") || same(scheme, "sips")) return is_sip_uri(rest, with_headers);
  return std::ranges::all_of(rest, [](char c) { return c > ' ' && c < 0x7F && c != '<' && c != '>' && c != '"'; });
}

bool is_address(std::string_view text) {
  text = trimmed(text);
  std::size_t open = 0;
  if (text.starts_with('"')) {
    const std::size_t end = end_of_quoted(text, 0);
    if (end == text.npos) return false;
    open = skip_blanks(text, end);
    if (open == text.size() || text[open] != '<') return false;
  } else {
    open = text.find('<');
    if (open == text.npos) {
      const std::size_t semicolon = text.find(';');
      const std::string_view uri = trimmed(text.substr(0, semicolon));
      return uri.find_first_of("?,") == uri.npos && is_uri(uri, false) && (semicolon == text.npos || is_parameters(text.substr(semicolon)));
    }
    for (char c : text.substr(0, open))  // a name in UTF-8 should be quoted; it means one thing only, if it is not
      if (!is_token_char(c) && !is_blank(c) && static_cast<std::uint8_t>(c) < 0x80) return false;
  }
  const std::size_t close = text.find('>', open);
  return close != text.npos && is_uri(text.substr(open + 1, close - open - 1), true) && is_parameters(text.substr(close + 1));
}

bool is_via(std::string_view text) {
  std::size_t at = 0;
  const auto word = [&] {
    const std::size_t from = at = skip_blanks(text, at);
    while (at < text.size() && is_token_char(text[at])) ++at;
    return text.substr(from, at - from);
  };
  const auto slash = [&] {
    at = skip_blanks(text, at);
    return at < text.size() && text[at++] == '/';
  };
  if (!same(word(), "SIP") || !slash() || word() != "2.0" || !slash() || word().empty()) return false;
  if (at == text.size() || !is_blank(text[at])) return false;
  const std::string_view rest = text.substr(at);
  const std::size_t semicolon = rest.find(';');
  const std::string_view sent_by = trimmed(rest.substr(0, semicolon));
  const std::size_t bracket = sent_by.starts_with('[') ? sent_by.find(']') : 0;
  const std::size_t colon = bracket == sent_by.npos ? bracket : sent_by.find(':', bracket);
  if (!is_host(trimmed(sent_by.substr(0, colon))) || (colon != sent_by.npos && !is_port(trimmed(sent_by.substr(colon + 1))))) return false;
  return semicolon == rest.npos || is_parameters(rest.substr(semicolon));
}

bool is_word(std::string_view text) {
  const std::size_t semicolon = text.find(';');
  const std::string_view word = trimmed(text.substr(0, semicolon));
  const std::size_t slash = word.find('/');
  if (!is_token(trimmed(word.substr(0, slash))) || (slash != word.npos && !is_token(trimmed(word.substr(slash + 1))))) return false;
  return semicolon == text.npos || is_parameters(text.substr(semicolon));
}

bool is_credentials(std::string_view text) {
  const std::size_t blank = std::min(text.find_first_of(" \t"), text.size());
  if (!is_token(text.substr(0, blank))) return false;
  if (!same(text.substr(0, blank), "Digest")) return true;
  for (std::string_view one : elements(text.substr(blank))) {
    const std::size_t equals = one.find('=');
    if (equals == one.npos || !is_token(trimmed(one.substr(0, equals)))) return false;
    const std::string_view value = trimmed(one.substr(equals + 1));
    if (value.starts_with('"') ? end_of_quoted(value, 0) != value.size() : value.empty() || value.find_first_of(" \t\"") != value.npos) return false;
  }
  return true;
}

bool is_standard_method(std::string_view text) {
  static constexpr std::array<std::string_view, 14> kMethods{"INVITE", "ACK",       "BYE",    "CANCEL",  "OPTIONS", "REGISTER", "PRACK",
                                                             "UPDATE", "SUBSCRIBE", "NOTIFY", "PUBLISH", "INFO",    "REFER",    "MESSAGE"};
  return std::ranges::find(kMethods, text) != kMethods.end();
}

bool is_date(std::string_view text) {
  static constexpr std::string_view kForm = "Aaa, 00 Aaa 0000 00:00:00 GMT";
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool fits = i < 25 && (kForm[i] == 'A' || kForm[i] == 'a') ? is(text[i], kAlpha)
                      : kForm[i] == '0'                              ? is(text[i], kDigit)
                                                                     : text[i] == kForm[i];
    if (!fits) return false;
  }
  return true;
}

std::vector<std::string_view> elements(std::string_view text) {
  std::vector<std::string_view> all;
  std::size_t from = 0;
  bool in_brackets = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' && !in_brackets) {
      const std::size_t end = end_of_quoted(text, i);
      if (end == text.npos) break;
      i = end - 1;
    } else if (c == '<') {
      in_brackets = true;
    } else if (c == '>') {
      in_brackets = false;
    } else if (c == ',' && !in_brackets) {
      all.push_back(trimmed(text.substr(from, i - from)));
      from = i + 1;
    }
  }
  all.push_back(trimmed(text.substr(from)));
  return all;
}

std::vector<std::string_view> at_semicolons(std::string_view text) {
  std::vector<std::string_view> all;
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      const std::size_t end = end_of_quoted(text, i);
      if (end == text.npos) break;
      i = end - 1;
    } else if (text[i] == ';') {
      all.push_back(trimmed(text.substr(from, i - from)));
      from = i + 1;
    }
  }
  all.push_back(trimmed(text.substr(from)));
  return all;
}

std::string unquoted(std::string_view text) {
  text = trimmed(text);
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  std::string plain;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size()) ++i;
    plain += text[i];
  }
  return plain;
}

std::optional<std::string> unescaped(std::string_view text) {
  const auto value = [](char c) { return is(c, kDigit) ? c - '0' : (c | 0x20) - 'a' + 10; };
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    if (i + 2 >= text.size() || !is(text[i + 1], kHex) || !is(text[i + 2], kHex)) return {};
    const int code = value(text[i + 1]) * 16 + value(text[i + 2]);
    if (code < 0x20 || code == 0x7F) return {};
    plain += static_cast<char>(code);
    i += 2;
  }
  return plain;
}

}  // namespace callwright::cti::sip::grammar
