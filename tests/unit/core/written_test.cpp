// Written contacts: another system opens them, pages take them, and an agent works on several beside his state.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/overloaded.hpp"
#include "tests/unit/core/stage.hpp"

namespace callwright::core {
namespace {

using namespace stage;
using journal::AgentState, journal::Channel, journal::ContactOutcome, journal::OfferEnd, journal::SegmentKind, journal::Strategy, journal::VisitEnd,
    journal::WorkState;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

OpenContact chat() {
  return {.channel = Channel::chat,
          .queue = kRepairs,
          .identity = "lin@example.com",
          .name = "Lin",
          .url = "https://chat.example.com/1",
          .attributes = {{"Order-ID", "12"}}};
}

OpenContact email() {
  OpenContact wanted = chat();
  wanted.channel = Channel::email;
  return wanted;
}

std::string word_of(SegmentKind what) {
  switch (what) {
    case SegmentKind::ring: return "ring";
    case SegmentKind::talk: return "talk";
    case SegmentKind::hold: return "hold";
    case SegmentKind::wrap_up: return "wrap-up";
  }
  return "?";
}

std::string word_of(WorkState state) {
  switch (state) {
    case WorkState::reserved: return "reserved";
    case WorkState::working: return "working";
    case WorkState::wrap_up: return "wrap-up";
    case WorkState::done: return "done";
  }
  return "?";
}

struct Written : testing::Test {
  Stage stage;
  std::shared_ptr<journal::Centre> centre = std::make_shared<journal::Centre>(*stage::centre());

  Written() {
    configure([](journal::Centre&) {});
  }
  template <class Change>
  void configure(Change change) {
    centre = std::make_shared<journal::Centre>(*centre);
    ++centre->version;
    change(*centre);
    stage.step(CentreChanged{centre});
  }
  journal::Queue& repairs(journal::Centre& of) { return of.queues.front(); }

