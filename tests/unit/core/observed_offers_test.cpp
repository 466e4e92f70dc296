// Whom the switch's own queue calls: offers, the pop, and how each ends once; who answered.
#include <gmock/gmock.h>

#include "tests/unit/core/observed_stage.hpp"

namespace callwright::core::stage {
namespace {

using journal::AgentState;
using journal::OfferEnd;
using journal::VisitEnd;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

std::vector<journal::SegmentKind> segments_of(const ObservedStage& stage, const AgentId& agent) {
  std::vector<journal::SegmentKind> all;
  for (const auto& segment : stage.facts<journal::SegmentStarted>())
    if (segment.agent == agent) all.push_back(segment.what);
  return all;
}

TEST(ObservedOffers, WhoIsCalledHasAnOfferWhichIsHisPop) {
  ObservedStage stage;
  const ContactId contact = stage.queue_up();
  stage.rung("1001");
  const ContactView view = *stage.contact(contact);
  ASSERT_THAT(view.offers, SizeIs(1));
  EXPECT_EQ(view.offers[0].agent, kSofia);
  EXPECT_EQ(view.offers[0].decision, 0);
  EXPECT_EQ(view.offers[0].expires_at, Instant{});
  EXPECT_FALSE(view.offers[0].can_answer);
  EXPECT_EQ(view.state, ContactState::offered);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::reserved);
  EXPECT_THAT(stage.agent(kSofia).contacts, ElementsAre(contact));
  for (const auto& view : stage.last.views) EXPECT_FALSE(std::holds_alternative<DecisionView>(view)) << "nobody of ours decided";
  EXPECT_THAT(stage.command_ids, IsEmpty());
  EXPECT_THAT(segments_of(stage, kSofia), ElementsAre(journal::SegmentKind::ring));
}

TEST(ObservedOffers, TheFirstJoinAnswersAndWhatTheSwitchSaysLaterSaysNothing) {
  ObservedStage stage;
  const ContactId contact = stage.queue_up();
  stage.wait(7s);
  const std::string phone = stage.rung("1001");
  stage.answer(phone);
  EXPECT_THAT(stage.visit_ends(), ElementsAre(VisitEnd::answered));
  EXPECT_THAT(stage.ends(), ElementsAre(Pair(kSofia, OfferEnd::accepted)));
  EXPECT_EQ(stage.contact(contact)->state, ContactState::talking);
  EXPECT_EQ(stage.contact(contact)->agent, kSofia);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::talking);
  EXPECT_THAT(stage.offer_ends("1001", Ended::accepted).facts, IsEmpty());
  EXPECT_THAT(stage.leave(Left::answered).facts, IsEmpty());
  EXPECT_EQ(stage.queue_view().answered, 1);
  EXPECT_EQ(stage.queue_view().answered_within, 1);
}

TEST(ObservedOffers, TheSwitchesWordAnswersIfItComesFirstAndTheJoinSaysNothing) {
  for (const bool names_him : {false, true}) {
    SCOPED_TRACE(names_him);
    ObservedStage stage;
    const ContactId contact = stage.queue_up();
    const std::string phone = stage.rung("1001");
    stage.pick_up_phone(phone);
    if (names_him) stage.offer_ends("1001", Ended::accepted);
    else stage.leave(Left::answered);
    EXPECT_THAT(stage.visit_ends(), ElementsAre(VisitEnd::answered));
    EXPECT_THAT(stage.ends(), ElementsAre(Pair(kSofia, OfferEnd::accepted)));
    EXPECT_EQ(stage.agent(kSofia).state, AgentState::talking);
    stage.talk(phone);
    stage.offer_ends("1001", Ended::accepted);
    stage.leave(Left::answered);
    EXPECT_THAT(stage.facts<journal::ContactAnswered>(), SizeIs(1));
    EXPECT_THAT(segments_of(stage, kSofia), ElementsAre(journal::SegmentKind::ring, journal::SegmentKind::talk));
    EXPECT_EQ(stage.contact(contact)->agent, kSofia);
    stage.hang_up(phone);
    EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
  }
}

TEST(ObservedOffers, SeveralAtOnceAreOneGroupAndEachEndsOnce) {
  ObservedStage stage;
  stage.queue_up();
  const std::string sofias = stage.rung("1001");
  stage.rung("1002");
  const auto made = stage.facts<journal::OfferMade>();
  ASSERT_THAT(made, SizeIs(2));
  EXPECT_EQ(made[0].group, made[0].offer);
  EXPECT_EQ(made[1].group, made[0].offer);
  stage.answer(sofias);
  stage.offer_ends("1002", Ended::elsewhere);
  stage.offer_ends("1001", Ended::accepted);
  EXPECT_THAT(stage.ends(), ElementsAre(Pair(kSofia, OfferEnd::accepted), Pair(kDaniel, OfferEnd::elsewhere)));
  EXPECT_EQ(stage.agent(kDaniel).state, AgentState::ready);
}

TEST(ObservedOffers, AnsweredByOneOfSeveralWaitsForTheWordByWhom) {
  ObservedStage stage;
  const ContactId contact = stage.queue_up();
  stage.rung("1001");
  const std::string daniels = stage.rung("1002");
  stage.leave(Left::answered);
  EXPECT_THAT(stage.visit_ends(), IsEmpty()) << "both phones ring still";
  stage.offer_ends("1001", Ended::elsewhere);
  EXPECT_THAT(stage.visit_ends(), IsEmpty());
  stage.answer(daniels);
  EXPECT_THAT(stage.visit_ends(), ElementsAre(VisitEnd::answered));
  EXPECT_THAT(stage.ends(), ElementsAre(Pair(kSofia, OfferEnd::elsewhere), Pair(kDaniel, OfferEnd::accepted)));
  EXPECT_EQ(stage.contact(contact)->agent, kDaniel);
}

