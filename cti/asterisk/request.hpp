#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"

namespace callwright::cti::asterisk {

/// One REST request, ready to go: everything in it has been checked and encoded.
struct Request {
  enum class Method : std::uint8_t { get, post, put, del };
  Method method = Method::get;
  std::string target;  ///< path and query below the base path (`/ari`), percent-encoded
  std::string body;    ///< JSON or empty
  bool operator==(const Request&) const = default;
};

std::string_view word_of(Request::Method method);

/// One recording, by its name below the switch's folder of sounds, or one number to be spoken.
struct Media {
  std::string sound;
  std::optional<std::int64_t> number{};  ///< then `sound` is not looked at
  bool operator==(const Media&) const = default;
};

/// The originate of an agent's channel, or of a customer's: then there is no offer.
struct Originate {
  std::string channel_id;
  std::string endpoint;    ///< `PJSIP/agent1`
  std::string app;
  std::string originator;  ///< the caller's channel, for the switch's own records; may be empty
  std::string shown_number;
  std::string shown_name;
  ContactId contact;
  OfferId offer;
  std::int64_t epoch = 0;
  Duration timeout{};
};

/// The only place where a request is written. Each function refuses (`errc::refused_value`) a value that could mean something
/// else where it arrives: control characters and dialplan characters (`,()&|<>"'\${}[]^%?*!=` and blanks) in ids, contexts,
/// extensions, devices and variables. Texts that a telephone shows are reduced instead (text.hpp): a caller chooses his own.
namespace request {

Request info();
Request channels();
Request bridges();
Request endpoints();
Request ping();
Result<Request> channel(std::string_view channel_id);
Result<Request> application(std::string_view app);
Result<Request> device_state(std::string_view device);
Result<Request> endpoint(std::string_view device);
Result<Request> module(std::string_view name);
Result<Request> subscribe_devices(std::string_view app, std::span<const std::string> devices);
/// Keeps the switch from sending events that nobody here reads.
Result<Request> filter_events(std::string_view app);
Result<Request> answer(std::string_view channel_id);
Result<Request> create_holding(std::string_view bridge_id);
Result<Request> create_mixing(std::string_view bridge_id);
Result<Request> add_channels(std::string_view bridge_id, std::span<const std::string> channel_ids);
Result<Request> play_music(std::string_view bridge_id);
Result<Request> delete_bridge(std::string_view bridge_id);
/// `language` empty: the channel's own. Refuses a language that is no word.
Result<Request> play(std::string_view channel_id, std::string_view playback_id, const Media& media, std::string_view language);
Result<Request> stop_playback(std::string_view playback_id);
Result<Request> originate(const Originate& originate);
Result<Request> hang_up(std::string_view channel_id, std::int32_t q850);
Result<Request> continue_at(std::string_view channel_id, std::string_view context, std::string_view extension);
Result<Request> dtmf(std::string_view channel_id, std::string_view digits);
Result<Request> set_global(std::string_view name, std::int64_t value);
Result<Request> global(std::string_view name);
/// Target of the WebSocket: `/events?app=APP`.
Result<std::string> events_target(std::string_view app);
/// A request as the text of one WebSocket message; its answer carries the same `id`.
std::string over_socket(std::int64_t id, const Request& request);

}  // namespace request

/// True if `device` names an end point as ARI wants it: `TECHNOLOGY/RESOURCE`.
bool is_device(std::string_view device);
/// And rings somebody: a `Local/` one is a way through the dialplan, whose legs are hidden and never bridged.
bool is_phone(std::string_view device);

}  // namespace callwright::cti::asterisk
