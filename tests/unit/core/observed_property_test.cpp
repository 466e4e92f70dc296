// A switch with queues of its own, told in every order that a switch may tell it, with repetitions, gaps and restarts of ours.
#include <gmock/gmock.h>

#include <map>
#include <optional>
#include <random>
#include <set>

#include "tests/unit/core/observed_stage.hpp"

namespace callwright::core::stage {
namespace {

using cti::model::SwitchEventBody;
using journal::AgentState;
using journal::LegState;
using journal::OfferEnd;
using journal::VisitEnd;

/// What happens on the switch, and what it says of it. Events of one leg are said in order, and everything of one happening before the next one.
class OwnQueues {
 public:
  OwnQueues(ObservedStage& stage, std::uint64_t seed) : stage_(stage), random_(seed) {}

  void happen() {
    switch (random_() % 10) {
      case 0:
      case 1: return arrive();
      case 2:
      case 3: return ring();
      case 4: return answer();
      case 5: return give_up();
      case 6: return not_answered();
      case 7: return end_talk();
      case 8: return hold();
      case 9: return agent_changes();
    }
  }
  /// Everybody leaves.
  void close() {
    while (!callers_.empty()) leave_for_good(callers_.begin()->first);
    while (!phones_.empty()) drop_phone(phones_.begin()->first), say();
  }

  bool heard = true;  ///< what happens is told
  std::map<VisitEnd, int> visits;
  std::map<OfferEnd, int> offers;
  int entered = 0, offered = 0;

  cti::model::Snapshot snapshot() const {
    cti::model::Snapshot all;
    for (const auto& [native, caller] : callers_) {
      const bool talks = !caller.phone.empty();
      all.legs.push_back(queued_on_switch(native, caller.queue, talks ? "b-" + native : ""));
    }
    for (const auto& [device, phone] : phones_)
      all.legs.push_back(
          phone_of(phone.native, device, phone.talks ? LegState::connected : LegState::alerting, phone.talks ? "b-" + phone.caller : ""));
    for (const auto& [device, queues] : agents_)
      for (const auto& [queue, state] : queues)
        if (state != There::signed_out) all.agents.push_back({device, queue, state, "why"});
    return all;
  }
  AgentState meant(const std::string& device) const {
    AgentState state = AgentState::signed_out;
    if (const auto found = agents_.find(device); found != agents_.end())
      for (const auto& [queue, one] : found->second) {
        if (one == There::ready) return AgentState::ready;
        if (one == There::paused) state = AgentState::not_ready;
      }
    return state;
  }

 private:
  struct Caller {
    std::string queue;  ///< in which he stands
    std::string phone;  ///< device of whom he talks to
    bool held = false;
  };
  struct Phone {
    std::string native, caller;
    bool talks = false;
  };

  std::size_t pick(std::size_t of) { return random_() % of; }
  void add(std::string leg, SwitchEventBody body) { said_.push_back({std::move(leg), std::move(body)}); }
  /// In any order that keeps that of each leg, some of it twice.
  void say() {
    while (!said_.empty()) {
      std::size_t next = pick(said_.size());
      for (std::size_t i = 0; i < next; ++i)
        if (said_[i].first == said_[next].first) next = i;
      if (heard)
        for (std::size_t times = pick(4) == 0 ? 2 : 1; times > 0; --times) stage_.event(said_[next].second);
      said_.erase(said_.begin() + static_cast<std::ptrdiff_t>(next));
    }
  }
  template <class Fits>
  std::string some_caller(Fits fits) {
    std::vector<std::string> all;
    for (const auto& [native, caller] : callers_)
      if (fits(caller)) all.push_back(native);
    return all.empty() ? std::string() : all[pick(all.size())];
  }
  std::string some_phone(bool talks) {
    std::vector<std::string> all;
    for (const auto& [device, phone] : phones_)
      if (phone.talks == talks) all.push_back(device);
    return all.empty() ? std::string() : all[pick(all.size())];
  }
  /// An offer is told by its caller's leg: so it stands in his order.
  void offer_ends(const std::string& device, Ended why, OfferEnd how) {
    const Phone& phone = phones_.at(device);
    add(phone.native + " offer", cti::model::QueueOfferEnded{phone.caller, callers_.at(phone.caller).queue, device, why});
    if (known(device)) ++offers[how];
  }
  static bool known(const std::string& device) { return device == "1001" || device == "1002"; }
  void drop_phone(const std::string& device) {
    add(phones_.at(device).native, cti::model::LegGone{phones_.at(device).native, journal::Cause::normal, 16, "", journal::EndedBy::unknown});
    phones_.erase(device);
  }
  void stop_ringing(const std::string& caller, Ended why, OfferEnd how) {
    std::vector<std::string> ringing;
    for (const auto& [device, phone] : phones_)
      if (phone.caller == caller && !phone.talks) ringing.push_back(device);
    for (const std::string& device : ringing) {
      offer_ends(device, why, how);
      drop_phone(device);
    }
  }

