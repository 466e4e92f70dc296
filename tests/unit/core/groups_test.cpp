#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stage.hpp"

namespace callwright::core {
namespace {

using namespace stage;
using cti::model::Answer, cti::model::Bridge, cti::model::End, cti::model::LegStateSeen, cti::model::Park, cti::model::Ring;
using journal::AgentState, journal::Cause, journal::LegState, journal::OfferEnd, journal::Strategy;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::shared_ptr<const journal::Centre> centre_with(Strategy strategy) {
  auto grouped = std::make_shared<journal::Centre>(*centre());
  grouped->version = 2;
  grouped->queues[0].strategy = strategy;
  return grouped;
}

struct CoreGroups : testing::Test {
  Stage stage;
  std::shared_ptr<const journal::Centre> centre;

  void open(Strategy strategy, bool can_answer = true) {
    centre = centre_with(strategy);
    stage.step(CentreChanged{centre});
    stage.open_link();
    if (!can_answer) stage.step(LinkDeclared{kSwitch, {true, true, true, false}});
    for (const auto& agent : {kSofia, kDaniel}) stage.make_ready(agent);
  }
  /// The phone of this `Ring` rings; its native id.
  std::string rings(const Ring& ring, ContactId contact) {
    cti::model::LegCreated leg;
    leg.native_id = "a" + std::to_string(ring.offer.value);
    leg.device = ring.device;
    leg.device_class = cti::model::DeviceClass::station;
    leg.tokens = {contact, ring.offer, stage.epoch};
    stage.event(leg);
    stage.event(LegStateSeen{leg.native_id, LegState::alerting});
    return leg.native_id;
  }
  /// Both phones of a contact that has just arrived, sofia's first.
  std::vector<std::string> both_ring(ContactId contact) {
    std::vector<std::string> phones;
    for (const auto& ring : said<Ring>(stage.last)) phones.push_back(rings(ring, contact));
    EXPECT_THAT(phones, SizeIs(2));
    return phones;
  }
  OfferView offer_of(ContactId contact, const AgentId& agent) {
    for (const auto& offer : stage.contact(contact)->offers)
      if (offer.agent == agent) return offer;
    return {};
  }
  std::vector<std::pair<std::string, OfferEnd>> ends() const {
    std::vector<std::pair<std::string, OfferEnd>> all;
    for (const auto& ended : stage.facts<journal::OfferEnded>()) all.emplace_back(ended.agent.value, ended.how);
    return all;
  }
  static std::vector<std::string> ended(const Output& out) {
    std::vector<std::string> legs;
    for (const auto& end : said<End>(out)) {
      EXPECT_EQ(end.cause, Cause::elsewhere);
      legs.push_back(end.native_id);
    }
    return legs;
  }
  void restart() {
    stage.core = stage.folded(++stage.epoch);
    stage.step(CentreChanged{centre});
  }
};

TEST_F(CoreGroups, TwoPhonesRingAndTheFirstThatIsAnsweredHangsUpTheOther) {
  open(Strategy::ring_all);
  const ContactId contact = stage.arrive();
  const auto phones = both_ring(contact);
  EXPECT_THAT(stage.contact(contact)->offers, SizeIs(2));
  const Output out = stage.event(LegStateSeen{phones[1], LegState::connected});
  EXPECT_THAT(said<Bridge>(out), ElementsAre(Bridge{"c1", phones[1]}));
  EXPECT_THAT(ended(out), ElementsAre(phones[0]));
  EXPECT_THAT(ends(), ElementsAre(std::pair("sofia", OfferEnd::elsewhere)));
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
  EXPECT_TRUE(offer_of(contact, kDaniel).claimed);
  stage.event(cti::model::LegEnteredBridge{"c1", "b"});
  stage.event(cti::model::LegEnteredBridge{phones[1], "b"});
  stage.hang_up(phones[0], Cause::elsewhere);
  EXPECT_EQ(stage.contact(contact)->agent, kDaniel);
  EXPECT_EQ(stage.agent(kDaniel).state, AgentState::talking);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
  EXPECT_THAT(ends(), ElementsAre(std::pair("sofia", OfferEnd::elsewhere), std::pair("daniel", OfferEnd::accepted)));
}

TEST_F(CoreGroups, OfTwoWhoAnswerAtOnceTheSecondIsHungUpWithoutBlame) {
  open(Strategy::ring_all);
  const ContactId contact = stage.arrive();
  const auto phones = both_ring(contact);
  stage.event(LegStateSeen{phones[0], LegState::connected});
  const Output out = stage.event(LegStateSeen{phones[1], LegState::connected});
  EXPECT_THAT(said<Bridge>(out), IsEmpty());
  stage.hang_up(phones[1], Cause::normal);
  EXPECT_THAT(ends(), ElementsAre(std::pair("daniel", OfferEnd::elsewhere)));
  EXPECT_EQ(stage.facts<journal::OfferEnded>().back().excluded_until, Instant{});
  EXPECT_EQ(stage.agent(kDaniel).state, AgentState::ready);
}

TEST_F(CoreGroups, ThePageThatAnswersFirstHasTheContactAndTheOtherIsTold) {
  open(Strategy::ring_all);
  const ContactId contact = stage.arrive();
  const auto phones = both_ring(contact);
  const OfferView sofias = offer_of(contact, kSofia), daniels = offer_of(contact, kDaniel);
  EXPECT_FALSE(sofias.claim);
  const Output out = stage.ask(kSofia, AcceptOffer{sofias.offer});
  EXPECT_THAT(said<Answer>(out), ElementsAre(Answer{phones[0]}));
  EXPECT_THAT(ended(out), ElementsAre(phones[1]));
  stage.ask(kDaniel, AcceptOffer{daniels.offer});
  ASSERT_THAT(stage.last.replies, SizeIs(1));
  EXPECT_FALSE(stage.last.replies[0].result) << "the offer is over";
}

TEST_F(CoreGroups, APhoneThatComesUpAfterAColleagueAnsweredIsHungUp) {
  open(Strategy::ring_all);
  const ContactId contact = stage.arrive();
  const auto orders = said<Ring>(stage.last);
  ASSERT_THAT(orders, SizeIs(2));
  stage.event(LegStateSeen{rings(orders[0], contact), LegState::connected});
  cti::model::LegCreated late;
  late.native_id = "late";
  late.device = orders[1].device;
  late.device_class = cti::model::DeviceClass::station;
  late.tokens = {contact, orders[1].offer, stage.epoch};
  EXPECT_THAT(ended(stage.event(late)), ElementsAre("late"));
}

TEST_F(CoreGroups, AnAnswerThatComesToNothingOffersTheContactAgain) {
  open(Strategy::ring_all);
  const ContactId contact = stage.arrive();
  const auto phones = both_ring(contact);
  stage.event(LegStateSeen{phones[0], LegState::connected});
  stage.hang_up(phones[1], Cause::elsewhere);
  const Output out = stage.hang_up(phones[0]);
  EXPECT_THAT(ends(), ElementsAre(std::pair("daniel", OfferEnd::elsewhere), std::pair("sofia", OfferEnd::refused)));
  EXPECT_EQ(offer_of(contact, kDaniel).agent, kDaniel) << "sofia is excluded";
  EXPECT_THAT(said<Ring>(out), SizeIs(1));
}

TEST_F(CoreGroups, NoPhoneRingsBeforeAClaimAndThenTheClaimersAloneAndItIsAnsweredForHim) {
  open(Strategy::claim);
  const ContactId contact = stage.arrive();
  EXPECT_THAT(said<Ring>(stage.last), IsEmpty());
  EXPECT_TRUE(offer_of(contact, kDaniel).claim);
  EXPECT_TRUE(offer_of(contact, kDaniel).can_answer);
  const Output out = stage.ask(kDaniel, AcceptOffer{offer_of(contact, kDaniel).offer});
  const auto orders = said<Ring>(out);
  ASSERT_THAT(orders, SizeIs(1));
  EXPECT_EQ(orders[0].device, "1002");
  EXPECT_EQ(orders[0].timeout, Duration(20s));
  EXPECT_THAT(ends(), ElementsAre(std::pair("sofia", OfferEnd::elsewhere)));
  EXPECT_TRUE(offer_of(contact, kDaniel).claimed);
  EXPECT_FALSE(offer_of(contact, kDaniel).claim);
  cti::model::LegCreated leg;
  leg.native_id = "a1";
  leg.device = "1002";
  leg.device_class = cti::model::DeviceClass::station;
  leg.tokens = {contact, orders[0].offer, stage.epoch};
  EXPECT_THAT(said<Answer>(stage.event(leg)), ElementsAre(Answer{"a1"}));
}

TEST_F(CoreGroups, AClaimWhereTheSwitchCannotAnswerRingsThePhone) {
  open(Strategy::claim, false);
  const ContactId contact = stage.arrive();
  EXPECT_TRUE(offer_of(contact, kSofia).can_answer) << "the page claims";
  const auto orders = said<Ring>(stage.ask(kSofia, AcceptOffer{offer_of(contact, kSofia).offer}));
  ASSERT_THAT(orders, SizeIs(1));
  const std::string phone = rings(orders[0], contact);
  EXPECT_FALSE(offer_of(contact, kSofia).can_answer) << "now the phone must be picked up";
  EXPECT_THAT(said<Bridge>(stage.event(LegStateSeen{phone, LegState::connected})), ElementsAre(Bridge{"c1", phone}));
}

TEST_F(CoreGroups, APhoneThatRingsByAClaimThatDiedWithTheServerIsNotRungAgainWhenItIsPickedUp) {
  open(Strategy::claim);
  const ContactId contact = stage.arrive();
  Ring before;
  before.device = "1001";
  before.offer = offer_of(contact, kSofia).offer;
  const std::string phone = rings(before, contact);
  const Output out = stage.event(LegStateSeen{phone, LegState::connected});
  EXPECT_THAT(said<Ring>(out), IsEmpty());
  EXPECT_THAT(said<Bridge>(out), ElementsAre(Bridge{"c1", phone}));
  EXPECT_THAT(ends(), ElementsAre(std::pair("daniel", OfferEnd::elsewhere)));
}

TEST_F(CoreGroups, WhatNobodyClaimsIsOverForEachAndTheCallerKeepsHisPlace) {
  open(Strategy::claim);
  const ContactId contact = stage.arrive();
  stage.wait(21s);
  EXPECT_THAT(ends(), ElementsAre(std::pair("sofia", OfferEnd::timed_out), std::pair("daniel", OfferEnd::timed_out)));
  EXPECT_EQ(stage.contact(contact)->state, ContactState::waiting);
  EXPECT_EQ(stage.contact(contact)->visit, 1);
}

TEST_F(CoreGroups, AfterARestartPhonesThatRingAreKeptAndThoseThatDoNotEndLost) {
  open(Strategy::ring_all);
  const ContactId contact = stage.arrive();
  const auto phones = both_ring(contact);
  const OfferId sofias = offer_of(contact, kSofia).offer;
  restart();
  cti::model::Snapshot snapshot;
  snapshot.legs = {caller_on_switch("c1"), phone_on_switch(phones[0], contact, sofias, LegState::alerting)};
  stage.open_link(snapshot);
  EXPECT_THAT(ends(), ElementsAre(std::pair("daniel", OfferEnd::lost)));
  EXPECT_THAT(stage.contact(contact)->offers, testing::Contains(testing::Field(&OfferView::offer, sofias)));
}

TEST_F(CoreGroups, OfTwoPhonesThatWereAnsweredWhileNobodyListenedOneHasTheCaller) {
  open(Strategy::ring_all);
  const ContactId contact = stage.arrive();
  const auto phones = both_ring(contact);
  const OfferId sofias = offer_of(contact, kSofia).offer, daniels = offer_of(contact, kDaniel).offer;
  restart();
  cti::model::Snapshot snapshot;
  snapshot.legs = {caller_on_switch("c1"), phone_on_switch(phones[0], contact, sofias, LegState::connected),
                   phone_on_switch(phones[1], contact, daniels, LegState::connected)};
  snapshot.legs[2].leg.device = "1002";
  stage.step(LinkDeclared{kSwitch, {true, true, true, true}});
  stage.event(cti::model::LinkOpened{stage.boot});
  const Output out = stage.event(snapshot);
  EXPECT_THAT(said<Bridge>(out), ElementsAre(Bridge{"c1", phones[0]}));
  EXPECT_THAT(ended(out), ElementsAre(phones[1]));
  EXPECT_THAT(said<Park>(out), IsEmpty());
  EXPECT_THAT(ends(), ElementsAre(std::pair("daniel", OfferEnd::elsewhere)));
}

TEST_F(CoreGroups, AfterARestartWhatWaitsToBeClaimedWaitsOnAndAClaimWhosePhoneIsGoneEndsLost) {
  for (const bool claimed : {false, true}) {
    stage = Stage();
    open(Strategy::claim);
    const ContactId contact = stage.arrive();
    if (claimed) stage.ask(kSofia, AcceptOffer{offer_of(contact, kSofia).offer});
    const OfferId sofias = offer_of(contact, kSofia).offer;
    restart();
    cti::model::Snapshot snapshot;
    snapshot.legs = {caller_on_switch("c1")};
    stage.open_link(snapshot);
    const bool lives = offer_of(contact, kSofia).offer == sofias;
    EXPECT_EQ(lives, !claimed);
    if (claimed) {
      EXPECT_EQ(ends().back().second, OfferEnd::lost);
    } else {
      EXPECT_THAT(ends(), IsEmpty());
    }
  }
}

TEST_F(CoreGroups, ACallerWhoHangsUpHangsUpAllPhones) {
  open(Strategy::ring_all);
  const ContactId contact = stage.arrive();
  const auto phones = both_ring(contact);
  std::vector<std::string> legs;
  for (const auto& end : said<End>(stage.hang_up("c1"))) legs.push_back(end.native_id);
  EXPECT_THAT(legs, testing::UnorderedElementsAre(phones[0], phones[1]));
  EXPECT_THAT(ends(), testing::UnorderedElementsAre(std::pair("sofia", OfferEnd::withdrawn), std::pair("daniel", OfferEnd::withdrawn)));
}

}  // namespace
}  // namespace callwright::core
