#include "sim/what_if/distribution_toml.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>

#include "base/nearest_word.hpp"
#include "contacts/csv.hpp"

namespace callwright::sim::what_if {
namespace {

constexpr std::size_t kMostRows = 1'000'000;

std::optional<double> number_of(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// Columns of numbers by their heading.
struct NumberColumns {
  std::vector<std::string> names;
  std::vector<std::vector<double>> values;
  std::string fault;
};

NumberColumns read_columns(const std::filesystem::path& file, const std::vector<std::string>& wanted) {
  NumberColumns out;
  std::ifstream in(file, std::ios::binary);
  if (!in) return out.fault = "cannot be read: " + file.string(), out;
  contacts::CsvReader reader(in);
  auto head = reader.next();
  if (!head) return out.fault = "is empty: " + file.string(), out;
  std::vector<std::size_t> places;
  for (const std::string& name : wanted) {
    const auto at = name.empty() ? head->fields.begin() : std::ranges::find(head->fields, name);
    if (at == head->fields.end()) {
      const std::string near = nearest_word(name, head->fields);
      return out.fault = "has no column '" + name + "'" + (near.empty() ? "" : ", did you mean '" + near + "'?"), out;
    }
    places.push_back(static_cast<std::size_t>(at - head->fields.begin()));
  }
  out.values.resize(wanted.size());
  // A file of one column may do without a heading.
  if (wanted.size() == 1 && wanted[0].empty())
    if (const auto first = number_of(head->fields[0])) out.values[0].push_back(*first);
  while (const auto record = reader.next()) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      const auto value = places[i] < record->fields.size() ? number_of(record->fields[places[i]]) : std::nullopt;
      if (!value) return out.fault = "has no number in line " + std::to_string(record->line), out;
      out.values[i].push_back(*value);
    }
    if (out.values[0].size() > kMostRows) return out.fault = "has more than a million rows", out;
  }
  if (out.values[0].empty()) out.fault = "has no rows";
  return out;
}

}  // namespace

std::optional<double> seconds_of(const toml::node& node) {
  if (const auto* text = node.as_string()) {
    const auto length = contacts::duration_of(text->get());
    return length ? std::optional(static_cast<double>(length->count()) / 1e6) : std::nullopt;
  }
  const auto value = node.value<double>();
  const bool good = value && node.is_number() && std::isfinite(*value) && *value >= 0 && *value <= Distribution::kLongest;
  return good ? value : std::nullopt;
}

/// The table of one distribution. A key that is missing or wrong is told and makes the whole `wrong`.
struct DistributionReader::Keys {
  Keys(const toml::table& table, const std::string& where, contacts::Faults& all) : reading(table, where, all), where(where) {}

  contacts::Table reading;
  std::string where;
  bool wrong = false;

  bool has(const char* key) { return reading.find(key, false) != nullptr; }
  double length(const char* key, bool required = true) {
    const toml::node* node = reading.find(key, required);
    const auto value = node ? seconds_of(*node) : std::nullopt;
    if (node && !value) reading.wrong(*node, key, "must be a length as \"90s\", or a number of seconds");
    if ((node || required) && !value) wrong = true;
    return value.value_or(0);
  }
  double number(const char* key, double low, double high) {
    const toml::node* node = reading.find(key, true);
    const auto value = node && node->is_number() ? node->value<double>() : std::nullopt;
    if (value && *value >= low && *value <= high) return *value;
    if (node) reading.wrong(*node, key, "must be a number from " + std::to_string(low) + " to " + std::to_string(high));
    wrong = true;
    return low;
  }
  void fault(const std::string& what) {
    reading.fault(what);
    wrong = true;
  }
};

std::optional<Distribution> DistributionReader::read(const toml::node& node, const std::string& where, bool mixture) {
  if (const auto alone = seconds_of(node)) return Distribution(Distribution::Constant{*alone});
  const auto* table = node.as_table();
  if (!table) {
    faults_.add(contacts::line_of(node), where + " must be a length as \"90s\", or a table such as { kind = \"exponential\", mean = \"3m\" }");
    return std::nullopt;
  }
  Keys keys(*table, where, faults_);
  std::string kind;
  keys.reading.text("kind", kind, true);
  std::optional<Distribution> out;
  if (kind == "constant") out = Distribution(Distribution::Constant{keys.length("value")});
  else if (kind == "exponential") out = Distribution(Distribution::Exponential{keys.length("mean")});
  else if (kind == "uniform") {
    const double low = keys.length("low"), high = keys.length("high");
    if (!keys.wrong && high < low) keys.fault("'high' is below 'low'");
    out = Distribution(Distribution::Uniform{low, high});
  } else if (kind == "lognormal") {
    if (keys.has("mu") || keys.has("sigma")) out = Distribution(Distribution::LogNormal{keys.number("mu", -50, 20), keys.number("sigma", 0, 10)});
    else {
      const double mean = keys.length("mean");
      out = Distribution::log_normal(mean, keys.number("cv", 0, 100));
    }
  } else if (kind == "gamma") {
    const double mean = keys.has("scale") ? 0 : keys.length("mean");
    if (keys.has("shape")) {
      const double shape = keys.number("shape", 0.0001, 1e6);
      out = Distribution(Distribution::Gamma{shape, keys.has("scale") ? keys.length("scale") : mean / shape});
    } else {
      out = Distribution::gamma(mean, keys.number("cv", 0, 100));
    }
  } else if (kind == "empirical") {
    out = empirical(keys);
  } else if (kind == "mixture" && mixture) {
    out = parts(keys);
  } else if (!kind.empty()) {
    const std::string near = nearest_word(kind, {"constant", "exponential", "uniform", "lognormal", "gamma", "empirical", "mixture"});
    keys.fault("there is no distribution '" + kind + "'" + (near.empty() ? "" : ", did you mean '" + near + "'?"));
  }
  return keys.wrong ? std::nullopt : out;
}

