#pragma once
#include <string>

#include "contacts/centre_toml.hpp"

namespace callwright::contacts {

/// The shortest document.
inline const std::string kName = "name = \"C\"\n";

/// "accepted", or what is wrong with the document.
inline std::string fault_of(const std::string& text) {
  const auto centre = parse_centre(text);
  return centre ? "accepted" : centre.error().context;
}

}  // namespace callwright::contacts
