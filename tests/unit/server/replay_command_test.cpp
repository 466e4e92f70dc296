#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "contacts/log_reader.hpp"
#include "recorded_centre.hpp"
#include "server/commands.hpp"
#include "sim/what_if/read_recording.hpp"
#include "sim/what_if/replay_figures.hpp"
#include "sim/what_if/wall_time.hpp"

namespace callwright::server {
namespace {

using namespace sim::what_if;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

std::string with(std::string text, const std::string& what, const std::string& instead) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), instead);
}

/// The recorded hour, made once: it is read only.
class ReplayCommand : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::filesystem::temp_directory_path() / ("callwright-replay-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    RecordedCentre centre;
    work_an_hour(centre);
    centre.write(store());
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(folder_); }

  static std::string store() { return (folder_ / "store.db").string(); }
  static std::filesystem::path rules(const std::string& text) {
    const auto file = folder_ / "new.toml";
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }

  /// Runs the command; its standard output.
  std::string run(const std::string& text, ReplayArguments arguments = {}, int code = 0) {
    runtime::Settings settings;
    settings.store_path = store();
    if (arguments.from.empty()) arguments.from = "2026-11-30 10:00";
    if (arguments.to.empty()) arguments.to = "2026-11-30 11:00";
    arguments.rules = rules(text);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    EXPECT_EQ(replay(settings, arguments), code);
    said_ = testing::internal::GetCapturedStderr();
    return testing::internal::GetCapturedStdout();
  }
  /// The same without words.
  static Replay replayed(const std::string& text, Instant from = RecordedCentre::kBegin, Instant to = RecordedCentre::kBegin + Duration(1h),
                         std::int32_t draws = 5) {
    auto log = contacts::open_log_reader({.path = store()});
    EXPECT_TRUE(log);
    const auto old_rules = rules_at(**log, from);
    EXPECT_TRUE(old_rules);
    const auto new_rules = contacts::parse_centre(text);
    EXPECT_TRUE(new_rules) << new_rules.error().text();
    const auto recording = read_recording(**log, wall_bounds(from, to, 30min, "UTC"), {&*old_rules, &*new_rules});
    EXPECT_TRUE(recording);
    auto done =
        sim::what_if::replay(*recording, *old_rules, "version 1", *new_rules, "new.toml", {.seed = 3, .draws = draws, .threads = 2, .progress = {}});
    EXPECT_TRUE(done) << done.error().text();
    return done ? std::move(*done) : Replay{};
  }
  static double figure(const Column& column, std::string_view key, std::size_t queue = SIZE_MAX) {
    const auto all = replay_figures();
    const auto at = std::ranges::find_if(all, [&](const ReplayFigure& one) { return key == one.key; }) - all.begin();
    return column.queues[std::min(queue, column.queues.size() - 1)].figures[static_cast<std::size_t>(at)].value.value_or(NAN);
  }

  inline static std::filesystem::path folder_;
  std::string said_;
};

TEST_F(ReplayCommand, TheSameRulesMakeTheSameDayOfOneThatHasNoChanceInIt) {
  const Replay done = replayed(kSmallCentre);
  const Columns columns = columns_of(done);
  EXPECT_GT(figure(columns.recorded, "abandoned"), 0);
  EXPECT_GT(figure(columns.recorded, "waits"), 0.2) << "else it would be easy";
  for (const SideCounts& side : done.old_rules) {
    ASSERT_EQ(side.queues, done.recorded.queues) << "every wait to the microsecond, every agent the same";
    ASSERT_EQ(side.agents, done.recorded.agents);
  }
  EXPECT_EQ(done.new_rules, done.old_rules);
  EXPECT_EQ(figure(columns.old_rules, "same_agent"), 1);
}

TEST_F(ReplayCommand, LessWrapUpMeansLessWaitingAndLessWork) {
  const Replay done = replayed(with(kSmallCentre, "wrap_up = \"30s\"", "wrap_up = \"5s\""));
  const Columns columns = columns_of(done);
  EXPECT_LT(figure(columns.change, "asa_s"), -5);
  EXPECT_LT(*columns.change.agents.figures[2].value, -0.05) << "occupancy";
  EXPECT_LE(figure(columns.change, "abandoned"), 0);
  EXPECT_EQ(figure(columns.change, "offered"), 0);
}