std::optional<Distribution> DistributionReader::parts(Keys& keys) {
  const toml::node* node = keys.reading.find("parts", true);
  const auto* array = node ? node->as_array() : nullptr;
  if (!array || array->empty()) {
    if (node) keys.reading.wrong(*node, "parts", "must be a list such as [{ weight = 1, length = \"5s\" }, ...]");
    return keys.wrong = true, std::nullopt;
  }
  auto parts = std::make_shared<std::vector<std::pair<double, Distribution>>>();
  double sum = 0;
  for (const toml::node& each : *array) {
    const auto* table = each.as_table();
    if (!table) {
      keys.reading.wrong(each, "parts", "must be a list of tables");
      keys.wrong = true;
      continue;
    }
    Keys part(*table, keys.where + ", a part", faults_);
    const double weight = part.number("weight", 0, 1e6);
    const toml::node* length = part.reading.find("length", true);
    auto one = length ? read(*length, part.where, false) : std::nullopt;
    if (!one || part.wrong) keys.wrong = true;
    else parts->emplace_back(weight, std::move(*one));
    sum += weight;
  }
  if (!keys.wrong && sum <= 0) keys.fault("no part has a weight");
  return keys.wrong ? std::nullopt : std::optional(Distribution(Distribution::Mixture{std::move(parts)}));
}

std::optional<Distribution> DistributionReader::empirical(Keys& keys) {
  std::string file, column, lengths, share, survival;
  keys.reading.text("file", file, true);
  keys.reading.text("column", column);
  keys.reading.text("length", lengths);
  keys.reading.text("share", share);
  keys.reading.text("survival", survival);
  if (file.empty()) return keys.wrong = true, std::nullopt;
  const bool curve = !lengths.empty() || !share.empty() || !survival.empty();
  if (curve && (lengths.empty() || share.empty() == survival.empty() || !column.empty())) {
    keys.fault("must name either a 'column' of lengths, or a 'length' with its 'share' or 'survival'");
    return std::nullopt;
  }
  const auto wanted = curve ? std::vector<std::string>{lengths, share.empty() ? survival : share} : std::vector<std::string>{column};
  NumberColumns columns = read_columns(folder_ / file, wanted);
  if (!columns.fault.empty()) {
    keys.fault("'" + file + "' " + columns.fault);
    return std::nullopt;
  }
  std::vector<double>& values = columns.values[0];
  if (std::ranges::any_of(values, [](double x) { return x < 0 || x > Distribution::kLongest; })) {
    keys.fault("'" + file + "' holds lengths below 0");
    return std::nullopt;
  }
  if (!curve) {
    std::ranges::sort(values);
    return Distribution(Distribution::Samples{std::make_shared<const std::vector<double>>(std::move(values))});
  }
  std::vector<std::pair<double, double>> points;
  for (std::size_t i = 0; i < values.size(); ++i) points.emplace_back(values[i], survival.empty() ? columns.values[1][i] : 1 - columns.values[1][i]);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const bool rises = i == 0 || (points[i].first > points[i - 1].first && points[i].second >= points[i - 1].second);
    if (!rises || points[i].second < 0 || points[i].second > 1) {
      keys.fault("'" + file + "' row " + std::to_string(i + 1) + ": lengths must rise, shares must lie between 0 and 1 and not fall");
      return std::nullopt;
    }
  }
  // Beyond the last point: as if what it left had fallen off evenly until there.
  const auto [last, reached] = points.back();
  const double tail = reached < 1 && reached > 0 ? last / -std::log1p(-reached) : 0;
  return Distribution(Distribution::Curve{std::make_shared<const std::vector<std::pair<double, double>>>(std::move(points)), tail});
}

}  // namespace callwright::sim::what_if
