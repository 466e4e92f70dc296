#include "core/core.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/core/stage.hpp"

namespace callwright::core {
namespace {

using namespace stage;
using journal::AgentState, journal::Cause, journal::ContactOutcome, journal::OfferEnd, journal::SegmentKind, journal::VisitEnd;
using testing::ElementsAre;

TEST(Core, ACallGoesFromArrivalToTheMoreSkilledAgentAndEndsAfterWrapUp) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  ASSERT_EQ(stage.facts<journal::OfferMade>().size(), 1u);
  EXPECT_EQ(stage.facts<journal::OfferMade>()[0].agent, kSofia);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::reserved);

  const std::string phone = stage.ring();
  stage.pick_up(phone);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::talking);
  EXPECT_EQ(stage.contact(contact)->state, ContactState::talking);
  EXPECT_EQ(stage.facts<journal::ContactAnswered>().size(), 1u);

  stage.hang_up("c1");
  const auto end = stage.find_command<cti::model::End>();
  ASSERT_TRUE(end) << "the agent's phone must be hung up";
  EXPECT_EQ(std::get<cti::model::End>(end->body).native_id, phone);
  stage.hang_up(phone);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::wrap_up);
  EXPECT_TRUE(stage.contact(contact)) << "wrap-up belongs to the contact";

  stage.wait(31s);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
  EXPECT_FALSE(stage.contact(contact));
  ASSERT_EQ(stage.facts<journal::ContactEnded>().size(), 1u);
  EXPECT_EQ(stage.facts<journal::ContactEnded>()[0].outcome, ContactOutcome::answered);
  std::vector<SegmentKind> segments;
  for (const auto& segment : stage.facts<journal::SegmentStarted>()) segments.push_back(segment.what);
  EXPECT_THAT(segments, ElementsAre(SegmentKind::ring, SegmentKind::talk, SegmentKind::wrap_up));
  EXPECT_EQ(stage.queue().answered, 1);
  EXPECT_EQ(stage.queue().waiting, 0);
}

TEST(Core, WhatDoesNotFitIsCountedAndConcludesNothing) {
  Stage stage = with_two_ready();
  stage.arrive();
  const auto before = stage.core->ignored();
  EXPECT_TRUE(stage.hang_up("nobody").facts.empty());
  EXPECT_EQ(stage.core->ignored().events, before.events + 1);
  EXPECT_TRUE(stage.ask(kSofia, HoldContact{ContactId{99}}).facts.empty());
  EXPECT_EQ(stage.core->ignored().requests, before.requests + 1);
}

TEST(Core, ThePopShowsTheCardBeforeThePhoneRings) {
  Stage stage = with_two_ready();
  stage.arrive();
  bool reserved = false;
  for (const auto& view : stage.last.views)
    if (const auto* contact = std::get_if<ContactView>(&view)) {
      reserved = !contact->offers.empty() && contact->offers[0].agent == kSofia;
      EXPECT_TRUE(contact->card);
      EXPECT_EQ(contact->customer, CustomerId{42});
    }
  EXPECT_TRUE(reserved);
  EXPECT_TRUE(stage.find_command<cti::model::Ring>()) << "the command leaves with the same step, after its commit";
}

TEST(Core, ACallerWhomNobodyFindsIn50MsGoesOnAsUnknown) {
  Stage stage = with_two_ready();
  cti::model::LegCreated leg{"c1", "trunk", cti::model::DeviceClass::trunk, journal::Direction::inbound, "+441632960001", "", "4001", {}};
  stage.event(leg);
  const auto asked = stage.event(cti::model::RouteAsked{"c1", "4001"});
  ASSERT_EQ(asked.look_ups.size(), 1u);
  EXPECT_TRUE(stage.facts<journal::OfferMade>().empty());
  stage.wait(60ms);
  EXPECT_EQ(stage.facts<journal::OfferMade>().size(), 1u);
  const ContactId contact = asked.look_ups[0].contact;
  EXPECT_EQ(stage.contact(contact)->match, journal::Match::none);
  stage.step(CustomerFound{contact, journal::Match::known, CustomerId{42}, {}, "+441632960001", std::make_shared<const std::string>("{}")});
  EXPECT_EQ(stage.contact(contact)->customer, CustomerId{42}) << "the card is patched in";
  EXPECT_EQ(stage.facts<journal::OfferMade>().size(), 1u);
}

TEST(Core, ALateLookUpStillGivesTheNumberOfACallerWhomNobodyKnows) {
  Stage stage = with_two_ready();
  stage.event(cti::model::LegCreated{"c1", "trunk", cti::model::DeviceClass::trunk, journal::Direction::inbound, "+441632960001", "", "4001", {}});
  const ContactId contact = stage.event(cti::model::RouteAsked{"c1", "4001"}).look_ups.at(0).contact;
  stage.wait(60ms);
  EXPECT_EQ(stage.contact(contact)->e164, "");
  stage.step(CustomerFound{contact, journal::Match::none, {}, {}, "+441632960001", nullptr});
  EXPECT_EQ(stage.contact(contact)->e164, "+441632960001") << "a customer who is made now gets it";
  EXPECT_EQ(stage.contact(contact)->match, journal::Match::none);
  EXPECT_EQ(stage.facts<journal::OfferMade>().size(), 1u);
  const auto facts = stage.journal.size();
  stage.step(CustomerFound{contact, journal::Match::none, {}, {}, "+441632960001", nullptr});
  EXPECT_EQ(stage.journal.size(), facts) << "what is known already is no fact";
}

