#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "contacts/error.hpp"

namespace callwright::contacts {

struct Account {
  UserId id;
  std::string login;  ///< 1..64 characters, unique without regard to case
  std::string name;
  std::string password_hash;  ///< what the desk made of it; the store never sees a password
  std::vector<std::string> roles;
  AgentId agent;  ///< whose page it opens; empty: none
  bool disabled = false;
  std::int64_t version = 0;
  bool operator==(const Account&) const = default;
};
struct SessionRow {
  std::string token_hash;  ///< 32 bytes; the token itself is never stored
  UserId user;
  Instant created_at, last_at, expires_at;
  bool operator==(const SessionRow&) const = default;
};
struct ApiToken {
  std::int64_t id = 0;
  std::string name;
  std::string token_hash;
  std::vector<std::string> scopes;
  Instant created_at, expires_at;
  bool disabled = false;
  bool operator==(const ApiToken&) const = default;
};

/// What was changed after a mark, by whatever connection.
struct AccountChanges {
  std::int64_t last = 0;      ///< the newest change: the mark to ask with next
  std::vector<UserId> users;  ///< whose account was changed, or whose sessions were ended together
  bool tokens = false;        ///< API tokens were disabled
};

/// The tables of sign-in: accounts, sessions, API tokens. It keeps rows; what they mean is agent-desktop-api's business.
/// One thread with its connection. Errors: already_exists (login, token), not_found, version_mismatch, invalid, busy, broken.
class Accounts {
 public:
  virtual ~Accounts() = default;

  /// `id` and `version` of the draft are ignored; the stored ones come back.
  virtual Result<Account> add(const Account& draft, Instant now) = 0;
  /// Replaces every field of the account with this id if its version is still `account.version`.
  virtual Result<Account> update(const Account& account) = 0;
  virtual Result<Account> get(UserId user) = 0;
  virtual Result<Account> by_login(const std::string& login) = 0;
  virtual Result<std::vector<Account>> all() = 0;
  virtual Result<AccountChanges> changes(std::int64_t after) = 0;

  virtual Result<void> add_session(const SessionRow& session) = 0;
  virtual Result<SessionRow> session(const std::string& token_hash) = 0;
  virtual Result<void> touch_session(const std::string& token_hash, Instant last_at, Instant expires_at) = 0;
  virtual Result<void> end_session(const std::string& token_hash) = 0;
  virtual Result<void> end_sessions_of(UserId user) = 0;
  /// Removes what expired before `now`; how many.
  virtual Result<std::int64_t> expire_sessions(Instant now) = 0;

  virtual Result<ApiToken> add_token(const ApiToken& draft) = 0;
  virtual Result<ApiToken> token(const std::string& token_hash) = 0;
  virtual Result<std::vector<ApiToken>> tokens() = 0;
  virtual Result<void> disable_token(std::int64_t id) = 0;
};

}  // namespace callwright::contacts
