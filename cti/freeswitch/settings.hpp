#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "cti/link/machine.hpp"

namespace callwright::cti::freeswitch {

/// Who we are on one FreeSWITCH, and how it is set up.
struct Settings {
  link::Identity identity;
  link::Patience patience;
  std::string username;  ///< empty: the event socket's own password; otherwise a user of the directory, `user@domain`
  std::string password;
  std::string fallback_extension = "s";                    ///< where released callers go, in
  std::string fallback_context = "fallback";               ///< this context of the XML dialplan
  std::string music = "local_stream://moh";                ///< what a caller hears while he waits: what `uuid_broadcast` plays
  std::string dial;                                        ///< how a customer is called: `sofia/gateway/carrier/{number}`; empty: none can be
  std::vector<std::string> devices;                        ///< the agents' devices, as they are dialled: `user/1001@example.org`
  std::vector<std::string> trunk_profiles = {"external"};  ///< sofia profiles behind which no agent's phone is, whatever number a caller shows

  Duration alive_every = std::chrono::seconds(1);        ///< how often CALLWRIGHT_ALIVE is written
  Duration silence = std::chrono::seconds(60);           ///< the switch says HEARTBEAT every 20 s: without a word for so long it is lost
  Duration part_limit = std::chrono::milliseconds(300);  ///< how long a leg's end waits for what becomes of its partner
  Duration job_grace = std::chrono::seconds(10);         ///< how long after its ring time the answer to an `originate` may come
};

}  // namespace callwright::cti::freeswitch
