// What supervisors do to contacts that wait.
#include <algorithm>

#include "routing/state.hpp"

namespace callwright::routing {

using journal::OfferEnd;
using journal::VisitChanged;

/// A contact that waits, and for us.
Result<const Contact*> Engine::State::steered(ContactId id) const {
  const Contact* contact = visits.waiting(id);
  if (!contact) return fail(Errc::not_waiting, std::to_string(id.value));
  if (contact->visit->started.observed) return fail(Errc::observed, contact->visit->started.queue.value);
  return contact;
}

Result<void> Engine::raise(ContactId id, std::int32_t points, const std::string& by, journal::FactSink& sink) {
  const auto steered = state_->steered(id);
  if (!steered) return std::unexpected(steered.error());
  const Contact* contact = *steered;
  if (points == 0 || points > kRaiseLimit || points < -kRaiseLimit) return fail(Errc::out_of_range, std::to_string(points));
  sink.emit(id, VisitChanged{.visit = contact->visit->started.visit, .what = VisitChanged::What::raised, .points = points, .by = by});
  return {};
}

Result<void> Engine::park(ContactId id, const std::string& by, Instant now, journal::FactSink& sink) {
  const auto steered = state_->steered(id);
  if (!steered) return std::unexpected(steered.error());
  const Contact* contact = *steered;
  if (contact->visit->parked) return {};
  const std::int32_t visit = contact->visit->started.visit;
  sink.emit(id, VisitChanged{.visit = visit, .what = VisitChanged::What::parked, .by = by});
  for (const OfferId offer : OfferIds(contact->visit->offers)) end_offer(offer, OfferEnd::withdrawn, now, sink);
  return {};
}

Result<void> Engine::resume(ContactId id, const std::string& by, journal::FactSink& sink) {
  const auto steered = state_->steered(id);
  if (!steered) return std::unexpected(steered.error());
  const Contact* contact = *steered;
  if (contact->visit->parked) sink.emit(id, VisitChanged{.visit = contact->visit->started.visit, .what = VisitChanged::What::resumed, .by = by});
  return {};
}

Result<void> Engine::free_for(const AgentId& agent, journal::Channel channel, const SwitchId& at) const {
  const auto index = state_->agents.find(agent);
  if (!index || !state_->agents[*index].configured) return fail(Errc::unknown_agent, agent.value);
  if (state_->agents[*index].observed) return fail(Errc::observed, agent.value);
  if (!state_->agents.idle(channel).test(*index) || (at && state_->agents[*index].switch_id != at)) return fail(Errc::agent_not_free, agent.value);
  return {};
}

Result<void> Engine::pull(ContactId id, const AgentId& agent, const std::string& by, Instant now, IdMint& mint, journal::FactSink& sink) {
  const auto steered = state_->steered(id);
  if (!steered) return std::unexpected(steered.error());
  const Contact* contact = *steered;
  const auto index = state_->agents.find(agent);
  if (!index || !state_->agents[*index].configured) return fail(Errc::unknown_agent, agent.value);
  if (state_->agents[*index].observed) return fail(Errc::observed, agent.value);
  const OfferIds asked = contact->visit->offers;
  if (contact->visit->group)
    if (const auto his = std::ranges::find_if(asked, [&](OfferId each) { return offer(each)->agent == agent; }); his != asked.end()) {
      claim(*his, now, sink, by);
      return {};
    }
  if (auto free = free_for(agent, contact->visit->started.channel, contact->visit->started.switch_id); !free) return free;
  if (contact->visit->parked) (void)resume(id, by, sink);
  hear_out(id, sink);
  for (const OfferId each : asked) end_offer(each, OfferEnd::withdrawn, now, sink);
  state_->offer(id, *index, by, now, mint, sink);
  return {};
}

Result<void> Engine::move(ContactId id, const QueueId& queue, Instant now, journal::FactSink& sink, const About& about) {
  const auto steered = state_->steered(id);
  if (!steered) return std::unexpected(steered.error());
  const Contact* contact = *steered;
  const journal::Queue* rules = state_->queues.configured(queue);
  if (!rules) return fail(Errc::unknown_queue, queue.value);
  if (rules->observed) return fail(Errc::observed, queue.value);
  const journal::VisitStarted left = contact->visit->started;
  leave(id, journal::VisitEnd::flow_supervisor, now, sink);
  state_->enter(id, left.channel, left.switch_id, queue, left.entered_at, now, sink, about);
  return {};
}

}  // namespace callwright::routing
