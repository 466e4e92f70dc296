#include "cti/asterisk/machine.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cti_asterisk/usual_call.hpp"

namespace callwright::cti::asterisk::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using namespace std::chrono_literals;

// --- connecting -----------------------------------------------------------------------------------------------------------

TEST(Machine, ConnectsInOrderAndTellsASnapshotBeforeAnythingElse) {
  Bench bench;
  bench.take(bench.machine.start(bench.now));
  EXPECT_THAT(bench.requests, ElementsAre("GET /asterisk/info"));
  EXPECT_EQ(bench.opened, 1);
  EXPECT_THAT(bench.events, IsEmpty());
  bench.take(bench.machine.socket_opened(bench.now));
  EXPECT_THAT(bench.requests,
              ElementsAre("GET /asterisk/info", "GET /asterisk/ping", "PUT /applications/callwright/eventFilter",
                          "POST /applications/callwright/subscription?eventSource=deviceState%3APJSIP%2Fagent1%2CdeviceState%3APJSIP%2Fagent2", "GET /bridges",
                          "GET /channels", "GET /endpoints", "POST /asterisk/variable?variable=CALLWRIGHT_ALIVE&value=0"));
  EXPECT_THAT(bench.events, ElementsAre("opened 1795323600000000", "snapshot", "device PJSIP/agent1 free unreachable", "device PJSIP/agent2 free unreachable"));
  EXPECT_EQ(bench.declared, 1);
  EXPECT_EQ(bench.emitted.front().source.name, "link:lab/3-1");
  EXPECT_EQ(bench.emitted.front().source.id, "1");
  EXPECT_EQ(bench.emitted.back().source.id, "4");
}

TEST(Machine, EventsDuringTheSnapshotComeAfterIt) {
  Bench bench;
  bench.answering = false;
  bench.take(bench.machine.start(bench.now));
  bench.answer_all();
  bench.take(bench.machine.socket_opened(bench.now));
  bench.text(start_of_caller());
  EXPECT_THAT(bench.events, IsEmpty());
  bench.answer_all();
  EXPECT_THAT(bench.events, ElementsAre(HasSubstr("opened"), "snapshot", HasSubstr("device"), HasSubstr("device"),
                                        "made lab-1.1 PJSIP/trunk trunk from 4930111 to 4000", "route lab-1.1 4000"));
}

/// Whatever request of the connection fails, and however, the next attempt brings the link up.
TEST(Machine, AFailureAtAnyStepOfConnectingIsTriedAgain) {
  const Reply failures[] = {{0, {}, Reply::Failure::timed_out}, {0, "connection refused", Reply::Failure::broken}, {500, "{}", {}}, {503, "", {}}, {200, "no json", {}}};
  for (const Reply& failure : failures)
    for (std::size_t step = 0; step < 7; ++step) {
      Bench bench;
      bench.answering = false;
      bench.take(bench.machine.start(bench.now));
      std::size_t at = 0;
      bool socket = false, failed = false;
      while (bench.machine.phase() != Machine::Phase::live && !failed) {
        if (bench.machine.phase() == Machine::Phase::opening && !std::exchange(socket, true)) bench.take(bench.machine.socket_opened(bench.now));
        ASSERT_FALSE(bench.waiting.empty());
        const Rest next = bench.waiting.front();
        bench.waiting.erase(bench.waiting.begin());
        failed = at++ == step;
        if (failed) bench.fail(next, failure);
        else bench.answer(next);
      }
      if (bench.machine.phase() == Machine::Phase::snapshot) bench.answer_all();  // only a subscription was refused: the link works without
      if (bench.machine.phase() == Machine::Phase::snapshot) bench.pass(Settings{}.trial_limit);  // or requests on the socket
      if (bench.machine.phase() == Machine::Phase::live) continue;
      EXPECT_THAT(bench.events, ElementsAre(HasSubstr("lost: "))) << "why it is not up";
      EXPECT_EQ(bench.machine.phase(), Machine::Phase::waiting) << step;
      bench.answering = true;
      bench.pass(1s);
      bench.take(bench.machine.socket_opened(bench.now));
      EXPECT_EQ(bench.machine.phase(), Machine::Phase::live) << step;
    }
}

