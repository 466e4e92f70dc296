// What single words of FreeSWITCH mean, in every order in which they may come.
#include <gmock/gmock.h>

#include "tests/unit/cti_freeswitch/bench.hpp"

namespace callwright::cti::freeswitch::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

/// A live link, and channels: `a` calls in over a trunk, `b` is the phone of 1001, `d` that of 1002.
class Words : public testing::Test {
 protected:
  void SetUp() override { bench.live(); }

  void say(const std::string& name, const std::string& id, const std::string& more = {}) {
    const std::string stamp = R"(,"Event-Date-Timestamp":")" + std::to_string(bench.now.us) + "\"";
    bench.event(R"("Event-Name":")" + name + R"(","Unique-ID":")" + id + "\"" + channel_of(id) + stamp + (more.empty() ? "" : "," + more));
  }
  std::string channel_of(const std::string& id) {
    if (id == "a") return R"(,"Channel-Name":"sofia/external/+49301@10.0.0.9","Call-Direction":"inbound","Caller-Caller-ID-Number":"+49301","Caller-Destination-Number":"800")";
    const std::string user = id == "b" ? "1001" : id == "d" ? "1002" : "";
    if (user.empty()) return {};
    return R"(,"Channel-Name":"sofia/internal/)" + user + R"(@10.0.0.5:5060","Call-Direction":"outbound","Channel-Presence-ID":")" + user +
           R"(@127.0.0.1","variable_dialed_user":")" + user + R"(","variable_dialed_domain":"127.0.0.1")";
  }
  void bridge(const std::string& one, const std::string& two) {
    say("CHANNEL_BRIDGE", one, R"("Bridge-A-Unique-ID":")" + one + R"(","Bridge-B-Unique-ID":")" + two + "\"");
  }
  void unbridge(const std::string& one, const std::string& two, const std::string& more = {}) {
    say("CHANNEL_UNBRIDGE", one, R"("Bridge-A-Unique-ID":")" + one + R"(","Bridge-B-Unique-ID":")" + two + "\"" + (more.empty() ? "" : "," + more));
  }
  std::string transferred(const std::string& to) {
    return R"("Caller-Transfer-Source":")" + std::to_string(bench.now.us / 1'000'000) + ":x:" + to + "\"";
  }
  /// The caller talks to 1001.
  void talk() {
    say("CHANNEL_CREATE", "a");
    say("CHANNEL_CREATE", "b");
    say("CHANNEL_ANSWER", "b");
    say("CHANNEL_ANSWER", "a");
    bridge("a", "b");
    bench.events();
  }
  std::vector<std::string> events() { return bench.events(); }

  static constexpr const char* kBye = R"("Hangup-Cause":"NORMAL_CLEARING","variable_sip_term_status":"200")";
  static constexpr const char* kCleared = R"("Hangup-Cause":"NORMAL_CLEARING")";
  Bench bench;
};

