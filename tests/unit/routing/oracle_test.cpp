#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>

#include "base/digest.hpp"
#include "floor.hpp"
#include "oracle.hpp"

namespace callwright::routing {
namespace {

/// splitmix64: the same numbers everywhere.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  int below(int limit) { return static_cast<int>(next() % static_cast<std::uint64_t>(limit)); }
  bool one_in(int n) { return below(n) == 0; }
  template <class T>
  T any(std::initializer_list<T> of) {
    return of.begin()[below(static_cast<int>(of.size()))];
  }

 private:
  std::uint64_t state_;
};

constexpr int kContacts = 12;
constexpr int kStepsOfScenario = 100;

/// A small centre with few distinct values, so that ties and exclusions are common, and random events in it. After each event the engine
/// must make exactly the offers that the oracle names, with the same numbers.
class Scenario final : public journal::FactSink {
 public:
  Scenario(std::uint64_t seed, int folds_one_in) : dice_(seed), folding_(seed ^ 0xF01D), folds_one_in_(folds_one_in), seed_(seed) {
    facts_.reserve(static_cast<std::size_t>(kStepsOfScenario) * 8);
    engine_ = std::make_unique<Engine>();
    reconfigure();
    for (const char* name : {"east", "west"}) set_link({name}, true);
    ready_all();
  }

