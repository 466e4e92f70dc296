// Callbacks: virtual hold, scheduled, recall (docs/routing.md, "Callbacks").
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/callback_stage.hpp"

namespace callwright::core {
namespace {

using namespace stage;
using journal::CallbackBy, journal::CallbackEnd, journal::VisitEnd;
using testing::ElementsAre, testing::IsEmpty;

std::vector<VisitEnd> visit_ends(const Stage& stage) {
  std::vector<VisitEnd> all;
  for (const auto& ended : stage.facts<journal::VisitEnded>()) all.push_back(ended.how);
  return all;
}
std::vector<CallbackEnd> ends(const Stage& stage) {
  std::vector<CallbackEnd> all;
  for (const auto& ended : stage.facts<journal::CallbackEnded>()) all.push_back(ended.how);
  return all;
}
AskCallback wish(ContactId contact) { return {.contact = contact, .queue = {}, .number = {}, .due = {}, .agent = {}, .note = {}}; }
AskCallback of_a_stranger(Instant due = {}, AgentId agent = {}) {
  return {.contact = {}, .queue = kRepairs, .number = "+441632960777", .due = due, .agent = std::move(agent), .note = "about the boiler"};
}
std::error_code refusal(const Result<void>& result) { return result ? std::error_code{} : result.error().code; }

// --- virtual hold --------------------------------------------------------------------------------------------------------

TEST(Callback, WhoAskedAndHangsUpKeepsHisPlaceAndHisContact) {
  Stage stage = calling();
  const ContactId first = stage.arrive("c1");
  const Instant place = stage.contact(first)->entered_at;
  stage.wait(20s);
  stage.arrive("c2", "+441632960002");
  ASSERT_TRUE(desk_asks(stage, wish(first)));
  EXPECT_EQ(stage.contact(first)->state, ContactState::waiting) << "until he hangs up he waits himself";
  EXPECT_TRUE(stage.contact(first)->callback->on_the_line);
  stage.hang_up("c1");
  EXPECT_THAT(visit_ends(stage), ElementsAre(VisitEnd::callback_requested));
  const auto visits = stage.facts<journal::VisitStarted>();
  ASSERT_EQ(visits.size(), 3u);
  EXPECT_EQ(visits[2].entered_at, place);
  EXPECT_EQ(visits[2].visit, 2);
  EXPECT_EQ(visits[2].callback, 1);
  EXPECT_EQ(stage.contact(first)->contact, first);
  EXPECT_EQ(stage.queue().waiting, 2);
  EXPECT_EQ(stage.queue().callbacks_waiting, 1);
  stage.make_ready(kSofia);
  ASSERT_EQ(stage.facts<journal::OfferMade>().size(), 1u);
  EXPECT_EQ(stage.contact(first)->state, ContactState::offered) << "he came first";
}

TEST(Callback, TheCustomerIsCalledOnceAnAgentHasPickedUpAndTheyTalk) {
  Stage stage = calling();
  const ContactId contact = leaves_for_a_callback(stage);
  EXPECT_THAT(said<cti::model::Dial>(stage.last), IsEmpty());
  stage.make_ready(kSofia);
  const auto rings = said<cti::model::Ring>(stage.last);
  ASSERT_EQ(rings.size(), 1u);
  EXPECT_EQ(rings[0].caller_native_id, "");
  EXPECT_EQ(rings[0].shown_number, kCaller);
  EXPECT_EQ(rings[0].timeout, 20s) << "he has his own time to answer, whatever the customer needs";
  EXPECT_THAT(said<cti::model::Dial>(stage.last), IsEmpty()) << "nobody's phone rings before an agent is there";
  const std::string agent = picks_up(stage);
  EXPECT_THAT(said<cti::model::Dial>(stage.last), ElementsAre(cti::model::Dial{"trunk", kCaller, "+441632960999", 30s}));
  const std::string customer = customer_rings(stage);
  EXPECT_NE(stage.contact(contact)->callback->called_at, Instant{});
  stage.event(cti::model::LegStateSeen{customer, journal::LegState::connected});
  EXPECT_THAT(said<cti::model::Bridge>(stage.last), ElementsAre(cti::model::Bridge{customer, agent}));
  talk(stage, customer, agent);
  EXPECT_THAT(ends(stage), ElementsAre(CallbackEnd::done));
  EXPECT_THAT(visit_ends(stage), ElementsAre(VisitEnd::callback_requested, VisitEnd::answered));
  EXPECT_EQ(stage.contact(contact)->state, ContactState::talking);
  stage.hang_up(customer);
  stage.hang_up(agent);
  stage.ask(kSofia, EndWrapUp{contact});
  ASSERT_EQ(stage.facts<journal::ContactEnded>().size(), 1u) << "one contact, two visits";
  EXPECT_EQ(stage.facts<journal::ContactEnded>()[0].outcome, journal::ContactOutcome::answered);
  EXPECT_EQ(stage.queue().entered, 2);
  EXPECT_EQ(stage.queue().callback_requested, 1);
  EXPECT_EQ(stage.queue().answered, 1);
}

TEST(Callback, WhoIsAnsweredBeforeHeHangsUpIsOwedNothing) {
  Stage stage = calling();
  const ContactId contact = stage.arrive();
  ASSERT_TRUE(desk_asks(stage, wish(contact)));
  stage.make_ready(kSofia);
  stage.pick_up(stage.ring());
  EXPECT_THAT(ends(stage), ElementsAre(CallbackEnd::done));
  stage.hang_up("c1");
  EXPECT_THAT(visit_ends(stage), ElementsAre(VisitEnd::answered));
}

TEST(Callback, ACustomerWhoIsBusyIsCalledAgainLaterAndTheAgentIsFree) {
  Stage stage = calling();
  const ContactId contact = leaves_for_a_callback(stage);
  const Instant place = stage.facts<journal::VisitStarted>()[1].entered_at;
  stage.make_ready(kSofia);
  const std::string agent = picks_up(stage);
  const std::string customer = customer_rings(stage);
  stage.hang_up(customer, journal::Cause::busy);
  EXPECT_EQ(said<cti::model::End>(stage.last).at(0).native_id, agent);
  stage.hang_up(agent);
  EXPECT_EQ(stage.agent(kSofia).state, journal::AgentState::ready) << "no fault of his";
  EXPECT_EQ(stage.contact(contact)->callback->attempts, 1);
  EXPECT_EQ(stage.contact(contact)->callback->last_cause, journal::Cause::busy);
  stage.wait(4min);
  EXPECT_EQ(stage.facts<journal::OfferMade>().size(), 1u);
  stage.wait(2min);
  ASSERT_EQ(stage.facts<journal::OfferMade>().size(), 2u);
  EXPECT_EQ(stage.facts<journal::VisitStarted>().size(), 2u) << "the same visit, with its place";
  EXPECT_EQ(stage.contact(contact)->entered_at, place);
}

TEST(Callback, WhomNobodyReachedIsLeftInPeaceWhateverASupervisorSays) {
  Stage stage = calling();
  const ContactId contact = leaves_for_a_callback(stage);
  stage.make_ready(kSofia);
  const std::string agent = picks_up(stage);
  stage.hang_up(customer_rings(stage), journal::Cause::busy);
  stage.hang_up(agent);
  using Steer = SteerContact;
  for (const Steer& steer : {Steer{contact, Steer::Resume{}}, Steer{contact, Steer::Pull{kSofia}}, Steer{contact, Steer::Raise{100}}}) {
    const auto answer = desk_asks(stage, steer);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::not_waiting);
  }
  EXPECT_EQ(stage.facts<journal::OfferMade>().size(), 1u);
  stage.wait(6min);
  EXPECT_EQ(stage.facts<journal::OfferMade>().size(), 2u) << "and then he is called";
}

TEST(Callback, OfSeveralWhoRingTheFirstWhoPicksUpHasTheCustomerCalledOnce) {
  Stage stage = calling([](journal::Centre& centre) { centre.queues.front().strategy = journal::Strategy::ring_all; });
  const ContactId contact = leaves_for_a_callback(stage);
  stage.make_ready(kSofia);
  stage.make_ready(kDaniel);
  const auto offers = stage.facts<journal::OfferMade>();
  ASSERT_EQ(offers.size(), 2u);
  std::vector<std::string> phones;
  for (const auto& offer : offers) {
    cti::model::LegCreated leg;
    leg.native_id = "a" + std::to_string(offer.offer.value);
    leg.device = offer.device;
    leg.device_class = cti::model::DeviceClass::station;
    leg.tokens = {contact, offer.offer, stage.epoch};
    stage.event(leg);
    phones.push_back(leg.native_id);
  }
  stage.event(cti::model::LegStateSeen{phones[0], journal::LegState::connected});
  EXPECT_EQ(said<cti::model::Dial>(stage.last).size(), 1u);
  ASSERT_EQ(said<cti::model::End>(stage.last).size(), 1u);
  EXPECT_EQ(said<cti::model::End>(stage.last)[0].native_id, phones[1]);
  const std::string customer = customer_rings(stage);
  stage.event(cti::model::LegStateSeen{phones[1], journal::LegState::connected});
  EXPECT_TRUE(said<cti::model::Dial>(stage.last).empty()) << "he was too late";
  stage.event(cti::model::LegStateSeen{customer, journal::LegState::connected});
  talk(stage, customer, phones[0]);
  EXPECT_EQ(stage.agent(offers[0].agent).state, journal::AgentState::talking);
}

TEST(Callback, WhoIsNotReachedAsOftenAsAllowedIsGivenUp) {
  Stage stage = calling();
  leaves_for_a_callback(stage);
  stage.make_ready(kSofia);
  for (int attempt = 1; attempt <= 2; ++attempt) {
    if (attempt > 1) wait_for_a_ring(stage);
    const std::string agent = picks_up(stage);
    const std::string customer = customer_rings(stage);
    stage.hang_up(customer, journal::Cause::no_answer);
    stage.hang_up(agent);
  }
  EXPECT_EQ(stage.facts<journal::CallbackDialled>().size(), 2u);
  EXPECT_THAT(ends(stage), ElementsAre(CallbackEnd::failed));
  EXPECT_EQ(stage.facts<journal::ContactEnded>().size(), 1u);
}

TEST(Callback, ANumberThatDoesNotExistIsNotTriedAgain) {
  Stage stage = calling();
  leaves_for_a_callback(stage);
  stage.make_ready(kSofia);
  const std::string agent = picks_up(stage);
  stage.hang_up(customer_rings(stage), journal::Cause::bad_number);
  stage.hang_up(agent);
  EXPECT_THAT(ends(stage), ElementsAre(CallbackEnd::failed));
  EXPECT_THAT(visit_ends(stage), ElementsAre(VisitEnd::callback_requested, VisitEnd::callback_requested));
  EXPECT_EQ(stage.facts<journal::ContactEnded>().size(), 1u);
}

TEST(Callback, AnAgentWhoDoesNotPickUpIsNoCallToTheCustomer) {
  Stage stage = calling();
  const ContactId contact = leaves_for_a_callback(stage);
  stage.make_ready(kSofia);
  const std::string phone = stage.ring();
  stage.hang_up(phone, journal::Cause::no_answer);
  EXPECT_EQ(stage.agent(kSofia).state, journal::AgentState::not_ready);
  EXPECT_EQ(stage.facts<journal::CallbackDialled>().size(), 0u);
  EXPECT_EQ(stage.contact(contact)->state, ContactState::waiting);
  stage.make_ready(kDaniel);
  EXPECT_EQ(stage.facts<journal::OfferMade>().size(), 2u);
}

TEST(Callback, AnAgentWhoLeavesWhileTheCustomersPhoneRingsEndsTheCall) {
  Stage stage = calling();
  leaves_for_a_callback(stage);
  stage.make_ready(kSofia);
  const std::string agent = picks_up(stage);
  const std::string customer = customer_rings(stage);
  stage.hang_up(agent);
  EXPECT_EQ(said<cti::model::End>(stage.last).at(0).native_id, customer);
  EXPECT_EQ(stage.facts<journal::CallbackDeferred>().size(), 1u);
}

TEST(Callback, ACallOfWhichNothingIsHeardIsGivenUp) {
  Stage stage = calling();
  leaves_for_a_callback(stage);
  stage.make_ready(kSofia);
  const std::string agent = picks_up(stage);
  stage.wait(41s);
  ASSERT_EQ(stage.facts<journal::CallbackDeferred>().size(), 1u);
  EXPECT_EQ(stage.facts<journal::CallbackDeferred>()[0].cause, journal::Cause::timeout);
  EXPECT_EQ(stage.facts<journal::OfferEnded>().back().how, journal::OfferEnd::withdrawn) << "the agent is not blamed";
}

TEST(Callback, WhatASwitchCannotDialIsRefusedWithTheReason) {
  Stage stage = calling();
  stage.step(LinkDeclared{kSwitch, {true, true, true, true}});
  const ContactId contact = stage.arrive();
  EXPECT_EQ(refusal(desk_asks(stage, wish(contact))), make_error_code(Errc::unsupported));
  EXPECT_EQ(refusal(desk_asks(stage, of_a_stranger())), make_error_code(Errc::unsupported));
  EXPECT_THAT(stage.facts<journal::CallbackRequested>(), IsEmpty());
  stage.hang_up("c1");
  EXPECT_EQ(stage.facts<journal::ContactEnded>().size(), 1u);
}

TEST(Callback, OnlyOneIsOwedToAContactAndToANumber) {
  Stage stage = calling();
  const ContactId contact = leaves_for_a_callback(stage);
  EXPECT_EQ(refusal(desk_asks(stage, wish(contact))), make_error_code(Errc::callback_owed));
  AskCallback same = of_a_stranger();
  same.number = kCaller;
  EXPECT_EQ(refusal(desk_asks(stage, same)), make_error_code(Errc::callback_owed));
}

TEST(Callback, AWithheldANationalOurOwnAndABarredNumberAreRefused) {
  Stage stage = calling([](journal::Centre& centre) {
    centre.switches.front().trunks = {{.trunk = "*", .own_numbers = {"+441632960999"}}};
    centre.switches.front().dial_prefixes = {"+44"};
  });
  const ContactId withheld = stage.arrive("c1", "");
  EXPECT_EQ(refusal(desk_asks(stage, wish(withheld))), make_error_code(Errc::callback_refused));
  for (const char* number : {"01632960777", "+441632960999", "+33123456789", "+44163296077x", "+0441632960777", "+44163296077712345678"}) {
    AskCallback asked = of_a_stranger();
    asked.number = number;
    EXPECT_EQ(refusal(desk_asks(stage, asked)), make_error_code(Errc::callback_refused)) << number;
  }
  EXPECT_TRUE(desk_asks(stage, of_a_stranger()));
}

TEST(Callback, AQueueThatOffersNoneRefuses) {
  Stage stage = calling([](journal::Centre& centre) { centre.queues.front().callback = {}; });
  EXPECT_EQ(refusal(desk_asks(stage, wish(stage.arrive()))), make_error_code(Errc::callback_refused));
}

TEST(Callback, TheSameRequestTwiceOwesOne) {
  Stage stage = calling();
  ASSERT_TRUE(desk_asks(stage, of_a_stranger(), "once"));
  const ContactId contact = stage.last.replies.at(0).rests_on;
  ASSERT_TRUE(contact);
  ASSERT_TRUE(desk_asks(stage, of_a_stranger(), "once"));
  EXPECT_EQ(stage.last.replies.at(0).rests_on, contact);
  EXPECT_EQ(stage.facts<journal::CallbackRequested>().size(), 1u);
}

// --- without a call, and later -------------------------------------------------------------------------------------------

TEST(Callback, ADeskMayAskForSomebodyWhoHasNotCalled) {
  Stage stage = calling();
  ASSERT_TRUE(desk_asks(stage, of_a_stranger()));
  const ContactId contact = stage.last.replies.at(0).rests_on;
  EXPECT_EQ(stage.facts<journal::ContactOpened>()[0].direction, journal::Direction::outbound);
  EXPECT_EQ(stage.last.look_ups.size(), 1u) << "the page shows whom it is about";
  stage.wait(1s);
  EXPECT_EQ(stage.contact(contact)->state, ContactState::waiting);
  stage.make_ready(kSofia);
  picks_up(stage);
  EXPECT_EQ(said<cti::model::Dial>(stage.last).at(0).to, "+441632960777");
}

TEST(Callback, ACallerWhoWaitsMayAskByHisNumberAlone) {
  Stage stage = calling();
  const ContactId contact = stage.arrive();
  AskCallback asked = of_a_stranger();
  asked.number = kCaller;
  ASSERT_TRUE(desk_asks(stage, asked));
  EXPECT_EQ(stage.last.replies.at(0).rests_on, contact);
  EXPECT_EQ(stage.facts<journal::CallbackRequested>()[0].by, CallbackBy::caller);
}

TEST(Callback, AScheduledOneBeginsAtItsMoment) {
  Stage stage = calling();
  stage.make_ready(kSofia);
  const Instant due = stage.now + 2h;
  ASSERT_TRUE(desk_asks(stage, of_a_stranger(due)));
  const ContactId contact = stage.last.replies.at(0).rests_on;
  EXPECT_EQ(stage.contact(contact)->state, ContactState::owed);
  EXPECT_EQ(stage.queue().callbacks_scheduled, 1);
  stage.wait(2h - 1s);
  EXPECT_THAT(stage.facts<journal::OfferMade>(), IsEmpty());
  stage.wait(2s);
  EXPECT_EQ(stage.facts<journal::OfferMade>().size(), 1u);
  EXPECT_EQ(stage.facts<journal::VisitStarted>()[0].entered_at, due);
}

journal::Hours working_days() {
  journal::Hours hours;
  hours.id = {"days"};
  hours.name = "Days";
  for (int day = 1; day <= 5; ++day) hours.week.push_back({day, {9 * 60, 17 * 60}});
  return hours;
}

TEST(Callback, AMomentAtWhichTheQueueIsClosedIsRefusedAndTheNextOpeningNamed) {
  Stage stage = calling([](journal::Centre& centre) {
    centre.hours = {working_days()};
    centre.queues.front().hours = {"days"};
  });
  const Instant saturday{1'795'000'000'000'000 + 6 * 86'400'000'000LL};
  Instant closed = saturday;  // 2026-11-18 is a Wednesday; six days later in the night
  closed.us -= closed.us % 86'400'000'000LL;
  const auto refused = desk_asks(stage, of_a_stranger(closed + 3h));
  ASSERT_EQ(refusal(refused), make_error_code(Errc::queue_closed));
  EXPECT_NE(refused.error().context.find("it opens at 2026-11-"), std::string::npos) << refused.error().context;
  EXPECT_NE(refused.error().context.find("T09:00:00Z"), std::string::npos);
  EXPECT_TRUE(desk_asks(stage, of_a_stranger(closed + 10h)));
}

TEST(Callback, APastAndAVeryFarMomentAreRefused) {
  Stage stage = calling();
  EXPECT_EQ(refusal(desk_asks(stage, of_a_stranger(stage.now - 2min))), make_error_code(Errc::callback_refused));
  EXPECT_EQ(refusal(desk_asks(stage, of_a_stranger(stage.now + 24h * 40))), make_error_code(Errc::callback_refused));
}

TEST(Callback, ANamedAgentAloneIsAskedForAWhile) {
  Stage stage = calling([](journal::Centre& centre) { centre.queues.front().callback.agent_hold = 10min; });
  stage.make_ready(kSofia);
  stage.ask(kSofia, SetState{journal::AgentState::not_ready, "break"});
  stage.make_ready(kDaniel);
  ASSERT_TRUE(desk_asks(stage, of_a_stranger({}, kSofia)));
  stage.wait(9min);
  EXPECT_THAT(stage.facts<journal::OfferMade>(), IsEmpty());
  stage.wait(2min);
  ASSERT_EQ(stage.facts<journal::OfferMade>().size(), 1u);
  EXPECT_EQ(stage.facts<journal::OfferMade>()[0].agent, kDaniel);
}

TEST(Callback, AnAgentWhoDoesNotServeTheQueueCannotBeNamed) {
  Stage stage = calling();
  EXPECT_EQ(refusal(desk_asks(stage, of_a_stranger({}, AgentId{"nobody"}))), make_error_code(Errc::unknown_agent));
}

TEST(Callback, AnAgentMayScheduleOneInHisWrapUpAndTheContactStaysOpen) {
  Stage stage = calling();
  const ContactId contact = stage.arrive();
  stage.make_ready(kSofia);
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  stage.hang_up("c1");
  stage.hang_up(phone);
  AskCallback asked = wish(contact);
  asked.due = stage.now + 1h;
  asked.note = "the part comes at noon";
  asked.agent = kSofia;
  stage.ask(kSofia, asked);
  ASSERT_TRUE(stage.last.replies.at(0).result) << stage.last.replies.at(0).result.error().text();
  stage.ask(kSofia, EndWrapUp{contact});
  EXPECT_THAT(stage.facts<journal::ContactEnded>(), IsEmpty());
  EXPECT_EQ(stage.contact(contact)->state, ContactState::owed);
  EXPECT_FALSE(stage.contact(contact)->agent) << "nobody has it at hand";
  stage.wait(1h);
  stage.ask(kSofia, SetState{journal::AgentState::ready, {}});
  ASSERT_EQ(stage.facts<journal::OfferMade>().size(), 2u);
  EXPECT_EQ(stage.contact(contact)->callback->note, "the part comes at noon");
}

TEST(Callback, WhoTalksToSomebodyElseCannotAskForHim) {
  Stage stage = calling();
  const ContactId contact = stage.arrive();
  stage.ask(kDaniel, wish(contact));
  EXPECT_EQ(refusal(stage.last.replies.at(0).result), make_error_code(Errc::not_yours));
}

TEST(Callback, OneThatNobodyCouldMakeExpires) {
  Stage stage = calling([](journal::Centre& centre) { centre.queues.front().callback.keep = 10min; });
  leaves_for_a_callback(stage);
  stage.wait(11min);
  EXPECT_THAT(ends(stage), ElementsAre(CallbackEnd::expired));
  EXPECT_THAT(visit_ends(stage), ElementsAre(VisitEnd::callback_requested, VisitEnd::callback_requested));
  EXPECT_EQ(stage.facts<journal::ContactEnded>().size(), 1u);
}

TEST(Callback, CancellingEndsTheContactAndFreesTheAgent) {
  Stage stage = calling();
  const ContactId contact = leaves_for_a_callback(stage);
  stage.make_ready(kSofia);
  const std::string agent = picks_up(stage);
  const std::string customer = customer_rings(stage);
  ASSERT_TRUE(desk_asks(stage, CancelCallback{contact}));
  EXPECT_EQ(said<cti::model::End>(stage.last).size(), 2u);
  stage.hang_up(customer);
  stage.hang_up(agent);
  EXPECT_THAT(ends(stage), ElementsAre(CallbackEnd::cancelled));
  EXPECT_EQ(stage.facts<journal::CallbackEnded>()[0].ended_by, "token:web");
  EXPECT_EQ(stage.facts<journal::ContactEnded>().size(), 1u);
  EXPECT_EQ(stage.agent(kSofia).state, journal::AgentState::ready);
  EXPECT_EQ(refusal(desk_asks(stage, CancelCallback{contact})), make_error_code(Errc::unknown_contact));
}

// --- recall, and who calls again -------------------------------------------------------------------------------------------

Stage recalling() {
  return calling([](journal::Centre& centre) { centre.queues.front().callback.recall_after = 10min; });
}

TEST(Callback, WhoGaveUpIsCalledBackWithTheAgeThatHeHad) {
  Stage stage = recalling();
  const ContactId contact = stage.arrive();
  stage.wait(40s);
  stage.hang_up("c1");
  EXPECT_THAT(visit_ends(stage), ElementsAre(VisitEnd::abandoned)) << "he did give up";
  ASSERT_EQ(stage.facts<journal::CallbackRequested>().size(), 1u);
  EXPECT_EQ(stage.facts<journal::CallbackRequested>()[0].by, CallbackBy::rule);
  stage.wait(11min);
  const auto visits = stage.facts<journal::VisitStarted>();
  ASSERT_EQ(visits.size(), 2u);
  EXPECT_EQ(stage.facts<journal::CallbackRequested>()[0].due - visits[1].entered_at, stage.facts<journal::VisitEnded>()[0].waited);
  EXPECT_EQ(stage.contact(contact)->state, ContactState::waiting);
}

TEST(Callback, WhoHungUpAtOnceIsNotCalledBack) {
  Stage stage = recalling();
  stage.arrive();
  stage.hang_up("c1");
  EXPECT_THAT(visit_ends(stage), ElementsAre(VisitEnd::short_abandoned));
  EXPECT_EQ(stage.facts<journal::ContactEnded>().size(), 1u);
}

TEST(Callback, WhoCallsAgainIsNotCalledBackAsWell) {
  Stage stage = recalling();
  stage.arrive("c1");
  stage.wait(40s);
  stage.hang_up("c1");
  stage.wait(1min);
  stage.arrive("c2");
  EXPECT_THAT(ends(stage), ElementsAre(CallbackEnd::called_again));
  EXPECT_EQ(stage.facts<journal::ContactEnded>().size(), 1u);
  EXPECT_EQ(stage.facts<journal::ContactEnded>()[0].outcome, journal::ContactOutcome::abandoned);
}

TEST(Callback, WhoCallsAgainHasThePlaceThatHisCallbackKept) {
  Stage stage = calling();
  leaves_for_a_callback(stage);
  const Instant place = stage.facts<journal::VisitStarted>()[0].entered_at;
  stage.wait(5min);
  stage.arrive("c2");
  EXPECT_THAT(ends(stage), ElementsAre(CallbackEnd::called_again));
  EXPECT_EQ(stage.facts<journal::VisitStarted>().back().entered_at, place);
}

TEST(Callback, WhatWasAgreedForLaterOutlivesACallAboutSomethingElse) {
  Stage stage = calling();
  AskCallback asked = of_a_stranger(stage.now + 24h);
  asked.number = kCaller;
  ASSERT_TRUE(desk_asks(stage, asked));
  stage.arrive();
  EXPECT_THAT(ends(stage), IsEmpty());
}

// --- what switches hear ----------------------------------------------------------------------------------------------------

TEST(Callback, ASwitchMayTellThatItsCallerAsked) {
  Stage stage = calling();
  const ContactId contact = stage.arrive();
  stage.event(cti::model::CallbackAsked{.native_id = "c1", .number = "+441632960555", .due = {}, .entry = {}});
  stage.hang_up("c1");
  EXPECT_EQ(stage.contact(contact)->callback->number, "+441632960555");
  EXPECT_EQ(stage.contact(contact)->state, ContactState::waiting);
}

TEST(Callback, ACallerWhoAskedInTheIvrBeforeAnyQueueIsPutIntoIt) {
  Stage stage = calling();
  cti::model::LegCreated leg;
  leg.native_id = "c1";
  leg.device = "trunk";
  leg.device_class = cti::model::DeviceClass::trunk;
  leg.ani = kCaller;
  stage.event(leg);
  stage.event(cti::model::CallbackAsked{.native_id = "c1", .number = kCaller, .due = {}, .entry = "4001"});
  stage.wait(30s);
  stage.hang_up("c1");
  ASSERT_EQ(stage.facts<journal::VisitStarted>().size(), 1u);
  EXPECT_EQ(stage.facts<journal::VisitStarted>()[0].callback, 1);
  EXPECT_EQ(stage.queue().callbacks_waiting, 1);
}

TEST(Callback, TheQueuesKeyAsksAndLetsTheCallerGo) {
  Stage stage = calling([](journal::Centre& centre) { centre.queues.front().callback.key = "5"; });
  stage.arrive();
  stage.event(cti::model::DtmfSeen{"c1", "4"});
  EXPECT_THAT(stage.facts<journal::CallbackRequested>(), IsEmpty());
  stage.event(cti::model::DtmfSeen{"c1", "5"});
  EXPECT_EQ(stage.facts<journal::CallbackRequested>().size(), 1u);
  EXPECT_EQ(said<cti::model::End>(stage.last).at(0).native_id, "c1");
}

// --- restarts ----------------------------------------------------------------------------------------------------------------

void restart(Stage& stage) {
  stage.core = stage.folded(++stage.epoch);
  stage.step(CentreChanged{calling_centre()});
}
void hear_switch(Stage& stage, cti::model::Snapshot snapshot) {
  stage.event(cti::model::LinkOpened{stage.boot});
  declare_dial(stage);
  stage.event(std::move(snapshot));
}
cti::model::SnapshotLeg customer_on_switch(const std::string& native, ContactId contact, journal::LegState state, std::int64_t epoch = 1) {
  cti::model::SnapshotLeg leg;
  leg.leg.native_id = native;
  leg.leg.device = "trunk";
  leg.leg.device_class = cti::model::DeviceClass::trunk;
  leg.leg.direction = journal::Direction::outbound;
  leg.leg.tokens = {contact, {}, epoch};
  leg.state = state;
  return leg;
}

struct Called {
  Stage stage = calling();
  ContactId contact;
  OfferId offer;
  std::string agent, customer;

