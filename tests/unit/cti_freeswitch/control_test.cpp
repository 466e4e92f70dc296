// Routing on a FreeSWITCH: our commands, and the recordings in which a CTI routed, with our machine in that CTI's place.
#include <gmock/gmock.h>

#include "cti/freeswitch/request.hpp"
#include "cti/model/event_line.hpp"
#include "tests/unit/cti_freeswitch/bench.hpp"
#include "tests/unit/cti_freeswitch/replay_peer.hpp"

namespace callwright::cti::freeswitch::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// A switch that replays, our machine, and who decides: a core that parks, rings one phone after the other, bridges and hangs up.
class Stage {
 public:
  Stage(const std::string& scenario, std::vector<std::string> phones) : peer_(scenario), phones_(std::move(phones)) {
    bench.core = core_of(scenario);
    bench.take(bench.machine.start(bench.now));
    bench.take(bench.machine.opened(bench.now));
    bench.receive(ReplayPeer::greeting());
    turn();
    EXPECT_EQ(bench.machine.phase(), Machine::Phase::live);
    events.clear();
    sent.clear();
    bench.receive(peer_.begin());
    turn();
    while (peer_.waits_for().starts_with("api uuid_kill")) {  // the centre's own wish
      const std::string text = peer_.waits_for();
      bench.command(model::End{text.substr(14, text.find(' ', 14) - 14)});
      turn();
    }
  }
  bool finished() const { return peer_.finished(); }

  Bench bench;
  std::vector<std::string> events, sent;

 private:
  void turn() {
    while (!bench.actions.empty()) {
      for (const link::Action& action : std::exchange(bench.actions, {})) {
        if (const auto* emit = std::get_if<link::Emit>(&action)) decide(emit->event.body);
        if (const auto* send = std::get_if<link::Send>(&action)) {
          const std::string text = send->bytes.substr(0, send->bytes.size() - 2);
          if (!text.starts_with("api global_setvar")) sent.push_back(text);
          std::string said = peer_.command(text);
          if (text == "api global_getvar core_uuid") said = frame("Content-Type: api/response", bench.core);
          bench.receive(said);
        }
      }
    }
  }
  void decide(const model::SwitchEventBody& body) {
    events.push_back(letters_(model::line(body)));
    if (const auto* route = std::get_if<model::RouteAsked>(&body)) {
      if (talked_) return bench.command(model::End{route->native_id});
      bench.command(model::Park{route->native_id});
      ring();
    }
    if (const auto* state = std::get_if<model::LegStateSeen>(&body); state && state->state == journal::LegState::connected && state->native_id == ringing_)
      bench.command(model::Bridge{peer_.caller(), state->native_id});
    if (std::holds_alternative<model::LegEnteredBridge>(body)) talked_ = true;
    if (const auto* gone = std::get_if<model::LegGone>(&body)) {
      if (gone->native_id == peer_.caller() && !ringing_.empty() && !talked_) bench.command(model::End{ringing_, journal::Cause::caller_cancel});
      if (gone->native_id == ringing_ && !talked_) ring();
    }
  }
  void ring() {
    ringing_.clear();
    if (phones_.empty()) return;
    const OfferId offer{next_++};
    ringing_ = "cw-7-" + std::to_string(offer.value) + "-1";
    const std::string phone = phones_.front();
    phones_.erase(phones_.begin());
    bench.command(model::Ring{phone, peer_.caller(), "2001", "Alice", offer, 10s});
  }

  ReplayPeer peer_;
  std::vector<std::string> phones_;
  Letters letters_;
  std::string ringing_;
  std::int64_t next_ = 8;
  bool talked_ = false;
};

const std::string kAgent = "user/1001@127.0.0.1";

