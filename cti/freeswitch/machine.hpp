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

#include "cti/freeswitch/answers.hpp"
#include "cti/freeswitch/callcenter.hpp"
#include "cti/freeswitch/channels.hpp"
#include "cti/freeswitch/event.hpp"
#include "cti/freeswitch/frame.hpp"
#include "cti/freeswitch/plan.hpp"
#include "cti/freeswitch/settings.hpp"
#include "cti/link/kept.hpp"
#include "cti/link/machine.hpp"

namespace callwright::cti::freeswitch {

/// Everything that a link to one FreeSWITCH decides. We call it (port 8021); FreeSWITCH speaks first.
///
/// Life of a connection: `auth/request` > password > the events that we need, which are kept back from here on > which core this is, its clock, all
/// channels and bridged pairs, the queues of mod_callcenter where it is loaded > of each channel the variable `callwright_entry`, which also says
/// whether it still is (`show channels` reads a table that lags behind) > LinkOpened, Snapshot, what was kept back > live. A wrong password ends it
/// for good; an access list that does not let us in is tried again every few seconds, since nothing is locked by that.
///
/// Replies carry no name: they come strictly in the order of the commands, each within `Patience::request`. `originate` is a job under our own name,
/// and its result an event; every other command answers at once. A job that nobody waits for any more is counted and ignored, those of others are not
/// looked at.
///
/// The epoch of a boot is made of the core's UUID. The switch says HEARTBEAT every 20 s; without a byte for 60 s the connection is taken for dead,
/// since FreeSWITCH ends a listener that it cannot reach without a word.
class Machine final : public link::Machine {
 public:
  static constexpr std::size_t kPending = 8'192;  ///< commands that wait for their reply
  static constexpr std::size_t kQueues = 1'024;   ///< of mod_callcenter that are asked for their members

  struct More {
    std::uint64_t late_jobs = 0;      ///< results of ours that nobody waits for any more
    std::uint64_t lingering = 0;      ///< notices of an end that does not come yet
    std::uint64_t local_callers = 0;  ///< loopback halves that asked for a route, sent to the fallback
  };

  explicit Machine(Settings settings);
  const More& more() const { return more_; }

 private:
  enum class Purpose : std::uint8_t { sign_in, events, core, clock, status, channels, bridged, queues, agents, members, entry, alive, step };
  struct Pending {
    Purpose purpose = Purpose::step;
    Instant until;
    Step step;
    std::size_t row = 0;  ///< of `entry`: in `listed_`
  };
  struct Job {
    std::string leg;
    Instant until;
  };
  struct KeptEvent {
    Frame::Kind kind;
    std::string body;
  };

  void on_opened(Instant now) override;
  void on_bytes(std::string_view bytes, Instant now) override;
  void on_command(const model::Command& command, Instant now) override;
  void on_lost() override;
  std::optional<Instant> due() const override;
  void on_wake(Instant now) override;
  void on_accepting(bool yes, Instant now) override;
  void on_devices(Instant now) override;
  bool waits_for_answers() const override { return !pending_.empty(); }

  void take(const Frame& frame, Instant now);
  void ask(Purpose purpose, std::string text, Instant now) { ask(purpose, std::move(text), now, Pending()); }
  void ask(Purpose purpose, std::string text, Instant now, Pending more);
  void settle(const Frame& frame, Instant now);
  void signed_in(std::string_view reply, Instant now);
  void take_answer(const Pending& pending, std::string_view body, Instant now);
  void take_step(const Pending& pending, std::string_view answer, Instant now);
  void ask_details(Instant now);
  void begin(Instant now);
  void take_event(const Frame& frame, Instant now);
  void handle(const Event& event, Instant now);
  void take_job(const Event& event);
  void carry_out(Channels::Effects effects, Instant switch_at, Instant now);
  void write_alive(Instant now);
  void fail_ring(const std::string& leg, std::string_view answer);

  const Settings settings_;
  Channels channels_;
  Callcenter callcenter_;
  FrameReader reader_;
  Event event_;
  More more_;

  std::deque<Pending> pending_;
  std::map<std::string, Job> jobs_;  ///< by name
  bool accepting_ = false;
  Duration ahead_{};  ///< how far the switch's clock is ahead of our time: the dialplan compares CALLWRIGHT_ALIVE with its own
  Instant heard_, alive_at_;

  // The snapshot being made.
  bool asked_details_ = false;
  std::string core_, version_;
  std::vector<Channels::Listed> listed_;
  std::vector<BridgedPair> bridged_;
  std::vector<std::string> queues_;
  std::set<std::size_t> vanished_;  ///< rows of channels that are no more
  link::Kept<KeptEvent> kept_;
};

}  // namespace callwright::cti::freeswitch
