#include "cti/sip/codec.hpp"

#include <algorithm>
#include <utility>

#include "cti/sip/codec_osip.hpp"
#include "cti/sip/grammar.hpp"
#include "cti/sip/head.hpp"

namespace callwright::cti::sip {
namespace {

using std::string_view;

constexpr std::uint32_t kMostCSeq = 0x7FFF'FFFF;

bool is_version(string_view text) {
  const std::size_t dot = text.find('.');
  return grammar::same(text.substr(0, 4), "SIP/") && dot != text.npos && grammar::number(text.substr(4, dot - 4), 9999) &&
         grammar::number(text.substr(dot + 1), 9999);
}

Parameter parameter(string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos) return {std::string(text), {}};
  return {std::string(grammar::trimmed(text.substr(0, equals))), std::string(grammar::trimmed(text.substr(equals + 1)))};
}

Word word_of(string_view text) {
  Word made;
  const auto parts = grammar::at_semicolons(text);
  made.word = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) made.parameters.push_back(parameter(parts[i]));
  return made;
}

Word credentials_of(string_view text) {
  Word made;
  const std::size_t blank = std::min(text.find_first_of(" \t"), text.size());
  made.word = text.substr(0, blank);
  if (!grammar::same(made.word, "Digest")) return made;
  for (string_view one : grammar::elements(text.substr(blank))) made.parameters.push_back(parameter(one));
  return made;
}

/// A message while it is read; the first thing that is wrong is kept.
class Reading {
 public:
  Reading(string_view bytes, Carrier carrier) : bytes_(bytes), carrier_(carrier), head_(read_head(bytes)) {
    if (head_.fault) wrong(head_.fault_status, head_.fault);
  }

  std::expected<Message, Refusal> read() && {
    if (head_.start.empty()) wrong(400, "no start line");
    else if (grammar::same(head_.start.substr(0, 4), "SIP/")) read_status_line();
    else read_request_line();
    for (const Head::Line& line : head_.lines) take(line);
    if (message_.echo.vias.empty()) wrong(0, "no Via");
    else if (message_.echo.from.empty() || message_.echo.to.empty() || message_.call_id.empty() || message_.echo.cseq.empty())
      wrong(400, "a header that must be there is missing");
    read_body();
    if (!why_ && !osip::read(start_for_osip_, head_, message_)) wrong(400, "the parser reads it otherwise");
    if (!why_) judge_whole();
    if (why_) return std::unexpected(refusal());
    if (!foreign_target_.scheme.empty()) message_.target = std::move(foreign_target_);
    return std::move(message_);
  }

 private:
  void wrong(std::int32_t status, const char* why) {
    if (why_) return;
    why_ = why;
    status_ = status;
  }

  Refusal refusal() {
    Refusal refusal;
    refusal.why = why_;
    refusal.is_ack = message_.method == "ACK";
    if (!response_ && !message_.method.empty() && !message_.echo.vias.empty()) refusal.status = status_;
    if (refusal.status != 0) refusal.echo = std::move(message_.echo);
    return refusal;
  }

  void read_status_line() {
    response_ = true;
    const string_view line = head_.start;
    if (!grammar::same(line.substr(0, 8), "SIP/2.0 ")) return wrong(0, "a response of another version");
    const auto code = grammar::number(line.substr(8, 3), 699);
    if (!code || *code < 100 || line.size() < 12 || line[11] != ' ') return wrong(0, "no status");
    message_.status = static_cast<std::int32_t>(*code);
    message_.phrase = line.substr(12);
    start_for_osip_ = "SIP/2.0 200 OK";
  }

  void read_request_line() {
    const string_view line = head_.start;
    const std::size_t first = std::min(line.find(' '), line.size()), last = line.rfind(' ');
    const string_view method = line.substr(0, first);
    if (!grammar::is_token(method)) return wrong(400, "no method");
    message_.method = method;
    if (last == line.npos || last <= first) return wrong(400, "no Request-URI or no version");
    const string_view version = line.substr(last + 1), target = line.substr(first + 1, last - first - 1);
    if (!grammar::same(version, "SIP/2.0")) return wrong(is_version(version) ? 505 : 400, "not SIP/2.0");
    if (!grammar::is_uri(target, false)) return wrong(400, "no URI in the start line");
    message_.target_text = target;
    const std::string scheme = grammar::lower(grammar::scheme_of(target));
    if (scheme == "sip" || scheme == "sips") {
      start_for_osip_ = line;
    } else {  // osip does not know them all
      foreign_target_.scheme = scheme;
      foreign_target_.rest = target.substr(scheme.size() + 1);
    }
  }

  void take(const Head::Line& line);
  void take_via(string_view value) {
    for (string_view one : grammar::elements(value)) {
      message_.echo.vias.emplace_back(one);
      if (!grammar::is_via(one)) wrong(400, "no Via in Via");
    }
  }
  void take_address(string_view value, std::string& echo) {
    echo = value;
    if (!grammar::is_address(value)) wrong(400, "no address in From or To");
  }
  void check_addresses(string_view value) {
    for (string_view one : grammar::elements(value))
      if (!grammar::is_address(one)) wrong(400, "no address where one must be");
  }
  void take_addresses(string_view value, std::vector<Address>& into) {  // of headers that osip does not know
    for (string_view one : grammar::elements(value)) {
      if (!grammar::is_address(one)) return wrong(400, "no address where one must be");
      if (Address address; osip::read(one, address)) into.push_back(std::move(address));
      else return wrong(400, "the parser reads it otherwise");
    }
  }
  void take_tokens(string_view value, std::vector<std::string>& into) {
    for (string_view one : grammar::elements(value)) {
      if (one.empty()) continue;
      if (!grammar::is_token(one)) return wrong(400, "no option tag where one must be");
      into.emplace_back(one);
    }
  }
  void take_word(string_view value, Word& into) {
    if (grammar::is_word(value)) into = word_of(value);
    else wrong(400, "no word where one must be");
  }
  void take_cseq(string_view value) {
    message_.echo.cseq = value;
    const std::size_t blank = value.find_first_of(" \t");
    const string_view method = blank == value.npos ? string_view() : grammar::trimmed(value.substr(blank));
    const auto number = grammar::number(value.substr(0, blank), kMostCSeq);
    if (!number || !grammar::is_token(method)) return wrong(400, "no CSeq");
    message_.cseq = {*number, std::string(method)};
  }

