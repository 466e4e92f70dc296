#pragma once
#include <cstdint>
#include <functional>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/digest.hpp"
#include "contacts/store.hpp"
#include "core/core.hpp"
#include "cti/feed/admissions.hpp"
#include "cti/feed/machine.hpp"
#include "cti/feed/peer.hpp"
#include "sim/centre.hpp"
#include "sim/disk.hpp"
#include "sim/mirror.hpp"
#include "sim/promises.hpp"
#include "sim/switch/dice.hpp"
#include "sim/switch/switch_model.hpp"
#include "sim/witness.hpp"

namespace callwright::sim {

/// How hard life is in a run. Chances are per occasion; the seed draws the occasions.
struct Faults {
  double cut_per_minute = 0.5;        ///< the network connection breaks: both sides notice, or one of them late
  double kill_per_minute = 0.2;       ///< the server dies between two writes; its switch may notice late
  double drain_per_hour = 4;          ///< the server is told to stop, and starts again
  double restart_switch_per_hour = 2;
  double full_per_hour = 4;           ///< the disk is full for up to 40 s
  double clock_step_per_hour = 6;     ///< the wall clock steps by up to an hour either way
  double slow_network_per_minute = 0.3;  ///< for up to 5 s everything takes up to 2 s
  double torn_send = 0.05;            ///< bytes arrive in two parts, and a cut may come between
  double lost_event = 0.001;          ///< an event's frame never arrives, the next ones do
  double twice_event = 0.005;         ///< an event's frame arrives twice, the second time at once or up to 3 s later
  double slow_switch = 0.01;          ///< on a command: the switch does this one and the next ones up to 5 s late, in order
  double lazy_switch = 0.01;          ///< on a command that need not be carried out: it fails, or is not done and not answered, or answered and not done
  double slow_commit = 0.02;          ///< a commit takes 20..300 ms
  double slow_look_up = 0.05;         ///< a look-up takes longer than its limit, or gets no answer
  double repeated_request = 0.05;     ///< a page sends its request again, within 5 s
  double late_answer = 0.2;           ///< a page hears up to 3 s late that its request is done; if the server dies before, it asks again
  double full_core_per_hour = 12;     ///< for up to 3 s the core's queue is at its limit and takes nothing that may come again
  double small_spool = 0.3;           ///< chance of a spool of 16..48 KiB, which a full disk makes overflow
  double rules = 0.5;                 ///< chance of a centre that uses every rule (`with_other_rules`)
  double new_rules_per_hour = 12;     ///< in such a centre: the administrator applies others
  double steers_per_minute = 3;       ///< a supervisor lays hand on a caller who waits, or on an agent's state
  double emergencies_per_hour = 40;   ///< where queues have announcements: he switches one to emergency, or back
  double capacities_per_hour = 40;    ///< where there are written contacts: the administrator lets agents have more or fewer of them
  double lost_answer = 0.1;           ///< the system that has the written contacts never hears that its request is done, and asks again

  static Faults none() { return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}; }
};

struct WorldOptions {
  std::uint64_t seed = 1;
  Duration length = std::chrono::minutes(10);  ///< then comes the calm tail
  int agents = 8;
  int switches = 0;            ///< 1 to 3, each with at least two agents; 0: as the seed wants
  double calls_per_minute = 12;
  bool callbacks = false;      ///< some callers ask to be called back, whatever the seed
  bool written = false;        ///< customers write too, whatever the seed
  double written_per_minute = 10;
  Faults faults;
  std::function<void(const std::string&)> trace;  ///< one line for each step and fault; empty: none
};

struct Outcome {
  bool failed = false;
  std::int64_t step = 0;       ///< of the failure
  Instant at;
  std::string what;
  std::uint64_t trace = 0;     ///< hash over every fact and command, whole: the same for the same seed
  std::int64_t steps = 0, facts = 0, contacts = 0, kills = 0, drains = 0, cuts = 0, switch_restarts = 0, refills = 0, refused = 0, overflows = 0,
               contacts_lost = 0, customers_called = 0, written = 0;
};

/// A whole centre in one thread and virtual time: the real core, group commit, store (SQLite on `Disk`), admissions and feed machines on
/// both sides of a network that breaks, one to three switches with callers and phones, and agents with moods.
///
/// After every step: the invariants of core and routing (core::Core::violations), the rules of `Witness`, pages that show the present
/// (`Mirror`), and a second core that only folds the facts and must be in the same state. At every start and at the end: `Promises`,
/// checkpoint + tail against the whole journal, the contact rows against the facts (`wrong_rows`). Every second: the legs of each switch
/// and of the core are the same, but for what is on its way. After `length` a calm tail: no faults, no new callers; then everything must come
/// to its end: contacts, legs, agents' work, commits. docs/simulator.md has the list.
///
/// A run is a pure function of its options. `world.cpp` has time, faults and the tail, `process.cpp` the server, `network.cpp` the
/// switches and what lies between, `people.cpp` the agents, `written.cpp` chats and e-mails.
class World {
 public:
  explicit World(const WorldOptions& options);
  ~World();

  Outcome run();

 private:
  struct Server;
  struct Site;

