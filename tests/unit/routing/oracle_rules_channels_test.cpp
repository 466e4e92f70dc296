#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "oracle_rules.hpp"

namespace callwright::routing_oracle {
namespace {

using journal::WorkState;

/// Two chats at once, which keep calls away, and one e-mail, which does not; by the number of a contact 1-9 are calls, 10-19 chats, 20-29 e-mails.
struct OracleChannels : OracleRules {
  OracleChannels() {
    centre.chat = {.capacity = 2, .interruptible = false};
    centre.email = {.capacity = 1, .interruptible = true};
    configure();
  }
  static Channel channel_of(std::int64_t contact) { return contact < 10 ? Channel::voice : contact < 20 ? Channel::chat : Channel::email; }
  void arrives(std::int64_t contact, journal::VisitStarted visit = {}) {
    visit.channel = channel_of(contact);
    enter(contact, std::move(visit));
  }
  void has(const std::string& name, std::int64_t contact, WorkState state = WorkState::working) {
    tell(contact, journal::WorkChanged{.agent = {name}, .channel = channel_of(contact), .state = state});
  }
};

TEST_F(OracleChannels, AWrittenContactNeedsRoomForOneMoreOfItsChannel) {
  state("bob", AgentState::not_ready);
  arrives(10);
  has("ann", 11);
  EXPECT_EQ(chosen(), "10 ann");
  EXPECT_THAT(gates(), ElementsAre(2, 2, 1, 1, 1, 1, 1, 1, 1));
  has("ann", 12, WorkState::wrap_up);
  EXPECT_EQ(chosen(), "nobody");
  has("ann", 12, WorkState::done);
  EXPECT_EQ(chosen(), "10 ann");
  ann().capacity = {{Channel::chat, 1}};
  configure();
  EXPECT_EQ(chosen(), "nobody") << "a number of his own goes before the channel's";
}

TEST_F(OracleChannels, WhoIsOfferedAWrittenContactIsOfferedNoOther) {
  state("bob", AgentState::not_ready);
  arrives(10);
  has("ann", 20, WorkState::reserved);
  EXPECT_EQ(chosen(), "nobody");
  has("ann", 20);
  EXPECT_EQ(chosen(), "10 ann");
}

TEST_F(OracleChannels, ACallNeedsAnAgentWhoHasNothingThatMayNotBeInterrupted) {
  arrives(1);
  has("ann", 20);
  EXPECT_EQ(chosen(), "1 ann");
  has("ann", 10, WorkState::reserved);
  EXPECT_EQ(chosen(), "1 bob");
  EXPECT_THAT(gates(), ElementsAre(2, 2, 2, 1, 1, 1, 1, 1, 1));
  bob().capacity = {{Channel::voice, 0}};
  configure();
  EXPECT_EQ(chosen(), "nobody");
}

TEST_F(OracleChannels, AWrittenContactNeedsNeitherPhoneNorSwitch) {
  arrives(10);
  for (const char* name : {"ann", "bob"}) oracle.device({"pbx"}, name, false);
  oracle.link({"pbx"}, false);
  EXPECT_EQ(chosen(), "10 ann");
  EXPECT_THAT(gates(), ElementsAre(2, 2, 2, 2, 2, 2, 2, 2, 2));
}

TEST_F(OracleChannels, WhoIsAtACallOrOfferedOneGetsNoWrittenContact) {
  arrives(10);
  for (AgentState busy : {AgentState::reserved, AgentState::talking, AgentState::held, AgentState::wrap_up, AgentState::not_ready}) {
    state("ann", busy);
    EXPECT_EQ(chosen(), "10 bob");
  }
}

TEST_F(OracleChannels, EachWrittenContactThatHeHasTakesThePointsOfItsQueue) {
  sales().load_points = 30;
  configure();
  arrives(10);
  EXPECT_THAT(points(TermKind::load), ElementsAre(0));
  EXPECT_THAT(kinds(), ElementsAre(TermKind::idle, TermKind::rank, TermKind::load, TermKind::priority, TermKind::age));
  has("ann", 11);
  has("ann", 20);
  EXPECT_EQ(chosen(), "10 bob");
  EXPECT_THAT(points(TermKind::load, "ann"), ElementsAre(-60'000));
}

TEST_F(OracleChannels, ACallCountsNoLoad) {
  arrives(1);
  has("ann", 20);
  EXPECT_EQ(chosen(), "1 ann");
  EXPECT_THAT(points(TermKind::load), IsEmpty());
}

TEST_F(OracleChannels, AHoldForWhoDoesNotServeTheChannelKeepsNobodyOut) {
  state("bob", AgentState::talking);
  arrives(10, {.favours = {{{"bob"}, Why::last_agent, 1, now + 1h}}});
  EXPECT_EQ(chosen(), "nobody");
  bob().capacity = {{Channel::chat, 0}};
  configure();
  EXPECT_EQ(chosen(), "10 ann");
}

TEST_F(OracleChannels, TimeWithAWrittenContactCountsAsWorkAlsoInAPause) {
  sales().strategy = Strategy::least_occupied;
  sales().strategy_points = 10;
  configure();
  arrives(10);
  now = now + 10s;
  has("ann", 20);
  now = now + 10s;
  state("ann", AgentState::not_ready);
  now = now + 10s;
  has("ann", 20, WorkState::wrap_up);
  now = now + 10s;
  has("ann", 20, WorkState::done);
  now = now + 1h;
  state("ann", AgentState::ready);
  EXPECT_THAT(points(TermKind::occupancy, "ann"), ElementsAre(-7500)) << "30 s of 40";
}

TEST_F(OracleChannels, WhoHasHisLastOneBehindHimIsAvailableAndHisOccupancyWorkedOut) {
  sales().strategy = Strategy::least_occupied;
  sales().strategy_points = 10;
  configure();
  arrives(10);
  now = now + 10s;
  has("ann", 20);
  has("ann", 11);
  now = now + 10s;
  has("ann", 20, WorkState::done);
  EXPECT_THAT(points(TermKind::occupancy, "ann"), ElementsAre(0));
  now = now + 20s;
  has("ann", 11, WorkState::done);
  EXPECT_THAT(points(TermKind::occupancy, "ann"), ElementsAre(-7500));
}

}  // namespace
}  // namespace callwright::routing_oracle
