#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cti/asterisk/machine.hpp"
#include "cti/asterisk/settings.hpp"
#include "cti/model/link.hpp"

namespace boost::asio::ssl {
class context;
}
namespace callwright::runtime {
class Clock;
class EventLoop;
class Metrics;
}  // namespace callwright::runtime

namespace callwright::cti::asterisk {

/// One Asterisk over ARI: the sockets around a `Machine`. Capabilities observe, control and route.
///
/// Lives on the `links` loop; every call happens there. Life: construct, `start`, ..., `stop(done)`, destroy after `done`. Until
/// `accepting(true)` the switch is told that we take no callers. An event that the core does not take ends the connection;
/// what must not be lost then (the end of the link) is offered again every 50 ms.
class AriLink final : public model::Link {
 public:
  /// `seed` spreads the reconnects of links that fell together. `tls` is needed for https (runtime::client_tls); `metrics` may
  /// be null. `loop`, `clock` and `metrics` outlive the link.
  AriLink(runtime::EventLoop& loop, const runtime::Clock& clock, Settings settings, model::LinkCallbacks callbacks, std::uint64_t seed,
          runtime::Metrics* metrics = nullptr, std::shared_ptr<boost::asio::ssl::context> tls = nullptr);
  ~AriLink() override;

  const SwitchId& switch_id() const override;
  void start() override;
  void send(const model::Command& command) override;
  void committed(const journal::Source&) override {}
  void accepting(bool yes) override;
  void reconnect() override;
  bool idle() const override;
  void stop(std::function<void()> done) override;

  void know_devices(std::vector<std::string> devices) override;
  const Machine::Counters& counters() const;
  Machine::Phase phase() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace callwright::cti::asterisk
