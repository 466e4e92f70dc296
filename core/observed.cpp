// What a switch's own queues do with callers and agents becomes visits, offers and states of ours, as facts; nothing of it is steered
// (docs/adr/0011).
//
// A caller who stands in an observed queue has a visit until the switch says that he left, an agent talks to him, or his leg ends: whichever comes
// first. The agents whom the queue calls have offers, those of one time are a group; each ends by what the switch says, by the answer of one of them,
// or with the visit.
#include <algorithm>

#include "base/overloaded.hpp"
#include "core/state.hpp"

namespace callwright::core {

using journal::Cause, journal::LegRole, journal::LegState, journal::OfferEnd, journal::VisitEnd;
namespace model = cti::model;

namespace {

using Ended = model::QueueOfferEnded::Why;

OfferEnd offer_end_for(Ended why) {
  switch (why) {
    case Ended::accepted: return OfferEnd::accepted;
    case Ended::no_answer: return OfferEnd::timed_out;
    case Ended::refused: return OfferEnd::refused;
    case Ended::elsewhere: return OfferEnd::elsewhere;
    case Ended::withdrawn: break;
  }
  return OfferEnd::withdrawn;
}

bool rings(LegState state) {
  return state == LegState::initiated || state == LegState::dialing || state == LegState::alerting || state == LegState::early;
}
bool talks(LegState state) { return state == LegState::connected || state == LegState::held; }

constexpr Duration kTellEvery = std::chrono::minutes(1);

}  // namespace

// --- whose it is -----------------------------------------------------------------------------------------------------------

/// Its switch has the contact in hand: Callwright tells the switch nothing about it.
bool Core::State::is_observed(ContactId contact) const {
  const ContactEntry* entry = ledger.find(contact);
  return entry && entry->observed;
}

bool Core::State::is_observed(const AgentId& agent) const { return observed.agents.contains(agent); }

const QueueId* Core::State::observed_queue(const SwitchId& on, const std::string& name) const {
  const auto found = observed.queues.find({on, name});
  return found == observed.queues.end() ? nullptr : &found->second;
}

/// Who stands in a queue: the contact of a customer's leg, or of a wire that leads to one.
ContactEntry* Core::State::who_queues(const SwitchId& on, const std::string& native_id) {
  const model::Leg* leg = model.leg_of(on, native_id);
  return leg && (leg->role == LegRole::customer || leg->role == LegRole::hidden) ? ledger.find(leg->contact) : nullptr;
}

/// A switch may have many queues that nobody observes: told now and then, and counted.
void Core::State::unknown_queue(const SwitchId& on, const std::string& name) {
  ++observed.unknown_queues;
  const auto [told, is_new] = observed.told_at.try_emplace(on, now);
  if (!is_new && now < told->second + kTellEvery) return;
  told->second = now;
  out.unknown_queues.push_back({on, name});
}

// --- callers ---------------------------------------------------------------------------------------------------------------

void Core::State::take(const SwitchId& on, const model::QueueJoined& joined) {
  const QueueId* queue = observed_queue(on, joined.queue);
  ContactEntry* entry = who_queues(on, joined.native_id);
  if (!queue) {
    unknown_queue(on, joined.queue);
    if (const auto waiting = entry ? engine.waiting(entry->id) : std::nullopt; waiting && waiting->observed)
      engine.leave(entry->id, VisitEnd::flow_overflow, now, *this);
    return;
  }
  if (!entry) {
    model.open_caller(on, joined.native_id, now, mint, *this);
    entry = who_queues(on, joined.native_id);
  }
  if (!entry || is_called_back(entry->id)) {
    ++observed.unknown_legs;
    return;
  }
  if (const auto waiting = engine.waiting(entry->id)) {
    if (waiting->observed && waiting->queue == *queue) return;
    // From queue to queue without a word between, or the switch took him out of ours.
    engine.leave(entry->id, waiting->observed ? VisitEnd::flow_overflow : VisitEnd::flow_transfer, now, *this);
  }
  engine.observe(entry->id, on, *queue, now, *this);
  if (!entry->matched && !look_up_due.contains(entry->id)) look_up(*entry);
}

void Core::State::take(const SwitchId& on, const model::QueueLeft& left) {
  const ContactEntry* entry = who_queues(on, left.native_id);
  const auto waiting = entry ? engine.waiting(entry->id) : std::nullopt;
  if (!waiting || !waiting->observed) return;
  const QueueId* queue = observed_queue(on, left.queue);
  const journal::Queue* his = queue_of(waiting->queue);
  if (queue ? *queue != waiting->queue : his && his->observed) return;  // another queue: that he left it is old
  switch (left.why) {
    case model::QueueLeft::Why::answered: return answered_by_its_switch(entry->id);
    case model::QueueLeft::Why::abandoned: return engine.leave(entry->id, VisitEnd::abandoned, now, *this);
    case model::QueueLeft::Why::left: return engine.leave(entry->id, VisitEnd::flow_overflow, now, *this);
  }
}

/// His leg is gone, and with it his visit. Nobody said more of whom the switch had called answered.
void Core::State::queued_caller_gone(ContactId contact, Cause cause) {
  const bool lost = cause == Cause::lost || cause == Cause::switch_lost;
  if (answered_unnamed.contains(contact)) engine.leave(contact, VisitEnd::answered, now, *this, OfferEnd::elsewhere);
  else engine.leave(contact, lost ? VisitEnd::lost : VisitEnd::abandoned, now, *this, lost ? OfferEnd::lost : OfferEnd::withdrawn);
}

// --- who answered ----------------------------------------------------------------------------------------------------------

/// Of those who are called for him the one whose phone has been picked up.
const routing::Offer* Core::State::who_answered(ContactId contact) const {
  const routing::Offer* picked_up = nullptr;
  for (const routing::Offer* offer : engine.offers_of(contact)) {
    const auto phone = model.device_state(offer->switch_id, offer->device);
    if (!phone || !talks(*phone)) continue;
    if (picked_up) return nullptr;
    picked_up = offer;
  }
  return picked_up;
}

/// An agent has him, but the switch need not have said which one: then the visit ends as soon as that is told, or nobody is called for him any more.
void Core::State::answered_by_its_switch(ContactId contact) {
  if (engine.offers_of(contact).empty()) return engine.leave(contact, VisitEnd::answered, now, *this);
  if (const routing::Offer* offer = who_answered(contact)) return answer_queued(contact, AgentId(offer->agent));
  answered_unnamed.insert(contact);
}

/// The first word of it counts, whether the switch's or the joined legs'; what follows is the same as for our own callers.
void Core::State::answer_queued(ContactId contact, const AgentId& agent) {
  LegId his;
  for (const model::Leg* leg : model.agent_legs(contact))
    if (leg->agent == agent) his = leg->id;
  emit(contact, journal::ContactAnswered{agent, his});
}

/// He talks by his switch's word, and no leg of his was ever seen to talk: then he does so until his phone is on the hook.
void Core::State::end_unseen_talk(const AgentId& agent) {
  const auto status = engine.agent(agent);
  if (!status || (status->state.state != journal::AgentState::talking && status->state.state != journal::AgentState::held)) return;
  const auto legs = model.agent_legs(status->contact);
  if (is_observed(status->contact) && std::ranges::find(legs, agent, &model::Leg::agent) == legs.end()) agents_part_over(status->contact, agent);
}

// --- offers ----------------------------------------------------------------------------------------------------------------

void Core::State::take(const SwitchId& on, const model::QueueOffered& offered) {
  const QueueId* queue = observed_queue(on, offered.queue);
  if (!queue) return unknown_queue(on, offered.queue);
  const ContactEntry* entry = who_queues(on, offered.native_id);
  const auto waiting = entry ? engine.waiting(entry->id) : std::nullopt;
  if (!waiting || !waiting->observed || waiting->queue != *queue) {
    ++observed.unknown_legs;
    return;
  }
  const auto agent = agent_of_device.find({on, offered.device});
  if (agent == agent_of_device.end() || !is_observed(agent->second)) {
    ++observed.unknown_devices;
    return;
  }
  engine.observe_offer(entry->id, agent->second, now, mint, *this);
}

void Core::State::take(const SwitchId& on, const model::QueueOfferEnded& ended) {
  const ContactEntry* entry = who_queues(on, ended.native_id);
  const auto agent = agent_of_device.find({on, ended.device});
  if (!entry || agent == agent_of_device.end()) return;
  const ContactId contact = entry->id;
  const auto offers = engine.offers_of(contact);
  const auto his = std::ranges::find(offers, agent->second, &routing::Offer::agent);
  if (his == offers.end() || !journal::is_observed((*his)->made)) return;
  if (ended.why == Ended::accepted) return answer_queued(contact, agent->second);
  engine.end_offer((*his)->id, offer_end_for(ended.why), now, *this);
  if (answered_unnamed.contains(contact) && engine.offers_of(contact).empty()) engine.leave(contact, VisitEnd::answered, now, *this);
}

// --- agents ----------------------------------------------------------------------------------------------------------------

void Core::State::take(const SwitchId& on, const model::QueueAgentSeen& seen) {
  if (!observed.said.take(on, seen)) ++observed.unknown_devices;
  const auto agent = agent_of_device.find({on, seen.device});
  if (agent != agent_of_device.end() && is_observed(agent->second)) follow_switch(agent->second);
  else ++observed.unknown_devices;
}

/// What his queues said last is what he is, or what he will be when his talk is over.
void Core::State::follow_switch(const AgentId& id) {
  const journal::Agent* agent = agent_of(id);
  if (!agent) return;
  std::set<std::string> names;
  for (const auto& [queue, ours] : observed.queues)
    if (queue.first == agent->switch_id) names.insert(queue.second);
  if (const auto seen = observed.said.state_of(agent->switch_id, agent->device, names))
    engine.observe_state(id, seen->state, seen->reason, now, *this);
}

/// The document says anew whose authority is whose.
void Core::State::follow_authority() {
  observed.queues.clear();
  for (const journal::Queue& queue : centre->queues)
    if (queue.observed) observed.queues[{queue.observed->switch_id, queue.observed->name}] = queue.id;
  const std::set<AgentId> before = std::exchange(observed.agents, journal::observed_agents(*centre));
  for (const AgentId& agent : observed.agents) {
    absent.erase(agent);
    engine.end_wrap_up(agent, now, *this);
    give_back(agent);
    follow_switch(agent);
  }
  for (const AgentId& agent : before) {  // ours from now on, and nobody is made ready by that
    if (is_observed(agent) || !agent_of(agent)) continue;
    if (present.contains(agent)) engine.set_state(agent, journal::AgentState::not_ready, "signed_in", now, *this);
    else engine.set_state(agent, journal::AgentState::signed_out, {}, now, *this);
  }
  // Who waits for us in a queue that its switch routes from now on would wait for ever.
  std::vector<ContactId> stranded;
  for (const auto& [id, entry] : ledger.open()) {
    const auto waiting = engine.waiting(id);
    const journal::Queue* queue = waiting && !waiting->observed ? queue_of(waiting->queue) : nullptr;
    if (queue && queue->observed && !is_called_back(id) && !is_written(entry.opened.channel)) stranded.push_back(id);
  }
  for (ContactId id : stranded) release_caller(id);
}

// --- after a gap -----------------------------------------------------------------------------------------------------------

/// Who still stands in his queue keeps his place; who is there and stands there no more has gone on, unless he talks to an agent, which the legs have
/// said. An offer that nobody heard the end of is lost, unless the phone rings still.
void Core::State::reconcile_observed(const SwitchId& on, const model::Snapshot& snapshot) {
  if (!observed.said.replace(on, snapshot.agents)) ++observed.unknown_devices;
  for (const AgentId& agent : observed.agents)
    if (agent_of(agent)->switch_id == on) follow_switch(agent);

  std::map<ContactId, QueueId> standing;
  std::set<std::string> ringing;
  for (const model::SnapshotLeg& present : snapshot.legs) {
    if (rings(present.state)) ringing.insert(present.leg.device);
    if (present.queue.empty()) continue;
    take(on, model::QueueJoined{present.leg.native_id, present.queue});
    const ContactEntry* entry = who_queues(on, present.leg.native_id);
    if (const QueueId* queue = observed_queue(on, present.queue); entry && queue) standing[entry->id] = *queue;
  }
  std::vector<ContactId> waiting;
  for (const auto& [id, contact] : model.contacts())
    if (const auto one = contact.switch_id == on ? engine.waiting(id) : std::nullopt; one && one->observed) waiting.push_back(id);
  for (ContactId id : waiting) {
    if (!standing.contains(id)) {
      if (answered_unnamed.contains(id)) engine.leave(id, VisitEnd::answered, now, *this, OfferEnd::lost);
      else engine.leave(id, VisitEnd::flow_overflow, now, *this, OfferEnd::lost);
      continue;
    }
    for (const routing::Offer* offer : engine.offers_of(id))
      if (!ringing.contains(offer->device)) engine.end_offer(OfferId(offer->id), OfferEnd::lost, now, *this);
  }
}

}  // namespace callwright::core
