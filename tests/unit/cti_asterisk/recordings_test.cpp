// What a real Asterisk 22 said (tests/data/asterisk22), and what the call model is told of it. The recordings were made with
// subscribeAll: they hold more than we ask for, and the rest must not show.
#include <gmock/gmock.h>

#include "tests/unit/cti_asterisk/bench_switch.hpp"

namespace callwright::cti::asterisk::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

Settings recorded() {
  Settings settings = Bench::usual();
  settings.app = "cti";
  return settings;
}

void replay(const std::string& name, Bench& bench) {
  bench.live();
  bench.forget();
  for (const std::string& text : recording(name)) bench.text(text);
  EXPECT_EQ(bench.machine.counters().malformed_events, 0U);
}

TEST(Recordings, AgentHangsUp) {
  Bench bench(recorded());
  replay("ari-agent-hangs-up", bench);
  EXPECT_THAT(bench.events, ElementsAre("made lab-1795324505.69 PJSIP/trunk trunk from 4930111 to inbound", "route lab-1795324505.69 inbound",
                                        "connected lab-1795324505.69", "made cw-7-8-1 PJSIP/agent1 station contact 7 offer 8", "dialing cw-7-8-1",
                                        "alerting cw-7-8-1", "device PJSIP/agent1 free", "connected cw-7-8-1", "joins lab-1795324505.69 cw-7-t1",
                                        "joins cw-7-8-1 cw-7-t1", "leaves cw-7-8-1 cw-7-t1", "gone cw-7-8-1 normal 16 by agent",
                                        "leaves lab-1795324505.69 cw-7-t1", "gone lab-1795324505.69 normal 0 by unknown"));
  EXPECT_THAT(bench.requests, IsSupersetOf({"DELETE /bridges/cw-7-w1", "DELETE /bridges/cw-7-t1"}));
}

TEST(Recordings, CustomerHangsUp) {
  Bench bench(recorded());
  replay("ari-caller-hangs-up", bench);
  EXPECT_THAT(bench.events, Contains("gone lab-1795324513.73 normal 16 by customer"));
  EXPECT_THAT(bench.events, Contains("joins cw-7-8-1 cw-7-t1").Times(1));
}

TEST(Recordings, BusyAgentEndsTheOfferAndNotTheCaller) {
  Bench bench(recorded());
  replay("ari-agent-busy", bench);
  EXPECT_THAT(bench.events, ElementsAre("made lab-1795324540.86 PJSIP/trunk trunk from 4930111 to inbound", "route lab-1795324540.86 inbound",
                                        "connected lab-1795324540.86", "made cw-7-8-1 PJSIP/agent1 station contact 7 offer 8", "dialing cw-7-8-1",
                                        "failed cw-7-8-1", "gone cw-7-8-1 busy 17 by agent", "gone lab-1795324540.86 normal 0 by customer"));
}

TEST(Recordings, NoAnswerIsToldByTheEndOfTheChannelAlone) {
  Bench bench(recorded());
  replay("ari-rona-next-agent", bench);
  EXPECT_THAT(bench.events, Contains("gone cw-7-8-1 no_answer 19 by unknown"));
  EXPECT_THAT(bench.events, Contains("joins cw-7-9-1 cw-7-t1"));
}

TEST(Recordings, UnreachableAgentMakesNoEvents) {
  Bench bench(recorded());
  replay("ari-agent-unreachable", bench);
  EXPECT_THAT(bench.events, Not(Contains(HasSubstr("cw-"))));
}

TEST(Recordings, DigitsAreTheCallersOnly) {
  Bench bench(recorded());
  replay("ari-dtmf", bench);
  EXPECT_THAT(bench.events, IsSupersetOf({"digit lab-1795325078.11 1", "digit lab-1795325078.11 2", "digit lab-1795325078.11 #", "digit lab-1795325078.11 7"}));
}

