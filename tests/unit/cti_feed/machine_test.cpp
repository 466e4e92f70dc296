#include "cti/feed/machine.hpp"

#include "cti/feed/admissions.hpp"
#include "tests/unit/cti_feed/script.hpp"

namespace callwright::cti::feed {
namespace {

using namespace testing;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

model::SwitchEvent from_feed(std::int64_t seq, model::SwitchEventBody body) {
  return {.switch_id = {"north"}, .source = {"feed:north/41", std::to_string(seq)}, .switch_at = {seq * 10}, .body = std::move(body)};
}
model::SwitchEvent from_link(int n, model::SwitchEventBody body) {
  return {.switch_id = {"north"}, .source = {"link:north/7.1", std::to_string(n)}, .switch_at = {}, .body = std::move(body)};
}
model::Command command(model::CommandBody body) {
  return {.id = {1, 100, 2}, .switch_id = {"north"}, .contact = ContactId{77}, .epoch = 7, .deadline = kStart + seconds(3), .body = std::move(body)};
}

TEST(Machine, HelloIsWelcomedAndOpensTheLink) {
  ServerSide server;
  const Machine::Actions actions = server.say(hello());
  const Welcome welcome{.protocol = 1, .resume_after = 1, .server_epoch = 7, .server_time = kStart, .accepting = true, .reason = ""};
  const Machine::Actions expected{Machine::Opened{{"north"}, 41},
                                  Machine::Declared{{.observe = true, .control = false, .route = true, .answer = true}},
                                  Machine::Emit{from_link(1, model::LinkOpened{41})}, Machine::Send{encode(ServerMessage{welcome})}};
  EXPECT_TRUE(actions == expected);
}

TEST(Machine, EmitsResumedEventsThenTheSnapshotAsOneEventThenTheRest) {
  ServerSide server;
  const auto script = good_script();
  const auto events = emitted(server.say_script(script.size()));
  EXPECT_THAT(events, ElementsAre(from_link(1, model::LinkOpened{41}), from_feed(2, caller("c1")), from_feed(3, model::RouteAsked{"c1", "4001"}),
                                  from_feed(4, two_legs()), from_feed(5, model::LegStateSeen{"c1", journal::LegState::queued}),
                                  from_feed(6, model::LegGone{"c1", journal::Cause::normal, 16, "bye", journal::EndedBy::customer})));
  EXPECT_EQ(server.counters[Count::events], 4u);
  EXPECT_EQ(server.counters[Count::snapshots], 1u);
}

TEST(Machine, AnySplitOfTheBytesGivesTheSameActions) {
  std::string bytes;
  for (const auto& message : good_script()) bytes += encode(message);
  ServerSide whole;
  const Machine::Actions expected = whole.machine.on_bytes(bytes, kStart);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    ServerSide server;
    Machine::Actions actions = server.machine.on_bytes(std::string_view(bytes).substr(0, cut), kStart);
    for (auto& action : server.machine.on_bytes(std::string_view(bytes).substr(cut), kStart)) actions.push_back(std::move(action));
    ASSERT_TRUE(actions == expected) << "cut at " << cut;
  }
  ServerSide drop_by_drop;
  Machine::Actions actions;
  for (char c : bytes)
    for (auto& action : drop_by_drop.machine.on_bytes(std::string_view(&c, 1), kStart)) actions.push_back(std::move(action));
  EXPECT_TRUE(actions == expected);
}

struct Failure {
  std::string name;
  Errc why;
  std::function<Machine::Actions(ServerSide&)> happen;
};

std::vector<Failure> failures() {
  return {
      {"disconnected", Errc::disconnected, [](ServerSide& s) { return s.machine.on_disconnected(kStart); }},
      {"oversized", Errc::oversized, [](ServerSide& s) { return s.machine.on_bytes(std::string("\x00\x10\x00\x01", 4), kStart); }},
      {"empty frame", Errc::malformed, [](ServerSide& s) { return s.machine.on_bytes(std::string("\x00\x00\x00\x00", 4), kStart); }},
      {"garbage", Errc::malformed, [](ServerSide& s) { return s.machine.on_bytes(frame("\xFF\xFF\xFF"), kStart); }},
      {"event without a leg", Errc::malformed, [](ServerSide& s) { return s.say(event(9, model::LegStateSeen{"", journal::LegState::held})); }},
      {"a second hello, or two at once", Errc::out_of_order,
       [](ServerSide& s) { return s.machine.on_bytes(encode(SwitchMessage{hello()}) + encode(SwitchMessage{hello()}), kStart); }},
      {"number missing", Errc::gap, [](ServerSide& s) { return s.say(event(99, model::RouteAsked{"c1", "4001"})); }},
      {"silence", Errc::silent, [](ServerSide& s) { return s.machine.on_time(kStart + kSilenceLimit); }},
      {"overload", Errc::overloaded, [](ServerSide& s) { return s.machine.on_overload(kStart); }},
      {"replaced", Errc::replaced, [](ServerSide& s) { return s.machine.end(Errc::replaced, "", kStart); }},
      {"the switch goes", Errc::disconnected, [](ServerSide& s) { return s.say(ErrorNotice{Errc::stopping, "reload"}); }},
  };
}

TEST(Machine, FailingAtEveryStepEndsOnceAndKeepsWhatWasSaid) {
  const std::size_t steps = good_script().size();
  for (const Failure& failure : failures()) {
    for (std::size_t step = 0; step <= steps; ++step) {
      SCOPED_TRACE(failure.name + " after step " + std::to_string(step));
      ServerSide server;
      const auto before = emitted(server.say_script(step));
      const Machine::Actions actions = failure.happen(server);

      ASSERT_NE(closed(actions), nullptr);
      EXPECT_TRUE(server.machine.closed());
      EXPECT_FALSE(server.machine.next_due());
      std::vector<model::SwitchEvent> after = emitted(actions);
      if (step == 0) {
        std::erase_if(after, [](const auto& e) { return std::holds_alternative<model::LinkOpened>(e.body); });  // of "two hellos at once"
      }
      const bool was_open = step > 0 || failure.name.starts_with("a second");
      ASSERT_EQ(after.size(), was_open ? 1u : 0u);
      if (was_open) EXPECT_TRUE(std::holds_alternative<model::LinkLost>(after[0].body));
      // A dead machine stays dead.
      EXPECT_THAT(server.say(hello()), IsEmpty());
      EXPECT_THAT(server.machine.on_time(kStart + seconds(100)), IsEmpty());
      EXPECT_THAT(server.machine.on_disconnected(kStart), IsEmpty());
      EXPECT_THAT(server.machine.committed({"feed:north/41", "2"}, kStart), IsEmpty());
      EXPECT_FALSE(server.machine.send(command(model::Park{"c1"}), kStart).left.has_value());
    }
  }
}

TEST(Machine, WhatTheSwitchWritesInItsFarewellIsNotRepeated) {
  ServerSide server;
  server.say_script(good_script().size());
  const Machine::Actions actions = server.say(ErrorNotice{Errc::stopping, "Ada on +441632960123"});
  EXPECT_EQ(closed(actions)->text, "the switch says: " + make_error_code(Errc::stopping).message());
  EXPECT_EQ(std::get<model::LinkLost>(emitted(actions).back().body).reason, closed(actions)->text);
}

TEST(Machine, FailuresAreToldInTheLastFrameAndCounted) {
  for (const Failure& failure : failures()) {
    if (failure.why == Errc::disconnected) continue;
    SCOPED_TRACE(failure.name);
    ServerSide server;
    server.say_script(good_script().size());
    const Machine::Actions actions = failure.happen(server);
    EXPECT_EQ(closed(actions)->why, failure.why);
    const auto messages = sent(actions);
    ASSERT_FALSE(messages.empty());
    ASSERT_TRUE(std::holds_alternative<ErrorNotice>(messages.back()));
    EXPECT_EQ(std::get<ErrorNotice>(messages.back()).code, failure.why);
    const std::uint64_t counted = server.counters[Count::oversized] + server.counters[Count::malformed] + server.counters[Count::out_of_order] +
                                  server.counters[Count::gaps] + server.counters[Count::silent] + server.counters[Count::overloaded] +
                                  server.counters[Count::replaced];
    EXPECT_EQ(counted, 1u);
  }
}

TEST(Machine, NothingButHelloMayComeFirst) {
  for (const auto& message : good_script()) {
    if (std::holds_alternative<Hello>(message)) continue;
    ServerSide server;
    const Machine::Actions actions = server.say(message);
    ASSERT_NE(closed(actions), nullptr);
    EXPECT_EQ(closed(actions)->why, Errc::out_of_order);
    EXPECT_THAT(emitted(actions), IsEmpty());
  }
}

TEST(Machine, NoHelloWithinFiveSecondsCloses) {
  ServerSide server;
  EXPECT_EQ(server.machine.next_due(), kStart + seconds(5));
  EXPECT_THAT(server.machine.on_time(kStart + seconds(4)), IsEmpty());
  server.machine.on_bytes("\x00", kStart + seconds(4));  // a byte is no hello
  EXPECT_EQ(closed(server.machine.on_time(kStart + seconds(5)))->why, Errc::silent);
}

TEST(Machine, BytesThatAreNoFrameDoNotBreakTheSilence) {
  ServerSide server;
  server.say_script(7);
  server.machine.on_bytes(std::string("\x00\x00\x01\x00", 4), kStart + seconds(29));
  EXPECT_EQ(closed(server.machine.on_time(kStart + seconds(30)))->why, Errc::silent);
}

TEST(Machine, HeartbeatAfterFifteenSecondsOfSendingNothing) {
  ServerSide server;
  server.say_script(7);
  EXPECT_EQ(server.machine.next_due(), kStart + seconds(15));
  const auto actions = server.machine.on_time(kStart + seconds(15));
  EXPECT_THAT(sent(actions), ElementsAre(ServerMessage{Heartbeat{kStart + seconds(15), true}}));
  EXPECT_EQ(server.machine.next_due(), kStart + seconds(30));
}

TEST(Machine, RefusalsSayWhyAndOpenNothing) {
  for (const Refusal why : {Refusal::unauthorised, Refusal::epoch_behind, Refusal::not_ready}) {
    ServerSide server;
    server.admission = {.refused = why, .reason = "no", .resume_after = 0};
    const Machine::Actions actions = server.say(hello());
    EXPECT_THAT(emitted(actions), IsEmpty());
    EXPECT_EQ(closed(actions)->why, Errc::refused);
    EXPECT_EQ(std::get<Welcome>(sent(actions)[0]).refused, why);
    EXPECT_EQ(server.counters[Count::refused], 1u);
  }
}

TEST(Machine, ProtocolsWithoutCommonNumberAreRefused) {
  for (const auto& [low, high] : {std::pair{0u, 0u}, std::pair{2u, 9u}}) {
    ServerSide server;
    Hello other = hello();
    other.protocol_min = low;
    other.protocol_max = high;
    const auto actions = server.say(other);
    EXPECT_EQ(std::get<Welcome>(sent(actions)[0]).refused, Refusal::protocol);
  }
}

TEST(Machine, ASwitchBehindOurNumberIsRefused) {
  ServerSide server;
  server.admission.resume_after = 4;
  const auto actions = server.say(hello());  // says 3
  EXPECT_EQ(std::get<Welcome>(sent(actions)[0]).refused, Refusal::sequence_behind);
}

TEST(Machine, AMalformedHelloIsRefusedAsSuch) {
  ServerSide server;
  Hello bad = hello();
  bad.name = "North Side";
  const auto actions = server.say(bad);
  EXPECT_EQ(std::get<Welcome>(sent(actions)[0]).refused, Refusal::malformed);
  EXPECT_EQ(server.counters[Count::malformed], 1u);
}

TEST(Machine, OldNumbersAreDroppedAndCounted) {
  ServerSide server;
  server.say_script(good_script().size());
  EXPECT_THAT(server.say(event(6, caller("again"))), IsEmpty());
  EXPECT_THAT(server.say(event(1, caller("again"))), IsEmpty());
  EXPECT_EQ(server.counters[Count::duplicates], 2u);
  EXPECT_EQ(emitted(server.say(event(7, caller("c9")))).size(), 1u);
}

TEST(Machine, AnEventWithoutKnownBodyOnlyTakesItsNumber) {
  ServerSide server;
  server.say_script(good_script().size());
  EXPECT_THAT(server.say(Event{.seq = 7, .switch_at = {}, .body = std::nullopt}), IsEmpty());
  EXPECT_EQ(emitted(server.say(event(8, caller("c9")))).size(), 1u);
}

TEST(Machine, OnlyASnapshotMaySkipNumbersAndOnlyAfterAnIncompleteResume) {
  ServerSide gap;
  gap.say(hello());
  gap.say(Resume{.after = 1, .complete = false});
  EXPECT_EQ(closed(gap.say(event(2, caller("c1"))))->why, Errc::out_of_order);

  ServerSide server;
  server.say(hello());
  server.say(Resume{.after = 1, .complete = false});
  server.say(SnapshotBegin{.seq = 900, .switch_at = {}});
  const auto events = emitted(server.say(SnapshotEnd{.legs = 0}));
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].source.id, "900");
  EXPECT_EQ(server.counters[Count::resumed_short], 1u);
  EXPECT_EQ(emitted(server.say(event(901, caller("c1")))).size(), 1u);
  EXPECT_EQ(closed(server.say(SnapshotBegin{.seq = 903, .switch_at = {}}))->why, Errc::gap);
}

