#include <algorithm>

#include "routing/state.hpp"

namespace callwright::routing {

using journal::AgentState;
using journal::AgentStateChanged;
using journal::OfferEnd;
using journal::VisitEnd;
using journal::WorkChanged;
using journal::WorkState;

void Engine::State::enter(ContactId id, journal::Channel channel, const SwitchId& switch_id, const QueueId& queue, Instant place, Instant now,
                          journal::FactSink& sink, const About& about) {
  start(id, channel, switch_id, *queues.find(queue), place, now, sink, about);
  if (!about.back) follow_flows(id, true, now, sink, about);
}

Result<void> Engine::enter(ContactId contact, const SwitchId& switch_id, const QueueId& queue, Instant entered_at, Instant now,
                           journal::FactSink& sink, const About& about) {
  const journal::Queue* rules = state_->queues.configured(queue);
  if (!rules) return fail(Errc::unknown_queue, queue.value);
  if (rules->observed) return fail(Errc::observed, queue.value);
  const Contact* known = state_->visits.find(contact);
  if (known && known->visit) return fail(Errc::already_waiting, known->visit->started.queue.value);
  state_->enter(contact, about.channel, switch_id, queue, entered_at, now, sink, about);
  return {};
}

bool Engine::is_open(const QueueId& queue, Instant at) const {
  return state_->queues.configured(queue) && state_->queues.is_open(*state_->queues.find(queue), at);
}

std::optional<Instant> Engine::next_opening(const QueueId& queue, Instant at) const {
  if (!state_->queues.configured(queue)) return std::nullopt;
  if (is_open(queue, at)) return at;
  return state_->queues[*state_->queues.find(queue)].hours->next_change(at);
}

void Engine::leave(ContactId id, VisitEnd how, Instant now, journal::FactSink& sink, OfferEnd offer_end) {
  const Contact* contact = state_->visits.waiting(id);
  if (!contact) return;
  for (const OfferId offer : OfferIds(contact->visit->offers)) end_offer(offer, offer_end, now, sink);
  contact = state_->visits.waiting(id);
  const Visit& visit = *contact->visit;
  const Duration waited = std::max(now - visit.started.entered_at, Duration::zero());
  if (how == VisitEnd::abandoned && waited < visit.started.short_abandon) how = VisitEnd::short_abandoned;
  sink.emit(id, journal::VisitEnded{visit.started.visit, visit.started.queue, how, waited});
}

void Engine::answered(ContactId id, const AgentId& agent, Instant now, journal::FactSink& sink) {
  const auto index = state_->agents.find(agent);
  OfferIds live;
  if (const Contact* contact = state_->visits.waiting(id)) {
    const Visit& visit = *contact->visit;
    live = visit.offers;
    const auto own = std::ranges::find_if(live, [&](OfferId each) { return offer(each)->agent == agent; });
    const journal::Channel channel = visit.started.channel;
    if (journal::is_written(channel) && own == live.end()) return;
    sink.emit(id, journal::VisitEnded{visit.started.visit, visit.started.queue, VisitEnd::answered,
                                      std::max(now - visit.started.entered_at, Duration::zero())});
    if (own != live.end()) sink.emit(id, journal::OfferEnded{*own, agent, OfferEnd::accepted, {}});
    if (journal::is_written(channel)) sink.emit(id, WorkChanged{.agent = agent, .channel = channel, .state = WorkState::working});
    for (const OfferId each : live) end_offer(each, OfferEnd::elsewhere, now, sink);
    if (journal::is_written(channel)) return;
  }
  if (!index) return;
  using enum AgentState;
  const AgentState was = state_->agents[*index].state.state;
  if (was == talking || was == held) return;
  // He picked up something else than what he was offered: that offer goes to somebody else.
  if (const Offer* other = offer_to(agent)) {
    const Offer ending = *other;
    sink.emit(ending.contact, journal::OfferEnded{ending.id, agent, OfferEnd::withdrawn, {}});
  }
  const AgentStateChanged present = state_->agents[*index].state;
  AgentStateChanged talk{.agent = agent, .state = talking, .next = present.next, .next_reason = present.next_reason};
  if (!is_working(present.state) && present.state != ready && !is_signing_out(present)) {
    talk.next = present.state;
    talk.next_reason = present.reason;
  }
  sink.emit(id, talk);
}

void Engine::claim(OfferId id, Instant now, journal::FactSink& sink, const std::string& by) {
  const Offer* live = offer(id);
  const Contact* contact = live ? state_->visits.waiting(live->contact) : nullptr;
  if (!contact || !contact->visit->group || contact->visit->group != live->made.group) return;
  const Offer taken = *live;
  const OfferIds all = contact->visit->offers;
  const journal::Queue* rules = state_->queues.configured(taken.made.queue);
  const Instant expires_at = taken.made.claim ? now + (rules ? *rules : journal::Queue{}).ring_timeout : taken.made.expires_at;
  sink.emit(taken.contact, journal::OfferClaimed{id, taken.agent, expires_at, by});
  const Agent& agent = state_->agents[*state_->agents.find(taken.agent)];
  if (journal::is_written(taken.made.channel)) {
    if (taken.made.expires_at != expires_at)
      sink.emit(taken.contact, WorkChanged{.agent = taken.agent, .channel = taken.made.channel, .state = WorkState::reserved, .until = expires_at});
  } else if (agent.state.state == AgentState::reserved && agent.state.until != expires_at) {
    AgentStateChanged reserved = agent.state;
    reserved.until = expires_at;
    sink.emit(taken.contact, reserved);
  }
  for (const OfferId each : all)
    if (each != id) end_offer(each, OfferEnd::elsewhere, now, sink);
}

/// The offer of a written contact ends without acceptance.
void Engine::State::take_back(const Offer& ending, const journal::OfferEnded& ended, journal::FactSink& sink) {
  sink.emit(ending.contact, ended);
  sink.emit(ending.contact, WorkChanged{.agent = ending.agent, .channel = ending.made.channel, .state = WorkState::done});
}

void Engine::end_offer(OfferId id, OfferEnd how, Instant now, journal::FactSink& sink) {
  const Offer* live = offer(id);
  if (!live) return;
  const Offer ending = *live;
  if (how == OfferEnd::accepted) {
    answered(ending.contact, ending.agent, now, sink);
    return;
  }
  if (journal::is_observed(ending.made)) {  // how its switch treats who did not answer is told as his state
    sink.emit(ending.contact, journal::OfferEnded{ending.id, ending.agent, how, {}});
    return state_->return_from_offer(ending.agent, ending.contact, now, sink);
  }
  const journal::Queue* rules = state_->queues.configured(ending.made.queue);
  const bool stays = rules && rules->after_rona == journal::AfterRona::ready;
  journal::OfferEnded ended{ending.id, ending.agent, how, {}};
  if (how == OfferEnd::refused || how == OfferEnd::timed_out) {
    const Duration exclusion = (rules ? *rules : journal::Queue{}).exclude_after_rona;
    if (exclusion > Duration::zero()) ended.excluded_until = now + exclusion;
  }
  const Agent& agent = state_->agents[*state_->agents.find(ending.agent)];
  const AgentStateChanged unanswered{.agent = ending.agent, .state = AgentState::not_ready, .reason = "no_answer"};
  if (journal::is_written(ending.made.channel)) {
    state_->take_back(ending, ended, sink);
    if (how == OfferEnd::timed_out && agent.state.state == AgentState::ready && !stays) sink.emit(ending.contact, unanswered);
    return;
  }
  sink.emit(ending.contact, ended);
  if (how == OfferEnd::timed_out && agent.state.state == AgentState::reserved && agent.state.next == AgentState::ready) {
    if (stays) sink.emit(ending.contact, AgentStateChanged{.agent = ending.agent, .state = AgentState::ready, .idle_since = now});
    else sink.emit(ending.contact, unanswered);
    return;
  }
  state_->return_from_offer(ending.agent, ending.contact, now, sink);
}

}  // namespace callwright::routing