TEST(Core, ALateLookUpLeavesTheAgentsChoiceAndAddsItsNumber) {
  Stage stage = with_two_ready();
  stage.event(cti::model::LegCreated{"c1", "trunk", cti::model::DeviceClass::trunk, journal::Direction::inbound, "+441632960001", "", "4001", {}});
  const ContactId contact = stage.event(cti::model::RouteAsked{"c1", "4001"}).look_ups.at(0).contact;
  stage.wait(60ms);
  stage.ask(kSofia, ChooseCustomer{contact, CustomerId{7}, "{}"});
  stage.step(CustomerFound{contact, journal::Match::known, CustomerId{42}, {}, "+441632960001", std::make_shared<const std::string>("other")});
  const auto view = stage.contact(contact);
  EXPECT_EQ(view->match, journal::Match::chosen);
  EXPECT_EQ(view->customer, CustomerId{7});
  EXPECT_EQ(view->e164, "+441632960001");
  EXPECT_EQ(*view->card, "{}");
  EXPECT_EQ(stage.facts<journal::CustomerMatched>().back().by, kSofia);
}

TEST(Core, AnUnansweredOfferMovesToTheOtherAgentWithItsPlaceKept) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  const Instant place = stage.contact(contact)->entered_at;
  const std::string phone = stage.ring();
  stage.wait(21s);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::not_ready);
  EXPECT_EQ(stage.agent(kSofia).reason, "no_answer");
  ASSERT_EQ(stage.facts<journal::OfferMade>().size(), 2u);
  EXPECT_EQ(stage.facts<journal::OfferMade>()[1].agent, kDaniel);
  EXPECT_EQ(stage.contact(contact)->entered_at, place);
  stage.hang_up(phone, Cause::no_answer);
  EXPECT_EQ(stage.facts<journal::OfferEnded>().size(), 1u) << "the late end of the phone changes nothing";
}

TEST(Core, ACallerWhoHangsUpInTheQueueIsAbandoned) {
  Stage stage;
  stage.open_link();
  stage.arrive();
  stage.wait(10s);
  stage.hang_up("c1");
  ASSERT_EQ(stage.facts<journal::VisitEnded>().size(), 1u);
  EXPECT_EQ(stage.facts<journal::VisitEnded>()[0].how, VisitEnd::abandoned);
  EXPECT_EQ(stage.facts<journal::ContactEnded>()[0].outcome, ContactOutcome::abandoned);
  EXPECT_EQ(stage.queue().abandoned, 1);
}

TEST(Core, ACallerWhoHangsUpWhileThePhoneRingsFreesTheAgentWithoutPenalty) {
  Stage stage = with_two_ready();
  stage.arrive();
  const std::string phone = stage.ring();
  stage.hang_up("c1");
  const auto end = stage.find_command<cti::model::End>();
  ASSERT_TRUE(end);
  EXPECT_EQ(std::get<cti::model::End>(end->body).native_id, phone);
  stage.hang_up(phone);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
  EXPECT_EQ(stage.facts<journal::OfferEnded>()[0].how, OfferEnd::withdrawn);
}

TEST(Core, ABusyPhoneSendsTheCallToTheNextAgentAtOnce) {
  Stage stage = with_two_ready();
  stage.arrive();
  const std::string phone = stage.ring();
  stage.hang_up(phone, Cause::busy);
  ASSERT_EQ(stage.facts<journal::OfferMade>().size(), 2u);
  EXPECT_EQ(stage.facts<journal::OfferMade>()[1].agent, kDaniel);
}

TEST(Core, WhoWaitsBeyondTheServiceLevelIsShownWithoutAnyEvent) {
  Stage stage;
  stage.open_link();
  stage.arrive();
  EXPECT_EQ(stage.shown_queue.waiting_past_level, 0);
  stage.wait(stage.shown_queue.service_level + 10ms);
  EXPECT_EQ(stage.shown_queue.waiting_past_level, 1);
}

TEST(Core, TheDaysCountersBeginAgainAtMidnightOfTheCentre) {
  Stage stage;
  auto in_shanghai = std::make_shared<journal::Centre>(*centre());
  in_shanghai->time_zone = "Asia/Shanghai";
  stage.step(CentreChanged{in_shanghai});
  stage.open_link();
  stage.arrive();
  stage.hang_up("c1");
  EXPECT_EQ(stage.shown_queue.entered, 1);
  const std::int64_t day = 86'400'000'000, east = 8 * 3'600'000'000;
  const Instant midnight{((stage.now.us + east) / day + 1) * day - east};
  stage.wait(midnight - stage.now - 1s);
  EXPECT_EQ(stage.shown_queue.entered, 1);
  stage.wait(2s);
  EXPECT_EQ(stage.shown_queue.entered, 0);
}

TEST(Core, AnAgentMayExtendHisWrapUpTwice) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  stage.hang_up("c1");
  stage.hang_up(phone);
  EXPECT_EQ(stage.agent(kSofia).wrap_up_extensions_left, 2);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(stage.ask(kSofia, ExtendWrapUp{contact}).replies[0].result);
  EXPECT_EQ(stage.agent(kSofia).wrap_up_extensions_left, 0);
  EXPECT_FALSE(stage.ask(kSofia, ExtendWrapUp{contact}).replies[0].result);
}

