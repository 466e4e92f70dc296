#include "contacts/doctor.hpp"

#include <sqlite3.h>

#include "contacts/sqlite/customer_rows.hpp"
#include "contacts/sqlite/fact_rows.hpp"
#include "contacts/sqlite/projector.hpp"
#include "contacts/sqlite/schema.hpp"

namespace callwright::contacts {
namespace {

using sqlite::Database;
using sqlite::Query;

constexpr std::int64_t kFactsAtOnce = 4096;

/// All checks see one snapshot: they run in one read transaction, and write only into an attached database in memory.
class Doctor {
 public:
  explicit Doctor(Database& database) : database_(database) {}

  std::vector<Finding> examine() {
    database_.script("PRAGMA query_only=OFF; ATTACH ':memory:' AS rebuilt; BEGIN");
    check("integrity", [&] { return integrity(); });
    check("epoch", [&] { return epoch(); });
    check("sequence", [&] { return sequence(); });
    check("foreign rows", [&] { return foreign_rows(); });
    check("keys", [&] { return keys(); });
    check("projections", [&] { return projections(); });
    check("cards", [&] { return cards(); });
    return std::move(findings_);
  }

  /// `test` gives what is wrong, empty if nothing is.
  template <class Test>
  void check(const char* name, Test test) {
    std::string wrong = test();
    if (auto good = database_.take_error(); !good) wrong += (wrong.empty() ? "" : "; ") + good.error().text();
    findings_.push_back({name, wrong.empty(), wrong.empty() ? "good" : wrong});
  }

 private:
  std::int64_t number(const std::string& sql) {
    Query query = database_.query(sql);
    return query.next() ? query.i64(0) : 0;
  }

  std::string integrity() {
    std::string wrong;
    for (Query query = database_.query("PRAGMA integrity_check(20)"); query.next();)
      if (query.view(0) != "ok") wrong += (wrong.empty() ? "" : "; ") + query.text(0);
    return wrong;
  }

  std::string epoch() {
    const std::int64_t falls =
        number("SELECT count(*) FROM (SELECT epoch, lag(epoch) OVER (ORDER BY seq) AS before FROM fact WHERE grp = 1) WHERE epoch < before");
    if (falls) return std::to_string(falls) + " facts of an older epoch after a newer one";
    if (number("SELECT coalesce(max(epoch), 0) FROM fact WHERE grp = 1") > number("SELECT epoch FROM grp WHERE id = 1"))
      return "a fact of an epoch that never began";
    return {};
  }

  std::string sequence() {
    const std::int64_t last = number("SELECT last_seq FROM grp WHERE id = 1");
    const std::int64_t facts = number("SELECT count(*) FROM fact WHERE grp = 1");
    const std::int64_t dropped = number("SELECT coalesce(sum(last_seq - first_seq + 1), 0) FROM fact_gap WHERE grp = 1");
    const std::int64_t newest = number("SELECT max(coalesce((SELECT max(seq) FROM fact WHERE grp = 1), 0), coalesce((SELECT max(last_seq) FROM fact_gap WHERE grp = 1), 0))");
    if (facts + dropped != last || newest != last)
      return std::to_string(facts) + " facts and " + std::to_string(dropped) + " dropped, but the sequence says " + std::to_string(last);
    return {};
  }

  std::string foreign_rows() {
    std::string wrong;
    const auto count = [&](std::int64_t rows, const char* what) {
      if (rows) wrong += (wrong.empty() ? "" : "; ") + std::to_string(rows) + " " + what;
    };
    std::int64_t broken = 0;
    for (Query query = database_.query("PRAGMA main.foreign_key_check"); query.next();) ++broken;
    count(broken, "rows refer to nothing");
    count(number("SELECT count(*) FROM segment WHERE contact_id NOT IN (SELECT id FROM contact)"), "segments without a contact");
    count(number("SELECT count(*) FROM visit WHERE contact_id NOT IN (SELECT id FROM contact)"), "visits without a contact");
    count(number("SELECT count(*) FROM customer WHERE id NOT IN (SELECT customer_id FROM customer_card)"), "customers without a card");
    return wrong;
  }