TEST(Machine, PausesBetweenAttemptsGrowToTheirLimitAndDiffer) {
  Settings settings = Bench::usual();
  Bench bench(settings);
  bench.answering = false;
  bench.take(bench.machine.start(bench.now));
  std::vector<Duration> pauses;
  for (int attempt = 0; attempt < 8; ++attempt) {
    const Rest next = bench.waiting.front();
    bench.waiting.clear();
    bench.take(bench.machine.reply(next.id, {0, "refused", Reply::Failure::broken}, bench.now));
    pauses.push_back(*bench.machine.next_wake() - bench.now);
    bench.pass(pauses.back());
  }
  EXPECT_LE(pauses.front(), settings.first_retry);
  for (const Duration pause : pauses) EXPECT_LE(pause, settings.last_retry);
  EXPECT_GT(pauses.back(), settings.last_retry / 2 - 1us);
  EXPECT_NE(pauses[6], pauses[7]);
}

TEST(Machine, WhyALinkDoesNotComeUpIsToldOnce) {
  Bench bench;
  bench.answering = false;
  bench.take(bench.machine.start(bench.now));
  for (int attempt = 0; attempt < 3; ++attempt) {
    const Rest next = bench.waiting.front();
    bench.waiting.clear();
    bench.fail(next, {0, "TLS: certificate verify failed", Reply::Failure::broken});
    bench.pass(5s);
  }
  EXPECT_THAT(bench.events, ElementsAre(HasSubstr("TLS: certificate verify failed")));
  EXPECT_EQ(std::ranges::count(bench.logs, "link_not_connected"), 3);
}

TEST(Machine, ARefusedAccountIsNotTriedAgain) {
  for (const int status : {401, 403}) {
    Bench bench;
    bench.answering = false;
    bench.take(bench.machine.start(bench.now));
    bench.answer(bench.waiting.front(), status);
    EXPECT_EQ(bench.machine.phase(), Machine::Phase::refused);
    EXPECT_FALSE(bench.machine.next_wake());
    EXPECT_THAT(bench.logs, ElementsAre("link_account_refused"));
    EXPECT_THAT(bench.events, ElementsAre(HasSubstr("lost: account refused: ")));
    EXPECT_EQ(bench.machine.counters().refused_account, 1U);
  }
}

TEST(Machine, ASnapshotThatNeverComesEndsTheAttempt) {
  Bench bench;
  bench.answering = false;
  bench.take(bench.machine.start(bench.now));
  bench.answer_all();
  bench.take(bench.machine.socket_opened(bench.now));
  bench.pass(10s);
  EXPECT_EQ(bench.machine.phase(), Machine::Phase::waiting);
  EXPECT_THAT(bench.events, ElementsAre("lost: snapshot took too long"));
}

TEST(Machine, TooManyEventsDuringTheSnapshotEndTheAttempt) {
  Bench bench;
  bench.answering = false;
  bench.take(bench.machine.start(bench.now));
  bench.answer_all();
  bench.take(bench.machine.socket_opened(bench.now));
  for (std::size_t i = 0; i <= Machine::kKeptEvents; ++i) bench.text(R"({"type":"MissingParams"})");
  EXPECT_EQ(bench.machine.phase(), Machine::Phase::waiting);
  EXPECT_EQ(bench.machine.counters().overflows, 1U);
}

TEST(Machine, WhatConcludesNothingIsNotKeptDuringTheSnapshot) {
  Bench bench;
  bench.answering = false;
  bench.take(bench.machine.start(bench.now));
  bench.answer_all();
  bench.take(bench.machine.socket_opened(bench.now));
  for (std::size_t i = 0; i <= Machine::kKeptEvents; ++i) bench.text(R"({"type":"New"})");
  bench.answer_all();
  EXPECT_EQ(bench.machine.phase(), Machine::Phase::live);
  EXPECT_EQ(bench.machine.counters().unknown_events, Machine::kKeptEvents + 1);
}

TEST(Machine, AnEventThatTheCoreDoesNotTakeEndsTheConnection) {
  Bench bench;
  bench.live();
  bench.forget();
  bench.take(bench.machine.overflowed(bench.now));
  EXPECT_THAT(bench.events, ElementsAre("lost: inbound limit reached"));
  EXPECT_EQ(bench.disconnected, 1);
}

TEST(Machine, ATakenApplicationIsSaidCountedAndTriedAgainSlowly) {
  Bench bench;
  bench.live();
  bench.forget();
  bench.text(event_json("ApplicationReplaced", ""));
  EXPECT_THAT(bench.events, ElementsAre("lost: another connection has taken the application"));
  EXPECT_THAT(bench.logs, Contains("link_application_taken"));
  EXPECT_EQ(bench.machine.counters().replaced, 1U);
  bench.pass(59s);
  EXPECT_EQ(bench.machine.phase(), Machine::Phase::waiting);
  bench.pass(1s);
  EXPECT_EQ(bench.machine.phase(), Machine::Phase::opening);
}

