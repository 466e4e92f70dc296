#include "server/intake.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace callwright::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Obstacle = Intake::Obstacle;

struct IntakeTest : testing::Test {
  const SwitchId north{"north"}, south{"south"};
  std::vector<std::string> told;
  Intake intake{{north, south},
                {.accepting = [this](bool yes) { told.push_back(yes ? "callers in" : "callers out"); },
                 .ready = [this](std::error_code obstacle) { told.push_back(obstacle ? obstacle.message() : "ready"); }}};

  std::vector<std::string> news() { return std::exchange(told, {}); }
  void all_reconciled() {
    intake.reconciled(north);
    intake.reconciled(south);
    told.clear();
  }
};

TEST_F(IntakeTest, IsReadyOnceTheLastSwitchIsReconciledAndKeepsNobodyOutBefore) {
  EXPECT_THAT(news(), ElementsAre("callers in", "The server is starting"));
  intake.reconciled(north);
  EXPECT_THAT(news(), IsEmpty());
  intake.reconciled(south);
  EXPECT_THAT(news(), ElementsAre("ready"));
  intake.reconciled(south);
  EXPECT_THAT(news(), IsEmpty()) << "a later snapshot is nothing new";
}

TEST_F(IntakeTest, ADeadLinkHoldsNobody) {
  intake.reconciled(north);
  news();
  intake.waited_enough();
  EXPECT_THAT(news(), ElementsAre("ready"));
}

TEST_F(IntakeTest, AFullStoreKeepsCallersOutAndSaysSoUntilThereIsRoom) {
  all_reconciled();
  intake.set(Obstacle::store_full, true);
  EXPECT_THAT(news(), ElementsAre("callers out", "the disk is full: try again later"));
  intake.set(Obstacle::store_full, true);
  EXPECT_THAT(news(), IsEmpty());
  intake.set(Obstacle::store_full, false);
  EXPECT_THAT(news(), ElementsAre("callers in", "ready"));
}

TEST_F(IntakeTest, CallersComeInAgainWhenTheLastObstacleIsGone) {
  all_reconciled();
  intake.set(Obstacle::store_full, true);
  intake.set(Obstacle::core_silent, true);
  news();
  intake.set(Obstacle::core_silent, false);
  EXPECT_THAT(news(), ElementsAre("the disk is full: try again later"));
  intake.set(Obstacle::draining, true);
  intake.set(Obstacle::store_full, false);
  EXPECT_THAT(news(), ElementsAre("The server is stopping"));
  EXPECT_FALSE(intake.open());
}

}  // namespace
}  // namespace callwright::server
