#include "script.hpp"

#include <algorithm>

#include "switchboard.hpp"

namespace callwright::cti::model {

using journal::Cause, journal::DivertReason, journal::LegState, journal::RecordingState, journal::TransferKind;

namespace {

struct Agent {
  AgentId id;
  std::string device;
};
const Agent kAgents[] = {{AgentId{"ann"}, "PJSIP/a1"}, {AgentId{"bob"}, "PJSIP/a2"}, {AgentId{"cem"}, "PJSIP/a3"}};

/// Writes the life of one call into a script.
class Life {
 public:
  Life(Script& script, Chance& chance, int number) : script_(script), chance_(chance), name_(std::to_string(number)), phase_(static_cast<int>(chance.below(12))) {}

  void write() {
    switch (chance_.below(10)) {
      case 0: return abandons();
      case 1: return observed();
      case 2: return through_local_pair();
      case 3: return among_phones();
      case 4: return consults();
      default: return routed();
    }
  }

 private:
  std::string id(const std::string& what) const { return what + name_; }
  void later() { phase_ += 1 + static_cast<int>(chance_.below(3)); }
  Step& add(SwitchEventBody body, std::vector<std::string> legs, bool harmless_late, std::string bridge = {}) {
    script_.push_back({phase_, std::move(body), std::move(legs), std::move(bridge), {}, {}, {}, {}, harmless_late});
    return script_.back();
  }
  void state(const std::string& leg, LegState state) { add(LegStateSeen{leg, state}, {leg}, state != LegState::held && state != LegState::connected); }
  void enter(const std::string& leg, const std::string& bridge) { add(LegEnteredBridge{leg, bridge}, {leg}, false, bridge); }
  void leave(const std::string& leg, const std::string& bridge) {
    if (!chance_.one_in(4)) add(LegLeftBridge{leg, bridge}, {leg}, false, bridge);
  }
  void end(const std::string& leg, Cause cause = Cause::normal, std::int32_t raw = 16) {
    add(LegGone{leg, cause, raw, "", journal::EndedBy::unknown}, {leg}, true);
  }
  const Agent& someone() { return kAgents[chance_.below(3)]; }

  void arrive() {
    LegCreated made = caller(id("c"));
    made.ani = "+4420" + name_;
    if (chance_.one_in(4)) made.redirecting = "+4430" + name_;
    add(made, {id("c")}, true);
    add(RouteAsked{id("c"), "800"}, {id("c")}, true);
    state(id("c"), LegState::connected);
    later();
  }
  void ring(const std::string& leg, const Agent& agent, std::int64_t offer, std::string for_whom = {}) {
    Step& step = add(phone(leg, agent.device), {leg}, true);
    step.of_caller = for_whom.empty() ? id("c") : for_whom;
    step.offer = {offer};
    step.agent = agent.id;
    state(leg, LegState::dialing);
    if (!chance_.one_in(3)) state(leg, LegState::alerting);
    if (chance_.one_in(4)) add(CallDiverted{leg, agent.device, "PJSIP/desk", DivertReason::no_answer, "no-answer"}, {leg}, true);
    later();
  }
  void unanswered_rings() {
    for (std::size_t n = chance_.below(3); n > 0; --n) {
      const std::string leg = id("r" + std::to_string(n) + "-");
      ring(leg, someone(), number(n));
      if (chance_.one_in(2)) {
        end(leg, Cause::no_answer, 19);
      } else {
        if (chance_.one_in(2)) state(leg, LegState::failed), later();
        end(leg, Cause::busy, 17);
      }
      later();
    }
  }
  std::int64_t number(std::size_t n) const { return std::stoll(name_) * 100 + static_cast<std::int64_t>(n) + 1; }

  void abandons() {
    arrive();
    unanswered_rings();
    if (chance_.one_in(2)) ring(id("a"), someone(), number(50));
    const bool ringing = std::ranges::any_of(script_, [&](const Step& step) { return step.legs.front() == id("a"); });
    end(id("c"), Cause::caller_cancel, 127);
    later();
    if (ringing) end(id("a"), Cause::caller_cancel, 16);
  }

  void talk_and_hold(const std::string& agent) {
    if (chance_.one_in(2)) {
      state(agent, LegState::held);
      later();
      state(agent, LegState::connected);
      later();
    }
    if (chance_.one_in(3)) add(PartyChanged{id("c"), "", "Mr " + name_, "", "+4431" + name_}, {id("c")}, false);
    if (chance_.one_in(3)) add(DataSeen{id("c"), "order", name_}, {id("c")}, false);
    later();
  }

