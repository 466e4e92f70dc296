#include "cti/asterisk/codec.hpp"

#include <boost/json.hpp>
#include <chrono>
#include <functional>
#include <limits>
#include <unordered_map>

#include "base/utf8.hpp"
#include "cti/asterisk/error.hpp"

namespace callwright::cti::asterisk {
namespace {

namespace json = boost::json;

/// Thrown and caught inside this file only: a field is not what the protocol says.
struct Malformed {
  std::string what;
};

Result<json::value> parse(std::string_view text, std::size_t limit) {
  if (text.size() > limit) return fail(errc::too_big, std::to_string(text.size()) + " bytes");
  json::parse_options options;
  options.max_depth = kDepthLimit;
  options.allow_invalid_utf8 = true;
  json::error_code error;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
  if (error == json::error::too_deep) return fail(errc::too_big, "nested too deep");
  if (error) return fail(errc::malformed, error.message());
  return value;
}

const json::object& object_of(const json::value& value, const char* what) {
  const json::object* object = value.if_object();
  if (!object) throw Malformed{std::string(what) + " is no object"};
  return *object;
}

const json::array& array_of(const json::value& value, const char* what) {
  const json::array* array = value.if_array();
  if (!array) throw Malformed{std::string(what) + " is no list"};
  return *array;
}

const json::value& member(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  if (!value) throw Malformed{std::string(name) + " is missing"};
  return *value;
}

std::string text_of(const json::value& value, const char* what) {
  const json::string* text = value.if_string();
  if (!text) throw Malformed{std::string(what) + " is no text"};
  return to_utf8(std::string_view(text->data(), text->size()), kTextLimit);
}

std::string text(const json::object& object, const char* name) { return text_of(member(object, name), name); }

/// A text that may be missing.
std::string text_or_empty(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value && !value->is_null() ? text_of(*value, name) : std::string();
}

/// An id or name: we compare and send it back, so it must be there.
std::string id_text(const json::object& object, const char* name) {
  std::string value = text(object, name);
  if (value.empty()) throw Malformed{std::string(name) + " is empty"};
  return value;
}

std::int32_t number_or_zero(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  if (!value || value->is_null()) return 0;
  const std::int64_t* number = value->if_int64();
  if (!number || *number < std::numeric_limits<std::int32_t>::min() || *number > std::numeric_limits<std::int32_t>::max())
    throw Malformed{std::string(name) + " is no small number"};
  return static_cast<std::int32_t>(*number);
}

bool flag(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value && value->is_bool() && value->get_bool();
}

std::vector<std::string> texts(const json::object& object, const char* name) {
  std::vector<std::string> all;
  const json::value* list = object.if_contains(name);
  if (!list || list->is_null()) return all;
  for (const json::value& each : array_of(*list, name)) all.push_back(text_of(each, name));
  return all;
}

Channel channel_of(const json::value& value) {
  const json::object& object = object_of(value, "channel");
  Channel channel;
  channel.id = id_text(object, "id");
  channel.name = id_text(object, "name");
  channel.state = text_or_empty(object, "state");
  if (const json::value* caller = object.if_contains("caller")) {
    channel.caller_number = text_or_empty(object_of(*caller, "caller"), "number");
    channel.caller_name = text_or_empty(object_of(*caller, "caller"), "name");
  }
  channel.redirecting_number = text_or_empty(object, "caller_rdnis");
  if (const json::value* place = object.if_contains("dialplan")) {
    const json::object& dialplan = object_of(*place, "dialplan");
    channel.exten = text_or_empty(dialplan, "exten");
    channel.app_name = text_or_empty(dialplan, "app_name");
    channel.app_data = text_or_empty(dialplan, "app_data");
  }
  return channel;
}

Bridge bridge_of(const json::value& value) {
  const json::object& object = object_of(value, "bridge");
  return {id_text(object, "id"), text_or_empty(object, "bridge_type"), texts(object, "channels")};
}

Channel channel_in(const json::object& event) { return channel_of(member(event, "channel")); }
Bridge bridge_in(const json::object& event) { return bridge_of(member(event, "bridge")); }

EventBody stasis_start(const json::object& event) {
  StasisStart start{channel_in(event), texts(event, "args"), {}};
  if (const json::value* replaced = event.if_contains("replace_channel"); replaced && !replaced->is_null()) start.replaced = channel_of(*replaced);
  return start;
}

std::optional<Channel> channel_or_none(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value && !value->is_null() ? std::optional(channel_of(*value)) : std::nullopt;
}

EventBody blind_transfer(const json::object& event) {
  return Transferred{false, channel_in(event), {}, channel_or_none(event, "transferee"), text_or_empty(event, "exten"), text(event, "result")};
}

EventBody attended_transfer(const json::object& event) {
  return Transferred{true,
                     channel_of(member(event, "transferer_first_leg")),
                     channel_or_none(event, "transferer_second_leg"),
                     channel_or_none(event, "transferee"),
                     {},
                     text(event, "result")};
}

EventBody transfer_asked(const json::object& event) {
  const json::object& to = object_of(member(event, "refer_to"), "refer_to");
  const json::object& by = object_of(member(event, "referred_by"), "referred_by");
  TransferAsked asked{channel_of(member(by, "source_channel")), channel_or_none(by, "connected_channel"), channel_or_none(to, "destination_channel"), {},
                      text_or_empty(event, "state")};
  if (const json::value* wanted = to.if_contains("requested_destination"); wanted && !wanted->is_null())
    asked.to = text_or_empty(object_of(*wanted, "requested_destination"), "destination");
  return asked;
}

EventBody recording_told(const json::object& event) {
  const json::object& recording = object_of(member(event, "recording"), "recording");
  return RecordingTold{id_text(recording, "name"), text(recording, "target_uri"), text(recording, "state"), text_or_empty(recording, "cause")};
}

EventBody playback_told(const json::object& event) {
  const json::object& playback = object_of(member(event, "playback"), "playback");
  return PlaybackTold{id_text(playback, "id"), text(playback, "state")};
}

/// ARI lets a bridge event come without its channel; there is nothing to conclude from that one.
template <class Body>
EventBody bridge_event(const json::object& event) {
  if (!event.if_contains("channel")) return UnknownEvent{"bridge event without channel"};
  return Body{channel_in(event), bridge_in(event)};
}

/// `message_body` is JSON as text, and read as such only when somebody wants it: cut, it would be none.
EventBody rest_answer(const json::object& event) {
  RestAnswer answer{text_or_empty(event, "request_id"), number_or_zero(event, "status_code"), {}};
  if (const json::value* body = event.if_contains("message_body"); body && !body->is_null()) {
    const json::string* raw = body->if_string();
    if (!raw) throw Malformed{"message_body is no text"};
    answer.body.assign(raw->data(), raw->size());
  }
  return answer;
}

EventBody device_state(const json::object& event) {
  const json::object& state = object_of(member(event, "device_state"), "device_state");
  return DeviceState{id_text(state, "name"), id_text(state, "state")};
}

using Reader = std::function<EventBody(const json::object&)>;

const std::unordered_map<std::string_view, Reader>& readers() {
  static const std::unordered_map<std::string_view, Reader> table = {
      {"StasisStart", stasis_start},
      {"StasisEnd", [](const json::object& e) -> EventBody { return StasisEnd{channel_in(e)}; }},
      {"ChannelCreated", [](const json::object& e) -> EventBody { return ChannelSeen{channel_in(e)}; }},
      {"ChannelStateChange", [](const json::object& e) -> EventBody { return ChannelSeen{channel_in(e)}; }},
      {"ChannelDestroyed",
       [](const json::object& e) -> EventBody {
         return ChannelDestroyed{channel_in(e), number_or_zero(e, "cause"), text_or_empty(e, "cause_txt"), number_or_zero(e, "tech_cause")};
       }},
      {"ChannelHangupRequest",
       [](const json::object& e) -> EventBody { return HangupRequested{channel_in(e), number_or_zero(e, "cause"), flag(e, "soft")}; }},
      {"ChannelEnteredBridge", bridge_event<BridgeEntered>},
      {"ChannelLeftBridge", bridge_event<BridgeLeft>},
      {"BridgeMerged",
       [](const json::object& e) -> EventBody { return BridgeMerged{bridge_in(e), bridge_of(member(e, "bridge_from"))}; }},
      {"BridgeDestroyed", [](const json::object& e) -> EventBody { return BridgeDestroyed{bridge_in(e)}; }},
      {"ChannelHold", [](const json::object& e) -> EventBody { return ChannelHold{channel_in(e)}; }},
      {"ChannelUnhold", [](const json::object& e) -> EventBody { return ChannelUnhold{channel_in(e)}; }},
      {"ChannelCallerId", [](const json::object& e) -> EventBody { return CallerChanged{channel_in(e)}; }},
      {"ChannelConnectedLine", [](const json::object& e) -> EventBody { return CallerChanged{channel_in(e)}; }},
      {"BridgeBlindTransfer", blind_transfer},
      {"BridgeAttendedTransfer", attended_transfer},
      {"ChannelTransfer", transfer_asked},
      {"RecordingStarted", recording_told},
      {"RecordingFinished", recording_told},
      {"RecordingFailed", recording_told},
      {"PlaybackStarted", playback_told},
      {"PlaybackFinished", playback_told},
      {"ChannelDtmfReceived", [](const json::object& e) -> EventBody { return DtmfReceived{channel_in(e), id_text(e, "digit")}; }},
      {"Dial", [](const json::object& e) -> EventBody { return Dialled{channel_of(member(e, "peer")), text(e, "dialstatus"), text_or_empty(e, "forward")}; }},
      {"DeviceStateChanged", device_state},
      {"ApplicationReplaced", [](const json::object&) -> EventBody { return ApplicationReplaced{}; }},
      {"MissingParams", [](const json::object&) -> EventBody { return MissingParams{}; }},
      {"RESTResponse", rest_answer},
  };
  return table;
}

/// Parses `body` and hands it to `read`; both kinds of failure become an Error.
template <class Read>
auto read_body(std::string_view body, std::size_t limit, Read read) -> Result<decltype(read(std::declval<const json::value&>()))> {
  const Result<json::value> value = parse(body, limit);
  if (!value) return std::unexpected(value.error());
  try {
    return read(*value);
  } catch (const Malformed& malformed) {
    return fail(errc::malformed, malformed.what);
  }
}

template <class Element, class Read>
std::vector<Element> each_of(const json::value& value, Read read) {
  std::vector<Element> all;
  for (const json::value& element : array_of(value, "answer")) all.push_back(read(element));
  return all;
}

Endpoint endpoint_of(const json::value& value) {
  const json::object& object = object_of(value, "endpoint");
  return {id_text(object, "technology") + "/" + id_text(object, "resource"), text_or_empty(object, "state"), texts(object, "channel_ids")};
}

Info info_of(const json::value& value) {
  const json::object& object = object_of(value, "info");
  const json::object& system = object_of(member(object, "system"), "system");
  const json::object& status = object_of(member(object, "status"), "status");
  Info info{text_or_empty(system, "version"), read_stamp(text(status, "startup_time"))};
  if (info.startup.us == 0) throw Malformed{"startup_time is no date"};
  return info;
}

/// The decimal number in text[from, from + length), or -1.
int digits(std::string_view text, std::size_t from, std::size_t length) {
  if (from + length > text.size()) return -1;
  int value = 0;
  for (std::size_t i = from; i < from + length; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

/// Minutes east of UTC of `Z`, `+hhmm` or `+hh:mm`; false if it is none of these.
bool read_offset(std::string_view text, int& minutes) {
  if (text == "Z") return minutes = 0, true;
  if (text.size() < 5 || (text[0] != '+' && text[0] != '-')) return false;
  const std::size_t colon = text[3] == ':' ? 1 : 0;
  const int hh = digits(text, 1, 2), mm = digits(text, 3 + colon, 2);
  if (hh < 0 || mm < 0 || text.size() != 5 + colon) return false;
  minutes = (hh * 60 + mm) * (text[0] == '-' ? -1 : 1);
  return true;
}

}  // namespace

Result<Event> read_event(std::string_view text_in) {
  return read_body(text_in, kEventLimit, [](const json::value& value) {
    const json::object& object = object_of(value, "event");
    Event event;
    const std::string type = id_text(object, "type");
    event.application = text_or_empty(object, "application");
    event.at = read_stamp(text_or_empty(object, "timestamp"));
    const auto reader = readers().find(type);
    event.body = reader == readers().end() ? EventBody(UnknownEvent{type.substr(0, 64)}) : reader->second(object);
    return event;
  });
}

Result<std::vector<Channel>> read_channels(std::string_view body) {
  return read_body(body, kReplyLimit, [](const json::value& value) { return each_of<Channel>(value, channel_of); });
}
Result<std::vector<Bridge>> read_bridges(std::string_view body) {
  return read_body(body, kReplyLimit, [](const json::value& value) { return each_of<Bridge>(value, bridge_of); });
}
Result<std::vector<Endpoint>> read_endpoints(std::string_view body) {
  return read_body(body, kReplyLimit, [](const json::value& value) { return each_of<Endpoint>(value, endpoint_of); });
}
Result<Info> read_info(std::string_view body) { return read_body(body, kReplyLimit, info_of); }
Result<Channel> read_channel(std::string_view body) { return read_body(body, kReplyLimit, channel_of); }
Result<DeviceState> read_device_state(std::string_view body) {
  return read_body(body, kReplyLimit, [](const json::value& value) {
    const json::object& object = object_of(value, "device state");
    return DeviceState{id_text(object, "name"), id_text(object, "state")};
  });
}

Result<Endpoint> read_endpoint(std::string_view body) { return read_body(body, kReplyLimit, endpoint_of); }
Result<Instant> read_ping(std::string_view body) {
  return read_body(body, kReplyLimit, [](const json::value& value) { return read_stamp(text(object_of(value, "ping"), "timestamp")); });
}
Result<std::string> read_module_status(std::string_view body) {
  return read_body(body, kReplyLimit, [](const json::value& value) { return text(object_of(value, "module"), "status"); });
}
Result<std::string> read_variable(std::string_view body) {
  return read_body(body, kReplyLimit, [](const json::value& value) { return text(object_of(value, "variable"), "value"); });
}

std::string read_reason(std::string_view body) {
  constexpr std::size_t limit = 200;
  const Result<json::value> value = parse(body, kReplyLimit);
  if (value && value->is_object())
    for (const char* name : {"message", "error"})
      if (const json::value* reason = value->get_object().if_contains(name); reason && reason->is_string())
        return to_utf8(std::string_view(reason->get_string().data(), reason->get_string().size()), limit);
  return to_utf8(body.substr(0, body.find_first_of("\r\n")), limit);
}

Instant read_stamp(std::string_view stamp) {
  const int year = digits(stamp, 0, 4), month = digits(stamp, 5, 2), day = digits(stamp, 8, 2);
  const int hour = digits(stamp, 11, 2), minute = digits(stamp, 14, 2), second = digits(stamp, 17, 2);
  if (year < 1970 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) return {};
  if (hour > 23 || minute > 59 || second > 60) return {};
  std::int64_t fraction_us = 0;
  std::size_t next = 19;
  if (next < stamp.size() && stamp[next] == '.')
    for (std::int64_t unit = 100'000; ++next < stamp.size() && stamp[next] >= '0' && stamp[next] <= '9'; unit /= 10) fraction_us += (stamp[next] - '0') * unit;
  int offset_minutes = 0;
  if (next > stamp.size() || !read_offset(stamp.substr(next), offset_minutes)) return {};
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return {};
  const std::int64_t seconds = std::chrono::sys_days(date).time_since_epoch().count() * std::int64_t{86'400} + hour * 3'600 + (minute - offset_minutes) * 60 + second;
  return {seconds * 1'000'000 + fraction_us};
}

std::int64_t read_http_date(std::string_view text) {
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || !text.ends_with(" GMT")) return 0;
  const std::size_t month = months.find(text.substr(8, 3));
  const int year = digits(text, 12, 4), day = digits(text, 5, 2);
  const int hour = digits(text, 17, 2), minute = digits(text, 20, 2), second = digits(text, 23, 2);
  if (month == months.npos || month % 3 != 0 || year < 1970 || day < 1 || hour < 0 || minute < 0 || second < 0) return 0;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month / 3 + 1)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return 0;
  return std::chrono::sys_days(date).time_since_epoch().count() * std::int64_t{86'400} + hour * 3'600 + minute * 60 + second;
}

}  // namespace callwright::cti::asterisk
