#include "sim/world.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace callwright::sim {
namespace {

using namespace std::chrono_literals;

WorldOptions short_world(std::uint64_t seed) {
  WorldOptions options;
  options.seed = seed;
  options.length = 40s;
  options.agents = 4;
  options.faults.cut_per_minute = 3;
  options.faults.kill_per_minute = 3;
  return options;
}

TEST(World, SameSeedTakesTheSameSteps) {
  std::vector<std::string> first_lines, second_lines;
  WorldOptions options = short_world(3);
  options.trace = [&](const std::string& line) { first_lines.push_back(line); };
  const Outcome first = World(options).run();
  options.trace = [&](const std::string& line) { second_lines.push_back(line); };
  const Outcome second = World(options).run();
  EXPECT_EQ(first.what, "");
  EXPECT_GT(first.facts, 50);
  EXPECT_EQ(first.trace, second.trace);
  EXPECT_EQ(first.steps, second.steps);
  EXPECT_EQ(first_lines, second_lines);
}

TEST(World, OtherSeedsLiveOtherLives) { EXPECT_NE(World(short_world(3)).run().trace, World(short_world(4)).run().trace); }

TEST(World, AStepOfTheWallClockReachesTheCoreThroughTheServersClock) {
  WorldOptions options = short_world(6);
  options.faults = Faults::none();
  options.faults.clock_step_per_hour = 1200;
  int stepped = 0, told = 0;
  options.trace = [&](const std::string& line) {
    stepped += line.ends_with("the wall clock steps") ? 1 : 0;
    told += line.find("wall stepped") != std::string::npos ? 1 : 0;
  };
  EXPECT_EQ(World(options).run().what, "");
  EXPECT_GT(told, 2);
  EXPECT_LE(told, stepped);  // two within a second are one to the server
}

TEST(World, ACentreThatUsesEveryRuleAndChangesThemKeepsWhatItPromises) {
  WorldOptions options = short_world(5);
  options.length = 3min;
  options.faults.rules = 1;
  options.faults.new_rules_per_hour = 120;
  options.faults.steers_per_minute = 30;
  int changed = 0, steered = 0;
  options.trace = [&](const std::string& line) {
    changed += line.find("config applied") != std::string::npos ? 1 : 0;
    steered += line.find("steer contact user:supervisor") != std::string::npos && line.find("visit changed") != std::string::npos ? 1 : 0;
  };
  EXPECT_EQ(World(options).run().what, "");
  EXPECT_GT(changed, 2);
  EXPECT_GT(steered, 2);
}

TEST(World, WhatAFullCoreQueueRefusesComesAgainWithTheNextConnection) {
  WorldOptions options = short_world(8);
  options.faults = Faults::none();
  options.faults.full_core_per_hour = 900;
  int overloaded = 0;
  options.trace = [&](const std::string& line) { overloaded += line.find("inbound limit reached") != std::string::npos ? 1 : 0; };
  const Outcome outcome = World(options).run();
  EXPECT_EQ(outcome.what, "");
  EXPECT_GT(outcome.refused, 0);
  EXPECT_GT(overloaded, 0);
}

TEST(World, CallersWhoAskAreCalledBackAndNobodyTwice) {
  WorldOptions options = short_world(6);
  options.callbacks = true;
  options.length = 3min;
  options.faults = Faults::none();
  int done = 0, failed = 0;
  options.trace = [&](const std::string& line) {
    done += line.find("callback ended how=1") != std::string::npos ? 1 : 0;
    failed += line.find("callback deferred") != std::string::npos ? 1 : 0;
  };
  const Outcome outcome = World(options).run();
  EXPECT_EQ(outcome.what, "");
  EXPECT_GT(outcome.customers_called, 2);
  EXPECT_GT(done, 1);
  EXPECT_GT(failed, 0);
}

TEST(World, CallbacksOutliveKillsCutsAndASwitchThatDoesNotObey) {
  std::int64_t called = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    WorldOptions options = short_world(seed);
    options.callbacks = true;
    options.length = 2min;
    options.faults.lazy_switch = 0.1;
    const Outcome outcome = World(options).run();
    EXPECT_EQ(outcome.what, "") << seed;
    called += outcome.customers_called;
  }
  EXPECT_GT(called, 3) << "in all three together";
}

