#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.hpp"
#include "cti/model/switch_event.hpp"

/// The names that we give on the switch. They alone say whose a channel or bridge is, whatever happened to us meanwhile:
///
///     cw-CONTACT-OFFER-EPOCH   the channel that rings an agent
///     cw-CONTACT-wSEQ          a holding bridge in which the caller waits, or is on hold
///     cw-CONTACT-tSEQ          a mixing bridge in which they talk
///
/// SEQ is the command's: no name comes twice. A holding bridge with music that was deleted keeps its name for a second or
/// more: creating it again answers 409, and whoever is then added to it gets 404 and hears nothing.
namespace callwright::cti::asterisk {

std::string channel_name(const model::Tokens& tokens);
std::optional<model::Tokens> tokens_of_channel(std::string_view channel_id);

std::string wait_bridge(ContactId contact, std::int64_t seq);
std::string talk_bridge(ContactId contact, std::int64_t seq);

struct OwnBridge {
  ContactId contact;
  bool talk = false;
};
/// What one of our bridges is for.
std::optional<OwnBridge> own_bridge(std::string_view bridge_id);

/// The device of a channel: `PJSIP/agent1` of `PJSIP/agent1-0000003e`; `Local/1002@agents` of `Local/1002@agents-00000001;1`.
std::string device_of_channel(std::string_view channel_name);

/// The tokens in the arguments of our application, `agent,CONTACT,OFFER,EPOCH`.
std::optional<model::Tokens> tokens_of_arguments(std::string_view arguments);

}  // namespace callwright::cti::asterisk
