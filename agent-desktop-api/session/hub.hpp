#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "agent-desktop-api/auth/permission.hpp"
#include "agent-desktop-api/http/socket.hpp"
#include "agent-desktop-api/json_requests.hpp"
#include "agent-desktop-api/json_views.hpp"
#include "agent-desktop-api/session/event_ring.hpp"
#include "agent-desktop-api/session/mirror.hpp"
#include "agent-desktop-api/session/topics.hpp"
#include "base/result.hpp"
#include "contacts/reader.hpp"
#include "core/views/request.hpp"
#include "journal/centre.hpp"
#include "runtime/metrics.hpp"

namespace callwright::desktop {

class PageSession;

struct HubOptions {
  std::int64_t epoch = 1;
  std::chrono::milliseconds hello_timeout{5'000};
  std::chrono::milliseconds heartbeat{15'000};
  std::chrono::milliseconds silence{2'000};  ///< a page that heard nothing for so long hears `tick`
  std::chrono::milliseconds resume_ttl{60'000};
};

/// An agent says who the caller is.
struct Choice {
  CustomerId customer;
  ContactId attach;  ///< its calling number becomes the customer's; 0: nothing does
  std::string by;    ///< the principal
};

struct HubPorts {
  std::function<bool(core::Request)> request;
  std::function<Instant()> now;
  std::function<void(const Choice&, std::function<void(Result<contacts::Card>)>)> choose;  ///< gives the customer's card
  std::function<void(OfferId)> popped;  ///< a page of its agent has the `reserved`, or he has no page
};

/// The events of one page, which outlive its socket by `resume_ttl`.
struct EventStream {
  std::uint64_t number = 0;   ///< `Request::session`
  std::string resume_hash;    ///< of the token in the last `welcome`
  Principal principal;
  EventRing ring;
  std::optional<std::pair<std::int64_t, OfferId>> pop;  ///< the newest `reserved` that the page has not said it has seen
  PageSession* page = nullptr;  ///< null while nobody is connected
  Instant left_at;
};

/// Brings the core's views to the pages that may see them, and the pages' commands to the core.
///
/// An agent's page gets the agent's own state and the contacts in which the agent has a part: `reserved` (the pop) when an offer
/// to this agent appears, `contact` for every later change up to the one that takes the part away. Supervisors follow topics.
/// An agent may have up to 8 pages; the core hears `SignIn` when one arrives and `SessionLost` when the last is gone.
/// Pure but for its ports: time comes from `now`, `tick` does what is due. On the desk's loop.
class Hub {
 public:
  Hub(runtime::Metrics& metrics, HubOptions options, HubPorts ports);
  ~Hub();

  /// The peer of a new socket of somebody who may have one.
  std::shared_ptr<SocketPeer> new_page(Principal principal);

  void views(std::vector<core::View> views);
  /// Everything there is: live contacts of the mirror that are not in it have ended unseen.
  void whole(std::vector<core::View> views);
  void reply(core::Reply reply);
  /// A request that no page made: REST. `done` gets its answer once, at the latest after `kAskedLimit` (`Errc::too_slow`); at most `kAsked` wait.
  void ask(core::Request request, std::function<void(core::Reply)> done);
  static constexpr Duration kAskedLimit = std::chrono::seconds(5);
  static constexpr std::size_t kAsked = 256;
  void centre(std::shared_ptr<const journal::Centre> centre);
  void ready();
  void intake(std::error_code obstacle) { obstacle_ = obstacle; }
  void drain(std::chrono::milliseconds retry_after);

  /// The session has ended: its pages are closed with 4401 at once.
  void end_session(const std::string& session_hash);
  /// A person signs out by hand: the agent signs out too, unless another session has a page open.
  void signing_out(const Principal& principal);
  /// The account has other rights now: its pages come back and get them.
  void renew_session(const std::string& session_hash);

  /// Heartbeats and deadlines of one in `kTurns` pages, in turn: a thousand frames at one moment would hold up a pop. After each round
  /// forgotten streams and presence.
  void tick();
  static constexpr std::size_t kTurns = 8;
  /// One round of topics. Call it once a second.
  void publish_topics();

  bool is_ready() const { return ready_; }
  bool is_draining() const { return draining_; }
  std::error_code obstacle() const { return obstacle_; }  ///< to new contacts
  std::size_t pages() const { return pages_.size(); }
  const Mirror& mirror() const { return mirror_; }
  const std::string& centre_json() const { return centre_json_; }
  std::vector<std::string> open_sessions() const;  ///< hashes, each once

 private:
  friend class PageSession;

  // From pages.
  void joined(PageSession& page);
  void left(PageSession& page);
  void make_room(const PageSession& page);
  std::shared_ptr<EventStream> find_stream(const Hello::Resume& resume, const Principal& principal);
  std::shared_ptr<EventStream> new_stream(const Principal& principal);
  void send_snapshot(PageSession& page);
  void command(PageSession& page, Command command);

  void contact_changed(const Mirror::ContactPtr& before, const Mirror::ContactPtr& now);
  void agent_changed(const core::AgentView& view);
  void await_pop(const AgentId& agent, OfferId offer);
  void seen(EventStream& stream, std::int64_t seq);
  void push(const AgentId& agent, std::string_view kind, const std::shared_ptr<const std::string>& body);
  void push(EventStream& stream, std::string_view kind, const std::shared_ptr<const std::string>& body);
  void forget_stream(const EventStream& stream);
  void drop_oldest_stream();
  void tell_presence(const AgentId& agent);
  void give_up_asked(Instant now);
  void count_command(const std::string& name, std::string_view outcome);
  bool identifies_nobody(ContactId contact, const AgentId& agent) const;

  runtime::Metrics& metrics_;
  const HubOptions options_;
  const HubPorts ports_;
  Mirror mirror_;
  Topics topics_;
  std::string centre_json_ = "null";
  std::int64_t centre_version_ = 0;
  bool ready_ = false;
  bool draining_ = false;
  std::error_code obstacle_;

  std::set<PageSession*> pages_;
  PageSession* last_ticked_ = nullptr;   // only compared; null: the next round begins
  std::uint64_t pages_made_ = 0;
  std::unordered_map<std::uint64_t, std::shared_ptr<EventStream>> streams_;
  std::unordered_map<std::string, std::uint64_t> by_resume_hash_;
  std::map<AgentId, std::set<std::uint64_t>> by_agent_;
  std::map<AgentId, int> present_;   // pages an agent has open
  std::map<AgentId, bool> told_;     // what the core was told last about him
  std::set<AgentId> untold_;         // its queue refused what it was to be told
  std::uint64_t next_stream_ = 1;
  struct Asked {
    Instant until;
    std::function<void(core::Reply)> done;
  };
  std::map<std::uint64_t, Asked> asked_;  ///< by `Request::session`, the oldest first
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);  // late answers check it

  runtime::Gauge pages_open_;
  runtime::Gauge streams_kept_;
  runtime::Counter pops_;
  runtime::Counter events_;
  runtime::Counter topic_parts_;
  runtime::Counter topics_paused_;
};

}  // namespace callwright::desktop
