#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cti/csta/calls.hpp"
#include "cti/csta/codec.hpp"
#include "cti/csta/frame.hpp"
#include "cti/csta/settings.hpp"
#include "cti/link/kept.hpp"
#include "cti/link/machine.hpp"

namespace callwright::cti::csta {

/// The protocol of one connection to a CSTA switch.
///
///     StartApplicationSession ▶ of each agent's device: MonitorStart ▶ SnapshotDevice ▶ SnapshotCall of each call that shows ▶ live
///
/// Nothing else is written before the session is granted. A switch that says that it has no sessions is used without one. The session's timer is
/// renewed at half of its time. What the switch says meanwhile is kept back until the snapshot is whole, and applied behind it: an event that the
/// snapshot knows already says nothing again. A device that the switch does not know is logged and left out; the others go on. Of one that is named
/// later, a call that it is in already shows with the next event.
///
/// Each request has a number from 0 to 9998 that no other open one has; an answer to a number that is not open is counted. At most `kWindow` are
/// open, the rest waits in order; one that is not answered within `Patience::request` ends the connection. After `kSilence` without a word we ask for
/// the system's status, whose answer, or refusal, is a word.
///
/// CSTA does not say when a switch was started. A switch that says that it initialises, or is disabled, has restarted: the next connection has a new
/// boot epoch. Lost messages, a monitor that the switch stops and a session that it terminates are healed by a new connection and its snapshot.
class Machine final : public link::Machine {
 public:
  static constexpr Duration kSilence = std::chrono::seconds(30);
  static constexpr Duration kHealing = std::chrono::minutes(1);  ///< between two connections that are ended for broken messages
  static constexpr std::int64_t kSessionSeconds = 600;           ///< asked for; the switch says what it grants
  static constexpr std::int32_t kInvokeIds = 9'999;
  static constexpr std::size_t kWindow = 64;
  static constexpr std::size_t kWaiting = 16'384;
  static constexpr std::size_t kSnapshotCalls = 16'384;

  Machine(link::Identity identity, link::Patience patience, Settings settings);

  std::size_t legs() const { return calls_.size(); }

 private:
  enum class Purpose : std::uint8_t { session, timer, monitor, device, call, status, act };
  struct Request {
    Purpose purpose = Purpose::act;
    std::string subject;  ///< the device, call or leg
    std::string xml;
  };
  struct Pending {
    Purpose purpose = Purpose::act;
    std::string subject;
    Instant until;
  };

  void on_opened(Instant now) override;
  void on_bytes(std::string_view bytes, Instant now) override;
  void on_command(const model::Command& command, Instant now) override;
  void on_lost() override;
  std::optional<Instant> due() const override;
  void on_wake(Instant now) override;
  void on_devices(Instant now) override;
  bool waits_for_answers() const override { return !asked_.empty() || !waiting_.empty(); }

  void take(const Frame& frame, Instant now);
  void take_event(Message message, std::size_t size, Instant now);
  void take_request(const Message& message, std::int32_t invoke_id, Instant now);
  void answered(const Pending& asked, const Message& message, Instant now);
  void session_answered(const Message& message, Instant now);
  void begin(Instant now);
  void watch_devices(Instant now);
  void unwatch_devices(Instant now);
  void list_call(const Listed& listed, Instant now);
  void go_on(Instant now);
  void tell(const Message& message);

  bool ask(Purpose purpose, std::string subject, Result<std::string> xml, Instant now);
  void fill_window(Instant now);
  void say(std::int32_t invoke_id, std::string_view xml);
  void failed(const Pending& asked, std::string_view why);
  std::optional<Connection> commanded(const model::Command& command, const std::string& leg);

  const Settings settings_;
  Calls calls_;
  std::int64_t boot_epoch_ = 0;
  bool restarted_ = false;

  // Of this connection.
  FrameReader reader_;
  std::string session_;
  Duration session_time_{};
  std::optional<Instant> renew_at_, heal_at_;
  std::map<std::int32_t, Pending> asked_;
  std::deque<Request> waiting_;
  std::int32_t next_ = 0;
  std::set<std::string> watched_;                ///< devices whose monitors were asked for
  std::map<std::string, std::string> monitors_;  ///< what the switch calls them, and whose they are
  std::map<std::string, ListedCall> listed_;
  link::Kept<Message> kept_;
  Instant heard_, live_since_;
  bool told_malformed_ = false;
};

}  // namespace callwright::cti::csta
