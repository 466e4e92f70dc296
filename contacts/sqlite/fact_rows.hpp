#pragma once
#include <optional>

#include "contacts/sqlite/database.hpp"
#include "contacts/sqlite/key_ring.hpp"
#include "journal/fact.hpp"

namespace callwright::contacts::sqlite {

/// The columns of `fact` and `checkpoint_fact` that make one fact, in the order that `read_fact` takes them.
inline constexpr const char* kFactColumns = "seq, at, kind, kind_version, contact_id, source, source_id, ordinal, body, secret";

struct ReadFact {
  std::optional<journal::Fact> fact;  ///< nullopt: of an unknown kind
  bool erased = false;                ///< its personal values are gone
};

/// Decodes and opens one row. Errors are sticky in the database (corrupt).
ReadFact read_fact(Database& database, KeyRing& keys, const Query& query);

}  // namespace callwright::contacts::sqlite
