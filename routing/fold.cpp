#include "base/overloaded.hpp"
#include "base/planted_bug.hpp"
#include "routing/state.hpp"

namespace callwright::routing {

void Engine::State::fold(const journal::Fact& fact) {
  if (fact.at > last_at) {
    last_at = fact.at;
    for (ContactId id : visits.forget_exclusions(last_at))
      if (const Contact* contact = visits.waiting(id)) classes.open(contact->visit->class_index);
  }
  std::visit(Overloaded{
                 [&](const journal::Carried& carried) { decisions = std::max(decisions, carried.decisions); },
                 [&](const journal::ContactEnded&) { visits.contact_ended(fact.contact); },
                 [&](const journal::VisitStarted& started) { start_visit(fact.contact, started); },
                 [&](const journal::VisitEnded&) { end_visit(fact.contact); },
                 [&](const journal::OfferMade& made) { make_offer(fact, made); },
                 [&](const journal::OfferEnded& ended) { end_offer(fact.contact, ended); },
                 [&](const journal::AgentStateChanged& changed) { change_state(fact, changed); },
                 [](const auto&) {},
             },
             fact.body);
}

void Engine::State::put_into_class(ContactId id, Visit& visit) {
  const RequirementClass& one = classes[visit.class_index];
  const Instant place = planted(3) ? last_at : visit.entered_at;
  visit.key = {visit_points(visit.priority, one.age_per_minute, place), place, id};
  classes.add_free(visit.class_index, visit.key);
}

void Engine::State::take_from_class(Visit& visit) { classes.remove_free(visit.class_index, visit.key); }

void Engine::State::start_visit(ContactId id, const journal::VisitStarted& fact) {
  end_visit(id);  // a contact stands in one place; the facts of a sane journal never need this
  Visit visit;
  visit.number = fact.visit;
  visit.queue = fact.queue;
  visit.switch_id = fact.switch_id;
  visit.entered_at = fact.entered_at;
  visit.priority = fact.priority;
  visit.requirements = fact.requirements;
  visit.short_abandon = fact.short_abandon;
  visit.service_level = fact.service_level;
  visit.class_index = classes.enter(visit.switch_id, visit.queue, visit.requirements);
  put_into_class(id, visits.start(id, std::move(visit)));
}

void Engine::State::end_visit(ContactId id) {
  Contact* contact = visits.waiting(id);
  if (!contact) return;
  if (!contact->visit->offer) take_from_class(*contact->visit);
  const std::size_t class_index = contact->visit->class_index;
  visits.end(id);
  classes.leave(class_index);
}

void Engine::State::make_offer(const journal::Fact& fact, const journal::OfferMade& made) {
  decisions = std::max(decisions, made.decision);
  // One live offer of an agent and of a contact; only a journal from which a full disk took contacts needs this.
  if (const OfferId stale = agents[agents.find_or_add(made.agent)].offer) end_offer(offers.at(stale).contact, {stale, made.agent, journal::OfferEnd::lost, {}});
  if (const Contact* contact = visits.waiting(fact.contact); contact && contact->visit->offer)
    end_offer(fact.contact, {contact->visit->offer, offers.at(contact->visit->offer).agent, journal::OfferEnd::lost, {}});
  offers[made.offer] = {made.offer, fact.contact, made.agent, made.switch_id, made.device, fact.at, made};
  timers.set({made.expires_at, Timers::Kind::offer, made.offer, {}});
  if (Contact* contact = visits.waiting(fact.contact); contact && !contact->visit->offer) {
    take_from_class(*contact->visit);
    contact->visit->offer = made.offer;
  }
  change_agent(agents.find_or_add(made.agent), [&](Agent& agent) { agent.offer = made.offer; });
}

void Engine::State::end_offer(ContactId id, const journal::OfferEnded& ended) {
  auto found = offers.find(ended.offer);
  if (found == offers.end()) return;
  const Offer over = std::move(found->second);
  offers.erase(found);
  timers.clear({over.made.expires_at, Timers::Kind::offer, over.id, {}});
  const std::size_t index = agents.find_or_add(over.agent);
  if (ended.excluded_until > last_at) visits.exclude(id, index, ended.excluded_until);
  change_agent(index, [&](Agent& agent) {
    if (agent.offer == over.id) agent.offer = {};
    if (ended.how == journal::OfferEnd::accepted) agent.wrap_up = over.made.wrap_up;
  });
  if (Contact* contact = visits.waiting(over.contact); contact && contact->visit->offer == over.id) {
    contact->visit->offer = {};
    put_into_class(over.contact, *contact->visit);
  }
}

void Engine::State::change_state(const journal::Fact& fact, const journal::AgentStateChanged& changed) {
  change_agent(agents.find_or_add(changed.agent), [&](Agent& agent) {
    const auto wrap_up_timer = [&] { return Timers::Timer{agent.state.until, Timers::Kind::wrap_up, {}, agent.id}; };
    if (agent.state.state == journal::AgentState::wrap_up) timers.clear(wrap_up_timer());
    if (!agent.known_to_facts || agent.state.state != changed.state || agent.state.reason != changed.reason) agent.since = fact.at;
    agent.known_to_facts = true;
    agent.state = changed;
    agent.contact = is_working(changed.state) ? fact.contact : ContactId{};
    if (!is_working(changed.state)) agent.wrap_up = {};
    if (changed.state == journal::AgentState::wrap_up) timers.set(wrap_up_timer());
  });
}

void Engine::State::configure(const journal::Centre& centre) {
  queues.clear();
  for (const auto& queue : centre.queues) queues.emplace(queue.id, queue);
  agents.configure(centre);
  classes.configure(centre);
  for (auto& [id, contact] : visits.all())
    if (contact.visit && !contact.visit->offer) put_into_class(id, *contact.visit);
  classes.open_all();
}

}  // namespace callwright::routing
