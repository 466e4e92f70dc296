#include "routing/line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <random>
#include <set>
#include <vector>

namespace callwright::routing {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

template <class Line>
std::vector<int> keys_of(const Line& line) {
  std::vector<int> keys;
  for (int key : line) keys.push_back(key);
  return keys;
}

TEST(Line, KeepsOrderAcrossItsFirstOnesAndTheRest) {
  Line<int, 2> line(std::pmr::get_default_resource());
  for (int key : {5, 3, 9, 1, 7}) line.insert(key);
  EXPECT_THAT(keys_of(line), ElementsAre(1, 3, 5, 7, 9));
  EXPECT_EQ(line.front(), 1);
}

TEST(Line, TheRestMovesUpWhenTheFirstOnesHaveGone) {
  Line<int, 2> line(std::pmr::get_default_resource());
  for (int key : {1, 2, 3, 4}) line.insert(key);
  line.erase(1);
  line.erase(2);
  EXPECT_FALSE(line.empty());
  EXPECT_EQ(line.front(), 3);
  line.erase(4);
  line.erase(3);
  EXPECT_TRUE(line.empty());
  EXPECT_TRUE(line.begin() == line.end());
}

TEST(Line, ErasingWhoDoesNotStandThereChangesNothing) {
  Line<int, 2> line(std::pmr::get_default_resource());
  line.erase(4);
  for (int key : {1, 3, 5}) line.insert(key);
  for (int key : {0, 2, 4, 6}) line.erase(key);
  EXPECT_THAT(keys_of(line), ElementsAre(1, 3, 5));
}

TEST(Line, IsWhatASetIsOverRandomComingAndGoing) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    std::mt19937_64 dice(seed);
    const auto below = [&](int limit) { return static_cast<int>(dice() % static_cast<std::uint64_t>(limit)); };
    Line<int, 4> line(std::pmr::get_default_resource());
    std::set<int> set;
    const int keys = std::array{6, 20, 200}[seed % 3];
    for (int i = 0; i < 600; ++i) {
      const int key = below(keys);
      if (set.contains(key) || below(8) == 0) {
        line.erase(key);
        set.erase(key);
      } else {
        line.insert(key);
        set.insert(key);
      }
      ASSERT_EQ(line.empty(), set.empty()) << "seed " << seed;
      ASSERT_THAT(keys_of(line), ElementsAreArray(set)) << "seed " << seed;
      const int asked = below(keys);
      ASSERT_EQ(line.contains(asked), set.contains(asked)) << "seed " << seed;
      const auto behind = line.upper_bound(asked);
      const auto plain = set.upper_bound(asked);
      ASSERT_EQ(behind == line.end(), plain == set.end()) << "seed " << seed;
      if (plain != set.end()) ASSERT_EQ(*behind, *plain) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace callwright::routing