TEST(Core, HoldAndRetrieveMakeSegments) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  stage.ask(kSofia, HoldContact{contact});
  EXPECT_TRUE(stage.find_command<cti::model::Hold>());
  EXPECT_EQ(stage.contact(contact)->state, ContactState::talking) << "the event, not the request, changes state";
  stage.event(cti::model::LegStateSeen{"c1", journal::LegState::held});
  EXPECT_EQ(stage.contact(contact)->state, ContactState::held);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::held);
  stage.ask(kSofia, RetrieveContact{contact});
  stage.event(cti::model::LegStateSeen{"c1", journal::LegState::connected});
  EXPECT_EQ(stage.contact(contact)->state, ContactState::talking);
}

TEST(Core, AnAgentWhoHangsUpEndsTheCustomersLegToo) {
  Stage stage = with_two_ready();
  stage.arrive();
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  stage.hang_up(phone);
  const auto end = stage.find_command<cti::model::End>();
  ASSERT_TRUE(end);
  EXPECT_EQ(std::get<cti::model::End>(end->body).native_id, "c1");
}

TEST(Core, ARequestWithTheSameIdActsOnceAlsoAfterARestart) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  stage.pick_up(stage.ring());
  stage.ask(kSofia, WriteNote{contact, "n1", "leaks"}, "same");
  stage.ask(kSofia, WriteNote{contact, "n1", "leaks"}, "same");
  EXPECT_EQ(stage.facts<journal::NoteWritten>().size(), 1u);
  EXPECT_TRUE(stage.last.replies[0].result) << "a repeat is answered again";
  stage.kill_and_restart();
  stage.ask(kSofia, WriteNote{contact, "n1", "leaks"}, "same");
  EXPECT_EQ(stage.facts<journal::NoteWritten>().size(), 1u);
}

TEST(Core, NobodyWritesIntoTheContactOfAnother) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  stage.pick_up(stage.ring());
  stage.ask(kDaniel, WriteNote{contact, "n1", "mine"});
  EXPECT_FALSE(stage.last.replies[0].result);
  EXPECT_EQ(stage.last.replies[0].result.error().code, Errc::not_yours);
  EXPECT_TRUE(stage.facts<journal::NoteWritten>().empty());
}

TEST(Core, NotesMayFollowTheEndOfAContact) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  stage.hang_up("c1");
  stage.hang_up(phone);
  stage.wait(31s);
  stage.ask(kSofia, WriteNote{contact, "n1", "later"});
  EXPECT_EQ(stage.facts<journal::NoteWritten>().size(), 1u);
}

TEST(Core, ACallerWhoStillAsksAfterALostReleaseIsReleasedAgainOrRouted) {
  Stage stage;
  stage.open_link();
  stage.step(StoreFull{});
  stage.event(caller_on_switch("c1").leg);
  stage.event(cti::model::RouteAsked{"c1", "4001"});
  EXPECT_THAT(said<cti::model::Release>(stage.last), ElementsAre(cti::model::Release{"c1"}));
  stage.event(cti::model::Snapshot{{asking("c1")}});
  EXPECT_THAT(said<cti::model::Release>(stage.last), ElementsAre(cti::model::Release{"c1"}));
  stage.step(StoreRecovered{});
  stage.event(cti::model::Snapshot{{caller_on_switch("c1")}});
  EXPECT_TRUE(stage.facts<journal::VisitStarted>().empty()) << "he is in the switch's own hands";
  stage.event(cti::model::Snapshot{{asking("c1")}});
  stage.wait(60ms);
  EXPECT_EQ(stage.facts<journal::VisitStarted>().size(), 1u);
}

TEST(Core, AnOfferWhoseTimeRunsOutOverADeadLinkEndsLostTenSecondsLater) {
  Stage stage = with_two_ready();
  stage.arrive();
  stage.ring();
  stage.wait(15s);
  stage.event(cti::model::LinkLost{"connection reset"});
  stage.wait(9s);  // the phone's 20 s are over
  EXPECT_TRUE(stage.facts<journal::OfferEnded>().empty());
  stage.wait(2s);
  ASSERT_EQ(stage.facts<journal::OfferEnded>().size(), 1u);
  EXPECT_EQ(stage.facts<journal::OfferEnded>()[0].how, OfferEnd::lost);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
}

TEST(Core, AnOfferWhosePhoneStillRingsAfterAGapEndsTimedOutWhenItsTimeIsOver) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  const std::string phone = stage.ring();
  const OfferId offer = stage.facts<journal::OfferMade>()[0].offer;
  stage.wait(19s);
  stage.event(cti::model::LinkLost{"connection reset"});
  stage.wait(5s);
  stage.open_link({{caller_on_switch("c1"), phone_on_switch(phone, contact, offer, journal::LegState::alerting)}});
  stage.wait(1s);
  EXPECT_EQ(stage.facts<journal::OfferEnded>()[0].how, OfferEnd::timed_out);
}

cti::model::LegCreated local_half(const std::string& native) {
  return {native, "Local/8@out", cti::model::DeviceClass::local_half, journal::Direction::outbound, "", "", "", {}};
}

