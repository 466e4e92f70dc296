#include "agent-desktop-api/auth/sign_ins.hpp"

#include <algorithm>
#include <utility>

#include "agent-desktop-api/auth/password.hpp"
#include "agent-desktop-api/auth/secret_token.hpp"
#include "runtime/log.hpp"
#include "runtime/metrics.hpp"

namespace callwright::desktop {
namespace {

constexpr Duration kSessionLife = std::chrono::hours(16);
constexpr Duration kIdleLife = std::chrono::hours(4);
constexpr std::size_t kProvedLimit = 20'000;

/// What an unknown name is checked against, so that it takes as long: a password that nobody has, at today's cost.
const std::string& nobodys_hash() {
  static const std::string hash = hash_password(new_token());
  return hash;
}

Roles roles_from(const std::vector<std::string>& names) {
  Roles roles;
  for (const std::string& name : names)
    if (const auto role = role_of(name)) roles.add(*role);
  return roles;
}

Principal principal_of(const contacts::Account& account) {
  Principal principal;
  principal.name = "user:" + std::to_string(account.id.value);
  principal.user = account.id;
  principal.login = account.login;
  principal.display_name = account.name;
  principal.roles = roles_from(account.roles);
  if (principal.roles.has(Role::agent)) principal.agent = account.agent;
  return principal;
}

bool same_rights(const Principal& a, const Principal& b) { return a.roles == b.roles && a.agent == b.agent; }

const char* cookie_name(bool secure) { return secure ? "__Host-callwright" : "callwright"; }

/// True for errors that mean "this does not exist", not "the store could not say".
bool is_absent(const Error& error) { return error.code == contacts::Errc::not_found || error.code == Errc::not_signed_in; }

}  // namespace

std::string_view bearer_token(const HttpRequest& request) {
  const std::string_view value = request.header("authorization");
  constexpr std::string_view scheme = "Bearer ";
  return value.starts_with(scheme) ? value.substr(scheme.size()) : std::string_view{};
}

SignIns::SignIns(runtime::Metrics& metrics, SignInOptions options, StoreCalls& store, runtime::EventLoop& loop, std::function<Instant()> now)
    : metrics_(metrics), options_(options), store_(store), loop_(loop), now_(std::move(now)), hasher_(metrics) {
  (void)hasher_.run([] { (void)nobodys_hash(); });
}

void SignIns::refused(const char* why) {
  metrics_.counter("callwright_desk_sign_ins_refused_total", "Sign-ins that were refused.", {{"why", why}}).add();
}

// --- passwords ------------------------------------------------------------------------------------------------------------

void SignIns::sign_in(Login login, std::string remote, SignedIn done) {
  if (const auto wait = limit_.attempt(login.login, remote, now_())) {
    refused("limit");
    return done(fail(Errc::too_many, "too many attempts"), *wait);
  }
  auto ask = [name = login.login](contacts::Accounts& accounts, contacts::Customers&) { return accounts.by_login(name); };
  store_.write<contacts::Account>(std::move(ask), [this, login, remote, done](Result<contacts::Account> account) {
    if (!account && !is_absent(account.error())) return done(std::unexpected(account.error()), {});
    verify(login, remote, std::move(account), done);
  });
}

void SignIns::verify(Login login, std::string remote, Result<contacts::Account> account, SignedIn done) {
  const bool known = account && !account->disabled;
  auto verdict = [this, alive = std::weak_ptr<int>(alive_), login = login.login, remote, account, known, done](bool fits, std::string new_hash) {
    if (!alive.lock()) return;
    if (!fits || !known) {
      refused("wrong");
      runtime::log::info("sign_in_refused", {{"user", known ? account->id : UserId{}}});
      return done(fail(Errc::bad_login), {});
    }
    limit_.succeeded(login, remote);
    if (!new_hash.empty()) {
      contacts::Account changed = *account;
      changed.password_hash = std::move(new_hash);
      store_.write<contacts::Account>([changed](contacts::Accounts& a, contacts::Customers&) { return a.update(changed); }, [](auto) {});
    }
    open_session(*account, done);
  };
  auto work = [&loop = loop_, hash = known ? account->password_hash : std::string{}, password = login.password, known, verdict] {
    const bool fits = password_fits(known ? hash : nobodys_hash(), password) && known;
    std::string new_hash = fits && is_outdated(hash) ? hash_password(password) : std::string{};
    loop.post([verdict, fits, new_hash = std::move(new_hash)]() mutable { verdict(fits, std::move(new_hash)); });
  };
  if (hasher_.run(std::move(work))) return;
  limit_.succeeded(login.login, remote);  // it was not tried
  refused("busy");
  done(fail(Errc::busy, "too many people sign in at once"), {});
}

void SignIns::open_session(const contacts::Account& account, SignedIn done) {
  const std::string token = new_token();
  const Instant now = now_();
  Principal principal = principal_of(account);
  principal.session_hash = token_hash(token);
  principal.expires_at = now + kSessionLife;
  principal.csrf = csrf_token(token);
  const contacts::SessionRow row{principal.session_hash, account.id, now, now, principal.expires_at};
  std::string cookie = std::string(cookie_name(options_.secure)) + "=" + token + "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" +
                       std::to_string(std::chrono::duration_cast<std::chrono::seconds>(kSessionLife).count());
  if (options_.secure) cookie += "; Secure";
  store_.write<void>([row](contacts::Accounts& a, contacts::Customers&) { return a.add_session(row); },
                     [this, principal, cookie, done](Result<void> stored) {
                       if (!stored) return done(std::unexpected(stored.error()), {});
                       keep(principal.session_hash, principal);
                       metrics_.counter("callwright_desk_sign_ins_total", "Sessions opened.").add();
                       runtime::log::info("signed_in", {{"user", principal.user}});
                       done(Opened{cookie, principal}, {});
                     });
}

// --- sessions and tokens --------------------------------------------------------------------------------------------------

void SignIns::authenticate(const HttpRequest& request, Authenticated done) {
  std::string_view token = bearer_token(request);
  const bool machine = !token.empty();
  if (!machine) token = request.cookie(cookie_name(options_.secure));
  if (token.empty() || token.size() > 64) return done(fail(Errc::not_signed_in));
  const std::string hash = token_hash(token);
  const Instant now = now_();
  if (const auto found = proved_.find(hash); found != proved_.end() && now - found->second.at < options_.recheck) {
    if (found->second.principal.expires_at > now) {
      Principal principal = found->second.principal;
      principal.csrf = machine ? std::string{} : csrf_token(token);
      return done(std::move(principal));
    }
    forget(hash);
    return done(fail(Errc::not_signed_in));
  }
  auto answer = [csrf = machine ? std::string{} : csrf_token(token), done = std::move(done)](Result<Principal> principal) {
    if (principal) principal->csrf = csrf;
    done(std::move(principal));
  };
  if (machine)
    read_token(hash, std::move(answer));
  else
    read_session(hash, std::move(answer));
}

void SignIns::read_session(const std::string& hash, Authenticated done) {
  const Instant now = now_();
  auto ask = [hash, now](contacts::Accounts& accounts, contacts::Customers&) -> Result<Principal> {
    const auto session = accounts.session(hash);
    if (!session) return std::unexpected(session.error());
    if (session->expires_at <= now || session->last_at + kIdleLife <= now) {
      (void)accounts.end_session(hash);
      return fail(Errc::not_signed_in);
    }
    const auto account = accounts.get(session->user);
    if (!account) return std::unexpected(account.error());
    if (account->disabled) return fail(Errc::not_signed_in);
    (void)accounts.touch_session(hash, now, session->expires_at);
    Principal principal = principal_of(*account);
    principal.session_hash = hash;
    principal.expires_at = session->expires_at;
    return principal;
  };
  store_.write<Principal>(std::move(ask), [this, hash, done = std::move(done)](Result<Principal> principal) {
    if (principal) {
      const auto before = proved_.find(hash);
      const bool changed = before != proved_.end() && !same_rights(before->second.principal, *principal);
      keep(hash, *principal);
      if (changed && on_changed) on_changed(hash);
      return done(std::move(principal));
    }
    if (is_absent(principal.error())) {
      forget(hash);
      if (on_ended) on_ended(hash);
      return done(fail(Errc::not_signed_in));
    }
    // The store cannot say: what was proved before stands until it can.
    if (const auto known = proved_.find(hash); known != proved_.end() && known->second.principal.expires_at > now_())
      return done(known->second.principal);
    done(std::unexpected(principal.error()));
  });
}

void SignIns::read_token(const std::string& hash, Authenticated done) {
  const Instant now = now_();
  auto ask = [hash, now](contacts::Accounts& accounts, contacts::Customers&) -> Result<Principal> {
    const auto token = accounts.token(hash);
    if (!token) return std::unexpected(token.error());
    if (token->disabled || token->expires_at <= now) return fail(Errc::not_signed_in);
    Principal principal;
    principal.name = "token:" + token->name;
    principal.display_name = token->name;
    principal.scopes = token->scopes;
    principal.expires_at = token->expires_at;
    return principal;
  };
  store_.write<Principal>(std::move(ask), [this, hash, done = std::move(done)](Result<Principal> principal) {
    if (principal) {
      keep(hash, *principal);
      return done(std::move(principal));
    }
    forget(hash);
    if (is_absent(principal.error())) return done(fail(Errc::not_signed_in));
    done(std::unexpected(principal.error()));
  });
}

void SignIns::sign_out(const Principal& principal) {
  const std::string hash = principal.session_hash;
  forget(hash);
  store_.write<void>([hash](contacts::Accounts& a, contacts::Customers&) { return a.end_session(hash); }, [](auto) {});
  if (on_ended) on_ended(hash);
  runtime::log::info("signed_out", {{"user", principal.user}});
}

std::string SignIns::cleared_cookie() const {
  return std::string(cookie_name(options_.secure)) + "=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0" + (options_.secure ? "; Secure" : "");
}

void SignIns::keep(const std::string& hash, const Principal& principal) {
  if (proved_.size() >= kProvedLimit && !proved_.contains(hash)) {
    std::erase_if(proved_, [limit = now_() - options_.recheck](const auto& entry) { return entry.second.at < limit; });
    if (proved_.size() >= kProvedLimit) proved_.erase(proved_.begin());
  }
  proved_[hash] = {principal, now_()};
}

void SignIns::forget(const std::string& hash) { proved_.erase(hash); }

void SignIns::account_changed(UserId user) {
  std::vector<std::string> hashes;
  for (auto& [hash, proved] : proved_)
    if (proved.principal.user == user) hashes.push_back(hash);
  for (const std::string& hash : hashes) read_session(hash, [](auto) {});
}

void SignIns::follow_changes() {
  if (following_) return;
  following_ = true;
  auto ask = [seen = change_seen_](contacts::Accounts& accounts, contacts::Customers&) { return accounts.changes(seen); };
  store_.write<contacts::AccountChanges>(std::move(ask), [this](Result<contacts::AccountChanges> changes) {
    following_ = false;
    if (!changes) return;  // asked again
    change_seen_ = changes->last;
    for (const UserId user : changes->users) account_changed(user);
    if (changes->tokens) std::erase_if(proved_, [](const auto& entry) { return !entry.second.principal.user; });
  });
}

void SignIns::drop_expired() {
  store_.write<std::int64_t>([now = now_()](contacts::Accounts& accounts, contacts::Customers&) { return accounts.expire_sessions(now); }, [](auto) {});
}

void SignIns::recheck(const std::vector<std::string>& session_hashes) {
  const Instant now = now_();
  for (const std::string& hash : session_hashes) {
    const auto known = proved_.find(hash);
    if (known != proved_.end() && now - known->second.at < options_.recheck && known->second.principal.expires_at > now) continue;
    if (!checking_.insert(hash).second) continue;
    read_session(hash, [this, hash](auto) { checking_.erase(hash); });
  }
}

}  // namespace callwright::desktop
