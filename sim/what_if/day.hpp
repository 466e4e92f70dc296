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
  std::uint32_t type = 0;        ///< the day's own word for what he wants
  std::uint32_t queue = 0;       ///< in the centre's order
  std::uint64_t number = 0;      ///< of his type: the same person in every scenario that is compared
  std::uint8_t attempt = 0;      ///< 0: the first
  Duration patience = kPatient;  ///< from `at` on
  Duration credit{};             ///< by how much earlier than `at` his place in the queue is
  Duration waited{};             ///< before `at`: counts in his wait
  bool counted = true;           ///< or served and left out of every count
};

/// What an agent is there for, whoever calls.
enum class Duty : std::uint8_t {
  away,   ///< signed out
  pause,  ///< signed in and not ready
  other,  ///< works on what is none of routing's (a call of his own)
  ready,
};

/// From `at` on; who talks then ends his call first.
struct Shift {
  Instant at;
  std::uint32_t agent = 0;  ///< in the centre's order
  Duty duty = Duty::away;
};

/// What becomes of an agent's ringing phone, unless it rings longer than the queue lets it.
struct Ring {
  Duration length{};
  bool refuses = false;
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
  virtual Ring ring(const Arrival& caller, std::uint32_t agent, std::uint8_t offer) const = 0;
  /// The next attempt of one who gave up or was turned away at `at`.
  virtual std::optional<Arrival> comes_again(const Arrival& caller, Instant at) const = 0;

  /// After how long the agent ends his wrap-up by hand; he extends it as far as he may if the queue's is shorter. None: it runs its time.
  virtual std::optional<Duration> wrap_up(const Arrival&, std::uint32_t /*agent*/) const { return std::nullopt; }
  /// The queue into which this agent hands him on when they have talked until `at`.
  virtual std::optional<Arrival> handed_on(const Arrival&, std::uint32_t /*agent*/, Instant /*at*/) const { return std::nullopt; }
  /// The same number: the same customer; 0: nobody knows.
  virtual std::int64_t person(const Arrival&) const { return 0; }
  /// Who talked to this customer last before this day, in the centre's order; none: nobody, or he is not there.
  virtual std::optional<std::uint32_t> last_agent(const Arrival&) const { return std::nullopt; }
};

using Attributes = std::vector<std::pair<std::string, std::string>>;

/// T and S of docs/metrics.md.
struct Limits {
  Duration service_level{};
  Duration short_abandon{};
};

/// What a caller's wait had been estimated to be by the queue that answered him, and what it was; both from his place on.
struct EstimatedWait {
  std::uint32_t queue = 0;  ///< in the centre's order
  Duration estimate{};
  Duration wait{};
};

/// The centre that days are run through: its rules, and what is counted.
struct Plan {
  std::string name;
  journal::Centre centre;
  std::vector<Attributes> attributes;          ///< by type: what the queues' rules may ask
  std::vector<SwitchId> switches;              ///< by type: where his call is; empty: on none
  std::vector<std::string> groups;             ///< of agents
  std::vector<std::uint32_t> group_of;         ///< by agent, in the centre's order
  std::vector<Duration> after_no_answer;       ///< by group: how long an agent who did not answer stays away
  std::vector<Instant> bounds;                 ///< of the intervals; the first is the begin of the day, the last its end
  Instant counted_from;                        ///< who comes earlier is served and not counted (warm-up)
  std::optional<std::int64_t> lines;           ///< who comes while so many wait or talk is turned away
  std::optional<std::int64_t> waiting_places;  ///< so is who finds no agent for him while so many wait (or are rung for)
  std::vector<Limits> limits;                  ///< by queue, of the figures; empty: the queues' own
};

}  // namespace callwright::sim::what_if
