#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

/// The baseline: one queue, agents as packed structs, and a plain pass over all of them for each decision. It makes the same choice with
/// the same account as routing does: how many pass each gate, and the best three with their terms.
namespace callwright::bench {

struct PackedAgent {
  std::uint8_t able = 0;  ///< signed in, ready, device free, switch up
  std::array<std::uint8_t, 5> levels{};
  std::array<std::uint16_t, 5> skills{};
  std::uint32_t name_order = 0;
  std::int64_t idle_since = 0;
};
static_assert(sizeof(PackedAgent) == 32);

struct Wanted {
  std::uint16_t required = 0, preferred = 0;
  std::uint8_t min_level = 0;
  std::int32_t required_weight = 0, preferred_weight = 0;
};

struct ScanRow {
  std::size_t agent = 0;
  std::int64_t score = 0;
  std::array<std::int64_t, 6> terms{};  ///< skill, skill, idle, rank, priority, age
};
struct ScanDecision {
  std::array<std::int32_t, 9> left{};
  std::array<ScanRow, 3> best;
  std::size_t shown = 0;
};

struct PackedContact {
  std::int64_t entered_at = 0;
  std::int64_t id = 0;
  std::uint16_t required = 0;
  std::uint8_t min_level = 0;
  std::uint8_t waiting = 0;
};

class Scan {
 public:
  std::vector<PackedAgent> agents;
  std::int32_t age_per_minute = 60, idle_per_minute = 6;

  /// Nothing is chosen if `shown` is 0.
  void decide(const Wanted& wanted, std::int64_t entered_at, std::int64_t now, ScanDecision& out) const;
  /// The waiting contact that a freed agent gets: the one that waits longest of those he may have (all scores else equal).
  std::optional<std::size_t> best_contact(const std::vector<PackedContact>& contacts, std::size_t agent) const;
};

}  // namespace callwright::bench