  Output machine(RequestBody body, std::string id = {}) {
    if (id.empty()) id = "m" + std::to_string(++stage.requests);
    return stage.step(Request{7, "token:chat", std::move(id), {}, std::move(body)});
  }
  ContactId open(OpenContact wanted = chat(), const std::string& id = {}) {
    const Reply reply = machine(std::move(wanted), id).replies.at(0);
    EXPECT_TRUE(reply.result) << reply.result.error().text();
    return reply.rests_on;
  }
  void find(ContactId contact) {
    stage.step(CustomerFound{contact, journal::Match::known, CustomerId{42}, {}, {}, std::make_shared<const std::string>("{}"), {}});
  }
  /// Opened, known, and it waits or is offered.
  ContactId arrive(OpenContact wanted = chat()) {
    const ContactId contact = open(std::move(wanted));
    find(contact);
    return contact;
  }
  Output close(ContactId contact) { return machine(CloseContact{contact}); }
  OfferView offer(ContactId contact, const AgentId& agent) {
    for (const OfferView& one : stage.contact(contact)->offers)
      if (one.agent == agent) return one;
    ADD_FAILURE() << "it is not offered to " << agent.value;
    return {};
  }
  Output take(ContactId contact, const AgentId& agent = kSofia) { return stage.ask(agent, AcceptOffer{offer(contact, agent).offer}); }
  /// Sofia works on it.
  ContactId taken(OpenContact wanted = chat()) {
    const ContactId contact = arrive(std::move(wanted));
    take(contact);
    EXPECT_EQ(state(contact), ContactState::talking);
    return contact;
  }
  std::optional<ContactState> state(ContactId contact) {
    const auto view = stage.contact(contact);
    return view ? std::optional(view->state) : std::nullopt;
  }
  std::vector<std::pair<ContactId, WorkState>> works(const AgentId& agent) {
    std::vector<std::pair<ContactId, WorkState>> all;
    for (const WorkView& work : stage.agent(agent).works) all.emplace_back(work.contact, work.state);
    return all;
  }
  static void expect_done(const Output& out) {
    ASSERT_THAT(out.replies, SizeIs(1));
    EXPECT_TRUE(out.replies[0].result) << out.replies[0].result.error().text();
  }
  static void expect_refused(const Output& out, Errc code) {
    ASSERT_THAT(out.replies, SizeIs(1));
    ASSERT_FALSE(out.replies[0].result);
    EXPECT_EQ(out.replies[0].result.error().code, code) << out.replies[0].result.error().text();
    EXPECT_THAT(out.facts, IsEmpty());
  }
  void restart() {
    stage.core = stage.folded(++stage.epoch);
    stage.step(CentreChanged{centre});
  }
  /// What the journal says of a contact, in words.
  std::vector<std::string> told_of(ContactId contact) const {
    std::vector<std::string> all;
    for (const auto& fact : stage.journal) {
      if (fact.contact != contact) continue;
      const std::string word = std::visit(Overloaded{
                                              [](const journal::ContactOpened&) { return std::string("opened"); },
                                              [](const journal::DataAttached&) { return std::string("data"); },
                                              [](const journal::CustomerMatched&) { return std::string("matched"); },
                                              [](const journal::VisitStarted&) { return std::string("waits"); },
                                              [](const journal::VisitEnded&) { return std::string("waits no more"); },
                                              [](const journal::OfferMade&) { return std::string("offered"); },
                                              [](const journal::OfferEnded&) { return std::string("offered no more"); },
                                              [](const journal::ContactAnswered&) { return std::string("answered"); },
                                              [](const journal::WorkChanged& work) { return "work " + word_of(work.state); },
                                              [](const journal::SegmentStarted& one) { return "begins " + word_of(one.what); },
                                              [](const journal::SegmentEnded&) { return std::string("ends"); },
                                              [](const journal::ContactEnded&) { return std::string("over"); },
                                              [](const auto&) { return std::string(); },
                                          },
                                          fact.body);
      if (!word.empty()) all.push_back(word);
    }
    return all;
  }
  /// What pages see, in words.
  static std::vector<std::string> shown(const Core& core) {
    std::vector<std::string> all;
    for (const View& view : core.all_views()) {
      if (const auto* one = std::get_if<ContactView>(&view)) {
        std::string text = "contact " + std::to_string(one->contact.value) + " " + std::to_string(static_cast<int>(one->state)) + " " +
                           std::to_string(static_cast<int>(one->channel)) + " " + one->ani + " " + one->url + " " + one->queue.value + " " +
                           one->agent.value + " " + std::to_string(one->entered_at.us) + " " + std::to_string(one->answered_at.us) + " " +
                           std::to_string(one->state_since.us);
        for (const OfferView& each : one->offers) text += " " + each.agent.value + " until " + std::to_string(each.expires_at.us);
        all.push_back(text);
      } else if (const auto* agent = std::get_if<AgentView>(&view)) {
        std::string text = "agent " + agent->agent.value + " " + std::to_string(static_cast<int>(agent->state)) + " " + agent->reason + " " +
                           std::to_string(agent->since.us);
        for (const WorkView& work : agent->works)
          text += " " + std::to_string(work.contact.value) + " " + word_of(work.state) + " since " + std::to_string(work.since.us) + " until " +
                  std::to_string(work.until.us) + " " + std::to_string(work.wrap_up_extensions_left);
        all.push_back(text);
      } else if (const auto* queue = std::get_if<QueueView>(&view)) {
        all.push_back("queue " + queue->queue.value + " " + std::to_string(queue->waiting) + " " + std::to_string(queue->entered) + " " +
                      std::to_string(queue->answered));
      }
    }
    return all;
  }
};

// --- from its opening to its end -------------------------------------------------------------------------------------------

TEST_F(Written, AChatIsMatchedOfferedTakenEndedAndWrappedUpAndNoPhoneIsAsked) {
  stage.make_ready(kSofia);
  const ContactId contact = open();
  EXPECT_THAT(stage.last.look_ups, SizeIs(1));
  EXPECT_EQ(state(contact), ContactState::arriving);
  find(contact);
  EXPECT_EQ(state(contact), ContactState::offered);
  EXPECT_THAT(stage.last.commands, IsEmpty());
  EXPECT_THAT(works(kSofia), ElementsAre(std::pair(contact, WorkState::reserved)));
  expect_done(take(contact));
  EXPECT_THAT(stage.last.commands, IsEmpty());
  EXPECT_EQ(state(contact), ContactState::talking);
  EXPECT_THAT(works(kSofia), ElementsAre(std::pair(contact, WorkState::working)));
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready) << "his own state is that of his voice";
  EXPECT_THAT(stage.agent(kSofia).contacts, ElementsAre(contact));
  expect_done(stage.ask(kSofia, EndContact{contact}));
  EXPECT_EQ(state(contact), ContactState::wrap_up);
  EXPECT_THAT(works(kSofia), ElementsAre(std::pair(contact, WorkState::wrap_up)));
  stage.wait(31s);
  EXPECT_FALSE(state(contact));
  EXPECT_THAT(works(kSofia), IsEmpty());
  EXPECT_THAT(told_of(contact), ElementsAre("opened", "data", "matched", "waits", "offered", "work reserved", "begins ring", "answered",
                                            "waits no more", "offered no more", "work working", "ends", "begins talk", "ends", "work wrap-up",
                                            "begins wrap-up", "work done", "ends", "over"));
  const auto ended = stage.facts<journal::ContactEnded>().at(0);
  EXPECT_EQ(ended.outcome, ContactOutcome::answered);
  EXPECT_EQ(ended.cause, journal::Cause::normal);
  EXPECT_EQ(ended.queue, kRepairs);
  EXPECT_EQ(stage.queue().answered, 1);
}

TEST_F(Written, WhatItsSystemSaidIsShownAndItWaitsSinceItWasOpened) {
  const ContactId contact = open();
  const Instant opened = stage.now;
  EXPECT_EQ(stage.last.look_ups.at(0).ani, "lin@example.com");
  stage.now = stage.now + 30ms;
  find(contact);
  const auto view = *stage.contact(contact);
  EXPECT_EQ(view.channel, Channel::chat);
  EXPECT_EQ(view.direction, journal::Direction::inbound);
  EXPECT_EQ(view.ani, "lin@example.com");
  EXPECT_EQ(view.caller_name, "Lin");
  EXPECT_EQ(view.url, "https://chat.example.com/1");
  EXPECT_EQ(view.state, ContactState::waiting);
  EXPECT_EQ(view.entered_at, opened);
  EXPECT_EQ(view.customer, CustomerId{42});
  EXPECT_TRUE(view.can_control);
  stage.make_ready(kSofia);
  EXPECT_TRUE(offer(contact, kSofia).can_answer);
  EXPECT_EQ(offer(contact, kSofia).expires_at, stage.now + 20s);
  EXPECT_EQ(stage.facts<journal::ContactOpened>().at(0).by, journal::OpenedBy::api);
  EXPECT_EQ(stage.facts<journal::VisitStarted>().at(0).channel, Channel::chat);
  EXPECT_EQ(stage.facts<journal::OfferMade>().at(0).channel, Channel::chat);
}

TEST_F(Written, RulesAskItsChannelAndItsAttributes) {
  configure([&](journal::Centre& changed) {
    journal::Rule rule;
    rule.when = R"(channel == "chat" && data.order_id == 12 && match == "known")";
    rule.priority = 7;
    repairs(changed).rules = {rule};
  });
  arrive();
  arrive(email());
  EXPECT_THAT(stage.facts<journal::VisitStarted>(),
              ElementsAre(Field(&journal::VisitStarted::priority, 7), Field(&journal::VisitStarted::priority, 0)));
}

TEST_F(Written, WhoIsNotKnownIsNotLookedUpAndWhoseLookUpHangsGoesOnAfter50Ms) {
  OpenContact unknown = chat();
  unknown.identity.clear();
  const ContactId first = open(unknown);
  EXPECT_THAT(stage.last.look_ups, IsEmpty());
  EXPECT_EQ(state(first), ContactState::waiting);
  const ContactId second = open();
  EXPECT_EQ(state(second), ContactState::arriving);
  stage.wait(60ms);
  EXPECT_EQ(state(second), ContactState::waiting);
  find(second);
  EXPECT_EQ(stage.contact(second)->customer, CustomerId{42}) << "the card is patched in";
  EXPECT_THAT(stage.facts<journal::VisitStarted>(), SizeIs(2));
}

TEST_F(Written, TheSameRequestAgainIsTheSameContactAlsoAfterARestartAndItsEnd) {
  const ContactId contact = open(chat(), "once");
  EXPECT_EQ(open(chat(), "once"), contact);
  for (int i = 0; i < 300; ++i) machine(CloseContact{ContactId{1}});  // more than what is remembered of requests
  EXPECT_EQ(open(chat(), "once"), contact);
  restart();
  EXPECT_EQ(open(chat(), "once"), contact);
  expect_done(close(contact));
  EXPECT_FALSE(state(contact));
  EXPECT_EQ(open(chat(), "once"), contact);
  restart();
  EXPECT_EQ(open(chat(), "once"), contact);
  EXPECT_THAT(stage.facts<journal::ContactOpened>(), SizeIs(1));
}

TEST_F(Written, AnotherPrincipalsRequestOfThatIdIsAnotherContact) {
  const ContactId contact = open(chat(), "once");
  const Output out = stage.step(Request{7, "token:mail", "once", {}, chat()});
  EXPECT_NE(out.replies.at(0).rests_on, contact);
}

// --- its customer leaves -----------------------------------------------------------------------------------------------------

TEST_F(Written, ItsCustomerLeavesWhileItWaits) {
  const ContactId contact = arrive();
  stage.wait(10s);
  expect_done(close(contact));
  EXPECT_FALSE(state(contact));
  EXPECT_EQ(stage.facts<journal::VisitEnded>().at(0).how, VisitEnd::abandoned);
  EXPECT_EQ(stage.facts<journal::ContactEnded>().at(0).outcome, ContactOutcome::abandoned);
  EXPECT_EQ(stage.facts<journal::ContactEnded>().at(0).cause, journal::Cause::normal);
}

TEST_F(Written, ItsCustomerLeavesAtOnce) {
  const ContactId waited = arrive();
  close(waited);
  const ContactId looked_up = open();
  expect_done(close(looked_up));
  EXPECT_THAT(stage.facts<journal::VisitEnded>(),
              ElementsAre(Field(&journal::VisitEnded::how, VisitEnd::short_abandoned), Field(&journal::VisitEnded::how, VisitEnd::short_abandoned)));
  EXPECT_THAT(stage.facts<journal::ContactEnded>(), SizeIs(2));
  const auto facts = stage.journal.size();
  find(looked_up);
  EXPECT_EQ(stage.journal.size(), facts);
}

TEST_F(Written, ItsCustomerLeavesWhileItIsOfferedAndItsAgentIsNotBlamed) {
  stage.make_ready(kSofia);
  const ContactId contact = arrive();
  stage.wait(10s);
  expect_done(close(contact));
  EXPECT_FALSE(state(contact));
  EXPECT_EQ(stage.facts<journal::OfferEnded>().at(0).how, OfferEnd::withdrawn);
  EXPECT_EQ(stage.facts<journal::VisitEnded>().at(0).how, VisitEnd::abandoned);
  EXPECT_THAT(works(kSofia), IsEmpty());
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
}

TEST_F(Written, ItsCustomerLeavesWhileItIsWorkedOnAndItsAgentWrapsUp) {
  stage.make_ready(kSofia);
  const ContactId contact = taken();
  expect_done(close(contact));
  EXPECT_EQ(state(contact), ContactState::wrap_up);
  expect_refused(close(contact), Errc::wrong_state);
  stage.ask(kSofia, EndWrapUp{contact});
  EXPECT_FALSE(state(contact));
  expect_refused(close(contact), Errc::unknown_contact);
  EXPECT_EQ(stage.facts<journal::ContactEnded>().at(0).outcome, ContactOutcome::answered);
}

TEST_F(Written, ACallIsNotClosedLikeThis) {
  stage.open_link();
  expect_refused(close(stage.arrive()), Errc::wrong_state);
}

// --- offers ------------------------------------------------------------------------------------------------------------------

TEST_F(Written, WhoDoesNotAnswerIsNotReadyAndTheChatKeepsItsPlace) {
  stage.make_ready(kSofia);
  stage.make_ready(kDaniel);
  const ContactId contact = arrive();
  const Instant place = stage.contact(contact)->entered_at;
  const AgentId asked = stage.contact(contact)->offers.at(0).agent;
  const AgentId other = asked == kSofia ? kDaniel : kSofia;
  stage.wait(21s);
  EXPECT_EQ(stage.agent(asked).state, AgentState::not_ready);
  EXPECT_EQ(stage.agent(asked).reason, "no_answer");
  EXPECT_THAT(works(asked), IsEmpty());
  EXPECT_THAT(works(other), ElementsAre(std::pair(contact, WorkState::reserved)));
  EXPECT_EQ(stage.contact(contact)->entered_at, place);
}

TEST_F(Written, WhoRefusesStaysReadyAndAnotherAgentIsAsked) {
  stage.make_ready(kSofia);
  const ContactId contact = arrive();
  stage.make_ready(kDaniel);
  expect_done(stage.ask(kSofia, RefuseOffer{offer(contact, kSofia).offer}));
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
  EXPECT_THAT(works(kDaniel), ElementsAre(std::pair(contact, WorkState::reserved)));
  expect_refused(stage.ask(kSofia, AcceptOffer{offer(contact, kDaniel).offer}), Errc::not_yours);
}

TEST_F(Written, WhereTheQueueAnswersForItsAgentsTheyHaveItAtOnce) {
  configure([&](journal::Centre& changed) { repairs(changed).auto_answer = true; });
  stage.make_ready(kSofia);
  const ContactId first = arrive(), second = arrive();
  EXPECT_THAT(works(kSofia), ElementsAre(std::pair(first, WorkState::working), std::pair(second, WorkState::working)));
  EXPECT_EQ(stage.contact(first)->agent, kSofia);
}

TEST_F(Written, OfAGroupTheFirstWhoTakesItHasIt) {
  for (const Strategy strategy : {Strategy::ring_all, Strategy::claim}) {
    configure([&](journal::Centre& changed) { repairs(changed).strategy = strategy; });
    stage.make_ready(kSofia);
    stage.make_ready(kDaniel);
    const ContactId contact = arrive();
    EXPECT_THAT(stage.contact(contact)->offers, SizeIs(2));
    EXPECT_EQ(offer(contact, kDaniel).claim, strategy == Strategy::claim);
    const OfferId late = offer(contact, kSofia).offer;
    expect_done(take(contact, kDaniel));
    EXPECT_THAT(works(kDaniel), ElementsAre(std::pair(contact, WorkState::working)));
    EXPECT_THAT(works(kSofia), IsEmpty());
    EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
    expect_refused(stage.ask(kSofia, AcceptOffer{late}), Errc::wrong_state);
    stage.ask(kDaniel, EndContact{contact});
    stage.ask(kDaniel, EndWrapUp{contact});
    EXPECT_FALSE(state(contact));
  }
}

TEST_F(Written, OfAGroupThatIsAnsweredByItselfOneHasItAndWhatIsClaimedWaitsForAClaim) {
  configure([&](journal::Centre& changed) {
    repairs(changed).auto_answer = true;
    repairs(changed).strategy = Strategy::ring_all;
  });
  stage.make_ready(kSofia);
  stage.make_ready(kDaniel);
  const ContactId first = arrive();
  EXPECT_EQ(state(first), ContactState::talking);
  EXPECT_EQ(works(kSofia).size() + works(kDaniel).size(), 1u);
  configure([&](journal::Centre& changed) { repairs(changed).strategy = Strategy::claim; });
  EXPECT_EQ(state(arrive()), ContactState::offered);
}

// --- several at once ----------------------------------------------------------------------------------------------------------

TEST_F(Written, AnAgentHasAsManyAsHisCapacitySays) {
  configure([](journal::Centre& changed) { changed.agents.front().capacity = {{Channel::chat, 2}}; });
  stage.make_ready(kSofia);
  const ContactId first = taken(), second = taken(), third = arrive();
  EXPECT_EQ(state(third), ContactState::waiting);
  EXPECT_THAT(stage.agent(kSofia).contacts, ElementsAre(first, second));
  stage.ask(kSofia, EndContact{first});
  stage.ask(kSofia, EndWrapUp{first});
  EXPECT_EQ(state(third), ContactState::offered);
  EXPECT_THAT(works(kSofia), ElementsAre(std::pair(second, WorkState::working), std::pair(third, WorkState::reserved)));
}

TEST_F(Written, ACallComesToWhoHasOnlyInterruptibleContacts) {
  stage.open_link();
  stage.make_ready(kSofia);
  const ContactId letter = taken(email());
  const ContactId talk = taken();
  const ContactId caller = stage.arrive();
  EXPECT_EQ(state(caller), ContactState::waiting) << "a chat cannot be left alone";
  stage.ask(kSofia, EndContact{talk});
  stage.ask(kSofia, EndWrapUp{talk});
  EXPECT_EQ(state(caller), ContactState::offered);
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::talking);
  EXPECT_THAT(works(kSofia), ElementsAre(std::pair(letter, WorkState::working)));
  EXPECT_THAT(stage.agent(kSofia).contacts, ElementsAre(caller, letter));
  EXPECT_EQ(state(arrive()), ContactState::waiting) << "who is at a call gets nothing new";
}

