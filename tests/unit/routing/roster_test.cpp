// Classes that few agents fit: the best of them is found among a handful, and is the best all the same.
#include <gtest/gtest.h>

#include "floor.hpp"

namespace callwright::routing {
namespace {

/// Of 1,000 agents the first 60 speak Welsh, each a level better than the one before; idle time counts ten points a minute.
journal::Centre welsh() {
  journal::Centre centre;
  centre.queues = {queue("welsh", {required("welsh", 1)})};
  centre.queues.front().idle_per_minute = 10;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "a" + std::to_string(i);
    centre.agents.push_back(i < 60 ? agent(name, {{"welsh", 1 + i}}, {{"welsh", 0}}) : agent(name, {}, {{"welsh", 0}}));
  }
  return centre;
}

/// Who gets the next call, and how many were looked at for it.
std::string next(Floor& floor, std::int64_t contact, std::uint64_t& looked_at) {
  const std::uint64_t before = floor.engine.work().candidates;
  (void)floor.enter(contact, "welsh");
  floor.match();
  looked_at = floor.engine.work().candidates - before;
  return floor.offered(contact);
}

TEST(Roster, TheBestIsFoundAmongAHandful) {
  Floor floor;
  floor.open(welsh());
  std::uint64_t looked_at = 0;
  for (int n = 0; n < 50; ++n) {
    EXPECT_EQ(next(floor, n + 1, looked_at), "a" + std::to_string(59 - n));
    EXPECT_LE(looked_at, 4u);
  }
}

TEST(Roster, IdleTimeLiftsWhoStandsFarDown) {
  Floor floor;
  floor.open(welsh());
  for (int i = 1; i < 60; ++i) floor.set("a" + std::to_string(i), AgentState::not_ready, "lunch");
  floor.pass(10min);
  for (int i = 1; i < 60; ++i) floor.ready("a" + std::to_string(i));
  std::uint64_t looked_at = 0;
  EXPECT_EQ(next(floor, 1, looked_at), "a0") << "a hundred points of idle time make up for 59 levels";
  EXPECT_EQ(next(floor, 2, looked_at), "a59");
}

TEST(Roster, WhoWasIdleLongestIsForgottenWhenAllHaveBeenLookedAtWithoutHim) {
  Floor floor;
  floor.open(welsh());
  std::uint64_t looked_at = 0;
  EXPECT_EQ(next(floor, 9, looked_at), "a59");
  floor.engine.leave({9}, VisitEnd::abandoned, floor.now, floor);
  for (int i = 1; i < 60; ++i) floor.set("a" + std::to_string(i), AgentState::not_ready, "lunch");
  floor.pass(10min);
  for (int i = 1; i < 60; ++i) floor.ready("a" + std::to_string(i));
  floor.set("a0", AgentState::not_ready, "lunch");
  EXPECT_EQ(next(floor, 1, looked_at), "a59");
  EXPECT_EQ(looked_at, 59u) << "any of them might have been idle for as long as a0";
  EXPECT_EQ(next(floor, 2, looked_at), "a58");
  EXPECT_LE(looked_at, 4u);
}

}  // namespace
}  // namespace callwright::routing
