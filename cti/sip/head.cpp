#include "cti/sip/head.hpp"

#include <array>

#include "cti/sip/grammar.hpp"

namespace callwright::cti::sip {
namespace {

struct FieldName {
  std::string_view name;
  char compact;  ///< RFC 3261, 7.3.3, and the registry since; 0: none
  Field field;
};
constexpr std::array<FieldName, 27> kFieldNames{{
    {"Via", 'v', Field::via},
    {"From", 'f', Field::from},
    {"To", 't', Field::to},
    {"Call-ID", 'i', Field::call_id},
    {"CSeq", 0, Field::cseq},
    {"Contact", 'm', Field::contact},
    {"Max-Forwards", 0, Field::max_forwards},
    {"Route", 0, Field::route},
    {"Record-Route", 0, Field::record_route},
    {"Require", 0, Field::require},
    {"Proxy-Require", 0, Field::proxy_require},
    {"Supported", 'k', Field::supported},
    {"Accept", 0, Field::accept},
    {"Expires", 0, Field::expires},
    {"Min-Expires", 0, Field::min_expires},
    {"Retry-After", 0, Field::retry_after},
    {"Event", 'o', Field::event},
    {"Subscription-State", 0, Field::subscription_state},
    {"Authorization", 0, Field::authorization},
    {"WWW-Authenticate", 0, Field::www_authenticate},
    {"Proxy-Authenticate", 0, Field::www_authenticate},
    {"Reason", 0, Field::reason},
    {"Diversion", 0, Field::diversion},
    {"P-Asserted-Identity", 0, Field::p_asserted_identity},
    {"Content-Type", 'c', Field::content_type},
    {"Content-Length", 'l', Field::content_length},
    {"Date", 0, Field::date},
}};

/// Fields that have one value (RFC 3261, table 2): a second line of one makes the message ambiguous.
bool is_single(Field field) {
  switch (field) {
    case Field::from:
    case Field::to:
    case Field::call_id:
    case Field::cseq:
    case Field::max_forwards:
    case Field::expires:
    case Field::min_expires:
    case Field::retry_after:
    case Field::event:
    case Field::subscription_state:
    case Field::content_type:
    case Field::content_length:
    case Field::date: return true;
    default: return false;
  }
}

bool is_control(char c) { return (static_cast<std::uint8_t>(c) < 0x20 && c != '\t') || c == 0x7F; }

/// Without a branch for each byte: nearly every line holds none.
bool has_control(const char* from, const char* to) {
  unsigned found = 0;
  for (; from != to; ++from) {
    const auto c = static_cast<std::uint8_t>(*from);
    found |= static_cast<unsigned>(c < 0x20) & static_cast<unsigned>(c != '\t');
    found |= static_cast<unsigned>(c == 0x7F);
  }
  return found != 0;
}

/// Blanks for what is escaped in a quoted string. False: one that is not.
bool clean(char* from, char* to) {
  if (!has_control(from, to)) return true;
  bool quoted = false;
  for (char* at = from; at != to; ++at) {
    if (*at == '"') quoted = !quoted;
    else if (quoted && *at == '\\' && at + 1 != to) {
      ++at;
      if (is_control(*at)) *at = ' ';
    } else if (is_control(*at)) {
      return false;
    }
  }
  return true;
}

}  // namespace

Field field_of(std::string_view name) {
  if (name.size() == 1) {
    const char letter = static_cast<char>(name[0] | 0x20);
    for (const FieldName& one : kFieldNames)
      if (one.compact == letter) return one.field;
    return Field::other;
  }
  const char first = static_cast<char>(name.empty() ? 0 : name[0] & ~0x20);
  for (const FieldName& one : kFieldNames)
    if (one.name.size() == name.size() && one.name[0] == first && grammar::same(one.name, name)) return one.field;
  return Field::other;
}

std::size_t end_of_head(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  return end == bytes.npos ? 0 : end + 4;
}

Head read_head(std::string_view bytes) {
  Head head;
  const auto wrong = [&head](std::int32_t status, const char* why) {
    if (head.fault) return;
    head.fault = why;
    head.fault_status = status;
  };
  const std::size_t end = end_of_head(bytes);
  head.body_at = end == 0 ? bytes.size() : end;
  if (end == 0) wrong(400, "no empty line behind the headers");
  const std::size_t size = end == 0 ? std::min(bytes.size(), Head::kMessageBytes) : end - 2;
  if (size > Head::kMessageBytes) wrong(513, "message too large");
  head.text.assign(bytes.data(), bytes.data() + std::min(size, Head::kMessageBytes));
  char* const base = head.text.data();
  const std::string_view text(base, head.text.size());

  std::uint32_t seen = 0;
  head.lines.reserve(24);
  for (std::size_t at = 0; at < text.size();) {
    std::size_t line_end = text.find("\r\n", at), next = 0;
    for (;; line_end = text.find("\r\n", line_end)) {  // a line that begins with a blank goes on with the one before
      if (line_end == text.npos) line_end = text.size();
      next = std::min(line_end + 2, text.size());
      if (at == 0 || next >= text.size() || !grammar::is_blank(text[next])) break;
      base[line_end] = base[line_end + 1] = ' ';
    }
    const std::string_view line = text.substr(at, line_end - at);
    const bool first = at == 0;
    at = next;
    if (line.size() > Head::kLineBytes) {
      wrong(513, "a line too long");
      if (first) break;
      continue;
    }
    if (!clean(base + (line.data() - base), base + (line.data() - base) + line.size())) {
      wrong(400, "a control character");
      if (first) break;
      continue;
    }
    if (first) {
      head.start = line;
      continue;
    }
    if (head.lines.size() == Head::kHeaders) {
      wrong(513, "too many headers");
      break;
    }
    const std::size_t colon = line.find(':');
    const std::string_view name = grammar::trimmed(line.substr(0, colon));
    if (colon == line.npos || name.data() != line.data() || !grammar::is_token(name)) {
      wrong(400, "a line that is no header");
      continue;
    }
    const Field field = field_of(name);
    const std::uint32_t bit = 1U << static_cast<unsigned>(field);
    if (is_single(field) && (seen & bit) != 0) {
      wrong(400, "a header that comes twice");
      continue;
    }
    seen |= bit;
    head.lines.push_back({field, name, grammar::trimmed(line.substr(colon + 1))});
  }
  return head;
}

}  // namespace callwright::cti::sip
