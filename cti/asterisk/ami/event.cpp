#include "cti/asterisk/ami/event.hpp"

#include <charconv>
#include <utility>

namespace callwright::cti::ami {
namespace {

/// Some words, found by a hash over length and three letters, in whatever case. Built by the compiler, which refuses a table that is too full.
template <class Word, std::size_t kSlots>
class Dictionary {
 public:
  struct Entry {
    Word word{};
    std::string_view text;
  };
  template <std::size_t kEntries>
  consteval explicit Dictionary(const Entry (&entries)[kEntries]) {
    static_assert(kEntries * 3 < kSlots);
    for (const Entry& entry : entries) {
      std::size_t slot = slot_of(entry.text);
      while (!slots_[slot].text.empty()) slot = (slot + 1) % kSlots;
      slots_[slot] = entry;
    }
  }
  Word find(std::string_view text) const {
    if (text.empty()) return {};
    for (std::size_t slot = slot_of(text); !slots_[slot].text.empty(); slot = (slot + 1) % kSlots)
      if (slots_[slot].text == text || same_key(slots_[slot].text, text)) return slots_[slot].word;
    return {};
  }
  std::string_view text_of(Word word) const {
    for (const Entry& entry : slots_)
      if (!entry.text.empty() && entry.word == word) return entry.text;
    return {};
  }

 private:
  static constexpr std::size_t slot_of(std::string_view text) {
    const auto letter = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(lower(text[i]))); };
    return (text.size() * 37 + letter(0) * 5 + letter(text.size() / 2) * 17 + letter(text.size() - 1) * 3) % kSlots;
  }
  std::array<Entry, kSlots> slots_{};
};

using Names = Dictionary<Name, 256>;
using Keys = Dictionary<Key, 256>;

constexpr Names kNames({
    {Name::newchannel, "Newchannel"},
    {Name::newstate, "Newstate"},
    {Name::new_callerid, "NewCallerid"},
    {Name::dial_begin, "DialBegin"},
    {Name::dial_state, "DialState"},
    {Name::dial_end, "DialEnd"},
    {Name::hangup_request, "HangupRequest"},
    {Name::hangup, "Hangup"},
    {Name::hold, "Hold"},
    {Name::unhold, "Unhold"},
    {Name::dtmf_end, "DTMFEnd"},
    {Name::pickup, "Pickup"},
    {Name::bridge_enter, "BridgeEnter"},
    {Name::bridge_leave, "BridgeLeave"},
    {Name::bridge_merge, "BridgeMerge"},
    {Name::bridge_destroy, "BridgeDestroy"},
    {Name::local_bridge, "LocalBridge"},
    {Name::local_optimization_begin, "LocalOptimizationBegin"},
    {Name::local_optimization_end, "LocalOptimizationEnd"},
    {Name::blind_transfer, "BlindTransfer"},
    {Name::attended_transfer, "AttendedTransfer"},
    {Name::mix_monitor_start, "MixMonitorStart"},
    {Name::mix_monitor_stop, "MixMonitorStop"},
    {Name::mix_monitor_mute, "MixMonitorMute"},
    {Name::queue_caller_join, "QueueCallerJoin"},
    {Name::queue_caller_leave, "QueueCallerLeave"},
    {Name::queue_caller_abandon, "QueueCallerAbandon"},
    {Name::agent_called, "AgentCalled"},
    {Name::agent_connect, "AgentConnect"},
    {Name::agent_ring_no_answer, "AgentRingNoAnswer"},
    {Name::queue_member_added, "QueueMemberAdded"},
    {Name::queue_member_removed, "QueueMemberRemoved"},
    {Name::queue_member_pause, "QueueMemberPause"},
    {Name::queue_member_status, "QueueMemberStatus"},
    {Name::device_state_change, "DeviceStateChange"},
    {Name::originate_response, "OriginateResponse"},
    {Name::fully_booted, "FullyBooted"},
    {Name::list_complete, "CoreShowChannelsComplete"},
    {Name::list_complete, "BridgeListComplete"},
    {Name::list_complete, "BridgeInfoComplete"},
    {Name::list_complete, "QueueStatusComplete"},
    {Name::list_complete, "DeviceStateListComplete"},
    {Name::core_show_channel, "CoreShowChannel"},
    {Name::bridge_list_item, "BridgeListItem"},
    {Name::bridge_info_channel, "BridgeInfoChannel"},
    {Name::queue_params, "QueueParams"},
    {Name::queue_member, "QueueMember"},
    {Name::queue_entry, "QueueEntry"},
});

