#pragma once
#include <absl/container/flat_hash_map.h>
#include <absl/container/inlined_vector.h>
#include <absl/hash/hash.h>

#include <cstdint>
#include <deque>
#include <memory_resource>
#include <optional>
#include <ranges>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "journal/fact.hpp"
#include "routing/by_channel.hpp"
#include "routing/classes.hpp"
#include "routing/line.hpp"
#include "routing/score.hpp"

namespace callwright::routing {

/// An agent whom a contact would rather have.
struct Favoured {
  std::size_t agent = 0;
  journal::Favour::Why why{};
  std::int32_t points = 0;
  Instant held_until;
};

using OfferIds = absl::InlinedVector<OfferId, 1>;  ///< more than one in a group only

/// One stay of a contact in one queue, while it lasts.
struct Visit {
  journal::VisitStarted started;  ///< as it began; what changed since is below
  std::size_t queue = 0;
  std::vector<Favoured> favours;
  std::size_t step = 0;    ///< of `started.steps`, how many apply
  std::int64_t boost = 0;  ///< points by steps, failed offers and supervisors
  bool parked = false;
  std::optional<Duration> estimate;  ///< of its wait, made at its entry
  std::optional<journal::VisitTreated> treated;        ///< stands aside until it has heard this message
  std::optional<journal::TreatedFor> treated_for;      ///< by the last treatment
  std::uint8_t heard = 0;                              ///< the treatments whose message is behind it, a bit for each
  std::int32_t told_position = 0;                      ///< the last one that the caller was told; 0: none
  Instant promised;                                    ///< when his wait ends by what he was told; 0: nothing was
  OfferIds offers;                   ///< live ones, in the order in which they were made
  OfferId group;                     ///< the group of them that others may join; 0: none, it was claimed, or it is one agent's alone
  std::size_t class_index = 0;
  Stand stand = Stand::nowhere;
  VisitKey key;  ///< its place in the class while it stands there

  const std::vector<journal::Requirement>& requirements() const { return step ? started.steps[step - 1].requirements : started.requirements; }
  /// Nobody of ours is asked: for a time, or for ever since its switch routes it.
  bool aside() const { return parked || treated || started.observed; }
  bool has_heard(journal::TreatedFor why) const { return heard & (1U << static_cast<unsigned>(why)); }
  Instant step_due() const { return started.entered_at + started.steps[step].after; }  ///< of the next one
};

struct Exclusion {
  std::size_t agent = 0;
  Instant until;
};

/// What routing remembers of a contact while it is open.
struct Contact {
  ContactId id;
  bool known = false;  ///< otherwise a place for the next contact that comes
  std::int32_t visits = 0;
  std::vector<std::size_t> flowed_from;  ///< queues that it left for another one: it never flows back
  bool ended = false;
  std::optional<Visit> visit;
  std::vector<Exclusion> exclusions;  ///< agents it avoids

  bool excludes(std::size_t agent, Instant now) const {
    for (const Exclusion& one : exclusions)
      if (one.agent == agent && one.until > now) return true;
    return false;
  }
};

/// A contact's place in its queue: who came first, first.
using QueuePlace = std::pair<Instant, ContactId>;
using QueueLine = Line<QueuePlace, 8>;

/// The contacts that routing knows, their visits by place, and their exclusions by the instant at which they end.
///
/// A contact keeps its address while it is known (VisitKey::owner); when it is forgotten the next one takes its place, so that contacts who come and
/// go cost no memory. There are as many places as there were contacts at once, and they are never given back.
class Visits {
 public:
  Contact* find(ContactId id);
  const Contact* find(ContactId id) const;
  /// The contact, if it waits.
  Contact* waiting(ContactId id);
  const Contact* waiting(ContactId id) const;

  /// The contact waits from now on; it did not before. `fill` says what is to be known of its visit.
  template <class Fill>
  Contact& start(ContactId id, Fill fill) {
    Contact& contact = find_or_add(id);
    fill(contact.visit.emplace());
    place(contact);
    return contact;
  }
  void end(Contact& contact);
  void contact_ended(ContactId id);

  void exclude(ContactId id, std::size_t agent, Instant until);
  /// Forgets the exclusions that are over; the contacts concerned.
  std::vector<ContactId> forget_exclusions(Instant now);
  /// Contacts with an exclusion or a hold that ends after `from` and not after `to`.
  std::vector<ContactId> ending(Instant from, Instant to) const;
  std::optional<Instant> next_end(Instant after) const;

  /// Waiting contacts that favour this agent.
  const std::set<ContactId>& favouring(std::size_t agent) const;

  /// Contacts that wait in a queue, by place.
  const QueueLine& in_queue(std::size_t queue) const { return queue < by_queue_.size() ? by_queue_[queue] : nobody_; }
  bool any_in_queue(std::size_t queue, journal::Channel channel) const { return queue < numbers_.size() && numbers_[queue][channel] > 0; }
  /// All contacts that are known, in no order that means anything.
  auto all() { return contacts_ | std::views::filter(&Contact::known); }
  auto all() const { return contacts_ | std::views::filter(&Contact::known); }

 private:
  struct ExclusionEnd {
    Instant until;
    ContactId contact;
    std::size_t agent = 0;
    auto operator<=>(const ExclusionEnd&) const = default;
  };
  struct Hash {
    std::size_t operator()(ContactId id) const { return absl::HashOf(id.value); }
  };

  Contact& find_or_add(ContactId id);
  void place(Contact& contact);
  void forget_if_over(Contact& contact);

  std::pmr::unsynchronized_pool_resource memory_;  ///< so that contacts who come and go cost no allocation
  std::unordered_map<std::size_t, std::set<ContactId>> by_favoured_;
  std::set<std::pair<Instant, ContactId>> hold_ends_;
  std::deque<Contact> contacts_;
  std::vector<Contact*> spare_;  ///< places of `contacts_` that nobody has
  absl::flat_hash_map<ContactId, Contact*, Hash> by_id_;
  std::deque<QueueLine> by_queue_;
  QueueLine nobody_{&memory_};
  std::vector<ByChannel<std::int32_t>> numbers_;  ///< of who waits, by queue
  std::set<ExclusionEnd> exclusion_ends_;
};

}  // namespace callwright::routing
