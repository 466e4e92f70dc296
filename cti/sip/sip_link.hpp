#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cti/model/link.hpp"
#include "cti/sip/machine.hpp"

namespace callwright::runtime {
class Clock;
class EventLoop;
class Metrics;
}  // namespace callwright::runtime

namespace callwright::cti::sip {

/// The sockets around a `Machine`: UDP and TCP on one port, read always, whatever the core does.
///
/// Lives on the `links` loop; every call happens there. Life: construct, `start`, ..., `stop(done)`, destroy after `done`. An event that the core
/// does not take closes the sockets for a moment (who speaks meanwhile repeats himself) and shows everybody who waits in a snapshot; the end of the
/// link is offered again every 50 ms until it is taken. A stop sends who waits to the fallback first.
class SipLink final : public model::Link {
 public:
  /// `listen`: an address of this machine, `0.0.0.0` or `::` for all; `port` 0 is any, for tests. `metrics` may be null. `loop`, `clock` and
  /// `metrics` outlive the link.
  SipLink(runtime::EventLoop& loop, const runtime::Clock& clock, std::string listen, std::uint16_t port, std::unique_ptr<Machine> machine,
          model::LinkCallbacks callbacks, runtime::Metrics* metrics = nullptr);
  ~SipLink() override;

  const SwitchId& switch_id() const override;
  void start() override;
  void send(const model::Command& command) override;
  void committed(const journal::Source&) override {}
  void accepting(bool yes) override;
  void know_devices(std::vector<std::string> devices) override;
  void reconnect() override;
  bool idle() const override;
  void stop(std::function<void()> done) override;

  /// Everybody who waits goes to the fallback: for a core that is silent.
  void release_all();
  std::uint16_t port() const;  ///< 0: not listening
  const Machine& machine() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace callwright::cti::sip
