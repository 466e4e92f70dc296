#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "journal/centre.hpp"
#include "routing/score.hpp"

namespace callwright::routing {

/// One stay of a contact in one queue, while it lasts.
struct Visit {
  std::int32_t number = 0;  ///< 1, 2, ... of its contact
  QueueId queue;
  SwitchId switch_id;
  Instant entered_at;
  std::int32_t priority = 0;
  std::vector<journal::Requirement> requirements;
  Duration short_abandon{};
  Duration service_level{};
  OfferId offer;  ///< live, or 0: then it stands in its class
  std::size_t class_index = 0;
  VisitKey key;
};

struct Exclusion {
  std::size_t agent = 0;
  Instant until;
};

/// What routing remembers of a contact while it is open.
struct Contact {
  std::int32_t visits = 0;
  bool ended = false;
  std::optional<Visit> visit;
  std::vector<Exclusion> exclusions;  ///< agents it avoids

  bool excludes(std::size_t agent, Instant now) const {
    for (const Exclusion& one : exclusions)
      if (one.agent == agent && one.until > now) return true;
    return false;
  }
};

/// The contacts that routing knows, their visits by place, and their exclusions by the instant at which they end.
class Visits {
 public:
  Contact* find(ContactId id);
  const Contact* find(ContactId id) const;
  /// The contact, if it waits.
  Contact* waiting(ContactId id);
  const Contact* waiting(ContactId id) const;

  Visit& start(ContactId id, Visit visit);
  void end(ContactId id);
  void contact_ended(ContactId id);

  void exclude(ContactId id, std::size_t agent, Instant until);
  /// Forgets the exclusions that are over; the contacts concerned.
  std::vector<ContactId> forget_exclusions(Instant now);
  /// Contacts with an exclusion that ends after `from` and not after `to`.
  std::vector<ContactId> exclusions_ending(Instant from, Instant to) const;
  std::optional<Instant> next_exclusion_end(Instant after) const;

  /// Contacts that wait in a queue, by place.
  const std::set<std::pair<Instant, ContactId>>& in_queue(const QueueId& queue) const;
  const std::unordered_map<ContactId, Contact>& all() const { return contacts_; }
  std::unordered_map<ContactId, Contact>& all() { return contacts_; }

 private:
  struct ExclusionEnd {
    Instant until;
    ContactId contact;
    std::size_t agent = 0;
    auto operator<=>(const ExclusionEnd&) const = default;
  };

  void forget_if_over(ContactId id);

  std::unordered_map<ContactId, Contact> contacts_;
  std::map<QueueId, std::set<std::pair<Instant, ContactId>>> by_queue_;
  std::set<ExclusionEnd> exclusion_ends_;
};

}  // namespace callwright::routing
