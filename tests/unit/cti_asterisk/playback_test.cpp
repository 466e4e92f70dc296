// What callers hear: the requests of a Play, its end, and that it keeps nobody from being bridged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cti/asterisk/playbacks.hpp"
#include "tests/unit/cti_asterisk/usual_call.hpp"

namespace callwright::cti::asterisk::test {
namespace {

using namespace std::chrono_literals;
using model::Prompt;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Prompt media(const char* name) { return {.what = Prompt::What::media, .media = name}; }
Prompt position(std::int64_t n) { return {.what = Prompt::What::position, .number = n}; }
Prompt wait_of(Duration length) { return {.what = Prompt::What::wait, .duration = length}; }

/// A caller who waits.
struct Waiting : Bench {
  Waiting() {
    live();
    text(start_of_caller());
    text(seen(kCaller, "Up"));
    forget();
  }
  void play(std::vector<Prompt> prompts, std::int64_t seq = 40, bool urgent = false, std::string language = {}, Duration limit = 5s) {
    model::Command command;
    command.id = {1, seq, 2};
    command.switch_id = SwitchId{"lab"};
    command.contact = ContactId{7};
    command.epoch = 3;
    command.deadline = now + limit;
    command.body = model::Play{kCaller, std::move(prompts), std::move(language), urgent};
    take(machine.command(command, now));
  }
  void told(const std::string& type, const std::string& id, const std::string& state) {
    text(event_json(type, R"("playback":{"id":")" + id + R"(","media_uri":"sound:x","target_uri":"channel:lab-1.1","language":"en","state":")" + state + R"("})"));
  }
  void finished(const std::string& id, const std::string& state = "done") { told("PlaybackFinished", id, state); }
  const Machine::Counters& counters() const { return machine.counters(); }
};

TEST(Playback, EachRecordingAndNumberIsOneOfItsOwnInTheSoundsOfTheSwitch) {
  Waiting bench;
  bench.play({media("custom/welcome"), position(3), wait_of(4min)}, 40, false, "zh");
  EXPECT_THAT(bench.requests, ElementsAre("POST /channels/lab-1.1/play/cw-7-p3-40-2-0?media=sound%3Acustom%2Fwelcome&lang=zh",
                                          "POST /channels/lab-1.1/play/cw-7-p3-40-2-1?media=sound%3Aqueue-thereare&lang=zh",
                                          "POST /channels/lab-1.1/play/cw-7-p3-40-2-2?media=number%3A3&lang=zh",
                                          "POST /channels/lab-1.1/play/cw-7-p3-40-2-3?media=sound%3Aqueue-callswaiting&lang=zh",
                                          "POST /channels/lab-1.1/play/cw-7-p3-40-2-4?media=sound%3Aqueue-holdtime&lang=zh",
                                          "POST /channels/lab-1.1/play/cw-7-p3-40-2-5?media=number%3A4&lang=zh",
                                          "POST /channels/lab-1.1/play/cw-7-p3-40-2-6?media=sound%3Aqueue-minutes&lang=zh"));
}

TEST(Playback, TheFirstInLineAndLessThanTwoMinutesHaveWordsOfTheirOwn) {
  Waiting bench;
  bench.play({position(1), wait_of(1min)});
  EXPECT_THAT(bench.requests, ElementsAre(HasSubstr("queue-youarenext"), HasSubstr("queue-holdtime"), HasSubstr("queue-less-than"), HasSubstr("number%3A2"),
                                          HasSubstr("queue-minutes")));
}

TEST(Playback, ItsEndIsToldOnceTheLastPartIsOver) {
  Waiting bench;
  bench.play({media("a"), media("b")});
  bench.told("PlaybackStarted", "cw-7-p3-40-2-0", "playing");
  bench.finished("cw-7-p3-40-2-0");
  EXPECT_THAT(bench.events, IsEmpty());
  bench.finished("cw-7-p3-40-2-1");
  EXPECT_THAT(bench.events, ElementsAre("played lab-1.1 40-2 of 3"));
  EXPECT_EQ(bench.counters().playbacks_started, 1u);
  EXPECT_EQ(bench.counters().playbacks_finished, 2u);
  EXPECT_EQ(bench.counters().playbacks_failed, 0u);
  bench.finished("cw-7-p3-40-2-1");
  EXPECT_EQ(bench.events.size(), 1u);
}

TEST(Playback, ARecordingThatIsNotThereIsCountedAndLoggedAndTheCallGoesOn) {
  Waiting bench;
  bench.play({media("missing"), media("b")});
  bench.finished("cw-7-p3-40-2-0", "failed");
  bench.finished("cw-7-p3-40-2-1");
  EXPECT_THAT(bench.events, ElementsAre("not played lab-1.1 40-2 of 3"));
  EXPECT_EQ(bench.counters().playbacks_failed, 1u);
  EXPECT_THAT(bench.logs, Contains("playback_failed"));
  bench.forget();
  bench.text(start_of_agent());
  bench.command(model::Bridge{kCaller, kAgent});
  EXPECT_THAT(bench.requests, Contains(HasSubstr("addChannel")));
}

TEST(Playback, WhatPlaysIsStoppedTheLastPartFirstBeforeTheCallerIsBridged) {
  Waiting bench;
  bench.play({media("a"), position(2)});
  bench.finished("cw-7-p3-40-2-0");
  bench.text(start_of_agent());
  bench.forget();
  bench.command(model::Bridge{kCaller, kAgent});
  EXPECT_THAT(bench.requests, ElementsAre("DELETE /playbacks/cw-7-p3-40-2-3", "DELETE /playbacks/cw-7-p3-40-2-2", "DELETE /playbacks/cw-7-p3-40-2-1",
                                          "POST /bridges/cw-7-t3-0?type=mixing", "POST /bridges/cw-7-t3-0/addChannel?channel=lab-1.1%2Ccw-7-8-3"));
  for (const char* part : {"1", "2", "3"}) bench.finished(std::string("cw-7-p3-40-2-") + part);
  EXPECT_THAT(bench.events, ElementsAre("played lab-1.1 40-2 of 3"));
}

TEST(Playback, WhatPlaysIsStoppedBeforeTheCallerIsReleased) {
  Waiting bench;
  bench.play({media("a")});
  bench.forget();
  bench.command(model::Release{kCaller});
  EXPECT_THAT(bench.requests, ElementsAre("DELETE /playbacks/cw-7-p3-40-2-0", HasSubstr("/continue")));
}

TEST(Playback, AStopThatComesTooLateIsNoFailureAndPutsNobodyInDoubt) {
  Waiting bench;
  bench.play({media("a")});
  bench.answering = false;
  bench.forget();
  bench.command(model::Release{kCaller});
  bench.answer(bench.waiting.front(), 404, R"({"message":"Playback not found"})");
  EXPECT_EQ(bench.counters().failed_requests, 0u);
  EXPECT_THAT(bench.logs, Not(Contains("request_failed")));
}

TEST(Playback, AnnouncementsGiveWayToWhatPlaysAndATreatmentsMessageDoesNot) {
  Waiting bench;
  bench.play({media("a")}, 40);
  bench.forget();
  bench.play({media("b")}, 41);
  EXPECT_THAT(bench.requests, IsEmpty());
  EXPECT_THAT(bench.events, ElementsAre("not played lab-1.1 41-2 of 3"));
  EXPECT_EQ(bench.counters().plays_left_out, 1u);
  bench.forget();
  bench.play({media("c")}, 42, true);
  EXPECT_THAT(bench.requests, ElementsAre("DELETE /playbacks/cw-7-p3-40-2-0", HasSubstr("/play/cw-7-p3-42-2-0")));
  bench.finished("cw-7-p3-40-2-0");
  bench.finished("cw-7-p3-42-2-0");
  EXPECT_THAT(bench.events, ElementsAre("played lab-1.1 40-2 of 3", "played lab-1.1 42-2 of 3"));
}

TEST(Playback, AValueThatIsNoRecordingOrLanguageNeverLeavesAndItsEndIsToldAtOnce) {
  const std::pair<const char*, const char*> hostile[] = {{"../../etc/passwd", ""}, {"/etc/passwd", ""}, {"a&b", ""}, {"a,sound:b", ""}, {"", ""}, {"a", "e n"}, {"a", "en&app=x"}};
  for (const auto& [name, language] : hostile) {
    Waiting bench;
    bench.play({media("good"), media(name)}, 40, false, language);
    EXPECT_THAT(bench.requests, IsEmpty()) << name;
    EXPECT_THAT(bench.events, ElementsAre("not played lab-1.1 40-2 of 3")) << name;
    EXPECT_EQ(bench.counters().commands_refused, 1u);
    bench.play({media("good")}, 41);
    EXPECT_EQ(bench.counters().plays_left_out, 0u) << "nothing plays";
  }
}

TEST(Playback, APlayThatCannotBeSentEndsAtOnce) {
  Waiting bench;
  bench.play({media("a")}, 40, false, {}, -1s);
  EXPECT_THAT(bench.events, ElementsAre("not played lab-1.1 40-2 of 3"));
  bench.take(bench.machine.socket_closed("1006", bench.now));
  bench.forget();
  bench.play({media("a")}, 41);
  EXPECT_THAT(bench.events, ElementsAre("not played lab-1.1 41-2 of 3"));
}

TEST(Playback, ARefusedRequestEndsItsPartAndAsksAboutTheCaller) {
  Waiting bench;
  bench.answering = false;
  bench.play({media("a")});
  bench.answer(bench.waiting.front(), 404, R"({"message":"Channel not found"})");
  EXPECT_THAT(bench.events, ElementsAre("not played lab-1.1 40-2 of 3"));
  EXPECT_EQ(bench.counters().playbacks_failed, 1u);
  bench.answering = true;
  bench.forget();
  bench.pass(1s);
  EXPECT_THAT(bench.requests, Contains("GET /channels/lab-1.1"));
}

TEST(Playback, AfterAGapWhatMayPlayStillIsStoppedAndKeepsNothingElseFromPlaying) {
  Waiting bench;
  bench.play({media("a")});
  bench.channels = "[" + channel_json(kCaller, "PJSIP/trunk-00000001", "Up", "callwright,4000") + "]";
  bench.take(bench.machine.socket_closed("1006", bench.now));
  bench.pass(1s);
  bench.take(bench.machine.socket_opened(bench.now));
  bench.forget();
  bench.play({media("b")}, 41);
  EXPECT_THAT(bench.requests, ElementsAre("DELETE /playbacks/cw-7-p3-40-2-0", HasSubstr("/play/cw-7-p3-41-2-0")));
  EXPECT_EQ(bench.counters().plays_left_out, 0u);
}

TEST(Playback, PlaybacksOfOthersAreNoneOfOurs) {
  Waiting bench;
  bench.told("PlaybackStarted", "b2f0-uuid", "playing");
  bench.finished("b2f0-uuid");
  bench.finished("cw-");
  EXPECT_THAT(bench.events, IsEmpty());
  EXPECT_EQ(bench.counters().playbacks_started, 0u);
}

TEST(Playbacks, ForgetWithTheChannelWhatPlayedOnIt) {
  Playbacks playbacks;
  model::Command command;
  command.contact = ContactId{7};
  (void)playbacks.begin(model::Play{"c1", {media("a")}, "", false}, command, 3);
  EXPECT_TRUE(playbacks.plays("c1"));
  EXPECT_EQ(playbacks.stop("c1").size(), 3u);
  playbacks.gone("c1");
  EXPECT_EQ(playbacks.size(), 0u);
  EXPECT_FALSE(playbacks.plays("c1"));
}

}  // namespace
}  // namespace callwright::cti::asterisk::test
