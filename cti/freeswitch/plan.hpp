#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cti/freeswitch/channels.hpp"
#include "cti/freeswitch/settings.hpp"
#include "cti/model/command.hpp"

namespace callwright::cti::freeswitch {

/// One text of a command, answered by one reply.
struct Step {
  enum class Kind : std::uint8_t {
    act,
    ring,     ///< a job: failure means that the leg has ended before it began
    release,  ///< success means that the caller is the dialplan's again
  };
  Kind kind = Kind::act;
  std::string text;
  std::string channel;  ///< whom it is about
  std::string job;      ///< of `ring`
  bool operator==(const Step&) const = default;
};

/// The texts that carry out a command, in order. Pure: what the switch says afterwards changes state, not this.
///
///     Park      uuid_answer, uuid_broadcast of music that does not end (a uuid_bridge ends it)
///     Ring      bgapi originate {origination_uuid=cw-CONTACT-OFFER-EPOCH,...}DEVICE &park()
///     Dial      the same with `cw-CONTACT-cEPOCH-SEQ` and the switch's `dial` with the number filled in
///     Bridge    uuid_bridge, both are parked
///     Hold      uuid_hold of the agent's leg: the caller hears the switch's hold music;   Retrieve   uuid_hold off
///     Release   the entry is taken off him, then uuid_transfer into the fallback
///     End       uuid_kill with a cause;   Dtmf   uuid_send_dtmf
///
/// Errors: `errc::refused_value` (nothing is sent of such a command), `errc::unsupported` for Answer and Play, and for Dial where the switch has no
/// `dial`.
Result<std::vector<Step>> plan(const model::Command& command, const Settings& settings, const Channels& channels);

/// `sofia/gateway/carrier/{number}` with the number in its place: `{number}` with its plus, `{digits}` without.
std::string filled(std::string dial, const std::string& number);

}  // namespace callwright::cti::freeswitch
