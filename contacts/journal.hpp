#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "contacts/error.hpp"
#include "journal/fact.hpp"

namespace callwright::contacts {

/// Sequence numbers that will never be written: facts of whole contacts that a full disk made us drop. Both ends included.
struct SeqRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
  bool operator==(const SeqRange&) const = default;
};

/// What a replay read.
struct Replayed {
  std::int64_t checkpoint_seq = 0;  ///< 0: there was none
  std::int64_t last_seq = 0;
  std::int64_t facts = 0;           ///< handed to the caller
  std::int64_t unknown = 0;         ///< of kinds that this version does not know: kept, not handed over
  std::int64_t erased = 0;          ///< whose personal values are gone with their key; handed over without them
};

/// The system of record: facts in the order of `seq`, and the rows that are made from them, in one transaction.
///
/// Writer thread only. Life: `begin_epoch`, `replay` into the core, then `append` for ever. Appending writes contact, segment,
/// visit, interval and card rows too (contacts/README.md). Usually driven through `GroupCommit`.
/// After `Errc::broken` every later append fails: what the disk holds is known only after a reopen.
class Journal {
 public:
  using Visit = std::function<Result<void>(const journal::Fact&)>;

  virtual ~Journal() = default;

  /// Takes the journal over: raises the start counter durably and returns it. An older holder's next append fails.
  virtual Result<std::int64_t> begin_epoch() = 0;
  virtual std::int64_t epoch() const = 0;

  /// Commits all or nothing (BEGIN IMMEDIATE, FULL). Facts must follow `last_seq` without a hole except for `dropped`.
  /// Errors: disk_full, busy (both: nothing changed, try again); stale_epoch, sequence_gap, duplicate_source, broken.
  virtual Result<void> append(std::span<const journal::Fact> facts, std::span<const SeqRange> dropped = {}) = 0;

  /// Replaces the checkpoint by `core::Core::checkpoint()`. It must hold `Carried`, whose last_seq is committed already.
  virtual Result<void> checkpoint(std::span<const journal::Fact> facts) = 0;

  /// The newest checkpoint, then every later fact; personal values decrypted. A visitor's error ends it.
  virtual Result<Replayed> replay(const Visit& visit) = 0;
  /// Every fact since the first, without any checkpoint.
  virtual Result<Replayed> replay_all(const Visit& visit) = 0;

  virtual std::int64_t last_seq() const = 0;
  virtual std::int64_t checkpoint_seq() const = 0;

  /// Destroys the key of a contact and its personal values in ordinary rows: its facts stay, without names and numbers.
  virtual Result<void> erase_contact(ContactId contact) = 0;
};

}  // namespace callwright::contacts