  void emit(ContactId contact, journal::Body body) override {
    journal::Fact fact;
    fact.seq = static_cast<std::int64_t>(facts_.size()) + 1;
    fact.at = now_;
    fact.contact = contact;
    fact.body = std::move(body);
    facts_.push_back(std::move(fact));
    const journal::Fact& last = facts_.back();  // nothing is added while it is applied
    engine_->apply(last);
    if (!matching_) oracle_.apply(last);
  }

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      SCOPED_TRACE(testing::Message() << "seed " << seed_ << " step " << i);
      pass_time();
      event();
      match();
      if (folding_.one_in(folds_one_in_)) fold_again();
      if (folding_.one_in(32)) {
        EXPECT_THAT(engine_->violations(), testing::IsEmpty());
      }
    }
  }

  std::uint64_t decisions_hash() const { return decisions_hash_.value(); }
  std::int64_t decisions() const { return decisions_; }

 private:
  void pass_time() {
    if (dice_.one_in(8)) {
      if (auto due = engine_->next_due()) now_ = std::max(now_, *due);
    } else {
      now_ = now_ + Duration(dice_.any<std::int64_t>({0, 0, 17, 29'000, 60'000, 1'000'000, 7'123'456, 61'000'000}));
    }
    if (auto due = engine_->next_due(); due && *due <= now_) engine_->expire(now_, *this);
  }

  ContactId contact() { return {1 + dice_.below(kContacts)}; }
  AgentId agent() { return centre_.agents[static_cast<std::size_t>(dice_.below(static_cast<int>(centre_.agents.size())))].id; }
  /// An agent in this state if a few throws find one.
  AgentId agent_in(AgentState wanted) {
    for (int i = 0; i < 4; ++i)
      if (AgentId one = agent(); engine_->agent(one)->state.state == wanted) return one;
    return agent();
  }
  /// The contact of a live offer if there is one, so that events often hit.
  ContactId offered_contact() {
    for (int i = 0; i < 4; ++i)
      if (ContactId one = contact(); engine_->offer_of(one)) return one;
    return contact();
  }

  void event() {
    switch (dice_.below(24)) {
      case 0: case 1: case 2: case 3: case 4: case 5: {
        const Instant entered = now_ - Duration(dice_.any<std::int64_t>({0, 0, 0, 90'000'000}));
        (void)engine_->enter(contact(), {dice_.any<const char*>({"east", "east", "west", ""})}, {dice_.any<const char*>({"a", "b", "c"})}, entered, now_, *this);
        break;
      }
      case 6: case 7: engine_->leave(contact(), dice_.any({VisitEnd::abandoned, VisitEnd::flow_transfer, VisitEnd::lost}), now_, *this); break;
      case 8: case 9: case 10: {
        const ContactId one = offered_contact();
        const Offer* offer = engine_->offer_of(one);
        const AgentId who = offer && !dice_.one_in(8) ? offer->agent : agent();
        engine_->answered(one, who, now_, *this);
        break;
      }
      case 11: case 12: case 13:
        if (const Offer* offer = engine_->offer_of(offered_contact()))
          engine_->end_offer(offer->id, dice_.any({OfferEnd::refused, OfferEnd::refused, OfferEnd::timed_out, OfferEnd::lost, OfferEnd::elsewhere}), now_, *this);
        break;
      case 14: case 15: case 16: engine_->work_ended(agent_in(AgentState::talking), now_, *this); break;
      case 17: engine_->end_wrap_up(agent_in(AgentState::wrap_up), now_, *this); break;
      case 18: case 19: engine_->set_state(agent_in(AgentState::not_ready), AgentState::ready, {}, now_, *this); break;
      case 20:
        engine_->set_state(agent(), dice_.any({AgentState::ready, AgentState::not_ready, AgentState::signed_out, AgentState::unreachable}), "lunch", now_, *this);
        break;
      case 21: {
        const auto& one = centre_.agents[static_cast<std::size_t>(dice_.below(static_cast<int>(centre_.agents.size())))];
        set_device({one.switch_id, one.device}, dice_.one_in(4));
        break;
      }
      case 22:
        if (dice_.one_in(2)) set_link({dice_.any<const char*>({"east", "west"})}, !dice_.one_in(5));
        else engine_->hold(agent(), dice_.one_in(2), now_, *this);
        break;
      case 23:
        if (dice_.one_in(3)) {
          reconfigure();
          ready_all();
        } else if (dice_.one_in(3)) engine_->extend_wrap_up(agent(), now_, *this);
        else engine_->pause(paused_ = dice_.one_in(5));
        if (dice_.one_in(4)) {
          const ContactId over = contact();
          engine_->leave(over, VisitEnd::lost, now_, *this);
          emit(over, journal::ContactEnded{});
        }
        break;
    }
  }

  void match() {
    const auto expected = paused_ ? std::vector<routing_oracle::Choice>() : oracle_.choices(now_);
    const std::size_t before = facts_.size();
    matching_ = true;
    mint_.advance(now_);
    engine_->match(now_, mint_, *this);
    matching_ = false;
    std::size_t n = 0;
    for (std::size_t i = before; i < facts_.size(); ++i) {
      const journal::Fact& fact = facts_[i];
      oracle_.apply(fact);
      const auto* made = std::get_if<journal::OfferMade>(&fact.body);
      if (!made) continue;
      ASSERT_LT(n, expected.size()) << "an offer that the oracle does not make, to " << made->agent.value;
      const routing_oracle::Choice& choice = expected[n++];
      EXPECT_EQ(made->decision, ++decisions_);
      EXPECT_EQ(fact.contact, choice.contact);
      EXPECT_EQ(made->agent, choice.agent);
      EXPECT_EQ(made->best.front().agent, choice.agent);
      EXPECT_EQ(made->best.front().score, choice.score);
      EXPECT_EQ(made->gates, choice.gates);
      EXPECT_EQ(made->best, choice.best);
      decisions_hash_.add(fact.contact.value).add(made->agent.value).add(made->best.front().score).add(made->offer.value);
    }
    EXPECT_EQ(n, expected.size()) << "an offer that only the oracle makes, to " << expected[std::min(n, expected.size() - 1)].agent.value;
  }

  /// The facts alone, without configuration, give the same engine; it goes on in the old one's place.
  void fold_again() {
    auto folded = std::make_unique<Engine>();
    for (const auto& fact : facts_) folded->apply(fact);
    EXPECT_EQ(folded->digest(), engine_->digest());
    engine_ = std::move(folded);
    engine_->configure(centre_);
    for (const auto& name : links_) engine_->switch_state(name, true);
    for (const auto& [on, name] : unusable_) engine_->device_state(on, name, true, true);
    engine_->pause(paused_);
    engine_->expire(now_, *this);
  }

  void set_link(const SwitchId& name, bool up) {
    if (up) links_.insert(name);
    else links_.erase(name);
    engine_->switch_state(name, up);
    oracle_.link(name, up);
  }
  void set_device(const std::pair<SwitchId, std::string>& device, bool unusable) {
    if (unusable) unusable_.insert(device);
    else unusable_.erase(device);
    engine_->device_state(device.first, device.second, unusable && dice_.one_in(2), !unusable);
    oracle_.device(device.first, device.second, !unusable);
  }

  void ready_all() {
    for (const auto& agent : centre_.agents) engine_->set_state(agent.id, AgentState::ready, {}, now_, *this);
  }

  void reconfigure() {
    centre_ = {};
    for (const char* name : {"a", "b", "c"}) {
      if (std::string_view(name) == "c" && dice_.one_in(3)) continue;
      journal::Queue one = queue(name);
      if (dice_.one_in(2)) one.requirements.push_back(required("x", dice_.any({1, 30, 60}), dice_.any({0, 1, 2})));
      if (dice_.one_in(2)) one.requirements.push_back(preferred("y", dice_.any({1, 3})));
      if (dice_.one_in(4)) one.requirements.push_back(required("z", 10));
      one.priority = dice_.any({0, 0, 30});
      one.age_per_minute = dice_.any({0, 60, 60, 7});
      one.idle_per_minute = dice_.any({0, 6, 6, 60});
      one.wrap_up = Duration(dice_.any<std::int64_t>({0, 0, 5'000'000}));
      one.exclude_after_rona = Duration(dice_.any<std::int64_t>({0, 60'000'000, 60'000'000}));
      centre_.queues.push_back(std::move(one));
    }
    const int agents = 3 + dice_.below(6);
    for (int i = 0; i < agents; ++i) {
      journal::Agent one = agent_named("agent" + std::to_string(dice_.one_in(20) ? i + 10 : i));
      for (const char* skill : {"x", "y", "z"})
        if (!dice_.one_in(4)) one.skills.push_back({SkillId{skill}, dice_.any({30, 60, 60})});
      for (const char* name : {"a", "b", "c"})
        if (!dice_.one_in(4)) one.queues.push_back({QueueId{name}, dice_.any({0, 0, 30, -30})});
      one.switch_id.value = dice_.any<const char*>({"east", "east", "east", "west", ""});
      if (dice_.one_in(12)) one.device = "shared";
      centre_.agents.push_back(std::move(one));
    }
    engine_->configure(centre_);
    oracle_.configure(centre_);
  }
  static journal::Agent agent_named(const std::string& name) { return routing::agent(name, {}, {}); }

  Dice dice_;
  Dice folding_;
  const int folds_one_in_;
  const std::uint64_t seed_;
  std::unique_ptr<Engine> engine_;
  routing_oracle::Oracle oracle_;
  journal::Centre centre_;
  IdMint mint_;
  Instant now_{1'700'000'000'012'345};
  std::vector<journal::Fact> facts_;
  std::set<SwitchId> links_;
  std::set<std::pair<SwitchId, std::string>> unusable_;
  bool paused_ = false;
  bool matching_ = false;
  std::int64_t decisions_ = 0;
  Digest decisions_hash_;
};

