#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cti/asterisk/ami/event.hpp"
#include "cti/asterisk/ami/settings.hpp"
#include "cti/model/switch_event.hpp"

namespace callwright::cti::ami {

/// A text from the wire as it goes out: valid UTF-8 without control characters, at most `limit` bytes; `<unknown>` is nothing.
std::string text(std::string_view from, std::size_t limit = 256);

/// A channel that Asterisk made for its own use: announcers, recorders, snoops.
bool is_internal(std::string_view channel);

/// What the lists of a snapshot say, each item as it came.
struct Listed {
  struct Channel {
    std::string uniqueid, name, context, extension, caller_number, caller_name, application, application_data, bridge, linkedid;
    std::int64_t state = 0;
  };
  struct Bridge {
    std::string id;
    bool holding = false;
    std::int64_t channels = 0;
  };
  struct Member {
    std::string queue, interface, state_interface, reason;
    bool paused = false;
  };
  struct Entry {
    std::string queue, uniqueid;
  };
  struct Device {
    std::string name, state;
  };
  std::vector<Channel> channels;
  std::vector<Bridge> bridges;
  std::vector<Member> members;
  std::vector<Entry> entries;
  std::vector<Device> devices;

  /// An item of a list. False: it is none, or cannot be read.
  bool add(const Event& item);
};

/// Turns what the manager interface says about channels and bridges into the normal events of the call model. Pure.
///
/// A leg is a channel, its id the channel's Uniqueid, from `Newchannel` to `Hangup`. What Asterisk makes for itself (announcers, recorders, snoops)
/// is none. The halves of a Local channel are hidden legs, told as a LocalPair. While Asterisk optimises them away, who leaves a bridge is told
/// behind who enters the other one, so that nobody seems to part meanwhile. A join is a bridge, except one in which channels wait (holding bridges,
/// the parking lot).
///
/// An outgoing trunk channel is told with the first word about it after `Newchannel`: only then it is known that it goes out, and to which number.
/// Transfers are told beside, as the switch's word; who talks then is told by bridges, and a `BridgeEnter` with `SwapUniqueid` is one like every
/// other. Attended transfers come after the fact. A hold is the phone's own.
class Channels {
 public:
  static constexpr std::size_t kLegs = 100'000;  ///< more are not looked at, as in the model
  static constexpr std::size_t kVariables = 64;  ///< of one leg

  using Events = std::vector<model::SwitchEventBody>;

  explicit Channels(const Settings& settings);

  /// Devices of agents: stations, whatever their context. Replaces the list.
  void know_devices(const std::vector<std::string>& devices);
  bool is_agents(std::string_view device) const { return devices_.contains(device); }

  /// False: it lacks what an event of its name must have. Events about channels that are no legs say nothing.
  bool on(const Event& event, Events& events);

  /// Forgets everything and begins again with what the lists show. What a phone holds, and a caller's number before the dialplan moved him, no list
  /// tells: it is remembered over a gap, not over our own restart. The caller tells the snapshot, then `events`: pairs, then the state of each
  /// device.
  model::Snapshot begin(const Listed& listed, Events& events);

  /// Our `End` is on its way.
  void ending(std::string_view id, journal::Cause cause);

  bool knows(std::string_view id) const { return legs_.contains(id); }
  /// The name by which commands reach it; empty if it is not known.
  std::string name_of(std::string_view id) const;
  /// The channel's own last word before its end, as a Q.850 code; 0 if it said none.
  std::int32_t announced(std::string_view id) const;
  /// Who stands behind a half of a Local channel: the first leg that is none in the other half's bridge. The leg itself if it is no half, or nobody
  /// does.
  std::string behind(std::string_view id) const;
  std::size_t size() const { return legs_.size(); }

 private:
  struct Leg {
    std::string channel;  ///< its name on the switch
    std::string device;
    model::DeviceClass device_class = model::DeviceClass::unknown;
    model::Tokens tokens;
    bool calls_in = false;  ///< it rang at the switch; otherwise the switch, or we, made it
    bool told = false;
    std::string ani, name, dnis;
    journal::LegState state = journal::LegState::initiated;
    std::string bridge;                          ///< in which it has its talk path
    std::string pair;                            ///< the other half
    std::string moved;                           ///< of a half: the channel that takes the other one's place
    bool moving = false;                         ///< a Local channel is optimised away around it
    bool left = false;                           ///< and it has left `bridge`, which is not told yet
    std::optional<std::int32_t> announced;       ///< HangupRequest: it wants to end itself
    std::optional<journal::Cause> asked_to_end;  ///< by us
    std::string dial_status;                     ///< the first DialEnd
    std::int32_t recordings = 0;
    bool recording_paused = false;
    std::map<std::string, std::string, std::less<>> variables;
  };
  using Legs = std::map<std::string, Leg, std::less<>>;

  bool take(const Event& event, Events& events);
  bool on_new(const Event& event, Events& events);
  void on_state(Legs::value_type& leg, const Event& event, Events& events);
  void on_caller(Legs::value_type& leg, const Event& event, Events& events);
  void on_dial(const Event& event, Events& events);
  void on_hold(Legs::value_type& leg, bool held, Events& events);
  void on_enter(Legs::value_type& leg, const Event& event, Events& events);
  void on_leave(Legs::value_type& leg, const Event& event, Events& events);
  void on_merge(const Event& event, Events& events);
  void on_optimization(const Event& event, Events& events);
  void on_pair(std::string_view one, std::string_view two, Events& events);
  void on_transfer(const Event& event, Events& events);
  void on_recording(Legs::value_type& leg, const Event& event, Events& events);
  void on_hangup(Legs::iterator leg, const Event& event, Events& events);
  void on_device(std::string_view name, std::string_view state, Events& events);
  void attach_variables(const Event& event, Events& events);

  Legs::value_type* find(std::string_view id);
  /// The same; it is told if it is not yet.
  Legs::value_type* meet(std::string_view id, Events& events);
  model::Tokens tokens_of(std::string_view id) const;
  model::DeviceClass class_of(std::string_view device, std::string_view context, const model::Tokens& tokens) const;
  model::LegCreated description(const Legs::value_type& leg) const;
  void tell(Legs::value_type& leg, Events& events);
  void advance(Legs::value_type& leg, journal::LegState state, Events& events);
  void leave(Legs::value_type& leg, Events& events);
  void tell_device(const std::string& name, bool always, Events& events);

  struct Device {
    std::string state;
    bool told = false, busy = false, reachable = true;
  };

  bool dials_;  ///< we call customers here
  std::set<std::string, std::less<>> station_contexts_;
  std::map<std::string, Device, std::less<>> devices_;
  Legs legs_;
};

}  // namespace callwright::cti::ami
