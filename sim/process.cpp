// The server's process: start, steps, commits, death.
#include "sim/process.hpp"

#include <algorithm>
#include <span>

#include "base/overloaded.hpp"
#include "contacts/error.hpp"
#include "sim/centre.hpp"
#include "sim/rows.hpp"
#include "sim/site.hpp"
#include "sim/step_digest.hpp"
#include "sim/step_line.hpp"

namespace callwright::sim {

using namespace std::chrono_literals;
namespace feed = cti::feed;
namespace model = cti::model;

namespace {

constexpr const char* kPath = "centre.db";
constexpr std::int64_t kCheckpointEvery = 400;  ///< facts; the server's 10,000 would be seen too seldom here
constexpr Duration kCommandWait = 50ms;       ///< as long a command waits for its commit, whatever the gate says

}  // namespace

// --- start -----------------------------------------------------------------------------------------------------------------

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
    if (store.error().code == contacts::Errc::corrupt) return fail("the store is corrupt: " + store.error().text());
    return kill_server("while opening");  // a full disk or another kill: the supervisor starts us again
  }
  server_ = std::make_unique<Server>(std::move(*store), spool_bytes_);
  server_->started_at = now_;
  auto epoch = server_->store->journal().begin_epoch();
  if (!epoch) return kill_server("while taking over");
  if (auto customers = server_->store->customers().count(); customers && *customers == 0)
    if (auto done = fill_customers(*server_->store, options_.seed, now_); !done) return kill_server("while filling");
  server_->core = std::make_unique<core::Core>(*epoch);
  server_->shadow = std::make_unique<core::Core>(*epoch);
  if (!fold_journal()) return;

  server_->clock = std::make_unique<runtime::Clock>(server_->core->last_at(), runtime::Clock::Sources{.wall = [this] { return now_ + wall_ahead_; },
                                                                                                      .boot = [this] { return Duration{now_.us}; }});
  std::vector<feed::FeedSwitch> switches;
  for (const auto& site : sites_) switches.push_back({site->id, "token"});
  server_->admissions = std::make_unique<feed::Admissions>(std::move(switches), server_->core->sources());
  for (const auto& site : sites_) server_->admissions->ready(site->id, true);
  server_->ready = true;
  trace("the server starts, epoch " + std::to_string(*epoch));
  server_->mirror.take(server_->core->all_views());
  input(core::CentreChanged{centre_});
  pages_come_back();
}

/// Folds the checkpoint and what follows, and beside it the whole journal; both must give the same state.
bool World::fold_journal() {
  auto& journal = server_->store->journal();
  auto broken = [&](const std::string& what, const auto& result) {
    if (disk_->killed()) kill_server("while folding");
    else fail(what + result.error().text());
    return false;
  };
  auto replayed = journal.replay([&](const journal::Fact& fact) -> Result<void> {
    server_->core->fold(fact);
    if (promises_.dropped_any()) server_->shadow->fold(fact);
    return {};
  });
  if (!replayed) return broken("the journal cannot be folded: ", replayed);
  Promises::Reading reading;
  std::vector<journal::Fact> facts;
  auto whole = journal.replay_all([&](const journal::Fact& fact) -> Result<void> {
    if (!promises_.dropped_any()) server_->shadow->fold(fact);
    server_->witness.fold(fact);
    reading.take(fact);
    facts.push_back(fact);
    return {};
  });
  if (!whole) return broken("the whole journal cannot be folded: ", whole);
  // A checkpoint remembers what a full spool dropped from the journal: then the two may differ.
  if (server_->core->digest() != server_->shadow->digest()) {
    fail("checkpoint and tail fold to another state than the whole journal");
    return false;
  }
  if (auto wrong = promises_.check(reading); !wrong.empty()) {
    fail(wrong);
    return false;
  }
  if (auto wrong = wrong_rows(server_->store->reader(), facts); !wrong.empty()) {
    if (disk_->killed()) kill_server("while reading");
    else fail(wrong);
    return false;
  }
  if (promises_.dropped_any()) server_->witness.forget_decisions();
  server_->committed = replayed->last_seq;
  server_->gate.committed(replayed->last_seq);
  server_->checkpoint_seq = replayed->last_seq;
  return true;
}

// --- death -----------------------------------------------------------------------------------------------------------------

/// The process dies between two writes; what its destructors try meets a dead disk.
void World::kill_server(const std::string& why) {
  if (!server_ && !disk_->killed()) return;
  trace("killed " + why);
  ++outcome_.kills;
  disk_->kill_after(0);
  stop_server();
  disk_->restart(dice_);
}

/// Told to stop: takes nobody, hands the waiting back, writes what is left and goes.
void World::drain_server() {
  if (!server_ || !server_->ready || server_->draining) return;
  ++outcome_.drains;
  server_->draining = true;
  trace("told to stop");
  for (const auto& site : sites_) {
    if (auto* machine = machine_of(*site)) perform(*site, machine->accepting(false, clock()));
    if (!server_) return;
  }
  input(core::DrainStarted{});
  after(between(500ms, 8s), [this, run = server_run_] {
    if (!server_ || run != server_run_) return;
    for (int i = 0; i < 100 && server_ && run == server_run_ && !failed_ && !server_->commit.empty(); ++i) flush();
    if (!server_ || run != server_run_ || failed_) return;
    trace("stopped");
    stop_server();
  });
}

