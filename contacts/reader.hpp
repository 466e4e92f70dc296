#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "contacts/customer.hpp"
#include "contacts/error.hpp"
#include "journal/attributes.hpp"
#include "journal/centre.hpp"
#include "journal/fact.hpp"

namespace callwright::contacts {

/// Whose number or e-mail address it is; the fields of core::CustomerFound.
struct Found {
  journal::Match match = journal::Match::none;
  CustomerId customer;
  std::vector<CustomerId> candidates;  ///< for maybe, at most 8: last contact first, household head before the others
  std::string e164;                    ///< empty: withheld, internal, short code, own number, unusable, an e-mail address
  std::shared_ptr<const std::string> card;  ///< JSON as agent-desktop-api/FRAMES.md; null for none
  journal::CustomerTraits traits;           ///< for known
};

struct Card {
  std::int64_t version = 0;  ///< of the customer: the ETag
  std::shared_ptr<const std::string> json;
  journal::CustomerTraits traits;
};

/// A page of JSON rows, newest first. `next` is the `before` of the following page; 0: there is none.
struct Page {
  std::vector<std::string> items;
  std::int64_t next = 0;
};

/// A logged contact. Personal texts are empty once erased.
struct ContactRow {
  ContactId contact;
  CustomerId customer;
  journal::Match match = journal::Match::none;
  journal::Channel channel = journal::Channel::voice;
  journal::Direction direction = journal::Direction::inbound;
  SwitchId switch_id;
  std::string trunk, dnis, ani, caller_name, e164;       ///< `ani` of a written contact: its identity
  Instant opened_at, entered_at, answered_at, ended_at;  ///< 0: not (yet)
  QueueId queue;   ///< the last one
  AgentId agent;   ///< the last who talked
  std::optional<journal::ContactOutcome> outcome;  ///< once ended
  journal::Cause cause = journal::Cause::unknown;
  std::string disposition;
  bool resolved = false;
  Duration waited{}, ring{}, talk{}, hold{}, wrap_up{};
  bool imported = false;  ///< history of an earlier system: no facts
};
struct SegmentRow {
  std::int32_t segment = 0;
  AgentId agent;
  journal::SegmentKind what = journal::SegmentKind::ring;
  Instant from, to;  ///< to 0: open
};
struct VisitRow {
  std::int32_t visit = 0;
  QueueId queue;
  Instant entered_at, ended_at;
  std::optional<journal::VisitEnd> how;
  Duration waited{};
};
struct OfferRow {
  Instant at, ended_at;
  journal::OfferMade made;
  std::optional<journal::OfferEnd> how;
};
struct NoteRow {
  std::string note;
  AgentId agent;
  Instant at;
  std::string text;  ///< the newest of this agent with this id
};
struct ContactDetail {
  ContactRow contact;
  std::vector<SegmentRow> segments;
  std::vector<VisitRow> visits;
  std::vector<OfferRow> offers;
  std::vector<NoteRow> notes;
  std::vector<std::pair<std::string, std::string>> data;  ///< attached data, newest value of each key
  std::string url;                                        ///< where a written contact is worked on
};
/// A routing decision as it was journalled.
struct Decision {
  Instant at;
  ContactId contact;
  journal::OfferMade offer;
  std::vector<journal::Requirement> requirements;  ///< what the contact asked for then
  Instant ended_at;                                ///< of the offer; 0: it rings
  std::optional<journal::OfferEnd> how;
};

struct ContactFilter {
  ContactId before;  ///< 0: from the newest
  int limit = 50;    ///< 1..200
  QueueId queue;
  AgentId agent;
  CustomerId customer;
  std::optional<journal::ContactOutcome> outcome;
  Instant from, to;  ///< opened in [from, to); 0: open
  bool ended_only = false;
};
struct ContactPage {
  std::vector<ContactRow> items;
  ContactId next;  ///< the `before` of the following page; 0: there is none
};

/// Reads the store: one instance, one thread, own connection. Sees what was committed before the call.
/// Errors: not_found, busy, corrupt, broken.
class Reader {
 public:
  virtual ~Reader() = default;

  /// The pop: normalises under the trunk's rule, then point reads by exact number. `switch_id` and `trunk` name the trunk. With no switch it is the
  /// identity of a written contact, and with an `@` in it an e-mail address: read whole, A to Z as a to z.
  virtual Result<Found> find_customer(const SwitchId& switch_id, const std::string& trunk, const std::string& ani,
                                      const journal::TrunkRule& rule) = 0;

  virtual Result<Card> card(CustomerId customer) = 0;
  /// A customer's contacts as rows of the card's `last_contacts`, newest first, before the contact `before`. not_found: no such customer.
  virtual Result<Page> timeline(CustomerId customer, ContactId before, int limit) = 0;
  /// Card heads: by E.164 number, account number, or the beginnings of words of the name (either script).
  virtual Result<Page> search(const std::string& query, int limit, const std::string& region = "GB") = 0;

  virtual Result<ContactPage> contacts(const ContactFilter& filter) = 0;
  virtual Result<ContactDetail> contact(ContactId contact) = 0;
  virtual Result<std::vector<Decision>> decisions(ContactId contact) = 0;
  /// Interval rows of queues that start in [from, to), by start and queue.
  virtual Result<std::vector<journal::QueueInterval>> intervals(Instant from, Instant to) = 0;
};

}  // namespace callwright::contacts
