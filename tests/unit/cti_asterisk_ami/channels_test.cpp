// What the recordings do not hold: other drivers, refused transfers, merged bridges, variables, queues behind Local channels, gaps in a queue.
#include <gmock/gmock.h>

#include "tests/unit/cti_asterisk_ami/bench_switch.hpp"

namespace callwright::cti::ami::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string made(const std::string& name, const std::string& id, int state, const std::string& context = "inbound") {
  return "Event: Newchannel\r\nChannel: " + name + "\r\nChannelState: " + std::to_string(state) +
         "\r\nCallerIDNum: 4930111\r\nCallerIDName: Customer\r\nContext: " + context + "\r\nExten: 5000\r\nUniqueid: " + id + "\r\nLinkedid: 1.1";
}
std::string state(const std::string& id, int state) {
  return "Event: Newstate\r\nUniqueid: " + id + "\r\nChannelState: " + std::to_string(state) + "\r\nExten: 5000";
}
std::string enters(const std::string& id, const std::string& bridge, const std::string& technology = "simple_bridge") {
  return "Event: BridgeEnter\r\nBridgeUniqueid: " + bridge + "\r\nBridgeTechnology: " + technology + "\r\nUniqueid: " + id;
}
std::string leaves(const std::string& id, const std::string& bridge) {
  return "Event: BridgeLeave\r\nBridgeUniqueid: " + bridge + "\r\nUniqueid: " + id;
}

struct AmiChannels : testing::Test {
  AmiChannels() {
    bench.live();
    bench.forget();
  }
  void say(std::initializer_list<std::string> events) {
    for (const std::string& event : events) bench.event(event);
  }
  Bench bench;
};

TEST_F(AmiChannels, ADeviceOfNobodyInAContextOfStationsIsAStationAndElsewhereATrunk) {
  say({made("PJSIP/desk-1", "1.1", 4, "agents"), made("PJSIP/desk-2", "1.2", 4, "inbound"), made("PJSIP/agent1-3", "1.3", 4, "inbound")});
  EXPECT_THAT(bench.events, ElementsAre("made 1.1 PJSIP/desk station from 4930111 to 5000", "made 1.2 PJSIP/desk trunk from 4930111 to 5000",
                                        "made 1.3 PJSIP/agent1 station from 4930111 to 5000"));
}

TEST_F(AmiChannels, WhatAsteriskMakesForItselfIsNoLeg) {
  for (const char* name :
       {"Snoop/1.1-00000000", "Announcer/ARI-00000002;1", "CBAnn/8000-00000001;2", "Recorder/ARI-00000001;1", "Message/ast_msg_queue",
        "AsyncGoto/PJSIP/agent1-3", "Surrogate/PJSIP/x-1", "UnicastRTP/10.0.0.1-0x7f", "DAHDI/pseudo-1234"})
    say({made(name, name, 6), enters(name, "b1"), "Event: Hangup\r\nUniqueid: " + std::string(name) + "\r\nCause: 16"});
  EXPECT_THAT(bench.events, IsEmpty());
  EXPECT_EQ(bench.machine.counters().malformed, 0U);
}

/// Another server that routes on the same switch names its channels as we do; taken for ours, they would be hung up.
TEST_F(AmiChannels, ChannelsThatAnotherServerMadeAreLegsLikeAllOthers) {
  say({made("PJSIP/agent1-1", "cw-5-6-9", 0), made("PJSIP/trunk-2", "cw-5-c9-2", 4)});
  EXPECT_THAT(bench.events, ElementsAre("made cw-5-6-9 PJSIP/agent1 station", "made cw-5-c9-2 PJSIP/trunk trunk from 4930111 to 5000"));
}

TEST_F(AmiChannels, AnIdThatIsNoTextIsNone) {
  say({made("PJSIP/trunk-1", "1.\xFF", 4), made("PJSIP/trunk-1", "1.\x01", 4), made("PJSIP/trunk-1", std::string(300, '1'), 4)});
  EXPECT_THAT(bench.events, IsEmpty());
  EXPECT_EQ(bench.machine.counters().malformed, 3U);
}