TEST(Machine, TheSwitchMayGoOnAfterAHigherAckButNotAfterWhatItNeverGave) {
  ServerSide server;
  server.say(hello());  // we hold 1, it gave 3
  server.say(Resume{.after = 2, .complete = true});
  EXPECT_EQ(emitted(server.say(event(3, caller("c1")))).size(), 1u);
  for (const std::int64_t after : {0, 4}) {
    ServerSide other;
    other.say(hello());
    EXPECT_EQ(closed(other.say(Resume{.after = after, .complete = true}))->why, Errc::out_of_order);
  }
}

TEST(Machine, ASnapshotThatDoesNotHoldWhatItSaysIsMalformed) {
  ServerSide server;
  server.say_script(6);
  const auto actions = server.say(SnapshotEnd{.legs = 3});
  EXPECT_EQ(closed(actions)->why, Errc::malformed);
  EXPECT_EQ(emitted(actions).size(), 1u);  // LinkLost
}

TEST(Machine, ASnapshotThatDoesNotHoldTheAgentsThatItSaysIsMalformed) {
  ServerSide server;
  server.say_script(6);
  const auto actions = server.say(SnapshotEnd{.legs = 2, .agents = 1});
  EXPECT_EQ(closed(actions)->why, Errc::malformed);
  EXPECT_EQ(emitted(actions).size(), 1u);  // LinkLost
}

