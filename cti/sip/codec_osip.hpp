#pragma once
#include <string>
#include <string_view>

#include "cti/sip/head.hpp"
#include "cti/sip/message.hpp"

/// All that libosip2 does for us. What comes here has passed grammar.hpp.
namespace callwright::cti::sip::osip {

/// Reads the target, Via, From, To, Contact, Route and Record-Route of `head` into `message`. `start` is the start line to be read instead of the
/// head's own. False: it reads something else than we have checked.
bool read(std::string_view start, const Head& head, Message& message);

bool read(std::string_view text, Uri& uri);
bool read(std::string_view text, Address& address);

}  // namespace callwright::cti::sip::osip
