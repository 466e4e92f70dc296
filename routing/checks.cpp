#include <map>

#include "base/digest.hpp"
#include "routing/state.hpp"

namespace callwright::routing {

using journal::Channel;

namespace {

std::string name_of(ContactId id) { return "contact " + std::to_string(id.value); }
void add(Digest& digest, const std::vector<journal::Requirement>& requirements) {
  for (const auto& wish : requirements) digest.add(wish.skill.value).add(static_cast<int>(wish.kind)).add(wish.min_level).add(wish.weight);
}
void add(Digest& digest, const WrapUp& wrap_up) { digest.add(wrap_up.length.count()).add(wrap_up.extension.count()).add(wrap_up.extensions); }
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
    one.add(agent.since.us).add(agent.offer.value).add(agent.contact.value);
    one.add(agent.marks.last_decision).add(agent.marks.worked.count());
    one.add(agent.marks.available.count()).add(agent.marks.counted_to.us).add(agent.marks.occupancy);
    if (const auto& serving = agent.serving) {
      one.add(serving->contact.value).add(queues.id(serving->queue).value).add(serving->since.us);
      add(one, serving->wrap_up);
    }
    for (const WorkInHand& work : agent.works) {
      one.add(work.contact.value).add(static_cast<int>(work.channel)).add(static_cast<int>(work.state)).add(work.since.us).add(work.until.us);
      add(one.add(work.offer.value).add(work.taken_at.us).add(queues.id(work.queue).value), work.wrap_up);
    }
    std::uint64_t quotas = 0;
    for (const auto& [queue, mark] : agent.marks.quotas) quotas += Digest().add(queues.id(queue).value).add(mark).value();
    one.add(static_cast<std::int64_t>(quotas));
    sum += one.value();
  }
  for (const Contact& contact : visits.all()) {
    Digest one;
    one.add(contact.id.value).add(contact.visits).add(contact.ended);
    if (contact.visit) {
      const Visit& visit = *contact.visit;
      const journal::VisitStarted& started = visit.started;
      one.add(started.visit)
          .add(static_cast<int>(started.channel))
          .add(started.queue.value)
          .add(started.switch_id.value)
          .add(started.entered_at.us)
          .add(started.priority);
      add(one, started.requirements);
      one.add(started.short_abandon.count()).add(started.service_level.count()).add(started.credit.count()).add(started.rona_boost);
      one.add(started.callback).add(started.observed);
      for (const auto& step : started.steps) add(one.add(step.after.count()).add(step.boost), step.requirements);
      for (const auto& favour : started.favours)
        one.add(favour.agent.value).add(static_cast<int>(favour.why)).add(favour.points).add(favour.held_until.us);
      one.add(static_cast<std::int64_t>(visit.step)).add(visit.boost).add(visit.parked).add(visit.group.value);
      for (const OfferId offer : visit.offers) one.add(offer.value);
      if (visit.estimate) one.add(visit.estimate->count());
      if (visit.treated) one.add(static_cast<int>(visit.treated->why)).add(visit.treated->until.us);
      one.add(static_cast<std::int64_t>(visit.heard)).add(visit.treated_for ? static_cast<int>(*visit.treated_for) : 0);
      if (const auto closed_over = heard.find(contact.id); closed_over != heard.end()) one.add(closed_over->second.us);
      one.add(visit.told_position).add(visit.promised.us);
      for (std::size_t queue : contact.flowed_from) one.add(queues.id(queue).value);
    }
    for (const Exclusion& exclusion : contact.exclusions) one.add(agents[exclusion.agent].id.value).add(exclusion.until.us);
    sum += one.value();
  }
  for (const auto& [id, offer] : offers) {
    Digest one;
    one.add(id.value).add(offer.contact.value).add(offer.agent.value).add(offer.switch_id.value).add(offer.device);
    one.add(offer.made_at.us).add(offer.made.expires_at.us).add(offer.made.wrap_up.count()).add(offer.made.decision).add(offer.claimed);
    sum += one.value();
  }
  for (std::size_t i = 0; i < queues.size(); ++i)
    if (queues[i].quota != 0 || queues[i].service_level != QueueState{}.service_level || queues[i].handling.count() != 0)
      sum += Digest().add(queues.id(i).value).add(queues[i].quota).add(queues[i].service_level).add(queues[i].handling.count()).value();
  for (std::size_t i : queues.emergencies())
    sum += Digest().add(queues.id(i).value).add(queues[i].emergency->by).add(queues[i].emergency_since.us).value();
  return Digest().add(static_cast<std::int64_t>(sum)).add(decisions).value();
}

