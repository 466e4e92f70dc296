// What a real Asterisk 22 said (tests/data/asterisk22), and what the call model is told of it. `ami.events` beside each recording is the whole list,
// checked against what was done (the scenarios' own descriptions); its account may read all, so that there is more in it than we ask for.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "tests/unit/cti_asterisk_ami/bench_switch.hpp"
#include "tests/unit/cti_asterisk_ami/book.hpp"

namespace callwright::cti::ami::test {
namespace {

using testing::IsEmpty;

std::vector<std::string> expected(const std::string& scenario) {
  std::vector<std::string> lines;
  std::ifstream in(data_folder(scenario) + "ami.events");
  for (std::string line; std::getline(in, line);)
    if (!line.starts_with('#')) lines.push_back(line);
  return lines;
}

/// For who looks at a failure: the lines that were told, as a file.
void keep(const std::string& scenario, const std::vector<std::string>& lines) {
  const std::filesystem::path folder = std::filesystem::path(CALLWRIGHT_BINARY_DIR) / "ami_events";
  std::filesystem::create_directories(folder);
  std::ofstream out(folder / scenario);
  for (const std::string& line : lines) out << line << "\n";
  ADD_FAILURE() << "what was told stands in " << folder / scenario;
}

std::vector<std::string> messages(const Recording& recording, std::size_t place) {
  std::vector<std::string> all;
  Reader reader(false);
  reader.push(std::string_view(recording.bytes).substr(place));
  while (const Message* message = reader.next()) all.emplace_back(message->raw());
  return all;
}

/// The messages of a recording, each with those behind it that say nothing of calls: where a connection may be cut for it to matter.
std::vector<std::string> telling(const Recording& recording) {
  std::vector<std::string> all;
  for (const std::string& message : messages(recording, [&] {
         Bench bench;
         return prepare(bench, recording);
       }())) {
    Reader reader(false);
    reader.push(message);
    Event event;
    event.read(*reader.next());
    const bool says_nothing = event.name() == Name::other || event.name() == Name::device_state_change || event.name() == Name::queue_member_status;
    if (all.empty() || !says_nothing) all.push_back(message);
    else all.back() += message;
  }
  return all;
}

/// What is on the switch, as its own events tell: the source of snapshots.
class Truth {
 public:
  void hear(const std::string& messages) {
    Reader reader(false);
    reader.push(messages);
    while (const Message* message = reader.next()) {
      Event event;
      event.read(*message);
      take(event);
    }
  }
  std::size_t size() const { return channels_.size(); }

  void show(Bench& bench) const {
    bench.channels.clear();
    bench.bridges.clear();
    std::map<std::string, int> members;
    for (const auto& [id, one] : channels_) {
      bench.channels.push_back("Event: CoreShowChannel\r\nChannel: " + one.name + "\r\nChannelState: " + one.state +
                               "\r\nCallerIDNum: " + one.number + "\r\nCallerIDName: " + one.caller + "\r\nContext: " + one.context +
                               "\r\nExten: " + one.exten + "\r\nUniqueid: " + id + "\r\nLinkedid: " + one.linked +
                               "\r\nApplication: " + one.application + "\r\nApplicationData: \r\nBridgeId: " + one.bridge);
      if (!one.bridge.empty()) ++members[one.bridge];
    }
    for (const auto& [bridge, count] : members)
      bench.bridges.push_back("Event: BridgeListItem\r\nBridgeUniqueid: " + bridge + "\r\nBridgeTechnology: " + technologies_.at(bridge) +
                              "\r\nBridgeNumChannels: " + std::to_string(count));
    std::erase_if(bench.queues, [](const std::string& item) { return item.starts_with("Event: QueueEntry"); });
    for (const auto& [id, queue] : waiting_) bench.queues.push_back("Event: QueueEntry\r\nQueue: " + queue + "\r\nUniqueid: " + id);
  }

 private:
  struct Channel {
    std::string name, state, number, caller, context, exten, linked, application, bridge;
  };

  void take(const Event& event) {
    const std::string id(event[Key::uniqueid]);
    if (event.name() == Name::newchannel && !is_internal(event[Key::channel])) channels_[id].application = "Dial";
    if (event.name() == Name::agent_called) channels_[std::string(event[Key::dest_uniqueid])].application = "AppQueue";
    if (const auto dialled = channels_.find(std::string(event[Key::dest_uniqueid])); dialled != channels_.end() && event.name() == Name::dial_begin)
      if (dialled->second.application != "AppQueue") dialled->second.application = "AppDial";
    if (event.name() == Name::queue_caller_join) waiting_[id] = event[Key::queue];
    if (event.name() == Name::queue_caller_leave) waiting_.erase(id);
    const auto known = channels_.find(id);
    if (known == channels_.end()) return;
    Channel& one = known->second;
    if (!event[Key::channel].empty() && !event[Key::channel_state].empty()) {
      one.name = event[Key::channel];
      one.state = event[Key::channel_state];
      one.number = event[Key::callerid_num];
      one.caller = event[Key::callerid_name];
      one.context = event[Key::context];
      one.exten = event[Key::exten];
      one.linked = event[Key::linkedid];
    }
    if (event.name() == Name::bridge_enter) {
      one.bridge = event[Key::bridge_uniqueid];
      technologies_[one.bridge] = event[Key::bridge_technology];
    }
    if (event.name() == Name::bridge_leave) one.bridge.clear();
    if (event.name() == Name::hangup) channels_.erase(known);
  }