// The order in which a switch tells it: the phone refers the caller to an extension, a Local channel takes the phone's place.
TEST(Core, ACallerWhomTheAgentsPhoneTransfersStaysUntilTheLastOneIsGone) {
  Stage stage = with_two_ready();
  stage.arrive();
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  stage.event(local_half("l1"));
  stage.event(local_half("l2"));
  stage.event(cti::model::LocalPair{"l1", "l2"});
  stage.event(cti::model::LegsReplaced{phone, "l1"});
  stage.hang_up(phone);
  EXPECT_THAT(said<cti::model::End>(stage.last), testing::IsEmpty());
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::wrap_up);
  stage.hang_up("l2");
  stage.hang_up("l1");
  EXPECT_THAT(said<cti::model::End>(stage.last), ElementsAre(cti::model::End{"c1"}));
}

TEST(Core, WhoComesBackIntoAQueueAfterATalkIsAnsweredThereToo) {
  Stage stage = with_two_ready();
  auto more = std::make_shared<journal::Centre>(*centre());
  more->entries.push_back({kSwitch, "4002", kRepairs});
  stage.step(CentreChanged{more});
  const ContactId contact = stage.arrive();
  const std::string sofia = stage.ring();
  stage.pick_up(sofia);
  stage.event(cti::model::LegLeftBridge{"c1", "b-c1"});
  stage.event(cti::model::RouteAsked{"c1", "4002"});
  const std::string daniel = stage.ring();
  stage.hang_up(sofia);
  stage.pick_up(daniel);
  EXPECT_EQ(stage.agent(kDaniel).state, AgentState::talking);
  stage.wait(40s);
  EXPECT_EQ(stage.agent(kDaniel).state, AgentState::talking) << "no offer times out while they talk";
  std::vector<journal::VisitEnd> ends;
  for (const auto& visit : stage.facts<journal::VisitEnded>()) ends.push_back(visit.how);
  EXPECT_THAT(ends, ElementsAre(journal::VisitEnd::answered, journal::VisitEnd::answered));
  EXPECT_EQ(stage.facts<journal::ContactAnswered>().back().agent, kDaniel);
  stage.event(cti::model::LegLeftBridge{daniel, "b-c1"});
  stage.event(cti::model::LegEnteredBridge{daniel, "b-c1"});
  EXPECT_EQ(stage.facts<journal::ContactAnswered>().size(), 2u) << "once for each visit";
  stage.kill_and_restart();
  EXPECT_EQ(stage.agent(kDaniel).state, AgentState::talking);
  stage.open_link({{caller_on_switch("c1", "b-c1"), phone_on_switch(daniel, contact, {}, journal::LegState::connected, "b-c1")}});
  stage.hang_up(daniel);
  EXPECT_THAT(said<cti::model::End>(stage.last), ElementsAre(cti::model::End{"c1"}));
  stage.hang_up("c1");
  stage.wait(31s);
  EXPECT_EQ(stage.facts<journal::ContactEnded>().size(), 1u);
}

TEST(Core, ACallerWhomASecondAgentTookOverIsFreedWhenThatOneHangsUp) {
  Stage stage = with_two_ready();
  stage.arrive();
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  stage.event(cti::model::LegCreated{"p2", "1002", cti::model::DeviceClass::station, journal::Direction::outbound, "", "", "", {}});
  stage.event(cti::model::LegStateSeen{"p2", journal::LegState::connected});
  stage.event(cti::model::LegsReplaced{phone, "p2"});
  stage.hang_up(phone);
  EXPECT_THAT(said<cti::model::End>(stage.last), testing::IsEmpty());
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::wrap_up);
  stage.hang_up("p2");
  EXPECT_THAT(said<cti::model::End>(stage.last), ElementsAre(cti::model::End{"c1"}));
}

/// Sofia, who talks to c1, asks Daniel on a second line `s`, a contact of its own, and hands c1 on. Returns Daniel's phone.
std::string consult_and_transfer(Stage& stage, const std::string& sofias_phone) {
  stage.event(cti::model::LegCreated{"s", "1001", cti::model::DeviceClass::station, journal::Direction::outbound, "", "", "", {}});
  const ContactId asked = stage.event(cti::model::RouteAsked{"s", "4001"}).facts.front().contact;
  stage.step(CustomerFound{asked, journal::Match::none, {}, {}, "", nullptr});
  const std::string daniel = stage.ring();
  stage.pick_up(daniel, "s");
  stage.event(cti::model::TransferCompleted{{journal::TransferKind::attended, sofias_phone, "c1", "s", ""}});
  return daniel;
}

TEST(Core, WhoWasConsultedKeepsTheCallThoughTheTransferorsSecondLineGoesFirst) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  const std::string daniel = consult_and_transfer(stage, phone);
  stage.hang_up("s");
  EXPECT_THAT(said<cti::model::End>(stage.last), testing::IsEmpty()) << "he waits for the customer";
  stage.event(cti::model::LinkLost{"connection reset"});
  stage.open_link({{caller_on_switch("c1", "b-c1"), phone_on_switch(phone, contact, {}, journal::LegState::connected, "b-c1"),
                    phone_on_switch(daniel, {}, {}, journal::LegState::connected, "b-s")}});
  EXPECT_THAT(said<cti::model::End>(stage.last), testing::IsEmpty()) << "over a gap too";
  stage.event(cti::model::LegEnteredBridge{"c1", "b-s"});
  stage.hang_up(phone);
  EXPECT_THAT(said<cti::model::End>(stage.last), testing::IsEmpty());
  EXPECT_EQ(stage.facts<journal::ConsultMarked>().size(), 1u);
  EXPECT_EQ(stage.facts<journal::ContactAnswered>().size(), 2u) << "by Sofia, and the consultation by Daniel";
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::wrap_up);
  stage.hang_up(daniel);
  EXPECT_THAT(said<cti::model::End>(stage.last), ElementsAre(cti::model::End{"c1"}));
  stage.hang_up("c1");
  stage.wait(31s);
  EXPECT_EQ(stage.facts<journal::ContactEnded>().size(), 2u);
}