TEST(EslControl, AnsweredCallThatTheCallerEnds) {
  Stage stage("acd_park_originate_bridge_caller_hangup", {kAgent});
  EXPECT_TRUE(stage.finished());
  EXPECT_THAT(stage.events,
              ElementsAre("made A sofia/internal trunk from 2001 to 5000", "connected A", "route A 5000",
                          "made cw-7-8-1 user/1001@127.0.0.1 station contact 7 offer 8", "dialing cw-7-8-1", "alerting cw-7-8-1", "connected cw-7-8-1",
                          "joins A A+cw-7-8-1", "joins cw-7-8-1 A+cw-7-8-1", "leaves A A+cw-7-8-1", "leaves cw-7-8-1 A+cw-7-8-1",
                          "gone A normal 16 by customer", "gone cw-7-8-1 normal 16 by network"));
  ASSERT_EQ(stage.sent.size(), 4U);
  EXPECT_THAT(stage.sent[0], StartsWith("api uuid_answer "));
  EXPECT_THAT(stage.sent[1], StartsWith("api uuid_broadcast "));
  EXPECT_EQ(stage.sent[2],
            "bgapi originate {origination_uuid=cw-7-8-1,originate_timeout=10,ignore_early_media=true,callwright_contact=7,callwright_offer=8,"
            "callwright_epoch=1,origination_caller_id_number=2001,origination_caller_id_name='Alice'}user/1001@127.0.0.1 &park()\nJob-UUID: cw-1-40-0-1");
  EXPECT_THAT(stage.sent[3], StartsWith("api uuid_bridge "));
  EXPECT_THAT(stage.sent[3], HasSubstr(" cw-7-8-1"));
  EXPECT_EQ(stage.bench.machine.counters().failed_requests, 0U);
  EXPECT_EQ(stage.bench.machine.counters().unknown_replies, 0U);
}

TEST(EslControl, AnsweredCallThatTheAgentEnds) {
  Stage stage("acd_park_originate_bridge_agent_hangup", {kAgent});
  EXPECT_TRUE(stage.finished());
  EXPECT_THAT(stage.events, Contains("gone cw-7-8-1 normal 16 by agent"));
  EXPECT_THAT(stage.events, Contains("gone A normal 16 by network"));
}

TEST(EslControl, CallThatTheCentreEnds) {
  Stage stage("acd_cti_hangup", {kAgent});
  EXPECT_TRUE(stage.finished());
  EXPECT_THAT(stage.events, Contains("gone A normal 16 by us"));
  EXPECT_THAT(stage.events, Contains("gone cw-7-8-1 normal 16 by network"));
}

TEST(EslControl, CallerIsParkedAgainWhenHisAgentHangsUp) {
  Stage stage("acd_agent_hangup_park_after_bridge", {kAgent});
  EXPECT_TRUE(stage.finished());
  const std::vector<std::string> end(stage.events.end() - 5, stage.events.end());
  EXPECT_THAT(end, ElementsAre("leaves A A+cw-7-8-1", "leaves cw-7-8-1 A+cw-7-8-1", "route A 5000", "gone cw-7-8-1 normal 16 by agent",
                               "gone A normal 16 by us"));
}

TEST(EslControl, NoAnswerAndThenTheNextAgent) {
  Stage stage("acd_agent_no_answer", {kAgent, "user/1002@127.0.0.1"});
  EXPECT_TRUE(stage.finished());
  EXPECT_THAT(stage.events,
              ElementsAre("made A sofia/internal trunk from 2001 to 5000", "connected A", "route A 5000",
                          "made cw-7-8-1 user/1001@127.0.0.1 station contact 7 offer 8", "dialing cw-7-8-1", "alerting cw-7-8-1",
                          "gone cw-7-8-1 no_answer 19 by network", "made cw-7-9-1 user/1002@127.0.0.1 station contact 7 offer 9", "dialing cw-7-9-1",
                          "alerting cw-7-9-1", "connected cw-7-9-1", "joins A A+cw-7-9-1", "joins cw-7-9-1 A+cw-7-9-1", "leaves A A+cw-7-9-1",
                          "leaves cw-7-9-1 A+cw-7-9-1", "gone A normal 16 by customer", "gone cw-7-9-1 normal 16 by network"));
}

TEST(EslControl, CallerWhoGivesUpWhileTheAgentRings) {
  Stage stage("acd_caller_abandons_while_agent_rings", {kAgent});
  EXPECT_TRUE(stage.finished());
  EXPECT_THAT(stage.events, ElementsAre("made A sofia/internal trunk from 2001 to 5000", "connected A", "route A 5000",
                                        "made cw-7-8-1 user/1001@127.0.0.1 station contact 7 offer 8", "dialing cw-7-8-1", "alerting cw-7-8-1",
                                        "gone A normal 16 by customer", "gone cw-7-8-1 caller_cancel 487 by us"));
  EXPECT_EQ(stage.sent.back(), "api uuid_kill cw-7-8-1 ORIGINATOR_CANCEL") << "FreeSWITCH does not link the two";
}

