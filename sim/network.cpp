// The switches, and the network between them and the server.
#include <algorithm>
#include <utility>

#include "base/overloaded.hpp"
#include "sim/process.hpp"
#include "sim/site.hpp"

namespace callwright::sim {

using namespace std::chrono_literals;
namespace feed = cti::feed;

namespace {

/// Only a switch of a centre that calls customers back says that it can: what the others say stays as it was, byte for byte.
feed::PeerConfig peer_config(const SwitchId& id, std::int64_t boot_epoch, bool callbacks) {
  feed::PeerConfig config;
  config.name = id.value;
  config.token = "token";
  config.capabilities = SwitchModel::capabilities();
  if (!callbacks) std::erase(config.capabilities, "dial");
  config.boot_epoch = boot_epoch;
  return config;
}

}  // namespace

World::Site& World::any_site() { return *sites_[dice_.below(sites_.size())]; }

World::Site& World::site_of(const SwitchId& id) {
  return **std::ranges::find_if(sites_, [&](const auto& site) { return site->id == id; });
}

cti::feed::Machine* World::machine_of(const Site& site) const {
  if (!server_) return nullptr;
  const auto link = server_->links.find(site.id);
  return link == server_->links.end() ? nullptr : link->second.machine.get();
}

// --- connections -----------------------------------------------------------------------------------------------------------

void World::plan_connect(Site& site, Duration delay) {
  if (site.connect_planned) return;
  site.connect_planned = true;
  after(delay, [this, &site] {
    site.connect_planned = false;
    connect(site);
  });
}

void World::connect(Site& site) {
  if (site.peer->connected()) return;
  if (!server_ || !server_->ready) return plan_connect(site, between(100ms, 1s));
  machine_is_cut(site);  // half open until now: the newer connection takes its place
  if (!server_ || !server_->ready) return plan_connect(site, between(100ms, 1s));
  ++site.connection;
  site.to_server_free = site.to_switch_free = now_;
  feed::MachineConfig config;
  config.connection = std::to_string(server_run_) + "." + std::to_string(site.connection);
  config.epoch = server_run_;
  config.accepting = !server_->draining;
  config.counters = &counters_;
  config.admit = [this](const feed::Hello& hello) { return server_->admissions->admit(hello); };
  server_->links[site.id].machine = std::make_unique<feed::Machine>(std::move(config), clock());
  server_->links[site.id].muted = false;
  trace("switch " + site.id.value + " connects");
  perform(site, site.peer->on_connected(now_));
}

void World::peer_is_cut(Site& site) {
  if (site.peer->connected()) perform(site, site.peer->on_disconnected(now_));
  plan_connect(site, between(100ms, 6s));
}

void World::machine_is_cut(Site& site) {
  if (!machine_of(site)) return;
  auto machine = std::move(server_->links[site.id].machine);
  perform(site, machine->on_disconnected(clock()));
}

/// The connection breaks. Often both sides notice at once; or one of them only when nothing comes any more.
void World::cut(Site& site) {
  if (!site.peer->connected()) return;
  ++outcome_.cuts;
  ++site.connection;
  const double who = calm_ ? 0 : dice_.unit();
  trace("switch " + site.id.value + (who < 0.7 ? " is cut" : who < 0.85 ? " is cut, the server does not notice" : " is cut and does not notice"));
  if (who < 0.7 || who >= 0.85) machine_is_cut(site);
  if (who < 0.85) peer_is_cut(site);
  else leave_alone(site);
}

/// The server's side is gone; the switch may notice late.
void World::leave_alone(Site& site) {
  if (calm_ || dice_.chance(0.7)) return peer_is_cut(site);
  after(between(1s, 35s), [this, &site, connection = site.connection] {
    if (connection == site.connection) peer_is_cut(site);
  });
}

Duration World::network_delay(const Site& site) { return now_ < site.slow_until ? between(1ms, 2s) : between(50us, 600us); }

void World::send_to_server(Site& site, const std::string& bytes, bool event) {
  if (event && !calm_ && dice_.chance(options_.faults.lost_event)) {
    site.lossy_connection = site.connection;
    return trace("an event is lost");
  }
  site.to_server_free = std::max(site.to_server_free, now_ + network_delay(site));
  carry(site, site.to_server_free, bytes, true);
  if (!event || calm_ || !dice_.chance(options_.faults.twice_event)) return;
  after(dice_.chance(0.5) ? Duration{0} : between(Duration{0}, 3s), [this, &site, bytes, connection = site.connection] {
    if (connection != site.connection) return;
    trace("an event is sent twice");
    send_to_server(site, bytes, false);
  });
}

void World::send_to_switch(Site& site, const std::string& bytes) {
  site.to_switch_free = std::max(site.to_switch_free, now_ + network_delay(site));
  carry(site, site.to_switch_free, bytes, false);
}

/// Brings the bytes to the other side, sometimes in two parts.
void World::carry(Site& site, Instant when, std::string bytes, bool to_server) {
  if (bytes.size() > 1 && dice_.chance(options_.faults.torn_send)) {
    const std::size_t half = 1 + dice_.below(bytes.size() - 1);
    Instant& free = to_server ? site.to_server_free : site.to_switch_free;
    free = std::max(free, when + between(1us, 20ms));
    carry(site, when, bytes.substr(0, half), to_server);
    return carry(site, free, bytes.substr(half), to_server);
  }
  at(when, [this, &site, bytes = std::move(bytes), to_server, connection = site.connection] {
    if (connection != site.connection || failed_) return;
    if (to_server) {
      if (auto* machine = machine_of(site)) perform(site, machine->on_bytes(bytes, clock()));
    } else {
      perform(site, site.peer->on_bytes(bytes, now_));
      let_go(site);
    }
  });
}

/// What the switch let go of, it was told to be safe.
void World::let_go(Site& site) {
  if (!server_) return;
  const std::int64_t acknowledged = site.peer->last_seq() - static_cast<std::int64_t>(site.peer->unacked());
  auto& waiting = server_->links[site.id].facts_of_event;
  while (!waiting.empty() && waiting.begin()->first <= acknowledged) {
    check_commit("the acknowledgement of event " + std::to_string(waiting.begin()->first), waiting.begin()->second.second);
    promises_.acknowledged(waiting.begin()->second.first, waiting.begin()->second.second);
    waiting.erase(waiting.begin());
  }
}

/// The end of a connection comes before anything of the next one. False: the core has no room for it yet.
bool World::tell_lost(Site& site) {
  auto& lost = server_->links[site.id].lost;
  if (!lost) return true;
  if (core_is_full()) return false;
  input(*std::exchange(lost, std::nullopt));
  return true;
}

/// False: the core's queue refuses it. The end of a connection is kept until there is room.
bool World::take_event(Site& site, const cti::model::SwitchEvent& event) {
  const bool lost = std::holds_alternative<cti::model::LinkLost>(event.body);
  auto& link = server_->links[site.id];
  if (link.muted) return true;
  if (!core_is_full()) return input(event), true;
  ++outcome_.refused;
  trace("the core's queue refuses an event of " + site.id.value);
  if (!lost) return false;
  link.lost = event;
  at(core_full_until_, [this, &site, run = server_run_] {
    if (server_ && run == server_run_) tell_lost(site);
  });
  return true;
}

/// As the server's feed does: what follows an event that was not taken is dropped, but for the connection's end.
void World::perform(Site& site, const feed::Machine::Actions& actions) {
  bool taken = true;
  for (const auto& action : actions) {
    if (failed_ || !server_) return;
    bool closed = false;
    std::visit(Overloaded{
                   [&](const feed::Machine::Send& send) {
                     if (machine_of(site)) send_to_switch(site, send.bytes);
                   },
                   [&](const feed::Machine::Emit& emit) {
                     if (taken || std::holds_alternative<cti::model::LinkLost>(emit.event.body)) taken = take_event(site, emit.event) && taken;
                   },
                   [&](const feed::Machine::Opened&) {
                     if (tell_lost(site)) return;
                     server_->links[site.id].muted = true;
                     taken = false;
                   },
                   [&](const feed::Machine::Declared& declared) {
                     if (!server_->links[site.id].muted) input(core::LinkDeclared{site.id, declared.capabilities});
                   },
                   [&](const feed::Machine::Close& close) {
                     closed = true;
                     trace("the server closes to " + site.id.value + ": " + close.text);
                   },
               },
               action);
    if (!closed || !machine_of(site)) continue;
    ++site.connection;
    server_->links[site.id].machine.reset();
    peer_is_cut(site);
    return;
  }
  if (auto* machine = machine_of(site); machine && !taken) perform(site, machine->on_overload(clock()));
}

void World::perform(Site& site, const feed::Peer::Actions& actions, bool event) {
  for (const auto& action : actions) {
    if (failed_) return;
    bool closed = false;
    std::visit(Overloaded{
                   [&](const feed::Peer::Send& send) { send_to_server(site, send.bytes, event); },
                   [&](const feed::Peer::TakeSnapshot&) {
                     publish(site, site.model->advance(now_));
                     perform(site, site.peer->snapshot(site.model->snapshot(), now_));
                     for (auto& device : site.model->device_states()) perform(site, site.peer->publish(std::move(device), now_, now_), true);
                   },
                   [&](const feed::Peer::Execute& execute) { take_command(site, execute.command); },
                   [&](const feed::Peer::Accepting& accepting) { site.model->accepting(accepting.yes, now_); },
                   [&](const feed::Peer::Close& close) {
                     closed = true;
                     trace("switch " + site.id.value + " closes: " + close.text);
                   },
               },
               action);
    if (!closed) continue;
    ++site.connection;
    machine_is_cut(site);
    peer_is_cut(site);
    return;
  }
}

/// The switch does its commands in order, sometimes late. What it was told before a restart is forgotten.
void World::take_command(Site& site, const feed::CommandMessage& command) {
  if (command.body)
    if (const auto* ring = std::get_if<cti::model::Ring>(&*command.body)) {
      auto [rung, first] = rung_.try_emplace(ring->offer, command.id);
      if (!first && !(rung->second == command.id)) return fail("a phone is rung twice for one offer");
    }
  if (command.body)
    if (const auto* dial = std::get_if<cti::model::Dial>(&*command.body)) {
      auto [called, first] = called_.try_emplace({command.contact, dial->to}, Called{command.id, now_, server_run_});
      const Called last = std::exchange(called->second, {command.id, now_, server_run_});
      // A server that starts anew believes the wall clock: if that was set, the pause may seem over.
      if (!first && !(last.by == command.id) && now_ - last.at < 50s && (last.server_run == server_run_ || wall_ahead_ == Duration{})) return fail("a customer is called twice within a minute");
      ++outcome_.customers_called;
    }
  if (!calm_ && dice_.chance(options_.faults.slow_switch)) {
    site.busy_until = std::max(site.busy_until, now_ + between(100ms, 5s));
    trace("switch " + site.id.value + " is slow");
  }
  if (site.busy_until <= now_) return execute(site, command);
  at(site.busy_until, [this, &site, command, boot_epoch = site.boot_epoch] {
    if (boot_epoch == site.boot_epoch && !failed_) execute(site, command);
  });
}

/// It does not do as it is told. `End` and `Release` are done always: whoever the switch keeps against them stays with it, and nobody
/// on our side can do anything about it.
bool World::shirks(Site& site, const feed::CommandMessage& command) {
  namespace model = cti::model;
  if (calm_ || std::holds_alternative<model::End>(*command.body) || std::holds_alternative<model::Release>(*command.body)) return false;
  if (!dice_.chance(options_.faults.lazy_switch)) return false;
  const double how = dice_.unit();
  trace("switch " + site.id.value + (how < 0.4 ? " fails a command" : how < 0.7 ? " forgets a command" : " says that it did a command"));
  if (const auto* park = std::get_if<model::Park>(&*command.body)) site.excused_until[park->native_id] = now_ + 50s;
  if (how < 0.4) perform(site, site.peer->result(command.id, feed::CommandStatus::failed, "congestion", now_));
  else if (how >= 0.7) perform(site, site.peer->result(command.id, feed::CommandStatus::accepted, {}, now_));
  return true;
}

/// What a command does is told by events, its result by a frame of its own.
void World::execute(Site& site, const feed::CommandMessage& command) {
  if (command.body && shirks(site, command)) return;
  publish(site, site.model->advance(now_));
  auto reply = site.model->on_command(command, now_);
  perform(site, site.peer->result(command.id, reply.status, reply.reason, now_));
  publish(site, std::move(reply.happenings));
  run_switch(site);
}

// --- the switch ------------------------------------------------------------------------------------------------------------

void World::publish(Site& site, SwitchModel::Happenings happenings) {
  for (auto& happening : happenings) perform(site, site.peer->publish(std::move(happening.body), happening.at, now_), true);
}

/// Lets the switch do what is due, tells what happened, and comes back when it wants to.
void World::run_switch(Site& site) {
  publish(site, site.model->advance(now_));
  const auto due = site.model->next_due();
  if (!due || (site.due > now_ && site.due <= *due)) return;
  site.due = std::max(*due, now_ + 1us);
  at(site.due, [this, &site] { run_switch(site); });
}

void World::restart_switch(Site& site) {
  ++outcome_.switch_restarts;
  trace("switch " + site.id.value + " restarts");
  ++site.connection;
  machine_is_cut(site);
  site.busy_until = now_;
  site.excused_until.clear();
  if (site.peer) site.model->restart(now_);
  site.boot_epoch += site.peer ? 1 : 0;
  site.peer = std::make_unique<feed::Peer>(peer_config(site.id, site.boot_epoch, extras_.callbacks));
  if (server_) server_->links[site.id].facts_of_event.clear();
  plan_connect(site, between(100ms, 6s));
  run_switch(site);
}

}  // namespace callwright::sim