  void routed() {
    arrive();
    unanswered_rings();
    const std::string first_bridge = id("b"), customer = id("c");
    std::string agent = id("a"), bridge = first_bridge;
    ring(agent, someone(), number(50));
    state(agent, LegState::connected);
    later();
    enter(customer, bridge);
    enter(agent, bridge);
    later();
    talk_and_hold(agent);
    const bool recorded = chance_.one_in(3);
    if (recorded) record(bridge, customer, RecordingState::recording);
    if (chance_.one_in(4)) {
      conference(bridge);
    } else if (chance_.one_in(4)) {
      agent = transfers_blindly(agent, bridge);
    } else if (chance_.one_in(3)) {
      for (std::size_t n = 1 + chance_.below(2); n > 0; --n) sends_back(agent, bridge, n);
    } else if (chance_.one_in(4)) {
      const std::string next = id("n");
      add(phone(next, someone().device), {next}, true);
      state(next, LegState::connected);
      add(LegsReplaced{agent, next}, {agent, next}, true, bridge);
      later();
      end(agent);
      agent = next;
      later();
    }
    leave(agent, bridge);
    leave(customer, bridge);
    if (recorded && !chance_.one_in(3)) record(first_bridge, customer, RecordingState::stopped);
    end(agent);
    end(customer);
  }

  /// `about` keeps it in its place among the events of a leg, which a recording of a bridge does not name.
  void record(const std::string& bridge, const std::string& about, RecordingState state) {
    add(RecordingChanged{"", bridge, id("rec"), state, ""}, {about}, false, bridge);
  }

  void transfer(SwitchEventBody body, const Transfer& what, const std::string& bridge = {}) {
    std::vector<std::string> legs;
    for (const std::string& leg : {what.transferee, what.transferor, what.consult})
      if (!leg.empty()) legs.push_back(leg);
    add(std::move(body), std::move(legs), false, bridge);
  }

  /// The agent's phone hands the customer to a number; the first try may fail. Who answers there stays.
  std::string transfers_blindly(const std::string& agent, const std::string& bridge) {
    const Transfer blind{TransferKind::blind, agent, id("c"), "", "1002"};
    if (chance_.one_in(3)) {
      transfer(TransferStarted{blind}, blind);
      later();
      transfer(TransferFailed{blind, Cause::busy, 17, "busy"}, blind);
      later();
    }
    if (chance_.one_in(2)) transfer(TransferStarted{blind}, blind), later();
    transfer(TransferCompleted{blind}, blind, bridge);
    leave(agent, bridge);
    end(agent);
    later();
    const std::string next = id("n");
    add(phone(next, someone().device), {next}, true);
    state(next, LegState::connected);
    later();
    enter(next, bridge);
    later();
    return next;
  }

  /// The agent sends the customer into a queue again, where another one answers him. The switch asks for the customer, or a half of a Local
  /// channel that has taken the agent's place does.
  void sends_back(std::string& agent, std::string& bridge, std::size_t n) {
    const std::string customer = id("c"), times = std::to_string(n), entry = chance_.one_in(3) ? "801" : "800";
    const Transfer blind{TransferKind::blind, agent, customer, "", entry};
    if (chance_.one_in(2)) transfer(TransferCompleted{blind}, blind, bridge);
    if (chance_.one_in(2)) {
      add(LegLeftBridge{customer, bridge}, {customer}, false, bridge);
      add(RouteAsked{customer, entry}, {customer}, true);
      leave(agent, bridge);
    } else {
      const std::string one = id("k" + times + "-") + ";1", two = id("k" + times + "-") + ";2";
      add(half(one), {one}, true).of_caller = customer;
      add(LegsReplaced{agent, one}, {agent, one}, true, bridge);
      enter(one, bridge);
      add(half(two), {two}, true);
      add(LocalPair{one, two}, {one, two}, true);
      add(RouteAsked{two, entry}, {two}, true);
      later();
      add(LegLeftBridge{customer, bridge}, {customer}, false, bridge);
      end(two);
      end(one);
    }
    end(agent);
    later();
    agent = id("n" + times + "-");
    bridge = id("e" + times + "-");
    ring(agent, someone(), number(60 + n));
    state(agent, LegState::connected);
    later();
    enter(customer, bridge);
    enter(agent, bridge);
    later();
  }

