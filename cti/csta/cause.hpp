#pragma once
#include <string_view>

#include "cti/model/cause.hpp"
#include "journal/fact.hpp"

/// CSTA's words for why something happened (ECMA-269, 17.1.x EventCause), as ours.
namespace callwright::cti::csta {

/// Why a connection ended. What the table does not know is normal for one that was answered, else unknown.
journal::Cause cause_of(std::string_view cause, model::LegPast past);
journal::DivertReason divert_reason_of(std::string_view cause);

}  // namespace callwright::cti::csta
