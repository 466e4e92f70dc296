#include "contacts/customer_import.hpp"

#include <boost/json.hpp>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <unordered_map>

#include "base/nearest_word.hpp"
#include "contacts/csv.hpp"
#include "contacts/email.hpp"
#include "contacts/name_words.hpp"
#include "contacts/phone.hpp"
#include "contacts/sqlite/customer_rows.hpp"
#include "contacts/sqlite/parts.hpp"
#include "contacts/sqlite/schema.hpp"

namespace callwright::contacts {
namespace {

const std::vector<std::string> kColumns = {"name",   "name_alt", "kind",     "lang",     "tier",     "stage",     "flags",     "account",   "external_id",
                                           "since",  "email",    "email2",   "value_12m", "currency", "expected",  "perceived", "household", "phone",
                                           "mobile", "home",     "work",     "phone2",   "phone3",   "phone4",    "phone5"};

/// Why a field cannot be used.
struct Wrong {
  std::string column, reason;
};
using Field = std::optional<Wrong>;

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return false;
    i += length;
  }
  return true;
}

template <class Number>
bool whole_number(std::string_view text, Number& to) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
  return error == std::errc() && end == text.data() + text.size();
}

/// "1840.5" as 184050.
bool money(std::string_view text, std::int64_t& minor) {
  const std::size_t dot = std::min(text.find('.'), text.size());
  std::int64_t major = 0;
  if (!whole_number(text.substr(0, dot), major) || major < 0 || major > 1'000'000'000'000) return false;
  std::string cents(text.substr(std::min(dot + 1, text.size())));
  if (cents.size() > 2 || (dot < text.size() && cents.empty())) return false;
  cents.resize(2, '0');
  std::int64_t fraction = 0;
  if (!whole_number(std::string_view(cents), fraction) || fraction < 0) return false;
  minor = major * 100 + fraction;
  return true;
}

/// "2019-04-30" as midnight UTC.
bool date(std::string_view text, Instant& to) {
  int year = 0;
  unsigned month = 0, day = 0;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !whole_number(text.substr(0, 4), year) || !whole_number(text.substr(5, 2), month) ||
      !whole_number(text.substr(8, 2), day))
    return false;
  const std::chrono::year_month_day when{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!when.ok() || year < 1900) return false;
  to.us = std::chrono::duration_cast<Duration>(std::chrono::sys_days(when).time_since_epoch()).count();
  return true;
}

/// One row becoming a customer, field by field.
class Row {
 public:
  Row(Customer& customer, const ImportOptions& options) : customer_(customer), options_(options) {}

  Field take(const std::string& column, const std::string& text) {
    if (text.empty()) return {};
    if (!is_utf8(text)) return Wrong{column, "is not UTF-8"};
    if (column.starts_with("attr.")) return attribute(column, text);
    if (column == "name") customer_.name = text;
    else if (column == "name_alt") customer_.name_alt = text;
    else if (column == "lang") customer_.lang = text;
    else if (column == "tier") customer_.tier = text;
    else if (column == "account") customer_.account = text;
    else if (column == "external_id") customer_.external_id = text;
    else if (column == "currency") customer_.currency = text;
    else if (column == "email" || column == "email2") return email(column, text);
    else if (column == "kind") return kind(text);
    else if (column == "stage") return stage(text);
    else if (column == "flags") return flags(text);
    else if (column == "since") return date(text, customer_.since) ? Field() : Wrong{column, "is not a date such as 2019-04-30"};
    else if (column == "value_12m") return value(text);
    else if (column == "expected" || column == "perceived") return survey(column, text);
    else if (column == "household") return whole_number(std::string_view(text), customer_.household) && customer_.household >= 0 ? Field() : Wrong{column, "is not a whole number"};
    else return number(column, text);
    return {};
  }

  Field finish() {
    if (expected_.has_value() != perceived_.has_value()) return Wrong{"expected", "stands without its other half"};
    if (expected_) customer_.satisfaction = Satisfaction{*expected_, *perceived_};
    if (!attrs_.empty()) customer_.attrs = boost::json::serialize(attrs_);
    return {};
  }

