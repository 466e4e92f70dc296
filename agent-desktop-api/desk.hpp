#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent-desktop-api/http/limits.hpp"
#include "agent-desktop-api/ports.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/views/request.hpp"
#include "core/views/view.hpp"
#include "journal/centre.hpp"

namespace callwright::runtime {
class EventLoop;
class Metrics;
}  // namespace callwright::runtime

namespace callwright::desktop {

struct DeskOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;              ///< 0: any free one
  std::string tls_certificate;         ///< PEM files; without them only loopback is served, and the cookie is not Secure
  std::string tls_key;
  std::vector<std::string> origins;    ///< under which pages are reached, besides the loopback names (`https://cti.example.com`)
  std::string web_root;                ///< folder of the built pages; empty: API only
  std::int64_t epoch = 1;              ///< the store's epoch: pages that resume learn that the server started anew
  bool metrics_public = false;         ///< /metrics for everybody; otherwise for loopback, or a token with scope `metrics:read`
  std::size_t connections = 4096;
  std::chrono::milliseconds header_wait = limits::kHeaderWait;  ///< for the headers of a request, idleness before them included
  std::chrono::milliseconds hello_timeout{5'000};
  std::chrono::milliseconds heartbeat{15'000};
  std::chrono::milliseconds silence{2'000};     ///< a page that heard nothing for so long hears `tick`, and knows that what it shows is true
  std::chrono::milliseconds resume_ttl{60'000};
  std::chrono::milliseconds topic_period{1'000};
  std::chrono::milliseconds recheck{60'000};  ///< how often a session's account is read again
  std::chrono::milliseconds follow{1'000};    ///< how often changes of accounts by other programs are looked for
};

struct DeskCallbacks {
  /// Takes a request to the core. False: its queue is full; the page is told that it may try again.
  std::function<bool(core::Request)> request;
  std::function<Instant()> now;
  /// The page of this offer's agent has the pop, or he has no page: his phone may ring.
  std::function<void(OfferId)> popped;
};

/// The agents' and supervisors' side of the server: pages, REST and WebSocket on one port, from one loop.
///
/// It keeps a mirror of the core's views (the newest `rev` of each entity wins, so a view may come twice or late) and serves
/// every page from it; it never asks the core. Requests of pages leave through `DeskCallbacks::request`, their answers come back
/// through `reply`, what happened comes back as views.
///
/// Life: construct; `open` before the loop starts; then everything below on the loop's thread (`loop.post`); `drain` when the
/// server begins to stop; `close`, and after `done` the desk may be destroyed. The store port outlives the desk.
///
///     Desk desk(loop, metrics, options, store_port, {to_core, now});
///     desk.open();                                  // Errc::... with the hint `callwright tls init NAME` beyond loopback
///     loop.start();
///     loop.post([&] { desk.centre(document); desk.views(core.all_views()); desk.ready(); });
class Desk {
 public:
  Desk(runtime::EventLoop& loop, runtime::Metrics& metrics, DeskOptions options, StorePort& store, DeskCallbacks callbacks);
  ~Desk();

  /// Binds and listens. Errors: a port that is taken, an address beyond loopback without TLS, bad TLS files, no pages in web_root.
  Result<void> open();
  std::uint16_t port() const;
  std::string url() const;  ///< `http://127.0.0.1:8080`

  void views(std::vector<core::View> views);
  /// All views there are, after some were lost or at the start: a contact that is not among them has ended meanwhile.
  void whole(std::vector<core::View> views);
  void reply(core::Reply reply);
  void centre(std::shared_ptr<const journal::Centre> centre);

  /// From now on pages are served; before, /ready answers 503 `recovering` and pages are told to try again.
  void ready();

  /// What keeps new contacts out, the answer of /ready from then on; no error: they are taken.
  void intake(std::error_code obstacle);

  /// Tells every page `bye` with a spread time to return, closes their sockets, and answers 503 from then on.
  void drain(std::chrono::milliseconds retry_after);

  /// Pages whose sockets are open; those that were told `bye` leave by themselves within a few seconds.
  std::size_t pages() const;

  /// Ends every connection; `done` runs on the loop when none is left.
  void close(std::function<void()> done);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace callwright::desktop
