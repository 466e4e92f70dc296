#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
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

/// One keep-alive HTTP connection to ARI, opened when it is first needed and again when Asterisk has closed it.
///
/// A request that found its idle connection closed under it is sent once more; every request of ours may arrive twice (ids
/// are ours, the rest sets states). Each exchange ends within `Settings::request_limit`, connecting included.
class RestWire {
 public:
  virtual ~RestWire() = default;
  virtual boost::asio::awaitable<Reply> exchange(Request request) = 0;
  /// `Date` of the last answer as seconds since 1970, to compare clocks; 0 if it gave none.
  virtual std::int64_t date() const = 0;
};

/// ARI's WebSocket. A peer that says nothing for 10 s, not even to a ping, is lost.
class EventWire {
 public:
  virtual ~EventWire() = default;
  /// Errors: `errc::not_allowed`, `errc::unreachable`, `errc::timed_out`.
  virtual boost::asio::awaitable<Result<void>> open(std::string target) = 0;
  /// The next text. Errors: `errc::unreachable` (closed, lost), `errc::too_big`.
  virtual boost::asio::awaitable<Result<std::string>> read() = 0;
  /// One text, as one frame, while another coroutine reads; one at a time. Errors: `errc::unreachable`, `errc::timed_out`.
  virtual boost::asio::awaitable<Result<void>> write(const std::string& text) = 0;
};

/// `tls` is needed when `Settings::tls` is set.
std::unique_ptr<RestWire> make_rest_wire(boost::asio::any_io_executor executor, const Settings& settings, std::shared_ptr<boost::asio::ssl::context> tls);
std::unique_ptr<EventWire> make_event_wire(boost::asio::any_io_executor executor, const Settings& settings, std::shared_ptr<boost::asio::ssl::context> tls);

}  // namespace callwright::cti::asterisk
