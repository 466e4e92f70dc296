// What callers hear while they wait, as the switch is told it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/stage.hpp"

namespace callwright::core {
namespace {

using namespace stage;
using cti::model::Play;
using cti::model::Prompt;
using journal::Say;
using journal::Treatment;
using journal::VisitEnd;
using testing::ElementsAre;
using testing::IsEmpty;

const Say kWelcome{Say::What::media, "welcome"}, kThanks{Say::What::media, "thanks"}, kPosition{Say::What::position, {}};

Prompt media(const char* name) { return {.what = Prompt::What::media, .media = name}; }
Prompt position(std::int64_t n) { return {.what = Prompt::What::position, .number = n}; }

class Announced : public testing::Test {
 protected:
  /// The stage's centre with a queue "help" beside its own, which is changed; the switch can play.
  template <class Change>
  void begin(Change change) {
    auto changed = std::make_shared<journal::Centre>(*centre());
    journal::Queue help = changed->queues.front();
    help.id.value = "help";
    change(changed->queues.front());
    changed->queues.push_back(help);
    for (journal::Agent& agent : changed->agents) agent.queues.push_back({{"help"}, 0});
    centre_ = changed;
    connect();
  }
  void connect() {
    stage_.step(CentreChanged{centre_});
    stage_.open_link();
    declare(true);
  }
  void declare(bool play) { stage_.step(LinkDeclared{kSwitch, {.observe = true, .control = true, .route = true, .answer = true, .play = play}}); }
  void restart() {
    stage_.core = stage_.folded(++stage_.epoch);
    stage_.step(CentreChanged{centre_});
    declare(true);
  }
  /// What was played in the time, with the seconds until then.
  std::vector<std::pair<int, std::vector<Prompt>>> played(Duration length) {
    std::vector<std::pair<int, std::vector<Prompt>>> all;
    const Instant start = stage_.now, end = start + length;
    while (auto due = stage_.core->next_due()) {
      if (*due > end) break;
      stage_.now = std::max(stage_.now, *due - Duration{1000});
      for (const Play& play : said<Play>(stage_.step(TimerDue{}))) all.emplace_back(static_cast<int>((stage_.now - start + 500ms) / 1s), play.prompts);
    }
    stage_.now = end;
    return all;
  }
  Output switch_to_emergency(bool on, const std::string& id = "e") { return stage_.step(Request{7, "user:3", id, {}, SetEmergency{kRepairs, on}}); }
  /// The message that the last step asked for has ended.
  Output message_ends(bool failed = false) {
    const auto command = *stage_.find_command<Play>();
    return stage_.event(cti::model::PlaybackEnded{std::get<Play>(command.body).native_id, command.id, command.epoch, failed});
  }

