#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "cti/freeswitch/answers.hpp"
#include "cti/freeswitch/devices.hpp"
#include "cti/freeswitch/event.hpp"
#include "cti/freeswitch/settings.hpp"
#include "cti/model/switch_event.hpp"

namespace callwright::cti::freeswitch {

/// Turns what FreeSWITCH says about channels into the normal events of the call model. Pure.
///
/// Every channel is a leg, from the first word about it until CHANNEL_HANGUP: what comes later (CHANNEL_HANGUP_COMPLETE, which need not come) only
/// says more. Two channels that hear each other are told by one CHANNEL_BRIDGE and one CHANNEL_UNBRIDGE; the connected set gets a name made of both
/// ids. A leg that we originated counts as connected only when it is parked: a bridge would take it a moment earlier, and fail.
///
/// A caller is ours when the dialplan has parked him with the channel variable `callwright_entry`; then he asks for a route.
///
/// The end of a phone that talked to a caller or customer waits until it is known what becomes of him (his own end, another partner, a park; 300 ms
/// at most), because FreeSWITCH says "transfer" by nothing else. Whom the dialplan leads on then (a blind transfer, what follows a `bridge` in the
/// dialplan) is not alone: a hidden half `ID/dialplan` stands in the phone's place until he talks again, as a Local channel does for Asterisk.
class Channels {
 public:
  struct Effects {
    std::vector<model::SwitchEventBody> events;
    std::vector<std::string> not_routable;  ///< loopback halves that ask for a route: hidden, so nobody would ever answer them
  };
  /// A channel of a snapshot, and the channel variable `callwright_entry` that it has.
  struct Listed {
    ChannelRow row;
    std::string entry;
    std::string queue;  ///< of mod_callcenter, in which it waits
  };

  static constexpr std::string_view kHalf = "/dialplan";  ///< behind a channel's id: who stands for the dialplan
  static constexpr std::size_t kRememberedEnds = 4096;
  static constexpr std::size_t kLegs = 100'000;
  static constexpr std::size_t kRecordings = 4096;  ///< more that run at once are not told

  explicit Channels(const Settings& settings);
  void know_devices(const std::vector<std::string>& devices);
  const Devices& devices() const { return devices_; }

  /// False: the event lacks what it must have.
  bool on(const Event& event, Instant now, Effects& effects);
  /// When `wake` must be called at the latest.
  std::optional<Instant> due() const;
  void wake(Instant now, Effects& effects);

  /// Forgets everything and begins again with what the switch shows now. The first event in `effects` is the Snapshot.
  void begin(const std::vector<Listed>& listed, const std::vector<BridgedPair>& bridged, Effects& effects);

  // What our commands have asked for; it tells what the events that follow mean.
  void ending(const std::string& id, journal::Cause cause);
  /// The dialplan has him again: he has left our hands, until he is parked with an entry again.
  void released(const std::string& id, Effects& effects);
  void music_begins(const std::string& id);

  bool knows(const std::string& id) const { return legs_.contains(id); }
  bool plays_music(const std::string& id) const;
  /// A half that we made up: no channel of the switch.
  static bool is_made_up(std::string_view id);
  std::size_t size() const { return legs_.size(); }

 private:
  /// A leg whose end is not told yet.
  struct Parting {
    model::LegGone gone;
    std::string partner;
    Instant until;
    std::optional<model::Transfer> transfer;
  };
  struct Leg {
    std::string device;
    model::DeviceClass kind = model::DeviceClass::trunk;
    model::Tokens tokens;
    bool called = false;  ///< FreeSWITCH calls it
    std::string ani, name, redirecting;
    journal::LegState state = journal::LegState::initiated;
    bool up = false;
    std::string bridge, partner;
    std::string last_partner;            ///< whom it talked to, and left while both lived
    std::string transfer_source;         ///< the last one told of it
    std::optional<std::string> sent_to;  ///< by a blind transfer that nobody's end explains yet
    bool waits = false;                  ///< parked with us
    bool music = false;                  ///< ours
    std::string half;                    ///< that stands for the dialplan
    std::string pair;
    std::optional<journal::Cause> asked_to_end;
    std::optional<Parting> parting;

    bool ours() const { return static_cast<bool>(tokens.contact); }
    bool is_outside() const { return kind == model::DeviceClass::trunk; }
  };

  void on_park(const Event& event, Effects& effects);
  void on_bridge(const Event& event, Effects& effects);
  void on_unbridge(const Event& event, Effects& effects);
  void on_uuid(const Event& event, Effects& effects);
  void on_update(const Event& event, Effects& effects);
  void on_recording(const Event& event, bool began, Effects& effects);
  void on_conference(const Event& event, Effects& effects);
  void on_hangup(const Event& event, Instant now, Effects& effects);
  void hold(const Event& event, bool held, Effects& effects);

  Leg* find(std::string_view id);
  Leg* known_or_new(const Event& event, Effects& effects);
  Leg& create(const Event& event, Effects& effects);
  void describe(std::string_view id, const ChannelIdentity& channel, Leg& leg) const;
  model::LegCreated description(const std::string& id, const Leg& leg, std::string_view destination) const;
  void pair_halves(const std::string& id, Leg& leg, std::string_view other, Effects& effects);
  void advance(const std::string& id, Leg& leg, journal::LegState state, Effects& effects);
  void part(const std::string& id, Effects& effects);
  model::LegGone end_of(const std::string& id, const Leg& leg, const Event& event) const;

  // channels_parting.cpp
  void note_transfer(Leg& leg, const Event& event);
  void say_goodbye(const std::string& id, Parting parting, Instant now, Effects& effects);
  enum class Became : std::uint8_t { ours_or_anothers, led_on, ended };
  void settle_partings(const std::string& partner, Became became, Effects& effects);
  void hand_on(const std::string& id, const std::string& partner, Effects& effects);
  void lead(const std::string& id, const std::string& replaced, Effects& effects);
  void end_half(Leg& leg, Effects& effects);
  void gone(const std::string& id, Effects& effects);
  void remember_end(const std::string& id);

  Devices devices_;
  std::vector<std::string> trunk_profiles_;
  Duration part_limit_;
  std::map<std::string, Leg, std::less<>> legs_;
  std::map<std::string, std::string> recordings_;  ///< by name, that began and are told: whose
  std::set<std::string, std::less<>> released_;
  std::set<std::string, std::less<>> ended_;
  std::deque<std::string> ended_order_;
  std::set<std::pair<Instant, std::string>> partings_;
};

}  // namespace callwright::cti::freeswitch
