#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "cti/freeswitch/frame.hpp"

namespace callwright::cti::freeswitch {

/// What an event is. Others say nothing to us.
enum class EventKind : std::uint8_t {
  other,
  channel_create,
  channel_progress,
  channel_progress_media,
  channel_answer,
  channel_bridge,
  channel_unbridge,
  channel_park,
  channel_hold,
  channel_unhold,
  channel_uuid,
  channel_hangup,
  channel_hangup_complete,
  channel_destroy,
  channel_data,  ///< the dump of a channel with which an outbound session begins
  call_update,
  dtmf,
  record_start,
  record_stop,
  background_job,
  heartbeat,
  shutdown,
  callcenter,  ///< CUSTOM callcenter::info
  conference,  ///< CUSTOM conference::maintenance
};

/// The headers that we read. `Body` is no header: what an event carries behind them.
enum class Field : std::uint8_t {
  EventName,
  EventSubclass,
  CoreUuid,
  Timestamp,
  UniqueId,
  OldUniqueId,
  ChannelName,
  PresenceId,
  CallDirection,
  AnswerState,
  CallState,
  CallerName,
  CallerNumber,
  Destination,
  Redirecting,
  Diversion,
  TransferSource,
  BridgeA,
  BridgeB,
  OtherLeg,
  HangupCause,
  JobUuid,
  JobCommand,
  UpTime,
  Digit,
  RecordPath,
  Entry,  ///< the channel variable `callwright_entry`
  HangupDisposition,
  TermStatus,
  Gateway,
  GatewayName,
  DialedUser,
  DialedDomain,
  TransferDisposition,
  TransferTo,
  TransferDestination,
  TransferHistory,
  ReferUuid,
  OtherLoopbackLeg,
  CcAction,
  CcQueue,
  CcAgent,
  CcSession,
  CcCause,
  CcCancelReason,
  CcHangupCause,
  CcAgentStatus,
  CcAgentContact,
  ConferenceAction,
  ConferenceName,
  Body,
  Count,
};

/// One event, read from a frame: the texts that we need, decoded. They point into the frame or into the event itself and live as long as both.
///
/// An event object is used again for the next frame, so that reading one allocates nothing. Of a name that comes twice the last value counts
/// (`PRIVATE_COMMAND` holds the headers of another event first). A list is told as `ARRAY::a|:b` in both formats. Names are matched whole and as they
/// are written: a channel variable `variable_Event-Name` is another thing than `Event-Name`.
class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  EventKind kind() const { return kind_; }
  std::string_view operator[](Field field) const { return texts_[static_cast<std::size_t>(field)]; }
  /// `Event-Date-Timestamp`; 0 if there is none. FreeSWITCH's clock of events moves in steps of about 20 ms.
  Instant at() const;

  /// `body` of a `text/event-json`. False: malformed; the event is empty then.
  bool read_json(std::string_view body);
  /// `body` of a `text/event-plain`, or the head with which an outbound session begins. FreeSWITCH does not encode a `%` that begins a valid `%XX`,
  /// so such a text cannot be told from an encoded one and is decoded: JSON has the true one.
  bool read_plain(std::string_view body);
  bool read(const Frame& frame) { return frame.kind == Frame::Kind::json_event ? read_json(frame.body) : read_plain(frame.body); }

 private:
  void clear();
  void finish();
  void put(Field field, std::string_view text) { texts_[static_cast<std::size_t>(field)] = text; }
  std::string_view unescape(std::string_view text);
  std::string_view url_decode(std::string_view text);

  EventKind kind_ = EventKind::other;
  std::array<std::string_view, static_cast<std::size_t>(Field::Count)> texts_{};
  std::string decoded_;  ///< room for what is not in the frame as it is; never grows while an event is read
};

/// The parts of a list (`ARRAY::a|:b`); of any other text itself.
std::vector<std::string_view> parts_of(std::string_view value);

/// Percent-decoding as FreeSWITCH does it: what is no `%XX` stays.
std::string url_decoded(std::string_view text);

/// What the machine subscribes to: `CHANNEL_CREATE ... CUSTOM callcenter::info ...`.
std::string_view subscription();

}  // namespace callwright::cti::freeswitch
