#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <map>

#include "base/expression/expression.hpp"
#include "contacts/centre_part.hpp"
#include "journal/attributes.hpp"
#include "contacts/error.hpp"
#include "sim/what_if/distribution_toml.hpp"
#include "sim/what_if/scenario.hpp"

namespace callwright::sim::what_if {
namespace {

using contacts::Faults;
using contacts::line_of;
using contacts::Table;

constexpr std::size_t kMostPeriods = 2000;
constexpr std::size_t kGroupIdLimit = 26;  ///< agents are called after their group, and a key has 32 characters
constexpr Duration kYear = std::chrono::hours(366 * 24);

/// "07:30" or "07:30:15"; hours go on after 24.
std::optional<Instant> clock_of(std::string_view text) {
  std::int64_t parts[3] = {0, 0, 0};
  std::size_t count = 0;
  for (std::size_t from = 0; from <= text.size() && count < 3; ++count) {
    const std::size_t to = std::min(text.find(':', from), text.size());
    const auto [end, error] = std::from_chars(text.data() + from, text.data() + to, parts[count]);
    if (error != std::errc() || end != text.data() + to || parts[count] < 0 || to - from < 2) return std::nullopt;
    from = to + 1;
    if (to == text.size()) from = text.size() + 1;
    else if (count == 2) return std::nullopt;
  }
  if (count < 2 || parts[0] >= 366 * 24 || parts[1] > 59 || parts[2] > 59) return std::nullopt;
  return kMidnight + Duration((parts[0] * 3600 + parts[1] * 60 + parts[2]) * 1'000'000);
}

class Reading {
 public:
  Reading(const std::filesystem::path& folder, Faults& faults) : faults_(faults), distributions_(folder, faults), centre_(faults) {}

