// The sockets of a link and of `callwright release`, against a server that behaves badly.
#include "cti/asterisk/wire.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <future>
#include <mutex>
#include <thread>

#include "cti/asterisk/ari_link.hpp"
#include "cti/asterisk/blocking_rest.hpp"
#include "cti/asterisk/error.hpp"
#include "cti/asterisk/release.hpp"
#include "runtime/clock.hpp"
#include "runtime/event_loop.hpp"
#include "tests/unit/cti_asterisk/bench_switch.hpp"
#include "tests/unit/cti_asterisk/fake_ari.hpp"

namespace callwright::cti::asterisk::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(Wire, AnIdleConnectionThatWasClosedIsOpenedAgainAndTheRequestSentOnceMore) {
  FakeAri ari([](const std::string& line) { return FakeAri::Answer{200, line, true}; }, {});
  BlockingRest rest(ari.settings());
  EXPECT_EQ(rest.exchange(request::info()).body, "GET /ari/asterisk/info");
  EXPECT_EQ(rest.exchange(request::ping()).body, "GET /ari/asterisk/ping");
  EXPECT_THAT(ari.asked(), ElementsAre("GET /ari/asterisk/info", "GET /ari/asterisk/ping"));
}

TEST(Wire, ARequestThatANewConnectionDoesNotAnswerIsNotRepeated) {
  FakeAri ari([](const std::string&) { return FakeAri::Answer{.no_answer = true}; }, {});
  BlockingRest rest(ari.settings());
  const Reply reply = rest.exchange(request::ping());
  EXPECT_EQ(reply.status, 0);
  EXPECT_EQ(reply.failure, Reply::Failure::broken);
  EXPECT_EQ(ari.asked().size(), 1U);
}

/// A link against a fake switch; its events as lines.
struct LinkBench {
  explicit LinkBench(FakeAri::Handler handler, FakeAri::Socket socket = {}) : ari(std::move(handler), std::move(socket)) {
    model::LinkCallbacks callbacks;
    callbacks.event = [this](model::SwitchEvent event) {
      std::lock_guard lock(mutex);
      if (!takes(line(event.body))) return false;
      events.push_back(line(event.body));
      if (until && events.back().starts_with(*until)) seen.set_value();
      return true;
    };
    link = std::make_unique<AriLink>(loop, clock, ari.settings(), callbacks, 1);
    loop.start();
  }
  ~LinkBench() {
    stop();
    loop.post([this] { link.reset(); });
    loop.stop();
    loop.join();
  }
  void stop() {
    if (std::exchange(stopped, true)) return;
    std::promise<void> done;
    loop.post([&] { link->stop([&] { done.set_value(); }); });
    done.get_future().wait();
  }
  /// Starts it and waits for an event.
  void start_until(std::string event) {
    until = std::move(event);
    loop.post([this] { link->start(); });
    seen.get_future().wait();
  }

  FakeAri ari;
  runtime::Clock clock;
  runtime::EventLoop loop{"links"};
  std::unique_ptr<AriLink> link;
  std::mutex mutex;
  std::function<bool(const std::string&)> takes = [](const std::string&) { return true; };  ///< the core
  std::vector<std::string> events;
  std::optional<std::string> until;
  std::promise<void> seen;
  bool stopped = false;
};

TEST(AriLink, BecomesLiveOnEitherWayAndStops) {
  for (const bool takes : {true, false}) {
    LinkBench bench(willing, {.takes_requests = takes});
    bench.start_until("snapshot");
    bench.stop();
    EXPECT_THAT(bench.events, Contains("lost: stopped"));
    EXPECT_THAT(bench.ari.asked(), Contains("WS GET /ari/asterisk/ping"));
    EXPECT_EQ(bench.link->counters().requests_socket, takes ? 2U : 1U);
  }
}

TEST(AriLink, ATextOverTheLimitEndsTheConnection) {
  LinkBench bench(willing, {.greeting = std::string((1 << 20) + 1, 'x')});
  bench.start_until("lost: message over the limit");
}

TEST(AriLink, ACoreThatTakesNothingHearsOfTheEndFirst) {
  LinkBench bench(willing);
  int ends = 0;
  // It takes something again when the end is offered for the second time.
  bench.takes = [&](const std::string& event) { return event.starts_with("lost: ") && ++ends == 2; };
  bench.start_until("lost: inbound limit reached");
  EXPECT_THAT(bench.events, ElementsAre("lost: inbound limit reached"));
}

TEST(AriLink, StopsWhileItsFirstRequestIsUnanswered) {
  std::promise<void> asked, let_go;
  std::shared_future<void> held = let_go.get_future();
  std::once_flag once;
  {
    LinkBench bench([&](const std::string& line) {
      std::call_once(once, [&] { asked.set_value(); });
      held.wait();
      return willing(line);
    });
    bench.loop.post([&] { bench.link->start(); });
    asked.get_future().wait();
    bench.stop();
    EXPECT_THAT(bench.events, testing::IsEmpty());
    let_go.set_value();
  }
}

TEST(ReleaseWaiting, SendsWaitingCallersOnAndHangsUpThePhonesThatRing) {
  const std::string channels = "[" + channel_json("lab-1.1", "PJSIP/trunk-00000001", "Up", "callwright,4000") + "," +
                               channel_json("cw-7-8-3", "PJSIP/agent1-00000002", "Ringing") + "]";
  FakeAri ari(
      [&](const std::string& line) {
        if (line == "GET /ari/channels") return FakeAri::Answer{200, channels};
        return willing(line);
      },
      {});
  const auto released = release_waiting(ari.settings());
  ASSERT_TRUE(released);
  EXPECT_EQ(released->callers, 1U);
  EXPECT_EQ(released->phones, 1U);
  EXPECT_THAT(ari.asked(),
              ElementsAre("GET /ari/channels", "GET /ari/bridges", "POST /ari/channels/lab-1.1/continue?context=fallback&extension=s&priority=1",
                          "DELETE /ari/channels/cw-7-8-3?reason_code=16"));
}

TEST(ReleaseWaiting, APhoneThatIsJoinedMeanwhileIsNotHungUp) {
  const std::string channels = "[" + channel_json("lab-1.1", "PJSIP/trunk-00000001", "Up", "callwright,4000") + "," +
                               channel_json("cw-7-8-3", "PJSIP/agent1-00000002", "Up", "callwright,agent,7,8,3") + "]";
  int looks = 0;
  FakeAri ari(
      [&](const std::string& line) {
        if (line == "GET /ari/channels") return FakeAri::Answer{200, channels};
        if (line == "GET /ari/bridges")
          return FakeAri::Answer{
              200,
              "[" + (looks++ == 0 ? bridge_json("cw-7-t3-1", "mixing", {"lab-1.1"}) : bridge_json("cw-7-t3-1", "mixing", {"lab-1.1", "cw-7-8-3"})) +
                  "]"};
        return willing(line);
      },
      {});
  const auto released = release_waiting(ari.settings());
  ASSERT_TRUE(released);
  EXPECT_EQ(released->callers + released->phones, 0U);
  EXPECT_THAT(ari.asked(), Not(Contains(HasSubstr("DELETE"))));
  EXPECT_THAT(ari.asked(), Not(Contains(HasSubstr("continue"))));
}

TEST(ReleaseWaiting, ASwitchThatRefusesTheAccountIsAnError) {
  FakeAri ari([](const std::string&) { return FakeAri::Answer{401, "{}"}; }, {});
  EXPECT_EQ(release_waiting(ari.settings()).error().code, errc::not_allowed);
}

}  // namespace
}  // namespace callwright::cti::asterisk::test
