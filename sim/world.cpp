// Time, faults, the calm tail.
#include "sim/world.hpp"

#include <algorithm>

#include "sim/centre.hpp"
#include "sim/process.hpp"
#include "sim/site.hpp"

namespace callwright::sim {

using namespace std::chrono_literals;
namespace feed = cti::feed;

namespace {

constexpr Duration kTailLimit = 30min;    ///< by then everything has come to its end
constexpr Duration kOddLimit = 10s;       ///< how long switch and core may disagree about a leg
constexpr std::int64_t kEndlessDisk = std::int64_t{1} << 40;

}  // namespace

World::World(const WorldOptions& options)
    : options_(options), dice_(options.seed), rules_dice_(~options.seed), extras_(extras_of(options.seed)), now_{1'795'000'000'000'000}, end_(now_ + options.length) {
  if (options.callbacks) extras_.callbacks = true;
  if (options.written) extras_.written = true;
  disk_ = std::make_unique<Disk>("sim-" + std::to_string(options.seed));
  const int switches = options.switches > 0 ? options.switches : 1 + static_cast<int>(dice_.below(3));
  const int with_agents = std::max(1, std::min(switches, options.agents / 2));  // two agents have every skill between them
  journal::Centre centre = sample_centre(options.agents, with_agents, extras_);
  with_rules_ = rules_dice_.chance(options.faults.rules);
  if (with_rules_) centre = with_other_rules(centre, rules_dice_);
  if (extras_.written) centre = with_other_capacities(centre, rules_dice_);
  centre_ = std::make_shared<const journal::Centre>(std::move(centre));
  for (const auto& one : centre_->switches) {
    sites_.push_back(std::make_unique<Site>());
    sites_.back()->id = one.id;
  }
  for (const auto& agent : centre_->agents) seen_[agent.id] = {};
  spool_bytes_ = dice_.chance(options.faults.small_spool) ? (16 + dice_.below(33)) << 10 : std::size_t{1} << 20;
}

World::~World() = default;

Outcome World::run() {
  for (const auto& site : sites_) {
    site->model = std::make_unique<SwitchModel>(switch_options(*centre_, site->id, dice_.next(), options_.calls_per_minute), now_);
    restart_switch(*site);
  }
  outcome_.switch_restarts = 0;
  start_server();
  for (int agent = 0; agent < options_.agents; ++agent) after(between(Duration{0}, 3s), [this, agent] { agent_moves(agent); });
  after(1s, [this] { tick(); });
  plan_faults();
  if (extras_.written) every(options_.written_per_minute * 60, [this] { customer_writes(); });
  at(end_, [this] { begin_calm(); });

  while (!failed_ && !events_.empty() && !(calm_ && all_is_over())) {
    const Event event = events_.top();
    events_.pop();
    if (event.when > end_ + kTailLimit) {
      const std::string left = server_ ? server_->witness.unfinished() : "the server";
      std::string legs;
      for (const auto& site : sites_) legs += std::to_string(site->model->legs()) + " legs on switch " + site->id.value + "; ";
      fail("half an hour after the last fault not everything is over: " + legs + left);
      break;
    }
    now_ = event.when;
    event.what();
  }
  if (!failed_ && server_) check_journal();
  outcome_.failed = failed_;
  outcome_.trace = trace_.value();
  return outcome_;
}

void World::at(Instant when, std::function<void()> what) { events_.push({std::max(when, now_), ++order_, std::move(what)}); }

/// Again and again until the tail.
void World::every(double per_hour, std::function<void()> what) {
  if (per_hour <= 0) return;
  after(Duration{static_cast<std::int64_t>(dice_.exponential(3600e6 / per_hour))}, [this, per_hour, what] {
    if (calm_) return;
    what();
    every(per_hour, what);
  });
}

void World::fail(std::string what) {
  if (failed_) return;
  failed_ = true;
  outcome_.what = std::move(what);
  outcome_.step = outcome_.steps;
  outcome_.at = now_;
  trace("FAILED " + outcome_.what);
}

void World::trace(const std::string& line) {
  if (!options_.trace) return;
  const std::int64_t ms = (now_ - (end_ - options_.length)).count() / 1000;
  options_.trace("step " + std::to_string(outcome_.steps) + " +" + std::to_string(ms) + " ms " + line);
}

// --- faults ----------------------------------------------------------------------------------------------------------------

void World::plan_faults() {
  const Faults& faults = options_.faults;
  every(faults.cut_per_minute * 60, [this] { cut(any_site()); });
  every(faults.kill_per_minute * 60, [this] {
    if (dice_.chance(0.5)) disk_->kill_after(static_cast<std::int64_t>(dice_.below(41)));
    else kill_server("between two steps");
  });
  every(faults.drain_per_hour, [this] { drain_server(); });
  every(faults.restart_switch_per_hour, [this] { restart_switch(any_site()); });
  every(faults.full_per_hour, [this] {
    disk_->set_capacity(disk_->used() + static_cast<std::int64_t>(dice_.below(64 << 10)));
    trace("the disk is nearly full");
    after(between(1s, 40s), [this] {
      disk_->set_capacity(kEndlessDisk);
      ++outcome_.refills;
      trace("the disk has room again");
    });
  });
  every(faults.clock_step_per_hour, [this] {
    wall_ahead_ += between(-3600s, 3600s);
    trace("the wall clock steps");
  });
  every(faults.full_core_per_hour, [this] {
    core_full_until_ = now_ + between(10ms, 3s);
    trace("the core's queue is full");
  });
  every(faults.steers_per_minute * 60, [this] { supervisor_moves(); });
  if (extras_.announcements) every(faults.emergencies_per_hour, [this] { switch_emergency(); });
  if (with_rules_) every(faults.new_rules_per_hour, [this] { change_rules(); });
  if (extras_.written) every(faults.capacities_per_hour, [this] { apply_centre(with_other_capacities(*centre_, rules_dice_), "capacities"); });
  every(faults.slow_network_per_minute * 60, [this] {
    Site& site = any_site();
    site.slow_until = now_ + between(500ms, 5s);
    trace("the network to " + site.id.value + " is slow");
  });
}

/// No more faults and no more callers: what is under way comes to its end.
void World::begin_calm() {
  trace("calm");
  calm_ = true;
  core_full_until_ = now_;
  disk_->kill_after(-1);
  disk_->set_capacity(kEndlessDisk);
  for (const auto& site : sites_) {
    site->slow_until = now_;
    site->model->close_doors();
    if (site->connection == site->lossy_connection) cut(*site);  // no later event may come to tell that one was lost
  }
  resume_parked();
}

bool World::all_is_over() const {
  const bool quiet = std::ranges::all_of(sites_, [this](const auto& site) { return site->peer->live() && machine_of(*site) && site->model->legs() == 0; });
  return quiet && server_->ready && !server_->draining && server_->commit.empty() && server_->gate.size() == 0 && server_->witness.unfinished().empty();
}

// --- every second ----------------------------------------------------------------------------------------------------------

void World::tick() {
  after(1s, [this] { tick(); });
  if (server_ && server_->ready)
    if (const auto step = server_->clock->take_step()) input(core::WallStepped{step->count()});
  for (const auto& site : sites_) {
    if (auto* machine = machine_of(*site)) perform(*site, machine->on_time(clock()));
    if (site->peer->connected()) perform(*site, site->peer->on_time(now_));
    if (!failed_) check_legs(*site);
  }
  check_absent();
}

/// The switch decides which calls exist. What either side knows alone is on its way, or leaked; a lost event is noticed at the next one.
void World::check_legs(Site& site) {
  const auto* machine = machine_of(site);
  const bool joined = machine && machine->open() && server_->ready && site.peer->live() && now_ > site.slow_until && site.connection != site.lossy_connection;
  if (!joined) {
    site.odd_since.clear();
    return;
  }
  std::map<std::string, Instant> odd;
  auto see = [&](const std::string& what) {
    auto since = site.odd_since.find(what);
    odd[what] = since == site.odd_since.end() ? now_ : since->second;
  };
  const cti::model::Snapshot snapshot = site.model->snapshot();
  const auto& known = server_->witness.legs(site.id);
  std::set<std::string> present;
  for (const auto& leg : snapshot.legs) {
    const std::string& name = leg.leg.native_id;
    present.insert(name);
    if (leg.leg.device_class == cti::model::DeviceClass::trunk && !known.contains(name)) see("the caller on leg " + name + " is unknown");
    if (leg.leg.device_class == cti::model::DeviceClass::trunk && !leg.bridge.empty() && site.excused_until[name] <= now_ &&
        std::ranges::count(snapshot.legs, leg.bridge, &cti::model::SnapshotLeg::bridge) == 1)
      see("the caller on leg " + name + " is alone in a talk");
    if (leg.leg.tokens.offer && leg.bridge.empty() && !server_->witness.offer_lives(leg.leg.tokens.offer)) see("the phone on leg " + name + " is left over from an offer");
  }
  for (const auto& [name, leg] : known)
    if (!present.contains(name)) see("leg " + name + " is a ghost");
  for (const auto& [what, since] : odd)
    if (now_ - since > kOddLimit) return fail("switch " + site.id.value + ": " + what);
  site.odd_since = std::move(odd);
}

}  // namespace callwright::sim
