// What callers are told while they wait, when, and what is kept back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "floor.hpp"

namespace callwright::routing {
namespace {

using journal::Announcement;
using journal::CallerTold;
using journal::Say;
using testing::ElementsAre;
using testing::IsEmpty;

const Say kPosition{Say::What::position, {}}, kEstimate{Say::What::estimate, {}}, kThanks{Say::What::media, "thanks"};

Spoken position(std::int32_t n) { return {.what = Say::What::position, .position = n}; }
Spoken estimate(Duration length) { return {.what = Say::What::estimate, .estimate = length}; }
Spoken media(const char* name) { return {.what = Say::What::media, .media = name}; }

/// "sales" with "ann" in it, busy, and these announcements.
Floor floor_with(std::vector<Announcement> announcements) {
  journal::Queue sales = queue("sales");
  sales.announcements = std::move(announcements);
  Floor floor;
  floor.open({.queues = {std::move(sales), queue("help")}, .agents = {agent("ann", {}, {{"sales", 0}, {"help", 0}})}});
  floor.set("ann", AgentState::not_ready, "lunch");
  return floor;
}

/// Serves one contact of "sales" in this time, so that it is known how long they take.
void serve(Floor& floor, std::int64_t contact, Duration length) {
  floor.ready("ann");
  (void)floor.enter(contact, "sales");
  floor.match();
  floor.engine.answered({contact}, {"ann"}, floor.now, floor);
  floor.now = floor.now + length;
  floor.engine.work_ended({"ann"}, floor.now, floor);
  floor.engine.end_wrap_up({"ann"}, floor.now, floor);
  floor.set("ann", AgentState::not_ready, "lunch");
}

/// Of contact 1, until `end`: seconds since its place.
std::vector<int> beats_of(Floor& floor, Duration end) {
  std::vector<int> all;
  const Instant begin = floor.engine.waiting({1})->entered_at, until = floor.now + end;
  for (auto due = floor.engine.next_due(); due && *due <= until; due = floor.engine.next_due()) {
    floor.now = *due;
    floor.engine.expire(floor.now, floor);
    for (const auto& beat : floor.engine.take_announcements(floor.now))
      if (beat.contact == ContactId{1}) all.push_back(static_cast<int>((beat.at - begin) / 1s));
  }
  floor.now = until;
  return all;
}

TEST(Announcements, ComeAfterTheirTimeAndThenAtTheirBeat) {
  Floor floor = floor_with({{20s, 30s, {kPosition}}, {45s, {}, {kThanks}}});
  (void)floor.enter(1, "sales");
  EXPECT_EQ(*floor.engine.next_due(), floor.now + 20s);
  EXPECT_THAT(beats_of(floor, 2min), ElementsAre(20, 45, 50, 80, 110));
}

TEST(Announcements, CountFromThePlaceAndSayNothingOfWhatIsPast) {
  Floor floor = floor_with({{20s, 30s, {kPosition}}, {45s, {}, {kThanks}}});
  (void)floor.engine.enter({1}, {"pbx"}, {"sales"}, floor.now - 60s, floor.now, floor);
  EXPECT_THAT(beats_of(floor, 1min), ElementsAre(80, 110));
}

TEST(Announcements, ABeatThatNobodyWasAwakeForIsNotMadeUpFor) {
  Floor floor = floor_with({{20s, 30s, {kPosition}}});
  (void)floor.enter(1, "sales");
  floor.now = floor.now + 100s;
  EXPECT_EQ(floor.engine.take_announcements(floor.now).size(), 1u);
  EXPECT_EQ(*floor.engine.next_due(), floor.now + 10s);
}

TEST(Announcements, ARestartSaysNothingTwiceAndKeepsTheBeat) {
  Floor floor = floor_with({{20s, 30s, {kPosition}}, {5s, {}, {kThanks}}});
  (void)floor.enter(1, "sales");
  EXPECT_THAT(beats_of(floor, 25s), ElementsAre(5, 20));
  Engine again;
  for (const auto& fact : floor.facts) again.apply(fact);
  again.skip_announcements(floor.now + 30s);  // it was away for half a minute
  again.configure(floor.centre);
  floor.engine = std::move(again);
  floor.now = floor.now + 30s;
  EXPECT_THAT(beats_of(floor, 1min), ElementsAre(80, 110));
}

TEST(Announcements, EndWithTheVisitAndBeginWithTheNextOne) {
  Floor floor = floor_with({{20s, 30s, {kPosition}}});
  (void)floor.enter(1, "sales");
  (void)floor.engine.move({1}, {"help"}, floor.now, floor);
  EXPECT_EQ(floor.engine.next_due(), std::nullopt);
  (void)floor.engine.move({1}, {"sales"}, floor.now, floor);
  EXPECT_EQ(*floor.engine.next_due(), floor.now + 20s);
  floor.engine.leave({1}, VisitEnd::abandoned, floor.now, floor);
  EXPECT_EQ(floor.engine.next_due(), std::nullopt);
}

TEST(Announcements, AContactWithoutACallIsToldNothing) {
  Floor floor = floor_with({{20s, 30s, {kPosition}}});
  (void)floor.engine.enter({1}, {}, {"sales"}, floor.now, floor.now, floor);
  EXPECT_EQ(floor.engine.next_due(), std::nullopt);
}

TEST(Announcements, ThePositionCountsWhoComesBeforeByTheScoreNotWhoCameBefore) {
  Floor floor = floor_with({});
  for (int i = 1; i <= 3; ++i) floor.now = floor.now + 1s, (void)floor.enter(i, "sales");
  EXPECT_THAT(floor.engine.tell({3}, {kPosition}, floor.now, floor), ElementsAre(position(3)));
  (void)floor.engine.raise({3}, 500, "boss", floor);
  EXPECT_THAT(floor.engine.tell({3}, {kPosition}, floor.now, floor), ElementsAre(position(1)));
  EXPECT_THAT(floor.engine.tell({1}, {kPosition}, floor.now, floor), ElementsAre(position(2)));
  (void)floor.engine.park({3}, "boss", floor.now, floor);
  EXPECT_THAT(floor.engine.tell({1}, {kPosition}, floor.now, floor), ElementsAre(position(1)));
  EXPECT_THAT(floor.engine.tell({3}, {kPosition}, floor.now, floor), IsEmpty()) << "who stands aside has none";
}

TEST(Announcements, APositionThatHasGrownIsLeftOutAndTheRestIsSaid) {
  Floor floor = floor_with({});
  (void)floor.enter(1, "sales");
  (void)floor.enter(2, "sales");
  EXPECT_THAT(floor.engine.tell({1}, {kThanks, kPosition}, floor.now, floor), ElementsAre(media("thanks"), position(1)));
  (void)floor.engine.raise({2}, 500, "boss", floor);
  EXPECT_THAT(floor.engine.tell({1}, {kThanks, kPosition}, floor.now, floor), ElementsAre(media("thanks")));
}

TEST(Announcements, AnEstimateIsRoundedUpToMinutesAndLaterToFive) {
  Floor floor = floor_with({});
  serve(floor, 1, 70s);
  for (int i = 2; i <= 14; ++i) (void)floor.enter(i, "sales");
  EXPECT_THAT(floor.engine.tell({2}, {kEstimate}, floor.now, floor), ElementsAre(estimate(2min))) << "70 s";
  EXPECT_THAT(floor.engine.tell({9}, {kEstimate}, floor.now, floor), ElementsAre(estimate(10min))) << "9:20";
  EXPECT_THAT(floor.engine.tell({14}, {kEstimate}, floor.now, floor), ElementsAre(estimate(20min))) << "15:10";
}

TEST(Announcements, AnEstimateIsNotSaidWhereItIsWorthNothing) {
  Floor floor = floor_with({});
  (void)floor.enter(1, "sales");
  EXPECT_THAT(floor.engine.tell({1}, {kEstimate}, floor.now, floor), IsEmpty()) << "nothing is known of this queue";
  floor.engine.leave({1}, VisitEnd::abandoned, floor.now, floor);
  serve(floor, 2, 50min);
  (void)floor.enter(3, "sales");
  (void)floor.enter(4, "sales");
  EXPECT_THAT(floor.engine.tell({3}, {kEstimate}, floor.now, floor), ElementsAre(estimate(50min)));
  EXPECT_THAT(floor.engine.tell({4}, {kEstimate}, floor.now, floor), IsEmpty()) << "longer than an hour";
  (void)floor.enter(5, "help");
  EXPECT_THAT(floor.engine.tell({5}, {kEstimate}, floor.now, floor), IsEmpty()) << "only another queue has figures";
  floor.set("ann", AgentState::signed_out);
  EXPECT_THAT(floor.engine.tell({3}, {kEstimate}, floor.now, floor), IsEmpty()) << "nobody is there";
}

TEST(Announcements, AnEstimateThatEndsLaterThanWhatWasPromisedIsNotSaid) {
  Floor floor = floor_with({});
  serve(floor, 1, 100s);
  for (int i = 2; i <= 4; ++i) (void)floor.enter(i, "sales");
  EXPECT_THAT(floor.engine.tell({4}, {kEstimate}, floor.now, floor), ElementsAre(estimate(5min))) << "300 s";
  floor.now = floor.now + 60s;
  EXPECT_THAT(floor.engine.tell({4}, {kEstimate}, floor.now, floor), IsEmpty()) << "still 300 s: it would end a minute later";
  floor.engine.leave({2}, VisitEnd::abandoned, floor.now, floor);
  EXPECT_THAT(floor.engine.tell({4}, {kEstimate}, floor.now, floor), ElementsAre(estimate(4min))) << "200 s";
}

TEST(Announcements, OnlyANewPromiseIsAFact) {
  Floor floor = floor_with({});
  (void)floor.enter(1, "sales");
  (void)floor.enter(2, "sales");
  (void)floor.engine.tell({2}, {kPosition, kThanks}, floor.now, floor);
  (void)floor.engine.tell({2}, {kPosition, kThanks}, floor.now, floor);
  (void)floor.engine.tell({2}, {kThanks}, floor.now, floor);
  EXPECT_THAT(floor.all<CallerTold>(), ElementsAre(CallerTold{1, 2, {}}));
  floor.engine.leave({1}, VisitEnd::abandoned, floor.now, floor);
  (void)floor.engine.tell({2}, {kPosition}, floor.now, floor);
  EXPECT_THAT(floor.all<CallerTold>(), ElementsAre(CallerTold{1, 2, {}}, CallerTold{1, 1, {}}));
}

TEST(Announcements, WhatWasPromisedOutlivesARestart) {
  Floor floor = floor_with({});
  serve(floor, 1, 100s);
  (void)floor.enter(2, "sales");
  (void)floor.enter(3, "sales");
  (void)floor.engine.tell({3}, {kPosition, kEstimate}, floor.now, floor);
  Engine folded;
  for (const auto& fact : floor.facts) folded.apply(fact);
  EXPECT_EQ(folded.digest(), floor.engine.digest());
  folded.configure(floor.centre);
  floor.engine = std::move(folded);
  (void)floor.engine.raise({2}, 500, "boss", floor);
  (void)floor.enter(4, "sales");
  (void)floor.engine.raise({4}, 500, "boss", floor);
  EXPECT_THAT(floor.engine.tell({3}, {kPosition, kEstimate}, floor.now, floor), IsEmpty());
}

/// Whatever happens in the queue, what a caller hears of his position and of the end of his wait never gets worse, and each is said when it did not.
TEST(Announcements, WhatACallerHearsNeverGetsWorse) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    std::mt19937 dice(seed);
    const auto below = [&](unsigned n) { return static_cast<int>(dice() % n); };
    Floor floor = floor_with({});
    serve(floor, 1, Duration(1s) * (20 + below(200)));
    std::map<std::int64_t, std::int32_t> positions;
    std::map<std::int64_t, Instant> ends;
    std::int64_t contacts = 1;
    for (int step = 0; step < 300; ++step) {
      floor.now = floor.now + Duration(1s) * below(20);
      const std::int64_t one = 2 + below(static_cast<unsigned>(std::max<std::int64_t>(contacts, 1)));
      switch (below(6)) {
        case 0: (void)floor.enter(++contacts, "sales"); break;
        case 1: floor.engine.leave({one}, VisitEnd::abandoned, floor.now, floor); break;
        case 2: (void)floor.engine.raise({one}, 1 + below(100), "boss", floor); break;
        case 3: (void)(below(2) ? floor.engine.park({one}, "boss", floor.now, floor) : floor.engine.resume({one}, "boss", floor)); break;
        default:
          for (const Spoken& said : floor.engine.tell({one}, {kPosition, kEstimate}, floor.now, floor)) {
            if (said.what == Say::What::position) {
              if (positions.contains(one)) EXPECT_LE(said.position, positions[one]) << "seed " << seed;
              positions[one] = said.position;
            } else {
              EXPECT_GT(said.estimate, 0s);
              EXPECT_EQ(said.estimate % 1min, 0s);
              const Instant end = floor.now + *floor.engine.estimate({one}, floor.now);
              EXPECT_LE(end, floor.now + said.estimate) << "it is rounded up";
              if (ends.contains(one)) EXPECT_LE(end, ends[one]) << "seed " << seed;
              ends[one] = ends.contains(one) ? std::min(ends[one], floor.now + said.estimate) : floor.now + said.estimate;
            }
          }
      }
      ASSERT_THAT(floor.engine.violations(), IsEmpty()) << "seed " << seed;
    }
    Engine folded;
    for (const auto& fact : floor.facts) folded.apply(fact);
    EXPECT_EQ(folded.digest(), floor.engine.digest()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace callwright::routing
