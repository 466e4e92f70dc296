// What switches do with contacts and agents by themselves, as facts of ours (docs/adr/0011). Nothing here chooses anybody.
#include <algorithm>

#include "routing/state.hpp"

namespace callwright::routing {

using journal::AgentState;
using journal::AgentStateChanged;
using journal::OfferEnd;

void Engine::observe(ContactId id, const SwitchId& switch_id, const QueueId& queue, Instant now, journal::FactSink& sink) {
  const journal::Queue* rules = state_->queues.configured(queue);
  const Contact* known = state_->visits.find(id);
  if (!rules || !rules->observed || (known && known->visit)) return;
  journal::VisitStarted started;
  started.visit = known ? known->visits + 1 : 1;
  started.queue = queue;
  started.switch_id = switch_id;
  started.entered_at = now;
  started.short_abandon = rules->short_abandon;
  started.service_level = rules->service_level;
  started.observed = true;
  sink.emit(id, std::move(started));
}

OfferId Engine::observe_offer(ContactId id, const AgentId& who, Instant now, IdMint& mint, journal::FactSink& sink) {
  const Contact* contact = state_->visits.waiting(id);
  const auto index = state_->agents.find(who);
  if (!contact || !contact->visit->started.observed || !index || !state_->agents[*index].observed) return {};
  const Agent& agent = state_->agents[*index];
  if (is_working(agent.state.state) && agent.state.state != AgentState::reserved) return {};
  if (const Offer* other = offer_to(who)) {
    if (other->contact == id || !journal::is_observed(other->made)) return {};
    end_offer(other->id, OfferEnd::withdrawn, now, sink);
  }
  const Visit& visit = *state_->visits.waiting(id)->visit;
  journal::OfferMade made;
  made.offer = mint.mint<OfferId>();
  made.visit = visit.started.visit;
  made.queue = visit.started.queue;
  made.agent = who;
  made.switch_id = agent.switch_id;
  made.device = agent.device;
  made.group = visit.group ? visit.group : made.offer;
  const AgentStateChanged before = agent.state;
  sink.emit(id, made);
  sink.emit(id,
            AgentStateChanged{
                .agent = who, .state = AgentState::reserved, .next = before.state, .next_reason = before.reason, .idle_since = before.idle_since});
  return made.offer;
}

void Engine::observe_state(const AgentId& id, AgentState wanted, const std::string& reason, Instant now, journal::FactSink& sink) {
  const auto index = state_->agents.find(id);
  if (!index || !state_->agents[*index].observed) return;
  const Agent& agent = state_->agents[*index];
  const std::string why = wanted == AgentState::not_ready ? reason : std::string{};
  if (is_working(agent.state.state)) {
    if (agent.state.next == wanted && agent.state.next_reason == why) return;
    AgentStateChanged queued = agent.state;
    queued.next = wanted;
    queued.next_reason = why;
    return sink.emit(agent.contact, queued);
  }
  if (agent.state.state == wanted && agent.state.reason == why) return;
  AgentStateChanged changed{.agent = id, .state = wanted, .reason = why};
  if (wanted == AgentState::ready) changed.idle_since = now;
  sink.emit({}, changed);
}

}  // namespace callwright::routing
