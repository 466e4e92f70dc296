#include "core/callbacks.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "base/overloaded.hpp"

namespace callwright::core {

std::optional<Instant> Callback::wake() const {
  if (attempt) return attempt->at + asked.ring + kDialMargin;
  if (next.us) return std::min(next, asked.expires_at);
  if (!begun) return std::nullopt;
  return asked.expires_at;
}

void Callbacks::apply(const journal::Fact& fact) {
  const ContactId contact = fact.contact;
  if (const auto* asked = std::get_if<journal::CallbackRequested>(&fact.body)) return owe(fact, *asked);
  if (std::holds_alternative<journal::ContactEnded>(fact.body)) counts_.erase(contact);
  const auto found = owed_.find(contact);
  if (found == owed_.end()) return;
  std::visit(Overloaded{
                 [&](const journal::CustomerMatched& match) { change(contact, [&](Callback& one) { one.customer = match.customer; }); },
                 [&](const journal::VisitStarted& visit) {
                   if (visit.callback != found->second.asked.callback) return;
                   change(contact, [&](Callback& one) {
                     one.begun = one.in_queue = true;
                     one.queue = visit.queue;
                     one.next = {};
                   });
                 },
                 [&](const journal::VisitChanged& visit) {
                   if (visit.what != journal::VisitChanged::What::resumed) return;
                   change(contact, [&](Callback& one) {
                     if (one.in_queue) one.next = {};
                   });
                 },
                 [&](const journal::VisitEnded&) { change(contact, [&](Callback& one) { one.in_queue = false; }); },
                 [&](const journal::CallbackDialled& dialled) {
                   change(contact, [&](Callback& one) {
                     one.attempts = dialled.attempt;
                     one.attempt = {dialled.offer, dialled.agent, fact.at};
                     one.next = {};
                   });
                 },
                 [&](const journal::CallbackDeferred& deferred) {
                   change(contact, [&](Callback& one) {
                     one.attempt.reset();
                     one.next = deferred.until;
                     if (deferred.cause != journal::Cause::not_allowed) one.last_cause = deferred.cause;
                   });
                 },
                 [&](const journal::CallbackEnded&) {
                   unindex(found->second);
                   owed_.erase(found);
                 },
                 [&](const journal::ContactEnded&) {
                   unindex(found->second);
                   owed_.erase(found);
                 },
                 [](const auto&) {},
             },
             fact.body);
}

void Callbacks::owe(const journal::Fact& fact, const journal::CallbackRequested& asked) {
  if (const auto old = owed_.find(fact.contact); old != owed_.end()) {  // the facts of a sane journal never need this
    unindex(old->second);
    owed_.erase(old);
  }
  Callback one;
  one.contact = fact.contact;
  one.asked = asked;
  one.source = fact.source;
  one.asked_at = fact.at;
  one.customer = asked.customer;
  one.queue = asked.queue;
  one.next = asked.due;
  counts_[fact.contact] = asked.callback;
  index(owed_.emplace(fact.contact, std::move(one)).first->second);
}

void Callbacks::index(const Callback& one) {
  if (const auto at = one.wake()) due_.insert({*at, one.contact});
  by_number_.emplace(one.asked.number, one.contact);
  if (one.customer) by_customer_.insert({one.customer, one.contact});
  ++(one.in_queue ? by_queue_[one.queue].in_queue : by_queue_[one.queue].resting);
}

void Callbacks::unindex(const Callback& one) {
  if (const auto at = one.wake()) due_.erase({*at, one.contact});
  if (const auto at = by_number_.find(one.asked.number); at != by_number_.end() && at->second == one.contact) by_number_.erase(at);
  by_customer_.erase({one.customer, one.contact});
  const auto queue = by_queue_.find(one.queue);
  --(one.in_queue ? queue->second.in_queue : queue->second.resting);
  if (queue->second.in_queue == 0 && queue->second.resting == 0) by_queue_.erase(queue);
}

template <class Change>
void Callbacks::change(ContactId contact, Change change) {
  Callback& one = owed_.at(contact);
  unindex(one);
  change(one);
  index(one);
}

const Callback* Callbacks::find(ContactId contact) const {
  const auto found = owed_.find(contact);
  return found == owed_.end() ? nullptr : &found->second;
}

std::set<ContactId> Callbacks::owed_to(const std::string& number, CustomerId customer) const {
  std::set<ContactId> all;
  if (const auto found = by_number_.find(number); !number.empty() && found != by_number_.end()) all.insert(found->second);
  if (customer)
    for (auto at = by_customer_.lower_bound({customer, ContactId{}}); at != by_customer_.end() && at->first == customer; ++at) all.insert(at->second);
  return all;
}

ContactId Callbacks::asked_for(const std::string& principal, const std::string& request) const {
  for (const auto& [contact, one] : owed_)
    if (one.source.name == principal && one.source.id.substr(0, one.source.id.rfind('@')) == request) return contact;
  return {};
}

std::int32_t Callbacks::count_of(ContactId contact) const {
  const auto found = counts_.find(contact);
  return found == counts_.end() ? 0 : found->second;
}

Callbacks::Count Callbacks::count(const QueueId& queue) const {
  const auto found = by_queue_.find(queue);
  return found == by_queue_.end() ? Count{} : found->second;
}

std::optional<Instant> Callbacks::next_due() const { return due_.empty() ? std::nullopt : std::optional(due_.begin()->first); }

std::optional<Instant> Callbacks::next_call_due() const {
  std::optional<Instant> next;
  for (const auto& [contact, one] : owed_)
    if (one.attempt && (!next || *one.wake() < *next)) next = one.wake();
  return next;
}

std::vector<ContactId> Callbacks::due(Instant now) const {
  std::vector<ContactId> all;
  for (auto at = due_.begin(); at != due_.end() && at->first <= now; ++at) all.push_back(at->second);
  return all;
}

std::uint64_t Callbacks::digest() const {
  Digest digest;
  for (const auto& [contact, one] : owed_) {
    digest.add(contact.value).add(one.asked.callback).add(one.asked.number).add(one.asked.due.us).add(one.asked.expires_at.us).add(one.asked_at.us);
    digest.add(one.customer.value).add(one.attempts).add(one.begun).add(one.in_queue).add(one.queue.value).add(one.next.us);
    digest.add(one.last_cause ? static_cast<int>(*one.last_cause) : 0).add(one.attempt ? one.attempt->offer.value : 0);
    digest.add(one.attempt ? one.attempt->at.us : 0);
  }
  for (const auto& [contact, count] : counts_) digest.add(contact.value).add(count);
  return digest.value();
}

}  // namespace callwright::core
