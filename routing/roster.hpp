#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "routing/bitmap.hpp"

namespace callwright::routing {

/// The members of a class that few agents fit, by position: what matching asks of them lies close together, and its work does
/// not grow with the number of all agents.
struct Roster {
  bool kept = false;
  std::vector<std::uint32_t> agents;   ///< members who serve the channel and whose levels pass, ascending
  std::vector<std::int64_t> standing;  ///< milli-points that neither time nor decisions nor what they have in hand change
  std::vector<bool> fits;              ///< his device hangs on the visit's switch
  Bitmap idle;                         ///< idle ones that fit
  std::int32_t able = 0;               ///< for the channel
};

}  // namespace callwright::routing