  Scenario read(const toml::table& root) {
    {
      Table top(root, "the scenario", faults_);
      top.name("name", out_.name, true);
      integer(top, "seed", out_.seed, 0, INT64_MAX);
      top.integer("replications", out_.replications, 1, kMostReplications);
      periods(top);
      top.duration("warm_up", out_.warm_up, Duration::zero(), kYear);
      if (out_.warm_up >= out_.periods.back() - out_.periods.front()) top.fault("'warm_up' leaves nothing to count");
      top.duration("interval", out_.interval, std::chrono::seconds(1), kYear);
      if (out_.interval.count() && (out_.periods.back() - out_.periods.front()) / out_.interval > static_cast<std::int64_t>(kMostPeriods))
        top.fault("'interval' makes more than " + std::to_string(kMostPeriods) + " intervals");
      number(top, "busyness", out_.busyness, 0, 10);
      std::int64_t limit = 0;
      if (integer(top, "lines", limit, 0, 1'000'000'000)) out_.lines = limit;
      if (integer(top, "waiting_places", limit, 0, 1'000'000'000)) out_.waiting_places = limit;
      centre_.skills_and_queues(top);
      top.tables("group", "a group", [&](Table& table) { group(table); });
      top.tables("type", "a type", [&](Table& table) { type(table); });
      if (out_.groups.empty()) top.fault("there is no [[group]]");
      if (out_.types.empty()) top.fault("there is no [[type]]");
      std::int64_t agents = 0;
      for (const Group& one : out_.groups) agents += std::ranges::max(one.agents);
      if (agents > static_cast<std::int64_t>(kMostAgents)) top.fault("there are more than " + std::to_string(kMostAgents) + " agents");
    }
    out_.rules = centre_.finish();
    for (auto& look : later_) look();
    return std::move(out_);
  }

 private:
  template <class Whole>
  bool integer(Table& table, const char* key, Whole& to, std::int64_t low, std::int64_t high) {
    const toml::node* node = table.find(key, false);
    if (!node) return false;
    const auto* value = node->as_integer();
    if (!value || value->get() < low || value->get() > high)
      return table.wrong(*node, key, "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high)), false;
    to = static_cast<Whole>(value->get());
    return true;
  }
  void number(Table& table, const char* key, double& to, double low, double high, bool required = false) {
    const toml::node* node = table.find(key, required);
    if (!node) return;
    if (const auto value = number_of(*node, low, high)) to = *value;
    else table.wrong(*node, key, "must be a number from " + plain(low) + " to " + plain(high));
  }
  static std::optional<double> number_of(const toml::node& node, double low, double high) {
    const auto value = node.is_number() ? node.value<double>() : std::nullopt;
    return value && *value >= low && *value <= high ? value : std::nullopt;
  }
  static std::string plain(double value) { return std::to_string(static_cast<std::int64_t>(value)); }

  /// One value for all day, or a list with one for each period.
  template <class T>
  bool by_period(Table& table, const char* key, const toml::node& node, ByPeriod<T>& to,
                 const std::function<std::optional<T>(const toml::node&)>& read) {
    const std::size_t periods = out_.periods.size() - 1;
    const auto* list = node.as_array();
    if (!list) {
      auto one = read(node);
      to.assign(periods, one.value_or(T{}));
      return one.has_value();
    }
    to.clear();
    bool good = true;
    for (const toml::node& each : *list) {
      auto one = read(each);
      good = good && one;
      to.push_back(one.value_or(T{}));
    }
    if (to.size() != periods) {
      table.wrong(node, key, "has " + std::to_string(to.size()) + " values for " + std::to_string(periods) + " periods");
      to.resize(periods);
      return false;
    }
    return good;
  }

  bool distributions(Table& table, const std::string& where, const char* key, const toml::node& node, ByPeriod<Distribution>& to) {
    return by_period<Distribution>(table, key, node, to,
                                   [&](const toml::node& each) { return distributions_.read(each, where + "'s '" + key + "'"); });
  }

  /// `periods` by the clock; or `begin`, `length` and, if it is cut, `period`.
  void periods(Table& top) {
    const toml::node* list = top.find("periods", false);
    if (const toml::node* begin = top.find("begin", false); begin && list)
      top.wrong(*begin, "begin", "stands beside 'periods', which has a beginning of its own");
    std::string begin = "00:00";
    top.text("begin", begin);
    Duration length{}, period{};
    top.duration("length", length, std::chrono::seconds(1), kYear);
    top.duration("period", period, std::chrono::seconds(1), kYear);
    if (list) return clock_periods(top, *list, length.count() || period.count());
    const auto from = clock_of(begin);
    if (!from) top.fault("'begin' must be a time such as \"07:30\"");
    if (!length.count()) top.fault("'length' or 'periods' is missing");
    if (period.count() && length % period != Duration::zero()) top.fault("'length' is no multiple of 'period'");
    if (!period.count()) period = length.count() ? length : std::chrono::hours(1);
    std::int64_t count = std::max<std::int64_t>(length / period, 1);
    if (count > static_cast<std::int64_t>(kMostPeriods)) {
      top.fault("there are more than " + std::to_string(kMostPeriods) + " periods");
      count = 1;
    }
    for (std::int64_t i = 0; i <= count; ++i) out_.periods.push_back(from.value_or(kMidnight) + i * period);
  }
  void clock_periods(Table& top, const toml::node& node, bool doubled) {
    if (doubled) top.fault("'length' and 'period' stand beside 'periods', which has both");
    const auto* list = node.as_array();
    if (list && list->size() <= kMostPeriods)
      for (const toml::node& each : *list) {
        const auto* text = each.as_string();
        const auto at = text ? clock_of(text->get()) : std::nullopt;
        if (!at || (!out_.periods.empty() && *at <= out_.periods.back())) {
          top.wrong(each, "periods", "must hold times that rise, such as \"07:30\"");
          continue;
        }
        out_.periods.push_back(*at);
      }
    if (out_.periods.size() >= 2) return;
    top.wrong(node, "periods", "must be a list of at least two times, such as [\"08:00\", \"12:00\", \"18:00\"]");
    out_.periods = {kMidnight, kMidnight + std::chrono::hours(1)};
  }

  void group(Table& table) {
    Group group;
    QueueId id;
    table.key("id", id);
    group.id = id.value;
    if (group.id.size() > kGroupIdLimit) table.fault("'id' is longer than " + std::to_string(kGroupIdLimit) + " characters");
    centre_.once("group", group.id, table.line());
    centre_.skills_and_queues_of(table, group.alike);
    group.agents.assign(out_.periods.size() - 1, 0);
    if (const toml::node* node = table.find("agents", true))
      by_period<std::int32_t>(table, "agents", *node, group.agents, [&](const toml::node& each) -> std::optional<std::int32_t> {
        const auto* value = each.as_integer();
        if (value && value->get() >= 0 && value->get() <= static_cast<std::int64_t>(kMostAgents)) return static_cast<std::int32_t>(value->get());
        table.wrong(each, "agents", "must be a whole number from 0 to " + std::to_string(kMostAgents));
        return std::nullopt;
      });
    if (const toml::node* node = table.find("ring", false))
      if (auto ring = distributions_.read(*node, "a group's 'ring'")) group.ring = std::move(*ring);
    table.duration("after_no_answer", group.after_no_answer, std::chrono::seconds(1), std::chrono::hours(24));
    out_.groups.push_back(std::move(group));
  }

  void type(Table& table) {
    Type type;
    QueueId id, queue;
    table.key("id", id);
    type.id = id.value;
    centre_.once("type", type.id, table.line());
    table.key("queue", queue);
    centre_.refer("queue", queue.value, table.line());
    if (const toml::node* node = table.find("attributes", false)) attributes(table, *node, type);
    type.per_hour.assign(out_.periods.size() - 1, 0);
    if (const toml::node* node = table.find("arrivals_per_hour", true)) arrivals(table, *node, type);
    number(table, "busyness", type.busyness, 0, 10);
    number(table, "gap_cv", type.gap_cv, 0, 10);
    table.duration("entry_credit", type.entry_credit, Duration::zero(), std::chrono::hours(24));
    if (const toml::node* node = table.find("patience", false)) {
      ByPeriod<Distribution> patience;
      if (distributions(table, "a type", "patience", *node, patience)) type.patience = std::move(patience);
    }
    service(table);
    if (const toml::node* node = table.find("retry", false)) retry(table, *node, type);
    later_.push_back([this, index = out_.types.size(), queue] {
      const auto at = std::ranges::find(out_.rules.queues, queue, &journal::Queue::id);
      if (at != out_.rules.queues.end()) out_.types[index].queue = static_cast<std::uint32_t>(at - out_.rules.queues.begin());
    });
    out_.types.push_back(std::move(type));
  }

  void attributes(Table& table, const toml::node& node, Type& type) {
    const toml::table* all = node.as_table();
    if (!all) return table.wrong(node, "attributes", "must be a table, such as { \"customer.tier\" = \"gold\" }");
    for (const auto& [name, value] : *all) {
      if (!expression::parse("has " + std::string(name.str()), journal::attribute_names()))
        table.wrong(value, "attributes", "holds '" + std::string(name.str()) + "', which no rule can ask for (docs/expressions.md)");
      else if (const auto* text = value.as_string()) type.attributes.emplace_back(name.str(), text->get());
      else if (const auto* number = value.as_integer()) type.attributes.emplace_back(name.str(), std::to_string(number->get()));
      else table.wrong(value, "attributes", "'" + std::string(name.str()) + "' must be text or a whole number");
    }
  }

  void arrivals(Table& table, const toml::node& node, Type& type) {
    by_period<double>(table, "arrivals_per_hour", node, type.per_hour, [&](const toml::node& each) {
      const auto value = number_of(each, 0, 1e9);
      if (!value) table.wrong(each, "arrivals_per_hour", "must be a number from 0 to 1000000000");
      return value;
    });
    for (std::size_t p = 0; p < type.per_hour.size(); ++p)
      contacts_ += type.per_hour[p] * static_cast<double>((out_.periods[p + 1] - out_.periods[p]).count()) / 3.6e9;
    if (contacts_ > kMostContacts && !too_many_) {
      too_many_ = true;
      table.fault("more than 20 million contacts are expected on one day");
    }
  }

  void service(Table& table) {
    ByPeriod<Distribution> all(out_.periods.size() - 1);
    const toml::node* by_group = table.find("service_by", false);
    const toml::node* node = table.find("service", !by_group);
    if (node) distributions(table, "a type", "service", *node, all);
    std::map<std::string, ByPeriod<Distribution>> apart;
    if (const auto* each = by_group ? by_group->as_table() : nullptr) {
      for (const auto& [group, what] : *each) {
        const std::string name(group.str());
        centre_.refer("group", name, line_of(what));
        ByPeriod<Distribution> one;
        if (distributions(table, "a type", "service_by", what, one)) apart.emplace(name, std::move(one));
      }
    } else if (by_group) {
      table.wrong(*by_group, "service_by", "must be a table such as { experts = { kind = \"exponential\", mean = \"2m\" } }");
    }
    // Groups may stand behind the types.
    later_.push_back([this, index = out_.types.size(), all = std::move(all), apart = std::move(apart), whole = node != nullptr, line = table.line()] {
      Type& type = out_.types[index];
      if (out_.rules.queues.empty()) return;  // told already: the type's queue is none
      for (const Group& group : out_.groups) {
        const auto own = apart.find(group.id);
        const bool serves = std::ranges::any_of(group.alike.queues, [&](const auto& each) { return each.queue == out_.rules.queues[type.queue].id; });
        if (own == apart.end() && !whole && serves)
          faults_.add(line, "type '" + type.id + "' has neither 'service' nor a 'service_by' for group '" + group.id + "', which serves its queue");
        type.service.push_back(own == apart.end() ? all : own->second);
      }
    });
  }

  void retry(Table& table, const toml::node& node, Type& type) {
    const auto* inner = node.as_table();
    if (!inner) return table.wrong(node, "retry", "must be a table such as { probability = 0.5, delay = \"5m\" }");
    Table keys(*inner, "a type's 'retry'", faults_);
    Retry retry;
    number(keys, "probability", retry.probability, 0, 1, true);
    if (const toml::node* delay = keys.find("delay", true))
      if (auto one = distributions_.read(*delay, "a retry's 'delay'")) retry.delay = std::move(*one);
    keys.integer("attempts", retry.attempts, 1, 200);
    type.retry = std::move(retry);
  }

  Faults& faults_;
  DistributionReader distributions_;
  contacts::CentrePart centre_;
  Scenario out_;
  std::vector<std::function<void()>> later_;
  double contacts_ = 0;
  bool too_many_ = false;
};

}  // namespace

Result<Scenario> parse_scenario(std::string_view text, const std::filesystem::path& folder) {
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed)
    return fail(contacts::Errc::invalid,
                "line " + std::to_string(parsed.error().source().begin.line) + ": " + std::string(parsed.error().description()));
  Faults faults;
  Scenario scenario = Reading(folder, faults).read(parsed.table());
  if (!faults.empty()) return fail(contacts::Errc::invalid, faults.text());
  return scenario;
}

}  // namespace callwright::sim::what_if
