#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "journal/centre.hpp"
#include "routing/matcher.hpp"
#include "tests/bench/routing/scan.hpp"

/// The centres that are measured, and what happens in them.
namespace callwright::bench {

/// splitmix64: the same numbers everywhere.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(next() % limit); }

 private:
  std::uint64_t state_;
};

struct Shape {
  std::size_t agents = 1000;
  std::size_t skills = 500;
  std::size_t skills_each = 5;
  std::size_t idle_one_in = 10;
  std::int32_t min_level = 30;
};

inline const QueueId kQueue{"all"};
inline const SwitchId kSwitch{"pbx"};
constexpr Instant kStart{1'700'000'000'000'000};
constexpr Duration kBetween = std::chrono::milliseconds(20);  ///< arrivals

/// What a contact asks for that needs this skill.
std::vector<journal::Requirement> requirements_of(const Shape& shape, std::size_t skill);
Wanted wanted_of(const Shape& shape, std::size_t skill);

/// One queue with all agents in it; agent i is "a000i", so that names and indexes have the same order.
journal::Centre centre_of(const Shape& shape, std::uint64_t seed);
/// The same agents as packed structs.
Scan scan_of(const journal::Centre& centre);

/// A matcher in such a centre, without facts: contacts arrive, agents become busy and free.
class Floor {
 public:
  Floor(const Shape& shape, const journal::Centre& centre);

  /// What a contact asks for in numbers, as the scan has it too: routing below its facts knows no texts.
  std::vector<routing::Wish> wishes_of(const std::vector<journal::Requirement>& requirements);
  void arrive(std::int64_t contact, const std::vector<routing::Wish>& wishes, Instant now);
  /// The next pair with its account; none: nobody is left who fits.
  std::optional<routing::Pair> decide(Instant now);
  void give(const routing::Pair& pair, Instant now);  ///< the agent is busy, the contact is gone
  void begin(Instant now) { matcher.begin_match(decisions + 1, now); }
  void free(std::size_t agent, Instant now);
  void busy(std::size_t agent, Instant now);

  routing::Matcher matcher;
  const routing::Decision* account = nullptr;
  std::int64_t decisions = 0;

 private:
  std::size_t queue_ = 0;
  std::uint32_t switch_ = 0;
};

/// What happens, so that both sides live through the same.
struct Cycle {
  std::size_t skill = 0;   ///< that the contact asks for
  std::size_t chosen = 0;  ///< who gets it
  std::size_t freed = 0;   ///< who becomes free then
};

}  // namespace callwright::bench
