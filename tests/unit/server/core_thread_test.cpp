#include "server/core_thread.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <memory>
#include <numeric>
#include <vector>

namespace callwright::server {
namespace {

TEST(CoreThread, TellsWhatTheCoreIgnored) {
  std::int64_t now = 1'795'000'000'000'000;
  CoreThread thread(
      std::make_unique<core::Core>(1),
      {.now = [&] { return Instant{++now}; }, .deliver = [](std::vector<CoreThread::Step>) {}, .checkpoint = [](std::vector<journal::Fact>) {}});
  const SwitchId pbx{"pbx"};
  const auto event = [&](cti::model::SwitchEventBody body) {
    return cti::model::SwitchEvent{pbx, {"link:pbx/1", std::to_string(now)}, {}, std::move(body)};
  };
  ASSERT_TRUE(thread.push(event(cti::model::LinkOpened{1})));
  ASSERT_TRUE(thread.push(event(cti::model::Snapshot{})));
  ASSERT_TRUE(thread.push(event(cti::model::LegGone{"nobody", {}, 0, {}, {}})));
  ASSERT_TRUE(thread.push(core::Request{7, "user:1", "r1", AgentId{"sofia"}, core::HoldContact{ContactId{99}}}));
  thread.start();
  thread.stop();
  EXPECT_EQ(thread.steps(), 4u);
  EXPECT_EQ(thread.ignored_events(), 1u);
  EXPECT_EQ(thread.ignored_requests(), 1u);
}

core::InputBody event_with(std::size_t bytes) {
  cti::model::SwitchEvent event;
  event.switch_id = SwitchId{"lab"};
  event.body = cti::model::DataSeen{"", "", std::string(bytes, 'x')};
  return event;
}

TEST(CoreThread, WhatWaitsIsBoundedInBytesAndInNumber) {
  CoreThread::Outlets outlets{
      .now = [] { return Instant{1'000'000}; }, .deliver = [](std::vector<CoreThread::Step>) {}, .checkpoint = [](auto) {}};
  CoreThread thread(std::make_unique<core::Core>(1, 0), std::move(outlets));
  constexpr std::size_t big = 1 << 20;
  for (std::size_t taken = 0; taken < CoreThread::kInboundBytes; taken += big) ASSERT_TRUE(thread.push(event_with(big)));
  EXPECT_FALSE(thread.push(event_with(1)));
  EXPECT_TRUE(thread.push(core::TimerDue{})) << "what brings no text does not wait for room";
  EXPECT_EQ(thread.refused(), 1U);

  thread.start();
  std::promise<void> stepped;
  ASSERT_TRUE(thread.inspect([&](const core::Core&) { stepped.set_value(); }));
  stepped.get_future().wait();
  EXPECT_TRUE(thread.push(event_with(big))) << "there is room again";
}

using testing::Each;

class CoreThreadLimits : public testing::Test {
 protected:
  std::atomic<std::int64_t> seconds_ = 0;
  std::vector<Duration> behind_;
  std::vector<std::size_t> together_;
  CoreThread thread_{std::make_unique<core::Core>(1, 0),
                     CoreThread::Outlets{
                         .now = [this] { return Instant{1'795'000'000'000'000 + 1'000'000 * ++seconds_}; },
                         .deliver =
                             [this](std::vector<CoreThread::Step> steps) {
                               together_.push_back(steps.size());
                               behind_.push_back(steps.back().input.at - thread_.last_turn());
                             },
                         .checkpoint = [](std::vector<journal::Fact>) {},
                     }};
};

TEST_F(CoreThreadLimits, EveryInputTakenIsATurnForTheWatchdog) {
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(thread_.push(core::WallStepped{}));
  thread_.start();
  thread_.stop();
  EXPECT_GE(std::accumulate(together_.begin(), together_.end(), std::size_t{0}), 50U);
  EXPECT_THAT(behind_, Each(Duration{0}));
}

TEST_F(CoreThreadLimits, StepsThatWaitedTogetherAreDeliveredTogetherUpToTheirLimit) {
  for (std::size_t i = 0; i < 2 * CoreThread::kStepsTogether + 1; ++i) ASSERT_TRUE(thread_.push(core::WallStepped{}));
  thread_.start();
  thread_.stop();
  ASSERT_GE(together_.size(), 2U);
  EXPECT_EQ(together_[0], CoreThread::kStepsTogether);
  EXPECT_EQ(together_[1], CoreThread::kStepsTogether);
}

TEST_F(CoreThreadLimits, WhatWeTellItOurselvesHasPlacesAboveTheLinksLimit) {
  for (std::size_t i = 0; i < CoreThread::kInboundLimit; ++i) ASSERT_TRUE(thread_.push(core::CustomerFound{}));
  EXPECT_FALSE(thread_.push(cti::model::SwitchEvent{}));
  EXPECT_FALSE(thread_.push(core::Request{}));
  EXPECT_FALSE(thread_.push(core::CustomerFound{}));
  for (std::size_t i = 0; i < CoreThread::kInboundReserve; ++i) ASSERT_TRUE(thread_.push(core::DrainStarted{}));
  EXPECT_FALSE(thread_.push(core::DrainStarted{}));
  EXPECT_FALSE(thread_.push(core::Request{}));
  EXPECT_EQ(thread_.inbound().refused(), 5U);
}

}  // namespace
}  // namespace callwright::server