/// A million events; CALLWRIGHT_LONG=1 makes it ten million, another number so many.
std::int64_t events_wanted() {
  const char* wanted = std::getenv("CALLWRIGHT_LONG");
  const std::int64_t number = wanted ? std::atoll(wanted) : 0;
  return number == 0 ? 1'000'000 : number == 1 ? 10'000'000 : number;
}

TEST(Oracle, APlainScanMakesTheSameOffersOnAMillionRandomEvents) {
  std::int64_t decisions = 0;
  const std::int64_t scenarios = events_wanted() / kStepsOfScenario;
  for (std::int64_t seed = 0; seed < scenarios && !HasFailure(); ++seed) {
    Scenario scenario(static_cast<std::uint64_t>(seed), 100);
    scenario.run(kStepsOfScenario);
    decisions += scenario.decisions();
  }
  EXPECT_GT(decisions, events_wanted() / 10) << "the events hit too seldom to show much";
}

TEST(Oracle, TheDecisionsOfASeedAreTheSameAfterRestartsInTheMiddle) {
  for (std::uint64_t seed = 1000; seed < 1100 && !HasFailure(); ++seed) {
    Scenario steady(seed, 1'000'000), restarted(seed, 3);
    steady.run(kStepsOfScenario);
    restarted.run(kStepsOfScenario);
    EXPECT_EQ(steady.decisions_hash(), restarted.decisions_hash()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace callwright::routing
