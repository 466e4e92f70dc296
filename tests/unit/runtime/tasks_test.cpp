#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>
#include <stdexcept>

#include "runtime/deadline.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/task_group.hpp"
#include "runtime/virtual_clock.hpp"

namespace callwright::runtime {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

asio::awaitable<void> wait_for_ever() {
  asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
  co_await timer.async_wait(asio::use_awaitable);
}
asio::awaitable<int> wait_virtually(VirtualClock::duration time, int result) {
  VirtualTimer timer(co_await asio::this_coro::executor);
  timer.expires_after(time);
  co_await timer.async_wait(asio::use_awaitable);
  co_return result;
}
asio::awaitable<int> throw_at_once() {
  throw std::runtime_error("broken");
  co_return 0;
}
asio::awaitable<void> run_limited(asio::awaitable<int> operation, VirtualClock::duration limit, std::optional<Result<int>>& out) {
  out = co_await with_deadline<int, VirtualTimer>(std::move(operation), limit);
}

class Tasks : public testing::Test {
 protected:
  void run() {
    for (int i = 0; i < 50; ++i) loop_.run_ready();
  }
  EventLoop loop_{"test"};
};

TEST_F(Tasks, CancelEndsEveryTaskAndThenTheGroupIsEmpty) {
  TaskGroup group(loop_, "group");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(group.spawn(wait_for_ever()));
  run();
  EXPECT_EQ(group.size(), 3U);
  bool empty = false;
  group.when_empty([&] { empty = true; });
  group.cancel();
  EXPECT_FALSE(group.spawn(wait_for_ever())) << "nothing starts after cancel";
  run();
  EXPECT_TRUE(empty);
  EXPECT_EQ(group.failed(), 0U) << "a cancelled task has not failed";
}

TEST_F(Tasks, AnExceptionEndsItsTaskOnly) {
  TaskGroup group(loop_, "group");
  int told = 0;
  group.on_error([&](std::exception_ptr) { ++told; });
  group.spawn(wait_for_ever());
  group.spawn([]() -> asio::awaitable<void> { (void)co_await throw_at_once(); }());
  run();
  EXPECT_EQ(group.size(), 1U);
  EXPECT_EQ(group.failed(), 1U);
  EXPECT_EQ(told, 1);
  group.cancel();
  run();
}

TEST_F(Tasks, WorkThatEndsBeforeTheDeadlineGivesItsResult) {
  TaskGroup group(loop_, "group");
  std::optional<Result<int>> out;
  group.spawn(run_limited(wait_virtually(1s, 7), 2s, out));
  run();
  VirtualClock::value += 1s;
  run();
  ASSERT_TRUE(out);
  EXPECT_EQ(out->value(), 7);
}

TEST_F(Tasks, TheDeadlineIsATimeOut) {
  TaskGroup group(loop_, "group");
  std::optional<Result<int>> out;
  group.spawn(run_limited(wait_virtually(3s, 7), 2s, out));
  run();
  VirtualClock::value += 2s;
  run();
  ASSERT_TRUE(out);
  EXPECT_EQ(out->error().code, Errc::timed_out);
}

TEST_F(Tasks, ACancelFromOutsideIsNoTimeOut) {
  TaskGroup group(loop_, "group");
  std::optional<Result<int>> out;
  group.spawn(run_limited(wait_virtually(3s, 7), 2s, out));
  run();
  group.cancel();
  run();
  ASSERT_TRUE(out);
  EXPECT_EQ(out->error().code, Errc::cancelled);
}

TEST_F(Tasks, WhatTheWorkThrowsComesOutAtOnce) {
  TaskGroup group(loop_, "group");
  std::optional<Result<int>> out;
  group.spawn(run_limited(throw_at_once(), 2s, out));
  run();
  EXPECT_FALSE(out);
  EXPECT_EQ(group.failed(), 1U) << "and not after the limit";
}

TEST(EventLoop, RunsPostedWorkInOrderOnItsOwnThread) {
  EventLoop loop("ordered");
  std::vector<int> seen;
  bool inside = false;
  for (int i = 0; i < 3; ++i) loop.post([&seen, i] { seen.push_back(i); });
  loop.post([&] { inside = loop.in_loop(); });
  loop.start();
  loop.stop();
  loop.join();
  EXPECT_EQ(seen, (std::vector<int>{0, 1, 2}));
  EXPECT_TRUE(inside);
  EXPECT_FALSE(loop.in_loop());
}

TEST(EventLoop, WorkForLaterDoesNotHoldUpItsEnd) {
  EventLoop loop("test");
  bool ran = false;
  const auto keep = std::make_shared<int>(0);
  loop.post_after(1h, [&ran, keep] { ran = true; });
  loop.start();
  loop.stop();
  loop.join();  // returns
  EXPECT_FALSE(ran);
  EXPECT_EQ(keep.use_count(), 1) << "and what it held is free";
}

TEST(EventLoop, GoesOnAfterAHandlerThatThrows) {
  EventLoop loop("brave");
  bool after = false;
  loop.post([] { throw std::runtime_error("bug"); });
  loop.post([&] { after = true; });
  loop.start();
  loop.stop();
  loop.join();
  EXPECT_TRUE(after);
}

}  // namespace
}  // namespace callwright::runtime
