#include "routing/estimate.hpp"

#include <algorithm>
#include <bit>

namespace callwright::routing {

using namespace std::chrono_literals;

namespace {

template <class Each>
void for_each_skilled(const RequirementClass& one, Each each) {
  if (one.roster.kept) {
    for (std::size_t position = 0; position < one.roster.agents.size(); ++position)
      if (one.roster.fits[position]) each(one.roster.agents[position]);
    return;
  }
  for (std::size_t w = 0; w < one.fit.words(); ++w) for_each_bit(one.fit.word(w), w * 64, each);
}

/// What tells contacts apart, at this moment.
std::int64_t standing_of(const Matcher& matcher, const RequirementClass& one, const VisitKey& key, Instant now) {
  return key.points + one.age_per_minute * tick(now) + matcher.queues.target(one.queue) + matcher.queues.balance(one.queue);
}

Duration handling_of(const Queues& queues, std::size_t queue) {
  if (queues[queue].handling.count()) return queues[queue].handling;
  Duration sum{};
  std::int64_t known = 0;
  for (std::size_t i = 0; i < queues.size(); ++i) {
    if (queues[i].rules.observed) continue;  // other people's work
    sum += queues[i].handling;
    known += queues[i].handling.count() ? 1 : 0;
  }
  return known ? sum / known : Duration{};
}

}  // namespace

std::optional<Duration> estimate_wait(const Matcher& matcher, ContactId id, Instant now) {
  const Contact* contact = matcher.visits.waiting(id);
  if (!contact) return std::nullopt;
  const Visit& visit = *contact->visit;
  const RequirementClass& own = matcher.classes[visit.class_index];
  std::int64_t agents = 0;  // places at them
  bool idle = false;
  for_each_skilled(own, [&](std::size_t i) {
    if (!matcher.agents[i].signed_in()) return;
    agents += matcher.agents[i].capacity[own.channel];
    idle = idle || matcher.agents.idle(own.channel).test(i);
  });
  const Duration handling = handling_of(matcher.queues, visit.queue);
  if (agents == 0 || (!idle && handling.count() == 0)) return std::nullopt;
  if (idle) return Duration{};

  // Its own key, also while it has an offer or stands aside.
  const VisitKey key{visit_points(visit.started.priority + visit.boost, own.age_per_minute, visit.started.entered_at - visit.started.credit),
                     visit.started.entered_at, id, contact};
  const std::int64_t standing = standing_of(matcher, own, key, now);
  std::int64_t before_micros = 0;  // contacts before it, each in millionths of one of its agents' work
  for (const auto& one : matcher.classes.all()) {
    if (!one || one->free.empty()) continue;
    std::int64_t before = 0;
    for (const VisitKey& other : one->free) {
      const std::int64_t others = standing_of(matcher, *one, other, now);
      const bool first = others != standing ? others > standing : std::pair(other.entered_at, other.contact) < std::pair(key.entered_at, id);
      if (!first) break;
      before += other.contact != id;
    }
    if (before == 0) continue;
    std::int64_t all = 0, shared = 0;
    for_each_skilled(*one, [&](std::size_t i) {
      if (!matcher.agents[i].signed_in()) return;
      const std::int64_t places = matcher.agents[i].capacity[one->channel];
      all += places;
      if (own.is_fit(matcher.agents, i)) shared += places;
    });
    if (all) before_micros += before * (1'000'000 * shared / all);
  }
  return Duration(handling.count() / 1000 * (1000 + (before_micros + 500) / 1000) / agents);
}

std::optional<Duration> estimate_to_say(const Matcher& matcher, ContactId id, Instant now) {
  const Contact* contact = matcher.visits.waiting(id);
  if (!contact || contact->visit->aside() || matcher.queues[contact->visit->queue].handling.count() == 0) return std::nullopt;
  const auto estimate = estimate_wait(matcher, id, now);
  if (!estimate || *estimate <= Duration::zero()) return std::nullopt;
  const auto rounded = [&](Duration step) { return (*estimate + step - Duration{1}) / step * step; };
  const Duration said = *estimate <= 10min ? rounded(1min) : rounded(5min);
  return said <= 1h ? std::optional(said) : std::nullopt;
}

}  // namespace callwright::routing
