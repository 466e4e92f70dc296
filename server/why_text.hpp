#pragma once
#include <functional>
#include <string>

#include "contacts/reader.hpp"
#include "journal/centre.hpp"

namespace callwright::server {

/// A routing decision in words, for a person at a terminal: who was chosen, how many each rule left, the terms of the best, and what would have given
/// the contact to the second best, or to `agent` if he is named. `centre`, as it was at the decision, gives names and rates; `person` the name of an
/// account ("user:3"), or "".
std::string why_text(const contacts::Decision& decision, const journal::Centre& centre, const std::function<std::string(const std::string&)>& person,
                     const AgentId& agent = {});

}  // namespace callwright::server
