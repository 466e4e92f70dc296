#include <map>

#include "base/digest.hpp"
#include "routing/state.hpp"

namespace callwright::routing {
namespace {

std::string name_of(ContactId id) { return "contact " + std::to_string(id.value); }
std::string name_of(const AgentId& id) { return "agent " + id.value; }

}  // namespace

/// Each entity is digested by itself and the results are added, so the order of the containers does not matter.
std::uint64_t Engine::State::digest() const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < agents.size(); ++i) {
    const Agent& agent = agents[i];
    if (!agent.known_to_facts) continue;
    Digest one;
    one.add(agent.id.value).add(static_cast<int>(agent.state.state)).add(agent.state.reason).add(agent.state.until.us);
    one.add(static_cast<int>(agent.state.next)).add(agent.state.next_reason).add(agent.state.idle_since.us);
    one.add(agent.since.us).add(agent.offer.value).add(agent.contact.value).add(agent.wrap_up.count());
    sum += one.value();
  }
  for (const auto& [id, contact] : visits.all()) {
    Digest one;
    one.add(id.value).add(contact.visits).add(contact.ended);
    if (contact.visit) {
      const Visit& visit = *contact.visit;
      one.add(visit.number).add(visit.queue.value).add(visit.switch_id.value).add(visit.entered_at.us).add(visit.priority);
      for (const auto& wish : visit.requirements) one.add(wish.skill.value).add(static_cast<int>(wish.kind)).add(wish.min_level).add(wish.weight);
      one.add(visit.short_abandon.count()).add(visit.service_level.count()).add(visit.offer.value);
    }
    for (const Exclusion& exclusion : contact.exclusions) one.add(agents[exclusion.agent].id.value).add(exclusion.until.us);
    sum += one.value();
  }
  for (const auto& [id, offer] : offers) {
    Digest one;
    one.add(id.value).add(offer.contact.value).add(offer.agent.value).add(offer.switch_id.value).add(offer.device);
    one.add(offer.made_at.us).add(offer.made.expires_at.us).add(offer.made.wrap_up.count()).add(offer.made.decision);
    sum += one.value();
  }
  return Digest().add(static_cast<std::int64_t>(sum)).add(decisions).value();
}

std::vector<std::string> Engine::State::violations() const {
  std::vector<std::string> all;
  auto claim = [&](bool holds, std::string text) {
    if (!holds) all.push_back(std::move(text));
  };

  std::map<AgentId, int> offers_of_agent;
  std::map<ContactId, int> offers_of_contact;
  for (const auto& [id, offer] : offers) {
    ++offers_of_agent[offer.agent];
    ++offers_of_contact[offer.contact];
    const Contact* contact = visits.waiting(offer.contact);
    claim(contact && contact->visit->offer == id, name_of(offer.contact) + " has an offer and does not know it");
    claim(timers.contains({offer.made.expires_at, Timers::Kind::offer, id, {}}), "an offer of " + name_of(offer.contact) + " never ends");
  }
  for (const auto& [agent, count] : offers_of_agent) claim(count == 1, name_of(agent) + " has several live offers");
  for (const auto& [contact, count] : offers_of_contact) claim(count == 1, name_of(contact) + " has several live offers");

  for (std::size_t i = 0; i < agents.size(); ++i) {
    const Agent& agent = agents[i];
    const bool reserved = agent.state.state == journal::AgentState::reserved;
    claim(reserved == static_cast<bool>(agent.offer), name_of(agent.id) + (reserved ? " is reserved for nothing" : " has an offer and is not reserved"));
    claim(!agent.offer || offers.contains(agent.offer), name_of(agent.id) + " has an offer that is over");
    const bool idle = agent.configured && agent.signed_in() && agent.ready() && agents.device_free(agent) && agents.switch_up(agent);
    claim(idle == agents.idle().test(i), name_of(agent.id) + " stands in the wrong set");
    claim(agent.state.state != journal::AgentState::wrap_up || timers.contains({agent.state.until, Timers::Kind::wrap_up, {}, agent.id}),
          "the wrap-up of " + name_of(agent.id) + " never ends");
  }

  for (const auto& [id, contact] : visits.all()) {
    if (!contact.visit) continue;
    const Visit& visit = *contact.visit;
    claim(!contact.ended, name_of(id) + " has ended and still waits");
    claim(!visit.offer || offers.contains(visit.offer), name_of(id) + " has an offer that is over");
    claim(visits.in_queue(visit.queue).contains({visit.entered_at, id}), name_of(id) + " has lost its place");
    claim(classes[visit.class_index].free.contains(visit.key) == !visit.offer, name_of(id) + " stands in the wrong class");
    // Work conservation, without the structures that matching uses.
    if (paused || visit.offer || classes[visit.class_index].open || matched.us == 0) continue;
    for (std::size_t i = 0; i < agents.size(); ++i) {
      const Agent& agent = agents[i];
      if (!agents.idle().test(i) || !agent.member_of(visit.queue) || contact.excludes(i, matched)) continue;
      if (visit.switch_id && agent.switch_id != visit.switch_id) continue;
      bool passes = true;
      for (const auto& wish : visit.requirements)
        passes = passes && (wish.kind != journal::Requirement::Kind::required || agent.level(wish.skill) >= wish.min_level);
      claim(!passes, name_of(id) + " and " + name_of(agent.id) + " pass every gate and are not matched");
    }
  }
  return all;
}

}  // namespace callwright::routing
