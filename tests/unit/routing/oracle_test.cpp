#include <gtest/gtest.h>

#include <cstdlib>

#include "scenario.hpp"

namespace callwright::routing {
namespace {

/// A million events; CALLWRIGHT_LONG=1 makes it ten million, another number so many.
std::int64_t events_wanted() {
  const char* wanted = std::getenv("CALLWRIGHT_LONG");
  const std::int64_t number = wanted ? std::atoll(wanted) : 0;
  return number == 0 ? 1'000'000 : number == 1 ? 10'000'000 : number;
}

// Below 32 idle agents a class scores whom the bitmaps leave, above it may keep a ranking; 64 agents fill a word of a bitmap; of classes
// without visits 1,024 are kept.
constexpr Size kSmall;
constexpr Size kMiddle{.agents_from = 40, .agents_to = 120, .contacts = 30, .burst = 2, .throws = 12, .waves = true};
constexpr Size kLarge{.agents_from = 200, .agents_to = 600, .contacts = 40, .burst = 3, .throws = 24, .waves = true};
constexpr Size kVaried{.agents_to = 50, .queues = 60, .contacts = 60, .steps = 6000, .burst = 3, .throws = 8, .coming = 5, .going = 4};
constexpr Size kCrowd{.queues = 60, .contacts = 2500, .steps = 300, .burst = 60, .throws = 8, .coming = 6};

/// Of 2,000 scenarios. The oracle looks at every agent for every contact, so the large ones are few.
const Size& size_of(std::int64_t seed) {
  const std::int64_t turn = seed % 2000;
  if (turn == 1) return kVaried;
  if (turn == 2) return kCrowd;
  if (turn % 200 == 3) return kLarge;
  if (turn % 25 == 4) return kMiddle;
  return kSmall;
}

/// Each way in which a queue sends a contact on, and what comes with it.
void expect_flows(const Reached& reached) {
  using routing_oracle::FlowsBy;
  const auto times = [&](FlowsBy by, SentOn how) {
    const auto found = reached.flows.find({by, how});
    return found == reached.flows.end() ? 0 : found->second;
  };
  for (const FlowsBy by : {FlowsBy::emergency, FlowsBy::closed, FlowsBy::no_agents})
    for (const SentOn how : {SentOn::to_message, SentOn::with_place, SentOn::released, SentOn::hung_up})
      EXPECT_GT(times(by, how), 1000) << "treatment " << static_cast<int>(by) << ", way " << static_cast<int>(how);
  for (const FlowsBy by : {FlowsBy::wait, FlowsBy::length, FlowsBy::estimate})
    for (const SentOn how : {SentOn::with_place, SentOn::without_place})
      EXPECT_GT(times(by, how), 500) << "overflow " << static_cast<int>(by) << ", way " << static_cast<int>(how);
  EXPECT_GT(reached.never_back, 1000);
  EXPECT_GT(reached.kept_after_message, 1000);
  EXPECT_GT(reached.on_holidays, 1000);
  EXPECT_GT(reached.outlived_hours, 1000);
  EXPECT_GT(reached.estimates_written, 2000);
  EXPECT_GT(reached.estimates_unknown, 1000);
  EXPECT_GT(reached.estimates_asked, 1000);
}

TEST(Oracle, APlainScanSendsOnAndOffersTheSameContactsOnAMillionRandomEvents) {
  Reached reached;
  for (std::int64_t seed = 0; reached.events < events_wanted() && !HasFailure(); ++seed) {
    Scenario scenario(static_cast<std::uint64_t>(seed), size_of(seed), 100);
    scenario.run();
    reached.add(scenario.has_reached());
  }
  EXPECT_GT(reached.decisions, reached.events / 10) << "the events hit too seldom to show much";
  EXPECT_GT(reached.ranked_decisions, 1000);
  EXPECT_GT(reached.decisions - reached.ranked_decisions, 1000);
  EXPECT_GT(reached.second_visits, 100);
  EXPECT_GT(reached.rankings_dropped, 20);
  EXPECT_GT(reached.classes_used, 1024);
  EXPECT_GT(reached.classes_discarded, 1000);
  EXPECT_GT(reached.classes_reused, 1000);
  EXPECT_GT(reached.held, 1000);
  EXPECT_GT(reached.joined, 10'000);
  EXPECT_GT(reached.claims, 500);
  EXPECT_EQ(reached.largest_group, 20u);
  EXPECT_GT(reached.written, 30'000);
  EXPECT_GT(reached.written_beside_others, 5'000);
  EXPECT_GT(reached.calls_beside_written, 2'000);
  EXPECT_GT(reached.kept_out_by_capacity, 10'000);
  EXPECT_GT(reached.lowered, 200);
  EXPECT_GT(reached.signing_out, 500);
  for (int kind = 1; kind <= static_cast<int>(journal::TermKind::load); ++kind)
    EXPECT_GT(reached.terms[static_cast<journal::TermKind>(kind)], 1000) << "points for term " << kind;
  expect_flows(reached);
}

TEST(Oracle, TheDecisionsOfASeedAreTheSameAfterRestartsInTheMiddle) {
  for (std::uint64_t seed = 1000; seed < 1100 && !HasFailure(); ++seed) {
    const Size& size = seed % 10 == 0 ? kMiddle : kSmall;
    Scenario steady(seed, size, 1'000'000), restarted(seed, size, 3);
    steady.run();
    restarted.run();
    EXPECT_EQ(steady.decisions_hash(), restarted.decisions_hash()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace callwright::routing
