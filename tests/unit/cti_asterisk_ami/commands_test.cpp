#include <gmock/gmock.h>

#include <set>

#include "cti/asterisk/ami/request.hpp"
#include "cti/asterisk/error.hpp"
#include "tests/unit/cti_asterisk_ami/bench_switch.hpp"

namespace callwright::cti::ami::test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kCaller =
    "Event: Newchannel\r\nChannel: PJSIP/trunk-1\r\nChannelState: 4\r\nCallerIDNum: 4930111\r\nContext: inbound\r\nExten: 5000\r\nUniqueid: 1.1";

Settings dialling() {
  Settings settings = Bench::usual();
  settings.dial_context = "callwright-called";
  settings.dial_extension = "s";
  return settings;
}
model::Dial dial(std::string to = "+441632960123") { return {"PJSIP/{number}@carrier", std::move(to), "+441632960000", 20s}; }

struct AmiCommands : testing::Test {
  void go(Settings settings = Bench::usual()) {
    bench.emplace(std::move(settings));
    bench->live();
    bench->event(kCaller);
    bench->forget();
  }
  std::optional<Bench> bench;
};

TEST_F(AmiCommands, EndHangsUpTheChannelByItsNameWithACause) {
  go();
  bench->command(model::End{"1.1", journal::Cause::busy});
  ASSERT_THAT(bench->sent, SizeIs(1));
  EXPECT_EQ(bench->sent[0].lines, "Action: Hangup\r\nActionID: " + bench->sent[0].id + "\r\nChannel: PJSIP/trunk-1\r\nCause: 17\r\n\r\n");
  EXPECT_THAT(bench->events, IsEmpty()) << "the event changes state, not the reply";
  bench->event("Event: Hangup\r\nUniqueid: 1.1\r\nCause: 17\r\nCause-txt: User busy");
  EXPECT_THAT(bench->events, ElementsAre("gone 1.1 busy 17 by us"));
}

TEST_F(AmiCommands, EndOfAChannelThatIsNotThereIsNotSent) {
  go();
  bench->command(model::End{"1.9"});
  EXPECT_THAT(bench->sent, IsEmpty());
  EXPECT_EQ(bench->machine.counters().commands_refused, 1U);
}

TEST_F(AmiCommands, AHangupOfAChannelThatIsGoneMeanwhileIsNoFailure) {
  go();
  bench->answers["Hangup"] = "Response: Error\r\nActionID: %\r\nMessage: No such channel\r\n\r\n";
  bench->command(model::End{"1.1"});
  EXPECT_EQ(bench->machine.counters().failed_requests, 0U);
  bench->answers["Hangup"] = "Response: Error\r\nActionID: %\r\nMessage: Permission denied\r\n\r\n";
  bench->command(model::End{"1.1"});
  EXPECT_EQ(bench->machine.counters().failed_requests, 1U);
  EXPECT_TRUE(bench->machine.idle());
}

TEST_F(AmiCommands, DigitsArePlayedOneByOne) {
  go();
  bench->command(model::Dtmf{"1.1", "1*#"});
  ASSERT_THAT(bench->sent, SizeIs(3));
  EXPECT_THAT(bench->sent[1].lines, AllOf(HasSubstr("Action: PlayDTMF\r\n"), HasSubstr("Channel: PJSIP/trunk-1\r\n"), HasSubstr("Digit: *\r\n")));
}

TEST_F(AmiCommands, DigitsThatAreNoneAreRefusedWhole) {
  go();
  for (const std::string digits : {"12x", "1\r\n", std::string(33, '1').c_str()}) bench->command(model::Dtmf{"1.1", digits});
  EXPECT_THAT(bench->sent, IsEmpty());
  EXPECT_EQ(bench->machine.counters().commands_refused, 3U);
}

TEST_F(AmiCommands, WhatAmiCannotDoIsUnsupported) {
  go();
  bench->command(model::Park{"1.1"});
  bench->command(model::Hold{"1.1", "1.2"});
  bench->command(model::Bridge{"1.1", "1.2"});
  bench->command(model::Release{"1.1"});
  bench->command(model::Ring{"PJSIP/agent1", "1.1", "", "", OfferId{8}, 20s});
  bench->command(dial());
  EXPECT_THAT(bench->sent, IsEmpty());
  EXPECT_EQ(bench->machine.counters().commands_unsupported, 6U);
  EXPECT_THAT(bench->events, ElementsAre("made cw-7-8-3 PJSIP/agent1 station contact 7 offer 8", "gone cw-7-8-3 not_allowed 0 by network",
                                         "made cw-7-c3-40 PJSIP/{number}@carrier trunk contact 7", "gone cw-7-c3-40 not_allowed 0 by network"))
      << "so that nothing waits for them";
}

