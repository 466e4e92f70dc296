#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/instant.hpp"
#include "cti/asterisk/ami/reader.hpp"

namespace callwright::cti::ami {

/// The events that say something to us, live or in a list that we asked for.
enum class Name : std::uint8_t {
  other,
  // channels
  newchannel,
  newstate,
  new_callerid,
  dial_begin,
  dial_state,
  dial_end,
  hangup_request,
  hangup,
  hold,
  unhold,
  dtmf_end,
  pickup,
  // bridges, Local channels, transfers, recordings
  bridge_enter,
  bridge_leave,
  bridge_merge,
  bridge_destroy,
  local_bridge,
  local_optimization_begin,
  local_optimization_end,
  blind_transfer,
  attended_transfer,
  mix_monitor_start,
  mix_monitor_stop,
  mix_monitor_mute,
  // queues
  queue_caller_join,
  queue_caller_leave,
  queue_caller_abandon,
  agent_called,
  agent_connect,
  agent_ring_no_answer,
  queue_member_added,
  queue_member_removed,
  queue_member_pause,
  queue_member_status,
  // the rest
  device_state_change,
  originate_response,
  fully_booted,
  // of lists
  list_complete,
  core_show_channel,
  bridge_list_item,
  bridge_info_channel,
  queue_params,
  queue_member,
  queue_entry,
  count_,
};

/// The keys that we read.
enum class Key : std::uint8_t {
  none,
  action_id,
  application,
  application_data,
  bridge_id,
  bridge_num_channels,
  bridge_technology,
  bridge_uniqueid,
  callerid_name,
  callerid_num,
  cause,
  cause_text,
  channel,
  channel_state,
  context,
  core_startup_date,
  core_startup_time,
  dest_uniqueid,
  device,
  dial_status,
  dial_string,
  digit,
  direction,
  event_list,
  exten,
  extension,
  forward,
  from_bridge_uniqueid,
  interface,
  linkedid,
  local_one_uniqueid,
  local_two_uniqueid,
  location,
  message,
  orig_transferer_uniqueid,
  paused,
  paused_reason,
  queue,
  reason,
  response,
  result,
  second_transferer_exten,
  second_transferer_uniqueid,
  source_uniqueid,
  state,
  state_interface,
  target_uniqueid,
  tech_cause,
  timestamp,
  to_bridge_uniqueid,
  transferee_uniqueid,
  transferer_uniqueid,
  uniqueid,
  uptime,
  count_,
};

Name name_of(std::string_view event);
Key key_of(std::string_view key);
std::string_view word_of(Name name);

/// A message whose keys have been looked up. Each text stands in the reader's buffer, as the message's do; of a key that comes twice, the first.
class Event {
 public:
  /// Takes over what `message` says. `name` is `other` for a response, and for an event that says nothing to us: then its fields are not looked at.
  void read(const Message& message);

  Name name() const { return name_; }
  std::string_view operator[](Key key) const { return values_[static_cast<std::size_t>(key)]; }
  /// The switch's own stamp (`timestampevents = yes` in manager.conf); 0 if it gave none.
  Instant at() const;
  /// It carries variables of channels: `read_variable` finds them in the message.
  bool has_variables() const { return has_variables_; }
  const Message& message() const { return *message_; }

 private:
  Name name_ = Name::other;
  bool has_variables_ = false;
  const Message* message_ = nullptr;
  std::array<std::string_view, static_cast<std::size_t>(Key::count_)> values_;
};

/// A number that is all of the text and fits; `otherwise` if it is none.
std::int64_t number(std::string_view text, std::int64_t otherwise = 0);

}  // namespace callwright::cti::ami