TEST(Machine, EachConnectionHasItsOwnSourceAndARestartItsOwnEpoch) {
  Bench bench;
  bench.live();
  bench.take(bench.machine.socket_closed("1006", bench.now));
  bench.startup = "2026-11-22T06:00:00.000+0000";
  bench.forget();
  bench.pass(1s);
  bench.take(bench.machine.socket_opened(bench.now));
  EXPECT_EQ(bench.events.front(), "opened 1795327200000000");
  EXPECT_EQ(bench.emitted.front().source.name, "link:lab/3-2");
  EXPECT_EQ(bench.emitted.front().source.id, "1");
}

TEST(Machine, MalformedAndUnknownEventsAreCountedAndChangeNothing) {
  Bench bench;
  bench.live();
  bench.forget();
  for (const char* text : {"", "{", R"({"type":"StasisStart"})", R"({"type":"Dial","peer":[]})"}) bench.text(text);
  bench.text(event_json("SomethingNew", R"("x":1)"));
  EXPECT_THAT(bench.events, IsEmpty());
  EXPECT_EQ(bench.machine.counters().malformed_events, 4U);
  EXPECT_EQ(bench.machine.counters().unknown_events, 1U);
  EXPECT_EQ(bench.machine.phase(), Machine::Phase::live);
}

// --- alive ----------------------------------------------------------------------------------------------------------------

TEST(Machine, TellsTheDialplanEachSecondThatItTakesCallsAndZeroWhenNot) {
  Bench bench;
  bench.live();
  bench.forget();
  bench.take(bench.machine.accepting(true, bench.now));
  bench.pass(2s);
  bench.take(bench.machine.accepting(false, bench.now));
  const std::string alive = "POST /asterisk/variable?variable=CALLWRIGHT_ALIVE&value=";
  EXPECT_THAT(bench.requests, ElementsAre(alive + "1795000000", alive + "1795000001", alive + "1795000002", alive + "0"));
}

TEST(Machine, LostCommandsEndTheConnectionAndASnapshotFollows) {
  Bench bench;
  bench.live();
  bench.forget();
  bench.take(bench.machine.commands_lost(bench.now));
  EXPECT_THAT(bench.events, ElementsAre("lost: commands were lost before they were sent"));
  bench.forget();
  bench.pass(1s);
  bench.take(bench.machine.socket_opened(bench.now));
  EXPECT_THAT(bench.events, Contains("snapshot"));
}

TEST(Machine, IsIdleOnceEveryRequestIsAnswered) {
  Bench bench;
  bench.live();
  EXPECT_TRUE(bench.machine.idle());
  bench.answering = false;
  bench.take(bench.machine.accepting(true, bench.now));
  EXPECT_FALSE(bench.machine.idle());
}

TEST(Machine, TheDialplanIsToldTheWallClockAlsoAfterItHasStepped) {
  Bench bench;
  bench.live();
  bench.forget();
  bench.machine.wall_ahead(-1h);
  bench.take(bench.machine.accepting(true, bench.now));
  bench.machine.wall_ahead(5s);
  bench.pass(1s);
  const std::string alive = "POST /asterisk/variable?variable=CALLWRIGHT_ALIVE&value=";
  EXPECT_THAT(bench.requests, ElementsAre(alive + "1794996400", alive + "1795000006"));
}

TEST(Machine, ASwitchThatDoesNotAnswerOverHttpIsLost) {
  Bench bench;
  bench.takes_requests = false;
  bench.live();
  bench.answering = false;
  bench.pass(1s);
  bench.forget();
  bench.take(bench.machine.reply(bench.waiting.front().id, {0, {}, Reply::Failure::timed_out}, bench.now));
  EXPECT_THAT(bench.events, ElementsAre("lost: request: no answer in time"));
}

// --- commands -------------------------------------------------------------------------------------------------------------

TEST(Machine, ParkAnswersAndPlaysMusic) {
  Bench bench;
  bench.live();
  bench.text(start_of_caller());
  bench.forget();
  bench.command(model::Park{kCaller});
  EXPECT_THAT(bench.requests, ElementsAre("POST /channels/lab-1.1/answer", "POST /bridges/cw-7-w3-0?type=holding",
                                          "POST /bridges/cw-7-w3-0/addChannel?channel=lab-1.1", "POST /bridges/cw-7-w3-0/moh"));
  bench.forget();
  bench.text(bridge_event("ChannelEnteredBridge", kCaller, "cw-7-w3-0", "holding", {kCaller}));
  EXPECT_THAT(bench.events, IsEmpty()) << "waiting with music is no talk";
}

