#include "sim/what_if/scenario.hpp"

#include <algorithm>
#include <tuple>

namespace callwright::sim::what_if {
namespace {

/// Names of agents that sort like their numbers, since the last tie goes by id.
std::string agent_id(const Group& group, std::int32_t number, std::int32_t of) {
  const std::string digits = std::to_string(number);
  return group.id + "-" + std::string(std::to_string(of).size() - digits.size(), '0') + digits;
}

double in_seconds(Duration length) { return static_cast<double>(length.count()) / 1e6; }

class ScenarioDay final : public Day {
 public:
  ScenarioDay(const Scenario& scenario, Chance chance) : scenario_(scenario), chance_(chance) {
    for (const Type& type : scenario.types) streams_.push_back(stream_of(type.id));
    for (std::size_t type = 0; type < scenario.types.size(); ++type) make_arrivals(static_cast<std::uint32_t>(type));
    std::ranges::sort(arrivals_, {}, [](const Arrival& one) { return std::tuple(one.at, one.type, one.number); });
    make_shifts();
  }

  const std::vector<Arrival>& arrivals() const override { return arrivals_; }
  const std::vector<Shift>& shifts() const override { return shifts_; }

  Duration talk(const Arrival& caller, std::uint32_t agent, Instant at) const override {
    const auto& by_period = scenario_.types[caller.type].service[group_of_[agent]];
    return by_period[period_at(at)].length(chance_.at(Purpose::service, streams_[caller.type], caller.number));
  }
  Ring ring(const Arrival& caller, std::uint32_t agent, std::uint8_t offer) const override {
    const Distribution& ring = scenario_.groups[group_of_[agent]].ring;
    if (ring.always_zero()) return {};
    return {ring.length(chance_.at(Purpose::ring, streams_[caller.type], caller.number << 8 | caller.attempt, offer))};
  }
  std::optional<Arrival> comes_again(const Arrival& caller, Instant at) const override {
    const Type& type = scenario_.types[caller.type];
    if (!type.retry || caller.attempt + 1 >= type.retry->attempts) return std::nullopt;
    const Uniforms will = chance_.at(Purpose::retry, streams_[caller.type], caller.number, caller.attempt);
    if (will.first >= type.retry->probability) return std::nullopt;
    // What is left of the number is a number again, independent of the decision.
    const Duration delay = type.retry->delay.length({std::max(will.first / type.retry->probability, 0x1p-53), will.second});
    Arrival again = caller;
    again.at = at + delay;
    ++again.attempt;
    again.patience = patience(again);
    return again.at < scenario_.periods.back() ? std::optional(again) : std::nullopt;
  }

 private:
  std::size_t period_at(Instant at) const {
    const auto& bounds = scenario_.periods;
    const auto behind = std::upper_bound(bounds.begin() + 1, bounds.end() - 1, at);
    return static_cast<std::size_t>(behind - bounds.begin()) - 1;
  }
  Duration patience(const Arrival& caller) const {
    const auto& by_period = scenario_.types[caller.type].patience;
    if (!by_period) return kPatient;
    return (*by_period)[period_at(caller.at)].length(chance_.at(Purpose::patience, streams_[caller.type], caller.number, caller.attempt));
  }
  double busyness(double cv, std::uint32_t stream) const { return Distribution::gamma(1, cv).seconds(chance_.at(Purpose::busyness, stream, 0)); }

  /// Gaps of mean 1 on a clock that runs with the rate: the k-th contact is the same whatever the rate, only earlier or later.
  void make_arrivals(std::uint32_t index) {
    const Type& type = scenario_.types[index];
    const std::uint32_t stream = streams_[index];
    const double factor = busyness(type.busyness, stream) * busyness(scenario_.busyness, stream_of(""));
    const bool poisson = type.gap_cv == 1;
    const Distribution gap = poisson ? Distribution(Distribution::Exponential{1}) : Distribution::gamma(1, type.gap_cv);
    double due = 0, passed = 0;  // on that clock
    std::uint64_t number = 0;
    due = gap.seconds(chance_.at(Purpose::gap, stream, number));
    for (std::size_t p = 0; p + 1 < scenario_.periods.size(); ++p) {
      const double rate = factor * type.per_hour[p] / 3600, length = in_seconds(scenario_.periods[p + 1] - scenario_.periods[p]);
      while (due < passed + rate * length) {
        Arrival caller;
        caller.at = scenario_.periods[p] + Duration(static_cast<std::int64_t>((due - passed) / rate * 1e6));
        caller.type = index;
        caller.queue = type.queue;
        caller.number = number;
        caller.credit = type.entry_credit;
        caller.patience = patience(caller);
        arrivals_.push_back(caller);
        due += gap.seconds(chance_.at(Purpose::gap, stream, ++number));
      }
      passed += rate * length;
    }
  }

