// Arbitrary bytes as a file of customers: every row is made, changes one, or is refused with a line that the file has.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>

#include <unistd.h>

#include "contacts/customer_import.hpp"
#include "contacts/store.hpp"

namespace {

using namespace callwright;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Empty, and it stays so: dry runs alone look at it. Its file is gone as soon as it is open.
contacts::Store& store() {
  static const auto opened = [] {
    const std::string path = (std::filesystem::temp_directory_path() / ("callwright-fuzz-" + std::to_string(::getpid()) + ".db")).string();
    auto made = contacts::open_store({.path = path});
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
    require(made.has_value());
    return std::move(*made);
  }();
  return *opened;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::istringstream in(text);
  contacts::ImportOptions options;
  options.dry_run = true;
  options.rule.default_region = "GB";
  options.now = Instant{1'795'000'000'000'000};
  const auto report = contacts::import_customers(store(), in, options);
  if (!report) return 0;
  require(report->rows == report->created + report->updated + report->refused);
  const auto lines = std::count(text.begin(), text.end(), '\n') + 1;
  for (const auto& refusal : report->refusals) require(refusal.line >= 1 && refusal.line <= lines && !refusal.reason.empty());
  return 0;
}
