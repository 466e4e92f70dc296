#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "floor.hpp"
#include "oracle.hpp"
#include "oracle_entry.hpp"

namespace callwright::routing {

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

/// How large a scenario is. The values in it are few in every size, so that ties are common.
struct Size {
  int agents_from = 3, agents_to = 8;
  int queues = 3;
  int contacts = 12;
  int steps = 100;
  int burst = 1;       ///< events before a match, at most
  int throws = 4;      ///< to find an agent or a contact whom an event can hit
  bool waves = false;  ///< whole links go and come, everybody comes back
  int coming = 0;      ///< of twelve events, more arrivals
  int going = 0;       ///< and more callers who leave
};

/// What the scenarios came through, seen from outside the engine.
struct Reached {
  std::int64_t events = 0, decisions = 0;
  std::int64_t ranked_decisions = 0;  ///< from a class's ranking, or beside one
  std::int64_t second_visits = 0;     ///< matches that looked behind the first visit of a class
  std::int64_t rankings_dropped = 0;  ///< because agents came and went unasked
  std::int64_t classes_discarded = 0, classes_reused = 0;
  std::size_t classes_used = 0;                     ///< at once, at most
  std::map<journal::TermKind, std::int64_t> terms;  ///< that the chosen ones had points from
  std::int64_t held = 0;                            ///< decisions in which a hold kept somebody out
  std::int64_t joined = 0;                          ///< decisions that added an agent to a group
  std::int64_t claims = 0;                          ///< that ended another offer
  std::size_t largest_group = 0;
  std::int64_t written = 0;                ///< decisions about written contacts
  std::int64_t written_beside_others = 0;  ///< to agents who had some already
  std::int64_t calls_beside_written = 0;   ///< calls to such agents
  std::int64_t kept_out_by_capacity = 0;   ///< decisions in which it kept somebody out
  std::int64_t lowered = 0;                ///< documents that lowered a capacity below what somebody had
  std::int64_t signing_out = 0;            ///< agents who waited for their last written contact

  void add(const Reached& other) {
    events += other.events;
    decisions += other.decisions;
    ranked_decisions += other.ranked_decisions;
    second_visits += other.second_visits;
    rankings_dropped += other.rankings_dropped;
    classes_discarded += other.classes_discarded;
    classes_reused += other.classes_reused;
    classes_used = std::max(classes_used, other.classes_used);
    for (const auto& [kind, number] : other.terms) terms[kind] += number;
    held += other.held;
    joined += other.joined;
    claims += other.claims;
    largest_group = std::max(largest_group, other.largest_group);
    written += other.written;
    written_beside_others += other.written_beside_others;
    calls_beside_written += other.calls_beside_written;
    kept_out_by_capacity += other.kept_out_by_capacity;
    lowered += other.lowered;
    signing_out += other.signing_out;
  }
};

/// A centre with few distinct values, so that ties and exclusions are common, and random events in it. After each step the engine
/// must make exactly the offers that the oracle names, with the same numbers. In two of three centres half of the contacts are written.
class Scenario final : public journal::FactSink {
 public:
  Scenario(std::uint64_t seed, const Size& size, int folds_one_in)
      : dice_(seed), folding_(seed ^ 0xF01D), size_(size), folds_one_in_(folds_one_in), seed_(seed), writes_(seed % 3 != 0) {
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
    keep_account(last);
    if (matching_) return;
    if (const auto* made = std::get_if<journal::OfferMade>(&last.body)) {
      EXPECT_EQ(made->decision, oracle_.decisions() + 1);
    }
    oracle_.apply(last);
  }

  void run() {
    for (int i = 0; i < size_.steps && !testing::Test::HasFailure(); ++i) {
      SCOPED_TRACE(testing::Message() << "seed " << seed_ << " step " << i);
      const ClassCount before = engine_->classes();
      const std::int64_t configured = configured_;
      pass_time();
      for (int events = 1 + dice_.below(size_.burst); events > 0; --events) event();
      match();
      observe(before, engine_->classes(), configured == configured_);
      engine_->expire(now_, *this);  // who entered with an old place may have a step due; a restart would take it here, too
      if (folding_.one_in(folds_one_in_)) fold_again();
      if (folding_.one_in(32)) {
        EXPECT_THAT(engine_->violations(), testing::IsEmpty());
        works_are_told();
      }
    }
  }

