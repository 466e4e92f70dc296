#include "routing/marks.hpp"

#include <algorithm>

namespace callwright::routing {
namespace {

constexpr std::int64_t kStride = 1'000'000;  ///< of an offer to a member with share 1
constexpr std::int64_t kTurns = 1'000;       ///< decisions after which a turn counts whole

/// The finaliser of splitmix64 (Steele, Lea, Flood 2014).
std::uint64_t mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

}  // namespace

void Marks::count(Spent before, Spent after, Instant at) {
  const Duration passed = counted_to.us ? std::max(at - counted_to, Duration::zero()) : Duration::zero();
  if (before == Spent::worked) worked += passed;
  if (before == Spent::available) available += passed;
  counted_to = at;
  if (after == Spent::signed_out) worked = available = Duration::zero();
  if (after != Spent::available || before == Spent::available) return;
  const std::int64_t all = (worked + available).count();
  occupancy = all ? static_cast<std::int32_t>(worked.count() * 1000 / all) : 0;
}

std::int64_t& Marks::quota(std::size_t queue) {
  for (auto& [one, mark] : quotas)
    if (one == queue) return mark;
  return quotas.emplace_back(queue, 0).second;
}

void count_quota(std::int64_t& queue_mark, std::int64_t& agent_mark, std::int32_t share) {
  queue_mark = std::max(agent_mark, queue_mark);
  agent_mark = queue_mark + kStride / std::max(share, 1);
}

std::int64_t quota_points(std::int32_t strategy_points, std::int64_t queue_mark, std::int64_t agent_mark) {
  return -strategy_points * std::clamp<std::int64_t>(agent_mark - queue_mark, 0, kStride) / 1000;
}

std::int64_t turn_points(std::int32_t strategy_points, std::int64_t decision, std::int64_t last_decision) {
  return strategy_points * std::min(decision - last_decision, kTurns);
}

std::int64_t lot_points(std::int32_t strategy_points, std::int64_t seed, std::int64_t decision, std::uint64_t name_hash) {
  if (strategy_points <= 0) return 0;
  const std::uint64_t range = static_cast<std::uint64_t>(strategy_points) * 1000;
  const std::uint64_t step = static_cast<std::uint64_t>(seed) + static_cast<std::uint64_t>(decision);
  return static_cast<std::int64_t>(mix(mix(step) + name_hash) % range);
}

}  // namespace callwright::routing
