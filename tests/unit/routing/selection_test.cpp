#include <gtest/gtest.h>

#include "floor.hpp"
#include "routing/score.hpp"

namespace callwright::routing {
namespace {

using journal::Gate;
using journal::TermKind;

TEST(Selection, TheHigherSkillScoreGetsTheCall) {
  Floor floor;
  floor.open({.queues = {queue("repairs", {required("boiler", 20, 2)})},
              .agents = {agent("ann", {{"boiler", 40}}, {{"repairs", 0}}), agent("bob", {{"boiler", 90}}, {{"repairs", 0}})}});
  ASSERT_TRUE(floor.enter(1, "repairs"));
  floor.match();
  EXPECT_EQ(floor.offered(1), "bob");
  EXPECT_EQ(floor.state("bob"), AgentState::reserved);
  EXPECT_TRUE(floor.engine.violations().empty());
}

TEST(Selection, ARequiredLevelIsAGateAndAPreferredOneOnlyAddsPoints) {
  Floor floor;
  floor.open({.queues = {queue("repairs", {required("boiler", 50), preferred("chinese", 100)})},
              .agents = {agent("ann", {{"boiler", 49}, {"chinese", 100}}, {{"repairs", 0}}), agent("bob", {{"boiler", 50}}, {{"repairs", 0}})}});
  (void)floor.enter(1, "repairs");
  (void)floor.enter(2, "repairs");
  floor.match();
  EXPECT_EQ(floor.offered(1), "bob");
  EXPECT_EQ(floor.offered(2), "");
}

TEST(Selection, TheRankOfTheQueueCounts) {
  Floor floor;
  floor.open({.queues = {queue("repairs", {required("boiler", 1)})},
              .agents = {agent("ann", {{"boiler", 40}}, {{"repairs", 51}}), agent("bob", {{"boiler", 90}}, {{"repairs", 0}})}});
  (void)floor.enter(1, "repairs");
  floor.match();
  EXPECT_EQ(floor.offered(1), "ann");
}

TEST(Selection, AmongEqualsTheLongestIdleGetsTheCallAndThenTheFirstName) {
  Floor floor;
  floor.open({.queues = {queue("sales")}, .agents = {agent("cid", {}, {{"sales", 0}}), agent("bob", {}, {{"sales", 0}})}});
  (void)floor.enter(1, "sales");
  floor.match();
  EXPECT_EQ(floor.offered(1), "bob");

  Floor other;
  other.open({.queues = {queue("sales")}, .agents = {agent("bob", {}, {{"sales", 0}}), agent("cid", {}, {{"sales", 0}})}});
  other.set("bob", AgentState::not_ready, "lunch");
  other.now = other.now + 10us;
  other.ready("bob");
  (void)other.enter(1, "sales");
  other.match();
  EXPECT_EQ(other.offered(1), "cid");
}

TEST(Selection, AFreedAgentTakesTheBestPairOfAllHisQueues) {
  auto rare = queue("rare");
  rare.priority = 100;
  Floor floor;
  floor.open({.queues = {queue("sales"), rare}, .agents = {agent("ann", {}, {{"sales", 0}, {"rare", 0}})}});
  floor.set("ann", AgentState::not_ready, "lunch");
  (void)floor.enter(1, "sales");
  floor.pass(99s);  // 99 points of age, one less than the priority
  (void)floor.enter(2, "rare");
  floor.ready("ann");
  floor.match();
  EXPECT_EQ(floor.offered(2), "ann");

  floor.engine.leave({2}, VisitEnd::abandoned, floor.now, floor);
  floor.set("ann", AgentState::not_ready, "lunch");
  floor.pass(2s);
  (void)floor.enter(3, "rare");
  floor.ready("ann");
  floor.match();
  EXPECT_EQ(floor.offered(1), "ann") << "101 points of age are more than a priority of 100";
}

TEST(Selection, AgeAndIdleCreditsAreExactToTheTick) {
  EXPECT_EQ(credit(60, {0}, {60'000'000}), 60'000) << "60 points a minute, in milli-points";
  EXPECT_EQ(credit(1, {59'999}, {60'000}), 1);
  EXPECT_EQ(credit(10'000, {0}, {59'999}), 0);
  EXPECT_EQ(tick({-1}), -1);
}

TEST(Selection, ADecisionTellsTheGatesAndTheTermsOfTheBestThree) {
  auto repairs = queue("repairs", {required("boiler", 50, 2), preferred("chinese", 3)});
  repairs.priority = 7;
  auto writes = agent("kit", {{"boiler", 99}}, {{"repairs", 0}});
  writes.capacity = {{journal::Channel::voice, 0}};
  auto elsewhere = agent("eve", {{"boiler", 99}}, {{"repairs", 0}});
  elsewhere.switch_id.value = "far";
  Floor floor;
  floor.open({.queues = {repairs, queue("sales")},
              .agents = {agent("ann", {{"boiler", 50}}, {{"repairs", 5}}), agent("bob", {{"boiler", 60}, {"chinese", 10}}, {{"repairs", -4}}),
                         agent("cid", {{"boiler", 70}}, {{"repairs", 0}}), agent("dan", {{"boiler", 80}}, {{"repairs", 0}}), elsewhere,
                         agent("fay", {{"boiler", 99}}, {{"sales", 0}}), agent("gus", {{"boiler", 49}}, {{"repairs", 0}}),
                         agent("hal", {{"boiler", 99}}, {{"repairs", 0}}), agent("ida", {{"boiler", 99}}, {{"repairs", 0}}),
                         agent("jon", {{"boiler", 99}}, {{"repairs", 0}}), writes}});
  floor.set("hal", AgentState::signed_out);
  floor.set("ida", AgentState::not_ready, "lunch");
  floor.engine.device_state({"pbx"}, "PJSIP/jon", true, true);
  floor.engine.switch_state({"far"}, true);
  floor.now = floor.now + 1min;
  (void)floor.engine.enter({1}, {"pbx"}, {"repairs"}, floor.now - 30s, floor.now, floor);
  floor.match();

  const auto made = floor.last<journal::OfferMade>();
  EXPECT_EQ(made.decision, 1);
  EXPECT_EQ(made.agent.value, "dan");
  const std::vector<journal::GateCount> gates{{Gate::member, 10},      {Gate::signed_in, 9},   {Gate::ready, 8},
                                              {Gate::capacity, 7},     {Gate::device_free, 6}, {Gate::skills, 5},
                                              {Gate::not_excluded, 5}, {Gate::not_held, 5},    {Gate::switch_up, 4}};
  EXPECT_EQ(made.gates, gates);
  ASSERT_EQ(made.best.size(), 3u);
  EXPECT_EQ(made.best[0].agent.value, "dan");
  EXPECT_EQ(made.best[1].agent.value, "bob");
  EXPECT_EQ(made.best[2].agent.value, "cid");
  const std::vector<journal::Term> terms{{TermKind::skill, {"boiler"}, 120'000}, {TermKind::skill, {"chinese"}, 30'000}, {TermKind::idle, {}, 6'000},
                                         {TermKind::rank, {}, -4'000},           {TermKind::priority, {}, 7'000},        {TermKind::age, {}, 30'000}};
  EXPECT_EQ(made.best[1].terms, terms);
  EXPECT_EQ(made.best[1].score, 189'000);
}

TEST(Selection, BusyOrUnreachableDevicesAndDeadLinksGetNoOffer) {
  Floor floor;
  floor.open({.queues = {queue("sales")}, .agents = {agent("ann", {}, {{"sales", 0}})}});
  floor.engine.device_state({"pbx"}, "PJSIP/ann", true, true);
  (void)floor.enter(1, "sales");
  floor.match();
  EXPECT_EQ(floor.offered(1), "");
  floor.engine.device_state({"pbx"}, "PJSIP/ann", false, false);
  floor.match();
  EXPECT_EQ(floor.offered(1), "");
  floor.engine.switch_state({"pbx"}, false);
  floor.engine.device_state({"pbx"}, "PJSIP/ann", false, true);
  floor.match();
  EXPECT_EQ(floor.offered(1), "");
  floor.engine.switch_state({"pbx"}, true);
  floor.match();
  EXPECT_EQ(floor.offered(1), "ann");
}

TEST(Selection, AContactIsOfferedOnItsOwnSwitchOnly) {
  auto far = agent("far", {}, {{"sales", 1000}});
  far.switch_id.value = "other";
  Floor floor;
  floor.open({.queues = {queue("sales")}, .agents = {agent("near", {}, {{"sales", 0}}), far}});
  floor.engine.switch_state({"other"}, true);
  (void)floor.enter(1, "sales");
  floor.match();
  EXPECT_EQ(floor.offered(1), "near");
}

TEST(Selection, WhilePausedNobodyIsOffered) {
  Floor floor;
  floor.open({.queues = {queue("sales")}, .agents = {agent("ann", {}, {{"sales", 0}})}});
  floor.engine.pause(true);
  (void)floor.enter(1, "sales");
  floor.match();
  EXPECT_EQ(floor.offered(1), "");
  EXPECT_TRUE(floor.engine.violations().empty());
  floor.engine.pause(false);
  floor.match();
  EXPECT_EQ(floor.offered(1), "ann");
}

TEST(Selection, ManyWaitingAndManyIdleAreMatchedBestPairFirst) {
  Floor floor;
  floor.open({.queues = {queue("sales", {preferred("talk")}), queue("vip", {preferred("talk", 10)})},
              .agents = {agent("ann", {{"talk", 10}}, {{"sales", 0}, {"vip", 0}}), agent("bob", {{"talk", 5}}, {{"sales", 0}, {"vip", 0}})}});
  (void)floor.enter(1, "sales");
  (void)floor.enter(2, "vip");
  floor.match();
  EXPECT_EQ(floor.offered(2), "ann");
  EXPECT_EQ(floor.offered(1), "bob");
  const auto made = floor.all<journal::OfferMade>();
  EXPECT_EQ(made[0].decision, 1);
  EXPECT_EQ(made[1].decision, 2);
  EXPECT_EQ(floor.engine.decisions(), 2);
}

TEST(Selection, AChangedConfigurationHoldsForThoseWhoWait) {
  journal::Centre centre{.queues = {queue("sales", {required("talk", 50)})}, .agents = {agent("ann", {{"talk", 40}}, {{"sales", 0}})}};
  Floor floor;
  floor.open(centre);
  (void)floor.enter(1, "sales");
  floor.match();
  EXPECT_EQ(floor.offered(1), "");
  centre.agents[0].skills[0].level = 50;
  floor.engine.configure(centre);
  floor.match();
  EXPECT_EQ(floor.offered(1), "ann");
  EXPECT_TRUE(floor.engine.violations().empty());
}

TEST(Selection, AnUnknownQueueAndASecondPlaceAreRefused) {
  Floor floor;
  floor.open({.queues = {queue("sales")}});
  EXPECT_EQ(floor.enter(1, "nowhere").error().code, Errc::unknown_queue);
  EXPECT_TRUE(floor.enter(1, "sales"));
  EXPECT_EQ(floor.enter(1, "sales").error().code, Errc::already_waiting);
  EXPECT_EQ(floor.facts.size(), 1u);
}

}  // namespace
}  // namespace callwright::routing