void World::stop_server() {
  ++server_run_;
  for (const auto& site : sites_) ++site->connection;
  promises_.died();
  server_.reset();
  for (const auto& site : sites_) leave_alone(*site);
  after(between(50ms, 3s), [this] {
    if (!server_) start_server();
  });
}

// --- steps -----------------------------------------------------------------------------------------------------------------

Instant World::clock() const { return server_ && server_->clock ? server_->clock->now() : now_; }

void World::at_clock(Instant due, std::function<void()> what) {
  at(now_ + std::max(due - clock(), Duration{0}), [this, run = server_run_, what = std::move(what)] {
    if (server_ && run == server_run_) what();
  });
}

/// May come again: the page asks again, the contact goes on as unknown. What a switch says is refused in `take_event`.
void World::refused_at_limit(const core::InputBody& body) {
  ++outcome_.refused;
  trace("the core's queue refuses an input");
  if (const auto* request = std::get_if<core::Request>(&body))
    after(between(500ms, 3s), [this, request = *request] {
      if (unanswered_.contains(request.id)) input(request);
    });
}

void World::input(core::InputBody body) {
  if (failed_ || !server_ || !server_->ready) return;
  if (core_is_full() && (std::holds_alternative<core::Request>(body) || std::holds_alternative<core::CustomerFound>(body))) return refused_at_limit(body);
  const core::Input input{clock(), std::move(body)};
  core::Output output = server_->core->step(input);
  ++outcome_.steps;
  if (options_.trace) trace(step_line(input, output));
  for (const auto& fact : output.facts) {
    server_->shadow->fold(fact);
    promises_.concluded(fact);
  }
  if (server_->shadow->digest() != server_->core->digest()) fail("folding the facts gives another state than the live one");
  if (auto broken = server_->core->violations(); !broken.empty()) fail(broken.front());
  if (auto broken = server_->witness.step(input, output); !broken.empty()) fail(broken);
  server_->mirror.take(output.views);
  if (auto old = server_->mirror.differs(server_->core->all_views()); !old.empty()) fail(old);
  if (!failed_) deliver(input, std::move(output));
}

void World::deliver(const core::Input& input, core::Output output) {
  add_step(trace_, output);
  for (const auto& fact : output.facts) outcome_.contacts += std::holds_alternative<journal::ContactEnded>(fact.body) ? 1 : 0;
  outcome_.facts += static_cast<std::int64_t>(output.facts.size());

  const std::int64_t first = output.facts.empty() ? 0 : output.facts.front().seq;
  const std::int64_t last = output.facts.empty() ? 0 : output.facts.back().seq;
  const std::int64_t run = server_run_;
  see(output.views);
  for (const auto& wanted : output.look_ups) look_up(wanted);

  if (const auto* event = std::get_if<model::SwitchEvent>(&input.body); event && event->source.name.starts_with("feed:")) {
    const std::int64_t seq = std::strtoll(event->source.id.c_str(), nullptr, 10);
    Site& site = site_of(event->switch_id);
    if (first > 0) server_->links[site.id].facts_of_event[seq] = {first, last};
    server_->admissions->delivered(site.id, site.boot_epoch, seq);
    auto acknowledge = [this, &site, source = event->source, last] {
      check_commit("the acknowledgement of event " + source.id, last);
      if (auto* machine = machine_of(site)) perform(site, machine->committed(source, clock()));
    };
    server_->gate.add({.seq = last, .action = std::move(acknowledge)}, clock());
  }
  if (const auto* request = std::get_if<core::Request>(&input.body); request && !output.replies.empty()) {
    const auto& [session, id, result, contact] = output.replies[0];
    auto done = [this, request = *request, contact = contact, first, last] {
      check_commit("the answer to request " + request.id, last);
      hears_answer(request, contact);
      promises_.answered(request, contact);
      if (first > 0) promises_.acknowledged(first, last);
    };
    auto refuse = [this, request = *request] {
      after(between(1s, 3s), [this, request] {
        if (unanswered_.contains(request.id)) this->input(request);
      });
    };
    if (result) server_->gate.add({.seq = last, .action = std::move(done), .rests_on = contact, .refusal = std::move(refuse)}, clock());
    else if (result.error().code != core::Errc::store_full) unanswered_.erase(request->id);
    else if (request->principal == kWrittenSystem) refuse();  // what a person wrote his page keeps
  }
  for (auto& command : output.commands)
    server_->gate.add({.seq = command.id.seq, .kind = core::CommitGate::kind_of(command.body), .action = [this, command, since = clock()] {
      if (clock() < since + kCommandWait) check_commit("command " + std::to_string(command.id.seq) + "." + std::to_string(command.id.n), command.id.seq);
      Site& site = site_of(command.switch_id);
      auto* machine = machine_of(site);
      if (!machine) return;
      auto sent = machine->send(command, clock());
      if (sent.left) perform(site, std::move(sent.actions));
      else at_clock(clock(), [this, &site, told = std::move(sent.actions)] { perform(site, told); });  // a step of its own, not within this one
    }, .rests_on = std::holds_alternative<cti::model::Dial>(command.body) ? command.contact : ContactId{}, .refusal = [] {}}, clock());
  if (!server_ || run != server_run_) return;
  if (auto due = server_->gate.next_due()) at_clock(*due, [this] { server_->gate.due(clock()); });

  if (!output.facts.empty()) {
    const std::int64_t lost_before = server_->commit.contacts_lost();
    const bool was_full = server_->commit.spool() == contacts::GroupCommit::Spool::full;
    const auto spool = server_->commit.add(std::move(output.facts));
    promises_.may_drop(server_->commit.contacts_lost(), server_->commit.facts_lost());
    outcome_.contacts_lost += server_->commit.contacts_lost() - lost_before;
    if (spool == contacts::GroupCommit::Spool::full && !was_full) {
      ++outcome_.overflows;
      at_clock(clock(), [this] { this->input(core::StoreFull{}); });
    }
    if (server_->core->last_seq() - server_->checkpoint_seq >= kCheckpointEvery) {
      server_->checkpoint_seq = server_->core->last_seq();
      server_->commit.add_checkpoint(server_->core->checkpoint());
    }
    schedule_flush();
  }
  schedule_timer();
}

