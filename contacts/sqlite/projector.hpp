#pragma once
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "contacts/reader.hpp"
#include "contacts/sqlite/database.hpp"
#include "journal/fact.hpp"
#include "metrics/queue_fold.hpp"

namespace callwright::contacts::sqlite {

/// Makes the rows of contacts, segments, visits, intervals and cards from facts, inside the transaction that writes the facts.
///
/// `apply` changes rows in memory, `flush` writes each changed row once; `committed` or `rolled_back` follows. Live contacts stay in
/// memory until they end. The rows are a function of the facts alone, so the doctor can make them again elsewhere.
class Projector {
 public:
  enum class Cards : std::uint8_t { keep, leave };

  /// `schema`: "main", or the attached one that is rebuilt (without cards).
  Projector(Database& database, const std::string& schema, Cards cards);

  void apply(const journal::Fact& fact);
  void flush();
  void committed();
  void rolled_back();
  void forget(ContactId contact) { live_.erase(contact); }

 private:
  struct Visit {
    VisitRow row;
    metrics::Promise promise;
    bool changed = false;
  };
  struct Segment {
    SegmentRow row;
    bool changed = false;
  };
  struct Live {
    ContactRow row;
    std::vector<Visit> visits;
    std::vector<Segment> segments;
    CustomerId carded;  ///< whose card counts this contact
    bool changed = false;
    bool listed = false;  ///< in changed_
  };

  Live* find(ContactId contact);
  Live* load(ContactId contact);
  void touch(Live& live);
  journal::QueueInterval& interval(const QueueId& queue, Instant at);

  void on(Live& live, const journal::Fact& fact, const journal::CustomerMatched& body);
  void on(Live& live, const journal::Fact& fact, const journal::ContactAnswered& body);
  void on(Live& live, const journal::Fact& fact, const journal::ContactEnded& body);
  void on(Live& live, const journal::Fact& fact, const journal::VisitStarted& body);
  void on(Live& live, const journal::Fact& fact, const journal::VisitChanged& body);
  void on(Live& live, const journal::Fact& fact, const journal::VisitEnded& body);
  void on(Live& live, const journal::Fact& fact, const journal::SegmentStarted& body);
  void on(Live& live, const journal::Fact& fact, const journal::SegmentEnded& body);
  void on(Live& live, const journal::Fact& fact, const journal::DispositionSet& body);

  void write(Live& live);
  void write_intervals();
  void write_card(Live& live);

  Database& database_;
  const Cards cards_;
  const std::string select_contact_, select_visits_, select_segments_, put_contact_, put_visit_, put_segment_, put_interval_;
  std::unordered_map<ContactId, Live> live_;
  std::vector<ContactId> changed_;
  std::map<std::pair<std::int64_t, std::string>, journal::QueueInterval> intervals_;  ///< what this transaction adds
};

/// The columns of `contact` in the order that `contact_row` reads.
extern const char* const kContactColumns;
ContactRow contact_row(const Query& query);

/// The newest contacts of a customer as a card's `recent`, from the contact rows.
std::string recent_contacts(Database& database, CustomerId customer);

}  // namespace callwright::contacts::sqlite
