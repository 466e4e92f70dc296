#include "cti/csta/cause.hpp"

#include <array>
#include <utility>

namespace callwright::cti::csta {

using journal::Cause;
using journal::DivertReason;

Cause cause_of(std::string_view cause, model::LegPast past) {
  static constexpr std::array<std::pair<std::string_view, Cause>, 33> kCauses{{
      {"normalClearing", Cause::normal},
      {"busy", Cause::busy},
      {"busyOverflow", Cause::busy},
      {"doNotDisturb", Cause::rejected},
      {"callRejected", Cause::rejected},
      {"incomingCallBarred", Cause::not_allowed},
      {"outgoingCallBarred", Cause::not_allowed},
      {"noAnswer", Cause::no_answer},
      {"callNotAnswered", Cause::no_answer},
      {"callForwardNoAnswer", Cause::no_answer},
      {"timeoutNoAnswer", Cause::no_answer},
      {"callCancelled", Cause::caller_cancel},
      {"callPickup", Cause::elsewhere},
      {"groupCallPickup", Cause::elsewhere},
      {"redirected", Cause::elsewhere},
      {"callForwardImmediate", Cause::elsewhere},
      {"callForwardBusy", Cause::busy},
      {"destNotObtainable", Cause::unreachable},
      {"destOutOfOrder", Cause::unreachable},
      {"unavailable", Cause::unreachable},
      {"invalidNumberFormat", Cause::bad_number},
      {"numberUnallocated", Cause::bad_number},
      {"invalidDestination", Cause::bad_number},
      {"resourcesNotAvailable", Cause::congestion},
      {"networkCongestion", Cause::congestion},
      {"networkNotObtainable", Cause::congestion},
      {"trunksBusy", Cause::congestion},
      {"noAvailableAgents", Cause::congestion},
      {"incompatibleDestination", Cause::media},
      {"incompatibleBearerService", Cause::media},
      {"transfer", Cause::transferred},
      {"singleStepTransfer", Cause::transferred},
      {"timeout", Cause::timeout},
  }};
  for (const auto& [word, known] : kCauses)
    if (word == cause) return known == Cause::normal && past != model::LegPast::answered ? Cause::caller_cancel : known;
  switch (past) {
    case model::LegPast::answered: return Cause::normal;
    case model::LegPast::arriving: return Cause::caller_cancel;
    default: return Cause::unknown;
  }
}

DivertReason divert_reason_of(std::string_view cause) {
  static constexpr std::array<std::pair<std::string_view, DivertReason>, 9> kReasons{{
      {"callForwardImmediate", DivertReason::unconditional},
      {"callForward", DivertReason::unconditional},
      {"callForwardBusy", DivertReason::busy},
      {"busy", DivertReason::busy},
      {"callForwardNoAnswer", DivertReason::no_answer},
      {"noAnswer", DivertReason::no_answer},
      {"doNotDisturb", DivertReason::unavailable},
      {"destNotObtainable", DivertReason::unavailable},
      {"redirected", DivertReason::deflected},
  }};
  for (const auto& [word, reason] : kReasons)
    if (word == cause) return reason;
  return DivertReason::unknown;
}

}  // namespace callwright::cti::csta
