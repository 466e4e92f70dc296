#include "cti/freeswitch/event.hpp"

#include <charconv>
#include <cstring>

#include "cti/freeswitch/names_table.hpp"

namespace callwright::cti::freeswitch {
namespace {

using Kind = EventKind;

constexpr NameTable<Kind, 22, 256> kKinds{std::array<std::pair<std::string_view, Kind>, 22>{{
    {"CHANNEL_CREATE", Kind::channel_create},
    {"CHANNEL_PROGRESS", Kind::channel_progress},
    {"CHANNEL_PROGRESS_MEDIA", Kind::channel_progress_media},
    {"CHANNEL_ANSWER", Kind::channel_answer},
    {"CHANNEL_BRIDGE", Kind::channel_bridge},
    {"CHANNEL_UNBRIDGE", Kind::channel_unbridge},
    {"CHANNEL_PARK", Kind::channel_park},
    {"CHANNEL_HOLD", Kind::channel_hold},
    {"CHANNEL_UNHOLD", Kind::channel_unhold},
    {"CHANNEL_UUID", Kind::channel_uuid},
    {"CHANNEL_HANGUP", Kind::channel_hangup},
    {"CHANNEL_HANGUP_COMPLETE", Kind::channel_hangup_complete},
    {"CHANNEL_DESTROY", Kind::channel_destroy},
    {"CHANNEL_DATA", Kind::channel_data},
    {"CALL_UPDATE", Kind::call_update},
    {"DTMF", Kind::dtmf},
    {"RECORD_START", Kind::record_start},
    {"RECORD_STOP", Kind::record_stop},
    {"BACKGROUND_JOB", Kind::background_job},
    {"HEARTBEAT", Kind::heartbeat},
    {"SHUTDOWN", Kind::shutdown},
    {"CUSTOM", Kind::other},  // by its subclass
}}};

constexpr std::string_view kCallcenter = "callcenter::info", kConference = "conference::maintenance";

constexpr NameTable<Field, 51, 1024> kFields{std::array<std::pair<std::string_view, Field>, 51>{{
    {"Event-Name", Field::EventName},
    {"Event-Subclass", Field::EventSubclass},
    {"Core-UUID", Field::CoreUuid},
    {"Event-Date-Timestamp", Field::Timestamp},
    {"Unique-ID", Field::UniqueId},
    {"Old-Unique-ID", Field::OldUniqueId},
    {"Channel-Name", Field::ChannelName},
    {"Channel-Presence-ID", Field::PresenceId},
    {"Call-Direction", Field::CallDirection},
    {"Answer-State", Field::AnswerState},
    {"Channel-Call-State", Field::CallState},
    {"Caller-Caller-ID-Name", Field::CallerName},
    {"Caller-Caller-ID-Number", Field::CallerNumber},
    {"Caller-Destination-Number", Field::Destination},
    {"Caller-RDNIS", Field::Redirecting},
    {"variable_sip_h_Diversion", Field::Diversion},
    {"Caller-Transfer-Source", Field::TransferSource},
    {"Bridge-A-Unique-ID", Field::BridgeA},
    {"Bridge-B-Unique-ID", Field::BridgeB},
    {"Other-Leg-Unique-ID", Field::OtherLeg},
    {"Hangup-Cause", Field::HangupCause},
    {"Job-UUID", Field::JobUuid},
    {"Job-Command", Field::JobCommand},
    {"Up-Time", Field::UpTime},
    {"DTMF-Digit", Field::Digit},
    {"Record-File-Path", Field::RecordPath},
    {"variable_callwright_entry", Field::Entry},
    {"variable_sip_hangup_disposition", Field::HangupDisposition},
    {"variable_sip_term_status", Field::TermStatus},
    {"variable_sip_gateway", Field::Gateway},
    {"variable_sip_gateway_name", Field::GatewayName},
    {"variable_dialed_user", Field::DialedUser},
    {"variable_dialed_domain", Field::DialedDomain},
    {"variable_transfer_disposition", Field::TransferDisposition},
    {"variable_transfer_to", Field::TransferTo},
    {"variable_transfer_destination", Field::TransferDestination},
    {"variable_transfer_history", Field::TransferHistory},
    {"variable_refer_uuid", Field::ReferUuid},
    {"variable_other_loopback_leg_uuid", Field::OtherLoopbackLeg},
    {"CC-Action", Field::CcAction},
    {"CC-Queue", Field::CcQueue},
    {"CC-Agent", Field::CcAgent},
    {"CC-Member-Session-UUID", Field::CcSession},
    {"CC-Cause", Field::CcCause},
    {"CC-Cancel-Reason", Field::CcCancelReason},
    {"CC-Hangup-Cause", Field::CcHangupCause},
    {"CC-Agent-Status", Field::CcAgentStatus},
    {"CC-Agent-Contact", Field::CcAgentContact},
    {"Action", Field::ConferenceAction},
    {"Conference-Name", Field::ConferenceName},
    {"_body", Field::Body},
}}};
static_assert(kFields.entries().size() == static_cast<std::size_t>(Field::Count));

constexpr std::string_view kArray = "ARRAY::", kBetween = "|:";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_decoded(std::string& to, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) {
      to += text[i];
    } else {
      to += static_cast<char>(high << 4 | low);
      i += 2;
    }
  }
}

