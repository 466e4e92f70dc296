// The contact log beside the raw sqlite3 C API: README.md says what is compared.
#include <sqlite3.h>
#include <sys/vfs.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "base/bounded_queue.hpp"
#include "contacts/group_commit.hpp"
#include "contacts/store.hpp"
#include "fault_vfs.hpp"
#include "sample_facts.hpp"

namespace callwright::contacts {
namespace {

constexpr const char* kDisk = "fault";  // the shim's name; it only counts here
constexpr int kCustomers = 500;

struct Settings {
  int contacts = 6400;
  int batch = 64;
  int rounds = 7;
  std::string folder;
  std::string file_system;
};

/// What the disk that is measured is formatted with.
std::string file_system_of(const std::string& folder) {
  struct statfs about{};
  if (::statfs(folder.c_str(), &about) != 0) return "unknown";
  switch (static_cast<std::uint32_t>(about.f_type)) {
    case 0xEF53: return "ext4";
    case 0x58465342: return "xfs";
    case 0x9123683E: return "btrfs";
    case 0x2FC12FC1: return "zfs";
    case 0x01021994: return "tmpfs";
    case 0x794C7630: return "overlayfs";
    default: return "unknown";
  }
}

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "bench_log: %s\n", why.c_str());
  std::exit(1);
}
template <class T>
T must(Result<T> result) {
  if (!result) die(result.error().text());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// A file of its own for one run.
class File {
 public:
  explicit File(const std::string& folder) : path_(folder + "/bench_log_" + std::to_string(::getpid()) + ".db") { remove(); }
  ~File() { remove(); }
  const std::string& path() const { return path_; }
  Options options() const {
    Options options;
    options.path = path_;
    options.vfs_name = kDisk;
    return options;
  }

 private:
  void remove() {
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
  }
  std::string path_;
};

std::vector<CustomerId> add_customers(Store& store) {
  std::vector<CustomerId> ids;
  for (int i = 0; i < kCustomers; ++i) {
    Customer customer;
    customer.name = "Customer " + std::to_string(i);
    ids.push_back(must(store.customers().create(customer, "bench", Instant{1'795'000'000'000'000})).id);
  }
  return ids;
}

/// The lives of all contacts, batch by batch. Half of the contacts are of known customers.
std::vector<std::vector<journal::Fact>> make_batches(const Settings& settings, const std::vector<CustomerId>& customers) {
  FactMaker maker;
  std::vector<std::vector<journal::Fact>> batches;
  for (int i = 0; i < settings.contacts; ++i) {
    if (i % settings.batch == 0) batches.emplace_back();
    const ContactId contact{1'000'000 + std::int64_t{i} * 1000};
    batches.back() += maker.life(contact, i % 2 ? customers[static_cast<std::size_t>(i / 2) % customers.size()] : CustomerId{});
  }
  return batches;
}

struct Run {
  double seconds = 0;
  std::int64_t syncs = 0;
  std::int64_t facts = 0;
};

/// Every fact is a step; one flush a batch.
Run run_ours(const Settings& settings, FaultVfs& disk) {
  File file(settings.folder);
  auto store = must(open_store(file.options()));
  must(store->journal().begin_epoch());
  const auto customers = add_customers(*store);
  auto batches = make_batches(settings, customers);
  GroupCommit group(store->journal(), {.batch_facts = std::size_t{1} << 20});
  Run run;
  const std::int64_t syncs = disk.syncs();
  const auto begin = std::chrono::steady_clock::now();
  for (auto& batch : batches) {
    for (journal::Fact& fact : batch) {
      std::vector<journal::Fact> step;
      step.push_back(std::move(fact));
      group.add(std::move(step));
    }
    run.facts += must(group.flush()).facts;
  }
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  run.syncs = disk.syncs() - syncs;
  return run;
}

/// Saturation: a thread hands over steps as fast as the queue takes them, the writer's turn is that of the server (all that waits, then flush until
/// nothing does) with GroupCommit's own limits.
Run run_saturated(const Settings& settings, FaultVfs& disk) {
  constexpr std::size_t kWriterQueue = 262'144;  // as server/writer_thread.hpp
  File file(settings.folder);
  auto store = must(open_store(file.options()));
  must(store->journal().begin_epoch());
  auto lives = make_batches(settings, add_customers(*store));
  BoundedQueue<std::vector<journal::Fact>> steps("writer", kWriterQueue);
  GroupCommit group(store->journal());
  Run run;
  const std::int64_t syncs = disk.syncs();
  const auto begin = std::chrono::steady_clock::now();
  std::thread producer([&] {
    for (auto& life : lives)
      for (journal::Fact& fact : life) {
        while (steps.size() >= steps.limit()) std::this_thread::yield();
        std::vector<journal::Fact> step;
        step.push_back(std::move(fact));
        if (!steps.push(std::move(step))) die("a step was refused");
      }
    steps.close();
  });
  for (;;) {
    auto waiting = steps.wait_take_all(std::chrono::seconds(1));
    if (waiting.empty() && steps.closed() && steps.size() == 0) break;
    for (auto& step : waiting) group.add(std::move(step));
    while (!group.empty()) run.facts += must(group.flush()).facts;
  }
  producer.join();
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  run.syncs = disk.syncs() - syncs;
  return run;
}

// --- the raw side -------------------------------------------------------------------------------------------------------------

using Value = std::variant<std::monostate, std::int64_t, std::string, std::vector<char>>;
using Row = std::vector<Value>;
struct Table {
  std::string name;
  std::string select;  ///< the rows that the last batch wrote; ?1, ?2 = first and last fact, ?3, ?4 = first and last contact
  std::string put;     ///< `VALUES` stands for all columns of the table, whatever migrations have made of it
};

const std::vector<Table>& tables() {
  static const std::vector<Table> all = {
      {"grp", "SELECT last_seq FROM grp", "UPDATE grp SET last_seq = ? WHERE id = 1"},
      {"fact", "SELECT * FROM fact WHERE grp = 1 AND seq BETWEEN ?1 AND ?2", "INSERT INTO fact VALUES"},
      {"contact_key", "SELECT * FROM contact_key WHERE contact_id BETWEEN ?3 AND ?4", "INSERT INTO contact_key VALUES"},
      {"contact", "SELECT * FROM contact WHERE id BETWEEN ?3 AND ?4", "INSERT INTO contact VALUES"},
      {"segment", "SELECT * FROM segment WHERE contact_id BETWEEN ?3 AND ?4", "INSERT INTO segment VALUES"},
      {"visit", "SELECT * FROM visit WHERE contact_id BETWEEN ?3 AND ?4", "INSERT INTO visit VALUES"},
      {"customer_card",
       "SELECT recent, contacts, last_at, customer_id FROM customer_card WHERE customer_id IN (SELECT customer_id FROM contact WHERE id BETWEEN ?3 AND ?4)",
       "UPDATE customer_card SET recent = ?, contacts = ?, last_at = ? WHERE customer_id = ?"},
      {"interval_row", "SELECT * FROM interval_row WHERE start >= (SELECT min(at) FROM fact WHERE grp = 1 AND seq = ?1) - 900000000",
       "INSERT OR REPLACE INTO interval_row VALUES"},
  };
  return all;
}

/// The rows that each batch of ours wrote, by table.
std::vector<std::vector<std::vector<Row>>> record_rows(const Settings& settings, std::vector<std::int64_t>& customer_ids) {
  File file(settings.folder);
  auto store = must(open_store(file.options()));
  must(store->journal().begin_epoch());
  const auto customers = add_customers(*store);
  for (CustomerId id : customers) customer_ids.push_back(id.value);
  sqlite3* db = nullptr;
  sqlite3_open_v2(file.path().c_str(), &db, SQLITE_OPEN_READWRITE, kDisk);
  std::vector<std::vector<std::vector<Row>>> batches;
  for (const auto& batch : make_batches(settings, customers)) {
    must(store->journal().append(batch));
    auto& rows = batches.emplace_back();
    for (const Table& table : tables()) {
      auto& out = rows.emplace_back();
      sqlite3_stmt* statement = nullptr;
      if (sqlite3_prepare_v2(db, table.select.c_str(), -1, &statement, nullptr) != SQLITE_OK) die(sqlite3_errmsg(db));
      sqlite3_bind_int64(statement, 1, batch.front().seq);
      sqlite3_bind_int64(statement, 2, batch.back().seq);
      sqlite3_bind_int64(statement, 3, batch.front().contact.value);
      sqlite3_bind_int64(statement, 4, batch.back().contact.value);
      while (sqlite3_step(statement) == SQLITE_ROW) {
        Row& row = out.emplace_back();
        for (int i = 0; i < sqlite3_column_count(statement); ++i) {
          const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, i));
          const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, i));
          switch (sqlite3_column_type(statement, i)) {
            case SQLITE_INTEGER: row.emplace_back(static_cast<std::int64_t>(sqlite3_column_int64(statement, i))); break;
            case SQLITE_TEXT: row.emplace_back(std::string(bytes, size)); break;
            case SQLITE_BLOB: row.emplace_back(std::vector<char>(bytes, bytes + size)); break;
            default: row.emplace_back(); break;
          }
        }
      }
      sqlite3_finalize(statement);
    }
  }
  sqlite3_close(db);
  return batches;
}

sqlite3_stmt* prepare(sqlite3* db, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(db, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) die(sqlite3_errmsg(db));
  return statement;
}

sqlite3_stmt* prepare_put(sqlite3* db, const Table& table) {
  if (!table.put.ends_with("VALUES")) return prepare(db, table.put);
  sqlite3_stmt* all = prepare(db, "SELECT * FROM " + table.name);
  std::string marks = "?";
  for (int i = 1; i < sqlite3_column_count(all); ++i) marks += ",?";
  sqlite3_finalize(all);
  return prepare(db, table.put + "(" + marks + ")");
}

void execute(sqlite3* db, const char* sql) {
  char* message = nullptr;
  if (sqlite3_exec(db, sql, nullptr, nullptr, &message) != SQLITE_OK) die(message ? message : sql);
}

void put(sqlite3* db, sqlite3_stmt* statement, const Row& row) {
  int index = 0;
  for (const Value& value : row) {
    ++index;
    if (const auto* number = std::get_if<std::int64_t>(&value)) sqlite3_bind_int64(statement, index, *number);
    else if (const auto* text = std::get_if<std::string>(&value)) sqlite3_bind_text(statement, index, text->data(), static_cast<int>(text->size()), SQLITE_STATIC);
    else if (const auto* blob = std::get_if<std::vector<char>>(&value)) sqlite3_bind_blob(statement, index, blob->data(), static_cast<int>(blob->size()), SQLITE_STATIC);
    else sqlite3_bind_null(statement, index);
  }
  if (sqlite3_step(statement) != SQLITE_DONE) die(sqlite3_errmsg(db));
  sqlite3_reset(statement);
}

/// `customer_ids`: the cards that the rows name; they are given to this file's customers.
Run run_raw(const Settings& settings, FaultVfs& disk, const std::vector<std::vector<std::vector<Row>>>& batches, const std::vector<std::int64_t>& customer_ids) {
  File file(settings.folder);
  {
    auto store = must(open_store(file.options()));
    if (add_customers(*store).front().value != customer_ids.front()) die("customers differ between runs");
  }
  sqlite3* db = nullptr;
  if (sqlite3_open_v2(file.path().c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, kDisk) != SQLITE_OK) die("cannot open");
  execute(db, "PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON; PRAGMA wal_autocheckpoint=4096; PRAGMA temp_store=MEMORY");
  std::vector<sqlite3_stmt*> statements;
  for (const Table& table : tables()) statements.push_back(prepare_put(db, table));
  Run run;
  const std::int64_t syncs = disk.syncs();
  const auto begin = std::chrono::steady_clock::now();
  for (const auto& batch : batches) {
    execute(db, "BEGIN IMMEDIATE");
    for (std::size_t table = 0; table < batch.size(); ++table)
      for (const Row& row : batch[table]) put(db, statements[table], row);
    execute(db, "COMMIT");
    run.facts += static_cast<std::int64_t>(batch[1].size());
  }
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  run.syncs = disk.syncs() - syncs;
  for (sqlite3_stmt* statement : statements) sqlite3_finalize(statement);
  sqlite3_close(db);
  return run;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void bench(const Settings& settings) {
  FaultVfs disk;
  std::vector<std::int64_t> customer_ids;
  const auto rows = record_rows(settings, customer_ids);
  std::vector<double> ours, raw, ratios;
  for (int round = 0; round < settings.rounds; ++round) {
    Run a, b;
    if (round % 2 == 0) {
      a = run_ours(settings, disk);
      b = run_raw(settings, disk, rows, customer_ids);
    } else {
      b = run_raw(settings, disk, rows, customer_ids);
      a = run_ours(settings, disk);
    }
    if (a.facts != b.facts) die("the two sides wrote different numbers of facts");
    ours.push_back(settings.contacts / a.seconds);
    raw.push_back(settings.contacts / b.seconds);
    ratios.push_back(ours.back() / raw.back());
  }
  const auto [worst, best] = std::ranges::minmax(ratios);
  std::printf("{\"bench\":\"log\",\"metric\":\"contacts_per_s\",\"contacts\":%d,\"batch_contacts\":%d,\"facts_per_contact\":17,\"rounds\":%d,\"file_system\":\"%s\",\"value\":%.0f,\"baseline\":%.0f,"
              "\"ratio\":%.3f,\"ratio_min\":%.3f,\"ratio_max\":%.3f,\"goal\":0.7}\n",
              settings.contacts, settings.batch, settings.rounds, settings.file_system.c_str(), median(ours), median(raw), median(ratios), worst, best);
  std::fflush(stdout);
}

double per_sync(const Run& run) { return static_cast<double>(run.facts) / static_cast<double>(std::max<std::int64_t>(run.syncs, 1)); }

/// How many facts share one fdatasync when the writer always finds work, beside the raw API with one transaction a contact.
void bench_saturated(const Settings& settings) {
  FaultVfs disk;
  auto single = settings;
  single.batch = 1;
  single.contacts = std::max(64, settings.contacts / 16);
  std::vector<std::int64_t> customer_ids;
  const auto rows = record_rows(single, customer_ids);
  std::vector<double> ours, facts_per_s, raw, ratios;
  for (int round = 0; round < settings.rounds; ++round) {
    const Run a = run_saturated(settings, disk), b = run_raw(single, disk, rows, customer_ids);
    ours.push_back(per_sync(a));
    facts_per_s.push_back(static_cast<double>(a.facts) / a.seconds);
    raw.push_back(per_sync(b));
    ratios.push_back(ours.back() / raw.back());
  }
  std::printf("{\"bench\":\"log\",\"metric\":\"facts_per_fdatasync\",\"contacts\":%d,\"facts_per_step\":1,\"batch_facts_limit\":%zu,\"rounds\":%d,\"file_system\":\"%s\",\"facts_per_s\":%.0f,"
              "\"value\":%.1f,\"baseline\":%.1f,\"ratio\":%.1f,\"goal\":50}\n",
              settings.contacts, GroupCommit::Limits{}.batch_facts, settings.rounds, settings.file_system.c_str(), median(facts_per_s), median(ours), median(raw), median(ratios));
  std::fflush(stdout);
}

}  // namespace
}  // namespace callwright::contacts

int main(int argc, char** argv) {
  callwright::contacts::Settings settings;
  std::vector<int> batches = {1, 16, 64, 256};
  CLI::App app("Committed contacts a second beside the raw sqlite3 C API");
  app.add_option("--contacts", settings.contacts, "contacts a run")->check(CLI::Range(64, 10'000'000));
  app.add_option("--batch", batches, "contacts a transaction; several give several lines")->check(CLI::Range(1, 100'000));
  app.add_option("--rounds", settings.rounds, "pairs of runs")->check(CLI::Range(1, 1000));
  app.add_option("--folder", settings.folder, "where the files are written: the disk that is measured (beside the program's folder)");
  CLI11_PARSE(app, argc, argv);
  if (settings.folder.empty()) settings.folder = (std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "bench_log").string();
  std::filesystem::create_directories(settings.folder);
  settings.file_system = callwright::contacts::file_system_of(settings.folder);
  for (int batch : batches) {
    auto each = settings;
    each.batch = batch;
    // Single commits are slow by nature: a sixteenth of the contacts is enough.
    if (batch == 1) each.contacts = std::max(64, settings.contacts / 16);
    callwright::contacts::bench(each);
  }
  callwright::contacts::bench_saturated(settings);
}
