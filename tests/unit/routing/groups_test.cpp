#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "floor.hpp"

namespace callwright::routing {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// Three agents of one queue, ann before bob before carl by rank; the queue asks so many of them at once.
struct Groups : testing::Test {
  Floor floor;

  static journal::Queue asking(journal::Strategy strategy, int group_size) {
    journal::Queue sales = queue("sales");
    sales.strategy = strategy;
    sales.group_size = group_size;
    return sales;
  }
  void open(journal::Queue sales) {
    floor.open({.queues = {std::move(sales), queue("plain")},
                .agents = {agent("ann", {}, {{"sales", 20}, {"plain", 0}}), agent("bob", {}, {{"sales", 10}, {"plain", 15}}),
                           agent("carl", {}, {{"sales", 0}})}});
  }
  void ring_all(int group_size) { open(asking(journal::Strategy::ring_all, group_size)); }
  void arrives(std::int64_t contact, const std::string& queue = "sales") {
    (void)floor.enter(contact, queue);
    floor.match();
  }
  std::vector<std::string> rings(std::int64_t contact) const {
    std::vector<std::string> all;
    for (const Offer* offer : floor.engine.offers_of({contact})) all.push_back(offer->agent.value);
    return all;
  }
  OfferId offer_to(const std::string& name) const { return floor.engine.offer_to({name})->id; }
  std::vector<std::pair<std::string, OfferEnd>> ends() const {
    std::vector<std::pair<std::string, OfferEnd>> all;
    for (const auto& ended : floor.all<journal::OfferEnded>()) all.emplace_back(ended.agent.value, ended.how);
    return all;
  }
  void TearDown() override {
    EXPECT_THAT(floor.engine.violations(), IsEmpty());
    Engine folded;
    for (const auto& fact : floor.facts) folded.apply(fact);
    EXPECT_EQ(folded.digest(), floor.engine.digest());
  }
};

TEST_F(Groups, AContactIsOfferedToTheBestOfItsQueueAtOnceAndToNoMoreThanTheSizeOfAGroup) {
  ring_all(2);
  arrives(1);
  EXPECT_THAT(rings(1), ElementsAre("ann", "bob"));
  EXPECT_EQ(floor.state("carl"), AgentState::ready);
  const auto made = floor.all<journal::OfferMade>();
  EXPECT_EQ(made[0].group, made[0].offer);
  EXPECT_EQ(made[1].group, made[0].offer);
  EXPECT_EQ(made[1].decision, made[0].decision + 1) << "each has a decision of its own";
  EXPECT_FALSE(made[0].claim);
}

TEST_F(Groups, TheFirstToAnswerEndsTheOthersElsewhereAndNobodyIsBlamed) {
  ring_all(5);
  arrives(1);
  const Instant idle_since = floor.engine.agent({"ann"})->state.idle_since;
  floor.now = floor.now + 3s;
  floor.engine.answered({1}, {"bob"}, floor.now, floor);
  EXPECT_THAT(ends(),
              ElementsAre(std::pair("bob", OfferEnd::accepted), std::pair("ann", OfferEnd::elsewhere), std::pair("carl", OfferEnd::elsewhere)));
  EXPECT_EQ(floor.state("bob"), AgentState::talking);
  for (const char* name : {"ann", "carl"}) {
    EXPECT_EQ(floor.state(name), AgentState::ready);
    EXPECT_EQ(floor.engine.agent({name})->state.idle_since, idle_since);
  }
  EXPECT_EQ(floor.last<journal::OfferEnded>().excluded_until, Instant{});
}

TEST_F(Groups, WhoTakesTheContactEndsTheOthersBeforeTheTalkAndNobodyIsAddedAfterwards) {
  ring_all(2);
  arrives(1);
  floor.engine.claim(offer_to("bob"), floor.now, floor);
  EXPECT_EQ(floor.last<journal::OfferClaimed>().expires_at, floor.now + 20s);
  EXPECT_THAT(ends(), ElementsAre(std::pair("ann", OfferEnd::elsewhere)));
  floor.match();
  EXPECT_THAT(rings(1), ElementsAre("bob"));
  EXPECT_EQ(floor.state("ann"), AgentState::ready);
}

TEST_F(Groups, OfTwoWhoTakeItAtOnceTheFirstHasIt) {
  ring_all(2);
  arrives(1);
  const OfferId anns = offer_to("ann"), bobs = offer_to("bob");
  floor.engine.claim(anns, floor.now, floor);
  const std::size_t facts = floor.facts.size();
  floor.engine.claim(bobs, floor.now, floor);
  floor.engine.claim(anns, floor.now, floor);
  EXPECT_EQ(floor.facts.size(), facts);
  EXPECT_THAT(rings(1), ElementsAre("ann"));
}

TEST_F(Groups, AClaimedContactWhosePhoneIsNotAnsweredKeepsItsPlaceAndIsOfferedToAGroupAgain) {
  journal::Queue sales = asking(journal::Strategy::ring_all, 3);
  sales.after_rona = journal::AfterRona::ready;
  open(sales);
  const Instant entered = floor.now;
  arrives(1);
  floor.engine.claim(offer_to("ann"), floor.now, floor);
  floor.pass(20s);
  EXPECT_THAT(ends(),
              ElementsAre(std::pair("bob", OfferEnd::elsewhere), std::pair("carl", OfferEnd::elsewhere), std::pair("ann", OfferEnd::timed_out)));
  EXPECT_THAT(rings(1), ElementsAre("bob", "carl")) << "ann is excluded";
  EXPECT_EQ(floor.engine.waiting({1})->entered_at, entered);
}

TEST_F(Groups, ADeclineEndsThatOfferAloneAndTheNextAgentIsAdded) {
  ring_all(2);
  arrives(1);
  floor.engine.end_offer(offer_to("ann"), OfferEnd::refused, floor.now, floor);
  EXPECT_THAT(rings(1), ElementsAre("bob"));
  floor.match();
  EXPECT_THAT(rings(1), ElementsAre("bob", "carl"));
  EXPECT_EQ(floor.last<journal::OfferMade>().group, floor.all<journal::OfferMade>().front().offer);
  EXPECT_EQ(floor.state("ann"), AgentState::ready);
}

TEST_F(Groups, TheGroupEndsWithItsLastOfferAndEachWhoDidNotAnswerIsTreatedAsIfAlone) {
  ring_all(2);
  floor.set("carl", AgentState::not_ready, "lunch");
  arrives(1);
  const OfferId group = floor.last<journal::OfferMade>().group;
  floor.pass(20s);
  EXPECT_THAT(rings(1), IsEmpty());
  for (const char* name : {"ann", "bob"}) EXPECT_EQ(floor.reason(name), "no_answer");
  floor.ready("carl");
  floor.match();
  EXPECT_THAT(rings(1), ElementsAre("carl"));
  EXPECT_NE(floor.last<journal::OfferMade>().group, group);
}

TEST_F(Groups, AnAgentWhoBecomesFreeJoinsAGroupThatHasRoom) {
  ring_all(2);
  for (const char* name : {"bob", "carl"}) floor.set(name, AgentState::not_ready, "lunch");
  arrives(1);
  EXPECT_THAT(rings(1), ElementsAre("ann"));
  floor.now = floor.now + 5s;
  for (const char* name : {"carl", "bob"}) floor.ready(name);
  floor.match();
  EXPECT_THAT(rings(1), ElementsAre("ann", "bob"));
  EXPECT_EQ(floor.last<journal::OfferMade>().expires_at, floor.now + 20s) << "his phone rings as long as any";
}

TEST_F(Groups, WhoHasNoOfferYetGoesBeforeWhoMayHaveOneMore) {
  ring_all(3);
  (void)floor.enter(1, "sales");
  floor.now = floor.now + 10s;
  (void)floor.enter(2, "plain");
  arrives(3);
  EXPECT_THAT(rings(1), ElementsAre("ann"));
  EXPECT_THAT(rings(2), ElementsAre("bob"));
  EXPECT_THAT(rings(3), ElementsAre("carl")) << "the two who came later have somebody each before the first has two";
  floor.engine.answered({3}, {"carl"}, floor.now, floor);
  floor.engine.work_ended({"carl"}, floor.now, floor);
  floor.engine.end_wrap_up({"carl"}, floor.now, floor);
  floor.match();
  EXPECT_THAT(rings(1), ElementsAre("ann", "carl"));
}

TEST_F(Groups, ACallerWhoLeavesWithdrawsAllOffers) {
  ring_all(3);
  arrives(1);
  floor.engine.leave({1}, VisitEnd::abandoned, floor.now, floor);
  EXPECT_THAT(ends(), UnorderedElementsAre(std::pair("ann", OfferEnd::withdrawn), std::pair("bob", OfferEnd::withdrawn),
                                           std::pair("carl", OfferEnd::withdrawn)));
  for (const char* name : {"ann", "bob", "carl"}) EXPECT_EQ(floor.state(name), AgentState::ready);
}

TEST_F(Groups, WhomASupervisorGivesAContactHasItAlone) {
  ring_all(3);
  floor.set("carl", AgentState::not_ready, "lunch");
  arrives(1);
  floor.ready("carl");
  ASSERT_TRUE(floor.engine.pull({1}, {"carl"}, "boss", floor.now, floor.mint, floor));
  floor.match();
  EXPECT_THAT(rings(1), ElementsAre("carl"));
  EXPECT_EQ(floor.last<journal::OfferMade>().group, OfferId{});
  ASSERT_TRUE(floor.engine.park({1}, "boss", floor.now, floor));
  floor.match();
  EXPECT_THAT(rings(1), IsEmpty());
}

TEST_F(Groups, ASupervisorWhoGivesItToOneOfTheGroupClaimsItForHim) {
  open(asking(journal::Strategy::claim, 3));
  arrives(1);
  ASSERT_TRUE(floor.engine.pull({1}, {"bob"}, "boss", floor.now, floor.mint, floor));
  EXPECT_EQ(floor.last<journal::OfferClaimed>().by, "boss");
  EXPECT_THAT(rings(1), ElementsAre("bob"));
  EXPECT_TRUE(floor.engine.offer_to({"bob"})->rings());
  EXPECT_FALSE(floor.engine.pull({1}, {"bob"}, "boss", floor.now, floor.mint, floor)) << "he has it";
}

TEST_F(Groups, AParkedContactHasNoOfferLeft) {
  ring_all(3);
  arrives(1);
  ASSERT_TRUE(floor.engine.park({1}, "boss", floor.now, floor));
  floor.match();
  EXPECT_THAT(rings(1), IsEmpty());
  ASSERT_TRUE(floor.engine.resume({1}, "boss", floor));
  floor.match();
  EXPECT_THAT(rings(1), ElementsAre("ann", "bob", "carl"));
}

TEST_F(Groups, AHoldKeepsTheGroupToThoseWhomItIsFor) {
  journal::Queue sales = asking(journal::Strategy::ring_all, 3);
  sales.last_agent_hold = 10s;
  open(sales);
  (void)floor.engine.enter({1}, {"pbx"}, {"sales"}, floor.now, floor.now, floor, {.attributes = {}, .last_agent = {"carl"}, .named_agent = {}});
  floor.match();
  EXPECT_THAT(rings(1), ElementsAre("carl"));
  floor.pass(10s);
  EXPECT_THAT(rings(1), ElementsAre("carl", "ann", "bob"));
}

TEST_F(Groups, NoPhoneRingsForAClaimBeforeItIsMadeAndThenItHasItsFullTime) {
  open(asking(journal::Strategy::claim, 2));
  arrives(1);
  EXPECT_TRUE(floor.last<journal::OfferMade>().claim);
  EXPECT_FALSE(floor.engine.offer_to({"ann"})->rings());
  floor.now = floor.now + 15s;
  floor.engine.claim(offer_to("ann"), floor.now, floor);
  const Offer& offer = *floor.engine.offer_to({"ann"});
  EXPECT_TRUE(offer.rings());
  EXPECT_EQ(offer.made.expires_at, floor.now + 20s);
  EXPECT_EQ(floor.engine.agent({"ann"})->state.until, floor.now + 20s);
  EXPECT_THAT(ends(), ElementsAre(std::pair("bob", OfferEnd::elsewhere)));
  floor.pass(20s - 1us);
  EXPECT_THAT(rings(1), ElementsAre("ann"));
  floor.pass(1us);
  EXPECT_EQ(floor.reason("ann"), "no_answer");
  EXPECT_THAT(rings(1), ElementsAre("bob", "carl"));
}

TEST_F(Groups, AnOfferToOneAgentAloneIsNotClaimed) {
  ring_all(2);
  arrives(1, "plain");
  const std::size_t facts = floor.facts.size();
  floor.engine.claim(offer_to(floor.offered(1)), floor.now, floor);
  EXPECT_EQ(floor.facts.size(), facts);
}

TEST_F(Groups, ASmallerGroupInANewDocumentLetsThoseWhoRingRing) {
  ring_all(3);
  arrives(1);
  floor.centre.queues[0].group_size = 2;
  floor.engine.configure(floor.centre);
  floor.match();
  EXPECT_THAT(rings(1), ElementsAre("ann", "bob", "carl"));
  floor.engine.end_offer(offer_to("ann"), OfferEnd::lost, floor.now, floor);
  floor.match();
  EXPECT_THAT(rings(1), ElementsAre("bob", "carl"));
}

TEST_F(Groups, ARestartInTheMiddleOfAGroupKeepsItAndItGrowsOn) {
  ring_all(3);
  floor.set("carl", AgentState::not_ready, "lunch");
  arrives(1);
  Engine again;
  for (const auto& fact : floor.facts) again.apply(fact);
  EXPECT_EQ(again.digest(), floor.engine.digest());
  floor.engine = std::move(again);
  floor.engine.configure(floor.centre);
  floor.engine.switch_state({"pbx"}, true);
  floor.ready("carl");
  floor.match();
  EXPECT_THAT(rings(1), ElementsAre("ann", "bob", "carl"));
  floor.engine.claim(offer_to("carl"), floor.now, floor);
  EXPECT_THAT(rings(1), ElementsAre("carl"));
}

TEST_F(Groups, OverflowIsForThoseWithoutAnOffer) {
  journal::Queue sales = asking(journal::Strategy::ring_all, 3);
  sales.overflow = {{.after = 10s, .to = {"plain"}}};
  open(sales);
  floor.set("carl", AgentState::not_ready, "lunch");
  arrives(1);
  floor.now = floor.now + 11s;
  EXPECT_THAT(floor.engine.flows_due(floor.now), IsEmpty());
}

TEST_F(Groups, AJournalThatLostAnEndKeepsOneGroupOfAContact) {
  ring_all(2);
  arrives(1);
  floor.emit({1}, journal::OfferMade{
                      .offer = {77}, .visit = 1, .queue = {"sales"}, .agent = {"carl"}, .expires_at = floor.now + 20s, .decision = 99, .group = {77}});
  EXPECT_THAT(rings(1), ElementsAre("carl"));
  for (const char* name : {"ann", "bob"}) EXPECT_FALSE(floor.engine.offer_to({name}));
  floor.emit({1}, journal::AgentStateChanged{.agent = {"carl"}, .state = AgentState::reserved});
  for (const char* name : {"ann", "bob"}) floor.emit({}, journal::AgentStateChanged{.agent = {name}, .state = AgentState::not_ready});
}

}  // namespace
}  // namespace callwright::routing
