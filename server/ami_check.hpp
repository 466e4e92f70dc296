#pragma once
#include "cti/asterisk/ami/check.hpp"
#include "cti/link/address.hpp"

namespace callwright::server {

/// `callwright link check` of a manager interface: connects without TLS, signs in, asks, and lets `cti::ami::judge` say what is right. Stops early
/// when nothing more can be said. Changes nothing. Waits, at most 3 s for each answer.
cti::asterisk::CheckReport check_manager(const cti::link::Address& address, const cti::ami::Settings& settings, const cti::ami::Wanted& wanted);

}  // namespace callwright::server
