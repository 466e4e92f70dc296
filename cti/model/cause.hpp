#pragma once
#include <cstdint>
#include <string_view>

#include "journal/fact.hpp"

/// The switches' causes as one small set of words. A link keeps the raw code and text beside the word (`LegGone`).
///
/// | word          | Q.850              | SIP                          | FreeSWITCH                               |
/// |---------------|--------------------|------------------------------|------------------------------------------|
/// | normal        | 16, 31             | BYE (0), 2xx                 | NORMAL_CLEARING, MANAGER_REQUEST         |
/// | busy          | 17                 | 486, 600                     | USER_BUSY, BUSY_EVERYWHERE               |
/// | no_answer     | 18, 19             | 408, 480                     | NO_ANSWER, NO_USER_RESPONSE, NO_PICKUP   |
/// | caller_cancel | 16 before answer   | 487                          | ORIGINATOR_CANCEL                        |
/// | elsewhere     | 26                 | `Reason: SIP;cause=200`      | LOSE_RACE, PICKED_OFF                    |
/// | rejected      | 21                 | 603                          | CALL_REJECTED, DECLINE                   |
/// | unreachable   | 20, 27             | 480 with Q.850 20            | USER_NOT_REGISTERED, GATEWAY_DOWN        |
/// | bad_number    | 1, 3, 22, 28       | 404, 410, 484, 485, 604      | UNALLOCATED_NUMBER, INVALID_PROFILE      |
/// | congestion    | 34, 38, 41, 42, 44 | 500, 502, 503                | NORMAL_TEMPORARY_FAILURE                 |
/// | not_allowed   | 52, 54, 57         | 401, 403, 407                | OUTGOING_CALL_BARRED, USER_CHALLENGE     |
/// | media         | 65, 88             | 415, 488, 606                | INCOMPATIBLE_DESTINATION, MEDIA_TIMEOUT  |
/// | timeout       | 102                | 504                          | RECOVERY_ON_TIMER_EXPIRE, ALLOTTED_TIMEOUT|
/// | transferred   |                    |                              | BLIND_TRANSFER, ATTENDED_TRANSFER        |
///
/// FreeSWITCH names its causes; those below 128 are Q.850's and mean what they mean there. `lost` is concluded by the model, never said by a switch;
/// `switch_lost` too, but for FreeSWITCH's SYSTEM_SHUTDOWN. What is in no column is `unknown`.
namespace callwright::cti::model {

/// How far a leg had come when it ended: some codes mean another thing before the answer.
enum class LegPast : std::uint8_t {
  arriving = 1,  ///< a caller whom nobody had answered: his giving up comes as 16, 0 or 127 (Asterisk, by the way it was refused)
  ringing,       ///< a leg that we or the switch dialled, not answered
  answered,
};

journal::Cause cause_of_q850(std::int32_t code, LegPast past);

/// `q850` is the code of a `Reason: Q.850` header, 0 if there is none; it decides where the status has two meanings.
journal::Cause cause_of_sip(std::int32_t status, std::int32_t q850 = 0);

/// FreeSWITCH's number of a `Hangup-Cause`: Q.850's below 128, its own above. 0: not known.
std::int32_t freeswitch_code(std::string_view name);
/// FreeSWITCH's `Hangup-Cause`.
journal::Cause cause_of_freeswitch(std::string_view name, LegPast past);

/// The Q.850 code with which we say a cause to a switch (`End`).
std::int32_t q850_of(journal::Cause cause);
/// The same for a FreeSWITCH.
std::string_view freeswitch_name(journal::Cause cause);

}  // namespace callwright::cti::model
