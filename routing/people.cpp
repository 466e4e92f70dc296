#include <algorithm>

#include "routing/state.hpp"

namespace callwright::routing {

using journal::AgentState;
using journal::AgentStateChanged;
using journal::OfferEnd;
using journal::WorkChanged;
using journal::WorkState;

namespace {

AgentStateChanged signing_out(const AgentId& agent, const std::string& reason) {
  return {.agent = agent, .state = AgentState::not_ready, .reason = "signing_out", .next = AgentState::signed_out, .next_reason = reason};
}

}  // namespace

bool is_signing_out(const AgentStateChanged& state) { return state.state == AgentState::not_ready && state.next == AgentState::signed_out; }

AgentStateChanged next_state_of(const Agent& agent, Instant idle_since) {
  AgentStateChanged next{.agent = agent.id, .state = agent.state.next, .reason = agent.state.next_reason};
  if (next.state == AgentState::signed_out && agent.has_taken()) return signing_out(agent.id, next.reason);
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

const WorkInHand* Engine::State::work_of(const AgentId& id, ContactId written, WorkState state) const {
  const auto index = agents.find(id);
  const WorkInHand* work = index ? agents[*index].work(written) : nullptr;
  return work && work->state == state ? work : nullptr;
}

/// With the last one that he has taken ends what waited for that: he signs out, or is idle again.
void Engine::State::finish_work(const AgentId& id, ContactId written, Instant now, journal::FactSink& sink) {
  const Agent& agent = agents[*agents.find(id)];
  sink.emit(written, WorkChanged{.agent = id, .channel = agent.work(written)->channel, .state = WorkState::done});
  if (agent.has_taken()) return;
  if (is_signing_out(agent.state)) return sink.emit({}, next_state_of(agent, now));
  if (!agent.state.idle_since.us || agent.state.idle_since == now) return;
  AgentStateChanged idle = agent.state;
  idle.idle_since = now;
  sink.emit(agent.contact, idle);
}

void Engine::State::set_state(const AgentId& id, AgentState wanted, const std::string& reason, Instant now, journal::FactSink& sink) {
  using enum AgentState;
  const auto index = agents.find(id);
  if (!index || !(wanted == signed_out || wanted == not_ready || wanted == ready || wanted == unreachable)) return;
  const AgentStateChanged present = agents[*index].state;
  const ContactId contact = agents[*index].contact;
  const std::string why = wanted == ready ? std::string{} : reason;

  const bool leaves = wanted == signed_out || wanted == unreachable;
  if (const OfferId written = leaves ? agents[*index].written_offer() : OfferId{}) {
    const Offer ending = offers.at(written);
    take_back(ending, {written, id, OfferEnd::withdrawn, {}}, sink);
  }
  if (is_working(present.state) && !(present.state == reserved && leaves)) {
    if (present.next == wanted && present.next_reason == why) return;
    AgentStateChanged queued = present;
    queued.next = wanted;
    queued.next_reason = why;
    sink.emit(contact, queued);
    return;
  }
  AgentStateChanged changed{.agent = id, .state = wanted, .reason = why};
  if (wanted == signed_out && agents[*index].has_taken()) changed = signing_out(id, why);
  const bool same_pause = present.reason == changed.reason && present.next == changed.next;
  if (present.state == changed.state && (changed.state != not_ready || same_pause)) return;
  if (const OfferId offer = agents[*index].offer) sink.emit(contact, journal::OfferEnded{offer, id, OfferEnd::withdrawn, {}});

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
  const Duration wrap_up = agent.serving ? agent.serving->wrap_up.length : Duration::zero();
  if (wrap_up <= Duration::zero()) {
    state_->end_work(agent, now, sink);
    return;
  }
  AgentStateChanged changed = agent.state;
  changed.state = AgentState::wrap_up;
  changed.until = now + wrap_up;
  sink.emit(agent.contact, changed);
}

void Engine::work_ended(const AgentId& id, ContactId written, Instant now, journal::FactSink& sink) {
  const WorkInHand* work = state_->work_of(id, written, WorkState::working);
  if (!work) return;
  if (work->wrap_up.length <= Duration::zero()) return state_->finish_work(id, written, now, sink);
  sink.emit(written, WorkChanged{.agent = id, .channel = work->channel, .state = WorkState::wrap_up, .until = now + work->wrap_up.length});
}

void Engine::drop_work(const AgentId& id, ContactId written, Instant now, journal::FactSink& sink) {
  const auto index = state_->agents.find(id);
  const WorkInHand* work = index ? state_->agents[*index].work(written) : nullptr;
  if (!work) return;
  if (work->offer) end_offer(work->offer, OfferEnd::withdrawn, now, sink);
  else state_->finish_work(id, written, now, sink);
}

std::int32_t Engine::wrap_up_extensions_left(const AgentId& id) const {
  const auto index = state_->agents.find(id);
  if (!index || state_->agents[*index].state.state != AgentState::wrap_up) return 0;
  const Agent& agent = state_->agents[*index];
  return agent.serving ? agent.serving->wrap_up.extensions_left(agent.since, agent.state.until) : 0;
}

bool Engine::extend_wrap_up(const AgentId& id, Instant now, journal::FactSink& sink) {
  (void)now;
  if (wrap_up_extensions_left(id) <= 0) return false;
  const Agent& agent = state_->agents[*state_->agents.find(id)];
  AgentStateChanged changed = agent.state;
  changed.until = changed.until + agent.serving->wrap_up.extension;
  sink.emit(agent.contact, changed);
  return true;
}

bool Engine::extend_wrap_up(const AgentId& id, ContactId written, Instant now, journal::FactSink& sink) {
  (void)now;
  const WorkInHand* work = state_->work_of(id, written, WorkState::wrap_up);
  if (!work || work->extensions_left() <= 0) return false;
  sink.emit(written, WorkChanged{.agent = id, .channel = work->channel, .state = WorkState::wrap_up, .until = work->until + work->wrap_up.extension});
  return true;
}

void Engine::end_wrap_up(const AgentId& id, Instant now, journal::FactSink& sink) {
  const auto index = state_->agents.find(id);
  if (index && state_->agents[*index].state.state == AgentState::wrap_up) state_->end_work(state_->agents[*index], now, sink);
}

void Engine::end_wrap_up(const AgentId& id, ContactId written, Instant now, journal::FactSink& sink) {
  if (state_->work_of(id, written, WorkState::wrap_up)) state_->finish_work(id, written, now, sink);
}

void Engine::let_go(const AgentId& id, Instant now, journal::FactSink& sink) {
  const auto index = state_->agents.find(id);
  if (!index) return;
  const Agent& agent = state_->agents[*index];
  if (is_working(agent.state.state) && !agent.offer) sink.emit({}, next_state_of(agent, now));
}

}  // namespace callwright::routing
