#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "journal/fact.hpp"

namespace callwright::core {

/// Callbacks owed at once; one more is refused.
constexpr std::size_t kCallbackLimit = 1000;
/// How far ahead one may be asked for.
constexpr Duration kCallbackHorizon = std::chrono::hours(24 * 31);
/// How much longer than a customer's phone may ring his call is waited for when nothing is heard of it.
constexpr Duration kDialMargin = std::chrono::seconds(10);
constexpr std::size_t kCallbackNoteLimit = 1000;  ///< bytes

/// A callback that is owed.
struct Callback {
  /// A call to the customer that goes on.
  struct Attempt {
    OfferId offer;
    AgentId agent;
    Instant at;
  };
  ContactId contact;
  journal::CallbackRequested asked;
  journal::Source source;  ///< of what asked for it
  Instant asked_at;
  CustomerId customer;                       ///< if he is known
  std::int32_t attempts = 0;                 ///< calls so far, the one that goes on included
  bool begun = false;                        ///< a visit of its own has begun: no caller is on the line
  bool in_queue = false;                     ///< and lasts
  QueueId queue;                             ///< of that visit; before, the one asked for
  Instant next;                              ///< it rests until then; 0: it does not
  std::optional<journal::Cause> last_cause;  ///< why the last call came to nothing
  std::optional<Attempt> attempt;

  bool keeps_place() const { return asked.due.us == 0; }
  /// When something is due without being asked for: it begins, it is tried again, a call is given up, it expires. None while its caller waits.
  std::optional<Instant> wake() const;
};

/// The callbacks that are owed, folded from facts: at most one of a contact and one to a number.
class Callbacks {
 public:
  void apply(const journal::Fact& fact);

  const Callback* find(ContactId contact) const;
  /// Who owes a callback to this number or this customer.
  std::set<ContactId> owed_to(const std::string& number, CustomerId customer) const;
  bool is_owed_to(const std::string& number) const { return by_number_.contains(number); }
  /// The contact of the callback that this request asked for, as long as it is owed; 0: none.
  ContactId asked_for(const std::string& principal, const std::string& request) const;
  /// How many callbacks this open contact has had, the owed one included.
  std::int32_t count_of(ContactId contact) const;
  struct Count {
    std::int64_t in_queue = 0;
    std::int64_t resting = 0;  ///< not due yet, or their callers still wait
  };
  Count count(const QueueId& queue) const;
  std::size_t size() const { return owed_.size(); }
  const std::map<ContactId, Callback>& all() const { return owed_; }

  std::optional<Instant> next_due() const;
  /// Of the calls that go on alone.
  std::optional<Instant> next_call_due() const;
  std::vector<ContactId> due(Instant now) const;

  std::uint64_t digest() const;

 private:
  void owe(const journal::Fact& fact, const journal::CallbackRequested& asked);
  void index(const Callback& one);
  void unindex(const Callback& one);
  template <class Change>
  void change(ContactId contact, Change change);

  std::map<ContactId, Callback> owed_;
  std::map<ContactId, std::int32_t> counts_;  ///< of open contacts
  // Made from `owed_`.
  std::set<std::pair<Instant, ContactId>> due_;
  std::map<std::string, ContactId> by_number_;
  std::set<std::pair<CustomerId, ContactId>> by_customer_;
  std::map<QueueId, Count> by_queue_;
};

}  // namespace callwright::core