TEST_F(ReplayCommand, AskingForMoreSkillMeansABetterMatchAndMoreWaiting) {
  const Replay done = replayed(with(kSmallCentre, "min_level = 50", "min_level = 80"));
  const Columns columns = columns_of(done);
  EXPECT_NEAR(figure(columns.new_rules, "match_old_rules", 0), 0.9, 1e-9) << "Sofia has all of repairs";
  EXPECT_LT(figure(columns.old_rules, "match_old_rules", 0), 0.85);
  EXPECT_GT(figure(columns.change, "asa_s", 0), 2);
  EXPECT_LT(figure(columns.change, "asa_s", 1), 0) << "Daniel has only sales now";
  EXPECT_LT(figure(columns.new_rules, "same_agent", 0), 1);
}

TEST_F(ReplayCommand, CallersAreCountedWhoCameBetweenTheTimesAndNoOthers) {
  const Instant from = RecordedCentre::kBegin + Duration(1000s), to = RecordedCentre::kBegin + Duration(2000s);
  const Replay done = replayed(kSmallCentre, from, to);
  std::int64_t came = 0;
  for (int i = -2; i < 72; ++i) {
    const Instant at = RecordedCentre::kBegin + i * Duration(50s) + Duration((i * i * 7919 % 9973) * 1000LL);
    came += at >= from && at < to;
  }
  const Columns columns = columns_of(done);
  for (const Column* side : {&columns.recorded, &columns.old_rules, &columns.new_rules})
    EXPECT_EQ(figure(*side, "offered"), static_cast<double>(came));
  EXPECT_NEAR(figure(columns.old_rules, "service_level"), figure(columns.recorded, "service_level"), 0.051)
      << "who talks or waits at its begin is there in the replay too";
  EXPECT_NEAR(figure(columns.old_rules, "asa_s"), figure(columns.recorded, "asa_s"), 2);
}

TEST_F(ReplayCommand, TheSameInputAndSeedGiveTheSameBytes) {
  const std::string text = with(kSmallCentre, "wrap_up = \"30s\"", "wrap_up = \"15s\"");
  ReplayArguments arguments;
  arguments.draws = 6;
  arguments.threads = 1;
  arguments.html = folder_ / "one.html";
  const std::string one = run(text, arguments);
  arguments.threads = 3;
  arguments.html = folder_ / "two.html";
  EXPECT_EQ(run(text, arguments), one);
  const auto page = [&](const char* name) {
    std::ifstream in(folder_ / name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  EXPECT_EQ(page("one.html"), page("two.html"));
  EXPECT_THAT(page("one.html"), AllOf(HasSubstr("<svg"), Not(HasSubstr("<script"))));
  arguments.json = true;
  const std::string json = run(text, arguments);
  EXPECT_EQ(run(text, arguments), json);
  EXPECT_THAT(one, AllOf(HasSubstr("Replay of 2026-11-30 10:00 to 2026-11-30 11:00 (Europe/London)"), HasSubstr("Old rules: version 1."),
                         HasSubstr("service level %"), HasSubstr("spread of it %"), HasSubstr("10:30"), HasSubstr("6 draws")));
  arguments.seed = 2;
  EXPECT_NE(run(text, arguments), json);
}

TEST_F(ReplayCommand, NobodysNameOrNumberStandsInAReport) {
  const std::string text =
      with(kSmallCentre, "wrap_up = \"30s\"", "wrap_up = \"30s\"\n[[queue.rule]]\nwhen = 'caller starts_with \"+44\"'\npriority = 5\n");
  ReplayArguments arguments;
  arguments.draws = 2;
  arguments.html = folder_ / "page.html";
  std::string all = run(text, arguments);
  arguments.json = true;
  all += run(text, arguments);
  std::ifstream in(arguments.html, std::ios::binary);
  all += std::string(std::istreambuf_iterator<char>(in), {});
  EXPECT_THAT(all, AllOf(Not(HasSubstr("Secret")), Not(HasSubstr("441632")), Not(HasSubstr("sofia"))));
}

TEST_F(ReplayCommand, ARuleMayAskForWhatIsSealedInTheLog) {
  const Columns columns = columns_of(replayed(
      with(kSmallCentre, "wrap_up = \"30s\"",
           "wrap_up = \"30s\"\n[[queue.rule]]\nwhen = 'caller starts_with \"+44\"'\nrequirements = [{ skill = \"repairs\", min_level = 80 }]\n")));
  EXPECT_NEAR(figure(columns.new_rules, "match_old_rules", 0), 0.9, 1e-9) << "every caller's number begins so";
}

TEST_F(ReplayCommand, WhatCannotBeReplayedIsRefusedWithTheReason) {
  EXPECT_EQ(run(with(kSmallCentre, "id = \"daniel\"", "id = \"david\""), {}, 1), "");
  EXPECT_THAT(said_, HasSubstr("new.toml: there is no agent 'daniel', who worked then"));
  run(with(kSmallCentre, "number = \"4003\"", "number = \"4999\""), {}, 1);
  EXPECT_THAT(said_, HasSubstr("new.toml: the number '4003' of switch 'pbx' leads to no queue, where "));
  run("name = \"x\"\nnonsense = 1\n", {}, 1);
  EXPECT_THAT(said_, HasSubstr("line 2: unknown key 'nonsense'"));

  ReplayArguments arguments;
  arguments.from = "2026-11-29 10:00";
  arguments.to = "2026-11-29 11:00";
  run(kSmallCentre, arguments, 1);
  EXPECT_THAT(said_, HasSubstr("nothing was recorded from 2026-11-29 10:00 to 2026-11-29 11:00; the log goes from 2026-11-30 09:50 to "));
  arguments.from = "2026-11-30 09:50";
  arguments.to = "2026-11-30 09:55";
  run(kSmallCentre, arguments, 1);
  EXPECT_THAT(said_, HasSubstr("nobody came to a queue in this time"));
  arguments.from = "noon";
  run(kSmallCentre, arguments, 1);
  EXPECT_THAT(said_, HasSubstr("--from: 'noon' is no time such as"));
  arguments.from = "2026-11-30 10:30";
  arguments.to = "2026-11-30 10:30";
  run(kSmallCentre, arguments, 1);
  EXPECT_THAT(said_, HasSubstr("--to must be later than --from"));
  arguments.to = "2026-11-30 11:00";
  arguments.interval = "often";
  arguments.rules = rules(kSmallCentre);
  run(kSmallCentre, arguments, 1);
  EXPECT_THAT(said_, HasSubstr("--interval must be a length"));

  runtime::Settings nowhere;
  nowhere.store_path = (folder_ / "none.db").string();
  testing::internal::CaptureStderr();
  EXPECT_EQ(replay(nowhere, arguments), 1);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), AllOf(HasSubstr("none.db"), HasSubstr("which store it is says server.toml, here -c")));
  EXPECT_FALSE(std::filesystem::exists(nowhere.store_path));
}