/// As Asterisk does it with two bridges that may not merge.
TEST(Core, ALocalChannelBetweenTwoBridgesLeadsToNobodyOnceTheFarSideIsEmpty) {
  Stage stage = with_two_ready();
  stage.arrive();
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  for (const char* half : {"l1", "l2"}) stage.event(local_half(half));
  stage.event(cti::model::LocalPair{"l1", "l2"});
  const std::string daniel = consult_and_transfer(stage, phone);
  stage.event(cti::model::LegsReplaced{phone, "l1"});
  stage.event(cti::model::LegsReplaced{"s", "l2"});
  EXPECT_EQ(stage.facts<journal::CallsMerged>().size(), 1u);
  for (const std::string& over : {phone, std::string("s")}) {
    stage.hang_up(over);
    EXPECT_THAT(said<cti::model::End>(stage.last), testing::IsEmpty()) << "they talk";
  }
  stage.hang_up(daniel);
  EXPECT_THAT(said<cti::model::End>(stage.last), ElementsAre(cti::model::End{"c1"}));
  stage.hang_up("c1");
  EXPECT_THAT(said<cti::model::End>(stage.last), ElementsAre(cti::model::End{"l1"}, cti::model::End{"l2"})) << "nothing stays on the switch";
}

TEST(Core, ACallIsShownAsUnknownWhileNobodyHearsItsSwitchAndItsSegmentsGoOn) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  auto shown = [&](const Output& out) {
    std::vector<journal::LegState> states;
    for (const auto& view : out.views)
      if (const auto* one = std::get_if<ContactView>(&view); one && one->contact == contact) states.push_back(one->call_state);
    return states;
  };
  EXPECT_EQ(stage.contact(contact)->call_state, journal::LegState::initiated) << "this switch never said that he is connected";
  EXPECT_THAT(shown(stage.event(cti::model::LinkLost{"connection reset"})), ElementsAre(journal::LegState::unknown));
  EXPECT_EQ(stage.contact(contact)->state, ContactState::talking);
  const std::size_t segments = stage.facts<journal::SegmentEnded>().size();
  stage.event(cti::model::LinkOpened{stage.boot});
  EXPECT_EQ(stage.contact(contact)->call_state, journal::LegState::unknown);
  const OfferId offer = stage.facts<journal::OfferMade>()[0].offer;
  const cti::model::Snapshot snapshot{{caller_on_switch("c1", "b-c1"), phone_on_switch(phone, contact, offer, journal::LegState::connected, "b-c1")}};
  EXPECT_THAT(shown(stage.event(snapshot)), ElementsAre(journal::LegState::connected));
  EXPECT_EQ(stage.facts<journal::SegmentEnded>().size(), segments);
}

TEST(Core, WhatADeviceDidBeforeAGapIsForgottenUnlessItsSwitchSaysItAgain) {
  Stage stage = with_two_ready();
  for (const char* device : {"1001", "1002"}) stage.event(cti::model::DeviceStateSeen{device, true, true});
  stage.event(cti::model::LinkLost{"connection reset"});
  stage.open_link();
  stage.event(cti::model::DeviceStateSeen{"1002", true, true});
  EXPECT_TRUE(stage.agent(kSofia).device_busy);
  stage.wait(3s);
  EXPECT_FALSE(stage.agent(kSofia).device_busy);
  EXPECT_TRUE(stage.agent(kDaniel).device_busy);
}

TEST(Core, ASwitchThatHasNotDeclaredRouteKeepsItsCallersAndItsLinkSaysSo) {
  Stage stage;
  stage.open_link();
  stage.step(LinkDeclared{kSwitch, {.observe = true}});
  const ContactId contact = stage.arrive();
  EXPECT_TRUE(stage.facts<journal::VisitStarted>().empty());
  EXPECT_TRUE(stage.contact(contact)) << "it is watched all the same";
  int told = 0;
  auto count = [&](const Output& out) {
    for (const auto& view : out.views)
      if (const auto* link = std::get_if<LinkView>(&view)) told += link->reason.find("route") != std::string::npos ? 1 : 0;
  };
  for (const char* native : {"c2", "c3"}) {
    count(stage.event(caller_on_switch(native).leg));
    count(stage.event(cti::model::RouteAsked{native, "4001"}));
  }
  EXPECT_EQ(told, 0) << "once, at the first of them";
  for (const auto& view : stage.core->all_views())
    if (const auto* link = std::get_if<LinkView>(&view)) EXPECT_THAT(link->reason, testing::HasSubstr("route"));
}

