#include "sim/world.hpp"

#include <algorithm>

#include "base/overloaded.hpp"
#include "contacts/error.hpp"
#include "sim/centre.hpp"

namespace callwright::sim {

using namespace std::chrono_literals;
namespace feed = cti::feed;
namespace model = cti::model;

namespace {

constexpr Duration kNetworkDelay = 300us;
constexpr const char* kPath = "centre.db";

feed::PeerConfig peer_config(std::int64_t boot_epoch) {
  feed::PeerConfig config;
  config.name = "sim";
  config.token = "token";
  config.capabilities = SwitchModel::capabilities();
  config.boot_epoch = boot_epoch;
  return config;
}

}  // namespace

/// What dies with the process.
struct World::Server {
  explicit Server(std::unique_ptr<contacts::Store> opened) : store(std::move(opened)), commit(store->journal(), {1 << 20, 512}) {}

  std::unique_ptr<contacts::Store> store;
  contacts::GroupCommit commit;
  std::unique_ptr<core::Core> core;
  std::unique_ptr<core::Core> shadow;  ///< folds what the core emits, and nothing else
  core::CommitGate gate;
  std::unique_ptr<feed::Machine> machine;
  std::map<std::string, std::int64_t> sources_at_start;
  std::map<std::string, std::int64_t> delivered;  ///< of each feed source, in this life
  std::map<std::int64_t, int> facts_of_event;     ///< not yet acknowledged
  std::int64_t checkpoint_seq = 0;
  bool flushing = false;
  std::optional<Instant> timer;
};

World::World(const WorldOptions& options)
    : options_(options), dice_(options.seed), now_{1'795'000'000'000'000}, end_(now_ + options.length) {
  disk_ = std::make_unique<Disk>("sim-" + std::to_string(options.seed));
  centre_ = std::make_shared<const journal::Centre>(sample_centre(options.agents));
  for (const auto& agent : centre_->agents) seen_[agent.id] = {};
}

World::~World() = default;

Outcome World::run() {
  switch_ = std::make_unique<SwitchModel>(switch_options(options_.seed, options_.agents, options_.calls_per_minute), now_);
  peer_ = std::make_unique<feed::Peer>(peer_config(boot_epoch_));
  start_server();
  connect();
  run_switch();
  for (int agent = 0; agent < options_.agents; ++agent) after(between(Duration{0}, Duration{3'000'000}), [this, agent] { agent_moves(agent); });

  const Faults& faults = options_.faults;
  every(faults.cut_per_minute * 60, [this] { cut(); });
  every(faults.kill_per_minute * 60, [this] {
    if (dice_.chance(0.5)) disk_->kill_after(between(Duration{0}, Duration{40}).count());
    else kill_server("between two steps");
  });
  every(faults.restart_switch_per_hour, [this] { restart_switch(); });
  every(faults.full_per_hour, [this] {
    disk_->set_capacity(disk_->used() + between(Duration{0}, Duration{64 << 10}).count());
    after(between(Duration{1'000'000}, Duration{40'000'000}), [this] {
      disk_->set_capacity(std::int64_t{1} << 40);
      ++outcome_.refills;
    });
  });
  every(faults.clock_step_per_hour, [this] { input(core::WallStepped{between(Duration{-3'600'000'000}, Duration{3'600'000'000}).count()}); });

  while (!failed_ && !events_.empty() && events_.top().when <= end_) {
    Event event = events_.top();
    events_.pop();
    now_ = event.when;
    event.what();
  }
  if (!failed_ && server_) {
    disk_->set_capacity(std::int64_t{1} << 40);
    while (server_ && !server_->commit.empty() && !failed_) flush();
    if (server_) check_acknowledged();
  }
  outcome_.failed = failed_;
  outcome_.trace = trace_.value();
  return outcome_;
}

// --- time ----------------------------------------------------------------------------------------------------------------

void World::at(Instant when, std::function<void()> what) { events_.push({std::max(when, now_), ++order_, std::move(what)}); }

void World::every(double per_hour, std::function<void()> what) {
  if (per_hour <= 0) return;
  after(Duration{static_cast<std::int64_t>(dice_.exponential(3600e6 / per_hour))}, [this, per_hour, what] {
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
}

// --- the server ------------------------------------------------------------------------------------------------------------

void World::start_server() {
  ++server_run_;
  contacts::Options options;
  options.path = kPath;
  options.vfs_name = disk_->name();
  options.exclusive = true;
  options.cache_kib = 4096;
  auto key = std::make_shared<Dice>(dice_.next());
  options.random = [key](std::span<unsigned char> bytes) {
    for (auto& byte : bytes) byte = static_cast<unsigned char>(key->next());
  };
  auto store = contacts::open_store(options);
  if (!store) {
    // A full disk or another kill while opening: the supervisor starts us again.
    if (store.error().code == contacts::Errc::corrupt) return fail("the store is corrupt: " + store.error().text());
    kill_server("while opening");
    return;
  }
  server_ = std::make_unique<Server>(std::move(*store));
  auto epoch = server_->store->journal().begin_epoch();
  if (!epoch) return kill_server("while taking over");
  if (auto customers = server_->store->customers().count(); customers && *customers == 0)
    if (auto done = fill_customers(*server_->store, options_.seed, now_); !done) return kill_server("while filling");

  server_->core = std::make_unique<core::Core>(*epoch);
  server_->shadow = std::make_unique<core::Core>(*epoch);
  auto replayed = server_->store->journal().replay([&](const journal::Fact& fact) -> Result<void> {
    server_->core->fold(fact);
    return {};
  });
  if (!replayed) {
    if (disk_->killed()) return kill_server("while folding");
    return fail("the journal cannot be folded: " + replayed.error().text());
  }
  // The checkpoint and the whole journal must give the same state.
  auto whole = server_->store->journal().replay_all([&](const journal::Fact& fact) -> Result<void> {
    server_->shadow->fold(fact);
    return {};
  });
  if (!whole) {
    if (disk_->killed()) return kill_server("while folding");
    return fail("the whole journal cannot be folded: " + whole.error().text());
  }
  if (server_->core->digest() != server_->shadow->digest()) return fail("checkpoint and tail fold to another state than the whole journal");
  server_->gate.committed(replayed->last_seq);
  server_->checkpoint_seq = replayed->last_seq;
  server_->sources_at_start = server_->core->sources();
  check_acknowledged();
  if (failed_ || !server_) return;
  input(core::CentreChanged{centre_});
  // Pages come back within half a second.
  for (auto& [agent, seen] : seen_) {
    seen.contacts.clear();
    seen.states.clear();
    seen.offers.clear();
    if (seen.page) after(between(Duration{0}, Duration{500'000}), [this, agent] { ask(agent, core::SignIn{}); });
  }
}

void World::kill_server(const std::string&) {
  if (!server_ && !disk_->killed()) return;
  ++outcome_.kills;
  ++server_run_;
  disk_->kill_after(0);
  server_.reset();  // whatever its destructors try, the disk is dead
  disk_->restart(dice_);
  ++connection_;
  if (connected_) {
    connected_ = false;
    perform(peer_->on_disconnected(now_));
  }
  after(between(Duration{50'000}, Duration{3'000'000}), [this] {
    if (server_) return;
    start_server();
    if (!failed_) after(between(Duration{1000}, Duration{500'000}), [this] { connect(); });
  });
}

void World::input(core::InputBody body) {
  if (failed_ || !server_ || !server_->core) return;
  const core::Input input{now_, std::move(body)};
  core::Output output = server_->core->step(input);
  ++outcome_.steps;
  for (const auto& fact : output.facts) server_->shadow->fold(fact);
  if (server_->shadow->digest() != server_->core->digest()) fail("folding the facts gives another state than the live one");
  if (auto broken = server_->core->violations(); !broken.empty()) fail(broken.front());
  if (!failed_) deliver(input, std::move(output));
}

void World::deliver(const core::Input& input, core::Output output) {
  for (const auto& fact : output.facts) {
    trace_.add(fact.seq).add(static_cast<int>(journal::kind_of(fact.body))).add(fact.at.us).add(fact.contact.value);
    if (std::holds_alternative<journal::ContactEnded>(fact.body)) ++outcome_.contacts;
  }
  outcome_.facts += static_cast<std::int64_t>(output.facts.size());
  for (const auto& command : output.commands) trace_.add(static_cast<std::int64_t>(command.body.index())).add(command.contact.value);

  const std::int64_t last_fact = output.facts.empty() ? 0 : output.facts.back().seq;
  const int run = static_cast<int>(server_run_);
  see(output.views);
  for (const auto& wanted : output.look_ups) look_up(wanted);

  if (const auto* event = std::get_if<model::SwitchEvent>(&input.body); event && event->source.name.starts_with("feed:")) {
    const std::int64_t seq = std::strtoll(event->source.id.c_str(), nullptr, 10);
    const bool numbered = std::ranges::any_of(output.facts, [&](const journal::Fact& fact) { return fact.source == event->source; });
    if (numbered) server_->facts_of_event[seq] = static_cast<int>(output.facts.size());
    server_->delivered[event->source.name] = std::max(server_->delivered[event->source.name], seq);
    server_->gate.add(last_fact, core::CommitGate::Kind::strict, now_, [this, source = event->source] {
      if (server_ && server_->machine) perform(server_->machine->committed(source, now_));
    });
  }
  if (const auto* request = std::get_if<core::Request>(&input.body)) {
    const auto* note = std::get_if<core::WriteNote>(&request->body);
    if (note && !output.replies.empty() && output.replies[0].result)
      server_->gate.add(last_fact, core::CommitGate::Kind::strict, now_, [this, id = request->id, text = note->text] { acknowledged_notes_[id] = text; });
  }
  for (auto& command : output.commands)
    server_->gate.add(command.id.seq, core::CommitGate::Kind::overrun, now_, [this, command] {
      if (!server_ || !server_->machine) return;
      if (auto sent = server_->machine->send(command, now_)) perform(*sent);
    });
  if (auto due = server_->gate.next_due())
    at(*due, [this, run] {
      if (server_ && run == server_run_) server_->gate.due(now_);
    });

  if (!output.facts.empty()) {
    const bool was_full = server_->commit.spool() == contacts::GroupCommit::Spool::full;
    if (server_->commit.add(std::move(output.facts)) == contacts::GroupCommit::Spool::full && !was_full) after(0us, [this] { this->input(core::StoreFull{}); });
    if (server_->core->last_seq() - server_->checkpoint_seq >= 400) {
      server_->checkpoint_seq = server_->core->last_seq();
      server_->commit.add_checkpoint(server_->core->checkpoint());
    }
    schedule_flush();
  }
  schedule_timer();
}

void World::schedule_timer() {
  const auto due = server_->core->next_due();
  if (!due || (server_->timer && *server_->timer <= *due && *server_->timer > now_)) return;
  server_->timer = std::max(*due, now_ + 1us);
  at(*server_->timer, [this, run = server_run_] {
    if (!server_ || run != server_run_) return;
    server_->timer.reset();
    if (const auto due = server_->core->next_due(); due && *due <= now_) input(core::TimerDue{});
    else schedule_timer();
  });
}

void World::schedule_flush() {
  if (server_->flushing) return;
  server_->flushing = true;
  const Duration takes = dice_.chance(options_.faults.slow_commit) ? between(Duration{20'000}, Duration{300'000}) : between(Duration{300}, Duration{3000});
  after(takes, [this, run = server_run_] {
    if (!server_ || run != server_run_) return;
    server_->flushing = false;
    flush();
  });
}

void World::flush() {
  auto done = server_->commit.flush();
  if (!done) {
    if (disk_->killed()) return kill_server("in a write");
    const auto code = done.error().code;
    if (code == contacts::Errc::disk_full || code == contacts::Errc::busy) {
      after(200ms, [this, run = server_run_] {
        if (server_ && run == server_run_ && !server_->flushing) schedule_flush();
      });
      return;
    }
    return fail("the journal refused a batch: " + done.error().text());
  }
  if (server_->commit.facts_lost() > 0) acknowledged_.clear();  // a full spool dropped whole contacts, counted
  server_->gate.committed(done->last_seq);
  if (!server_) return;
  if (done->recovered) input(core::StoreRecovered{done->contacts_lost, done->facts_lost});
  if (server_ && (done->more || !server_->commit.empty())) schedule_flush();
}

void World::look_up(const core::FindCustomer& wanted) {
  Duration takes = between(100us, 2ms);
  if (dice_.chance(options_.faults.slow_look_up)) {
    if (dice_.chance(0.3)) return;
    takes = between(Duration{30'000}, Duration{400'000});
  }
  after(takes, [this, wanted, run = server_run_] {
    if (!server_ || run != server_run_) return;
    auto found = server_->store->reader().find_customer(wanted.switch_id, wanted.trunk, wanted.ani, {});
    if (!found) {
      if (disk_->killed()) kill_server("in a read");
      return;
    }
    input(core::CustomerFound{wanted.contact, found->match, found->customer, found->candidates, found->e164, found->card});
  });
}

/// What was acknowledged to the switch or to a page stands in the journal, once.
void World::check_acknowledged() {
  std::map<std::pair<std::string, std::string>, int> facts;
  std::map<std::string, std::vector<std::string>> notes;
  auto read = server_->store->journal().replay_all([&](const journal::Fact& fact) -> Result<void> {
    ++facts[{fact.source.name, fact.source.id}];
    if (const auto* note = std::get_if<journal::NoteWritten>(&fact.body)) notes[fact.source.id.substr(0, fact.source.id.rfind('@'))].push_back(note->text);
    return {};
  });
  if (!read) {
    if (disk_->killed()) return kill_server("while checking");
    return fail("the journal cannot be read: " + read.error().text());
  }
  for (const auto& [source, count] : acknowledged_)
    if (facts[source] != count)
      return fail("event " + source.first + " " + source.second + " was acknowledged with " + std::to_string(count) + " facts, the journal holds " + std::to_string(facts[source]));
  for (const auto& [id, text] : acknowledged_notes_)
    if (notes[id] != std::vector<std::string>{text}) return fail("the acknowledged note " + id + " is not in the journal exactly once");
}

// --- the network and the switch ----------------------------------------------------------------------------------------------

void World::connect() {
  if (connected_ || !server_ || !server_->core || failed_) return;
  connected_ = true;
  ++connection_;
  to_server_free_ = to_switch_free_ = now_;
  feed::MachineConfig config;
  config.connection = std::to_string(server_run_) + "." + std::to_string(connection_);
  config.epoch = server_run_;
  config.counters = &counters_;
  config.admit = [this](const feed::Hello& hello) {
    const std::string source = feed::source_name(SwitchId{"sim"}, hello.boot_epoch);
    std::int64_t after = 0;
    if (auto seen = server_->sources_at_start.find(source); seen != server_->sources_at_start.end()) after = seen->second;
    if (auto seen = server_->delivered.find(source); seen != server_->delivered.end()) after = std::max(after, seen->second);
    return feed::Admission{feed::Refusal::none, {}, after};
  };
  server_->machine = std::make_unique<feed::Machine>(std::move(config), now_);
  perform(peer_->on_connected(now_));
  auto tick = std::make_shared<std::function<void()>>();
  *tick = [this, connection = connection_, weak = std::weak_ptr(tick)] {
    if (connection != connection_ || !server_ || !server_->machine) return;
    perform(server_->machine->on_time(now_));
    if (connection != connection_) return;
    perform(peer_->on_time(now_));
    if (auto self = weak.lock()) after(1s, [self] { (*self)(); });
  };
  after(1s, [tick] { (*tick)(); });
}

void World::cut() {
  if (!connected_) return;
  ++outcome_.cuts;
  connected_ = false;
  ++connection_;
  perform(peer_->on_disconnected(now_));
  if (server_ && server_->machine) {
    auto actions = server_->machine->on_disconnected(now_);
    perform(actions);
    if (server_) server_->machine.reset();
  }
  after(between(Duration{100'000}, Duration{6'000'000}), [this] { connect(); });
}

void World::perform(const feed::Machine::Actions& actions) {
  for (const auto& action : actions) {
    if (failed_ || !server_) return;
    bool closed = false;
    std::visit(Overloaded{
                   [&](const feed::Machine::Send& send) {
                     to_switch_free_ = std::max(to_switch_free_, now_) + between(Duration{50}, Duration{2 * kNetworkDelay.count()});
                     at(to_switch_free_, [this, bytes = send.bytes, connection = connection_] {
                       if (connection != connection_) return;
                       perform(peer_->on_bytes(bytes, now_));
                       // What the peer let go of was acknowledged.
                       const std::int64_t acknowledged = peer_->last_seq() - static_cast<std::int64_t>(peer_->unacked());
                       if (!server_) return;
                       auto& waiting = server_->facts_of_event;
                       while (!waiting.empty() && waiting.begin()->first <= acknowledged) {
                         acknowledged_[{feed::source_name(SwitchId{"sim"}, peer_->boot_epoch()), std::to_string(waiting.begin()->first)}] = waiting.begin()->second;
                         waiting.erase(waiting.begin());
                       }
                     });
                   },
                   [&](const feed::Machine::Emit& emit) { input(emit.event); },
                   [&](const feed::Machine::Opened&) {},
                   [&](const feed::Machine::Declared& declared) { input(core::LinkDeclared{SwitchId{"sim"}, declared.capabilities}); },
                   [&](const feed::Machine::Close&) { closed = true; },
               },
               action);
    if (closed) return cut();
  }
}

void World::perform(const feed::Peer::Actions& actions) {
  for (const auto& action : actions) {
    if (failed_) return;
    bool closed = false;
    std::visit(Overloaded{
                   [&](const feed::Peer::Send& send) {
                     to_server_free_ = std::max(to_server_free_, now_) + between(Duration{50}, Duration{2 * kNetworkDelay.count()});
                     at(to_server_free_, [this, bytes = send.bytes, connection = connection_] {
                       if (connection == connection_ && server_ && server_->machine) perform(server_->machine->on_bytes(bytes, now_));
                     });
                   },
                   [&](const feed::Peer::TakeSnapshot&) { 
                     publish(switch_->advance(now_));
                     perform(peer_->snapshot(switch_->snapshot(), now_));
                     for (auto& device : switch_->device_states()) perform(peer_->publish(std::move(device), now_, now_));
                   },
                   [&](const feed::Peer::Execute& execute) {
                     publish(switch_->advance(now_));
                     auto reply = switch_->on_command(execute.command, now_);
                     perform(peer_->result(execute.command.id, reply.status, reply.reason, now_));
                     publish(std::move(reply.happenings));
                     run_switch();
                   },
                   [&](const feed::Peer::Accepting& accepting) { switch_->accepting(accepting.yes, now_); },
                   [&](const feed::Peer::Close&) { closed = true; },
               },
               action);
    if (closed) return cut();
  }
}

void World::publish(SwitchModel::Happenings happenings) {
  for (auto& happening : happenings) perform(peer_->publish(std::move(happening.body), happening.at, now_));
}

/// Lets the switch do what is due, tells what happened, and comes back when it wants to.
void World::run_switch() {
  publish(switch_->advance(now_));
  const auto due = switch_->next_due();
  if (!due || (switch_due_ > now_ && switch_due_ <= *due)) return;
  switch_due_ = std::max(*due, now_ + 1us);
  at(switch_due_, [this] { run_switch(); });
}

void World::restart_switch() {
  ++outcome_.switch_restarts;
  cut();
  switch_->restart(now_);
  peer_ = std::make_unique<feed::Peer>(peer_config(++boot_epoch_));
  if (server_) server_->facts_of_event.clear();
  run_switch();
}

// --- agents --------------------------------------------------------------------------------------------------------------------

void World::see(const std::vector<core::View>& views) {
  for (const auto& view : views) {
    if (const auto* agent = std::get_if<core::AgentView>(&view)) seen_[agent->agent].state = agent->state;
    if (const auto* contact = std::get_if<core::ContactView>(&view)) {
      for (auto& [id, seen] : seen_) {
        const bool offered = std::ranges::any_of(contact->offers, [&](const core::OfferView& offer) { return offer.agent == id; });
        if ((offered || contact->agent == id) && contact->state != core::ContactState::ended) {
          seen.states[contact->contact] = contact->state;
          for (const auto& offer : contact->offers)
            if (offer.agent == id) seen.offers.insert(offer.offer);
        } else {
          seen.states.erase(contact->contact);
        }
      }
    }
  }
}

void World::ask(const AgentId& agent, core::RequestBody body) {
  const std::string id = "q" + std::to_string(++next_request_);
  core::Request request{1, "user:" + agent.value, id, agent, std::move(body)};
  input(request);
  if (dice_.chance(0.05)) after(between(Duration{0}, Duration{5'000'000}), [this, request] { input(request); });  // the page says it again
}

void World::agent_moves(int agent) {
  after(Duration{static_cast<std::int64_t>(dice_.exponential(5e6))}, [this, agent] { agent_moves(agent); });
  const AgentId id = centre_->agents[static_cast<std::size_t>(agent)].id;
  Seen& seen = seen_[id];
  if (!server_) return;
  if (!seen.page) {
    seen.page = true;
    ask(id, core::SignIn{});
    ask(id, core::SetState{journal::AgentState::ready, {}});
    return;
  }
  if (dice_.chance(0.02)) {
    seen.page = false;
    ask(id, core::SessionLost{});
    return;
  }
  using journal::AgentState;
  if (seen.state == AgentState::not_ready || seen.state == AgentState::signed_out) ask(id, core::SetState{AgentState::ready, {}});
  else if (dice_.chance(0.04)) ask(id, core::SetState{AgentState::not_ready, "break"});
  const auto states = seen.states;
  for (const auto& [contact, state] : states) {
    if (state == core::ContactState::offered && !seen.offers.empty()) {
      const OfferId offer = *seen.offers.rbegin();
      if (dice_.chance(0.7)) ask(id, core::AcceptOffer{offer});
      else if (dice_.chance(0.3)) ask(id, core::RefuseOffer{offer});
    }
    if (state == core::ContactState::talking) {
      if (dice_.chance(0.2)) ask(id, core::HoldContact{contact});
      else if (dice_.chance(0.1)) ask(id, core::EndContact{contact});
      if (dice_.chance(0.4)) ask(id, core::WriteNote{contact, "n" + std::to_string(next_request_), "note " + std::to_string(dice_.below(1000))});
    }
    if (state == core::ContactState::held) ask(id, core::RetrieveContact{contact});
    if (state == core::ContactState::wrap_up) {
      ask(id, core::SetDisposition{contact, "solved", dice_.chance(0.7)});
      if (dice_.chance(0.5)) ask(id, core::EndWrapUp{contact});
      else if (dice_.chance(0.2)) ask(id, core::ExtendWrapUp{contact});
    }
  }
}

}  // namespace callwright::sim
