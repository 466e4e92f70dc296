#include "routing/visits.hpp"

namespace callwright::routing {

Contact* Visits::find(ContactId id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}
const Contact* Visits::find(ContactId id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}
Contact* Visits::waiting(ContactId id) {
  Contact* contact = find(id);
  return contact && contact->visit ? contact : nullptr;
}
const Contact* Visits::waiting(ContactId id) const {
  const Contact* contact = find(id);
  return contact && contact->visit ? contact : nullptr;
}

Contact& Visits::find_or_add(ContactId id) {
  const auto [found, added] = by_id_.try_emplace(id, nullptr);
  if (!added) return *found->second;
  if (spare_.empty()) spare_.push_back(&contacts_.emplace_back());
  Contact& contact = *spare_.back();
  spare_.pop_back();
  contact.id = id;
  contact.known = true;
  return *(found->second = &contact);
}

void Visits::place(Contact& contact) {
  const Visit& visit = *contact.visit;
  contact.visits = visit.started.visit;
  while (visit.queue >= by_queue_.size()) {
    by_queue_.emplace_back(&memory_);
    numbers_.emplace_back();
  }
  ++numbers_[visit.queue][visit.started.channel];
  by_queue_[visit.queue].insert({visit.started.entered_at, contact.id});
  for (const Favoured& one : visit.favours) {
    by_favoured_[one.agent].insert(contact.id);
    if (one.held_until.us) hold_ends_.insert({one.held_until, contact.id});
  }
}

void Visits::end(Contact& contact) {
  const Visit& visit = *contact.visit;
  --numbers_[visit.queue][visit.started.channel];
  by_queue_[visit.queue].erase({visit.started.entered_at, contact.id});
  for (const Favoured& one : visit.favours) {
    hold_ends_.erase({one.held_until, contact.id});
    auto favouring = by_favoured_.find(one.agent);
    if (favouring == by_favoured_.end()) continue;  // last and named agent are the same
    favouring->second.erase(contact.id);
    if (favouring->second.empty()) by_favoured_.erase(favouring);
  }
  contact.visit.reset();
  forget_if_over(contact);
}

void Visits::contact_ended(ContactId id) {
  Contact* contact = find(id);
  if (!contact) return;
  contact->ended = true;
  forget_if_over(*contact);
}

void Visits::forget_if_over(Contact& contact) {
  if (!contact.ended || contact.visit) return;
  for (const Exclusion& one : contact.exclusions) exclusion_ends_.erase({one.until, contact.id, one.agent});
  by_id_.erase(contact.id);
  contact.known = contact.ended = false;
  contact.visits = 0;
  contact.flowed_from.clear();
  contact.exclusions.clear();
  spare_.push_back(&contact);
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
    std::erase_if(find(over.contact)->exclusions, [&](const Exclusion& one) { return one.agent == over.agent; });
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
  if (by_favoured_.empty()) return nobody;
  auto found = by_favoured_.find(agent);
  return found == by_favoured_.end() ? nobody : found->second;
}

}  // namespace callwright::routing
