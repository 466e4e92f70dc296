#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cti/asterisk/channels.hpp"
#include "cti/asterisk/playbacks.hpp"
#include "cti/asterisk/request.hpp"
#include "cti/asterisk/settings.hpp"
#include "cti/model/command.hpp"

namespace callwright::cti::asterisk {

/// One request of a command. `channels`: those that an answer such as 404 or 422 puts in doubt.
struct Step {
  enum class Kind : std::uint8_t {
    act,          ///< answer, end, release, dtmf
    ring,         ///< failure means that the agent's or customer's leg has ended before it began
    make_bridge,  ///< 409 means that it is there already, which is as good
    join,
    hold,         ///< moves the caller out of the talk
    music,
    play,         ///< `channels`: the caller, and the playback
    stop,         ///< of a playback; that it is over already is as good
  };
  Kind kind = Kind::act;
  Request request;
  std::vector<std::string> channels;
  bool operator==(const Step&) const = default;
};

/// The requests that carry out a command, in order. Pure: what the switch says afterwards changes state, not this.
///
///     Park      answer, holding bridge of the contact, into it, music
///     Ring      originate `cw-CONTACT-OFFER-EPOCH`
///     Dial      originate `cw-CONTACT-cEPOCH-SEQ` at the switch's `dial` with the number filled in
///     Bridge    talk bridge of the contact, both into it (who is there already stays there)
///     Hold      as Park, without the answer: the caller hears music, the agent stays in the talk bridge
///     Retrieve  the caller back into the talk bridge
///     Play      each recording and number by itself (`playbacks` holds their ids); a position and a wait in the sounds of Asterisk's own queues
///     End       hang up with a Q.850 cause;   Release   on into the dialplan's fallback;   Dtmf   play digits
///
/// `PJSIP/{number}@carrier` with the number in its place: `{number}` with its plus, `{digits}` without.
std::string filled(std::string dial, const std::string& number);

/// Errors: `errc::refused_value` (nothing is sent of such a command), `errc::unsupported` for Answer, and for Dial where the switch has no `dial`.
/// Bridge and Release stop first what plays to the caller, an urgent Play what plays before it.
Result<std::vector<Step>> plan(const model::Command& command, const Settings& settings, const Channels& channels, Playbacks& playbacks);

}  // namespace callwright::cti::asterisk
