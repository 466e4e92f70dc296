#include "agent-desktop-api/session/mirror.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace callwright::desktop::tests {
namespace {

core::DecisionView decision(std::int64_t number, std::int64_t contact) {
  core::DecisionView view;
  view.decision = number;
  view.contact = ContactId{contact};
  return view;
}

TEST(Mirror, KeepsAThousandDecisionsAndTheNewestOfAContactAmongThem) {
  Mirror mirror;
  mirror.apply(decision(1, 77));
  mirror.apply(decision(2, 78));
  mirror.apply(decision(3, 78));
  for (std::int64_t n = 4; n <= 1'000; ++n) mirror.apply(decision(n, 1'000 + n));
  ASSERT_NE(mirror.newest_decision(ContactId{77}), nullptr);
  mirror.apply(decision(1'001, 99));
  EXPECT_EQ(mirror.newest_decision(ContactId{77}), nullptr) << "the oldest went";
  mirror.apply(decision(1'002, 99));
  ASSERT_NE(mirror.newest_decision(ContactId{78}), nullptr) << "its older one went, not this";
  EXPECT_EQ(mirror.newest_decision(ContactId{78})->decision, 3);
  EXPECT_EQ(mirror.newest_decision(ContactId{99})->decision, 1'002);
  EXPECT_EQ(mirror.decisions_of(ContactId{99}).size(), 2U);
}

TEST(Mirror, EachAgentOfAGroupHasTheDecisionThatChoseHim) {
  Mirror mirror;
  const auto chose = [&](std::int64_t number, const char* agent) {
    core::DecisionView view = decision(number, 77);
    view.offer.agent = AgentId{agent};
    mirror.apply(view);
  };
  for (const auto& [number, agent] : {std::pair(1, "ann"), std::pair(2, "bob"), std::pair(3, "ann"), std::pair(4, "bob")}) chose(number, agent);
  EXPECT_EQ(mirror.decision_for(ContactId{77}, AgentId{"bob"})->decision, 4);
  EXPECT_EQ(mirror.decision_for(ContactId{77}, AgentId{"ann"})->decision, 3);
  EXPECT_EQ(mirror.decision_for(ContactId{77}, AgentId{"carl"})->decision, 4);
  EXPECT_EQ(mirror.decision_for(ContactId{78}, AgentId{"ann"}), nullptr);
}

}  // namespace
}  // namespace callwright::desktop::tests
