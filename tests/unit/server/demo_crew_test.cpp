#include "server/demo_crew.hpp"

#include <gmock/gmock.h>

namespace callwright::server {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// The guest serves repairs and sales; ann repairs too, bob sales only.
journal::Centre centre() {
  const auto agent = [](const char* id, std::vector<std::string> queues) {
    journal::Agent one;
    one.id = AgentId{id};
    for (const auto& queue : queues) one.queues.push_back({.queue = QueueId{queue}});
    return one;
  };
  journal::Centre all;
  all.agents = {agent("guest", {"repairs", "sales"}), agent("ann", {"repairs"}), agent("bob", {"sales"})};
  return all;
}

class DemoCrewOf : public testing::Test {
 protected:
  void SetUp() override { crew.begin(), crew.follow({}, now); }
  void guest_is_ready() {
    core::AgentView view;
    view.agent = AgentId{"guest"};
    view.state = journal::AgentState::ready;
    crew.follow({view}, now);
  }
  void guest_is_offered_a_call() {
    core::ContactView view;
    view.offers.push_back({.agent = AgentId{"guest"}});
    crew.follow({view}, now);
  }
  void after(Duration time) { crew.follow({}, now = now + time); }

  std::vector<std::string> ready;
  DemoCrew crew{centre(), AgentId{"guest"}, 1, [this](core::Request request) {
                  if (std::holds_alternative<core::SetState>(request.body)) ready.push_back(request.agent.value);
                }};
  Instant now{1'000'000};
};

TEST_F(DemoCrewOf, ColleaguesOfOtherQueuesWorkFromTheStart) { EXPECT_THAT(ready, ElementsAre("bob")); }

TEST_F(DemoCrewOf, ColleaguesOfTheGuestsQueueComeWithHisFirstOffer) {
  guest_is_ready();
  after(10s);
  EXPECT_THAT(ready, ElementsAre("bob"));
  guest_is_offered_a_call();
  EXPECT_THAT(ready, ElementsAre("bob", "ann"));
}

TEST_F(DemoCrewOf, TheyComeAMinuteAfterAGuestWhomNobodyCalls) {
  guest_is_ready();
  after(59s);
  guest_is_ready();  // again, which begins no new minute
  after(999ms);
  EXPECT_THAT(ready, ElementsAre("bob"));
  after(1ms);
  EXPECT_THAT(ready, ElementsAre("bob", "ann"));
}

TEST_F(DemoCrewOf, TheyComeWithoutAGuestToo) {
  after(DemoCrew::kAlone);
  EXPECT_THAT(ready, ElementsAre("bob", "ann"));
  after(1h);
  guest_is_offered_a_call();
  EXPECT_THAT(ready, ElementsAre("bob", "ann")) << "once";
}

}  // namespace
}  // namespace callwright::server
