#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "contacts/sqlite/database.hpp"

namespace callwright::contacts::sqlite {

/// The version of the schema that this program writes: the number of its last migration (PRAGMA user_version).
int schema_version();

/// WAL, synchronous=FULL, 8 KiB pages; then every migration that the file lacks, each in its own transaction.
Result<void> prepare_schema(Database& database);

/// Asserts what `prepare_schema` set up, without changing it; the file may be as old as `lowest`.
Result<void> check_schema(Database& database, int lowest = schema_version());

/// The tables that are made from facts alone (contact, segment, visit, interval_row), as statements for the schema `name`
/// ("main", or an attached one into which the doctor rebuilds them).
std::string projection_tables(std::string_view name);

}  // namespace callwright::contacts::sqlite