TEST(Machine, ASnapshotBringsTheAgentsOfTheSwitchsOwnQueues) {
  ServerSide server;
  server.say_script(6);
  const model::QueueAgentSeen ready{"PJSIP/agent1", "support", model::QueueAgentSeen::State::ready, ""};
  const model::QueueAgentSeen paused{"PJSIP/agent2", "support", model::QueueAgentSeen::State::paused, "lunch"};
  server.say(SnapshotItems{{}, {ready}});
  server.say(SnapshotItems{{}, {paused}});
  const auto events = emitted(server.say(SnapshotEnd{.legs = 2, .agents = 2}));
  ASSERT_EQ(events.size(), 1u);
  EXPECT_THAT(std::get<model::Snapshot>(events[0].body).agents, ElementsAre(ready, paused));
}

TEST(Machine, ASnapshotWithMoreAgentsThanItsLimitIsRefused) {
  ServerSide server;
  server.say_script(5);
  SnapshotItems part;
  part.agents.assign(1000, {"PJSIP/agent1", "support", model::QueueAgentSeen::State::ready, ""});
  const std::string bytes = encode(SwitchMessage{part});
  Machine::Actions actions;
  for (std::size_t i = 0; i <= kSnapshotAgentLimit / part.agents.size() && !server.machine.closed(); ++i)
    actions = server.machine.on_bytes(bytes, kStart);
  ASSERT_NE(closed(actions), nullptr);
  EXPECT_EQ(closed(actions)->why, Errc::oversized);
}

