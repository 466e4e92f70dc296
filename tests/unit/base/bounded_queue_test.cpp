#include "base/bounded_queue.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <thread>

namespace callwright {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(BoundedQueue, GivesEverythingOldestFirst) {
  BoundedQueue<int> queue("test", 8);
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(queue.push(i));
  EXPECT_THAT(queue.take_all(), ElementsAre(1, 2, 3));
  EXPECT_THAT(queue.take_all(), IsEmpty());
}

TEST(BoundedQueue, RefusesAndCountsAtItsLimitAndTakesAgainOnceThereIsRoom) {
  BoundedQueue<int> queue("test", 2);
  EXPECT_TRUE(queue.push(1));
  EXPECT_TRUE(queue.push(2));
  EXPECT_FALSE(queue.push(3));
  EXPECT_EQ(queue.refused(), 1U);
  EXPECT_EQ(queue.pushed(), 2U);
  EXPECT_THAT(queue.take_all(), ElementsAre(1, 2));
  EXPECT_TRUE(queue.push(4));
}

TEST(BoundedQueue, TheReserveIsOnlyForWhatAsksForIt) {
  BoundedQueue<int> queue("test", 1, 2);
  EXPECT_TRUE(queue.push(1));
  EXPECT_FALSE(queue.push(2));
  EXPECT_TRUE(queue.push_reserved(3));
  EXPECT_TRUE(queue.push_reserved(4));
  EXPECT_FALSE(queue.push_reserved(5));
  EXPECT_FALSE(queue.push(6));
  EXPECT_EQ(queue.refused(), 3U);
  EXPECT_THAT(queue.take_all(), ElementsAre(1, 3, 4));
}

TEST(BoundedQueue, AfterCloseNothingComesInAndWhatWaitsCanStillBeTaken) {
  BoundedQueue<int> queue("test", 4, 4);
  ASSERT_TRUE(queue.push(1));
  queue.close();
  EXPECT_TRUE(queue.closed());
  EXPECT_FALSE(queue.push(2));
  EXPECT_FALSE(queue.push_reserved(3));
  EXPECT_EQ(queue.refused(), 2U);
  EXPECT_THAT(queue.wait_take_all(1h), ElementsAre(1));
  EXPECT_THAT(queue.wait_take_all(1h), IsEmpty()) << "a closed queue waits for nothing";
}

TEST(BoundedQueue, WakesItsTakerOnlyWhenItWasEmpty) {
  BoundedQueue<int> queue("test", 2);
  int wakes = 0;
  queue.on_push([&] { ++wakes; });
  ASSERT_TRUE(queue.push(1));
  ASSERT_TRUE(queue.push(2));
  EXPECT_FALSE(queue.push(3));
  EXPECT_EQ(wakes, 1);
  queue.take_all();
  ASSERT_TRUE(queue.push(4));
  EXPECT_EQ(wakes, 2);
}

TEST(BoundedQueue, ATakerThatWaitsGetsWhatAnotherThreadPushes) {
  BoundedQueue<std::unique_ptr<int>> queue("test", 2);
  std::thread other([&] { EXPECT_TRUE(queue.push(std::make_unique<int>(7))); });
  const auto taken = queue.wait_take_all(1h);
  other.join();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(*taken[0], 7);
}

TEST(BoundedQueue, GivesUpWaitingAfterItsTime) {
  BoundedQueue<int> queue("test", 2);
  EXPECT_THAT(queue.wait_take_all(Duration{0}), IsEmpty());
}

}  // namespace
}  // namespace callwright
