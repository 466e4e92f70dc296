#include "contacts/card_json.hpp"

#include <charconv>

namespace callwright::contacts {
namespace {

void append_number(std::string& out, std::int64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

/// Length of the UTF-8 sequence at `i`; 0 if there is none.
std::size_t sequence_at(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u; };
  const unsigned lead = byte(i);
  const auto tail = [&](std::size_t k) { return (byte(k) & 0xC0) == 0x80; };
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return tail(i + 1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned next = byte(i + 1);
    if (!tail(i + 1) || !tail(i + 2) || (lead == 0xE0 && next < 0xA0) || (lead == 0xED && next > 0x9F)) return 0;
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned next = byte(i + 1);
    if (!tail(i + 1) || !tail(i + 2) || !tail(i + 3) || (lead == 0xF0 && next < 0x90) || (lead == 0xF4 && next > 0x8F)) return 0;
    return 4;
  }
  return 0;
}

/// Writes `"key":value` members, comma by comma.
class Object {
 public:
  explicit Object(std::string& out) : out_(out) { out_ += '{'; }
  void text(const char* key, std::string_view value) {
    begin(key);
    append_json(out_, value);
  }
  void text_or_null(const char* key, std::string_view value) {
    begin(key);
    if (value.empty()) out_ += "null";
    else append_json(out_, value);
  }
  void number(const char* key, std::int64_t value) {
    begin(key);
    append_number(out_, value);
  }
  void flag(const char* key, bool value) { raw(key, value ? "true" : "false"); }
  void raw(const char* key, std::string_view json) {
    begin(key);
    out_ += json;
  }
  void id(const char* key, std::int64_t value) {
    begin(key);
    out_ += '"';
    append_number(out_, value);
    out_ += '"';
  }
  void end() { out_ += '}'; }

 private:
  void begin(const char* key) {
    if (out_.back() != '{') out_ += ',';
    out_ += '"';
    out_ += key;
    out_ += "\":";
  }
  std::string& out_;
};

/// Calls `visit(line)` for each line.
template <class Visit>
void each_line(std::string_view lines, Visit visit) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    visit(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

std::int64_t contact_of(std::string_view line) {
  constexpr std::string_view start = "{\"contact\":\"";
  std::int64_t id = 0;
  if (line.starts_with(start)) std::from_chars(line.data() + start.size(), line.data() + line.size(), id);
  return id;
}

}  // namespace

void append_json(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') {
      out += text[i++];
      continue;
    }
    switch (c) {
      case '"': out += "\\\""; ++i; continue;
      case '\\': out += "\\\\"; ++i; continue;
      case '\n': out += "\\n"; ++i; continue;
      case '\r': out += "\\r"; ++i; continue;
      case '\t': out += "\\t"; ++i; continue;
      default: break;
    }
    if (c < 0x20 || c == 0x7F) {
      constexpr const char* hex = "0123456789abcdef";
      out += "\\u00";
      out += hex[c >> 4];
      out += hex[c & 15];
      ++i;
      continue;
    }
    const std::size_t length = sequence_at(text, i);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      ++i;
    } else {
      out.append(text.substr(i, length));
      i += length;
    }
  }
  out += '"';
}

std::string card_head(const Customer& customer, int household_size) {
  std::string out;
  out.reserve(512 + customer.attrs.size());
  Object card(out);
  card.id("customer", customer.id.value);
  card.number("version", customer.version);
  card.text("name", customer.name);
  card.text_or_null("name_alt", customer.name_alt);
  card.text("kind", name_of(customer.kind));
  card.text("lang", customer.lang);
  card.text_or_null("tier", customer.tier);
  card.text_or_null("stage", name_of(customer.stage));
  if (customer.stage_since.us) card.number("stage_since", customer.stage_since.us);
  else card.raw("stage_since", "null");
  std::string list = "[";
  for (const std::string& flag : customer.flags) {
    if (list.size() > 1) list += ',';
    append_json(list, flag);
  }
  card.raw("flags", list + "]");
  card.text_or_null("account", customer.account);
  if (customer.since.us) card.number("since", customer.since.us);
  else card.raw("since", "null");
  list = "[";
  for (const Number& number : customer.numbers) {
    if (list.size() > 1) list += ',';
    append_json(list, number.e164);
  }
  card.raw("numbers", list + "]");
  card.number("household", household_size);
  if (customer.value_12m_minor) card.number("value_12m_minor", *customer.value_12m_minor);
  else card.raw("value_12m_minor", "null");
  card.text_or_null("currency", customer.currency);
  if (customer.satisfaction)
    card.raw("satisfaction", "{\"a\":" + std::to_string(customer.satisfaction->a) + ",\"b\":" + std::to_string(customer.satisfaction->b) + "}");
  else card.raw("satisfaction", "null");
  card.raw("attrs", customer.attrs.empty() ? "{}" : customer.attrs);
  card.end();
  return out;
}