TEST_F(Written, TheWrapUpOfACallAndThatOfALetterEndEachForItself) {
  stage.open_link();
  stage.make_ready(kSofia);
  const ContactId letter = taken(email());
  const ContactId caller = stage.arrive();
  const std::string phone = stage.ring();
  stage.pick_up(phone);
  stage.hang_up("c1");
  stage.hang_up(phone);
  ASSERT_EQ(stage.agent(kSofia).state, AgentState::wrap_up);
  stage.ask(kSofia, EndContact{letter});
  EXPECT_EQ(state(letter), ContactState::wrap_up);
  expect_done(stage.ask(kSofia, ExtendWrapUp{letter}));
  EXPECT_EQ(stage.agent(kSofia).works.at(0).wrap_up_extensions_left, 1);
  EXPECT_EQ(stage.agent(kSofia).works.at(0).until, stage.agent(kSofia).works.at(0).since + 90s);
  expect_done(stage.ask(kSofia, EndWrapUp{caller}));
  EXPECT_FALSE(state(caller));
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
  EXPECT_EQ(state(letter), ContactState::wrap_up);
  expect_done(stage.ask(kSofia, ExtendWrapUp{letter}));
  expect_refused(stage.ask(kSofia, ExtendWrapUp{letter}), Errc::wrong_state);
  stage.wait(149s);
  EXPECT_EQ(state(letter), ContactState::wrap_up);
  stage.wait(2s);
  EXPECT_FALSE(state(letter));
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
}