  std::uint64_t decisions_hash() const { return decisions_hash_.value(); }
  const Reached& reached() const { return reached_; }

 private:
  /// What became of the classes and their rankings in a step.
  void observe(const ClassCount& before, const ClassCount& after, bool same_centre) {
    reached_.classes_used = std::max(reached_.classes_used, after.used);
    if (after.spare > before.spare) reached_.classes_discarded += static_cast<std::int64_t>(after.spare - before.spare);
    if (after.spare < before.spare) reached_.classes_reused += static_cast<std::int64_t>(before.spare - after.spare);
    if (same_centre && after.ranked < before.ranked) reached_.rankings_dropped += static_cast<std::int64_t>(before.ranked - after.ranked);
  }

  void pass_time() {
    if (dice_.one_in(8)) {
      if (auto due = engine_->next_due()) now_ = std::max(now_, *due);
    } else {
      now_ = now_ + Duration(dice_.any<std::int64_t>({0, 0, 17, 29'000, 60'000, 1'000'000, 7'123'456, 61'000'000}));
    }
    if (auto due = engine_->next_due(); due && *due <= now_) engine_->expire(now_, *this);
    EXPECT_THAT(oracle_.late_steps(now_), testing::IsEmpty());
  }

  /// Who has which written contacts, and what else the facts tell.
  void keep_account(const journal::Fact& fact) {
    if (const auto* work = std::get_if<journal::WorkChanged>(&fact.body)) {
      const bool done = work->state == journal::WorkState::done;
      if (done) works_[work->agent].erase(fact.contact);
      else works_[work->agent][fact.contact] = work->channel;
      if (done || work->state == journal::WorkState::reserved) taken_.erase(fact.contact);
      else taken_[fact.contact] = work->agent;
    }
    if (const auto* state = std::get_if<journal::AgentStateChanged>(&fact.body)) {
      reached_.signing_out += state->reason == "signing_out";
      EXPECT_TRUE(state->state != AgentState::signed_out || works_[state->agent].empty()) << state->agent.value << " has left written contacts";
    }
  }

  void works_are_told() const {
    for (const auto& [id, works] : works_) {
      std::map<ContactId, journal::Channel> told;
      for (const auto& work : engine_->agent(id)->works) told[work.contact] = work.channel;
      EXPECT_EQ(told, works) << id.value;
    }
  }

  ContactId contact() { return {1 + dice_.below(size_.contacts)}; }
  /// Of a contact for ever.
  journal::Channel channel_of(ContactId id) const {
    constexpr std::array kAll{journal::Channel::voice, journal::Channel::chat, journal::Channel::voice, journal::Channel::email,
                              journal::Channel::voice, journal::Channel::chat, journal::Channel::voice, journal::Channel::other};
    return writes_ ? kAll[static_cast<std::size_t>(id.value) % kAll.size()] : journal::Channel::voice;
  }
  /// A written contact that an agent has taken, if a few throws find one.
  std::optional<std::pair<ContactId, AgentId>> taken_contact() {
    for (int i = 0; i < size_.throws; ++i)
      if (const auto one = taken_.find(contact()); one != taken_.end()) return *one;
    return std::nullopt;
  }
  AgentId agent() { return centre_.agents[static_cast<std::size_t>(dice_.below(static_cast<int>(centre_.agents.size())))].id; }
  /// An agent in this state if a few throws find one.
  AgentId agent_in(AgentState wanted) {
    for (int i = 0; i < size_.throws; ++i)
      if (AgentId one = agent(); engine_->agent(one)->state.state == wanted) return one;
    return agent();
  }
  /// The contact of a live offer if there is one, so that events often hit.
  ContactId offered_contact() {
    for (int i = 0; i < size_.throws; ++i)
      if (ContactId one = contact(); engine_->offer_of(one)) return one;
    return contact();
  }
  /// One of its live offers.
  const Offer* any_offer(ContactId of) {
    const auto all = engine_->offers_of(of);
    return all.empty() ? nullptr : all.size() == 1 ? all.front() : all[static_cast<std::size_t>(dice_.below(static_cast<int>(all.size())))];
  }
  void claim() {
    const ContactId one = offered_contact();
    const std::size_t offers = engine_->offers_of(one).size();
    if (const Offer* offer = any_offer(one)) engine_->claim(offer->id, now_, *this);
    if (offers > 1 && engine_->offers_of(one).size() == 1) ++reached_.claims;
  }

