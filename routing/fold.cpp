#include <algorithm>

#include "base/overloaded.hpp"
#include "routing/state.hpp"

namespace callwright::routing {

void Engine::State::fold(const journal::Fact& fact) {
  if (fact.at > last_at) {
    const Instant before = last_at;
    last_at = fact.at;
    const auto concerned = visits.ending(before, last_at);
    visits.forget_exclusions(last_at);
    for (ContactId id : concerned) stand_again(id, last_at);
  }
  std::visit(Overloaded{
                 [&](const journal::Carried& carried) { take_marks(carried); },
                 [&](const journal::ContactEnded&) { visits.contact_ended(fact.contact); },
                 [&](const journal::VisitStarted& started) { start_visit(fact.contact, started); },
                 [&](const journal::VisitChanged& changed) { change_visit(fact.contact, changed); },
                 [&](const journal::VisitEnded& ended) { end_visit(fact, ended); },
                 [&](const journal::VisitTreated& treated) { treat_visit(fact.contact, treated); },
                 [&](const journal::VisitHeard&) { hear_visit(fact); },
                 [&](const journal::CallerTold& told) { tell_caller(fact, told); },
                 [&](const journal::EmergencySet& set) { queues.set_emergency(set, fact.at); },
                 [&](const journal::OfferMade& made) { make_offer(fact, made); },
                 [&](const journal::OfferClaimed& claimed) { claim_offer(fact.contact, claimed); },
                 [&](const journal::CallbackDialled& dialled) { prolong_offer(dialled.offer, dialled.until); },
                 [&](const journal::OfferEnded& ended) { end_offer(fact, fact.contact, ended); },
                 [&](const journal::AgentStateChanged& changed) { change_state(fact, changed); },
                 [&](const journal::WorkChanged& changed) { change_work(fact, changed); },
                 [](const auto&) {},
             },
             fact.body);
}

void Engine::State::take_marks(const journal::Carried& carried) {
  decisions = std::max(decisions, carried.decisions);
  counted_seq = carried.last_seq;
  for (const journal::AgentMark& mark : carried.agent_marks) {
    Marks& marks = agents[agents.find_or_add(mark.agent)].marks;
    marks.last_decision = mark.last_decision;
    marks.worked = mark.worked;
    marks.available = mark.available;
    marks.counted_to = mark.counted_to;
    marks.occupancy = mark.occupancy;
  }
  for (const journal::QuotaMark& mark : carried.quota_marks)
    agents[agents.find_or_add(mark.agent)].marks.quota(queues.find_or_add(mark.queue)) = mark.mark;
  for (const journal::QueueMark& mark : carried.queue_marks) {
    QueueState& queue = queues[queues.find_or_add(mark.queue)];
    queue.quota = mark.quota;
    queue.service_level = mark.service_level;
    queue.handling = mark.handling;
  }
}

void Engine::State::set_step_timer(ContactId id, const Visit& visit) {
  if (visit.step < visit.started.steps.size()) timers.set({visit.step_due(), Timers::Kind::step, {}, {}, id});
}

void Engine::State::start_visit(ContactId id, const journal::VisitStarted& started) {
  drop_visit(id);  // a contact stands in one place; the facts of a sane journal never need this
  Contact& contact = visits.start(id, [&](Visit& visit) {
    visit.started = started;
    visit.queue = queues.find_or_add(started.queue);
    for (const journal::Favour& favour : started.favours)
      visit.favours.push_back({agents.find_or_add(favour.agent), favour.why, favour.points, favour.held_until});
    visit.class_index = classes.enter(started.channel, started.switch_id, visit.queue, started.requirements);
  });
  set_step_timer(id, *contact.visit);
  start_announcements(id, *contact.visit, last_at);
  stand(id, contact, last_at);
}

void Engine::State::change_visit(ContactId id, const journal::VisitChanged& changed) {
  using enum journal::VisitChanged::What;
  Contact* contact = visits.waiting(id);
  if (!contact) return;
  Visit& visit = *contact->visit;
  unstand(id, visit);
  switch (changed.what) {
    case stepped: {
      const auto step = static_cast<std::size_t>(changed.step);
      if (step == 0 || step > visit.started.steps.size() || step <= visit.step) break;
      timers.clear({visit.step_due(), Timers::Kind::step, {}, {}, id});
      for (; visit.step < step; ++visit.step) visit.boost += visit.started.steps[visit.step].boost;
      const std::size_t left = visit.class_index;
      visit.class_index = classes.enter(visit.started.channel, visit.started.switch_id, visit.queue, visit.requirements());
      classes.leave(left);
      set_step_timer(id, visit);
      break;
    }
    case raised: visit.boost += changed.points; break;
    case parked: visit.parked = true; break;
    case resumed: visit.parked = false; break;
    case estimated: visit.estimate = changed.estimate; break;
  }
  stand(id, *contact, last_at);
}

void Engine::State::treat_visit(ContactId id, const journal::VisitTreated& treated) {
  Contact* contact = visits.waiting(id);
  if (!contact || contact->visit->treated) return;
  Visit& visit = *contact->visit;
  unstand(id, visit);
  visit.treated = treated;
  visit.treated_for = treated.why;
  timers.set({treated.until, Timers::Kind::message, {}, {}, id});
}

void Engine::State::hear_visit(const journal::Fact& fact) {
  const ContactId id = fact.contact;
  Contact* contact = visits.waiting(id);
  if (!contact || !contact->visit->treated) return;
  Visit& visit = *contact->visit;
  timers.clear({visit.treated->until, Timers::Kind::message, {}, {}, id});
  visit.heard |= static_cast<std::uint8_t>(1U << static_cast<unsigned>(visit.treated->why));
  Instant& closed_over = heard[id];
  if (visit.treated->why == journal::TreatedFor::closed) closed_over = fact.at;
  visit.treated.reset();
  stand(id, *contact, last_at);
}

void Engine::State::tell_caller(const journal::Fact& fact, const journal::CallerTold& told) {
  Contact* contact = visits.waiting(fact.contact);
  if (!contact) return;
  if (told.position) contact->visit->told_position = told.position;
  if (told.estimate.count()) contact->visit->promised = fact.at + told.estimate;
}

void Engine::State::start_announcements(ContactId id, const Visit& visit, Instant now) {
  const auto& announcements = queues[visit.queue].rules.announcements;
  if (visit.started.switch_id && !visit.started.callback && !visit.started.observed && !announcements.empty()) this->announcements.start(id, visit.started.entered_at, announcements, now);
}

void Engine::State::end_visit(const journal::Fact& fact, const journal::VisitEnded& ended) {
  using enum journal::VisitEnd;
  Contact* contact = visits.waiting(fact.contact);
  if (!contact) return;
  const Visit& visit = *contact->visit;
  if (counts(fact) && (ended.how == answered || ended.how == abandoned))
    queues.count_service(visit.queue, ended.how == answered && ended.waited <= visit.started.service_level);
  if (ended.how == flow_overflow || ended.how == flow_closed) contact->flowed_from.push_back(visit.queue);
  drop_visit(fact.contact);
}

void Engine::State::drop_visit(ContactId id) {
  Contact* contact = visits.waiting(id);
  if (!contact) return;
  unstand(id, *contact->visit);
  if (contact->visit->step < contact->visit->started.steps.size()) timers.clear({contact->visit->step_due(), Timers::Kind::step, {}, {}, id});
  if (const auto& treated = contact->visit->treated) timers.clear({treated->until, Timers::Kind::message, {}, {}, id});
  heard.erase(id);
  announcements.stop(id);
  const std::size_t class_index = contact->visit->class_index;
  visits.end(*contact);
  classes.leave(class_index);
}

void Engine::State::make_offer(const journal::Fact& fact, const journal::OfferMade& made) {
  decisions = std::max(decisions, made.decision);
  const std::size_t index = agents.find_or_add(made.agent);
  if (counts(fact)) {
    Marks& marks = agents[index].marks;
    if (!journal::is_observed(made)) marks.last_decision = made.decision;
    const std::size_t queue = queues.find_or_add(made.queue);
    if (made.agent_share > 0) count_quota(queues[queue].quota, marks.quota(queue), made.agent_share);
  }
  // Of an agent one live offer of a call and one of a written contact, and one or a group of a contact; only a journal from which a full disk took
  // contacts needs this.
  const bool written = journal::is_written(made.channel);
  if (written) agents.use(made.channel);
  if (const OfferId stale = written ? agents[index].written_offer() : agents[index].offer)
    end_offer(fact, offers.at(stale).contact, {stale, made.agent, journal::OfferEnd::lost, {}});
  if (written) forget_work(fact, index, fact.contact);
  Contact* contact = visits.waiting(fact.contact);
  if (contact && !(made.group && contact->visit->group == made.group))
    for (const OfferId stale : OfferIds(contact->visit->offers))
      end_offer(fact, fact.contact, {stale, offers.at(stale).agent, journal::OfferEnd::lost, {}});
  offers[made.offer] = {made.offer, fact.contact, made.agent, made.switch_id, made.device, fact.at, made, false};
  if (!journal::is_observed(made)) timers.set({made.expires_at, Timers::Kind::offer, made.offer, {}, {}});
  if (contact) {
    unstand(fact.contact, *contact->visit);
    contact->visit->offers.push_back(made.offer);
    contact->visit->group = made.group;
  }
  if (!written) {
    change_agent(index, [&](Agent& agent) { agent.offer = made.offer; });
  } else {
    change_agent(fact, index, [&](Agent& agent) {
      agent.works.push_back({.contact = fact.contact,
                             .channel = made.channel,
                             .since = fact.at,
                             .until = made.expires_at,
                             .offer = made.offer,
                             .queue = static_cast<std::uint32_t>(queues.find_or_add(made.queue)),
                             .wrap_up = WrapUp::of(made)});
    });
  }
  if (contact) stand(fact.contact, *contact, last_at);
}

/// Nobody joins its group any more; the facts that follow end the other offers.
void Engine::State::claim_offer(ContactId id, const journal::OfferClaimed& claimed) {
  const auto found = offers.find(claimed.offer);
  if (found == offers.end()) return;
  journal::OfferMade& made = found->second.made;
  timers.clear({made.expires_at, Timers::Kind::offer, claimed.offer, {}, {}});
  made.expires_at = claimed.expires_at;
  found->second.claimed = true;
  timers.set({made.expires_at, Timers::Kind::offer, claimed.offer, {}, {}});
  if (Contact* contact = visits.waiting(id)) {
    unstand(id, *contact->visit);
    contact->visit->group = {};
    stand(id, *contact, last_at);
  }
}

void Engine::State::prolong_offer(OfferId id, Instant until) {
  const auto found = offers.find(id);
  if (found == offers.end()) return;
  timers.clear({found->second.made.expires_at, Timers::Kind::offer, id, {}, {}});
  found->second.made.expires_at = until;
  timers.set({until, Timers::Kind::offer, id, {}, {}});
}

void Engine::State::end_offer(const journal::Fact& fact, ContactId id, const journal::OfferEnded& ended) {
  auto found = offers.find(ended.offer);
  if (found == offers.end()) return;
  const Offer over = std::move(found->second);
  offers.erase(found);
  timers.clear({over.made.expires_at, Timers::Kind::offer, over.id, {}, {}});
  const std::size_t index = agents.find_or_add(over.agent);
  if (ended.excluded_until > last_at) visits.exclude(id, index, ended.excluded_until);
  const bool accepted = ended.how == journal::OfferEnd::accepted;
  if (journal::is_written(over.made.channel)) {
    change_agent(fact, index, [&](Agent& agent) {
      WorkInHand* work = agent.work(id);
      if (!work || work->offer != over.id) return;
      work->offer = {};
      if (accepted) work->taken_at = fact.at;
      else erase_work(agent, id);
    });
  } else {
    change_agent(index, [&](Agent& agent) {
      if (agent.offer == over.id) agent.offer = {};
      if (accepted)
        agent.serving = Serving{.contact = id,
                                .queue = static_cast<std::uint32_t>(queues.find_or_add(over.made.queue)),
                                .since = fact.at,
                                .wrap_up = WrapUp::of(over.made)};
    });
  }
  if (Contact* contact = visits.waiting(over.contact);
      contact && std::ranges::find(contact->visit->offers, over.id) != contact->visit->offers.end()) {
    unstand(over.contact, *contact->visit);
    contact->visit->offers.erase(std::ranges::find(contact->visit->offers, over.id));
    if (contact->visit->offers.empty()) contact->visit->group = {};
    if (ended.how == journal::OfferEnd::refused || ended.how == journal::OfferEnd::timed_out)
      contact->visit->boost += contact->visit->started.rona_boost;
    stand(over.contact, *contact, last_at);
  }
}

void Engine::State::change_state(const journal::Fact& fact, const journal::AgentStateChanged& changed) {
  const std::size_t index = agents.find_or_add(changed.agent);
  if (changed.state == journal::AgentState::signed_out)
    while (!agents[index].works.empty()) forget_work(fact, index, agents[index].works.back().contact);
  change_agent(fact, index, [&](Agent& agent) {
    const auto wrap_up_timer = [&] { return Timers::Timer{agent.state.until, Timers::Kind::wrap_up, {}, agent.id, {}}; };
    // Reserved, or with another contact: a checkpoint leaves out that he had done with this one, for only the last of his states stands in it.
    const bool serves =
        is_working(changed.state) && changed.state != journal::AgentState::reserved && agent.serving && agent.serving->contact == fact.contact;
    if (agent.serving && !serves) {
      if (counts(fact)) queues.count_handling(agent.serving->queue, fact.at - agent.serving->since);
      agent.serving.reset();
    }
    if (agent.state.state == journal::AgentState::wrap_up) timers.clear(wrap_up_timer());
    if (!agent.known_to_facts || agent.state.state != changed.state || agent.state.reason != changed.reason) agent.since = fact.at;
    agent.known_to_facts = true;
    agent.state = changed;
    agent.contact = is_working(changed.state) ? fact.contact : ContactId{};
    if (changed.state == journal::AgentState::wrap_up) timers.set(wrap_up_timer());
  });
}

void Engine::State::change_work(const journal::Fact& fact, const journal::WorkChanged& changed) {
  const std::size_t index = agents.find_or_add(changed.agent);
  if (!agents[index].work(fact.contact)) return;  // its offer ended without acceptance, and took it with it
  change_agent(fact, index, [&](Agent& agent) {
    WorkInHand& work = *agent.work(fact.contact);
    if (changed.state == journal::WorkState::done) {
      if (work.taken() && counts(fact)) queues.count_handling(work.queue, fact.at - work.taken_at);
      erase_work(agent, fact.contact);
      return;
    }
    const auto timer = [&] { return Timers::Timer{work.until, Timers::Kind::wrap_up, {}, agent.id, fact.contact}; };
    if (work.state == journal::WorkState::wrap_up) timers.clear(timer());
    if (work.state != changed.state) work.since = fact.at;
    work.state = changed.state;
    work.until = changed.until;
    if (work.state == journal::WorkState::wrap_up) timers.set(timer());
  });
}

void Engine::State::erase_work(Agent& agent, ContactId written) {
  const auto work = std::ranges::find(agent.works, written, &WorkInHand::contact);
  if (work->state == journal::WorkState::wrap_up) timers.clear({work->until, Timers::Kind::wrap_up, {}, agent.id, written});
  agent.works.erase(work);
}

/// One whose end is in no fact; only a journal from which a full disk took contacts needs this.
void Engine::State::forget_work(const journal::Fact& fact, std::size_t index, ContactId written) {
  const WorkInHand* work = agents[index].work(written);
  if (!work) return;
  if (work->offer) end_offer(fact, written, {work->offer, agents[index].id, journal::OfferEnd::lost, {}});
  else change_agent(fact, index, [&](Agent& agent) { erase_work(agent, written); });
}

void Engine::State::configure(const journal::Centre& centre) {
  Matcher::configure(centre, present());
  announcements.stop_all();
  for (const Contact& contact : visits.all())
    if (contact.visit) start_announcements(contact.id, *contact.visit, present());
}

}  // namespace callwright::routing