TEST(Core, WithAFullStoreWhoIsHereIsServedAndWhoComesIsReleased) {
  Stage stage;
  stage.open_link();
  stage.arrive();
  stage.step(StoreFull{});
  stage.make_ready(kSofia);
  EXPECT_EQ(stage.facts<journal::OfferMade>().size(), 1u);
  stage.arrive("c2");
  EXPECT_EQ(stage.facts<journal::VisitStarted>().size(), 1u);
}

TEST(Core, WithAFullStoreNothingIsWrittenAboutAContactUntilThereIsRoom) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  stage.pick_up(stage.ring());
  const std::vector<RequestBody> writes = {WriteNote{contact, "n1", "text"}, SetDisposition{contact, "solved", true}, ChooseCustomer{contact, CustomerId{7}, ""}};
  stage.step(StoreFull{});
  for (const RequestBody& write : writes) {
    EXPECT_TRUE(stage.ask(kSofia, write, "w" + std::to_string(write.index())).facts.empty());
    EXPECT_EQ(stage.last.replies.at(0).result.error().code, Errc::store_full);
  }
  stage.step(StoreRecovered{});
  for (const RequestBody& write : writes) {
    EXPECT_FALSE(stage.ask(kSofia, write, "w" + std::to_string(write.index())).facts.empty()) << "the same request again";
    EXPECT_TRUE(stage.last.replies.at(0).result);
    EXPECT_EQ(stage.last.replies.at(0).rests_on, contact);
  }
}

TEST(Core, AboutADroppedContactNothingIsWrittenAndWhatWasTakenIsNotCalledDone) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  stage.ask(kSofia, WriteNote{contact, "n1", "text"}, "w1");
  EXPECT_TRUE(stage.last.replies.at(0).result);
  stage.step(StoreFull{});
  stage.step(StoreRecovered{{contact}, 20});
  EXPECT_EQ(stage.facts<journal::FactsLost>().at(0).contacts, 1);
  const auto refused = [&](const Output& out) {
    EXPECT_TRUE(out.facts.empty());
    EXPECT_EQ(out.replies.at(0).result.error().code, Errc::contact_lost);
  };
  refused(stage.ask(kSofia, WriteNote{contact, "n1", "text"}, "w1"));
  refused(stage.ask(kSofia, SetDisposition{contact, "solved", true}));
  refused(stage.ask(kSofia, ChooseCustomer{contact, CustomerId{7}, ""}));
  stage.hang_up("c1");
  stage.hang_up(phone);
  stage.wait(31s);
  ASSERT_FALSE(stage.contact(contact));
  refused(stage.ask(kSofia, WriteNote{contact, "n2", "late"}));
  EXPECT_TRUE(stage.ask(kSofia, SetState{journal::AgentState::ready, {}}).replies.at(0).result) << "the agent works on";
}

TEST(Core, ADrainWaitsForReleasedCallersUntilTheyHaveLeftAndForNobodyWhoTalksOrIsOutOfReach) {
  Stage stage;
  stage.open_link();
  stage.make_ready(kSofia);
  stage.arrive("c1");
  stage.pick_up(stage.ring());
  EXPECT_EQ(stage.core->unserved(), 0U) << "he talks";
  stage.arrive("c2", "+441632960002");
  stage.step(DrainStarted{});
  EXPECT_THAT(said<cti::model::Release>(stage.last), ElementsAre(cti::model::Release{"c2"}));
  EXPECT_EQ(stage.core->unserved(), 1U);
  stage.event(cti::model::LinkLost{"connection reset"});
  EXPECT_EQ(stage.core->unserved(), 0U) << "nothing that we say reaches him";
  stage.open_link({{caller_on_switch("c2")}});
  EXPECT_EQ(stage.core->unserved(), 1U);
  stage.hang_up("c2", Cause::transferred);
  EXPECT_EQ(stage.core->unserved(), 0U);
}

TEST(Core, ARefusedOfferRestsOnItsContact) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  const auto offer = stage.facts<journal::OfferMade>().at(0).offer;
  EXPECT_EQ(stage.ask(kSofia, RefuseOffer{offer}).replies.at(0).rests_on, contact);
}

TEST(Core, ACallerWhomADrainReleasedAndTheDialplanSendsBackIsANewContact) {
  Stage stage;
  stage.open_link();
  const ContactId first = stage.arrive();
  stage.step(DrainStarted{});
  stage.hang_up("c1", Cause::transferred);
  ASSERT_FALSE(stage.contact(first));
  stage.event(caller_on_switch("c1").leg);
  stage.event(cti::model::RouteAsked{"c1", "4001"});
  EXPECT_EQ(stage.facts<journal::ContactOpened>().size(), 2u);
}

/// As SIP does it to a phone that nobody watches: the agent's leg and the caller's leave by us.
TEST(Core, ACallerWhomWeSentToAPhoneThatNobodyWatchesIsHandedOver) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  const std::string phone = stage.ring();
  stage.event(cti::model::LegGone{phone, Cause::transferred, 302, "", journal::EndedBy::us});
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::not_ready) << "only he knows when he is free again";
  EXPECT_EQ(stage.agent(kSofia).reason, "handed_over");
  stage.event(cti::model::LegGone{"c1", Cause::transferred, 302, "", journal::EndedBy::us});
  EXPECT_FALSE(stage.contact(contact));
  EXPECT_EQ(stage.facts<journal::ContactEnded>().at(0).outcome, ContactOutcome::handed_over);
  EXPECT_EQ(stage.facts<journal::VisitEnded>().at(0).how, journal::VisitEnd::flow_transfer);
  EXPECT_EQ(stage.facts<journal::OfferEnded>().at(0).how, OfferEnd::withdrawn);
  EXPECT_EQ(stage.facts<journal::OfferMade>().size(), 1u) << "nobody else is asked";
}

