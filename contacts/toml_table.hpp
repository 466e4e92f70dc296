#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "runtime/toml.hpp"

/// Reading TOML documents that people write: every key is named where it is read, every fault is told with its line, all at once.
namespace callwright::contacts {

/// Every fault with its line, in the order of the text.
class Faults {
 public:
  void add(std::int64_t line, std::string what) { faults_.emplace(line, std::move(what)); }
  bool empty() const { return faults_.empty(); }
  std::size_t count() const { return faults_.size(); }
  std::string text() const {
    std::string out;
    for (const auto& [line, what] : faults_) out += (out.empty() ? "" : "\n") + (line ? "line " + std::to_string(line) + ": " : std::string()) + what;
    return out;
  }

 private:
  std::multimap<std::int64_t, std::string> faults_;
};

inline std::int64_t line_of(const toml::node& node) { return static_cast<std::int64_t>(node.source().begin.line); }

/// A length as people write it: "500ms", "20s", "2m", "1h"; at most a year.
std::optional<Duration> duration_of(std::string_view text);
std::string text_of(Duration duration);

/// A word that stands for a value of an enumeration.
template <class Value>
struct Word {
  std::string_view text;
  Value value;
};

template <class Value, std::size_t N>
std::string_view word_of(Value value, const Word<Value> (&words)[N]) {
  for (const Word<Value>& each : words)
    if (each.value == value) return each.text;
  return {};
}

/// One table being read. Each key is named once, where it is read; what nobody named is a fault at the end of the scope.
class Table {
 public:
  Table(const toml::table& table, std::string where, Faults& faults) : table_(table), where_(std::move(where)), faults_(faults) {}
  ~Table();
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  std::int64_t line() const { return line_of(table_); }
  void fault(const std::string& what) { faults_.add(line(), where_ + ": " + what); }
  std::size_t faults() const { return faults_.count(); }  ///< so far, of the whole document

  void text(const char* key, std::string& to, bool required = false, std::size_t limit = kTextLimit);
  /// `check` says what is wrong with the text; empty: nothing.
  void checked(const char* key, std::string& to, std::size_t limit, const std::function<std::string(const std::string&)>& check,
               bool required = false);
  void name(const char* key, std::string& to, bool required = false) { text(key, to, required, kNameLimit); }
  template <class AnyKey>
  void key(const char* name, AnyKey& to) {
    key_text(name, to.value);
  }
  void integer(const char* key, std::int32_t& to, std::int32_t low, std::int32_t high, bool required = false);
  void integer(const char* key, std::int64_t& to, std::int64_t low, std::int64_t high, bool required = false);
  void boolean(const char* key, bool& to);
  /// One of these words.
  template <class Value, std::size_t N>
  void word(const char* key, Value& to, const Word<Value> (&words)[N]) {
    const toml::node* node = find(key, false);
    if (!node) return;
    std::string choices;
    for (std::size_t i = 0; i < N; ++i) {
      if (const auto* text = node->as_string(); text && text->get() == words[i].text) {
        to = words[i].value;
        return;
      }
      choices += (i == 0 ? "" : i + 1 < N ? ", " : " or ") + ('"' + std::string(words[i].text) + '"');
    }
    wrong(*node, key, "must be " + choices);
  }
  void duration(const char* key, Duration& to, Duration low, Duration high);
  /// `check` says what is wrong with one text; empty: nothing.
  void texts(const char* key, std::vector<std::string>& to, const std::function<std::string(const std::string&)>& check);
  /// Reads one table.
  void table(const char* key, const std::string& what, const std::function<void(Table&)>& read);
  /// Reads each table of a list.
  void tables(const char* key, const std::string& what, const std::function<void(Table&)>& read);

  /// For values of a form of their own: the node, or none; and what is wrong with it.
  const toml::node* find(const char* key, bool required);
  void wrong(const toml::node& node, const char* key, const std::string& what);

 private:
  static constexpr std::size_t kNameLimit = 100;
  static constexpr std::size_t kTextLimit = 500;

  void key_text(const char* name, std::string& to);

  const toml::table& table_;
  const std::string where_;
  Faults& faults_;
  std::vector<std::string> known_;
};

}  // namespace callwright::contacts
