#pragma once
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"

/// The server's log: one event a line, `key=value` pairs, to standard error.
///
///     2026-11-22T21:00:00.123456Z level=info thread=desk event=session_opened user=7 tab=3
///
/// Lines carry ids, never a person's name or number. Values with blanks, quotes or control characters are quoted and escaped,
/// so that nothing from outside can forge a line; a value longer than 512 bytes is cut. Any thread. Silent until `start`.
///
/// Nobody waits for whoever reads standard error: a thread of the log's own writes, 8,192 lines may wait for it, and beyond that
/// the oldest are dropped and counted. What waits at the exit of the process is still written, for at most a second.
namespace callwright::runtime::log {

enum class Level : std::uint8_t { debug, info, warn, error, off };

/// Begins to write lines of `level` and above. `Level::off` ends it.
void start(Level level);

/// Lines dropped so far because they could not be written in time.
std::uint64_t dropped();

/// Waits until what was logged before is written. False: not within `limit`.
bool flush(Duration limit);

/// For a name of `log.level`; unknown names give info.
Level level_of(std::string_view name);

/// One pair of a line. Made in place from text, numbers, booleans, ids, durations (as `..._us`) and errors.
class Field {
 public:
  Field(std::string_view key, std::string_view value) : key_(key), value_(value) {}
  Field(std::string_view key, const char* value) : key_(key), value_(value) {}
  Field(std::string_view key, const std::string& value) : key_(key), value_(value) {}
  Field(std::string_view key, bool value) : key_(key), value_(value ? "true" : "false") {}
  template <std::integral Number>
  Field(std::string_view key, Number value) : key_(key), value_(std::to_string(value)) {}
  Field(std::string_view key, double value) : key_(key), value_(std::to_string(value)) {}
  Field(std::string_view key, Duration value) : key_(key), value_(std::to_string(value.count())) {}
  Field(std::string_view key, const Error& error) : key_(key), value_(error.text()) {}
  template <class Tag>
  Field(std::string_view key, Id<Tag> id) : key_(key), value_(std::to_string(id.value)) {}
  template <class Tag>
  Field(std::string_view key, const Key<Tag>& key_value) : key_(key), value_(key_value.value) {}

  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }

 private:
  std::string_view key_;
  std::string value_;
};

using Fields = std::initializer_list<Field>;

void write(Level level, std::string_view event, Fields fields);
inline void debug(std::string_view event, Fields fields = {}) { write(Level::debug, event, fields); }
inline void info(std::string_view event, Fields fields = {}) { write(Level::info, event, fields); }
inline void warn(std::string_view event, Fields fields = {}) { write(Level::warn, event, fields); }
inline void error(std::string_view event, Fields fields = {}) { write(Level::error, event, fields); }

/// The text of one line without its time, level and thread; what `write` prints.
std::string format(std::string_view event, Fields fields);

}  // namespace callwright::runtime::log
