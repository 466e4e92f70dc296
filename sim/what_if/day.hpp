#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/instant.hpp"
#include "journal/centre.hpp"

namespace callwright::sim::what_if {

/// The midnight at which a described day begins; a real day has its own.
constexpr Instant kMidnight{1'704'067'200'000'000};  // 2024-01-01

constexpr Duration kPatient = Duration::max();  ///< never gives up

/// One attempt of somebody to reach the centre.
struct Arrival {
  Instant at;
  std::uint32_t type = 0;    ///< the day's own word for what he wants
  std::uint32_t queue = 0;   ///< in the centre's order
  std::uint64_t number = 0;  ///< of his type: the same person in every scenario that is compared
  std::uint8_t attempt = 0;  ///< 0: the first
  Duration patience = kPatient;
  Duration credit{};  ///< by how much earlier than `at` his place in the queue is
};

struct Shift {
  Instant at;
  std::uint32_t agent = 0;  ///< in the centre's order
  bool works = false;       ///< comes, or goes (after the call at hand)
};

/// What happens on one day whoever decides: who comes when, for what, how patient, and how long the work with him is; who works when.
/// Made by a scenario and its random numbers, or by a recorded day.
class Day {
 public:
  virtual ~Day() = default;

  virtual const std::vector<Arrival>& arrivals() const = 0;  ///< by time
  virtual const std::vector<Shift>& shifts() const = 0;      ///< by time
  /// How long this caller and this agent talk.
  virtual Duration talk(const Arrival& caller, std::uint32_t agent, Instant at) const = 0;
  /// How long the agent's phone rings until he answers; `offer` counts the caller's offers from 0.
  virtual Duration ring(const Arrival& caller, std::uint32_t agent, std::uint8_t offer) const = 0;
  /// The next attempt of one who gave up or was turned away at `at`.
  virtual std::optional<Arrival> comes_again(const Arrival& caller, Instant at) const = 0;
};

using Attributes = std::vector<std::pair<std::string, std::string>>;

/// The centre that days are run through: its rules, and what is counted.
struct Plan {
  std::string name;
  journal::Centre centre;
  std::vector<Attributes> attributes;          ///< by type: what the queues' rules may ask
  std::vector<std::string> groups;             ///< of agents
  std::vector<std::uint32_t> group_of;         ///< by agent, in the centre's order
  std::vector<Duration> after_no_answer;       ///< by group: how long an agent who did not answer stays away
  std::vector<Instant> bounds;                 ///< of the intervals; the first is the begin of the day, the last its end
  Instant counted_from;                        ///< who comes earlier is served and not counted (warm-up)
  std::optional<std::int64_t> lines;           ///< who comes while so many wait or talk is turned away
  std::optional<std::int64_t> waiting_places;  ///< so is who finds no agent for him while so many wait (or are rung for)
};

}  // namespace callwright::sim::what_if
