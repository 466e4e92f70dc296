#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent-desktop-api/auth/role.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/views/view.hpp"

/// What the desk asks of the store, as it wants to hear it. `server/` adapts contacts to these ports.
///
/// Every call returns at once and never fails by itself; the answer comes later as one call of `done` on the desk's loop
/// (the adapter posts it). Errors: `Errc::not_found`, `Errc::version_conflict`, `Errc::bad_request` (context "field: text"),
/// `Errc::busy`; any other code is shown as `internal`. Text named `json` is complete JSON in the form of FRAMES.md.
namespace callwright::desktop {

template <class T>
using Done = std::function<void(Result<T>)>;

// --- accounts -----------------------------------------------------------------------------------------------------------

struct Account {
  UserId id;
  std::string login;          ///< lower case
  std::string name;
  Roles roles;
  AgentId agent;              ///< the agent this person works as; empty for none
  std::string password_hash;  ///< `hash_password` of auth/password.hpp
  bool disabled = false;
};

struct StoredSession {
  std::string token_hash;  ///< 64 hex digits; the token itself is nowhere
  UserId user;
  Instant opened_at;
  Instant expires_at;
};

struct ApiToken {
  std::string token_hash;
  std::string name;
  std::vector<std::string> scopes;  ///< see auth/permission.hpp
  Instant expires_at;
};

class AccountPort {
 public:
  virtual ~AccountPort() = default;
  virtual void account_by_login(std::string login, Done<std::optional<Account>> done) = 0;
  virtual void account_by_id(UserId user, Done<std::optional<Account>> done) = 0;
  virtual void replace_password_hash(UserId user, std::string hash) = 0;
  virtual void open_session(StoredSession session, Done<void> done) = 0;
  virtual void session_by_hash(std::string token_hash, Done<std::optional<StoredSession>> done) = 0;
  virtual void close_session(std::string token_hash) = 0;
  virtual void token_by_hash(std::string token_hash, Done<std::optional<ApiToken>> done) = 0;
};

// --- reading ------------------------------------------------------------------------------------------------------------

struct VersionedJson {
  std::string json;
  std::int64_t version = 0;
};

/// A page of a list, newest first: a JSON array, and where the next page begins.
struct JsonPage {
  std::string items = "[]";
  std::optional<std::string> next;  ///< give back as `before`
};

struct ContactFilter {
  std::string before;  ///< empty: from the newest
  std::int32_t limit = 50;
  QueueId queue;       ///< empty: any
  std::string outcome; ///< a name of journal::ContactOutcome; empty: any
};

struct LoggedContact {
  std::string json;             ///< the contact with its segments, offers and notes
  std::vector<AgentId> agents;  ///< who had an offer or a segment: these may read it
};

class ReadPort {
 public:
  virtual ~ReadPort() = default;
  /// Heads of cards whose name, number or account fits `words`: a JSON array of at most `limit`.
  virtual void find_customers(std::string words, std::int32_t limit, Done<std::string> done) = 0;
  virtual void card(CustomerId customer, Done<std::optional<VersionedJson>> done) = 0;
  virtual void timeline(CustomerId customer, std::string before, std::int32_t limit, Done<JsonPage> done) = 0;
  virtual void contacts(ContactFilter filter, Done<JsonPage> done) = 0;
  virtual void contact(ContactId contact, Done<std::optional<LoggedContact>> done) = 0;
  virtual void decisions(ContactId contact, Done<std::vector<core::DecisionView>> done) = 0;
};

// --- editing customers --------------------------------------------------------------------------------------------------

/// What an edit says; absent: unchanged (or empty, for a new customer).
struct CustomerEdit {
  std::optional<std::string> name;
  std::optional<std::string> name_alt;
  std::optional<std::string> kind;      ///< person, org
  std::optional<std::string> language;  ///< en, zh
  std::optional<std::string> tier;
  std::optional<std::string> account;
  std::optional<std::vector<std::string>> numbers;  ///< as typed; the store normalises or refuses
  std::map<std::string, std::optional<std::string>> attrs;  ///< nullopt removes
};

class CustomerPort {
 public:
  virtual ~CustomerPort() = default;
  /// Answers the card of the new customer.
  virtual void create(CustomerEdit edit, UserId by, Done<VersionedJson> done) = 0;
  virtual void change(CustomerId customer, std::int64_t if_version, CustomerEdit edit, UserId by, Done<VersionedJson> done) = 0;
};

}  // namespace callwright::desktop
