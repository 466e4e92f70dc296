#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "cti/feed/machine.hpp"

namespace callwright::cti::feed {

/// A switch that may connect, and the token that proves it.
struct FeedSwitch {
  SwitchId id;
  std::string token;
};

/// Decides who may connect and from which number a switch goes on. Pure; lives on the `links` thread.
///
/// `journal` is what the journal held at the start ("feed:NAME/EPOCH" → number); what was handed to the core since is known here, so
/// that a reconnect does not wait for the disk. A lower boot epoch than one already seen, also before our restart, is refused.
class Admissions {
 public:
  Admissions(std::vector<FeedSwitch> switches, std::map<std::string, std::int64_t> journal);

  Admission admit(const Hello& hello);
  /// A switch is refused with `not_ready` until it is made ready.
  void ready(const SwitchId& id, bool yes);
  /// The core took number `seq` of this boot epoch.
  void delivered(const SwitchId& id, std::int64_t boot_epoch, std::int64_t seq);

 private:
  struct Entry {
    std::string token;
    bool ready = false;
    std::int64_t boot_epoch = 0;
    std::int64_t delivered = 0;
  };
  std::map<SwitchId, Entry> entries_;
  std::map<std::string, std::int64_t> journal_;
};

}  // namespace callwright::cti::feed
