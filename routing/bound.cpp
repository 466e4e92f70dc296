#include "routing/bound.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "routing/score.hpp"

namespace callwright::routing {
namespace {

using journal::Queue;
using journal::QueueMembership;
using journal::Requirement;
using journal::Strategy;

/// Ticks that a length can count as.
std::int64_t ticks_of(Duration length) { return (length.count() + kTickUs - 1) / kTickUs; }

const QueueMembership* membership(const journal::Agent& agent, const Queue& queue) {
  const auto found = std::ranges::find(agent.queues, queue.id, &QueueMembership::queue);
  return found == agent.queues.end() ? nullptr : &*found;
}

struct Range {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

/// What the requirements of a contact can add up to, in points: of each skill and kind the weight is the queue's (none: 0) or that of a rule.
Range skills(const Queue& queue, const journal::Agent& agent) {
  if (!journal::ranks_by_skill(queue.strategy)) return {};
  std::map<std::pair<SkillId, Requirement::Kind>, Range> weights;
  for (const Requirement& one : queue.requirements) weights[{one.skill, one.kind}] = {one.weight, one.weight};
  for (const journal::Rule& rule : queue.rules)
    for (const Requirement& one : rule.requirements) {
      Range& weight = weights[{one.skill, one.kind}];
      weight = {std::min<std::int64_t>(weight.low, one.weight), std::max<std::int64_t>(weight.high, one.weight)};
    }
  Range sum;
  for (const auto& [asked, weight] : weights) {
    if (asked.second == Requirement::Kind::excluded) continue;
    const auto found = std::ranges::find(agent.skills, asked.first, &journal::SkillLevel::skill);
    const std::int64_t level = found == agent.skills.end() ? 0 : found->level;
    sum.low += weight.low * level;
    sum.high += weight.high * level;
  }
  return sum;
}

/// Points by which the agent's own figures in one queue are ahead of those in another.
std::int64_t figures(const Queue& queue, const QueueMembership& here) {
  if (!journal::ranks_by_skill(queue.strategy)) return here.rank;
  return std::int64_t{here.rank} + std::int64_t{queue.resolution_weight} * here.resolution +
         std::int64_t{queue.satisfaction_weight} * here.satisfaction;
}

std::int64_t idle_rate(const Queue& queue) {
  return journal::ranks_by_skill(queue.strategy) || queue.strategy == Strategy::longest_idle ? queue.idle_per_minute : 0;
}

/// The most by which the strategy's own term in `p` can be ahead of that in `q`.
std::int64_t strategy(const Queue& p, const Queue& q) {
  const auto points = [](const Queue& queue, Strategy wanted) { return queue.strategy == wanted ? std::int64_t{queue.strategy_points} : 0; };
  std::int64_t most = 0;
  // One share of his time, one last offer: what both queues multiply.
  most += std::max<std::int64_t>(0, points(q, Strategy::least_occupied) - points(p, Strategy::least_occupied));
  most += std::max<std::int64_t>(0, points(p, Strategy::round_robin) - points(q, Strategy::round_robin));
  // Each queue has a mark of its own; and a lot of its own, if not the same number is drawn.
  if (&p != &q) most += points(q, Strategy::percentage);
  if (points(p, Strategy::random) != points(q, Strategy::random)) most += points(p, Strategy::random);
  return most;
}

std::int64_t boost_after(const Queue& queue, Duration waited) {
  std::int64_t boost = 0;
  for (const journal::Step& step : queue.steps)
    if (step.after <= waited) boost += step.boost;
  return boost;
}

/// The most by which the steps of `p` can be ahead of those of `q` for a contact that has waited no less.
std::int64_t steps(const Queue& p, const Queue& q) {
  std::int64_t most = 0;
  for (const journal::Step& step : p.steps) most = std::max(most, boost_after(p, step.after) - boost_after(q, step.after));
  return most;
}

std::int64_t target(const Queue& queue) { return std::int64_t{queue.target} * queue.target_points; }

/// What a contact of `p` may have that none of `q` need have, whoever the agent is.
std::int64_t contacts(const Queue& p, const Queue& q) {
  std::int64_t points = std::int64_t{p.priority} - q.priority + steps(p, q) + p.last_agent_points + p.named_agent_points;
  for (const journal::Rule& rule : p.rules) points += std::max(rule.priority, 0);
  for (const journal::Rule& rule : q.rules) points -= std::min(rule.priority, 0);
  if (&p != &q) points += target(p);
  return points;
}

Duration credit(const Queue& queue) {
  Duration sum{};
  for (const journal::Rule& rule : queue.rules) sum += rule.credit;
  return sum;
}

/// Milli-points for each contact that waits in queues with a share: all of them wait in `p`.
std::int64_t balance(const Queue& p, const Queue& q) {
  if (&p == &q) return 0;
  std::int64_t most = 0;
  if (p.waiting_share) most += std::int64_t{p.balance_points} * (kMilli - p.waiting_share);
  if (q.waiting_share) most += std::int64_t{q.balance_points} * q.waiting_share;
  return most;
}

/// How long points last at a rate, in whole ticks.
Duration lasting(std::int64_t milli_points, std::int64_t rate) {
  return Duration((std::max<std::int64_t>(milli_points, 0) + rate - 1) / rate * kTickUs);
}

/// The most that written contacts which the agent has can take from one more of `q` that he has room for, beyond what they take from a contact of
/// `p`.
std::int64_t load(const journal::Centre& centre, const journal::Agent& agent, const Queue& p, const Queue& q) {
  std::int64_t all = 0, interruptible = 0;
  for (const journal::Channel channel : journal::kChannels) {
    if (!journal::is_written(channel)) continue;
    const std::int64_t capacity = journal::capacity_of(centre, agent, channel);
    all += capacity;
    if (centre.rules_of(channel).interruptible) interruptible += capacity;
  }
  if (all == 0) return 0;
  const bool called = journal::capacity_of(centre, agent, journal::Channel::voice) > 0;
  const std::int64_t at_a_call = all > interruptible ? interruptible : interruptible - 1;
  return std::max(called ? q.load_points * at_a_call : 0, std::max(q.load_points - p.load_points, 0) * (all - 1));
}

/// Milli-points.
struct Advantage {
  std::int64_t over_calls = 0;
  std::int64_t over_written = 0;
};

/// What contacts of `p` can be ahead of those of `q` by; none: the two have no agent in common.
std::optional<Advantage> advantage(const journal::Centre& centre, const Queue& p, const Queue& q) {
  std::optional<Advantage> most;
  for (const journal::Agent& agent : centre.agents) {
    const QueueMembership* there = membership(agent, p);
    const QueueMembership* here = membership(agent, q);
    if (!there || !here) continue;
    const std::int64_t points = skills(p, agent).high - skills(q, agent).low + figures(p, *there) - figures(q, *here);
    const std::int64_t written = points + load(centre, agent, p, q);
    if (!most) most = {points, written};
    most = {std::max(most->over_calls, points), std::max(most->over_written, written)};
  }
  if (!most) return most;
  const std::int64_t idle = std::max<std::int64_t>(0, idle_rate(p) - idle_rate(q));
  const std::int64_t rest = (strategy(p, q) + contacts(p, q)) * kMilli + idle * ticks_of(kLongestIdle) + p.age_per_minute * ticks_of(credit(p));
  return Advantage{most->over_calls * kMilli + rest, most->over_written * kMilli + rest};
}

/// Rounded up, but for the tick that a bound is rounded up to.
std::string length_text(Duration length) {
  const std::int64_t seconds = (std::max<std::int64_t>(length.count() - kTickUs, 0) + 999'999) / 1'000'000;
  if (seconds < 60) return std::to_string(seconds) + " s";
  if (seconds < 3600) return std::to_string(seconds / 60) + " min" + (seconds % 60 ? " " + std::to_string(seconds % 60) + " s" : "");
  const std::int64_t minutes = (seconds + 59) / 60;
  return std::to_string(minutes / 60) + " h" + (minutes % 60 ? " " + std::to_string(minutes % 60) + " min" : "");
}

Bound bound_of(const journal::Centre& centre, const Queue& queue) {
  Bound bound;
  const auto member = [&](const journal::Agent& agent) { return membership(agent, queue) != nullptr; };
  if (std::ranges::none_of(centre.agents, member)) return {.kind = Bound::Kind::no_members};
  if (queue.age_per_minute == 0) return {.kind = Bound::Kind::no_age};
  std::int64_t most = -1, most_written = -1;
  for (const Queue& other : centre.queues) {
    const auto ahead = advantage(centre, other, queue);
    if (!ahead) continue;
    if (other.age_per_minute > queue.age_per_minute) return {.kind = Bound::Kind::slower, .other = other.id};
    if (ahead->over_calls > most) {
      most = ahead->over_calls;
      bound.other = other.id;
    }
    most_written = std::max(most_written, ahead->over_written);
    bound.per_failed_offer = std::max(bound.per_failed_offer, lasting(other.rona_boost * kMilli, queue.age_per_minute));
    bound.per_waiting = std::max(bound.per_waiting, lasting(balance(other, queue), queue.age_per_minute));
    bound.idle_limited = bound.idle_limited || idle_rate(other) > idle_rate(queue);
  }
  bound.within = lasting(most, queue.age_per_minute);
  bound.written = lasting(most_written, queue.age_per_minute);
  return bound;
}

}  // namespace

std::vector<Bound> bounds_of(const journal::Centre& centre) {
  std::vector<Bound> bounds;
  bounds.reserve(centre.queues.size());
  for (const Queue& queue : centre.queues) bounds.push_back(bound_of(centre, queue));
  return bounds;
}

std::string text_of(const Bound& bound) {
  switch (bound.kind) {
    case Bound::Kind::no_members: return "nobody is a member";
    case Bound::Kind::no_age: return "no bound: age_per_minute is 0";
    case Bound::Kind::slower: return "no bound: '" + bound.other.value + "', with which it shares agents, has a higher age_per_minute";
    case Bound::Kind::bounded: break;
  }
  std::string text = "nobody is passed over by contacts that arrive more than " + length_text(bound.within) + " after him";
  if (bound.written > bound.within) text += " (a written contact: " + length_text(bound.written) + ")";
  if (bound.per_failed_offer.count()) text += ", and " + length_text(bound.per_failed_offer) + " more for each failed offer of theirs";
  if (bound.per_waiting.count()) text += ", and " + length_text(bound.per_waiting) + " more for each contact that waits in queues with a share";
  if (bound.idle_limited) text += ", if no agent has been idle for more than " + length_text(kLongestIdle);
  return text;
}

}  // namespace callwright::routing
