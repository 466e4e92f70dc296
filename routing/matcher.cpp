#include "routing/matcher.hpp"

#include <algorithm>
#include <utility>

#include "base/planted_bug.hpp"

namespace callwright::routing {

void Matcher::configure(const journal::Centre& centre, Instant at) {
  for (Contact& contact : visits.all())
    if (contact.visit) unstand(contact.id, *contact.visit);
  queues.configure(centre);
  agents.configure(centre);
  classes.configure();
  selector.seed(centre.seed);
  for (Contact& contact : visits.all())
    if (contact.visit) stand(contact.id, contact, at);
  classes.open_all();
}

bool Matcher::takes_offers(const Visit& visit) const {
  if (visit.offers.empty()) return true;
  const journal::Queue& rules = queues[visit.queue].rules;
  return visit.group && journal::makes_groups(rules.strategy) && std::cmp_less(visit.offers.size(), rules.group_size);
}

void Matcher::stand(ContactId id, Contact& contact, Instant at) {
  Visit& visit = *contact.visit;
  if (visit.aside() || !takes_offers(visit)) return;
  const Instant place = planted(3) && !contact.exclusions.empty() ? at : visit.started.entered_at;
  const RequirementClass& one = classes[visit.class_index];
  visit.key = {visit_points(visit.started.priority + visit.boost, one.age_per_minute, place - visit.started.credit), place, id, &contact};
  visit.stand = !visit.favours.empty() && selector.is_held(contact, at) ? Stand::held : Stand::free;
  if (visit.offers.empty()) queues.count(visit.queue, 1);
  if (visit.stand == Stand::free) classes.add_free(visit.class_index, visit.key, !visit.offers.empty());
  for (const Favoured& favour : visit.favours)
    if (agents.idle(one.channel).test(favour.agent) && one.is_fit(agents, favour.agent)) classes.add_live(visit.class_index, {id, favour.agent});
}

void Matcher::unstand(ContactId id, Visit& visit) {
  if (visit.stand == Stand::nowhere) return;
  if (visit.stand == Stand::free) classes.remove_free(visit.class_index, visit.key, !visit.offers.empty());
  for (const Favoured& favour : visit.favours) classes.remove_live(visit.class_index, {id, favour.agent});
  if (visit.offers.empty()) queues.count(visit.queue, -1);
  visit.stand = Stand::nowhere;
}

void Matcher::stand_again(ContactId id, Instant at) {
  Contact* contact = visits.waiting(id);
  if (!contact) return;
  unstand(id, *contact->visit);
  stand(id, *contact, at);
}

/// The agent's bits have changed; so may the pairs of those who favour him.
void Matcher::follow_favours(std::size_t agent, const AgentGates& before, Instant at) {
  const AgentGates& now = agents.gates(agent);
  for (ContactId id : visits.favouring(agent)) {
    const Visit& visit = *visits.waiting(id)->visit;
    const std::uint8_t channel = Agents::bit_of(visit.started.channel);
    if (visit.stand == Stand::nowhere) continue;
    if (now.signed_in != before.signed_in) stand_again(id, at);
    else if ((now.idle & channel) == (before.idle & channel)) continue;
    else if (!(now.idle & channel)) classes.remove_live(visit.class_index, {id, agent});
    else if (classes[visit.class_index].is_fit(agents, agent)) classes.add_live(visit.class_index, {id, agent});
  }
}

void Matcher::begin_match(std::int64_t decision, Instant now) {
  asked_ = decision;
  bests_.clear();
  for (std::size_t index : classes.take_open())
    if (!selector.best_pair(index, decision, now, bests_.emplace_back())) bests_.pop_back();
}

/// A contact who is gone has left its place to another one, or empty.
bool Matcher::still_there(const Pair& pair) const {
  const Contact& contact = *pair.visit.owner;
  return contact.id == pair.visit.contact && contact.visit && contact.visit->stand != Stand::nowhere &&
         ((agents.gates(pair.agent.agent).idle & Agents::bit_of(contact.visit->started.channel)) || planted(6));
}

/// Greedy: the best pair of all, then the best of what is left. Offers only take visits and agents away, so a pair is never too low: if
/// both are still there it holds, otherwise its class is asked again, as is a class whose scores every decision changes; and if the visit offered
/// last may have more offers, it is its own class that is asked again. What a queue adds as a whole is added when pairs are compared.
std::optional<Pair> Matcher::next_pair(std::int64_t decision, Instant now) {
  const auto work_out = [&](std::size_t i) {
    if (selector.best_pair(bests_[i].class_index, decision, now, bests_[i])) return;
    bests_[i] = bests_.back();
    bests_.pop_back();
  };
  if (decision != asked_)
    for (std::size_t i = bests_.size(); i-- > 0;)
      if (bests_[i].moving) work_out(i);
  asked_ = decision;
  const auto score_of = [&](const Pair& pair) { return pair.score + queue_points(classes[pair.class_index].queue); };
  while (!bests_.empty()) {
    std::size_t chosen = 0;
    std::int64_t score = score_of(bests_[0]);
    for (std::size_t i = 1; i < bests_.size(); ++i)
      if (const std::int64_t other = score_of(bests_[i]); bests_[i].before(bests_[chosen], other, score)) chosen = i, score = other;
    if (still_there(bests_[chosen])) {
      std::optional<Pair> best = bests_[chosen];
      best->score = score;
      return best;
    }
    work_out(chosen);
  }
  return std::nullopt;
}

}  // namespace callwright::routing
