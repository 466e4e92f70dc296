#include "sim/what_if/figures.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

#include "metrics/calibration.hpp"

namespace callwright::sim::what_if {
namespace {

constexpr double kConfidence = 0.95;

double entered(const QueueCounts& c) { return of(c.offered - c.blocked); }
double seconds(std::int64_t us) { return of(us) / 1e6; }

constexpr QueueFigure kQueueFigures[] = {
    {"offered", "offered", Unit::count, [](const QueueCounts& c) { return of(c.offered); }, nullptr},
    {"answered", "answered", Unit::count, [](const QueueCounts& c) { return of(c.answered); }, nullptr},
    {"blocked", "blocked", Unit::count, [](const QueueCounts& c) { return of(c.blocked); }, nullptr},
    {"abandoned", "abandoned", Unit::count, [](const QueueCounts& c) { return of(c.abandoned); }, nullptr},
    {"short_abandoned", "short", Unit::count, [](const QueueCounts& c) { return of(c.short_abandoned); }, nullptr},
    {"unserved", "unserved", Unit::count, [](const QueueCounts& c) { return of(c.unserved); }, nullptr},
    {"service_level", "service level", Unit::share, [](const QueueCounts& c) { return of(c.answered_within); },
     [](const QueueCounts& c) { return of(c.answered + c.abandoned); }},
    {"asa_s", "ASA", Unit::seconds, [](const QueueCounts& c) { return seconds(c.answered_wait_us); },
     [](const QueueCounts& c) { return of(c.answered); }},
    {"mean_wait_s", "mean wait", Unit::seconds, [](const QueueCounts& c) { return seconds(c.wait_us); }, entered},
    {"waits", "P(wait>0)", Unit::share, [](const QueueCounts& c) { return of(c.queued); }, entered},
    {"abandon_rate", "abandon rate", Unit::share, [](const QueueCounts& c) { return of(c.abandoned); },
     [](const QueueCounts& c) { return entered(c) - of(c.short_abandoned); }},
};

/// Lengths in the part, how many in the whole.
constexpr QueueFigure kEstimateFigures[] = {
    {"estimated", "estimated", Unit::count, [](const QueueCounts& c) { return of(c.estimated); }, nullptr},
    {"within", "within estimate", Unit::share, [](const QueueCounts& c) { return of(metrics::calibration(c).within.part); },
     [](const QueueCounts& c) { return of(metrics::calibration(c).within.whole); }},
    {"bias_s", "estimate bias", Unit::seconds, [](const QueueCounts& c) { return seconds(metrics::calibration(c).bias.sum.count()); },
     [](const QueueCounts& c) { return of(metrics::calibration(c).bias.of); }},
    {"error_s", "estimate error", Unit::seconds, [](const QueueCounts& c) { return seconds(metrics::calibration(c).error.sum.count()); },
     [](const QueueCounts& c) { return of(metrics::calibration(c).error.of); }},
};

template <class Counts, class Value>
std::vector<double> each(const std::vector<Counts>& days, Value value) {
  std::vector<double> out;
  out.reserve(days.size());
  for (const Counts& day : days) out.push_back(value(day));
  return out;
}

Scope scope_of(std::string name, const std::vector<QueueCounts>& days, bool estimates) {
  const auto over_days = [&](const QueueFigure& figure) {
    return figure.whole ? Estimate::ratio(each(days, figure.part), each(days, figure.whole)) : Estimate::mean(each(days, figure.part));
  };
  Scope scope{std::move(name), {}};
  for (const QueueFigure& figure : kQueueFigures) scope.figures.push_back(over_days(figure));
  if (estimates)
    for (const QueueFigure& figure : kEstimateFigures) scope.estimates.push_back(over_days(figure));
  return scope;
}

Scope scope_of(std::string name, const std::vector<GroupCounts>& days, double counted_us) {
  const auto staffed = each(days, [](const GroupCounts& c) { return of(c.staffed_us); });
  return {std::move(name),
          {Estimate::mean(each(days, [&](const GroupCounts& c) { return counted_us > 0 ? of(c.staffed_us) / counted_us : 0; })),
           Estimate::ratio(each(days, [](const GroupCounts& c) { return of(c.busy_us); }), staffed)}};
}

/// The counts of queue or group `which` (all if it is behind the last) in intervals [from, to), by day.
template <class Counts>
std::vector<Counts> gather(const std::vector<DayCounts>& days, std::vector<std::vector<Counts>> DayCounts::* member, std::size_t which,
                           std::size_t from, std::size_t to) {
  std::vector<Counts> out(days.size());
  for (std::size_t d = 0; d < days.size(); ++d) {
    const auto& all = days[d].*member;
    for (std::size_t q = 0; q < all.size(); ++q)
      if (q == which || which >= all.size())
        for (std::size_t i = from; i < to; ++i) out[d] += all[q][i];
  }
  return out;
}

std::vector<Scope> queues_in(const Plan& plan, const std::vector<DayCounts>& days, std::size_t from, std::size_t to) {
  std::vector<Scope> out;
  const auto& queues = plan.centre.queues;
  for (std::size_t q = 0; q < queues.size(); ++q)
    out.push_back(scope_of(queues[q].id.value, gather(days, &DayCounts::queues, q, from, to), queues[q].estimates));
  out.push_back(scope_of("all", gather(days, &DayCounts::queues, queues.size(), from, to), std::ranges::any_of(queues, &journal::Queue::estimates)));
  return out;
}

std::vector<Scope> groups_in(const Plan& plan, const std::vector<DayCounts>& days, std::size_t from, std::size_t to) {
  const Instant begin = std::max(plan.bounds[from], plan.counted_from), end = plan.bounds[to];
  std::vector<Scope> out;
  for (std::size_t g = 0; g < plan.groups.size(); ++g)
    out.push_back(scope_of(plan.groups[g], gather(days, &DayCounts::groups, g, from, to), of(std::max(end - begin, Duration::zero()).count())));
  return out;
}

std::string name_of(const Model& model) {
  const std::string n = std::to_string(model.agents);
  if (model.waiting_places == 0) return "Erlang B";
  if (model.waiting_places) return "M/M/" + n + "/" + std::to_string(*model.waiting_places) + (model.mean_patience_s ? "+M" : "");
  return model.mean_patience_s ? "Erlang A" : "Erlang C";
}

/// The figures that a closed form has, without the limit of short abandons, which it does not know.
std::vector<Beside> beside(const Plan& plan, const std::vector<DayCounts>& days, const Model& model) {
  const journal::Queue& queue = plan.centre.queues.front();
  const auto said = predict(model, seconds(queue.service_level.count()));
  if (!said) return {};
  const auto all = gather(days, &DayCounts::queues, plan.centre.queues.size(), 0, plan.bounds.size() - 1);
  const auto who = each(all, entered);
  const auto share = [&](auto part) { return Estimate::ratio(each(all, part), who); };
  std::vector<Beside> out;
  if (model.waiting_places)
    out.push_back({"blocked", Unit::share, said->blocked,
                   Estimate::ratio(each(all, [](const QueueCounts& c) { return of(c.blocked); }),
                                   each(all, [](const QueueCounts& c) { return of(c.offered); }))});
  out.push_back({"P(wait>0)", Unit::share, said->waits, share([](const QueueCounts& c) { return of(c.queued); })});
  out.push_back({"mean wait", Unit::seconds, said->mean_wait_s, share([](const QueueCounts& c) { return seconds(c.wait_us); })});
  out.push_back({"served within T", Unit::share, said->service_level, share([](const QueueCounts& c) { return of(c.answered_within); })});
  if (model.mean_patience_s)
    out.push_back({"gave up", Unit::share, said->abandons, share([](const QueueCounts& c) { return of(c.abandoned + c.short_abandoned); })});
  out.push_back({"occupancy", Unit::share, said->occupancy, groups_in(plan, days, 0, plan.bounds.size() - 1).front().figures[kOccupancyFigure]});
  return out;
}

std::vector<Scope> difference(const std::vector<Scope>& a, const std::vector<Scope>& b) {
  std::vector<Scope> out;
  for (const Scope& one : a) {
    const auto other = std::ranges::find(b, one.name, &Scope::name);
    if (other == b.end()) continue;
    Scope& change = out.emplace_back(Scope{one.name, {}});
    for (std::size_t f = 0; f < one.figures.size(); ++f) change.figures.push_back(Estimate::difference(one.figures[f], other->figures[f]));
    for (std::size_t f = 0; f < std::min(one.estimates.size(), other->estimates.size()); ++f)
      change.estimates.push_back(Estimate::difference(one.estimates[f], other->estimates[f]));
  }
  return out;
}

}  // namespace

std::span<const QueueFigure> queue_figures() { return kQueueFigures; }
std::span<const QueueFigure> estimate_figures() { return kEstimateFigures; }

Estimate Estimate::mean(const std::vector<double>& values) { return ratio(values, std::vector<double>(values.size(), 1)); }

Estimate Estimate::ratio(const std::vector<double>& parts, const std::vector<double>& wholes) {
  Estimate out;
  const double whole = std::accumulate(wholes.begin(), wholes.end(), 0.0);
  if (whole <= 0) return out;
  const double value = std::accumulate(parts.begin(), parts.end(), 0.0) / whole;
  out.value = value;
  const double mean_whole = whole / static_cast<double>(wholes.size());
  for (std::size_t i = 0; i < parts.size(); ++i) out.pull.push_back((parts[i] - value * wholes[i]) / mean_whole);
  return out;
}

Estimate Estimate::difference(const Estimate& a, const Estimate& b) {
  Estimate out;
  if (!a.value || !b.value) return out;
  out.value = *b.value - *a.value;
  for (std::size_t i = 0; i < std::min(a.pull.size(), b.pull.size()); ++i) out.pull.push_back(b.pull[i] - a.pull[i]);
  return out;
}

std::optional<double> Estimate::standard_error() const {
  if (!value || pull.size() < 2) return std::nullopt;
  double squares = 0;
  for (double one : pull) squares += one * one;
  const auto n = static_cast<double>(pull.size());
  return std::sqrt(squares / (n - 1) / n);
}

std::optional<double> Estimate::half_width() const {
  const auto error = standard_error();
  if (!error) return std::nullopt;
  const boost::math::students_t student(static_cast<double>(pull.size()) - 1);
  return *error * boost::math::quantile(student, (1 + kConfidence) / 2);
}

Figures figures_of(const Plan& plan, const std::vector<DayCounts>& days, std::uint64_t seed, const std::optional<Model>& model) {
  Figures out;
  out.name = plan.name;
  out.seed = seed;
  out.days = days.size();
  out.bounds = plan.bounds;
  const std::size_t intervals = plan.bounds.size() - 1;
  out.queues = queues_in(plan, days, 0, intervals);
  out.groups = groups_in(plan, days, 0, intervals);
  for (std::size_t i = 0; i < intervals; ++i) {
    out.queues_by_interval.push_back(queues_in(plan, days, i, i + 1));
    out.groups_by_interval.push_back(groups_in(plan, days, i, i + 1));
  }
  const double counted_us = of((plan.bounds.back() - plan.counted_from).count());
  out.mean_queue = Estimate::mean(each(days, [&](const DayCounts& day) { return of(day.waiting_us) / counted_us; }));
  out.mean_system = Estimate::mean(each(days, [&](const DayCounts& day) {
    double sum = 0;
    for (std::size_t n = 0; n < day.in_system_us.size(); ++n) sum += of(day.in_system_us[n]) * static_cast<double>(n);
    return sum / counted_us;
  }));
  for (const DayCounts& day : days) {
    out.system_shares.resize(std::max(out.system_shares.size(), day.in_system_us.size()));
    for (std::size_t n = 0; n < day.in_system_us.size(); ++n)
      out.system_shares[n] += of(day.in_system_us[n]) / counted_us / of(static_cast<std::int64_t>(days.size()));
  }
  if (model) {
    out.model = name_of(*model);
    out.beside = beside(plan, days, *model);
  }
  return out;
}

Figures difference(const Figures& a, const Figures& b) {
  Figures out;
  out.name = b.name + " - " + a.name;
  out.seed = a.seed;
  out.days = std::min(a.days, b.days);
  out.queues = difference(a.queues, b.queues);
  out.groups = difference(a.groups, b.groups);
  out.mean_queue = Estimate::difference(a.mean_queue, b.mean_queue);
  out.mean_system = Estimate::difference(a.mean_system, b.mean_system);
  if (a.bounds != b.bounds) return out;
  out.bounds = a.bounds;
  for (std::size_t i = 0; i + 1 < a.bounds.size(); ++i) {
    out.queues_by_interval.push_back(difference(a.queues_by_interval[i], b.queues_by_interval[i]));
    out.groups_by_interval.push_back(difference(a.groups_by_interval[i], b.groups_by_interval[i]));
  }
  return out;
}

}  // namespace callwright::sim::what_if