TEST(ObservedOffers, OfSeveralWhosePhoneWasPickedUpIsWhoAnswered) {
  ObservedStage stage;
  stage.queue_up();
  stage.rung("1001");
  stage.pick_up_phone(stage.rung("1002"));
  stage.leave(Left::answered);
  EXPECT_THAT(stage.ends(), ElementsAre(Pair(kDaniel, OfferEnd::accepted), Pair(kSofia, OfferEnd::elsewhere)));
}

TEST(ObservedOffers, AnsweredBySomebodyWhomWeDoNotKnowIsAnsweredByNobodyOfOurs) {
  ObservedStage stage;
  stage.queue_up();
  stage.rung("1099");  // no agent of the centre
  EXPECT_EQ(stage.core->ignored().unknown_devices, 1u);
  stage.rung("1001");
  stage.leave(Left::answered);
  EXPECT_THAT(stage.visit_ends(), IsEmpty());
  stage.offer_ends("1001", Ended::elsewhere);
  EXPECT_THAT(stage.visit_ends(), ElementsAre(VisitEnd::answered));
  EXPECT_THAT(stage.facts<journal::ContactAnswered>(), IsEmpty());
  stage.hang_up("c1");
  EXPECT_EQ(stage.facts<journal::ContactEnded>().at(0).outcome, journal::ContactOutcome::answered);
}

TEST(ObservedOffers, WhoWasAnsweredByNobodyKnowsWhomAndHangsUpWasAnsweredAllTheSame) {
  ObservedStage stage;
  stage.queue_up();
  stage.rung("1001");
  stage.leave(Left::answered);
  stage.hang_up("c1");
  EXPECT_THAT(stage.visit_ends(), ElementsAre(VisitEnd::answered));
  EXPECT_THAT(stage.ends(), ElementsAre(Pair(kSofia, OfferEnd::elsewhere)));
}

TEST(ObservedOffers, EachEndOfTheSwitchHasItsWord) {
  for (const auto& [said, kept] : std::vector<std::pair<Ended, OfferEnd>>{{Ended::no_answer, OfferEnd::timed_out},
                                                                          {Ended::refused, OfferEnd::refused},
                                                                          {Ended::elsewhere, OfferEnd::elsewhere},
                                                                          {Ended::withdrawn, OfferEnd::withdrawn}}) {
    ObservedStage stage;
    const ContactId contact = stage.queue_up();
    stage.rung("1001");
    stage.offer_ends("1001", said);
    EXPECT_THAT(stage.offer_ends("1001", said).facts, IsEmpty()) << "said again";
    EXPECT_THAT(stage.ends(), ElementsAre(Pair(kSofia, kept)));
    EXPECT_EQ(stage.facts<journal::OfferEnded>()[0].excluded_until, Instant{});
    EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready) << "no RONA of ours";
    EXPECT_EQ(stage.contact(contact)->state, ContactState::waiting);
    stage.rung("1001");
    EXPECT_EQ(stage.agent(kSofia).state, AgentState::reserved) << "he may be called again at once";
  }
}

TEST(ObservedOffers, WhoHangsUpTakesThemWithHim) {
  ObservedStage stage;
  stage.queue_up();
  stage.rung("1001");
  stage.rung("1002");
  stage.hang_up("c1");
  stage.offer_ends("1001", Ended::withdrawn);
  EXPECT_THAT(stage.ends(), ElementsAre(Pair(kSofia, OfferEnd::withdrawn), Pair(kDaniel, OfferEnd::withdrawn)));
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
}

TEST(ObservedOffers, NothingOfOursEndsThemByTime) {
  ObservedStage stage;
  stage.queue_up();
  stage.rung("1001");
  stage.wait(2h);
  EXPECT_THAT(stage.ends(), IsEmpty());
  EXPECT_EQ(stage.agent(kSofia).until, Instant{});
}

TEST(ObservedOffers, AnAgentOfOursIsNotOfferedByAQueueOfTheSwitch) {
  ObservedStage stage;
  stage.queue_up();
  stage.rung("1003");
  EXPECT_THAT(stage.facts<journal::OfferMade>(), IsEmpty());
  EXPECT_EQ(stage.core->ignored().unknown_devices, 1u);
}

TEST(ObservedOffers, OnlyWhoStandsInThatQueueIsOffered) {
  ObservedStage stage;
  stage.call_in();
  stage.rung("1001");
  stage.join("c1", "q-billing");
  stage.rung("1001");
  EXPECT_THAT(stage.facts<journal::OfferMade>(), IsEmpty());
  EXPECT_EQ(stage.core->ignored().unknown_legs, 2u);
}

TEST(ObservedOffers, TheNextQueueAfterATalkIsAnsweredAnew) {
  ObservedStage stage;
  const ContactId contact = stage.queue_up();
  const std::string first = stage.rung("1001");
  stage.answer(first);
  stage.event(cti::model::LegLeftBridge{"c1", "b-c1"});
  stage.hang_up(first);
  stage.join("c1", "q-billing");  // she sent him on
  const std::string second = stage.rung("1002", "c1", "q-billing");
  stage.answer(second);
  EXPECT_THAT(stage.visit_ends(), ElementsAre(VisitEnd::answered, VisitEnd::answered));
  EXPECT_EQ(stage.contact(contact)->agent, kDaniel);
  EXPECT_EQ(stage.agent(kDaniel).state, AgentState::talking);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
}

}  // namespace
}  // namespace callwright::core::stage
