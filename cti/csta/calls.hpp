#pragma once
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cti/csta/codec.hpp"
#include "cti/csta/settings.hpp"
#include "cti/model/switch_event.hpp"

namespace callwright::cti::csta {

/// One call of a snapshot.
struct ListedCall {
  std::string call;
  Device calling, called;
  std::vector<Listed> connections;
};

/// Turns what CSTA says about connections into the normal events of the call model. Pure.
///
/// A leg is a connection, named CALL/DEVICE after the call in which it began: call ids change at a transfer or conference, and the leg keeps its
/// name through it. Who talks in one call stands in one bridge, which has the call's id. The call of several watched devices is told by each of their
/// monitors: what is known already says nothing again.
///
/// Only watched devices have monitors. The caller is concluded from what their events say of him, and a call in which no watched device is left is
/// out of sight: who is still in it ends here.
class Calls {
 public:
  static constexpr std::size_t kLegs = 100'000;            ///< more are not looked at, as in the model
  static constexpr std::size_t kRememberedNames = 16'384;  ///< of ended legs: one that comes again gets a number behind it

  using Events = std::vector<model::SwitchEventBody>;

  explicit Calls(const Settings& settings) : stations_(settings.stations) {}

  /// Devices of agents, as the centre document writes them. Replaces the list.
  void know_devices(const std::vector<std::string>& devices);
  /// As the centre document writes it; empty if it is nobody's.
  std::string watched(const Device& device) const;

  void on(const Message& message, Events& events);
  /// Begins again with what a snapshot shows. What it does not tell (numbers, direction) is remembered of legs that are known.
  model::Snapshot begin(const std::vector<ListedCall>& calls);
  /// The switch has restarted: nothing that was known lives.
  void forget();

  /// Our `End` is on its way.
  void ending(std::string_view leg, journal::Cause cause);
  /// How the switch calls it now; none if it is not known.
  std::optional<Connection> connection_of(std::string_view leg) const;
  std::size_t size() const { return places_.size(); }

 private:
  struct Leg {
    std::string name, device_said;
    std::string agent_device;  ///< of a watched device
    model::DeviceClass device_class = model::DeviceClass::trunk;
    journal::Direction direction = journal::Direction::outbound;
    std::string ani, dnis, redirecting;
    journal::LegState state = journal::LegState::initiated;
    std::string bridge;
    std::optional<journal::Cause> asked_to_end;  ///< by us
    std::string failed;                          ///< why, of one that failed before it ends
  };
  struct Call {
    std::map<std::string, Leg, std::less<>> legs;  ///< by the device's number
    std::string caller;                            ///< whose number is the key of the calling leg
    std::string dnis, redirecting, queue;
  };
  using CallsById = std::map<std::string, Call, std::less<>>;
  struct Place {
    std::string call, device;
  };
  /// Why somebody ends.
  struct Why {
    std::string cause;
    Device releasing;
  };

  Call* find(std::string_view call);
  Leg* find(std::string_view call, std::string_view device);
  /// The leg that is meant, under whatever number: of one call at most one party is nobody's device.
  Leg* meant(const std::string& call, const Device& device);
  Call& learn(const Message& message);
  Leg* meet(const std::string& call, const Device& device, bool calls, Events* events);
  Leg* caller_of(const Message& message, Events& events);
  std::string new_name(const std::string& call, const std::string& device);
  model::DeviceClass class_of(const std::string& number) const;
  model::LegCreated description(const Leg& leg) const;

  void advance(Leg& leg, journal::LegState state, Events& events);
  void enter(Leg& leg, const std::string& bridge, Events& events);
  void end(const std::string& call, const std::string& device, const Why& why, Events& events);
  void end_if_out_of_sight(const std::string& call, const Why& why, Events& events);
  void end_all(const std::string& call, const Why& why, Events& events);
  void leave_queue(Call& call, model::QueueLeft::Why why, Events& events);

  void on_party(const Message& message, Events& events);
  void on_established(const Message& message, Events& events);
  void on_hold(const Message& message, bool held, Events& events);
  void on_cleared(const Message& message, Events& events);
  void on_failed(const Message& message, Events& events);
  void on_diverted(const Message& message, Events& events);
  void on_queued(const Message& message, Events& events);
  void on_change(const Message& message, Events& events);
  void move(const std::string& from, const std::string& device, const Connection& to, journal::LegState state, Events& events);
  void on_device(const Message& message, Events& events);

  std::vector<std::string> stations_;
  std::map<std::string, std::string, std::less<>> devices_;  ///< as the centre writes them, by number
  CallsById calls_;
  std::map<std::string, Place, std::less<>> places_;  ///< of legs, by name
  std::map<std::string, int, std::less<>> lives_;     ///< how often a name was given
  std::deque<std::string> named_;
};

}  // namespace callwright::cti::csta
