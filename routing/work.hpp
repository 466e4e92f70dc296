#pragma once
#include <cstdint>

namespace callwright::routing {

/// What matching has examined, counted, so that tests can hold its growth. Not folded.
struct Work {
  std::uint64_t classes = 0;     ///< best pairs worked out
  std::uint64_t visits = 0;      ///< visits looked at for them
  std::uint64_t candidates = 0;  ///< agents scored or taken from a ranking
  std::uint64_t words = 0;       ///< bitmap words read
  std::uint64_t offers = 0;
};

}  // namespace callwright::routing
