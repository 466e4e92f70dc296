#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "cti/feed/counters.hpp"
#include "cti/feed/frame.hpp"
#include "cti/feed/message.hpp"
#include "cti/model/command.hpp"
#include "cti/model/switch_event.hpp"

namespace callwright::cti::feed {

constexpr Duration kHelloLimit = std::chrono::seconds(5);       ///< from connecting to a whole hello
constexpr Duration kSilenceLimit = std::chrono::seconds(30);    ///< between two whole frames
constexpr Duration kHeartbeatEvery = std::chrono::seconds(15);  ///< of sending nothing else
constexpr std::size_t kSnapshotByteLimit = 64u << 20;
constexpr std::size_t kPlayLimit = 4096;        ///< the ends of the oldest are then told by the switch alone
constexpr std::size_t kUnseenRingLimit = 4096;  ///< the oldest are then left to their ring time

/// Whether a hello is welcome. `Admissions` gives them in the server; tests give their own.
struct Admission {
  Refusal refused = Refusal::none;
  std::string reason;
  std::int64_t resume_after = 0;  ///< the highest number of that boot epoch that we hold
};

struct MachineConfig {
  std::string connection;  ///< unique for ever, "EPOCH.N": names the source of `LinkOpened` and `LinkLost`
  std::int64_t epoch = 0;  ///< ours
  bool accepting = true;
  std::function<Admission(const Hello&)> admit;
  Counters* counters = nullptr;  ///< outlives the machine
};

/// The server's side of one feed connection: bytes, times and our own wishes in, actions out. Pure.
///
/// It is born with the connection and ends with it (`Close`, or `on_disconnected`); after that every call does nothing.
/// It emits `LinkOpened` beside the welcome, then each event once and in order, then the snapshot as one event, and `LinkLost`
/// exactly once at the end if there was a `LinkOpened`. Whatever breaks a rule of feed.proto ends the connection with an
/// error frame, is counted, and has changed nothing: no event of the frame was emitted.
/// A `Ring` that does not leave, or that the switch says it did not carry out, is emitted as a leg that came and went, from the
/// connection's own source: the offer ends at once, as if the switch had told its end, and the agent is not blamed for it.
/// The caller performs the actions in order. If an `Emit` is not taken, it drops every later event but `LinkLost` and calls
/// `on_overload`; the switch sends them again.
class Machine {
 public:
  struct Send {
    std::string bytes;
    bool operator==(const Send&) const = default;
  };
  struct Emit {
    model::SwitchEvent event;
    std::int64_t seq = 0;  ///< of the feed; 0 for LinkOpened and LinkLost
    bool operator==(const Emit&) const = default;
  };
  /// The hello was good: this connection is now the switch's.
  struct Opened {
    SwitchId switch_id;
    std::int64_t boot_epoch = 0;
    bool operator==(const Opened&) const = default;
  };
  struct Declared {
    model::Capabilities capabilities;
    bool operator==(const Declared&) const = default;
  };
  /// The last action: what was to be sent is sent, then the socket is closed.
  struct Close {
    Errc why = Errc::disconnected;
    std::string text;
    bool operator==(const Close&) const = default;
  };
  using Action = std::variant<Send, Emit, Opened, Declared, Close>;
  using Actions = std::vector<Action>;

  Machine(MachineConfig config, Instant now);

  Actions on_bytes(std::string_view bytes, Instant now);
  /// To be called at `next_due`.
  Actions on_time(Instant now);
  Actions on_disconnected(Instant now);
  /// The core did not take an event.
  Actions on_overload(Instant now);

  struct Sent {
    Actions actions;  ///< to be performed whether it left or not
    Result<void> left;
  };
  /// Sends the command, or counts why not.
  Sent send(const model::Command& command, Instant now);
  /// Facts up to this input are durable; sources of others are ignored.
  Actions committed(const journal::Source& source, Instant now);
  Actions accepting(bool yes, Instant now);
  Actions request_snapshot(Instant now);
  /// Ends the connection with an error frame.
  Actions end(Errc why, std::string text, Instant now);

  std::optional<Instant> next_due() const;
  bool open() const { return state_ > State::hello && state_ < State::closed; }
  bool closed() const { return state_ == State::closed; }
  const SwitchId& switch_id() const { return switch_id_; }
  std::int64_t boot_epoch() const { return boot_epoch_; }

 private:
  enum class State : std::uint8_t { hello, resume, catching_up, covering_gap, snapshot, live, closed };

  void take(SwitchMessage message, Instant now);
  void on(const UnknownMessage&, Instant now);
  void on(const Hello& hello, Instant now);
  void on(const Resume& resume, Instant now);
  void on(Event& event, Instant now);
  void on(const SnapshotBegin& begin, Instant now);
  void on(SnapshotItems& items, Instant now);
  void on(const SnapshotEnd& end, Instant now);
  void on(const CommandResult& result, Instant now);
  void on(const Heartbeat&, Instant now);
  void on(const ErrorNotice& notice, Instant now);

  Result<void> try_to_send(const model::Command& command, Instant now);
  static std::optional<model::LegCreated> leg_of(const model::Command& command);
  void not_rung(const model::CommandId& id, journal::Cause cause, std::string why);
  void rang(const model::Tokens& tokens);
  void not_played(const model::CommandId& id);
  void refuse(Refusal why, std::string reason, Instant now);
  void send_message(const ServerMessage& message, Instant now);
  void emit(model::SwitchEventBody body, std::int64_t seq, Instant switch_at);
  void emit_link(model::SwitchEventBody body);
  void fail_with(Errc why, std::string text, Instant now);
  void close(Errc why, std::string text);
  void count(Count what);
  Actions take_actions() { return std::exchange(actions_, {}); }

  MachineConfig config_;
  State state_ = State::hello;
  FrameReader reader_;
  Actions actions_;

  SwitchId switch_id_;
  std::int64_t boot_epoch_ = 0;
  std::string source_;  ///< "feed:NAME/EPOCH"
  std::vector<std::string> declared_;
  std::int64_t last_seq_ = 0;         ///< the highest number that we hold
  std::int64_t switch_last_seq_ = 0;  ///< as its hello says
  std::int64_t acked_ = 0;
  std::int64_t link_events_ = 0;
  std::map<model::CommandId, model::LegCreated> unseen_rings_;  ///< of agents and of customers who are called: no event has shown their leg yet
  std::map<model::CommandId, model::PlaybackEnded> plays_;      ///< how the end of each would be told that the switch has not told yet

  SnapshotBegin snapshot_begin_;
  model::Snapshot snapshot_;
  std::size_t snapshot_bytes_ = 0;
  std::size_t frame_bytes_ = 0;  ///< of the frame at hand

  Instant hello_by_;
  Instant received_at_;
  Instant sent_at_;
};

/// "feed:NAME/EPOCH": the name of the source of a switch's events.
std::string source_name(const SwitchId& switch_id, std::int64_t boot_epoch);

}  // namespace callwright::cti::feed