TEST(Recordings, TransferInStasisReplacesTheAgentsLegAndKeepsTheContact) {
  Bench bench(recorded());
  replay("ari-transfer-refer-in-stasis", bench);
  EXPECT_THAT(bench.events,
              ElementsAre("made lab-1795325013.2 PJSIP/trunk trunk from 4930111 to inbound", "route lab-1795325013.2 inbound", "connected lab-1795325013.2",
                          "made cw-7-8-1 PJSIP/agent1 station contact 7 offer 8", "dialing cw-7-8-1", "alerting cw-7-8-1", "device PJSIP/agent1 free",
                          "connected cw-7-8-1", "joins lab-1795325013.2 cw-7-t1", "joins cw-7-8-1 cw-7-t1",
                          "made lab-1795325018.6 Local/1002@agents local_half contact 7", "replaced cw-7-8-1 by lab-1795325018.6", "leaves cw-7-8-1 cw-7-t1",
                          "joins lab-1795325018.6 cw-7-t1", "transfer blind completed of lab-1795325013.2 by cw-7-8-1 to 1002", "device PJSIP/agent2 busy", "alerting lab-1795325018.6", "gone cw-7-8-1 normal 16 by agent",
                          "connected lab-1795325018.6", "device PJSIP/agent2 free", "leaves lab-1795325018.6 cw-7-t1",
                          "gone lab-1795325018.6 normal 16 by agent", "leaves lab-1795325013.2 cw-7-t1", "gone lab-1795325013.2 normal 0 by unknown"));
}

TEST(Recordings, ARecordingOfTheTalkIsToldWhenItBeginsAndWhenItStops) {
  Bench bench(recorded());
  replay("ari-recording", bench);
  EXPECT_THAT(bench.events, Contains("recording rec-1 of cw-7-t1").Times(1));
  EXPECT_THAT(bench.events, Contains("stopped rec-1 of cw-7-t1").Times(1));
}

TEST(Recordings, CallerWhoLeftTheApplicationIsGoneThoughHisCallGoesOn) {
  Bench bench(recorded());
  bench.live();
  bench.forget();
  bool released = false;
  for (const std::string& text : recording("ari-continue-to-dialplan")) {
    if (!std::exchange(released, released || text.find("ChannelEnteredBridge") != text.npos) && text.find("ChannelEnteredBridge") != text.npos)
      bench.command(model::Release{"lab-1795325190.18"});
    bench.text(text);
  }
  EXPECT_THAT(bench.events, Contains("gone lab-1795325190.18 transferred 0 by us"));
  EXPECT_EQ(bench.events.back(), "device PJSIP/agent2 free");
  EXPECT_THAT(bench.events, Not(Contains(HasSubstr("joins"))));
}

TEST(Recordings, CallsThatNeverEnterOurApplicationAreNotLegs) {
  Bench bench(recorded());
  replay("restart-midcall", bench);
  EXPECT_THAT(bench.events, ElementsAre("device PJSIP/agent1 busy", "device PJSIP/agent1 free"));
}

/// A connection that breaks after any event, and comes back to a switch on which nothing is left, leaves no leg behind.
TEST(Recordings, CutAfterAnyEventTheNextSnapshotIsEmpty) {
  const std::vector<std::string> texts = recording("ari-agent-hangs-up");
  for (std::size_t cut = 0; cut <= texts.size(); ++cut) {
    Bench bench(recorded());
    bench.live();
    for (std::size_t i = 0; i < cut; ++i) bench.text(texts[i]);
    bench.forget();
    bench.take(bench.machine.socket_closed("cut", bench.now));
    EXPECT_THAT(bench.events, ElementsAre("lost: cut"));
    bench.pass(std::chrono::seconds(1));
    bench.take(bench.machine.socket_opened(bench.now));
    ASSERT_EQ(bench.machine.phase(), Machine::Phase::live) << cut;
    EXPECT_EQ(bench.events[1].substr(0, 6), "opened");
    EXPECT_EQ(bench.events[2], "snapshot");
  }
}

/// Every event twice: the second time says nothing new about legs.
TEST(Recordings, RepeatedEventsAreToldOnce) {
  for (const char* name : {"ari-agent-busy", "ari-caller-hangs-up", "ari-rona-next-agent", "ari-recording"}) {
    Bench once(recorded()), twice(recorded());
    replay(name, once);
    twice.live();
    twice.forget();
    for (const std::string& text : recording(name)) {
      if (text.find("\"StasisStart\"") == text.npos || text.find("\"inbound\"") == text.npos) twice.text(text);
      twice.text(text);
    }
    EXPECT_EQ(twice.events, once.events) << name;
  }
}

}  // namespace
}  // namespace callwright::cti::asterisk::test
