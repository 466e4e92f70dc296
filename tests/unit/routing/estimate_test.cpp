// What a queue expects of its contacts' wait.
#include <gtest/gtest.h>

#include "floor.hpp"

namespace callwright::routing {
namespace {

using journal::Overflow;

/// Queues "sales" and "help", with "ann" in both, busy.
Floor busy_floor(journal::Queue sales, journal::Queue help = queue("help")) {
  Floor floor;
  floor.open({.queues = {std::move(sales), std::move(help)}, .agents = {agent("ann", {}, {{"sales", 0}, {"help", 0}})}});
  floor.set("ann", AgentState::not_ready, "lunch");
  return floor;
}

/// Serves one contact of the queue in this time, so that it is known how long they take.
void serve(Floor& floor, std::int64_t contact, const std::string& from, const std::string& by, Duration length) {
  floor.ready(by);
  (void)floor.enter(contact, from);
  floor.match();
  ASSERT_EQ(floor.offered(contact), by);
  floor.engine.answered({contact}, {by}, floor.now, floor);
  floor.now = floor.now + length;
  floor.engine.work_ended({by}, floor.now, floor);
  floor.engine.end_wrap_up({by}, floor.now, floor);
}

TEST(Estimate, IsOneHandlingTimeForEachContactBeforeItSharedByTheAgents) {
  Floor floor;
  floor.open({.queues = {queue("sales")}, .agents = {agent("ann", {}, {{"sales", 0}}), agent("bob", {}, {{"sales", 0}})}});
  floor.set("bob", AgentState::not_ready, "lunch");
  serve(floor, 1, "sales", "ann", 100s);
  floor.set("ann", AgentState::not_ready, "lunch");
  for (int i = 2; i <= 5; ++i) (void)floor.enter(i, "sales");
  EXPECT_EQ(floor.engine.estimate({2}, floor.now), 50s);
  EXPECT_EQ(floor.engine.estimate({5}, floor.now), 200s) << "three before it: (3 + 1) x 100 s / 2";
}

TEST(Estimate, KnowsTheContactsOwnSkillsNotTheQueuesMean) {
  Floor floor;
  journal::Queue sales = queue("sales");
  sales.rules = {{.when = "lang == \"zh\"", .requirements = {required("chinese", 1, 0)}}};
  floor.open({.queues = {sales},
              .agents = {agent("ann", {}, {{"sales", 0}}), agent("bob", {}, {{"sales", 0}}), agent("cho", {{"chinese", 90}}, {{"sales", 0}}),
                         agent("dan", {}, {{"sales", 0}})}});
  for (const char* name : {"bob", "cho", "dan"}) floor.set(name, AgentState::not_ready, "lunch");
  serve(floor, 1, "sales", "ann", 120s);
  floor.set("ann", AgentState::not_ready, "lunch");
  for (int i = 2; i <= 5; ++i) (void)floor.enter(i, "sales");
  (void)floor.engine.enter({6}, {"pbx"}, {"sales"}, floor.now, floor.now, floor, {{{"lang", "zh"}}, {}, {}});
  EXPECT_EQ(floor.engine.estimate({5}, floor.now), 120s) << "four agents, three before it";
  EXPECT_EQ(floor.engine.estimate({6}, floor.now), 240s) << "one agent; of the four before it each takes a quarter of him";
}

TEST(Estimate, CountsEachContactBeforeItByItselfWhereverItWaits) {
  Floor floor;
  floor.open({.queues = {queue("sales"), queue("help"), queue("chinese")},
              .agents = {agent("ann", {}, {{"sales", 0}, {"help", 0}}), agent("bob", {}, {{"sales", 0}, {"help", 0}}),
                         agent("cho", {}, {{"sales", 0}, {"help", 0}, {"chinese", 0}})}});
  for (const char* name : {"bob", "cho"}) floor.set(name, AgentState::not_ready, "lunch");
  serve(floor, 1, "sales", "ann", 100s);
  floor.set("ann", AgentState::not_ready, "lunch");
  (void)floor.enter(2, "help");
  for (int i = 3; i <= 4; ++i) (void)floor.enter(i, "sales");
  (void)floor.enter(5, "chinese");
  EXPECT_EQ(floor.engine.estimate({5}, floor.now), 200s) << "one agent; of the three before it each takes a third of her, in two queues";
}

TEST(Estimate, IsNothingWhenSomebodyIsIdleAndUnknownWhenNobodyIsThere) {
  Floor floor;
  floor.open({.queues = {queue("sales"), queue("help")}, .agents = {agent("ann", {}, {{"sales", 0}}), agent("bob", {}, {{"help", 0}})}});
  floor.engine.pause(true);
  (void)floor.enter(1, "sales");
  EXPECT_EQ(floor.engine.estimate({1}, floor.now), 0s);
  floor.set("bob", AgentState::signed_out);
  (void)floor.enter(2, "help");
  EXPECT_EQ(floor.engine.estimate({2}, floor.now), std::nullopt);
}

TEST(Estimate, IsWrittenDownAtEntryIfTheQueueSaysSo) {
  journal::Queue sales = queue("sales");
  sales.estimates = true;
  Floor floor;
  floor.open({.queues = {sales}, .agents = {agent("ann", {}, {{"sales", 0}})}});
  serve(floor, 1, "sales", "ann", 90s);
  floor.set("ann", AgentState::not_ready, "lunch");
  (void)floor.enter(2, "sales");
  const auto told = floor.last<journal::VisitChanged>();
  EXPECT_EQ(told.what, journal::VisitChanged::What::estimated);
  EXPECT_EQ(told.estimate, 90s);
}

TEST(Estimate, IsWrittenDownOfTheWholeWaitFromThePlaceWhichIsWhatItIsHeldAgainst) {
  journal::Queue sales = queue("sales"), help = queue("help");
  sales.overflow = {Overflow{.after = 60s, .to = {"help"}}};
  help.estimates = true;
  Floor floor = busy_floor(sales, help);
  serve(floor, 1, "help", "ann", 90s);
  floor.set("ann", AgentState::not_ready, "lunch");
  (void)floor.enter(2, "sales");
  floor.pass(60s);
  floor.engine.flow({2}, floor.now, floor);
  EXPECT_EQ(floor.engine.estimate({2}, floor.now), 90s) << "from now on";
  EXPECT_EQ(floor.last<journal::VisitChanged>().estimate, 150s) << "he has waited a minute already, and it counts in his wait";
}

TEST(Flows, AnEstimateThatIsTooLongOverflows) {
  journal::Queue sales = queue("sales");
  sales.overflow = {Overflow{.estimate = 60s, .to = {"help"}}};
  Floor floor = busy_floor(sales);
  serve(floor, 1, "sales", "ann", 50s);
  floor.set("ann", AgentState::not_ready, "lunch");
  (void)floor.enter(2, "sales");
  (void)floor.enter(3, "sales");
  EXPECT_EQ(floor.engine.waiting({2})->queue.value, "sales");
  EXPECT_EQ(floor.engine.waiting({3})->queue.value, "help");
}

}  // namespace
}  // namespace callwright::routing