 private:
  Field attribute(const std::string& column, const std::string& text) {
    if (attrs_.empty() && !customer_.attrs.empty()) {
      boost::system::error_code error;
      if (const auto old = boost::json::parse(customer_.attrs, error); !error && old.is_object()) attrs_ = old.as_object();
    }
    attrs_[column.substr(5)] = text;
    return {};
  }
  Field email(const std::string& column, const std::string& text) {
    if (!is_email(text)) return Wrong{column, "is not an e-mail address"};
    if (std::ranges::find(customer_.emails, text) == customer_.emails.end()) customer_.emails.push_back(text);
    return {};
  }
  Field kind(const std::string& text) {
    if (text != "person" && text != "org") return Wrong{"kind", "is neither person nor org"};
    customer_.kind = text == "org" ? CustomerKind::org : CustomerKind::person;
    return {};
  }
  Field stage(const std::string& text) {
    static constexpr std::array names = {"exploration", "formation", "stable", "decline"};
    const auto found = std::ranges::find_if(names, [&](const char* name) { return text == name; });
    if (found == names.end()) return Wrong{"stage", "is none of exploration, formation, stable, decline"};
    customer_.stage = static_cast<Stage>(found - names.begin() + 1);
    if (!customer_.stage_since.us) customer_.stage_since = options_.now;
    return {};
  }
  Field flags(const std::string& text) {
    customer_.flags.clear();
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      if (end > at) customer_.flags.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    return {};
  }
  Field value(const std::string& text) {
    std::int64_t minor = 0;
    if (!money(text, minor)) return Wrong{"value_12m", "is not an amount such as 1840.50"};
    customer_.value_12m_minor = minor;
    return {};
  }
  Field survey(const std::string& column, const std::string& text) {
    int number = 0;
    if (!whole_number(std::string_view(text), number) || number < 1 || number > 5) return Wrong{column, "is not 1 to 5"};
    (column == "expected" ? expected_ : perceived_) = number;
    return {};
  }
  Field number(const std::string& column, const std::string& text) {
    const Phone phone = normalise(text, options_.rule);
    if (phone.kind != Phone::Kind::e164) return Wrong{column, "is not a telephone number of a customer"};
    if (std::ranges::find(customer_.numbers, phone.text, &Number::e164) != customer_.numbers.end()) return {};
    customer_.numbers.push_back({phone.text, column.starts_with("phone") ? "" : column, text, "import", Confidence::known});
    return {};
  }

  Customer& customer_;
  const ImportOptions& options_;
  boost::json::object attrs_;
  std::optional<int> expected_, perceived_;
};

/// What a dry run has to remember of the rows that it did not write, so that later rows find them.
class UnwrittenRows {
 public:
  std::optional<CustomerId> by_external_id(const std::string& key) const { return find(external_ids_, key); }
  std::optional<CustomerId> by_account(const std::string& key) const { return find(accounts_, key); }

  /// A customer of the store under its id; a new one gets an id below 0.
  void keep(Customer& customer) {
    if (!customer.id) {
      made_.push_back({customer.name, customer.account, customer.external_id});
      customer.id = CustomerId{-static_cast<std::int64_t>(made_.size())};
    }
    if (!customer.external_id.empty()) external_ids_[customer.external_id] = customer.id;
    if (!customer.account.empty()) accounts_[customer.account] = customer.id;
  }
  /// What identifies a new one.
  Customer get(CustomerId id) const {
    const Made& made = made_[static_cast<std::size_t>(-id.value - 1)];
    Customer customer;
    customer.id = id;
    customer.name = made.name;
    customer.account = made.account;
    customer.external_id = made.external_id;
    return customer;
  }

 private:
  struct Made {
    std::string name, account, external_id;
  };
  using Index = std::unordered_map<std::string, CustomerId>;
  static std::optional<CustomerId> find(const Index& index, const std::string& key) {
    const auto found = index.find(key);
    return found == index.end() ? std::nullopt : std::optional(found->second);
  }

  std::vector<Made> made_;
  Index external_ids_, accounts_;
};

/// One import of one file into one store, or the dry run of one.
class Import {
 public:
  enum class Mode : std::uint8_t { write, dry };
  Import(sqlite::Database& database, Customers& customers, const ImportOptions& options, Mode mode)
      : database_(database), customers_(customers), rows_(database), options_(options), dry_(mode == Mode::dry) {}

