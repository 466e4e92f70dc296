#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "base/instant.hpp"
#include "journal/fact.hpp"

namespace callwright::routing {

/// What an agent's time counts as.
enum class Spent : std::uint8_t {
  signed_out = 1,
  away,       ///< not ready or unreachable, with nothing in hand
  available,  ///< ready, likewise
  worked,     ///< with a call or a written contact in hand, whatever else he is
};

/// What an agent has done so far, as far as strategies ask for it. Folded; a checkpoint carries it (journal::AgentMark).
struct Marks {
  std::int64_t last_decision = 0;  ///< of the last offer to him, in whatever queue
  Duration worked{};               ///< since he signed in
  Duration available{};
  Instant counted_to;
  std::int32_t occupancy = 0;                                ///< thousandths, as of when he became available
  std::vector<std::pair<std::size_t, std::int64_t>> quotas;  ///< by queue, his marks F

  /// His time was `before` until `at` and is `after` from then on.
  void count(Spent before, Spent after, Instant at);
  std::int64_t& quota(std::size_t queue);
};

/// Start-time fair queueing (Goyal, Vin, Cheng 1996): an offer to a member moves the queue's mark V to where he starts, and his
/// mark F one offer of his share further.
void count_quota(std::int64_t& queue_mark, std::int64_t& agent_mark, std::int32_t share);

/// The term of a member who is ahead of his share, milli-points.
std::int64_t quota_points(std::int32_t strategy_points, std::int64_t queue_mark, std::int64_t agent_mark);
/// The term of a member by his last offer, milli-points.
std::int64_t turn_points(std::int32_t strategy_points, std::int64_t decision, std::int64_t last_decision);
/// What this agent draws in this decision, milli-points. `name_hash`: FNV-1a of his id.
std::int64_t lot_points(std::int32_t strategy_points, std::int64_t seed, std::int64_t decision, std::uint64_t name_hash);

}  // namespace callwright::routing
