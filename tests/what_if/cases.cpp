#include "cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "sim/what_if/erlang.hpp"

namespace callwright::sim::what_if {
namespace {

/// How long a queue remembers: the slowest rate at which M/M/n forgets when all are busy is (sqrt(n mu) - sqrt(lambda))^2; with impatience
/// it forgets within the longer of talk and patience, a limited one within what diffusion needs to cross its places.
double memory_s(const Model& model) {
  const double mu_n = static_cast<double>(model.agents) / model.mean_talk_s;
  const double crossing = model.waiting_places ? std::pow(static_cast<double>(*model.waiting_places), 2) / (mu_n * 2) : 1e9;
  if (model.mean_patience_s) return std::max(model.mean_talk_s, *model.mean_patience_s);
  return std::max(model.mean_talk_s, std::min(1 / std::pow(std::sqrt(mu_n) - std::sqrt(model.arrivals_per_s), 2), crossing));
}

/// The times of a run: a rush fills the empty centre, then it is left alone until it has forgotten that, then it is watched.
struct Times {
  double rush_s = 0, warm_up_s = 0, end_s = 0;
};
constexpr double kRush = 3;                   ///< times the usual rate
constexpr double kDays = 20;                  ///< the usual number of replications
constexpr double kForgets = 3, kWatched = 3;  ///< times its memory
Times times_of(const Model& model, double contacts) {
  Times times;
  times.rush_s = std::ceil(-std::log(1 - 1 / kRush) * model.mean_talk_s);  // until it holds its load
  times.warm_up_s = times.rush_s + std::ceil(kForgets * memory_s(model));
  times.end_s = times.warm_up_s + std::ceil(std::max(kWatched * memory_s(model), contacts / model.arrivals_per_s));
  return times;
}
std::string clock(double seconds) {
  const auto s = static_cast<std::int64_t>(seconds);
  return fmt::format("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}
std::string head(const std::string& name, const Times& times, const std::string& more = {}) {
  return fmt::format("name = \"{}\"\nperiods = [\"00:00\", \"{}\", \"{}\"]\nwarm_up = \"{}s\"\ninterval = \"{}s\"\n{}", name, clock(times.rush_s),
                     clock(times.end_s), static_cast<std::int64_t>(times.warm_up_s), static_cast<std::int64_t>(times.end_s), more);
}
std::string queue(const std::string& id, double level_s) {
  return fmt::format("\n[[queue]]\nid = \"{}\"\nname = \"{}\"\nwrap_up = \"0s\"\nshort_abandon = \"0s\"\nservice_level = \"{:.0f}s\"\n", id, id,
                     level_s);
}
std::string type(const std::string& id, const std::string& queue, double per_hour, double talk_s, std::optional<double> patience_s) {
  std::string text =
      fmt::format("\n[[type]]\nid = \"{}\"\nqueue = \"{}\"\narrivals_per_hour = [{}, {}]\nservice = {{ kind = \"exponential\", mean = {} }}\n", id,
                  queue, kRush * per_hour, per_hour, talk_s);
  if (patience_s) text += fmt::format("patience = {{ kind = \"exponential\", mean = {} }}\n", *patience_s);
  return text;
}

/// A figure of all queues together.
Known of_queues(const std::string& name, double exact, double (*part)(const QueueCounts&), double (*whole)(const QueueCounts&)) {
  return {name, exact, 0, 0, [=](const std::vector<DayCounts>& days, const Figures&) {
            std::vector<double> parts, wholes;
            for (const DayCounts& day : days) {
              QueueCounts sum;
              for (const auto& queue : day.queues)
                for (const QueueCounts& one : queue) sum += one;
              parts.push_back(part(sum));
              wholes.push_back(whole(sum));
            }
            return Estimate::ratio(parts, wholes);
          }};
}
double entered(const QueueCounts& c) { return static_cast<double>(c.offered - c.blocked); }

Known waits(double exact) {
  return of_queues("P(W>0)", exact, [](const QueueCounts& c) { return static_cast<double>(c.queued); }, entered);
}
Known mean_wait(double exact) {
  return of_queues("E[W] s", exact, [](const QueueCounts& c) { return static_cast<double>(c.wait_us) / 1e6; }, entered);
}
Known within(const std::string& name, double exact) {
  return of_queues(name, exact, [](const QueueCounts& c) { return static_cast<double>(c.answered_within); }, entered);
}
Known abandons(double exact) {
  return of_queues("P(Ab)", exact, [](const QueueCounts& c) { return static_cast<double>(c.abandoned); }, entered);
}
Known blocked(double exact) {
  return of_queues(
      "P(block)", exact, [](const QueueCounts& c) { return static_cast<double>(c.blocked); },
      [](const QueueCounts& c) { return static_cast<double>(c.offered); });
}
Known occupancy(double exact) {
  return {"occupancy", exact, 0, 0, [](const std::vector<DayCounts>& days, const Figures&) {
            std::vector<double> busy, staffed;
            for (const DayCounts& day : days) {
              GroupCounts sum;
              for (const auto& group : day.groups)
                for (const GroupCounts& one : group) sum += one;
              busy.push_back(static_cast<double>(sum.busy_us));
              staffed.push_back(static_cast<double>(sum.staffed_us));
            }
            return Estimate::ratio(busy, staffed);
          }};
}
/// The mean over time of (N - about)^power, N who wait or talk.
Known moment(const std::string& name, double exact, double about, int power) {
  return {name, exact, 0, 0, [=](const std::vector<DayCounts>& days, const Figures&) {
            std::vector<double> parts, wholes;
            for (const DayCounts& day : days) {
              double sum = 0, time = 0;
              for (std::size_t n = 0; n < day.in_system_us.size(); ++n) {
                sum += static_cast<double>(day.in_system_us[n]) * std::pow(static_cast<double>(n) - about, power);
                time += static_cast<double>(day.in_system_us[n]);
              }
              parts.push_back(sum);
              wholes.push_back(time);
            }
            return Estimate::ratio(parts, wholes);
          }};
}

/// Waits beyond T may come in a few long excursions, of which twenty short days show none: then the days' own spread says nothing. A process
/// that is beyond for a share p of the time and remembers for `memory` has the standard error sqrt(2 p (1 - p) c / memories) over so many of
/// them; c is about 1/4 where both can be had (P(W>0) of the large rows).
double error_of_few_excursions(double p, double memories) {
  constexpr double kEnough = 20;
  return p * memories < kEnough ? std::sqrt(2 * p * (1 - p) / 4 / memories) : 0;
}

/// With patience like the talk every caller stays for an exponential time of that mean, wherever: the number there is Poisson.
void add_poisson(Case& one, double load) {
  one.known.push_back(moment("mean of N", load, 0, 1));
  one.known.push_back(moment("variance of N", load, load, 2));
  one.remark = [load](const Figures& figures) {
    double distance = 0, seen = 0;
    for (std::size_t n = 0; n < figures.system_shares.size(); ++n) {
      const auto k = static_cast<double>(n);
      const double exact = std::exp(k * std::log(load) - load - std::lgamma(k + 1));
      distance += std::abs(figures.system_shares[n] - exact);
      seen += exact;
    }
    return fmt::format("total variation from Poisson({:.0f}): {:.4f}", load, (distance + 1 - seen) / 2);
  };
}

/// The type is called after the case: other names, other random numbers.
Case erlang_row(const Model& model, double level_s) {
  Case one;
  one.name = fmt::format("{}_{:.0f}_{:.0f}_{}", model.mean_patience_s ? "a" : "c", model.arrivals_per_s * 3600, model.mean_talk_s, model.agents);
  if (model.mean_patience_s) one.name += fmt::format("_{:.0f}", *model.mean_patience_s);
  const Times times = times_of(model, 12'000);
  one.scenario = head(one.name, times) + queue("q", level_s) +
                 fmt::format("\n[[group]]\nid = \"g\"\nagents = {}\nqueues = [{{ queue = \"q\" }}]\n", model.agents) +
                 type(one.name, "q", model.arrivals_per_s * 3600, model.mean_talk_s, model.mean_patience_s);
  const Prediction exact = *predict(model, level_s);
  one.known = {waits(exact.waits), mean_wait(exact.mean_wait_s), within("SL", exact.service_level), occupancy(exact.occupancy)};
  const double memories = kDays * (times.end_s - times.warm_up_s) / memory_s(model);
  if (!model.mean_patience_s) one.known[2].least_error = error_of_few_excursions(1 - exact.service_level, memories);
  if (model.mean_patience_s) one.known.push_back(abandons(exact.abandons));
  if (model.mean_patience_s == model.mean_talk_s) add_poisson(one, model.arrivals_per_s * model.mean_talk_s);
  return one;
}

/// Six equal types and groups of 15; everybody can do everything, his own first. Whoever is served first, how many are there is M/M/90/30;
/// how long one waits is not (own first is not first come first served), and 0.765 within 30 s at 84 Erlang is the reference's own simulation.
Case cross_training(const Model& model) {
  constexpr int kTypes = 6, kOwnRank = 10'000;
  const double load = model.arrivals_per_s * model.mean_talk_s;
  Case one;
  one.name = fmt::format("cross_training_{:.1f}", load);
  one.scenario = head(one.name, times_of(model, 30'000), fmt::format("lines = {}\n", model.agents + *model.waiting_places));
  for (int i = 1; i <= kTypes; ++i) one.scenario += queue("q" + std::to_string(i), 30);
  for (int i = 1; i <= kTypes; ++i) {
    one.scenario += fmt::format("\n[[group]]\nid = \"g{}\"\nagents = {}\nqueues = [", i, model.agents / kTypes);
    for (int q = 1; q <= kTypes; ++q) one.scenario += fmt::format("{}{{ queue = \"q{}\", rank = {} }}", q == 1 ? "" : ", ", q, q == i ? kOwnRank : 0);
    one.scenario += "]\n";
  }
  for (int i = 1; i <= kTypes; ++i)
    one.scenario +=
        type(fmt::format("t{}_{:.0f}", i, 10 * load), "q" + std::to_string(i), model.arrivals_per_s * 3600 / kTypes, model.mean_talk_s, {});
  const Prediction exact = *predict(model, 30);
  one.known = {blocked(exact.blocked), waits(exact.waits), mean_wait(exact.mean_wait_s), occupancy(exact.occupancy)};
  if (std::abs(load - 84) < 0.01) {
    one.known.push_back(within("P(W<=30s)", 0.765));
    one.known.back().rounding = 0.0005;
  }
  return one;
}

/// Fixed queue ratio (Gurvich and Whitt): whoever becomes free serves the kind that has most above its share of those who wait. The shares then
/// hold, the better the larger the centre and the longer the queues (state-space collapse); 100 agents near their limit come within a
/// hundredth. By Little's law the mean number waiting in a queue is in proportion to the sum of its waits.
Case fixed_queue_ratio() {
  constexpr double kShare = 0.3;
  const Model model{98.0 / 300, 300, 100, {}, {}};
  Case one;
  one.name = "fixed_queue_ratio";
  one.scenario = head(one.name, times_of(model, 60'000));
  for (const auto& [id, share] : {std::pair("few", 300), std::pair("many", 700)})
    one.scenario += queue(id, 20) + fmt::format("age_per_minute = 0\nwaiting_share = {}\nbalance_points = 1000\n", share);
  one.scenario += "\n[[group]]\nid = \"g\"\nagents = 100\nqueues = [{ queue = \"few\" }, { queue = \"many\" }]\n";
  for (const char* id : {"few", "many"}) one.scenario += type(fmt::format("fqr_{}", id), id, model.arrivals_per_s * 3600 / 2, model.mean_talk_s, {});
  one.known.push_back({"share of who waits", kShare, 0.01, 0, [](const std::vector<DayCounts>& days, const Figures&) {
                         std::vector<double> parts, wholes;
                         for (const DayCounts& day : days) {
                           double part = 0, whole = 0;
                           for (const QueueCounts& interval : day.queues[0]) part += static_cast<double>(interval.wait_us);
                           for (const auto& queue : day.queues)
                             for (const QueueCounts& interval : queue) whole += static_cast<double>(interval.wait_us);
                           parts.push_back(part);
                           wholes.push_back(whole);
                         }
                         return Estimate::ratio(parts, wholes);
                       }});
  return one;
}

/// How far estimated waits come true: shares and means over all whose wait was estimated, 0 s for who finds somebody free.
std::vector<Known> calibration(double within, double bias_s, double error_s) {
  const double exact[] = {0, within, bias_s, error_s};
  std::vector<Known> out;
  for (std::size_t f = 1; f < std::size(exact); ++f) {
    const QueueFigure& figure = estimate_figures()[f];
    out.push_back(of_queues(figure.heading + std::string(figure.unit == Unit::seconds ? " s" : ""), exact[f], figure.part, figure.whole));
  }
  return out;
}
Case estimates(const std::string& name, const Model& model, const std::string& service) {
  Case one;
  one.name = name;
  one.scenario = head(one.name, times_of(model, 12'000)) + queue("q", 20) + "estimates = true\n" +
                 fmt::format("\n[[group]]\nid = \"g\"\nagents = {}\nqueues = [{{ queue = \"q\" }}]\n", model.agents) +
                 fmt::format("\n[[type]]\nid = \"{}\"\nqueue = \"q\"\narrivals_per_hour = [{}, {}]\nservice = {}\n", name,
                             kRush * model.arrivals_per_s * 3600, model.arrivals_per_s * 3600, service);
  return one;
}

/// Every talk takes D: who finds k before him and one in talk is estimated (k + 1) D, and waits k D and the rest of that talk, which is uniform on
/// (0, D). So every wait is within, and on average D / 2 shorter for the share `rho` of those who wait.
Case estimates_of_constant_talks() {
  const Model model{16.0 / 3600, 180, 1, {}, {}};
  const double half = model.arrivals_per_s * model.mean_talk_s * model.mean_talk_s / 2;
  Case one = estimates("estimates_d_16_180_1", model, "\"180s\"");
  one.known = calibration(1, -half, half);
  one.known[0].least_error = 1e-6;  // no day can be off
  return one;
}

/// With exponential talks of a known mean the estimate would be the mean of the exact distribution, and its bias 0. Routing's running mean follows
/// the last talks, and where those were long the queue is long too: the estimates are somewhat too long. How much comes from an independent
/// simulation (ten runs of 10^6 calls).
Case estimates_of_exponential_talks() {
  Case one = estimates("estimates_c_200_180_13", {200.0 / 3600, 180, 13, {}, {}}, "{ kind = \"exponential\", mean = 180 }");
  one.known = calibration(0.8872, -0.993, 6.324);
  for (const auto& [figure, error] : {std::pair{0, 0.0006}, {1, 0.017}, {2, 0.033}}) one.known[static_cast<std::size_t>(figure)].rounding = error;
  return one;
}

}  // namespace

std::vector<Case> cases(const std::string& reference) {
  std::vector<Case> out;
  std::ifstream in(reference);
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::vector<std::string> fields;
    std::istringstream text(line);
    for (std::string field; std::getline(text, field, ',');) fields.push_back(field);
    Model model{std::stod(fields[1]) / 3600, std::stod(fields[2]), std::stoll(fields[3]), {}, {}};
    if (!fields[4].empty()) model.mean_patience_s = std::stod(fields[4]);
    if (!fields[5].empty()) model.waiting_places = std::stoll(fields[5]);
    out.push_back(model.waiting_places ? cross_training(model) : erlang_row(model, std::stod(fields[6])));
  }
  out.push_back(fixed_queue_ratio());
  out.push_back(estimates_of_constant_talks());
  out.push_back(estimates_of_exponential_talks());
  return out;
}

}  // namespace callwright::sim::what_if
