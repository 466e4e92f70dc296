#pragma once
#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "contacts/store.hpp"
#include "journal/centre.hpp"

namespace callwright::contacts {

struct ImportOptions {
  bool dry_run = false;     ///< checks every row, writes none
  journal::TrunkRule rule;  ///< how numbers in the file are read (default region)
  std::string by = "import";
  Instant now;
  int batch_rows = 1000;    ///< one transaction each
  std::size_t keep_refusals = 10'000;  ///< later ones are counted only
  std::function<void(std::int64_t rows)> progress;  ///< after each batch
};
struct Refusal {
  std::int64_t line = 0;  ///< of the file, from 1
  std::string column;     ///< empty: the whole row
  std::string reason;
};
struct ImportReport {
  std::int64_t rows = 0;  ///< without the heading
  std::int64_t created = 0, updated = 0, refused = 0;
  std::int64_t resumed_after = 0;  ///< rows that an interrupted run of the same file had done already (included above)
  std::vector<Refusal> refusals;   ///< of this run
};

/// Reads customers from CSV (RFC 4180, UTF-8, heading row; docs/identity.md lists the columns). A row with a known external_id or
/// account changes that customer, every other row makes one. A wrong row is refused, told and skipped; a wrong heading fails.
/// An interrupted import of the same bytes goes on after the last committed batch.
Result<ImportReport> import_customers(Store& store, std::istream& csv, const ImportOptions& options);

}  // namespace callwright::contacts
