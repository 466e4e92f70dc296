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

  /// A chat of which the page of this agent hears.
  void chat(core::ContactState state, const char* agent) {
    core::ContactView view;
    view.contact = ContactId{5};
    view.channel = journal::Channel::chat;
    view.state = state;
    if (state == core::ContactState::offered) view.offers.push_back({.offer = OfferId{9}, .agent = AgentId{agent}});
    else view.agent = AgentId{agent};
    crew.follow({view}, now);
  }

  std::vector<std::string> ready;
  std::vector<std::string> wrote;
  DemoCrew crew{centre(), AgentId{"guest"}, 1, [this](core::Request request) {
                  if (std::holds_alternative<core::SetState>(request.body)) ready.push_back(request.agent.value);
                  if (std::holds_alternative<core::AcceptOffer>(request.body)) wrote.push_back(request.agent.value + " accepts");
                  if (std::holds_alternative<core::EndContact>(request.body)) wrote.push_back(request.agent.value + " ends");
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

TEST_F(DemoCrewOf, TheyAcceptChatsAndWriteForAWhileButNotForTheGuest) {
  chat(core::ContactState::offered, "bob");
  EXPECT_THAT(wrote, ElementsAre("bob accepts"));
  chat(core::ContactState::talking, "bob");
  after(DemoCrew::kWrites - 1s);
  EXPECT_THAT(wrote, ElementsAre("bob accepts"));
  after(1s);
  EXPECT_THAT(wrote, ElementsAre("bob accepts", "bob ends"));
  chat(core::ContactState::offered, "guest");
  chat(core::ContactState::talking, "guest");
  after(1h);
  EXPECT_THAT(wrote, ElementsAre("bob accepts", "bob ends"));
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
