#include "runtime/clock.hpp"

#include <gtest/gtest.h>

namespace callwright::runtime {
namespace {

struct Machine {
  Instant wall{1'000'000'000};
  Duration boot{500};
  Clock::Sources sources() {
    return {[this] { return wall; }, [this] { return boot; }};
  }
};

TEST(Clock, StartsAtTheWallAndGoesOnWithTheBootClock) {
  Machine machine;
  Clock clock({}, machine.sources());
  EXPECT_EQ(clock.now().us, 1'000'000'000);
  machine.boot += std::chrono::microseconds(7);
  machine.wall = Instant{5};
  EXPECT_EQ(clock.now().us, 1'000'000'007);
}

TEST(Clock, StartsAfterTheLastFactEvenIfTheWallIsBehind) {
  Machine machine;
  EXPECT_EQ(Clock(Instant{2'000'000'000}, machine.sources()).now().us, 2'000'000'001);
}

TEST(Clock, TheWallIsWhatTheMachineShowsAlsoAfterAStep) {
  Machine machine;
  Clock clock(Instant{2'000'000'000}, machine.sources());
  EXPECT_EQ(clock.wall().us, 1'000'000'000);
  machine.wall = machine.wall + std::chrono::hours(1);
  EXPECT_EQ(clock.wall(), machine.wall);
  machine.wall = Instant{5};
  EXPECT_EQ(clock.wall().us, 5);
  EXPECT_EQ(clock.now().us, 2'000'000'001);
}

TEST(Clock, NeverGoesBack) {
  Machine machine;
  Clock clock({}, machine.sources());
  machine.boot += std::chrono::seconds(1);
  const Instant later = clock.now();
  machine.boot -= std::chrono::milliseconds(10);
  EXPECT_EQ(clock.now(), later);
}

TEST(Clock, TellsEachStepOfTheWallOnceAndSmallOnesNever) {
  Machine machine;
  Clock clock({}, machine.sources());
  machine.wall = machine.wall + std::chrono::milliseconds(900);
  EXPECT_EQ(clock.take_step(), std::nullopt);
  machine.wall = machine.wall + std::chrono::seconds(3600);
  EXPECT_EQ(clock.take_step(), Duration(3'600'900'000));
  EXPECT_EQ(clock.take_step(), std::nullopt);
  machine.wall = machine.wall - std::chrono::seconds(10);
  EXPECT_EQ(clock.take_step(), Duration(-10'000'000));
}

}  // namespace
}  // namespace callwright::runtime
