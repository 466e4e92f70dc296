// Contacts that a queue sends on: closed hours, nobody there, overflow.
#include <algorithm>

#include "routing/entry.hpp"
#include "routing/estimate.hpp"
#include "routing/state.hpp"

namespace callwright::routing {

using journal::Treatment;
using journal::VisitEnd;

std::optional<Engine::State::Flow> Engine::State::flow_of(ContactId id, bool entering, Instant now) const {
  const Contact& contact = *visits.waiting(id);
  const Visit& visit = *contact.visit;
  const journal::Queue* rules = queues.configured(visit.started.queue);
  if (!rules || !visit.offers.empty() || visit.parked) return std::nullopt;
  const auto may_go = [&](const QueueId& to) {
    const auto index = queues.find(to);
    return index && queues.configured(to) && *index != visit.queue && std::ranges::find(contact.flowed_from, *index) == contact.flowed_from.end();
  };
  const auto treated = [&](const Treatment& treatment) -> std::optional<Flow> {
    if (treatment.action == Treatment::Action::release) return Flow{VisitEnd::flow_closed, {}, true};
    if (treatment.action == Treatment::Action::queue && may_go(treatment.to)) return Flow{VisitEnd::flow_closed, treatment.to, true};
    return std::nullopt;
  };
  if (entering && !queues.is_open(visit.queue, now))
    if (const auto flow = treated(rules->closed)) return flow;
  if (rules->no_agents.action != Treatment::Action::wait && !(entering ? anybody_for(visit.class_index) : agents.passing(visit.queue).signed_in > 0))
    if (const auto flow = treated(rules->no_agents)) return flow;
  for (const journal::Overflow& overflow : rules->overflow) {
    if (!may_go(overflow.to)) continue;
    const bool late = overflow.after > Duration::zero() && now >= visit.started.entered_at + overflow.after;
    const bool long_queue = entering && overflow.longer_than > 0 && queues[visit.queue].standing - 1 > overflow.longer_than;
    bool slow = false;
    if (entering && overflow.estimate > Duration::zero()) {
      const auto estimate = estimate_wait(*this, id, now);
      slow = estimate && *estimate > overflow.estimate;
    }
    if (late || long_queue || slow) return Flow{VisitEnd::flow_overflow, overflow.to, overflow.keeps_place};
  }
  return std::nullopt;
}

/// Follows the queues' word until one of them keeps it. Ends: no queue is entered twice by flowing.
void Engine::State::follow_flows(ContactId id, bool entering, Instant now, journal::FactSink& sink, const About& about) {
  while (visits.waiting(id)) {
    const auto flow = flow_of(id, entering, now);
    if (!flow) {
      if (entering) say_estimate(id, now, sink);
      return;
    }
    const journal::VisitStarted left = visits.waiting(id)->visit->started;
    sink.emit(id, journal::VisitEnded{left.visit, left.queue, flow->how, std::max(now - left.entered_at, Duration::zero())});
    if (!flow->to) return;
    start(id, left.switch_id, *queues.find(flow->to), flow->keeps_place ? left.entered_at : now, now, sink, about);
    entering = true;
  }
}

void Engine::State::start(ContactId id, const SwitchId& switch_id, std::size_t queue, Instant place, Instant now, journal::FactSink& sink,
                          const About& about) {
  const Contact* known = visits.find(id);
  journal::VisitStarted started = visit_of(queues[queue], about, now);
  started.visit = known ? known->visits + 1 : 1;
  started.switch_id = switch_id;
  started.entered_at = place;
  sink.emit(id, std::move(started));
}

void Engine::State::say_estimate(ContactId id, Instant now, journal::FactSink& sink) {
  const Visit& visit = *visits.waiting(id)->visit;
  const journal::Queue* rules = queues.configured(visit.started.queue);
  if (!rules || !rules->estimates) return;
  const auto estimate = estimate_wait(*this, id, now);
  if (estimate)
    sink.emit(id, journal::VisitChanged{.visit = visit.started.visit, .what = journal::VisitChanged::What::estimated, .estimate = *estimate});
}

/// Somebody who could serve visits of this class is signed in.
bool Engine::State::anybody_for(std::size_t class_index) const {
  const RequirementClass& one = classes[class_index];
  const auto in = [&](std::size_t i) { return agents[i].signed_in(); };
  if (one.roster.kept) return std::ranges::any_of(one.roster.agents, in);
  for (std::size_t w = 0; w < one.skilled.words(); ++w)
    if (one.skilled.word(w) & agents.signed_in().word(w)) return true;
  return false;
}

std::vector<ContactId> Engine::flows_due(Instant now) const {
  const State& state = *state_;
  std::vector<ContactId> due;
  for (std::size_t queue : state.queues.flowing()) {
    const journal::Queue& rules = state.queues[queue].rules;
    Duration soonest = Duration::max();
    for (const auto& overflow : rules.overflow)
      if (overflow.after > Duration::zero()) soonest = std::min(soonest, overflow.after);
    const bool nobody = rules.no_agents.action != Treatment::Action::wait && state.agents.passing(queue).signed_in == 0;
    for (const auto& [place, contact] : state.visits.in_queue(queue)) {
      if (!nobody && (soonest == Duration::max() || place + soonest > now)) break;  // by place: those behind it have waited less
      if (state.flow_of(contact, false, now)) due.push_back(contact);
    }
  }
  return due;
}

/// The next instant after `after` at which somebody has waited as long as an overflow of his queue says.
std::optional<Instant> Engine::State::next_flow(Instant after) const {
  std::optional<Instant> next;
  for (std::size_t queue : queues.flowing())
    for (const auto& overflow : queues[queue].rules.overflow) {
      if (overflow.after <= Duration::zero()) continue;
      const auto& waiting = visits.in_queue(queue);
      const auto at = waiting.upper_bound({after - overflow.after, {INT64_MAX}});
      if (at != waiting.end() && (!next || at->first + overflow.after < *next)) next = at->first + overflow.after;
    }
  return next;
}

void Engine::flow(ContactId contact, Instant now, journal::FactSink& sink, const About& about) {
  if (state_->visits.waiting(contact)) state_->follow_flows(contact, false, now, sink, about);
}

std::optional<Duration> Engine::estimate(ContactId contact, Instant now) const { return estimate_wait(*state_, contact, now); }

}  // namespace callwright::routing