/// Complaint 4: CHANNEL_HANGUP_COMPLETE does not always come.
TEST_F(Words, HangupEndsTheLegAndCompleteOnlySaysMore) {
  talk();
  say("CHANNEL_HANGUP", "a", kBye);
  EXPECT_THAT(events(), ElementsAre("leaves a a+b", "leaves b a+b", "gone a normal 16 by customer"));
  say("CHANNEL_HANGUP", "b", kCleared);
  EXPECT_THAT(events(), ElementsAre("gone b normal 16 by network"));
  unbridge("a", "b");
  say("CHANNEL_HANGUP_COMPLETE", "a", R"("Hangup-Cause":"NORMAL_CLEARING","variable_sip_hangup_disposition":"recv_bye")");
  say("CHANNEL_DESTROY", "a");
  say("CALL_UPDATE", "a");
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(Words, CompleteAloneIsAnEndAndSoIsDestroy) {
  talk();
  say("CHANNEL_HANGUP_COMPLETE", "a", R"("Hangup-Cause":"NORMAL_CLEARING","variable_sip_hangup_disposition":"recv_bye")");
  EXPECT_THAT(events(), Contains("gone a normal 16 by customer"));
  say("CHANNEL_DESTROY", "b", kCleared);
  EXPECT_THAT(events(), ElementsAre("gone b normal 16 by network"));
}

TEST_F(Words, WhatWasRepeatedIsToldOnce) {
  for (int twice = 0; twice < 2; ++twice) say("CHANNEL_CREATE", "a");
  for (int twice = 0; twice < 2; ++twice) say("CHANNEL_ANSWER", "a");
  for (int twice = 0; twice < 2; ++twice) say("CHANNEL_CREATE", "b");
  for (int twice = 0; twice < 2; ++twice) say("CHANNEL_PROGRESS", "b");
  for (int twice = 0; twice < 2; ++twice) bridge("a", "b");
  for (int twice = 0; twice < 2; ++twice) say("CHANNEL_HOLD", "b");
  for (int twice = 0; twice < 2; ++twice) unbridge("a", "b");
  for (int twice = 0; twice < 2; ++twice) say("CHANNEL_HANGUP", "a", kBye);
  EXPECT_THAT(events(),
              ElementsAre("made a sofia/external trunk from +49301 to 800", "connected a", "made b user/1001@127.0.0.1 station", "dialing b", "alerting b",
                          "connected b", "joins a a+b", "joins b a+b", "held b", "leaves a a+b", "leaves b a+b", "gone a normal 16 by customer"));
}

TEST_F(Words, ALegIsMetByWhateverIsSaidOfItFirst) {
  say("CHANNEL_ANSWER", "a", R"("Answer-State":"answered")");
  EXPECT_THAT(events(), ElementsAre("made a sofia/external trunk from +49301 to 800", "connected a"));
  say("CHANNEL_HANGUP", "d", kBye);
  say("CHANNEL_PROGRESS", "d");
  EXPECT_THAT(events(), IsEmpty()) << "but not by its end, nor after it";
}

/// Complaint 9: what an agent's phone dials is inbound for FreeSWITCH, and no caller.
TEST_F(Words, WhoCallsWhomIsToldByTheClassOfTheDeviceAndNotByFreeSwitchsDirection) {
  bench.event(R"("Event-Name":"CHANNEL_CREATE","Unique-ID":"x","Channel-Name":"sofia/internal/1001@127.0.0.1","Call-Direction":"inbound",)"
              R"("Channel-Presence-ID":"1001@127.0.0.1","Caller-Destination-Number":"0441632960123")");
  bench.event(R"("Event-Name":"CHANNEL_CREATE","Unique-ID":"y","Channel-Name":"sofia/external/441632960123@carrier","Call-Direction":"outbound",)"
              R"("variable_sip_gateway_name":"carrier")");
  std::vector<model::LegCreated> legs;
  for (const link::Action& action : bench.actions)
    if (const auto* emit = std::get_if<link::Emit>(&action))
      if (const auto* made = std::get_if<model::LegCreated>(&emit->event.body)) legs.push_back(*made);
  ASSERT_EQ(legs.size(), 2U);
  EXPECT_EQ(legs[0].device, "user/1001@127.0.0.1");
  EXPECT_EQ(legs[0].device_class, model::DeviceClass::station) << "a phone opens no contact, whatever its direction";
  EXPECT_EQ(legs[1].device, "sofia/gateway/carrier");
  EXPECT_EQ(legs[1].device_class, model::DeviceClass::trunk);
  EXPECT_EQ(legs[1].direction, journal::Direction::outbound);
}

TEST_F(Words, ACallerIsNobodysPhoneWhateverNumberHeShows) {
  bench.event(R"("Event-Name":"CHANNEL_CREATE","Unique-ID":"x","Channel-Name":"sofia/external/1001@127.0.0.1","Call-Direction":"inbound",)"
              R"("Channel-Presence-ID":"1001@127.0.0.1","variable_dialed_user":"1002","variable_dialed_domain":"127.0.0.1")");
  EXPECT_THAT(events(), ElementsAre("made x sofia/external trunk"));
}

TEST(EslDevices, AreNamedAsTheyAreDialled) {
  const Devices devices({"user/1001@example.org", "user/1002", "sofia/internal/1003@10.0.0.5", "verto.rtc/1004"}, {"external"});
  EXPECT_EQ(devices.station({.name = "sofia/internal/1001@10.1.1.1:5060", .presence = "1001@example.org"}), "user/1001@example.org");
  EXPECT_EQ(devices.station({.name = "sofia/internal/1001@10.1.1.1:5060", .presence = "1001@other.org"}), "");
  EXPECT_EQ(devices.station({.name = "sofia/internal/x", .dialed_user = "1001", .dialed_domain = "example.org"}), "user/1001@example.org");
  EXPECT_EQ(devices.station({.name = "sofia/internal/1002@10.1.1.1", .presence = "1002@anywhere"}), "user/1002");
  EXPECT_EQ(devices.station({.name = "sofia/internal/1003@10.0.0.5:5060"}), "sofia/internal/1003@10.0.0.5");
  EXPECT_EQ(devices.station({.name = "sofia/internal/1003@10.0.0.57"}), "");
  EXPECT_EQ(devices.station({.name = "sofia/internal/2001@10.0.0.5", .presence = "2001@example.org"}), "");
  EXPECT_EQ(devices.of_dial_string("[leg_timeout=5]user/1001@example.org"), "user/1001@example.org");
  EXPECT_EQ(devices.of_dial_string("{a=b}[c=d]user/1002@example.org"), "user/1002");
  EXPECT_EQ(devices.of_dial_string("[x=1]sofia/gateway/out/123"), "sofia/gateway/out/123");
  EXPECT_EQ(Devices::trunk({.name = "sofia/external/+49301@carrier"}), "sofia/external");
  EXPECT_EQ(Devices::trunk({.name = "sofia/external/+49301@carrier", .gateway = "out"}), "sofia/gateway/out");
  EXPECT_EQ(Devices::trunk({.name = "verto.rtc/1004"}), "verto.rtc");
}

TEST_F(Words, LoopbackHalvesAreOneWire) {
  const auto half = [&](const std::string& id, const std::string& other) {
    bench.event(R"("Event-Name":"CHANNEL_CREATE","Unique-ID":")" + id + R"(","Channel-Name":"loopback/1001-)" + id +
                R"(","Call-Direction":"outbound","variable_other_loopback_leg_uuid":")" + other + "\"");
  };
  half("a1", "b1");
  half("b1", "a1");
  EXPECT_THAT(events(), ElementsAre("made a1 loopback local_half", "made b1 loopback local_half", "pair a1 b1"));
  bench.event(R"("Event-Name":"CHANNEL_PARK","Unique-ID":"b1","Channel-Name":"loopback/1001-b1","variable_callwright_entry":"support")");
  EXPECT_THAT(bench.sent(), ElementsAre("api uuid_transfer b1 s XML fallback")) << "a hidden half cannot be queued";
  EXPECT_EQ(bench.machine.more().local_callers, 1U);
}

