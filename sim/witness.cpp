#include "sim/witness.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>

namespace callwright::sim {

using journal::AgentState, journal::SegmentKind;

namespace {

std::string name_of(ContactId id) { return "contact " + std::to_string(id.value); }
std::string name_of(const AgentId& id) { return "agent " + id.value; }

/// What may be said about a contact after its end.
bool may_follow_the_end(const journal::Body& body) {
  return std::holds_alternative<journal::NoteWritten>(body) || std::holds_alternative<journal::DispositionSet>(body) ||
         std::holds_alternative<journal::AgentStateChanged>(body);
}

constexpr Duration kArrivalLimit = std::chrono::seconds(1);  ///< a look-up, and what a queue may refuse of it

/// His segment while he has so much to do with a written contact.
SegmentKind segment_in(journal::WorkState state) {
  if (state == journal::WorkState::reserved) return SegmentKind::ring;
  return state == journal::WorkState::working ? SegmentKind::talk : SegmentKind::wrap_up;
}

}  // namespace

Witness::Contact* Witness::find(ContactId id) {
  auto found = contacts_.find(id);
  return found == contacts_.end() ? nullptr : &found->second;
}

void Witness::fold(const journal::Fact& fact) {
  if (fact.contact) touched_contacts_.insert(fact.contact);
  if (const auto* opened = std::get_if<journal::ContactOpened>(&fact.body)) {
    const auto [contact, first] = contacts_.try_emplace(fact.contact);
    if (!first) note(name_of(fact.contact) + " is opened twice");
    contact->second.channel = opened->channel;
    contact->second.opened_at = fact.at;
    if (journal::is_written(opened->channel)) arriving_.insert(fact.contact);
  } else if (const auto* changed = std::get_if<journal::AgentStateChanged>(&fact.body)) {
    agents_[changed->agent] = changed->state;
    if (changed->state == AgentState::not_ready && changed->reason == "signing_out") signing_out_.insert(changed->agent);
    else signing_out_.erase(changed->agent);
    touched_agents_.insert(changed->agent);
  } else if (fact.contact && !contacts_.contains(fact.contact) && !may_follow_the_end(fact.body)) {
    note(name_of(fact.contact) + " has ended and a fact of kind " + std::to_string(static_cast<int>(journal::kind_of(fact.body))) + " follows");
  }
  std::visit(
      [&](const auto& body) {
        if constexpr (requires { on(fact, body); }) on(fact, body);
      },
      fact.body);
  if (std::holds_alternative<journal::ContactEnded>(fact.body)) {
    if (const Contact* contact = find(fact.contact)) {
      if (contact->visit) note(name_of(fact.contact) + " ends and is in a queue");
      if (!contact->segments.empty()) note(name_of(fact.contact) + " ends with an agent's segment open");
      if (contact->live_legs > 0) note(name_of(fact.contact) + " ends with a live leg");
    }
    contacts_.erase(fact.contact);
  }
}

std::string Witness::step(const core::Input& input, const core::Output& output) {
  if (!began_) began_ = input.at;
  if (const auto* changed = std::get_if<core::CentreChanged>(&input.body)) centre_ = changed->centre;
  touched_contacts_.clear();
  touched_agents_.clear();
  ended_offers_.clear();
  for (const auto& fact : output.facts) fold(fact);
  for (ContactId id : touched_contacts_) check_contact(id);
  for (const AgentId& agent : touched_agents_) check_agent(agent);
  for (const auto& [id, queue] : queues_) {
    const std::int64_t left = std::accumulate(queue.ended.begin(), queue.ended.end(), std::int64_t{0});
    if (queue.entered != left + queue.waiting) note("queue " + id.value + ": entered is not what left and what waits");
  }
  check_arrivals(input.at);
  check_link(input, output);
  check_commands(output);
  if (const auto* event = std::get_if<cti::model::SwitchEvent>(&input.body))
    if (const auto* snapshot = std::get_if<cti::model::Snapshot>(&event->body)) check_snapshot(event->switch_id, *snapshot, output);
  if (std::holds_alternative<core::DrainStarted>(input.body))
    for (const auto& [id, contact] : contacts_)
      if (contact.visit && !contact.visit->callback && !journal::is_written(contact.channel))
        note(name_of(id) + " still waits in a queue of a server that stops");
  return std::exchange(broken_, {});
}

// --- facts -----------------------------------------------------------------------------------------------------------------

void Witness::on(const journal::Fact& fact, const journal::VisitStarted& body) {
  Contact* contact = find(fact.contact);
  if (!contact) return;
  if (contact->visit) note(name_of(fact.contact) + " enters a queue and is in one");
  if (body.visit != ++contact->visits)
    note(name_of(fact.contact) + " begins visit " + std::to_string(body.visit) + " and has had " + std::to_string(contact->visits - 1));
  if (body.channel != contact->channel) note(name_of(fact.contact) + " waits as if it were of another channel");
  if (journal::is_written(body.channel)) {
    if (body.switch_id) note(name_of(fact.contact) + " is written and waits on a switch");
    if (contact->last_place.us && (contact->last_place != body.entered_at || contact->last_queue != body.queue))
      note(name_of(fact.contact) + " goes back to another place than it had");
  }
  contact->last_queue = body.queue;
  contact->last_place = body.entered_at;
  contact->visit = {body.visit, body.queue,    body.switch_id,  body.channel, body.entered_at,       body.requirements,
                    body.steps, body.priority, body.rona_boost, body.credit,  !body.favours.empty(), body.callback != 0,
                    false};
  ++queues_[body.queue].entered;
  ++queues_[body.queue].waiting;
}

void Witness::on(const journal::Fact& fact, const journal::VisitChanged& body) {
  using enum journal::VisitChanged::What;
  Contact* contact = find(fact.contact);
  if (!contact) return;
  if (!contact->visit || contact->visit->number != body.visit) return note(name_of(fact.contact) + " changes a visit that it is not in");
  Visit& visit = *contact->visit;
  switch (body.what) {
    case stepped: {
      const std::size_t step = static_cast<std::size_t>(body.step);
      if (step < 1 || step > visit.steps.size()) return note(name_of(fact.contact) + " takes a step that it does not have");
      visit.requirements = visit.steps[step - 1].requirements;
      visit.points += visit.steps[step - 1].boost;
      break;
    }
    case raised: visit.points += body.points; break;
    case parked: visit.parked = true; break;
    case resumed: visit.parked = false; break;
    case estimated: break;
  }
}

/// Each agent who could serve the other could serve this one.
bool Witness::Visit::asks_the_same(const Visit& other) const {
  return queue == other.queue && switch_id == other.switch_id && channel == other.channel && !parked && !favours && !other.favours &&
         requirements == other.requirements;
}
/// Of those who ask for the same.
bool Witness::Visit::stands_before(const Visit& other) const {
  return points >= other.points && entered_at - credit <= other.entered_at - other.credit;
}

void Witness::on(const journal::Fact& fact, const journal::VisitEnded& body) {
  Contact* contact = find(fact.contact);
  if (!contact) return;
  if (!contact->visit || contact->visit->number != body.visit || contact->visit->queue != body.queue) {
    note(name_of(fact.contact) + " leaves a queue that it is not in");
    return;
  }
  contact->visit.reset();
  if (body.how != journal::VisitEnd::answered) contact->last_place = {};  // a queue sends it on by its own rules
  Queue& queue = queues_[body.queue];
  --queue.waiting;
  ++queue.ended.at(static_cast<std::size_t>(body.how));
}

void Witness::on(const journal::Fact& fact, const journal::VisitTreated& body) {
  Contact* contact = find(fact.contact);
  if (!contact) return;
  if (!contact->visit || contact->visit->number != body.visit) return note(name_of(fact.contact) + " is played a message for another visit");
  if (!contact->offers.empty()) note(name_of(fact.contact) + " is played a message while it is offered");
  contact->visit->hears = true;
}

void Witness::on(const journal::Fact& fact, const journal::VisitHeard&) {
  if (Contact* contact = find(fact.contact); contact && contact->visit) contact->visit->hears = false;
}

void Witness::on(const journal::Fact& fact, const journal::CallbackRequested&) {
  Contact* contact = find(fact.contact);
  if (!contact) return;
  if (contact->callback_owed) note(name_of(fact.contact) + " is owed two callbacks");
  contact->callback_owed = true;
}

/// Nobody's phone rings before an agent is there for him.
void Witness::on(const journal::Fact& fact, const journal::CallbackDialled& body) {
  const Contact* contact = find(fact.contact);
  if (!contact) return;
  if (!contact->callback_owed) note(name_of(fact.contact) + " is called and owed no callback");
  if (!contact->offers.contains(body.offer)) note(name_of(fact.contact) + " is called for nobody");
}

void Witness::on(const journal::Fact& fact, const journal::CallbackEnded&) {
  Contact* contact = find(fact.contact);
  if (!contact) return;
  if (!contact->callback_owed) note(name_of(fact.contact) + " ends a callback that is not owed");
  contact->callback_owed = false;
}

void Witness::on(const journal::Fact& fact, const journal::OfferMade& body) {
  Contact* contact = find(fact.contact);
  if (!contact) return;
  if (began_ && last_decision_ > 0 && body.decision != last_decision_ + 1)
    note("decision " + std::to_string(body.decision) + " follows " + std::to_string(last_decision_));
  last_decision_ = body.decision;
  if (!contact->offers.empty() && (!body.group || body.group != contact->group)) note(name_of(fact.contact) + " has two live offers");
  if (contact->offers.size() >= static_cast<std::size_t>(journal::kGroupLimit)) note(name_of(fact.contact) + " is offered to too many at once");
  if (body.channel != contact->channel) note(name_of(fact.contact) + " is offered as if it were of another channel");
  const bool written = journal::is_written(body.channel);
  if (written && (body.switch_id || !body.device.empty())) note(name_of(fact.contact) + " is written and wants a phone");
  if (offer_of_agent_.contains({body.agent, written})) note(name_of(body.agent) + " has two live offers");
  check_room(body.agent, fact.contact, body.channel);
  if (segment_of_agent_.contains(body.agent)) note(name_of(body.agent) + " gets an offer and has work in hand");
  if (!contact->visit || contact->visit->queue != body.queue) {
    note(name_of(fact.contact) + " is offered and waits in another queue or in none");
    return;
  }
  if (contact->visit->hears) note(name_of(fact.contact) + " is offered during its message");
  auto avoids = [&](const Contact& one) {
    auto until = one.excluded.find(body.agent);
    return until != one.excluded.end() && until->second > fact.at;
  };
  if (avoids(*contact) && body.pulled_by.empty()) note(name_of(fact.contact) + " is offered to " + name_of(body.agent) + ", whom it avoids");
  const std::pair place{contact->visit->entered_at, fact.contact};
  for (const auto& [id, other] : contacts_)
    if (other.visit && other.offers.empty() && !other.visit->hears && body.pulled_by.empty() && other.visit->asks_the_same(*contact->visit) && !avoids(other)) {
      if (!contact->offers.empty()) note(name_of(id) + " has no offer and " + name_of(fact.contact) + " gets one more");
      else if (std::pair{other.visit->entered_at, id} < place && other.visit->stands_before(*contact->visit))
        note(name_of(id) + " has lost its place: " + name_of(fact.contact) + ", who came later, is offered first");
    }
  contact->offers.insert(body.offer);
  contact->group = body.group;
  offers_[body.offer] = {fact.contact, body.agent, body.switch_id, !body.claim && !written, written};
  offer_of_agent_[{body.agent, written}] = body.offer;
  touched_agents_.insert(body.agent);
}

void Witness::on(const journal::Fact& fact, const journal::OfferClaimed& body) {
  auto offer = offers_.find(body.offer);
  if (offer == offers_.end()) return note("an offer of " + name_of(fact.contact) + " is claimed and is over");
  offer->second.rings = !offer->second.written;
  Contact* contact = find(fact.contact);
  if (!contact) return;
  if (!contact->group) note(name_of(fact.contact) + " is claimed twice");
  contact->group = {};
}

void Witness::on(const journal::Fact& fact, const journal::OfferEnded& body) {
  auto offer = offers_.find(body.offer);
  if (offer == offers_.end()) return note("an offer of " + name_of(fact.contact) + " ends twice");
  if (Contact* contact = find(offer->second.contact)) {
    contact->offers.erase(body.offer);
    if (contact->visit && (body.how == journal::OfferEnd::refused || body.how == journal::OfferEnd::timed_out)) contact->visit->points += contact->visit->rona_boost;
    if (body.excluded_until > fact.at) contact->excluded[body.agent] = body.excluded_until;
  }
  touched_agents_.insert(offer->second.agent);
  offer_of_agent_.erase({offer->second.agent, offer->second.written});
  ended_offers_[body.offer] = offer->second.switch_id;
  offers_.erase(offer);
}

void Witness::on(const journal::Fact& fact, const journal::WorkChanged& body) {
  using enum journal::WorkState;
  touched_agents_.insert(body.agent);
  auto& works = works_[body.agent];
  const auto has = works.find(fact.contact);
  const std::string whose = name_of(fact.contact) + " of " + name_of(body.agent);
  if (has == works.end() && body.state != reserved) note(whose + " changes and is not his");
  if (has != works.end() && body.state == reserved && has->second.state != reserved)
    note(whose + " is reserved and he has it");  // or he has claimed it
  if (has != works.end() && body.state == wrap_up && has->second.state == reserved) note(whose + " is wrapped up and nobody has worked on it");
  if (const Contact* contact = find(fact.contact); contact && contact->channel != body.channel) note(whose + " is of another channel");
  if (body.state == done) works.erase(fact.contact);
  else works[fact.contact] = {body.channel, body.state};
}

void Witness::on(const journal::Fact& fact, const journal::SegmentStarted& body) {
  Contact* contact = find(fact.contact);
  if (!contact) return;
  if (!contact->segments.try_emplace(body.segment, Segment{body.agent, body.what}).second) note(name_of(fact.contact) + " begins a segment twice");
  if (!journal::is_written(contact->channel) && !segment_of_agent_.try_emplace(body.agent, fact.contact, body.segment).second)
    note(name_of(body.agent) + " is in two segments");
  touched_agents_.insert(body.agent);
}

void Witness::on(const journal::Fact& fact, const journal::SegmentEnded& body) {
  Contact* contact = find(fact.contact);
  if (!contact) return;
  auto segment = contact->segments.find(body.segment);
  if (segment == contact->segments.end()) return note(name_of(fact.contact) + " ends a segment that is not open");
  touched_agents_.insert(segment->second.agent);
  if (auto held = segment_of_agent_.find(segment->second.agent); held != segment_of_agent_.end() && held->second == std::pair{fact.contact, body.segment})
    segment_of_agent_.erase(held);
  contact->segments.erase(segment);
}

void Witness::on(const journal::Fact& fact, const journal::LegStarted& body) {
  if (body.role == journal::LegRole::hidden) return;
  if (Contact* contact = find(fact.contact)) ++contact->live_legs;
  leg_names_[body.leg] = {body.switch_id, body.native_id};
  legs_[body.switch_id][body.native_id] = {fact.contact, body.role, body.offer, false};
}

void Witness::on(const journal::Fact& fact, const journal::LegEnded& body) {
  auto name = leg_names_.find(body.leg);
  if (name == leg_names_.end()) return;
  if (Contact* contact = find(fact.contact)) --contact->live_legs;
  legs_[name->second.first].erase(name->second.second);
  leg_names_.erase(name);
}

/// He takes one more of this kind: he is free for it, and has no more than the centre lets him have.
void Witness::check_room(const AgentId& id, ContactId contact, journal::Channel channel) {
  if (!centre_) return;
  const auto agent = std::ranges::find(centre_->agents, id, &journal::Agent::id);
  if (agent == centre_->agents.end()) return note(name_of(id) + " gets an offer and is not in the centre");
  if (agents_[id] != AgentState::ready) note(name_of(id) + " gets an offer and is not ready");
  std::int32_t same = 0;
  for (const auto& [other, work] : works_[id]) {
    if (other == contact) continue;
    same += work.channel == channel;
    if (!journal::is_written(channel) && !centre_->rules_of(work.channel).interruptible)
      note(name_of(id) + " gets a call and has " + name_of(other) + ", which may not be interrupted");
  }
  if (same >= journal::capacity_of(*centre_, *agent, channel))
    note(name_of(id) + " gets " + name_of(contact) + " and has " + std::to_string(same) + " of its channel already");
}

bool Witness::works_on_written(const AgentId& agent) const {
  const auto works = works_.find(agent);
  return works != works_.end() && std::ranges::any_of(works->second, [](const auto& one) { return one.second.state != journal::WorkState::wrap_up; });
}

// --- places ----------------------------------------------------------------------------------------------------------------

Place Witness::place(ContactId id) const {
  auto found = contacts_.find(id);
  if (found == contacts_.end()) return Place::ended;
  const Contact& contact = found->second;
  bool with_agent = false, wraps_up = false;
  for (const auto& [n, segment] : contact.segments) {
    with_agent = with_agent || segment.what == SegmentKind::talk || segment.what == SegmentKind::hold;
    wraps_up = wraps_up || segment.what == SegmentKind::wrap_up;
  }
  if (with_agent) return Place::with_agent;
  if (contact.visit) return contact.offers.empty() ? Place::waiting : Place::offered;
  return wraps_up ? Place::wrap_up : Place::passing;
}

void Witness::check_contact(ContactId id) {
  const Contact* contact = find(id);
  if (!contact) return;
  int places = contact->visit ? 1 : 0;
  bool with_agent = false, wraps_up = false;
  std::size_t rings = 0;
  for (const auto& [n, segment] : contact->segments) {
    with_agent = with_agent || segment.what == SegmentKind::talk || segment.what == SegmentKind::hold;
    wraps_up = wraps_up || segment.what == SegmentKind::wrap_up;
    rings += segment.what == SegmentKind::ring;
  }
  places += with_agent ? 1 : 0;
  places += wraps_up && contact->visits < 2 ? 1 : 0;  // who handed him on wraps up while he waits again
  if (places > 1) note(name_of(id) + " is in " + std::to_string(places) + " places");
  if (!contact->offers.empty() && !contact->visit) note(name_of(id) + " is offered and waits in no queue");
  if (rings != contact->offers.size())
    note(name_of(id) + (rings > contact->offers.size() ? " rings without an offer" : " is offered and no ringing is noted"));
  if (contact->offers.size() > 1 && !contact->group) note(name_of(id) + " is claimed and offered to others");
  if (journal::is_written(contact->channel)) check_written(id, *contact);
  const bool arrives = arriving_.contains(id) && contact->visits == 0;
  if (places == 0 && !wraps_up && contact->live_legs == 0 && !contact->callback_owed && !arrives) note(name_of(id) + " is nowhere and has not ended");
}

/// Who has it is in a segment of it, and nobody else.
void Witness::check_written(ContactId id, const Contact& contact) {
  if (contact.live_legs > 0) note(name_of(id) + " is written and has a leg");
  std::size_t has = 0;
  for (const auto& [agent, works] : works_) {
    const auto work = works.find(id);
    if (work == works.end()) continue;
    ++has;
    const auto is_his = [&](const auto& one) { return one.second.agent == agent; };
    const auto segment = std::ranges::find_if(contact.segments, is_his);
    if (segment == contact.segments.end() || segment->second.what != segment_in(work->second.state))
      note(name_of(agent) + " has " + name_of(id) + " in state " + std::to_string(static_cast<int>(work->second.state)) +
           ", and his open segment says otherwise");
  }
  if (has != contact.segments.size()) note(name_of(id) + " is in a segment of an agent who does not have it");
}

/// Who has written waits in a queue as soon as it is known who he is.
void Witness::check_arrivals(Instant now) {
  std::erase_if(arriving_, [&](ContactId id) {
    const Contact* contact = find(id);
    if (!contact || contact->visits > 0) return true;
    if (now > std::max(contact->opened_at, *began_) + kArrivalLimit) note(name_of(id) + " is in no queue a second after it came");
    return false;
  });
}

void Witness::check_agent(const AgentId& agent) {
  auto segment = segment_of_agent_.find(agent);
  std::optional<SegmentKind> work;
  if (segment != segment_of_agent_.end())
    if (const Contact* contact = find(segment->second.first))
      if (auto found = contact->segments.find(segment->second.second); found != contact->segments.end()) work = found->second.what;
  const bool offered = offer_of_agent_.contains({agent, false});
  const AgentState state = agents_.contains(agent) ? agents_[agent] : AgentState::signed_out;
  auto is = [&](AgentState this_state, std::optional<SegmentKind> this_work) {
    if ((state == this_state) != (work && work == this_work))
      note(name_of(agent) + " is in state " + std::to_string(static_cast<int>(state)) + ", and his open segment says otherwise (" +
           (work ? std::to_string(static_cast<int>(*work)) : "none") + ")");
  };
  is(AgentState::reserved, SegmentKind::ring);
  is(AgentState::talking, SegmentKind::talk);
  is(AgentState::held, SegmentKind::hold);
  is(AgentState::wrap_up, SegmentKind::wrap_up);
  if (offered != (state == AgentState::reserved)) note(name_of(agent) + (offered ? " has an offer and is not reserved" : " is reserved for nothing"));
  if (state == AgentState::signed_out && !works_[agent].empty()) note(name_of(agent) + " has signed out and still has a written contact");
  if (signing_out_.contains(agent) && works_[agent].empty()) note(name_of(agent) + " signs out when he has done what he has, and has nothing");
}

/// The switch decides which calls exist: an offer whose phone does not ring is over, and nobody is blamed.
void Witness::check_snapshot(const SwitchId& on, const cti::model::Snapshot& snapshot, const core::Output& output) {
  std::set<OfferId> ringing;
  for (const auto& leg : snapshot.legs)
    if (leg.leg.tokens.offer) ringing.insert(leg.leg.tokens.offer);
  std::set<OfferId> made;
  for (const auto& fact : output.facts) {
    if (const auto* offer = std::get_if<journal::OfferMade>(&fact.body)) made.insert(offer->offer);
    if (const auto* ended = std::get_if<journal::OfferEnded>(&fact.body);
        ended && ended_offers_[ended->offer] == on && !ringing.contains(ended->offer) && !made.contains(ended->offer) &&
        (ended->how == journal::OfferEnd::timed_out || ended->how == journal::OfferEnd::refused))
      note(name_of(ended->agent) + " is blamed for an offer whose phone is gone");
  }
  for (const auto& [id, offer] : offers_)
    if (offer.switch_id == on && offer.rings && !made.contains(id) && !ringing.contains(id))
      note("the offer of " + name_of(offer.contact) + " to " + name_of(offer.agent) + " outlives its phone");
}

/// Between a start or a lost link and the snapshot nobody knows whether a phone rings, unless the switch says again what it said. Of a written
/// contact none rings.
void Witness::check_link(const core::Input& input, const core::Output& output) {
  const auto* event = std::get_if<cti::model::SwitchEvent>(&input.body);
  if (event && std::holds_alternative<cti::model::LinkLost>(event->body)) heard_.erase(event->switch_id);
  const bool by_itself = std::holds_alternative<core::TimerDue>(input.body);
  for (const auto& fact : output.facts)
    if (const auto* ended = std::get_if<journal::OfferEnded>(&fact.body); ended && ended->how == journal::OfferEnd::timed_out && by_itself &&
                                                                          ended_offers_[ended->offer] &&
                                                                          !heard_.contains(ended_offers_[ended->offer]))
      note(name_of(ended->agent) + " is blamed for an offer while his switch cannot be heard");
  if (event && std::holds_alternative<cti::model::Snapshot>(event->body)) heard_.insert(event->switch_id);
}

/// Who was given his agent is not parked again unless the talk came to nothing.
void Witness::check_commands(const core::Output& output) {
  for (const auto& fact : output.facts)
    if (std::holds_alternative<journal::OfferEnded>(fact.body) || std::holds_alternative<journal::LegEnded>(fact.body) ||
        std::holds_alternative<journal::LegLeft>(fact.body) || std::holds_alternative<journal::VisitStarted>(fact.body) ||
        std::holds_alternative<journal::ContactEnded>(fact.body))
      bridged_.erase(fact.contact);
  for (const auto& command : output.commands) {
    if (const Contact* contact = find(command.contact); contact && journal::is_written(contact->channel))
      note("a switch is told about " + name_of(command.contact) + ", which is written");
    if (const auto* both = std::get_if<cti::model::Bridge>(&command.body)) {
      const auto [told, first] = bridged_.try_emplace(command.contact, both->agent_native_id);
      if (!first && told->second != both->agent_native_id) note(name_of(command.contact) + " is given two agents");
    }
    if (const auto* ring = std::get_if<cti::model::Ring>(&command.body))
      if (const auto offer = offers_.find(ring->offer); offer != offers_.end() && !offer->second.rings)
        note("a phone rings for " + name_of(command.contact) + ", which nobody has claimed");
    if (std::holds_alternative<cti::model::Play>(command.body) && place(command.contact) != Place::waiting)
      note(name_of(command.contact) + " is played to and does not wait");
    if (std::holds_alternative<cti::model::Park>(command.body) && bridged_.contains(command.contact)) note(name_of(command.contact) + " is parked after it was given its agent");
  }
}

std::string Witness::unfinished() const {
  static const char* const places[] = {"passing", "waiting", "offered", "with an agent", "in wrap-up", "ended"};
  std::string text;
  auto add = [&](const std::string& one) {
    if (text.size() < 400) text += (text.empty() ? "" : ", ") + one;
  };
  for (const auto& [id, contact] : contacts_) add(name_of(id) + " is " + places[static_cast<int>(place(id))] + " with " + std::to_string(contact.live_legs) + " legs");
  for (const auto& [id, state] : agents_)
    if (state == AgentState::reserved || state == AgentState::talking || state == AgentState::held || state == AgentState::wrap_up)
      add(name_of(id) + " is still at work (state " + std::to_string(static_cast<int>(state)) + ")");
  for (const auto& [id, works] : works_)
    if (!works.empty()) add(name_of(id) + " still has " + std::to_string(works.size()) + " written contacts");
  return text;
}

}  // namespace callwright::sim