/// `what` leaves the house; it rests on the facts up to `seq`.
void World::check_commit(const std::string& what, std::int64_t seq) {
  if (server_ && seq > server_->committed) fail(what + " leaves before the commit of fact " + std::to_string(seq));
}

void World::schedule_timer() {
  const auto due = server_->core->next_due();
  if (!due || (server_->timer && *server_->timer <= *due && *server_->timer > clock())) return;
  server_->timer = std::max(*due, clock() + 1us);
  at_clock(*server_->timer, [this] {
    server_->timer.reset();
    if (const auto due = server_->core->next_due(); due && *due <= clock()) input(core::TimerDue{});
    else schedule_timer();
  });
}

// --- commits and reads -----------------------------------------------------------------------------------------------------

void World::schedule_flush() {
  if (server_->flushing) return;
  server_->flushing = true;
  const Duration takes = dice_.chance(options_.faults.slow_commit) ? between(20ms, 300ms) : between(300us, 3ms);
  at_clock(clock() + takes, [this] {
    server_->flushing = false;
    flush();
  });
}

void World::flush() {
  const std::int64_t run = server_run_;
  auto done = server_->commit.flush();
  if (!done) {
    if (disk_->killed()) return kill_server("in a write");
    const auto code = done.error().code;
    if (code == contacts::Errc::disk_full || code == contacts::Errc::busy) {
      at_clock(clock() + 200ms, [this] {
        if (!server_->flushing) schedule_flush();
      });
      return;
    }
    return fail("the journal refused a batch: " + done.error().text());
  }
  promises_.committed(done->last_seq);
  server_->committed = done->last_seq;
  server_->facts_lost += done->facts_lost;
  server_->contacts_lost.insert(server_->contacts_lost.end(), done->contacts_lost.begin(), done->contacts_lost.end());
  server_->gate.committed(done->last_seq, done->contacts_lost);
  if (!server_ || run != server_run_) return;
  if (done->recovered) input(core::StoreRecovered{std::exchange(server_->contacts_lost, {}), std::exchange(server_->facts_lost, 0)});
  if (server_ && run == server_run_ && (done->more || !server_->commit.empty())) schedule_flush();
}

void World::look_up(const core::FindCustomer& wanted) {
  Duration takes = between(100us, 2ms);
  if (dice_.chance(options_.faults.slow_look_up)) {
    if (dice_.chance(0.3)) return;
    takes = between(30ms, 400ms);
  }
  at_clock(clock() + takes, [this, wanted] {
    auto found = server_->store->reader().find_customer(wanted.switch_id, wanted.trunk, wanted.ani, {});
    if (found) return input(core::CustomerFound{wanted.contact, found->match, found->customer, found->candidates, found->e164, found->card, found->traits});
    if (disk_->killed()) kill_server("in a read");
  });
}

/// At the end: what was promised is there, and the rows say what the facts say.
void World::check_journal() {
  Promises::Reading reading;
  std::vector<journal::Fact> facts;
  auto read = server_->store->journal().replay_all([&](const journal::Fact& fact) -> Result<void> {
    reading.take(fact);
    facts.push_back(fact);
    return {};
  });
  if (!read) return fail("the journal cannot be read: " + read.error().text());
  if (auto wrong = promises_.check(reading); !wrong.empty()) return fail(wrong);
  if (auto wrong = wrong_rows(server_->store->reader(), facts); !wrong.empty()) fail(wrong);
}

}  // namespace callwright::sim