/// Complaint 13: an Originate that blocks holds everything else.
TEST_F(AmiCommands, DialOriginatesAsynchronouslyWithOurIdAndSaysWhoseItIs) {
  go(dialling());
  bench->command(dial());
  ASSERT_THAT(bench->sent, SizeIs(1));
  EXPECT_EQ(bench->sent[0].lines,
            "Action: Originate\r\nActionID: " + bench->sent[0].id +
                "\r\nChannel: PJSIP/+441632960123@carrier\r\nContext: callwright-called\r\nExten: s\r\nPriority: 1\r\nAsync: true\r\n"
                "ChannelId: cw-7-c3-40\r\nTimeout: 20000\r\nCallerID: +441632960000\r\nVariable: CALLWRIGHT_CONTACT=7\r\n"
                "Variable: CALLWRIGHT_EPOCH=3\r\n\r\n");
  bench->event("Event: Newchannel\r\nChannel: PJSIP/carrier-7\r\nChannelState: 0\r\nContext: inbound\r\nExten: s\r\nUniqueid: cw-7-c3-40");
  bench->event("Event: Newstate\r\nUniqueid: cw-7-c3-40\r\nChannelState: 5");
  bench->event("Event: Newstate\r\nUniqueid: cw-7-c3-40\r\nChannelState: 6");
  bench->event("Event: OriginateResponse\r\nActionID: " + bench->sent[0].id + "\r\nResponse: Success\r\nReason: 4\r\nUniqueid: cw-7-c3-40");
  EXPECT_THAT(bench->events, ElementsAre("made cw-7-c3-40 PJSIP/carrier trunk contact 7", "alerting cw-7-c3-40", "connected cw-7-c3-40"));
}

TEST_F(AmiCommands, ASnapshotSaysWhoseADialledCustomerIs) {
  Bench fresh(dialling());
  fresh.channels = {
      "Event: CoreShowChannel\r\nChannel: PJSIP/carrier-7\r\nChannelState: 6\r\nContext: callwright-called\r\nExten: s\r\nUniqueid: "
      "cw-7-c3-40\r\nApplication: Wait"};
  fresh.live();
  EXPECT_EQ(fresh.events.at(1), "snapshot [cw-7-c3-40 PJSIP/carrier trunk contact 7 connected]");
}

TEST_F(AmiCommands, ACustomerWhoIsNotReachedIsToldAsBegunAndGone) {
  const std::pair<const char*, const char*> reasons[] = {
      {"0", "unreachable 0"}, {"1", "no_answer 1"}, {"3", "no_answer 3"}, {"5", "busy 5"}, {"8", "congestion 8"}};
  for (const auto& [reason, told] : reasons) {
    go(dialling());
    bench->command(dial());
    bench->event("Event: OriginateResponse\r\nActionID: " + bench->sent[0].id + "\r\nResponse: Failure\r\nReason: " + reason +
                 "\r\nUniqueid: <unknown>");
    EXPECT_THAT(bench->events,
                ElementsAre("made cw-7-c3-40 PJSIP/{number}@carrier trunk contact 7", "gone cw-7-c3-40 " + std::string(told) + " by network"));
  }
}

TEST_F(AmiCommands, AnOriginateThatIsRefusedAtOnceIsToldTheSameWay) {
  go(dialling());
  bench->answers["Originate"] = "Response: Error\r\nActionID: %\r\nMessage: Permission denied\r\n\r\n";
  bench->command(dial());
  EXPECT_THAT(bench->events, Contains("gone cw-7-c3-40 unknown 0 by network"));
  EXPECT_EQ(bench->machine.counters().failed_rings, 1U);
}

TEST_F(AmiCommands, SomebodyElsesOriginateSaysNothing) {
  go(dialling());
  bench->event("Event: OriginateResponse\r\nActionID: a6\r\nResponse: Failure\r\nReason: 3\r\nUniqueid: ami-ob-2");
  EXPECT_THAT(bench->events, IsEmpty());
}