  // Time (world.cpp)
  void at(Instant when, std::function<void()> what);
  void after(Duration delay, std::function<void()> what) { at(now_ + delay, std::move(what)); }
  void every(double per_hour, std::function<void()> what);
  Duration between(Duration low, Duration high) { return Duration{low.count() + static_cast<std::int64_t>(dice_.below(static_cast<std::uint64_t>((high - low).count() + 1)))}; }
  void plan_faults();
  void begin_calm();
  void tick();
  void check_legs(Site& site);
  bool all_is_over() const;
  void fail(std::string what);
  void trace(const std::string& line);

  // The server's process (process.cpp)
  void start_server();
  bool fold_journal();
  void kill_server(const std::string& why);
  void drain_server();
  void stop_server();
  Instant clock() const;             ///< the server's
  void at_clock(Instant due, std::function<void()> what);  ///< when the server's clock shows `due`, if it still lives
  void input(core::InputBody body);
  bool core_is_full() const { return now_ < core_full_until_; }
  void refused_at_limit(const core::InputBody& body);
  void deliver(const core::Input& input, core::Output output);
  void check_commit(const std::string& what, std::int64_t seq);
  void schedule_flush();
  void flush();
  void schedule_timer();
  void look_up(const core::FindCustomer& wanted);
  void check_journal();

  // The network and the switches (network.cpp)
  Site& any_site();
  Site& site_of(const SwitchId& id);
  cti::feed::Machine* machine_of(const Site& site) const;  ///< the server's side of its connection, if there is one
  void plan_connect(Site& site, Duration delay);
  void connect(Site& site);
  void cut(Site& site);
  void peer_is_cut(Site& site);
  void machine_is_cut(Site& site);
  void leave_alone(Site& site);
  Duration network_delay(const Site& site);
  void perform(Site& site, const cti::feed::Machine::Actions& actions);
  bool take_event(Site& site, const cti::model::SwitchEvent& event);
  bool tell_lost(Site& site);
  void perform(Site& site, const cti::feed::Peer::Actions& actions, bool event = false);
  void take_command(Site& site, const cti::feed::CommandMessage& command);
  bool shirks(Site& site, const cti::feed::CommandMessage& command);
  void execute(Site& site, const cti::feed::CommandMessage& command);
  void send_to_server(Site& site, const std::string& bytes, bool event);
  void send_to_switch(Site& site, const std::string& bytes);
  void carry(Site& site, Instant when, std::string bytes, bool to_server);
  void let_go(Site& site);
  void publish(Site& site, SwitchModel::Happenings happenings);
  void run_switch(Site& site);
  void restart_switch(Site& site);

  // People (people.cpp)
  void agent_moves(int agent);
  void ask(const AgentId& agent, core::RequestBody body) { ask("user:" + agent.value, agent, std::move(body)); }
  void ask(const std::string& principal, const AgentId& agent, core::RequestBody body);
  void hears_answer(const core::Request& request, ContactId contact);
  void pages_come_back();
  void see(const std::vector<core::View>& views);
  void supervisor_moves();
  void hand_on(const AgentId& id, ContactId contact);
  void switch_emergency();
  void resume_parked();
  void change_rules();
  void apply_centre(journal::Centre centre, const std::string& what);

  // Written contacts: the system that has them, and agents' work on them (written.cpp)
  static constexpr const char* kWrittenSystem = "token:written";
  void customer_writes();
  void system_hears(const core::Request& request, ContactId contact);
  void customer_leaves(ContactId contact);
  void work_on_written(const AgentId& id);
  void check_absent();

  const WorldOptions options_;
  Dice dice_, rules_dice_;
  Extras extras_;
  Instant now_, end_;
  Outcome outcome_;
  Digest trace_;
  bool failed_ = false;
  bool with_rules_ = false;
  bool calm_ = false;

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
  std::size_t spool_bytes_ = 0;
  std::unique_ptr<Server> server_;
  Instant core_full_until_;
  std::int64_t server_run_ = 0;   ///< counts starts: events of an earlier life are dropped
  Duration wall_ahead_{};         ///< the machine's wall clock minus the world's time, which its boot clock shows
  Promises promises_;

  std::vector<std::unique_ptr<Site>> sites_;
  cti::feed::Counters counters_;
  std::map<OfferId, cti::model::CommandId> rung_;
  struct Called {
    cti::model::CommandId by;
    Instant at;
    std::int64_t server_run = 0;
  };
  std::map<std::pair<ContactId, std::string>, Called> called_;  ///< customers by contact and number

  struct Seen {  ///< what an agent's page shows
    journal::AgentState state = journal::AgentState::signed_out;
    std::string reason;
    std::map<ContactId, core::ContactState> states;  ///< of calls
    std::set<OfferId> offers;                        ///< likewise
    struct Written {
      core::ContactState state{};
      OfferId offer;
    };
    std::map<ContactId, Written> written;
    bool page = false;
    Instant back_at;                 ///< no page before
    std::optional<Instant> gone_at;  ///< since then the server is told that there is none
  };
  std::map<AgentId, Seen> seen_;
  std::map<ContactId, bool> waiting_;  ///< on the supervisor's page: is it parked?
  std::set<ContactId> written_;        ///< the written contacts that their system sees open
  std::set<ContactId> patient_;        ///< those of which it knows, and whose customer leaves in a while
  std::int64_t next_request_ = 0;
  std::map<std::string, core::Request> unanswered_;  ///< by id: what a page says again after a restart
};

}  // namespace callwright::sim