TEST(EslControl, BusyDeclinedUnknownAndUnreachableAgentsEndTheirOffersAndNotTheCaller) {
  Stage stage("acd_agent_busy_and_unreachable", {kAgent, "user/1002@127.0.0.1", "user/1099@127.0.0.1", "sofia/internal/1050@127.0.0.1:17999"});
  EXPECT_TRUE(stage.finished());
  EXPECT_THAT(stage.events,
              ElementsAre("made A sofia/internal trunk from 2001 to 5000", "connected A", "route A 5000",
                          "made cw-7-8-1 user/1001@127.0.0.1 station contact 7 offer 8", "dialing cw-7-8-1", "gone cw-7-8-1 busy 17 by agent",
                          "made cw-7-9-1 user/1002@127.0.0.1 station contact 7 offer 9", "dialing cw-7-9-1", "gone cw-7-9-1 rejected 21 by agent",
                          // Nothing but the job says so: it never became a channel.
                          "made cw-7-10-1 user/1099@127.0.0.1 station contact 7 offer 10", "gone cw-7-10-1 unreachable 20 by network",
                          "made cw-7-11-1 sofia/internal station contact 7 offer 11", "dialing cw-7-11-1", "gone cw-7-11-1 congestion 41 by network",
                          "gone A normal 16 by us"));
}

TEST(EslControl, CallerWhoWaitsUnansweredIsAnsweredByPark) {
  Stage stage("acd_park_unanswered_caller", {kAgent});
  EXPECT_TRUE(stage.finished());
  const std::vector<std::string> begin(stage.events.begin(), stage.events.begin() + 4);
  EXPECT_THAT(begin, ElementsAre("made A sofia/internal trunk from 2001 to 5001", "route A 5000", "connected A",
                                 "made cw-7-8-1 user/1001@127.0.0.1 station contact 7 offer 8"));
}

// --- one command at a time -------------------------------------------------------------------------------------------------------------------------------

class EslCommands : public testing::Test {
 protected:
  void SetUp() override {
    bench.live();
    bench.answer("+OK\n");  // to CALLWRIGHT_ALIVE
    bench.actions.clear();
  }
  std::vector<std::string> sends(model::CommandBody body) {
    bench.actions.clear();
    bench.command(std::move(body));
    return bench.sent();
  }
  Bench bench;
};

TEST_F(EslCommands, AreSaidInFreeSwitchsWords) {
  EXPECT_THAT(sends(model::Park{"a"}), ElementsAre("api uuid_answer a", "api uuid_broadcast a local_stream://moh aleg"));
  EXPECT_THAT(sends(model::Bridge{"a", "cw-7-8-1"}), ElementsAre("api uuid_bridge a cw-7-8-1"));
  EXPECT_THAT(sends(model::Hold{"a", "cw-7-8-1"}), ElementsAre("api uuid_hold cw-7-8-1"));
  EXPECT_THAT(sends(model::Retrieve{"a", "cw-7-8-1"}), ElementsAre("api uuid_hold off cw-7-8-1"));
  EXPECT_THAT(sends(model::End{"a", journal::Cause::busy}), ElementsAre("api uuid_kill a USER_BUSY"));
  EXPECT_THAT(sends(model::End{"cw-7-8-1", journal::Cause::elsewhere}), ElementsAre("api uuid_kill cw-7-8-1 LOSE_RACE"));
  EXPECT_THAT(sends(model::Dtmf{"a", "12#"}), ElementsAre("api uuid_send_dtmf a 12#"));
  EXPECT_THAT(sends(model::Release{"a"}), ElementsAre("api uuid_setvar a callwright_entry", "api uuid_transfer a s XML fallback"));
  EXPECT_EQ(bench.machine.counters().commands_refused, 0U);
}

