#pragma once
#include <memory>
#include <string>

#include "base/result.hpp"
#include "cti/asterisk/machine.hpp"
#include "cti/asterisk/request.hpp"
#include "cti/asterisk/settings.hpp"

namespace boost::asio::ssl {
class context;
}

namespace callwright::cti::asterisk {

/// ARI for programs that do one thing and end (`callwright release`, `callwright link check`, the watchdog's thread): each call
/// waits for its answer, at most `Settings::request_limit`. Any one thread; not from an event loop.
class BlockingRest {
 public:
  explicit BlockingRest(Settings settings, std::shared_ptr<boost::asio::ssl::context> tls = nullptr);
  ~BlockingRest();

  /// `Reply::status` 0 if no answer came.
  Reply exchange(const Request& request);
  /// Opens the WebSocket of an application of its own beside ours, which nobody else uses, asks something over it and closes it.
  /// True if it was answered there: requests go over it then. At most a second more.
  Result<bool> try_socket();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace callwright::cti::asterisk