TEST(Machine, ASnapshotAboveItsLimitIsRefused) {
  ServerSide server;
  server.say_script(5);
  SnapshotItems part;
  for (int i = 0; i < 1000; ++i) part.legs.push_back({.leg = caller("c"), .state = journal::LegState::queued, .bridge = "", .entry = ""});
  const std::string bytes = encode(SwitchMessage{part});
  Machine::Actions actions;
  for (std::size_t i = 0; i <= kSnapshotLegLimit / part.legs.size() && !server.machine.closed(); ++i)
    actions = server.machine.on_bytes(bytes, kStart);
  EXPECT_EQ(closed(actions)->why, Errc::oversized);
}

TEST(Machine, AcknowledgesWhatIsCommittedOnceAndUpwards) {
  ServerSide server;
  server.say_script(good_script().size());
  const auto ack = [](std::int64_t seq) { return ElementsAre(ServerMessage{Ack{seq}}); };
  EXPECT_THAT(sent(server.machine.committed({"feed:north/41", "1"}, kStart)), ack(1));  // taken over an earlier connection
  EXPECT_THAT(sent(server.machine.committed({"feed:north/41", "4"}, kStart)), ack(4));
  EXPECT_THAT(server.machine.committed({"feed:north/41", "3"}, kStart), IsEmpty());
  EXPECT_THAT(server.machine.committed({"feed:north/40", "6"}, kStart), IsEmpty());
  EXPECT_THAT(server.machine.committed({"feed:north/41", "7"}, kStart), IsEmpty());
  EXPECT_THAT(server.machine.committed({"feed:north/41", "x"}, kStart), IsEmpty());
  EXPECT_THAT(server.machine.committed({"user:3", "5"}, kStart), IsEmpty());
}