TEST_F(Words, AChannelThatGetsAnotherIdStaysWhoItWas) {
  talk();
  bench.event(R"("Event-Name":"CHANNEL_UUID","Unique-ID":"z","Old-Unique-ID":"a")");
  EXPECT_THAT(events(), ElementsAre("made z sofia/external unknown from +49301", "replaced a by z", "gone a normal 0 by network"));
  unbridge("z", "b");
  say("CHANNEL_HANGUP", "z", kBye);
  EXPECT_THAT(events(), ElementsAre("leaves z a+b", "leaves b a+b", "gone z normal 16 by customer"));
}

TEST_F(Words, ACallersOtherNumberIsToldAndAnAgentsIsNot) {
  talk();
  say("CALL_UPDATE", "b", R"("Caller-Caller-ID-Number":"77")");
  say("CALL_UPDATE", "a");
  EXPECT_THAT(events(), IsEmpty());
  bench.event(R"("Event-Name":"CALL_UPDATE","Unique-ID":"a","Channel-Name":"sofia/external/x","Caller-Caller-ID-Number":"+49302","Caller-Caller-ID-Name":"Ann")");
  EXPECT_THAT(events(), ElementsAre("party a +49302"));
}

TEST_F(Words, BytesThatAreNoTextStayOutOfTheModel) {
  bench.event(R"("Event-Name":"CHANNEL_CREATE","Unique-ID":"a b","Channel-Name":"sofia/external/x","Call-Direction":"inbound")");
  EXPECT_EQ(bench.machine.counters().malformed, 1U) << "an id with a blank could not be named in a command";
  bench.actions.clear();
  bench.event("\"Event-Name\":\"CHANNEL_CREATE\",\"Unique-ID\":\"x\",\"Channel-Name\":\"sofia/external/x\",\"Caller-Caller-ID-Number\":\"4\xFF\xC3\"");
  EXPECT_THAT(events(), ElementsAre("made x sofia/external trunk from 4\xEF\xBF\xBD\xEF\xBF\xBD"));
}