TEST(Core, WhoWaitsAndIsLedElsewhereByHisSwitchHasNotGivenUp) {
  Stage stage;
  stage.open_link();
  stage.arrive();
  stage.hang_up("c1", Cause::transferred);
  EXPECT_EQ(stage.facts<journal::ContactEnded>().at(0).outcome, ContactOutcome::handed_over);
  EXPECT_EQ(stage.queue().abandoned, 0);
}

TEST(Core, ASwitchRestartInMidCallEndsTheContactLost) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  stage.pick_up(stage.ring());
  stage.event(cti::model::LinkLost{"connection reset"});
  stage.boot = 101;
  stage.open_link();
  stage.wait(31s);
  EXPECT_FALSE(stage.contact(contact));
  EXPECT_EQ(stage.facts<journal::ContactEnded>()[0].outcome, ContactOutcome::lost);
}

TEST(Core, WhoTakesACustomersPlaceInATransferKeepsContactAndTalk) {
  Stage stage = with_two_ready();
  const ContactId contact = stage.arrive();
  const std::string agent = stage.ring();
  stage.pick_up(agent);
  // As the ARI link tells it: of an unknown class, since a trunk without our tokens would be a new contact.
  stage.event(cti::model::LegCreated{.native_id = "c2", .device = "trunk", .device_class = cti::model::DeviceClass::unknown, .ani = "+441632960009"});
  stage.event(cti::model::LegsReplaced{"c1", "c2"});
  stage.event(cti::model::LegStateSeen{"c2", journal::LegState::connected});
  stage.event(cti::model::LegLeftBridge{"c1", "b-c1"});
  stage.event(cti::model::LegEnteredBridge{"c2", "b-c1"});
  stage.hang_up("c1");
  EXPECT_EQ(stage.facts<journal::ContactOpened>().size(), 1U);
  ASSERT_TRUE(stage.contact(contact)) << "the call goes on";
  EXPECT_EQ(stage.facts<journal::ContactAnswered>().size(), 1U);
  stage.hang_up("c2");
  stage.hang_up(agent);
  stage.wait(31s);
  EXPECT_FALSE(stage.contact(contact));
  EXPECT_EQ(stage.facts<journal::ContactEnded>()[0].outcome, ContactOutcome::answered);
}

TEST(Core, WhyALinkDoesNotComeUpIsShownThoughItWasDownBefore) {
  Stage stage;
  stage.open_link();
  stage.event(cti::model::LinkLost{"stopped"});
  stage.kill_and_restart();
  stage.event(cti::model::LinkLost{"TLS: certificate verify failed"});
  for (const auto& view : stage.core->all_views())
    if (const auto* link = std::get_if<LinkView>(&view)) {
      EXPECT_FALSE(link->up);
      EXPECT_EQ(link->reason, "TLS: certificate verify failed");
    }
  EXPECT_EQ(stage.facts<journal::LinkDown>().size(), 1U) << "nothing new happened to it";
}

TEST(Core, AReadyAgentWhosePageIsGoneIsUnreachableAtOnceAndBackWithIt) {
  Stage stage = with_two_ready();
  stage.ask(kSofia, SessionLost{});
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::unreachable);
  stage.arrive();
  EXPECT_EQ(stage.facts<journal::OfferMade>()[0].agent, kDaniel);
  stage.wait(5s);
  stage.ask(kSofia, SignIn{});
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
}

TEST(Core, ADrainReleasesWaitingCallersAndMakesNoOffers) {
  Stage stage;
  stage.open_link();
  stage.arrive();
  const auto drained = stage.step(DrainStarted{});
  EXPECT_TRUE(stage.find_command<cti::model::Release>());
  stage.hang_up("c1", Cause::transferred);
  EXPECT_EQ(stage.facts<journal::ContactEnded>()[0].outcome, ContactOutcome::released);
  stage.make_ready(kSofia);
  stage.arrive("c2");
  EXPECT_TRUE(stage.find_command<cti::model::Release>() || !stage.facts<journal::OfferMade>().size());
}

TEST(Core, ACallerWhomALookUpFindsAfterTheDrainBeganEntersNoQueue) {
  Stage stage;
  stage.open_link();
  stage.event(caller_on_switch("c1").leg);
  const auto asked = stage.event(cti::model::RouteAsked{"c1", "4001"});
  stage.step(DrainStarted{});
  stage.step(CustomerFound{asked.look_ups[0].contact, journal::Match::known, CustomerId{42}, {}, "+441632960001", {}});
  EXPECT_TRUE(stage.facts<journal::VisitStarted>().empty());
}

TEST(Core, ALegWithTheTokenOfAnEndedContactIsHungUp) {
  Stage stage;
  stage.open_link();
  cti::model::LegCreated leg;
  leg.native_id = "late";
  leg.device = "1001";
  leg.device_class = cti::model::DeviceClass::station;
  leg.tokens = {ContactId{999}, OfferId{998}, 1};
  stage.event(leg);
  EXPECT_TRUE(stage.find_command<cti::model::End>());
}