  std::map<std::string, Channel> channels_;
  std::map<std::string, std::string> technologies_, waiting_;
};

struct AmiScenario : testing::TestWithParam<std::string> {};

TEST_P(AmiScenario, IsToldAsItHappened) {
  Bench bench;
  replay(bench, GetParam());
  if (bench.events != expected(GetParam())) keep(GetParam(), bench.events);
  EXPECT_EQ(bench.machine.counters().malformed, 0U);
  EXPECT_EQ(bench.machine.legs(), 0U) << "everybody has hung up";
}

TEST_P(AmiScenario, IsToldTheSameHoweverItsBytesAreCut) {
  std::mt19937 random(20'261'130);
  for (const std::size_t most : {std::size_t{3}, std::size_t{60}, std::size_t{900}}) {
    Bench bench;
    replay(bench, GetParam(), [&] { return 1 + random() % most; });
    EXPECT_EQ(bench.events, expected(GetParam())) << most;
  }
}

/// A repetition says nothing new of legs and queues.
TEST_P(AmiScenario, IsToldTheSameIfEachMessageComesTwice) {
  const auto without = [](std::vector<std::string> lines) {
    std::erase_if(lines, [](const std::string& line) {
      for (const char* word : {"digit", "transfer", "recording", "paused", "stopped"})
        if (line.starts_with(word)) return true;
      return false;
    });
    return lines;
  };
  const Recording all = recording(GetParam());
  Bench once, twice;
  const std::size_t place = prepare(once, all);
  prepare(twice, all);
  once.live();
  twice.live();
  for (const std::string& message : messages(all, place)) {
    once.say(message);
    twice.say(message + message);
  }
  EXPECT_EQ(without(twice.events), without(once.events));
}

/// The connection is cut after any message, and comes back to a switch on which nobody is left: everybody has ended.
TEST_P(AmiScenario, CutAnywhereAnEmptySnapshotEndsEverybody) {
  const Recording all = recording(GetParam());
  const std::vector<std::string> said = telling(all);
  for (std::size_t cut = 1; cut <= said.size(); ++cut) {
    Bench bench;
    prepare(bench, all);
    bench.live();
    for (std::size_t i = 0; i < cut; ++i) bench.say(said[i]);
    bench.channels.clear();
    bench.take(bench.machine.closed("cut", bench.now));
    bench.pass(std::chrono::seconds(1));
    bench.live();
    ASSERT_EQ(bench.machine.legs(), 0U) << cut;
    const Book book(bench.told);
    EXPECT_EQ(book.live_legs(), 0U) << cut;
    EXPECT_THAT(book.board().model.violations(), IsEmpty()) << cut;
  }
}

/// The connection is cut after any message, and comes back to the same switch: the contacts' accounts are what they would have been.
TEST_P(AmiScenario, CutAnywhereASnapshotOfWhatIsThereChangesNothing) {
  const Recording all = recording(GetParam());
  const std::vector<std::string> said = telling(all);
  Bench whole;
  const std::size_t place = prepare(whole, all);
  whole.live();
  for (const std::string& message : messages(all, place)) whole.say(message);
  const std::vector<std::string> accounts = Book(whole.told).lines();
  for (std::size_t cut = 1; cut < said.size(); ++cut) {
    Bench bench;
    Truth truth;
    prepare(bench, all);
    bench.live();
    for (std::size_t i = 0; i < cut; ++i) {
      bench.say(said[i]);
      truth.hear(said[i]);
    }
    truth.show(bench);
    bench.take(bench.machine.closed("cut", bench.now));
    bench.pass(std::chrono::seconds(1));
    bench.live();
    ASSERT_EQ(bench.machine.legs(), truth.size()) << cut;
    for (std::size_t i = cut; i < said.size(); ++i) bench.say(said[i]);
    const Book book(bench.told);
    if (GetParam() != "restart-midcall") {
      EXPECT_EQ(book.live_legs(), 0U) << cut;
    }
    EXPECT_EQ(book.lines(), accounts) << cut << " " << said[cut - 1];
    EXPECT_THAT(book.board().model.violations(), IsEmpty()) << cut;
  }
}

INSTANTIATE_TEST_SUITE_P(Recorded, AmiScenario, testing::ValuesIn(scenarios()), [](const auto& scenario) {
  std::string name = scenario.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace callwright::cti::ami::test
