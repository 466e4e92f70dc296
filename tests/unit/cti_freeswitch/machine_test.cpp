// The life of a connection to a FreeSWITCH, step by step.
#include "cti/freeswitch/machine.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cti_freeswitch/bench.hpp"

namespace callwright::cti::freeswitch::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using Phase = Machine::Phase;

const std::string kCaller =
    R"("Unique-ID":"a","Channel-Name":"sofia/external/2001@10.0.0.9","Call-Direction":"inbound","Caller-Caller-ID-Number":"2001")";

std::string created(const std::string& more = {}) { return R"("Event-Name":"CHANNEL_CREATE",)" + kCaller + more; }

TEST(EslMachine, SignsInAsksForEventsFirstAndThenForWhatThereIs) {
  Bench bench;
  bench.take(bench.machine.start(bench.now));
  bench.take(bench.machine.opened(bench.now));
  EXPECT_THAT(bench.said(), ElementsAre("open")) << "FreeSWITCH speaks first";
  bench.receive("Content-Type: auth/request\n\n");
  EXPECT_THAT(bench.said(), ElementsAre("send auth lab"));
  bench.reply("+OK accepted");
  EXPECT_THAT(bench.said(), ElementsAre(StartsWith("send event json CHANNEL_CREATE "), "send api global_getvar core_uuid", "send api strepoch",
                                        "send api status", "send api callcenter_config queue list", "send api callcenter_config agent list",
                                        "send api show bridged_calls as json", "send api show channels as json"));
  EXPECT_EQ(bench.machine.phase(), Phase::snapshot);
}

TEST(EslMachine, NothingGoesOutBeforeTheSwitchHasAskedForThePassword) {
  Bench bench;
  bench.take(bench.machine.start(bench.now));
  bench.take(bench.machine.opened(bench.now));
  bench.command(model::Park{"a"});
  bench.take(bench.machine.accepting(true, bench.now));
  EXPECT_THAT(bench.sent(), IsEmpty());
  bench.pass(5s);
  EXPECT_THAT(bench.said(), Contains("close")) << "who never asks is no FreeSWITCH";
}

TEST(EslMachine, AWrongPasswordIsNotTriedAgain) {
  Bench bench;
  bench.take(bench.machine.start(bench.now));
  bench.take(bench.machine.opened(bench.now));
  bench.receive(recording("session_commands", "json.badauth"));
  EXPECT_THAT(bench.said(), ElementsAre("open", "send auth lab", "close", "log link_account_refused", "lost: account refused: -ERR invalid"));
  EXPECT_EQ(bench.machine.phase(), Phase::refused);
  EXPECT_FALSE(bench.machine.next_wake());
}

TEST(EslMachine, AnAccessListThatDoesNotLetUsInIsTriedAgain) {
  Bench bench;
  bench.take(bench.machine.start(bench.now));
  bench.take(bench.machine.opened(bench.now));
  bench.receive(frame("Content-Type: text/rude-rejection", "Access Denied, go away.\n"));
  EXPECT_THAT(bench.said(), Contains("lost: the switch's access list does not let us in"));
  EXPECT_EQ(*bench.machine.next_wake(), bench.now + 5s);
}

TEST(EslMachine, AUserOfTheDirectorySignsInByName) {
  Settings settings = Bench::usual();
  settings.username = "cti@example.org";
  Bench bench(settings);
  bench.take(bench.machine.start(bench.now));
  bench.take(bench.machine.opened(bench.now));
  bench.receive("Content-Type: auth/request\n\n");
  EXPECT_THAT(bench.sent(), ElementsAre("userauth cti@example.org:lab"));
}

TEST(EslMachine, ThePasswordGoesOutOnce) {
  Bench bench;
  bench.live();
  bench.receive("Content-Type: auth/request\n\n");
  EXPECT_THAT(bench.said(), IsEmpty());
  EXPECT_EQ(bench.machine.phase(), Phase::live);
}

TEST(EslMachine, GoesLiveWithTheLastAnswerAndThenTellsWhatWasKeptBack) {
  Bench bench;
  bench.sign_in();
  bench.event(created(R"(,"Core-UUID":")" + bench.core + "\""));
  EXPECT_THAT(bench.events(), IsEmpty());
  bench.actions.clear();
  bench.reply("+OK event listener enabled json");
  bench.answer(bench.core);
  bench.answer("1795324500");
  bench.answer("UP 0 years\n");
  bench.answer("-ERR callcenter_config Command not found!\n");
  bench.answer("-ERR callcenter_config Command not found!\n");
  bench.answer("{\"row_count\":0}");
  EXPECT_THAT(bench.said(), IsEmpty());
  bench.answer("{\"row_count\":0}");
  EXPECT_THAT(bench.said(), ElementsAre("declare", "log link_live", StartsWith("opened "), "snapshot", "made a sofia/external trunk from 2001",
                                        "send api global_setvar CALLWRIGHT_ALIVE=0"));
}

