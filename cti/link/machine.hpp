#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "cti/link/action.hpp"
#include "cti/link/counters.hpp"
#include "cti/model/command.hpp"
#include "cti/model/switch_event.hpp"

namespace callwright::cti::link {

/// Who a link is.
struct Identity {
  SwitchId switch_id;
  std::string name;        ///< of the link, the source of its events: the switch's id, or `main/ami` where a switch has a second link
  std::int64_t epoch = 0;  ///< our start counter: makes the names of connections unique for ever
  std::uint64_t seed = 1;  ///< spreads the reconnects of links that fell together
};

/// How patient a link is. The defaults serve everybody.
struct Patience {
  Duration connect = std::chrono::seconds(3);  ///< TCP, TLS
  Duration sign_in = std::chrono::seconds(5);  ///< from the open connection to the accepted account
  Duration request = std::chrono::seconds(3);  ///< an answer that takes longer ends the connection
  Duration snapshot = std::chrono::seconds(10);
  Duration first_retry = std::chrono::milliseconds(250);  ///< doubles with each failure up to `last_retry`, half of it random
  Duration last_retry = std::chrono::seconds(5);
};

/// Everything that a link decides, without a socket, a clock or a random device: the life of a connection, which a protocol fills in.
///
///     stopped ─start▶ opening ─opened▶ signing_in ─begin_snapshot▶ snapshot ─go_live▶ live
///                        ▲  any trouble: lose()                                  │
///                        └────────── waiting (a pause that grows) ◀──────────────┘      refuse() ▶ refused, for good
///
/// Any trouble ends the connection whole and begins again, because only a snapshot can say what was missed. The first attempt that
/// fails is told as the end of the link as well, so that the pages can say why it is not up. An account that is refused is not tried again: it would
/// be locked. Nothing is sent before the protocol sends it, and commands wait for nobody: one that comes while the link is not live is counted and
/// dropped (the core offers again behind the snapshot).
///
/// The members of the upper half are called by the driver, `on_...` are the protocol's, the rest is for the protocol to call. Each driver's call
/// gives what is to be done; `wake` must be called at `next_wake` at the latest.
class Machine {
 public:
  enum class Phase : std::uint8_t { stopped, opening, signing_in, snapshot, live, waiting, refused };

  Machine(Identity identity, Patience patience);
  virtual ~Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  Actions start(Instant now);
  Actions stop(Instant now);
  Actions opened(Instant now);
  Actions closed(std::string_view reason, Instant now);
  Actions received(std::string_view bytes, Instant now);
  Actions command(const model::Command& command, Instant now);
  Actions accepting(bool yes, Instant now);
  /// The agents' devices have changed: the new ones are watched from now on.
  Actions know_devices(std::vector<std::string> devices, Instant now);
  /// The core did not take an event: whatever followed would be a gap, so the connection ends and a snapshot follows.
  Actions overflowed(Instant now);
  /// Commands to the switch were lost before they came here: a snapshot says what is still to be done.
  Actions commands_lost(Instant now);
  Actions wake(Instant now);
  std::optional<Instant> next_wake() const;

  Phase phase() const { return phase_; }
  /// Nothing is on its way to the switch.
  bool idle() const { return phase_ != Phase::live || !waits_for_answers(); }
  const Counters& counters() const { return counters_; }
  const SwitchId& switch_id() const { return identity_.switch_id; }
  const std::string& name() const { return identity_.name; }
  const Patience& patience() const { return patience_; }

 protected:
  // --- what a protocol fills in -------------------------------------------------------------------------------------------
  /// The connection is open: say hello, or wait for the switch to. `begin_snapshot` must follow within `Patience::sign_in`.
  virtual void on_opened(Instant now) = 0;
  virtual void on_bytes(std::string_view bytes, Instant now) = 0;
  /// The link is live, the deadline has not passed. Count what is not sent (`unsupported`, `refused_value`).
  virtual void on_command(const model::Command& command, Instant now) = 0;
  /// Forget everything about this connection.
  virtual void on_lost() = 0;
  /// The next moment at which the protocol wants `on_wake`, and that moment.
  virtual std::optional<Instant> due() const = 0;
  virtual void on_wake(Instant now) = 0;
  virtual void on_accepting(bool, Instant) {}
  virtual void on_devices(Instant) {}
  virtual bool waits_for_answers() const = 0;

  // --- what a protocol calls ----------------------------------------------------------------------------------------------
  void send(std::string bytes, std::string to = {});
  /// The account is accepted: from here on what the switch says is kept back by the protocol (`Kept`) until it calls `go_live`, which must happen
  /// within `Patience::snapshot`.
  void begin_snapshot(Instant now);
  /// Tells LinkOpened and the snapshot. What was kept back follows.
  void go_live(std::int64_t boot_epoch, model::Snapshot snapshot);
  /// The connection is of no use any more.
  void lose(std::string_view reason, Instant now);
  /// The same, and not before `pause` again.
  void lose(std::string_view reason, Duration pause, Instant now);
  /// The switch does not want us: not tried again until the settings change or the server restarts.
  void refuse(std::string_view reason);
  /// While live only.
  void emit(model::SwitchEventBody body, Instant switch_at = {});
  void declare(const model::Capabilities& capabilities);
  void log(Log::Level level, std::string event, std::string detail = {});
  void unsupported(const model::Command& command);
  void refused_value(const model::Command& command, std::string_view which);
  /// A `Ring` or `Dial` leads to a leg that ends, whatever happens, so that no offer waits for a phone that cannot ring: a leg that no event has
  /// shown is told as begun and gone. `name`: as in `name_of_leg`.
  void ring_failed(const std::string& name, journal::Cause cause, std::int32_t raw_code, std::string why);
  /// Nothing will be told of the leg of a `Ring`: what the core has heard of its caller has ended the offer.
  void ring_is_over(const std::string& name);
  /// The name that the leg of a `Ring` or `Dial` gets on the switch.
  std::string name_of_leg(const model::Command& command) const;

  bool is_live() const { return phase_ == Phase::live; }
  /// Something is connected, and it is neither lost nor refused.
  bool is_open() const { return phase_ == Phase::signing_in || phase_ == Phase::snapshot || phase_ == Phase::live; }
  bool takes_contacts() const { return accepting_; }
  const std::vector<std::string>& devices() const { return devices_; }
  std::int64_t epoch() const { return identity_.epoch; }
  std::uint64_t random();
  /// What is to be done so far: for a protocol that has inputs of its own.
  Actions take();

  Counters counters_;

 private:
  void begin(Instant now);
  Duration next_pause();
  void not_sent(const model::Command& command, std::uint64_t& counter, journal::Cause cause, const std::string& why);
  void fail_leg(model::LegCreated leg, journal::Cause cause, std::int32_t raw_code, std::string why);
  void tell(model::SwitchEventBody body, Instant switch_at);

  const Identity identity_;
  const Patience patience_;
  std::uint64_t random_;
  Phase phase_ = Phase::stopped;
  Actions out_;
  std::int64_t connection_ = 0, received_ = 0;
  std::int32_t failures_ = 0;
  bool accepting_ = false;
  bool told_state_ = false;  ///< the core has heard whether we are connected
  std::optional<Instant> retry_at_, phase_until_;
  std::vector<std::string> devices_;
  std::map<std::string, model::LegCreated> unseen_;  ///< legs that we asked for and no event has shown yet, by name
};

}  // namespace callwright::cti::link
