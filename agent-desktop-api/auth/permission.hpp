#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent-desktop-api/auth/role.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"

namespace callwright::desktop {

/// Everything that somebody may ask of the desk, whatever way he asks (REST or frame).
enum class Operation : std::uint8_t {
  read_session = 1,   ///< GET /session
  end_session,        ///< DELETE /session
  open_socket,        ///< the WebSocket
  read_centre,
  read_customers,
  edit_customers,
  list_contacts,      ///< the log
  read_contact,       ///< one contact; an agent only his own
  read_any_contact,
  read_decisions,
  read_live,          ///< queues, agents, links, live contacts; topics
  own_work,           ///< commands of an agent about his state and his contacts
  force_state,        ///< of another agent
  steer_contacts,     ///< raise, park, resume, give to an agent, move to a queue
  set_emergency,      ///< switch a queue to emergency, or back
  ask_callbacks,      ///< for anybody, and cancel them
  open_contacts,      ///< written ones, and close them
  read_metrics,
};

/// One row: who may. Roles for people, a scope for API tokens. What has no row is denied.
struct Permission {
  Operation operation;
  std::string_view name;
  Roles roles;
  std::string_view scope;  ///< empty: no token may
};

std::span<const Permission> permissions();
std::string_view name_of(Operation operation);  ///< "unknown" for what has no row

/// Who asks, as far as it was proved.
struct Principal {
  std::string name;             ///< "user:7", "token:export"
  UserId user;                  ///< 0 for tokens
  std::string login;
  std::string display_name;
  Roles roles;
  AgentId agent;
  std::vector<std::string> scopes;
  std::string session_hash;     ///< of the cookie's session; empty for tokens
  std::string csrf;             ///< what X-CSRF-Token must be; empty for tokens, which need none
  Instant expires_at;
};

/// Deny by default.
bool may(const Principal& principal, Operation operation);

}  // namespace callwright::desktop
