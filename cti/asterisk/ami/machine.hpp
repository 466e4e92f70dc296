#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cti/asterisk/ami/channels.hpp"
#include "cti/asterisk/ami/event.hpp"
#include "cti/asterisk/ami/queues.hpp"
#include "cti/asterisk/ami/reader.hpp"
#include "cti/asterisk/ami/settings.hpp"
#include "cti/link/kept.hpp"
#include "cti/link/machine.hpp"

namespace callwright::cti::ami {

/// The protocol of one connection to Asterisk's manager interface.
///
///     banner ▶ Challenge ▶ Login (MD5, no events yet) ▶ ListCommands ▶ filters, then events ▶ CoreStatus, CoreShowChannels, BridgeList, QueueStatus,
///     DeviceStateList ▶ BridgeInfo of those bridges in which somebody stands whom the list of channels did not place ▶ live
///
/// Nothing but Challenge and Login is written before the account is accepted. What the switch says from then on is kept back until the lists are
/// whole, and applied behind them: an event that the lists know already says nothing again. When the switch started (CoreStatus) is the boot
/// epoch: a reconnect is no restart. A switch that has just finished booting says so, and is asked again: its queues may not have
/// been there yet.
///
/// Each action has an ActionID of its own, `cw-EPOCH-CONNECTION-N`; answers to others' are counted. One that is not answered within
/// `Patience::request` ends the connection; the lists have `Patience::snapshot`. After `kSilence` without a word we ask for one, and after as
/// long again the connection is lost. A message that was broken may have been the end of a leg: the connection begins again a second later, so
/// that a snapshot heals it, but at most once in `kHealing`.
class Machine final : public link::Machine {
 public:
  static constexpr Duration kSilence = std::chrono::seconds(10);
  static constexpr Duration kHealing = std::chrono::minutes(1);
  static constexpr Duration kNotAllowed = std::chrono::minutes(1);  ///< until an account that may not list channels is tried again
  static constexpr std::size_t kPending = 65'536;                   ///< actions that wait for their answers; more end the connection
  static constexpr std::size_t kListed = 1'000'000;                 ///< items of all lists
  static constexpr std::size_t kBridgeInfos = 4'096;

  Machine(link::Identity identity, link::Patience patience, Settings settings);

  /// The switch's word about itself, `Asterisk Call Manager/11.0.0`.
  const std::string& banner() const { return said_; }
  std::size_t legs() const { return channels_.size(); }

 private:
  enum class Purpose : std::uint8_t {
    challenge,
    login,
    commands,
    filter,
    events,
    status,
    channels,
    bridges,
    queues,
    devices,
    bridge_info,
    ping,
    act,
    originate
  };
  struct Pending {
    Purpose purpose = Purpose::act;
    bool lists = false;   ///< its list has begun
    std::string subject;  ///< the bridge, or the leg
  };
  using Asked = std::map<std::int64_t, Pending>;

  void on_opened(Instant now) override;
  void on_bytes(std::string_view bytes, Instant now) override;
  void on_command(const model::Command& command, Instant now) override;
  void on_lost() override;
  std::optional<Instant> due() const override;
  void on_wake(Instant now) override;
  void on_devices(Instant now) override;
  bool waits_for_answers() const override { return !asked_.empty(); }

  void take(const Message& message, Instant now);
  void take_banner(std::string_view line, Instant now);
  void take_event(const Message& message, Instant now);
  void answered(Asked::iterator asked, const Message& message, Instant now);
  void sign_in(std::string_view challenge, Instant now);
  void signed_in(const Message& message, Instant now);
  void read_commands(const Message& message);
  void ask_snapshot(Instant now);
  void list_ended(Asked::iterator asked, bool whole, Instant now);
  void go_on(Instant now);
  void tell(const Event& event);

  template <class Write>
  bool ask(Purpose purpose, Instant now, std::string subject, Write write);
  std::string action_id(std::int64_t n) const;
  std::int64_t own_number(std::string_view action_id);
  void failed(const Pending& asked, std::string_view why);

  const Settings settings_;
  Channels channels_;
  Queues queues_{channels_};

  // Of this connection.
  Reader reader_;
  std::uint64_t broken_told_ = 0;
  Event event_;
  std::string said_;
  bool lists_asked_ = false, infos_asked_ = false;
  std::set<std::string, std::less<>> commands_;  ///< that the account may give; empty: not known
  Listed listed_;
  std::int64_t boot_epoch_ = 0;
  link::Kept<std::string> kept_;
  Asked asked_;
  std::map<std::int64_t, std::string> ringing_;  ///< legs that are originated, by action
  std::deque<std::pair<Instant, std::int64_t>> deadlines_;
  Instant heard_;
  bool pinged_ = false;
  std::optional<Instant> heal_at_;
  Instant live_since_;

  std::int64_t connection_ = 0, next_ = 1;
  std::string told_rights_;  ///< the last warning about what the account may do
};

}  // namespace callwright::cti::ami
