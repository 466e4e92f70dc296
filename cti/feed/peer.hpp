#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/instant.hpp"
#include "cti/feed/frame.hpp"
#include "cti/feed/message.hpp"
#include "cti/model/switch_event.hpp"

namespace callwright::cti::feed {

constexpr std::size_t kUnackedLimit = 65'536;  ///< events that a switch keeps for the server
constexpr Duration kWelcomeLimit = std::chrono::seconds(5);

struct PeerConfig {
  std::string name;
  std::string token;
  std::vector<std::string> capabilities;  ///< the commands that the owner executes
  std::int64_t boot_epoch = 0;
  std::string product;
  std::size_t unacked_limit = kUnackedLimit;
};

/// The switch's side of the feed: gives each event its number, keeps it until the server has it on disk, and resumes after a
/// cut. Pure; one lives as long as the switch's boot epoch, across any number of connections.
///
/// The owner performs the actions in order. `TakeSnapshot` is answered at once with `snapshot`. `Execute` is answered with
/// `result` (a command that the owner does not know was answered already). After `Close`, or when the network fails, the owner calls
/// `on_disconnected`, waits (`Backoff` in sim/switch shows how) and connects again.
/// Limits: 65,536 kept events; when there are more the oldest goes, and the next resume is told to be incomplete.
class Peer {
 public:
  struct Send {
    std::string bytes;
    bool operator==(const Send&) const = default;
  };
  struct TakeSnapshot {
    bool operator==(const TakeSnapshot&) const = default;
  };
  struct Execute {
    CommandMessage command;
    bool operator==(const Execute&) const = default;
  };
  /// Whether the server takes new calls: false at the end of each connection.
  struct Accepting {
    bool yes = false;
    bool operator==(const Accepting&) const = default;
  };
  struct Close {
    Errc why = Errc::disconnected;
    std::string text;
    bool operator==(const Close&) const = default;
  };
  using Action = std::variant<Send, TakeSnapshot, Execute, Accepting, Close>;
  using Actions = std::vector<Action>;

  explicit Peer(PeerConfig config) : config_(std::move(config)) {}

  Actions on_connected(Instant now);
  Actions on_bytes(std::string_view bytes, Instant now);
  Actions on_time(Instant now);
  Actions on_disconnected(Instant now);
  std::optional<Instant> next_due() const;

  /// Gives the event the next number; it leaves now if there is a connection, otherwise after the next welcome.
  Actions publish(model::SwitchEventBody body, Instant switch_at, Instant now);
  Actions snapshot(const model::Snapshot& snapshot, Instant now);
  Actions result(const model::CommandId& id, CommandStatus status, std::string reason, Instant now);
  /// Tells the server that we go, with an error frame.
  Actions end(Errc why, std::string text, Instant now);

  bool live() const { return state_ == State::live; }
  bool connected() const { return state_ != State::idle && state_ != State::closed; }
  std::int64_t last_seq() const { return last_seq_; }
  std::size_t unacked() const { return kept_.size(); }
  std::int64_t boot_epoch() const { return config_.boot_epoch; }
  Refusal refused() const { return refused_; }

 private:
  enum class State : std::uint8_t { idle, welcome, live, closed };

  void take(ServerMessage message, Instant now);
  void on(const UnknownMessage&, Instant) {}
  void on(const Welcome& welcome, Instant now);
  void on(const Ack& ack, Instant now);
  void on(const SnapshotRequest&, Instant now);
  void on(const CommandMessage& command, Instant now);
  void on(const Heartbeat& heartbeat, Instant now);
  void on(const ErrorNotice& notice, Instant now);

  void keep(Event event);
  void send_message(const SwitchMessage& message, Instant now);
  void tell_accepting(bool yes);
  void fail_with(Errc why, std::string text, Instant now);
  void close(Errc why, std::string text);
  Actions take_actions() { return std::exchange(actions_, {}); }

  PeerConfig config_;
  State state_ = State::idle;
  FrameReader reader_;
  Actions actions_;
  std::deque<Event> kept_;  ///< not acknowledged, without a gap, the last one is `last_seq_`
  std::int64_t last_seq_ = 0;
  std::int64_t acked_ = 0;  ///< the highest number that the server said is on its disk
  bool accepting_ = false;
  Refusal refused_ = Refusal::none;
  Duration clock_difference_{};  ///< server's time minus ours
  Instant connected_at_;
  Instant received_at_;
  Instant sent_at_;
};

}  // namespace callwright::cti::feed
