#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "cti/feed/codec.hpp"
#include "cti/feed/frame.hpp"

/// The worked example of docs/feed.md and the corpus of tests/fuzz/feed are written from here; with
/// CALLWRIGHT_UPDATE=1 this test writes them anew, otherwise it holds them against what the codec does.
namespace callwright::cti::feed {
namespace {

const std::string kRoot = CALLWRIGHT_SOURCE_DIR;
const std::string kBegin = "<!-- example: written by tests/unit/cti_feed/documentation_test.cpp -->\n";
const std::string kEnd = "<!-- end of example -->\n";

bool updating() { return std::getenv("CALLWRIGHT_UPDATE") != nullptr; }

std::string read(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void write(const std::string& file, const std::string& text) { std::ofstream(file, std::ios::binary | std::ios::trunc) << text; }

struct Line {
  std::string who;
  std::string says;
  std::string bytes;
};

constexpr Instant kAt{1'795'000'000'000'000};

/// A switch that has given two events before it connects for the first time, and one call's first steps.
std::vector<Line> conversation() {
  const auto from_switch = [](std::string says, const SwitchMessage& m) { return Line{"switch", std::move(says), encode(m)}; };
  const auto from_server = [](std::string says, const ServerMessage& m) { return Line{"server", std::move(says), encode(m)}; };
  const model::LegCreated caller{.native_id = "c1",
                                 .device = "trunk1",
                                 .device_class = model::DeviceClass::trunk,
                                 .direction = journal::Direction::inbound,
                                 .ani = "+442079460001",
                                 .caller_name = "Ann",
                                 .dnis = "4001",
                                 .tokens = {}};
  return {
      from_switch("Hello", Hello{.name = "north", .token = "s3cret", .capabilities = {"park", "end"}, .boot_epoch = 7, .last_seq = 2, .product = ""}),
      from_server("Welcome: I hold nothing of your boot epoch 7",
                  Welcome{.protocol = 1, .resume_after = 0, .server_epoch = 3, .server_time = kAt, .accepting = true, .reason = ""}),
      from_switch("Resume: everything after 0 follows", Resume{.after = 0, .complete = true}),
      from_switch("Event 1: a caller on a trunk", Event{.seq = 1, .switch_at = kAt, .body = caller}),
      from_switch("Event 2: he waits for you", Event{.seq = 2, .switch_at = kAt, .body = model::RouteAsked{.native_id = "c1", .entry = "4001"}}),
      from_switch("SnapshotBegin with number 3", SnapshotBegin{.seq = 3, .switch_at = kAt}),
      from_switch("SnapshotItems: the caller lives",
                  SnapshotItems{{{.leg = caller, .state = journal::LegState::initiated, .bridge = "", .asks_route = true, .entry = "4001"}}}),
      from_switch("SnapshotEnd: one leg", SnapshotEnd{.legs = 1}),
      from_server("Ack: everything up to 3 is on disk", Ack{.seq = 3}),
      from_server("Command (1, 21, 0): park him, within 2 s",
                  CommandMessage{
                      .id = {1, 21, 0}, .deadline = kAt + std::chrono::seconds(2), .contact = ContactId{9}, .epoch = 3, .body = model::Park{"c1"}}),
      from_switch("CommandResult: accepted", CommandResult{.id = {1, 21, 0}, .status = CommandStatus::accepted, .reason = ""}),
      from_switch("Event 4: he hears music",
                  Event{.seq = 4, .switch_at = kAt, .body = model::LegStateSeen{.native_id = "c1", .state = journal::LegState::queued}}),
  };
}

std::string hex(const std::string& bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned char>(bytes[i]));
    text += i == 0 ? "    " : i % 24 == 0 ? "\n    " : i == kFrameHead ? "  " : " ";
    text += digits;
  }
  return text + "\n";
}

std::string example() {
  std::string text;
  for (const Line& line : conversation()) text += "**" + line.who + "** " + line.says + "\n\n" + hex(line.bytes) + "\n";
  return text;
}

TEST(Documentation, TheWorkedExampleIsWhatTheCodecDoes) {
  const std::string file = kRoot + "/docs/feed.md";
  std::string page = read(file);
  const std::size_t begin = page.find(kBegin), end = page.find(kEnd);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const std::string said = page.substr(begin + kBegin.size(), end - begin - kBegin.size());
  if (updating()) return write(file, page.replace(begin + kBegin.size(), said.size(), example()));
  EXPECT_EQ(said, example()) << "CALLWRIGHT_UPDATE=1 writes it anew";
}

TEST(Documentation, TheFuzzCorpusHoldsAWholeConversationOfEachSide) {
  std::string to_server, to_switch;
  for (const Line& line : conversation()) (line.who == "switch" ? to_server : to_switch) += line.bytes;
  const model::Transfer attended{journal::TransferKind::attended, "a1", "c1", "a2", "1002"};
  const std::vector<model::SwitchEventBody> rarer{
      model::PartyChanged{"c1", "+442079460001", "Ann", "4001", "+442079460002"},
      model::CallDiverted{"c1", "1001", "1002", journal::DivertReason::busy, "user-busy"},
      model::LegStateSeen{"a1", journal::LegState::failed},
      model::TransferStarted{attended},
      model::TransferFailed{attended, journal::Cause::busy, 486, "Busy Here"},
      model::TransferCompleted{attended},
      model::CallsMerged{"b1", "b2"},
      model::RecordingChanged{"c1", "", "rec", journal::RecordingState::recording, ""},
      model::RecordingChanged{"", "b2", "rec", journal::RecordingState::failed, "disk full"},
  };
  std::string handed_on = to_server;
  std::int64_t seq = 5;
  for (const auto& body : rarer) handed_on += encode(SwitchMessage{Event{.seq = seq++, .switch_at = kAt, .body = body}});
  using Agent = model::QueueAgentSeen;
  const std::vector<model::SwitchEventBody> own_queue{
      model::QueueJoined{"c1", "support"},
      Agent{"1001", "support", Agent::State::paused, "lunch"},
      Agent{"1001", "", Agent::State::ready, ""},
      model::QueueOffered{"c1", "support", "1001"},
      model::QueueOfferEnded{"c1", "support", "1001", model::QueueOfferEnded::Why::no_answer},
      model::QueueLeft{"c1", "support", model::QueueLeft::Why::abandoned},
  };
  std::string observed = to_server;
  seq = 5;
  for (const auto& body : own_queue) observed += encode(SwitchMessage{Event{.seq = seq++, .switch_at = kAt, .body = body}});
  const std::vector<std::pair<std::string, std::string>> files{
      {"switch_own_queue", std::string(1, '\x1F') + observed},
      {"switch_hands_on", std::string(1, '\x3F') + handed_on},
      {"switch_drop_by_drop", std::string(1, '\x00') + to_server},
      {"switch_in_pieces", std::string(1, '\x2A') + to_server},
      {"switch_cut", std::string(1, '\x10') + to_server.substr(0, to_server.size() - 5)},
      {"switch_twice", std::string(1, '\x7F') + to_server + to_server},
      {"switch_gap", std::string(1, '\x20') +
                         encode(SwitchMessage{Hello{.name = "n", .token = "t", .capabilities = {}, .boot_epoch = 1, .last_seq = 9, .product = ""}}) +
                         encode(SwitchMessage{Resume{0, true}}) + encode(SwitchMessage{Event{.seq = 5, .switch_at = {}, .body = std::nullopt}})},
      {"switch_oversized", std::string("\x05\x00\x10\x00\x01zzzz", 9)},
      {"switch_rubbish", std::string(1, '\x03') + frame("\xFF\xFE\x00rubbish")},
      {"server_in_pieces", std::string(1, '\x8B') + to_switch},
      {"server_twice", std::string(1, '\xFF') + to_switch + to_switch},
  };
  for (const auto& [name, bytes] : files) {
    const std::string file = kRoot + "/tests/fuzz/feed/corpus/" + name;
    if (updating()) write(file, bytes);
    else EXPECT_TRUE(read(file) == bytes) << name << ": CALLWRIGHT_UPDATE=1 writes it anew";
  }
}

}  // namespace
}  // namespace callwright::cti::feed
