// What each fact leads to: the next facts, and the commands that leave once it is committed.
#include <algorithm>

#include "base/overloaded.hpp"
#include "base/planted_bug.hpp"
#include "core/state.hpp"

namespace callwright::core {

using journal::Cause, journal::LegRole, journal::LegState, journal::OfferEnd, journal::SegmentKind, journal::VisitEnd;
namespace model = cti::model;

void Core::State::react(const journal::Fact& fact) {
  const ContactId contact = fact.contact;
  if (contact) touched_contacts.insert(contact);
  std::visit(Overloaded{
                 [&](const journal::RouteRequested&) {
                   ContactEntry* entry = ledger.find(contact);
                   if (!entry) return;
                   if (const auto waiting = engine.waiting(contact); waiting && waiting->observed)  // his switch sends him on to us
                     engine.leave(contact, VisitEnd::flow_overflow, now, *this);
                   const model::Leg* customer = model.customer_leg(contact);
                   if (customer && !may_route(customer->switch_id)) return;
                   if (entry->matched || draining || store_full) route(*entry);
                   else look_up(*entry);
                 },
                 [&](const journal::CustomerMatched& match) {
                   ContactEntry* entry = ledger.find(contact);
                   if (!entry || (entry->visits > 0 && !entry->asks) || entry->answered_by || match.match == journal::Match::chosen) return;
                   if (is_written(entry->opened.channel)) queue_written(*entry);
                   else if (entry->route) route(*entry);
                 },
                 [&](const journal::VisitStarted& visit) {
                   touched_queues.insert(visit.queue);
                   if (visit.observed) return;
                   const model::Leg* customer = engine.waiting(contact) ? model.customer_leg(contact) : nullptr;
                   if (!customer) return;
                   command_once(customer->switch_id, contact, model::Park{customer->native_id});
                   clear_last_talk(contact);
                   greeted.insert(contact);
                 },
                 [&](const journal::VisitEnded& visit) {
                   touched_queues.insert(visit.queue);
                   messages.erase(contact);
                   answered_unnamed.erase(contact);
                   if (visit.how == VisitEnd::abandoned) recall(contact, visit);
                   if (visit.how != VisitEnd::flow_closed || engine.waiting(contact)) return;
                   const Callback* owed = callbacks.find(contact);
                   if (owed && owed->begun) rest(contact, Cause::not_allowed, now + owed->asked.retry);  // its queue does not take it now
                   else turn_away(contact, visit);
                 },
                 [&](const journal::VisitTreated& treated) { on_treated(contact, treated); },
                 [&](const journal::VisitHeard&) { messages.erase(contact); },
                 [&](const journal::EmergencySet& set) { touched_queues.insert(set.queue); },
                 [&](const journal::CallbackRequested& asked) { touched_queues.insert(asked.queue); },
                 [&](const journal::OfferMade& offer) {
                   touched_agents.insert(offer.agent);
                   begin_segment(contact, offer.agent, SegmentKind::ring);
                   if (journal::is_observed(offer)) return;
                   decisions.push_back({offer.decision, fact.at, contact, offer});
                   if (is_written(offer.channel)) take_by_itself(offer);
                   else if (!offer.claim) ring(contact, offer);
                 },
                 [&](const journal::OfferClaimed& claimed) {
                   touched_agents.insert(claimed.agent);
                   const auto legs = model.agent_legs(contact);  // it rings already if the claim that let it ring died with the server
                   const bool rings = std::ranges::find(legs, claimed.offer, &model::Leg::offer) != legs.end();
                   if (const routing::Offer* offer = engine.offer(claimed.offer); offer && offer->made.claim && !rings) ring(contact, offer->made);
                 },
                 [&](const journal::OfferEnded& ended) { on_offer_ended(contact, ended); },
                 [&](const journal::LegStarted& leg) { on_leg_started(contact, leg); },
                 [&](const journal::LegStateChanged& change) { on_leg_state(contact, change); },
                 [&](const journal::LegJoined&) { answer_later_visit(contact); },
                 [&](const journal::LegLeft&) {  // what sent him into his queue may have been lost on the way to the switch
                   if (engine.waiting(contact)) clear_last_talk(contact);
                 },
                 [&](const journal::ContactAnswered& answered) { on_answered(contact, answered); },
                 [&](const journal::LegEnded& ended) { on_leg_ended(contact, ended); },
                 [&](const journal::AgentStateChanged& change) { on_agent_state(change); },
                 [&](const journal::WorkChanged& change) { on_work(contact, change); },
                 [&](const journal::LinkUp& up) {
                   touched_links.insert(up.switch_id);
                   links[up.switch_id] = {up.switch_id, 0, true, fact.at, {}, up.boot_epoch};
                 },
                 [&](const journal::LinkDown& down) {
                   touched_links.insert(down.switch_id);
                   LinkView& link = links[down.switch_id];
                   link = {down.switch_id, 0, false, fact.at, down.reason, link.boot_epoch};
                 },
                 [](const auto&) {},
             },
             fact.body);
}

// --- from the arrival to the queue -----------------------------------------------------------------------------------------

void Core::State::look_up(const ContactEntry& entry) {
  out.look_ups.push_back({entry.id, entry.opened.switch_id, entry.opened.trunk, entry.opened.ani});
  if (!entry.matched) look_up_due[entry.id] = now + kLookUpLimit;
}

/// The centre's word for a number that was dialled there; none: it has none.
const journal::Entry* Core::State::entry_of(const SwitchId& switch_id, const std::string& number) const {
  const journal::Entry* chosen = nullptr;
  for (const auto& candidate : centre->entries) {
    if (candidate.switch_id != switch_id) continue;
    if (candidate.number == number) return &candidate;
    if (candidate.number == "*" && !chosen) chosen = &candidate;
  }
  return chosen;
}

void Core::State::route(ContactEntry& entry) {
  const model::Leg* customer = model.customer_leg(entry.id);
  if (!customer || !may_route(customer->switch_id)) return;
  if (draining || store_full) return release_caller(entry.id);
  if (engine.waiting(entry.id)) return;  // moved by a supervisor since, and the switch asks again
  const journal::Entry* chosen = entry_of(entry.opened.switch_id, entry.route->entry);
  const Instant place = chosen ? std::min(entry.route_at, take_over(entry, chosen->queue)) : entry.route_at;
  if (!chosen || !engine.enter(entry.id, entry.opened.switch_id, chosen->queue, place, now, *this, about(entry))) {
    entry.failed_to_route = true;
    release_caller(entry.id);
  }
}

/// A switch that has declared what it can do, and routing not, keeps its callers whatever it asks: nothing that we answered would
/// be carried out. Its link says so, once.
bool Core::State::may_route(const SwitchId& switch_id) {
  const auto declared = capabilities.find(switch_id);
  if (declared == capabilities.end() || declared->second.route) return true;
  static const std::string kReason = "asks for routes and has not declared the capability route";
  if (LinkView& link = links[switch_id]; link.up && link.reason != kReason) {
    link.reason = kReason;
    touched_links.insert(switch_id);
  }
  return false;
}

/// Hands a caller who talks to nobody back to the switch's own fallback.
void Core::State::release_caller(ContactId contact) {
  if (is_observed(contact)) return;
  const model::Leg* customer = model.customer_leg(contact);
  if (engine.waiting(contact) && !planted(8)) engine.leave(contact, VisitEnd::flow_closed, now, *this);
  if (customer) command_once(customer->switch_id, contact, model::Release{customer->native_id});
}

// --- the agent's phone -------------------------------------------------------------------------------------------------------

void Core::State::ring(ContactId contact, const journal::OfferMade& offer) {
  const model::Leg* customer = model.customer_leg(contact);
  const ContactEntry* entry = ledger.find(contact);
  if (const Callback* owed = callbacks.find(contact); entry && owed && owed->begun)
    command(offer.switch_id, contact, model::Ring{offer.device, {}, owed->asked.number, entry->opened.caller_name, offer.offer, offer.expires_at - now});
  else if (customer && entry)
    command(offer.switch_id, contact,
            model::Ring{offer.device, customer->native_id, entry->opened.ani, entry->opened.caller_name, offer.offer, offer.expires_at - now});
}

/// The agent's phone has been picked up: his caller is there, or a customer is called for him now.
void Core::State::connect(const model::Leg& leg) {
  if (!planted(12)) engine.claim(leg.offer, now, *this);  // of two who answer at once the second finds his offer over, and his phone is told
  if (is_called_back(leg.contact)) return call_for(leg);
  if (const model::Leg* customer = model.customer_leg(leg.contact))
    command_once(leg.switch_id, leg.contact, model::Bridge{customer->native_id, leg.native_id});
}

void Core::State::on_leg_started(ContactId contact, const journal::LegStarted& leg) {
  if (const model::Leg* live = leg.role == LegRole::customer ? model.leg(leg.leg) : nullptr) customer_leg_started(contact, *live);
  if (leg.role != LegRole::agent) return;
  if (!leg.agent.value.empty()) touched_agents.insert(leg.agent);
  if (!leg.offer) return;
  const routing::Offer* offer = engine.offer(leg.offer);
  if (!offer) {  // it ended while the switch was dialling; or the journal lost it, and its agent talks
    if (const model::Leg* live = model.leg(leg.leg); live && !live->joined) hang_up(*live, Cause::elsewhere);
    return;
  }
  if (accepted_early.erase(leg.offer)) command(leg.switch_id, contact, model::Answer{leg.native_id});
  else if (const model::Leg* live = model.leg(leg.leg)) answer_for_agent(*live);
  if (const model::Leg* live = leg.state == LegState::connected ? model.leg(leg.leg) : nullptr) connect(*live);
}

/// Where the queue answers for its agents and the switch can, once his phone rings. Elsewhere he answers himself.
void Core::State::answer_for_agent(const cti::model::Leg& leg) {
  const routing::Offer* offer = leg.offer ? engine.offer(leg.offer) : nullptr;
  if (!offer || !offer->made.auto_answer || leg.state != LegState::alerting || !able(leg.switch_id).answer) return;
  command_once(leg.switch_id, leg.contact, model::Answer{leg.native_id});
}

void Core::State::on_leg_state(ContactId contact, const journal::LegStateChanged& change) {
  const model::Leg* leg = model.leg(change.leg);
  const ContactEntry* entry = ledger.find(contact);
  if (!leg || !entry) return;
  if (leg->role == LegRole::agent && change.state == LegState::connected && leg->offer && engine.offer(leg->offer)) {
    connect(*leg);
    return;
  }
  if (leg->role == LegRole::customer && change.state == LegState::connected) customer_answers(contact, *leg);
  answer_for_agent(*leg);
  // Held if any leg of the talk is held: the agent's phone and our own command hold different ones.
  const OpenSegment* talk = entry->answered_by ? entry->segment_of(entry->answered_by) : nullptr;
  if (!talk || (talk->what != SegmentKind::talk && talk->what != SegmentKind::hold)) return;
  bool held = false;
  const model::Leg* customer = model.customer_leg(contact);
  if (customer && customer->state == LegState::held) held = true;
  for (const model::Leg* agent_leg : model.agent_legs(contact)) held = held || agent_leg->state == LegState::held;
  if (held == (talk->what == SegmentKind::hold)) return;
  const AgentId agent = entry->answered_by;
  engine.hold(agent, held, now, *this);
  end_segment(contact, agent);
  begin_segment(contact, agent, held ? SegmentKind::hold : SegmentKind::talk);
}

/// Who was answered before and waited again. Of the first talk the model says itself that it answers the contact.
void Core::State::answer_later_visit(ContactId contact) {
  const ContactEntry* entry = ledger.find(contact);
  const model::Leg* customer = model.customer_leg(contact);
  if (!entry || !entry->answered_by || !customer || !customer->joined) return;
  for (const model::Leg* leg : model.agent_legs(contact))
    if (leg->joined && leg->call == customer->call && leg->id != entry->answered_leg && leg->offer && engine.offer(leg->offer)) {
      emit(contact, journal::ContactAnswered{leg->agent, leg->id});
      return;
    }
}

void Core::State::on_answered(ContactId contact, const journal::ContactAnswered& answered) {
  touched_agents.insert(answered.agent);
  engine.answered(contact, answered.agent, now, *this);
  end_segment(contact, answered.agent);
  if (const ContactEntry* entry = ledger.find(contact); entry && !is_written(entry->opened.channel)) end_wrap_ups(answered.agent);
  begin_segment(contact, answered.agent, SegmentKind::talk);
  if (const Callback* owed = callbacks.find(contact); owed && (owed->begun || owed->asked.by == journal::CallbackBy::caller))
    end_callback(contact, journal::CallbackEnd::done);
}

void Core::State::on_offer_ended(ContactId contact, const journal::OfferEnded& ended) {
  touched_agents.insert(ended.agent);
  accepted_early.erase(ended.offer);
  if (ended.how == OfferEnd::accepted) return;  // its ring segment turns into talk
  if (const ContactEntry* entry = ledger.find(contact))
    if (const OpenSegment* ring = entry->segment_of(ended.agent); ring && ring->what == SegmentKind::ring) end_segment(contact, ended.agent);
  for (const model::Leg* leg : model.agent_legs(contact))
    if (leg->offer == ended.offer && !leg->joined) hang_up(*leg, ended.how == OfferEnd::elsewhere ? Cause::elsewhere : Cause::normal);
  if (const Callback* owed = callbacks.find(contact); owed && owed->attempt && owed->attempt->offer == ended.offer)
    call_failed(contact, ended.how == OfferEnd::lost ? Cause::lost : Cause::caller_cancel);
}

// --- the end -------------------------------------------------------------------------------------------------------------------

namespace {

OfferEnd offer_end_for(Cause cause) {
  switch (cause) {
    case Cause::lost:
    case Cause::switch_lost: return OfferEnd::lost;
    case Cause::no_answer:
    case Cause::timeout: return OfferEnd::timed_out;
    case Cause::elsewhere: return OfferEnd::elsewhere;
    default: return OfferEnd::refused;
  }
}

bool is_lost(Cause cause) { return cause == Cause::lost || cause == Cause::switch_lost; }

/// Of a caller who waits. Whom his switch leads elsewhere has not given up.
VisitEnd visit_end_for(Cause cause) {
  return is_lost(cause) ? VisitEnd::lost : cause == Cause::transferred ? VisitEnd::flow_transfer : VisitEnd::abandoned;
}

}  // namespace

void Core::State::on_leg_ended(ContactId contact, const journal::LegEnded& ended) {
  const ContactEntry* entry = ledger.find(contact);
  if (!entry) return;
  const auto started = std::ranges::find_if(entry->facts, [&](const journal::Fact& fact) {
    const auto* leg = std::get_if<journal::LegStarted>(&fact.body);
    return leg && leg->leg == ended.leg;
  });
  if (started == entry->facts.end()) return;
  const auto leg = std::get<journal::LegStarted>(started->body);  // a copy: what follows adds facts

  if (leg.role == LegRole::customer && !model.customer_leg(contact)) {
    if (const auto waiting = engine.waiting(contact); waiting && waiting->observed) queued_caller_gone(contact, ended.cause);
    if (!caller_left(contact, ended.cause) && engine.waiting(contact))
      engine.leave(contact, visit_end_for(ended.cause), now, *this, is_lost(ended.cause) ? OfferEnd::lost : OfferEnd::withdrawn);
    if (entry->answered_by) agents_part_over(contact, entry->answered_by);
    if (model.handed_over(contact)) return;
    for (const model::Leg* agent_leg : model.agent_legs(contact)) hang_up(*agent_leg);
    for (const model::Leg* half : model.hidden_legs(contact)) hang_up(*half);  // whoever it leads to hears silence
    return;
  }
  if (leg.agent) touched_agents.insert(leg.agent);
  if (leg.role == LegRole::agent && leg.offer && engine.offer(leg.offer)) {
    if (ended.cause == Cause::transferred && ended.by == journal::EndedBy::us) return hand_over(contact, leg.agent);
    engine.end_offer(leg.offer, offer_end_for(ended.cause), now, *this);
    return;
  }
  const auto legs = model.agent_legs(contact);
  if (leg.agent && std::ranges::find(legs, leg.agent, &model::Leg::agent) == legs.end()) agents_part_over(contact, leg.agent);
  // He was connected when his offer was over already, and stands alone where the two would have talked.
  const auto talked = [&](const journal::Fact& fact) {
    const auto* joined = std::get_if<journal::LegJoined>(&fact.body);
    return joined && joined->leg == ended.leg;
  };
  const model::Leg* customer = engine.waiting(contact) && ended.leg != entry->answered_leg ? model.customer_leg(contact) : nullptr;
  if (customer && std::ranges::any_of(entry->facts, talked)) command_once(customer->switch_id, contact, model::Park{customer->native_id});
  free_customer_left_alone(contact);
}

/// We have sent the caller to this agent's phone, where nobody sees what becomes of him. The agent says himself when he is free again.
void Core::State::hand_over(ContactId contact, const AgentId& agent) {
  if (const auto status = engine.agent(agent); status && status->state.next == journal::AgentState::ready)
    engine.set_state(agent, journal::AgentState::not_ready, "handed_over", now, *this);
  engine.leave(contact, VisitEnd::flow_transfer, now, *this);
}

/// Whom the last one left hears silence. A hidden leg leads to somebody, and who replaced an agent is there as a leg of his own.
void Core::State::free_customer_left_alone(ContactId contact) {
  const model::Leg* customer = model.customer_leg(contact);
  const ContactEntry* entry = ledger.find(contact);
  if (!customer || !entry || !entry->answered_by || engine.waiting(contact) || model.accompanied(contact)) return;
  const bool released = entry->last_visit_end == VisitEnd::flow_closed || (customer->route_open && entry->sent_back());
  if (!released) hang_up(*customer);  // else he is on his way to the fallback
}

/// He was answered and waits again: whoever handed him on, and the wire that brought the request, are with nobody now.
void Core::State::clear_last_talk(ContactId contact) {
  const ContactEntry* entry = ledger.find(contact);
  if (!entry || !entry->answered_by) return;
  const auto rings = [&](const model::Leg* leg) { return leg && leg->offer && engine.offer(leg->offer); };
  for (const model::Leg* leg : model.agent_legs(contact))
    if (!leg->joined && !rings(leg)) hang_up(*leg);
  for (const model::Leg* half : model.hidden_legs(contact))
    if (!rings(half) && !rings(model.leg(half->pair))) hang_up(*half);
}

void Core::State::agents_part_over(ContactId contact, const AgentId& agent) {
  const ContactEntry* entry = ledger.find(contact);
  const OpenSegment* segment = entry ? entry->segment_of(agent) : nullptr;
  if (!segment || segment->what == SegmentKind::wrap_up) return;
  // A ringing goes on with its offer: what ended is a phone that rang too late for the one before.
  if (const routing::Offer* offer = engine.offer_to(agent); offer && offer->contact == contact) return;
  const bool written = is_written(entry->opened.channel);
  end_segment(contact, agent);
  if (written) engine.work_ended(agent, contact, now, *this);
  else engine.work_ended(agent, now, *this);
  const auto status = engine.agent(agent);
  const auto wrapped_up = [&](const auto& work) { return work.contact == contact && work.state == journal::WorkState::wrap_up; };
  if (status && (written ? std::ranges::any_of(status->works, wrapped_up) : status->state.state == journal::AgentState::wrap_up))
    begin_segment(contact, agent, SegmentKind::wrap_up);
}

/// It never asked us for a route, and could not: its switch is only watched.
bool Core::State::never_steered(ContactId contact) const {
  const ContactEntry* entry = ledger.find(contact);
  const auto declared = entry ? capabilities.find(entry->opened.switch_id) : capabilities.end();
  return declared != capabilities.end() && !declared->second.route && !entry->route && !is_called_back(contact);
}

/// Once in a step, whatever leads to it.
void Core::State::hang_up(const cti::model::Leg& leg, Cause cause) {
  if (never_steered(leg.contact)) return;
  const bool said = std::ranges::any_of(out.commands, [&](const model::Command& earlier) {
    const auto* end = std::get_if<model::End>(&earlier.body);
    return end && earlier.switch_id == leg.switch_id && end->native_id == leg.native_id;
  });
  if (!said) command(leg.switch_id, leg.contact, model::End{leg.native_id, cause});
}

void Core::State::on_agent_state(const journal::AgentStateChanged& change) {
  touched_agents.insert(change.agent);
  if (change.state != journal::AgentState::wrap_up) end_wrap_ups(change.agent);
}

/// Of his calls: each written contact has a wrap-up of its own.
void Core::State::end_wrap_ups(const AgentId& agent) {
  std::vector<ContactId> wrapped;
  for (ContactId id : ledger.contacts_of(agent)) {
    const ContactEntry& entry = *ledger.find(id);
    if (!is_written(entry.opened.channel) && entry.segment_of(agent)->what == SegmentKind::wrap_up) wrapped.push_back(id);
  }
  for (ContactId id : wrapped) {
    end_segment(id, agent);
    touched_contacts.insert(id);
  }
}

void Core::State::begin_segment(ContactId contact, const AgentId& agent, SegmentKind what) {
  if (const ContactEntry* entry = ledger.find(contact)) emit(contact, journal::SegmentStarted{entry->segments_begun + 1, agent, what});
}

void Core::State::end_segment(ContactId contact, const AgentId& agent) {
  const ContactEntry* entry = ledger.find(contact);
  if (const OpenSegment* segment = entry ? entry->segment_of(agent) : nullptr) emit(contact, journal::SegmentEnded{segment->segment});
}

}  // namespace callwright::core