TEST(Machine, AnAgentIsConnectedOnlyInsideTheApplication) {
  Bench bench;
  bench.live();
  bench.command(model::Ring{"PJSIP/agent1", kCaller, "4930111", "Customer", OfferId{8}, 20s});
  bench.forget();
  bench.text(seen(kAgent, "Ringing"));
  bench.text(seen(kAgent, "Up"));
  EXPECT_THAT(bench.events, ElementsAre("made cw-7-8-3 PJSIP/agent1 station contact 7 offer 8", "alerting cw-7-8-3"));
  bench.text(start_of_agent());
  EXPECT_EQ(bench.events.back(), "connected cw-7-8-3");
}

TEST(Machine, ARingThatTheSwitchRefusesEndsTheOfferAtOnce) {
  struct Case {
    int status;
    const char* cause;
  };
  for (const auto& [status, cause] : {Case{500, "unreachable"}, Case{400, "bad_number"}, Case{503, "congestion"}}) {
    Bench bench;
    bench.live();
    bench.forget();
    bench.answering = false;
    bench.command(model::Ring{"PJSIP/agent9", kCaller, "4930111", "Customer", OfferId{8}, 20s});
    bench.answer(bench.waiting.front(), status, R"({"error":"Allocation failed"})");
    EXPECT_THAT(bench.events, ElementsAre("made cw-7-8-3 PJSIP/agent9 station contact 7 offer 8", std::string("gone cw-7-8-3 ") + cause + " 0 by network"));
    EXPECT_THAT(bench.log_details, ElementsAre("cw-7-8-3: " + std::to_string(status))) << "no text of the switch, which may hold a number";
  }
}

TEST(Machine, ARingThatCannotBeSentEndsTheOfferAtOnce) {
  const auto gone = [](Bench& bench, model::CommandBody body) {
    bench.forget();
    bench.command(std::move(body));
    return bench.events.size() == 2 && bench.events[1].starts_with("gone cw-7-8-3") && bench.requests.empty();
  };
  Bench bench;
  EXPECT_TRUE(gone(bench, model::Ring{"PJSIP/agent1", kCaller, "", "", OfferId{8}, 20s})) << "not connected";
  bench.live();
  EXPECT_TRUE(gone(bench, model::Ring{"PJSIP/a,b", kCaller, "", "", OfferId{8}, 20s})) << "refused";
  EXPECT_EQ(bench.machine.counters().commands_not_connected, 1U);
  EXPECT_EQ(bench.machine.counters().commands_refused, 1U);

  model::Command late;
  late.contact = ContactId{7};
  late.epoch = 3;
  late.deadline = bench.now - 1s;
  late.body = model::Ring{"PJSIP/agent1", kCaller, "", "", OfferId{8}, 20s};
  bench.forget();
  bench.take(bench.machine.command(late, bench.now));
  EXPECT_THAT(bench.events, ElementsAre(HasSubstr("made"), "gone cw-7-8-3 lost 0 by network"));
  EXPECT_EQ(bench.machine.counters().commands_too_late, 1U);
}

TEST(Machine, ARingOfWhichNothingIsHeardIsAskedFor) {
  Bench bench;
  bench.live();
  bench.forget();
  bench.command(model::Ring{"PJSIP/agent1", kCaller, "", "", OfferId{8}, 20s});
  bench.pass(300ms);
  EXPECT_THAT(bench.requests, Contains("GET /channels/cw-7-8-3"));
  EXPECT_THAT(bench.events, ElementsAre(HasSubstr("made"), "gone cw-7-8-3 lost 0 by network"));
}

TEST(Machine, ARingThatIsNotThereAfterAGapIsGone) {
  Bench bench;
  bench.live();
  bench.answering = false;
  bench.command(model::Ring{"PJSIP/agent1", kCaller, "", "", OfferId{8}, 20s});
  bench.take(bench.machine.socket_closed("1006", bench.now));
  bench.answering = true;
  bench.forget();
  bench.pass(1s);
  bench.take(bench.machine.socket_opened(bench.now));
  EXPECT_THAT(bench.events, ElementsAre(HasSubstr("opened"), "snapshot", HasSubstr("device"), HasSubstr("device"),
                                        "made cw-7-8-3 PJSIP/agent1 station contact 7 offer 8", "gone cw-7-8-3 lost 0 by unknown"));
}

TEST(Machine, ARepeatedRingIsNoFailure) {
  Bench bench;
  bench.live();
  bench.forget();
  bench.answering = false;
  bench.command(model::Ring{"PJSIP/agent1", kCaller, "", "", OfferId{8}, 20s});
  bench.answer(bench.waiting.front(), 409, R"({"message":"Channel with given unique ID already exists"})");
  EXPECT_THAT(bench.events, IsEmpty());
}

