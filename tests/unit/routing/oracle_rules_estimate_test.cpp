#include <gtest/gtest.h>

#include <string>

#include "oracle_estimate.hpp"
#include "oracle_rules.hpp"

namespace callwright::routing_oracle {
namespace {

/// Both agents are at lunch, and contacts of the queue take 120 s.
struct OracleEstimate : OracleRules {
  OracleEstimate() {
    for (const char* name : {"ann", "bob"}) state(name, AgentState::not_ready);
    handles("sales", 120s);
  }
  void handles(const std::string& queue, Duration length) {
    oracle.apply({.at = now, .body = journal::Carried{.queue_marks = {{{queue}, 0, 0, length}}}});
  }
  std::optional<Duration> of(std::int64_t contact) const { return estimate(oracle, {contact}, now); }
  void take(std::int64_t contact, const std::string& name, Channel channel = Channel::voice) {
    enter(contact, {.channel = channel});
    tell(contact, journal::OfferMade{.offer = {contact}, .queue = {"sales"}, .agent = {name}, .channel = channel});
    leave(contact, VisitEnd::answered, 0s);
    tell(contact, journal::OfferEnded{{contact}, {name}, OfferEnd::accepted, {}});
  }
  void talk(std::int64_t contact, const std::string& name, AgentState state) {
    tell(contact, journal::AgentStateChanged{.agent = {name}, .state = state});
  }
};

TEST_F(OracleEstimate, IsOneHandlingTimeForEachContactBeforeItAndItselfSharedByTheAgents) {
  enter(2);
  EXPECT_EQ(of(2), 60s);
  enter(1);
  EXPECT_EQ(of(2), 120s) << "a tie goes by the contact";
  EXPECT_EQ(of(1), 60s);
  enter(3, {.priority = 1});
  EXPECT_EQ(of(2), 180s);
  EXPECT_EQ(of(3), 60s);
  EXPECT_EQ(of(4), std::nullopt) << "it does not wait";
}

TEST_F(OracleEstimate, OfAContactBeforeItCountsTheShareThatItsAgentsHaveOfThose) {
  centre.agents.push_back(person("cho"));
  centre.agents.back().skills = {{{"thai"}, 1}};
  configure();
  state("cho", AgentState::talking);
  enter(1);
  enter(2);
  enter(3, {.requirements = {{{"thai"}, Kind::required, 1}}});
  EXPECT_EQ(of(2), 80s) << "three agents";
  EXPECT_EQ(of(3), 200'040ms) << "two thirds of a contact, in thousandths to the nearest";
  enter(4, {.requirements = {{{"boiler"}, Kind::required, 1}}});
  EXPECT_EQ(of(4), Duration(120s) * (1000 + 1333) / 1000 / 2) << "two of three agents twice, and nothing of cho alone";
}

TEST_F(OracleEstimate, CountsWhoCouldHaveItsAgentsAlone) {
  for (std::int64_t contact : {1, 2, 3, 4}) enter(contact);
  enter(5, {.favours = {{{"ann"}, Why::last_agent, 0, now + 1min}}});
  enter(6);
  EXPECT_EQ(of(6), 300s) << "the fifth is held for ann";
  offer(1, "ann");
  change(2, What::parked);
  tell(3, journal::VisitTreated{1, journal::TreatedFor::emergency, now + 2min});
  EXPECT_EQ(of(6), 120s);
  now = now + 1min;
  EXPECT_EQ(of(6), 180s) << "the hold is over";
  EXPECT_EQ(of(2), 60s) << "its own, though it stands aside";
}

TEST_F(OracleEstimate, AnAgentCountsAsOftenAsHeMayHaveContactsOfTheChannel) {
  centre.chat = {.capacity = 3, .interruptible = true};
  bob().capacity = {{Channel::chat, 1}, {Channel::voice, 0}};
  configure();
  enter(1);
  EXPECT_EQ(of(1), 120s) << "ann alone takes calls";
  enter(2, {.channel = Channel::chat});
  EXPECT_EQ(of(2), Duration(120s) * 2 / 4);
  enter(3);
  EXPECT_EQ(of(3), 330s) << "of the chat's four places three are ann's";
}

TEST_F(OracleEstimate, AgentsOnAnotherSwitchOrSignedOutDoNotCount) {
  bob().switch_id = {"branch"};
  configure();
  enter(1, {.switch_id = {"pbx"}});
  EXPECT_EQ(of(1), 120s);
  enter(2);
  EXPECT_EQ(of(2), 120s) << "the one agent of the first is one of his two";
  state("ann", AgentState::unreachable);
  EXPECT_EQ(of(1), std::nullopt);
  EXPECT_EQ(of(2), 120s) << "nobody could serve the first, which takes nothing of bob";
}

TEST_F(OracleEstimate, IsNothingIfSomebodyHasRoomForItAndCanBeRung) {
  enter(1);
  state("ann", AgentState::ready);
  EXPECT_EQ(of(1), 0s);
  oracle.device({"pbx"}, "ann", false);
  EXPECT_EQ(of(1), 60s);
  oracle.device({"pbx"}, "ann", true);
  oracle.link({"pbx"}, false);
  EXPECT_EQ(of(1), 60s);
  enter(2, {.channel = Channel::chat});
  EXPECT_EQ(of(2), 0s) << "which takes no phone";
}

TEST_F(OracleEstimate, AQueueWithoutFiguresTakesTheMeanOfTheOthers) {
  centre.queues.push_back({.id = {"help"}});
  ann().queues.push_back({{"help"}});
  configure();
  enter(1, {.queue = {"help"}});
  EXPECT_EQ(of(1), 120s);
  handles("spare", 60s);
  EXPECT_EQ(of(1), 90s);
  handles("help", 10s);
  EXPECT_EQ(of(1), 10s);
  for (const char* queue : {"sales", "spare", "help"}) handles(queue, 0s);
  EXPECT_EQ(of(1), std::nullopt);
}

TEST_F(OracleEstimate, HandlingCountsFromWhenHeTakesItUntilAfterItsWrapUp) {
  for (const char* queue : {"sales"}) handles(queue, 0s);
  const auto mean = [&] { return oracle.handling().mean({"sales"}); };
  take(1, "ann");
  talk(1, "ann", AgentState::talking);
  now = now + 10s;
  talk(1, "ann", AgentState::held);
  talk(1, "ann", AgentState::wrap_up);
  now = now + 30s;
  EXPECT_EQ(mean(), std::nullopt);
  talk(1, "ann", AgentState::ready);
  EXPECT_EQ(mean(), 40s) << "the first one is the mean";
  take(2, "ann");
  talk(2, "ann", AgentState::talking);
  now = now + 8s;
  talk(9, "ann", AgentState::talking);
  EXPECT_EQ(mean(), 39s) << "he has picked up another one; a 32nd of the difference";
  now = now + 1h;
  talk(9, "ann", AgentState::ready);
  EXPECT_EQ(mean(), 39s) << "which was not offered to him";
  take(10, "bob", Channel::chat);
  now = now + 71s;
  tell(10, journal::WorkChanged{.agent = {"bob"}, .channel = Channel::chat, .state = journal::WorkState::wrap_up});
  EXPECT_EQ(mean(), 39s);
  tell(10, journal::WorkChanged{.agent = {"bob"}, .channel = Channel::chat, .state = journal::WorkState::done});
  EXPECT_EQ(mean(), 40s);
}

TEST_F(OracleEstimate, FactsThatACheckpointCoversCountNoHandlingAgain) {
  oracle.apply({.at = now, .body = journal::Carried{.last_seq = seq + 4, .queue_marks = {{{"sales"}, 0, 0, 64s}}}});
  take(1, "ann");
  now = now + 32s;
  talk(1, "ann", AgentState::ready);
  EXPECT_EQ(oracle.handling().mean({"sales"}), 63s) << "this one is after it";
  oracle.apply({.at = now, .body = journal::Carried{.last_seq = seq + 5, .queue_marks = {{{"sales"}, 0, 0, 64s}}}});
  take(2, "ann");
  now = now + 32s;
  talk(2, "ann", AgentState::ready);
  EXPECT_EQ(oracle.handling().mean({"sales"}), 64s);
}

}  // namespace
}  // namespace callwright::routing_oracle