  void arrive() {
    std::string native = some_caller([](const Caller& caller) { return caller.queue.empty() && caller.phone.empty(); });
    if (native.empty() || pick(2)) {
      if (callers_.size() > 5) return;
      native = "c" + std::to_string(++number_);
      cti::model::LegCreated leg;
      leg.native_id = native;
      leg.device = "trunk";
      leg.device_class = cti::model::DeviceClass::trunk;
      add(native, leg);
    }
    callers_[native].queue = pick(2) ? "q-support" : "q-billing";
    ++entered;
    add(native, cti::model::QueueJoined{native, callers_[native].queue});
    say();
  }
  void ring() {
    const std::string native = some_caller([](const Caller& caller) { return !caller.queue.empty(); });
    const std::string device = std::vector<std::string>{"1001", "1002", "1099"}[pick(3)];
    if (native.empty() || phones_.contains(device)) return;
    const std::string leg = "p" + std::to_string(++number_);
    phones_[device] = {leg, native, false};
    if (known(device)) ++offered;
    cti::model::LegCreated made;
    made.native_id = leg;
    made.device = device;
    made.device_class = cti::model::DeviceClass::station;
    add(leg, made);
    add(leg, cti::model::LegStateSeen{leg, LegState::alerting});
    add(native, cti::model::QueueOffered{native, callers_[native].queue, device});
    say();
  }
  void answer() {
    const std::string device = some_phone(false);
    if (device.empty()) return;
    Phone& phone = phones_[device];
    const std::string native = phone.caller;
    add(phone.native, cti::model::LegStateSeen{phone.native, LegState::connected});
    offer_ends(device, Ended::accepted, OfferEnd::accepted);
    phone.talks = true;
    stop_ringing(native, Ended::elsewhere, OfferEnd::elsewhere);
    add(native, cti::model::QueueLeft{native, callers_[native].queue, Left::answered});
    add(native, cti::model::LegEnteredBridge{native, "b-" + native});
    add(phone.native, cti::model::LegEnteredBridge{phone.native, "b-" + native});
    ++visits[VisitEnd::answered];
    callers_[native].queue.clear();
    callers_[native].phone = device;
    say();
  }
  void give_up() {
    const std::string native = some_caller([](const Caller& caller) { return !caller.queue.empty(); });
    if (native.empty()) return;
    stop_ringing(native, Ended::withdrawn, OfferEnd::withdrawn);
    const bool goes = pick(2);
    add(native, cti::model::QueueLeft{native, callers_[native].queue, goes ? Left::abandoned : Left::left});
    ++visits[goes ? VisitEnd::abandoned : VisitEnd::flow_overflow];
    callers_[native].queue.clear();
    if (goes) gone(native);
    say();
  }
  void not_answered() {
    const std::string device = some_phone(false);
    if (device.empty()) return;
    const bool refused = pick(2);
    offer_ends(device, refused ? Ended::refused : Ended::no_answer, refused ? OfferEnd::refused : OfferEnd::timed_out);
    drop_phone(device);
    say();
  }
  void end_talk() {
    const std::string device = some_phone(true);
    if (device.empty()) return;
    const std::string native = phones_[device].caller;
    add(native, cti::model::LegLeftBridge{native, "b-" + native});
    callers_[native].phone.clear();
    callers_[native].held = false;
    drop_phone(device);
    if (pick(2)) gone(native);
    say();
  }
  void hold() {
    const std::string native = some_caller([](const Caller& caller) { return !caller.phone.empty(); });
    if (native.empty()) return;
    callers_[native].held = !callers_[native].held;
    add(native, cti::model::LegStateSeen{native, callers_[native].held ? LegState::held : LegState::connected});
    say();
  }
  void agent_changes() {
    const std::string device = pick(2) ? "1001" : "1002", queue = pick(2) ? "q-support" : "q-billing";
    const There state = std::array{There::signed_out, There::ready, There::paused}[pick(3)];
    agents_[device][queue] = state;
    add(device, cti::model::QueueAgentSeen{device, queue, state, "why"});
    say();
  }
  void gone(const std::string& native) {
    add(native, cti::model::LegGone{native, journal::Cause::normal, 16, "", journal::EndedBy::customer});
    callers_.erase(native);
  }
  void leave_for_good(const std::string& native) {
    const Caller caller = callers_.at(native);
    if (!caller.queue.empty()) {
      stop_ringing(native, Ended::withdrawn, OfferEnd::withdrawn);
      add(native, cti::model::QueueLeft{native, caller.queue, Left::abandoned});
      ++visits[VisitEnd::abandoned];
    }
    if (!caller.phone.empty()) drop_phone(caller.phone);
    gone(native);
    say();
  }