TEST_F(AmiChannels, ATrunkChannelThatIsReservedFirstCallsInOnceItRings) {
  say({made("DAHDI/i1/4930111-1", "1.1", 1)});
  EXPECT_THAT(bench.events, IsEmpty());
  say({state("1.1", 4), state("1.1", 6)});
  EXPECT_THAT(bench.events, ElementsAre("made 1.1 DAHDI/i1/4930111 trunk from 4930111 to 5000", "connected 1.1"));
  EXPECT_EQ(std::get<model::LegCreated>(bench.told[0].body).direction, journal::Direction::inbound);
}

TEST_F(AmiChannels, ATrunkChannelThatIsDialledGoesOutToTheNumberDialled) {
  say({made("DAHDI/i1/4930222-2", "1.2", 0), "Event: DialBegin\r\nUniqueid: 1.1\r\nDestUniqueid: 1.2\r\nDialString: g1/4930222"});
  EXPECT_THAT(bench.events, ElementsAre("made 1.2 DAHDI/i1/4930222 trunk to 4930222", "dialing 1.2"));
  EXPECT_EQ(std::get<model::LegCreated>(bench.told[0].body).direction, journal::Direction::outbound);
}

TEST_F(AmiChannels, ATrunkChannelThatEndsBeforeAnythingIsToldHasBeen) {
  say({made("PJSIP/trunk-1", "1.1", 0), "Event: Hangup\r\nUniqueid: 1.1\r\nCause: 20\r\nCause-txt: Subscriber absent\r\nTechCause: 480"});
  EXPECT_THAT(bench.events, ElementsAre("made 1.1 PJSIP/trunk trunk", "gone 1.1 unreachable 20 by unknown"));
  EXPECT_EQ(std::get<model::LegGone>(bench.told[1].body).raw_text, "Subscriber absent (480)");
}

TEST_F(AmiChannels, EveryWayADiallingEndsHasItsCauseThoughTheChannelSaysNone) {
  const std::pair<const char*, const char*> ways[] = {
      {"NOANSWER", "no_answer"}, {"CANCEL", "caller_cancel"}, {"BUSY", "busy"}, {"CONGESTION", "congestion"}, {"CHANUNAVAIL", "unreachable"}};
  int n = 0;
  for (const auto& [status, cause] : ways) {
    const std::string id = "2." + std::to_string(++n);
    say({made("PJSIP/agent1-" + id, id, 0), "Event: DialEnd\r\nDestUniqueid: " + id + "\r\nDialStatus: " + status,
         "Event: DialEnd\r\nDestUniqueid: " + id + "\r\nDialStatus: CANCEL", "Event: Hangup\r\nUniqueid: " + id + "\r\nCause: 0"});
    EXPECT_EQ(bench.events.back(), "gone " + id + " " + cause + " 0 by unknown");
  }
}

TEST_F(AmiChannels, APhoneThatForwardsIsToldAsDiverted) {
  say({made("PJSIP/agent1-1", "1.2", 0), "Event: DialEnd\r\nDestUniqueid: 1.2\r\nDialStatus: ABORT\r\nForward: 1002@agents"});
  EXPECT_EQ(bench.events.back(), "diverted 1.2 from PJSIP/agent1 to 1002@agents");
}

TEST_F(AmiChannels, AChangedCallerIsToldOfCallsThatCameIn) {
  const std::string caller = "\r\nCallerIDNum: +4930999\r\nCallerIDName: ";
  say({made("PJSIP/trunk-1", "1.1", 4), made("PJSIP/agent1-2", "1.2", 0), "Event: NewCallerid\r\nUniqueid: 1.1" + caller,
       "Event: NewCallerid\r\nUniqueid: 1.1" + caller, "Event: NewCallerid\r\nUniqueid: 1.2" + caller});
  EXPECT_THAT(bench.events, ElementsAre("made 1.1 PJSIP/trunk trunk from 4930111 to 5000", "made 1.2 PJSIP/agent1 station", "party 1.1 +4930999"));
}

