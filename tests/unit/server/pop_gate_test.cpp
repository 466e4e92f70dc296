#include "server/pop_gate.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace callwright::server {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class PopGateTest : public testing::Test {
 protected:
  void ring(std::int64_t n, std::int64_t contact, std::int64_t offer) { add(n, contact, cti::model::Ring{.offer = OfferId{offer}}); }
  void end(std::int64_t n, std::int64_t contact) { add(n, contact, cti::model::End{}); }
  void add(std::int64_t n, std::int64_t contact, cti::model::CommandBody body) {
    gate.add({.id = {.seq = n}, .contact = ContactId{contact}, .body = std::move(body)}, now);
  }

  std::vector<std::int64_t> sent;
  PopGate gate{[this](const cti::model::Command& command) { sent.push_back(command.id.seq); }};
  Instant now{1'000'000};
};

TEST_F(PopGateTest, ThePhoneRingsOnceThePageHasThePop) {
  ring(1, 7, 70);
  EXPECT_THAT(sent, IsEmpty());
  gate.shown(OfferId{71});
  EXPECT_THAT(sent, IsEmpty());
  gate.shown(OfferId{70});
  EXPECT_THAT(sent, ElementsAre(1));
  EXPECT_EQ(gate.late(), 0U);
  EXPECT_FALSE(gate.next_due());
}

TEST_F(PopGateTest, APageThatWasFasterThanTheCommandHoldsNothing) {
  gate.shown(OfferId{70});
  ring(1, 7, 70);
  EXPECT_THAT(sent, ElementsAre(1));
}

TEST_F(PopGateTest, ASlowPageHoldsThePhoneForTheLimitAndIsCounted) {
  ring(1, 7, 70);
  ASSERT_TRUE(gate.next_due());
  EXPECT_EQ(*gate.next_due(), now + PopGate::kLimit);
  gate.due(now + PopGate::kLimit - 1us);
  EXPECT_THAT(sent, IsEmpty());
  gate.due(now + PopGate::kLimit);
  EXPECT_THAT(sent, ElementsAre(1));
  EXPECT_EQ(gate.late(), 1U);
}

TEST_F(PopGateTest, NothingForTheSameContactOvertakesAndOthersPass) {
  ring(1, 7, 70);
  end(2, 7);
  end(3, 8);
  EXPECT_THAT(sent, ElementsAre(3));
  gate.shown(OfferId{70});
  EXPECT_THAT(sent, ElementsAre(3, 1, 2));
  EXPECT_EQ(gate.size(), 0U);
}

TEST_F(PopGateTest, RemembersABoundedNumberOfPops) {
  for (std::int64_t offer = 1; offer <= static_cast<std::int64_t>(PopGate::kRemembered) + 1; ++offer) gate.shown(OfferId{offer});
  ring(1, 7, 1);
  EXPECT_THAT(sent, IsEmpty());
  ring(2, 8, 2);
  EXPECT_THAT(sent, ElementsAre(2));
}

TEST_F(PopGateTest, BeyondTheLimitTheOldestRingGoesLate) {
  const auto limit = static_cast<std::int64_t>(PopGate::kWaiting);
  for (std::int64_t n = 1; n <= limit; ++n) ring(n, n, 1000 + n);
  EXPECT_THAT(sent, IsEmpty());
  ring(limit + 1, limit + 1, 9'000'000);
  EXPECT_THAT(sent, ElementsAre(1));
  EXPECT_EQ(gate.size(), PopGate::kWaiting);
  EXPECT_EQ(gate.late(), 1U);
}

}  // namespace
}  // namespace callwright::server
