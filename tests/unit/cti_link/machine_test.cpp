#include "cti/link/machine.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cti_link/talk_machine.hpp"

namespace callwright::cti::link {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

struct LinkMachine : testing::Test {
  std::vector<std::string> said(Actions actions) { return lines(actions); }
  void go_live() {
    machine.start(now);
    machine.opened(now);
    machine.received("welcome\nleg a\nend\n", now);
    ASSERT_EQ(machine.phase(), Machine::Phase::live);
  }
  static model::Command ring(std::string device = "100") {
    model::Command command;
    command.id = {1, 40, 0};
    command.contact = ContactId{5};
    command.epoch = 7;
    command.body = model::Ring{.device = std::move(device), .caller_native_id = "c", .offer = OfferId{6}};
    return command;
  }

  Instant now{1'795'000'000'000'000};
  TalkMachine machine;
};

TEST_F(LinkMachine, SignsInTakesASnapshotAndThenWhatWasKeptBack) {
  EXPECT_THAT(said(machine.start(now)), ElementsAre("open"));
  EXPECT_THAT(said(machine.opened(now)), ElementsAre("send hello"));
  EXPECT_THAT(said(machine.received("wel", now)), IsEmpty());
  EXPECT_THAT(said(machine.received("come\n", now)), ElementsAre("send list"));
  EXPECT_THAT(said(machine.received("leg a\nnew b\n", now)), IsEmpty()) << "nothing is told before the snapshot";
  EXPECT_THAT(said(machine.received("end\ngone a\n", now)),
              ElementsAre("declare", "opened 3", "snapshot [a  unknown unknown]", "made b  unknown", "gone a unknown 0 by unknown"));
  EXPECT_EQ(machine.counters().bytes, 31U);
}

TEST_F(LinkMachine, PausesGrowWithEachFailureAndShrinkAgainOnceLive) {
  machine.start(now);
  Duration last{};
  for (int attempt = 0; attempt < 8; ++attempt) {
    machine.closed("refused", now);
    const Duration pause = *machine.next_wake() - now;
    EXPECT_GE(pause, std::min<Duration>(125ms * (1 << attempt), 2500ms));
    EXPECT_LE(pause, std::min<Duration>(250ms * (1 << attempt), 5s));
    last = pause;
    now = *machine.next_wake();
    EXPECT_THAT(said(machine.wake(now)), ElementsAre("open"));
  }
  EXPECT_GE(last, 2500ms);
  machine.opened(now);
  machine.received("welcome\nend\n", now);
  machine.closed("gone", now);
  EXPECT_LE(*machine.next_wake() - now, 250ms);
}

TEST_F(LinkMachine, TheFirstFailureIsToldOnceAndTheEndOfALiveLinkEachTime) {
  machine.start(now);
  EXPECT_THAT(said(machine.closed("refused", now)), ElementsAre("close", "lost: refused", "log link_not_connected"));
  machine.wake(now = *machine.next_wake());
  EXPECT_THAT(said(machine.closed("refused", now)), ElementsAre("close", "log link_not_connected"));
  machine.wake(now = *machine.next_wake());
  machine.opened(now);
  machine.received("welcome\nend\n", now);
  EXPECT_THAT(said(machine.closed("eof", now)), ElementsAre("close", "lost: eof", "log link_lost"));
  EXPECT_EQ(machine.counters().lost, 1U);
}

TEST_F(LinkMachine, ARefusedAccountIsNotTriedAgain) {
  machine.start(now);
  machine.opened(now);
  EXPECT_THAT(said(machine.received("go away\nnew x\n", now)), ElementsAre("close", "log link_account_refused", "lost: account refused: go away"));
  EXPECT_EQ(machine.phase(), Machine::Phase::refused);
  EXPECT_FALSE(machine.next_wake());
  EXPECT_THAT(said(machine.wake(now + 1h)), IsEmpty());
  EXPECT_THAT(said(machine.start(now)), ElementsAre("open")) << "a restart asks again";
}

TEST_F(LinkMachine, EachStepHasItsLimit) {
  machine.start(now);
  for (const char* step : {"", "hello", "welcome\n"}) {
    if (*step) machine.opened(now);
    if (*step == 'w') machine.received(step, now);
    ASSERT_TRUE(machine.next_wake());
    EXPECT_THAT(said(machine.wake(*machine.next_wake() - Duration(1))), IsEmpty());
    EXPECT_THAT(said(machine.wake(*machine.next_wake())), Contains("close")) << step;
    EXPECT_EQ(machine.phase(), Machine::Phase::waiting);
    machine.wake(now = *machine.next_wake());
  }
}

TEST_F(LinkMachine, WhatOneReadBringsAfterTheEndOfItsConnectionSaysNothing) {
  go_live();
  EXPECT_THAT(said(machine.received("trouble\nnew x\n", now)), ElementsAre("close", "lost: trouble", "log link_lost"));
  EXPECT_THAT(said(machine.received("new y\n", now)), IsEmpty());
}

TEST_F(LinkMachine, ARingThatIsNotSentIsALegThatBeganAndEnded) {
  const auto failed = [](const char* cause) {
    return ElementsAre("log command_not_sent", "made cw-5-6-7 100 station contact 5 offer 6",
                       "gone cw-5-6-7 " + std::string(cause) + " 0 by network");
  };
  EXPECT_THAT(said(machine.command(ring(), now)), failed("lost"));
  go_live();
  model::Command late = ring();
  late.deadline = now - Duration(1);
  EXPECT_THAT(said(machine.command(late, now)), failed("lost"));
  EXPECT_THAT(said(machine.command(ring("1\n0"), now)), Contains("gone cw-5-6-7 bad_number 0 by network"));
  EXPECT_EQ(machine.counters().commands, 3U);
  EXPECT_EQ(machine.counters().commands_not_connected, 1U);
  EXPECT_EQ(machine.counters().commands_too_late, 1U);
  EXPECT_EQ(machine.counters().commands_refused, 1U);
}

TEST_F(LinkMachine, ARingThatFailsIsToldOnceAndNotIfEventsHaveShownIt) {
  go_live();
  EXPECT_THAT(said(machine.command(ring(), now)), ElementsAre("send ring 100 cw-5-6-7"));
  EXPECT_THAT(said(machine.received("cannot cw-5-6-7\n", now)),
              ElementsAre("made cw-5-6-7 100 station contact 5 offer 6", "gone cw-5-6-7 busy 17 by network"));
  EXPECT_THAT(said(machine.received("cannot cw-5-6-7\n", now)), IsEmpty());
  machine.command(ring(), now);
  EXPECT_THAT(said(machine.received("new cw-5-6-7\ncannot cw-5-6-7\n", now)), ElementsAre("made cw-5-6-7  unknown"));
}

TEST_F(LinkMachine, ARingWhoseOfferHasEndedOtherwiseIsNeverTold) {
  go_live();
  machine.command(ring(), now);
  EXPECT_THAT(said(machine.received("over cw-5-6-7\ncannot cw-5-6-7\n", now)), IsEmpty());
  machine.closed("eof", now);
  machine.wake(now = *machine.next_wake());
  machine.opened(now);
  EXPECT_THAT(said(machine.received("welcome\nend\n", now)), ElementsAre("send list", "declare", "opened 3", "snapshot"));
}

TEST_F(LinkMachine, ALinkWithManyPeersSaysWhomItSpeaksTo) {
  go_live();
  EXPECT_THAT(said(machine.received("hello from a\nhello from b\n", now)), ElementsAre("send hello to a", "send hello to b"));
}

TEST_F(LinkMachine, ARingThatAGapSwallowedEndsBehindTheSnapshot) {
  go_live();
  machine.command(ring(), now);
  machine.closed("eof", now);
  machine.wake(now = *machine.next_wake());
  machine.opened(now);
  EXPECT_THAT(
      said(machine.received("welcome\nend\n", now)),
      ElementsAre("send list", "declare", "opened 3", "snapshot", "made cw-5-6-7 100 station contact 5 offer 6", "gone cw-5-6-7 lost 0 by network"));
}

TEST_F(LinkMachine, WhatItCannotDoIsCountedAndNeverSent) {
  go_live();
  model::Command hold;
  hold.body = model::Hold{"a", "b"};
  EXPECT_THAT(said(machine.command(hold, now)), ElementsAre("log command_not_sent"));
  EXPECT_EQ(machine.counters().commands_unsupported, 1U);
}

TEST_F(LinkMachine, AnOverflowEndsTheConnectionAndLostCommandsDoToo) {
  go_live();
  EXPECT_THAT(said(machine.overflowed(now)), ElementsAre("close", "lost: inbound limit reached", "log link_lost"));
  EXPECT_EQ(*machine.next_wake(), now + 5s) << "a core that is behind is not helped by a snapshot at once";
  machine.wake(now = *machine.next_wake());
  machine.opened(now);
  machine.received("welcome\nend\n", now);
  EXPECT_THAT(said(machine.commands_lost(now)), Contains("close"));
}

TEST_F(LinkMachine, TheProtocolsOwnTimerRunsWhileOpenOnly) {
  go_live();
  EXPECT_EQ(machine.next_wake(), now + 1s);
  EXPECT_THAT(said(machine.wake(now + 1s)), ElementsAre("send ping"));
  machine.stop(now);
  EXPECT_FALSE(machine.next_wake());
  EXPECT_EQ(machine.phase(), Machine::Phase::stopped);
}

TEST_F(LinkMachine, NamesOfConnectionsNeverComeTwice) {
  const auto source = [](const Actions& actions) {
    for (const Action& action : actions)
      if (const auto* emit = std::get_if<Emit>(&action)) return emit->event.source.name + " " + emit->event.source.id;
    return std::string();
  };
  machine.start(now);
  EXPECT_EQ(source(machine.closed("refused", now)), "link:main/7-1 1");
  machine.wake(now = *machine.next_wake());
  machine.opened(now);
  EXPECT_EQ(source(machine.received("welcome\nend\n", now)), "link:main/7-2 1");
}

}  // namespace
}  // namespace callwright::cti::link
