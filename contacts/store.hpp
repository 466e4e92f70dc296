#pragma once
#include <memory>
#include <optional>

#include "base/result.hpp"
#include "contacts/accounts.hpp"
#include "contacts/centre_store.hpp"
#include "contacts/customers.hpp"
#include "contacts/error.hpp"
#include "contacts/group_commit.hpp"
#include "contacts/journal.hpp"
#include "contacts/options.hpp"
#include "contacts/reader.hpp"

namespace callwright::contacts {

/// The contact-management store of one centre: the journal, and everything that is kept beside it.
///
/// One `Store` is one connection and belongs to one thread (the writer); other threads read through their own `open_reader`. A
/// command-line program may open a second `Store` on a running server's file: it waits for the lock (`busy_limit`).
/// Opening checks durability (WAL, synchronous=FULL) and migrates; it does not take the journal over (`Journal::begin_epoch`).
class Store {
 public:
  virtual ~Store() = default;

  virtual Journal& journal() = 0;
  virtual Customers& customers() = 0;
  virtual Accounts& accounts() = 0;
  virtual CentreStore& centres() = 0;
  /// Reads on this connection, for programs with one thread.
  virtual Reader& reader() = 0;
  /// Replaces `Options::busy_limit`.
  virtual void busy_limit(Duration limit) = 0;
};

/// Creates the file if there is none. Errors: newer_schema, not_durable, corrupt, disk_full, busy, broken.
Result<std::unique_ptr<Store>> open_store(const Options& options);

/// The newest centre document, empty if there is none, read without writing anything: for what must work when the disk is full or
/// another process hangs in a write.
Result<std::optional<journal::Centre>> read_newest_centre(const Options& options);

/// A reader's own connection to a store that `open_store` made. Not possible with `Options::exclusive`.
Result<std::unique_ptr<Reader>> open_reader(const Options& options);

}  // namespace callwright::contacts
