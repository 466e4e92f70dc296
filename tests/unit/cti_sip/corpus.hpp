#pragma once
#include <optional>
#include <string>

namespace callwright::cti::sip::test {

/// A file of the corpus that CALLWRIGHT_CORPUS names (messages of RFC 4475, bodies of RFC 4235: other people's, so they are not in this repository).
/// None: there is no corpus.
std::optional<std::string> corpus(const std::string& file);

}  // namespace callwright::cti::sip::test
