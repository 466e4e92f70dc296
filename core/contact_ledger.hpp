#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "journal/attributes.hpp"
#include "journal/fact.hpp"

namespace callwright::core {

/// An agent's part in a contact that has begun and not ended.
struct OpenSegment {
  std::int32_t segment = 0;
  AgentId agent;
  journal::SegmentKind what = journal::SegmentKind::ring;
  Instant since;
};

/// What the core itself knows of one open contact, beside the call model and routing: folded from facts, except the fields
/// at the end.
struct ContactEntry {
  ContactId id;
  journal::ContactOpened opened;
  Instant opened_at;
  std::optional<journal::RouteRequested> route;
  Instant route_at;
  bool asks = false;  ///< for a route, and has come to no queue since
  bool matched = false;
  journal::CustomerMatched match;
  std::int32_t visits = 0;
  bool observed = false;  ///< its last visit was in a queue of its switch, which has not asked us for a route since
  QueueId queue;
  Instant entered_at;
  std::optional<journal::VisitEnd> last_visit_end;
  AgentId answered_by;
  LegId answered_leg;  ///< his; of the last visit that was answered
  Instant answered_at;
  std::vector<OpenSegment> segments;
  std::int32_t segments_begun = 0;
  std::string disposition;
  bool resolved = false;
  journal::Cause customer_cause = journal::Cause::unknown;  ///< why the customer's leg ended
  Instant state_since;
  std::vector<journal::Fact> facts;  ///< all of this contact, for the checkpoint

  // Not folded: asked again after a restart.
  std::shared_ptr<const std::string> card;
  journal::CustomerTraits traits;  ///< of `match.customer`
  bool failed_to_route = false;

  const OpenSegment* segment_of(const AgentId& agent) const;
  bool sent_back() const { return answered_by && route && route_at > answered_at; }  ///< asked for a route after he was answered
};

/// The core's own fold: open contacts, who answered the lately ended ones, what sources and requests were seen.
class ContactLedger {
 public:
  void apply(const journal::Fact& fact);

  ContactEntry* find(ContactId id);
  const ContactEntry* find(ContactId id) const;
  std::map<ContactId, ContactEntry>& open() { return open_; }
  const std::map<ContactId, ContactEntry>& open() const { return open_; }

  bool knows(ContactId id) const;  ///< open, or ended lately
  /// Who answered a contact that ended lately (the last `kEndedLimit`): he may still write its note.
  AgentId answered_by_ended(ContactId id) const;
  QueueId queue_of_ended(ContactId id) const;  ///< its last one

  const std::set<ContactId>& written() const { return written_; }  ///< open written contacts
  /// The written contact that this request opened: open, or ended lately. 0: none.
  ContactId opened_for(const std::string& principal, const std::string& request) const;
  /// It is lost: the request that opened it may be made again.
  void forget_opened(ContactId contact);
  /// Open contacts in which the agent has a segment open.
  const std::set<ContactId>& contacts_of(const AgentId& agent) const;
  const std::map<AgentId, std::set<ContactId>>& parts() const { return parts_; }  ///< the same of all agents who have any

  std::int64_t last_seen(const std::string& source_name) const;
  const std::map<std::string, std::int64_t>& sources() const { return sources_; }

  /// The source of the facts of a request: its id with `seq` behind it, so that a page that repeats an id long forgotten here
  /// can never collide with an old fact in the journal.
  static journal::Source request_source(const std::string& principal, const std::string& id, std::int64_t seq);
  /// Of each principal the last `kRequestsOfOne` ids are known, across restarts if they concluded a fact.
  bool request_seen(const std::string& principal, const std::string& id) const;
  void remember_request(const std::string& principal, const std::string& id);

  /// The facts that `Core::checkpoint` keeps from this fold, and the marks that `Carried` holds.
  std::vector<journal::Fact> kept_facts() const;
  void carry(journal::Carried& carried) const;

  std::uint64_t digest() const;

 private:
  static constexpr std::size_t kEndedLimit = 512;
  static constexpr std::size_t kRequestsOfOne = 256;

  void apply_to(ContactEntry& entry, const journal::Fact& fact);
  void note_source(const journal::Fact& fact);
  void index_opened(const journal::Fact& fact, const journal::ContactOpened& opened);
  bool forget_source(const journal::Source& source, ContactId contact);
  void leave(const AgentId& agent, const ContactEntry& entry);
  void end(ContactEntry& entry, const journal::Fact& fact);

  struct Ended {
    ContactId contact;
    AgentId agent;
    QueueId queue;
    std::vector<journal::Fact> facts;  ///< ContactOpened (the first one), ContactAnswered and ContactEnded
  };

  std::map<ContactId, ContactEntry> open_;
  std::deque<Ended> ended_;
  std::map<AgentId, std::vector<journal::Fact>> agent_facts_;  ///< of each the one that began his state, and the last
  struct LinkFacts {
    std::optional<journal::Fact> up;    ///< the last one: it alone names the boot epoch of the live legs
    std::optional<journal::Fact> down;  ///< since then
  };
  std::map<SwitchId, LinkFacts> link_facts_;
  std::map<QueueId, journal::Fact> emergency_facts_;  ///< the one that switched it on, while it is
  std::int64_t carried_until_ = 0;  ///< what facts up to here say of sources and requests stands in `Carried`; those kept are only some of them
  std::map<std::string, std::int64_t> sources_;
  std::map<std::string, std::deque<std::string>> requests_;  ///< by principal, oldest first
  // Made from `open_` and `ended_`.
  std::set<ContactId> written_;
  std::map<std::pair<std::string, std::string>, ContactId> opened_for_;  ///< by principal and request
  std::map<AgentId, std::set<ContactId>> parts_;
};

}  // namespace callwright::core
