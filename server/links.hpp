#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cti/model/link.hpp"
#include "journal/centre.hpp"
#include "runtime/clock.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/metrics.hpp"
#include "runtime/settings.hpp"
#include "server/link_factory.hpp"

namespace callwright::cti::feed {
class FeedServer;
}
namespace callwright::server {

/// What of a new centre document the open links cannot follow, one line a switch: links are made at the start.
std::vector<std::string> waits_for_restart(const std::vector<journal::Switch>& open, const std::vector<journal::Switch>& wanted);

/// The links of all switches of the centre. Everything but the constructor happens on the `links` loop.
class Links {
 public:
  struct Outlets {
    cti::model::LinkCallbacks callbacks;
    /// The last sequence number that the journal holds for a source (the feed resumes after it). Any thread may ask.
    std::map<std::string, std::int64_t> journal;  ///< the last number that it holds of each source
    std::function<Instant()> now;
  };

  Links(runtime::EventLoop& loop, runtime::Metrics& metrics, const runtime::Clock& clock, const runtime::Settings& settings, std::int64_t epoch, Outlets outlets);
  ~Links();

  /// Makes the links of a centre document and begins to listen for the feed. Errors: a secret that is missing, a taken port.
  Result<void> open(const journal::Centre& centre);
  void start();
  /// A new version of the document: new agents' devices are watched from now on; what needs a restart is said in the log.
  void follow(const journal::Centre& centre);
  /// The Asterisks that `open` made links for and that hold callers for us. Any thread, after `open`.
  const std::vector<Reach>& asterisks() const { return asterisks_; }
  void send(const cti::model::Command& command);
  void committed(const journal::Source& source);
  void accepting(bool yes);
  void reconnect(const SwitchId& switch_id);
  /// Nothing is on its way to any switch.
  bool idle() const;
  /// Ends every link; `done` runs on the loop when none is left.
  void stop(std::function<void()> done);

  std::uint16_t feed_port() const;

 private:
  runtime::EventLoop& loop_;
  runtime::Metrics& metrics_;
  const runtime::Clock& clock_;
  const runtime::Settings& settings_;
  const std::int64_t epoch_;
  Outlets outlets_;
  std::unique_ptr<cti::feed::FeedServer> feed_;
  std::map<SwitchId, cti::model::Link*> by_switch_;
  std::vector<std::unique_ptr<cti::model::Link>> owned_;
  std::vector<Reach> asterisks_;
  std::vector<journal::Switch> opened_;
  runtime::Counter unknown_switch_;
};

}  // namespace callwright::server
