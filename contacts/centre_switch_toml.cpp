#include "contacts/centre_switch_toml.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/e164.hpp"
#include "contacts/phone.hpp"

namespace callwright::contacts {
namespace {

/// A kind of switch, and how an address of one may begin; none: it connects to us.
struct SwitchKind {
  std::string_view name;
  std::vector<std::string_view> beginnings;
};
const std::array kSwitchKinds{
    SwitchKind{"feed", {}},
    SwitchKind{"asterisk", {"http://", "https://", "ami://", "amis://"}},
    SwitchKind{"csta", {"csta://"}},
};

/// What is wrong with kind and address; empty: nothing.
std::string address_fault(const journal::Switch& sw) {
  if (sw.kind.empty()) return {};  // told already
  const auto kind = std::ranges::find(kSwitchKinds, sw.kind, &SwitchKind::name);
  if (kind == kSwitchKinds.end()) return "'kind' must be \"feed\", \"asterisk\" or \"csta\"";
  if (kind->beginnings.empty() || std::ranges::any_of(kind->beginnings, [&](std::string_view one) { return sw.url.starts_with(one); })) return {};
  std::string text;
  for (std::size_t i = 0; i < kind->beginnings.size(); ++i)
    text += (i == 0 ? "" : i + 1 == kind->beginnings.size() ? " or " : ", ") + std::string(kind->beginnings[i]);
  return "'url' must begin with " + text;
}

void read_trunk(Table& table, journal::Switch& on) {
  journal::TrunkRule rule;
  table.text("name", rule.trunk, true, 79);
  table.text("default_region", rule.default_region);
  table.boolean("digits_are_international", rule.digits_are_international);
  table.texts("own_numbers", rule.own_numbers,
              [](const std::string& text) { return e164_number(text) ? "" : "must hold numbers such as \"+441632960000\""; });
  table.texts("short_codes", rule.short_codes, [](const std::string& text) {
    const bool good =
        !text.empty() && text.size() <= 15 && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '*' || c == '#'; });
    return good ? "" : "must hold digits, * and #";
  });
  const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (rule.default_region.size() != 2 || !std::ranges::all_of(rule.default_region, capital))
    table.fault("'default_region' must be two capitals such as \"GB\"");
  if (std::ranges::find(on.trunks, rule.trunk, &journal::TrunkRule::trunk) != on.trunks.end()) table.fault("trunk '" + rule.trunk + "' stands twice");
  on.trunks.push_back(std::move(rule));
}

}  // namespace

journal::Switch read_switch(Table& table) {
  journal::Switch out;
  table.key("id", out.id);
  table.text("kind", out.kind, true);
  table.text("url", out.url);
  table.text("username", out.username, false, 128);
  table.text("secret", out.secret_name, false, 64);
  table.text("app", out.app, false, 64);
  table.text("fallback_context", out.fallback_context, false, 79);
  table.text("dial", out.dial, false, 128);
  const auto number_fault = [](const std::string& text) { return is_e164(text) ? "" : "must be a number such as \"+441632960000\""; };
  table.checked("shown_number", out.shown_number, 16, number_fault);
  table.texts("dial_prefixes", out.dial_prefixes, [](const std::string& text) {
    const bool good =
        text.size() >= 2 && text.size() <= 16 && text[0] == '+' && std::ranges::all_of(text.substr(1), [](char c) { return c >= '0' && c <= '9'; });
    return good ? "" : "must hold beginnings of numbers such as \"+44\"";
  });
  const bool has_number = out.dial.find("{number}") != std::string::npos || out.dial.find("{digits}") != std::string::npos;
  if (out.kind == "asterisk" && !out.dial.empty() && (!has_number || out.dial.starts_with("Local/")))
    table.fault("'dial' must be an end point with {number} or {digits} in it, such as \"PJSIP/{number}@carrier\"");
  if (out.dial.empty() && (!out.shown_number.empty() || !out.dial_prefixes.empty()) && out.kind == "asterisk")
    table.fault("'shown_number' and 'dial_prefixes' are about customers who are called: 'dial' must say how");
  table.tables("trunk", "a trunk", [&](Table& inner) { read_trunk(inner, out); });
  table.texts("station_contexts", out.station_contexts, [](const std::string& text) {
    return !text.empty() && text.size() <= 79 && text.find_first_of(" \t,\"") == text.npos ? "" : "must hold names of contexts";
  });
  if (const std::string what = address_fault(out); !what.empty()) table.fault(what);
  if (!out.station_contexts.empty() && !out.url.starts_with("ami") && out.kind != "csta")
    table.fault("'station_contexts' is read where 'url' begins with ami://, amis:// or csta://");
  return out;
}

void print_switch(TomlPrinter& out, const journal::Switch& sw) {
  out.heading("[[switch]]");
  out.text("id", sw.id.value);
  out.text("kind", sw.kind);
  out.text_if("url", sw.url);
  out.text_if("username", sw.username);
  out.text_if("secret", sw.secret_name);
  out.text("app", sw.app);
  out.text("fallback_context", sw.fallback_context);
  out.text_if("dial", sw.dial);
  out.text_if("shown_number", sw.shown_number);
  out.list("dial_prefixes", sw.dial_prefixes);
  out.list("station_contexts", sw.station_contexts);
  for (const journal::TrunkRule& rule : sw.trunks) {
    out.heading("[[switch.trunk]]");
    out.text("name", rule.trunk);
    out.text("default_region", rule.default_region);
    out.boolean("digits_are_international", rule.digits_are_international);
    out.list("own_numbers", rule.own_numbers);
    out.list("short_codes", rule.short_codes);
  }
}

}  // namespace callwright::contacts