TEST_F(EslCommands, MusicThatPlaysIsNotBegunAgain) {
  bench.event(R"("Event-Name":"CHANNEL_CREATE","Unique-ID":"a","Channel-Name":"sofia/external/x","Call-Direction":"inbound")");
  EXPECT_THAT(sends(model::Park{"a"}), Contains(HasSubstr("uuid_broadcast")));
  EXPECT_THAT(sends(model::Park{"a"}), ElementsAre("api uuid_answer a"));
}

TEST_F(EslCommands, WhatItCannotDoIsCounted) {
  EXPECT_THAT(sends(model::Answer{"a"}), IsEmpty());
  EXPECT_THAT(sends(model::Play{"a", {}, {}, false}), IsEmpty());
  EXPECT_THAT(sends(model::Dial{"", "+441632960123", "", 20s}), IsEmpty());
  EXPECT_EQ(bench.machine.counters().commands_unsupported, 3U);
}

/// Whatever comes from outside, nothing of it becomes a second command or another word of one.
TEST_F(EslCommands, ValuesThatMeanSomethingElseWhereTheyArriveAreRefused) {
  for (const char* evil : {"", "a b", "a\nb", "a\n\nexit", "-both", "a;b", "a|b", "a'b", "a{b", "a}b", "$x", "a\x7F", "\xC3\xA4"}) {
    EXPECT_THAT(sends(model::Park{evil}), IsEmpty()) << evil;
    EXPECT_THAT(sends(model::Bridge{"a", evil}), IsEmpty()) << evil;
    EXPECT_THAT(sends(model::Bridge{evil, "a"}), IsEmpty()) << evil;
    EXPECT_THAT(sends(model::Hold{"a", evil}), IsEmpty()) << evil;
    EXPECT_THAT(sends(model::Retrieve{"a", evil}), IsEmpty()) << evil;
    EXPECT_THAT(sends(model::End{evil}), IsEmpty()) << evil;
    EXPECT_THAT(sends(model::Release{evil}), IsEmpty()) << evil;
    EXPECT_THAT(sends(model::Dtmf{evil, "1"}), IsEmpty()) << evil;
    EXPECT_THAT(sends(model::Dtmf{"a", evil}), IsEmpty()) << evil;
  }
  for (const char* evil : {"", "user", "user/", "/x", "user/1001 &system(x)", "user/1001,user/1002", "user/1001|user/1002", "user/1001:_:user/1002", "{a=b}user/1001",
                           "[a=b]user/1001", "user/1001\nJob-UUID: x", "user/${x}", "loopback/1001", "user/1001'", "error/busy", "user/1001>"})
    EXPECT_THAT(sends(model::Ring{evil, "a", "1", "n", OfferId{8}, 10s}), IsEmpty()) << evil;
  EXPECT_EQ(bench.machine.counters().commands_refused, 13U * 9U + 16U);
}

TEST_F(EslCommands, ATextThatAPhoneShowsIsReducedAndKeepsNoPhoneFromRinging) {
  const auto sent = sends(model::Ring{kAgent, "a", "+44 1632 960123;x", "O'Neill, {x}=[y]\n|<z> 王", OfferId{8}, 1500ms});
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_THAT(sent[0], HasSubstr(",origination_caller_id_number=+441632960123x,origination_caller_id_name='O\xE2\x80\x99Neill x y z 王'}user/1001"));
  EXPECT_THAT(sent[0], HasSubstr("originate_timeout=2,"));
}

TEST_F(EslCommands, ARingThatTheSwitchRefusesAtOnceIsALegThatBeganAndEnded) {
  bench.command(model::Ring{kAgent, "a", "1", "n", OfferId{8}, 10s});
  bench.actions.clear();
  bench.reply("-ERR command not found");
  EXPECT_THAT(bench.events(), ElementsAre("made cw-7-8-1 user/1001@127.0.0.1 station contact 7 offer 8", "gone cw-7-8-1 unknown 0 by network"));
}

