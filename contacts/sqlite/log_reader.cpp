#include "contacts/log_reader.hpp"

#include "contacts/customer_traits.hpp"
#include "contacts/sqlite/fact_rows.hpp"
#include "contacts/sqlite/parts.hpp"
#include "contacts/sqlite/schema.hpp"

namespace callwright::contacts {
namespace {

using sqlite::Database;
using sqlite::Query;

constexpr std::int64_t kGroup = 1;

class SqliteLogReader final : public LogReader {
 public:
  explicit SqliteLogReader(std::unique_ptr<Database> database)
      : database_(std::move(database)), keys_(*database_), centres_(sqlite::make_centre_store(*database_)) {}

  /// Time never goes back along `seq`, so it is found by halving.
  Result<std::int64_t> seq_at(Instant at) override {
    std::int64_t low = 1, high = 1;
    {
      Query query = database_->query("SELECT last_seq FROM grp WHERE id = ?", kGroup);
      if (query.next()) high = query.i64(0) + 1;
    }
    while (low < high && database_->good()) {
      const std::int64_t middle = low + (high - low) / 2;
      Query query = database_->query("SELECT seq, at FROM fact WHERE grp = ? AND seq >= ? ORDER BY seq LIMIT 1", kGroup, middle);
      if (query.next() && query.at(1) < at) low = query.i64(0) + 1;
      else high = middle;
    }
    if (auto good = database_->take_error(); !good) return std::unexpected(good.error());
    return low;
  }

  Result<std::optional<std::pair<Instant, Instant>>> extent() override {
    std::optional<std::pair<Instant, Instant>> out;
    {
      Query first = database_->query("SELECT at FROM fact WHERE grp = ? ORDER BY seq LIMIT 1", kGroup);
      Query last = database_->query("SELECT at FROM fact WHERE grp = ? ORDER BY seq DESC LIMIT 1", kGroup);
      if (first.next() && last.next()) out.emplace(first.at(0), last.at(0));
    }
    if (auto good = database_->take_error(); !good) return std::unexpected(good.error());
    return out;
  }

  Result<LogPart> facts(std::int64_t from_seq, std::span<const journal::Kind> kinds, Personal personal) override {
    std::string numbers;
    for (const journal::Kind kind : kinds) numbers += (numbers.empty() ? "" : ",") + std::to_string(static_cast<int>(kind));
    std::string columns = sqlite::kFactColumns;
    if (personal == Personal::leave) columns.replace(columns.rfind("secret"), 6, "NULL");
    LogPart part;
    part.next_seq = from_seq;
    int rows = 0;
    {
      Query query = database_->query("SELECT " + columns + " FROM fact WHERE grp = ? AND seq >= ? AND kind IN (" + numbers + ") ORDER BY seq LIMIT ?",
                                     kGroup, from_seq, kLogPart);
      for (; query.next(); ++rows) {
        sqlite::ReadFact read = sqlite::read_fact(*database_, keys_, query);
        if (!database_->good()) break;
        part.next_seq = query.i64(0) + 1;
        if (read.fact) part.facts.push_back(std::move(*read.fact));
      }
    }
    if (auto good = database_->take_error(); !good) return std::unexpected(good.error());
    part.last = rows < kLogPart;
    return part;
  }

  Result<journal::CustomerTraits> traits(CustomerId customer) override {
    journal::CustomerTraits traits;
    {
      Query query = database_->query("SELECT head, recent, contacts FROM customer_card WHERE customer_id = ?", customer);
      if (query.next()) traits = traits_of(query.view(0), query.view(1), query.i64(2));
    }
    if (auto good = database_->take_error(); !good) return std::unexpected(good.error());
    return traits;
  }

  Result<AgentId> last_agent(CustomerId customer, ContactId before) override {
    AgentId agent;
    {
      Query query = database_->query(
          "SELECT agent FROM contact INDEXED BY contact_timeline WHERE customer_id = ? AND ended_at <> 0 AND id < ? AND agent <> '' ORDER BY id DESC "
          "LIMIT 1",
          customer, before);
      if (query.next()) agent.value = query.text(0);
    }
    if (auto good = database_->take_error(); !good) return std::unexpected(good.error());
    return agent;
  }

  CentreStore& centres() override { return *centres_; }

 private:
  std::unique_ptr<Database> database_;
  sqlite::KeyRing keys_;
  std::unique_ptr<CentreStore> centres_;
};

}  // namespace

Result<std::unique_ptr<LogReader>> open_log_reader(const Options& options) {
  auto database = Database::open(options, Database::Mode::read);
  if (!database) return std::unexpected(database.error());
  if (auto good = sqlite::check_schema(**database); !good) return std::unexpected(good.error());
  return std::make_unique<SqliteLogReader>(std::move(*database));
}

}  // namespace callwright::contacts