TEST_F(AmiChannels, VariablesOfCallsThatCameInAreAttachedOnceEach) {
  const std::string variables =
      "\r\nChanVariable: ticket=4711\r\nChanVariable(PJSIP/trunk-1): tier=3\r\nChanVariable(PJSIP/other-1): tier=9\r\nDestChanVariable: tier=8";
  say({made("PJSIP/trunk-1", "1.1", 4) + variables, state("1.1", 4) + variables, state("1.1", 4) + "\r\nChanVariable: ticket=4712",
       "Event: Hangup\r\nUniqueid: 1.1\r\nCause: 16\r\nChanVariable: answer=yes"});
  std::vector<std::string> data;
  for (const model::SwitchEvent& event : bench.told)
    if (const auto* seen = std::get_if<model::DataSeen>(&event.body)) data.push_back(seen->native_id + " " + seen->key + "=" + seen->value);
  EXPECT_THAT(data, ElementsAre("1.1 ticket=4711", "1.1 tier=3", "1.1 ticket=4712", "1.1 answer=yes"));
}

TEST_F(AmiChannels, ALegHasAtMost64Variables) {
  std::string variables;
  for (std::size_t i = 0; i < Channels::kVariables + 10; ++i) variables += "\r\nChanVariable: v" + std::to_string(i) + "=1";
  say({made("PJSIP/trunk-1", "1.1", 4), state("1.1", 4) + variables});
  EXPECT_EQ(bench.events.size(), 1 + Channels::kVariables);
}

TEST_F(AmiChannels, WaitingInAHoldingBridgeIsNoTalk) {
  say({made("PJSIP/trunk-1", "1.1", 6), enters("1.1", "b1"), enters("1.1", "park", "holding_bridge"), leaves("1.1", "park"), enters("1.1", "b2")});
  EXPECT_THAT(bench.events,
              ElementsAre("made 1.1 PJSIP/trunk trunk from 4930111 to 5000", "connected 1.1", "joins 1.1 b1", "leaves 1.1 b1", "joins 1.1 b2"));
}

TEST_F(AmiChannels, MergedBridgesAreToldOnceThoughEverybodyLeavesAndEntersToo) {
  say({made("PJSIP/trunk-1", "1.1", 6), made("PJSIP/agent1-2", "1.2", 6), enters("1.1", "b1"), enters("1.2", "b2")});
  bench.forget();
  say({"Event: BridgeMerge\r\nToBridgeUniqueid: b2\r\nToBridgeNumChannels: 1\r\nFromBridgeUniqueid: b1\r\nFromBridgeNumChannels: 1",
       leaves("1.1", "b1"), enters("1.1", "b2")});
  EXPECT_THAT(bench.events, ElementsAre("merged b1 into b2"));
  say({leaves("1.1", "b2")});
  EXPECT_EQ(bench.events.back(), "leaves 1.1 b2");
}

TEST_F(AmiChannels, AnAttendedTransferOverALinkPairsItsHalves) {
  say({made("PJSIP/trunk-1", "1.1", 6), made("PJSIP/agent1-2", "1.2", 6), made("Local/_attended@transfer/m-00000001;1", "1.3", 6),
       made("Local/_attended@transfer/m-00000001;2", "1.4", 6)});
  bench.forget();
  say(
      {"Event: AttendedTransfer\r\nResult: Success\r\nOrigTransfererUniqueid: 1.2\r\nSecondTransfererUniqueid: 1.9\r\nSecondTransfererExten: "
       "s\r\nTransfereeUniqueid: 1.1\r\n"
       "LocalOneUniqueid: 1.3\r\nLocalTwoUniqueid: 1.4\r\nDestType: Link"});
  EXPECT_THAT(bench.events, ElementsAre("pair 1.3 1.4", "transfer attended completed of 1.1 by 1.2 consulting on 1.9"));
}

TEST_F(AmiChannels, ATransferThatIsRefusedHasFailed) {
  say({made("PJSIP/agent1-2", "1.2", 6)});
  bench.forget();
  for (const char* result : {"Fail", "Not Permitted"})
    say({"Event: BlindTransfer\r\nResult: " + std::string(result) + "\r\nTransfererUniqueid: 1.2\r\nTransfereeUniqueid: 1.1\r\nExtension: 1002"});
  EXPECT_THAT(bench.events, ElementsAre("transfer blind failed of 1.1 by 1.2 to 1002 unknown Fail",
                                        "transfer blind failed of 1.1 by 1.2 to 1002 not_allowed Not Permitted"));
}

