#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cti/asterisk/message.hpp"
#include "cti/asterisk/settings.hpp"
#include "cti/model/switch_event.hpp"

namespace callwright::cti::asterisk {

/// Turns what ARI says about channels and bridges into the normal events of the call model. Pure.
///
/// A leg begins when its channel enters our application, or, for one that we originate, with the first word about it. It
/// ends with `ChannelDestroyed`; a caller's channel ends for us when it leaves the application, because ARI then falls silent
/// about it: hung up if a hang-up was announced before, handed over if not. What is in doubt is put into `Effects` for the
/// machine to ask the switch about. An originated channel counts as connected only when it is up and inside the
/// application: a bridge would refuse it a moment earlier.
///
/// Hold: the caller moves to his holding bridge. For the model he keeps his talk path and the agent's leg is `held`, as in
/// ECMA-269; so the move is hidden if we asked for it, or if a snapshot shows the agent alone in the talk bridge. What a phone
/// holds by itself no list tells: it is remembered over a snapshot, not over our own restart.
///
/// Transfers, recordings and diversions are told beside it, as the switch's word: they change no leg here.
///
/// A caller who leaves the application and is in it again before we have asked what became of him (a redirection) asks again.
///
/// Of a Local channel usually one half is in our application and the other in the dialplan, out of our sight. When both are ours
/// (an agent's REFER to a number that enters our application) they are told as a LocalPair. A half that asks for a route is no
/// caller of its own and cannot be queued. Its request is told, and is that of the customer in whose talk the other half has taken the
/// agent's place; the two halves are told in either order. If it leads to none a moment later, whoever stands behind it is better off
/// in the fallback.
class Channels {
 public:
  /// What follows from an event besides events.
  struct Effects {
    std::vector<model::SwitchEventBody> events;
    std::vector<std::string> empty_bridges;      ///< ours, to be deleted
    std::vector<std::string> doubtful_channels;  ///< gone, or elsewhere: ask
    std::vector<std::string> doubtful_devices;   ///< our leg on it ended while it was in use: ask
    std::vector<std::string> not_routable;       ///< Local halves that ask for a route for nobody of ours: nobody would ever answer them
  };

  static constexpr std::size_t kRecordingLimit = 4096;  ///< more that run at once are not told

  explicit Channels(const Settings& settings);

  /// Devices of agents; others are trunks. Replaces the list.
  void know_devices(const std::vector<std::string>& devices);

  void on(const Event& event, Effects& effects);

  /// Forgets everything and begins again with what the switch shows now. The first event in `effects` is the Snapshot, then
  /// comes the state of each known device.
  void begin(const std::vector<Channel>& channels, const std::vector<Bridge>& bridges, const std::vector<Endpoint>& endpoints, Effects& effects);

  // What our commands have asked for; it tells what the events that follow mean.
  void ending(const std::string& channel_id, journal::Cause cause);
  void releasing(const std::string& channel_id);
  void holding(const std::string& customer_id, const std::string& agent_id);
  void hold_failed(const std::string& customer_id, Effects& effects);

  /// The switch's answer about a doubtful channel; nullptr: it does not exist.
  void looked_up(const std::string& channel_id, const Channel* channel, Effects& effects);
  void looked_up(const DeviceState& device, Effects& effects) { on_device(device, effects); }

  bool knows(const std::string& channel_id) const { return legs_.contains(channel_id); }
  /// The mixing bridge that a channel is in, or was in before it was put on hold; empty if none.
  std::string talk_bridge_of(const std::string& channel_id) const;
  bool on_hold(const std::string& channel_id) const;
  std::size_t size() const { return legs_.size(); }

 private:
  struct Leg {
    std::string channel;  ///< its name on the switch
    std::string device;
    model::Tokens tokens;
    bool ours = false;      ///< we originated it
    bool successor = false; ///< it takes another one's place by a transfer: whose it is, that one says
    std::string entry;
    std::string ani, name, redirecting;
    journal::LegState state = journal::LegState::initiated;
    bool up = false;
    bool inside = false;      ///< in our application
    std::string bridge;       ///< the mixing bridge it has its talk path in
    bool phone_held = false;  ///< by its own phone