void append_point(std::string& to, std::uint32_t point) {
  const auto byte = [&](std::uint32_t value) { to += static_cast<char>(value); };
  if (point < 0x80) return byte(point);
  if (point < 0x800) {
    byte(0xC0 | point >> 6);
  } else {
    if (point < 0x10000) {
      byte(0xE0 | point >> 12);
    } else {
      byte(0xF0 | point >> 18);
      byte(0x80 | (point >> 12 & 0x3F));
    }
    byte(0x80 | (point >> 6 & 0x3F));
  }
  byte(0x80 | (point & 0x3F));
}

/// The four digits of a `\u`; none: -1.
std::int32_t unit_at(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return -1;
  std::int32_t unit = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    const int digit = hex_digit(text[i]);
    if (digit < 0) return -1;
    unit = unit << 4 | digit;
  }
  return unit;
}

/// What stands between the quotes of a JSON string, without its escapes. What is no escape stays as it is; a half of a pair becomes U+FFFD.
void append_unescaped(std::string& to, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      to += text[i];
      continue;
    }
    switch (const char c = text[++i]; c) {
      case 'n': to += '\n'; break;
      case 't': to += '\t'; break;
      case 'r': to += '\r'; break;
      case 'b': to += '\b'; break;
      case 'f': to += '\f'; break;
      case 'u': {
        const std::int32_t unit = unit_at(text, i + 1);
        if (unit < 0) {
          to += "\\u";
          break;
        }
        i += 4;
        const bool first = unit >= 0xD800 && unit < 0xDC00;
        const std::int32_t second = first && text.substr(i + 1, 2) == "\\u" ? unit_at(text, i + 3) : -1;
        if (second >= 0xDC00 && second < 0xE000) {
          append_point(to, 0x10000U + (static_cast<std::uint32_t>(unit - 0xD800) << 10 | static_cast<std::uint32_t>(second - 0xDC00)));
          i += 6;
        } else {
          append_point(to, unit >= 0xD800 && unit < 0xE000 ? 0xFFFDU : static_cast<std::uint32_t>(unit));
        }
        break;
      }
      default: to += c; break;
    }
  }
}

/// Walks over a flat JSON object without building it.
class Walk {
 public:
  explicit Walk(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool take(char c) {
    skip_blanks();
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  char peek() {
    skip_blanks();
    return at_ == end_ ? '\0' : *at_;
  }
  bool at_end() {
    skip_blanks();
    return at_ == end_;
  }
  /// What stands between the quotes, as it stands there.
  bool string(std::string_view& into) {
    if (!take('"')) return false;
    const char* const begin = at_;
    for (;;) {
      const void* found = std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_));
      if (!found) return false;
      const char* const quote = static_cast<const char*>(found);
      at_ = quote + 1;
      const char* slash = quote;
      while (slash != begin && slash[-1] == '\\') --slash;
      if ((quote - slash) % 2 != 0) continue;
      into = {begin, static_cast<std::size_t>(quote - begin)};
      return true;
    }
  }
  /// Any other value. Its inside is not looked at beyond strings and brackets.
  bool skip() {
    std::size_t depth = 0;
    std::string_view ignored;
    do {
      switch (peek()) {
        case '\0': return false;
        case '"':
          if (!string(ignored)) return false;
          break;
        case '{':
        case '[':
          ++at_;
          if (++depth > 16) return false;
          continue;
        case '}':
        case ']':
          if (depth == 0) return false;
          ++at_;
          --depth;
          break;
        case ',':
        case ':':
          if (depth == 0) return false;
          ++at_;
          continue;
        default:
          while (at_ != end_ && !is_blank(*at_) && std::string_view(",:]}[{\"").find(*at_) == std::string_view::npos) ++at_;
      }
    } while (depth > 0);
    return true;
  }

 private:
  void skip_blanks() {
    while (at_ != end_ && is_blank(*at_)) ++at_;
  }
  const char* at_;
  const char* end_;
};

}  // namespace

std::vector<std::string_view> parts_of(std::string_view value) {
  std::vector<std::string_view> parts;
  if (!value.starts_with(kArray)) return {value};
  value.remove_prefix(kArray.size());
  for (;;) {
    const std::size_t end = value.find(kBetween);
    parts.push_back(value.substr(0, end));
    if (end == value.npos) return parts;
    value.remove_prefix(end + kBetween.size());
  }
}

