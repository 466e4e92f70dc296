#include "cti/sip/codec_osip.hpp"

#include <osipparser2/osip_parser.h>
#include <osipparser2/osip_port.h>

#include <algorithm>
#include <cstdarg>
#include <memory>

#include "cti/sip/grammar.hpp"

namespace callwright::cti::sip::osip {
namespace {

/// Escapes are not taken out, because osip's texts end at %00: it never sees one. No such character comes past `read_head`.
constexpr char kHidden = '\x01';

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* what) const {
    Free(what);
  }
};
using MessagePtr = std::unique_ptr<osip_message_t, Freed<&osip_message_free>>;
using UriPtr = std::unique_ptr<osip_uri_t, Freed<&osip_uri_free>>;
using FromPtr = std::unique_ptr<osip_from_t, Freed<&osip_from_free>>;

/// osip writes what it thinks to standard output unless it is told not to.
bool begin() {
  parser_init();
  osip_trace_initialize_func(TRACE_LEVEL0, [](const char*, int, osip_trace_level_t, const char*, va_list) {});
  for (int level = TRACE_LEVEL0; level < END_TRACE_LEVEL; ++level) osip_trace_disable_level(static_cast<osip_trace_level_t>(level));
  return true;
}
void ready() { [[maybe_unused]] static const bool once = begin(); }

void add_hidden(std::string& to, std::string_view text) {
  const std::size_t from = to.size();
  to += text;
  std::replace(to.begin() + static_cast<std::ptrdiff_t>(from), to.end(), '%', kHidden);
}

/// In names before an address osip wants quotes or tokens, and takes no escape out.
void add_hidden_addresses(std::string& to, std::string_view text) {
  if (std::ranges::none_of(text, [](char c) { return c == '%' || static_cast<std::uint8_t>(c) >= 0x80; })) {
    to += text;
    return;
  }
  for (const char* mark = ""; std::string_view one : grammar::elements(text)) {
    to += mark;
    const std::size_t quoted = one.starts_with('"') ? grammar::end_of_quoted(one, 0) : 0;
    const std::size_t open = one.find('<', quoted);
    const std::size_t uri = open == one.npos ? 0 : open;
    const bool bare = uri > 0 && quoted == 0;
    if (bare) to += '"';
    to += grammar::trimmed(one.substr(0, uri));
    if (bare) to += '"';
    add_hidden(to, one.substr(uri));
    mark = ", ";
  }
}

void set(std::string& to, const char* text) {
  if (!text) return;
  to = grammar::trimmed(text);
  if (to.find(kHidden) != to.npos) std::ranges::replace(to, kHidden, '%');
}

void set(Parameters& to, osip_list_t& list) {
  osip_list_iterator_t at;
  to.reserve(static_cast<std::size_t>(list.nb_elt));
  for (auto* one = static_cast<osip_uri_param_t*>(osip_list_get_first(&list, &at)); osip_list_iterator_has_elem(at);
       one = static_cast<osip_uri_param_t*>(osip_list_get_next(&at))) {
    Parameter& made = to.emplace_back();
    set(made.name, one->gname);
    set(made.value, one->gvalue);
  }
}

void set(Uri& to, osip_uri_t& from) {
  set(to.scheme, from.scheme);
  to.scheme = grammar::lower(to.scheme);
  set(to.user, from.username);
  set(to.password, from.password);
  set(to.host, from.host);
  set(to.port, from.port);
  set(to.parameters, from.url_params);
  set(to.headers, from.url_headers);
  set(to.rest, from.string);
}

bool set(Address& to, osip_from_t& from) {
  if (!from.url) return false;
  std::string display;
  set(display, from.displayname);
  to.display = grammar::unquoted(display);
  set(to.uri, *from.url);
  set(to.parameters, from.gen_params);
  return true;
}

bool set(std::vector<Address>& to, osip_list_t& list, std::size_t expected) {
  if (static_cast<std::size_t>(list.nb_elt) != expected) return false;
  osip_list_iterator_t at;
  to.reserve(expected);
  for (auto* one = static_cast<osip_from_t*>(osip_list_get_first(&list, &at)); osip_list_iterator_has_elem(at);
       one = static_cast<osip_from_t*>(osip_list_get_next(&at)))
    if (!set(to.emplace_back(), *one)) return false;
  return true;
}

bool set(std::vector<Via>& to, osip_list_t& list, std::size_t expected) {
  if (static_cast<std::size_t>(list.nb_elt) != expected) return false;
  osip_list_iterator_t at;
  to.reserve(expected);
  for (auto* one = static_cast<osip_via_t*>(osip_list_get_first(&list, &at)); osip_list_iterator_has_elem(at);
       one = static_cast<osip_via_t*>(osip_list_get_next(&at))) {
    Via& via = to.emplace_back();
    set(via.transport, one->protocol);
    for (char& c : via.transport)
      if (c >= 'a' && c <= 'z') c &= ~0x20;
    set(via.host, one->host);
    set(via.port, one->port);
    set(via.parameters, one->via_params);
  }
  return true;
}

/// The name under which osip is given a line; null: it is none of its concern.
const char* name_for_osip(Field field) {
  switch (field) {
    case Field::via: return "Via: ";
    case Field::from: return "From: ";
    case Field::to: return "To: ";
    case Field::contact: return "Contact: ";
    case Field::route: return "Route: ";
    case Field::record_route: return "Record-Route: ";
    default: return nullptr;
  }
}

}  // namespace

bool read(std::string_view start, const Head& head, Message& message) {
  ready();
  std::size_t vias = 0, contacts = 0, routes = 0, record_routes = 0;
  std::string text;
  text.reserve(head.text.size() + 64);
  add_hidden(text, start);
  text += "\r\n";
  for (const Head::Line& line : head.lines) {
    const char* const name = name_for_osip(line.field);
    if (!name || (line.field == Field::contact && line.value == "*") || (line.field == Field::record_route && message.is_request())) continue;
    text += name;
    add_hidden_addresses(text, line.value);
    text += "\r\n";
    if (line.field == Field::from || line.field == Field::to) continue;
    const std::size_t count = line.value.find(',') == line.value.npos ? 1 : grammar::elements(line.value).size();
    (line.field == Field::via ? vias : line.field == Field::contact ? contacts : line.field == Field::route ? routes : record_routes) += count;
  }
  text += "\r\n";

  osip_message_t* made = nullptr;
  if (osip_message_init(&made) != 0) return false;
  const MessagePtr read(made);
  if (osip_message_parse(made, text.c_str(), text.size()) != 0) return false;
  if (made->req_uri) set(message.target, *made->req_uri);
  return set(message.vias, made->vias, vias) && made->from && set(message.from, *made->from) && made->to && set(message.to, *made->to) &&
         set(message.contacts, made->contacts, contacts) && set(message.routes, made->routes, routes) &&
         set(message.record_routes, made->record_routes, record_routes);
}

bool read(std::string_view text, Uri& uri) {
  ready();
  std::string hidden;
  add_hidden(hidden, text);
  osip_uri_t* made = nullptr;
  if (osip_uri_init(&made) != 0) return false;
  const UriPtr read(made);
  if (osip_uri_parse(made, hidden.c_str()) != 0) return false;
  set(uri, *made);
  return true;
}

bool read(std::string_view text, Address& address) {
  ready();
  std::string hidden;
  add_hidden_addresses(hidden, text);
  osip_from_t* made = nullptr;
  if (osip_from_init(&made) != 0) return false;
  const FromPtr read(made);
  return osip_from_parse(made, hidden.c_str()) == 0 && set(address, *made);
}

}  // namespace callwright::cti::sip::osip
