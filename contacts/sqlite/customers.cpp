#include <boost/json.hpp>

#include <algorithm>
#include <set>
#include <utility>

#include "contacts/email.hpp"
#include "contacts/phone.hpp"
#include "contacts/sqlite/customer_rows.hpp"
#include "contacts/sqlite/parts.hpp"

namespace callwright::contacts::sqlite {
namespace {

constexpr std::size_t kTextLimit = 200;
constexpr std::size_t kAttrsLimit = 16 * 1024;
constexpr std::size_t kListLimit = 32;
constexpr Duration kCommandsKept = std::chrono::days(7);

bool is_text(std::string_view text) {
  return text.size() <= kTextLimit && std::ranges::none_of(text, [](unsigned char c) { return c < 0x20; });
}

/// The value as a JSON object without spaces; empty if it is none.
std::string plain_object(const std::string& text) {
  boost::system::error_code error;
  boost::json::parse_options options;
  options.max_depth = 16;
  const auto value = boost::json::parse(text.empty() ? "{}" : text, error, {}, options);
  return error || !value.is_object() ? std::string() : boost::json::serialize(value);
}

Result<void> check(Customer& customer) {
  if (customer.name.empty() || !is_text(customer.name)) return fail(Errc::invalid, "name");
  if (!is_text(customer.name_alt)) return fail(Errc::invalid, "name_alt");
  if (customer.lang.size() > 8 || !is_text(customer.lang)) return fail(Errc::invalid, "lang");
  if (customer.tier.size() > kKeyLimit || !is_text(customer.tier)) return fail(Errc::invalid, "tier");
  if (customer.account.size() > 64 || !is_text(customer.account)) return fail(Errc::invalid, "account");
  if (customer.external_id.size() > 64 || !is_text(customer.external_id)) return fail(Errc::invalid, "external_id");
  if (!customer.currency.empty() && customer.currency.size() != 3) return fail(Errc::invalid, "currency");
  if (customer.flags.size() > kListLimit || std::ranges::any_of(customer.flags, [](const auto& flag) { return !is_key(flag); })) return fail(Errc::invalid, "flags");
  if (customer.attrs.size() > kAttrsLimit) return fail(Errc::invalid, "attrs");
  customer.attrs = plain_object(customer.attrs);
  if (customer.attrs.empty()) return fail(Errc::invalid, "attrs");
  if (customer.satisfaction) {
    const auto [a, b] = *customer.satisfaction;
    if (a < 1 || a > 5 || b < 0 || b > 5) return fail(Errc::invalid, "satisfaction");
  }
  if (customer.numbers.size() > kListLimit || customer.emails.size() > kListLimit) return fail(Errc::invalid, "numbers");
  std::set<std::int64_t> seen;
  for (const Number& number : customer.numbers) {
    const std::int64_t e164 = e164_number(number.e164);
    if (e164 == 0 || !is_text(number.label) || !is_text(number.raw)) return fail(Errc::invalid, "numbers");
    if (!seen.insert(e164).second) return fail(Errc::invalid, "numbers: twice the same");
  }
  for (const std::string& email : customer.emails)
    if (!is_email(email) || !is_text(email)) return fail(Errc::invalid, "emails");
  return {};
}

template <class Value>
void take(const std::optional<Value>& from, Value& to, const char* name, std::string& changed) {
  if (!from || *from == to) return;
  to = *from;
  changed += (changed.empty() ? "" : ",") + std::string(name);
}

/// Puts the patch's fields into the customer; the names of those that changed.
std::string apply(const CustomerPatch& patch, Customer& customer, Instant now) {
  std::string changed;
  const Stage stage = customer.stage;
  take(patch.kind, customer.kind, "kind", changed);
  take(patch.name, customer.name, "name", changed);
  take(patch.name_alt, customer.name_alt, "name_alt", changed);
  take(patch.lang, customer.lang, "lang", changed);
  take(patch.tier, customer.tier, "tier", changed);
  take(patch.account, customer.account, "account", changed);
  take(patch.external_id, customer.external_id, "external_id", changed);
  take(patch.currency, customer.currency, "currency", changed);
  take(patch.attrs, customer.attrs, "attrs", changed);
  take(patch.stage, customer.stage, "stage", changed);
  take(patch.flags, customer.flags, "flags", changed);
  take(patch.value_12m_minor, customer.value_12m_minor, "value_12m_minor", changed);
  take(patch.satisfaction, customer.satisfaction, "satisfaction", changed);
  take(patch.numbers, customer.numbers, "numbers", changed);
  take(patch.emails, customer.emails, "emails", changed);
  if (customer.stage != stage) customer.stage_since = now;
  return changed;
}

class SqliteCustomers final : public Customers {
 public:
  explicit SqliteCustomers(Database& database) : database_(database), rows_(database) {}