TEST(EslMachine, TheEpochIsThatOfTheCore) {
  const auto opened = [](const std::string& core) {
    Bench bench;
    bench.core = core;
    bench.sign_in();
    bench.give_snapshot();
    return bench.events().front();
  };
  EXPECT_EQ(opened("9411d527-33a7-4ea1-9a15-2001457855bc"), opened("9411d527-33a7-4ea1-9a15-2001457855bc"));
  EXPECT_NE(opened("9411d527-33a7-4ea1-9a15-2001457855bc"), opened("cc623af2-6d9a-4e01-b9c5-08bb5e0aeb29"));
  EXPECT_THAT(opened("cc623af2-6d9a-4e01-b9c5-08bb5e0aeb29"), StartsWith("opened "));
}

TEST(EslMachine, ARestartIsAnotherCore) {
  Bench bench;
  bench.live();
  bench.event(created(R"(,"Core-UUID":"cc623af2-6d9a-4e01-b9c5-08bb5e0aeb29")"));
  EXPECT_THAT(bench.said(), Contains("lost: another core speaks: the switch was restarted"));
}

/// Complaint 3: a peer that is dead says nothing, not even that it is. What we write each second has no reply.
TEST(EslMachine, AHalfOpenPeerIsFoundOutAndTheNextSnapshotFollows) {
  Bench bench;
  bench.live();
  bench.pass(3s);
  EXPECT_THAT(bench.said(), Contains("lost: no reply in time"));
  bench.pass(250ms);
  EXPECT_THAT(bench.said(), Contains("open"));
  bench.channels = rows({row("a", "sofia/external/2001@10.0.0.9", R"("direction":"inbound","callstate":"ACTIVE","cid_num":"2001")")});
  bench.sign_in();
  bench.give_snapshot();
  EXPECT_THAT(bench.events(), ElementsAre(StartsWith("opened "), HasSubstr("[a sofia/external trunk from 2001 connected]")));
}

/// And one that answers nothing because nothing is asked: HEARTBEAT comes every 20 s.
TEST(EslMachine, ASwitchThatIsSilentForAMinuteIsLost) {
  Settings settings = Bench::usual();
  settings.alive_every = std::chrono::hours(1);
  Bench bench(settings);
  bench.live();
  bench.answer("+OK\n");  // to CALLWRIGHT_ALIVE
  bench.pass(59s);
  EXPECT_THAT(bench.said(), IsEmpty());
  bench.event(R"("Event-Name":"HEARTBEAT")");
  bench.pass(59s);
  EXPECT_THAT(bench.said(), IsEmpty());
  bench.pass(1s);
  EXPECT_THAT(bench.said(), ElementsAre("close", "lost: no word from the switch for too long", "log link_lost"));
}

TEST(EslMachine, ANoticeEndsItUnlessItLingers) {
  Bench bench;
  bench.live();
  bench.receive(frame("Content-Type: text/disconnect-notice\nControlled-Session-UUID: a\nContent-Disposition: linger\nLinger-Time: 5", ""));
  EXPECT_EQ(bench.machine.phase(), Phase::live);
  EXPECT_EQ(bench.machine.more().lingering, 1U);
  bench.receive(frame("Content-Type: text/disconnect-notice", "The system is being shut down.\n"));
  EXPECT_THAT(bench.said(), ElementsAre("close", "lost: ended by the switch: The system is being shut down.", "log link_lost"));
}

TEST(EslMachine, AWrongLengthEndsTheConnectionWithItsReason) {
  Bench bench;
  bench.live();
  bench.receive("Content-Type: text/event-json\nContent-Length: 1\n\n{}Content-Type: command/reply\n\n");
  EXPECT_THAT(bench.said(), ElementsAre("log link_event_malformed", "close", "lost: a line that belongs to no head", "log link_lost"));
  EXPECT_EQ(bench.machine.counters().malformed, 2U);
}

TEST(EslMachine, ABrokenEventIsCountedAndTheNextOneIsRead) {
  Bench bench;
  bench.live();
  bench.receive(frame("Content-Type: text/event-json", "{\"Event-Name\":\"CHANNEL_CREATE\","));
  bench.event(created());
  EXPECT_THAT(bench.said(), ElementsAre("log link_event_malformed", "made a sofia/external trunk from 2001"));
  bench.event(R"("Event-Name":"CHANNEL_ANSWER")");
  EXPECT_THAT(bench.said(), ElementsAre("log link_event_malformed"));
  bench.event(R"("Event-Name":"PRESENCE_IN")");
  EXPECT_EQ(bench.machine.counters().malformed, 2U);
  EXPECT_EQ(bench.machine.counters().unknown_events, 1U);
}