TEST(Machine, CommandsAfterTheirDeadlineAreNotSentOverHttp) {
  Bench bench;
  bench.takes_requests = false;
  bench.live();
  bench.text(start_of_caller());
  bench.forget();
  bench.answering = false;
  bench.command(model::Park{kCaller});
  ASSERT_FALSE(bench.waiting.empty());
  EXPECT_EQ(bench.waiting.front().not_after, bench.now + 5s) << "the driver drops it then";
}

TEST(Machine, CommandsOutsideTheCapabilitiesAreNotSent) {
  Bench bench;
  bench.live();
  bench.forget();
  bench.command(model::Answer{kAgent});
  EXPECT_THAT(bench.requests, IsEmpty());
  EXPECT_EQ(bench.machine.counters().commands_unsupported, 1U);
}

TEST(Machine, BridgeReleaseEndAndDtmf) {
  Bench bench;
  bench.live();
  bench.text(start_of_caller());
  bench.text(start_of_agent());
  bench.forget();
  bench.command(model::Bridge{kCaller, kAgent});
  bench.command(model::Release{kCaller});
  bench.command(model::End{kAgent, journal::Cause::elsewhere});
  bench.command(model::Dtmf{kAgent, "12#"});
  EXPECT_THAT(bench.requests,
              ElementsAre("POST /bridges/cw-7-t3-0?type=mixing", "POST /bridges/cw-7-t3-0/addChannel?channel=lab-1.1%2Ccw-7-8-3",
                          "POST /channels/lab-1.1/continue?context=fallback&extension=s&priority=1", "DELETE /channels/cw-7-8-3?reason_code=26",
                          "POST /channels/cw-7-8-3/dtmf?dtmf=12%23"));
}

TEST(Machine, RequestsOfOneContactShareALane) {
  Settings settings = Bench::usual();
  settings.lanes = 3;
  Bench bench(settings);
  bench.takes_requests = false;
  bench.live();
  bench.answering = false;
  bench.command(model::Park{"a"}, 7);
  bench.command(model::Park{"b"}, 8);
  bench.command(model::Release{"a"}, 7);
  std::set<std::int32_t> seven, eight;
  for (const Rest& rest : bench.waiting) (rest.request.target.find("/b") != std::string::npos && rest.request.target.find("cw-7") == std::string::npos &&
                                                  rest.request.target.find("/a") == std::string::npos
                                              ? eight
                                              : seven)
      .insert(rest.lane);
  EXPECT_THAT(seven, Contains(7 % 3));
  EXPECT_THAT(eight, Contains(8 % 3));
}

// --- hold -----------------------------------------------------------------------------------------------------------------

TEST(Machine, HoldIsToldOnTheAgentsLegAndKeepsTheTalk) {
  Bench bench;
  talk(bench);
  bench.command(model::Hold{kCaller, kAgent});
  bench.text(bridge_event("ChannelLeftBridge", kCaller, "cw-7-t3-0", "mixing", {kAgent}));
  EXPECT_THAT(bench.events, IsEmpty());
  bench.text(bridge_event("ChannelEnteredBridge", kCaller, "cw-7-h3-0", "holding", {kCaller}));
  EXPECT_THAT(bench.events, ElementsAre("held cw-7-8-3"));
  bench.forget();
  bench.command(model::Retrieve{kCaller, kAgent});
  EXPECT_THAT(bench.requests, ElementsAre("POST /bridges/cw-7-t3-0/addChannel?channel=lab-1.1"));
  bench.text(bridge_event("ChannelLeftBridge", kCaller, "cw-7-h3-0", "holding", {}));
  bench.text(bridge_event("ChannelEnteredBridge", kCaller, "cw-7-t3-0", "mixing", {kAgent, kCaller}));
  EXPECT_THAT(bench.events, ElementsAre("connected cw-7-8-3"));
  EXPECT_EQ(bench.requests.back(), "DELETE /bridges/cw-7-h3-0");
}

TEST(Machine, AHoldThatFailsChangesNothing) {
  Bench bench;
  talk(bench);
  bench.answering = false;
  bench.command(model::Hold{kCaller, kAgent});
  ASSERT_EQ(bench.waiting.size(), 3U);
  const std::vector<Rest> steps = std::exchange(bench.waiting, {});
  bench.answer(steps[0], 200);
  bench.answer(steps[1], 409, R"({"message":"Channel currently recording"})");
  bench.answer(steps[2], 204);
  bench.text(bridge_event("ChannelLeftBridge", kCaller, "cw-7-t3-0", "mixing", {kAgent}));
  EXPECT_THAT(bench.events, ElementsAre("leaves lab-1.1 cw-7-t3-0")) << "he leaves for another reason then";
}