TEST_F(Written, WhatIsAboutCallsAloneIsRefusedAndSoIsWhatIsNotHis) {
  stage.make_ready(kSofia);
  const ContactId contact = arrive();
  expect_refused(stage.ask(kSofia, EndContact{contact}), Errc::not_yours);
  take(contact);
  expect_refused(stage.ask(kSofia, HoldContact{contact}), Errc::wrong_state);
  expect_refused(stage.ask(kSofia, RetrieveContact{contact}), Errc::wrong_state);
  expect_refused(stage.ask(kDaniel, EndContact{contact}), Errc::not_yours);
  expect_refused(stage.ask(kSofia, EndWrapUp{contact}), Errc::wrong_state);
  stage.ask(kSofia, EndContact{contact});
  expect_refused(stage.ask(kSofia, EndContact{contact}), Errc::wrong_state);
  expect_refused(stage.ask(kDaniel, EndWrapUp{contact}), Errc::not_yours);
}

TEST_F(Written, ItsAgentWritesAboutItAlsoAfterItsEnd) {
  stage.make_ready(kSofia);
  const ContactId contact = taken();
  expect_done(stage.ask(kSofia, SetDisposition{contact, "solved", true}));
  stage.ask(kSofia, EndContact{contact});
  stage.ask(kSofia, EndWrapUp{contact});
  expect_done(stage.ask(kSofia, WriteNote{contact, "n1", "a refund"}));
  expect_refused(stage.ask(kDaniel, WriteNote{contact, "n1", "not his"}), Errc::not_yours);
}

