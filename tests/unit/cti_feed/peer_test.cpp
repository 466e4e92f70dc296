#include "cti/feed/peer.hpp"

#include "cti/feed/admissions.hpp"
#include "tests/unit/cti_feed/script.hpp"

namespace callwright::cti::feed {
namespace {

using namespace testing;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A switch and a server with a wire between them that tests cut; all in one thread, time stands still unless moved.
class Wire {
 public:
  explicit Wire(std::size_t unacked_limit = kUnackedLimit)
      : peer({.name = "north", .token = "s3cret", .capabilities = {"park", "end"}, .boot_epoch = 41, .product = "", .unacked_limit = unacked_limit}),
        admissions({{{"north"}, "s3cret"}}, {}) {
    admissions.ready({"north"}, true);
  }

  /// Connects and lets at most `frames` frames from the switch arrive; the rest of that connection is lost.
  void connect(std::size_t frames = 1'000'000) {
    machine.emplace(MachineConfig{.connection = "7." + std::to_string(++connections),
                                  .epoch = 7,
                                  .accepting = true,
                                  .admit = [this](const Hello& hello) { return admissions.admit(hello); },
                                  .counters = &counters},
                    now);
    frames_left = frames;
    from_peer(peer.on_connected(now));
  }
  void cut() {
    if (machine) from_machine(std::exchange(machine, std::nullopt)->on_disconnected(now));
    from_peer(peer.on_disconnected(now));
  }
  void publish(model::SwitchEventBody body) { from_peer(peer.publish(std::move(body), now, now)); }
  void commit(std::int64_t seq) {
    journal_has = std::max(journal_has, seq);
    if (machine) from_machine(machine->committed({"feed:north/41", std::to_string(seq)}, now));
  }
  std::map<std::string, std::int64_t> journal() const { return {{"feed:north/41", journal_has}}; }
  void restart_server() {
    cut();
    admissions = Admissions({{{"north"}, "s3cret"}}, journal());
    admissions.ready({"north"}, true);
  }
  void send(const model::Command& command) { from_machine(machine->send(command, now).actions); }

  void from_peer(Peer::Actions actions) {
    for (auto& action : actions) {
      if (auto* send = std::get_if<Peer::Send>(&action)) {
        if (!machine || frames_left == 0) continue;
        --frames_left;
        from_machine(machine->on_bytes(send->bytes, now));
      } else if (std::holds_alternative<Peer::TakeSnapshot>(action)) {
        from_peer(peer.snapshot(snapshot, now));
      } else if (auto* execute = std::get_if<Peer::Execute>(&action)) {
        executed.push_back(execute->command);
        from_peer(peer.result(execute->command.id, CommandStatus::accepted, "", now));
      } else if (auto* accepting = std::get_if<Peer::Accepting>(&action)) {
        accepts = accepting->yes;
      } else if (auto* close = std::get_if<Peer::Close>(&action)) {
        why_closed = close->why;
      }
    }
  }
  void from_machine(Machine::Actions actions) {
    for (auto& action : actions) {
      if (auto* send = std::get_if<Machine::Send>(&action)) {
        from_peer(peer.on_bytes(send->bytes, now));
      } else if (auto* emit = std::get_if<Machine::Emit>(&action)) {
        if (emit->event.source.name == "feed:north/41") admissions.delivered({"north"}, 41, std::stoll(emit->event.source.id));
        received.push_back(emit->event);
      }
    }
  }

  std::vector<std::string> routed() const {
    std::vector<std::string> ids;
    for (const auto& event : received)
      if (const auto* asked = std::get_if<model::RouteAsked>(&event.body)) ids.push_back(asked->native_id);
    return ids;
  }
  std::size_t snapshots() const {
    return static_cast<std::size_t>(
        std::count_if(received.begin(), received.end(), [](const auto& e) { return std::holds_alternative<model::Snapshot>(e.body); }));
  }

