#include "cti/sip/writing.hpp"

#include <algorithm>

#include "cti/sip/error.hpp"
#include "cti/sip/grammar.hpp"
#include "cti/sip/head.hpp"

namespace callwright::cti::sip {
namespace {

constexpr std::size_t kShownBytes = 128;

bool holds_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<std::uint8_t>(c) < 0x20 || c == 0x7F; });
}

void add_parameters(std::string& to, const Parameters& parameters) {
  for (const auto& [name, value] : parameters) {
    to += ';';
    to += name;
    if (!value.empty()) (to += '=') += value;
  }
}

bool is_status(std::int32_t status) { return status >= 100 && status <= 699; }

}  // namespace

std::string quoted(std::string_view text) {
  std::string made = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') made += '\\';
    made += c;
  }
  return made + '"';
}

std::string shown(std::string_view text) {
  std::string made;
  for (char c : text)
    if (static_cast<std::uint8_t>(c) >= 0x20 && c != 0x7F) made += c;
  if (made.size() > kShownBytes) {
    made.resize(kShownBytes);
    while (!made.empty() && (static_cast<std::uint8_t>(made.back()) & 0xC0) == 0x80) made.pop_back();  // no half of a UTF-8 character
    if (!made.empty() && static_cast<std::uint8_t>(made.back()) >= 0xC0) made.pop_back();
  }
  return made;
}

std::string text_of(const Uri& uri) {
  std::string text = uri.scheme + ":";
  if (uri.scheme != "sip" && uri.scheme != "sips") return text + uri.rest;
  if (!uri.user.empty()) {
    text += uri.user;
    if (!uri.password.empty()) (text += ':') += uri.password;
    text += '@';
  }
  const bool ipv6 = uri.host.find(':') != uri.host.npos;
  text += ipv6 ? "[" + uri.host + "]" : uri.host;
  if (!uri.port.empty()) (text += ':') += uri.port;
  add_parameters(text, uri.parameters);
  for (char mark = '?'; const auto& [name, value] : uri.headers) {
    (text += mark) += name;
    (text += '=') += value;
    mark = '&';
  }
  return text;
}

std::string text_of(const Address& address) {
  std::string text;
  if (!address.display.empty()) text = quoted(shown(address.display)) + " ";
  ((text += '<') += text_of(address.uri)) += '>';
  add_parameters(text, address.parameters);
  return text;
}

std::string text_of(const Via& via) {
  const bool ipv6 = via.host.find(':') != via.host.npos;
  std::string text = "SIP/2.0/" + via.transport + " " + (ipv6 ? "[" + via.host + "]" : via.host);
  if (!via.port.empty()) (text += ':') += via.port;
  add_parameters(text, via.parameters);
  return text;
}

std::string text_of(const Word& word) {
  std::string text = word.word;
  add_parameters(text, word.parameters);
  return text;
}

namespace {

std::string credentials_text(const Word& word) {
  std::string text = word.word;
  for (const char* mark = " "; const auto& [name, value] : word.parameters) {
    ((text += mark) += name) += '=';
    text += value;
    mark = ", ";
  }
  return text;
}

}  // namespace

Writing Writing::request(std::string_view method, std::string_view target) {
  Writing made;
  made.text_.reserve(1024);
  made.text_.append(method).append(" ").append(target).append(" SIP/2.0\r\n");
  if (!grammar::is_token(method)) made.refused_ = "method";
  if (!grammar::is_uri(target, false)) made.refused_ = "Request-URI";
  return made;
}

Writing Writing::response(const Echo& echo, std::int32_t status, std::string_view phrase, std::string_view tag) {
  Writing made;
  made.text_.reserve(1024);
  made.text_.append("SIP/2.0 ").append(std::to_string(status)).append(" ").append(phrase).append("\r\n");
  if (!is_status(status) || holds_control(phrase)) made.refused_ = "status";
  const auto repeat = [&made](const char* name, const std::string& value) {
    if (!value.empty()) made.text_.append(name).append(": ").append(value).append("\r\n");
  };
  for (const std::string& via : echo.vias) repeat("Via", via);
  repeat("From", echo.from);
  if (echo.to.empty() || echo.to_has_tag || tag.empty() || status == 100) repeat("To", echo.to);
  else made.add("To", echo.to + ";tag=" + std::string(tag), grammar::is_token(tag));
  repeat("Call-ID", echo.call_id);
  repeat("CSeq", echo.cseq);
  if (status > 100 && status < 300)
    for (const std::string& route : echo.record_routes) repeat("Record-Route", route);
  return made;
}