    std::string held_by;      ///< the agent's channel for which our Hold was asked
    bool moved_out = false;   ///< that hold took it out of `bridge` already
    bool on_hold = false;     ///< and it stands in the holding bridge

    struct Announced { std::int32_t cause = 0; bool soft = false; bool shutdown = false; };
    std::optional<Announced> announced;         ///< ChannelHangupRequest
    std::optional<journal::Cause> asked_to_end; ///< by us
    bool released = false;                      ///< by us
    bool left = false;                          ///< has left the application
    bool asks = false;                          ///< a Local half that asked for a route, and nobody has looked since whom it leads to

    bool called() const { return ours && tokens.contact && !tokens.offer; }  ///< a customer whom we called
    bool customer() const { return !tokens.contact || called(); }
  };

  void on_start(const StasisStart& start, Effects& effects);
  void ask(const std::string& id, Leg& leg, Effects& effects);
  void come_back(const std::string& id, Leg& leg, const std::string& entry, Effects& effects);
  bool leads_to_customer(const Leg& half) const;
  void on_end(const StasisEnd& end, Effects& effects);
  void on_seen(const Channel& channel, Effects& effects);
  void on_destroyed(const ChannelDestroyed& destroyed, Effects& effects);
  void on_hangup(const HangupRequested& request);
  void on_entered(const BridgeEntered& entered, Effects& effects);
  void on_left(const BridgeLeft& left, Effects& effects);
  void on_merged(const BridgeMerged& merged, Effects& effects);
  void on_bridge_destroyed(const Bridge& bridge, Effects& effects);
  void on_phone_hold(const Channel& channel, bool held, Effects& effects);
  void on_caller(const Channel& channel, Effects& effects);
  void on_transferred(const Transferred& transferred, Effects& effects);
  void on_transfer_asked(const TransferAsked& asked, Effects& effects);
  void on_recording(const RecordingTold& told, Effects& effects);
  bool records_ours(const RecordingTold& told) const;
  void on_dialled(const Dialled& dialled, Effects& effects);
  void on_device(const DeviceState& device, Effects& effects);

  Leg* find(const std::string& channel_id);
  /// The leg of a channel that we originated, made known by the first word about it; null if it is not ours.
  Leg* known_or_ours(const Channel& channel, Effects& effects);
  Leg& create(const Channel& channel, const model::Tokens& tokens, bool ours, Effects& effects, bool successor = false);
  void tell_pair(const std::string& id, Effects& effects);
  model::LegCreated description(const Channel& channel, const Leg& leg) const;
  void advance(const std::string& id, Leg& leg, journal::LegState state, Effects& effects);
  void connected_if_inside(const std::string& id, Leg& leg, Effects& effects);
  bool is_held(const std::string& id, const Leg& leg) const;
  void tell_hold(const std::string& id, Effects& effects);
  void leave_bridge(const std::string& id, Leg& leg, Effects& effects);
  void end_holds_by(const std::string& agent_id, Effects& effects);
  void gone(const std::string& id, std::int32_t raw_code, std::string raw_text, Effects& effects);
  void gone_as(const std::string& id, journal::Cause cause, std::int32_t raw_code, std::string raw_text, journal::EndedBy by, Effects& effects);
  void tell_device(const std::string& device, bool busy, bool reachable, bool always, Effects& effects);
  bool in_our_application(const Channel& channel) const;
  std::string arguments_of(const Channel& channel) const;

  struct Device {
    std::string state;
    bool told = false, busy = false, reachable = true;
  };

  std::string app_;
  std::map<std::string, Device> devices_;
  std::map<std::string, Leg> legs_;
  std::map<std::string, RecordingTold> recordings_;  ///< by name, that began and are told; at most kRecordingLimit
};

}  // namespace callwright::cti::asterisk
