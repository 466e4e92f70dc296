#include "routing/visits.hpp"

namespace callwright::routing {

Contact* Visits::find(ContactId id) {
  auto found = contacts_.find(id);
  return found == contacts_.end() ? nullptr : &found->second;
}
const Contact* Visits::find(ContactId id) const {
  auto found = contacts_.find(id);
  return found == contacts_.end() ? nullptr : &found->second;
}
Contact* Visits::waiting(ContactId id) {
  Contact* contact = find(id);
  return contact && contact->visit ? contact : nullptr;
}
const Contact* Visits::waiting(ContactId id) const {
  const Contact* contact = find(id);
  return contact && contact->visit ? contact : nullptr;
}

Visit& Visits::start(ContactId id, Visit visit) {
  Contact& contact = contacts_[id];
  contact.visits = visit.started.visit;
  if (visit.queue >= by_queue_.size()) {
    by_queue_.resize(visit.queue + 1);
    numbers_.resize(visit.queue + 1);
  }
  ++numbers_[visit.queue][visit.started.channel];
  by_queue_[visit.queue].insert({visit.started.entered_at, id});
  for (const Favoured& one : visit.favours) {
    by_favoured_[one.agent].insert(id);
    if (one.held_until.us) hold_ends_.insert({one.held_until, id});
  }
  return contact.visit.emplace(std::move(visit));
}

void Visits::end(ContactId id) {
  Contact* contact = waiting(id);
  if (!contact) return;
  const Visit& visit = *contact->visit;
  --numbers_[visit.queue][visit.started.channel];
  by_queue_[visit.queue].erase({visit.started.entered_at, id});
  for (const Favoured& one : visit.favours) {
    hold_ends_.erase({one.held_until, id});
    auto favouring = by_favoured_.find(one.agent);
    if (favouring == by_favoured_.end()) continue;  // last and named agent are the same
    favouring->second.erase(id);
    if (favouring->second.empty()) by_favoured_.erase(favouring);
  }
  contact->visit.reset();
  forget_if_over(id);
}

void Visits::contact_ended(ContactId id) {
  Contact* contact = find(id);
  if (!contact) return;
  contact->ended = true;
  forget_if_over(id);
}

void Visits::forget_if_over(ContactId id) {
  auto found = contacts_.find(id);
  if (!found->second.ended || found->second.visit) return;
  for (const Exclusion& one : found->second.exclusions) exclusion_ends_.erase({one.until, id, one.agent});
  contacts_.erase(found);
}

void Visits::exclude(ContactId id, std::size_t agent, Instant until) {
  Contact* contact = find(id);
  if (!contact) return;
  std::erase_if(contact->exclusions, [&](const Exclusion& one) {
    if (one.agent != agent) return false;
    exclusion_ends_.erase({one.until, id, agent});
    return true;
  });
  contact->exclusions.push_back({agent, until});
  exclusion_ends_.insert({until, id, agent});
}

std::vector<ContactId> Visits::forget_exclusions(Instant now) {
  std::vector<ContactId> concerned;
  while (!exclusion_ends_.empty() && exclusion_ends_.begin()->until <= now) {
    const ExclusionEnd over = *exclusion_ends_.begin();
    exclusion_ends_.erase(exclusion_ends_.begin());
    std::erase_if(contacts_[over.contact].exclusions, [&](const Exclusion& one) { return one.agent == over.agent; });
    concerned.push_back(over.contact);
  }
  return concerned;
}

std::vector<ContactId> Visits::ending(Instant from, Instant to) const {
  std::vector<ContactId> concerned;
  for (auto at = exclusion_ends_.upper_bound({from, {INT64_MAX}, SIZE_MAX}); at != exclusion_ends_.end() && at->until <= to; ++at)
    concerned.push_back(at->contact);
  for (auto at = hold_ends_.upper_bound({from, {INT64_MAX}}); at != hold_ends_.end() && at->first <= to; ++at) concerned.push_back(at->second);
  return concerned;
}

std::optional<Instant> Visits::next_end(Instant after) const {
  std::optional<Instant> next;
  if (auto at = exclusion_ends_.upper_bound({after, {INT64_MAX}, SIZE_MAX}); at != exclusion_ends_.end()) next = at->until;
  if (auto at = hold_ends_.upper_bound({after, {INT64_MAX}}); at != hold_ends_.end() && (!next || at->first < *next)) next = at->first;
  return next;
}

const std::set<ContactId>& Visits::favouring(std::size_t agent) const {
  static const std::set<ContactId> nobody;
  auto found = by_favoured_.find(agent);
  return found == by_favoured_.end() ? nobody : found->second;
}

const std::pmr::set<std::pair<Instant, ContactId>>& Visits::in_queue(std::size_t queue) const {
  return queue < by_queue_.size() ? by_queue_[queue] : nobody_;
}

}  // namespace callwright::routing