TEST(Machine, ACommandCarriesIdDeadlineAndTokens) {
  ServerSide server;
  server.say_script(good_script().size());
  const model::Ring ring{
      .device = "1001", .caller_native_id = "c1", .shown_number = "+44", .shown_name = "Ann", .offer = OfferId{5}, .timeout = seconds(20)};
  const auto actions = server.machine.send(command(ring), kStart);
  ASSERT_TRUE(actions.left.has_value());
  EXPECT_THAT(sent(actions.actions), ElementsAre(ServerMessage{CommandMessage{
                                         .id = {1, 100, 2}, .deadline = kStart + seconds(3), .contact = ContactId{77}, .epoch = 7, .body = ring}}));
}

TEST(Machine, ACommandThatIsLateUndeclaredForbiddenOrHomelessNeverLeaves) {
  ServerSide unconnected;
  EXPECT_EQ(unconnected.machine.send(command(model::Park{"c1"}), kStart).left.error().code, Errc::not_connected);
  EXPECT_EQ(unconnected.counters[Count::commands_unconnected], 1u);

  ServerSide server;
  server.say_script(good_script().size());
  EXPECT_EQ(server.machine.send(command(model::Park{"c1"}), kStart + seconds(4)).left.error().code, Errc::deadline_passed);
  EXPECT_EQ(server.machine.send(command(model::Hold{"c1", "a1"}), kStart).left.error().code, Errc::not_declared);
  EXPECT_EQ(server.machine.send(command(model::Park{"c1\r\n"}), kStart).left.error().code, Errc::refused_value);
  const model::Ring ring{.device = "1001&1002", .caller_native_id = "c1", .timeout = seconds(20)};
  EXPECT_EQ(server.machine.send(command(ring), kStart).left.error().code, Errc::refused_value);
  EXPECT_EQ(server.counters[Count::commands], 0u);
  EXPECT_EQ(server.counters[Count::commands_late], 1u);
  EXPECT_EQ(server.counters[Count::commands_undeclared], 1u);
  EXPECT_EQ(server.counters[Count::commands_refused], 2u);
}

/// How the core hears of a Ring for offer 5 that was not carried out.
auto not_rung(const std::string& device, journal::Cause cause, const std::string& why) {
  return ElementsAre(from_link(2, model::LegCreated{.native_id = "not-rung-5",
                                                    .device = device,
                                                    .device_class = model::DeviceClass::station,
                                                    .direction = journal::Direction::outbound,
                                                    .tokens = {ContactId{77}, OfferId{5}, 7}}),
                     from_link(3, model::LegGone{"not-rung-5", cause, 0, why, journal::EndedBy::network}));
}