  explicit Called(bool leg_seen = true) {
    contact = leaves_for_a_callback(stage);
    stage.make_ready(kSofia);
    offer = stage.facts<journal::OfferMade>().at(0).offer;
    agent = picks_up(stage);
    if (leg_seen) customer = customer_rings(stage);
  }
  auto agents_phone() const { return phone_on_switch(agent, contact, offer, journal::LegState::connected); }
};

TEST(CallbackRestart, ACustomerWhosePhoneRingsIsJoinedWhenHeAnswersAndNotCalledTwice) {
  Called on;
  restart(on.stage);
  hear_switch(on.stage, {{on.agents_phone(), customer_on_switch(on.customer, on.contact, journal::LegState::alerting)}});
  EXPECT_THAT(said<cti::model::Dial>(on.stage.last), IsEmpty());
  EXPECT_THAT(said<cti::model::End>(on.stage.last), IsEmpty());
  on.stage.event(cti::model::LegStateSeen{on.customer, journal::LegState::connected});
  EXPECT_THAT(said<cti::model::Bridge>(on.stage.last), ElementsAre(cti::model::Bridge{on.customer, on.agent}));
}

TEST(CallbackRestart, WhoAnsweredMeanwhileIsJoinedAtOnce) {
  Called on;
  restart(on.stage);
  hear_switch(on.stage, {{on.agents_phone(), customer_on_switch(on.customer, on.contact, journal::LegState::connected)}});
  EXPECT_THAT(said<cti::model::Bridge>(on.stage.last), ElementsAre(cti::model::Bridge{on.customer, on.agent}));
}

TEST(CallbackRestart, ACallThatIsGoneCountsAndTheNextOneComesLater) {
  Called on;
  restart(on.stage);
  hear_switch(on.stage, {{on.agents_phone()}});
  EXPECT_THAT(said<cti::model::Dial>(on.stage.last), IsEmpty());
  EXPECT_EQ(said<cti::model::End>(on.stage.last).at(0).native_id, on.agent);
  ASSERT_EQ(on.stage.facts<journal::CallbackDeferred>().size(), 1u);
  EXPECT_GE(on.stage.facts<journal::CallbackDeferred>()[0].until, on.stage.now + 4min);
}

TEST(CallbackRestart, ACallOfWhichNoLegWasSeenIsNotMadeAgainAtOnce) {
  Called on(false);
  restart(on.stage);
  hear_switch(on.stage, {{on.agents_phone()}});
  EXPECT_THAT(said<cti::model::Dial>(on.stage.last), IsEmpty());
  EXPECT_EQ(on.stage.facts<journal::CallbackDeferred>().size(), 1u);
}

TEST(CallbackRestart, AnAgentWhoPickedUpWhileWeWereAwayGetsHisCustomerCalled) {
  Stage stage = calling();
  const ContactId contact = leaves_for_a_callback(stage);
  stage.make_ready(kSofia);
  const OfferId offer = stage.facts<journal::OfferMade>().at(0).offer;
  const std::string phone = stage.ring();
  restart(stage);
  hear_switch(stage, {{phone_on_switch(phone, contact, offer, journal::LegState::connected)}});
  EXPECT_EQ(said<cti::model::Dial>(stage.last).size(), 1u);
}

TEST(CallbackRestart, ACallThatTheJournalDoesNotKnowIsUsedIfItsAgentIsThere) {
  Called on(false);
  while (!std::holds_alternative<journal::CallbackDialled>(on.stage.journal.back().body)) on.stage.journal.pop_back();
  on.stage.journal.pop_back();
  restart(on.stage);
  hear_switch(on.stage, {{on.agents_phone(), customer_on_switch("out", on.contact, journal::LegState::alerting)}});
  EXPECT_THAT(said<cti::model::Dial>(on.stage.last), IsEmpty());
  EXPECT_THAT(said<cti::model::End>(on.stage.last), IsEmpty());
  EXPECT_EQ(on.stage.facts<journal::CallbackDialled>().size(), 1u);
}

TEST(CallbackRestart, ACallForNobodyIsHungUp) {
  Called on;
  restart(on.stage);
  hear_switch(on.stage, {{customer_on_switch(on.customer, on.contact, journal::LegState::connected)}});
  EXPECT_EQ(said<cti::model::End>(on.stage.last).at(0).native_id, on.customer);
}

TEST(CallbackRestart, ACustomersLegOfAnEndedContactIsHungUp) {
  Called on;
  desk_asks(on.stage, CancelCallback{on.contact}).value();
  on.stage.hang_up(on.customer);
  on.stage.hang_up(on.agent);
  ASSERT_EQ(on.stage.facts<journal::ContactEnded>().size(), 1u);
  on.stage.event(customer_on_switch("late", on.contact, journal::LegState::alerting).leg);
  EXPECT_EQ(said<cti::model::End>(on.stage.last).at(0).native_id, "late");
}

TEST(CallbackRestart, ADrainKeepsCallbacksForTheNextStart) {
  Stage stage = calling();
  const ContactId contact = leaves_for_a_callback(stage);
  stage.step(DrainStarted{});
  EXPECT_EQ(stage.contact(contact)->state, ContactState::waiting);
  restart(stage);
  hear_switch(stage, {});
  stage.make_ready(kSofia);
  EXPECT_EQ(stage.facts<journal::OfferMade>().size(), 1u);
}

TEST(CallbackRestart, ACheckpointCarriesWhatIsOwed) {
  Called on;
  const auto checkpoint = on.stage.core->checkpoint();
  Core other(2);
  for (const auto& fact : checkpoint) other.fold(fact);
  EXPECT_EQ(other.digest(), on.stage.core->digest());
}

}  // namespace
}  // namespace callwright::core
