#include "contacts/customer_traits.hpp"

#include <absl/time/time.h>

#include <boost/json.hpp>
#include <string>

namespace callwright::contacts {
namespace {

namespace bj = boost::json;

std::string text_of(const bj::value& value) {
  if (const auto* text = value.if_string()) return {text->data(), text->size()};
  if (const auto* number = value.if_int64()) return std::to_string(*number);
  if (const auto* number = value.if_uint64()) return std::to_string(*number);
  if (const auto* flag = value.if_bool()) return *flag ? "true" : "false";
  return {};
}

std::string date_of(std::int64_t us) { return absl::FormatTime("%Y-%m-%d", absl::FromUnixMicros(us), absl::UTCTimeZone()); }

/// Of the newest line that names one. No text of a line holds this word unescaped.
AgentId last_agent_of(std::string_view recent) {
  constexpr std::string_view word = "\"agent\":\"";
  const auto begin = recent.find(word);
  if (begin == std::string_view::npos) return {};
  const std::string_view agent = recent.substr(begin + word.size());
  return AgentId{std::string(agent.substr(0, agent.find('"')))};
}

}  // namespace

journal::CustomerTraits traits_of(std::string_view head, std::string_view recent, std::int64_t contacts) {
  journal::CustomerTraits traits;
  traits.last_agent = last_agent_of(recent);
  unsigned char memory[4096];
  bj::monotonic_resource pool(memory, sizeof memory);
  bj::error_code error;
  const bj::value card = bj::parse(bj::string_view(head.data(), head.size()), error, &pool);
  if (error || !card.is_object()) return traits;
  const bj::object& all = card.get_object();

  const auto add = [&](std::string name, std::string text) {
    if (!text.empty()) traits.attributes.emplace_back("customer." + std::move(name), std::move(text));
  };
  const auto value_of = [&](std::string_view key) -> const bj::value& {
    static const bj::value none;
    const bj::value* found = all.if_contains(bj::string_view(key.data(), key.size()));
    return found ? *found : none;
  };
  for (const char* key : {"kind", "lang", "tier", "stage", "account", "currency", "household", "value_12m_minor"}) add(key, text_of(value_of(key)));
  for (const char* key : {"since", "stage_since"})
    if (const auto* us = value_of(key).if_int64()) add(key, date_of(*us));
  add("contacts", std::to_string(contacts));
  if (const auto* satisfaction = value_of("satisfaction").if_object())
    for (const auto& [key, value] : *satisfaction) add("satisfaction." + std::string(key), text_of(value));
  if (const auto* flags = value_of("flags").if_array())
    for (const auto& flag : *flags) add("flags." + journal::attribute_part(text_of(flag)), "true");
  if (const auto* attrs = value_of("attrs").if_object())
    for (const auto& [key, value] : *attrs) add("attrs." + journal::attribute_part(std::string_view(key.data(), key.size())), text_of(value));
  return traits;
}

}  // namespace callwright::contacts