  ContactId parked_contact() {
    for (int i = 0; i < size_.throws; ++i)
      if (const auto one = engine_->waiting(contact()); one && one->parked) return one->contact;
    return contact();
  }

  void arrive() {
    const Instant entered = now_ - Duration(dice_.any<std::int64_t>({0, 0, 0, 90'000'000}));
    const SwitchId on{dice_.any<const char*>({"east", "east", "west", ""})};
    const ContactId who = contact();
    if (taken_.contains(who)) return;
    const QueueId where{queue_name(dice_.below(size_.queues))};
    About known = about();
    known.channel = channel_of(who);
    if (engine_->enter(who, on, where, entered, now_, *this, known)) entered_as_told(where, known, entered);
  }
  /// The visit that the last fact began is what the queue's configuration says of such a contact.
  void entered_as_told(const QueueId& where, const About& known, Instant entered) {
    const auto rules = std::ranges::find(centre_.queues, where, &journal::Queue::id);
    const auto holds = [&](const std::string& when) { return when == kGold && known.attributes == kOfGold; };
    const auto& visit = std::get<journal::VisitStarted>(facts_.back().body);
    auto expected = routing_oracle::visit_of(*rules, {holds, known.last_agent, known.named_agent, entered, now_});
    expected.visit = visit.visit;
    expected.channel = channel_of(facts_.back().contact);
    if (expected.channel == journal::Channel::voice) expected.switch_id = visit.switch_id;
    EXPECT_EQ(visit.requirements, expected.requirements);
    EXPECT_EQ(visit.steps, expected.steps);
    EXPECT_EQ(visit.favours, expected.favours);
    EXPECT_EQ(visit, expected);
  }
  About about() {
    About about;
    if (dice_.one_in(2)) about.attributes = dice_.one_in(2) ? kOfGold : Attributes{{"tier", "silver"}};
    if (dice_.one_in(3)) about.last_agent = agent();
    if (dice_.one_in(6)) about.named_agent = agent();
    return about;
  }

  void leave() { engine_->leave(contact(), dice_.any({VisitEnd::abandoned, VisitEnd::flow_transfer, VisitEnd::lost}), now_, *this); }

