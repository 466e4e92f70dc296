#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/expression/expression.hpp"

namespace callwright::expression {

/// The attributes of one contact.
using Attributes = std::map<std::string, std::string, std::less<>>;

inline auto look_up(const Attributes& attributes) {
  return [&attributes](std::string_view name) -> std::optional<std::string_view> {
    const auto found = attributes.find(name);
    return found == attributes.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  };
}

}  // namespace callwright::expression
