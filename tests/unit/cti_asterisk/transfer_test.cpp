// Transfers, mergers, recordings, diversions and redirecting numbers: what ARI says of them and what the call model is told.
#include <gmock/gmock.h>

#include "tests/unit/cti_asterisk/usual_call.hpp"

namespace callwright::cti::asterisk::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kBridge = "cw-7-t3-0";

std::string caller_json() { return channel_json(kCaller, "PJSIP/trunk-00000001", "Up", "callwright,4000"); }
std::string agent_json(const std::string& id = kAgent) { return channel_json(id, "PJSIP/agent1-00000002", "Up"); }

std::string blind(const std::string& result) {
  return event_json("BridgeBlindTransfer", R"("channel":)" + agent_json() + R"(,"transferee":)" + caller_json() +
                                               R"(,"exten":"1002","context":"agents","is_external":true,"result":")" + result + '"');
}
std::string asked(const std::string& state) {
  return event_json("ChannelTransfer", R"("state":")" + state +
                                           R"(","refer_to":{"requested_destination":{"destination":"1002"}},"referred_by":{"source_channel":)" +
                                           agent_json() + R"(,"connected_channel":)" + caller_json() + "}");
}
std::string recording_event(const std::string& type, const std::string& state, const std::string& target) {
  return event_json(type,
                    R"("recording":{"name":"rec-9","format":"wav","state":")" + state + R"(","target_uri":")" + target + R"(","cause":"disk full"})");
}

TEST(Transfers, ABlindTransferIsToldWithItsResult) {
  Bench bench;
  talk(bench);
  bench.text(blind("Success"));
  bench.text(blind("Not Permitted"));
  bench.text(blind("Fail"));
  EXPECT_THAT(bench.events, ElementsAre("transfer blind completed of lab-1.1 by cw-7-8-3 to 1002",
                                        "transfer blind failed of lab-1.1 by cw-7-8-3 to 1002 not_allowed Not Permitted",
                                        "transfer blind failed of lab-1.1 by cw-7-8-3 to 1002 unknown Fail"));
}

TEST(Transfers, AnAttendedTransferNamesTheConsultation) {
  Bench bench;
  talk(bench);
  bench.text(event_json("BridgeAttendedTransfer", R"("transferer_first_leg":)" + agent_json() + R"(,"transferer_second_leg":)" +
                                                      agent_json("lab-1.7") + R"(,"transferee":)" + caller_json() +
                                                      R"(,"is_external":true,"destination_type":"link","result":"Success")"));
  EXPECT_THAT(bench.events, ElementsAre("transfer attended completed of lab-1.1 by cw-7-8-3 consulting on lab-1.7"));
}

TEST(Transfers, OneOfStrangersIsNotTold) {
  Bench bench;
  bench.live();
  bench.forget();
  bench.text(blind("Success"));
  bench.text(asked("channel_answered"));
  EXPECT_THAT(bench.events, IsEmpty());
}

TEST(Transfers, AReferThatIsLeftToUsIsToldFromItsBeginning) {
  Bench bench;
  talk(bench);
  for (const char* state : {"", "channel_progress", "channel_answered", "channel_unavailable", "channel_declined"}) bench.text(asked(state));
  const std::string parts = " of lab-1.1 by cw-7-8-3 to 1002";
  EXPECT_THAT(bench.events, ElementsAre("transfer blind started" + parts, "transfer blind started" + parts, "transfer blind completed" + parts,
                                        "transfer blind failed" + parts + " unreachable channel_unavailable",
                                        "transfer blind failed" + parts + " rejected channel_declined"));
}

TEST(Transfers, ATransferWithoutItsPartsIsMalformedAndOneMoreCounted) {
  Bench bench;
  talk(bench);
  bench.text(event_json("BridgeBlindTransfer", R"("channel":)" + agent_json()));
  bench.text(event_json("BridgeAttendedTransfer", R"("result":"Success")"));
  bench.text(event_json("ChannelTransfer", R"("refer_to":{},"referred_by":{})"));
  bench.text(event_json("RecordingStarted", R"("recording":{"name":""})"));
  EXPECT_EQ(bench.machine.counters().malformed_events, 4U);
  EXPECT_THAT(bench.events, IsEmpty());
}

TEST(Transfers, BridgesThatBecomeOneAreToldOnceThoughTheirChannelsAreToldToo) {
  Bench bench;
  talk(bench);
  bench.text(event_json("BridgeMerged", R"("bridge":)" + bridge_json("other", "mixing", {}) + R"(,"bridge_from":)" +
                                            bridge_json(kBridge, "mixing", {kCaller, kAgent})));
  for (const std::string& id : {kCaller, kAgent}) {
    bench.text(bridge_event("ChannelLeftBridge", id, kBridge, "mixing", {kCaller}));
    bench.text(bridge_event("ChannelEnteredBridge", id, "other", "mixing", {kCaller}));
  }
  EXPECT_THAT(bench.events, ElementsAre("merged cw-7-t3-0 into other"));
  bench.forget();
  bench.text(bridge_event("ChannelLeftBridge", kAgent, "other", "mixing", {kCaller}));
  EXPECT_THAT(bench.events, ElementsAre("leaves cw-7-8-3 other"));
}

