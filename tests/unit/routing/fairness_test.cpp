#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "scenario.hpp"

namespace callwright::routing {
namespace {

/// One agent and two queues; contacts of `vip` have `advantage` points more.
struct Fairness : testing::Test {
  static constexpr int kRate = 60;  // milli-points a tick
  Floor floor;

  void open(int advantage) {
    journal::Queue vip = queue("vip"), all = queue("all");
    vip.priority = advantage;
    vip.age_per_minute = all.age_per_minute = kRate;
    floor.now = Instant{1'700'000'040'000'000};  // a whole tick
    floor.open({.queues = {vip, all}, .agents = {agent("ann", {}, {{"vip", 0}, {"all", 0}})}});
    floor.set("ann", AgentState::not_ready, "lunch");
  }
};

TEST_F(Fairness, AContactIsPassedOverOnlyByThoseWhoComeWithinItsDisadvantageDividedByTheRate) {
  for (const Duration later : {Duration(90s - 60ms), Duration(90s)}) {
    floor = {};
    open(90);
    ASSERT_TRUE(floor.enter(1, "all"));
    floor.now = floor.now + later;
    ASSERT_TRUE(floor.enter(2, "vip"));
    floor.ready("ann");
    floor.match();
    EXPECT_EQ(floor.offered(later < 90s ? 2 : 1), "ann") << later.count();
  }
}

/// With D the most by which all terms but age can differ, nobody gets an agent whom a contact that came D / r before him could have had.
TEST_F(Fairness, NobodyWaitsBehindContactsWhoCameLongAfter) {
  for (std::uint64_t seed = 0; seed < 20 && !HasFailure(); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Dice dice(seed);
    floor = {};
    constexpr int kPriority = 100, kWeight = 2, kRank = 30, kBoost = 40;
    constexpr std::int64_t kAdvantage = 1000LL * (kPriority + kWeight * 100 + 2 * kRank + kBoost);  // milli-points
    journal::Centre centre;
    for (int q = 0; q < 4; ++q) {
      journal::Queue one = queue("q" + std::to_string(q));
      one.requirements = {preferred(q % 2 ? "x" : "y", dice.below(kWeight + 1))};
      one.priority = dice.below(kPriority + 1);
      one.age_per_minute = kRate;
      one.idle_per_minute = 0;
      one.rona_boost = kBoost;
      one.exclude_after_rona = {};
      centre.queues.push_back(one);
    }
    for (int i = 0; i < 3; ++i) {
      journal::Agent one = agent("a" + std::to_string(i), {{"x", dice.below(101)}, {"y", dice.below(101)}}, {});
      for (int q = 0; q < 4; ++q)
        if (!dice.one_in(5)) one.queues.push_back({QueueId{"q" + std::to_string(q)}, dice.below(2 * kRank + 1) - kRank});
      centre.agents.push_back(one);
    }
    floor.open(centre);
    std::int64_t contacts = 0, overtaken = 0;
    std::set<ContactId> refused;
    for (int step = 0; step < 3000 && !HasFailure(); ++step) {
      floor.now = floor.now + Duration(dice.below(4'000'000));
      const std::size_t before = floor.facts.size();
      if (dice.one_in(2)) {
        (void)floor.enter(++contacts, "q" + std::to_string(dice.below(4)));
      } else if (const auto& who = floor.centre.agents[static_cast<std::size_t>(dice.below(3))]; const Offer* offer = floor.engine.offer_to(who.id)) {
        const ContactId contact = offer->contact;
        if (dice.one_in(4) && refused.insert(contact).second) {
          floor.engine.end_offer(offer->id, OfferEnd::refused, floor.now, floor);
        } else {
          floor.engine.answered(contact, who.id, floor.now, floor);
          floor.engine.work_ended(who.id, floor.now, floor);
          floor.engine.end_wrap_up(who.id, floor.now, floor);
        }
      }
      std::map<ContactId, Engine::Waiting> waiting;
      for (const auto& one : centre.queues)
        for (const auto& visit : floor.engine.waiting_in(one.id))
          if (!visit.offer) waiting[visit.contact] = visit;
      floor.match();
      for (std::size_t i = before; i < floor.facts.size(); ++i) {
        const auto* made = std::get_if<journal::OfferMade>(&floor.facts[i].body);
        if (!made) continue;
        const Instant place = waiting.at(floor.facts[i].contact).entered_at;
        waiting.erase(floor.facts[i].contact);
        const auto chosen = std::ranges::find(centre.agents, made->agent, &journal::Agent::id);
        for (const auto& [contact, visit] : waiting) {
          if (std::ranges::find(chosen->queues, visit.queue, &journal::QueueMembership::queue) == chosen->queues.end()) continue;
          const std::int64_t ticks = place.us / 60'000 - visit.entered_at.us / 60'000;
          overtaken += ticks > 0;
          EXPECT_LT(ticks * kRate, kAdvantage) << contact.value << " waits behind " << floor.facts[i].contact.value;
        }
      }
    }
    EXPECT_GT(overtaken, 100);
  }
}

}  // namespace
}  // namespace callwright::routing
