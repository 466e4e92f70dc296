#pragma once
#include <string>

#include "cti/model/switch_event.hpp"

namespace callwright::cti::model {

/// One line for an event, in words: "made ch1 PJSIP/trunk trunk from 4930111 to 4000", "gone ch1 normal 16 by customer". For tests, for tables of
/// what a recording says, and for developers; it names people's numbers, so no log has it.
std::string line(const SwitchEventBody& body);

}  // namespace callwright::cti::model