  /// The agent asks a colleague on a second line and then hands the customer on to him, or comes back.
  void consults() {
    arrive();
    const std::string customer = id("c"), agent = id("a"), second = id("s"), asked = id("x"), bridge = id("b"), aside = id("d");
    const Agent& transferor = someone();
    ring(agent, transferor, number(50));
    state(agent, LegState::connected);
    later();
    enter(customer, bridge);
    enter(agent, bridge);
    later();
    talk_and_hold(agent);
    const Transfer attended{TransferKind::attended, agent, customer, second, ""};
    add(phone(second, transferor.device), {second}, true);
    add(RouteAsked{second, kConsultEntry}, {second}, true);
    state(second, LegState::connected);
    later();
    if (chance_.one_in(2)) transfer(TransferStarted{attended}, attended), later();
    ring(asked, someone(), number(52), second);
    state(asked, LegState::connected);
    later();
    enter(second, aside);
    enter(asked, aside);
    later();
    if (chance_.one_in(3)) {
      transfer(TransferFailed{attended, Cause::rejected, 0, "declined"}, attended);
      later();
      add(LegLeftBridge{second, aside}, {second}, false, aside);
      end(second);
      end(asked);
    } else if (chance_.one_in(2)) {  // the customer is brought to the colleague
      transfer(TransferCompleted{attended}, attended, aside);
      later();
      add(LegLeftBridge{second, aside}, {second}, false, aside);
      later();
      enter(customer, aside);
      later();
      end(second);
      end(agent);
      later();
      end(asked);
    } else {  // the two talks become one, and the transferor goes
      transfer(TransferCompleted{attended}, attended);
      later();
      Step& merged = add(CallsMerged{aside, bridge}, {customer, agent, second, asked}, true, bridge);
      merged.other_bridge = aside;
      later();
      end(second);
      end(agent);
      later();
      end(asked);
    }
    later();
    end(customer);
    if (std::ranges::none_of(script_, [&](const Step& step) { return std::holds_alternative<LegGone>(step.body) && step.legs.front() == agent; })) end(agent);
  }

  /// A third one joins, alone or with somebody whom he brings.
  void conference(const std::string& bridge) {
    const std::string third = id("t");
    ring(third, someone(), number(51));
    state(third, LegState::connected);
    later();
    if (chance_.one_in(2)) {
      const std::string fourth = id("f"), aside = id("d");
      ring(fourth, someone(), number(53));
      state(fourth, LegState::connected);
      later();
      enter(third, aside);
      enter(fourth, aside);
      later();
      Step& merged = add(CallsMerged{aside, bridge}, {third, fourth}, true, bridge);
      merged.other_bridge = aside;
      later();
      leave(fourth, bridge);
      end(fourth);
    } else {
      enter(third, bridge);
    }
    later();
    leave(third, bridge);
    end(third);
    later();
  }

  void observed() {
    arrive();
    const std::string agent = id("a"), bridge = id("b");
    add(phone(agent, someone().device), {agent}, true);
    state(agent, LegState::alerting);
    later();
    state(agent, LegState::connected);
    enter(agent, bridge);
    enter(id("c"), bridge);
    later();
    talk_and_hold(agent);
    leave(id("c"), bridge);
    leave(agent, bridge);
    end(id("c"));
    end(agent);
  }

  void through_local_pair() {
    arrive();
    const std::string one = id("l") + ";1", two = id("l") + ";2", agent = id("a"), b1 = id("b"), b2 = id("d");
    add(half(one), {one}, true);
    add(half(two), {two}, true);
    add(phone(agent, someone().device), {agent}, true);
    add(LocalPair{one, two}, {one, two}, true);
    state(agent, LegState::alerting);
    later();
    state(agent, LegState::connected);
    enter(id("c"), b1);
    enter(one, b1);
    enter(agent, b2);
    enter(two, b2);
    later();
    talk_and_hold(agent);
    end(agent);
    later();
    end(two);
    end(one);
    end(id("c"));
  }

  void among_phones() {
    const std::string one = id("p"), two = id("q"), bridge = id("b");
    add(phone(one, someone().device), {one}, true);
    later();
    add(phone(two, "PJSIP/desk"), {two}, true);
    later();
    state(one, LegState::connected);
    state(two, LegState::connected);
    enter(one, bridge);
    enter(two, bridge);
    later();
    end(two);
    end(one);
  }