TEST_F(AmiChannels, WhoPicksACallUpTakesThePlaceOfWhoWasRung) {
  say({made("PJSIP/agent1-2", "1.2", 5), made("PJSIP/agent2-3", "1.3", 6)});
  bench.forget();
  say({"Event: Pickup\r\nChannel: PJSIP/agent2-3\r\nUniqueid: 1.3\r\nTargetChannel: PJSIP/agent1-2\r\nTargetUniqueid: 1.2"});
  EXPECT_THAT(bench.events, ElementsAre("replaced 1.2 by 1.3"));
}

TEST_F(AmiChannels, AnOptimisationThatIsGivenUpHidesNoLeave) {
  say({made("PJSIP/trunk-1", "1.1", 6), made("Local/1@x-00000001;1", "1.2", 6), made("Local/1@x-00000001;2", "1.3", 6), enters("1.1", "b1"),
       enters("1.2", "b1"), "Event: LocalBridge\r\nLocalOneUniqueid: 1.2\r\nLocalTwoUniqueid: 1.3"});
  bench.forget();
  const std::string halves = "\r\nLocalOneUniqueid: 1.2\r\nLocalTwoUniqueid: 1.3";
  say({"Event: LocalOptimizationBegin" + halves + "\r\nSourceUniqueid: 1.1\r\nDestUniqueId: 1.3", leaves("1.1", "b1")});
  EXPECT_THAT(bench.events, IsEmpty());
  say({"Event: LocalOptimizationEnd" + halves + "\r\nSuccess: No"});
  EXPECT_THAT(bench.events, ElementsAre("leaves 1.1 b1"));
  say({enters("1.1", "b1"), leaves("1.1", "b1")});
  EXPECT_THAT(bench.events, ElementsAre("leaves 1.1 b1", "joins 1.1 b1", "leaves 1.1 b1"));
}

TEST_F(AmiChannels, OfDevicesOnlyTheAgentsAreToldAndBusyIsWhatNoLegExplains) {
  const auto device = [](const std::string& name, const std::string& state) {
    return "Event: DeviceStateChange\r\nDevice: " + name + "\r\nState: " + state;
  };
  say({device("PJSIP/trunk", "INUSE"), device("PJSIP/agent1", "INUSE"), device("PJSIP/agent1", "RINGING"), device("PJSIP/agent1", "NOT_INUSE"),
       made("PJSIP/agent1-2", "1.2", 0), device("PJSIP/agent1", "RINGING"), device("PJSIP/agent1", "UNAVAILABLE")});
  EXPECT_THAT(bench.events, ElementsAre("device PJSIP/agent1 busy", "device PJSIP/agent1 free", "made 1.2 PJSIP/agent1 station",
                                        "device PJSIP/agent1 free unreachable"));
}

// --- queues --------------------------------------------------------------------------------------------------------------

std::string joins(const std::string& id, const std::string& queue) { return "Event: QueueCallerJoin\r\nUniqueid: " + id + "\r\nQueue: " + queue; }
std::string leaves_queue(const std::string& id, const std::string& queue) {
  return "Event: QueueCallerLeave\r\nUniqueid: " + id + "\r\nQueue: " + queue;
}
std::string called(const std::string& id, const std::string& member, const std::string& interface) {
  return "Event: AgentCalled\r\nUniqueid: " + id + "\r\nDestUniqueid: " + member + "\r\nQueue: q1\r\nInterface: " + interface;
}
std::string dial_end(const std::string& member, const std::string& status) {
  return "Event: DialEnd\r\nDestUniqueid: " + member + "\r\nDialStatus: " + status;
}

using AmiQueues = AmiChannels;

TEST_F(AmiQueues, WhoIsMovedOutOrTimesOutHasLeft) {
  say({made("PJSIP/trunk-1", "1.1", 6), joins("1.1", "q1"), joins("1.1", "q1"), leaves_queue("1.1", "q1"), leaves_queue("1.1", "q1"),
       joins("1.1", "q2"), joins("1.1", "q3")});
  bench.events.erase(bench.events.begin(), bench.events.begin() + 2);
  EXPECT_THAT(bench.events,
              ElementsAre("queued 1.1 in q1", "unqueued 1.1 from q1 left", "queued 1.1 in q2", "unqueued 1.1 from q2 left", "queued 1.1 in q3"));
}

