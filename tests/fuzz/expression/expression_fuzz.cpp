// Arbitrary text as a condition: what is taken keeps its limits, has a value and is printed in a form that reads as the same condition; what is
// refused says where and why.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "base/expression/expression.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace callwright;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = expression::parse(text);
  if (!read) {
    const auto lines = std::ranges::count(text, '\n') + 1;
    require(read.error().line >= 1 && read.error().line <= lines && read.error().column >= 1 && !read.error().message.empty());
    return 0;
  }
  require(read->parts() <= expression::kMaxParts && read->names().size() <= read->parts());
  const std::string printed = read->text();
  const auto again = expression::parse(printed, read->names());
  require(printed.size() <= expression::kMaxBytes && again && *again == *read && again->text() == printed);
  const auto some = [](std::string_view name) { return name.size() % 2 == 0 ? std::optional(name) : std::optional<std::string_view>(); };
  require(read->holds(some) == again->holds(some));
  return 0;
}
