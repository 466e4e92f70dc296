#include "sim/what_if/replay_figures.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace callwright::sim::what_if {
namespace {

constexpr std::int64_t kThereLong = 15LL * 60 * 1'000'000;  ///< an agent must be there so long for his occupancy to be an end of the range
constexpr std::int64_t kMillion = 1'000'000;

/// A figure of a queue's counts, as one of its tally.
template <std::size_t kIndex>
ReplayFigure of_counts() {
  const QueueFigure& one = queue_figures()[kIndex];
  ReplayFigure out{one.key, one.heading, one.unit, [](const Tally& t) { return queue_figures()[kIndex].part(t.counts); }, nullptr};
  if (one.whole) out.whole = [](const Tally& t) { return queue_figures()[kIndex].whole(t.counts); };
  return out;
}

const std::vector<ReplayFigure>& all_figures() {
  static const std::vector<ReplayFigure> all = [] {
    std::vector<ReplayFigure> out;
    [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) { (out.push_back(of_counts<kIndex>()), ...); }(std::make_index_sequence<11>());
    out.front().heading = "came";
    out.push_back({"transfers", "transferred", Unit::count, [](const Tally& t) { return of(t.handed_on); }, nullptr});
    out.push_back({"match_old_rules", "match by old rules", Unit::share, [](const Tally& t) { return of(t.match_old) / kMillion; },
                   [](const Tally& t) { return of(t.match_old_of); }});
    out.push_back({"match_new_rules", "match by new rules", Unit::share, [](const Tally& t) { return of(t.match_new) / kMillion; },
                   [](const Tally& t) { return of(t.match_new_of); }});
    out.push_back({"same_agent", "same agent as recorded", Unit::share, [](const Tally& t) { return of(t.same_agent); },
                   [](const Tally& t) { return of(t.same_agent_of); }});
    return out;
  }();
  return all;
}

constexpr AgentFigure kAgentFigures[] = {
    {"agents", "agents signed in", Unit::count},       {"not_ready", "of them not ready", Unit::count},
    {"occupancy", "occupancy", Unit::share},           {"occupancy_spread", "spread of it", Unit::share},
    {"occupancy_lowest", "lowest of it", Unit::share}, {"occupancy_highest", "highest of it", Unit::share},
};

using Sides = std::vector<const SideCounts*>;

Scope queue_scope(std::string name, const Sides& sides, std::size_t queue, std::size_t from, std::size_t to, bool estimates) {
  std::vector<Tally> tallies;
  for (const SideCounts* side : sides) {
    Tally sum;
    for (std::size_t q = 0; q < side->queues.size(); ++q)
      if (q == queue || queue >= side->queues.size())
        for (std::size_t i = from; i < to; ++i) sum += side->queues[q][i];
    tallies.push_back(sum);
  }
  const auto over_draws = [&](const auto& part, const auto& whole) {
    std::vector<double> parts, wholes;
    for (const Tally& tally : tallies) {
      parts.push_back(part(tally));
      wholes.push_back(whole(tally));
    }
    return Estimate::ratio(parts, wholes);
  };
  Scope scope{std::move(name), {}};
  for (const ReplayFigure& figure : all_figures())
    scope.figures.push_back(over_draws(figure.part, [&](const Tally& tally) { return figure.whole ? figure.whole(tally) : 1; }));
  if (!estimates) return scope;
  for (const QueueFigure& figure : estimate_figures())
    scope.estimates.push_back(over_draws([&](const Tally& tally) { return figure.part(tally.counts); },
                                         [&](const Tally& tally) { return figure.whole ? figure.whole(tally.counts) : 1; }));
  return scope;
}

/// Busy and available together: what occupancy is a share of.
std::int64_t at_work(const GroupCounts& counts) { return counts.staffed_us - counts.paused_us; }

/// The standard deviation of the agents' occupancies, each weighing as long as he was there; and the ends of their range.
struct Range {
  double spread = 0;
  std::optional<double> lowest, highest;
};
Range range_of(const std::vector<GroupCounts>& agents, double mean) {
  Range out;
  double squares = 0, weights = 0;
  for (const GroupCounts& one : agents) {
    if (at_work(one) <= 0) continue;
    const double occupancy = of(one.busy_us) / of(at_work(one));
    squares += of(at_work(one)) * (occupancy - mean) * (occupancy - mean);
    weights += of(at_work(one));
    if (at_work(one) < kThereLong) continue;
    out.lowest = std::min(out.lowest.value_or(occupancy), occupancy);
    out.highest = std::max(out.highest.value_or(occupancy), occupancy);
  }
  if (weights > 0) out.spread = std::sqrt(squares / weights);
  return out;
}

Scope agent_scope(const Sides& sides, const std::vector<Instant>& bounds, std::size_t from, std::size_t to) {
  const double length = of((bounds[to] - bounds[from]).count());
  std::vector<double> staffed, paused, busy, whole, spread, lowest, highest;
  for (const SideCounts* side : sides) {
    std::vector<GroupCounts> agents;
    GroupCounts sum;
    for (const auto& intervals : side->agents) {
      GroupCounts& one = agents.emplace_back();
      for (std::size_t i = from; i < to; ++i) one += intervals[i];
      sum += one;
    }
    staffed.push_back(of(sum.staffed_us) / length);
    paused.push_back(of(sum.paused_us) / length);
    busy.push_back(of(sum.busy_us));
    whole.push_back(of(at_work(sum)));
    const Range range = range_of(agents, whole.back() > 0 ? busy.back() / whole.back() : 0);
    spread.push_back(range.spread);
    if (range.lowest) lowest.push_back(*range.lowest), highest.push_back(*range.highest);
  }
  const bool any = std::ranges::any_of(whole, [](double one) { return one > 0; });
  const auto mean = [&](const std::vector<double>& values) { return values.size() == sides.size() ? Estimate::mean(values) : Estimate{}; };
  return {"agents",
          {Estimate::mean(staffed), Estimate::mean(paused), Estimate::ratio(busy, whole), any ? Estimate::mean(spread) : Estimate{}, mean(lowest),
           mean(highest)}};
}

/// `made`: whether this side estimates a queue's waits.
Column column_of(const Replay& replay, const Sides& sides, bool EstimatesMade::* made) {
  Column out;
  const std::size_t intervals = replay.bounds.size() - 1;
  const auto queues_in = [&](std::size_t from, std::size_t to) {
    std::vector<Scope> all;
    for (std::size_t q = 0; q < replay.queues.size(); ++q)
      all.push_back(queue_scope(replay.queues[q].value, sides, q, from, to, replay.estimates[q].*made));
    all.push_back(queue_scope("all", sides, replay.queues.size(), from, to, std::ranges::any_of(replay.estimates, made)));
    return all;
  };
  out.queues = queues_in(0, intervals);
  out.agents = agent_scope(sides, replay.bounds, 0, intervals);
  for (std::size_t i = 0; i < intervals; ++i) {
    out.queues_by_interval.push_back(queues_in(i, i + 1));
    out.agents_by_interval.push_back(agent_scope(sides, replay.bounds, i, i + 1));
  }
  return out;
}

Scope change_of(const Scope& a, const Scope& b) {
  Scope out{a.name, {}};
  for (std::size_t f = 0; f < a.figures.size(); ++f) out.figures.push_back(Estimate::difference(a.figures[f], b.figures[f]));
  for (std::size_t f = 0; f < std::min(a.estimates.size(), b.estimates.size()); ++f)
    out.estimates.push_back(Estimate::difference(a.estimates[f], b.estimates[f]));
  return out;
}

std::vector<Scope> change_of(const std::vector<Scope>& a, const std::vector<Scope>& b) {
  std::vector<Scope> out;
  for (std::size_t i = 0; i < a.size(); ++i) out.push_back(change_of(a[i], b[i]));
  return out;
}

}  // namespace

std::span<const ReplayFigure> replay_figures() { return all_figures(); }
std::span<const AgentFigure> agent_figures() { return kAgentFigures; }

Columns columns_of(const Replay& replay) {
  const auto sides = [](const std::vector<SideCounts>& draws) {
    Sides out;
    for (const SideCounts& each : draws) out.push_back(&each);
    return out;
  };
  Columns out{column_of(replay, {&replay.recorded}, &EstimatesMade::recorded),
              column_of(replay, sides(replay.old_rules), &EstimatesMade::old_rules),
              column_of(replay, sides(replay.new_rules), &EstimatesMade::new_rules),
              {}};
  out.change.queues = change_of(out.old_rules.queues, out.new_rules.queues);
  out.change.agents = change_of(out.old_rules.agents, out.new_rules.agents);
  for (std::size_t i = 0; i + 1 < replay.bounds.size(); ++i) {
    out.change.queues_by_interval.push_back(change_of(out.old_rules.queues_by_interval[i], out.new_rules.queues_by_interval[i]));
    out.change.agents_by_interval.push_back(change_of(out.old_rules.agents_by_interval[i], out.new_rules.agents_by_interval[i]));
  }
  return out;
}

}  // namespace callwright::sim::what_if