constexpr Keys kKeys({
    {Key::action_id, "ActionID"},
    {Key::application, "Application"},
    {Key::application_data, "ApplicationData"},
    {Key::bridge_id, "BridgeId"},
    {Key::bridge_num_channels, "BridgeNumChannels"},
    {Key::bridge_technology, "BridgeTechnology"},
    {Key::bridge_uniqueid, "BridgeUniqueid"},
    {Key::callerid_name, "CallerIDName"},
    {Key::callerid_num, "CallerIDNum"},
    {Key::cause, "Cause"},
    {Key::cause_text, "Cause-txt"},
    {Key::channel, "Channel"},
    {Key::channel_state, "ChannelState"},
    {Key::context, "Context"},
    {Key::core_startup_date, "CoreStartupDate"},
    {Key::core_startup_time, "CoreStartupTime"},
    {Key::dest_uniqueid, "DestUniqueid"},
    {Key::device, "Device"},
    {Key::dial_status, "DialStatus"},
    {Key::dial_string, "DialString"},
    {Key::digit, "Digit"},
    {Key::direction, "Direction"},
    {Key::event_list, "EventList"},
    {Key::exten, "Exten"},
    {Key::extension, "Extension"},
    {Key::forward, "Forward"},
    {Key::from_bridge_uniqueid, "FromBridgeUniqueid"},
    {Key::interface, "Interface"},
    {Key::linkedid, "Linkedid"},
    {Key::local_one_uniqueid, "LocalOneUniqueid"},
    {Key::local_two_uniqueid, "LocalTwoUniqueid"},
    {Key::location, "Location"},
    {Key::message, "Message"},
    {Key::orig_transferer_uniqueid, "OrigTransfererUniqueid"},
    {Key::paused, "Paused"},
    {Key::paused_reason, "PausedReason"},
    {Key::queue, "Queue"},
    {Key::reason, "Reason"},
    {Key::response, "Response"},
    {Key::result, "Result"},
    {Key::second_transferer_exten, "SecondTransfererExten"},
    {Key::second_transferer_uniqueid, "SecondTransfererUniqueid"},
    {Key::source_uniqueid, "SourceUniqueid"},
    {Key::state, "State"},
    {Key::state_interface, "StateInterface"},
    {Key::target_uniqueid, "TargetUniqueid"},
    {Key::tech_cause, "TechCause"},
    {Key::timestamp, "Timestamp"},
    {Key::to_bridge_uniqueid, "ToBridgeUniqueid"},
    {Key::transferee_uniqueid, "TransfereeUniqueid"},
    {Key::transferer_uniqueid, "TransfererUniqueid"},
    {Key::uniqueid, "Uniqueid"},
    {Key::uptime, "Uptime"},
});

}  // namespace

Name name_of(std::string_view event) { return kNames.find(event); }
Key key_of(std::string_view key) { return kKeys.find(key); }
std::string_view word_of(Name name) { return kNames.text_of(name); }

void Event::read(const Message& message) {
  message_ = &message;
  values_ = {};
  has_variables_ = false;
  const bool is_event = message.kind() == Message::Kind::event;
  name_ = is_event ? name_of(message.name()) : Name::other;
  if (is_event && name_ == Name::other) return;
  for (std::size_t i = 0; i < message.size(); ++i) {
    const Message::Field field = message[i];
    const Key key = key_of(field.key);
    std::string_view& value = values_[static_cast<std::size_t>(key)];
    if (!value.data()) value = field.value;
    if (key == Key::none && (field.key.ends_with("ChanVariable") || field.key.ends_with(')'))) has_variables_ = true;
  }
  values_[static_cast<std::size_t>(Key::none)] = {};
}

/// `1795324075.422139`: seconds, then at most six digits.
Instant Event::at() const {
  const std::string_view text = (*this)[Key::timestamp];
  const std::size_t point = text.find('.');
  std::int64_t us = number(text.substr(0, point), -1);
  if (us < 0 || us > 100'000'000'000) return {};
  us *= 1'000'000;
  if (point == text.npos) return {us};
  const std::string_view part = text.substr(point + 1, 6);
  const std::int64_t fraction = number(part, -1);
  if (fraction < 0) return {us};
  constexpr std::int64_t scale[] = {1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
  return {us + fraction * scale[part.size()]};
}

std::int64_t number(std::string_view text, std::int64_t otherwise) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty() ? value : otherwise;
}

}  // namespace callwright::cti::ami
