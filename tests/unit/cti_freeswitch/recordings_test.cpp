// What a real FreeSWITCH 1.10.12 said (tests/data/freeswitch), and what the call model is told of it. `told.txt` beside each recording is that list,
// checked by hand against what happened; its channels are called A, B, C in the order in which they are told of.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "tests/unit/cti_freeswitch/bench.hpp"

namespace callwright::cti::freeswitch::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::StartsWith;

const std::string kFolder = std::string(CALLWRIGHT_SOURCE_DIR) + "/tests/data/freeswitch/";

std::vector<std::string> in_letters(Bench& bench) {
  Letters letters;
  std::vector<std::string> lines;
  for (std::string& line : bench.events()) lines.push_back(letters(std::move(line)));
  return lines;
}

/// The two formats are two runs of a scenario: where legs that are not tied to each other came in another order, or a file has another name, the
/// plain one has a list of its own.
std::string told_file(const std::string& scenario, std::string_view format) {
  const std::string own = kFolder + scenario + "/told.plain.txt";
  return format == "plain" && std::filesystem::exists(own) ? own : kFolder + scenario + "/told.txt";
}

std::vector<std::string> expected(const std::string& scenario, std::string_view format = "json") {
  std::ifstream in(told_file(scenario, format));
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> scenarios() {
  std::set<std::string> all;
  for (const std::string& name : all_recordings()) all.insert(name.substr(0, name.find('/')));
  return {all.begin(), all.end()};
}

/// A machine that is live on the recording's core.
struct LiveOn : Bench {
  LiveOn(const std::string& scenario, const std::string& part) {
    core = core_of(scenario, part);
    live();
  }
};

class Recorded : public testing::TestWithParam<std::string> {};

std::vector<std::string> told_by(const std::string& scenario, const std::string& format) {
  LiveOn bench(scenario, format);
  for (const std::string& frame : event_frames(scenario, format)) bench.receive(frame);
  EXPECT_EQ(bench.machine.counters().malformed, 0U) << format;
  return in_letters(bench);
}

/// CALLWRIGHT_WRITE_GOLDEN=1 writes the lists anew; what changed is then read against what happened before it is kept.
void write_told(const std::string& scenario) {
  const auto write = [&scenario](const char* name, const std::vector<std::string>& lines) {
    std::ofstream out(kFolder + scenario + name);
    for (const std::string& line : lines) out << line << '\n';
  };
  const auto json = told_by(scenario, "json");
  const auto plain = told_by(scenario, "plain");
  write("/told.txt", json);
  std::filesystem::remove(kFolder + scenario + "/told.plain.txt");
  if (plain != json) write("/told.plain.txt", plain);
}

TEST_P(Recorded, IsToldAsItHappenedInBothFormats) {
  if (std::getenv("CALLWRIGHT_WRITE_GOLDEN")) write_told(GetParam());
  for (const char* format : {"json", "plain"}) EXPECT_EQ(told_by(GetParam(), format), expected(GetParam(), format)) << format;
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Recorded, testing::ValuesIn(scenarios()), [](const auto& info) { return info.param; });

TEST(Recordings, AnySplitOfTheBytesTellsTheSame) {
  for (const char* scenario : {"transfer_blind_uuid_transfer_aleg", "callcenter_agent_no_answer", "hold_unhold"}) {
    std::string bytes;
    for (const std::string& frame : event_frames(scenario)) bytes += frame;
    for (const std::size_t piece : {std::size_t{1'009}, std::size_t{64} << 10, bytes.size()}) {
      LiveOn bench(scenario, "json");
      for (std::size_t at = 0; at < bytes.size(); at += piece) bench.receive(std::string_view(bytes).substr(at, piece));
      EXPECT_EQ(in_letters(bench), expected(scenario)) << scenario << " " << piece;
    }
  }
}

TEST(Recordings, EveryMessageTwiceChangesNothingThatMatters) {
  for (const std::string& scenario : scenarios()) {
    LiveOn bench(scenario, "json");
    for (const std::string& frame : event_frames(scenario)) {
      bench.receive(frame);
      bench.receive(frame);
    }
    // A digit is one each time it is told; what a queue thinks of an agent may be said again.
    const auto once = [](std::vector<std::string> lines) {
      std::erase_if(lines, [](const std::string& line) { return line.starts_with("digit ") || line.starts_with("agent "); });
      return lines;
    };
    EXPECT_EQ(once(in_letters(bench)), once(expected(scenario))) << scenario;
  }
}

/// What is told of a leg stands between its begin and its end, and both come once.
void expect_whole_lives(const std::vector<std::string>& lines, const std::string& where) {
  std::map<std::string, int> lives;  // 1: lives, 2: gone
  const auto leg_of = [](const std::string& line) {
    return line.substr(line.find(' ') + 1, line.find(' ', line.find(' ') + 1) - line.find(' ') - 1);
  };
  for (const std::string& line : lines) {
    const std::string leg = leg_of(line);
    if (line.starts_with("made ")) EXPECT_EQ(lives[leg]++, 0) << where << ": " << line;
    else if (line.starts_with("gone ")) EXPECT_EQ(lives[leg]++, 1) << where << ": " << line;
    else if (line.starts_with("joins ") || line.starts_with("leaves ") || line.starts_with("connected ") || line.starts_with("held "))
      EXPECT_EQ(lives[leg], 1) << where << ": " << line;
  }
  for (const auto& [leg, state] : lives) EXPECT_EQ(state, 2) << where << ": " << leg << " has no end";
}

/// A connection that breaks after any event and comes back to a switch that shows nothing: what lives then is not in the snapshot, and what is said
/// afterwards makes whole legs again.
TEST(Recordings, CutAfterAnyEventEveryLegStillEnds) {
  for (const char* scenario : {"bridged_call_agent_hangup", "transfer_blind_uuid_transfer_bleg", "attended_transfer_refer_replaces", "busy"}) {
    const auto frames = event_frames(scenario);
    for (std::size_t cut = 0; cut <= frames.size(); ++cut) {
      LiveOn bench(scenario, "json");
      for (std::size_t i = 0; i < cut; ++i) bench.receive(frames[i]);
      bench.actions.clear();
      bench.take(bench.machine.closed("cut", bench.now));
      bench.now = *bench.machine.next_wake();
      bench.take(bench.machine.wake(bench.now));
      bench.sign_in();
      bench.give_snapshot();
      const auto back = bench.events();
      ASSERT_EQ(back.size(), 3U) << scenario << " " << cut;
      EXPECT_THAT(back, ElementsAre("lost: cut", StartsWith("opened "), "snapshot"));
      for (std::size_t i = cut; i < frames.size(); ++i) bench.receive(frames[i]);
      expect_whole_lives(in_letters(bench), std::string(scenario) + " " + std::to_string(cut));
    }
  }
}

TEST(Recordings, AfterARestartTheOldCallsAreNotThereAndNewOnesAre) {
  LiveOn bench("restart_shutdown_mid_call", "json");
  bench.receive(recording("restart_shutdown_mid_call", "json"));  // all of it, and its end
  const auto before = in_letters(bench);
  EXPECT_EQ(before.back(), "lost: ended by the switch: The system is being shut down.");
  const std::string first = bench.core;
  bench.now = *bench.machine.next_wake();
  bench.take(bench.machine.wake(bench.now));
  bench.core = core_of("restart_shutdown_mid_call", "json.second");
  ASSERT_NE(bench.core, first);
  bench.sign_in();
  bench.give_snapshot();
  for (const std::string& frame : event_frames("restart_shutdown_mid_call", "json.second")) bench.receive(frame);
  const auto after = in_letters(bench);
  ASSERT_GT(after.size(), 4U);
  EXPECT_THAT(after[0], StartsWith("opened "));
  EXPECT_EQ(after[1], "snapshot");
  EXPECT_EQ(after[2], "made A sofia/internal trunk from 2001 to 1001");
  EXPECT_EQ(after.back(), "gone B normal 16 by network");
}

// --- what a switch shows to who has just come
// -------------------------------------------------------------------------------------------------------------

/// The answers to `api` commands in a recording, in order.
std::vector<std::string> answers(const std::string& scenario) {
  std::vector<std::string> all;
  for (const OwnFrame& frame : frames_of(recording(scenario)))
    if (frame.kind == Frame::Kind::answer) all.push_back(frame.body);
  return all;
}

std::string snapshot_of(Bench& bench) {
  bench.sign_in();
  bench.give_snapshot();
  Letters letters;
  for (std::string& line : bench.events())
    if (line.starts_with("snapshot")) return letters(std::move(line));
  return {};
}

TEST(Snapshots, ShowWhoTalksWhoIsParkedAndWhoRings) {
  Bench bench;
  const auto said = answers("show_channels_snapshot");
  bench.channels = said.at(0);
  bench.bridged = said.at(5);
  const std::string line = snapshot_of(bench);
  EXPECT_EQ(line,
            "snapshot [A sofia/internal trunk from 2001 to 1001 connected in A+B] [B user/1001@127.0.0.1 station from 2001 to 1001 connected in A+B] "
            "[C sofia/internal trunk from 2002 to 5000 connected] [D sofia/internal trunk from 2003 to 1002 initiated] "
            "[E user/1002@127.0.0.1 station from 2003 to 1002 alerting]");
}

TEST(Snapshots, WhoIsParkedWithAnEntryAsksForARoute) {
  Bench bench;
  const auto said = answers("show_channels_snapshot");
  bench.channels = said.at(0);
  bench.bridged = said.at(5);
  bench.entries["51e1df78-e2bb-4754-9bc7-011e1581033c"] = "support";
  EXPECT_THAT(snapshot_of(bench), testing::HasSubstr("[C sofia/internal trunk from 2002 to 5000 connected asks support]"));
}

TEST(Snapshots, AHoldIsOfTheLegThatHoldsAndAConferenceIsATalk) {
  Bench bench;
  const auto said = answers("show_channels_held");
  bench.channels = said.at(0);
  for (const std::string& one : said)
    if (bench.bridged == "{\"row_count\":0}" && one.find("b_uuid") != std::string::npos) bench.bridged = one;
  EXPECT_EQ(snapshot_of(bench),
            "snapshot [A sofia/internal trunk from 2001 to 1001 connected in A+B] [B user/1001@127.0.0.1 station from 2001 to 1001 held in A+B] "
            "[C sofia/internal trunk from 2002 to 7000 connected in conference/lab7000]");
}

TEST(Snapshots, AQueueOfTheSwitchShowsWhoWaitsAndWhatItThinksOfItsAgents) {
  const auto said = answers("callcenter_answered");
  Bench bench;
  bench.queues = said.at(2);
  bench.agents = said.at(3);
  bench.members["support@default"] = said.at(5);
  bench.channels = rows({row("1752bd0c-7b58-465f-a636-87c320c92c5e", "sofia/internal/2001@127.0.0.1",
                             R"("direction":"inbound","callstate":"ACTIVE","cid_num":"2001","dest":"6000","application":"callcenter")")});
  bench.sign_in();
  bench.give_snapshot();
  EXPECT_THAT(
      in_letters(bench),
      ElementsAre(StartsWith("opened "),
                  "snapshot [A sofia/internal trunk from 2001 to 6000 connected queued in support@default] [A/dialplan  local_half connected] "
                  "(user/1001@127.0.0.1 ready) (user/1002@127.0.0.1 signed_out)",
                  "offered A of support@default to user/1001@127.0.0.1"));
}

TEST(Snapshots, WhomTheDialplanLeadsAfterATransferIsNotAloneAfterAReconnectEither) {
  Bench bench;
  bench.channels = rows({row("a", "sofia/external/x", R"("direction":"inbound","callstate":"ACTIVE","application":"playback")"),
                         row("b", "sofia/external/y", R"("direction":"inbound","callstate":"ACTIVE","application":"park")"),
                         row("c", "sofia/external/z", R"("direction":"inbound","callstate":"RINGING","application":"bridge")")});
  EXPECT_EQ(snapshot_of(bench),
            "snapshot [a sofia/external trunk connected] [a/dialplan  local_half connected] [b sofia/external trunk connected] [c sofia/external "
            "trunk initiated]");
}

TEST(Snapshots, LegsOfOursAreKnownByTheirNames) {
  Bench bench;
  const std::string out = R"("direction":"outbound","presence_id":"1001@127.0.0.1",)";
  bench.channels = rows({row("cw-7-8-1", "sofia/internal/1001@x", out + R"("callstate":"ACTIVE","application":"park")"),
                         row("cw-7-9-1", "sofia/internal/1001@x", out + R"("callstate":"RINGING")"),
                         row("cw-7-10-1", "sofia/internal/1001@x", out + R"("callstate":"ACTIVE","application":"")")});
  EXPECT_EQ(
      snapshot_of(bench),
      "snapshot [cw-7-8-1 user/1001@127.0.0.1 station contact 7 offer 8 connected] [cw-7-9-1 user/1001@127.0.0.1 station contact 7 offer 9 alerting] "
      "[cw-7-10-1 user/1001@127.0.0.1 station contact 7 offer 10 alerting]");
}

}  // namespace
}  // namespace callwright::cti::freeswitch::test