TEST(Machine, AnAgentWhoHangsUpDuringHoldEndsTheTalk) {
  Bench bench;
  talk(bench);
  bench.command(model::Hold{kCaller, kAgent});
  bench.text(bridge_event("ChannelLeftBridge", kCaller, "cw-7-t3-0", "mixing", {kAgent}));
  bench.text(bridge_event("ChannelEnteredBridge", kCaller, "cw-7-h3-0", "holding", {kCaller}));
  bench.forget();
  bench.text(bridge_event("ChannelLeftBridge", kAgent, "cw-7-t3-0", "mixing", {}));
  bench.text(destroyed(kAgent, 16));
  EXPECT_THAT(bench.events, ElementsAre("leaves cw-7-8-3 cw-7-t3-0", "leaves lab-1.1 cw-7-t3-0", HasSubstr("gone cw-7-8-3 normal")));
}

TEST(Machine, ThePhonesOwnHoldIsToldToo) {
  Bench bench;
  talk(bench);
  const std::string agent = R"("channel":)" + channel_json(kAgent, "PJSIP/agent1-00000002", "Up");
  bench.text(event_json("ChannelUnhold", agent));
  EXPECT_THAT(bench.events, IsEmpty()) << "never held";
  bench.text(event_json("ChannelHold", agent));
  bench.text(event_json("ChannelUnhold", agent));
  EXPECT_THAT(bench.events, ElementsAre("held cw-7-8-3", "connected cw-7-8-3"));
}

// --- the end --------------------------------------------------------------------------------------------------------------

TEST(Machine, OurOwnEndIsToldAsOurs) {
  Bench bench;
  talk(bench);
  bench.command(model::End{kAgent, journal::Cause::elsewhere});
  bench.text(event_json("ChannelHangupRequest", R"("cause":32,"soft":true,"channel":)" + channel_json(kAgent, "PJSIP/agent1-00000002", "Up")));
  bench.text(destroyed(kAgent, 26));
  EXPECT_THAT(bench.events, ElementsAre("gone cw-7-8-3 elsewhere 26 by us"));
}

TEST(Machine, ARestartOfAsteriskIsNoOrdinaryEnd) {
  Bench bench;
  talk(bench);
  bench.text(event_json("ChannelHangupRequest", R"("cause":4,"soft":true,"channel":)" + channel_json(kAgent, "PJSIP/agent1-00000002", "Up")));
  bench.text(event_json("ChannelHangupRequest", R"("cause":16,"soft":true,"channel":)" + channel_json(kAgent, "PJSIP/agent1-00000002", "Up")));
  bench.text(destroyed(kAgent, 16));
  EXPECT_THAT(bench.events, Contains("gone cw-7-8-3 switch_lost 16 by network"));
}

TEST(Machine, ACallerWhoLeavesWithoutAWordIsAskedFor) {
  Bench bench;
  bench.live();
  bench.text(start_of_caller());
  bench.forget();
  bench.text(event_json("StasisEnd", R"("channel":)" + channel_json(kCaller, "PJSIP/trunk-00000001", "Up")));
  EXPECT_THAT(bench.events, IsEmpty());
  bench.answering = false;
  bench.pass(300ms);
  ASSERT_EQ(bench.requests, std::vector<std::string>{"GET /channels/lab-1.1"});
  bench.answer(bench.waiting.front(), 200, channel_json(kCaller, "PJSIP/trunk-00000001", "Up"));
  EXPECT_THAT(bench.events, ElementsAre("gone lab-1.1 transferred 0 by unknown"));
}

TEST(Machine, ACallerWhoGivesUpBeforeTheAnswerCancelled) {
  Bench bench;
  bench.live();
  bench.text(start_of_caller());
  bench.forget();
  bench.text(event_json("ChannelHangupRequest", R"("cause":127,"channel":)" + channel_json(kCaller, "PJSIP/trunk-00000001", "Ring")));
  bench.text(event_json("StasisEnd", R"("channel":)" + channel_json(kCaller, "PJSIP/trunk-00000001", "Ring")));
  EXPECT_THAT(bench.events, ElementsAre("gone lab-1.1 caller_cancel 127 by customer"));
}

TEST(Machine, ACommandForAChannelThatIsNotThereTellsItsEnd) {
  Bench bench;
  talk(bench);
  bench.answering = false;
  bench.command(model::End{kAgent});
  bench.answer(bench.waiting.front(), 404, R"({"message":"Channel not found"})");
  bench.waiting.clear();
  bench.answering = true;
  bench.pass(300ms);
  EXPECT_THAT(bench.events, Contains(HasSubstr("gone cw-7-8-3")));
}

// --- snapshot and devices -------------------------------------------------------------------------------------------------

