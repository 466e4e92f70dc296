#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sim/what_if/day.hpp"
#include "sim/what_if/distribution.hpp"
#include "sim/what_if/erlang.hpp"

namespace callwright::sim::what_if {

/// Something that may differ from period to period.
template <class T>
using ByPeriod = std::vector<T>;

/// Agents who are alike.
struct Group {
  std::string id;
  journal::Agent alike;  ///< skills and queues of each
  ByPeriod<std::int32_t> agents;
  Distribution ring;
  Duration after_no_answer = std::chrono::seconds(30);
};

struct Retry {
  double probability = 0;
  Distribution delay;
  std::int32_t attempts = 10;  ///< in all, the first included
};

/// Contacts that are alike.
struct Type {
  std::string id;
  std::uint32_t queue = 0;  ///< in the centre's order
  Attributes attributes;    ///< what the queues' rules may ask
  ByPeriod<double> per_hour;
  double busyness = 0;                             ///< coefficient of variation of a factor that the whole day has
  double gap_cv = 1;                               ///< 1: a Poisson process
  std::optional<ByPeriod<Distribution>> patience;  ///< none: nobody gives up
  std::vector<ByPeriod<Distribution>> service;     ///< by group
  Duration entry_credit{};
  std::optional<Retry> retry;
};

/// A centre and what is asked of it, in words of the literature; docs/simulate.md has the TOML form.
struct Scenario {
  std::string name;
  std::uint64_t seed = 1;
  std::int32_t replications = 20;
  std::vector<Instant> periods;  ///< their bounds, at least two
  Duration warm_up{};
  Duration interval{};  ///< of the figures; 0: the periods
  double busyness = 0;  ///< as a type's, of all types together
  std::optional<std::int64_t> lines;
  std::optional<std::int64_t> waiting_places;
  journal::Centre rules;  ///< skills and queues
  std::vector<Group> groups;
  std::vector<Type> types;
};

constexpr std::size_t kMostAgents = 100'000;
constexpr double kMostContacts = 20e6;  ///< expected on one day
constexpr std::int32_t kMostReplications = 10'000;

/// Reads and checks it as a whole. Files that it names are looked for in `folder`. On failure the context lists every fault, one a line,
/// as "line 12: unknown key 'patence' in a type, did you mean 'patience'?".
Result<Scenario> parse_scenario(std::string_view text, const std::filesystem::path& folder);

Plan plan_of(const Scenario& scenario);
/// Replications count from 0. The scenario must outlive the day.
std::unique_ptr<Day> day_of(const Scenario& scenario, std::uint64_t seed, std::uint32_t replication);

/// The closed form that this scenario is an instance of, if it is one: one type, one group, the same all day, exponential.
std::optional<Model> closed_form(const Scenario& scenario);

}  // namespace callwright::sim::what_if