TEST_F(Written, AQueueWithoutWrapUpLetsItGoAtOnce) {
  configure([&](journal::Centre& changed) { repairs(changed).wrap_up = {}; });
  stage.make_ready(kSofia);
  const ContactId contact = taken();
  stage.ask(kSofia, EndContact{contact});
  EXPECT_FALSE(state(contact));
  EXPECT_THAT(works(kSofia), IsEmpty());
}

// --- its agent goes -----------------------------------------------------------------------------------------------------------

TEST_F(Written, WhoSignsOutIsOutWhenHisLastOneIsDone) {
  stage.make_ready(kSofia);
  const ContactId first = taken(), second = taken();
  expect_done(stage.ask(kSofia, SignOut{}));
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::not_ready);
  EXPECT_EQ(stage.agent(kSofia).reason, "signing_out");
  for (const ContactId contact : {first, second}) {
    EXPECT_NE(stage.agent(kSofia).state, AgentState::signed_out);
    stage.ask(kSofia, EndContact{contact});
    stage.ask(kSofia, EndWrapUp{contact});
  }
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::signed_out);
}

TEST_F(Written, WhosePageIsGoneForAMinuteGivesThemBackWithTheirPlace) {
  stage.make_ready(kSofia);
  const ContactId contact = taken();
  const Instant place = stage.contact(contact)->entered_at;
  const ContactId written = taken();
  stage.ask(kSofia, EndContact{written});
  stage.ask(kSofia, ExtendWrapUp{written});
  stage.make_ready(kDaniel);
  stage.ask(kSofia, SessionLost{});
  stage.wait(59s);
  EXPECT_EQ(state(contact), ContactState::talking);
  stage.wait(2s);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::not_ready);
  EXPECT_EQ(stage.agent(kSofia).reason, "connection_lost");
  EXPECT_THAT(works(kSofia), IsEmpty());
  EXPECT_FALSE(state(written)) << "what was in wrap-up is over";
  EXPECT_EQ(state(contact), ContactState::offered);
  EXPECT_EQ(stage.contact(contact)->entered_at, place);
  EXPECT_EQ(stage.contact(contact)->visit, 2);
  EXPECT_EQ(stage.contact(contact)->agent, AgentId{}) << "nobody has it now";
  expect_done(take(contact, kDaniel));
  EXPECT_EQ(stage.contact(contact)->agent, kDaniel);
  stage.ask(kDaniel, EndContact{contact});
  stage.wait(31s);
  EXPECT_FALSE(state(contact));
  EXPECT_EQ(stage.queue().answered, 3);
  stage.wait(15min);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::signed_out);
}

TEST_F(Written, WhoIsBackWithinTheMinuteKeepsThem) {
  stage.make_ready(kSofia);
  const ContactId contact = taken();
  stage.ask(kSofia, SessionLost{});
  stage.wait(59s);
  stage.ask(kSofia, SignIn{});
  stage.wait(2min);
  EXPECT_EQ(state(contact), ContactState::talking);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
}

TEST_F(Written, WhoPausesAndIsGoneGivesThemBackToo) {
  stage.make_ready(kSofia);
  const ContactId contact = taken();
  stage.ask(kSofia, SetState{AgentState::not_ready, "break"});
  stage.ask(kSofia, SessionLost{});
  stage.wait(61s);
  EXPECT_EQ(state(contact), ContactState::waiting);
  EXPECT_EQ(stage.agent(kSofia).reason, "break");
}

TEST_F(Written, WhoSignsOutAndIsGoneGivesThemBackAndIsOut) {
  for (const bool gone_first : {true, false}) {
    stage.make_ready(kSofia);
    const ContactId contact = taken();
    if (gone_first) stage.ask(kSofia, SessionLost{});
    stage.ask(kSofia, SignOut{});
    if (!gone_first) stage.ask(kSofia, SessionLost{});
    EXPECT_EQ(stage.agent(kSofia).reason, "signing_out");
    stage.wait(61s);
    EXPECT_EQ(state(contact), ContactState::waiting);
    EXPECT_EQ(stage.agent(kSofia).state, AgentState::signed_out);
    close(contact);
  }
}

TEST_F(Written, WhoIsGoneWhileHeTalksGivesThemBackAndTalksOn) {
  stage.open_link();
  stage.make_ready(kSofia);
  const ContactId letter = taken(email());
  stage.arrive();
  stage.pick_up(stage.ring());
  stage.ask(kSofia, SessionLost{});
  stage.wait(61s);
  EXPECT_EQ(state(letter), ContactState::waiting);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::talking);
  EXPECT_EQ(stage.agent(kSofia).next, AgentState::not_ready);
}