std::string card_brief(const Customer& customer) {
  std::string out;
  Object brief(out);
  brief.id("customer", customer.id.value);
  brief.text("name", customer.name);
  brief.text_or_null("name_alt", customer.name_alt);
  brief.text_or_null("tier", customer.tier);
  brief.text_or_null("stage", name_of(customer.stage));
  brief.text_or_null("account", customer.account);
  brief.end();
  return out;
}

std::string contact_line(const ContactRow& contact) {
  std::string out;
  out.reserve(256);
  Object line(out);
  line.id("contact", contact.contact.value);
  line.number("started_at", contact.opened_at.us);
  line.text("channel", name_of(contact.channel));
  line.text("direction", name_of(contact.direction));
  line.text_or_null("queue", contact.queue.value);
  line.text_or_null("agent", contact.agent.value);
  if (contact.outcome) line.text("outcome", name_of(*contact.outcome));
  else line.raw("outcome", "null");
  line.text_or_null("disposition", contact.disposition);
  line.flag("resolved", contact.resolved);
  line.number("talk_us", contact.talk.count());
  line.end();
  return out;
}

std::string with_contact(std::string_view recent, const ContactRow& contact) {
  std::string out;
  out.reserve(recent.size() + 256);
  int lines = 0;
  bool placed = false;
  const auto add = [&](std::string_view line) {
    if (lines == kRecentContacts) return;
    if (lines++) out += '\n';
    out += line;
  };
  each_line(recent, [&](std::string_view line) {
    const std::int64_t id = contact_of(line);
    if (!placed && id <= contact.contact.value) {
      add(contact_line(contact));
      placed = true;
    }
    if (id != contact.contact.value) add(line);
  });
  if (!placed) add(contact_line(contact));
  return out;
}

std::string whole_card(std::string_view head, std::string_view recent, std::int64_t contacts) {
  std::string out;
  out.reserve(head.size() + recent.size() + 64);
  out = head;
  if (!out.empty()) out.pop_back();
  out += ",\"last_contacts\":[";
  for (char c : recent) out += c == '\n' ? ',' : c;
  out += "],\"contacts_total\":";
  append_number(out, contacts);
  out += '}';
  return out;
}

std::string whole_brief(std::string_view brief, Instant last_at, std::int64_t contacts) {
  std::string out(brief);
  if (!out.empty()) out.pop_back();
  out += ",\"last_contact_at\":";
  if (last_at.us) append_number(out, last_at.us);
  else out += "null";
  out += ",\"contacts_total\":";
  append_number(out, contacts);
  out += '}';
  return out;
}

const char* name_of(journal::Channel channel) {
  switch (channel) {
    case journal::Channel::voice: return "voice";
    case journal::Channel::chat: return "chat";
    case journal::Channel::email: return "email";
    case journal::Channel::other: return "other";
  }
  return "other";
}
const char* name_of(journal::Direction direction) {
  switch (direction) {
    case journal::Direction::inbound: return "inbound";
    case journal::Direction::outbound: return "outbound";
    case journal::Direction::internal: return "internal";
  }
  return "inbound";
}
const char* name_of(journal::ContactOutcome outcome) {
  switch (outcome) {
    case journal::ContactOutcome::answered: return "answered";
    case journal::ContactOutcome::abandoned: return "abandoned";
    case journal::ContactOutcome::short_abandoned: return "short_abandoned";
    case journal::ContactOutcome::released: return "released";
    case journal::ContactOutcome::lost: return "lost";
    case journal::ContactOutcome::failed: return "failed";
    case journal::ContactOutcome::handed_over: return "handed_over";
  }
  return "failed";
}
const char* name_of(Stage stage) {
  switch (stage) {
    case Stage::none: return "";
    case Stage::exploration: return "exploration";
    case Stage::formation: return "formation";
    case Stage::stable: return "stable";
    case Stage::decline: return "decline";
  }
  return "";
}
const char* name_of(CustomerKind kind) { return kind == CustomerKind::org ? "org" : "person"; }

}  // namespace callwright::contacts
