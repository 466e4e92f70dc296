#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace callwright::bench {

/// A pass over all bytes; gives something that depends on each of them, so that nothing of it is left out.
using Pass = std::function<std::uint64_t()>;

/// What one codec is measured with.
struct Subject {
  std::string codec;
  std::size_t bytes = 0;     ///< of a pass
  std::size_t messages = 0;  ///< of a pass
  Pass read;                 ///< the codec
  Pass baseline;
};

/// Calls of operator new so far.
std::uint64_t allocations();

// A codec each, by its name. Throws if its recordings cannot be read.
Subject ami();
Subject esl();
Subject esl_plain();
Subject esl_dom();
Subject sip();

}  // namespace callwright::bench
