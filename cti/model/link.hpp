#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cti/model/command.hpp"
#include "cti/model/switch_event.hpp"

namespace callwright::cti::model {

/// What a link tells the rest of the server. Called on the `links` thread.
struct LinkCallbacks {
  /// Takes one event. False: the inbound limit is reached; the link closes, reconnects and takes a snapshot.
  std::function<bool(SwitchEvent)> event;
  std::function<void(const SwitchId&, const Capabilities&)> declared;
};

/// One connected switch: codec, protocol machine and thin driver. Lives on the `links` thread; every call happens there.
/// A link calls neither desk nor contacts; it turns what its switch says into `SwitchEvent`s and commands into its switch's words.
class Link {
 public:
  virtual ~Link() = default;
  virtual const SwitchId& switch_id() const = 0;
  virtual void start() = 0;
  /// Sends a command, or counts why not (deadline passed, not declared, not connected, a value that its codec refuses).
  virtual void send(const Command& command) = 0;
  /// Facts up to the input (`source.name`, `source.id`) are durable: the feed acknowledges them.
  virtual void committed(const journal::Source& source) = 0;
  /// True while we take new contacts: kept fresh on the switch every second (`CALLWRIGHT_ALIVE`), 0 when false.
  virtual void accepting(bool yes) = 0;
  /// The agents' devices on this switch, after a change of the centre document: new ones are watched from now on.
  virtual void know_devices(std::vector<std::string>) {}
  /// A command to this switch was lost on its way here: ends the connection and comes back; the snapshot reconciles.
  virtual void reconnect() = 0;
  /// Nothing is on its way to the switch.
  virtual bool idle() const = 0;
  /// Stops; `done` runs once nothing of the link is left on the loop.
  virtual void stop(std::function<void()> done) = 0;
};

}  // namespace callwright::cti::model