TEST(Machine, ARingThatDoesNotLeaveIsToldAsALegThatCameAndWent) {
  const auto told = [](const std::string& device, Instant now) {
    ServerSide server;
    server.say_script(good_script().size());
    const auto sent_ring =
        server.machine.send(command(model::Ring{.device = device, .caller_native_id = "c1", .offer = OfferId{5}, .timeout = seconds(20)}), now);
    EXPECT_FALSE(sent_ring.left);
    return emitted(sent_ring.actions);
  };
  EXPECT_THAT(told("1001", kStart + seconds(4)), not_rung("1001", journal::Cause::lost, "command too late"));
  EXPECT_THAT(told("1001&1002", kStart), not_rung("1001&1002", journal::Cause::bad_number, "value with forbidden characters: device"));
}

TEST(Machine, ARingThatTheSwitchDidNotCarryOutIsToldAsALegThatCameAndWent) {
  const model::Ring ring{.device = "1001", .caller_native_id = "c1", .offer = OfferId{5}, .timeout = seconds(20)};
  const std::vector<std::pair<CommandStatus, journal::Cause>> all{{CommandStatus::failed, journal::Cause::unreachable},
                                                                  {CommandStatus::unsupported, journal::Cause::bad_number},
                                                                  {CommandStatus::expired, journal::Cause::lost}};
  for (const auto& [status, cause] : all) {
    ServerSide server;
    server.say_script(good_script().size());
    server.machine.send(command(ring), kStart);
    const CommandResult result{.id = {1, 100, 2}, .status = status, .reason = "no"};
    EXPECT_THAT(emitted(server.say(result)), not_rung("1001", cause, "the switch says: no"));
    EXPECT_THAT(emitted(server.say(result)), IsEmpty()) << "once";
  }
}

TEST(Machine, ARingWhoseLegTheSwitchShowsIsToldByTheSwitchAlone) {
  const model::Ring ring{.device = "1001", .caller_native_id = "c1", .offer = OfferId{5}, .timeout = seconds(20)};
  ServerSide server;
  server.say_script(good_script().size());
  server.machine.send(command(ring), kStart);
  auto leg = caller("a1");
  leg.tokens = {ContactId{77}, OfferId{5}, 7};
  server.say(event(7, leg));
  EXPECT_THAT(emitted(server.say(CommandResult{.id = {1, 100, 2}, .status = CommandStatus::failed, .reason = "busy"})), IsEmpty());
  EXPECT_EQ(server.counters[Count::results_failed], 1u);
}

/// How the core hears of a Dial that was not carried out.
auto not_dialled(journal::Cause cause, const std::string& why) {
  return ElementsAre(from_link(2, model::LegCreated{.native_id = "not-dialled-7-100-2",
                                                    .device = "trunk",
                                                    .device_class = model::DeviceClass::trunk,
                                                    .direction = journal::Direction::outbound,
                                                    .tokens = {ContactId{77}, {}, 7}}),
                     from_link(3, model::LegGone{"not-dialled-7-100-2", cause, 0, why, journal::EndedBy::network}));
}

TEST(Machine, ACustomerWhoIsNotDialledIsToldAsALegThatCameAndWent) {
  const model::Dial dial{"trunk", "+441632960123", "+441632960000", seconds(30)};
  ServerSide undeclared;
  undeclared.say_script(good_script().size());
  EXPECT_THAT(emitted(undeclared.machine.send(command(dial), kStart).actions), not_dialled(journal::Cause::bad_number, "command not declared by the switch: dial"));
}

TEST(Machine, OnlyANumberInItsOneFormIsDialled) {
  for (const char* hostile : {"", "01632960123", "+44163;2960123", "+44163296012345678", "+0441632960123", "sip:x"}) {
    const model::Dial dial{"trunk", hostile, "", seconds(30)};
    EXPECT_FALSE(outgoing(command(dial))) << hostile;
  }
  EXPECT_FALSE(outgoing(command(model::Dial{"trunk&x", "+441632960123", "", seconds(30)})));
  EXPECT_TRUE(outgoing(command(model::Dial{"", "+441632960123", "", seconds(30)})));
  EXPECT_TRUE(outgoing(command(model::Ring{.device = "1001", .offer = OfferId{5}, .timeout = seconds(20)}))) << "of a callback, nobody waits";
}

