#pragma once
#include <array>
#include <cstdint>
#include <string_view>

/// Random numbers that are looked up, not drawn: a number depends on what it is for, never on how many were drawn before it. So contact 17 of
/// "sales" has the same patience and the same talk in two scenarios that are compared (common random numbers), whatever happens around it, and
/// the numbers are the same on every machine.
namespace callwright::sim::what_if {

/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a keyed bijection of the counter.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// What a number is for; part of its key, never renumbered.
enum class Purpose : std::uint8_t { gap = 1, busyness, patience, service, retry, ring };

/// Two independent numbers in (0, 1), each of 52 bits and never 0 or 1.
struct Uniforms {
  double first = 0;
  double second = 0;
};

class Chance {
 public:
  /// Limit: 65,536 replications have numbers of their own.
  Chance(std::uint64_t seed, std::uint32_t replication) : seed_(seed), replication_(replication) {}

  /// `stream`: whose (`stream_of` its name). `turn` tells several of one index apart: attempts, offers.
  Uniforms at(Purpose purpose, std::uint32_t stream, std::uint64_t index, std::uint8_t turn = 0) const;

 private:
  std::uint64_t seed_;
  std::uint32_t replication_;
};

std::uint32_t stream_of(std::string_view name);

}  // namespace callwright::sim::what_if
