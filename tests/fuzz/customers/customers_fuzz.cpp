// Arbitrary bytes as a file of customers: every row is made, changes one, or is refused with a line that the file has.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include "contacts/customer_import.hpp"
#include "contacts/store.hpp"

namespace {

using namespace callwright;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Empty, and it stays so: dry runs alone look at it.
class Store {
 public:
  Store() : path_(std::filesystem::temp_directory_path() / ("callwright-fuzz-" + std::to_string(::getpid()) + ".db")) {
    require(contacts::open_store(options()).has_value());
  }
  ~Store() {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path_.string() + end);
  }
  contacts::Options options() const {
    contacts::Options options;
    options.path = path_.string();
    return options;
  }

 private:
  const std::filesystem::path path_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::istringstream in(text);
  static const Store store;
  std::vector<contacts::Refusal> refusals;
  contacts::ImportOptions options;
  options.refused = [&](const contacts::Refusal& refusal) { refusals.push_back(refusal); };
  options.rule.default_region = "GB";
  options.now = Instant{1'795'000'000'000'000};
  const auto report = contacts::check_import(store.options(), in, options);
  if (!report) return 0;
  require(report->rows == report->created + report->updated + report->refused);
  const auto lines = std::count(text.begin(), text.end(), '\n') + 1;
  require(std::cmp_equal(refusals.size(), report->refused));
  for (const auto& refusal : refusals) require(refusal.line >= 1 && refusal.line <= lines && !refusal.reason.empty());
  return 0;
}
