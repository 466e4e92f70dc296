// Arbitrary text as a centre document: what is taken is printed in a form that reads as the same document; what is refused says why.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "contacts/centre_toml.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace callwright;
  const auto centre = contacts::parse_centre({reinterpret_cast<const char*>(data), size});
  if (!centre) {
    if (centre.error().context.empty()) std::abort();
    return 0;
  }
  const auto again = contacts::parse_centre(contacts::print_centre(*centre));
  if (!again || *again != *centre) std::abort();
  return 0;
}
