#include <algorithm>

#include "contacts/sqlite/parts.hpp"

namespace callwright::contacts::sqlite {
namespace {

bool is_word(const std::string& word) {
  return !word.empty() && word.size() <= 64 && std::ranges::all_of(word, [](unsigned char c) { return c > ' ' && c < 0x7F; });
}

Result<void> check(const Account& account) {
  if (!is_word(account.login)) return fail(Errc::invalid, "login");
  if (account.name.size() > 200) return fail(Errc::invalid, "name");
  if (account.password_hash.empty() || account.password_hash.size() > 512) return fail(Errc::invalid, "password_hash");
  for (const std::string& role : account.roles)
    if (!is_key(role)) return fail(Errc::invalid, "roles");
  if (account.agent && !is_key(account.agent.value)) return fail(Errc::invalid, "agent");
  return {};
}

/// The number of the change at hand.
constexpr const char* kNextChange = "1 + max((SELECT coalesce(max(change), 0) FROM account), (SELECT coalesce(max(change), 0) FROM api_token))";

constexpr const char* kColumns = "SELECT id, version, login, name, password_hash, roles, agent, disabled FROM account ";

Account account_row(const Query& query) {
  Account account;
  account.id.value = query.i64(0);
  account.version = query.i64(1);
  account.login = query.text(2);
  account.name = query.text(3);
  account.password_hash = query.text(4);
  account.roles = split_words(query.view(5));
  account.agent.value = query.text(6);
  account.disabled = query.flag(7);
  return account;
}

ApiToken token_row(const Query& query) {
  return {query.i64(0), query.text(1), query.text(2), split_words(query.view(3)), query.at(4), query.at(5), query.flag(6)};
}

class SqliteAccounts final : public Accounts {
 public:
  explicit SqliteAccounts(Database& database) : database_(database) {}

  Result<Account> add(const Account& draft, Instant now) override {
    if (auto good = check(draft); !good) return std::unexpected(good.error());
    Account account = draft;
    account.version = 1;
    Transaction transaction(database_);
    database_.run("INSERT INTO account(version, login, name, password_hash, roles, agent, disabled, created_at) VALUES(1, ?, ?, ?, ?, ?, ?, ?)", account.login,
                  account.name, account.password_hash, join_words(account.roles), account.agent, account.disabled, now);
    account.id.value = database_.last_rowid();
    if (auto good = transaction.commit(); !good) return std::unexpected(good.error());
    return account;
  }

  Result<Account> update(const Account& account) override {
    if (auto good = check(account); !good) return std::unexpected(good.error());
    Transaction transaction(database_);
    const std::int64_t changed = database_.run(
        std::string("UPDATE account SET version = version + 1, login = ?, name = ?, password_hash = ?, roles = ?, agent = ?, disabled = ?, change = ") +
            kNextChange + " WHERE id = ? AND version = ?",
        account.login, account.name, account.password_hash, join_words(account.roles), account.agent, account.disabled, account.id, account.version);
    if (auto good = transaction.commit(); !good) return std::unexpected(good.error());
    auto stored = get(account.id);
    if (stored && changed == 0) return fail(Errc::version_mismatch, account.login);
    return stored;
  }

  Result<Account> get(UserId user) override {
    Query query = database_.query(std::string(kColumns) + "WHERE id = ?", user);
    return one_account(query);
  }
  Result<Account> by_login(const std::string& login) override {
    Query query = database_.query(std::string(kColumns) + "WHERE login = ?", login);
    return one_account(query);
  }
  Result<std::vector<Account>> all() override {
    std::vector<Account> accounts;
    for (Query query = database_.query(std::string(kColumns) + "ORDER BY login"); query.next();) accounts.push_back(account_row(query));
    if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
    return accounts;
  }

  Result<AccountChanges> changes(std::int64_t after) override {
    AccountChanges changes{.last = after};
    for (Query query = database_.query("SELECT id, change FROM account WHERE change > ?", after); query.next();) {
      changes.users.push_back(UserId{query.i64(0)});
      changes.last = std::max(changes.last, query.i64(1));
    }
    if (Query query = database_.query("SELECT max(change) FROM api_token WHERE change > ?", after); query.next() && !query.null(0)) {
      changes.tokens = true;
      changes.last = std::max(changes.last, query.i64(0));
    }
    if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
    return changes;
  }