  Instant now = kStart;
  Peer peer;
  std::int64_t journal_has = 0;
  Admissions admissions;
  Counters counters;
  std::optional<Machine> machine;
  int connections = 0;
  std::size_t frames_left = 0;
  model::Snapshot snapshot = two_legs();
  std::vector<model::SwitchEvent> received;
  std::vector<CommandMessage> executed;
  bool accepts = false;
  Errc why_closed{};
};

model::RouteAsked asked(int n) { return {.native_id = "c" + std::to_string(n), .entry = "4001"}; }
std::vector<std::string> first(int n) {
  std::vector<std::string> ids;
  for (int i = 1; i <= n; ++i) ids.push_back("c" + std::to_string(i));
  return ids;
}

TEST(Peer, EventsBeforeTheFirstConnectionArriveBeforeTheSnapshot) {
  Wire wire;
  wire.publish(asked(1));
  wire.publish(asked(2));
  wire.connect();
  wire.publish(asked(3));
  EXPECT_EQ(wire.routed(), first(3));
  ASSERT_EQ(wire.snapshots(), 1u);
  EXPECT_TRUE(std::holds_alternative<model::Snapshot>(wire.received[3].body));
  EXPECT_TRUE(wire.accepts);
}

TEST(Peer, WhereverTheWireIsCutEveryEventArrivesOnceInOrder) {
  for (std::size_t frames = 0; frames < 30; ++frames) {
    for (const std::int64_t committed : {0, 2, 5}) {
      SCOPED_TRACE("cut after frame " + std::to_string(frames) + ", committed " + std::to_string(committed));
      Wire wire;
      wire.publish(asked(1));
      wire.publish(asked(2));
      wire.connect(frames);
      for (int i = 3; i <= 8; ++i) wire.publish(asked(i));
      if (!wire.received.empty() && std::stoll(wire.received.back().source.id) >= committed) wire.commit(committed);
      wire.cut();
      wire.publish(asked(9));
      wire.connect();
      wire.publish(asked(10));
      EXPECT_EQ(wire.routed(), first(10));
      EXPECT_EQ(wire.counters[Count::gaps] + wire.counters[Count::out_of_order] + wire.counters[Count::malformed], 0u);
      EXPECT_TRUE(wire.peer.live());
    }
  }
}

TEST(Peer, AServerThatForgotWhatWasNotCommittedGetsItAgain) {
  Wire wire;
  wire.connect();  // the snapshot is number 1
  for (int i = 1; i <= 6; ++i) wire.publish(asked(i));
  wire.commit(4);
  wire.restart_server();
  wire.received.clear();
  wire.connect();
  EXPECT_EQ(wire.routed(), (std::vector<std::string>{"c4", "c5", "c6"}));
  EXPECT_EQ(wire.snapshots(), 1u);
}

TEST(Peer, GoesOnAfterWhatWasAcknowledgedEvenIfTheJournalHoldsLess) {
  Wire wire;
  wire.connect();
  for (int i = 1; i <= 6; ++i) wire.publish(asked(i));
  wire.commit(4);
  wire.journal_has = 2;  // 3 and 4 led to no fact
  wire.restart_server();
  wire.received.clear();
  wire.connect();
  EXPECT_EQ(wire.routed(), (std::vector<std::string>{"c4", "c5", "c6"}));
  EXPECT_EQ(wire.counters[Count::resumed_short], 0u);
}

TEST(Peer, KeepsAnEventUntilItIsAcknowledged) {
  Wire wire;
  wire.connect();
  for (int i = 1; i <= 6; ++i) wire.publish(asked(i));
  EXPECT_EQ(wire.peer.unacked(), 7u);
  wire.commit(5);
  EXPECT_EQ(wire.peer.unacked(), 2u);
}

TEST(Peer, WhenTheBufferWasTooSmallTheSnapshotCoversTheGap) {
  Wire wire(4);
  for (int i = 1; i <= 6; ++i) wire.publish(asked(i));
  EXPECT_EQ(wire.peer.unacked(), 4u);
  wire.connect();
  EXPECT_THAT(wire.routed(), IsEmpty());
  ASSERT_EQ(wire.snapshots(), 1u);
  EXPECT_EQ(wire.received.back().source.id, "7");
  EXPECT_EQ(wire.counters[Count::resumed_short], 1u);
  wire.publish(asked(7));
  EXPECT_EQ(wire.routed(), std::vector<std::string>{"c7"});
}

TEST(Peer, ExecutesWhatItKnowsInTimeAndAnswersTheRest) {
  Wire wire;
  wire.connect();
  const model::Command park{{1, 5, 0}, {"north"}, ContactId{9}, 7, kStart + seconds(3), model::Park{"c1"}};
  wire.send(park);
  ASSERT_EQ(wire.executed.size(), 1u);
  EXPECT_EQ(*wire.executed[0].body, model::CommandBody{model::Park{"c1"}});

  const auto late = wire.peer.on_bytes(encode(ServerMessage{CommandMessage{{1, 6, 0}, kStart - seconds(1), {}, 7, model::Park{"c1"}}}), kStart);
  ASSERT_EQ(late.size(), 1u);
  EXPECT_TRUE(late[0] == Peer::Action{Peer::Send{encode(SwitchMessage{CommandResult{{1, 6, 0}, CommandStatus::expired, ""}})}});

  const auto unknown = wire.peer.on_bytes(encode(ServerMessage{CommandMessage{{1, 7, 0}, kStart + seconds(1), {}, 7, std::nullopt}}), kStart);
  ASSERT_EQ(unknown.size(), 1u);
  EXPECT_TRUE(unknown[0] == Peer::Action{Peer::Send{encode(SwitchMessage{CommandResult{{1, 7, 0}, CommandStatus::unsupported, ""}})}});
}

TEST(Peer, ReadsDeadlinesInTheServersTime) {
  Wire wire;
  wire.connect();
  const Instant server_now = kStart + seconds(3600);
  wire.peer.on_bytes(encode(ServerMessage{Heartbeat{server_now, true}}), kStart);
  const auto late = wire.peer.on_bytes(encode(ServerMessage{CommandMessage{{1, 6, 0}, server_now - seconds(1), {}, 7, model::Park{"c1"}}}), kStart);
  ASSERT_EQ(late.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<Peer::Send>(late[0]));
  const auto in_time =
      wire.peer.on_bytes(encode(ServerMessage{CommandMessage{{1, 7, 0}, server_now + seconds(1), {}, 7, model::Park{"c1"}}}), kStart);
  EXPECT_TRUE(std::holds_alternative<Peer::Execute>(in_time[0]));
}

TEST(Peer, IsToldWhetherTheServerAcceptsAndAssumesNotWithoutAConnection) {
  Wire wire;
  wire.connect();
  EXPECT_TRUE(wire.accepts);
  wire.from_machine(wire.machine->accepting(false, kStart));
  EXPECT_FALSE(wire.accepts);
  wire.from_machine(wire.machine->accepting(true, kStart));
  EXPECT_TRUE(wire.accepts);
  wire.cut();
  EXPECT_FALSE(wire.accepts);
}

TEST(Peer, GivesASnapshotOnRequest) {
  Wire wire;
  wire.connect();
  wire.from_machine(wire.machine->request_snapshot(kStart));
  EXPECT_EQ(wire.snapshots(), 2u);
  wire.publish(asked(1));
  EXPECT_EQ(wire.routed(), first(1));
}

TEST(Peer, WithoutWelcomeInFiveSecondsOrAnythingInThirtyItCloses) {
  Wire silent;
  EXPECT_FALSE(silent.peer.next_due());
  silent.peer.on_connected(kStart);
  EXPECT_EQ(silent.peer.next_due(), kStart + seconds(5));
  silent.from_peer(silent.peer.on_time(kStart + seconds(5)));
  EXPECT_EQ(silent.why_closed, Errc::silent);

  Wire live;
  live.connect();
  EXPECT_EQ(live.peer.next_due(), kStart + seconds(15));
  EXPECT_EQ(live.peer.on_time(kStart + seconds(15)), (Peer::Actions{Peer::Send{encode(SwitchMessage{Heartbeat{}})}}));
  live.from_peer(live.peer.on_time(kStart + seconds(30)));
  EXPECT_EQ(live.why_closed, Errc::silent);
}

TEST(Peer, ARefusalIsKeptForTheOwner) {
  Wire wire;
  wire.admissions.ready({"north"}, false);
  wire.connect();
  EXPECT_EQ(wire.why_closed, Errc::refused);
  EXPECT_EQ(wire.peer.refused(), Refusal::not_ready);
  EXPECT_THAT(wire.received, IsEmpty());
}

TEST(Peer, AServerThatSpeaksNonsenseIsLeft) {
  Wire wire;
  wire.connect();
  wire.from_peer(wire.peer.on_bytes(std::string("\xFF\xFF\xFF\xFF", 4), kStart));
  EXPECT_EQ(wire.why_closed, Errc::oversized);
}

}  // namespace
}  // namespace callwright::cti::feed
