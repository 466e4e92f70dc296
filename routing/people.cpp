#include <algorithm>

#include "routing/state.hpp"

namespace callwright::routing {

using journal::AgentState;
using journal::AgentStateChanged;
using journal::OfferEnd;

AgentStateChanged next_state_of(const Agent& agent, Instant idle_since) {
  AgentStateChanged next{.agent = agent.id, .state = agent.state.next, .reason = agent.state.next_reason};
  if (next.state == AgentState::ready || next.state == AgentState::unreachable) next.idle_since = idle_since;
  return next;
}

void Engine::State::end_work(const Agent& agent, Instant now, journal::FactSink& sink) {
  const ContactId contact = agent.contact;
  sink.emit(contact, next_state_of(agent, now));
}

void Engine::State::return_from_offer(const AgentId& id, ContactId contact, Instant now, journal::FactSink& sink) {
  const Agent& agent = agents[*agents.find(id)];
  if (agent.state.state != AgentState::reserved || agent.offer) return;
  sink.emit(contact, next_state_of(agent, agent.state.idle_since.us ? agent.state.idle_since : now));
}

void Engine::State::set_state(const AgentId& id, AgentState wanted, const std::string& reason, Instant now, journal::FactSink& sink) {
  using enum AgentState;
  const auto index = agents.find(id);
  if (!index || !(wanted == signed_out || wanted == not_ready || wanted == ready || wanted == unreachable)) return;
  const AgentStateChanged present = agents[*index].state;
  const ContactId contact = agents[*index].contact;
  const std::string why = wanted == ready ? std::string{} : reason;

  const bool leaves = wanted == signed_out || wanted == unreachable;
  if (is_working(present.state) && !(present.state == reserved && leaves)) {
    if (present.next == wanted && present.next_reason == why) return;
    AgentStateChanged queued = present;
    queued.next = wanted;
    queued.next_reason = why;
    sink.emit(contact, queued);
    return;
  }
  if (present.state == wanted && (wanted != not_ready || present.reason == why)) return;
  if (const OfferId offer = agents[*index].offer) sink.emit(contact, journal::OfferEnded{offer, id, OfferEnd::withdrawn, {}});

  AgentStateChanged changed{.agent = id, .state = wanted, .reason = why};
  // Idleness outlives a short absence: an agent whose page drops does not lose his turn.
  const bool keeps = present.idle_since.us && (wanted == unreachable || (wanted == ready && present.state == unreachable));
  if (keeps) changed.idle_since = present.idle_since;
  else if (wanted == ready) changed.idle_since = now;
  sink.emit(contact, changed);
}

// --- the public part -------------------------------------------------------------------------------------------------------

void Engine::set_state(const AgentId& agent, AgentState state, const std::string& reason, Instant now, journal::FactSink& sink) {
  state_->set_state(agent, state, reason, now, sink);
}

void Engine::hold(const AgentId& id, bool held, Instant now, journal::FactSink& sink) {
  (void)now;
  const auto index = state_->agents.find(id);
  if (!index) return;
  const Agent& agent = state_->agents[*index];
  if (agent.state.state != (held ? AgentState::talking : AgentState::held)) return;
  AgentStateChanged changed = agent.state;
  changed.state = held ? AgentState::held : AgentState::talking;
  sink.emit(agent.contact, changed);
}

void Engine::work_ended(const AgentId& id, Instant now, journal::FactSink& sink) {
  const auto index = state_->agents.find(id);
  if (!index) return;
  const Agent& agent = state_->agents[*index];
  if (agent.state.state != AgentState::talking && agent.state.state != AgentState::held) return;
  const Duration wrap_up = agent.serving ? agent.serving->wrap_up : Duration::zero();
  if (wrap_up <= Duration::zero()) {
    state_->end_work(agent, now, sink);
    return;
  }
  AgentStateChanged changed = agent.state;
  changed.state = AgentState::wrap_up;
  changed.until = now + wrap_up;
  sink.emit(agent.contact, changed);
}

/// What was extended already shows in the end that is set: folding needs no counter.
std::int32_t Engine::wrap_up_extensions_left(const AgentId& id) const {
  const auto index = state_->agents.find(id);
  if (!index || state_->agents[*index].state.state != AgentState::wrap_up) return 0;
  const Agent& agent = state_->agents[*index];
  if (!agent.serving || agent.serving->wrap_up_extension <= Duration::zero()) return 0;
  const auto used = (agent.state.until - agent.since - agent.serving->wrap_up) / agent.serving->wrap_up_extension;
  return std::max(agent.serving->wrap_up_extensions - static_cast<std::int32_t>(used), 0);
}

bool Engine::extend_wrap_up(const AgentId& id, Instant now, journal::FactSink& sink) {
  (void)now;
  if (wrap_up_extensions_left(id) <= 0) return false;
  const Agent& agent = state_->agents[*state_->agents.find(id)];
  AgentStateChanged changed = agent.state;
  changed.until = changed.until + agent.serving->wrap_up_extension;
  sink.emit(agent.contact, changed);
  return true;
}

void Engine::end_wrap_up(const AgentId& id, Instant now, journal::FactSink& sink) {
  const auto index = state_->agents.find(id);
  if (index && state_->agents[*index].state.state == AgentState::wrap_up) state_->end_work(state_->agents[*index], now, sink);
}

void Engine::let_go(const AgentId& id, Instant now, journal::FactSink& sink) {
  const auto index = state_->agents.find(id);
  if (!index) return;
  const Agent& agent = state_->agents[*index];
  if (is_working(agent.state.state) && !agent.offer) sink.emit({}, next_state_of(agent, now));
}

}  // namespace callwright::routing