  Stage stage_;
  std::shared_ptr<const journal::Centre> centre_;
};

TEST_F(Announced, WhoHasToWaitIsGreetedOnceAndThenToldAtTheBeat) {
  begin([](journal::Queue& queue) {
    queue.greeting = {kWelcome};
    queue.announcements = {{20s, 30s, {kPosition, kThanks}}};
  });
  stage_.arrive();
  EXPECT_THAT(said<Play>(stage_.last), ElementsAre(Play{"c1", {media("welcome")}, "", false}));
  EXPECT_THAT(played(60s), ElementsAre(std::pair(20, std::vector{position(1), media("thanks")}), std::pair(50, std::vector{position(1), media("thanks")})));
  EXPECT_EQ(stage_.facts<journal::CallerTold>().size(), 1u) << "the same promise again is no fact";
}

TEST_F(Announced, WhoIsServedAtOnceIsNotGreeted) {
  begin([](journal::Queue& queue) { queue.greeting = {kWelcome}; });
  stage_.make_ready(kSofia);
  stage_.arrive();
  ASSERT_TRUE(stage_.find_command<cti::model::Ring>());
  EXPECT_THAT(said<Play>(stage_.last), IsEmpty());
}

TEST_F(Announced, NothingIsSaidWhileAPhoneRingsForTheCaller) {
  begin([](journal::Queue& queue) { queue.announcements = {{5s, 10s, {kThanks}}}; });
  stage_.arrive();
  stage_.make_ready(kSofia);
  stage_.ring();
  EXPECT_THAT(played(18s), IsEmpty());
  stage_.wait(5s);  // it was not answered
  EXPECT_THAT(played(10s), ElementsAre(testing::Pair(testing::_, ElementsAre(media("thanks")))));
}

TEST_F(Announced, ASwitchThatCannotPlayIsNeverAsked) {
  begin([](journal::Queue& queue) {
    queue.greeting = {kWelcome};
    queue.announcements = {{20s, 30s, {kPosition}}};
    queue.no_agents = {.action = Treatment::Action::wait, .message = "nobody"};
  });
  declare(false);
  stage_.arrive();
  EXPECT_THAT(said<Play>(stage_.last), IsEmpty());
  EXPECT_THAT(played(60s), IsEmpty());
  EXPECT_THAT(stage_.facts<journal::VisitTreated>(), IsEmpty());
  EXPECT_THAT(stage_.facts<journal::CallerTold>(), IsEmpty()) << "nobody was promised anything";
}

TEST_F(Announced, ARestartRepeatsNeitherGreetingNorWhatWasDue) {
  begin([](journal::Queue& queue) {
    queue.greeting = {kWelcome};
    queue.announcements = {{20s, 30s, {kThanks}}};
  });
  stage_.arrive();
  stage_.now = stage_.now + 21s;  // nobody woke it
  restart();
  EXPECT_THAT(said<Play>(stage_.last), IsEmpty());
  cti::model::Snapshot snapshot{{asking("c1")}};
  stage_.event(cti::model::LinkOpened{stage_.boot});
  stage_.event(snapshot);
  EXPECT_THAT(said<Play>(stage_.last), IsEmpty());
  EXPECT_THAT(played(30s), ElementsAre(testing::Pair(testing::_, ElementsAre(media("thanks")))));
}

TEST_F(Announced, TheLanguageIsWhatTheSwitchAttachedOrTheCustomersOwn) {
  begin([](journal::Queue& queue) { queue.announcements = {{5s, 10s, {kThanks}}}; });
  const ContactId contact = stage_.arrive();
  stage_.step(CustomerFound{contact, journal::Match::known, CustomerId{42}, {}, "+441632960001", nullptr, {{{"customer.lang", "zh"}}, {}}});
  const auto language = [&] {
    std::string last;
    while (auto due = stage_.core->next_due()) {
      stage_.now = std::max(stage_.now, *due - Duration{1000});
      if (const auto all = said<Play>(stage_.step(TimerDue{})); !all.empty()) return all.front().language;
    }
    return last;
  };
  EXPECT_EQ(language(), "zh");
  stage_.event(cti::model::DataSeen{"c1", "Language", "pt-BR"});
  EXPECT_EQ(language(), "pt-BR");
  stage_.event(cti::model::DataSeen{"c1", "Language", "x; DROP"});
  EXPECT_EQ(language(), "zh") << "what is no language says nothing";
}

TEST_F(Announced, ATreatmentsMessageIsPlayedAtOnceAndItsEndLetsTheCallerGo) {
  begin([](journal::Queue& queue) {
    queue.greeting = {kWelcome};
    queue.no_agents = {.action = Treatment::Action::release, .message = "nobody-here"};
  });
  stage_.arrive();
  EXPECT_THAT(said<cti::model::Park>(stage_.last), ElementsAre(cti::model::Park{"c1"})) << "answered first, or he hears nothing";
  EXPECT_THAT(said<Play>(stage_.last), ElementsAre(Play{"c1", {media("nobody-here")}, "", true}));
  EXPECT_THAT(said<cti::model::Release>(stage_.last), IsEmpty());
  message_ends();
  EXPECT_THAT(said<cti::model::Release>(stage_.last), ElementsAre(cti::model::Release{"c1"}));
  EXPECT_EQ(stage_.facts<journal::VisitEnded>().at(0).how, VisitEnd::flow_closed);
  stage_.hang_up("c1");
  EXPECT_EQ(stage_.facts<journal::ContactEnded>().at(0).outcome, journal::ContactOutcome::released);
}

TEST_F(Announced, ARecordingThatTheSwitchDoesNotHaveHoldsNobody) {
  begin([](journal::Queue& queue) { queue.no_agents = {.action = Treatment::Action::release, .message = "missing"}; });
  stage_.arrive();
  message_ends(true);
  EXPECT_TRUE(stage_.find_command<cti::model::Release>());
}

TEST_F(Announced, OnlyTheEndOfTheMessageItselfLetsTheCallerGo) {
  begin([](journal::Queue& queue) { queue.no_agents = {.action = Treatment::Action::release, .message = "nobody-here"}; });
  stage_.arrive();
  const auto command = *stage_.find_command<Play>();
  auto other = command.id;
  ++other.n;
  stage_.event(cti::model::PlaybackEnded{"c1", other, command.epoch, false});
  stage_.event(cti::model::PlaybackEnded{"c1", command.id, command.epoch + 1, false});
  stage_.event(cti::model::PlaybackEnded{"c2", command.id, command.epoch, false});
  EXPECT_THAT(stage_.facts<journal::VisitEnded>(), IsEmpty());
  stage_.event(cti::model::PlaybackEnded{"c1", command.id, command.epoch, false});
  EXPECT_EQ(stage_.facts<journal::VisitEnded>().size(), 1u);
}

TEST_F(Announced, WhoIsHungUpOnIsToldTheCauseAfterTheMessage) {
  begin([](journal::Queue& queue) {
    queue.no_agents = {.action = Treatment::Action::hang_up, .message = "call-later", .cause = Treatment::HangUp::busy};
  });
  stage_.arrive();
  message_ends();
  EXPECT_THAT(said<cti::model::End>(stage_.last), ElementsAre(cti::model::End{"c1", journal::Cause::busy}));
  EXPECT_THAT(said<cti::model::Release>(stage_.last), IsEmpty());
}

TEST_F(Announced, WithoutAMessageHeIsHungUpOnUnanswered) {
  begin([](journal::Queue& queue) { queue.no_agents = {.action = Treatment::Action::hang_up, .cause = Treatment::HangUp::congestion}; });
  stage_.arrive();
  EXPECT_THAT(said<cti::model::Park>(stage_.last), IsEmpty());
  EXPECT_THAT(said<cti::model::End>(stage_.last), ElementsAre(cti::model::End{"c1", journal::Cause::congestion}));
}

TEST_F(Announced, ACallerWhoLeavesDuringTheMessageHasAbandoned) {
  begin([](journal::Queue& queue) { queue.no_agents = {.action = Treatment::Action::release, .message = "nobody-here"}; });
  stage_.arrive();
  stage_.wait(10s);
  stage_.hang_up("c1");
  EXPECT_EQ(stage_.facts<journal::VisitEnded>().at(0).how, VisitEnd::abandoned);
  EXPECT_EQ(stage_.facts<journal::ContactEnded>().size(), 1u);
}

TEST_F(Announced, AfterAGapNobodyWaitsForTheEndOfAMessage) {
  begin([](journal::Queue& queue) { queue.no_agents = {.action = Treatment::Action::release, .message = "nobody-here"}; });
  stage_.arrive();
  stage_.event(cti::model::LinkLost{"gone"});
  stage_.event(cti::model::LinkOpened{stage_.boot});
  stage_.event(cti::model::Snapshot{{asking("c1")}});
  EXPECT_TRUE(stage_.find_command<cti::model::Release>());
}

TEST_F(Announced, AMessageThatARestartCutShortEndsWithTheSnapshot) {
  begin([](journal::Queue& queue) { queue.no_agents = {.action = Treatment::Action::queue, .to = {"help"}, .message = "wait"}; });
  stage_.arrive();
  restart();
  stage_.event(cti::model::LinkOpened{stage_.boot});
  stage_.event(cti::model::Snapshot{{asking("c1")}});
  ASSERT_EQ(stage_.facts<journal::VisitStarted>().size(), 2u);
  EXPECT_EQ(stage_.facts<journal::VisitStarted>()[1].queue.value, "help");
  EXPECT_THAT(said<Play>(stage_.last), IsEmpty());
}

TEST_F(Announced, AMessageThatASnapshotItselfBeginsIsHeardOut) {
  begin([](journal::Queue& queue) { queue.no_agents = {.action = Treatment::Action::release, .message = "nobody-here"}; });
  stage_.arrive();
  message_ends();
  stage_.event(cti::model::LinkLost{"gone"});
  stage_.event(cti::model::LinkOpened{stage_.boot});
  stage_.event(cti::model::Snapshot{{asking("c1")}});  // the fallback sent him here once more meanwhile
  ASSERT_EQ(stage_.facts<journal::VisitStarted>().size(), 2u);
  EXPECT_THAT(said<Play>(stage_.last), ElementsAre(Play{"c1", {media("nobody-here")}, "", true}));
  EXPECT_THAT(said<cti::model::Release>(stage_.last), IsEmpty());
  message_ends();
  EXPECT_TRUE(stage_.find_command<cti::model::Release>());
}

TEST_F(Announced, EmergencyTreatsWhoWaitsAndWhoComesUntilItIsOver) {
  begin([](journal::Queue& queue) { queue.emergency = {.action = Treatment::Action::queue, .to = {"help"}, .message = "fire"}; });
  const ContactId first = stage_.arrive();
  const Output output = switch_to_emergency(true);
  EXPECT_TRUE(output.replies.at(0).result);
  EXPECT_THAT(said<Play>(output), ElementsAre(Play{"c1", {media("fire")}, "", true}));
  EXPECT_TRUE(stage_.shown_queue.emergency);
  EXPECT_EQ(stage_.shown_queue.emergency_since, stage_.now);
  message_ends();
  EXPECT_EQ(stage_.contact(first)->queue.value, "help");
  const ContactId second = stage_.arrive("c2", "+441632960002");
  EXPECT_THAT(said<Play>(stage_.last), ElementsAre(Play{"c2", {media("fire")}, "", true}));
  message_ends();
  EXPECT_EQ(stage_.contact(second)->queue.value, "help");
  switch_to_emergency(false, "e2");
  EXPECT_FALSE(stage_.shown_queue.emergency);
  const ContactId third = stage_.arrive("c3", "+441632960003");
  EXPECT_EQ(stage_.contact(third)->queue, kRepairs);
  EXPECT_THAT(said<Play>(stage_.last), IsEmpty());
}

TEST_F(Announced, EmergencyOutlivesARestartAndACheckpoint) {
  begin([](journal::Queue&) {});
  switch_to_emergency(true);
  const auto checkpoint = stage_.core->checkpoint();
  Core from_checkpoint(9);
  for (const auto& fact : checkpoint) from_checkpoint.fold(fact);
  from_checkpoint.step({stage_.now + 1s, CentreChanged{centre_}});
  bool shown = false;
  for (const auto& view : from_checkpoint.all_views())
    if (const auto* queue = std::get_if<QueueView>(&view); queue && queue->queue == kRepairs) shown = queue->emergency;
  EXPECT_TRUE(shown);
  restart();
  EXPECT_TRUE(stage_.queue().emergency);
}

TEST_F(Announced, AnEmergencyOfAQueueThatIsNoneIsRefusedAndTheSameTwiceActsOnce) {
  begin([](journal::Queue&) {});
  const auto refused = stage_.step(Request{7, "user:3", "x", {}, SetEmergency{QueueId{"nowhere"}, true}});
  EXPECT_EQ(refused.replies.at(0).result.error().code, Errc::unknown_queue);
  switch_to_emergency(true, "once");
  switch_to_emergency(true, "once");
  switch_to_emergency(true, "again");
  EXPECT_EQ(stage_.facts<journal::EmergencySet>().size(), 1u);
  EXPECT_EQ(stage_.facts<journal::EmergencySet>().at(0).by, "user:3");
}

TEST_F(Announced, AQueueIsShownAsClosedWhenItsHoursEnd) {
  begin([](journal::Queue& queue) { queue.hours.value = "hours"; });
  auto changed = std::make_shared<journal::Centre>(*centre_);
  journal::Hours hours{.id = {"hours"}, .name = "Hours", .name_zh = {}, .time_zone = "UTC", .week = {}, .exceptions = {}};
  for (int day = 1; day <= 7; ++day) hours.week.push_back({day, {0, 12 * 60}});
  changed->hours = {hours};
  stage_.step(CentreChanged{changed});
  const bool open = stage_.queue().open;
  std::vector<bool> seen;
  for (int i = 0; i < 4; ++i) {
    stage_.wait(6h);
    seen.push_back(stage_.shown_queue.queue == QueueId{"help"} ? stage_.queue().open : stage_.shown_queue.open);
  }
  EXPECT_THAT(seen, testing::Contains(!open)) << "it was told without anything else happening";
  EXPECT_THAT(seen, testing::Contains(open));
}

}  // namespace
}  // namespace callwright::core
