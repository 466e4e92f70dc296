#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/digest.hpp"
#include "contacts/group_commit.hpp"
#include "contacts/store.hpp"
#include "core/commit_gate.hpp"
#include "core/core.hpp"
#include "cti/feed/machine.hpp"
#include "cti/feed/peer.hpp"
#include "sim/disk.hpp"
#include "sim/switch/dice.hpp"
#include "sim/switch/switch_model.hpp"

namespace callwright::sim {

/// How hard life is in a run. Chances are per occasion; the seed draws the occasions.
struct Faults {
  double cut_per_minute = 0.5;        ///< the network connection breaks, what was on the way is lost
  double kill_per_minute = 0.2;       ///< the server dies between two writes
  double restart_switch_per_hour = 2;
  double full_per_hour = 4;           ///< the disk is full for a while
  double clock_step_per_hour = 6;
  double slow_commit = 0.02;          ///< a commit takes 20..300 ms
  double slow_look_up = 0.05;         ///< a look-up takes longer than its limit, or gets no answer
};

struct WorldOptions {
  std::uint64_t seed = 1;
  Duration length = std::chrono::minutes(10);
  int agents = 8;
  double calls_per_minute = 12;
  Faults faults;
};

struct Outcome {
  bool failed = false;
  std::int64_t step = 0;       ///< of the failure
  Instant at;
  std::string what;
  std::uint64_t trace = 0;     ///< hash over every fact and command: the same for the same seed
  std::int64_t steps = 0, facts = 0, contacts = 0, kills = 0, cuts = 0, switch_restarts = 0, refills = 0;
};

/// A whole centre in one thread and virtual time: the real core, group commit, store (SQLite on `Disk`) and feed machines on
/// both sides of a network that breaks, a switch with callers and phones, and agents with moods.
///
/// After every step it is checked that: the core's and routing's invariants hold (core::Core::violations); folding the journal gives the live state
/// (a second core that only folds); what was acknowledged to the switch or to an agent is in the journal exactly once, across
/// kills; every contact ends at last. A run is a pure function of its options.
class World {
 public:
  explicit World(const WorldOptions& options);
  ~World();

  Outcome run();

 private:
  struct Server;
  struct Wire;

  // Time
  void at(Instant when, std::function<void()> what);
  void after(Duration delay, std::function<void()> what) { at(now_ + delay, std::move(what)); }
  void every(double per_hour, std::function<void()> what);
  Duration between(Duration low, Duration high) { return Duration{low.count() + static_cast<std::int64_t>(dice_.below(static_cast<std::uint64_t>((high - low).count() + 1)))}; }

  // Server
  void start_server();
  void kill_server(const std::string& why);
  void input(core::InputBody body);
  void deliver(const core::Input& input, core::Output output);
  void schedule_flush();
  void flush();
  void schedule_timer();
  void look_up(const core::FindCustomer& wanted);
  void check_acknowledged();

  // Network and switch
  void connect();
  void cut();
  void perform(const cti::feed::Machine::Actions& actions);
  void perform(const cti::feed::Peer::Actions& actions);
  void publish(SwitchModel::Happenings happenings);
  void run_switch();
  void restart_switch();

  // Agents
  void agent_moves(int agent);
  void ask(const AgentId& agent, core::RequestBody body);
  void see(const std::vector<core::View>& views);

  void fail(std::string what);

  const WorldOptions options_;
  Dice dice_;
  Instant now_, end_;
  Outcome outcome_;
  Digest trace_;
  bool failed_ = false;

  struct Event {
    Instant when;
    std::int64_t order;
    std::function<void()> what;
    bool operator<(const Event& other) const { return std::tie(other.when, other.order) < std::tie(when, order); }
  };
  std::priority_queue<Event> events_;
  std::int64_t order_ = 0;

  std::unique_ptr<Disk> disk_;
  std::shared_ptr<const journal::Centre> centre_;
  std::unique_ptr<Server> server_;
  std::int64_t server_run_ = 0;   ///< counts starts: events of an earlier life are dropped
  Instant last_alive_;            ///< our clock of the life before

  std::unique_ptr<SwitchModel> switch_;
  std::unique_ptr<cti::feed::Peer> peer_;
  cti::feed::Counters counters_;
  std::int64_t boot_epoch_ = 1;
  std::int64_t connection_ = 0;   ///< counts connections: bytes of an earlier one are dropped
  bool connected_ = false;
  Instant to_server_free_, to_switch_free_;  ///< bytes of one direction stay in order
  Instant switch_due_;

  struct Seen {  ///< what an agent's page shows
    journal::AgentState state = journal::AgentState::signed_out;
    std::set<ContactId> contacts;
    std::map<ContactId, core::ContactState> states;
    std::set<OfferId> offers;
    bool page = false;
  };
  std::map<AgentId, Seen> seen_;
  std::int64_t next_request_ = 0;
  std::map<std::string, std::string> acknowledged_notes_;               ///< request id -> text
  std::map<std::pair<std::string, std::string>, int> acknowledged_;     ///< (source, id) -> number of facts
};

}  // namespace callwright::sim