Writing& Writing::add(std::string_view name, std::string_view value, bool fits) {
  if ((!fits || holds_control(value) || value.size() > Head::kLineBytes - 64) && refused_.empty()) refused_ = name;
  text_.append(name).append(": ").append(value).append("\r\n");
  return *this;
}

Writing& Writing::list(std::string_view name, std::span<const std::string> values, bool (*fits)(std::string_view)) {
  std::string all;
  for (const std::string& one : values) all += (all.empty() ? "" : ", ") + one;
  return add(name, all, std::ranges::all_of(values, fits));
}

Writing& Writing::via(const Via& via) {
  const std::string text = text_of(via);
  return add("Via", text, grammar::is_via(text));
}
Writing& Writing::from(const Address& address) {
  const std::string text = text_of(address);
  return add("From", text, grammar::is_address(text));
}
Writing& Writing::to(const Address& address) {
  const std::string text = text_of(address);
  return add("To", text, grammar::is_address(text));
}
Writing& Writing::contact(const Address& address) {
  const std::string text = text_of(address);
  return add("Contact", text, grammar::is_address(text));
}
Writing& Writing::routes(std::span<const Address> routes) {
  for (const Address& route : routes) {
    const std::string text = text_of(route);
    add("Route", text, grammar::is_address(text));
  }
  return *this;
}
Writing& Writing::call_id(std::string_view id) { return add("Call-ID", id, grammar::is_call_id(id)); }
Writing& Writing::cseq(std::uint32_t number, std::string_view method) {
  return add("CSeq", std::to_string(number) + " " + std::string(method), number <= 0x7FFF'FFFF && grammar::is_token(method));
}
Writing& Writing::max_forwards(std::uint8_t hops) { return add("Max-Forwards", std::to_string(hops), true); }
Writing& Writing::expires(std::uint32_t seconds) { return add("Expires", std::to_string(seconds), true); }
Writing& Writing::min_expires(std::uint32_t seconds) { return add("Min-Expires", std::to_string(seconds), true); }
Writing& Writing::retry_after(std::uint32_t seconds) { return add("Retry-After", std::to_string(seconds), true); }
Writing& Writing::event(const Word& event) {
  const std::string text = text_of(event);
  return add("Event", text, grammar::is_word(text));
}
Writing& Writing::reason(const Word& reason) {
  const std::string text = text_of(reason);
  return add("Reason", text, grammar::is_word(text));
}
Writing& Writing::allow(std::span<const std::string> methods) { return list("Allow", methods, grammar::is_token); }
Writing& Writing::accept(std::span<const std::string> types) { return list("Accept", types, grammar::is_word); }
Writing& Writing::supported(std::span<const std::string> extensions) { return list("Supported", extensions, grammar::is_token); }
Writing& Writing::unsupported(std::span<const std::string> extensions) { return list("Unsupported", extensions, grammar::is_token); }
Writing& Writing::challenge(const Word& challenge) {
  const std::string text = credentials_text(challenge);
  return add("WWW-Authenticate", text, grammar::is_credentials(text));
}
Writing& Writing::authorization(const Word& credentials, bool proxy) {
  const std::string text = credentials_text(credentials);
  return add(proxy ? "Proxy-Authorization" : "Authorization", text, grammar::is_credentials(text));
}

Result<std::string> Writing::take(std::string_view type, std::string_view body) {
  if (!type.empty()) add("Content-Type", type, grammar::is_word(type));
  add("Content-Length", std::to_string(type.empty() ? 0 : body.size()), true);
  if (!refused_.empty()) return fail(errc::refused_value, refused_);
  text_ += "\r\n";
  if (!type.empty()) text_ += body;
  if (text_.size() > Head::kMessageBytes) return fail(errc::too_big, "message");
  return std::move(text_);
}

}  // namespace callwright::cti::sip