TEST_F(Written, AfterARestartWhoDoesNotComeBackGivesThemBack) {
  stage.make_ready(kSofia);
  stage.make_ready(kDaniel);
  const ContactId contact = arrive();
  const AgentId agent = stage.contact(contact)->offers.at(0).agent;
  const AgentId other = agent == kSofia ? kDaniel : kSofia;
  take(contact, agent);
  restart();
  stage.ask(other, SignIn{});
  stage.wait(59s);
  EXPECT_THAT(works(agent), ElementsAre(std::pair(contact, WorkState::working)));
  stage.wait(2s);
  EXPECT_THAT(works(agent), IsEmpty());
  EXPECT_THAT(works(other), ElementsAre(std::pair(contact, WorkState::reserved)));
}

TEST_F(Written, WhatIsGivenBackToAQueueThatIsNoMoreEnds) {
  configure([&](journal::Centre& changed) {
    changed.queues.push_back(repairs(changed));
    changed.queues.back().id = QueueId{"other"};
  });
  stage.make_ready(kSofia);
  const ContactId contact = taken();
  configure([](journal::Centre& changed) { changed.queues.erase(changed.queues.begin()); });
  stage.ask(kSofia, SessionLost{});
  stage.wait(61s);
  EXPECT_FALSE(state(contact));
  EXPECT_EQ(stage.facts<journal::ContactEnded>().at(0).outcome, ContactOutcome::answered);
}

TEST_F(Written, WhatIsGivenBackToAQueueThatHasClosedMeanwhileIsServed) {
  stage.make_ready(kSofia);
  const ContactId contact = taken();
  configure([&](journal::Centre& changed) {
    changed.hours = {{.id = HoursId{"never"}, .name = {}, .name_zh = {}, .time_zone = "UTC", .week = {}, .exceptions = {}}};
    repairs(changed).hours = HoursId{"never"};
  });
  stage.ask(kSofia, SessionLost{});
  stage.wait(61s);
  EXPECT_EQ(state(contact), ContactState::waiting);
  stage.make_ready(kDaniel);
  EXPECT_EQ(state(contact), ContactState::offered);
}

TEST_F(Written, WhatAnAgentHasWhoLeavesTheDocumentIsOfferedToAnother) {
  stage.make_ready(kSofia);
  const ContactId contact = taken();
  stage.make_ready(kDaniel);
  configure([](journal::Centre& changed) { changed.agents.erase(changed.agents.begin()); });
  EXPECT_THAT(works(kDaniel), ElementsAre(std::pair(contact, WorkState::reserved)));
}

TEST_F(Written, AContactWhoseQueueGoesWhileItIsLookedUpFails) {
  const ContactId contact = open();
  configure([](journal::Centre& changed) { changed.queues.clear(); });
  find(contact);
  EXPECT_FALSE(state(contact));
  EXPECT_EQ(stage.facts<journal::ContactEnded>().at(0).outcome, ContactOutcome::failed);
}

// --- restarts, drains, disks ---------------------------------------------------------------------------------------------------

/// The life of a chat, a stage at a time.
struct Life : Written {
  ContactId contact, other;
  void live(int stage_n) {
    switch (stage_n) {
      case 0: stage.make_ready(kSofia); break;
      case 1: contact = open(); break;
      case 2: find(contact); break;
      case 3: take(contact); break;
      case 4: other = taken(email()); break;
      case 5: stage.ask(kSofia, EndContact{contact}); break;
      case 6: stage.ask(kSofia, ExtendWrapUp{contact}); break;
      case 7: stage.ask(kSofia, SignOut{}); break;
      case 8: stage.ask(kSofia, EndWrapUp{contact}); break;
      case 9: close(other); break;
      case 10: stage.wait(31s); break;
      default: break;
    }
  }
  static constexpr int kStages = 11;
};

TEST_F(Life, ARestartAtAnyStageFindsAndShowsEverythingAsItWas) {
  struct Kept {
    std::vector<journal::Fact> facts;
    std::int64_t seq = 0;
  };
  std::vector<Kept> kept;
  for (int n = 0; n < kStages; ++n) {
    live(n);
    kept.push_back({stage.core->checkpoint(), stage.core->last_seq()});
    for (const Kept& from : kept) {
      Core again(2);
      for (const auto& fact : from.facts) again.fold(fact);
      for (const auto& fact : stage.journal)
        if (fact.seq > from.seq) again.fold(fact);
      EXPECT_EQ(again.digest(), stage.core->digest()) << "at stage " << n << " from the checkpoint at " << from.seq;
      again.step({stage.now + 1ms, CentreChanged{centre}});
      EXPECT_EQ(shown(again), shown(*stage.core)) << "at stage " << n << " from the checkpoint at " << from.seq;
      EXPECT_THAT(again.violations(), IsEmpty());
    }
  }
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::signed_out);
}

TEST_F(Life, ARestartAtAnyStageChangesNothingOfWhatFollows) {
  for (int at = 0; at < kStages; ++at) {
    for (int n = 0; n < kStages; ++n) {
      live(n);
      if (n != at) continue;
      restart();
      if (stage.agent(kSofia).state != AgentState::signed_out) stage.ask(kSofia, SignIn{});
    }
    EXPECT_THAT(told_of(contact), SizeIs(20)) << "restarted at " << at;
    EXPECT_EQ(told_of(contact).back(), "over");
    EXPECT_EQ(told_of(other).back(), "over");
    EXPECT_EQ(stage.agent(kSofia).state, AgentState::signed_out);
  }
}

TEST_F(Written, AnOfferOutlivesARestartAndEndsInItsTime) {
  stage.make_ready(kSofia);
  const ContactId contact = arrive();
  stage.wait(15s);
  restart();
  stage.ask(kSofia, SignIn{});
  EXPECT_EQ(state(contact), ContactState::offered);
  stage.wait(6s);
  EXPECT_EQ(stage.facts<journal::OfferEnded>().at(0).how, OfferEnd::timed_out);
  EXPECT_EQ(stage.agent(kSofia).reason, "no_answer");
}

