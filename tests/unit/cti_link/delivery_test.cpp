#include "cti/link/delivery.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "cti/model/event_line.hpp"

namespace callwright::cti::link {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct DeliveryTest : testing::Test {
  static model::SwitchEvent of(model::SwitchEventBody body) {
    model::SwitchEvent event;
    event.body = std::move(body);
    return event;
  }

  bool taking = true;
  std::vector<std::string> taken;
  Delivery delivery{[this](model::SwitchEvent event) {
    if (taking) taken.push_back(model::line(event.body));
    return taking;
  }};
};

TEST_F(DeliveryTest, TheEndOfTheLinkOutlivesACoreThatTakesNothing) {
  taking = false;
  EXPECT_FALSE(delivery.offer(of(model::RouteAsked{"a", "4000"})));
  EXPECT_FALSE(delivery.waits()) << "what the snapshot will say again is not kept";
  EXPECT_FALSE(delivery.offer(of(model::LinkLost{"inbound limit reached"})));
  EXPECT_FALSE(delivery.offer_again());
  taking = true;
  EXPECT_TRUE(delivery.offer_again());
  EXPECT_THAT(taken, ElementsAre("lost: inbound limit reached"));
  EXPECT_EQ(delivery.dropped(), 1U);
}

TEST_F(DeliveryTest, NothingPassesTheEndThatWaitsAndManyEndsAreOne) {
  taking = false;
  for (int connection = 0; connection < 10'000; ++connection) {
    EXPECT_FALSE(delivery.offer(of(model::LinkOpened{1})));
    EXPECT_FALSE(delivery.offer(of(model::Snapshot{})));
    EXPECT_FALSE(delivery.offer(of(model::LinkLost{"again"})));
  }
  EXPECT_EQ(delivery.dropped(), 29'999U);
  taking = true;
  EXPECT_FALSE(delivery.offer(of(model::LinkOpened{1}))) << "the core would take this connection for the one before";
  EXPECT_THAT(taken, IsEmpty());
  EXPECT_TRUE(delivery.offer_again());
  EXPECT_TRUE(delivery.offer(of(model::LinkOpened{2})));
  EXPECT_THAT(taken, ElementsAre("lost: again", "opened 2"));
}

}  // namespace
}  // namespace callwright::cti::link
