#include "agent-desktop-api/auth/role.hpp"

#include <array>
#include <utility>

namespace callwright::desktop {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 3> kRoleNames{
    {{Role::agent, "agent"}, {Role::supervisor, "supervisor"}, {Role::admin, "admin"}}};

}  // namespace

std::string_view name_of(Role role) {
  for (const auto& [known, name] : kRoleNames)
    if (known == role) return name;
  return {};
}

std::optional<Role> role_of(std::string_view name) {
  for (const auto& [role, known] : kRoleNames)
    if (known == name) return role;
  return std::nullopt;
}

std::vector<std::string_view> names_of(Roles roles) {
  std::vector<std::string_view> names;
  for (const auto& [role, name] : kRoleNames)
    if (roles.has(role)) names.push_back(name);
  return names;
}

}  // namespace callwright::desktop
