#pragma once
#include <cstdint>
#include <functional>
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
/// `last_seen` tells what the journal holds ("feed:NAME/EPOCH" → number, 0 for none); what was handed to the core since the
/// start is known here, so that a reconnect does not wait for the disk. A lower boot epoch than one already seen is refused.
class Admissions {
 public:
  Admissions(std::vector<FeedSwitch> switches, std::function<std::int64_t(const std::string&)> last_seen);

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
  std::function<std::int64_t(const std::string&)> last_seen_;
};

}  // namespace callwright::cti::feed
