#include "server/core_thread.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace callwright::server {
namespace {

TEST(CoreThread, TellsWhatTheCoreIgnored) {
  std::int64_t now = 1'795'000'000'000'000;
  CoreThread thread(std::make_unique<core::Core>(1), {.now = [&] { return Instant{++now}; },
                                                       .deliver = [](const core::Input&, core::Output&&) {},
                                                       .checkpoint = [](std::vector<journal::Fact>) {}});
  const SwitchId pbx{"pbx"};
  const auto event = [&](cti::model::SwitchEventBody body) { return cti::model::SwitchEvent{pbx, {"link:pbx/1", std::to_string(now)}, {}, std::move(body)}; };
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

}  // namespace
}  // namespace callwright::server
