#include "cti/asterisk/request.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "cti/asterisk/error.hpp"
#include "cti/asterisk/text.hpp"

namespace callwright::cti::asterisk {
namespace {

constexpr std::size_t kIdLimit = 150;  // AST_MAX_UNIQUEID
constexpr std::size_t kNameLimit = 80;
constexpr std::size_t kNumberLimit = 40;
constexpr std::size_t kDigitsLimit = 32;

bool letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool made_of(std::string_view text, std::string_view also, std::size_t limit) {
  return !text.empty() && text.size() <= limit &&
         std::ranges::all_of(text, [&](char c) { return letter_or_digit(c) || also.find(c) != also.npos; });
}

/// Ids of channels and bridges; Asterisk's own have dots and dashes, halves of Local channels a semicolon.
bool is_id(std::string_view text) { return made_of(text, "._:@+/~#;-", kIdLimit); }
/// Contexts, extensions, applications and variables.
bool is_word(std::string_view text) { return made_of(text, "_-", kNameLimit); }

/// A file below the folder of sounds: its path there, without an ending.
bool is_sound(std::string_view text) { return made_of(text, "_-/.", kNameLimit) && text.find("..") == text.npos && text.front() != '/'; }

/// Percent-encodes everything but the unreserved characters of RFC 3986.
std::string encoded(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    if (letter_or_digit(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
  }
  return out;
}

/// Collects path and query. The first refused value ends it: what was built is thrown away.
class Builder {
 public:
  Builder(Request::Method method, std::string_view path) { request_.method = method, request_.target = path; }

  Builder& id(std::string_view value) { return segment(value, is_id(value), "id"); }
  Builder& word(std::string_view value) { return segment(value, is_word(value), "name"); }
  Builder& device(std::string_view value) { return segment(value, is_device(value), "device"); }
  Builder& fixed(std::string_view path) {
    request_.target += path;
    return *this;
  }
  Builder& query_id(std::string_view name, std::string_view value) { return query(name, value, is_id(value)); }
  Builder& query_word(std::string_view name, std::string_view value) { return query(name, value, is_word(value)); }
  Builder& query_device(std::string_view name, std::string_view value) { return query(name, value, is_device(value)); }
  Builder& query_number(std::string_view name, std::int64_t value) { return query(name, std::to_string(value), true); }
  /// For values that this file has made.
  Builder& query_made(std::string_view name, std::string_view value) { return query(name, value, true); }
  Builder& check(bool good, std::string_view what) {
    if (!good && refused_.empty()) refused_ = what;
    return *this;
  }
  Builder& body(std::string text) {
    request_.body = std::move(text);
    return *this;
  }

  Result<Request> done() {
    if (!refused_.empty()) return fail(errc::refused_value, refused_);
    return std::move(request_);
  }

 private:
  Builder& segment(std::string_view value, bool good, std::string_view what) {
    check(good, what);
    request_.target += '/';
    request_.target += encoded(value);
    return *this;
  }
  Builder& query(std::string_view name, std::string_view value, bool good) {
    check(good, name);
    request_.target += first_ ? '?' : '&';
    first_ = false;
    request_.target += name;
    request_.target += '=';
    request_.target += encoded(value);
    return *this;
  }

  Request request_;
  std::string refused_;
  bool first_ = true;
};

constexpr auto kGet = Request::Method::get;
constexpr auto kPost = Request::Method::post;
constexpr auto kPut = Request::Method::put;
constexpr auto kDelete = Request::Method::del;

std::string event_list(std::initializer_list<const char*> types) {
  boost::json::array list;
  for (const char* type : types) list.push_back(boost::json::object{{"type", type}});
  return boost::json::serialize(boost::json::object{{"disallowed", std::move(list)}});
}

/// `"name" <number>`, either part may be missing; empty if both are.
std::string caller_id(const Originate& originate) {
  const std::string name = shown_name(originate.shown_name, kNameLimit);
  const std::string number = shown_number(originate.shown_number, kNumberLimit);
  if (name.empty()) return number;
  return "\"" + name + "\" <" + number + ">";
}

}  // namespace

std::string_view word_of(Request::Method method) {
  switch (method) {
    case kGet: return "GET";
    case kPost: return "POST";
    case kPut: return "PUT";
    case kDelete: return "DELETE";
  }
  return "GET";
}

bool is_device(std::string_view device) {
  const std::size_t slash = device.find('/');
  return slash != device.npos && made_of(device.substr(0, slash), "_", kNameLimit) && made_of(device.substr(slash + 1), "._:@+/-", kNameLimit);
}

bool is_phone(std::string_view device) { return is_device(device) && !device.starts_with("Local/"); }

namespace request {

Request info() { return {kGet, "/asterisk/info", {}}; }
Request channels() { return {kGet, "/channels", {}}; }
Request bridges() { return {kGet, "/bridges", {}}; }
Request endpoints() { return {kGet, "/endpoints", {}}; }
Request ping() { return {kGet, "/asterisk/ping", {}}; }

Result<Request> channel(std::string_view channel_id) { return Builder(kGet, "/channels").id(channel_id).done(); }

Result<Request> application(std::string_view app) { return Builder(kGet, "/applications").word(app).done(); }

Result<Request> device_state(std::string_view device) { return Builder(kGet, "/deviceStates").device(device).done(); }

Result<Request> endpoint(std::string_view device) {
  if (!is_device(device)) return fail(errc::refused_value, "device");
  const std::size_t slash = device.find('/');
  return Builder(kGet, "/endpoints").word(device.substr(0, slash)).id(device.substr(slash + 1)).done();
}

Result<Request> module(std::string_view name) { return Builder(kGet, "/asterisk/modules").id(name).done(); }

Result<Request> subscribe_devices(std::string_view app, std::span<const std::string> devices) {
  std::string sources;
  bool good = !devices.empty();
  for (const std::string& device : devices) {
    good = good && is_device(device);
    sources += (sources.empty() ? "deviceState:" : ",deviceState:") + device;
  }
  return Builder(kPost, "/applications").word(app).fixed("/subscription").check(good, "device").query_made("eventSource", sources).done();
}

Result<Request> filter_events(std::string_view app) {
  static const std::string body =
      event_list({"ChannelVarset", "ChannelDialplan", "BridgeCreated", "ContactStatusChange", "PeerStatusChange",
                  "ChannelUserevent", "ChannelTalkingStarted", "ChannelTalkingFinished", "PlaybackContinuing"});
  return Builder(kPut, "/applications").word(app).fixed("/eventFilter").body(body).done();
}

Result<Request> answer(std::string_view channel_id) { return Builder(kPost, "/channels").id(channel_id).fixed("/answer").done(); }

Result<Request> create_holding(std::string_view bridge_id) { return Builder(kPost, "/bridges").id(bridge_id).query_made("type", "holding").done(); }

Result<Request> create_mixing(std::string_view bridge_id) { return Builder(kPost, "/bridges").id(bridge_id).query_made("type", "mixing").done(); }

Result<Request> add_channels(std::string_view bridge_id, std::span<const std::string> channel_ids) {
  std::string list;
  bool good = !channel_ids.empty();
  for (const std::string& channel_id : channel_ids) {
    good = good && is_id(channel_id);
    list += (list.empty() ? "" : ",") + channel_id;
  }
  return Builder(kPost, "/bridges").id(bridge_id).fixed("/addChannel").check(good, "channel").query_made("channel", list).done();
}

Result<Request> play_music(std::string_view bridge_id) { return Builder(kPost, "/bridges").id(bridge_id).fixed("/moh").done(); }

Result<Request> delete_bridge(std::string_view bridge_id) { return Builder(kDelete, "/bridges").id(bridge_id).done(); }

Result<Request> play(std::string_view channel_id, std::string_view playback_id, const Media& media, std::string_view language) {
  const bool sounds = media.number ? *media.number >= 0 : is_sound(media.sound);
  Builder builder(kPost, "/channels");
  builder.id(channel_id).fixed("/play").id(playback_id).check(sounds, "media");
  builder.query_made("media", media.number ? "number:" + std::to_string(*media.number) : "sound:" + media.sound);
  if (!language.empty()) builder.query_word("lang", language);
  return builder.done();
}

Result<Request> stop_playback(std::string_view playback_id) { return Builder(kDelete, "/playbacks").id(playback_id).done(); }

Result<Request> originate(const Originate& wanted) {
  const std::string contact = std::to_string(wanted.contact.value), offer = std::to_string(wanted.offer.value), epoch = std::to_string(wanted.epoch);
  // ARI counts whole seconds; a timeout that is not one is rounded up, because the offer itself ends in the core.
  const std::int64_t timeout_s = std::clamp<std::int64_t>((wanted.timeout.count() + 999'999) / 1'000'000, 1, 3'600);
  Builder builder(kPost, "/channels");
  builder.id(wanted.channel_id).query_device("endpoint", wanted.endpoint).query_word("app", wanted.app);
  builder.query_made("appArgs", wanted.offer ? "agent," + contact + "," + offer + "," + epoch : "customer," + contact + "," + epoch);
  if (const std::string shown = caller_id(wanted); !shown.empty()) builder.query_made("callerId", shown);
  builder.query_number("timeout", timeout_s);
  if (!wanted.originator.empty()) builder.query_id("originator", wanted.originator);
  boost::json::object variables{{"CALLWRIGHT_CONTACT", contact}};
  if (wanted.offer) variables["CALLWRIGHT_OFFER"] = offer;
  variables["CALLWRIGHT_EPOCH"] = epoch;
  return builder.body(boost::json::serialize(boost::json::object{{"variables", std::move(variables)}})).done();
}

Result<Request> hang_up(std::string_view channel_id, std::int32_t q850) {
  return Builder(kDelete, "/channels").id(channel_id).query_number("reason_code", q850).done();
}

Result<Request> continue_at(std::string_view channel_id, std::string_view context, std::string_view extension) {
  return Builder(kPost, "/channels")
      .id(channel_id)
      .fixed("/continue")
      .query_word("context", context)
      .query_word("extension", extension)
      .query_number("priority", 1)
      .done();
}

Result<Request> dtmf(std::string_view channel_id, std::string_view digits) {
  const bool good = !digits.empty() && digits.size() <= kDigitsLimit && digits.find_first_not_of("0123456789*#ABCD") == digits.npos;
  return Builder(kPost, "/channels").id(channel_id).fixed("/dtmf").check(good, "digits").query_made("dtmf", digits).done();
}

Result<Request> set_global(std::string_view name, std::int64_t value) {
  return Builder(kPost, "/asterisk/variable").query_word("variable", name).query_number("value", value).done();
}

Result<Request> global(std::string_view name) { return Builder(kGet, "/asterisk/variable").query_word("variable", name).done(); }

Result<std::string> events_target(std::string_view app) {
  Result<Request> request = Builder(kGet, "/events").query_word("app", app).done();
  if (!request) return std::unexpected(request.error());
  return std::move(request->target);
}

std::string over_socket(std::int64_t id, const Request& request) {
  boost::json::object message{{"type", "RESTRequest"}, {"request_id", std::to_string(id)}};
  message["method"] = word_of(request.method);
  message["uri"] = std::string_view(request.target).substr(1);  // there without the leading slash
  if (!request.body.empty()) {
    message["content_type"] = "application/json";
    message["message_body"] = request.body;
  }
  return boost::json::serialize(message);
}

}  // namespace request
}  // namespace callwright::cti::asterisk