  void event() {
    ++reached_.events;
    const int more = dice_.below(12);
    if (more < size_.coming) return arrive();
    if (more < size_.coming + size_.going) return leave();
    if (size_.waves && dice_.one_in(24)) return wave();
    if (writes_ && dice_.one_in(5)) return write();
    switch (dice_.below(30)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
      case 5: arrive(); break;
      case 6:
      case 7: leave(); break;
      case 8:
      case 9:
      case 10: {
        const ContactId one = offered_contact();
        const Offer* offer = any_offer(one);
        const AgentId who = offer && !dice_.one_in(8) ? offer->agent : agent();
        if (offer || !journal::is_written(channel_of(one))) engine_->answered(one, who, now_, *this);
        break;
      }
      case 11:
      case 12:
      case 13:
        if (const Offer* offer = any_offer(offered_contact()))
          engine_->end_offer(offer->id, dice_.any({OfferEnd::refused, OfferEnd::refused, OfferEnd::timed_out, OfferEnd::lost, OfferEnd::elsewhere}),
                             now_, *this);
        break;
      case 14:
      case 15:
      case 16: engine_->work_ended(agent_in(AgentState::talking), now_, *this); break;
      case 17: engine_->end_wrap_up(agent_in(AgentState::wrap_up), now_, *this); break;
      case 18:
      case 19: engine_->set_state(agent_in(AgentState::not_ready), AgentState::ready, {}, now_, *this); break;
      case 20:
        engine_->set_state(agent(), dice_.any({AgentState::ready, AgentState::not_ready, AgentState::signed_out, AgentState::unreachable}), "lunch",
                           now_, *this);
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
        if (dice_.one_in(size_.waves ? 12 : 3)) {
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
      case 24:
      case 25: claim(); break;
      default: supervise(); break;
    }
  }

  /// Something happens to a written contact, or to who has some.
  void write() {
    const auto taken = taken_contact();
    const AgentId who = taken ? taken->second : agent();
    const ContactId what = taken ? taken->first : offered_contact();
    switch (dice_.below(16)) {
      case 0: engine_->set_state(who, AgentState::signed_out, "home", now_, *this); break;
      case 1: engine_->set_state(who, dice_.any({AgentState::not_ready, AgentState::unreachable, AgentState::ready}), "lunch", now_, *this); break;
      case 2:
      case 3:
        if (dice_.one_in(3)) engine_->drop_work(who, what, now_, *this);
        break;
      case 4: engine_->extend_wrap_up(who, what, now_, *this); break;
      case 5:
      case 6:
      case 7: engine_->end_wrap_up(who, what, now_, *this); break;
      case 8:
      case 9:
      case 10: engine_->set_state(agent_in(AgentState::not_ready), AgentState::ready, {}, now_, *this); break;
      default: engine_->work_ended(who, what, now_, *this); break;
    }
  }

  void supervise() {
    switch (dice_.below(6)) {
      case 0: (void)engine_->raise(contact(), dice_.any({10, 50, -10}), "boss", *this); break;
      case 1: (void)engine_->park(contact(), "boss", now_, *this); break;
      case 2:
      case 3: (void)engine_->resume(parked_contact(), "boss", *this); break;
      case 4: {
        const ContactId one = contact();
        const AgentId who = agent_in(dice_.one_in(4) ? AgentState::reserved : AgentState::ready);
        const bool expected = oracle_.may_pull(one, who);
        mint_.advance(now_);
        EXPECT_EQ(engine_->pull(one, who, "boss", now_, mint_, *this).has_value(), expected) << who.value;
        break;
      }
      case 5: {
        const ContactId one = contact();
        const QueueId where{queue_name(dice_.below(size_.queues))};
        const About known = about();
        const auto before = engine_->waiting(one);
        if (engine_->move(one, where, now_, *this, known)) entered_as_told(where, known, before->entered_at);
        break;
      }
    }
  }

  /// Many agents at once: a link goes and comes, or everybody is back from lunch.
  void wave() {
    if (dice_.one_in(4)) return ready_all();
    const SwitchId name{dice_.any<const char*>({"east", "west"})};
    for (int turns = 1 + dice_.below(4); turns > 0; --turns) set_link(name, !links_.contains(name));
  }

  void match() {
    const std::size_t before = facts_.size();
    const Work work = engine_->work();
    matching_ = true;
    mint_.advance(now_);
    engine_->match(now_, mint_, *this);
    matching_ = false;
    std::int64_t offers = 0;
    for (std::size_t i = before; i < facts_.size(); ++i) {
      const journal::Fact& fact = facts_[i];
      if (const auto* made = std::get_if<journal::OfferMade>(&fact.body)) {
        const auto choice = paused_ ? std::nullopt : oracle_.next(now_);
        ASSERT_TRUE(choice) << "an offer that the oracle does not make, to " << made->agent.value;
        EXPECT_EQ(made->decision, choice->decision);
        EXPECT_EQ(fact.contact, choice->contact);
        EXPECT_EQ(made->agent, choice->agent);
        EXPECT_EQ(made->channel, channel_of(fact.contact));
        EXPECT_TRUE(made->channel == journal::Channel::voice || (made->switch_id.value.empty() && made->device.empty()));
        EXPECT_EQ(made->agent_share, choice->agent_share);
        EXPECT_EQ(made->claim, choice->claim);
        EXPECT_EQ(made->group, !choice->groups ? OfferId{} : choice->joins ? oracle_.group_of(fact.contact) : made->offer);
        if (choice->joins) ++reached_.joined;
        EXPECT_EQ(made->best.front().agent, choice->agent);
        EXPECT_EQ(made->best.front().score, choice->score);
        EXPECT_EQ(made->gates, choice->gates);
        EXPECT_EQ(made->best, choice->best);
        decisions_hash_.add(fact.contact.value).add(made->agent.value).add(made->best.front().score).add(made->offer.value);
        ++offers;
        count_reasons(*made);
      }
      oracle_.apply(fact);
    }
    reached_.decisions += offers;
    const Work& done = engine_->work();
    if (done.rankings > work.rankings) reached_.ranked_decisions += offers;
    if (done.visits - work.visits > done.classes - work.classes) ++reached_.second_visits;
    if (paused_) return;
    if (const auto choice = oracle_.next(now_)) ADD_FAILURE() << "an offer that only the oracle makes, to " << choice->agent.value;
    if (folding_.one_in(8)) nothing_more_by_time_alone();
  }

  void count_reasons(const journal::OfferMade& made) {
    if (const Offer* live = engine_->offer(made.offer))
      reached_.largest_group = std::max(reached_.largest_group, engine_->offers_of(live->contact).size());
    for (const auto& term : made.best.front().terms)
      if (term.points) ++reached_.terms[term.kind];
    if (made.gates[7].left < made.gates[6].left) ++reached_.held;
    if (made.gates[3].left < made.gates[2].left) ++reached_.kept_out_by_capacity;
    const bool written = journal::is_written(made.channel);
    const std::size_t has = works_[made.agent].size();
    if (written) ++reached_.written;
    if (written && has > 1) ++reached_.written_beside_others;
    if (!written && has > 0) ++reached_.calls_beside_written;
  }

  /// Whatever time alone makes possible, holds and exclusions that end, has a timer.
  void nothing_more_by_time_alone() {
    const auto due = engine_->next_due();
    const Instant until = due ? *due - Duration(1) : now_ + 24h;
    if (const auto choice = oracle_.next(std::max(now_, until))) ADD_FAILURE() << "an offer that no timer would make, to " << choice->agent.value;
  }

  /// The facts alone, without configuration, give the same engine; it goes on in the old one's place. So do facts that a checkpoint covers, with
  /// what it carries of them.
  void fold_again() {
    auto folded = std::make_unique<Engine>();
    if (folding_.one_in(2)) {
      journal::Carried carried{.last_seq = static_cast<std::int64_t>(facts_.size())};
      engine_->carry(carried);
      folded->apply({.at = facts_.back().at, .body = std::move(carried)});
    }
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

  static std::string queue_name(int number) { return "q" + std::to_string(number); }

  journal::Queue any_queue(std::string name) {
    using enum journal::Strategy;
    journal::Queue one = queue(std::move(name));
    if (dice_.one_in(2)) one.requirements.push_back(required("x", dice_.any({1, 30, 60}), dice_.any({0, 1, 2})));
    if (dice_.one_in(2)) one.requirements.push_back(preferred("y", dice_.any({1, 3})));
    if (dice_.one_in(4)) one.requirements.push_back(required("z", 10));
    if (dice_.one_in(6)) one.requirements.push_back({{"z"}, journal::Requirement::Kind::excluded, 60});
    if (dice_.one_in(4)) one.requirements.push_back({{"z"}, journal::Requirement::Kind::value, 0, dice_.any({1, 2})});
    one.load_points = dice_.any({0, 20, 100});
    one.priority = dice_.any({0, 0, 30});
    one.age_per_minute = dice_.any({0, 60, 60, 7});
    one.idle_per_minute = dice_.any({0, 6, 6, 60});
    one.strategy = dice_.any({best, best, best, best, longest_idle, least_occupied, round_robin, percentage, random, ring_all, ring_all, claim});
    one.group_size = dice_.any({2, 3, 3, 20});
    one.strategy_points = dice_.any({0, 30, 1000});
    if (dice_.one_in(3)) {
      one.steps.push_back({10s, {required("x", dice_.any({1, 40}))}, dice_.any({0, 50})});
      if (dice_.one_in(2)) one.steps.push_back({30s, {preferred("x"), preferred("z")}, dice_.any({0, 50})});
    }
    if (dice_.one_in(4))
      one.rules.push_back({.when = kGold, .requirements = {preferred("z", 2)}, .priority = 30, .credit = dice_.any<Duration>({0s, 1s, 90s})});
    one.last_agent_points = dice_.any({0, 0, 40});
    one.last_agent_hold = dice_.any<Duration>({0s, 0s, 20s, 60s});
    one.named_agent_points = dice_.any({0, 40});
    one.named_agent_hold = dice_.any<Duration>({0s, 30s});
    one.resolution_weight = dice_.any({0, 0, 1});
    one.satisfaction_weight = dice_.any({0, 0, 2});
    one.target = dice_.any({0, 80, 95});
    one.target_points = dice_.any({0, 1, 5});
    one.waiting_share = dice_.any({0, 0, 300, 500});
    one.balance_points = dice_.any({0, 1, 20});
    one.wrap_up = dice_.any<Duration>({0s, 0s, 5s});
    one.exclude_after_rona = dice_.any<Duration>({0s, 60s, 60s});
    one.after_rona = dice_.any({journal::AfterRona::not_ready, journal::AfterRona::ready});
    one.rona_boost = dice_.any({0, 0, 25});
    one.service_level = dice_.any<Duration>({0s, 20s});
    return one;
  }

  void reconfigure() {
    ++configured_;
    centre_ = {};
    centre_.seed = dice_.below(1000);
    for (journal::ChannelRules* rules : {&centre_.chat, &centre_.email, &centre_.other}) *rules = {dice_.any({0, 1, 1, 2, 2, 3}), dice_.one_in(2)};
    for (int i = 0; i < size_.queues; ++i) {
      if (i + 1 == size_.queues && dice_.one_in(3)) continue;
      centre_.queues.push_back(any_queue(queue_name(i)));
    }
    const int agents = size_.agents_from + dice_.below(size_.agents_to - size_.agents_from + 1);
    for (int i = 0; i < agents; ++i) {
      journal::Agent one = agent_named("agent" + std::to_string(dice_.one_in(20) ? i + agents + 2 : i));
      for (const char* skill : {"x", "y", "z"})
        if (!dice_.one_in(4)) one.skills.push_back({SkillId{skill}, dice_.any({30, 60, 60})});
      for (int q = 0; q < size_.queues; ++q)
        if (!dice_.one_in(4))
          one.queues.push_back(
              {QueueId{queue_name(q)}, dice_.any({0, 0, 30, -30}), dice_.any({1, 1, 2, 3}), dice_.any({50, 80}), dice_.any({50, 80})});
      one.switch_id.value = dice_.any<const char*>({"east", "east", "east", "west", ""});
      if (dice_.one_in(12)) one.device = "shared";
      if (writes_ && dice_.one_in(8)) one.capacity.push_back({journal::Channel::voice, dice_.any({0, 1})});
      if (writes_ && dice_.one_in(6)) one.capacity.push_back({journal::Channel::chat, dice_.any({0, 1, 4})});
      centre_.agents.push_back(std::move(one));
    }
    engine_->configure(centre_);
    oracle_.configure(centre_);
    for (const auto& one : centre_.agents) {
      std::map<journal::Channel, int> has;
      for (const auto& [contact, channel] : works_[one.id]) ++has[channel];
      reached_.lowered += std::ranges::any_of(has, [&](const auto& each) { return each.second > journal::capacity_of(centre_, one, each.first); });
    }
  }
  static journal::Agent agent_named(const std::string& name) { return routing::agent(name, {}, {}); }

  using Attributes = std::vector<std::pair<std::string, std::string>>;
  const std::string kGold = R"(tier == "gold")";
  const Attributes kOfGold{{"tier", "gold"}};

  Dice dice_;
  Dice folding_;
  const Size size_;
  const int folds_one_in_;
  const std::uint64_t seed_;
  const bool writes_;
  std::unique_ptr<Engine> engine_;
  routing_oracle::Oracle oracle_;
  journal::Centre centre_;
  IdMint mint_;
  Instant now_{1'700'000'000'012'345};
  std::vector<journal::Fact> facts_;
  std::set<SwitchId> links_;
  std::set<std::pair<SwitchId, std::string>> unusable_;
  std::map<AgentId, std::map<ContactId, journal::Channel>> works_;  ///< written contacts that agents have, offered ones among them
  std::map<ContactId, AgentId> taken_;                              ///< those of them that are not only offered
  bool paused_ = false;
  bool matching_ = false;
  std::int64_t configured_ = 0;
  Reached reached_;
  Digest decisions_hash_;
};

}  // namespace callwright::routing
