#include "cti/model/cause.hpp"

#include <array>
#include <utility>

namespace callwright::cti::model {

using journal::Cause;

Cause cause_of_q850(std::int32_t code, LegPast past) {
  switch (code) {
    case 0:
    case 127: return past == LegPast::arriving ? Cause::caller_cancel : past == LegPast::answered ? Cause::normal : Cause::unknown;
    case 16: return past == LegPast::answered ? Cause::normal : Cause::caller_cancel;
    case 31: return Cause::normal;
    case 17: return Cause::busy;
    case 18:
    case 19: return Cause::no_answer;
    case 26: return Cause::elsewhere;
    case 21: return Cause::rejected;
    case 20:
    case 27: return Cause::unreachable;
    case 1:
    case 3:
    case 22:
    case 28: return Cause::bad_number;
    case 34:
    case 38:
    case 41:
    case 42:
    case 44: return Cause::congestion;
    case 52:
    case 54:
    case 57: return Cause::not_allowed;
    case 65:
    case 88: return Cause::media;
    case 102: return Cause::timeout;
    default: return Cause::unknown;
  }
}

Cause cause_of_sip(std::int32_t status, std::int32_t q850) {
  if (status == 480 && q850 != 0) {
    const Cause told = cause_of_q850(q850, LegPast::ringing);
    return told == Cause::unknown ? Cause::no_answer : told;
  }
  if (status == 0 || (status >= 200 && status < 300)) return Cause::normal;
  switch (status) {
    case 486:
    case 600: return Cause::busy;
    case 408:
    case 480: return Cause::no_answer;
    case 487: return q850 == 26 ? Cause::elsewhere : Cause::caller_cancel;
    case 603: return Cause::rejected;
    case 404:
    case 410:
    case 484:
    case 485:
    case 604: return Cause::bad_number;
    case 500:
    case 502:
    case 503: return Cause::congestion;
    case 401:
    case 403:
    case 407: return Cause::not_allowed;
    case 415:
    case 488:
    case 606: return Cause::media;
    case 504: return Cause::timeout;
    default: return Cause::unknown;
  }
}

Cause cause_of_freeswitch(std::string_view name, LegPast past) {
  static constexpr std::array<std::pair<std::string_view, Cause>, 21> kNames{{
      {"NORMAL_UNSPECIFIED", Cause::normal},
      {"USER_BUSY", Cause::busy},
      {"NO_ANSWER", Cause::no_answer},
      {"NO_USER_RESPONSE", Cause::no_answer},
      {"ORIGINATOR_CANCEL", Cause::caller_cancel},
      {"LOSE_RACE", Cause::elsewhere},
      {"PICKED_OFF", Cause::elsewhere},
      {"CALL_REJECTED", Cause::rejected},
      {"USER_NOT_REGISTERED", Cause::unreachable},
      {"SUBSCRIBER_ABSENT", Cause::unreachable},
      {"DESTINATION_OUT_OF_ORDER", Cause::unreachable},
      {"UNALLOCATED_NUMBER", Cause::bad_number},
      {"NO_ROUTE_DESTINATION", Cause::bad_number},
      {"INVALID_NUMBER_FORMAT", Cause::bad_number},
      {"NORMAL_TEMPORARY_FAILURE", Cause::congestion},
      {"NORMAL_CIRCUIT_CONGESTION", Cause::congestion},
      {"OUTGOING_CALL_BARRED", Cause::not_allowed},
      {"INCOMPATIBLE_DESTINATION", Cause::media},
      {"RECOVERY_ON_TIMER_EXPIRE", Cause::timeout},
      {"BLIND_TRANSFER", Cause::transferred},
      {"ATTENDED_TRANSFER", Cause::transferred},
  }};
  if (name == "NORMAL_CLEARING") return cause_of_q850(16, past);
  for (const auto& [known, cause] : kNames)
    if (known == name) return cause;
  return Cause::unknown;
}

std::int32_t q850_of(Cause cause) {
  switch (cause) {
    case Cause::busy: return 17;
    case Cause::no_answer: return 19;
    case Cause::elsewhere: return 26;
    case Cause::rejected: return 21;
    case Cause::unreachable: return 20;
    case Cause::bad_number: return 1;
    case Cause::congestion: return 42;
    case Cause::not_allowed: return 57;
    case Cause::media: return 88;
    case Cause::timeout: return 102;
    case Cause::lost:
    case Cause::switch_lost:
    case Cause::unknown: return 31;
    case Cause::normal:
    case Cause::caller_cancel:
    case Cause::transferred: return 16;
  }
  return 31;
}

}  // namespace callwright::cti::model
