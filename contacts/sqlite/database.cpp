#include "contacts/sqlite/database.hpp"

#include <sodium.h>
#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace callwright::contacts::sqlite {
namespace {

/// Which of our errors an engine's code is. ENOSPC can reach us as an I/O error of the shared memory file.
Errc errc_of(sqlite3* handle, int code) {
  switch (code & 0xFF) {
    case SQLITE_FULL: return Errc::disk_full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return Errc::busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Errc::corrupt;
    case SQLITE_CONSTRAINT: return (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) ? Errc::already_exists : Errc::invalid;
    case SQLITE_INTERRUPT: return Errc::too_slow;
    case SQLITE_TOOBIG: return Errc::invalid;
    case SQLITE_IOERR:
      if (code != SQLITE_IOERR_FSYNC && handle && sqlite3_system_errno(handle) == ENOSPC) return Errc::disk_full;
      return Errc::broken;
    default: return Errc::broken;
  }
}

}  // namespace

std::string join_words(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// --- Query ------------------------------------------------------------------------------------------------------------------

Query::Query(Query&& other) noexcept
    : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)), in_use_(std::exchange(other.in_use_, nullptr)), borrow_(other.borrow_) {}

Query::~Query() {
  if (!statement_) return;
  if (in_use_) {
    sqlite3_reset(statement_);
    *in_use_ = false;
  } else {
    sqlite3_finalize(statement_);
  }
}

bool Query::next() {
  if (!statement_ || !database_->good()) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_->fail_with(code, sqlite3_sql(statement_));
  return false;
}

std::int64_t Query::i64(int column) const { return sqlite3_column_int64(statement_, column); }
bool Query::null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::string_view Query::view(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  return bytes ? std::string_view(static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)))
               : std::string_view();
}

void Query::bind_null(int index) {
  if (statement_) sqlite3_bind_null(statement_, index);
}
void Query::bind_i64(int index, std::int64_t value) {
  if (statement_) sqlite3_bind_int64(statement_, index, value);
}
void Query::bind_text(int index, std::string_view value) {
  if (statement_) sqlite3_bind_text64(statement_, index, value.data() ? value.data() : "", value.size(), borrow_ ? SQLITE_STATIC : SQLITE_TRANSIENT, SQLITE_UTF8);
}
void Query::bind_blob(int index, std::string_view value) {
  if (statement_) sqlite3_bind_blob64(statement_, index, value.data() ? value.data() : "", value.size(), borrow_ ? SQLITE_STATIC : SQLITE_TRANSIENT);
}

// --- Database ---------------------------------------------------------------------------------------------------------------

Result<std::unique_ptr<Database>> Database::open(const Options& options, Mode mode) {
  if (sodium_init() < 0) return fail(Errc::broken, "libsodium does not start");
  std::unique_ptr<Database> database(new Database(options));
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE | (mode == Mode::write ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(options.path.c_str(), &database->handle_, flags, options.vfs_name.empty() ? nullptr : options.vfs_name.c_str());
  if (code != SQLITE_OK) {
    const Errc errc = errc_of(database->handle_, code);
    return fail(errc, options.path + ": " + (database->handle_ ? sqlite3_errmsg(database->handle_) : sqlite3_errstr(code)));
  }
  sqlite3_extended_result_codes(database->handle_, 1);
  database->busy_limit(options.busy_limit);
  database->script(options.exclusive ? "PRAGMA locking_mode=EXCLUSIVE" : "PRAGMA locking_mode=NORMAL");
  database->script("PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
                   "PRAGMA cache_size=-" + std::to_string(options.cache_kib));
  if (mode == Mode::read) database->script("PRAGMA query_only=ON");
  if (auto good = database->take_error(); !good) return std::unexpected(good.error());
  return database;
}

Database::~Database() {
  for (auto& [sql, cached] : statements_) sqlite3_finalize(cached->statement);
  sqlite3_close_v2(handle_);
}

Query Database::prepare(std::string_view sql) {
  if (error_) return Query(*this, nullptr, nullptr);
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    auto cached = std::make_unique<Cached>();
    const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &cached->statement, nullptr);
    if (code != SQLITE_OK) {
      fail_with(code, "prepare");
      return Query(*this, nullptr, nullptr);
    }
    found = statements_.emplace(std::string(sql), std::move(cached)).first;
  }
  Cached& cached = *found->second;
  if (!cached.in_use) {
    cached.in_use = true;
    sqlite3_clear_bindings(cached.statement);
    return Query(*this, cached.statement, &cached.in_use);
  }
  sqlite3_stmt* own = nullptr;  // the same statement is being read further out
  const int code = sqlite3_prepare_v2(handle_, sql.data(), static_cast<int>(sql.size()), &own, nullptr);
  if (code != SQLITE_OK) fail_with(code, "prepare");
  return Query(*this, own, nullptr);
}

void Database::script(const std::string& sql) {
  if (error_) return;
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail_with(code, "script");
}

int Database::is_late(void* self) { return std::chrono::steady_clock::now() >= static_cast<Database*>(self)->deadline_ ? 1 : 0; }

void Database::limit_time(Duration limit) {
  constexpr int kInstructions = 1000;  // of SQLite's machine between two looks at the clock: far below a millisecond
  deadline_ = std::chrono::steady_clock::now() + limit;
  sqlite3_progress_handler(handle_, limit.count() > 0 ? kInstructions : 0, limit.count() > 0 ? is_late : nullptr, this);
}

void Database::fail_with(int code, const char* doing) {
  if (error_) return;
  const int extended = sqlite3_extended_errcode(handle_);
  code_ = (extended & 0xFF) == (code & 0xFF) ? extended : code;
  std::string where(doing ? doing : "");
  if (where.size() > 60) where.resize(60);
  error_ = Error{errc_of(handle_, code_), std::string(sqlite3_errmsg(handle_)) + " (" + where + ")"};
}

void Database::set_error(Error error) {
  if (!error_) error_ = std::move(error);
}

Result<void> Database::take_error() {
  if (!error_) return {};
  Error error = std::move(*error_);
  error_.reset();
  code_ = 0;
  return std::unexpected(std::move(error));
}

void Database::busy_limit(Duration limit) { sqlite3_busy_timeout(handle_, static_cast<int>(limit.count() / 1000)); }

std::int64_t Database::changes() const { return error_ ? 0 : sqlite3_changes64(handle_); }
std::int64_t Database::last_rowid() const { return sqlite3_last_insert_rowid(handle_); }
bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

/// From a pool, since each draw of the system's costs a call into the kernel. What was handed out is wiped.
void Database::random(unsigned char* out, std::size_t size) {
  if (size > random_left_) {
    if (options_.random) options_.random(random_pool_);
    else randombytes_buf(random_pool_.data(), random_pool_.size());
    random_left_ = random_pool_.size();
  }
  unsigned char* from = random_pool_.data() + (random_pool_.size() - random_left_);
  std::memcpy(out, from, size);
  sodium_memzero(from, size);
  random_left_ -= size;
}

// --- Transaction ------------------------------------------------------------------------------------------------------------

Transaction::Transaction(Database& database) : database_(database) {
  database_.run("BEGIN IMMEDIATE");
  open_ = database_.good();
}

Transaction::~Transaction() {
  static_cast<void>(database_.take_error());  // nobody asked: the transaction was given up
  if (open_ && database_.in_transaction()) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<void> Transaction::commit() {
  database_.run("COMMIT");
  auto result = database_.take_error();
  if (result) open_ = false;
  return result;
}

}  // namespace callwright::contacts::sqlite
