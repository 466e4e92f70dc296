#include "routing/bound.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

#include "scenario.hpp"

namespace callwright::routing {
namespace {

using Kind = journal::Requirement::Kind;

/// Two queues that age at 60 points a minute, so a point is a second; `ann`, with level 50 in x and 20 in y, serves both.
struct BoundOf : testing::Test {
  journal::Centre centre;
  journal::Queue& late() { return centre.queues[0]; }   ///< whose contacts come later
  journal::Queue& first() { return centre.queues[1]; }  ///< whose contacts may be passed over

  BoundOf() {
    centre.queues = {queue("late"), queue("first")};
    for (journal::Queue& one : centre.queues) one.load_points = 0;
    centre.agents = {agent("ann", {{"x", 50}, {"y", 20}}, {{"late", 0}, {"first", 0}})};
  }
  Bound of_first() const { return bounds_of(centre)[1]; }
  /// A bound is one of whole ticks; here the second that it begins with will do.
  static Duration second_of(const Bound& bound) {
    EXPECT_EQ(bound.kind, Bound::Kind::bounded);
    return std::chrono::floor<std::chrono::seconds>(bound.within);
  }
  Duration within() const { return second_of(of_first()); }
};

TEST_F(BoundOf, EqualContactsAreServedInTheOrderOfTheirPlaces) {
  EXPECT_EQ(of_first(), (Bound{.other = {"late"}}));
  EXPECT_EQ(text_of(of_first()), "nobody is passed over by contacts that arrive more than 0 s after him");
}

TEST_F(BoundOf, APriorityIsWorthItsPointsDividedByTheRate) {
  late().priority = 90;
  EXPECT_EQ(within(), 90s);
  EXPECT_EQ(second_of(bounds_of(centre)[0]), 0s) << "and helps nobody to pass over contacts that have it";
  first().priority = 30;
  EXPECT_EQ(within(), 60s);
  first().age_per_minute = late().age_per_minute = 7;
  EXPECT_EQ(of_first().within, Duration(60ms * 8572)) << "60,000 / 7 ticks, rounded up";
}

TEST_F(BoundOf, OnlyQueuesThatShareAnAgentCount) {
  late().priority = 90;
  centre.agents = {agent("ann", {}, {{"late", 0}}), agent("bob", {}, {{"first", 0}})};
  EXPECT_EQ(within(), 0s);
  centre.agents.push_back(agent("carl", {}, {{"first", 0}, {"late", 0}}));
  EXPECT_EQ(within(), 90s);
}

TEST_F(BoundOf, EachTermOfTheScoreCountsByItsGreatestLead) {
  using enum journal::Strategy;
  const auto with = [&](const std::function<void()>& change) {
    const journal::Centre before = centre;
    change();
    const Duration result = within();
    centre = before;
    return result;
  };
  const auto both = [&](journal::Strategy strategy, int of_late, int of_first) {
    return with([&] { late().strategy = first().strategy = strategy, late().strategy_points = of_late, first().strategy_points = of_first; });
  };
  // What tells agents apart.
  EXPECT_EQ(with([&] { late().requirements = {required("x", 0, 3), preferred("y", 2)}; }), 190s);
  EXPECT_EQ(with([&] { late().requirements = {{{"x"}, Kind::value, 0, 3}, {{"y"}, Kind::excluded, 90, 5}}; }), 150s);
  EXPECT_EQ(with([&] { late().requirements = first().requirements = {required("x", 0, 3)}; }), 0s);
  EXPECT_EQ(with([&] { late().requirements = {preferred("x", 3)}, late().strategy = longest_idle, late().strategy_points = 9; }), 0s)
      << "no skills, no points of its own";
  EXPECT_EQ(with([&] { late().resolution_weight = 2, centre.agents[0].queues[0].resolution = 80; }), 160s);
  EXPECT_EQ(with([&] { late().satisfaction_weight = 2, centre.agents[0].queues[0].satisfaction = 45; }), 90s);
  EXPECT_EQ(with([&] { centre.agents[0].queues = {{{"late"}, 30}, {{"first"}, -20}}; }), 50s);
  EXPECT_EQ(both(least_occupied, 40, 100), 60s);
  EXPECT_EQ(both(least_occupied, 100, 40), 0s);
  EXPECT_EQ(both(round_robin, 100, 40), 60s);
  EXPECT_EQ(both(round_robin, 40, 100), 0s);
  EXPECT_EQ(both(percentage, 100, 40), 40s);
  EXPECT_EQ(both(random, 100, 100), 0s) << "the same lot for both";
  EXPECT_EQ(both(random, 100, 40), 100s);
  // What tells contacts apart.
  EXPECT_EQ(with([&] { late().target = 80, late().target_points = 2; }), 160s);
  EXPECT_EQ(with([&] { first().target = 80, first().target_points = 2; }), 0s);
  EXPECT_EQ(with([&] { late().last_agent_points = 40, late().named_agent_points = 2; }), 42s);
  EXPECT_EQ(with([&] { first().last_agent_points = 40; }), 40s) << "another contact of the same queue may be the agent's own";
  EXPECT_EQ(with([&] { late().steps = {{10s, {}, 50}, {60s, {}, 20}}; }), 70s);
  EXPECT_EQ(with([&] { late().steps = {{10s, {}, 50}, {60s, {}, 20}}, first().steps = {{10s, {}, 30}, {70s, {}, 90}}; }), 40s);
  EXPECT_EQ(with([&] { first().steps = {{10s, {}, 50}}; }), 0s) << "who came first has every step first";
}

TEST_F(BoundOf, RulesCountByTheContactsThatGainMostAndLeast) {
  first().rules = {{.when = "a", .priority = 30, .credit = 90s}, {.when = "b", .priority = -10}, {.when = "c", .credit = 1s}};
  EXPECT_EQ(within(), 131s);
  EXPECT_EQ(second_of(bounds_of(centre)[0]), 121s) << "contacts of the other queue lose nothing";
  first().rules = {{.when = "a", .requirements = {preferred("x", 3)}}, {.when = "b", .requirements = {preferred("x", 1)}}};
  EXPECT_EQ(within(), 150s);
  first().requirements = {preferred("x", 2)};
  EXPECT_EQ(within(), 100s) << "a weight of 3 against one of 1";
}

TEST_F(BoundOf, WhatHasNoEndOfItsOwnIsToldApart) {
  late().rona_boost = 24;
  late().waiting_share = 800, late().balance_points = 10;
  first().waiting_share = 200, first().balance_points = 5;
  EXPECT_EQ(of_first(), (Bound{.per_failed_offer = 24s, .per_waiting = 3s, .other = {"late"}}));
  EXPECT_EQ(text_of(of_first()),
            "nobody is passed over by contacts that arrive more than 0 s after him, and 24 s more for each failed offer of theirs, "
            "and 3 s more for each contact that waits in queues with a share");
}

TEST_F(BoundOf, IdleTimeThatTheQueuesRateDifferentlyCountsAsAnHour) {
  first().idle_per_minute = 4;
  EXPECT_EQ(within(), 120s);
  EXPECT_EQ(text_of(of_first()),
            "nobody is passed over by contacts that arrive more than 2 min after him, if no agent has been idle for more than 1 h");
  EXPECT_EQ(second_of(bounds_of(centre)[0]), 0s);
}

TEST_F(BoundOf, AWrittenContactLosesByWhatTheAgentHasAlready) {
  const auto written = [&] {
    EXPECT_EQ(of_first().within, Duration{}) << "a call never does";
    return std::chrono::floor<std::chrono::seconds>(of_first().written);
  };
  centre.chat = {.capacity = 3, .interruptible = false};
  centre.email = {.capacity = 2, .interruptible = true};
  centre.other.capacity = 0;
  EXPECT_EQ(written(), 0s);
  first().load_points = 30;
  EXPECT_EQ(written(), 120s) << "with room for one more he has four at most, and one of the other queue loses nothing by them";
  late().load_points = 20;
  EXPECT_EQ(written(), 60s) << "a call, which goes before it while he has two e-mails; a chat of the other queue would be ahead by 4 x 10";
  late().load_points = 30;
  EXPECT_EQ(text_of(of_first()), "nobody is passed over by contacts that arrive more than 0 s after him (a written contact: 1 min)");
  centre.chat.capacity = 0;
  EXPECT_EQ(written(), 30s) << "of two e-mails one is the contact's own";
  centre.chat = {.capacity = 3, .interruptible = true};
  EXPECT_EQ(written(), 120s);
  centre.agents[0].capacity = {{journal::Channel::voice, 0}};
  EXPECT_EQ(written(), 0s) << "nobody calls him";
  centre.agents[0].capacity = {{journal::Channel::chat, 0}, {journal::Channel::email, 0}};
  EXPECT_EQ(written(), 0s);
}

TEST_F(BoundOf, ThereIsNoneWithoutAgeOrBesideAQueueThatAgesFaster) {
  first().age_per_minute = 30;
  EXPECT_EQ(text_of(of_first()), "no bound: 'late', with which it shares agents, has a higher age_per_minute");
  EXPECT_EQ(bounds_of(centre)[0].kind, Bound::Kind::bounded);
  first().age_per_minute = 0;
  EXPECT_EQ(text_of(of_first()), "no bound: age_per_minute is 0");
  centre.agents.clear();
  EXPECT_EQ(text_of(of_first()), "nobody is a member");
}

TEST(BoundText, IsRoundedUpToASecondButForATick) {
  const auto text = [](Duration within) {
    std::string all = text_of(Bound{.within = within});
    all = all.substr(all.find("than ") + 5);
    return all.substr(0, all.find(" after"));
  };
  EXPECT_EQ(text(59s + 120ms), "1 min");
  EXPECT_EQ(text(860s), "14 min 20 s");
  EXPECT_EQ(text(860s + 60ms), "14 min 20 s");
  EXPECT_EQ(text(860s + 61ms), "14 min 21 s");
  EXPECT_EQ(text(1h + 1s), "1 h 1 min");
  EXPECT_EQ(text(2h), "2 h");
}

/// Whatever happens, with every rule that there is: who waits is never passed over by one who came later than the bound says.
TEST(Bounds, HoldInAnyCentre) {
  using enum journal::Strategy;
  std::int64_t overtaken = 0, by_half = 0, by_load = 0;
  for (std::uint64_t seed = 0; seed < 24 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Dice dice(seed);
    journal::Centre centre;
    centre.seed = static_cast<std::int64_t>(seed);
    for (int q = 0; q < 4; ++q) {
      journal::Queue one = queue("q" + std::to_string(q));
      one.requirements = {preferred(dice.any<const char*>({"x", "y"}), dice.below(2))};
      one.priority = dice.any({0, 0, 50});
      one.age_per_minute = dice.any({60, 60, 60, 30});
      one.idle_per_minute = dice.any({6, 6, 0});
      one.strategy = dice.any({best, best, longest_idle, least_occupied, round_robin, percentage, random, ring_all, claim});
      one.group_size = dice.any({2, 3});
      one.strategy_points = dice.any({20, 20, 50});
      if (dice.one_in(3))
        one.rules = {
            {.when = "a == 1", .requirements = {preferred("x", 2)}, .priority = dice.any({30, -30}), .credit = dice.any<Duration>({0s, 20s})}};
      if (dice.one_in(3)) one.steps = {{10s, {}, 20}, {30s, {}, 20}};
      one.last_agent_points = dice.any({0, 0, 20});
      one.resolution_weight = dice.any({0, 0, 1});
      one.target = 80;
      one.target_points = dice.any({0, 0, 1});
      one.waiting_share = dice.any({0, 0, 500});
      one.balance_points = dice.any({0, 1});
      one.rona_boost = dice.any({0, 0, 10});
      one.exclude_after_rona = {};
      one.wrap_up = {};
      one.load_points = dice.any({0, 20, 50});
      centre.queues.push_back(one);
    }
    centre.chat = {.capacity = dice.any({1, 2, 3}), .interruptible = dice.one_in(2)};
    centre.email = {.capacity = dice.any({1, 2}), .interruptible = true};
    const auto channel_of = [](ContactId contact) {
      return contact.value % 3 == 0 ? journal::Channel::chat : contact.value % 7 == 0 ? journal::Channel::email : journal::Channel::voice;
    };
    for (int i = 0; i < 3; ++i) {
      journal::Agent one = agent("a" + std::to_string(i), {{"x", dice.below(60)}, {"y", dice.below(60)}}, {});
      for (int q = 0; q < 4; ++q)
        if (!dice.one_in(3)) one.queues.push_back({QueueId{"q" + std::to_string(q)}, dice.any({0, 0, 20}), dice.any({1, 3}), dice.any({50, 80})});
      centre.agents.push_back(one);
    }
    std::map<QueueId, Bound> bounds;
    for (std::size_t q = 0; q < centre.queues.size(); ++q) bounds[centre.queues[q].id] = bounds_of(centre)[q];
    const auto has_share = [&](const QueueId& id) { return std::ranges::find(centre.queues, id, &journal::Queue::id)->waiting_share > 0; };

    Floor floor;
    floor.open(centre);
    std::int64_t contacts = 0;
    std::map<ContactId, int> declined, failed;
    std::map<AgentId, std::map<ContactId, bool>> works;  // written contacts that agents have, and whether they are only offered
    /// The agent could have had it, as things stood before the decision at hand.
    const auto has_room = [&](const journal::Agent& agent, journal::Channel channel) {
      int here = 0;
      for (const auto& [contact, offered] : works[agent.id]) {
        here += channel_of(contact) == channel;
        if (channel == journal::Channel::voice ? channel_of(contact) == journal::Channel::chat && !centre.chat.interruptible : offered) return false;
      }
      return here < journal::capacity_of(centre, agent, channel);
    };
    const auto take_account = [&](const journal::Fact& fact) {
      const auto* work = std::get_if<journal::WorkChanged>(&fact.body);
      if (!work) return;
      if (work->state == journal::WorkState::done) works[work->agent].erase(fact.contact);
      else works[work->agent][fact.contact] = work->state == journal::WorkState::reserved;
    };
    for (int step = 0; step < 1000 && !testing::Test::HasFailure(); ++step) {
      floor.now = floor.now + Duration(dice.below(4'000'000));
      const std::size_t before = floor.facts.size();
      const AgentId& who = centre.agents[static_cast<std::size_t>(dice.below(3))].id;
      floor.engine.expire(floor.now, floor);
      if (dice.one_in(2)) {
        About about;
        about.attributes = {{"a", dice.any<const char*>({"0", "1"})}};
        if (dice.one_in(2)) about.last_agent = who;
        about.channel = channel_of({contacts + 1});
        (void)floor.engine.enter({++contacts}, {"pbx"}, {"q" + std::to_string(dice.below(4))}, floor.now, floor.now, floor, about);
      } else if (const auto has = floor.engine.agent(who)->works; !has.empty() && dice.one_in(2)) {
        const auto& work = has[static_cast<std::size_t>(dice.below(static_cast<int>(has.size())))];
        if (work.state == journal::WorkState::reserved) floor.engine.answered(work.contact, who, floor.now, floor);
        else floor.engine.work_ended(who, work.contact, floor.now, floor);
      } else if (const Offer* offer = floor.engine.offer_to(who)) {
        const ContactId contact = offer->contact;
        if (dice.one_in(4) && ++declined[contact] < 3) {
          floor.engine.end_offer(offer->id, OfferEnd::refused, floor.now, floor);
        } else {
          floor.engine.answered(contact, who, floor.now, floor);
          floor.engine.work_ended(who, floor.now, floor);
        }
      }
      for (const auto& one : centre.agents) floor.ready(one.id.value);
      for (std::size_t i = before; i < floor.facts.size(); ++i) {
        take_account(floor.facts[i]);
        if (const auto* ended = std::get_if<journal::OfferEnded>(&floor.facts[i].body))
          failed[floor.facts[i].contact] += ended->how == OfferEnd::refused || ended->how == OfferEnd::timed_out;
      }
      const std::size_t matched = floor.facts.size();
      std::map<ContactId, Engine::Waiting> waiting;
      for (const auto& one : centre.queues)
        for (const auto& visit : floor.engine.waiting_in(one.id))
          if (!visit.offer) waiting[visit.contact] = visit;
      floor.match();
      for (std::size_t i = matched; i < floor.facts.size(); take_account(floor.facts[i++])) {
        const auto* made = std::get_if<journal::OfferMade>(&floor.facts[i].body);
        if (!made || !waiting.contains(floor.facts[i].contact)) continue;
        const auto with_share = std::ranges::count_if(waiting, [&](const auto& each) { return has_share(each.second.queue); });
        const Engine::Waiting chosen = waiting.at(floor.facts[i].contact);
        waiting.erase(chosen.contact);
        const auto agent = std::ranges::find(centre.agents, made->agent, &journal::Agent::id);
        for (const auto& [contact, visit] : waiting) {
          if (std::ranges::find(agent->queues, visit.queue, &journal::QueueMembership::queue) == agent->queues.end()) continue;
          const Bound& bound = bounds.at(visit.queue);
          if (bound.kind != Bound::Kind::bounded || chosen.entered_at <= visit.entered_at || !has_room(*agent, channel_of(contact))) continue;
          const bool written = journal::is_written(channel_of(contact));
          const Duration later = chosen.entered_at - visit.entered_at;
          const Duration limit =
              (written ? bound.written : bound.within) + failed[chosen.contact] * bound.per_failed_offer + with_share * bound.per_waiting;
          ++overtaken;
          by_half += later * 2 > limit;
          by_load += written && later >= bound.within;
          EXPECT_LT(later, limit) << contact.value << " of " << visit.queue.value << " waits behind " << chosen.contact.value << " of "
                                  << chosen.queue.value;
        }
      }
    }
  }
  EXPECT_GT(overtaken, 1000);
  EXPECT_GT(by_half, 50);
  EXPECT_GT(by_load, 5);
}

}  // namespace
}  // namespace callwright::routing