TEST(Transfers, ARecordingIsToldOfALegOrABridgeOfOursOnly) {
  Bench bench;
  talk(bench);
  bench.text(recording_event("RecordingStarted", "recording", "channel:somebody"));
  bench.text(recording_event("RecordingFinished", "done", "channel:somebody"));
  EXPECT_THAT(bench.events, IsEmpty());
  bench.text(recording_event("RecordingStarted", "recording", "channel:" + kCaller));
  bench.text(recording_event("RecordingFailed", "failed", "channel:" + kCaller));
  bench.text(recording_event("RecordingStarted", "recording", "bridge:" + kBridge));
  bench.text(recording_event("RecordingFinished", "done", "bridge:" + kBridge));
  EXPECT_THAT(bench.events,
              ElementsAre("recording rec-9 of lab-1.1", "failed rec-9 of lab-1.1", "recording rec-9 of cw-7-t3-0", "stopped rec-9 of cw-7-t3-0"));
}

TEST(Transfers, ARecordingIsForgottenWithWhatItRecordedWhenAGapHidItsEnd) {
  Channels channels{Bench::usual()};
  Channels::Effects effects;
  const Channel caller{.id = "c", .name = "PJSIP/trunk-1", .state = "Up", .app_name = "Stasis", .app_data = "callwright,4000"};
  channels.on({"", {}, StasisStart{caller, {"4000"}, {}}}, effects);
  channels.on({"", {}, RecordingTold{"stays", "channel:c", "recording", ""}}, effects);
  channels.begin({caller}, {}, {}, effects);
  effects.events.clear();
  channels.on({"", {}, RecordingTold{"stays", "channel:c", "done", ""}}, effects);
  EXPECT_EQ(effects.events.size(), 1U);
  channels.on({"", {}, RecordingTold{"goes", "channel:c", "recording", ""}}, effects);
  channels.begin({}, {}, {}, effects);
  effects.events.clear();
  channels.on({"", {}, RecordingTold{"goes", "channel:c", "done", ""}}, effects);
  EXPECT_TRUE(effects.events.empty());
}

TEST(Transfers, RecordingsThatRunAtOnceAreBounded) {
  Channels channels{Bench::usual()};
  Channels::Effects effects;
  channels.on({"", {}, StasisStart{{.id = "c", .name = "PJSIP/trunk-1", .state = "Up"}, {"4000"}, {}}}, effects);
  effects.events.clear();
  for (std::size_t i = 0; i <= Channels::kRecordingLimit; ++i)
    channels.on({"", {}, RecordingTold{std::to_string(i), "channel:c", "recording", ""}}, effects);
  EXPECT_EQ(effects.events.size(), Channels::kRecordingLimit);
}

TEST(Transfers, APhoneThatNamesAnotherIsADiversionAndABusyOneHasFailed) {
  Bench bench;
  bench.live();
  bench.text(start_of_caller());
  bench.text(seen(kAgent, "Ringing"));
  bench.forget();
  bench.text(event_json("Dial", R"("peer":)" + agent_json() + R"(,"dialstatus":"CANCEL","forward":"1009")"));
  EXPECT_THAT(bench.events, ElementsAre("diverted cw-7-8-3 from PJSIP/agent1 to 1009"));
  bench.text(event_json("Dial", R"("peer":)" + agent_json() + R"(,"dialstatus":"BUSY")"));
  bench.text(seen(kAgent, "Busy"));
  EXPECT_EQ(bench.events.back(), "failed cw-7-8-3");
  EXPECT_EQ(bench.events.size(), 2U);
  bench.text(destroyed(kAgent, 17));
  EXPECT_THAT(bench.events.back(), HasSubstr("gone cw-7-8-3 busy 17"));
}

TEST(Transfers, WhoSentTheCallerOnIsToldAtHisArrivalAndWhenItChanges) {
  auto with_rdnis = [](const std::string& type, const std::string& number) {
    std::string channel = caller_json();
    channel.insert(1, R"("caller_rdnis":")" + number + R"(",)");
    return event_json(type, (type == "StasisStart" ? R"("args":["4000"],)" : "") + (R"("channel":)" + channel));
  };
  Bench bench;
  bench.live();
  bench.forget();
  bench.text(with_rdnis("StasisStart", "4930222"));
  bench.text(with_rdnis("ChannelConnectedLine", "4930222"));
  EXPECT_THAT(bench.events, Contains("made lab-1.1 PJSIP/trunk trunk from 4930111 to 4000 redirected by 4930222"));
  bench.forget();
  bench.text(with_rdnis("ChannelCallerId", "4930333"));
  EXPECT_THAT(bench.events, ElementsAre("party lab-1.1 4930111 redirected by 4930333"));
  bench.forget();
  bench.text(with_rdnis("ChannelConnectedLine", "4930444"));
  EXPECT_THAT(bench.events, ElementsAre("party lab-1.1 4930111 redirected by 4930444"));
}

}  // namespace
}  // namespace callwright::cti::asterisk::test
