#include "cti/asterisk/ami/check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace callwright::cti::ami {
namespace {

using asterisk::Finding;
using testing::ElementsAre;
using testing::IsEmpty;

const Settings kAccount{.username = "callwright"};

Seen as_it_should_be() {
  return {.version = "22.10.1",
          .commands = {"CoreShowChannels", "Hangup"},
          .queues = {"support-en"},
          .devices = {"PJSIP/agent1"},
          .clock_offset = std::chrono::milliseconds(-20)};
}

/// What was found that is not good.
std::vector<std::string> faults(const Seen& seen) {
  std::vector<std::string> out;
  for (const Finding& finding : judge(seen, {.agents = {{AgentId{"ann"}, "PJSIP/agent1"}}, .queues = {"support-en"}}, kAccount)) {
    EXPECT_EQ(finding.level == Finding::Level::good, finding.paste.empty()) << finding.what << ": what is not good says what to write";
    if (finding.level != Finding::Level::good) out.push_back((finding.level == Finding::Level::warning ? "warning: " : "wrong: ") + finding.what);
  }
  return out;
}

TEST(AmiCheck, AnAsteriskAsItShouldBeHasNoFault) { EXPECT_THAT(faults(as_it_should_be()), IsEmpty()); }

TEST(AmiCheck, RightsThatNobodyNeedsAreAWarning) {
  Seen seen = as_it_should_be();
  seen.commands.insert({"Command", "Originate"});
  EXPECT_THAT(faults(seen), ElementsAre("warning: the account may more than it needs: command, originate"));
  EXPECT_EQ(more_than_needed(seen.commands, true), "command") << "who calls customers needs the other one";
}

TEST(AmiCheck, RightsThatAreMissingAreWrong) {
  Seen seen = as_it_should_be();
  seen.commands = {};
  EXPECT_THAT(faults(seen), ElementsAre("wrong: the account may not list channels", "wrong: the account may not end calls"));
}

TEST(AmiCheck, AQueueOrADeviceThatTheSwitchDoesNotHaveIsWrong) {
  Seen seen = as_it_should_be();
  seen.queues = {"Support-EN"};
  seen.devices = {"PJSIP/agent2"};
  EXPECT_THAT(faults(seen),
              ElementsAre("wrong: there is no queue support-en on the switch", "wrong: the switch does not know the device PJSIP/agent1 of ann"));
}

TEST(AmiCheck, AClockThatIsOffOrUnknownIsAWarning) {
  Seen seen = as_it_should_be();
  seen.clock_offset = std::chrono::milliseconds(-1'500);
  EXPECT_THAT(faults(seen), ElementsAre("warning: its clock is 1500 ms off ours"));
  seen.clock_offset = std::nullopt;
  EXPECT_THAT(faults(seen), ElementsAre("warning: its clock cannot be read"));
}

}  // namespace
}  // namespace callwright::cti::ami