  Result<ImportReport> run(std::istream& csv) {
    if (auto good = digest(csv); !good) return std::unexpected(good.error());
    CsvReader reader(csv);
    if (auto good = heading(reader); !good) return std::unexpected(good.error());
    if (auto good = resume(reader); !good) return std::unexpected(good.error());
    for (bool more = true; more;) {
      auto batch = one_batch(reader);
      if (!batch) return std::unexpected(batch.error());
      more = *batch;
      if (options_.progress) options_.progress(report_.rows);
    }
    return std::move(report_);
  }

 private:
  /// The file's name in `import_job`: a digest of its bytes.
  Result<void> digest(std::istream& csv) {
    crypto_generichash_state state;
    crypto_generichash_init(&state, nullptr, 0, 32);
    char buffer[65536];
    while (csv.read(buffer, sizeof buffer), csv.gcount() > 0)
      crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(buffer), static_cast<unsigned long long>(csv.gcount()));
    digest_.resize(32);
    crypto_generichash_final(&state, reinterpret_cast<unsigned char*>(digest_.data()), digest_.size());
    csv.clear();
    csv.seekg(0);
    if (!csv) return fail(Errc::invalid, "the file cannot be read twice");
    return {};
  }

  Result<void> heading(CsvReader& reader) {
    const auto record = reader.next();
    if (!record) return fail(Errc::invalid, "the file is empty");
    if (!record->fault.empty()) return fail(Errc::invalid, "line 1: " + record->fault);
    for (const std::string& column : record->fields) {
      const bool known = std::ranges::find(kColumns, column) != kColumns.end() || (column.starts_with("attr.") && is_key(column.substr(5)));
      if (!known) {
        const std::string near = nearest_word(column, kColumns);
        return fail(Errc::invalid, "line 1: unknown column '" + column.substr(0, 64) + "'" + (near.empty() ? "" : ", did you mean '" + near + "'?"));
      }
      if (std::ranges::find(columns_, column) != columns_.end()) return fail(Errc::invalid, "line 1: column '" + column + "' stands twice");
      columns_.push_back(column);
    }
    if (std::ranges::find(columns_, "name") == columns_.end()) return fail(Errc::invalid, "line 1: column 'name' is missing");
    return {};
  }

  /// Goes on after the last committed batch of an import of the same bytes that did not end.
  Result<void> resume(CsvReader& reader) {
    if (dry_) return {};
    {
      sqlite::Query query = database_.query("SELECT rows, created, updated, refused FROM import_job WHERE digest = ? AND done = 0", sqlite::Blob{digest_});
      if (query.next()) {
        report_.rows = report_.resumed_after = query.i64(0);
        report_.created = query.i64(1);
        report_.updated = query.i64(2);
        report_.refused = query.i64(3);
      }
    }
    for (std::int64_t i = 0; i < report_.resumed_after; ++i) reader.next();
    return database_.take_error();
  }

  /// False once the file is at its end.
  Result<bool> one_batch(CsvReader& reader) {
    if (dry_) {
      const bool more = some_rows(reader);
      if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
      return more;
    }
    const ImportReport before = report_;
    sqlite::Transaction transaction(database_);
    const bool more = some_rows(reader);
    database_.run("INSERT INTO import_job(digest, rows, created, updated, refused, done) VALUES(?1, ?2, ?3, ?4, ?5, ?6) "
                  "ON CONFLICT(digest) DO UPDATE SET rows = ?2, created = ?3, updated = ?4, refused = ?5, done = ?6",
                  sqlite::Blob{digest_}, report_.rows, report_.created, report_.updated, report_.refused, !more);
    if (auto good = transaction.commit(); !good) {
      report_ = before;
      return std::unexpected(good.error());
    }
    return more;
  }

  bool some_rows(CsvReader& reader) {
    bool more = true;
    for (int i = 0; i < options_.batch_rows && more && database_.good(); ++i) {
      const auto record = reader.next();
      more = record.has_value();
      if (record) row(*record);
    }
    return more;
  }

  void refuse(std::int64_t line, const Wrong& wrong) {
    ++report_.refused;
    if (options_.refused) options_.refused({line, wrong.column, wrong.reason});
  }

  void row(const CsvReader::Record& record) {
    ++report_.rows;
    if (!record.fault.empty()) return refuse(record.line, {"", record.fault});
    if (record.fields.size() != columns_.size())
      return refuse(record.line, {"", std::to_string(record.fields.size()) + " fields, the heading has " + std::to_string(columns_.size())});

    Customer customer;
    if (const Field wrong = find_existing(record, customer)) return refuse(record.line, *wrong);
    const Customer stored = customer;
    Row row(customer, options_);
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (const Field wrong = row.take(columns_[i], record.fields[i])) return refuse(record.line, *wrong);
    if (const Field wrong = row.finish()) return refuse(record.line, *wrong);
    if (auto good = sqlite::check_customer(customer); !good) return refuse(record.line, {good.error().context, "cannot stand so"});
    write(customer, stored);
  }

  void write(Customer& customer, const Customer& stored) {
    if (dry_) {
      ++(customer.id ? report_.updated : report_.created);
      return unwritten_.keep(customer);
    }
    if (!customer.id) {
      customer.id = rows_.mint(options_.now);
      customer.version = 1;
      if (!customer.since.us) customer.since = options_.now;
      rows_.insert(customer, options_.now);
      ++report_.created;
      return;
    }
    ++report_.updated;
    if (customer == stored) return;
    ++customer.version;
    rows_.replace(customer, options_.now);
    rows_.audit(options_.now, options_.by, "import", customer.id, "");
  }

  std::string field(const CsvReader::Record& record, const char* column) const {
    const auto found = std::ranges::find(columns_, column);
    return found == columns_.end() ? std::string() : record.fields[static_cast<std::size_t>(found - columns_.begin())];
  }

  /// A failed look-up is no row's fault: it ends the batch.
  std::optional<CustomerId> known(const Result<CustomerId>& found) {
    if (found) return *found;
    if (found.error().code != Errc::not_found) database_.set_error(found.error());
    return std::nullopt;
  }

  /// The customer with the row's external id, else with its account number; a new one if there is none.
  Field find_existing(const CsvReader::Record& record, Customer& customer) {
    const std::string external_id = field(record, "external_id"), account = field(record, "account");
    std::optional<CustomerId> by_external, by_account;
    if (!external_id.empty()) by_external = known(customers_.by_external_id(external_id));
    if (!external_id.empty() && !by_external) by_external = unwritten_.by_external_id(external_id);
    if (!account.empty()) by_account = known(customers_.by_account(account));
    if (!account.empty() && !by_account) by_account = unwritten_.by_account(account);
    if (by_external && by_account && *by_external != *by_account) return Wrong{"account", "belongs to another customer"};
    const auto id = by_external ? by_external : by_account;
    if (!id) return {};
    if (by_account && !by_external && !external_id.empty()) {
      if (auto stored = get(*id); stored && !stored->external_id.empty() && stored->external_id != external_id)
        return Wrong{"account", "belongs to another customer"};
    }
    if (auto stored = get(*id)) customer = std::move(*stored);
    return {};
  }
  Result<Customer> get(CustomerId id) { return id.value < 0 ? unwritten_.get(id) : customers_.get(id); }

  sqlite::Database& database_;
  Customers& customers_;
  sqlite::CustomerRows rows_;
  const ImportOptions& options_;
  std::string digest_;
  std::vector<std::string> columns_;
  ImportReport report_;
  const bool dry_;
  UnwrittenRows unwritten_;
};

}  // namespace

Result<ImportReport> import_customers(Store& store, std::istream& csv, const ImportOptions& options) {
  auto* connected = dynamic_cast<sqlite::Connected*>(&store);
  if (!connected) return fail(Errc::invalid, "this kind of store has no bulk import");
  return Import(connected->database(), store.customers(), options, Import::Mode::write).run(csv);
}

Result<ImportReport> check_import(const Options& store, std::istream& csv, const ImportOptions& options) {
  auto database = sqlite::Database::open(store, sqlite::Database::Mode::read);
  if (!database) return std::unexpected(database.error());
  if (auto good = sqlite::check_schema(**database, 1); !good) return std::unexpected(good.error());
  const auto customers = sqlite::make_customers(**database);
  return Import(**database, *customers, options, Import::Mode::dry).run(csv);
}

}  // namespace callwright::contacts