TEST_F(Written, AfterARestartThoseWhoWaitAreLookedUpAgainAndKeepTheirPlace) {
  const ContactId contact = arrive();
  const Instant place = stage.contact(contact)->entered_at;
  restart();
  EXPECT_THAT(stage.last.look_ups, ElementsAre(AllOf(Field(&FindCustomer::contact, contact), Field(&FindCustomer::ani, "lin@example.com"))));
  find(contact);
  EXPECT_TRUE(stage.contact(contact)->card);
  EXPECT_EQ(stage.contact(contact)->entered_at, place);
  EXPECT_THAT(stage.facts<journal::VisitStarted>(), SizeIs(1));
}

TEST_F(Written, ADrainLeavesThoseWhoWaitForTheNextStartAndRefusesNewOnes) {
  const ContactId waiting = arrive();
  const ContactId looked_up = open();
  stage.step(DrainStarted{});
  expect_refused(machine(chat()), Errc::draining);
  find(looked_up);
  for (const ContactId contact : {waiting, looked_up}) EXPECT_EQ(state(contact), ContactState::waiting);
  EXPECT_EQ(stage.core->unserved(), 0u) << "nobody waits for them";
  restart();
  stage.make_ready(kSofia);
  EXPECT_EQ(state(waiting), ContactState::offered);
}

TEST_F(Written, AFullDiskRefusesNewOnesAndServesThoseWhoAreHere) {
  stage.make_ready(kSofia);
  const ContactId contact = taken();
  stage.step(StoreFull{});
  expect_refused(machine(chat()), Errc::store_full);
  expect_done(close(contact));
  EXPECT_EQ(state(contact), ContactState::wrap_up);
}

TEST_F(Written, WhatAFullDiskTookIsOverAndItsRequestOpensAnother) {
  stage.make_ready(kSofia);
  const ContactId looked_up = open(chat(), "first"), worked_on = open(chat(), "second");
  find(worked_on);
  take(worked_on);
  const ContactId offered = open(chat(), "third");
  find(offered);
  ASSERT_EQ(state(offered), ContactState::offered);
  stage.step(StoreRecovered{{looked_up, worked_on, offered}, 20});
  for (const ContactId contact : {looked_up, worked_on, offered}) EXPECT_FALSE(state(contact));
  EXPECT_THAT(works(kSofia), IsEmpty());
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
  expect_refused(stage.ask(kSofia, WriteNote{worked_on, "n1", "a refund"}), Errc::contact_lost);
  for (const auto& [id, contact] : {std::pair("first", looked_up), std::pair("second", worked_on), std::pair("third", offered)})
    EXPECT_NE(open(chat(), id), contact);
}

TEST_F(Written, AnAgentWhoseChatAFullDiskTookDoesNotHaveIt) {
  stage.make_ready(kSofia);
  const ContactId contact = taken();
  std::erase_if(stage.journal,
                [&](const journal::Fact& fact) { return fact.contact == contact && !std::holds_alternative<journal::WorkChanged>(fact.body); });
  restart();
  EXPECT_THAT(works(kSofia), IsEmpty());
}

TEST_F(Written, AChatOfWhichAFullDiskLeftOnlyTheBeginningWaitsAfterTheRestart) {
  const ContactId contact = arrive();
  std::erase_if(stage.journal,
                [&](const journal::Fact& fact) { return fact.contact == contact && std::holds_alternative<journal::VisitStarted>(fact.body); });
  restart();
  EXPECT_EQ(state(contact), ContactState::waiting);
}

TEST_F(Written, AChatOfWhichAFullDiskLeftNoPartEndsAfterTheRestart) {
  stage.make_ready(kSofia);
  const ContactId contact = taken();
  std::erase_if(stage.journal, [&](const journal::Fact& fact) {
    return fact.contact == contact &&
           (std::holds_alternative<journal::SegmentStarted>(fact.body) || std::holds_alternative<journal::SegmentEnded>(fact.body));
  });
  restart();
  EXPECT_FALSE(state(contact));
  EXPECT_THAT(works(kSofia), IsEmpty());
}

// --- what is refused -----------------------------------------------------------------------------------------------------------

TEST_F(Written, WhatCannotBeOpenedIsRefusedByName) {
  const auto with = [](auto change) {
    OpenContact wanted = chat();
    change(wanted);
    return wanted;
  };
  expect_refused(machine(with([](OpenContact& one) { one.queue = QueueId{"nowhere"}; })), Errc::unknown_queue);
  expect_refused(machine(with([](OpenContact& one) { one.channel = Channel::voice; })), Errc::wrong_state);
  expect_refused(machine(with([](OpenContact& one) { one.identity.assign(257, 'x'); })), Errc::too_long);
  expect_refused(machine(with([](OpenContact& one) { one.name.assign(257, 'x'); })), Errc::too_long);
  expect_refused(machine(with([](OpenContact& one) { one.url.assign(2049, 'x'); })), Errc::too_long);
  expect_refused(machine(with([](OpenContact& one) { one.attributes = {{std::string(65, 'x'), ""}}; })), Errc::too_long);
  expect_refused(machine(with([](OpenContact& one) { one.attributes = {{"", "x"}}; })), Errc::too_long);
  expect_refused(machine(with([](OpenContact& one) { one.attributes = {{"x", std::string(1025, 'x')}}; })), Errc::too_long);
  expect_refused(machine(with([](OpenContact& one) {
                   for (int i = 0; i < 33; ++i) one.attributes.emplace_back("x" + std::to_string(i), "");
                 })),
                 Errc::too_long);
  expect_done(machine(with([](OpenContact& one) {
    one.identity.assign(256, 'x');
    one.name.assign(256, 'x');
    one.url.assign(2048, 'x');
    one.attributes.clear();
    for (int i = 0; i < 32; ++i) one.attributes.emplace_back(std::string(62, 'x') + std::to_string(10 + i), std::string(1024, 'x'));
  })));
}

