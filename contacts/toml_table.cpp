#include "contacts/toml_table.hpp"

#include <algorithm>
#include <charconv>

#include "base/nearest_word.hpp"

namespace callwright::contacts {
namespace {

constexpr std::int64_t kMaxDurationS = 366 * 24 * 3600;

}  // namespace

std::optional<Duration> duration_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0 || number > kMaxDurationS * 1'000'000) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  std::int64_t us = 0;
  if (unit == "us") us = 1;
  else if (unit == "ms") us = 1000;
  else if (unit == "s") us = 1'000'000;
  else if (unit == "m") us = 60'000'000;
  else if (unit == "h") us = 3'600'000'000;
  else return std::nullopt;
  if (number > kMaxDurationS * 1'000'000 / us) return std::nullopt;
  return Duration(number * us);
}

std::string text_of(Duration duration) {
  const std::int64_t us = duration.count();
  if (us % 3'600'000'000 == 0 && us != 0) return std::to_string(us / 3'600'000'000) + "h";
  if (us % 60'000'000 == 0 && us != 0) return std::to_string(us / 60'000'000) + "m";
  if (us % 1'000'000 == 0) return std::to_string(us / 1'000'000) + "s";
  if (us % 1000 == 0) return std::to_string(us / 1000) + "ms";
  return std::to_string(us) + "us";
}

Table::~Table() {
  for (const auto& [key, node] : table_) {
    if (std::ranges::find(known_, key.str()) != known_.end()) continue;
    std::string what = "unknown key '" + std::string(key.str()) + "' in " + where_;
    if (const std::string near = nearest_word(key.str(), known_); !near.empty()) what += ", did you mean '" + near + "'?";
    faults_.add(line_of(node), what);
  }
}

void Table::text(const char* key, std::string& to, bool required, std::size_t limit) {
  checked(key, to, limit, [](const std::string&) { return std::string(); }, required);
}

void Table::checked(const char* key, std::string& to, std::size_t limit, const std::function<std::string(const std::string&)>& check, bool required) {
  const toml::node* node = find(key, required);
  if (!node) return;
  const auto* value = node->as_string();
  if (!value) return wrong(*node, key, "must be text");
  if (value->get().size() > limit) return wrong(*node, key, "is longer than " + std::to_string(limit) + " bytes");
  if (std::ranges::any_of(value->get(), [](unsigned char c) { return c < 0x20; })) return wrong(*node, key, "holds control characters");
  if (required && value->get().empty()) return wrong(*node, key, "must not be empty");
  if (const std::string what = check(value->get()); !what.empty()) return wrong(*node, key, what);
  to = value->get();
}

void Table::key_text(const char* name, std::string& to) {
  const toml::node* node = find(name, true);
  if (!node) return;
  const auto* value = node->as_string();
  if (!value || !is_key(value->get())) return wrong(*node, name, "must be 1 to 32 of a-z, 0-9, _ and -");
  to = value->get();
}

void Table::integer(const char* key, std::int32_t& to, std::int32_t low, std::int32_t high, bool required) {
  std::int64_t value = to;
  integer(key, value, std::int64_t{low}, std::int64_t{high}, required);
  to = static_cast<std::int32_t>(value);
}

void Table::integer(const char* key, std::int64_t& to, std::int64_t low, std::int64_t high, bool required) {
  const toml::node* node = find(key, required);
  if (!node) return;
  const auto* value = node->as_integer();
  if (!value || value->get() < low || value->get() > high)
    return wrong(*node, key, "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  to = value->get();
}

void Table::boolean(const char* key, bool& to) {
  const toml::node* node = find(key, false);
  if (!node) return;
  const auto* value = node->as_boolean();
  if (!value) return wrong(*node, key, "must be true or false");
  to = value->get();
}

void Table::duration(const char* key, Duration& to, Duration low, Duration high) {
  const toml::node* node = find(key, false);
  if (!node) return;
  const auto* value = node->as_string();
  const auto parsed = value ? duration_of(value->get()) : std::nullopt;
  if (!parsed || *parsed < low || *parsed > high)
    return wrong(*node, key, "must be a length from \"" + text_of(low) + "\" to \"" + text_of(high) + "\", as \"90s\" or \"2m\"");
  to = *parsed;
}

void Table::texts(const char* key, std::vector<std::string>& to, const std::function<std::string(const std::string&)>& check) {
  const toml::node* node = find(key, false);
  if (!node) return;
  const auto* array = node->as_array();
  if (!array) return wrong(*node, key, "must be a list of texts");
  for (const toml::node& element : *array) {
    const auto* value = element.as_string();
    if (!value) {
      wrong(element, key, "must be a list of texts");
    } else if (const std::string what = check(value->get()); !what.empty()) {
      wrong(element, key, what);
    } else {
      to.push_back(value->get());
    }
  }
}

void Table::table(const char* key, const std::string& what, const std::function<void(Table&)>& read) {
  const toml::node* node = find(key, false);
  if (!node) return;
  const auto* table = node->as_table();
  if (!table) return wrong(*node, key, "must be a table");
  Table inner(*table, what, faults_);
  read(inner);
}

void Table::tables(const char* key, const std::string& what, const std::function<void(Table&)>& read) {
  const toml::node* node = find(key, false);
  if (!node) return;
  const auto* array = node->as_array();
  if (!array) return wrong(*node, key, "must be a list of tables");
  for (const toml::node& element : *array) {
    const auto* table = element.as_table();
    if (!table) {
      wrong(element, key, "must be a list of tables");
      continue;
    }
    Table inner(*table, what, faults_);
    read(inner);
  }
}

const toml::node* Table::find(const char* key, bool required) {
  known_.emplace_back(key);
  const toml::node* node = table_.get(key);
  if (!node && required) fault("'" + std::string(key) + "' is missing");
  return node;
}

void Table::wrong(const toml::node& node, const char* key, const std::string& what) {
  faults_.add(line_of(node), where_ + ": '" + std::string(key) + "' " + what);
}

}  // namespace callwright::contacts