std::vector<std::string> Engine::State::violations() const {
  std::vector<std::string> all;
  auto claim = [&](bool holds, std::string text) {
    if (!holds) all.push_back(std::move(text));
  };

  // By plain rules, without the structures that matching uses.
  const auto is_idle = [&](const Agent& agent, Channel channel) {
    if (!agent.configured || agent.observed || !agent.signed_in() || !agent.ready()) return false;
    int here = 0;
    bool offered = false, interruptible = true;
    for (const WorkInHand& work : agent.works) {
      here += work.channel == channel;
      offered = offered || work.state == journal::WorkState::reserved;
      interruptible = interruptible && agents.interruptible(work.channel);
    }
    if (journal::is_written(channel)) return here < agent.capacity[channel] && !offered;
    return agent.capacity[channel] > 0 && interruptible && agents.device_free(agent) && agents.switch_up(agent);
  };

  std::map<std::pair<AgentId, bool>, int> offers_of_agent;  // of calls, and of written contacts
  std::map<ContactId, int> offers_of_contact;
  for (const auto& [id, offer] : offers) {
    ++offers_of_agent[{offer.agent, journal::is_written(offer.made.channel)}];
    ++offers_of_contact[offer.contact];
    const Contact* contact = visits.waiting(offer.contact);
    claim(contact && std::ranges::find(contact->visit->offers, id) != contact->visit->offers.end(),
          name_of(offer.contact) + " has an offer and does not know it");
    const bool observed = journal::is_observed(offer.made);
    claim(observed != timers.contains({offer.made.expires_at, Timers::Kind::offer, id, {}, {}}),
          "an offer of " + name_of(offer.contact) + (observed ? ", which its switch ends, has an end" : " never ends"));
    claim(!contact || observed == contact->visit->started.observed, name_of(offer.contact) + " has an offer of who does not route it");
  }
  for (const auto& [agent, count] : offers_of_agent) claim(count == 1, name_of(agent.first) + " has several live offers");
  for (const auto& [id, count] : offers_of_contact) {
    const Contact* contact = visits.waiting(id);
    const bool grouped = contact && contact->visit->group && (contact->visit->started.observed || count <= journal::kGroupLimit);
    claim(count == 1 || grouped, name_of(id) + " has several live offers");
  }

  for (std::size_t i = 0; i < agents.size(); ++i) {
    const Agent& agent = agents[i];
    const bool reserved = agent.state.state == journal::AgentState::reserved;
    claim(reserved == static_cast<bool>(agent.offer),
          name_of(agent.id) + (reserved ? " is reserved for nothing" : " has an offer and is not reserved"));
    claim(!agent.offer || offers.contains(agent.offer), name_of(agent.id) + " has an offer that is over");
    for (const Channel channel : agents.used())
      claim(is_idle(agent, channel) == agents.idle(channel).test(i), name_of(agent.id) + " stands in the wrong set");
    claim(agent.state.state != journal::AgentState::wrap_up || timers.contains({agent.state.until, Timers::Kind::wrap_up, {}, agent.id, {}}),
          "the wrap-up of " + name_of(agent.id) + " never ends");
    claim(agent.works.empty() || agent.state.state != journal::AgentState::signed_out, name_of(agent.id) + " has signed out with a written contact");
    for (const WorkInHand& work : agent.works) {
      const std::string text = name_of(work.contact) + " of " + name_of(agent.id);
      claim((work.state == journal::WorkState::reserved) == offers.contains(work.offer),
            text + " is reserved for no offer, or offered to who has it");
      claim(work.taken() != (work.state == journal::WorkState::reserved), text + " is worked on and was never taken");
      claim(work.state != journal::WorkState::wrap_up || timers.contains({work.until, Timers::Kind::wrap_up, {}, agent.id, work.contact}),
            "the wrap-up of " + text + " never ends");
      claim(!agent.configured || agent.works_of(work.channel) <= agent.allowed[work.channel], name_of(agent.id) + " has more than his capacity");
    }
  }

  for (const Contact& contact : visits.all()) {
    if (!contact.visit) continue;
    const ContactId id = contact.id;
    const Visit& visit = *contact.visit;
    claim(!contact.ended, name_of(id) + " has ended and still waits");
    for (const OfferId offer : visit.offers) {
      claim(offers.contains(offer), name_of(id) + " has an offer that is over");
      claim(!visit.group || (offers.contains(offer) && offers.at(offer).made.group == visit.group), name_of(id) + " has offers of two groups");
    }
    claim(visits.in_queue(visit.queue).contains({visit.started.entered_at, id}), name_of(id) + " has lost its place");
    claim(visit.step == visit.started.steps.size() || timers.contains({visit.step_due(), Timers::Kind::step, {}, {}, id}),
          name_of(id) + " never takes its next step");
    claim(!visit.started.observed || (!visit.parked && !visit.treated && visit.started.steps.empty()), name_of(id) + " is its switch's, and steered");
    claim(!visit.treated || timers.contains({visit.treated->until, Timers::Kind::message, {}, {}, id}), name_of(id) + " hears its message for ever");
    claim(heard.contains(id) == (visit.heard != 0), name_of(id) + " has heard a message and is forgotten, or has not");
    const bool stands = takes_offers(visit) && !visit.aside();
    claim(stands == (visit.stand != Stand::nowhere), name_of(id) + (stands ? " stands nowhere" : " stands for others"));
    const RequirementClass& own = classes[visit.class_index];
    claim((visit.offers.empty() ? own.free : own.growing).contains(visit.key) == (visit.stand == Stand::free),
          name_of(id) + " stands in the wrong class");
    // Work conservation, without the structures that matching uses.
    if (paused || !stands || classes[visit.class_index].open || matched.us == 0) continue;
    const auto passes = [&](std::size_t i) {
      const Agent& agent = agents[i];
      return agent.signed_in() && agent.capacity[visit.started.channel] > 0 && agent.membership(visit.queue) && !contact.excludes(i, matched) &&
             std::ranges::all_of(classes[visit.class_index].wishes, [&](const Wish& wish) { return wish.passes(agent); });
    };
    const auto holds = [&](const Favoured& favour) { return favour.held_until > matched && passes(favour.agent); };
    const auto on_switch = [&](std::size_t i) { return !visit.started.switch_id || agents[i].switch_id == visit.started.switch_id; };
    const bool held = std::ranges::any_of(visit.favours, [&](const Favoured& favour) { return holds(favour) && on_switch(favour.agent); });
    for (std::size_t i = 0; i < agents.size(); ++i) {
      if (!is_idle(agents[i], visit.started.channel) || !passes(i) || !on_switch(i)) continue;
      const bool his = std::ranges::any_of(visit.favours, [&](const Favoured& favour) { return favour.agent == i && holds(favour); });
      claim(held && !his, name_of(id) + " and " + name_of(agents[i].id) + " pass every gate and are not matched");
    }
  }
  return all;
}

}  // namespace callwright::routing
