#include "tests/unit/cti_csta/bench.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "cti/model/event_line.hpp"

namespace callwright::cti::csta::test {
namespace {

using journal::LegState;

/// A customer's state before he talks is not the same in an event and in a snapshot, and an agent's who calls neither.
std::string word(const std::string& device, LegState state) {
  if (device.starts_with('+')) return "is here";
  switch (state) {
    case LegState::alerting: return "alerting";
    case LegState::connected: return "connected";
    case LegState::held: return "held";
    default: return "calling";
  }
}

std::vector<std::string> with_talks(std::vector<std::string> lines, const std::map<std::string, std::set<std::string>>& talks) {
  for (const auto& [bridge, members] : talks) {
    if (members.size() < 2) continue;
    std::string line = "talk";
    for (const std::string& one : members) line += " " + one;
    lines.push_back(std::move(line));
  }
  std::ranges::sort(lines);
  return lines;
}

}  // namespace

void Mirror::take(const model::SwitchEventBody& body) {
  if (const auto* made = std::get_if<model::LegCreated>(&body)) {
    if (!legs_.try_emplace(made->native_id, Leg{*made}).second) faults.push_back("began twice: " + made->native_id);
  } else if (const auto* gone = std::get_if<model::LegGone>(&body)) {
    if (legs_.erase(gone->native_id) == 0) faults.push_back("ended without a beginning: " + gone->native_id);
  } else if (const auto* snapshot = std::get_if<model::Snapshot>(&body)) {
    legs_.clear();
    for (const model::SnapshotLeg& leg : snapshot->legs)
      if (!legs_.try_emplace(leg.leg.native_id, Leg{leg.leg, leg.state, leg.bridge}).second) faults.push_back("twice: " + leg.leg.native_id);
  } else if (const auto* seen = std::get_if<model::LegStateSeen>(&body)) {
    if (!legs_.contains(seen->native_id)) faults.push_back("state of nobody: " + seen->native_id);
    legs_[seen->native_id].state = seen->state;
  } else if (const auto* entered = std::get_if<model::LegEnteredBridge>(&body)) {
    if (!legs_.contains(entered->native_id)) faults.push_back("nobody entered: " + entered->native_id);
    legs_[entered->native_id].bridge = entered->bridge;
  } else if (const auto* left = std::get_if<model::LegLeftBridge>(&body)) {
    legs_[left->native_id].bridge.clear();
  }
}

std::vector<std::string> Mirror::lines() const {
  std::vector<std::string> lines;
  std::map<std::string, std::set<std::string>> talks;
  for (const auto& [name, leg] : legs_) {
    lines.push_back(leg.made.device + " " + word(leg.made.device, leg.state));
    if (!leg.bridge.empty()) talks[leg.bridge].insert(leg.made.device);
  }
  return with_talks(std::move(lines), talks);
}

std::string Mirror::leg(const std::string& device) const {
  for (const auto& [name, leg] : legs_)
    if (leg.made.device == device) return name;
  return {};
}

std::vector<std::string> truth(const sim::csta::Peer& peer) {
  using State = sim::csta::Peer::State;
  std::vector<std::string> lines;
  std::map<std::string, std::set<std::string>> talks;
  for (const auto& [call, members] : peer.calls())
    for (const auto& [party, state] : members) {
      const LegState ours = state == State::alerting    ? LegState::alerting
                            : state == State::connected ? LegState::connected
                            : state == State::held      ? LegState::held
                                                        : LegState::initiated;
      lines.push_back(party + " " + word(party, ours));
      if (ours == LegState::connected || ours == LegState::held) talks[call].insert(party);
    }
  return with_talks(std::move(lines), talks);
}

Bench::Bench(std::vector<std::string> devices, Settings settings) : machine({SwitchId{"lab"}, "lab", 3, 1}, {}, std::move(settings)) {
  take(machine.know_devices(std::move(devices), now));
}

void Bench::live() {
  if (machine.phase() == link::Machine::Phase::stopped) take(machine.start(now));
  take(machine.opened(now));
  settle();
}

void Bench::settle() {
  for (std::string bytes = peer.take(); !bytes.empty() && !silent; bytes = peer.take())
    for (std::string_view rest = bytes; !rest.empty();) {
      const std::size_t size = std::min(std::max<std::size_t>(piece(), 1), rest.size());
      take(machine.received(rest.substr(0, size), now));
      rest.remove_prefix(size);
    }
}

void Bench::cut() {
  peer.cut();
  take(machine.closed("cut", now));
}

void Bench::command(model::CommandBody body) {
  model::Command command;
  command.id = {1, 40, 0};
  command.switch_id = SwitchId{"lab"};
  command.contact = ContactId{7};
  command.epoch = 3;
  command.body = std::move(body);
  take(machine.command(command, now));
  settle();
}

void Bench::take(const link::Actions& actions) {
  for (const link::Action& action : actions) {
    if (const auto* send = std::get_if<link::Send>(&action)) {
      peer.received(send->bytes);
    } else if (const auto* emit = std::get_if<link::Emit>(&action)) {
      events.push_back(model::line(emit->event.body));
      mirror.take(emit->event.body);
    } else if (const auto* line = std::get_if<link::Log>(&action)) {
      log.push_back(line->event + ": " + line->detail);
    } else if (std::holds_alternative<link::Open>(action)) {
      ++opened;
    } else if (std::holds_alternative<link::Close>(action)) {
      peer.cut();
    }
  }
}

void Bench::pass(Duration duration) {
  const Instant until = now + duration;
  for (auto next = machine.next_wake(); next && *next <= until; next = machine.next_wake()) {
    if (*next > now) now = *next;
    take(machine.wake(now));
    settle();
  }
  now = until;
}

void Bench::forget() {
  events.clear();
  log.clear();
  peer.requests.clear();
}

}  // namespace callwright::cti::csta::test
