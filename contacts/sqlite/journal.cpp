#include "contacts/sqlite/journal.hpp"

#include <sqlite3.h>

#include <algorithm>

#include "contacts/sqlite/fact_rows.hpp"
#include "journal/wire/fact_codec.hpp"

namespace callwright::contacts::sqlite {
namespace {

constexpr std::int64_t kGroup = 1;

constexpr std::string_view kPutFact =
    "INSERT INTO fact(grp, seq, epoch, at, kind, kind_version, contact_id, source, source_id, ordinal, body, secret) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)";
constexpr std::string_view kPutCheckpointFact =
    "INSERT INTO checkpoint_fact(grp, n, seq, at, kind, kind_version, contact_id, source, source_id, ordinal, body, secret) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)";

}  // namespace

SqliteJournal::SqliteJournal(Database& database) : database_(database), keys_(database), projector_(database, "main", Projector::Cards::keep) {}

Result<std::int64_t> SqliteJournal::begin_epoch() {
  Transaction transaction(database_);
  std::int64_t epoch = 0, last_seq = 0, checkpoint_seq = 0;
  {
    Query query = database_.query("UPDATE grp SET epoch = epoch + 1 WHERE id = ? RETURNING epoch, last_seq", kGroup);
    while (query.next()) {
      epoch = query.i64(0);
      last_seq = query.i64(1);
    }
  }
  {
    Query query = database_.query("SELECT seq FROM checkpoint WHERE grp = ?", kGroup);
    if (query.next()) checkpoint_seq = query.i64(0);
  }
  if (auto good = remember_failure(transaction.commit()); !good) return std::unexpected(good.error());
  epoch_ = epoch;
  last_seq_ = last_seq;
  checkpoint_seq_ = checkpoint_seq;
  return epoch;
}

/// The last sequence number that the append will have reached.
Result<std::int64_t> SqliteJournal::check_sequence(std::span<const journal::Fact> facts, std::span<const SeqRange> dropped) const {
  std::int64_t seq = last_seq_;
  auto hole = dropped.begin();
  const auto skip_holes = [&] {
    for (; hole != dropped.end() && hole->first == seq + 1 && hole->last >= hole->first; ++hole) seq = hole->last;
  };
  for (const journal::Fact& fact : facts) {
    skip_holes();
    if (fact.seq != seq + 1) return fail(Errc::sequence_gap, "fact " + std::to_string(fact.seq) + " after " + std::to_string(seq));
    seq = fact.seq;
  }
  skip_holes();
  if (hole != dropped.end()) return fail(Errc::sequence_gap, "dropped facts from " + std::to_string(hole->first) + " after " + std::to_string(seq));
  return seq;
}

void SqliteJournal::write_fact(const journal::Fact& fact, bool checkpoint, std::int64_t n) {
  const journal::wire::Encoded encoded = journal::wire::encode(fact.body);
  std::optional<std::string> sealed;
  bool erased = false;
  if (!encoded.secret.empty()) {
    const bool fresh = !checkpoint && std::holds_alternative<journal::ContactOpened>(fact.body);
    sealed = keys_.seal(fact.contact, encoded.kind, encoded.secret, fresh);
    erased = !sealed;
  }
  std::optional<Blob> secret;
  if (sealed) secret = Blob{*sealed};
  if (checkpoint) {
    database_.run(kPutCheckpointFact, kGroup, n, fact.seq, fact.at, encoded.kind, encoded.version, fact.contact, fact.source.name, fact.source.id,
                  fact.ordinal, Blob{encoded.body}, secret);
    return;
  }
  database_.run(kPutFact, kGroup, fact.seq, epoch_, fact.at, encoded.kind, encoded.version, fact.contact, fact.source.name, fact.source.id, fact.ordinal,
                Blob{encoded.body}, secret);
  if (!database_.good()) return;
  if (!erased) return projector_.apply(fact);
  if (auto body = journal::wire::decode(encoded.kind, encoded.version, encoded.body, {}))
    projector_.apply({fact.seq, fact.at, fact.contact, fact.source, fact.ordinal, std::move(*body)});
}

Result<void> SqliteJournal::append(std::span<const journal::Fact> facts, std::span<const SeqRange> dropped) {
  if (broken_) return std::unexpected(*broken_);
  if (facts.empty() && dropped.empty()) return {};
  if (epoch_ == 0) return fail(Errc::stale_epoch, "the journal was not taken over");
  const auto last = check_sequence(facts, dropped);
  if (!last) return std::unexpected(last.error());

  Transaction transaction(database_);
  const std::int64_t held = database_.run("UPDATE grp SET last_seq = ? WHERE id = ? AND epoch = ? AND last_seq = ?", *last, kGroup, epoch_, last_seq_);
  if (database_.good() && held != 1) return fail(Errc::stale_epoch, "epoch " + std::to_string(epoch_));
  for (const SeqRange& range : dropped)
    database_.run("INSERT INTO fact_gap(grp, first_seq, last_seq) VALUES(?, ?, ?)", kGroup, range.first, range.last);
  const journal::Fact* duplicate = nullptr;
  for (const journal::Fact& fact : facts) {
    write_fact(fact, false, 0);
    if (database_.good()) continue;
    if (database_.sqlite_code() == SQLITE_CONSTRAINT_UNIQUE) duplicate = &fact;
    break;
  }
  projector_.flush();
  auto result = transaction.commit();
  if (!result) {
    keys_.rolled_back();
    projector_.rolled_back();
    if (duplicate)
      return fail(Errc::duplicate_source, duplicate->source.name + " " + duplicate->source.id + " " + std::to_string(duplicate->ordinal));
    return remember_failure(std::move(result));
  }
  keys_.committed();
  projector_.committed();
  last_seq_ = *last;
  return {};
}

/// After a failed write or sync nobody knows what the disk holds: this handle acknowledges nothing any more.
Result<void> SqliteJournal::remember_failure(Result<void> result) {
  if (!result && (result.error().code == Errc::broken || result.error().code == Errc::corrupt)) broken_ = result.error();
  return result;
}

Result<void> SqliteJournal::checkpoint(std::span<const journal::Fact> facts) {
  if (broken_) return std::unexpected(*broken_);
  const auto carried = std::ranges::find_if(facts, [](const journal::Fact& fact) { return std::holds_alternative<journal::Carried>(fact.body); });
  if (carried == facts.end()) return fail(Errc::invalid, "a checkpoint without Carried");
  const std::int64_t seq = std::get<journal::Carried>(carried->body).last_seq;
  if (seq > last_seq_) return fail(Errc::sequence_gap, "checkpoint of " + std::to_string(seq) + " before its commit");
  if (seq < checkpoint_seq_) return fail(Errc::sequence_gap, "checkpoint of " + std::to_string(seq) + " after a newer one");

  Transaction transaction(database_);
  const std::int64_t held = database_.run("UPDATE grp SET epoch = epoch WHERE id = ? AND epoch = ?", kGroup, epoch_);
  if (database_.good() && held != 1) return fail(Errc::stale_epoch, "epoch " + std::to_string(epoch_));
  database_.run("DELETE FROM checkpoint_fact WHERE grp = ?", kGroup);
  std::int64_t n = 0;
  for (const journal::Fact& fact : facts) write_fact(fact, true, ++n);
  database_.run("INSERT INTO checkpoint(grp, seq, facts) VALUES(?1, ?2, ?3) ON CONFLICT(grp) DO UPDATE SET seq = ?2, facts = ?3", kGroup, seq, n);
  auto result = transaction.commit();
  if (!result) {
    keys_.rolled_back();
    return remember_failure(std::move(result));
  }
  keys_.committed();
  checkpoint_seq_ = seq;
  return {};
}

bool SqliteJournal::visit_rows(Query& query, const Visit& visit, Replayed& replayed) {
  while (query.next()) {
    ReadFact read = read_fact(database_, keys_, query);
    if (!database_.good()) return false;
    replayed.last_seq = std::max(replayed.last_seq, query.i64(0));
    if (read.erased) ++replayed.erased;
    if (!read.fact) {
      ++replayed.unknown;
      continue;
    }
    ++replayed.facts;
    if (auto taken = visit(*read.fact); !taken) {
      database_.set_error(taken.error());
      return false;
    }
  }
  return database_.good();
}

Result<Replayed> SqliteJournal::replay_from(const Visit& visit, bool with_checkpoint) {
  Replayed replayed;
  if (with_checkpoint) {
    {
      Query query = database_.query("SELECT seq FROM checkpoint WHERE grp = ?", kGroup);
      if (query.next()) replayed.checkpoint_seq = query.i64(0);
    }
    Query query = database_.query(std::string("SELECT ") + kFactColumns + " FROM checkpoint_fact WHERE grp = ? ORDER BY n", kGroup);
    visit_rows(query, visit, replayed);
  }
  {
    Query query = database_.query(std::string("SELECT ") + kFactColumns + " FROM fact WHERE grp = ? AND seq > ? ORDER BY seq", kGroup, replayed.checkpoint_seq);
    visit_rows(query, visit, replayed);
  }
  {
    Query query = database_.query("SELECT last_seq FROM grp WHERE id = ?", kGroup);
    if (query.next()) replayed.last_seq = query.i64(0);
  }
  if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
  return replayed;
}

Result<void> SqliteJournal::erase_contact(ContactId contact) {
  if (broken_) return std::unexpected(*broken_);
  Transaction transaction(database_);
  database_.run("INSERT INTO contact_key(contact_id, key) VALUES(?, NULL) ON CONFLICT(contact_id) DO UPDATE SET key = NULL", contact);
  database_.run("UPDATE contact SET ani = '', caller_name = '', e164 = '' WHERE id = ?", contact);
  auto result = transaction.commit();
  keys_.forget(contact);
  projector_.forget(contact);
  return remember_failure(std::move(result));
}

}  // namespace callwright::contacts::sqlite