TEST(Machine, WhatIsShownOnAPhoneIsCleanedNotRefused) {
  ServerSide server;
  server.say_script(good_script().size());
  const model::Ring ring{
      .device = "1001", .caller_native_id = "c1", .shown_number = "+44", .shown_name = std::string("<b>王\r\n;x\0y", 12), .timeout = seconds(9)};
  const auto actions = server.machine.send(command(ring), kStart);
  ASSERT_TRUE(actions.left.has_value());
  const auto message = std::get<CommandMessage>(sent(actions.actions)[0]);
  EXPECT_EQ(std::get<model::Ring>(*message.body).shown_name, "<b>王   x y");
}

TEST(Machine, TellsTheSwitchAtOnceWhenItStopsAccepting) {
  ServerSide server;
  server.say_script(7);
  EXPECT_THAT(server.machine.accepting(true, kStart), IsEmpty());
  EXPECT_THAT(sent(server.machine.accepting(false, kStart)), ElementsAre(ServerMessage{Heartbeat{kStart, false}}));
}

TEST(Machine, AsksForASnapshotOnlyWhenNoneIsComing) {
  ServerSide server;
  server.say_script(4);
  EXPECT_THAT(server.machine.request_snapshot(kStart), IsEmpty());
  ServerSide live;
  live.say_script(7);
  EXPECT_THAT(sent(live.machine.request_snapshot(kStart)), ElementsAre(ServerMessage{SnapshotRequest{}}));
}

const std::map<std::string, std::int64_t> kJournal{{"feed:north/40", 99}, {"feed:north/41", 12}, {"feed:northern/77", 5}, {"user:north/88", 3}};

TEST(Admissions, OnlyAKnownNameWithItsTokenIsAdmitted) {
  Admissions admissions({{{"north"}, "s3cret"}, {{"empty"}, ""}}, {});
  admissions.ready({"north"}, true);
  admissions.ready({"empty"}, true);
  Hello one = hello();
  EXPECT_EQ(admissions.admit(one).refused, Refusal::none);
  for (const std::string token : {"", "s3cre", "s3crett", "S3cret", "s3crets3cret"}) {
    one.token = token;
    EXPECT_EQ(admissions.admit(one).refused, Refusal::unauthorised) << token;
  }
  one = hello();
  one.name = "south";
  EXPECT_EQ(admissions.admit(one).refused, Refusal::unauthorised);
  one.name = "empty";
  one.token = "";
  EXPECT_EQ(admissions.admit(one).refused, Refusal::unauthorised);
}

TEST(Admissions, ASwitchIsTurnedAwayUntilItsLinkIsReady) {
  Admissions admissions({{{"north"}, "s3cret"}}, {});
  EXPECT_EQ(admissions.admit(hello()).refused, Refusal::not_ready);
}

TEST(Admissions, ResumesAfterTheJournalAndAfterWhatTheCoreTookSince) {
  Admissions admissions({{{"north"}, "s3cret"}}, kJournal);
  admissions.ready({"north"}, true);
  EXPECT_EQ(admissions.admit(hello()).resume_after, 12);
  admissions.delivered({"north"}, 41, 20);
  admissions.delivered({"north"}, 41, 19);
  EXPECT_EQ(admissions.admit(hello()).resume_after, 20);
}

TEST(Admissions, ARestartedSwitchBeginsAnewAndAnOlderEpochIsRefused) {
  Admissions admissions({{{"north"}, "s3cret"}}, kJournal);
  admissions.ready({"north"}, true);
  admissions.admit(hello());
  Hello restarted = hello();
  restarted.boot_epoch = 42;
  EXPECT_EQ(admissions.admit(restarted).resume_after, 0);
  EXPECT_EQ(admissions.admit(hello()).refused, Refusal::epoch_behind);
}

TEST(Admissions, AnEpochBeforeTheOneThatTheJournalHoldsIsRefusedAlsoAfterOurRestart) {
  Admissions admissions({{{"north"}, "s3cret"}}, kJournal);
  admissions.ready({"north"}, true);
  Hello older = hello();
  older.boot_epoch = 40;
  EXPECT_EQ(admissions.admit(older).refused, Refusal::epoch_behind);
}

}  // namespace
}  // namespace callwright::cti::feed
