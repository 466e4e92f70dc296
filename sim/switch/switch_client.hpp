#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/instant.hpp"
#include "cti/feed/peer.hpp"
#include "runtime/event_loop.hpp"
#include "sim/switch/switch_model.hpp"

namespace boost::asio::ssl {
class context;
}

namespace callwright::sim {

struct SwitchClientConfig {
  std::string host = "127.0.0.1";
  std::string port = "8081";
  std::shared_ptr<boost::asio::ssl::context> tls;  ///< null: plain TCP
  cti::feed::PeerConfig peer;                      ///< its capabilities and boot epoch are set here
  std::int64_t boot_epoch = 0;
  SwitchOptions options;
};

/// Runs a `SwitchModel` in real time and connects it to a server; comes back by itself after every loss.
/// Lives on one loop; every member is called there.
class SwitchClient {
 public:
  SwitchClient(runtime::EventLoop& loop, SwitchClientConfig config, std::function<Instant()> now);
  ~SwitchClient();

  void start();
  /// Says good-bye and ends; `done` runs on the loop when nothing is left on it. Before the end of life.
  void stop(std::function<void()> done);

  const SwitchModel& model() const;
  bool connected() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace callwright::sim
