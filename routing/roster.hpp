#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "routing/bitmap.hpp"

namespace callwright::routing {

/// The members of a class that few agents fit, by position: what matching asks of them lies close together, and its work does
/// not grow with the number of all agents.
///
/// Positions are in the order of standing points, best first. An agent who comes or goes changes one bit; who looks for the best few begins at the
/// first idle one and ends where the standing points, with as much for idle time as anybody here may have, no longer reach those whom he has.
struct Roster {
  bool kept = false;
  std::int32_t able = 0;                 ///< for the channel
  std::int64_t oldest_tick = INT64_MAX;  ///< nobody who is idle is so since before
  Bitmap idle;                           ///< idle ones that fit
  std::vector<std::int64_t> standing;    ///< milli-points that neither time nor decisions nor what they have in hand change
  std::vector<std::uint32_t> agents;     ///< members who serve the channel and whose levels pass
  std::vector<bool> fits;                ///< his device hangs on the visit's switch
};

}  // namespace callwright::routing
