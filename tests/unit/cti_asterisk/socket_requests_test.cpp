// Requests over the WebSocket: when, in which order, and what happens when no answer comes.
#include <gmock/gmock.h>

#include <algorithm>

#include "cti/asterisk/machine.hpp"
#include "tests/unit/cti_asterisk/usual_call.hpp"

namespace callwright::cti::asterisk::test {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using namespace std::chrono_literals;

/// Live, with one caller; what the machine asks from here on waits for the test.
Bench waiting_bench(bool takes_requests = true) {
  Bench bench;
  bench.takes_requests = takes_requests;
  bench.live();
  bench.text(start_of_caller(kCaller));
  bench.forget();
  bench.answering = false;
  return bench;
}

TEST(SocketRequests, ARequestIsOneTextAndItsBodyATextInIt) {
  const Request plain{Request::Method::post, "/channels/lab-1.1/answer", {}};
  EXPECT_EQ(request::over_socket(12, plain), R"({"type":"RESTRequest","request_id":"12","method":"POST","uri":"channels/lab-1.1/answer"})");
  const Request full{Request::Method::put, "/applications/a/eventFilter?x=%2F", R"({"disallowed":[]})"};
  EXPECT_EQ(request::over_socket(13, full),
            R"({"type":"RESTRequest","request_id":"13","method":"PUT","uri":"applications/a/eventFilter?x=%2F","content_type":"application/json",)"
            R"("message_body":"{\"disallowed\":[]}"})");
}

TEST(SocketRequests, ASwitchThatAnswersThereGetsEverythingButTheListsThere) {
  Bench bench;
  bench.answering = false;
  bench.take(bench.machine.start(bench.now));
  bench.answer_all();
  bench.take(bench.machine.socket_opened(bench.now));
  EXPECT_THAT(bench.sent, ElementsAre(HasSubstr(R"("method":"GET","uri":"asterisk/ping")")));
  bench.answer_all();
  EXPECT_TRUE(bench.machine.over_socket());
  EXPECT_THAT(bench.sent, Contains(HasSubstr("CALLWRIGHT_ALIVE")));
  bench.forget();
  bench.text(start_of_caller(kCaller));
  bench.command(model::Park{kCaller});
  EXPECT_EQ(bench.sent.size(), 4U);
  EXPECT_THAT(bench.sent, Each(HasSubstr(R"("type":"RESTRequest")")));
  EXPECT_EQ(bench.machine.counters().requests_socket, 6U);
  EXPECT_EQ(bench.machine.counters().requests_http, 6U);
}

TEST(SocketRequests, ASwitchThatIgnoresThemGetsEverythingOverHttp) {
  Bench bench;
  bench.takes_requests = false;
  bench.take(bench.machine.start(bench.now));
  bench.take(bench.machine.socket_opened(bench.now));
  EXPECT_EQ(bench.machine.phase(), Machine::Phase::snapshot) << "the answer may still come";
  bench.pass(Settings{}.trial_limit);
  EXPECT_EQ(bench.machine.phase(), Machine::Phase::live);
  EXPECT_FALSE(bench.machine.over_socket());
  bench.forget();
  bench.text(start_of_caller(kCaller));
  bench.command(model::Park{kCaller});
  bench.pass(10s);
  EXPECT_THAT(bench.sent, IsEmpty());
  EXPECT_THAT(bench.requests, Contains("POST /channels/lab-1.1/answer"));
  EXPECT_EQ(bench.machine.phase(), Machine::Phase::live);
}

TEST(SocketRequests, ASwitchThatRefusesTheFirstGetsEverythingOverHttp) {
  for (const int status : {400, 403, 500}) {
    Bench bench;
    bench.answering = false;
    bench.take(bench.machine.start(bench.now));
    bench.answer_all();
    bench.take(bench.machine.socket_opened(bench.now));
    const Rest trial = bench.waiting.front();
    bench.waiting.erase(bench.waiting.begin());
    bench.answer(trial, status, R"({"message":"Unknown request type."})");
    bench.answer_all();
    EXPECT_EQ(bench.machine.phase(), Machine::Phase::live) << status;
    EXPECT_FALSE(bench.machine.over_socket());
  }
}

TEST(SocketRequests, ALateFirstAnswerMovesNoContactFromOneWayToTheOther) {
  Bench bench;
  bench.answering = false;
  bench.take(bench.machine.start(bench.now));
  bench.answer_all();
  bench.take(bench.machine.socket_opened(bench.now));
  const Rest trial = bench.waiting.front();
  bench.waiting.erase(bench.waiting.begin());
  bench.answer_all();
  bench.pass(Settings{}.trial_limit);
  bench.text(start_of_caller(kCaller));
  bench.forget();
  bench.command(model::Park{kCaller});
  bench.answer(trial);
  bench.command(model::Release{kCaller});
  EXPECT_THAT(bench.sent, IsEmpty());
  EXPECT_EQ(bench.requests.back(), "POST /channels/lab-1.1/continue?context=fallback&extension=s&priority=1");
  EXPECT_EQ(bench.machine.counters().unknown_replies, 1U);
}

TEST(SocketRequests, ACommandBeforeTheWayIsDecidedIsNotSentAtAll) {
  Bench bench;
  bench.takes_requests = false;
  bench.take(bench.machine.start(bench.now));
  bench.take(bench.machine.socket_opened(bench.now));
  bench.forget();
  bench.command(model::Park{kCaller});
  EXPECT_THAT(bench.requests, IsEmpty());
  EXPECT_EQ(bench.machine.counters().commands_not_connected, 1U);
}

TEST(SocketRequests, AnswersAreMatchedByIdInWhateverOrderTheyCome) {
  Bench bench = waiting_bench();
  bench.command(model::Ring{"PJSIP/agent1", kCaller, "", "", OfferId{8}, 20s});
  bench.command(model::Ring{"PJSIP/agent2", kCaller, "", "", OfferId{9}, 20s});
  ASSERT_EQ(bench.waiting.size(), 2U);
  const std::vector<Rest> asked = std::exchange(bench.waiting, {});
  bench.answer(asked[1], 500, R"({"error":"Allocation failed"})");
  EXPECT_THAT(bench.events, ElementsAre(HasSubstr("made cw-7-9-3 PJSIP/agent2"), "gone cw-7-9-3 unreachable 0 by network"));
  bench.answer(asked[0], 400, "{}");
  EXPECT_THAT(bench.events, Contains("gone cw-7-8-3 bad_number 0 by network"));
}

TEST(SocketRequests, AnAnswerNobodyWaitsForIsCountedAndChangesNothing) {
  Bench bench = waiting_bench();
  bench.command(model::Dtmf{kCaller, "1"});
  const Rest asked = bench.waiting.front();
  bench.answer(asked, 204);
  bench.forget();
  bench.answer(asked, 404, R"({"message":"Channel not found"})");
  for (const char* id : {"", "0", "999999", "1x", "-1", "99999999999999999999"})
    bench.text(R"({"type":"RESTResponse","request_id":")" + std::string(id) + R"(","status_code":404})");
  EXPECT_EQ(bench.machine.counters().unknown_replies, 7U);
  bench.pass(500ms);
  EXPECT_THAT(bench.events, IsEmpty());
  EXPECT_THAT(bench.requests, IsEmpty()) << "a 404 would have been looked into";
}

TEST(SocketRequests, AMalformedAnswerIsCountedAndItsRequestStillIsDue) {
  Bench bench = waiting_bench();
  bench.command(model::Dtmf{kCaller, "1"});
  bench.text(R"({"type":"RESTResponse","request_id":"7","status_code":200,"message_body":{}})");
  EXPECT_EQ(bench.machine.counters().malformed_events, 1U);
  bench.pass(3s);
  EXPECT_THAT(bench.events, Contains("lost: request: no answer in time"));
}

TEST(SocketRequests, ARequestThatIsNotAnsweredInTimeEndsTheConnection) {
  Bench bench = waiting_bench();
  bench.command(model::Dtmf{kCaller, "1"});
  bench.pass(3s - 1us);
  EXPECT_EQ(bench.machine.phase(), Machine::Phase::live);
  bench.pass(1us);
  EXPECT_THAT(bench.events, ElementsAre("lost: request: no answer in time"));
  EXPECT_EQ(bench.disconnected, 1);
  bench.answering = true;
  bench.pass(1s);
  bench.take(bench.machine.socket_opened(bench.now));
  EXPECT_TRUE(bench.machine.over_socket()) << "each connection finds out anew";
}

TEST(SocketRequests, AtMostAWindowfulIsSentAndTheRestFollowsInOrder) {
  Bench bench = waiting_bench();
  const std::size_t all = Machine::kInFlight + 10;
  for (std::size_t i = 0; i < all; ++i) bench.command(model::Dtmf{kCaller, std::to_string(i)});
  EXPECT_EQ(bench.sent.size(), Machine::kInFlight);
  for (std::size_t i = 0; i < all; ++i) {
    ASSERT_EQ(bench.requests.at(i), "POST /channels/lab-1.1/dtmf?dtmf=" + std::to_string(i));
    bench.answer(bench.waiting.at(i), 204);
  }
  EXPECT_EQ(bench.sent.size(), all);
}

TEST(SocketRequests, WhatWaitsBeyondItsDeadlineIsNotSent) {
  Bench bench = waiting_bench();
  for (std::size_t i = 0; i < Machine::kInFlight; ++i) bench.command(model::Dtmf{kCaller, "1"});
  bench.command(model::Ring{"PJSIP/agent1", kCaller, "", "", OfferId{8}, 20s});
  const std::vector<Rest> first = std::exchange(bench.waiting, {});
  bench.now = bench.now + 6s;  // the machine is not woken: the process slept
  bench.answer(first.front(), 204);
  EXPECT_THAT(bench.requests, Not(Contains(HasSubstr("POST /channels/cw-7-8-3"))));
  EXPECT_THAT(bench.events, ElementsAre(HasSubstr("made cw-7-8-3"), "gone cw-7-8-3 lost 0 by network"));
}

TEST(SocketRequests, ThatWeAreAliveIsToldBeforeWhatElseWaits) {
  Bench bench = waiting_bench();
  for (std::size_t i = 0; i < Machine::kInFlight + 1; ++i) bench.command(model::Dtmf{kCaller, "1"});
  bench.take(bench.machine.accepting(true, bench.now));
  bench.answer(bench.waiting.front(), 204);
  EXPECT_THAT(bench.requests.back(), HasSubstr("CALLWRIGHT_ALIVE"));
}

TEST(SocketRequests, TooManyThatWaitEndTheConnectionOnEitherWay) {
  for (const bool over_socket : {true, false}) {
    Bench bench = waiting_bench(over_socket);
    for (std::size_t i = 0; i < Machine::kRequests; ++i) bench.command(model::Dtmf{kCaller, "1"});
    EXPECT_EQ(bench.machine.phase(), Machine::Phase::live);
    bench.command(model::Ring{"PJSIP/agent1", kCaller, "", "", OfferId{8}, 20s});
    EXPECT_EQ(bench.machine.phase(), Machine::Phase::waiting);
    EXPECT_EQ(bench.machine.counters().request_overflows, 1U);
    EXPECT_THAT(bench.events, ElementsAre("lost: too many requests wait for an answer"));
    bench.answering = true;
    bench.forget();
    bench.pass(1s);
    bench.take(bench.machine.socket_opened(bench.now));
    if (!over_socket) bench.pass(Settings{}.trial_limit);
    EXPECT_THAT(bench.events, Contains("gone cw-7-8-3 lost 0 by unknown")) << "the ring that was not sent ends";
  }
}

}  // namespace
}  // namespace callwright::cti::asterisk::test
