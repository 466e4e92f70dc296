#include "cti/model/cause.hpp"

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

std::int32_t freeswitch_code(std::string_view name) {
  static constexpr std::pair<std::string_view, std::int32_t> kCodes[] = {
      {"UNALLOCATED_NUMBER", 1},
      {"NO_ROUTE_TRANSIT_NET", 2},
      {"NO_ROUTE_DESTINATION", 3},
      {"CHANNEL_UNACCEPTABLE", 6},
      {"CALL_AWARDED_DELIVERED", 7},
      {"NORMAL_CLEARING", 16},
      {"USER_BUSY", 17},
      {"NO_USER_RESPONSE", 18},
      {"NO_ANSWER", 19},
      {"SUBSCRIBER_ABSENT", 20},
      {"CALL_REJECTED", 21},
      {"NUMBER_CHANGED", 22},
      {"REDIRECTION_TO_NEW_DESTINATION", 23},
      {"EXCHANGE_ROUTING_ERROR", 25},
      {"DESTINATION_OUT_OF_ORDER", 27},
      {"INVALID_NUMBER_FORMAT", 28},
      {"FACILITY_REJECTED", 29},
      {"NORMAL_UNSPECIFIED", 31},
      {"NORMAL_CIRCUIT_CONGESTION", 34},
      {"NETWORK_OUT_OF_ORDER", 38},
      {"NORMAL_TEMPORARY_FAILURE", 41},
      {"SWITCH_CONGESTION", 42},
      {"ACCESS_INFO_DISCARDED", 43},
      {"REQUESTED_CHAN_UNAVAIL", 44},
      {"PRE_EMPTED", 45},
      {"FACILITY_NOT_SUBSCRIBED", 50},
      {"OUTGOING_CALL_BARRED", 52},
      {"INCOMING_CALL_BARRED", 54},
      {"BEARERCAPABILITY_NOTAUTH", 57},
      {"BEARERCAPABILITY_NOTAVAIL", 58},
      {"SERVICE_UNAVAILABLE", 63},
      {"BEARERCAPABILITY_NOTIMPL", 65},
      {"CHAN_NOT_IMPLEMENTED", 66},
      {"FACILITY_NOT_IMPLEMENTED", 69},
      {"SERVICE_NOT_IMPLEMENTED", 79},
      {"INVALID_CALL_REFERENCE", 81},
      {"INCOMPATIBLE_DESTINATION", 88},
      {"INVALID_MSG_UNSPECIFIED", 95},
      {"MANDATORY_IE_MISSING", 96},
      {"MESSAGE_TYPE_NONEXIST", 97},
      {"WRONG_MESSAGE", 98},
      {"IE_NONEXIST", 99},
      {"INVALID_IE_CONTENTS", 100},
      {"WRONG_CALL_STATE", 101},
      {"RECOVERY_ON_TIMER_EXPIRE", 102},
      {"MANDATORY_IE_LENGTH_ERROR", 103},
      {"PROTOCOL_ERROR", 111},
      {"INTERWORKING", 127},
      {"SUCCESS", 142},
      {"ORIGINATOR_CANCEL", 487},
      {"CRASH", 700},
      {"SYSTEM_SHUTDOWN", 701},
      {"LOSE_RACE", 702},
      {"MANAGER_REQUEST", 703},
      {"BLIND_TRANSFER", 800},
      {"ATTENDED_TRANSFER", 801},
      {"ALLOTTED_TIMEOUT", 802},
      {"USER_CHALLENGE", 803},
      {"MEDIA_TIMEOUT", 804},
      {"PICKED_OFF", 805},
      {"USER_NOT_REGISTERED", 806},
      {"PROGRESS_TIMEOUT", 807},
      {"INVALID_GATEWAY", 808},
      {"GATEWAY_DOWN", 809},
      {"INVALID_URL", 810},
      {"INVALID_PROFILE", 811},
      {"NO_PICKUP", 812},
      {"SRTP_READ_ERROR", 813},
      {"BUSY_EVERYWHERE", 815},
      {"DECLINE", 816},
      {"DOES_NOT_EXIST_ANYWHERE", 817},
      {"NOT_ACCEPTABLE", 818},
  };
  for (const auto& [known, code] : kCodes)
    if (known == name) return code;
  return 0;
}

Cause cause_of_freeswitch(std::string_view name, LegPast past) {
  const std::int32_t code = freeswitch_code(name);
  if (code == 0) return Cause::unknown;
  switch (code) {
    case 127: return Cause::unknown;
    case 487: return Cause::caller_cancel;
    case 700:
    case 701: return Cause::switch_lost;
    case 702:
    case 805: return Cause::elsewhere;
    case 142:
    case 703: return past == LegPast::answered ? Cause::normal : Cause::caller_cancel;
    case 800:
    case 801: return Cause::transferred;
    case 802: return Cause::timeout;
    case 803: return Cause::not_allowed;
    case 804:
    case 813:
    case 818: return Cause::media;
    case 806:
    case 808:
    case 809: return Cause::unreachable;
    case 807:
    case 812: return Cause::no_answer;
    case 810:
    case 811:
    case 817: return Cause::bad_number;
    case 815: return Cause::busy;
    case 816: return Cause::rejected;
    default: return cause_of_q850(code, past);
  }
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

std::string_view freeswitch_name(Cause cause) {
  switch (cause) {
    case Cause::busy: return "USER_BUSY";
    case Cause::no_answer: return "NO_ANSWER";
    case Cause::caller_cancel: return "ORIGINATOR_CANCEL";
    case Cause::elsewhere: return "LOSE_RACE";
    case Cause::rejected: return "CALL_REJECTED";
    case Cause::unreachable: return "SUBSCRIBER_ABSENT";
    case Cause::bad_number: return "UNALLOCATED_NUMBER";
    case Cause::congestion: return "SWITCH_CONGESTION";
    case Cause::not_allowed: return "BEARERCAPABILITY_NOTAUTH";
    case Cause::media: return "INCOMPATIBLE_DESTINATION";
    case Cause::timeout: return "RECOVERY_ON_TIMER_EXPIRE";
    case Cause::lost:
    case Cause::switch_lost:
    case Cause::unknown: return "NORMAL_UNSPECIFIED";
    case Cause::normal:
    case Cause::transferred: return "NORMAL_CLEARING";
  }
  return "NORMAL_UNSPECIFIED";
}

}  // namespace callwright::cti::model
