#include "tests/unit/cti_sip/corpus.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace callwright::cti::sip::test {

std::optional<std::string> corpus(const std::string& file) {
  const char* folder = std::getenv("CALLWRIGHT_CORPUS");
  if (!folder) return {};
  std::ifstream in(std::string(folder) + "/sip/" + file, std::ios::binary);
  if (!in) return {};
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

}  // namespace callwright::cti::sip::test
