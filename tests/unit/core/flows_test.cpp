// What a queue that does not keep a contact means to the switch.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/stage.hpp"

namespace callwright::core {
namespace {

using namespace stage;
using journal::VisitEnd;
using testing::ElementsAre;

/// The stage's centre with a second queue, changed by `change`.
template <class Change>
void reconfigure(Stage& stage, Change change) {
  auto changed = std::make_shared<journal::Centre>(*centre());
  journal::Queue help = changed->queues.front();
  help.id.value = "help";
  changed->queues.push_back(help);
  for (journal::Agent& agent : changed->agents) agent.queues.push_back({{"help"}, 0});
  change(changed->queues.front());
  stage.step(CentreChanged{changed});
}

TEST(Flows, ACallerOfAClosedQueueGoesToTheSwitchesFallbackAndIsParkedNowhere) {
  Stage stage = with_two_ready();
  reconfigure(stage, [](journal::Queue& queue) { queue.no_agents = {journal::Treatment::Action::release, {}}, queue.requirements.front().min_level = 99; });
  stage.arrive();
  EXPECT_EQ(stage.facts<journal::VisitEnded>().at(0).how, VisitEnd::flow_closed);
  EXPECT_THAT(said<cti::model::Release>(stage.last), ElementsAre(cti::model::Release{"c1"}));
  EXPECT_THAT(said<cti::model::Park>(stage.last), testing::IsEmpty());
  stage.hang_up("c1");
  EXPECT_EQ(stage.facts<journal::ContactEnded>().at(0).outcome, journal::ContactOutcome::released);
}

TEST(Flows, AnOverflowComesByItselfAndIsOfferedInTheOtherQueueWithItsPlace) {
  Stage stage;
  stage.open_link();
  reconfigure(stage, [](journal::Queue& queue) { queue.overflow = {{.after = 30s, .to = {"help"}}}; });
  const ContactId contact = stage.arrive();
  const Instant place = stage.contact(contact)->entered_at;
  stage.wait(31s);
  ASSERT_EQ(stage.facts<journal::VisitStarted>().size(), 2u);
  EXPECT_EQ(stage.facts<journal::VisitStarted>()[1].queue.value, "help");
  EXPECT_EQ(stage.facts<journal::VisitStarted>()[1].entered_at, place);
  stage.make_ready(kSofia);
  EXPECT_EQ(stage.facts<journal::OfferMade>().at(0).queue.value, "help");
}

TEST(Flows, ARuleOfTheNextQueueSeesWhatTheContactIs) {
  Stage stage;
  stage.open_link();
  reconfigure(stage, [](journal::Queue& queue) {
    queue.overflow = {{.after = 30s, .to = {"help"}}};
    queue.rules = {{.when = "entry == \"4001\"", .priority = 70}};
  });
  stage.arrive();
  EXPECT_EQ(stage.facts<journal::VisitStarted>().at(0).priority, 70);
}

}  // namespace
}  // namespace callwright::core