TEST_F(AmiQueues, AnOfferEndsOnceWhateverFollows) {
  say({made("PJSIP/trunk-1", "1.1", 6), joins("1.1", "q1"), made("PJSIP/agent1-2", "1.2", 0), called("1.1", "1.2", "PJSIP/agent1"),
       called("1.1", "1.2", "PJSIP/agent1")});
  bench.forget();
  say({"Event: AgentRingNoAnswer\r\nUniqueid: 1.1\r\nDestUniqueid: 1.2\r\nQueue: q1\r\nInterface: PJSIP/agent1", dial_end("1.2", "NOANSWER"),
       dial_end("1.2", "CANCEL"), "Event: Hangup\r\nUniqueid: 1.2\r\nCause: 0"});
  EXPECT_THAT(bench.events, ElementsAre("offer of 1.1 to PJSIP/agent1 no_answer", "gone 1.2 no_answer 0 by unknown"));
}

/// As 22.10 tells it: no DialEnd, and an AgentConnect that names another channel than the member's.
TEST_F(AmiQueues, WhoIsPickedUpFromAnotherPhoneIsAnsweredAndTheMemberWasNotFastEnough) {
  say({made("PJSIP/trunk-1", "1.1", 6), joins("1.1", "q1"), made("PJSIP/agent1-2", "1.2", 0), called("1.1", "1.2", "PJSIP/agent1"),
       made("PJSIP/agent2-3", "1.3", 6)});
  bench.forget();
  say({leaves_queue("1.1", "q1"), "Event: AgentConnect\r\nUniqueid: 1.1\r\nDestUniqueid: 1.3\r\nQueue: q1\r\nInterface: PJSIP/agent1",
       "Event: Pickup\r\nUniqueid: 1.3\r\nTargetUniqueid: 1.2", "Event: Hangup\r\nUniqueid: 1.2\r\nCause: 26"});
  EXPECT_THAT(bench.events, ElementsAre("offer of 1.1 to PJSIP/agent1 elsewhere", "unqueued 1.1 from q1 answered", "replaced 1.2 by 1.3",
                                        "gone 1.2 elsewhere 26 by unknown"));
}

TEST_F(AmiQueues, EveryWordForAPhoneThatCannotBeReachedRefuses) {
  int n = 0;
  for (const char* status : {"BUSY", "CONGESTION", "CHANUNAVAIL", "DONTCALL"}) {
    const std::string caller = "1." + std::to_string(++n), member = "2." + std::to_string(n);
    say({made("PJSIP/trunk-" + caller, caller, 6), joins(caller, "q1"), made("PJSIP/agent1-" + member, member, 0),
         called(caller, member, "PJSIP/agent1"), dial_end(member, status)});
    EXPECT_NE(std::ranges::find(bench.events, "offer of " + caller + " to PJSIP/agent1 refused"), bench.events.end()) << status;
  }
}

TEST_F(AmiQueues, AMemberThroughTheDialplanIsTheDeviceThatTellsItsState) {
  say({"Event: QueueMemberAdded\r\nQueue: q1\r\nMemberName: Ann\r\nInterface: Local/1001@from-queue/n\r\nStateInterface: PJSIP/agent1\r\nPaused: 0",
       made("PJSIP/trunk-1", "1.1", 6), joins("1.1", "q1"), called("1.1", "1.2", "Local/1001@from-queue/n")});
  EXPECT_EQ(bench.events.front(), "agent PJSIP/agent1 ready in q1");
  EXPECT_EQ(bench.events.back(), "offered 1.1 of q1 to PJSIP/agent1");
}