TEST_F(AmiCommands, HostileValuesAreNotSent) {
  go(dialling());
  std::vector<model::Dial> hostile(6, dial());
  hostile[0].to = "112";
  hostile[1].to = "+44\r\nAction: Command";
  hostile[2].device = "Local/{number}@x";
  hostile[3].device = "PJSIP/{number}@x\r\nApplication: System";
  hostile[4].device = "PJSIP/{number}@x&PJSIP/other";
  hostile[5].timeout = 0s;
  for (const model::Dial& one : hostile) bench->command(one);
  EXPECT_THAT(bench->sent, IsEmpty());
  EXPECT_EQ(bench->machine.counters().commands_refused, hostile.size());
}

TEST(AmiRequest, RefusesWhatAnActionWouldReadAsItsOwnSyntax) {
  EXPECT_FALSE(request::hang_up("i", "/PJSIP.*/", 16)) << "a pattern would hang up everybody";
  EXPECT_FALSE(request::hang_up("i", "", 16));
  EXPECT_FALSE(request::hang_up("i", "PJSIP/a\r\nAction: x", 16));
  EXPECT_TRUE(request::hang_up("i", "Local/1001@agents-00000001;1", 16));
  EXPECT_FALSE(request::bridge_info("i", ""));
  EXPECT_FALSE(request::bridge_info("i", "a\nb"));
  EXPECT_FALSE(request::events("i", "call agent"));
  EXPECT_FALSE(request::filter_out("i", {"VarSet|.*"}));
  EXPECT_FALSE(request::filter_out_devices("i", ".*"));
  EXPECT_FALSE(request::login("i", "", "k"));
  const auto refused = request::play_dtmf("i", "PJSIP/a-1", 'x');
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, asterisk::errc::refused_value);
}

/// Complaint 13: crossed answers on a loaded connection.
TEST_F(AmiCommands, TenThousandActionsHaveTenThousandIdsAndAnyOrderOfAnswers) {
  go();
  bench->answers["PlayDTMF"] = "";
  for (int i = 0; i < 10'000; ++i) bench->command(model::Dtmf{"1.1", "1"}, i + 1);
  ASSERT_THAT(bench->sent, SizeIs(10'000));
  std::set<std::string> ids;
  for (const Sent& one : bench->sent) ids.insert(one.id);
  EXPECT_THAT(ids, SizeIs(10'000));
  EXPECT_FALSE(bench->machine.idle());
  std::string answers;
  for (auto one = bench->sent.rbegin(); one != bench->sent.rend(); ++one) answers += "Response: Success\r\nActionID: " + one->id + "\r\n\r\n";
  const std::string again = "Response: Success\r\nActionID: " + bench->sent[17].id + "\r\n\r\n";
  bench->say(answers);
  EXPECT_TRUE(bench->machine.idle());
  EXPECT_EQ(bench->machine.counters().unknown_replies, 0U);
  bench->say(again);
  EXPECT_EQ(bench->machine.counters().unknown_replies, 1U) << "a late answer is counted and ignored";
  bench->pass(4s);
  EXPECT_EQ(bench->machine.phase(), link::Machine::Phase::live);
}

TEST_F(AmiCommands, AnActionThatIsNotAnsweredInTimeEndsTheConnection) {
  go();
  bench->answers["Hangup"] = "";
  bench->command(model::End{"1.1"});
  bench->pass(2s);
  EXPECT_EQ(bench->machine.phase(), link::Machine::Phase::live);
  bench->pass(1s);
  EXPECT_THAT(bench->events, ElementsAre("lost: no answer in time"));
  EXPECT_EQ(bench->machine.counters().failed_requests, 1U);
}

TEST_F(AmiCommands, MoreActionsThanMayWaitEndTheConnection) {
  go();
  bench->answers["PlayDTMF"] = "";
  const std::string digits(32, '5');
  for (std::size_t i = 0; i < Machine::kPending / 32 + 1; ++i) bench->command(model::Dtmf{"1.1", digits});
  EXPECT_THAT(bench->events, ElementsAre("lost: too many actions wait for an answer"));
  EXPECT_EQ(bench->machine.counters().overflows, 1U);
}

TEST_F(AmiCommands, NewDevicesAreAskedForTheirState) {
  go();
  bench->device_states = {"Event: DeviceStateChange\r\nDevice: PJSIP/agent4\r\nState: INUSE"};
  bench->take(bench->machine.know_devices({"PJSIP/agent1", "PJSIP/agent4"}, bench->now));
  EXPECT_THAT(bench->events, ElementsAre("device PJSIP/agent4 busy"));
}

}  // namespace
}  // namespace callwright::cti::ami::test
