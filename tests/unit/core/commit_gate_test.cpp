#include "core/commit_gate.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace callwright::core {
namespace {

using Kind = CommitGate::Kind;
using Gone = std::vector<int>;

class CommitGateTest : public testing::Test {
 protected:
  void add(int name, std::int64_t seq, Kind kind) {
    gate.add(seq, kind, now, [this, name] { gone.push_back(name); });
  }

  CommitGate gate;
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

}  // namespace
}  // namespace callwright::core
