// The commands on API tokens: what programs sign in with.
#include <algorithm>
#include <iostream>
#include <set>

#include "agent-desktop-api/auth/permission.hpp"
#include "agent-desktop-api/auth/secret_token.hpp"
#include "contacts/accounts.hpp"
#include "contacts/store.hpp"
#include "runtime/clock.hpp"
#include "server/commands.hpp"
#include "server/terminal.hpp"

namespace callwright::server {

namespace {

std::string joined(const auto& words) {
  std::string all;
  for (const auto& word : words) all += (all.empty() ? "" : ", ") + std::string(word);
  return all;
}

std::set<std::string_view> known_scopes() {
  std::set<std::string_view> all;
  for (const auto& permission : desktop::permissions())
    if (!permission.scope.empty()) all.insert(permission.scope);
  return all;
}

}  // namespace

int add_token(const runtime::Settings& settings, const TokenArguments& arguments) {
  const auto known = known_scopes();
  for (const auto& scope : arguments.scopes)
    if (!known.contains(scope)) return refuse("there is no scope '" + scope + "'; there are " + joined(known));
  auto store = contacts::open_store({.path = settings.store_path});
  if (!store) return refuse(store.error());
  const std::string token = desktop::new_token();
  contacts::ApiToken draft;
  draft.name = arguments.name;
  draft.token_hash = desktop::token_hash(token);
  draft.scopes = arguments.scopes;
  draft.created_at = runtime::Clock().now();
  draft.expires_at = draft.created_at + std::chrono::hours(24) * arguments.days;
  const auto added = (*store)->accounts().add_token(draft);
  if (!added) return refuse(added.error());
  std::cout << token << "\n";
  std::cerr << "token " << added->id << " for " << joined(arguments.scopes) << " until " << utc_text(draft.expires_at)
            << "; it is shown this once. Use it as: Authorization: Bearer TOKEN\n";
  return 0;
}

int list_tokens(const runtime::Settings& settings) {
  auto store = contacts::open_store({.path = settings.store_path});
  if (!store) return refuse(store.error());
  const auto tokens = (*store)->accounts().tokens();
  if (!tokens) return refuse(tokens.error());
  for (const auto& token : *tokens)
    std::cout << token.id << "\t" << token.name << "\t" << joined(token.scopes) << "\tuntil " << utc_text(token.expires_at)
              << (token.disabled ? "\trevoked" : "") << "\n";
  return 0;
}

int revoke_token(const runtime::Settings& settings, std::int64_t id) {
  auto store = contacts::open_store({.path = settings.store_path});
  if (!store) return refuse(store.error());
  if (const auto done = (*store)->accounts().disable_token(id); !done) return refuse(done.error());
  std::cout << "token " << id << " is revoked\n";
  return 0;
}

}  // namespace callwright::server
