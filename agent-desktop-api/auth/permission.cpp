#include "agent-desktop-api/auth/permission.hpp"

#include <algorithm>
#include <array>

namespace callwright::desktop {
namespace {

constexpr Roles kEverybody{Role::agent, Role::supervisor, Role::admin};
constexpr Roles kLeaders{Role::supervisor, Role::admin};

constexpr std::array kTable{
    Permission{Operation::read_session, "read_session", kEverybody, ""},
    Permission{Operation::end_session, "end_session", kEverybody, ""},
    Permission{Operation::open_socket, "open_socket", kEverybody, ""},
    Permission{Operation::read_centre, "read_centre", kEverybody, "live:read"},
    Permission{Operation::read_customers, "read_customers", kEverybody, "customers:read"},
    Permission{Operation::edit_customers, "edit_customers", kEverybody, "customers:write"},
    Permission{Operation::list_contacts, "list_contacts", kLeaders, "contacts:read"},
    Permission{Operation::read_contact, "read_contact", kEverybody, "contacts:read"},
    Permission{Operation::read_any_contact, "read_any_contact", kLeaders, "contacts:read"},
    Permission{Operation::read_decisions, "read_decisions", kLeaders, "contacts:read"},
    Permission{Operation::read_live, "read_live", kLeaders, "live:read"},
    Permission{Operation::own_work, "own_work", Roles{Role::agent}, ""},
    Permission{Operation::force_state, "force_state", kLeaders, "agents:steer"},
    Permission{Operation::steer_contacts, "steer_contacts", kLeaders, "contacts:steer"},
    Permission{Operation::set_emergency, "set_emergency", kLeaders, ""},
    Permission{Operation::ask_callbacks, "ask_callbacks", kLeaders, "callbacks:write"},
    Permission{Operation::open_contacts, "open_contacts", kLeaders, "contacts:write"},
    Permission{Operation::read_metrics, "read_metrics", Roles{Role::admin}, "metrics:read"},
};

}  // namespace

std::span<const Permission> permissions() { return kTable; }

std::string_view name_of(Operation operation) {
  const auto row = std::find_if(kTable.begin(), kTable.end(), [&](const Permission& p) { return p.operation == operation; });
  return row == kTable.end() ? "unknown" : row->name;
}

bool may(const Principal& principal, Operation operation) {
  const auto row = std::find_if(kTable.begin(), kTable.end(), [&](const Permission& p) { return p.operation == operation; });
  if (row == kTable.end()) return false;
  if (principal.user) return row->roles.any_of(principal.roles);
  return !row->scope.empty() && std::find(principal.scopes.begin(), principal.scopes.end(), row->scope) != principal.scopes.end();
}

}  // namespace callwright::desktop
