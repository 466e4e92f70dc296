#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.hpp"
#include "cti/link/names.hpp"
#include "cti/model/command.hpp"
#include "cti/model/switch_event.hpp"

/// The names that we give on the switch beside those of channels (cti/link/names.hpp). They alone say whose a bridge is, whatever happened to us meanwhile:
///
///     cw-CONTACT-wEPOCH-SEQ    a holding bridge in which the caller waits
///     cw-CONTACT-hEPOCH-SEQ    one in which he is on hold (earlier versions: as above)
///     cw-CONTACT-tEPOCH-SEQ    a mixing bridge in which they talk
///     cw-CONTACT-pEPOCH-SEQ-N-PART   what is played to the caller, N the command's number behind its fact
///
/// EPOCH and SEQ are the command's: no name comes twice, not even after a kill that lost facts, when SEQ begins again where
/// the journal ends. Names without EPOCH, as earlier versions gave them, are read as well. A holding bridge with music that was deleted keeps its name for a second or
/// more: creating it again answers 409, and whoever is then added to it gets 404 and hears nothing.
namespace callwright::cti::asterisk {

std::string wait_bridge(ContactId contact, std::int64_t epoch, std::int64_t seq);
std::string hold_bridge(ContactId contact, std::int64_t epoch, std::int64_t seq);
std::string talk_bridge(ContactId contact, std::int64_t epoch, std::int64_t seq);

/// Without the part.
std::string playback_name(ContactId contact, std::int64_t epoch, const model::CommandId& command);

struct OwnBridge {
  ContactId contact;
  bool talk = false;
  bool hold = false;
};
/// What one of our bridges is for.
std::optional<OwnBridge> own_bridge(std::string_view bridge_id);

bool is_local(std::string_view device);
/// `;1` and `;2` are the halves of one Local channel: the other's name, empty if it is none.
std::string other_half(std::string_view channel_name);

/// The device of a channel: `PJSIP/agent1` of `PJSIP/agent1-0000003e`; `Local/1002@agents` of `Local/1002@agents-00000001;1`.
std::string device_of_channel(std::string_view channel_name);

}  // namespace callwright::cti::asterisk
