#pragma once
#include "contacts/journal.hpp"
#include "contacts/sqlite/database.hpp"
#include "contacts/sqlite/key_ring.hpp"
#include "contacts/sqlite/projector.hpp"

namespace callwright::contacts::sqlite {

/// `contacts::Journal` on SQLite.
class SqliteJournal final : public Journal {
 public:
  explicit SqliteJournal(Database& database);

  Result<std::int64_t> begin_epoch() override;
  std::int64_t epoch() const override { return epoch_; }
  Result<void> append(std::span<const journal::Fact> facts, std::span<const SeqRange> dropped) override;
  Result<void> checkpoint(std::span<const journal::Fact> facts) override;
  Result<Replayed> replay(const Visit& visit) override { return replay_from(visit, true); }
  Result<Replayed> replay_all(const Visit& visit) override { return replay_from(visit, false); }
  std::int64_t last_seq() const override { return last_seq_; }
  std::int64_t checkpoint_seq() const override { return checkpoint_seq_; }
  Result<void> erase_contact(ContactId contact) override;

 private:
  Result<std::int64_t> check_sequence(std::span<const journal::Fact> facts, std::span<const SeqRange> dropped) const;
  void write_fact(const journal::Fact& fact, bool checkpoint, std::int64_t n);
  Result<void> remember_failure(Result<void> result);
  Result<Replayed> replay_from(const Visit& visit, bool with_checkpoint);
  bool visit_rows(Query& query, const Visit& visit, Replayed& replayed);

  Database& database_;
  KeyRing keys_;
  Projector projector_;
  std::int64_t epoch_ = 0;
  std::int64_t last_seq_ = 0;
  std::int64_t checkpoint_seq_ = 0;
  std::optional<Error> broken_;  ///< set once the disk failed: nothing is acknowledged after it
};

}  // namespace callwright::contacts::sqlite
