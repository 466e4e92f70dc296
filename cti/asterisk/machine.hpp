#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cti/asterisk/channels.hpp"
#include "cti/asterisk/plan.hpp"
#include "cti/asterisk/playbacks.hpp"
#include "cti/asterisk/request.hpp"
#include "cti/asterisk/settings.hpp"
#include "cti/model/command.hpp"
#include "cti/model/switch_event.hpp"

namespace callwright::cti::asterisk {

// --- what the machine wants done -----------------------------------------------------------------------------------------

/// Requests of one lane go out one after the other; each gets exactly one `reply`, unless `Disconnect` comes first.
struct Rest {
  std::int64_t id = 0;
  std::int32_t lane = 0;
  Request request;
  Instant not_after;  ///< not sent later than this; 0: no such limit
  bool operator==(const Rest&) const = default;
};
/// One text on the WebSocket, in order. At most `Machine::kInFlight` wait for their answers.
struct Send {
  std::string text;
  bool operator==(const Send&) const = default;
};
struct OpenSocket {
  std::string target;
  bool operator==(const OpenSocket&) const = default;
};
/// Close the socket and the lanes; forget every request that waits. Nothing more is told about them.
struct Disconnect {
  bool operator==(const Disconnect&) const = default;
};
struct Emit {
  model::SwitchEvent event;
  bool operator==(const Emit&) const = default;
};
struct Declare {
  model::Capabilities capabilities;
  bool operator==(const Declare&) const = default;
};
struct Log {
  enum class Level : std::uint8_t { info, warn, error };
  Level level = Level::info;
  std::string event;
  std::string detail;  ///< ids and words of the switch, no person's name or number
  bool operator==(const Log&) const = default;
};
using Action = std::variant<Rest, Send, OpenSocket, Disconnect, Emit, Declare, Log>;
using Actions = std::vector<Action>;

/// What came back for a request. `status` 0: nothing did.
struct Reply {
  enum class Failure : std::uint8_t { none, too_late, timed_out, broken };
  int status = 0;
  std::string body;
  Failure failure = Failure::none;  ///< for status 0. `too_late`: never sent, its command's deadline had passed
};

bool succeeded(const Reply& reply);
/// What a reply says to a person: `404 Channel not found`, or why none came.
std::string describe(const Reply& reply);

/// Everything that a link decides, without a socket, a clock or a random device.
///
/// Life of a connection: `GET /asterisk/info` (account, boot epoch) > WebSocket > subscriptions and the three lists of a
/// snapshot, while events are kept back > LinkOpened, Snapshot, states of the agents' devices, the events kept back > live. Any
/// trouble ends it whole and begins again after a pause that grows, because only a snapshot can say what was missed. The first
/// attempt that fails is told as the end of the link as well, so that the pages can say why it is not up. 401 and
/// 403 end it for good: asking again would lock the account. When another connection takes our application we wait a minute,
/// so that two servers that are set up alike do not take it from each other all day.
///
/// Requests go over the WebSocket where the switch takes them there (Asterisk 20.14, 21.9, 22.4 and later), which is found out
/// by asking for its clock when the socket opens; otherwise, and for the lists of a snapshot, which may be larger than a message,
/// over HTTP. It is decided once a connection, before it is live: no contact has requests on both ways. On the socket they are
/// sent in order, `kInFlight` at a time, and each must be answered within `Settings::request_limit`.
///
/// A `Ring` always leads to a leg that ends: if it cannot be sent, is refused, or is not on the switch after a gap, the
/// leg is told as begun and gone, so that no offer waits for a phone that cannot ring.
///
///     Actions todo = machine.start(now);
///     while (...) todo = machine.reply(id, reply, now) / text(...) / wake(now) / ...;   // at machine.next_wake() at the latest
class Machine {
 public:
  struct Counters {
    std::uint64_t connections = 0;
    std::uint64_t events = 0;
    std::uint64_t unknown_events = 0;
    std::uint64_t malformed_events = 0;
    std::uint64_t lost = 0;            ///< live connections that ended without our doing
    std::uint64_t overflows = 0;       ///< the core did not take an event, or too many had to be kept back
    std::uint64_t replaced = 0;        ///< another connection took the application
    std::uint64_t refused_account = 0;
    std::uint64_t commands = 0;
    std::uint64_t commands_not_connected = 0;
    std::uint64_t commands_too_late = 0;
    std::uint64_t commands_refused = 0;      ///< a value that must not go out
    std::uint64_t commands_unsupported = 0;
    std::uint64_t requests_http = 0;
    std::uint64_t requests_socket = 0;
    std::uint64_t request_overflows = 0;     ///< connections that ended because too many requests waited
    std::uint64_t unknown_replies = 0;       ///< answers on the socket that nobody waits for (any more)
    std::uint64_t failed_requests = 0;       ///< answers other than success that were not expected
    std::uint64_t failed_rings = 0;
    std::uint64_t playbacks_started = 0;     ///< recordings and numbers that began
    std::uint64_t playbacks_finished = 0;
    std::uint64_t playbacks_failed = 0;      ///< of these: a recording that the switch has not, or refused
    std::uint64_t plays_left_out = 0;        ///< something else still played
    std::uint64_t local_callers = 0;         ///< Local halves that asked for a route, sent to the fallback
  };
  enum class Phase : std::uint8_t { stopped, checking, opening, snapshot, live, waiting, refused };