TEST_F(EslCommands, ARingWhoseResultNeverComesEnds) {
  bench.command(model::Ring{kAgent, "a", "1", "n", OfferId{8}, 5s});
  bench.reply("+OK Job-UUID: cw-1-40-0-1");
  bench.actions.clear();
  for (int i = 0; i < 15; ++i) {
    bench.pass(1s);
    bench.answer("+OK\n");
  }
  EXPECT_THAT(bench.events(), ElementsAre("made cw-7-8-1 user/1001@127.0.0.1 station contact 7 offer 8", "gone cw-7-8-1 lost 0 by network"));
  bench.event(R"("Event-Name":"BACKGROUND_JOB","Job-UUID":"cw-1-40-0-1","Job-Command":"originate","_body":"-ERR NO_ANSWER\n")");
  EXPECT_THAT(bench.events(), IsEmpty());
  EXPECT_EQ(bench.machine.more().late_jobs, 1U) << "late jobs are ignored and counted";
  bench.event(R"("Event-Name":"BACKGROUND_JOB","Job-UUID":"90cecbb7-491f-4f7e-aaf8-c9dcc94a9ece","_body":"-ERR NO_ANSWER\n")");
  EXPECT_EQ(bench.machine.more().late_jobs, 1U) << "those of others are not";
}

TEST_F(EslCommands, ARingThatEventsHaveShownEndsWithThem) {
  bench.command(model::Ring{kAgent, "a", "1", "n", OfferId{8}, 5s});
  bench.reply("+OK Job-UUID: cw-1-40-0-1");
  const std::string leg = R"("Unique-ID":"cw-7-8-1","Channel-Name":"sofia/internal/1001@x","Call-Direction":"outbound","Channel-Presence-ID":"1001@127.0.0.1")";
  bench.event(R"("Event-Name":"CHANNEL_CREATE",)" + leg);
  bench.actions.clear();
  bench.event(R"("Event-Name":"BACKGROUND_JOB","Job-UUID":"cw-1-40-0-1","_body":"-ERR NO_ANSWER\n")");
  EXPECT_THAT(bench.events(), IsEmpty());
  bench.event(R"("Event-Name":"CHANNEL_HANGUP","Hangup-Cause":"NO_ANSWER",)" + leg);
  EXPECT_THAT(bench.events(), ElementsAre("gone cw-7-8-1 no_answer 19 by network"));
}

TEST_F(EslCommands, RepliesComeInTheOrderOfTheCommands) {
  bench.command(model::Ring{kAgent, "a", "1", "n", OfferId{8}, 5s});
  bench.command(model::End{"a"});
  bench.command(model::Ring{kAgent, "a", "1", "n", OfferId{9}, 5s});
  bench.actions.clear();
  bench.receive("Content-Type: command/reply\nReply-Text: -ERR x\n\nContent-Type: api/response\nContent-Length: 4\n\n+OK\nContent-Type: command/reply\nReply-Text: "
                "+OK Job-UUID: y\nJob-UUID: y\n\n");
  EXPECT_THAT(bench.events(), ElementsAre(StartsWith("made cw-7-8-1"), StartsWith("gone cw-7-8-1")));
  EXPECT_TRUE(bench.machine.idle());
}

TEST(EslDial, ACustomerIsCalledAsTheCentreSays) {
  Settings settings = Bench::usual();
  settings.dial = "sofia/gateway/carrier/{number}";
  Bench bench(settings);
  bench.sign_in();
  bench.give_snapshot();
  EXPECT_THAT(bench.said(), Contains("declare dial"));
  bench.command(model::Dial{settings.dial, "+441632960123", "+441632960000", 20s});
  EXPECT_THAT(bench.sent(), ElementsAre("bgapi originate {origination_uuid=cw-7-c1-40,originate_timeout=20,ignore_early_media=true,callwright_contact=7,"
                                        "callwright_epoch=1,origination_caller_id_number=+441632960000}sofia/gateway/carrier/+441632960123 &park()|Job-UUID: "
                                        "cw-1-40-0-1"));
  for (const char* evil : {"112", "+44x", "+0123456", "+441632960123,x", ""}) {
    bench.command(model::Dial{settings.dial, evil, "", 20s});
    EXPECT_THAT(bench.sent(), IsEmpty()) << evil;
  }
  EXPECT_EQ(filled("sofia/gateway/carrier/00{digits}", "+441632960123"), "sofia/gateway/carrier/00441632960123");
}

}  // namespace
}  // namespace callwright::cti::freeswitch::test