TEST(Machine, ASnapshotSaysWhoseEachChannelIs) {
  Bench bench;
  bench.channels = "[" + channel_json("lab-1.1", "PJSIP/trunk-00000001", "Up", "callwright,4000") + "," +                // talks to agent1
                   channel_json("cw-7-8-2", "PJSIP/agent1-00000002", "Up", "callwright,agent,7,8,2") + "," +
                   channel_json("lab-1.3", "PJSIP/trunk-00000003", "Up", "callwright,4001") + "," +                      // on hold by agent2
                   channel_json("cw-9-4-2", "PJSIP/agent2-00000004", "Up", "callwright,agent,9,4,2") + "," +
                   channel_json("lab-1.5", "PJSIP/trunk-00000005", "Up", "callwright,4002") + "," +                      // waits with music
                   channel_json("lab-1.6", "PJSIP/trunk-00000006", "Ring", "callwright,4003") + "," +                    // just came
                   channel_json("cw-5-6-2", "PJSIP/agent3-00000007", "Ringing") + "," +                                  // rings
                   channel_json("lab-1.8", "PJSIP/trunk-00000008", "Up") + "]";                                          // in the fallback's queue
  bench.bridges = "[" + bridge_json("cw-7-t1", "mixing", {"lab-1.1", "cw-7-8-2"}) + "," + bridge_json("cw-9-t1", "mixing", {"cw-9-4-2"}) + "," +
                  bridge_json("cw-9-w2", "holding", {"lab-1.3"}) + "," + bridge_json("cw-5-w3", "holding", {"lab-1.5"}) + "," +
                  bridge_json("cw-4-w9", "holding", {}) + "," + bridge_json("other", "mixing", {}) + "]";
  bench.live();
  EXPECT_EQ(bench.events[1],
            "snapshot [lab-1.1 PJSIP/trunk trunk from 4930111 to 4000 connected in cw-7-t1] [cw-7-8-2 PJSIP/agent1 station contact 7 offer 8 connected in cw-7-t1]"
            " [lab-1.3 PJSIP/trunk trunk from 4930111 to 4001 connected in cw-9-t1] [cw-9-4-2 PJSIP/agent2 station contact 9 offer 4 held in cw-9-t1]"
            " [lab-1.5 PJSIP/trunk trunk from 4930111 to 4002 connected asks 4002] [lab-1.6 PJSIP/trunk trunk from 4930111 to 4003 initiated asks 4003]"
            " [cw-5-6-2 PJSIP/agent3 station contact 5 offer 6 alerting]");
  EXPECT_THAT(bench.requests, Contains("DELETE /bridges/cw-4-w9"));
  EXPECT_THAT(bench.requests, Not(Contains("DELETE /bridges/other")));
}

TEST(Machine, DevicesAreBusyOnlyWithCallsOfOthers) {
  Bench bench;
  bench.endpoints = R"([{"technology":"PJSIP","resource":"agent1","state":"online","channel_ids":["lab-5.5"]},)"
                    R"({"technology":"PJSIP","resource":"agent2","state":"offline","channel_ids":[]}])";
  talk(bench);
  const auto state = [](const std::string& word) { return event_json("DeviceStateChanged", R"("device_state":{"name":"PJSIP/agent1","state":")" + word + R"("})"); };
  bench.text(state("BUSY"));
  EXPECT_THAT(bench.events, ElementsAre("device PJSIP/agent1 free")) << "that call is ours";
  bench.forget();
  bench.text(destroyed(kAgent, 16));
  EXPECT_THAT(bench.requests, Contains("GET /deviceStates/PJSIP%2Fagent1"));
  bench.forget();
  bench.text(state("INUSE"));
  bench.text(state("UNAVAILABLE"));
  bench.text(state("NOT_INUSE"));
  EXPECT_THAT(bench.events, ElementsAre("device PJSIP/agent1 busy", "device PJSIP/agent1 free unreachable", "device PJSIP/agent1 free"));
}

TEST(Machine, NewDevicesAreWatchedWithoutASnapshot) {
  Bench bench;
  talk(bench);
  bench.take(bench.machine.know_devices({"PJSIP/agent1", "PJSIP/agent3", "no device"}, bench.now));
  EXPECT_THAT(bench.requests, ElementsAre("POST /applications/callwright/subscription?eventSource=deviceState%3APJSIP%2Fagent3", "GET /deviceStates/PJSIP%2Fagent3"));
  EXPECT_EQ(bench.machine.phase(), Machine::Phase::live);
}