  Result<void> add_session(const SessionRow& session) override {
    database_.run("INSERT INTO session(token_hash, user_id, created_at, last_at, expires_at) VALUES(?, ?, ?, ?, ?)", Blob{session.token_hash}, session.user,
                  session.created_at, session.last_at, session.expires_at);
    return database_.take_error();
  }
  Result<SessionRow> session(const std::string& token_hash) override {
    Query query = database_.query("SELECT token_hash, user_id, created_at, last_at, expires_at FROM session WHERE token_hash = ?", Blob{token_hash});
    if (query.next()) return SessionRow{query.text(0), UserId{query.i64(1)}, query.at(2), query.at(3), query.at(4)};
    return missing("session");
  }
  Result<void> touch_session(const std::string& token_hash, Instant last_at, Instant expires_at) override {
    return must_change(database_.run("UPDATE session SET last_at = ?, expires_at = ? WHERE token_hash = ?", last_at, expires_at, Blob{token_hash}), "session");
  }
  Result<void> end_session(const std::string& token_hash) override {
    return must_change(database_.run("DELETE FROM session WHERE token_hash = ?", Blob{token_hash}), "session");
  }
  Result<void> end_sessions_of(UserId user) override {
    Transaction transaction(database_);
    database_.run("DELETE FROM session WHERE user_id = ?", user);
    database_.run(std::string("UPDATE account SET change = ") + kNextChange + " WHERE id = ?", user);
    return transaction.commit();
  }
  Result<std::int64_t> expire_sessions(Instant now) override {
    const std::int64_t gone = database_.run("DELETE FROM session WHERE expires_at <= ?", now);
    if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
    return gone;
  }

  Result<ApiToken> add_token(const ApiToken& draft) override {
    if (draft.name.empty() || draft.name.size() > 200) return fail(Errc::invalid, "name");
    if (draft.token_hash.size() < 16) return fail(Errc::invalid, "token_hash");
    ApiToken token = draft;
    database_.run("INSERT INTO api_token(name, token_hash, scopes, created_at, expires_at, disabled) VALUES(?, ?, ?, ?, ?, ?)", token.name, Blob{token.token_hash},
                  join_words(token.scopes), token.created_at, token.expires_at, token.disabled);
    token.id = database_.last_rowid();
    if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
    return token;
  }
  Result<ApiToken> token(const std::string& token_hash) override {
    Query query = database_.query("SELECT id, name, token_hash, scopes, created_at, expires_at, disabled FROM api_token WHERE token_hash = ?", Blob{token_hash});
    if (query.next()) return token_row(query);
    return missing("token");
  }
  Result<std::vector<ApiToken>> tokens() override {
    std::vector<ApiToken> tokens;
    for (Query query = database_.query("SELECT id, name, token_hash, scopes, created_at, expires_at, disabled FROM api_token ORDER BY id"); query.next();)
      tokens.push_back(token_row(query));
    if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
    return tokens;
  }
  Result<void> disable_token(std::int64_t id) override {
    return must_change(database_.run(std::string("UPDATE api_token SET disabled = 1, change = ") + kNextChange + " WHERE id = ?", id), "token");
  }

 private:
  std::unexpected<Error> missing(const char* what) {
    if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
    return fail(Errc::not_found, what);
  }
  Result<Account> one_account(Query& query) {
    if (query.next()) return account_row(query);
    return missing("account");
  }
  Result<void> must_change(std::int64_t rows, const char* what) {
    if (auto good = database_.take_error(); !good) return good;
    if (rows == 0) return fail(Errc::not_found, what);
    return {};
  }

  Database& database_;
};

}  // namespace

std::unique_ptr<Accounts> make_accounts(Database& database) { return std::make_unique<SqliteAccounts>(database); }

}  // namespace callwright::contacts::sqlite
