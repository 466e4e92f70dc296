#include "server/reader_threads.hpp"

#include <gtest/gtest.h>

#include <future>

#include "tests/unit/contacts/temporary_store.hpp"

namespace callwright::server {
namespace {

class Readers : public contacts::StoreTest {};

TEST_F(Readers, SlowQuestionsOfPagesNeverHoldUpALookUp) {
  ReaderThreads readers;
  ASSERT_TRUE(readers.start(folder_.options()));
  std::promise<void> go_on;
  const auto gate = go_on.get_future().share();
  std::promise<void> answered;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(readers.read([gate](contacts::Reader&) { gate.wait(); }));
  ASSERT_TRUE(readers.look_up([&](contacts::Reader&) { answered.set_value(); }));
  EXPECT_EQ(answered.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
  go_on.set_value();
  std::promise<void> served;
  ASSERT_TRUE(readers.read([&](contacts::Reader&) { served.set_value(); }));
  EXPECT_EQ(served.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST_F(Readers, TheQueueIsRefusedAtItsLimitAndCounted) {
  ReaderThreads readers;
  ASSERT_TRUE(readers.start(folder_.options()));
  std::promise<void> go_on, begun;
  const auto gate = go_on.get_future().share();
  ASSERT_TRUE(readers.read([&begun, gate](contacts::Reader&) {
    begun.set_value();
    gate.wait();
  }));
  begun.get_future().wait();
  for (std::size_t i = 0; i < ReaderThreads::kLimit; ++i) ASSERT_TRUE(readers.read([](contacts::Reader&) {}));
  EXPECT_FALSE(readers.read([](contacts::Reader&) {}));
  EXPECT_EQ(readers.refused(), 1u);
  EXPECT_EQ(readers.waiting(), ReaderThreads::kLimit);
  go_on.set_value();
}

}  // namespace
}  // namespace callwright::server