std::string url_decoded(std::string_view text) {
  std::string decoded;
  append_decoded(decoded, text);
  return decoded;
}

std::string_view subscription() {
  return "CHANNEL_CREATE CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA CHANNEL_ANSWER CHANNEL_BRIDGE CHANNEL_UNBRIDGE CHANNEL_PARK CHANNEL_HOLD "
         "CHANNEL_UNHOLD "
         "CHANNEL_UUID CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE CHANNEL_DESTROY CALL_UPDATE DTMF RECORD_START RECORD_STOP BACKGROUND_JOB HEARTBEAT "
         "SHUTDOWN "
         "CUSTOM callcenter::info conference::maintenance";
}

Instant Event::at() const {
  const std::string_view text = (*this)[Field::Timestamp];
  Instant at;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), at.us);
  return error == std::errc{} && end == text.data() + text.size() && at.us > 0 ? at : Instant{};
}

void Event::clear() {
  kind_ = Kind::other;
  texts_.fill({});
  decoded_.clear();
}

void Event::finish() {
  const std::string_view subclass = (*this)[Field::EventSubclass];
  if ((*this)[Field::EventName] == "CUSTOM")
    kind_ = subclass == kCallcenter ? Kind::callcenter : subclass == kConference ? Kind::conference : Kind::other;
  else if (const Kind* kind = kKinds.find((*this)[Field::EventName])) kind_ = *kind;
}

std::string_view Event::unescape(std::string_view text) {
  if (text.find('\\') == text.npos) return text;
  const std::size_t from = decoded_.size();
  append_unescaped(decoded_, text);
  return std::string_view(decoded_).substr(from);
}

std::string_view Event::url_decode(std::string_view text) {
  if (text.find('%') == text.npos) return text;
  const std::size_t from = decoded_.size();
  append_decoded(decoded_, text);
  return std::string_view(decoded_).substr(from);
}

bool Event::read_json(std::string_view body) {
  clear();
  decoded_.reserve(2 * body.size() + 64);  // decoding makes nothing longer; a list gains less than its brackets and quotes twice
  Walk walk(body);
  std::string_view name, text;
  const auto read_member = [&] {
    if (!walk.string(name) || !walk.take(':')) return false;
    const Field* const field = kFields.find(name);
    const char first = walk.peek();
    if (first == '"') {
      if (!walk.string(text)) return false;
      if (field) put(*field, unescape(text));
      return true;
    }
    if (!field) return walk.skip();
    put(*field, {});
    if (first != '[') return walk.skip();
    walk.take('[');
    const std::size_t from = decoded_.size();
    decoded_ += kArray;
    for (bool more = walk.peek() != ']'; more; more = walk.take(',')) {
      if (!walk.string(text)) return false;
      if (decoded_.size() > from + kArray.size()) decoded_ += kBetween;
      append_unescaped(decoded_, text);
    }
    put(*field, std::string_view(decoded_).substr(from));
    return walk.take(']');
  };
  bool whole = walk.take('{');
  if (whole && walk.peek() == '}') {
    walk.take('}');
  } else if (whole) {
    do whole = read_member();
    while (whole && walk.take(','));
    whole = whole && walk.take('}');
  }
  whole = whole && walk.at_end();
  if (whole) finish();
  else clear();
  return whole;
}

bool Event::read_plain(std::string_view body) {
  clear();
  decoded_.reserve(body.size());
  std::string_view length;
  while (!body.empty()) {
    const void* found = std::memchr(body.data(), '\n', body.size());
    const std::size_t size = found ? static_cast<std::size_t>(static_cast<const char*>(found) - body.data()) : body.size();
    const std::string_view line = body.substr(0, size);
    body.remove_prefix(found ? size + 1 : size);
    if (line.empty()) break;  // the body follows
    std::size_t colon = line.find(':');
    if (colon != line.npos && line.substr(colon + 1, 1) != " ") colon = line.find(": ", colon);
    if (colon == line.npos) {
      clear();
      return false;
    }
    const std::string_view name = line.substr(0, colon), value = line.substr(colon + 2);
    if (const Field* field = kFields.find(name); field && *field != Field::Body) put(*field, url_decode(value));
    else if (name == "Content-Length") length = value;
  }
  if (!length.empty()) {
    std::size_t bytes = 0;
    const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bytes);
    if (error == std::errc{} && end == length.data() + length.size() && bytes <= body.size()) {
      put(Field::Body, body.substr(0, bytes));
    } else if (!body.empty()) {
      clear();
      return false;
    }
  }
  finish();
  return true;
}

}  // namespace callwright::cti::freeswitch
