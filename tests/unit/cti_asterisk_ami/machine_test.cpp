#include "cti/asterisk/ami/machine.hpp"

#include <gmock/gmock.h>

#include <set>

#include "cti/asterisk/ami/request.hpp"
#include "tests/unit/cti_asterisk_ami/bench_switch.hpp"

namespace callwright::cti::ami::test {
namespace {

using namespace std::chrono_literals;
using Phase = link::Machine::Phase;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> actions(const Bench& bench) {
  std::vector<std::string> names;
  for (const Sent& one : bench.sent) names.push_back(one.action);
  return names;
}

const Sent& sent(const Bench& bench, const std::string& action) {
  for (const Sent& one : bench.sent)
    if (one.action == action) return one;
  static const Sent none;
  ADD_FAILURE() << "no " << action;
  return none;
}

std::string newchannel(const std::string& name, const std::string& id, int state = 4, const std::string& context = "inbound") {
  return "Event: Newchannel\r\nPrivilege: call,all\r\nTimestamp: 1795324075.422139\r\nChannel: " + name +
         "\r\nChannelState: " + std::to_string(state) + "\r\nCallerIDNum: 4930111\r\nCallerIDName: Customer\r\nContext: " + context +
         "\r\nExten: 5000\r\nUniqueid: " + id + "\r\nLinkedid: " + id;
}
std::string hangup(const std::string& id, int cause = 16) {
  return "Event: Hangup\r\nPrivilege: call,all\r\nUniqueid: " + id + "\r\nCause: " + std::to_string(cause) + "\r\nCause-txt: Normal Clearing";
}
std::string listed(const std::string& name, const std::string& id, int state, const std::string& bridge = "",
                   const std::string& application = "Dial") {
  return "Event: CoreShowChannel\r\nChannel: " + name + "\r\nChannelState: " + std::to_string(state) +
         "\r\nCallerIDNum: 4930111\r\nCallerIDName: Customer\r\n" + "Context: inbound\r\nExten: 5000\r\nUniqueid: " + id + "\r\nLinkedid: " + id +
         "\r\nApplication: " + application + "\r\nApplicationData: x\r\nDuration: 00:00:08\r\nBridgeId: " + bridge;
}

// --- sign-in -------------------------------------------------------------------------------------------------------------

TEST(AmiMachine, SignsInAsksForEventsAndListsAndIsLive) {
  Bench bench;
  bench.start();
  EXPECT_EQ(bench.opened, 1);
  bench.take(bench.machine.opened(bench.now));
  EXPECT_THAT(bench.sent, IsEmpty()) << "the switch speaks first";
  bench.say("Asterisk Call Manager/11.0.0\r\n");
  EXPECT_THAT(actions(bench), ElementsAre("Challenge", "Login", "ListCommands", "Events", "CoreStatus", "CoreShowChannels", "BridgeList",
                                          "QueueStatus", "DeviceStateList"));
  EXPECT_EQ(bench.machine.phase(), Phase::live);
  EXPECT_THAT(bench.events, ElementsAre("opened 1795323608000000", "snapshot"));
  EXPECT_THAT(sent(bench, "Login").lines,
              AllOf(HasSubstr("AuthType: MD5\r\n"), HasSubstr("Username: callwright\r\n"), HasSubstr("Events: off\r\n"), Not(HasSubstr("secret"))));
  EXPECT_THAT(sent(bench, "Login").lines, HasSubstr("Key: " + md5_key("840415273", "secret") + "\r\n"));
  EXPECT_THAT(sent(bench, "Events").lines, HasSubstr("EventMask: system,call,agent,dtmf\r\n"));
}

TEST(AmiMachine, TheKeyIsTheMd5OfChallengeAndSecretInHexadecimal) {
  EXPECT_EQ(md5_key("", ""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(md5_key("a", "bc"), "900150983cd24fb0d6963f7d28e17f72");
}

/// Complaint 12: a word before the sign-in's answer makes the connection deaf.
TEST(AmiMachine, NothingButChallengeAndLoginIsWrittenBeforeTheLoginsAnswerInTwentyRestarts) {
  Bench bench;
  bench.answers["Login"] = "";
  bench.start();
  for (int restart = 0; restart < 20; ++restart) {
    bench.forget();
    bench.take(bench.machine.opened(bench.now));
    bench.command(model::End{"x"});
    bench.take(bench.machine.accepting(true, bench.now));
    bench.take(bench.machine.know_devices({"PJSIP/agent1"}, bench.now));
    EXPECT_THAT(bench.sent, IsEmpty()) << restart;
    bench.say("Asterisk Call Manager/11.0.0\r\n");
    bench.pass(4s);
    EXPECT_THAT(actions(bench), ElementsAre("Challenge", "Login")) << restart;
    bench.take(bench.machine.closed("restart", bench.now));
    bench.pass(5s);
    ASSERT_EQ(bench.machine.phase(), Phase::opening);
  }
}

TEST(AmiMachine, AnAccountThatIsRefusedIsNotTriedAgain) {
  Bench bench;
  bench.answers["Login"] = "Response: Error\r\nActionID: %\r\nMessage: Authentication failed\r\n\r\n";
  bench.live();
  EXPECT_EQ(bench.machine.phase(), Phase::refused);
  EXPECT_THAT(bench.events, ElementsAre("lost: account refused: Authentication failed"));
  EXPECT_EQ(bench.machine.counters().refused_account, 1U);
  bench.pass(1h);
  EXPECT_EQ(bench.opened, 1);
}

TEST(AmiMachine, AnyOtherRefusalOfTheSignInIsTriedAgain) {
  Bench bench;
  bench.answers["Login"] = "Response: Error\r\nActionID: %\r\nMessage: Login Already In Use\r\n\r\n";
  bench.live();
  EXPECT_EQ(bench.machine.phase(), Phase::waiting);
  EXPECT_THAT(bench.events, ElementsAre("lost: sign-in: Login Already In Use"));
  bench.pass(1s);
  EXPECT_EQ(bench.opened, 2);
}

TEST(AmiMachine, WhatDoesNotBeginWithTheBannerIsNoManager) {
  Bench bench;
  bench.start();
  bench.take(bench.machine.opened(bench.now));
  bench.say("SSH-2.0-OpenSSH_9.2\r\n");
  EXPECT_THAT(bench.events, ElementsAre("lost: not a manager interface: SSH-2.0-OpenSSH_9.2"));
  EXPECT_THAT(bench.sent, IsEmpty());
}

TEST(AmiMachine, AUserNameThatWouldBeAnotherLineIsNotSent) {
  Settings settings = Bench::usual();
  settings.username = "a\r\nAction: Command";
  Bench bench(settings);
  bench.live();
  EXPECT_THAT(actions(bench), ElementsAre("Challenge"));
  EXPECT_EQ(bench.machine.phase(), Phase::refused);
}

// --- what the account may do ---------------------------------------------------------------------------------------------

TEST(AmiMachine, FiltersStandBeforeTheFirstEventIsAskedFor) {
  Bench bench;
  bench.answers["ListCommands"] =
      "Response: Success\r\nActionID: %\r\nFilter: x (Priv: system,all)\r\nCoreShowChannels: x\r\nQueueStatus: x\r\nDeviceStateList: x\r\n\r\n";
  bench.live();
  ASSERT_GT(bench.sent.size(), 6U);
  EXPECT_THAT(std::vector(bench.sent.begin() + 3, bench.sent.begin() + 6),
              ElementsAre(Field(&Sent::lines, AllOf(HasSubstr("Operation: Add\r\n"), HasSubstr("Filter: !^Event: (VarSet|Newexten|RTCPSent|"))),
                          Field(&Sent::lines, HasSubstr("Filter: !^Event: DeviceStateChange.*Device: Queue:\r\n")), Field(&Sent::action, "Events")));
  for (const Sent& one : bench.sent)
    for (std::size_t at = 0, end = 0; (end = one.lines.find("\r\n", at)) != one.lines.npos; at = end + 2)
      EXPECT_LT(end - at, 1'000U) << "Asterisk reads 1,024 bytes of a line";
  EXPECT_EQ(bench.machine.phase(), Phase::live);
}

TEST(AmiMachine, AFilterThatIsRefusedIsCountedAndNothingElse) {
  Bench bench;
  bench.answers["ListCommands"] = "Response: Success\r\nActionID: %\r\nFilter: x\r\nCoreShowChannels: x\r\n\r\n";
  bench.answers["Filter"] = "Response: Error\r\nActionID: %\r\nMessage: Filter did not compile.  Check the syntax of the filter given.\r\n\r\n";
  bench.live();
  EXPECT_EQ(bench.machine.phase(), Phase::live);
  EXPECT_EQ(bench.machine.counters().failed_requests, 2U);
}

TEST(AmiMachine, AnAccountThatMayMoreThanIsNeededIsWarnedAboutOnce) {
  Bench bench;
  bench.answers["ListCommands"] =
      "Response: Success\r\nActionID: %\r\nCommand: Execute Asterisk CLI Command. (Priv: command,all)\r\nUpdateConfig: x\r\nModuleLoad: "
      "x\r\nOriginate: x\r\nCoreShowChannels: x\r\n\r\n";
  bench.live();
  EXPECT_THAT(bench.log, Contains("ami_account_may_more: write = command, config, system, originate; call and reporting are enough"));
  bench.forget();
  bench.take(bench.machine.closed("cut", bench.now));
  bench.pass(1s);
  bench.live();
  EXPECT_EQ(bench.machine.phase(), Phase::live);
  EXPECT_THAT(bench.log, Not(Contains(StartsWith("ami_account_may_more"))));
}

TEST(AmiMachine, AnAccountThatMayNotListChannelsIsToldAndTriedAgainAfterAMinute) {
  Bench bench;
  bench.answers["ListCommands"] = "Response: Success\r\nActionID: %\r\nQueueStatus: x\r\n\r\n";
  bench.live();
  EXPECT_THAT(bench.events, ElementsAre("lost: the account may not list channels: write = reporting is missing"));
  bench.pass(59s);
  EXPECT_EQ(bench.opened, 1);
  bench.pass(2s);
  EXPECT_EQ(bench.opened, 2);
}

TEST(AmiMachine, ASwitchWithoutQueuesIsAskedForNone) {
  Bench bench;
  bench.answers["ListCommands"] = "Response: Success\r\nActionID: %\r\nCoreShowChannels: x\r\n\r\n";
  bench.live();
  EXPECT_THAT(actions(bench), Not(Contains("QueueStatus")));
  EXPECT_EQ(bench.machine.phase(), Phase::live);
}

// --- snapshot ------------------------------------------------------------------------------------------------------------

TEST(AmiMachine, TheSnapshotShowsLegsBridgesQueuesAndAgents) {
  Bench bench;
  bench.channels = {listed("PJSIP/trunk-1", "1.1", 6, "b1"),
                    listed("PJSIP/agent1-2", "1.2", 6, "b1", "AppDial"),
                    listed("PJSIP/trunk-3", "1.3", 6, "", "Queue"),
                    listed("PJSIP/trunk-4", "1.4", 6, "park", "Park"),
                    listed("PJSIP/trunk-5", "1.5", 5, "", "AppDial"),
                    listed("Local/1001@agents-00000001;1", "1.6", 6, "b2"),
                    listed("Local/1001@agents-00000001;2", "1.7", 6, "b3"),
                    listed("Snoop/1.1-00000000", "1.8", 6, "b4")};
  bench.bridges = {"Event: BridgeListItem\r\nBridgeUniqueid: b1\r\nBridgeTechnology: simple_bridge\r\nBridgeNumChannels: 2",
                   "Event: BridgeListItem\r\nBridgeUniqueid: park\r\nBridgeTechnology: holding_bridge\r\nBridgeNumChannels: 1"};
  bench.queues = {
      "Event: QueueParams\r\nQueue: q1",
      "Event: QueueMember\r\nQueue: q1\r\nLocation: PJSIP/agent1\r\nStateInterface: PJSIP/agent1\r\nPaused: 0\r\nPausedReason: ",
      "Event: QueueMember\r\nQueue: q1\r\nLocation: Local/1002@agents/n\r\nStateInterface: PJSIP/agent2\r\nPaused: 1\r\nPausedReason: lunch",
      "Event: QueueEntry\r\nQueue: q1\r\nPosition: 1\r\nChannel: PJSIP/trunk-3\r\nUniqueid: 1.3"};
  bench.device_states = {
      "Event: DeviceStateChange\r\nDevice: PJSIP/agent1\r\nState: INUSE", "Event: DeviceStateChange\r\nDevice: PJSIP/agent2\r\nState: INUSE",
      "Event: DeviceStateChange\r\nDevice: PJSIP/agent3\r\nState: UNAVAILABLE", "Event: DeviceStateChange\r\nDevice: Queue:q1\r\nState: INUSE"};
  bench.live();
  EXPECT_THAT(
      bench.events,
      ElementsAre("opened 1795323608000000",
                  "snapshot [1.1 PJSIP/trunk trunk from 4930111 to 5000 connected in b1] [1.2 PJSIP/agent1 station connected in b1]"
                  " [1.3 PJSIP/trunk trunk from 4930111 to 5000 connected queued in q1] [1.4 PJSIP/trunk trunk from 4930111 to 5000 connected]"
                  " [1.5 PJSIP/trunk trunk alerting] [1.6 Local/1001@agents local_half connected in b2]"
                  " [1.7 Local/1001@agents local_half connected in b3] (PJSIP/agent1 ready in q1) (PJSIP/agent2 paused in q1 for lunch)",
                  "pair 1.6 1.7", "device PJSIP/agent1 free", "device PJSIP/agent2 busy", "device PJSIP/agent3 free unreachable"));
  EXPECT_EQ(bench.machine.counters().malformed, 0U);
}

TEST(AmiMachine, ABridgeThatHoldsMoreThanTheChannelsTellIsAskedFor) {
  Bench bench;
  bench.channels = {listed("PJSIP/trunk-1", "1.1", 6), listed("PJSIP/agent1-2", "1.2", 6, "b1", "AppDial")};
  bench.bridges = {"Event: BridgeListItem\r\nBridgeUniqueid: b1\r\nBridgeTechnology: simple_bridge\r\nBridgeNumChannels: 2",
                   "Event: BridgeListItem\r\nBridgeUniqueid: b2\r\nBridgeTechnology: softmix\r\nBridgeNumChannels: 1"};
  bench.infos["b1"] = {"Event: BridgeInfoChannel\r\nUniqueid: 1.1\r\nChannel: PJSIP/trunk-1",
                       "Event: BridgeInfoChannel\r\nUniqueid: 1.2\r\nChannel: x"};
  bench.live();
  EXPECT_EQ(std::ranges::count(actions(bench), "BridgeInfo"), 2);
  EXPECT_THAT(bench.events.at(1), HasSubstr("[1.1 PJSIP/trunk trunk from 4930111 to 5000 connected in b1]"));
}

TEST(AmiMachine, WhatIsSaidDuringTheSnapshotFollowsItAndSaysNothingTwice) {
  Bench bench;
  bench.answers["CoreShowChannels"] = "";
  bench.channels = {};
  bench.live();
  ASSERT_EQ(bench.machine.phase(), Phase::snapshot);
  const std::string id = sent(bench, "CoreShowChannels").id;
  bench.event(newchannel("PJSIP/trunk-1", "1.1"));
  bench.event(newchannel("PJSIP/trunk-2", "1.2"));
  bench.event("Event: Newstate\r\nPrivilege: call,all\r\nUniqueid: 1.1\r\nChannelState: 6");
  bench.event(hangup("1.2"));
  EXPECT_THAT(bench.events, IsEmpty());
  bench.say("Response: Success\r\nActionID: " + id + "\r\nEventList: start\r\n\r\n" + listed("PJSIP/trunk-1", "1.1", 6) + "\r\nActionID: " + id +
            "\r\n\r\nEvent: CoreShowChannelsComplete\r\nActionID: " + id + "\r\nEventList: Complete\r\nListItems: 1\r\n\r\n");
  EXPECT_THAT(bench.events, ElementsAre("opened 1795323608000000", "snapshot [1.1 PJSIP/trunk trunk from 4930111 to 5000 connected]",
                                        "made 1.2 PJSIP/trunk trunk from 4930111 to 5000", "gone 1.2 caller_cancel 16 by unknown"));
}

TEST(AmiMachine, AReconnectIsNoRestartAndWhatThePhoneHoldsIsRemembered) {
  Bench bench;
  bench.live();
  bench.event(newchannel("PJSIP/agent1-2", "1.2", 0));
  bench.event("Event: Newstate\r\nUniqueid: 1.2\r\nChannelState: 6");
  bench.event("Event: Hold\r\nUniqueid: 1.2");
  bench.forget();
  bench.channels = {listed("PJSIP/agent1-2", "1.2", 6, "b1", "AppDial")};
  bench.take(bench.machine.closed("cut", bench.now));
  bench.pass(1s);
  bench.live();
  EXPECT_THAT(bench.events, ElementsAre("lost: cut", "opened 1795323608000000", "snapshot [1.2 PJSIP/agent1 station held in b1]"));
  bench.forget();
  bench.answers["CoreStatus"] = "Response: Success\r\nActionID: %\r\nCoreStartupDate: 2026-11-22\r\nCoreStartupTime: 05:23:19\r\n\r\n";
  bench.channels = {};
  bench.take(bench.machine.closed("restart", bench.now));
  bench.pass(1s);
  bench.live();
  EXPECT_THAT(bench.events, ElementsAre("lost: restart", "opened 1795324999000000", "snapshot"));
}

TEST(AmiMachine, ASwitchThatHasJustBootedIsAskedAgain) {
  Bench bench;
  bench.live();
  bench.forget();
  bench.event("Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\nUptime: 0\r\nLastReload: 0");
  EXPECT_THAT(bench.events, ElementsAre("lost: the switch has just booted"));
  bench.pass(1s);
  EXPECT_EQ(bench.opened, 2);
}

TEST(AmiMachine, AListThatIsRefusedIsEmptyButForTheChannels) {
  for (const std::string action : {"BridgeList", "QueueStatus", "DeviceStateList", "CoreStatus"}) {
    Bench bench;
    bench.answers[action] = "Response: Error\r\nActionID: %\r\nMessage: Permission denied\r\n\r\n";
    bench.live();
    EXPECT_EQ(bench.machine.phase(), Phase::live) << action;
    EXPECT_EQ(bench.machine.counters().failed_requests, 1U) << action;
  }
  Bench bench;
  bench.answers["CoreShowChannels"] = "Response: Error\r\nActionID: %\r\nMessage: Permission denied\r\n\r\n";
  bench.live();
  EXPECT_THAT(bench.events, ElementsAre("lost: the channels are not listed: Permission denied"));
}

TEST(AmiMachine, ASnapshotThatIsNotWholeInTimeEndsTheConnection) {
  Bench bench;
  bench.answers["QueueStatus"] = "Response: Success\r\nActionID: %\r\nEventList: start\r\n\r\n";
  bench.live();
  bench.pass(10s);
  EXPECT_THAT(bench.events, ElementsAre("lost: no snapshot in time"));
}

TEST(AmiMachine, TooMuchThatIsKeptBackEndsTheConnection) {
  Bench bench;
  bench.answers["QueueStatus"] = "";
  bench.live();
  const std::string one = newchannel("PJSIP/trunk-1", "1.1") + "\r\n\r\n";
  std::string many;
  for (int i = 0; i < 1'000; ++i) many += one;
  for (std::size_t said = 0; said <= link::Kept<std::string>::kMessages && bench.machine.phase() == Phase::snapshot; said += 1'000) bench.say(many);
  EXPECT_EQ(bench.machine.phase(), Phase::waiting);
  EXPECT_EQ(bench.machine.counters().overflows, 1U);
}

// --- life ----------------------------------------------------------------------------------------------------------------

TEST(AmiMachine, SilenceOfTenSecondsIsAskedAboutAndOfTenMoreEndsTheConnection) {
  Bench bench;
  bench.live();
  bench.forget();
  bench.pass(9s);
  EXPECT_THAT(bench.sent, IsEmpty());
  bench.pass(41s);
  EXPECT_THAT(actions(bench), ElementsAre("Ping", "Ping", "Ping", "Ping", "Ping")) << "and answered";
  EXPECT_EQ(bench.machine.phase(), Phase::live);
  EXPECT_TRUE(bench.machine.idle());
  bench.answers["Ping"] = "";
  bench.pass(19s);
  EXPECT_EQ(bench.machine.phase(), Phase::live);
  bench.pass(1s);
  EXPECT_THAT(bench.events, ElementsAre("lost: nothing heard"));
}

TEST(AmiMachine, AnythingHeardIsALifeSign) {
  Bench bench;
  bench.live();
  bench.forget();
  for (int i = 0; i < 10; ++i) {
    bench.pass(9s);
    bench.event("Event: VarSet\r\nVariable: x");
  }
  EXPECT_THAT(bench.sent, IsEmpty());
  EXPECT_EQ(bench.machine.counters().unknown_events, 10U);
}

TEST(AmiMachine, AnswersThatNobodyWaitsForAreCounted) {
  Bench bench;
  bench.live();
  bench.say("Response: Success\r\nActionID: cw-3-1-999\r\n\r\nResponse: Success\r\nActionID: cw-2-1-5\r\n\r\nResponse: Error\r\n\r\n");
  bench.say(
      "Event: CoreShowChannel\r\nActionID: a7\r\nUniqueid: 1.5\r\n\r\nEvent: QueueStatusComplete\r\nActionID: a7\r\nEventList: Complete\r\n\r\n");
  EXPECT_EQ(bench.machine.counters().unknown_replies, 5U);
  EXPECT_EQ(bench.machine.phase(), Phase::live);
}

TEST(AmiMachine, AnAnswerThatBelongsToTheConnectionBeforeIsNotTakenForOneOfThis) {
  Bench bench;
  bench.answers["CoreShowChannels"] = "";
  bench.live();
  const std::string old = sent(bench, "CoreShowChannels").id;
  bench.take(bench.machine.closed("cut", bench.now));
  bench.pass(1s);
  bench.live();
  bench.say("Event: CoreShowChannelsComplete\r\nActionID: " + old + "\r\nEventList: Complete\r\nListItems: 0\r\n\r\n");
  EXPECT_EQ(bench.machine.phase(), Phase::snapshot);
}

/// Complaint 11, at the machine: one error, the next event is read, and a snapshot heals what was lost, once a minute at most.
TEST(AmiMachine, AnEventCutIntoAnotherCostsOneErrorAndASnapshotHealsIt) {
  Bench bench;
  bench.live();
  bench.pass(2min);
  bench.forget();
  bench.event("Event: Hangup\r\nPrivilege: call,all\r\nUniqueid: 1.Event: Newstate\r\nPrivilege: call,all\r\nUniqueid: 1.1\r\n\r\n5\r\nCause: 16");
  bench.event(newchannel("PJSIP/trunk-1", "1.1"));
  EXPECT_EQ(bench.machine.counters().malformed, 1U);
  EXPECT_THAT(bench.events, ElementsAre("made 1.1 PJSIP/trunk trunk from 4930111 to 5000"));
  bench.pass(1s);
  EXPECT_THAT(bench.events.back(), StartsWith("lost: a message was broken"));
  bench.pass(1s);
  bench.live();
  ASSERT_EQ(bench.machine.phase(), Phase::live);
  bench.event("Event: Hangup\r\nno key");
  EXPECT_EQ(bench.machine.counters().malformed, 2U);
  for (int i = 0; i < 58; ++i) {
    bench.pass(1s);
    bench.event("Event: VarSet");
  }
  EXPECT_EQ(bench.machine.phase(), Phase::live);
  bench.pass(3s);
  EXPECT_NE(bench.machine.phase(), Phase::live);
}

TEST(AmiMachine, AnEventWithoutItsIdIsMalformedAndNothingElse) {
  Bench bench;
  bench.live();
  bench.forget();
  bench.event("Event: Newchannel\r\nChannel: PJSIP/x-1");
  bench.event("Event: Hangup\r\nUniqueid: ");
  bench.event("Event: QueueCallerJoin\r\nUniqueid: 1.1");
  bench.event("Event: BridgeEnter\r\nBridgeUniqueid: b\r\nUniqueid: <unknown>");
  EXPECT_EQ(bench.machine.counters().malformed, 4U);
  EXPECT_THAT(bench.events, IsEmpty());
}

TEST(AmiMachine, TextsOfNoCharacterLeaveAsCharacters) {
  Bench bench;
  bench.live();
  bench.forget();
  bench.event("Event: Newchannel\r\nChannel: PJSIP/tr\xFFunk-1\r\nChannelState: 4\r\nCallerIDNum: 49\x01\xC3\r\nCallerIDName: " +
              std::string(2'000, 'n') + "\r\nExten: 5000\r\nUniqueid: 1.1");
  EXPECT_THAT(bench.events, ElementsAre("made 1.1 PJSIP/tr\xEF\xBF\xBDunk trunk from 49\xEF\xBF\xBD to 5000"));
}

/// Complaint 14: two ends in one piece of the stream.
TEST(AmiMachine, TwoHangupsInOneSegmentAreBothTold) {
  Bench bench;
  bench.live();
  bench.event(newchannel("PJSIP/trunk-1", "1.1"));
  bench.event(newchannel("PJSIP/trunk-2", "1.2"));
  bench.forget();
  bench.say(
      "Event: Hangup\r\nTimestamp: 1795324081.935\r\nUniqueid: 1.1\r\nCause: 16\r\n\r\nEvent: Hangup\r\nTimestamp: 1795324081.936\r\nUniqueid: "
      "1.2\r\nCause: 16\r\n\r\n");
  EXPECT_THAT(bench.events, ElementsAre("gone 1.1 caller_cancel 16 by unknown", "gone 1.2 caller_cancel 16 by unknown"));
  EXPECT_EQ(bench.told.at(0).switch_at.us, 1'795'324'081'935'000);
  EXPECT_EQ(bench.told.at(1).switch_at.us, 1'795'324'081'936'000);
}

}  // namespace
}  // namespace callwright::cti::ami::test
