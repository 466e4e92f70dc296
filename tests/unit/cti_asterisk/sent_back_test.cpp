// A customer who talked and is sent to one of our numbers again: by the phone of his agent (REFER), which Asterisk does through a Local channel
// in the agent's place, or by a redirection of his own channel.
#include <gmock/gmock.h>

#include "tests/unit/cti_asterisk/usual_call.hpp"

namespace callwright::cti::asterisk::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

const std::string kTalk = "cw-7-t3-0", kFirstHalf = "lab-2.1", kAskingHalf = "lab-2.2";
const std::string kToFallback = "POST /channels/lab-2.2/continue?context=fallback&extension=s&priority=1";

std::string first_half_json() { return channel_json(kFirstHalf, "Local/4001@agents-00000001;1", "Down", "callwright"); }
std::string asking_half_json() { return channel_json(kAskingHalf, "Local/4001@agents-00000001;2", "Ring", "callwright,4001"); }
std::string customer_json() { return channel_json(kCaller, "PJSIP/trunk-00000001", "Up", "callwright,4000"); }

/// The half that takes the agent's place.
void first_half_starts(Bench& bench) {
  bench.text(event_json("StasisStart", R"("args":[],"channel":)" + first_half_json() + R"(,"replace_channel":)" +
                                           channel_json(kAgent, "PJSIP/agent1-00000002", "Up", "callwright,agent,7,8,3")));
  bench.text(bridge_event("ChannelLeftBridge", kAgent, kTalk, "mixing", {kCaller}));
  bench.text(event_json("ChannelEnteredBridge",
                        R"("channel":)" + first_half_json() + R"(,"bridge":)" + bridge_json(kTalk, "mixing", {kCaller, kFirstHalf})));
}
/// The half that runs the dialplan and enters our application.
void asking_half_starts(Bench& bench) { bench.text(event_json("StasisStart", R"("args":["4001"],"channel":)" + asking_half_json())); }

/// The doubt about the half comes due, and the switch has it still.
void look_at_half(Bench& bench) {
  bench.answering = false;
  bench.pass(Settings{}.vanish_limit);
  for (const Rest& asked : std::exchange(bench.waiting, {}))
    if (line(asked.request) == "GET /channels/lab-2.2") bench.answer(asked, 200, asking_half_json());
  bench.answering = true;
  bench.answer_all();
}

TEST(SentBack, AReferToANumberOfOursIsToldAsTheQuestionOfTheHalfThatLeadsToTheCustomer) {
  Bench bench;
  bench.live();
  bench.forget();
  for (const std::string& text : recording("ari-sent-back-refer")) bench.text(text);
  EXPECT_EQ(bench.machine.counters().malformed_events, 0U);
  const std::string customer = "callwright-lab-1796066946.6", one = "callwright-lab-1796066947.8", two = "callwright-lab-1796066947.9";
  EXPECT_THAT(bench.events, Contains("route " + customer + " 4000").Times(1));
  EXPECT_THAT(bench.events,
              IsSupersetOf({"replaced cw-7-8-1 by " + one, "joins " + one + " cw-7-t1-1", "pair " + one + " " + two, "route " + two + " 4000"}));
  EXPECT_THAT(bench.events, Contains("transfer blind completed of " + customer + " by cw-7-8-1 to 4000"));
  EXPECT_THAT(bench.requests, Not(Contains(HasSubstr("/continue"))));
}

TEST(SentBack, ARedirectedCustomersSecondEntranceAsksAgain) {
  Bench bench;
  bench.live();
  bench.forget();
  for (const std::string& text : recording("ari-sent-back-redirect")) bench.text(text);
  EXPECT_EQ(bench.machine.counters().malformed_events, 0U);
  std::vector<std::string> customers;
  for (const std::string& event : bench.events)
    if (event.find(" callwright-lab-") != event.npos && event.find("made") == event.npos)
      customers.push_back(event.substr(0, event.find(' ')) + event.substr(event.rfind(' ')));
  EXPECT_THAT(customers, ElementsAre("route 4000", "connected callwright-lab-1796066950.10", "joins cw-7-t1-1", "leaves cw-7-t1-1", "route 4001",
                                     "gone unknown"));
}

TEST(SentBack, TheHalfMayComeBeforeTheOtherOneTakesTheAgentsPlace) {
  Bench bench;
  talk(bench);
  asking_half_starts(bench);
  first_half_starts(bench);
  EXPECT_THAT(bench.events, ElementsAre(HasSubstr("made lab-2.2"), "route lab-2.2 4001", HasSubstr("made lab-2.1"), "pair lab-2.2 lab-2.1",
                                        "replaced cw-7-8-3 by lab-2.1", "leaves cw-7-8-3 cw-7-t3-0", "joins lab-2.1 cw-7-t3-0"));
  look_at_half(bench);
  EXPECT_THAT(bench.requests, Contains("GET /channels/lab-2.2"));
  EXPECT_THAT(bench.requests, Not(Contains(kToFallback))) << "whoever it leads to is served";
}

