#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace callwright::desktop {

/// What a person may do here; one may have several roles. What each allows stands in auth/permission.hpp.
enum class Role : std::uint8_t { agent = 1, supervisor = 2, admin = 4 };

/// A set of roles.
struct Roles {
  std::uint8_t bits = 0;

  constexpr Roles() = default;
  constexpr Roles(std::initializer_list<Role> roles) {
    for (Role role : roles) add(role);
  }
  constexpr void add(Role role) { bits |= static_cast<std::uint8_t>(role); }
  constexpr bool has(Role role) const { return (bits & static_cast<std::uint8_t>(role)) != 0; }
  constexpr bool any_of(Roles others) const { return (bits & others.bits) != 0; }
  constexpr bool operator==(const Roles&) const = default;
};

/// `agent`, `supervisor`, `admin`.
std::string_view name_of(Role role);
std::optional<Role> role_of(std::string_view name);
std::vector<std::string_view> names_of(Roles roles);

}  // namespace callwright::desktop
