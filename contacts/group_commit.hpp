#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_set>
#include <vector>

#include "base/result.hpp"
#include "contacts/journal.hpp"
#include "journal/fact.hpp"

namespace callwright::contacts {

/// What one `flush` made durable.
struct Committed {
  std::int64_t last_seq = 0;  ///< every fact up to here is on disk, or was dropped and told in the counts
  std::int64_t facts = 0;
  bool more = false;          ///< flush again: the batch limit cut this one
  bool recovered = false;     ///< the spool had been full, and is empty: feed core::StoreRecovered with what was lost
  std::vector<ContactId> contacts_lost;  ///< dropped since the commit before: nobody may be told that something of them is safe
  std::int64_t facts_lost = 0;           ///< dropped since the commit before
};

/// What would be gone if nothing more were written.
struct Unwritten {
  std::int64_t contacts = 0;
  std::int64_t facts = 0;
};

/// About what a waiting fact takes in memory; the unit of `GroupCommit::Limits`.
std::size_t spool_bytes(const journal::Fact& fact);

/// Collects the facts of steps and commits as many as wait in one transaction; keeps them while the disk is full.
///
/// No thread, no clock: whoever owns the writer's turn calls `add` for each step and `flush` when nothing else waits.
/// A step is never split over two transactions. On `disk_full` and `busy` the facts stay and the next `flush` tries again.
/// Limits: `spool_bytes`; at half of it `add` says so (alarm), when full it says `full` (the input core::StoreFull, once)
/// and from then on the contacts that do not fit are dropped whole: what waits of them and what still comes. Only a contact
/// whose beginning waits here itself can be dropped so. Facts of contacts that the journal knows, of no contact, and the states
/// of agents may use `reserve_bytes` more: StoreFull keeps new contacts away, and live ones end. Only when that is gone too are they cut.
/// A hole never stands at the end of the journal, or a restart would give its numbers again: its last number is a FactsLost
/// without counts, in the name of the fact that is gone.
/// A dropped contact is left out of checkpoints as well: a restart does not know it, and the switch's snapshot says if it lives.
class GroupCommit {
 public:
  enum class Spool : std::uint8_t { ok, half_full, full };
  struct Limits {
    std::size_t spool_bytes = std::size_t{128} << 20;
    std::size_t batch_facts = 4096;  ///< at least one step is always taken
    std::size_t reserve_bytes = std::size_t{128} << 20;
  };

  explicit GroupCommit(Journal& journal) : GroupCommit(journal, Limits{}) {}
  GroupCommit(Journal& journal, Limits limits);

  /// The state after adding; `full` repeats until a flush succeeded.
  Spool add(std::vector<journal::Fact> facts);
  /// A checkpoint taken after the step last added; written once that step is committed. A later one replaces it.
  void add_checkpoint(std::vector<journal::Fact> facts);

  /// One transaction with what waits, at most `batch_facts`. With nothing to do: {last_seq, 0 facts}.
  Result<Committed> flush();

  bool empty() const { return facts() == 0 && dropped_.empty() && !checkpoint_; }
  Spool spool() const;
  std::size_t bytes() const { return bytes_; }
  std::size_t facts() const { return facts_.size() - first_; }
  std::int64_t contacts_lost() const { return static_cast<std::int64_t>(lost_.size()); }  ///< since the start
  std::int64_t facts_lost() const { return facts_lost_; }
  /// What waits, and what was dropped and not yet told.
  Unwritten unwritten() const;

 private:
  void drop_contact(ContactId contact);
  void drop(const journal::Fact& fact);
  bool goes_with_its_contact(const journal::Fact& fact) const;
  void add_to_holes(std::int64_t seq);
  bool close_last_hole();
  void open_last_hole();
  void leave_out_lost(std::vector<journal::Fact>& checkpoint) const;
  std::size_t batch_size() const;
  void forget_committed(std::size_t size);

  Journal& journal_;
  const Limits limits_;
  std::vector<journal::Fact> facts_;      ///< in the order of seq; those before first_ are committed
  std::size_t first_ = 0;
  std::deque<std::int64_t> step_ends_;    ///< the last seq of each waiting step, rising
  std::optional<std::vector<journal::Fact>> checkpoint_;
  std::int64_t checkpoint_seq_ = 0;
  std::size_t bytes_ = 0;
  bool full_ = false;
  std::unordered_set<ContactId> whole_;  ///< contacts whose beginning waits here
  std::unordered_set<ContactId> lost_;  ///< contacts given up; their later facts are dropped too
  std::vector<ContactId> untold_lost_;  ///< of them those that no commit has named
  std::vector<SeqRange> dropped_;       ///< sorted, not yet told to the journal
  journal::Fact last_dropped_;          ///< of all the one with the highest seq; without its body
  std::int64_t facts_lost_ = 0, told_facts_ = 0;
};

}  // namespace callwright::contacts
