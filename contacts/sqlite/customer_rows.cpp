#include "contacts/sqlite/customer_rows.hpp"

#include <algorithm>

#include "contacts/card_json.hpp"
#include "contacts/name_words.hpp"
#include "contacts/phone.hpp"

namespace callwright::contacts::sqlite {
namespace {

std::optional<std::string_view> or_null(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

constexpr std::string_view kSelect =
    "SELECT version, kind, name, name_alt, lang, tier, stage, stage_since, flags, account, external_id, since, household, household_head, value_12m_minor, "
    "currency, satisfaction_a, satisfaction_b, attrs FROM customer WHERE id = ?";

}  // namespace

CustomerId CustomerRows::mint(Instant now) {
  if (!mint_known_) {
    Query query = database_.query("SELECT coalesce(max(id), 0) FROM customer");
    if (query.next()) {
      mint_.observe(query.i64(0));
      mint_known_ = true;
    }
  }
  mint_.advance(now);
  return mint_.mint<CustomerId>();
}

Result<Customer> CustomerRows::get(CustomerId id) {
  auto customer = read(id);
  if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
  if (!customer) return fail(Errc::not_found, "customer " + std::to_string(id.value));
  return std::move(*customer);
}

std::optional<Customer> CustomerRows::read(CustomerId id) {
  Customer customer;
  bool there = false;
  {
    Query query = database_.query(kSelect, id);
    there = query.next();
    if (there) {
      customer.id = id;
      customer.version = query.i64(0);
      customer.kind = static_cast<CustomerKind>(query.i64(1));
      customer.name = query.text(2);
      customer.name_alt = query.text(3);
      customer.lang = query.text(4);
      customer.tier = query.text(5);
      customer.stage = static_cast<Stage>(query.i64(6));
      customer.stage_since = query.at(7);
      customer.flags = split_words(query.view(8));
      customer.account = query.text(9);
      customer.external_id = query.text(10);
      customer.since = query.at(11);
      customer.household = query.i64(12);
      customer.household_head = query.flag(13);
      if (!query.null(14)) customer.value_12m_minor = query.i64(14);
      customer.currency = query.text(15);
      if (!query.null(16)) customer.satisfaction = Satisfaction{query.i32(16), query.i32(17)};
      customer.attrs = query.text(18);
    }
  }
  for (Query query = database_.query("SELECT e164, label, raw, source, confidence FROM ident_phone WHERE customer_id = ? ORDER BY rank", id); query.next();)
    customer.numbers.push_back({e164_text(query.i64(0)), query.text(1), query.text(2), query.text(3), static_cast<Confidence>(query.i64(4))});
  for (Query query = database_.query("SELECT email FROM ident_email WHERE customer_id = ? ORDER BY rank", id); query.next();)
    customer.emails.push_back(query.text(0));
  if (!there || !database_.good()) return std::nullopt;
  return customer;
}

void CustomerRows::insert(const Customer& customer, Instant now) {
  std::optional<int> a, b;
  if (customer.satisfaction) a = customer.satisfaction->a, b = customer.satisfaction->b;
  database_.run(
      "INSERT INTO customer(id, version, kind, name, name_alt, lang, tier, stage, stage_since, flags, account, external_id, since, household, household_head, "
      "value_12m_minor, currency, satisfaction_a, satisfaction_b, attrs, created_at, updated_at) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
      customer.id, customer.version, customer.kind, customer.name, customer.name_alt, customer.lang, customer.tier, customer.stage, customer.stage_since,
      join_words(customer.flags), or_null(customer.account), or_null(customer.external_id), customer.since, customer.household, customer.household_head,
      customer.value_12m_minor, customer.currency, a, b, customer.attrs, now, now);
  put_identities(customer);
  put_words(customer);
  put_card(customer, true);
  put_cards_of_others(customer.household, customer.id);
}

void CustomerRows::replace(const Customer& customer, Instant now) {
  const std::int64_t left = household_of(customer.id);
  std::optional<int> a, b;
  if (customer.satisfaction) a = customer.satisfaction->a, b = customer.satisfaction->b;
  database_.run(
      "UPDATE customer SET version = ?, kind = ?, name = ?, name_alt = ?, lang = ?, tier = ?, stage = ?, stage_since = ?, flags = ?, account = ?, "
      "external_id = ?, since = ?, household = ?, household_head = ?, value_12m_minor = ?, currency = ?, satisfaction_a = ?, satisfaction_b = ?, attrs = ?, "
      "updated_at = ? WHERE id = ?",
      customer.version, customer.kind, customer.name, customer.name_alt, customer.lang, customer.tier, customer.stage, customer.stage_since,
      join_words(customer.flags), or_null(customer.account), or_null(customer.external_id), customer.since, customer.household, customer.household_head,
      customer.value_12m_minor, customer.currency, a, b, customer.attrs, now, customer.id);
  database_.run("DELETE FROM ident_phone WHERE customer_id = ?", customer.id);
  database_.run("DELETE FROM ident_email WHERE customer_id = ?", customer.id);
  database_.run("DELETE FROM customer_word WHERE customer_id = ?", customer.id);
  put_identities(customer);
  put_words(customer);
  put_card(customer, false);
  if (left == customer.household) return;
  put_cards_of_others(left, customer.id);
  put_cards_of_others(customer.household, customer.id);
}

void CustomerRows::put_identities(const Customer& customer) {
  int rank = 0;
  for (const Number& number : customer.numbers)
    database_.run("INSERT INTO ident_phone(e164, customer_id, rank, label, raw, source, confidence) VALUES(?, ?, ?, ?, ?, ?, ?)", e164_number(number.e164),
                  customer.id, ++rank, number.label, number.raw, number.source, number.confidence);
  rank = 0;
  for (const std::string& email : customer.emails)
    database_.run("INSERT INTO ident_email(email, customer_id, rank) VALUES(?, ?, ?)", email, customer.id, ++rank);
}

void CustomerRows::put_words(const Customer& customer) {
  std::vector<std::string> words = name_words(customer.name);
  for (std::string& word : name_words(customer.name_alt))
    if (std::ranges::find(words, word) == words.end()) words.push_back(std::move(word));
  for (const std::string& word : words) database_.run("INSERT INTO customer_word(word, customer_id) VALUES(?, ?)", word, customer.id);
}

int CustomerRows::household_size(std::int64_t household) {
  if (household == 0) return 1;
  Query query = database_.query("SELECT count(*) FROM customer WHERE household = ? AND household <> 0", household);
  return query.next() ? query.i32(0) : 1;
}

void CustomerRows::put_card(const Customer& customer, bool fresh) {
  const std::string head = card_head(customer, household_size(customer.household));
  const std::string brief = card_brief(customer);
  if (fresh) {
    database_.run("INSERT INTO customer_card(customer_id, version, household_head, last_at, contacts, brief, head, recent) VALUES(?, ?, ?, 0, 0, ?, ?, '')",
                  customer.id, customer.version, customer.household_head, brief, head);
  } else {
    database_.run("UPDATE customer_card SET version = ?, household_head = ?, brief = ?, head = ? WHERE customer_id = ?", customer.version,
                  customer.household_head, brief, head, customer.id);
  }
}

std::int64_t CustomerRows::household_of(CustomerId id) {
  Query query = database_.query("SELECT household FROM customer WHERE id = ?", id);
  return query.next() ? query.i64(0) : 0;
}

/// The others of a household show its new size.
void CustomerRows::put_cards_of_others(std::int64_t household, CustomerId except) {
  if (household == 0) return;
  std::vector<CustomerId> others;
  for (Query query = database_.query("SELECT id FROM customer WHERE household = ? AND household <> 0 AND id <> ?", household, except); query.next();)
    others.push_back(CustomerId{query.i64(0)});
  for (CustomerId other : others)
    if (auto member = read(other)) put_card(*member, false);
}

std::optional<CustomerRows::CardTexts> CustomerRows::card_texts(CustomerId id) {
  const auto customer = read(id);
  if (!customer) return std::nullopt;
  return CardTexts{customer->version, card_brief(*customer), card_head(*customer, household_size(customer->household))};
}

void CustomerRows::audit(Instant now, const std::string& by, const char* action, CustomerId id, const std::string& fields) {
  database_.run("INSERT INTO customer_audit(at, actor, action, customer_id, fields) VALUES(?, ?, ?, ?, ?)", now, by, action, id, fields);
}

}  // namespace callwright::contacts::sqlite
