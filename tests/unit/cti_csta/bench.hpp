#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cti/csta/machine.hpp"
#include "sim/csta/peer.hpp"

namespace callwright::cti::csta::test {

/// What is left of the events: who lives in which state, and who talks to whom. As a model would, it takes a repetition for nothing, and a snapshot
/// for the truth.
class Mirror {
 public:
  void take(const model::SwitchEventBody& body);
  /// `1001 connected`, and `talk 1001 1002` of those in one bridge. Sorted.
  std::vector<std::string> lines() const;
  std::string leg(const std::string& device) const;  ///< the first one's name

  std::vector<std::string> faults;  ///< a leg that began twice, or ended without having begun

 private:
  struct Leg {
    model::LegCreated made;
    journal::LegState state = journal::LegState::initiated;
    std::string bridge;
  };
  std::map<std::string, Leg> legs_;
};

/// A machine and a peer, with bytes between them however they are cut.
class Bench {
 public:
  explicit Bench(std::vector<std::string> devices = {"1001", "1002", "1003"}, Settings settings = {});

  void live();
  /// What the peer has to say goes over.
  void settle();
  void cut();
  void command(model::CommandBody body);
  void take(const link::Actions& actions);
  void pass(Duration duration);
  void forget();

  sim::csta::Peer peer;
  Mirror mirror;
  std::vector<std::string> events, log;
  std::function<std::size_t()> piece = [] { return std::size_t{65'536}; };
  int opened = 0;
  bool silent = false;  ///< the peer is not heard
  Instant now{1'795'000'000'000'000};
  Machine machine;
};

/// What the peer knows, in the mirror's words.
std::vector<std::string> truth(const sim::csta::Peer& peer);

}  // namespace callwright::cti::csta::test
