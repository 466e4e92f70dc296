#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "agent-desktop-api/auth/hasher.hpp"
#include "agent-desktop-api/auth/login_limit.hpp"
#include "agent-desktop-api/auth/permission.hpp"
#include "agent-desktop-api/http/message.hpp"
#include "agent-desktop-api/json_requests.hpp"
#include "agent-desktop-api/store_calls.hpp"
#include "base/result.hpp"

namespace callwright::runtime {
class Metrics;
}

namespace callwright::desktop {

struct SignInOptions {
  bool secure = false;  ///< TLS: the cookie is `__Host-callwright`, Secure
  std::chrono::milliseconds recheck{60'000};
};

/// What stands behind `Authorization: Bearer `; empty if there is none.
std::string_view bearer_token(const HttpRequest& request);

/// Who is who: passwords become sessions, cookies and API tokens become principals.
///
/// A session is 256 random bits in a cookie; the store has its hash. It ends after 16 hours, after 4 hours without use, on sign-out
/// and when the account is disabled. What was proved is believed for `recheck`, then read again; what another program changes is read
/// again when `follow_changes` learns of it, so that a disabled account loses its pages and a disabled token its rights at once. Unknown
/// names cost the same time and get the same answer as wrong passwords. On the desk's loop.
class SignIns {
 public:
  struct Opened {
    std::string cookie;  ///< for Set-Cookie
    Principal principal;
  };
  /// `retry_after` is set with `Errc::too_many`.
  using SignedIn = std::function<void(Result<Opened>, std::chrono::seconds retry_after)>;

  SignIns(runtime::Metrics& metrics, SignInOptions options, StoreCalls& store, runtime::EventLoop& loop, std::function<Instant()> now);

  void sign_in(Login login, std::string remote, SignedIn done);
  /// From the cookie or the `Authorization: Bearer` header. Error: `Errc::not_signed_in`.
  void authenticate(const HttpRequest& request, std::function<void(Result<Principal>)> done);
  void sign_out(const Principal& principal);
  std::string cleared_cookie() const;

  /// Everything believed about this account is read again.
  void account_changed(UserId user);
  /// Asks the store which accounts and tokens were changed since the last time, by whomever, and reads those again.
  void follow_changes();
  /// Takes sessions out of the store whose time is over.
  void drop_expired();
  /// Reads the accounts of these sessions again, those whose time has come.
  void recheck(const std::vector<std::string>& session_hashes);

  /// Told when a session turns out to have ended, or to have other rights than before.
  std::function<void(const std::string& session_hash)> on_ended;
  std::function<void(const std::string& session_hash)> on_changed;

 private:
  struct Proved {
    Principal principal;
    Instant at;
  };
  using Authenticated = std::function<void(Result<Principal>)>;

  void verify(Login login, std::string remote, Result<contacts::Account> account, SignedIn done);
  void open_session(const contacts::Account& account, SignedIn done);
  void read_session(const std::string& hash, Authenticated done);
  void read_token(const std::string& hash, Authenticated done);
  void keep(const std::string& hash, const Principal& principal);
  void forget(const std::string& hash);
  void refused(const char* why);

  runtime::Metrics& metrics_;
  const SignInOptions options_;
  StoreCalls& store_;
  runtime::EventLoop& loop_;
  std::function<Instant()> now_;
  LoginLimit limit_;
  std::unordered_map<std::string, Proved> proved_;  // by token hash
  std::set<std::string> checking_;
  std::int64_t change_seen_ = 0;
  bool following_ = false;  ///< asked, not answered
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  Hasher hasher_;  // last: ends first
};

}  // namespace callwright::desktop
