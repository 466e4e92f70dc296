#include "contacts/csv.hpp"

namespace callwright::contacts {
namespace {

constexpr std::size_t kFieldLimit = 64 * 1024;
constexpr std::size_t kFieldsLimit = 256;
constexpr int kEnd = std::istream::traits_type::eof();

}  // namespace

CsvReader::CsvReader(std::istream& in) : in_(in) {
  if (in_.peek() != 0xEF) return;
  in_.get();
  if (in_.peek() == 0xBB) in_.get();
  if (in_.peek() == 0xBF) in_.get();
}

void CsvReader::skip_line() {
  for (int c = in_.get(); c != kEnd; c = in_.get()) {
    if (c != '\n') continue;
    ++line_;
    return;
  }
}

std::optional<CsvReader::Record> CsvReader::next() {
  while (in_.peek() == '\n' || in_.peek() == '\r')
    if (in_.get() == '\n') ++line_;
  if (in_.peek() == kEnd) return std::nullopt;

  Record record;
  record.line = line_;
  std::string field;
  bool quoted = false, was_quoted = false;
  const auto broken = [&](const char* why) {
    record.fault = why;
    skip_line();
    return record;
  };
  const auto close = [&] {
    record.fields.push_back(std::move(field));
    field.clear();
    was_quoted = false;
  };
  for (;;) {
    const int c = in_.get();
    if (field.size() > kFieldLimit) return broken("a field is longer than 64 KiB");
    if (record.fields.size() >= kFieldsLimit) return broken("more than 256 fields");
    if (quoted) {
      if (c == kEnd) {
        record.fault = "a quoted field without its end";
        return record;
      }
      if (c == '"' && in_.peek() == '"') {
        field += static_cast<char>(in_.get());
      } else if (c == '"') {
        quoted = false;
        was_quoted = true;
      } else {
        if (c == '\n') ++line_;
        field += static_cast<char>(c);
      }
      continue;
    }
    if (c == ',') {
      close();
    } else if (c == '\n' || c == kEnd) {
      if (c == '\n') ++line_;
      close();
      return record;
    } else if (c == '\r' && (in_.peek() == '\n' || in_.peek() == kEnd)) {
      continue;
    } else if (c == '"' && field.empty() && !was_quoted) {
      quoted = true;
    } else if (c == '"' || was_quoted) {
      return broken("a quote inside a field that is not quoted");
    } else {
      field += static_cast<char>(c);
    }
  }
}

}  // namespace callwright::contacts
