#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.hpp"

/// What a rule of the centre document may ask of a contact: the names of its attributes and what they are made of. docs/expressions.md says what each
/// one means. The core gives them to routing when a contact enters a queue.
namespace callwright::journal {

/// A condition that asks for another name is refused where it is written (`expression::parse(text, attribute_names())`). A name that ends in '.'
/// stands for all that begin with it.
inline const std::vector<std::string>& attribute_names() {
  static const std::vector<std::string> names = {
      "caller",
      "channel",
      "customer.account",
      "customer.attrs.",
      "customer.contacts",
      "customer.currency",
      "customer.flags.",
      "customer.household",
      "customer.kind",
      "customer.lang",
      "customer.satisfaction.a",
      "customer.satisfaction.b",
      "customer.since",
      "customer.stage",
      "customer.stage_since",
      "customer.tier",
      "customer.value_12m_minor",
      "data.",
      "entry",
      "match",
      "switch",
      "trunk",
  };
  return names;
}

/// What the store knows of a contact's customer, for rules and favours.
struct CustomerTraits {
  std::vector<std::pair<std::string, std::string>> attributes;  ///< `customer.*` and their texts
  AgentId last_agent;                                           ///< who talked to him last, of the contacts that have ended
  bool operator==(const CustomerTraits&) const = default;
};

/// A name from outside as the end of an attribute's name: its letters small, '_' for what may not stand there. "Order-ID" is `order_id`.
inline std::string attribute_part(std::string_view name) {
  std::string part(name);
  for (char& c : part) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    else if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.')) c = '_';
  }
  return part;
}

}  // namespace callwright::journal
