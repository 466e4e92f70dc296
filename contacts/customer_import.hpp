#pragma once
#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "contacts/options.hpp"
#include "contacts/store.hpp"
#include "journal/centre.hpp"

namespace callwright::contacts {

struct Refusal {
  std::int64_t line = 0;  ///< of the file, from 1
  std::string column;     ///< empty: the whole row
  std::string reason;
};
struct ImportOptions {
  journal::TrunkRule rule;  ///< how numbers in the file are read (default region)
  std::string by = "import";
  Instant now;
  int batch_rows = 1000;    ///< one transaction each
  std::function<void(const Refusal&)> refused;      ///< each row as it is refused
  std::function<void(std::int64_t rows)> progress;  ///< after each batch
};
struct ImportReport {
  std::int64_t rows = 0;  ///< without the heading
  std::int64_t created = 0, updated = 0, refused = 0;
  std::int64_t resumed_after = 0;  ///< rows that an interrupted run of the same file had done already (included above)
};

/// Reads customers from CSV (RFC 4180, UTF-8, heading row; docs/identity.md lists the columns). A row with a known external_id or
/// account changes that customer, every other row makes one. A wrong row is refused, told and skipped; a wrong heading fails.
/// An interrupted import of the same bytes goes on after the last committed batch.
Result<ImportReport> import_customers(Store& store, std::istream& csv, const ImportOptions& options);

/// The dry run: judges and counts every row as `import_customers` would, over a connection that only reads, so that neither the store
/// nor the server that uses it notices. The file may be of an earlier schema; it must exist.
Result<ImportReport> check_import(const Options& store, std::istream& csv, const ImportOptions& options);

}  // namespace callwright::contacts
