#include "cti/feed/codec.hpp"

#include "cti/feed/text.hpp"
#include "tests/unit/cti_feed/script.hpp"

namespace callwright::cti::feed {
namespace {

using namespace testing;
using std::chrono::seconds;

std::string payload(const std::string& frame_bytes) { return frame_bytes.substr(kFrameHead); }

model::LegCreated ringing() {
  model::LegCreated leg = caller("a1");
  leg.device = "1001";
  leg.device_class = model::DeviceClass::station;
  leg.direction = journal::Direction::outbound;
  leg.tokens = {ContactId{1}, OfferId{2}, 3};
  leg.redirecting = "+442079460000";
  return leg;
}

std::vector<SwitchMessage> switch_messages() {
  std::vector<SwitchMessage> all = good_script();
  const std::vector<model::SwitchEventBody> bodies{
      ringing(),
      model::LegStateSeen{"c", journal::LegState::held},
      model::LegEnteredBridge{"c", "b"},
      model::LegLeftBridge{"c", "b"},
      model::LegsReplaced{"c", "d"},
      model::LocalPair{"x;1", "x;2"},
      model::LegGone{"c", journal::Cause::unknown, -1, "", journal::EndedBy::unknown},
      model::LegGone{"c", journal::Cause::lost, 5, "text", journal::EndedBy::network},
      model::RouteAsked{"c", "4002"},
      model::PartyChanged{"c", "", "<script>"},
      model::PartyChanged{"c", "+44", "Ann", "4001", "+4420"},
      model::LegStateSeen{"c", journal::LegState::failed},
      model::CallDiverted{"c", "1001", "1002", journal::DivertReason::unknown, "follow-me"},
      model::CallDiverted{"c", "1001", "1002", journal::DivertReason::deflected, ""},
      model::TransferStarted{{journal::TransferKind::single_step, "a", "", "", "1002"}},
      model::TransferCompleted{{journal::TransferKind::attended, "a", "c", "a2", ""}},
      model::TransferFailed{{journal::TransferKind::blind, "", "c", "", "1002"}, journal::Cause::busy, 486, "Busy Here"},
      model::CallsMerged{"b1", "b2"},
      model::RecordingChanged{"c", "", "rec", journal::RecordingState::recording, ""},
      model::RecordingChanged{"", "b", "rec", journal::RecordingState::failed, "disk full"},
      model::DataSeen{"c", "account", std::string("a\0b\r\n", 5)},
      model::DtmfSeen{"c", "#"},
      model::CallbackAsked{"c", "+441632960123", {1'795'000'000'000'000}, "4001"},
      model::DeviceStateSeen{"1001", true, false},
      model::PlaybackEnded{"c", {1, 7, 2}, 3, true},
      model::QueueJoined{"c", "support"},
      model::QueueLeft{"c", "support", model::QueueLeft::Why::answered},
      model::QueueLeft{"c", "support", model::QueueLeft::Why::left},
      model::QueueOffered{"c", "support", "PJSIP/agent1"},
      model::QueueOfferEnded{"c", "support", "PJSIP/agent1", model::QueueOfferEnded::Why::accepted},
      model::QueueOfferEnded{"c", "support", "PJSIP/agent1", model::QueueOfferEnded::Why::withdrawn},
      model::QueueAgentSeen{"PJSIP/agent1", "support", model::QueueAgentSeen::State::paused, "午餐"},
      model::QueueAgentSeen{"PJSIP/agent1", "", model::QueueAgentSeen::State::signed_out, ""},
  };
  std::int64_t seq = 1;
  for (const auto& body : bodies) all.push_back(event(seq++, body));
  for (const auto why : {CommandStatus::unsupported, CommandStatus::failed, CommandStatus::expired})
    all.push_back(CommandResult{{1, 2, 3}, why, "because"});
  all.push_back(ErrorNotice{Errc::stopping, "bye"});
  all.push_back(SnapshotItems{{{.leg = caller("c"), .state = journal::LegState::connected, .bridge = "", .entry = "", .queue = "support"}},
                              {{"PJSIP/agent1", "support", model::QueueAgentSeen::State::ready, ""}}});
  all.push_back(SnapshotEnd{.legs = 1, .agents = 1});
  return all;
}

std::vector<ServerMessage> server_messages() {
  std::vector<ServerMessage> all{Welcome{.protocol = 1, .resume_after = 5, .server_epoch = 7, .server_time = kStart, .accepting = true, .reason = ""},
                                 Welcome{.server_epoch = 7, .server_time = kStart, .refused = Refusal::epoch_behind, .reason = "no"},
                                 Ack{9},
                                 SnapshotRequest{},
                                 Heartbeat{kStart, true},
                                 ErrorNotice{Errc::gap, "expected 2"}};
  const std::vector<model::CommandBody> bodies{model::Park{"c"},
                                               model::Ring{"1001", "c", "+44", "Ann", OfferId{4}, seconds(20)},
                                               model::Answer{"a"},
                                               model::Bridge{"c", "a"},
                                               model::Hold{"c", "a"},
                                               model::Retrieve{"c", "a"},
                                               model::End{"c", journal::Cause::rejected},
                                               model::Release{"c"},
                                               model::Dtmf{"c", "12#"},
                                               model::Play{"c",
                                                           {{.what = model::Prompt::What::media, .media = "custom/welcome"},
                                                            {.what = model::Prompt::What::number, .number = 0},
                                                            {.what = model::Prompt::What::position, .number = 3},
                                                            {.what = model::Prompt::What::wait, .duration = seconds(240)}},
                                                           "zh-CN",
                                                           true},
                                               model::Dial{"trunk", "+441632960123", "+441632960000", std::chrono::seconds(30)}};
  for (const auto& body : bodies) all.push_back(CommandMessage{{1, 2, 3}, kStart, ContactId{9}, 7, body});
  return all;
}

TEST(Codec, EveryMessageComesBackAsItWas) {
  for (const auto& message : switch_messages()) {
    const auto back = decode_switch(payload(encode(message)));
    ASSERT_TRUE(back.has_value()) << back.error().text();
    EXPECT_TRUE(*back == message) << "kind " << message.index();
  }
  for (const auto& message : server_messages()) {
    const auto back = decode_server(payload(encode(message)));
    ASSERT_TRUE(back.has_value()) << back.error().text();
    EXPECT_TRUE(*back == message) << "kind " << message.index();
  }
}

TEST(Codec, ATruncatedMessageIsMalformedOrAnotherMessageButNeverMore) {
  for (const auto& message : switch_messages()) {
    const std::string bytes = payload(encode(message));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      const auto back = decode_switch(std::string_view(bytes).substr(0, length));
      if (!back) EXPECT_EQ(back.error().code, Errc::malformed);
    }
  }
}

TEST(Codec, AnUnknownMessageIsRecognisedAsUnknown) {
  const std::string later("\xA2\x06\x00", 3);  // field 100, empty
  EXPECT_TRUE(std::holds_alternative<UnknownMessage>(decode_switch(later).value()));
  EXPECT_TRUE(std::holds_alternative<UnknownMessage>(decode_server(later).value()));
}

TEST(Codec, ACommandThatThisSideDoesNotKnowHasNoBody) {
  const auto transfer =
      decode_server(std::string("\x22\x09\x0A\x02\x10\x07\x82\x01\x02\x0A\x00", 11));  // command { id { seq 7 } transfer { native_id "" } }
  ASSERT_TRUE(transfer.has_value()) << transfer.error().text();
  EXPECT_FALSE(std::get<CommandMessage>(*transfer).body.has_value());
  EXPECT_EQ(std::get<CommandMessage>(*transfer).id.seq, 7);
}

TEST(Codec, FieldsThatBreakTheirRuleAreNamed) {
  const auto error = [](const SwitchMessage& message) { return decode_switch(payload(encode(message))).error().context; };
  EXPECT_EQ(error(event(1, model::RouteAsked{"", "4001"})), "route_asked.native_id");
  EXPECT_EQ(error(event(1, model::RouteAsked{"a\nb", "4001"})), "route_asked.native_id");
  EXPECT_EQ(error(event(0, caller("c"))), "event.seq");
  EXPECT_EQ(error(event(1, model::LegStateSeen{"c", static_cast<journal::LegState>(0)})), "leg_state.state");
  EXPECT_EQ(error(event(1, model::LegStateSeen{"c", static_cast<journal::LegState>(11)})), "leg_state.state");
  EXPECT_EQ(error(event(1, model::TransferStarted{{journal::TransferKind::blind, "", "", "a2", "1002"}})), "transfer.transferor");
  EXPECT_EQ(error(event(1, model::TransferStarted{})), "transfer.transferor");
  EXPECT_EQ(error(event(1, model::CallsMerged{"b", ""})), "calls_merged.into");
  EXPECT_EQ(error(event(1, model::RecordingChanged{"c", "b", "rec", journal::RecordingState::paused, ""})), "recording_changed.native_id");
  EXPECT_EQ(error(event(1, model::RecordingChanged{"", "", "rec", journal::RecordingState::paused, ""})), "recording_changed.native_id");
  EXPECT_EQ(error(event(1, model::RecordingChanged{"c", "", "rec", static_cast<journal::RecordingState>(0), ""})), "recording_changed.state");
  EXPECT_EQ(error(event(1, model::RecordingChanged{"c", "", "", journal::RecordingState::paused, ""})), "recording_changed.recording");
  EXPECT_EQ(error(event(1, model::QueueJoined{"", "support"})), "queue_joined.native_id");
  EXPECT_EQ(error(event(1, model::QueueJoined{"c", ""})), "queue_joined.queue");
  EXPECT_EQ(error(event(1, model::QueueLeft{"c", "a\nb", model::QueueLeft::Why::left})), "queue_left.queue");
  EXPECT_EQ(error(event(1, model::QueueOffered{"c", "support", ""})), "queue_offered.device");
  EXPECT_EQ(error(event(1, model::QueueOfferEnded{"c", "support", "", model::QueueOfferEnded::Why::refused})), "queue_offer_ended.device");
  EXPECT_EQ(error(event(1, model::QueueAgentSeen{"", "support", model::QueueAgentSeen::State::ready, ""})), "queue_agent.device");
  EXPECT_EQ(error(event(1, model::QueueAgentSeen{"d", "support", static_cast<model::QueueAgentSeen::State>(0), ""})), "queue_agent.state");
  EXPECT_EQ(error(SnapshotItems{{}, {{"", "support", model::QueueAgentSeen::State::ready, ""}}}), "queue_agent.device");
  Hello bad = hello();
  bad.boot_epoch = 0;
  EXPECT_EQ(error(bad), "hello.boot_epoch");
  bad = hello();
  bad.capabilities.assign(65, "park");
  EXPECT_EQ(error(bad), "hello.capabilities");
}

TEST(Codec, WhyAQueueWasLeftIsReadAsTheLeastThatItCanMeanIfItIsNotKnown) {
  const auto back = [](const model::SwitchEventBody& body) { return *std::get<Event>(*decode_switch(payload(encode(SwitchMessage{event(1, body)})))).body; };
  for (const int later : {0, 9}) {
    EXPECT_EQ(std::get<model::QueueLeft>(back(model::QueueLeft{"c", "q", static_cast<model::QueueLeft::Why>(later)})).why, model::QueueLeft::Why::left);
    EXPECT_EQ(std::get<model::QueueOfferEnded>(back(model::QueueOfferEnded{"c", "q", "d", static_cast<model::QueueOfferEnded::Why>(later)})).why,
              model::QueueOfferEnded::Why::withdrawn);
  }
}

TEST(Codec, CallerNamesOfAnyKindPassAsText) {
  const std::vector<std::string> names{"<img src=x onerror=alert(1)>", "a\r\nb", std::string("a\0b", 3), std::string(10'000, 'x'), "🦊 王小明"};
  for (const std::string& name : names) {
    model::LegCreated leg = caller("c");
    leg.caller_name = name;
    const auto back = decode_switch(payload(encode(SwitchMessage{event(1, leg)})));
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(std::get<model::LegCreated>(*std::get<Event>(*back).body).caller_name, name);
  }
}

TEST(Codec, TextThatIsNoUtf8IsRepairedWhenItLeavesAndMalformedWhenItComes) {
  model::LegCreated leg = caller("c");
  leg.caller_name = "J\xFCrgen";
  const auto back = decode_switch(payload(encode(SwitchMessage{event(1, leg)})));
  EXPECT_EQ(std::get<model::LegCreated>(*std::get<Event>(*back).body).caller_name, "J\xEF\xBF\xBDrgen");

  leg.caller_name = "JXrgen";
  std::string bytes = payload(encode(SwitchMessage{event(1, leg)}));
  bytes[bytes.find("JXrgen") + 1] = '\xFC';
  EXPECT_EQ(decode_switch(bytes).error().code, Errc::malformed);
}

TEST(Codec, ALargeSnapshotIsDividedIntoFramesBelowTheLimit) {
  model::Snapshot snapshot;
  for (int i = 0; i < 3000; ++i) {
    model::LegCreated leg = caller("c" + std::to_string(i));
    leg.caller_name = std::string(1000, 'n');
    snapshot.legs.push_back({.leg = leg, .state = journal::LegState::queued, .bridge = "", .entry = "", .queue = "support"});
    snapshot.agents.push_back({"PJSIP/" + std::to_string(i), "support", model::QueueAgentSeen::State::paused, std::string(1000, 'r')});
  }
  FrameReader reader;
  for (const std::string& bytes : encode_snapshot(7, kStart, snapshot)) {
    EXPECT_LE(bytes.size(), kFrameLimit);
    reader.add(bytes);
  }
  model::Snapshot back;
  while (const auto next = *reader.next()) {
    const auto message = decode_switch(*next);
    if (const auto* items = std::get_if<SnapshotItems>(&*message)) {
      back.legs.insert(back.legs.end(), items->legs.begin(), items->legs.end());
      back.agents.insert(back.agents.end(), items->agents.begin(), items->agents.end());
    }
    if (const auto* end = std::get_if<SnapshotEnd>(&*message)) EXPECT_EQ(*end, (SnapshotEnd{.legs = 3000, .agents = 3000}));
  }
  EXPECT_TRUE(back == snapshot);
}

TEST(Codec, CapabilitiesNeedAllTheirCommands) {
  EXPECT_EQ(capabilities_of({"park", "ring", "bridge"}), (model::Capabilities{.observe = true}));
  EXPECT_EQ(capabilities_of({"release", "park", "ring", "bridge", "answer"}), (model::Capabilities{.observe = true, .route = true, .answer = true}));
  EXPECT_EQ(capabilities_of({"play"}), (model::Capabilities{.observe = true, .play = true}));
  EXPECT_EQ(capabilities_of({"hold", "retrieve", "end", "dtmf", "teleport"}), (model::Capabilities{.observe = true, .control = true}));
}

TEST(FrameReader, GivesTheSameFramesAtEverySplit) {
  const std::string bytes = frame("a") + frame(std::string(300, 'b')) + frame("ccc");
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    FrameReader reader;
    std::vector<std::string> frames;
    for (const auto part : {std::string_view(bytes).substr(0, cut), std::string_view(bytes).substr(cut)}) {
      reader.add(part);
      while (const auto next = *reader.next()) frames.emplace_back(*next);
    }
    EXPECT_THAT(frames, ::testing::ElementsAre("a", std::string(300, 'b'), "ccc"));
    EXPECT_EQ(reader.buffered(), 0u);
  }
}

TEST(FrameReader, ChecksTheLengthBeforeItWaitsForTheBytes) {
  FrameReader largest;
  largest.add(std::string("\x00\x10\x00\x00", 4));
  EXPECT_TRUE(largest.next().has_value());
  FrameReader above;
  above.add(std::string("\x00\x10\x00\x01", 4));
  EXPECT_EQ(above.next().error().code, Errc::oversized);
  FrameReader huge;
  huge.add("\xFF\xFF\xFF\xFF");
  EXPECT_EQ(huge.next().error().code, Errc::oversized);
}

TEST(Text, DialplanCharactersNeverName) {
  for (const char c : std::string(",;|&${}[]\"\\`^\n\0\x7F", 17)) EXPECT_FALSE(name_value("device", std::string("a") + c).has_value()) << int(c);
  EXPECT_TRUE(name_value("device", "PJSIP/agent-1_x@home").has_value());
  EXPECT_FALSE(dtmf_value("12e").has_value());
  EXPECT_FALSE(dtmf_value("").has_value());
}

}  // namespace
}  // namespace callwright::cti::feed
