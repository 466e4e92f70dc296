#include "contacts/store.hpp"

#include <utility>

#include "contacts/sqlite/journal.hpp"
#include "contacts/sqlite/parts.hpp"
#include "contacts/sqlite/schema.hpp"

namespace callwright::contacts {
namespace {

using sqlite::Database;

class SqliteStore final : public Store, public sqlite::Connected {
 public:
  explicit SqliteStore(std::unique_ptr<Database> database)
      : database_(std::move(database)),
        journal_(*database_),
        customers_(sqlite::make_customers(*database_)),
        accounts_(sqlite::make_accounts(*database_)),
        centres_(sqlite::make_centre_store(*database_)),
        reader_(sqlite::make_reader(*database_)) {}

  Journal& journal() override { return journal_; }
  Customers& customers() override { return *customers_; }
  Accounts& accounts() override { return *accounts_; }
  CentreStore& centres() override { return *centres_; }
  Reader& reader() override { return *reader_; }
  void busy_limit(Duration limit) override { database_->busy_limit(limit); }
  Database& database() override { return *database_; }

 private:
  std::unique_ptr<Database> database_;
  sqlite::SqliteJournal journal_;
  std::unique_ptr<Customers> customers_;
  std::unique_ptr<Accounts> accounts_;
  std::unique_ptr<CentreStore> centres_;
  std::unique_ptr<Reader> reader_;
};

/// A reader that owns its connection; each question has `Options::read_limit`.
class OwnReader final : public Reader {
 public:
  explicit OwnReader(std::unique_ptr<Database> database) : database_(std::move(database)), reader_(sqlite::make_reader(*database_)) {}

  Result<Found> find_customer(const SwitchId& switch_id, const std::string& trunk, const std::string& ani, const journal::TrunkRule& rule) override {
    return asked().find_customer(switch_id, trunk, ani, rule);
  }
  Result<Card> card(CustomerId customer) override { return asked().card(customer); }
  Result<Page> timeline(CustomerId customer, ContactId before, int limit) override { return asked().timeline(customer, before, limit); }
  Result<Page> search(const std::string& query, int limit, const std::string& region) override { return asked().search(query, limit, region); }
  Result<ContactPage> contacts(const ContactFilter& filter) override { return asked().contacts(filter); }
  Result<ContactDetail> contact(ContactId contact) override { return asked().contact(contact); }
  Result<std::vector<Decision>> decisions(ContactId contact) override { return asked().decisions(contact); }
  Result<std::vector<journal::QueueInterval>> intervals(Instant from, Instant to) override { return asked().intervals(from, to); }

 private:
  /// The reader, with the time for one more question.
  Reader& asked() {
    database_->limit_time(database_->options().read_limit);
    return *reader_;
  }

  std::unique_ptr<Database> database_;
  std::unique_ptr<Reader> reader_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_store(const Options& options) {
  auto database = Database::open(options, Database::Mode::write);
  if (!database) return std::unexpected(database.error());
  if (auto good = sqlite::prepare_schema(**database); !good) return std::unexpected(good.error());
  return std::make_unique<SqliteStore>(std::move(*database));
}

Result<std::optional<journal::Centre>> read_newest_centre(const Options& options) {
  auto database = Database::open(options, Database::Mode::read);
  if (!database) return std::unexpected(database.error());
  return sqlite::make_centre_store(**database)->newest();
}

Result<std::unique_ptr<Reader>> open_reader(const Options& options) {
  auto database = Database::open(options, Database::Mode::read);
  if (!database) return std::unexpected(database.error());
  if (auto good = sqlite::check_schema(**database); !good) return std::unexpected(good.error());
  auto reader = std::make_unique<OwnReader>(std::move(*database));
  // The first look-up reads the world's numbering plans and prepares statements, which takes longer than a pop may wait.
  (void)reader->find_customer({}, {}, "+441632960000", {});
  return reader;
}

}  // namespace callwright::contacts