TEST(EslMachine, EventsInPlainFormAreUnderstoodToo) {
  Bench bench;
  bench.live();
  bench.plain_event(
      "Event-Name: CHANNEL_CREATE\nUnique-ID: a\nChannel-Name: sofia/external/2001%40x\nCall-Direction: inbound\nCaller-Caller-ID-Number: 2001\n\n");
  EXPECT_THAT(bench.events(), ElementsAre("made a sofia/external trunk from 2001"));
}

TEST(EslMachine, EachStepOfTheSnapshotMayFail) {
  for (int failing = 0; failing < 8; ++failing) {
    if (failing >= 2 && failing <= 5) continue;  // the clock, the version and the queues may be missing
    Bench bench;
    bench.sign_in();
    bench.said();
    for (int step = 0; step <= failing; ++step) {
      if (step == 0) bench.reply(step == failing ? "-ERR no keywords supplied" : "+OK event listener enabled json");
      else bench.answer(step == failing ? "-ERR no\n" : step == 1 ? bench.core : step < 6 ? "-ERR x Command not found!\n" : "{\"row_count\":0}");
    }
    EXPECT_THAT(bench.said(), Contains("close")) << failing;
    EXPECT_EQ(bench.machine.phase(), Phase::waiting) << failing;
  }
}

TEST(EslMachine, ASnapshotThatIsNotAnsweredEnds) {
  Bench bench;
  bench.sign_in();
  bench.said();
  bench.pass(10s);
  EXPECT_THAT(bench.said(), Contains("lost: no snapshot in time"));
}

TEST(EslMachine, TooMuchThatHasToBeKeptBackEndsTheConnection) {
  Bench bench;
  bench.sign_in();
  bench.said();
  const std::string one = frame("Content-Type: text/event-json", "{" + created() + "}");
  for (std::size_t i = 0; i < link::Kept<int>::kMessages; ++i) bench.receive(one);
  EXPECT_THAT(bench.said(), IsEmpty());
  bench.receive(one);
  EXPECT_THAT(bench.said(), Contains("lost: too many events during the snapshot"));
  EXPECT_EQ(bench.machine.counters().overflows, 1U);
}

TEST(EslMachine, AChannelThatTheListStillShowsAndTheSwitchHasNoMoreIsNoLeg) {
  Bench bench;
  const std::string more = R"("direction":"inbound","callstate":"ACTIVE")";
  bench.channels = rows({row("a", "sofia/external/2001@x", more), row("b", "sofia/external/2002@x", more)});
  bench.entries["a"] = "-ERR No such channel!\n";
  bench.sign_in();
  bench.give_snapshot();
  const auto events = bench.events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_THAT(events[1], StartsWith("snapshot [b sofia/external trunk connected]"));
}

TEST(EslMachine, ALateReplyMeansThatNobodyKnowsWhatWasDone) {
  Bench bench;
  bench.live();
  bench.answer("+OK\n");
  bench.command(model::End{"a"});
  EXPECT_FALSE(bench.machine.idle());
  bench.pass(3s);
  EXPECT_THAT(bench.said(), Contains("lost: no reply in time"));
}

TEST(EslMachine, AReplyThatNobodyWaitsForIsCounted) {
  Bench bench;
  bench.live();
  bench.answer("+OK\n");
  bench.reply("+OK");
  bench.answer("true");
  EXPECT_EQ(bench.machine.counters().unknown_replies, 2U);
}

TEST(EslMachine, ItsLifeIsWrittenEachSecondInTheSwitchsOwnTime) {
  Bench bench;
  bench.sign_in();
  bench.take(bench.machine.accepting(true, bench.now));
  bench.give_snapshot();
  EXPECT_THAT(bench.sent(), ElementsAre("api global_setvar CALLWRIGHT_ALIVE=1795324500"));
  bench.answer("+OK\n");
  bench.pass(1s);
  EXPECT_THAT(bench.sent(), ElementsAre("api global_setvar CALLWRIGHT_ALIVE=1795324501"));
  bench.answer("+OK\n");
  bench.take(bench.machine.accepting(false, bench.now));
  EXPECT_THAT(bench.sent(), ElementsAre("api global_setvar CALLWRIGHT_ALIVE=0"));
}

}  // namespace
}  // namespace callwright::cti::freeswitch::test
