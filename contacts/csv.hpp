#pragma once
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "contacts/error.hpp"

namespace callwright::contacts {

/// Reads CSV as RFC 4180 has it, record by record: quoted fields may hold commas, quotes (doubled) and line ends; CRLF, LF and
/// a byte-order mark at the start are taken. Empty lines are skipped. Limits: 64 KiB a field, 256 fields a record.
class CsvReader {
 public:
  struct Record {
    std::int64_t line = 0;  ///< where it begins, from 1
    std::vector<std::string> fields;
    std::string fault;  ///< why it cannot be used; the reader goes on after it
  };

  explicit CsvReader(std::istream& in);
  /// nullopt at the end of the file.
  std::optional<Record> next();

 private:
  void skip_line();

  std::istream& in_;
  std::int64_t line_ = 1;
};

}  // namespace callwright::contacts
