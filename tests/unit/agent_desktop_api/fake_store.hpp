#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent-desktop-api/ports.hpp"
#include "contacts/card_json.hpp"

namespace callwright::desktop::tests {

/// A store in memory that answers at once, on the desk's loop. It can be told to be full.
class FakeStore final : public StorePort, public contacts::Reader, public contacts::Accounts, public contacts::Customers {
 public:
  template <class T>
  using Result = callwright::Result<T>;

  bool full = false;
  bool asleep = false;  ///< takes work and never does it
  std::map<std::int64_t, contacts::Account> accounts;
  std::map<std::string, contacts::SessionRow> sessions;
  std::map<std::string, contacts::ApiToken> api_tokens;
  std::map<std::int64_t, contacts::Customer> people;
  std::map<std::int64_t, contacts::ContactDetail> log;
  std::map<std::int64_t, std::vector<contacts::Decision>> routed;
  std::vector<UserId> changed;  ///< accounts, in the order of their changes
  std::int64_t tokens_changed = 0;
  struct Attached {
    ContactId contact;
    CustomerId customer;
    std::string by;
    bool operator==(const Attached&) const = default;
  };
  std::vector<Attached> attached;
  std::map<std::pair<std::string, std::string>, std::int64_t> made_by;

  bool read(std::function<void(contacts::Reader&)> work) override {
    if (full) return false;
    if (!asleep) work(*this);
    return true;
  }
  bool write(std::function<void(contacts::Accounts&, contacts::Customers&)> work) override {
    if (full) return false;
    if (!asleep) work(*this, *this);
    return true;
  }

  // contacts::Reader
  Result<contacts::Found> find_customer(const SwitchId&, const std::string&, const std::string&, const journal::TrunkRule&) override { return absent(); }
  Result<contacts::Card> card(CustomerId customer) override {
    const auto found = people.find(customer.value);
    if (found == people.end()) return absent();
    const auto& person = found->second;
    return contacts::Card{person.version, std::make_shared<const std::string>(contacts::whole_card(contacts::card_head(person, 1), past_line(), 1))};
  }
  Result<contacts::Page> timeline(CustomerId customer, ContactId, int) override {
    if (!people.contains(customer.value)) return absent();
    return contacts::Page{{past_line()}, 0};
  }
  Result<contacts::Page> search(const std::string& query, int, const std::string&) override {
    contacts::Page page;
    for (const auto& [id, person] : people)
      if (person.name.find(query) != std::string::npos) page.items.push_back(contacts::whole_brief(contacts::card_brief(person), Instant{1}, 1));
    return page;
  }
  Result<contacts::ContactPage> contacts(const contacts::ContactFilter&) override {
    contacts::ContactPage page;
    for (const auto& [id, detail] : log) page.items.push_back(detail.contact);
    return page;
  }
  Result<contacts::ContactDetail> contact(ContactId contact) override {
    const auto found = log.find(contact.value);
    if (found == log.end()) return absent();
    return found->second;
  }
  Result<std::vector<contacts::Decision>> decisions(ContactId contact) override { return routed[contact.value]; }
  Result<std::vector<journal::QueueInterval>> intervals(Instant, Instant) override { return std::vector<journal::QueueInterval>{}; }

  // contacts::Accounts
  Result<contacts::Account> add(const contacts::Account& draft, Instant) override { return accounts[draft.id.value] = draft; }
  Result<contacts::Account> update(const contacts::Account& account) override { return accounts[account.id.value] = account; }
  Result<contacts::Account> get(UserId user) override {
    const auto found = accounts.find(user.value);
    if (found == accounts.end()) return absent();
    return found->second;
  }
  Result<contacts::Account> by_login(const std::string& login) override {
    for (const auto& [id, account] : accounts)
      if (account.login == login) return account;
    return absent();
  }
  Result<std::vector<contacts::Account>> all() override { return std::vector<contacts::Account>{}; }
  Result<contacts::AccountChanges> changes(std::int64_t after) override {
    contacts::AccountChanges changes{.last = std::max(tokens_changed, static_cast<std::int64_t>(changed.size()))};
    for (auto n = static_cast<std::size_t>(after); n < changed.size(); ++n) changes.users.push_back(changed[n]);
    changes.tokens = tokens_changed > after;
    return changes;
  }
  Result<void> add_session(const contacts::SessionRow& session) override { return sessions[session.token_hash] = session, Result<void>{}; }
  Result<contacts::SessionRow> session(const std::string& hash) override {
    const auto found = sessions.find(hash);
    if (found == sessions.end()) return absent();
    return found->second;
  }
  Result<void> touch_session(const std::string& hash, Instant last_at, Instant) override { return sessions[hash].last_at = last_at, Result<void>{}; }
  Result<void> end_session(const std::string& hash) override { return sessions.erase(hash), Result<void>{}; }
  Result<void> end_sessions_of(UserId) override { return {}; }
  Result<std::int64_t> expire_sessions(Instant now) override {
    return static_cast<std::int64_t>(std::erase_if(sessions, [&](const auto& entry) { return entry.second.expires_at <= now; }));
  }
  Result<contacts::ApiToken> add_token(const contacts::ApiToken& draft) override { return api_tokens[draft.token_hash] = draft; }
  Result<contacts::ApiToken> token(const std::string& hash) override {
    const auto found = api_tokens.find(hash);
    if (found == api_tokens.end()) return absent();
    return found->second;
  }
  Result<std::vector<contacts::ApiToken>> tokens() override { return std::vector<contacts::ApiToken>{}; }
  Result<void> disable_token(std::int64_t) override { return {}; }

  // contacts::Customers
  Result<contacts::Customer> create(const contacts::Customer& draft, const std::string& by, Instant, ContactId, const std::string& command) override {
    if (const auto found = made_by.find({by, command}); found != made_by.end()) return people[found->second];
    contacts::Customer made = draft;
    made.id = CustomerId{static_cast<std::int64_t>(people.size()) + 500};
    made.version = 1;
    if (!command.empty()) made_by[{by, command}] = made.id.value;
    return people[made.id.value] = made;
  }
  Result<contacts::Customer> update(CustomerId customer, std::int64_t version, const contacts::CustomerPatch& patch, const std::string&, Instant) override {
    const auto found = people.find(customer.value);
    if (found == people.end()) return absent();
    if (found->second.version != version) return fail(contacts::Errc::version_mismatch);
    if (patch.name) found->second.name = *patch.name;
    ++found->second.version;
    return found->second;
  }
  Result<contacts::Customer> get(CustomerId) override { return absent(); }
  Result<CustomerId> by_account(const std::string&) override { return absent(); }
  Result<CustomerId> by_external_id(const std::string&) override { return absent(); }
  Result<contacts::Customer> attach_identity(ContactId contact, CustomerId customer, const std::string& by, Instant) override {
    if (!people.contains(customer.value)) return absent();
    attached.push_back({contact, customer, by});
    return people[customer.value];
  }
  Result<std::int64_t> count() override { return 0; }

 private:
  static std::string past_line() {
    contacts::ContactRow past;
    past.contact = ContactId{9};
    past.opened_at = Instant{1};
    return contacts::contact_line(past);
  }
  static std::unexpected<Error> absent() { return fail(contacts::Errc::not_found); }
};

}  // namespace callwright::desktop::tests