  void make_shifts() {
    std::uint32_t first = 0;
    for (std::size_t g = 0; g < scenario_.groups.size(); ++g) {
      const auto& counts = scenario_.groups[g].agents;
      const auto most = static_cast<std::uint32_t>(std::ranges::max(counts));
      std::int32_t present = 0;
      for (std::size_t p = 0; p < counts.size(); ++p) {
        for (; present < counts[p]; ++present) shifts_.push_back({scenario_.periods[p], first + static_cast<std::uint32_t>(present), Duty::ready});
        for (; present > counts[p]; --present) shifts_.push_back({scenario_.periods[p], first + static_cast<std::uint32_t>(present) - 1, Duty::away});
      }
      group_of_.insert(group_of_.end(), most, static_cast<std::uint32_t>(g));
      first += most;
    }
    std::ranges::sort(shifts_, {}, [](const Shift& one) { return std::pair(one.at, one.agent); });
  }

  const Scenario& scenario_;
  Chance chance_;
  std::vector<std::uint32_t> streams_;
  std::vector<Arrival> arrivals_;
  std::vector<Shift> shifts_;
  std::vector<std::uint32_t> group_of_;
};

template <class T>
bool same_all_day(const ByPeriod<T>& values) {
  return std::ranges::all_of(values, [&](const T& value) { return value == values.front(); });
}

/// The mean of an exponential distribution that holds all day; otherwise 0.
double exponential_all_day(const ByPeriod<Distribution>& values) {
  const double mean = values.front().exponential_mean();
  return std::ranges::all_of(values, [&](const Distribution& one) { return one.exponential_mean() == mean; }) ? mean : 0;
}

}  // namespace

Plan plan_of(const Scenario& scenario) {
  Plan plan;
  plan.name = scenario.name;
  plan.centre = scenario.rules;
  plan.centre.name = scenario.name;
  plan.lines = scenario.lines;
  plan.waiting_places = scenario.waiting_places;
  for (const Type& type : scenario.types) plan.attributes.push_back(type.attributes);
  for (std::size_t g = 0; g < scenario.groups.size(); ++g) {
    const Group& group = scenario.groups[g];
    plan.groups.push_back(group.id);
    plan.after_no_answer.push_back(group.after_no_answer);
    const std::int32_t most = std::ranges::max(group.agents);
    for (std::int32_t number = 1; number <= most; ++number) {
      journal::Agent agent = group.alike;
      agent.id.value = agent.name = agent_id(group, number, most);
      plan.centre.agents.push_back(std::move(agent));
      plan.group_of.push_back(static_cast<std::uint32_t>(g));
    }
  }
  plan.counted_from = scenario.periods.front() + scenario.warm_up;
  if (!scenario.interval.count()) plan.bounds = scenario.periods;
  else
    for (Instant at = scenario.periods.front();; at = at + scenario.interval) {
      plan.bounds.push_back(std::min(at, scenario.periods.back()));
      if (at >= scenario.periods.back()) break;
    }
  return plan;
}

std::unique_ptr<Day> day_of(const Scenario& scenario, std::uint64_t seed, std::uint32_t replication) {
  return std::make_unique<ScenarioDay>(scenario, Chance(seed, replication));
}

std::optional<Model> closed_form(const Scenario& scenario) {
  if (scenario.types.size() != 1 || scenario.groups.size() != 1 || scenario.busyness > 0) return std::nullopt;
  const Type& type = scenario.types.front();
  const Group& group = scenario.groups.front();
  const journal::Queue& queue = scenario.rules.queues[type.queue];
  if (type.busyness > 0 || type.gap_cv != 1 || type.retry || !group.ring.always_zero() || queue.wrap_up.count()) return std::nullopt;
  if (!same_all_day(type.per_hour) || !same_all_day(group.agents)) return std::nullopt;
  const bool serves = std::ranges::any_of(group.alike.queues, [&](const auto& each) { return each.queue == queue.id; });
  const bool fits = std::ranges::all_of(queue.requirements, [&](const journal::Requirement& wish) {
    const auto has = std::ranges::find(group.alike.skills, wish.skill, &journal::SkillLevel::skill);
    return wish.kind != journal::Requirement::Kind::required || wish.min_level <= (has == group.alike.skills.end() ? 0 : has->level);
  });
  if (!serves || !fits) return std::nullopt;
  Model model;
  model.arrivals_per_s = type.per_hour.front() / 3600;
  model.mean_talk_s = exponential_all_day(type.service.front());
  model.agents = group.agents.front();
  if (type.patience) model.mean_patience_s = exponential_all_day(*type.patience);
  model.waiting_places = scenario.waiting_places;
  if (scenario.lines) model.waiting_places = std::min(*scenario.lines - model.agents, model.waiting_places.value_or(*scenario.lines));
  const bool is_one = model.mean_talk_s > 0 && model.mean_patience_s.value_or(1) > 0 && model.waiting_places.value_or(0) >= 0;
  return is_one ? std::optional(model) : std::nullopt;
}

}  // namespace callwright::sim::what_if
