#include "cti/asterisk/release.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cti_asterisk/bench_switch.hpp"

namespace callwright::cti::asterisk::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Channel caller(const std::string& id, const std::string& state = "Up") {
  return {id, "PJSIP/trunk-0000" + id, state, "4930", "", "4000", "Stasis", "callwright,4000"};
}
Channel phone(const std::string& id, const std::string& state) {
  return {id, "PJSIP/agent1-00000002", state, "", "", "", state == "Up" ? "Stasis" : "", "callwright,agent,7,8,3"};
}

TEST(Release, WhoWaitsAndThePhonesThatRing) {
  EXPECT_THAT(who_waits(Bench::usual(), {caller("a"), caller("b", "Ring"), phone("cw-7-8-3", "Ringing")}, {{"cw-7-w3-1", "holding", {"a"}}}),
              ElementsAre(Release{"a", false, false}, Release{"b", false, false}, Release{"cw-7-8-3", true, false}));
}

TEST(Release, WhoTalksOrIsOnHoldIsLeftAlone) {
  EXPECT_THAT(who_waits(Bench::usual(), {caller("a"), phone("cw-7-8-3", "Up")}, {{"cw-7-t3-1", "mixing", {"a", "cw-7-8-3"}}}), IsEmpty());
  EXPECT_THAT(
      who_waits(Bench::usual(), {caller("a"), phone("cw-7-8-3", "Up")}, {{"cw-7-t3-1", "mixing", {"cw-7-8-3"}}, {"cw-7-w3-2", "holding", {"a"}}}),
      IsEmpty());
}

TEST(Release, ACallerWhoseAgentIsGoneIsReleasedOnceItIsSeenTwice) {
  EXPECT_THAT(who_waits(Bench::usual(), {caller("a")}, {{"cw-7-t3-1", "mixing", {"a"}}}), ElementsAre(Release{"a", false, true}));
}

TEST(Release, ALocalHalfThatAsksForARouteIsReleasedLikeACaller) {
  const Channel half{"x", "Local/4000@agents-00000001;2", "Ring", "", "", "4000", "Stasis", "callwright,4000"};
  EXPECT_THAT(who_waits(Bench::usual(), {half}, {}), ElementsAre(Release{"x", false, false}));
}

TEST(Release, APhoneThatAnsweredIsLookedAtAgainBeforeItIsHungUp) {
  EXPECT_THAT(who_waits(Bench::usual(), {phone("cw-7-8-3", "Up")}, {}), ElementsAre(Release{"cw-7-8-3", true, true}));
}

TEST(Release, BridgesAndChannelsOfOthersAreNotTouched) {
  Channel other{"x", "PJSIP/other-1", "Up", "", "", "", "Queue", "sales"};
  EXPECT_THAT(who_waits(Bench::usual(), {other}, {{"other", "mixing", {"x"}}}), IsEmpty());
}

}  // namespace
}  // namespace callwright::cti::asterisk::test