TEST_F(Written, OneBeyondTheLimitOfOpenOnesIsRefusedUntilOneEnds) {
  Core& core = *stage.core;  // alone: the stage folds the whole journal after each step
  ContactId first;
  const auto ask = [&](RequestBody body, std::size_t n) {
    stage.now = stage.now + Duration{1};
    return core.step({stage.now, Request{7, "token:chat", "n" + std::to_string(n), {}, std::move(body)}}).replies.at(0);
  };
  for (std::size_t n = 0; n < kWrittenLimit; ++n) {
    const Reply reply = ask(chat(), n);
    ASSERT_TRUE(reply.result);
    if (!first) first = reply.rests_on;
  }
  const Reply beyond = ask(chat(), kWrittenLimit);
  ASSERT_FALSE(beyond.result);
  EXPECT_EQ(beyond.result.error().code, Errc::too_many);
  EXPECT_TRUE(ask(CloseContact{first}, kWrittenLimit + 1).result);
  EXPECT_TRUE(ask(chat(), kWrittenLimit + 2).result);
}

// --- supervisors, treatments, callbacks ------------------------------------------------------------------------------------------

TEST_F(Written, SupervisorsSteerItAsTheyDoCallers) {
  configure([&](journal::Centre& changed) {
    changed.queues.push_back(repairs(changed));
    changed.queues.back().id = QueueId{"plain"};
    for (journal::Agent& agent : changed.agents) agent.queues.push_back({QueueId{"plain"}, 0});
  });
  const auto steer = [&](ContactId contact, decltype(SteerContact::how) how) {
    return stage.step(Request{7, "user:ruth", "s" + std::to_string(++stage.requests), {}, SteerContact{contact, std::move(how)}});
  };
  const ContactId contact = arrive();
  const Instant place = stage.contact(contact)->entered_at;
  expect_done(steer(contact, SteerContact::Raise{250}));
  EXPECT_EQ(stage.contact(contact)->boost, 250);
  expect_done(steer(contact, SteerContact::Park{}));
  stage.make_ready(kSofia);
  stage.make_ready(kDaniel);
  EXPECT_EQ(state(contact), ContactState::waiting);
  expect_done(steer(contact, SteerContact::Resume{}));
  EXPECT_EQ(state(contact), ContactState::offered);
  expect_done(steer(contact, SteerContact::Pull{kDaniel}));
  EXPECT_THAT(works(kDaniel), ElementsAre(std::pair(contact, WorkState::reserved)));
  EXPECT_THAT(works(kSofia), IsEmpty());
  expect_done(steer(contact, SteerContact::Move{QueueId{"plain"}}));
  EXPECT_EQ(stage.contact(contact)->queue, QueueId{"plain"});
  EXPECT_EQ(stage.contact(contact)->entered_at, place);
  EXPECT_EQ(stage.facts<journal::VisitStarted>().back().channel, Channel::chat);
  take(contact, stage.contact(contact)->offers.at(0).agent);
  expect_refused(steer(contact, SteerContact::Park{}), Errc::not_waiting);
}

TEST_F(Written, AQueueThatDoesNotTakeItEndsItAndPlaysItNothing) {
  for (const auto action : {journal::Treatment::Action::hang_up, journal::Treatment::Action::release}) {
    configure([&](journal::Centre& changed) { repairs(changed).no_agents = {.action = action, .to = {}, .message = "sorry"}; });
    const ContactId contact = arrive();
    EXPECT_FALSE(state(contact));
    EXPECT_THAT(stage.last.commands, IsEmpty());
    EXPECT_EQ(stage.facts<journal::VisitEnded>().back().how, VisitEnd::flow_closed);
    EXPECT_EQ(stage.facts<journal::ContactEnded>().back().outcome, ContactOutcome::released);
  }
}

TEST_F(Written, WhoGaveUpInWritingIsNotCalledBackByItself) {
  configure([&](journal::Centre& changed) {
    repairs(changed).callback.offered = true;
    repairs(changed).callback.recall_after = 5min;
  });
  stage.step(LinkDeclared{kSwitch, {.observe = true, .control = true, .route = true, .answer = true, .dial = true}});
  OpenContact wanted = chat();
  wanted.identity = "+441632960001";
  const ContactId contact = open(wanted);
  stage.step(CustomerFound{contact, journal::Match::none, {}, {}, "+441632960001", nullptr, {}});
  stage.wait(10s);
  close(contact);
  EXPECT_THAT(stage.facts<journal::CallbackRequested>(), IsEmpty());
}

TEST_F(Written, ACallbackThatItsAgentAgreesIsAContactOfItsOwn) {
  configure([&](journal::Centre& changed) {
    repairs(changed).callback.offered = true;
    changed.switches.front().dial = "trunk";
  });
  stage.step(LinkDeclared{kSwitch, {.observe = true, .control = true, .route = true, .answer = true, .dial = true}});
  stage.make_ready(kSofia);
  const ContactId contact = taken();
  const AskCallback later{.contact = contact, .queue = {}, .number = "+441632960001", .due = stage.now + 1h, .agent = kSofia, .note = "the boiler"};
  expect_refused(stage.ask(kDaniel, later), Errc::not_yours);
  AskCallback nowhere = later;
  nowhere.number.clear();
  expect_refused(stage.ask(kSofia, nowhere), Errc::callback_refused);
  const Output out = stage.ask(kSofia, later);
  expect_done(out);
  const ContactId call = out.replies.at(0).rests_on;
  EXPECT_NE(call, contact);
  const auto view = *stage.contact(call);
  EXPECT_EQ(view.state, ContactState::owed);
  EXPECT_EQ(view.channel, Channel::voice);
  EXPECT_EQ(view.callback->by, journal::CallbackBy::agent);
  EXPECT_FALSE(stage.contact(contact)->callback);
  stage.ask(kSofia, EndContact{contact});
  stage.ask(kSofia, EndWrapUp{contact});
  EXPECT_FALSE(state(contact));
  EXPECT_TRUE(state(call));
}

}  // namespace
}  // namespace callwright::core