TEST(Core, APhoneThatRingsTooLateForItsOfferLeavesTheNextOfferToTheSameAgentAlone) {
  Stage stage;
  stage.open_link();
  stage.make_ready(kSofia);
  const ContactId contact = stage.arrive();
  const auto early = stage.find_command<cti::model::Ring>();  // the switch is slow
  ASSERT_TRUE(early);
  stage.event(cti::model::LinkLost{"cut"});
  stage.open_link({{caller_on_switch("c1")}});
  ASSERT_EQ(stage.facts<journal::OfferMade>().size(), 2U);
  const OfferId second = stage.facts<journal::OfferMade>()[1].offer;

  const OfferId first = std::get<cti::model::Ring>(early->body).offer;
  stage.event(cti::model::LegCreated{.native_id = "late", .device = "1001", .device_class = cti::model::DeviceClass::station, .tokens = {contact, first, 1}});
  stage.hang_up("late", journal::Cause::elsewhere);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::reserved);
  ASSERT_TRUE(stage.contact(contact));
  ASSERT_EQ(stage.contact(contact)->offers.size(), 1U);
  EXPECT_EQ(stage.contact(contact)->offers[0].offer, second);
  EXPECT_EQ(stage.facts<journal::SegmentEnded>().size(), 1U) << "the second ringing goes on";
}

TEST(Core, NobodyIsReadyWithoutAPage) {
  Stage stage;
  stage.open_link();
  const auto refused = [&](const SetState& wanted) {
    stage.ask(kSofia, wanted);
    const auto& result = stage.last.replies.at(0).result;
    return !result && result.error().code == Errc::wrong_state && stage.agent(kSofia).state == AgentState::signed_out;
  };
  EXPECT_TRUE(refused({AgentState::ready, {}})) << "he never came";
  EXPECT_TRUE(refused({AgentState::not_ready, "break", true}));
  stage.make_ready(kSofia);
  stage.ask(kSofia, SignOut{});
  EXPECT_TRUE(refused({AgentState::ready, {}, true})) << "a supervisor signs nobody in";
  stage.ask(kSofia, SetState{AgentState::ready, {}});
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready) << "he himself may come back: his page is open";
  stage.ask(kSofia, SessionLost{});
  stage.ask(kSofia, SetState{AgentState::ready, {}, true});
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::unreachable) << "a call would ring at an empty desk";
  EXPECT_FALSE(stage.last.replies.at(0).result);
}

TEST(Core, OnlyASupervisorGivesTheReasonSupervisor) {
  Stage stage;
  stage.open_link();
  stage.make_ready(kSofia);
  stage.ask(kSofia, SetState{AgentState::not_ready, "supervisor"});
  EXPECT_EQ(stage.last.replies.at(0).result.error().code, Errc::unknown_reason);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
  stage.ask(kSofia, SetState{AgentState::not_ready, "supervisor", true});
  EXPECT_EQ(stage.agent(kSofia).reason, "supervisor");
}

TEST(Core, AnAgentOnABreakWhosePageIsLostKeepsHisReasonAndIsSignedOutOnlyAfterAQuarterOfAnHour) {
  Stage stage;
  stage.open_link();
  stage.make_ready(kSofia);
  stage.ask(kSofia, SetState{AgentState::not_ready, "break"});
  stage.ask(kSofia, SessionLost{});
  stage.wait(61s);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::not_ready);
  EXPECT_EQ(stage.agent(kSofia).reason, "break");
  stage.wait(14min);
  EXPECT_EQ(stage.agent(kSofia).reason, "break");
  stage.wait(1min);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::signed_out);
}

TEST(Core, AnAbsentAgentIsNotReadyAfterAMinuteAndSignedOutAQuarterOfAnHourLater) {
  Stage stage;
  stage.open_link();
  stage.make_ready(kSofia);
  stage.ask(kSofia, SessionLost{});
  stage.wait(61s);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::not_ready);
  EXPECT_EQ(stage.agent(kSofia).reason, "connection_lost");
  stage.wait(14min);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::not_ready);
  stage.wait(1min);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::signed_out);
}

TEST(Core, AnAgentChoosesAmongTheDispositionsOfTheContactsQueue) {
  auto two = std::make_shared<journal::Centre>(*centre());
  two->dispositions.push_back({"moved", "Moved", "", "", ""});
  two->queues[0].dispositions = {"solved"};
  Stage stage = with_two_ready();
  stage.step(CentreChanged{two});
  const ContactId contact = stage.arrive();
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  stage.ask(kSofia, SetDisposition{contact, "moved", true});
  EXPECT_EQ(stage.last.replies.at(0).result.error().code, Errc::unknown_disposition);
  stage.ask(kSofia, SetDisposition{contact, "solved", true});
  EXPECT_TRUE(stage.last.replies.at(0).result);
  stage.hang_up("c1");
  stage.hang_up(phone);
  stage.wait(31s);
  ASSERT_FALSE(stage.contact(contact));
  stage.ask(kSofia, SetDisposition{contact, "moved", true});
  EXPECT_EQ(stage.last.replies.at(0).result.error().code, Errc::unknown_disposition) << "also after its end";
  stage.ask(kSofia, SetDisposition{contact, "solved", false});
  EXPECT_TRUE(stage.last.replies.at(0).result);
}

}  // namespace
}  // namespace callwright::core