  Result<Customer> create(const Customer& draft, const std::string& by, Instant now, ContactId contact, const std::string& command) override {
    Customer customer = draft;
    Transaction transaction(database_);
    if (const CustomerId made = made_by(by, command)) return rows_.get(made);
    if (contact) add_identity(contact, customer);
    if (auto good = check(customer); !good) return std::unexpected(good.error());
    customer.id = rows_.mint(now);
    customer.version = 1;
    if (!customer.since.us) customer.since = now;
    rows_.insert(customer, now);
    rows_.audit(now, by, "create", customer.id, "");
    if (!command.empty()) {
      database_.run("INSERT INTO customer_command(actor, command, at, customer_id) VALUES(?, ?, ?, ?)", by, command, now, customer.id);
      database_.run("DELETE FROM customer_command WHERE at < ?", now - kCommandsKept);
    }
    if (auto good = transaction.commit(); !good) return std::unexpected(good.error());
    return customer;
  }

  Result<Customer> update(CustomerId id, std::int64_t version, const CustomerPatch& patch, const std::string& by, Instant now) override {
    Transaction transaction(database_);
    auto customer = rows_.get(id);
    if (!customer) return customer;
    if (customer->version != version) return fail(Errc::version_mismatch, "version " + std::to_string(customer->version));
    const std::string changed = apply(patch, *customer, now);
    if (changed.empty()) return customer;
    if (auto good = check(*customer); !good) return std::unexpected(good.error());
    ++customer->version;
    rows_.replace(*customer, now);
    rows_.audit(now, by, "update", id, changed);
    if (auto good = transaction.commit(); !good) return std::unexpected(good.error());
    return customer;
  }

  Result<Customer> get(CustomerId id) override { return rows_.get(id); }

  Result<CustomerId> by_account(const std::string& account) override {
    Query query = database_.query("SELECT id FROM customer WHERE account = ?", account);
    return one_id(query, "account");
  }
  Result<CustomerId> by_external_id(const std::string& external_id) override {
    Query query = database_.query("SELECT id FROM customer WHERE external_id = ?", external_id);
    return one_id(query, "external_id");
  }

  Result<Customer> attach_identity(ContactId contact, CustomerId id, const std::string& by, Instant now) override {
    Transaction transaction(database_);
    auto customer = rows_.get(id);
    if (!customer) return customer;
    const std::string changed = add_identity(contact, *customer);
    if (changed.empty()) return customer;
    if (auto good = check(*customer); !good) return std::unexpected(good.error());
    ++customer->version;
    rows_.replace(*customer, now);
    rows_.audit(now, by, "attach_identity", id, changed);
    if (auto good = transaction.commit(); !good) return std::unexpected(good.error());
    return customer;
  }

  Result<std::int64_t> count() override {
    std::int64_t count = 0;
    {
      Query query = database_.query("SELECT count(*) FROM customer");
      if (query.next()) count = query.i64(0);
    }
    if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
    return count;
  }

 private:
  CustomerId made_by(const std::string& by, const std::string& command) {
    if (command.empty()) return {};
    Query query = database_.query("SELECT customer_id FROM customer_command WHERE actor = ? AND command = ?", by, command);
    return query.next() ? CustomerId{query.i64(0)} : CustomerId{};
  }

  /// By what the contact was known becomes the customer's. The field of his that it changed; empty: none.
  std::string add_identity(ContactId contact, Customer& customer) {
    std::string e164, identity, from;
    {
      Query query = database_.query("SELECT e164, ani, switch_id FROM contact WHERE id = ?", contact);
      if (!query.next()) return {};
      e164 = query.text(0), identity = query.text(1), from = query.text(2);
    }
    if (!e164.empty()) return add_number(customer, e164, identity) ? "numbers" : "";
    return from.empty() && is_email(identity) && add_email(customer, identity) ? "emails" : "";
  }
  static bool add_number(Customer& customer, const std::string& e164, const std::string& raw) {
    if (const auto his = std::ranges::find(customer.numbers, e164, &Number::e164); his != customer.numbers.end())
      return std::exchange(his->confidence, Confidence::known) != Confidence::known;
    if (customer.numbers.size() >= kListLimit) return false;
    customer.numbers.push_back({.e164 = e164, .label = {}, .raw = raw.substr(0, kTextLimit), .source = "contact"});
    return true;
  }
  static bool add_email(Customer& customer, const std::string& email) {
    const bool his = std::ranges::any_of(customer.emails, [&](const std::string& each) { return same_email(each, email); });
    if (his || customer.emails.size() >= kListLimit || !is_text(email)) return false;
    customer.emails.push_back(email);
    return true;
  }

  Result<CustomerId> one_id(Query& query, const char* what) {
    if (query.next()) return CustomerId{query.i64(0)};
    if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
    return fail(Errc::not_found, what);
  }

  Database& database_;
  CustomerRows rows_;
};

}  // namespace

Result<void> check_customer(Customer& customer) { return check(customer); }
std::string apply_patch(const CustomerPatch& patch, Customer& customer, Instant now) { return apply(patch, customer, now); }

std::unique_ptr<Customers> make_customers(Database& database) { return std::make_unique<SqliteCustomers>(database); }

}  // namespace callwright::contacts::sqlite