  ObservedStage& stage_;
  std::mt19937_64 random_;
  std::map<std::string, Caller> callers_;
  std::map<std::string, Phone> phones_;  ///< by device
  std::map<std::string, std::map<std::string, There>> agents_{{"1001", {{"q-support", There::ready}}}, {"1002", {{"q-support", There::ready}}}};
  std::vector<std::pair<std::string, SwitchEventBody>> said_;
  int number_ = 0;
};

std::shared_ptr<const journal::Centre> without_short_abandons() {
  auto changed = std::make_shared<journal::Centre>(*observing_centre());
  for (auto& queue : changed->queues) queue.short_abandon = Duration::zero();
  return changed;
}

/// When the last has gone: everything that began has ended once, the figures say so, and nobody is left working.
void expect_all_over(const ObservedStage& stage, const OwnQueues& there) {
  std::map<OfferId, int> ends;
  for (const auto& made : stage.facts<journal::OfferMade>()) ends[made.offer] = 0;
  for (const auto& ended : stage.facts<journal::OfferEnded>()) ++ends[ended.offer];
  for (const auto& [offer, times] : ends) EXPECT_EQ(times, 1) << "offer " << offer.value;
  EXPECT_EQ(stage.facts<journal::VisitStarted>().size(), stage.facts<journal::VisitEnded>().size());
  EXPECT_EQ(stage.facts<journal::SegmentStarted>().size(), stage.facts<journal::SegmentEnded>().size());
  EXPECT_EQ(stage.facts<journal::ContactOpened>().size(), stage.facts<journal::ContactEnded>().size());
  EXPECT_TRUE(stage.command_ids.empty());
  for (const auto& [agent, device] : {std::pair(kSofia, "1001"), std::pair(kDaniel, "1002")})
    EXPECT_EQ(stage.agent(agent).state, there.meant(device));
  std::int64_t entered = 0, left = 0;
  for (const QueueId& id : {kSupport, kBilling}) {
    const QueueView queue = stage.queue_view(id);
    EXPECT_EQ(queue.waiting, 0);
    EXPECT_EQ(queue.entered, queue.answered + queue.abandoned + queue.short_abandoned + queue.flowed_out + queue.lost);
    entered += queue.entered;
    left += queue.answered + queue.abandoned + queue.flowed_out + queue.lost;
  }
  EXPECT_EQ(entered, left);
}

TEST(ObservedProperties, InAnyOrderAndSaidTwiceEverythingIsCountedOnceAndByItsName) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    ObservedStage stage({.observe = true}, without_short_abandons());
    stage.fold_every = 7;
    OwnQueues there(stage, seed);
    for (int i = 0; i < 60 && !::testing::Test::HasFailure(); ++i) there.happen();
    there.close();
    expect_all_over(stage, there);
    std::map<VisitEnd, int> visits;
    for (const auto& ended : stage.facts<journal::VisitEnded>()) ++visits[ended.how];
    EXPECT_EQ(visits, there.visits);
    EXPECT_EQ(stage.facts<journal::VisitStarted>().size(), static_cast<std::size_t>(there.entered));
    std::map<OfferEnd, int> offers;
    for (const auto& ended : stage.facts<journal::OfferEnded>()) ++offers[ended.how];
    EXPECT_EQ(offers, there.offers);
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(ObservedProperties, GapsAndRestartsLoseNobodyAndEndNothingTwice) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    ObservedStage stage({.observe = true}, without_short_abandons());
    stage.fold_every = 7;
    OwnQueues there(stage, seed + 1000);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 60 && !::testing::Test::HasFailure(); ++i) {
      there.happen();
      if (random() % 12) continue;
      there.heard = false;
      for (std::uint64_t unheard = random() % 6; unheard > 0; --unheard) there.happen();
      there.heard = true;
      if (random() % 2) {
        stage.come_back(there.snapshot());
      } else {
        stage.kill_and_restart();
        stage.open(there.snapshot());
      }
    }
    there.close();
    expect_all_over(stage, there);
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace callwright::core::stage
