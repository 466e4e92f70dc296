#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "contacts/error.hpp"
#include "contacts/options.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace callwright::contacts::sqlite {

/// Bytes, as against text.
struct Blob {
  std::string_view bytes;
};

/// A list of words in one column, with blanks between them; the words have none.
std::string join_words(const std::vector<std::string>& words);
std::vector<std::string> split_words(std::string_view text);

class Database;

/// One run of a prepared statement. Values bind in order; the row's texts live until the next `next`.
class Query {
 public:
  Query(Database& database, sqlite3_stmt* statement, bool* in_use) : database_(&database), statement_(statement), in_use_(in_use) {}
  Query(Query&& other) noexcept;
  Query(const Query&) = delete;
  Query& operator=(Query&&) = delete;
  ~Query();

  /// Goes to the next row; false at the end or on an error, which the database keeps.
  bool next();

  std::int64_t i64(int column) const;
  int i32(int column) const { return static_cast<int>(i64(column)); }
  bool flag(int column) const { return i64(column) != 0; }
  Instant at(int column) const { return Instant{i64(column)}; }
  Duration us(int column) const { return Duration(i64(column)); }
  std::string_view view(int column) const;  ///< text or blob
  std::string text(int column) const { return std::string(view(column)); }
  bool null(int column) const;

  void bind_null(int index);
  void bind_i64(int index, std::int64_t value);
  void bind_text(int index, std::string_view value);
  void bind_blob(int index, std::string_view value);

  template <class Value>
  void bind(int index, const Value& value) {
    if constexpr (std::is_same_v<Value, std::nullopt_t> || std::is_same_v<Value, std::nullptr_t>) bind_null(index);
    else if constexpr (std::is_enum_v<Value>) bind_i64(index, static_cast<std::int64_t>(value));
    else if constexpr (std::is_integral_v<Value>) bind_i64(index, static_cast<std::int64_t>(value));
    else if constexpr (std::is_same_v<Value, Instant>) bind_i64(index, value.us);
    else if constexpr (std::is_same_v<Value, Duration>) bind_i64(index, value.count());
    else if constexpr (std::is_same_v<Value, Blob>) bind_blob(index, value.bytes);
    else if constexpr (requires { value.has_value(); }) value ? bind(index, *value) : bind_null(index);
    else if constexpr (requires { value.value; }) bind(index, value.value);
    else bind_text(index, value);
  }

 private:
  friend class Database;
  Database* database_;
  sqlite3_stmt* statement_;
  bool* in_use_;  ///< null: a statement of its own, finalised here
  bool borrow_ = false;  ///< the bound texts outlive the run: no copies
};

/// One SQLite connection and its prepared statements; one thread.
///
/// Errors are sticky: after the first one every further statement does nothing, so a transaction is written down straight
/// and asked once at its end (`take_error`, `Transaction::commit`). Values are always bound, never put into the text.
class Database {
 public:
  enum class Mode : std::uint8_t { write, read };
  static Result<std::unique_ptr<Database>> open(const Options& options, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  template <class... Values>
  Query query(std::string_view sql, const Values&... values) {
    Query query = prepare(sql);
    int index = 0;
    (query.bind(++index, values), ...);
    return query;
  }
  /// Runs a statement without rows to its end; how many rows it changed.
  template <class... Values>
  std::int64_t run(std::string_view sql, const Values&... values) {
    {
      Query query = prepare(sql);
      query.borrow_ = true;
      int index = 0;
      (query.bind(++index, values), ...);
      while (query.next()) {
      }
    }
    return changes();
  }
  /// Several statements without values (schema, pragmas).
  void script(const std::string& sql);

  bool good() const { return !error_; }
  /// The first error since the last call, or success.
  Result<void> take_error();
  void set_error(Error error);
  /// Extended result code of the first error; 0 if there is none.
  int sqlite_code() const { return code_; }

  /// How long a statement waits for another connection's write.
  void busy_limit(Duration limit);

  std::int64_t changes() const;
  std::int64_t last_rowid() const;
  bool in_transaction() const;
  const Options& options() const { return options_; }
  /// At most 1 KiB at a time.
  void random(unsigned char* out, std::size_t size);
  sqlite3* handle() const { return handle_; }

  /// From now on statements may run for `limit`, then they fail with `too_slow`; 0: as long as they like.
  void limit_time(Duration limit);

 private:
  friend class Query;
  struct Cached {
    sqlite3_stmt* statement = nullptr;
    bool in_use = false;
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  explicit Database(Options options) : options_(std::move(options)) {}
  Query prepare(std::string_view sql);
  void fail_with(int code, const char* doing);
  static int is_late(void* self);

  Options options_;
  sqlite3* handle_ = nullptr;
  std::unordered_map<std::string, std::unique_ptr<Cached>, TextHash, std::equal_to<>> statements_;
  std::optional<Error> error_;
  int code_ = 0;
  std::chrono::steady_clock::time_point deadline_;
  std::array<unsigned char, 1024> random_pool_{};
  std::size_t random_left_ = 0;
};

/// BEGIN IMMEDIATE until `commit` or the end of the scope, which rolls back.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// Commits if nothing failed since the beginning; otherwise rolls back and returns what failed.
  Result<void> commit();

 private:
  Database& database_;
  bool open_;
};

}  // namespace callwright::contacts::sqlite