TEST_F(AmiQueues, MembersAreToldWhenTheyChange) {
  const std::string member = "\r\nQueue: q1\r\nInterface: PJSIP/agent1\r\nStateInterface: PJSIP/agent1\r\nStatus: 1";
  say({"Event: QueueMemberStatus" + member + "\r\nPaused: 0", "Event: QueueMemberStatus" + member + "\r\nPaused: 0",
       "Event: QueueMemberPause" + member + "\r\nPaused: 1\r\nPausedReason: lunch",
       "Event: QueueMemberStatus" + member + "\r\nPaused: 1\r\nPausedReason: lunch",
       "Event: QueueMemberRemoved" + member + "\r\nPaused: 1\r\nPausedReason: lunch", "Event: QueueMemberRemoved" + member + "\r\nPaused: 1"});
  EXPECT_THAT(bench.events,
              ElementsAre("agent PJSIP/agent1 ready in q1", "agent PJSIP/agent1 paused in q1 for lunch", "agent PJSIP/agent1 signed_out in q1"));
}

TEST_F(AmiQueues, OfACallerBehindALocalChannelHeIsToldWhoStandsBehindIt) {
  say({made("PJSIP/trunk-1", "1.1", 6), made("Local/5000@x-00000001;1", "1.2", 6), made("Local/5000@x-00000001;2", "1.3", 6),
       "Event: LocalBridge\r\nLocalOneUniqueid: 1.2\r\nLocalTwoUniqueid: 1.3", enters("1.1", "b1"), enters("1.2", "b1"), joins("1.3", "q1")});
  EXPECT_EQ(bench.events.back(), "queued 1.1 in q1");
  say({"Event: QueueCallerAbandon\r\nUniqueid: 1.3\r\nQueue: q1", leaves_queue("1.3", "q1")});
  EXPECT_EQ(bench.events.back(), "unqueued 1.1 from q1 abandoned");
}

TEST_F(AmiQueues, WhoseLeaveIsLostHasLeftWithHisChannel) {
  say({made("PJSIP/trunk-1", "1.1", 6), joins("1.1", "q1"), made("PJSIP/agent1-2", "1.2", 0), called("1.1", "1.2", "PJSIP/agent1")});
  bench.forget();
  say({"Event: Hangup\r\nUniqueid: 1.1\r\nCause: 16"});
  EXPECT_THAT(bench.events, ElementsAre("offer of 1.1 to PJSIP/agent1 withdrawn", "unqueued 1.1 from q1 abandoned", "gone 1.1 normal 16 by unknown"));
}

TEST_F(AmiQueues, WhoWaitsAndWhoIsRungForHimIsKnownAfterAGap) {
  const auto listed = [](const std::string& name, const std::string& id, int state, const std::string& application) {
    return "Event: CoreShowChannel\r\nChannel: " + name + "\r\nChannelState: " + std::to_string(state) +
           "\r\nContext: inbound\r\nExten: 5000\r\nUniqueid: " + id + "\r\nLinkedid: 1.1\r\nApplication: " + application;
  };
  bench.channels = {listed("PJSIP/trunk-1", "1.1", 6, "Queue"), listed("PJSIP/agent1-2", "1.2", 5, "AppQueue"),
                    listed("PJSIP/agent2-3", "1.3", 6, "AppQueue")};
  bench.queues = {"Event: QueueMember\r\nQueue: q1\r\nLocation: PJSIP/agent1\r\nStateInterface: PJSIP/agent1\r\nPaused: 0",
                  "Event: QueueEntry\r\nQueue: q1\r\nUniqueid: 1.1"};
  bench.take(bench.machine.closed("cut", bench.now));
  bench.pass(std::chrono::seconds(1));
  bench.live();
  EXPECT_EQ(bench.events.back(), "offered 1.1 of q1 to PJSIP/agent1");
  bench.forget();
  say({state("1.2", 6), dial_end("1.2", "ANSWER"), leaves_queue("1.1", "q1"),
       "Event: AgentConnect\r\nUniqueid: 1.1\r\nDestUniqueid: 1.2\r\nQueue: q1\r\nInterface: PJSIP/agent1"});
  EXPECT_THAT(bench.events, ElementsAre("connected 1.2", "offer of 1.1 to PJSIP/agent1 accepted", "unqueued 1.1 from q1 answered"));
}

}  // namespace
}  // namespace callwright::cti::ami::test
