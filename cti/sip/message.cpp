#include "cti/sip/message.hpp"

#include "cti/sip/grammar.hpp"

namespace callwright::cti::sip {

const std::string* find(const Parameters& parameters, std::string_view name) {
  for (const Parameter& one : parameters)
    if (grammar::same(one.name, name)) return &one.value;
  return nullptr;
}

std::string_view Address::tag() const {
  const std::string* tag = find(parameters, "tag");
  return tag ? std::string_view(*tag) : std::string_view();
}

std::string_view Via::branch() const {
  const std::string* branch = find(parameters, "branch");
  return branch ? std::string_view(*branch) : std::string_view();
}

}  // namespace callwright::cti::sip
