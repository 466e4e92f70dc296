#include "cti/csta/machine.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cti_csta/bench.hpp"

namespace callwright::cti::csta::test {
namespace {

using namespace std::chrono_literals;
using Phase = link::Machine::Phase;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(CstaMachine, AsksForASessionThenMonitorsAndListsAndIsLive) {
  Bench bench({"1001", "1002"});
  bench.peer.call_in("+4930222111", "1001");
  bench.live();
  EXPECT_THAT(bench.peer.requests,
              ElementsAre("StartApplicationSession", "MonitorStart", "MonitorStart", "SnapshotDevice", "SnapshotDevice", "SnapshotCall"));
  EXPECT_EQ(bench.machine.phase(), Phase::live);
  EXPECT_EQ(bench.mirror.lines(), truth(bench.peer));
  EXPECT_EQ(bench.machine.legs(), 2U);
}

TEST(CstaMachine, NothingButTheSessionIsAskedBeforeItIsGranted) {
  Bench bench;
  bench.silent = true;
  bench.live();
  bench.command(model::End{"x"});
  bench.pass(4s);
  EXPECT_THAT(bench.peer.requests, ElementsAre("StartApplicationSession"));
  bench.pass(2s);
  EXPECT_EQ(bench.machine.phase(), Phase::opening) << "no answer in time: tried again";
}

TEST(CstaMachine, ASessionThatIsRefusedIsNotTriedAgainAndSaysSo) {
  Bench bench;
  bench.peer.refuses = "invalidApplicationInfo";
  bench.live();
  EXPECT_EQ(bench.machine.phase(), Phase::refused);
  EXPECT_THAT(bench.log, Contains(HasSubstr("invalidApplicationInfo")));
  bench.pass(1h);
  EXPECT_EQ(bench.opened, 1);
}

TEST(CstaMachine, ASwitchThatIsBusyIsTriedAgain) {
  Bench bench;
  bench.peer.refuses = "serverResourcesBusy";
  bench.live();
  EXPECT_EQ(bench.machine.phase(), Phase::waiting);
  bench.pass(1s);
  EXPECT_EQ(bench.opened, 2);
}

TEST(CstaMachine, ASwitchWithoutSessionsIsUsedWithoutOne) {
  Bench bench;
  bench.peer.sessions = false;
  bench.live();
  EXPECT_EQ(bench.machine.phase(), Phase::live);
  bench.pass(1h);
  EXPECT_THAT(bench.peer.requests, testing::Not(Contains("ResetApplicationSessionTimer")));
  EXPECT_EQ(bench.opened, 1);
}

TEST(CstaMachine, TheSessionIsRenewedAtHalfOfItsTime) {
  Bench bench;
  bench.live();
  bench.forget();
  bench.pass(299s);
  EXPECT_THAT(bench.peer.requests, Each("SystemStatus")) << "asked after each silence";
  bench.forget();
  bench.pass(2s);
  EXPECT_THAT(bench.peer.requests, Contains("ResetApplicationSessionTimer"));
  bench.pass(1h);
  EXPECT_EQ(bench.opened, 1);
  EXPECT_EQ(bench.machine.phase(), Phase::live);
}

TEST(CstaMachine, ADeviceThatTheSwitchDoesNotKnowIsLeftOutAndSaidSo) {
  Bench bench;
  bench.peer.unknown = {"1002"};
  bench.live();
  EXPECT_EQ(bench.machine.phase(), Phase::live);
  EXPECT_THAT(bench.log, Contains("csta_device_not_watched: invalidDeviceID (1002)"));
  EXPECT_EQ(bench.machine.counters().failed_requests, 1U);
  bench.peer.call_in("+4930222111", "1001");
  bench.settle();
  EXPECT_EQ(bench.mirror.lines(), truth(bench.peer));
}

TEST(CstaMachine, AgentsWhoAreNamedLaterAreWatchedAndThoseWhoAreGoneNoMore) {
  Bench bench({"1001"});
  bench.live();
  bench.forget();
  bench.take(bench.machine.know_devices({"1002"}, bench.now));
  bench.settle();
  EXPECT_THAT(bench.peer.requests, ElementsAre("MonitorStop", "MonitorStart"));
  bench.peer.call_in("+4930222111", "1001");
  bench.peer.call_in("+4930222112", "1002");
  bench.settle();
  EXPECT_THAT(bench.mirror.lines(), ElementsAre("+4930222112 is here", "1002 alerting"));
}

TEST(CstaMachine, TheSystemsStatusIsAnsweredWithItsOwnNumber) {
  Bench bench;
  bench.live();
  bench.forget();
  bench.peer.say("<SystemStatus><systemStatus>normal</systemStatus></SystemStatus>", 42);
  bench.settle();
  EXPECT_THAT(bench.peer.requests, ElementsAre("SystemStatusResponse"));
  EXPECT_EQ(bench.machine.phase(), Phase::live);
}

TEST(CstaMachine, ASwitchThatInitialisesHasRestarted) {
  Bench bench;
  bench.live();
  EXPECT_THAT(bench.events, Contains("opened 0"));
  bench.peer.call_in("+4930222111", "1001");
  bench.settle();
  bench.forget();
  bench.peer.restart();
  bench.settle();
  EXPECT_EQ(bench.machine.phase(), Phase::waiting);
  bench.pass(1s);
  bench.live();
  EXPECT_THAT(bench.events, testing::Not(Contains("opened 0")));
  EXPECT_EQ(bench.machine.legs(), 0U);
}

TEST(CstaMachine, LostMessagesAndAnEndedSessionAreHealedByASnapshot) {
  for (const char* xml : {"<SystemStatus><systemStatus>messageLost</systemStatus></SystemStatus>", "<ApplicationSessionTerminated/>",
                          "<MonitorStop><monitorCrossRefID>1</monitorCrossRefID></MonitorStop>"}) {
    Bench bench;
    bench.live();
    bench.peer.say(xml);
    bench.settle();
    EXPECT_EQ(bench.machine.phase(), Phase::waiting) << xml;
    bench.pass(1s);
    bench.live();
    EXPECT_EQ(bench.machine.phase(), Phase::live);
    EXPECT_THAT(bench.events, Contains("opened 0"));
  }
}

TEST(CstaMachine, AFrameThatCannotBeOneEndsTheConnectionWithAReason) {
  Bench bench;
  bench.live();
  bench.take(bench.machine.received("HTTP/1.1 400 Bad Request\r\n", bench.now));
  EXPECT_EQ(bench.machine.phase(), Phase::waiting);
  EXPECT_EQ(bench.machine.counters().malformed, 1U);
  EXPECT_THAT(bench.events, Contains(HasSubstr("two zero bytes")));
}

TEST(CstaMachine, AMessageThatCannotBeReadIsCountedAndHealedAMinuteLater) {
  Bench bench;
  bench.live();
  for (int i = 0; i < 3; ++i) bench.peer.say("<!DOCTYPE a []><DeliveredEvent/>", 9'999);
  bench.settle();
  EXPECT_EQ(bench.machine.phase(), Phase::live);
  EXPECT_EQ(bench.machine.counters().malformed, 3U);
  EXPECT_THAT(bench.log, Contains(HasSubstr("csta_broken_message")).Times(1));
  bench.pass(61s);
  EXPECT_EQ(bench.opened, 2);
}

TEST(CstaMachine, AnswersAndEventsThatNobodyWaitsForAreCounted) {
  Bench bench;
  bench.live();
  bench.peer.say("<HoldCallResponse/>", 4'000);
  bench.peer.say("<HeldEvent><monitorCrossRefID>77</monitorCrossRefID><heldConnection><callID>1</callID></heldConnection></HeldEvent>", 9'999);
  bench.settle();
  EXPECT_EQ(bench.machine.counters().unknown_replies, 1U);
  EXPECT_EQ(bench.machine.counters().unknown_events, 1U);
  EXPECT_EQ(bench.machine.legs(), 0U);
}

TEST(CstaMachine, CommandsReachTheConnectionsOfTheirLegs) {
  Bench bench;
  bench.live();
  bench.peer.call_in("+4930222111", "1001");
  bench.settle();
  const std::string agent = bench.mirror.leg("1001"), customer = bench.mirror.leg("+4930222111");
  bench.forget();
  bench.command(model::Answer{agent});
  EXPECT_THAT(bench.mirror.lines(), ElementsAre("+4930222111 is here", "1001 connected", "talk +4930222111 1001"));
  bench.command(model::Hold{customer, agent});
  EXPECT_THAT(bench.mirror.lines(), Contains("1001 held"));
  bench.command(model::Retrieve{customer, agent});
  EXPECT_THAT(bench.mirror.lines(), Contains("1001 connected"));
  bench.command(model::End{agent});
  EXPECT_THAT(bench.mirror.lines(), IsEmpty());
  EXPECT_THAT(bench.peer.requests, ElementsAre("AnswerCall", "HoldCall", "RetrieveCall", "ClearConnection"));
  EXPECT_THAT(bench.events, Contains(HasSubstr("gone " + agent + " normal")));
}

TEST(CstaMachine, CommandsForNobodyOrThatItCannotDoAreCounted) {
  Bench bench;
  bench.live();
  bench.forget();
  bench.command(model::End{"nobody"});
  bench.command(model::Park{"nobody"});
  EXPECT_EQ(bench.machine.counters().commands_refused, 1U);
  EXPECT_EQ(bench.machine.counters().commands_unsupported, 1U);
  EXPECT_THAT(bench.peer.requests, IsEmpty());
}

TEST(CstaMachine, AnAnswerThatDoesNotComeEndsTheConnection) {
  Bench bench;
  bench.live();
  bench.peer.call_in("+4930222111", "1001");
  bench.settle();
  bench.silent = true;
  bench.command(model::Answer{bench.mirror.leg("1001")});
  bench.pass(4s);
  EXPECT_EQ(bench.opened, 2);
  EXPECT_EQ(bench.machine.counters().failed_requests, 1U);
}

TEST(CstaMachine, RequestNumbersGoRoundAndAreNeverTheEvents) {
  Bench bench;
  bench.live();
  bench.peer.call_in("+4930222111", "1001");
  bench.settle();
  bench.command(model::Answer{bench.mirror.leg("1001")});
  for (int i = 0; i < 6'000; ++i) {
    bench.command(model::Hold{"", bench.mirror.leg("1001")});
    bench.command(model::Retrieve{"", bench.mirror.leg("1001")});
  }
  EXPECT_EQ(bench.machine.phase(), Phase::live);
  EXPECT_EQ(bench.machine.counters().unknown_replies, 0U);
  EXPECT_EQ(bench.mirror.lines(), truth(bench.peer));
}

}  // namespace
}  // namespace callwright::cti::csta::test
