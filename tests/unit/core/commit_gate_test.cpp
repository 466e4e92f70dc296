#include "core/commit_gate.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace callwright::core {
namespace {

using Kind = CommitGate::Kind;
using Gone = std::vector<int>;

class CommitGateTest : public testing::Test {
 protected:
  void add(int name, std::int64_t seq, Kind kind) {
    (small ? *small : gate).add({.seq = seq, .kind = kind, .action = [this, name] { gone.push_back(name); }}, now);
  }
  bool acknowledge(int name, std::int64_t seq, const std::string& source) {
    return small->add({.seq = seq, .action = [this, name] { gone.push_back(name); }, .covers = source}, now);
  }
  /// A refusal is the name below zero.
  void answer(int name, std::int64_t seq, ContactId rests_on) {
    gate.add({.seq = seq, .action = [this, name] { gone.push_back(name); }, .rests_on = rests_on, .refusal = [this, name] { gone.push_back(-name); }},
             now);
  }
  void gate_with(CommitGate::Limits limits) { small.emplace(limits); }

  CommitGate gate;
  std::optional<CommitGate> small;
  Instant now{1'000'000};
  Gone gone;
};

TEST_F(CommitGateTest, GoesWithTheCommitOfItsFact) {
  add(1, 5, Kind::strict);
  add(2, 6, Kind::overrun);
  gate.committed(5);
  EXPECT_EQ(gone, Gone{1});
  gate.committed(6);
  EXPECT_EQ(gone, (Gone{1, 2}));
}

TEST_F(CommitGateTest, OverrunGoesAtTheLimitAndStrictWaits) {
  add(1, 5, Kind::strict);
  add(2, 5, Kind::overrun);
  ASSERT_TRUE(gate.next_due());
  gate.due(*gate.next_due());
  EXPECT_EQ(gone, Gone{2});
  EXPECT_EQ(gate.overruns(), 1u);
  EXPECT_EQ(gate.size(), 1u);
}

// The acknowledgement of an event without facts would else let the switch forget the events before it.
TEST_F(CommitGateTest, StrictEntryWithoutFactsWaitsForTheFactsBeforeIt) {
  add(1, 5, Kind::strict);
  add(2, 0, Kind::strict);
  EXPECT_EQ(gone, Gone{});
  gate.committed(5);
  EXPECT_EQ(gone, (Gone{1, 2}));
  add(3, 0, Kind::strict);
  EXPECT_EQ(gone, (Gone{1, 2, 3}));
}

TEST_F(CommitGateTest, WhatGoesTogetherGoesInTheOrderInWhichItCame) {
  add(1, 5, Kind::overrun);
  add(2, 5, Kind::strict);
  add(3, 6, Kind::overrun);
  gate.committed(6);
  EXPECT_EQ(gone, (Gone{1, 2, 3}));
}

TEST_F(CommitGateTest, BeyondTheLimitTheOldestCommandGoesEarly) {
  gate_with({.overrun = 2, .strict = 2});
  add(1, 5, Kind::overrun);
  add(2, 6, Kind::overrun);
  EXPECT_EQ(gone, Gone{});
  add(3, 7, Kind::overrun);
  EXPECT_EQ(gone, Gone{1});
  EXPECT_EQ(small->size(), 2U);
  EXPECT_EQ(small->overruns(), 1U);
}

TEST_F(CommitGateTest, BeyondTheLimitAnAcknowledgementCoversTheOneBeforeIt) {
  gate_with({.overrun = 2, .strict = 3});
  EXPECT_TRUE(acknowledge(1, 5, "north"));
  EXPECT_TRUE(acknowledge(2, 6, "south"));
  EXPECT_TRUE(acknowledge(3, 7, "north"));
  EXPECT_TRUE(acknowledge(4, 8, "north"));
  EXPECT_EQ(small->size(), 3U);
  small->committed(7);
  EXPECT_EQ(gone, (Gone{1, 2})) << "3 is said by 4, later";
  small->committed(8);
  EXPECT_EQ(gone, (Gone{1, 2, 4}));
}

TEST_F(CommitGateTest, BeyondTheLimitAnythingElseThatIsStrictIsRefusedAndCounted) {
  gate_with({.overrun = 2, .strict = 1});
  EXPECT_TRUE(acknowledge(1, 5, "north"));
  EXPECT_FALSE(acknowledge(2, 6, "south"));
  EXPECT_FALSE(acknowledge(3, 7, ""));
  EXPECT_EQ(small->refused(), 2U);
  small->committed(9);
  EXPECT_EQ(gone, Gone{1});
}

TEST_F(CommitGateTest, AnAnswerThatRestsOnADroppedContactIsARefusal) {
  answer(1, 5, ContactId{100});
  answer(2, 6, ContactId{200});
  gate.committed(6, {ContactId{100}});
  EXPECT_EQ(gone, (Gone{-1, 2}));
}

// The first commit after the drop names the contact; the repeat waits for a later one.
TEST_F(CommitGateTest, ARepeatOfWhatWasDroppedIsRefusedWithALaterCommitAndAlsoAfterIt) {
  answer(1, 5, ContactId{100});
  add(2, 6, Kind::strict);
  answer(3, 0, ContactId{100});
  gate.committed(5, {ContactId{100}});
  EXPECT_EQ(gone, Gone{-1});
  gate.committed(6);
  answer(4, 0, ContactId{100});
  EXPECT_EQ(gone, (Gone{-1, 2, -3, -4}));
}

TEST(CommitGate, ACallToACustomerAloneWaitsForItsCommitHoweverLong) {
  EXPECT_EQ(CommitGate::kind_of(cti::model::Dial{}), CommitGate::Kind::strict);
  EXPECT_EQ(CommitGate::kind_of(cti::model::Ring{}), CommitGate::Kind::overrun);
  EXPECT_EQ(CommitGate::kind_of(cti::model::End{}), CommitGate::Kind::overrun);
}

}  // namespace
}  // namespace callwright::core
