#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cti/model/switch_event.hpp"

namespace callwright::cti::model {

/// splitmix64: the tests' own chance, equal on every machine.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t n) { return n == 0 ? 0 : next() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

/// One event of a script. Steps of one phase happen at once on the switch, in any order that keeps each leg's and each
/// bridge's own; a later phase is caused by what came before it.
struct Step {
  int phase = 0;
  SwitchEventBody body;
  std::vector<std::string> legs;  ///< native ids it is about
  std::string bridge;
  std::string other_bridge;       ///< of two that become one
  std::string of_caller;          ///< for a leg that we ring: whose contact its tokens name
  OfferId offer;
  AgentId agent;                  ///< whom that offer is for
  bool harmless_late = false;     ///< a repetition means the same at any later time; a route request's until its leg leaves a bridge
};
using Script = std::vector<Step>;

/// What an agent's second line dials to consult somebody.
constexpr const char* kConsultEntry = "900";

/// A busy quarter of an hour on one switch: callers who are routed, abandon, are answered by the first or second agent, hold,
/// conference, are replaced, recorded, diverted, sent into a queue again, transferred blindly and after a consultation; talks that become
/// one; agents behind Local pairs; calls that the switch connects by itself; phones that call each other.
Script make_script(Chance& chance);

/// The same happenings in another order that the switch could have told them in.
Script permute(const Script& script, Chance& chance);

/// With repetitions, each at a place where it means nothing new.
Script repeat_some(const Script& script, Chance& chance);

/// What really is on the switch: the source of snapshots.
class Truth {
 public:
  void apply(const Step& step, const Tokens& tokens);
  void restart() { legs_.clear(), pairs_.clear(); }
  Snapshot snapshot() const;
  std::vector<LocalPair> pairs() const;
  const std::map<std::string, SnapshotLeg>& legs() const { return legs_; }

 private:
  std::map<std::string, SnapshotLeg> legs_;
  std::map<std::string, std::string> pairs_;
};

}  // namespace callwright::cti::model
