#pragma once
#include <cstddef>
#include <cstdint>

namespace callwright::routing {

/// What matching has examined, counted, so that tests can hold its growth. Not folded.
struct Work {
  std::uint64_t classes = 0;     ///< best pairs worked out
  std::uint64_t visits = 0;      ///< visits looked at for them
  std::uint64_t candidates = 0;  ///< agents scored or taken from a ranking
  std::uint64_t words = 0;       ///< bitmap words read
  std::uint64_t rankings = 0;    ///< rankings asked instead of scoring
  std::uint64_t offers = 0;
};

/// The requirement classes as they stand.
struct ClassCount {
  std::size_t used = 0;    ///< places, those of classes kept for their next visit included
  std::size_t spare = 0;   ///< places whose class was discarded
  std::size_t ranked = 0;  ///< classes that keep a ranking
};

}  // namespace callwright::routing