  static constexpr std::size_t kKeptEvents = 65'536;
  static constexpr std::size_t kKeptBytes = 64 << 20;
  static constexpr std::size_t kRequests = 8'192;  ///< that wait for an answer: more than a switch that is well leaves for 3 s
  static constexpr std::size_t kInFlight = 64;     ///< of them sent over the WebSocket

  explicit Machine(Settings settings, std::uint64_t seed = 1);

  Actions start(Instant now);
  Actions stop(Instant now);
  Actions socket_opened(Instant now);
  Actions socket_closed(std::string_view reason, Instant now);
  Actions text(std::string_view text, Instant now);
  Actions reply(std::int64_t id, const Reply& reply, Instant now);
  Actions command(const model::Command& command, Instant now);
  Actions accepting(bool yes, Instant now);
  /// The agents' devices have changed: the new ones are watched from now on.
  Actions know_devices(std::vector<std::string> devices, Instant now);
  /// The core did not take an event: whatever followed would be a gap, so the connection ends and a snapshot follows.
  Actions overflowed(Instant now);
  /// Commands to the switch were lost before they came here: the connection ends, and a snapshot says what is still to be done.
  Actions commands_lost(Instant now);
  Actions wake(Instant now);
  /// How far the machine's wall clock is ahead of our time, which no step moves: the dialplan compares CALLWRIGHT_ALIVE with the wall.
  void wall_ahead(Duration by) { wall_ahead_ = by; }
  std::optional<Instant> next_wake() const;

  Phase phase() const { return phase_; }
  /// Not connected, or every request has its answer.
  bool idle() const { return phase_ != Phase::live || pending_.empty(); }
  const Counters& counters() const { return counters_; }
  const std::string& version() const { return version_; }
  /// Requests go over the WebSocket.
  bool over_socket() const { return over_socket_; }

 private:
  enum class Purpose : std::uint8_t { info, trial, prepare, channels, bridges, endpoints, alive, step, clean_up, look_at_channel, look_at_device };
  struct Pending {
    Purpose purpose = Purpose::prepare;
    Step::Kind kind = Step::Kind::act;
    std::vector<std::string> channels;  ///< for a look: the one asked about
    Instant until;                      ///< sent over the socket: when its answer is due
  };
  /// A request for the socket that is not sent yet.
  struct Unsent {
    std::int64_t id = 0;
    Request request;
    Instant not_after;
  };
  /// A ring that no event has shown yet.
  struct Unseen {
    model::LegCreated leg;
  };

  void begin_connection(Instant now);
  void connected(const Reply& reply, Instant now);
  void ask_snapshot(Instant now);
  void subscribe(const std::vector<std::string>& devices, Instant now);
  void try_socket(Instant now);
  void take_list(Purpose purpose, const Reply& reply, Instant now);
  void go_live_if_ready(Instant now);
  void go_live(Instant now);
  std::optional<Event> read(std::string_view text);
  void handle(const Event& event, Instant now);
  void keep(Event event, std::size_t bytes, Instant now);
  void carry_out(Channels::Effects effects, Instant switch_at, Instant now);
  void settle(const Pending& pending, const Reply& reply, Instant now);
  void answered(const RestAnswer& answer, Instant now);
  void send_waiting(Instant now);
  void send(std::int64_t id, const Request& request, Instant until);
  void give_up_unanswered(Instant now);
  void step_failed(const Pending& pending, const Reply& reply, Instant now);
  void playback_told(const PlaybackTold& told);
  void playback_over(const std::string& id, bool failed);
  void ring_failed(const std::string& channel_id, journal::Cause cause, std::int32_t raw_code, std::string why);
  void looked(const Pending& pending, const Reply& reply, Instant now);
  void doubt(const std::string& channel_id, Instant now);
  void write_alive(Instant now);
  void lose(std::string_view reason, Duration pause, Instant now);
  Duration next_pause();
  std::uint64_t random();

  void request(Result<Request> request, std::int32_t lane, Pending pending, Instant now, Instant not_after = {});
  std::int32_t lane_of(ContactId contact) const;
  std::int32_t housekeeping() const { return settings_.lanes; }
  void emit(model::SwitchEventBody body, Instant switch_at);
  void log(Log::Level level, std::string event, std::string detail = {});
  Actions take();

  Settings settings_;
  Channels channels_;
  Playbacks playbacks_;
  Counters counters_;
  Phase phase_ = Phase::stopped;
  std::uint64_t random_;
  Actions out_;

  std::int64_t connection_ = 0;
  std::int64_t received_ = 0;
  std::int64_t next_request_ = 1;
  std::map<std::int64_t, Pending> pending_;
  std::deque<Unsent> unsent_;
  std::set<std::pair<Instant, std::int64_t>> in_flight_;  ///< over the socket: when its answer is due, and its id
  bool over_socket_ = false, trying_socket_ = false;
  std::int32_t failures_ = 0;
  std::string version_;
  std::int64_t boot_epoch_ = 0;
  bool accepting_ = false;
  bool told_state_ = false;  ///< the core has heard whether we are connected
  Duration wall_ahead_{};

  std::optional<std::vector<Channel>> listed_channels_;
  std::optional<std::vector<Bridge>> listed_bridges_;
  std::optional<std::vector<Endpoint>> listed_endpoints_;
  std::deque<Event> kept_;
  std::size_t kept_bytes_ = 0;

  std::map<std::string, Unseen> unseen_rings_;
  std::map<std::string, Instant> doubts_;  ///< channel > when to ask
  std::optional<Instant> retry_at_, snapshot_until_, alive_at_;
};

}  // namespace callwright::cti::asterisk
