#include "metrics/queue_fold.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace callwright::metrics {
namespace {

using namespace std::chrono_literals;
using journal::VisitEnd;
using testing::IsEmpty;

constexpr Instant kNoon{1'767'268'800'000'000};  // 2026-01-01 12:00 UTC
const QueueId kSales{"sales"};

struct Journal {
  QueueFold fold;
  std::vector<journal::Fact> facts;

  void emit(Instant at, std::int64_t contact, journal::Body body) {
    journal::Fact fact;
    fact.seq = static_cast<std::int64_t>(facts.size()) + 1;
    fact.at = at;
    fact.contact = {contact};
    fact.body = std::move(body);
    facts.push_back(fact);
    fold.apply(fact);
  }
  void enter(Instant at, std::int64_t contact, QueueId queue = kSales) {
    journal::VisitStarted visit;
    visit.visit = 1;
    visit.queue = std::move(queue);
    visit.entered_at = at;
    visit.service_level = 20s;
    emit(at, contact, visit);
  }
  void end(Instant at, std::int64_t contact, VisitEnd how, Duration waited, QueueId queue = kSales) {
    emit(at, contact, journal::VisitEnded{1, std::move(queue), how, waited});
  }
};

TEST(QueueFold, AnAnswerCountsInTheIntervalInWhichItHappens) {
  Journal journal;
  journal.enter(kNoon + 15min - 1s, 1);
  journal.end(kNoon + 15min, 1, VisitEnd::answered, 1s);
  EXPECT_EQ(journal.fold.interval(kSales, kNoon).entered, 1);
  EXPECT_EQ(journal.fold.interval(kSales, kNoon).answered, 0);
  EXPECT_EQ(journal.fold.interval(kSales, kNoon + 15min).answered, 1);
  EXPECT_EQ(journal.fold.interval(kSales, kNoon + 15min).answered_wait, Duration(1s));
  EXPECT_THAT(journal.fold.violations(), IsEmpty());
}

TEST(QueueFold, WithinTheServiceLevelMeansAtMostItsThreshold) {
  Journal journal;
  journal.enter(kNoon, 1);
  journal.enter(kNoon, 2);
  journal.end(kNoon + 20s, 1, VisitEnd::answered, 20s);
  journal.end(kNoon + 20s + 1us, 2, VisitEnd::answered, 20s + 1us);
  EXPECT_EQ(journal.fold.since(kSales, kNoon).answered, 2);
  EXPECT_EQ(journal.fold.since(kSales, kNoon).answered_within, 1);
}

TEST(QueueFold, AnEstimateIsHeldAgainstTheWaitOfWhoWasAnswered) {
  Journal journal;
  const auto enter = [&](std::int64_t contact, Duration estimate) {
    journal.enter(kNoon, contact);
    journal.emit(kNoon, contact, journal::VisitChanged{.visit = 1, .what = journal::VisitChanged::What::estimated, .estimate = estimate});
  };
  enter(1, 60s);
  enter(2, 60s);
  enter(3, 60s);
  journal.enter(kNoon, 4);  // nothing was estimated
  journal.end(kNoon + 60s, 1, VisitEnd::answered, 60s);
  journal.end(kNoon + 90s, 2, VisitEnd::answered, 90s);
  journal.end(kNoon + 95s, 3, VisitEnd::abandoned, 95s);
  journal.end(kNoon + 99s, 4, VisitEnd::answered, 99s);
  const journal::QueueInterval row = journal.fold.interval(kSales, kNoon);
  EXPECT_EQ(row.answered, 3);
  EXPECT_EQ(row.estimated, 2);
  EXPECT_EQ(row.estimated_within, 1);
  EXPECT_EQ(row.estimate, Duration(120s));
  EXPECT_EQ(row.estimated_wait, Duration(150s));
  EXPECT_EQ(row.estimate_error, Duration(30s));
}

TEST(QueueFold, EveryWayOutIsCountedOnceAndTheIdentityHolds) {
  Journal journal;
  std::int64_t contact = 0;
  for (int how = 1; how <= static_cast<int>(VisitEnd::lost); ++how) {
    journal.enter(kNoon, ++contact);
    EXPECT_THAT(journal.fold.violations(), IsEmpty());
    journal.end(kNoon + 10s, contact, static_cast<VisitEnd>(how), 10s);
    EXPECT_THAT(journal.fold.violations(), IsEmpty());
  }
  journal.enter(kNoon, ++contact);
  const auto sum = journal.fold.since(kSales, kNoon);
  EXPECT_EQ(sum.entered, contact);
  EXPECT_EQ(left(sum), contact - 1);
  EXPECT_EQ(journal.fold.waiting(kSales), 1);
  EXPECT_EQ(sum.abandoned_wait, Duration(10s));
}

TEST(QueueFold, ItKnowsWhoWaitsLongestAndWhoIsPastTheLevel) {
  Journal journal;
  EXPECT_EQ(journal.fold.longest_since(kSales), Instant{});
  journal.enter(kNoon, 1);
  journal.enter(kNoon + 5s, 2);
  EXPECT_EQ(journal.fold.longest_since(kSales), kNoon);
  EXPECT_EQ(journal.fold.waiting_past_level(kSales, kNoon + 20s), 0);
  EXPECT_EQ(journal.fold.waiting_past_level(kSales, kNoon + 20s + 1us), 1);
  EXPECT_EQ(journal.fold.waiting_past_level(kSales, kNoon + 1min), 2);
  journal.end(kNoon + 1min, 1, VisitEnd::answered, 1min);
  EXPECT_EQ(journal.fold.longest_since(kSales), kNoon + 5s);
}

TEST(QueueFold, QuartersAddUpToTheDay) {
  Journal journal;
  for (int i = 0; i < 24 * 12; ++i) {
    journal.enter(kNoon + i * 5min, i);
    journal.end(kNoon + i * 5min + 3min, i, i % 3 ? VisitEnd::answered : VisitEnd::abandoned, 3min);
  }
  journal::QueueInterval sum;
  for (const auto& row : journal.fold.intervals()) add(sum, row);
  const auto day = journal.fold.since(kSales, kNoon);
  EXPECT_EQ(sum.entered, 288);
  EXPECT_EQ(day.entered, sum.entered);
  EXPECT_EQ(day.answered, sum.answered);
  EXPECT_EQ(day.abandoned_wait, sum.abandoned_wait);
}

TEST(QueueFold, RowsOlderThanTwoDaysMeltAndTheIdentityStillHolds) {
  Journal journal;
  for (int hour = 0; hour < 24 * 10; ++hour) {
    journal.enter(kNoon + hour * 1h, hour);
    if (hour % 50) journal.end(kNoon + hour * 1h + 20min, hour, VisitEnd::answered, 20min);
    EXPECT_LE(journal.fold.intervals().size(), 2u * 48 + 2);
    EXPECT_LE(journal.fold.carry().size(), 2u * 48 + 3);
    EXPECT_THAT(journal.fold.violations(), IsEmpty());
  }
  EXPECT_EQ(journal.fold.waiting(kSales), 5);
  EXPECT_EQ(journal.fold.interval(kSales, kNoon).entered, 0);
  EXPECT_EQ(journal.fold.since(kSales, Instant{}).start, Instant{}) << "the melted row is no interval";
  EXPECT_LE(journal.fold.since(kSales, Instant{}).entered, 49);
}

TEST(QueueFold, ACheckpointGivesTheSameFoldWhereverItIsTaken) {
  std::mt19937_64 dice(7);
  for (int round = 0; round < 200; ++round) {
    Journal journal;
    std::vector<std::int64_t> open;
    std::int64_t next = 1;
    Instant now = kNoon;
    const auto step = [&](Journal& to) {
      now = now + Duration(static_cast<std::int64_t>(dice() % 3'600'000'000));
      const QueueId queue{dice() % 2 ? "sales" : "repairs"};
      if (open.empty() || dice() % 2) {
        to.enter(now, next, QueueId{next % 2 ? "sales" : "repairs"});
        open.push_back(next++);
      } else {
        const std::size_t i = dice() % open.size();
        const std::int64_t contact = open[i];
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(i));
        to.end(now, contact, static_cast<VisitEnd>(1 + dice() % 9), Duration(static_cast<std::int64_t>(dice() % 40'000'000)), QueueId{contact % 2 ? "sales" : "repairs"});
      }
    };
    for (std::uint64_t i = 0, steps = dice() % 300; i < steps; ++i) step(journal);

    // What a checkpoint keeps: the carried rows, and the facts of the contacts that are open.
    Journal restored;
    journal::Carried carried;
    carried.last_seq = static_cast<std::int64_t>(journal.facts.size());
    carried.intervals = journal.fold.carry();
    journal::Fact first;
    first.at = now;
    first.body = carried;
    restored.fold.apply(first);
    for (const auto& fact : journal.facts)
      if (std::ranges::find(open, fact.contact.value) != open.end()) restored.fold.apply(fact);
    EXPECT_EQ(restored.fold.digest(), journal.fold.digest());
    EXPECT_THAT(restored.fold.violations(), IsEmpty());

    restored.facts = journal.facts;
    for (int i = 0; i < 50; ++i) {
      step(journal);
      restored.fold.apply(journal.facts.back());
    }
    EXPECT_EQ(restored.fold.digest(), journal.fold.digest());
    EXPECT_THAT(restored.fold.violations(), IsEmpty());
  }
}

}  // namespace
}  // namespace callwright::metrics
