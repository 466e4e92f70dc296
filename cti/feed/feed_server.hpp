#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "cti/feed/admissions.hpp"
#include "cti/feed/counters.hpp"
#include "cti/model/link.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/metrics.hpp"

namespace boost::asio::ssl {
class context;
}

namespace callwright::cti::feed {

struct FeedServerConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                          ///< 0: any free one, see `port()`
  std::vector<FeedSwitch> switches;                ///< who may connect
  std::int64_t epoch = 0;                          ///< ours
  std::shared_ptr<boost::asio::ssl::context> tls;  ///< null: plain TCP, on loopback addresses only
};

/// Listens for switches that push the native feed and is one `Link` for each that is configured.
///
/// Lives on the `links` loop; every member but the constructor, `port` and `counters` is called there. A switch is turned away
/// (`not_ready`) until its link is started. A second connection of the same switch replaces the first. `event` that returns false
/// closes the connection; the switch comes back and sends what was not taken again.
/// Limits: 64 connections that have not said hello, 4 MiB waiting to be sent to one switch, 2 s to say good-bye.
class FeedServer {
 public:
  /// `journal`: what it holds, as `Admissions` takes it.
  FeedServer(runtime::EventLoop& loop, FeedServerConfig config, model::LinkCallbacks callbacks, std::function<Instant()> now,
             std::map<std::string, std::int64_t> journal);
  ~FeedServer();
  FeedServer(const FeedServer&) = delete;
  FeedServer& operator=(const FeedServer&) = delete;

  /// Begins to listen. Errors: the address is taken, unknown, or not loopback without TLS.
  Result<void> listen();
  std::uint16_t port() const;

  /// One for each configured switch, in that order; they live as long as this.
  std::vector<model::Link*> links() const;

  /// Ends every connection and the listening; `done` runs on the loop when nothing is left on it. Once, before the end of life.
  void stop(std::function<void()> done);

  const Counters& counters() const;
  /// Shows the counters as `callwright_feed_total{what="..."}`.
  void show_in(runtime::Metrics& metrics);

 private:
  struct State;
  class FeedLink;
  std::shared_ptr<State> state_;
  std::vector<std::unique_ptr<FeedLink>> links_;
};

}  // namespace callwright::cti::feed
