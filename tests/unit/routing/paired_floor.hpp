#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "floor.hpp"
#include "random_centre.hpp"
#include "reached.hpp"
#include "witness.hpp"

namespace callwright::routing {

/// An engine and the oracle side by side, with a clock, a mint and a journal in memory. What happens to the one happens to the other, and whatever
/// the engine decides must be what the oracle says.
struct PairedFloor : journal::FactSink {
  std::unique_ptr<Engine> engine = std::make_unique<Engine>();
  journal::Centre centre;
  IdMint mint;
  Instant now{1'700'000'000'012'345};
  std::vector<journal::Fact> facts;
  std::map<AgentId, std::map<ContactId, journal::Channel>> works;  ///< written contacts that agents have, offered ones among them
  std::map<ContactId, AgentId> taken;                              ///< those of them that are not only offered
  bool paused = false;
  Reached reached;
  Witness witness{facts, reached};

  const routing_oracle::Oracle& oracle() const { return witness.oracle; }

  void emit(ContactId contact, journal::Body body) override {
    journal::Fact fact;
    fact.seq = static_cast<std::int64_t>(facts.size()) + 1;
    fact.at = now;
    fact.contact = contact;
    fact.body = std::move(body);
    facts.push_back(std::move(fact));
    const journal::Fact& last = facts.back();  // nothing is added while it is applied
    engine->apply(last);
    keep_account(last);
    witness.emitted();
  }

  // --- what neither decides -------------------------------------------------------------------------------------------------

  void configure(journal::Centre wanted) {
    centre = std::move(wanted);
    engine->configure(centre);
    witness.oracle.configure(centre);
    for (const auto& one : centre.agents) {
      std::map<journal::Channel, int> has;
      for (const auto& [contact, channel] : works[one.id]) ++has[channel];
      reached.lowered += std::ranges::any_of(has, [&](const auto& each) { return each.second > journal::capacity_of(centre, one, each.first); });
    }
  }
  void set_link(const SwitchId& name, bool up) {
    if (up) links_.insert(name);
    else links_.erase(name);
    engine->switch_state(name, up);
    witness.oracle.link(name, up);
  }
  bool is_up(const SwitchId& name) const { return links_.contains(name); }
  /// In use, or not reachable: it is no candidate for either.
  enum class Device { free, in_use, unreachable };
  void set_device(const std::pair<SwitchId, std::string>& device, Device state) {
    if (state == Device::free) unusable_.erase(device);
    else unusable_.insert(device);
    engine->device_state(device.first, device.second, state == Device::in_use, state != Device::unreachable);
    witness.oracle.device(device.first, device.second, state == Device::free);
  }
  void ready_all() {
    for (const auto& agent : centre.agents) engine->set_state(agent.id, AgentState::ready, {}, now, *this);
  }
  /// What is due by now has happened.
  void expire() {
    if (auto due = engine->next_due(); due && *due <= now) engine->expire(now, *this);
    EXPECT_THAT(oracle().late_steps(now), testing::IsEmpty());
    EXPECT_THAT(routing_oracle::Flows::late_messages(oracle(), now), testing::IsEmpty());
  }

  /// The facts alone, without configuration, give the same engine; it goes on in the old one's place. So do facts that a checkpoint covers, with
  /// what it carries of them.
  void fold_again(bool from_checkpoint) {
    auto folded = std::make_unique<Engine>();
    if (from_checkpoint) {
      journal::Carried carried{.last_seq = static_cast<std::int64_t>(facts.size())};
      engine->carry(carried);
      folded->apply({.at = facts.back().at, .body = std::move(carried)});
    }
    for (const auto& fact : facts) folded->apply(fact);
    EXPECT_EQ(folded->digest(), engine->digest());
    engine = std::move(folded);
    engine->configure(centre);
    for (const auto& name : links_) engine->switch_state(name, true);
    for (const auto& [on, name] : unusable_) engine->device_state(on, name, true, true);
    engine->pause(paused);
    engine->expire(now, *this);
  }

  // --- what both decide -----------------------------------------------------------------------------------------------------

  void enter(ContactId one, const Witness::Way& way, const About& about) {
    witness.decides();
    const bool enters = engine->enter(one, way.on, way.queue, way.place, now, *this, about).has_value();
    witness.entered(one, way, about, now, !enters);
  }
  void move(ContactId one, const QueueId& where, const About& about) {
    const auto* waits = oracle().waiting(one);
    const journal::VisitStarted left = waits ? waits->visit : journal::VisitStarted();
    witness.decides();
    const bool moves = engine->move(one, where, now, *this, about).has_value();
    witness.entered(one, {where, left.switch_id, left.channel, left.entered_at}, about, now, !moves);
  }
  /// Its queue is asked whether it sends it on.
  void flow(ContactId one, const About& about) {
    witness.decides();
    engine->flow(one, now, *this, about);
    witness.flowed(one, about, now);
  }
  /// Whoever is due is sent on, until nobody is. Who cannot hear the message that he is due for is asked in vain.
  void settle(const auto& about, const auto& hears) {
    for (std::size_t before = facts.size() + 1; facts.size() != before && !testing::Test::HasFailure();) {
      before = facts.size();
      const std::vector<ContactId> due = engine->flows_due(now);
      EXPECT_EQ(due, routing_oracle::Flows::due(oracle(), now, [](ContactId) { return true; }));
      for (const ContactId one : due) flow(one, about(one));
    }
    witness.settled(now, hears);
  }
  void set_emergency(const QueueId& queue, bool on) {
    const bool was = oracle().is_in_emergency(queue), known = oracle().is_known(queue);
    const std::size_t before = facts.size();
    EXPECT_EQ(engine->set_emergency(queue, on, "boss", *this).has_value(), known);
    EXPECT_EQ(facts.size() - before, known && on != was ? 1 : 0) << "a fact each time that it changes";
    EXPECT_EQ(oracle().is_in_emergency(queue), known ? on : was);
    EXPECT_EQ(engine->emergency(queue).has_value(), known ? on : was);
  }
  void pull(ContactId one, const AgentId& agent) {
    const bool expected = oracle().may_pull(one, agent);
    mint.advance(now);
    EXPECT_EQ(engine->pull(one, agent, "boss", now, mint, *this).has_value(), expected) << agent.value;
  }
  void match() {
    const Work work = engine->work();
    mint.advance(now);
    witness.decides();
    engine->match(now, mint, *this);
    const std::int64_t offers = witness.offers(now, paused);
    const Work& done = engine->work();
    if (done.rankings > work.rankings) reached.ranked_decisions += offers;
    if (done.visits - work.visits > done.classes - work.classes) ++reached.second_visits;
  }

  // --- what both know -------------------------------------------------------------------------------------------------------

  /// Whatever time alone makes possible, holds and exclusions that end, waits that are long enough, has a timer.
  void nothing_more_by_time_alone(const auto& hears) const {
    const auto due = engine->next_due();
    const Instant until = std::max(now, due ? *due - Duration(1) : now + 24h);
    if (const auto choice = oracle().next(until)) ADD_FAILURE() << "an offer that no timer would make, to " << choice->agent.value;
    EXPECT_THAT(routing_oracle::Flows::due(oracle(), until, hears), testing::IsEmpty()) << "no timer would send them on";
  }
  void same_estimate(ContactId one) {
    const auto estimate = engine->estimate(one, now);
    EXPECT_EQ(estimate, routing_oracle::estimate(oracle(), one, now)) << "contact " << one.value;
    if (estimate && *estimate > Duration::zero()) ++reached.estimates_asked;
  }
  void same_hours() const {
    for (const journal::Queue& queue : centre.queues) {
      const journal::Hours* hours = oracle().hours(queue.hours);
      EXPECT_EQ(engine->is_open(queue.id, now), !hours || routing_oracle::is_open(*hours, centre.time_zone, now)) << queue.id.value;
    }
  }
  void same_works() const {
    for (const auto& [id, has] : works) {
      std::map<ContactId, journal::Channel> told;
      for (const auto& work : engine->agent(id)->works) told[work.contact] = work.channel;
      EXPECT_EQ(told, has) << id.value;
    }
  }

 private:
  /// Who has which written contacts, and what else the facts tell.
  void keep_account(const journal::Fact& fact) {
    if (const auto* work = std::get_if<journal::WorkChanged>(&fact.body)) {
      const bool done = work->state == journal::WorkState::done;
      if (done) works[work->agent].erase(fact.contact);
      else works[work->agent][fact.contact] = work->channel;
      if (!done && work->state != journal::WorkState::reserved) taken[fact.contact] = work->agent;
      else if (const auto his = taken.find(fact.contact); his != taken.end() && his->second == work->agent) taken.erase(his);
    }
    if (const auto* state = std::get_if<journal::AgentStateChanged>(&fact.body)) {
      reached.signing_out += state->reason == "signing_out";
      EXPECT_TRUE(state->state != AgentState::signed_out || works[state->agent].empty()) << state->agent.value << " has left written contacts";
    }
  }

  std::set<SwitchId> links_;
  std::set<std::pair<SwitchId, std::string>> unusable_;
};

}  // namespace callwright::routing