TEST(World, WrittenContactsAreWorkedOnBesideEachOtherAndBesideCalls) {
  WorldOptions options = short_world(6);
  options.written = true;
  options.written_per_minute = 20;
  options.length = 3min;
  options.faults = Faults::none();
  options.faults.capacities_per_hour = 60;
  std::map<std::string, int> working;  // by agent
  int beside = 0, left = 0;
  options.trace = [&](const std::string& line) {
    for (const char* agent : {"a0", "a1", "a2", "a3"}) {
      for (std::size_t at = 0; (at = line.find(std::string(" work ") + agent + "=", at)) != std::string::npos; ++at) {
        const char state = line[at + 9];
        beside += state == '2' && ++working[agent] > 1 ? 1 : 0;
        if (state == '4' && working[agent] > 0) --working[agent];
      }
    }
    left += line.find("close contact token:written") != std::string::npos && line.find("visit ended how=2") != std::string::npos ? 1 : 0;
  };
  const Outcome outcome = World(options).run();
  EXPECT_EQ(outcome.what, "");
  EXPECT_GT(outcome.written, 20);
  EXPECT_GT(beside, 2);
  EXPECT_GT(left, 0);
}

TEST(World, WrittenContactsOutliveKillsAndAreOpenedOnceWhateverIsAskedAgain) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    WorldOptions options = short_world(seed);
    options.written = true;
    options.length = 2min;
    options.faults.lost_answer = 0.5;
    options.faults.repeated_request = 0.3;
    const Outcome outcome = World(options).run();
    EXPECT_EQ(outcome.what, "") << seed;
    EXPECT_GT(outcome.written, 3) << seed;
  }
}

TEST(World, ASwitchThatIsSlowOrDoesNotObeyLeavesNobodyBehind) {
  WorldOptions options = short_world(9);
  options.faults = Faults::none();
  options.faults.slow_switch = 0.2;
  options.faults.lazy_switch = 0.3;
  options.length = 2min;
  std::set<std::string> seen;
  options.trace = [&](const std::string& line) {
    for (const char* what : {"is slow", "fails a command", "forgets a command", "says that it did a command"})
      if (line.ends_with(what)) seen.insert(what);
  };
  EXPECT_EQ(World(options).run().what, "");
  EXPECT_EQ(seen.size(), 4u);
}

TEST(World, EverySwitchBringsCallersAndRingsPhonesOfItsOwn) {
  WorldOptions options = short_world(7);
  options.switches = 3;
  options.agents = 6;
  options.length = 2min;
  std::set<std::string> called, rung;
  options.trace = [&](const std::string& line) {
    for (const char* name : {"north", "east", "west"}) {
      if (line.find(std::string("leg created feed:") + name) == std::string::npos) continue;
      if (line.find(" in-") != std::string::npos) called.insert(name);
      if (line.find(" out-") != std::string::npos) rung.insert(name);
    }
  };
  EXPECT_EQ(World(options).run().what, "");
  EXPECT_EQ(called.size(), 3u);
  EXPECT_EQ(rung.size(), 3u);
}

TEST(World, WithoutFaultsEveryContactComesToItsEnd) {
  WorldOptions options = short_world(5);
  options.faults = Faults::none();
  const Outcome outcome = World(options).run();
  EXPECT_EQ(outcome.what, "");
  EXPECT_GT(outcome.contacts, 3);
  EXPECT_EQ(outcome.kills + outcome.cuts, 0);
}

}  // namespace
}  // namespace callwright::sim
