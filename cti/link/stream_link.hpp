#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cti/link/address.hpp"
#include "cti/link/machine.hpp"
#include "cti/model/link.hpp"

namespace boost::asio::ssl {
class context;
}
namespace callwright::runtime {
class Clock;
class EventLoop;
class Metrics;
}  // namespace callwright::runtime

namespace callwright::cti::link {

/// The socket around a `Machine`: one TCP or TLS connection that we make, read always, whatever the core does.
///
/// Lives on the `links` loop; every call happens there. Life: construct, `start`, ..., `stop(done)`, destroy after `done`. An event that the core
/// does not take ends the connection; what must not be lost then (the end of the link) is offered again every 50 ms. A switch that does not read what
/// we write ends it too, at 8 MiB.
class StreamLink final : public model::Link {
 public:
  /// `tls` is needed for `Address::tls` (runtime::client_tls); `metrics` may be null. `loop`, `clock` and `metrics` outlive the link.
  StreamLink(runtime::EventLoop& loop, const runtime::Clock& clock, Address address, std::unique_ptr<Machine> machine, model::LinkCallbacks callbacks,
             runtime::Metrics* metrics = nullptr, std::shared_ptr<boost::asio::ssl::context> tls = nullptr);
  ~StreamLink() override;

  const SwitchId& switch_id() const override;
  void start() override;
  void send(const model::Command& command) override;
  void committed(const journal::Source&) override {}
  void accepting(bool yes) override;
  void reconnect() override;
  bool idle() const override;
  void stop(std::function<void()> done) override;

  void know_devices(std::vector<std::string> devices) override;
  const Machine& machine() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace callwright::cti::link