  void read_body() {
    const string_view rest = bytes_.substr(std::min(head_.body_at, bytes_.size()));
    if (!length_ && carrier_ == Carrier::stream) return wrong(400, "no Content-Length on a stream");
    if (length_ && *length_ > rest.size()) return wrong(400, "the body is shorter than it says");
    if (!why_) message_.body = rest.substr(0, length_.value_or(static_cast<std::uint32_t>(rest.size())));
  }

  void judge_whole() {
    if (message_.vias.front().branch() == "z9hG4bK") return wrong(400, "a branch that names no transaction");
    if (!response_ && message_.method != message_.cseq.method)
      wrong(grammar::is_standard_method(message_.method) ? 400 : 501, "CSeq of another method");
    message_.echo.to_has_tag = !message_.to.tag().empty();
  }

  const string_view bytes_;
  const Carrier carrier_;
  const Head head_;
  Message message_;
  string_view start_for_osip_ = "OPTIONS sip:x SIP/2.0";
  Uri foreign_target_;
  std::optional<std::uint32_t> length_;
  bool response_ = false;
  const char* why_ = nullptr;
  std::int32_t status_ = 0;
};

void Reading::take(const Head::Line& line) {
  const string_view value = line.value;
  switch (line.field) {
    case Field::via: return take_via(value);
    case Field::from: return take_address(value, message_.echo.from);
    case Field::to: return take_address(value, message_.echo.to);
    case Field::call_id:
      if (!grammar::is_call_id(value)) return wrong(400, "no Call-ID");
      message_.call_id = message_.echo.call_id = value;
      return;
    case Field::cseq: return take_cseq(value);
    case Field::contact:
      if (value == "*") message_.any_contact = true;
      else check_addresses(value);
      return;
    case Field::route: return check_addresses(value);
    case Field::record_route: message_.echo.record_routes.emplace_back(value); return check_addresses(value);
    case Field::diversion: return take_addresses(value, message_.diversions);
    case Field::p_asserted_identity: return take_addresses(value, message_.asserted);
    case Field::max_forwards:
      if (const auto hops = grammar::number(value, 255)) message_.max_forwards = static_cast<std::uint8_t>(*hops);
      else wrong(400, "no Max-Forwards");
      return;
    case Field::require: return take_tokens(value, message_.require);
    case Field::proxy_require: return take_tokens(value, message_.proxy_require);
    case Field::supported: return take_tokens(value, message_.supported);
    case Field::accept:
      for (string_view one : grammar::elements(value))
        if (grammar::is_word(one)) message_.accept.push_back(grammar::lower(grammar::at_semicolons(one).front()));
      return;
    // What of these is out of range is as if it were not there (RFC 3261, 20.19).
    case Field::expires: message_.expires = grammar::number(value, 0xFFFF'FFFF); return;
    case Field::min_expires: message_.min_expires = grammar::number(value, 0xFFFF'FFFF); return;
    case Field::retry_after: message_.retry_after = grammar::number(value.substr(0, value.find_first_not_of("0123456789")), 0xFFFF'FFFF); return;
    case Field::event: return take_word(value, message_.event);
    case Field::subscription_state: return take_word(value, message_.subscription_state);
    case Field::content_type: return take_word(value, message_.content_type);
    case Field::reason:
      for (string_view one : grammar::elements(value))
        if (grammar::is_word(one)) message_.reasons.push_back(word_of(one));
      return;
    case Field::authorization:
    case Field::www_authenticate:
      if (!grammar::is_credentials(value)) return wrong(400, "no credentials");
      (line.field == Field::authorization ? message_.authorizations : message_.challenges).push_back(credentials_of(value));
      return;
    case Field::content_length:
      length_ = grammar::number(value, 0x7FFF'FFFF);
      if (!length_) wrong(400, "no Content-Length");
      return;
    case Field::date:
      if (!grammar::is_date(value)) wrong(400, "a Date that is not GMT");
      return;
    case Field::other: message_.others.push_back({std::string(line.name), std::string(value)}); return;
  }
}

}  // namespace

std::expected<Message, Refusal> read_message(string_view bytes, Carrier carrier) {
  while (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
  if (bytes.empty()) return std::unexpected(Refusal{});
  return Reading(bytes, carrier).read();
}

std::optional<Uri> read_uri(string_view text) {
  Uri uri;
  if (!grammar::is_uri(text, false) || !osip::read(text, uri)) return {};
  if (uri.scheme != "sip" && uri.scheme != "sips" && uri.scheme != "tel") return {};
  return uri;
}

std::optional<Address> read_address(string_view text) {
  Address address;
  if (!grammar::is_address(text) || !osip::read(text, address)) return {};
  return address;
}

std::string user_of(const Uri& uri) {
  const string_view whole = uri.scheme == "tel" ? uri.rest : uri.user;
  return grammar::unescaped(whole.substr(0, whole.find(';'))).value_or("");
}

}  // namespace callwright::cti::sip
