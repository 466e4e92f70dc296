// Contacts that a queue sends on: emergency, closed hours, nobody there, overflow.
#include <algorithm>

#include "routing/entry.hpp"
#include "routing/estimate.hpp"
#include "routing/state.hpp"

namespace callwright::routing {

using journal::TreatedFor;
using journal::Treatment;
using journal::VisitEnd;

namespace {

/// A message ends when the switch says so; this is for the switch that never does.
constexpr Duration kMessageLimit = std::chrono::minutes(2);

}  // namespace

/// `hears`: his switch can play a message to him.
std::optional<Engine::State::Flow> Engine::State::flow_of(ContactId id, bool entering, bool hears, Instant now) const {
  const Contact& contact = *visits.waiting(id);
  const Visit& visit = *contact.visit;
  const journal::Queue* rules = queues.configured(visit.started.queue);
  if (!rules || !visit.offers.empty() || visit.aside()) return std::nullopt;
  const auto may_go = [&](const QueueId& to) {
    const auto index = queues.find(to);
    return index && queues.configured(to) && *index != visit.queue && std::ranges::find(contact.flowed_from, *index) == contact.flowed_from.end();
  };
  const auto treated = [&](TreatedFor why, const Treatment& treatment) -> std::optional<Flow> {
    Flow flow{VisitEnd::flow_closed, {}, true, why, hears && !treatment.message.empty() && !visit.has_heard(why)};
    if (flow.message) return flow;
    switch (treatment.action) {
      case Treatment::Action::wait: return std::nullopt;
      case Treatment::Action::queue:
        if (!may_go(treatment.to)) return std::nullopt;
        flow.to = treatment.to;
        break;
      case Treatment::Action::release: break;
      case Treatment::Action::hang_up: flow.hang_up = true; break;
    }
    return flow;
  };
  if (queues[visit.queue].emergency)
    if (const auto flow = treated(TreatedFor::emergency, rules->emergency)) return flow;
  if ((entering || visit.has_heard(TreatedFor::closed)) && !queues.is_open(visit.queue, now))
    if (const auto flow = treated(TreatedFor::closed, rules->closed))
      if (entering || !queues.opens_within(visit.queue, heard.at(id), now)) return flow;  // whom it kept when it opened is served
  const bool somebody = !treats(rules->no_agents) ||
                        (entering || visit.has_heard(TreatedFor::no_agents) ? anybody_for(visit.class_index)
                                                                            : agents.passing(visit.queue, visit.started.channel).serving > 0);
  if (!somebody)
    if (const auto flow = treated(TreatedFor::no_agents, rules->no_agents)) return flow;
  for (const journal::Overflow& overflow : rules->overflow) {
    if (!may_go(overflow.to)) continue;
    const bool late = overflow.after > Duration::zero() && now >= visit.started.entered_at + overflow.after;
    const bool long_queue = entering && overflow.longer_than > 0 && queues[visit.queue].standing - 1 > overflow.longer_than;
    bool slow = false;
    if (entering && overflow.estimate > Duration::zero()) {
      const auto estimate = estimate_wait(*this, id, now);
      slow = estimate && *estimate > overflow.estimate;
    }
    if (late || long_queue || slow) return Flow{VisitEnd::flow_overflow, overflow.to, overflow.keeps_place, {}};
  }
  return std::nullopt;
}

/// Follows the queues' word until one of them keeps it. Ends: no queue is entered twice by flowing.
void Engine::State::follow_flows(ContactId id, bool entering, Instant now, journal::FactSink& sink, const About& about) {
  while (visits.waiting(id)) {
    const auto flow = flow_of(id, entering, about.hears, now);
    if (!flow) {
      if (entering) say_estimate(id, now, sink);
      return;
    }
    const Visit& visit = *visits.waiting(id)->visit;
    const journal::VisitStarted left = visit.started;
    if (flow->message) return sink.emit(id, journal::VisitTreated{left.visit, *flow->why, now + kMessageLimit});
    // Whoever reads the end of the visit finds what it was by: nothing of the kind before is a plain release.
    if (flow->why && visit.treated_for != flow->why && (flow->hang_up || visit.treated_for))
      sink.emit(id, journal::VisitTreated{left.visit, *flow->why, now});
    sink.emit(id, journal::VisitEnded{left.visit, left.queue, flow->how, std::max(now - left.entered_at, Duration::zero())});
    if (!flow->to) return;
    start(id, left.channel, left.switch_id, *queues.find(flow->to), flow->keeps_place ? left.entered_at : now, now, sink, about);
    entering = true;
  }
}

void Engine::State::start(ContactId id, journal::Channel channel, const SwitchId& switch_id, std::size_t queue, Instant place, Instant now,
                          journal::FactSink& sink, const About& about) {
  const Contact* known = visits.find(id);
  journal::VisitStarted started = visit_of(queues[queue], about, now);
  started.visit = known ? known->visits + 1 : 1;
  started.channel = channel;
  if (!journal::is_written(channel)) started.switch_id = switch_id;
  started.entered_at = place;
  sink.emit(id, std::move(started));
}

void Engine::State::say_estimate(ContactId id, Instant now, journal::FactSink& sink) {
  const Visit& visit = *visits.waiting(id)->visit;
  const journal::Queue* rules = queues.configured(visit.started.queue);
  if (!rules || !rules->estimates) return;
  const auto estimate = estimate_wait(*this, id, now);
  if (!estimate) return;
  const Duration waited = std::max(now - visit.started.entered_at, Duration::zero());  // in a queue before, if it kept its place
  sink.emit(id, journal::VisitChanged{.visit = visit.started.visit, .what = journal::VisitChanged::What::estimated, .estimate = waited + *estimate});
}

/// Somebody who could serve visits of this class is signed in; not who serves no contacts of its channel, or hangs on another switch than it.
bool Engine::State::anybody_for(std::size_t class_index) const {
  const RequirementClass& one = classes[class_index];
  for (std::size_t position = 0; position < one.roster.agents.size(); ++position)
    if (one.roster.fits[position] && agents[one.roster.agents[position]].signed_in()) return true;
  for (std::size_t w = 0; w < one.fit.words(); ++w)
    if (one.fit.word(w) & agents.signed_in().word(w)) return true;
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
    const bool nobody = treats(rules.no_agents) && std::ranges::any_of(journal::kChannels, [&](journal::Channel channel) {
                          return state.visits.any_in_queue(queue, channel) && state.agents.passing(queue, channel).serving == 0;
                        });
    for (const auto& [place, contact] : state.visits.in_queue(queue)) {
      if (!nobody && (soonest == Duration::max() || place + soonest > now)) break;  // by place: those behind it have waited less
      if (state.flow_of(contact, false, true, now)) due.push_back(contact);
    }
  }
  for (std::size_t queue : state.queues.emergencies())
    for (const auto& [place, contact] : state.visits.in_queue(queue))
      if (state.flow_of(contact, false, true, now)) due.push_back(contact);
  for (const auto& [contact, closed_over] : state.heard)
    if (state.flow_of(contact, false, true, now)) due.push_back(contact);
  std::ranges::sort(due);
  due.erase(std::ranges::unique(due).begin(), due.end());
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

void Engine::hear_out(ContactId id, journal::FactSink& sink) {
  const Contact* contact = state_->visits.waiting(id);
  if (contact && contact->visit->treated) sink.emit(id, journal::VisitHeard{contact->visit->started.visit});
}

Result<void> Engine::set_emergency(const QueueId& queue, bool on, const std::string& by, journal::FactSink& sink) {
  const journal::Queue* rules = state_->queues.configured(queue);
  if (!rules) return fail(Errc::unknown_queue, queue.value);
  if (rules->observed) return fail(Errc::observed, queue.value);
  if (on != emergency(queue).has_value()) sink.emit({}, journal::EmergencySet{queue, on, by});
  return {};
}

std::optional<Engine::Emergency> Engine::emergency(const QueueId& queue) const {
  const auto index = state_->queues.find(queue);
  if (!index || !state_->queues[*index].emergency) return std::nullopt;
  return Emergency{state_->queues[*index].emergency_since, state_->queues[*index].emergency->by};
}

std::optional<Instant> Engine::next_hours_change(const QueueId& queue, Instant at) const {
  const auto index = state_->queues.find(queue);
  if (!index || !state_->queues[*index].hours) return std::nullopt;
  return state_->queues[*index].hours->next_change(at);
}

std::optional<Duration> Engine::estimate(ContactId contact, Instant now) const { return estimate_wait(*state_, contact, now); }

}  // namespace callwright::routing
