// The switch, and the network between it and the server.
#include <algorithm>

#include "base/overloaded.hpp"
#include "sim/process.hpp"

namespace callwright::sim {

using namespace std::chrono_literals;
namespace feed = cti::feed;

namespace {

feed::PeerConfig peer_config(std::int64_t boot_epoch) {
  feed::PeerConfig config;
  config.name = "sim";
  config.token = "token";
  config.capabilities = SwitchModel::capabilities();
  config.boot_epoch = boot_epoch;
  return config;
}

}  // namespace

// --- connections -----------------------------------------------------------------------------------------------------------

void World::plan_connect(Duration delay) {
  if (connect_planned_) return;
  connect_planned_ = true;
  after(delay, [this] {
    connect_planned_ = false;
    connect();
  });
}

void World::connect() {
  if (peer_->connected()) return;
  if (!server_ || !server_->ready) return plan_connect(between(100ms, 1s));
  machine_is_cut();  // half open until now: the newer connection takes its place
  if (!server_ || !server_->ready) return plan_connect(between(100ms, 1s));
  ++connection_;
  to_server_free_ = to_switch_free_ = now_;
  feed::MachineConfig config;
  config.connection = std::to_string(server_run_) + "." + std::to_string(connection_);
  config.epoch = server_run_;
  config.accepting = !server_->draining;
  config.counters = &counters_;
  config.admit = [this](const feed::Hello& hello) { return server_->admissions->admit(hello); };
  server_->machine = std::make_unique<feed::Machine>(std::move(config), clock());
  trace("connects");
  perform(peer_->on_connected(now_));
}

void World::peer_is_cut() {
  if (peer_->connected()) perform(peer_->on_disconnected(now_));
  plan_connect(between(100ms, 6s));
}

void World::machine_is_cut() {
  if (!server_ || !server_->machine) return;
  auto machine = std::move(server_->machine);
  perform(machine->on_disconnected(clock()));
}

/// The connection breaks. Often both sides notice at once; or one of them only when nothing comes any more.
void World::cut() {
  if (!peer_->connected()) return;
  ++outcome_.cuts;
  ++connection_;
  const double who = calm_ ? 0 : dice_.unit();
  trace(who < 0.7 ? "cut" : who < 0.85 ? "cut, the server does not notice" : "cut, the switch does not notice");
  if (who < 0.7 || who >= 0.85) machine_is_cut();
  if (who < 0.85) peer_is_cut();
  else leave_switch_alone();
}

/// The server's side is gone; the switch may notice late.
void World::leave_switch_alone() {
  if (calm_ || dice_.chance(0.7)) return peer_is_cut();
  after(between(1s, 35s), [this, connection = connection_] {
    if (connection == connection_) peer_is_cut();
  });
}

Duration World::network_delay() { return now_ < slow_until_ ? between(1ms, 2s) : between(50us, 600us); }

void World::send_to_server(const std::string& bytes, bool event) {
  if (event && !calm_ && dice_.chance(options_.faults.lost_event)) {
    lossy_connection_ = connection_;
    return trace("an event is lost");
  }
  to_server_free_ = std::max(to_server_free_, now_ + network_delay());
  carry(to_server_free_, bytes, true);
  if (!event || calm_ || !dice_.chance(options_.faults.twice_event)) return;
  after(dice_.chance(0.5) ? Duration{0} : between(Duration{0}, 3s), [this, bytes, connection = connection_] {
    if (connection != connection_) return;
    trace("an event is sent twice");
    send_to_server(bytes, false);
  });
}

void World::send_to_switch(const std::string& bytes) {
  to_switch_free_ = std::max(to_switch_free_, now_ + network_delay());
  carry(to_switch_free_, bytes, false);
}

/// Brings the bytes to the other side, sometimes in two parts.
void World::carry(Instant when, std::string bytes, bool to_server) {
  if (bytes.size() > 1 && dice_.chance(options_.faults.torn_send)) {
    const std::size_t half = 1 + dice_.below(bytes.size() - 1);
    Instant& free = to_server ? to_server_free_ : to_switch_free_;
    free = std::max(free, when + between(1us, 20ms));
    carry(when, bytes.substr(0, half), to_server);
    return carry(free, bytes.substr(half), to_server);
  }
  at(when, [this, bytes = std::move(bytes), to_server, connection = connection_] {
    if (connection != connection_ || failed_) return;
    if (to_server) {
      if (server_ && server_->machine) perform(server_->machine->on_bytes(bytes, clock()));
    } else {
      perform(peer_->on_bytes(bytes, now_));
      let_go();
    }
  });
}

/// What the switch let go of, it was told to be safe.
void World::let_go() {
  if (!server_) return;
  const std::int64_t acknowledged = peer_->last_seq() - static_cast<std::int64_t>(peer_->unacked());
  auto& waiting = server_->facts_of_event;
  while (!waiting.empty() && waiting.begin()->first <= acknowledged) {
    check_commit("the acknowledgement of event " + std::to_string(waiting.begin()->first), waiting.begin()->second.second);
    promises_.acknowledged(waiting.begin()->second.first, waiting.begin()->second.second);
    waiting.erase(waiting.begin());
  }
}

void World::perform(const feed::Machine::Actions& actions) {
  for (const auto& action : actions) {
    if (failed_ || !server_) return;
    bool closed = false;
    std::visit(Overloaded{
                   [&](const feed::Machine::Send& send) {
                     if (server_->machine) send_to_switch(send.bytes);
                   },
                   [&](const feed::Machine::Emit& emit) { input(emit.event); },
                   [&](const feed::Machine::Opened&) {},
                   [&](const feed::Machine::Declared& declared) { input(core::LinkDeclared{SwitchId{"sim"}, declared.capabilities}); },
                   [&](const feed::Machine::Close& close) {
                     closed = true;
                     trace("the server closes: " + close.text);
                   },
               },
               action);
    if (!closed || !server_ || !server_->machine) continue;
    ++connection_;
    server_->machine.reset();
    peer_is_cut();
    return;
  }
}

void World::perform(const feed::Peer::Actions& actions, bool event) {
  for (const auto& action : actions) {
    if (failed_) return;
    bool closed = false;
    std::visit(Overloaded{
                   [&](const feed::Peer::Send& send) { send_to_server(send.bytes, event); },
                   [&](const feed::Peer::TakeSnapshot&) {
                     publish(switch_->advance(now_));
                     perform(peer_->snapshot(switch_->snapshot(), now_));
                     for (auto& device : switch_->device_states()) perform(peer_->publish(std::move(device), now_, now_), true);
                   },
                   [&](const feed::Peer::Execute& execute) {
                     if (execute.command.body)
                       if (const auto* ring = std::get_if<cti::model::Ring>(&*execute.command.body)) {
                         auto [rung, first] = rung_.try_emplace(ring->offer, execute.command.id);
                         if (!first && !(rung->second == execute.command.id)) return fail("a phone is rung twice for one offer");
                       }
                     publish(switch_->advance(now_));
                     auto reply = switch_->on_command(execute.command, now_);
                     perform(peer_->result(execute.command.id, reply.status, reply.reason, now_));
                     publish(std::move(reply.happenings));
                     run_switch();
                   },
                   [&](const feed::Peer::Accepting& accepting) { switch_->accepting(accepting.yes, now_); },
                   [&](const feed::Peer::Close& close) {
                     closed = true;
                     trace("the switch closes: " + close.text);
                   },
               },
               action);
    if (!closed) continue;
    ++connection_;
    machine_is_cut();
    peer_is_cut();
    return;
  }
}

// --- the switch ------------------------------------------------------------------------------------------------------------

void World::publish(SwitchModel::Happenings happenings) {
  for (auto& happening : happenings) perform(peer_->publish(std::move(happening.body), happening.at, now_), true);
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
  trace("the switch restarts");
  ++connection_;
  machine_is_cut();
  if (peer_) switch_->restart(now_);
  peer_ = std::make_unique<feed::Peer>(peer_config(boot_epoch_ += peer_ ? 1 : 0));
  if (server_) server_->facts_of_event.clear();
  plan_connect(between(100ms, 6s));
  run_switch();
}

}  // namespace callwright::sim