  Script& script_;
  Chance& chance_;
  const std::string name_;
  int phase_;
};

bool contains(const std::vector<std::string>& legs, const std::string& leg) { return std::ranges::find(legs, leg) != legs.end(); }

/// `later` may not overtake `earlier`, which stands before it in the script.
bool ordered(const Step& earlier, const Step& later) {
  if (earlier.phase != later.phase) return true;
  for (const std::string& bridge : {earlier.bridge, earlier.other_bridge})
    if (!bridge.empty() && (bridge == later.bridge || bridge == later.other_bridge)) return true;
  return std::ranges::any_of(earlier.legs, [&](const std::string& leg) { return contains(later.legs, leg); });
}

}  // namespace

Script make_script(Chance& chance) {
  Script script;
  const int calls = 1 + static_cast<int>(chance.below(4));
  for (int n = 1; n <= calls; ++n) Life(script, chance, n).write();
  std::map<int, Script> by_phase;
  for (Step& step : script) by_phase[step.phase].push_back(std::move(step));
  Script sorted;
  for (auto& [phase, steps] : by_phase) sorted.insert(sorted.end(), steps.begin(), steps.end());
  return sorted;
}

Script permute(const Script& script, Chance& chance) {
  Script open = script, result;
  while (!open.empty()) {
    std::vector<std::size_t> ready;
    for (std::size_t i = 0; i < open.size() && open[i].phase == open.front().phase; ++i) {
      const bool waits = std::any_of(open.begin(), open.begin() + static_cast<std::ptrdiff_t>(i), [&](const Step& before) { return ordered(before, open[i]); });
      if (!waits) ready.push_back(i);
    }
    const std::size_t chosen = ready[chance.below(ready.size())];
    result.push_back(open[chosen]);
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(chosen));
  }
  return result;
}

namespace {

/// From here on a repetition of `one` would say something new: it is none any more.
bool ends_repetition(const Step& one, const Step& later) {
  const bool of_the_same_leg = std::ranges::any_of(later.legs, [&](const std::string& leg) { return contains(one.legs, leg); });
  if (std::holds_alternative<RouteAsked>(one.body)) return of_the_same_leg && std::holds_alternative<LegLeftBridge>(later.body);
  return of_the_same_leg && !one.harmless_late;
}

}  // namespace

Script repeat_some(const Script& script, Chance& chance) {
  std::multimap<std::size_t, Step> again;  // before which step of the original
  for (std::size_t i = 0; i < script.size(); ++i) {
    if (!chance.one_in(3)) continue;
    std::size_t until = i + 1;
    while (until < script.size() && !ends_repetition(script[i], script[until])) ++until;
    for (std::size_t n = 1 + chance.below(2); n > 0; --n) again.emplace(i + 1 + chance.below(until - i), script[i]);
  }
  Script result;
  for (std::size_t i = 0; i <= script.size(); ++i) {
    for (auto [it, end] = again.equal_range(i); it != end; ++it) result.push_back(it->second);
    if (i < script.size()) result.push_back(script[i]);
  }
  return result;
}

void Truth::apply(const Step& step, const Tokens& tokens) {
  auto leg = [&](const std::string& native_id) -> SnapshotLeg* {
    auto it = legs_.find(native_id);
    return it == legs_.end() ? nullptr : &it->second;
  };
  if (const auto* made = std::get_if<LegCreated>(&step.body)) {
    SnapshotLeg& fresh = legs_[made->native_id];
    fresh.leg = *made;
    fresh.leg.tokens = tokens;
    fresh.state = LegState::initiated;
  } else if (const auto* seen = std::get_if<LegStateSeen>(&step.body)) {
    if (SnapshotLeg* found = leg(seen->native_id)) found->state = seen->state;
  } else if (const auto* entered = std::get_if<LegEnteredBridge>(&step.body)) {
    if (SnapshotLeg* found = leg(entered->native_id)) found->bridge = entered->bridge, found->asks_route = false;
  } else if (const auto* left = std::get_if<LegLeftBridge>(&step.body)) {
    if (SnapshotLeg* found = leg(left->native_id)) found->bridge.clear();
  } else if (const auto* replaced = std::get_if<LegsReplaced>(&step.body)) {
    if (SnapshotLeg* fresh = leg(replaced->new_native_id))
      if (SnapshotLeg* old = leg(replaced->old_native_id)) fresh->bridge = std::exchange(old->bridge, {});
  } else if (const auto* pair = std::get_if<LocalPair>(&step.body)) {
    pairs_[pair->one] = pair->two;
  } else if (const auto* merged = std::get_if<CallsMerged>(&step.body)) {
    for (auto& [native_id, one] : legs_)
      if (one.bridge == merged->from) one.bridge = merged->into;
  } else if (const auto* asked = std::get_if<RouteAsked>(&step.body)) {
    if (SnapshotLeg* found = leg(asked->native_id)) found->asks_route = true, found->entry = asked->entry;
  } else if (const auto* ended = std::get_if<LegGone>(&step.body)) {
    legs_.erase(ended->native_id);
    std::erase_if(pairs_, [&](const auto& halves) { return halves.first == ended->native_id || halves.second == ended->native_id; });
  }
}

Snapshot Truth::snapshot() const {
  Snapshot all;
  for (const auto& [native_id, leg] : legs_) all.legs.push_back(leg);
  return all;
}

std::vector<LocalPair> Truth::pairs() const {
  std::vector<LocalPair> all;
  for (const auto& [one, two] : pairs_) all.push_back({one, two});
  return all;
}

}  // namespace callwright::cti::model
