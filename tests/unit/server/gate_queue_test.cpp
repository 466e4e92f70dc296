#include "server/gate_queue.hpp"

#include <gmock/gmock.h>

namespace callwright::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct GateQueueTest : testing::Test {
  GateQueueTest() {
    queue.on_push([this] { ++woken; });
  }
  const SwitchId north{"north"}, south{"south"};
  GateQueue queue{2};
  int woken = 0;
};

TEST_F(GateQueueTest, BelowTheLimitEverythingArrivesInOrderAndNoLinkIsBehind) {
  EXPECT_TRUE(queue.push({.seq = 1}, north));
  EXPECT_TRUE(queue.push({.seq = 2}));
  EXPECT_EQ(woken, 1);
  const auto taken = queue.take_all();
  ASSERT_EQ(taken.holds.size(), 2U);
  EXPECT_EQ(taken.holds[0].seq, 1);
  EXPECT_EQ(taken.holds[1].seq, 2);
  EXPECT_THAT(taken.behind, IsEmpty());
}

TEST_F(GateQueueTest, AtTheLimitTheSwitchOfALostCommandIsNamedOnceAndCounted) {
  EXPECT_TRUE(queue.push({.seq = 1}, north));
  EXPECT_TRUE(queue.push({.seq = 2}, north));
  EXPECT_FALSE(queue.push({.seq = 3}, south));
  EXPECT_FALSE(queue.push({.seq = 4}, south));
  EXPECT_EQ(woken, 2) << "the taker may have emptied the queue meanwhile";
  EXPECT_EQ(queue.refused(), 2U);
  auto taken = queue.take_all();
  EXPECT_EQ(taken.holds.size(), 2U);
  EXPECT_THAT(taken.behind, ElementsAre(south));
  EXPECT_THAT(queue.take_all().behind, IsEmpty());
}

TEST_F(GateQueueTest, ALostAnswerOrAcknowledgementCostsNoLink) {
  for (std::int64_t seq = 1; seq <= 2; ++seq) EXPECT_TRUE(queue.push({.seq = seq}));
  EXPECT_FALSE(queue.push({.seq = 3}));
  EXPECT_EQ(queue.refused(), 1U);
  EXPECT_THAT(queue.take_all().behind, IsEmpty());
}

}  // namespace
}  // namespace callwright::server
