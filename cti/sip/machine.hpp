#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cti/link/machine.hpp"
#include "cti/sip/caller.hpp"
#include "cti/sip/codec.hpp"
#include "cti/sip/flow.hpp"
#include "cti/sip/guard.hpp"
#include "cti/sip/inspection.hpp"
#include "cti/sip/settings.hpp"
#include "cti/sip/transactions.hpp"
#include "cti/sip/watch.hpp"

namespace callwright::cti::sip {

/// SIP as a link that routes without media: a server that is asked by INVITE where a caller is to go.
///
///     INVITE ▶ 100, RouteAsked    Park ▶ 182 Queued, again each minute    Ring ▶ 302 to the agent's device    Release ▶ 302 to the fallback
///     CANCEL ▶ 200, 487           End ▶ 486, 603, 480 ...                 Play ▶ the phrase of 182 says position and wait
///
/// After 302 we are out of the path. The Contact of the 302 names the agent's leg (`cw-leg`). What happens at the device its watch tells (watch.hpp):
/// the first dialog there that is the caller's, by our token, by Call-ID, by who is at the other end, or because it begins there now and names
/// nobody, is the agent's leg; when it is confirmed the two talk, when it is over both are gone. Nothing to be seen within the ring's time: the
/// caller is gone as `transferred`. Of a device that nobody watches both the agent's leg and he are gone at once, as `transferred` by us, if the
/// settings say `blind`; otherwise he is not sent there and the ring fails.
///
/// Its connection is its sockets: `opened` once they are bound. What waits outlives them, so the snapshot behind a gap shows every caller with his
/// route still asked. Bytes come by `packet`, with the way they came; a Send names the way to go (flow.hpp).
class Machine final : public link::Machine {
 public:
  struct Counts {
    std::uint64_t requests = 0;
    std::uint64_t responses = 0;
    std::uint64_t refused = 0;     ///< requests that we do not serve, but for the three below
    std::uint64_t challenged = 0;  ///< 401
    std::uint64_t forbidden = 0;   ///< 403
    std::uint64_t overload = 0;    ///< 503
    std::uint64_t redirected = 0;  ///< 302 to an agent
    std::uint64_t cancelled = 0;   ///< callers who gave up
  };

  /// `settings` have passed `check`.
  Machine(Settings settings, link::Identity identity, link::Patience patience = {});

  /// One datagram, or one message of a stream.
  link::Actions packet(const Flow& from, Carrier carrier, std::string_view bytes, Instant now);
  /// What was sent there did not arrive.
  link::Actions unreachable(const Flow& flow, Instant now);
  /// Who waits goes to the fallback: before a stop, and when the core is silent.
  link::Actions release_all(Instant now);

  std::size_t callers() const { return callers_.size(); }
  const Watch& watch() const { return watch_; }
  const Counts& counts() const { return counts_; }
  const Transactions::Counters& transactions() const { return transactions_.counters(); }

 private:
  using Id = Transactions::Id;

  void on_opened(Instant now) override;
  void on_bytes(std::string_view, Instant) override {}
  void on_command(const model::Command& command, Instant now) override;
  void on_lost() override {}
  std::optional<Instant> due() const override;
  void on_wake(Instant now) override;
  void on_devices(Instant now) override;
  bool waits_for_answers() const override { return false; }

  // Requests (machine.cpp).
  void carry_out(Instant now);
  void flush();
  void on(const Transactions::Asked& asked, Instant now);
  void on(const Transactions::Cancelled& cancelled, Instant now);
  void on(const Transactions::Acknowledged&, Instant) {}
  void on(const Transactions::Unacknowledged& lost, Instant now);
  void on(const Transactions::Answered& answered, Instant now);
  void on(const Transactions::Unanswered& unanswered, Instant now);
  bool admits(Id id, bool& believed, Instant now);
  void object(Id id, const Objection& objection, Instant now);
  void take_invite(Id id, bool believed, Instant now);
  void take_bye(Id id, Instant now);
  void refuse(Id id, std::int32_t status, const char* phrase, Instant now);
  void overload(Id id, Instant now);
  void reply(Id id, std::int32_t status, Result<std::string> bytes, Instant now);

  // Callers (machine_callers.cpp).
  void park(Caller& caller, Instant now);
  void tell_queued(Caller& caller, Instant now);
  void play(const model::Play& play, const model::Command& command, Instant now);
  void ring(const model::Ring& ring, const model::Command& command, Instant now);
  void end(Caller& caller, journal::Cause cause, Instant now);
  void release(Caller& caller, Instant now);
  journal::Cause to_fallback(Id invite, const std::string& user, Instant now);
  void gone(Caller& caller, journal::Cause cause, std::int32_t raw_code, std::string raw_text, journal::EndedBy by);
  void wake_caller(Caller& caller, Instant now);
  void arm(const Caller& caller);
  void disarm(const Caller& caller);
  std::optional<Instant> due_of(const Caller& caller) const;
  Address own_contact(const Caller& caller) const;
  Caller* find(const std::string& id);
  Caller* find(Id invite);

  // What happens at the devices (machine_watched.cpp).
  void follow(Watch::Effects effects, Instant now);
  void see(const std::string& device);
  void claim(const std::string& device, const Watch::Device& seen);
  void progress(Caller& caller, const SeenDialog* seen);
  void finish(Caller& caller, const Dialog* last);
  void tell_device(const std::string& device);
  bool is_watched(const std::string& device) const;

  const Settings settings_;
  const Abilities abilities_;
  Guard guard_;
  Transactions transactions_;
  Transactions::Effects effects_;
  std::map<std::string, Caller> callers_;
  std::unordered_map<Id, std::string> by_invite_;
  std::set<std::pair<Instant, std::string>> due_;
  std::multimap<std::string, std::string> sent_to_;  ///< device and caller
  Watch watch_;
  std::map<std::string, std::pair<bool, bool>> told_;  ///< of a device: busy, reachable
  Counts counts_;
};

/// `1001` at the domain, or a whole sip URI. None: it is neither.
std::optional<Uri> device_uri(const std::string& device, const std::string& domain);

/// What is wrong with settings. Errors: `errc::bad_settings`.
Result<void> check(const Settings& settings);

}  // namespace callwright::cti::sip