  std::string keys() {
    const std::int64_t lost = number("SELECT count(*) FROM fact WHERE secret IS NOT NULL AND contact_id NOT IN (SELECT contact_id FROM contact_key)");
    return lost ? std::to_string(lost) + " facts are sealed with a key that is not there" : std::string();
  }

  std::string projections() {
    database_.script(sqlite::projection_tables("rebuilt"));
    sqlite::KeyRing keys(database_);
    sqlite::Projector projector(database_, "rebuilt", sqlite::Projector::Cards::leave);
    std::int64_t facts = 0;
    for (Query query = database_.query(std::string("SELECT ") + sqlite::kFactColumns + " FROM fact WHERE grp = 1 ORDER BY seq"); query.next();) {
      const sqlite::ReadFact read = sqlite::read_fact(database_, keys, query);
      if (!database_.good()) return "a fact cannot be read";
      if (read.fact) projector.apply(*read.fact);
      if (++facts % kFactsAtOnce == 0) {
        projector.flush();
        projector.committed();
      }
    }
    projector.flush();
    projector.committed();

    std::string wrong;
    const std::string own = " WHERE contact_id NOT IN (SELECT id FROM main.contact WHERE imported <> 0)";
    compare("contact", " WHERE imported = 0", wrong);
    compare("segment", own, wrong);
    compare("visit", own, wrong);
    compare("interval_row", "", wrong);
    return wrong;
  }

  void compare(const std::string& table, const std::string& where, std::string& wrong) {
    const std::string here = "SELECT * FROM main." + table + where, made = "SELECT * FROM rebuilt." + table;
    const std::int64_t extra = number("SELECT count(*) FROM (" + here + " EXCEPT " + made + ")");
    const std::int64_t missing = number("SELECT count(*) FROM (" + made + " EXCEPT " + here + ")");
    if (extra || missing)
      wrong += (wrong.empty() ? "" : "; ") + table + ": " + std::to_string(extra) + " rows that no facts make, " + std::to_string(missing) + " that facts make are not there";
  }

  std::string cards() {
    sqlite::CustomerRows rows(database_);
    std::int64_t stale = 0;
    CustomerId example;
    Query query = database_.query(
        "SELECT customer_id, version, brief, head, recent, contacts, last_at, (SELECT count(*) FROM contact WHERE customer_id = c.customer_id AND ended_at <> 0), "
        "(SELECT coalesce(max(opened_at), 0) FROM contact WHERE customer_id = c.customer_id AND ended_at <> 0) FROM customer_card c");
    while (query.next()) {
      const CustomerId customer{query.i64(0)};
      const auto texts = rows.card_texts(customer);
      const bool good = texts && texts->version == query.i64(1) && texts->brief == query.view(2) && texts->head == query.view(3) &&
                        sqlite::recent_contacts(database_, customer) == query.view(4) && query.i64(5) == query.i64(7) && query.i64(6) == query.i64(8);
      if (good) continue;
      ++stale;
      example = customer;
    }
    return stale ? std::to_string(stale) + " cards are not what their rows make, one is of customer " + std::to_string(example.value) : std::string();
  }

  Database& database_;
  std::vector<Finding> findings_;
};

}  // namespace

Result<std::vector<Finding>> examine(const Options& options) {
  auto database = Database::open(options, Database::Mode::read);
  if (!database) return std::unexpected(database.error());
  Result<void> schema = sqlite::check_schema(**database);
  std::vector<Finding> findings;
  const bool durable = schema || schema.error().code != Errc::not_durable;
  const bool known = schema || !durable;
  findings.push_back({"durability", durable, durable ? "WAL; the server asserts synchronous=FULL on its own connection when it starts" : schema.error().text()});
  findings.push_back({"schema", known, known ? "version " + std::to_string(sqlite::schema_version()) : schema.error().text()});
  if (!known) return findings;
  Doctor doctor(**database);
  for (Finding& finding : doctor.examine()) findings.push_back(std::move(finding));
  return findings;
}

}  // namespace callwright::contacts