TEST(SentBack, AHalfThatLeadsToNobodyOfOursGoesToTheFallbackAfterALook) {
  Bench bench;
  bench.live();
  bench.forget();
  asking_half_starts(bench);
  EXPECT_THAT(bench.requests, Not(Contains(kToFallback))) << "the other half may be on its way";
  look_at_half(bench);
  EXPECT_THAT(bench.requests, Contains(kToFallback));
  EXPECT_EQ(bench.machine.counters().local_callers, 1U);
  bench.text(event_json("StasisEnd", R"("channel":)" + asking_half_json()));
  EXPECT_EQ(bench.events.back(), "gone lab-2.2 transferred 0 by us");
}

TEST(SentBack, AHalfWhoseCustomerTalksOnWithSomebodyElseGoesToTheFallback) {
  Bench bench;
  talk(bench);
  const std::string other = channel_json("cw-7-9-3", "PJSIP/agent2-00000003", "Up", "callwright,agent,7,9,3");
  bench.text(event_json("StasisStart", R"("args":["agent","7","9","3"],"channel":)" + other));
  bench.text(
      event_json("ChannelEnteredBridge", R"("channel":)" + other + R"(,"bridge":)" + bridge_json(kTalk, "mixing", {kCaller, kAgent, "cw-7-9-3"})));
  first_half_starts(bench);
  asking_half_starts(bench);
  look_at_half(bench);
  EXPECT_THAT(bench.requests, Contains(kToFallback));
}

TEST(SentBack, AHalfThatWeAreHangingUpGoesNowhere) {
  Bench bench;
  talk(bench);
  first_half_starts(bench);
  asking_half_starts(bench);
  bench.command(model::Park{kCaller});
  bench.command(model::End{kAskingHalf});
  bench.text(bridge_event("ChannelLeftBridge", kCaller, kTalk, "mixing", {kFirstHalf}));
  look_at_half(bench);
  EXPECT_THAT(bench.requests, Not(Contains(kToFallback)));
}

TEST(SentBack, ASnapshotShowsWhoseQuestionItIs) {
  Bench bench;
  bench.channels = "[" + customer_json() + "," + first_half_json() + "," + asking_half_json() + "]";
  bench.bridges = "[" + bridge_json(kTalk, "mixing", {kCaller, kFirstHalf}) + "]";
  bench.live();
  EXPECT_THAT(bench.events[1], HasSubstr("[lab-2.2 Local/4001@agents local_half from 4930111 to 4001 initiated asks 4001]"));
  EXPECT_THAT(bench.events[1], Not(HasSubstr("asks 4000")));
  EXPECT_THAT(bench.events, Contains("pair lab-2.1 lab-2.2"));
  EXPECT_THAT(bench.requests, Not(Contains(kToFallback)));
}

TEST(SentBack, WhoIsRedirectedWhileOnHoldHasLeftHisTalk) {
  Bench bench;
  talk(bench);
  bench.command(model::Hold{kCaller, kAgent});
  bench.text(bridge_event("ChannelLeftBridge", kCaller, kTalk, "mixing", {kAgent}));
  bench.text(bridge_event("ChannelEnteredBridge", kCaller, "cw-7-h3-0", "holding", {kCaller}));
  bench.text(bridge_event("ChannelLeftBridge", kCaller, "cw-7-h3-0", "holding", {}));
  bench.text(event_json("StasisEnd", R"("channel":)" + customer_json()));
  bench.forget();
  bench.text(event_json("StasisStart", R"("args":["4001"],"channel":)" + customer_json()));
  EXPECT_THAT(bench.events, ElementsAre("leaves lab-1.1 cw-7-t3-0", "connected cw-7-8-3", "route lab-1.1 4001"));
}

// He was put on hold, and his agent hung up while nobody listened: he asks for nothing, and stands there alone.
TEST(SentBack, WhoIsAloneOnHoldAfterAGapAsksForNoRoute) {
  Bench bench;
  bench.channels = "[" + customer_json() + "]";
  bench.bridges = "[" + bridge_json("cw-7-h3-0", "holding", {kCaller}) + "]";
  bench.live();
  EXPECT_THAT(bench.events[1], HasSubstr("connected in cw-7-h3-0]"));
  EXPECT_THAT(bench.events[1], Not(HasSubstr("asks")));
}

}  // namespace
}  // namespace callwright::cti::asterisk::test
