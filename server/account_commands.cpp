// The commands on accounts: callwright user add|passwd|disable|list.
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "agent-desktop-api/auth/password.hpp"
#include "contacts/store.hpp"
#include "runtime/clock.hpp"
#include "server/commands.hpp"
#include "server/terminal.hpp"

namespace callwright::server {

namespace {

const std::vector<std::string> kRoles = {"agent", "supervisor", "admin"};

/// Reads a line without showing it, if standard input is a terminal.
std::string read_hidden(const char* prompt) {
  const bool terminal = isatty(STDIN_FILENO);
  termios shown{};
  if (terminal) {
    std::cerr << prompt << std::flush;
    tcgetattr(STDIN_FILENO, &shown);
    termios hidden = shown;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &hidden);
  }
  std::string line;
  std::getline(std::cin, line);
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSANOW, &shown);
    std::cerr << "\n";
  }
  return line;
}

Result<std::string> password(const std::filesystem::path& file) {
  std::string text;
  if (!file.empty()) {
    auto secret = runtime::read_secret(file);
    if (!secret) return secret;
    text = std::move(*secret);
  } else {
    text = read_hidden("Password: ");
    if (isatty(STDIN_FILENO) && read_hidden("Again: ") != text) return fail(std::make_error_code(std::errc::invalid_argument), "the two passwords differ");
  }
  if (const std::string fault = desktop::password_fault(text); !fault.empty()) return fail(std::make_error_code(std::errc::invalid_argument), fault);
  return text;
}

/// Empty, or why no page can be opened for this agent. Before the first start there is no document yet that could know him.
std::string agent_fault(contacts::Store& store, const std::string& agent) {
  if (agent.empty()) return {};
  if (!is_key(agent)) return "'" + agent + "' is no agent key";
  auto centre = store.centres().newest();
  if (!centre) return centre.error().text();
  if (!*centre || std::ranges::any_of((*centre)->agents, [&](const journal::Agent& one) { return one.id.value == agent; })) return {};
  return "the centre document has no agent '" + agent + "'";
}

}  // namespace

int add_user(const runtime::Settings& settings, const UserArguments& arguments) {
  for (const auto& role : arguments.roles)
    if (std::ranges::find(kRoles, role) == kRoles.end()) return refuse("no role '" + role + "': agent, supervisor or admin");
  auto store = contacts::open_store({.path = settings.store_path});
  if (!store) return refuse(store.error());
  if (const std::string fault = agent_fault(**store, arguments.agent); !fault.empty()) return refuse(fault);
  auto text = password(arguments.password_file);
  if (!text) return refuse(text.error());
  contacts::Account draft;
  draft.login = arguments.login;
  draft.name = arguments.name.empty() ? arguments.login : arguments.name;
  draft.password_hash = desktop::hash_password(*text);
  draft.roles = arguments.roles.empty() ? std::vector<std::string>{"agent"} : arguments.roles;
  draft.agent = AgentId{arguments.agent};
  auto added = (*store)->accounts().add(draft, runtime::Clock().now());
  if (!added) return refuse(added.error());
  std::cout << "user " << added->id.value << " added\n";
  return 0;
}

int change_password(const runtime::Settings& settings, const UserArguments& arguments) {
  auto store = contacts::open_store({.path = settings.store_path});
  if (!store) return refuse(store.error());
  auto account = (*store)->accounts().by_login(arguments.login);
  if (!account) return refuse(account.error());
  auto text = password(arguments.password_file);
  if (!text) return refuse(text.error());
  account->password_hash = desktop::hash_password(*text);
  if (auto done = (*store)->accounts().update(*account); !done) return refuse(done.error());
  if (auto ended = (*store)->accounts().end_sessions_of(account->id); !ended) return refuse(ended.error());
  std::cout << "password changed; open sessions end within seconds\n";
  return 0;
}

int disable_user(const runtime::Settings& settings, const std::string& login) {
  auto store = contacts::open_store({.path = settings.store_path});
  if (!store) return refuse(store.error());
  auto account = (*store)->accounts().by_login(login);
  if (!account) return refuse(account.error());
  account->disabled = true;
  if (auto done = (*store)->accounts().update(*account); !done) return refuse(done.error());
  if (auto ended = (*store)->accounts().end_sessions_of(account->id); !ended) return refuse(ended.error());
  std::cout << "disabled; open sessions end within seconds\n";
  return 0;
}

int list_users(const runtime::Settings& settings) {
  auto store = contacts::open_store({.path = settings.store_path});
  if (!store) return refuse(store.error());
  auto all = (*store)->accounts().all();
  if (!all) return refuse(all.error());
  for (const auto& account : *all) {
    std::cout << account.login << "\t" << account.agent.value << "\t";
    for (const auto& role : account.roles) std::cout << role << ' ';
    std::cout << (account.disabled ? "\tdisabled" : "") << "\n";
  }
  return 0;
}

}  // namespace callwright::server