TEST_F(ReplayCommand, ATimeThatGoesOnBeforeAndBehindTheLogIsThatOfTheLog) {
  ReplayArguments arguments;
  arguments.from = "2026-11-30";
  arguments.to = "2026-12-01";
  arguments.draws = 1;
  arguments.interval = "4h";
  EXPECT_THAT(run(kSmallCentre, arguments),
              AllOf(HasSubstr("The log begins at 2026-11-30 09:50; so does the replay."), HasSubstr("The log ends at 2026-11-30 11:")));
}

TEST_F(ReplayCommand, ARunningServerKeepsWritingBesideIt) {
  auto log = contacts::open_log_reader({.path = store()});
  ASSERT_TRUE(log);
  const journal::Kind kinds[] = {journal::Kind::visit_started};
  ASSERT_TRUE((*log)->facts(1, kinds, contacts::LogReader::Personal::leave));
  auto writer = contacts::open_store({.path = store(), .busy_limit = Duration(0)});
  ASSERT_TRUE(writer);
  EXPECT_TRUE((*writer)->journal().begin_epoch()) << "no lock is held between two parts";
}

TEST(ReplayOfAChangedCentre, AChangeOfTheRulesDuringTheDayIsNamed) {
  const auto folder = std::filesystem::temp_directory_path() / ("callwright-changed-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  RecordedCentre centre;
  centre.at(1800s, [&] { centre.change(with(kSmallCentre, "wrap_up = \"30s\"", "wrap_up = \"10s\""), 2); });
  work_an_hour(centre);
  centre.write((folder / "store.db").string());
  std::ofstream(folder / "new.toml") << kSmallCentre;
  runtime::Settings settings;
  settings.store_path = (folder / "store.db").string();
  ReplayArguments arguments{.from = "2026-11-30 10:00", .to = "2026-11-30 11:00", .rules = folder / "new.toml", .draws = 1};
  testing::internal::CaptureStdout();
  EXPECT_EQ(replay(settings, arguments), 0);
  EXPECT_THAT(testing::internal::GetCapturedStdout(),
              HasSubstr("The rules changed at 2026-11-30 10:30 (version 2); the old rules here are those of the begin"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace callwright::server
