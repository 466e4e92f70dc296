#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "oracle_rules.hpp"

namespace callwright::routing_oracle {
namespace {

/// The queue of the rules asks two at once; carl, third by name, is there too.
struct OracleGroups : OracleRules {
  OracleGroups() {
    sales().strategy = Strategy::ring_all;
    sales().group_size = 2;
    centre.agents.push_back(person("carl"));
    configure();
    state("carl", AgentState::ready);
  }
  void join(std::int64_t contact, const std::string& name, std::int64_t offer, std::int64_t group) {
    tell(contact, journal::OfferMade{.offer = {offer}, .queue = {"sales"}, .agent = {name}, .group = {group}});
  }
};

TEST_F(OracleGroups, TheBestAreAskedUntilTheGroupIsFull) {
  enter(1);
  EXPECT_EQ(chosen(), "1 ann");
  EXPECT_FALSE(oracle.next(now)->joins);
  join(1, "ann", 7, 7);
  EXPECT_EQ(chosen(), "1 bob");
  EXPECT_TRUE(oracle.next(now)->joins);
  EXPECT_EQ(oracle.group_of({1}), OfferId{7});
  join(1, "bob", 8, 7);
  EXPECT_EQ(chosen(), "nobody");
}

TEST_F(OracleGroups, WhoHasNoOfferGoesFirstHoweverMuchTheOtherIsAheadOfIt) {
  enter(1, {.priority = 90'000});
  enter(2);
  join(1, "ann", 7, 7);
  EXPECT_EQ(chosen(), "2 bob");
  join(2, "bob", 8, 8);
  EXPECT_EQ(chosen(), "1 carl") << "of two groups the one whose pair scores more";
}

TEST_F(OracleGroups, NobodyJoinsAGroupThatIsClaimedOrAnOfferToOneAlone) {
  enter(1);
  join(1, "ann", 7, 7);
  tell(1, journal::OfferClaimed{.offer = {7}, .agent = {"ann"}});
  EXPECT_EQ(chosen(), "nobody");
  enter(2);
  join(2, "bob", 8, 0);
  EXPECT_EQ(chosen(), "nobody");
}

TEST_F(OracleGroups, OneWhoIsRungForDoesNotCountAmongThoseWhoWait) {
  sales().waiting_share = 500;
  sales().balance_points = 1;
  configure();
  enter(1);
  EXPECT_THAT(points(TermKind::balance), ElementsAre(500));
  join(1, "ann", 7, 7);
  EXPECT_THAT(points(TermKind::balance), ElementsAre(0));
}

TEST_F(OracleGroups, AgentsAreToldApartAsByBest) {
  sales().strategy = Strategy::claim;
  configure();
  enter(1, {.requirements = {{{"boiler"}, Kind::required, 10, 2}}});
  EXPECT_TRUE(oracle.next(now)->claim);
  EXPECT_THAT(kinds(), ElementsAre(TermKind::skill, TermKind::idle, TermKind::rank, TermKind::priority, TermKind::age));
}

}  // namespace
}  // namespace callwright::routing_oracle