TEST(Machine, ANewConnectionsSnapshotRemembersWhatAPhoneHolds) {
  Bench bench;
  talk(bench);
  bench.text(event_json("ChannelHold", R"("channel":)" + channel_json(kAgent, "PJSIP/agent1-00000002", "Up")));
  bench.channels = "[" + channel_json(kCaller, "PJSIP/trunk-00000001", "Up", "callwright,4000") + "," +
                   channel_json(kAgent, "PJSIP/agent1-00000002", "Up", "callwright,agent,7,8,3") + "]";
  bench.bridges = "[" + bridge_json("cw-7-t3-0", "mixing", {kCaller, kAgent}) + "]";
  bench.take(bench.machine.socket_closed("1006", bench.now));
  bench.forget();
  bench.pass(1s);
  bench.take(bench.machine.socket_opened(bench.now));
  EXPECT_THAT(bench.events, Contains(HasSubstr("[cw-7-8-3 PJSIP/agent1 station contact 7 offer 8 held in cw-7-t3-0]")));
  bench.forget();
  bench.text(event_json("ChannelUnhold", R"("channel":)" + channel_json(kAgent, "PJSIP/agent1-00000002", "Up")));
  EXPECT_THAT(bench.events, ElementsAre("connected cw-7-8-3"));
}

TEST(Machine, ACallerWithoutArgumentsWhoWaitsAsksForARouteInASnapshotToo) {
  Bench bench;
  bench.channels = "[" + channel_json(kCaller, "PJSIP/trunk-00000001", "Up", "callwright") + "]";
  bench.bridges = "[" + bridge_json("cw-7-w3-0", "holding", {kCaller}) + "]";
  bench.live();
  EXPECT_EQ(bench.events[1], "snapshot [lab-1.1 PJSIP/trunk trunk from 4930111 to 4000 connected asks 4000]");
}

TEST(Machine, WhoTakesACustomersPlaceOpensNoContactOfHisOwn) {
  Bench bench;
  talk(bench);
  bench.text(event_json("StasisStart", R"("args":[],"channel":)" + channel_json("lab-9.9", "PJSIP/trunk-00000009", "Up", "callwright") +
                                           R"(,"replace_channel":)" + channel_json(kCaller, "PJSIP/trunk-00000001", "Up", "callwright,4000")));
  EXPECT_THAT(bench.events, ElementsAre(HasSubstr("made lab-9.9 PJSIP/trunk unknown"), "replaced lab-1.1 by lab-9.9", "connected lab-9.9"));
}

TEST(Machine, ALocalHalfThatLeadsToNobodyInASnapshotGoesToTheFallback) {
  Bench bench;
  bench.channels = "[" + channel_json("lab-2.2", "Local/4000@agents-00000001;2", "Ring", "callwright,4000") + "]";
  bench.live();
  EXPECT_THAT(bench.requests, Contains("POST /channels/lab-2.2/continue?context=fallback&extension=s&priority=1"));
  EXPECT_THAT(bench.events[1], Not(HasSubstr("asks")));
  EXPECT_EQ(bench.machine.counters().local_callers, 1U);
}

TEST(Machine, BothHalvesOfALocalChannelInOurHandsAreToldAsAPair) {
  Bench bench;
  bench.live();
  const auto half = [](const std::string& id, const std::string& number) {
    return event_json("StasisStart", R"("args":["4000"],"channel":)" + channel_json(id, "Local/4000@agents-00000001;" + number, "Ring", "callwright,4000"));
  };
  bench.text(half("lab-2.1", "1"));
  bench.text(half("lab-2.2", "2"));
  EXPECT_THAT(bench.events, Contains("pair lab-2.1 lab-2.2"));
  bench.channels = "[" + channel_json("lab-2.1", "Local/4000@agents-00000001;1", "Up", "callwright,4000") + "," +
                   channel_json("lab-2.2", "Local/4000@agents-00000001;2", "Up", "callwright,4000") + "]";
  bench.take(bench.machine.socket_closed("1006", bench.now));
  bench.forget();
  bench.pass(1s);
  bench.take(bench.machine.socket_opened(bench.now));
  EXPECT_THAT(bench.events, Contains("pair lab-2.1 lab-2.2"));
}

TEST(Machine, StopsFromEveryPhase) {
  Bench bench;
  bench.take(bench.machine.stop(bench.now));
  bench.take(bench.machine.start(bench.now));
  bench.take(bench.machine.stop(bench.now));
  EXPECT_FALSE(bench.machine.next_wake());
  bench.live();
  bench.forget();
  bench.take(bench.machine.stop(bench.now));
  EXPECT_THAT(bench.events, ElementsAre("lost: stopped"));
  EXPECT_FALSE(bench.machine.next_wake());
}

}  // namespace
}  // namespace callwright::cti::asterisk::test