// --- transfers (complaint 15: each order of what is said, the survivor kept, the orphan released, nothing said twice) ----------------------------------

const std::vector<std::string> kHandedOn = {"made a/dialplan  local_half", "replaced b by a/dialplan"};

TEST_F(Words, BlindTransferOfTheCaller) {
  talk();
  say("CHANNEL_HANGUP", "b", kCleared);
  EXPECT_THAT(events(), IsEmpty()) << "what becomes of the caller decides what this means";
  say("CHANNEL_HANGUP_COMPLETE", "b", kCleared);
  unbridge("a", "b", transferred("bl_xfer:1002/default/XML"));
  EXPECT_THAT(events(), ElementsAre("leaves a a+b", "leaves b a+b", "made a/dialplan  local_half", "replaced b by a/dialplan",
                                    "transfer blind completed of a by b to 1002", "gone b normal 16 by network"));
  say("CHANNEL_CREATE", "d");
  say("CHANNEL_ANSWER", "d");
  bridge("a", "d");
  EXPECT_THAT(events(), ElementsAre("made d user/1002@127.0.0.1 station", "dialing d", "connected d", "joins a a+d", "joins d a+d",
                                    "gone a/dialplan normal 0 by network"));
  bench.pass(1s);
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(Words, BlindTransferThatIsToldBeforeThePhoneHangsUp) {
  talk();
  unbridge("a", "b", transferred("bl_xfer:1002/default/XML"));
  EXPECT_THAT(events(), ElementsAre("leaves a a+b", "leaves b a+b"));
  say("CHANNEL_HANGUP", "b", kBye);  // the phone's BYE came right after the 202
  EXPECT_THAT(events(), ElementsAre("made a/dialplan  local_half", "replaced b by a/dialplan", "transfer blind completed of a by b to 1002",
                                    "gone b normal 16 by agent"));
}

TEST_F(Words, BlindTransferThatThePhonesOwnEndTells) {
  talk();
  say("CHANNEL_HANGUP", "b",
      R"("Hangup-Cause":"NORMAL_CLEARING","variable_transfer_disposition":"recv_replace","variable_transfer_destination":"blind:1002")");
  EXPECT_THAT(events(), ElementsAre("leaves b a+b", "leaves a a+b", "made a/dialplan  local_half", "replaced b by a/dialplan",
                                    "transfer blind completed of a by b to 1002", "gone b normal 16 by agent"));
  unbridge("a", "b", transferred("bl_xfer:1002/default/XML"));
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(Words, WhoIsTransferredAndGivesUpEndsWithTheDialplanThatLedHim) {
  talk();
  say("CHANNEL_HANGUP", "b", kCleared);
  unbridge("a", "b", transferred("bl_xfer:1002/default/XML"));
  say("CHANNEL_CREATE", "d");
  say("CHANNEL_PROGRESS", "d");
  bench.events();
  say("CHANNEL_HANGUP", "a", kBye);
  say("CHANNEL_HANGUP", "d", R"("Hangup-Cause":"ORIGINATOR_CANCEL")");
  EXPECT_THAT(events(), ElementsAre("gone a normal 16 by customer", "gone a/dialplan normal 0 by network", "gone d caller_cancel 487 by network"));
}

TEST_F(Words, AttendedTransfer) {
  talk();
  say("CHANNEL_CREATE", "d");
  say("CHANNEL_ANSWER", "d");
  bench.events();
  say("CHANNEL_HANGUP", "b",
      R"("Hangup-Cause":"NORMAL_CLEARING","variable_transfer_disposition":"recv_replace","variable_transfer_to":"att:d","variable_refer_uuid":"c")");
  unbridge("a", "b", transferred("uuid_br:d"));
  EXPECT_THAT(events(), ElementsAre("leaves a a+b", "leaves b a+b"));
  bridge("a", "d");
  EXPECT_THAT(events(), ElementsAre("joins a a+d", "joins d a+d", "transfer attended completed of a by b consulting on c", "gone b normal 16 by agent"));
}

TEST_F(Words, AttendedTransferWhoseCallerHangsUpMeanwhileIsNone) {
  talk();
  say("CHANNEL_HANGUP", "b",
      R"("Hangup-Cause":"NORMAL_CLEARING","variable_transfer_disposition":"recv_replace","variable_transfer_to":"att:d","variable_refer_uuid":"c")");
  say("CHANNEL_HANGUP", "a", kBye);
  EXPECT_THAT(events(), ElementsAre("leaves b a+b", "leaves a a+b", "gone b normal 16 by agent", "gone a normal 16 by customer"));
}

TEST_F(Words, ATransferOfLongAgoIsNotTakenForThisOne) {
  const std::string old = transferred("bl_xfer:1001/default/XML");
  bench.pass(1s);
  talk();
  bench.now = bench.now + 60s;
  say("CHANNEL_HANGUP", "b", kBye);
  unbridge("a", "b", old);
  say("CHANNEL_HANGUP", "a", kCleared);
  EXPECT_THAT(events(), ElementsAre("leaves a a+b", "leaves b a+b", "gone b normal 16 by agent", "gone a normal 16 by network"));
}

TEST_F(Words, AnAgentWhoHangsUpWaitsForNothingButTheCallersEnd) {
  talk();
  say("CHANNEL_HANGUP", "b", kBye);
  unbridge("a", "b");
  EXPECT_THAT(events(), ElementsAre("leaves a a+b", "leaves b a+b"));
  say("CHANNEL_HANGUP", "a", kCleared);
  EXPECT_THAT(events(), ElementsAre("gone b normal 16 by agent", "gone a normal 16 by network"));
}

TEST_F(Words, WhomTheDialplanLeadsOnWithoutAWordIsNotAlone) {
  talk();
  say("CHANNEL_HANGUP", "b", kBye);
  unbridge("a", "b");
  bench.events();
  bench.pass(299ms);
  EXPECT_THAT(events(), IsEmpty());
  bench.pass(1ms);
  EXPECT_THAT(events(), ElementsAre("made a/dialplan  local_half", "replaced b by a/dialplan", "gone b normal 16 by agent"));
  bench.command(model::End{"a/dialplan"});
  EXPECT_THAT(bench.sent(), IsEmpty()) << "it is no channel of the switch";
  EXPECT_EQ(bench.machine.counters().commands_refused, 0U);
}

TEST_F(Words, ABridgeThatTakesTheCallerFromItsPhoneEndsThePhoneOnly) {
  talk();
  say("CHANNEL_CREATE", "d");
  say("CHANNEL_ANSWER", "d");
  bench.events();
  say("CHANNEL_HANGUP", "b", kCleared);
  bridge("a", "d");
  EXPECT_THAT(events(), ElementsAre("leaves a a+b", "leaves b a+b", "joins a a+d", "joins d a+d", "gone b normal 16 by network"));
}

// --- our callers ---------------------------------------------------------------------------------------------------------------------------------------

TEST_F(Words, ACallerIsOursWhenTheDialplanParksHimWithAnEntry) {
  say("CHANNEL_CREATE", "a");
  say("CHANNEL_PARK", "a");
  EXPECT_THAT(events(), ElementsAre("made a sofia/external trunk from +49301 to 800")) << "who is parked without one is somebody else's";
  say("CHANNEL_PARK", "a", R"("variable_callwright_entry":"support")");
  EXPECT_THAT(events(), ElementsAre("route a support"));
}

TEST_F(Words, AParkedCallerIsOursAgainAfterHisAgentHasGone) {
  say("CHANNEL_CREATE", "a");
  say("CHANNEL_PARK", "a", R"("variable_callwright_entry":"support")");
  talk();
  say("CHANNEL_HANGUP", "b", kBye);
  say("CHANNEL_PARK", "a", R"("variable_callwright_entry":"support")");  // before the partner's CHANNEL_UNBRIDGE
  unbridge("a", "b");
  EXPECT_THAT(events(), ElementsAre("leaves a a+b", "leaves b a+b", "route a support", "gone b normal 16 by agent"));
}

TEST_F(Words, ATransferToAnEntryOfOursIsARouteAndLeavesNobodyAlone) {
  talk();
  say("CHANNEL_HANGUP", "b", kCleared);
  unbridge("a", "b", transferred("bl_xfer:801/default/XML"));
  bench.events();
  say("CHANNEL_PARK", "a", R"("variable_callwright_entry":"sales")");
  EXPECT_THAT(events(), ElementsAre("route a sales", "gone a/dialplan normal 0 by network"));
}

TEST_F(Words, WhoIsReleasedIsTheDialplansUntilHeIsParkedWithAnEntryAgain) {
  say("CHANNEL_CREATE", "a");
  say("CHANNEL_PARK", "a", R"("variable_callwright_entry":"support")");
  bench.answer("+OK\n");  // to CALLWRIGHT_ALIVE
  bench.actions.clear();
  bench.command(model::Release{"a"});
  EXPECT_THAT(bench.said(), ElementsAre("send api uuid_setvar a callwright_entry", "send api uuid_transfer a s XML fallback"));
  bench.answer("+OK\n");
  EXPECT_THAT(bench.said(), IsEmpty());
  bench.answer("+OK\n");
  EXPECT_THAT(events(), ElementsAre("gone a transferred 0 by us"));
  say("CHANNEL_CREATE", "d");
  bridge("a", "d");
  unbridge("a", "d");
  EXPECT_THAT(events(), ElementsAre("made d user/1002@127.0.0.1 station", "dialing d"));
  say("CHANNEL_PARK", "a", R"("variable_callwright_entry":"sales")");
  EXPECT_THAT(events(), ElementsAre("made a sofia/external trunk from +49301 to 800", "route a sales"));
}

TEST_F(Words, AReleaseThatTheSwitchRefusesLeavesHimWhereHeIs) {
  say("CHANNEL_CREATE", "a");
  say("CHANNEL_PARK", "a", R"("variable_callwright_entry":"support")");
  bench.answer("+OK\n");
  bench.command(model::Release{"a"});
  bench.actions.clear();
  bench.answer("+OK\n");
  bench.answer("-ERR No such channel!\n");
  EXPECT_THAT(bench.said(), ElementsAre("log request_failed"));
  EXPECT_EQ(bench.machine.counters().failed_requests, 1U);
}

TEST_F(Words, ALegOfOursIsConnectedWhenItIsParkedAndNotWhenItAnswers) {
  const std::string leg = R"("Channel-Name":"sofia/internal/1001@10.0.0.5:5060","Call-Direction":"outbound","variable_dialed_user":"1001","variable_dialed_domain":"127.0.0.1")";
  say("CHANNEL_CREATE", "cw-7-8-1", leg);
  say("CHANNEL_PROGRESS", "cw-7-8-1", leg);
  say("CHANNEL_ANSWER", "cw-7-8-1", leg);
  EXPECT_THAT(events(), ElementsAre("made cw-7-8-1 user/1001@127.0.0.1 station contact 7 offer 8", "dialing cw-7-8-1", "alerting cw-7-8-1"));
  say("CHANNEL_PARK", "cw-7-8-1", leg);
  EXPECT_THAT(events(), ElementsAre("connected cw-7-8-1"));
}

TEST_F(Words, ACustomerWhomWeCallIsATrunksLeg) {
  const std::string leg = R"("Channel-Name":"sofia/external/441632960123@carrier","Call-Direction":"outbound","variable_sip_gateway_name":"carrier")";
  say("CHANNEL_CREATE", "cw-7-c1-40", leg);
  say("CHANNEL_HANGUP", "cw-7-c1-40", leg + R"(,"Hangup-Cause":"USER_BUSY","variable_sip_term_status":"486","variable_sip_hangup_disposition":"recv_refuse")");
  EXPECT_THAT(events(), ElementsAre("made cw-7-c1-40 sofia/gateway/carrier trunk contact 7", "dialing cw-7-c1-40", "gone cw-7-c1-40 busy 17 by customer"));
}

}  // namespace
}  // namespace callwright::cti::freeswitch::test
