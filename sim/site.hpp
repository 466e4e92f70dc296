#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "cti/feed/peer.hpp"
#include "sim/switch/switch_model.hpp"
#include "sim/world.hpp"

namespace callwright::sim {

/// One switch with its callers and phones, and the network between it and the server. It outlives the server's process.
struct World::Site {
  SwitchId id;
  std::unique_ptr<SwitchModel> model;
  std::unique_ptr<cti::feed::Peer> peer;  ///< of the present boot epoch
  std::int64_t boot_epoch = 1;
  Instant due;  ///< when the switch next does something by itself

  Instant busy_until;                            ///< it carries out no command before
  std::map<std::string, Instant> excused_until;  ///< callers whom it did not park: alone until they have had enough

  std::int64_t connection = 0;        ///< counts connections: bytes of an earlier one are dropped
  std::int64_t lossy_connection = 0;  ///< on which an event was lost: the next one tells the server so, and it closes
  bool connect_planned = false;
  Instant to_server_free, to_switch_free;  ///< bytes of one direction stay in order
  Instant slow_until;

  std::map<std::string, Instant> odd_since;  ///< what switch and core see differently
};

}  // namespace callwright::sim
