// Written contacts: several at once beside one call, by each agent's capacity.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "floor.hpp"

namespace callwright::routing {
namespace {

using journal::Channel;
using journal::TermKind;
using journal::WorkChanged;
using journal::WorkState;
using testing::ElementsAre;
using testing::IsEmpty;

/// Ann goes before bob by rank, who goes before carl. Three chats at once, which keep calls away, and one e-mail, which does not. A written contact
/// has no wrap-up unless a test says so.
struct Channels : testing::Test {
  Floor floor;

  static journal::Centre centre_of(journal::Queue sales) {
    journal::Centre centre{.queues = {std::move(sales)},
                           .agents = {agent("ann", {}, {{"sales", 20}}), agent("bob", {}, {{"sales", 10}}), agent("carl", {}, {{"sales", 0}})}};
    centre.chat = {.capacity = 3, .interruptible = false};
    centre.email = {.capacity = 1, .interruptible = true};
    return centre;
  }
  static journal::Queue sales() {
    journal::Queue one = queue("sales");
    one.wrap_up = 0s;
    return one;
  }
  void open(journal::Queue sales = Channels::sales()) { floor.open(centre_of(std::move(sales))); }
  /// With ann alone.
  void open_alone(journal::Queue sales = Channels::sales()) {
    journal::Centre centre = centre_of(std::move(sales));
    centre.agents.resize(1);
    floor.open(centre);
  }

  void arrives(std::int64_t contact, Channel channel, const std::string& queue = "sales") {
    (void)floor.engine.enter({contact}, {}, {queue}, floor.now, floor.now, floor, about(channel));
    floor.match();
  }
  static About about(Channel channel) {
    About about;
    about.channel = channel;
    return about;
  }
  void chat(std::int64_t contact) { arrives(contact, Channel::chat); }
  void email(std::int64_t contact) { arrives(contact, Channel::email); }
  void call(std::int64_t contact) {
    (void)floor.enter(contact, "sales");
    floor.match();
  }
  void accept(std::int64_t contact) {
    const AgentId who{floor.offered(contact)};
    floor.engine.answered({contact}, who, floor.now, floor);
    floor.match();
  }
  /// Two chats of ann.
  void two_chats() {
    for (std::int64_t contact : {1, 2}) {
      chat(contact);
      accept(contact);
    }
  }
  void finish(std::int64_t contact, const std::string& name = "ann") {
    floor.engine.work_ended({name}, {contact}, floor.now, floor);
    floor.match();
  }
  void ends(std::int64_t contact, OfferEnd how) {
    floor.engine.end_offer(floor.offer_of(contact), how, floor.now, floor);
    floor.match();
  }
  std::vector<std::pair<std::int64_t, WorkState>> works(const std::string& name = "ann") const {
    std::vector<std::pair<std::int64_t, WorkState>> all;
    for (const auto& work : floor.engine.agent({name})->works) all.emplace_back(work.contact.value, work.state);
    return all;
  }
  Instant idle_since(const std::string& name = "ann") const { return floor.engine.agent({name})->state.idle_since; }
  std::vector<int> gates() const {
    std::vector<int> left;
    for (const auto& gate : floor.last<journal::OfferMade>().gates) left.push_back(gate.left);
    return left;
  }
  /// The bodies of the facts from `first` on.
  std::vector<journal::Body> since(std::size_t first) const {
    std::vector<journal::Body> all;
    for (std::size_t i = first; i < floor.facts.size(); ++i) all.push_back(floor.facts[i].body);
    return all;
  }

  void TearDown() override {
    EXPECT_THAT(floor.engine.violations(), IsEmpty());
    Engine folded;
    for (const auto& fact : floor.facts) folded.apply(fact);
    EXPECT_EQ(folded.digest(), floor.engine.digest());
    Engine covered;  // by a checkpoint
    journal::Carried carried{.last_seq = static_cast<std::int64_t>(floor.facts.size())};
    floor.engine.carry(carried);
    covered.apply({.at = floor.facts.back().at, .body = carried});
    for (const auto& fact : floor.facts) covered.apply(fact);
    EXPECT_EQ(covered.digest(), floor.engine.digest());
  }
};

// --- the way of a written contact -------------------------------------------------------------------------------------------

TEST_F(Channels, AWrittenContactIsOfferedOnNoSwitchAndToNoDeviceAndItsAgentStaysReady) {
  open();
  floor.engine.switch_state({"pbx"}, false);
  chat(1);
  const auto made = floor.last<journal::OfferMade>();
  EXPECT_EQ(made.agent.value, "ann");
  EXPECT_EQ(made.channel, Channel::chat);
  EXPECT_TRUE(made.switch_id.value.empty());
  EXPECT_TRUE(made.device.empty());
  EXPECT_EQ(floor.last<journal::VisitStarted>().channel, Channel::chat);
  EXPECT_EQ(floor.last<WorkChanged>(), (WorkChanged{{"ann"}, Channel::chat, WorkState::reserved, floor.now + 20s}));
  EXPECT_EQ(floor.state("ann"), AgentState::ready);
  EXPECT_FALSE(floor.engine.offer_to({"ann"})) << "that is of calls";
  EXPECT_EQ(floor.engine.offer_of({1})->agent.value, "ann");
}

TEST_F(Channels, AnAcceptedOneIsWorkedOnWrappedUpAndDone) {
  journal::Queue one = sales();
  one.wrap_up = 30s;
  open(one);
  chat(1);
  floor.now = floor.now + 4s;
  std::size_t before = floor.facts.size();
  accept(1);
  using journal::OfferEnded;
  using journal::VisitEnded;
  const OfferId offer = floor.last<journal::OfferMade>().offer;
  EXPECT_THAT(since(before), ElementsAre(VisitEnded{1, {"sales"}, VisitEnd::answered, 4s}, OfferEnded{offer, {"ann"}, OfferEnd::accepted, {}},
                                         WorkChanged{{"ann"}, Channel::chat, WorkState::working, {}}));
  before = floor.facts.size();
  floor.now = floor.now + 1min;
  finish(1);
  EXPECT_THAT(since(before), ElementsAre(WorkChanged{{"ann"}, Channel::chat, WorkState::wrap_up, floor.now + 30s}));
  EXPECT_EQ(floor.engine.next_due(), floor.now + 30s);
  EXPECT_EQ(floor.engine.agent({"ann"})->works[0].since, floor.now);
  before = floor.facts.size();
  floor.pass(30s);
  ASSERT_EQ(since(before).size(), 2u);
  EXPECT_EQ(std::get<WorkChanged>(since(before)[0]), (WorkChanged{{"ann"}, Channel::chat, WorkState::done, {}}));
  EXPECT_THAT(works(), IsEmpty());
  EXPECT_EQ(idle_since(), floor.now) << "he is idle again";
  EXPECT_FALSE(floor.engine.next_due());
}

TEST_F(Channels, ItsWrapUpIsExtendedAndEndedByItself) {
  journal::Queue one = sales();
  one.wrap_up = 30s;
  open_alone(one);
  two_chats();
  finish(1);
  const Instant end = floor.engine.agent({"ann"})->works[0].until;
  EXPECT_EQ(floor.engine.agent({"ann"})->works[0].wrap_up_extensions_left, 2);
  EXPECT_TRUE(floor.engine.extend_wrap_up({"ann"}, {1}, floor.now, floor));
  EXPECT_TRUE(floor.engine.extend_wrap_up({"ann"}, {1}, floor.now, floor));
  EXPECT_FALSE(floor.engine.extend_wrap_up({"ann"}, {1}, floor.now, floor));
  EXPECT_FALSE(floor.engine.extend_wrap_up({"ann"}, {2}, floor.now, floor)) << "that one is worked on";
  EXPECT_EQ(floor.engine.agent({"ann"})->works[0].until, end + 120s);
  EXPECT_EQ(floor.engine.agent({"ann"})->works[0].since, end - 30s);
  floor.pass(30s);
  EXPECT_THAT(works(), ElementsAre(std::pair(1, WorkState::wrap_up), std::pair(2, WorkState::working)));
  EXPECT_EQ(floor.engine.agent({"ann"})->works[0].since, end - 30s);
  finish(2);
  floor.engine.end_wrap_up({"ann"}, {2}, floor.now, floor);
  EXPECT_THAT(works(), ElementsAre(std::pair(1, WorkState::wrap_up)));
  EXPECT_FALSE(floor.engine.extend_wrap_up({"ann"}, floor.now, floor)) << "he is in no wrap-up of a call";
  floor.pass(120s);
  EXPECT_THAT(works(), IsEmpty());
}

TEST_F(Channels, WhoIsOfferedItAloneMayTakeIt) {
  open();
  chat(1);
  const std::size_t facts = floor.facts.size();
  floor.engine.answered({1}, {"bob"}, floor.now, floor);
  EXPECT_EQ(floor.facts.size(), facts);
  EXPECT_EQ(floor.offered(1), "ann");
}

// --- capacity ---------------------------------------------------------------------------------------------------------------

TEST_F(Channels, AnAgentHasAsManyOfAChannelAsHisCapacityAndNoMore) {
  open_alone();
  for (std::int64_t contact : {1, 2, 3, 4}) {
    chat(contact);
    if (contact < 4) accept(contact);
  }
  EXPECT_EQ(floor.offered(4), "");
  email(5);
  EXPECT_EQ(floor.offered(5), "ann") << "of another channel he has room";
  accept(5);
  finish(2);
  EXPECT_EQ(floor.offered(4), "ann");
  EXPECT_THAT(gates(), ElementsAre(1, 1, 1, 1, 1, 1, 1, 1, 1));
}

TEST_F(Channels, OneWrittenContactIsOfferedToHimAtATime) {
  open_alone();
  chat(1);
  email(2);
  EXPECT_EQ(floor.offered(2), "");
  accept(1);
  EXPECT_EQ(floor.offered(2), "ann");
}

TEST_F(Channels, ANumberOfHisOwnGoesBeforeTheChannels) {
  journal::Centre centre = centre_of(sales());
  centre.agents.resize(2);
  centre.agents[0].capacity = {{Channel::chat, 0}, {Channel::voice, 0}};
  floor.open(centre);
  chat(1);
  call(2);
  EXPECT_EQ(floor.offered(1), "bob");
  EXPECT_EQ(floor.offered(2), "") << "bob's chat is not interruptible";
  email(3);
  EXPECT_EQ(floor.offered(3), "ann");
}

TEST_F(Channels, ALowerCapacityInANewDocumentTakesNothingFromHimAndGivesHimNothingNew) {
  open_alone();
  two_chats();
  floor.centre.chat.capacity = 1;
  floor.engine.configure(floor.centre);
  chat(3);
  EXPECT_THAT(works(), ElementsAre(std::pair(1, WorkState::working), std::pair(2, WorkState::working)));
  EXPECT_THAT(floor.engine.violations(), IsEmpty());
  finish(1);
  EXPECT_EQ(floor.offered(3), "");
  finish(2);
  EXPECT_EQ(floor.offered(3), "ann");
}

TEST_F(Channels, AHigherOneIsFilledAtOnce) {
  floor.centre = centre_of(sales());
  floor.centre.agents.resize(1);
  floor.centre.chat.capacity = 0;
  floor.open(floor.centre);
  chat(1);
  EXPECT_EQ(floor.offered(1), "");
  floor.centre.chat.capacity = 1;
  floor.engine.configure(floor.centre);
  floor.match();
  EXPECT_EQ(floor.offered(1), "ann");
}

// --- beside calls -----------------------------------------------------------------------------------------------------------

TEST_F(Channels, AnUninterruptibleChatKeepsCallsAwayAndAnInterruptibleEmailDoesNot) {
  open_alone();
  email(1);
  call(2);
  EXPECT_EQ(floor.offered(2), "ann") << "while the e-mail is offered, too";
  floor.engine.leave({2}, VisitEnd::abandoned, floor.now, floor);
  accept(1);
  call(3);
  EXPECT_EQ(floor.offered(3), "ann");
  floor.engine.leave({3}, VisitEnd::abandoned, floor.now, floor);
  chat(4);
  call(5);
  EXPECT_EQ(floor.offered(5), "") << "a chat is offered";
  accept(4);
  EXPECT_EQ(floor.offered(5), "") << "and worked on";
  finish(4);
  EXPECT_EQ(floor.offered(5), "ann");
}

TEST_F(Channels, AnAgentAtACallOrInItsWrapUpGetsNoWrittenContactAndKeepsThoseHeHas) {
  journal::Queue one = sales();
  one.wrap_up = 30s;
  open_alone(one);
  email(1);
  accept(1);
  call(2);
  chat(3);
  EXPECT_EQ(floor.offered(3), "") << "his phone rings";
  accept(2);
  EXPECT_EQ(floor.state("ann"), AgentState::talking);
  EXPECT_EQ(floor.offered(3), "");
  floor.engine.work_ended({"ann"}, floor.now, floor);
  floor.match();
  EXPECT_EQ(floor.state("ann"), AgentState::wrap_up);
  EXPECT_EQ(floor.offered(3), "");
  EXPECT_THAT(works(), ElementsAre(std::pair(1, WorkState::working)));
  floor.engine.end_wrap_up({"ann"}, floor.now, floor);
  floor.match();
  EXPECT_EQ(floor.offered(3), "ann");
}

TEST_F(Channels, AWrittenContactThatIsOfferedWhileHeTakesACallMayBeTakenOrTimesOutWithoutBlame) {
  open_alone();
  email(1);
  call(2);
  accept(2);
  floor.pass(20s);
  EXPECT_EQ(floor.last<journal::OfferEnded>().how, OfferEnd::timed_out);
  EXPECT_EQ(floor.state("ann"), AgentState::talking);
  EXPECT_EQ(floor.engine.agent({"ann"})->state.next, AgentState::ready);
}

TEST_F(Channels, ACallAndAnEmailAreComparedByOneScore) {
  open_alone();
  floor.set("ann", AgentState::not_ready, "lunch");
  email(1);
  floor.now = floor.now + 1min;
  call(2);
  floor.ready("ann");
  floor.match();
  EXPECT_EQ(floor.offered(1), "ann") << "it waits longest";
  EXPECT_EQ(floor.offered(2), "ann") << "and as it may be interrupted, she is called too";
  const auto made = floor.all<journal::OfferMade>();
  EXPECT_EQ(made[0].channel, Channel::email);
  EXPECT_EQ(made[1].channel, Channel::voice);
}

// --- load -------------------------------------------------------------------------------------------------------------------

TEST_F(Channels, ChatsAreSpreadOutBeforeTheyPileUp) {
  open();
  std::string given;
  for (std::int64_t contact = 1; contact <= 9; ++contact) {
    chat(contact);
    given += floor.offered(contact)[0];
    accept(contact);
    floor.now = floor.now + 1min;
  }
  EXPECT_EQ(given, "abcabcabc");
  chat(10);
  EXPECT_EQ(floor.offered(10), "");
}

TEST_F(Channels, LoadIsShownForWrittenContactsAndNeverForCalls) {
  journal::Queue one = sales();
  one.load_points = 40;
  open(one);
  two_chats();
  email(3);
  const auto loads = [&] {
    std::vector<std::int64_t> all;
    for (const auto& candidate : floor.last<journal::OfferMade>().best)
      for (const auto& term : candidate.terms)
        if (term.kind == TermKind::load) all.push_back(term.points);
    return all;
  };
  EXPECT_EQ(works("ann").size(), 1u);
  EXPECT_EQ(works("bob").size(), 1u);
  EXPECT_THAT(loads(), ElementsAre(0, -40'000, -40'000));
  EXPECT_EQ(floor.offered(3), "carl");
  call(4);
  EXPECT_THAT(loads(), IsEmpty());
}

TEST_F(Channels, WithoutLoadPointsTheBestAgentIsFilledFirst) {
  journal::Queue one = sales();
  one.load_points = 0;
  open(one);
  std::string given;
  for (std::int64_t contact = 1; contact <= 5; ++contact) {
    chat(contact);
    given += floor.offered(contact)[0];
    accept(contact);
  }
  EXPECT_EQ(given, "aaabb");
}

TEST_F(Channels, LoadCountsInEveryStrategy) {
  using enum journal::Strategy;
  for (const journal::Strategy strategy : {best, longest_idle, least_occupied, round_robin, percentage, random, ring_all, claim}) {
    floor = {};
    journal::Queue one = sales();
    one.strategy = strategy;
    one.strategy_points = 10;
    one.group_size = 2;
    journal::Centre centre = centre_of(one);
    centre.agents.resize(2);
    floor.open(centre);
    chat(1);
    const std::string first = floor.offered(1);
    accept(1);
    chat(2);
    EXPECT_NE(floor.offered(2), first) << static_cast<int>(strategy);
  }
}

// --- offers that fail -------------------------------------------------------------------------------------------------------

TEST_F(Channels, AContactWhoseOfferTimedOutKeepsItsPlaceAndAvoidsThatAgent) {
  open();
  chat(1);
  const Instant entered = floor.engine.waiting({1})->entered_at;
  floor.pass(20s);
  EXPECT_EQ(floor.last<journal::OfferEnded>().how, OfferEnd::timed_out);
  EXPECT_EQ(floor.last<journal::OfferEnded>().excluded_until, floor.now + 60s);
  EXPECT_EQ(floor.state("ann"), AgentState::not_ready);
  EXPECT_EQ(floor.reason("ann"), "no_answer");
  EXPECT_THAT(works("ann"), IsEmpty());
  EXPECT_EQ(floor.offered(1), "bob");
  EXPECT_EQ(floor.engine.waiting({1})->entered_at, entered);
}

TEST_F(Channels, WhoDoesNotAnswerKeepsTheOthersThatHeHas) {
  open_alone();
  two_chats();
  chat(3);
  floor.pass(20s);
  EXPECT_EQ(floor.reason("ann"), "no_answer");
  EXPECT_THAT(works(), ElementsAre(std::pair(1, WorkState::working), std::pair(2, WorkState::working)));
}

TEST_F(Channels, WhereTheQueueLetsHimStayReadyAnUnansweredOfferLeavesHimAlone) {
  journal::Queue one = sales();
  one.after_rona = journal::AfterRona::ready;
  open(one);
  const Instant idle = idle_since();
  chat(1);
  floor.pass(20s);
  EXPECT_EQ(floor.state("ann"), AgentState::ready);
  EXPECT_EQ(idle_since(), idle);
  EXPECT_EQ(floor.offered(1), "bob");
}

TEST_F(Channels, WhoPausesWhileItIsOfferedMayStillTakeItAndIsNotBlamedIfNot) {
  open();
  chat(1);
  floor.set("ann", AgentState::not_ready, "lunch");
  EXPECT_EQ(floor.state("ann"), AgentState::not_ready);
  EXPECT_EQ(floor.offered(1), "ann");
  floor.pass(20s);
  EXPECT_EQ(floor.reason("ann"), "lunch");
  EXPECT_EQ(floor.offered(1), "bob");
  floor.set("bob", AgentState::not_ready, "lunch");
  accept(1);
  EXPECT_THAT(works("bob"), ElementsAre(std::pair(1, WorkState::working)));
  EXPECT_EQ(floor.state("bob"), AgentState::not_ready);
}

TEST_F(Channels, ADeclinedOneGoesToSomebodyElseAndHisIdleTimeIsKept) {
  open();
  const Instant idle = idle_since();
  floor.now = floor.now + 5s;
  chat(1);
  const std::size_t before = floor.facts.size();
  floor.engine.end_offer(floor.offer_of(1), OfferEnd::refused, floor.now, floor);
  ASSERT_EQ(since(before).size(), 2u) << "his state is not touched";
  EXPECT_EQ(std::get<WorkChanged>(since(before)[1]), (WorkChanged{{"ann"}, Channel::chat, WorkState::done, {}}));
  EXPECT_EQ(idle_since(), idle);
  floor.match();
  EXPECT_EQ(floor.offered(1), "bob");
}

TEST_F(Channels, ItsOfferWaitsForNoSwitch) {
  open();
  chat(1);
  floor.engine.hold_offers({"pbx"}, floor.now + 1h);
  floor.engine.switch_state({"pbx"}, false);
  floor.pass(20s);
  EXPECT_EQ(floor.last<journal::OfferEnded>().how, OfferEnd::timed_out);
}

// --- groups, supervisors ----------------------------------------------------------------------------------------------------

TEST_F(Channels, AGroupIsAskedAndWhoTakesItEndsTheOthers) {
  journal::Queue one = sales();
  one.strategy = journal::Strategy::ring_all;
  one.group_size = 3;
  open(one);
  chat(1);
  EXPECT_EQ(floor.engine.offers_of({1}).size(), 3u);
  floor.engine.answered({1}, {"bob"}, floor.now, floor);
  EXPECT_THAT(works("bob"), ElementsAre(std::pair(1, WorkState::working)));
  for (const char* name : {"ann", "carl"}) EXPECT_THAT(works(name), IsEmpty());
  EXPECT_EQ(floor.last<journal::OfferEnded>().how, OfferEnd::elsewhere);
}

TEST_F(Channels, AClaimedOneHasItsFullTimeToBeAccepted) {
  journal::Queue one = sales();
  one.strategy = journal::Strategy::claim;
  one.group_size = 2;
  open(one);
  chat(1);
  floor.now = floor.now + 15s;
  const OfferId offer = floor.engine.offers_of({1})[1]->id;
  floor.engine.claim(offer, floor.now, floor);
  EXPECT_EQ(floor.offered(1), "bob");
  EXPECT_EQ(floor.engine.agent({"bob"})->works[0].until, floor.now + 20s);
  EXPECT_THAT(works("ann"), IsEmpty());
  EXPECT_EQ(floor.engine.next_due(), floor.now + 20s);
}

TEST_F(Channels, ASupervisorGivesItToWhoHasRoom) {
  open();
  two_chats();
  chat(3);
  ASSERT_EQ(floor.offered(3), "carl");
  floor.mint.advance(floor.now);
  ASSERT_TRUE(floor.engine.pull({3}, {"ann"}, "boss", floor.now, floor.mint, floor));
  EXPECT_EQ(floor.offered(3), "ann");
  EXPECT_THAT(works("carl"), IsEmpty());
  chat(4);
  EXPECT_EQ(floor.engine.pull({4}, {"ann"}, "boss", floor.now, floor.mint, floor).error().code, Errc::agent_not_free) << "one is offered to her";
  accept(3);
  ASSERT_TRUE(floor.engine.pull({4}, {"ann"}, "boss", floor.now, floor.mint, floor));
  accept(4);
  call(5);
  EXPECT_EQ(floor.engine.pull({5}, {"ann"}, "boss", floor.now, floor.mint, floor).error().code, Errc::agent_not_free) << "chats keep calls away";
  chat(6);
  EXPECT_EQ(floor.engine.pull({6}, {"ann"}, "boss", floor.now, floor.mint, floor).error().code, Errc::agent_not_free) << "she has three";
}

TEST_F(Channels, ItMovesToAnotherQueueAsWhatItIs) {
  journal::Centre centre = centre_of(sales());
  centre.queues.push_back(queue("help"));
  floor.open(centre);
  for (const auto& one : centre.agents) floor.set(one.id.value, AgentState::not_ready, "lunch");
  chat(1);
  ASSERT_TRUE(floor.engine.move({1}, {"help"}, floor.now, floor, about(Channel::voice)));
  EXPECT_EQ(floor.last<journal::VisitStarted>().channel, Channel::chat);
}

// --- states -----------------------------------------------------------------------------------------------------------------

TEST_F(Channels, HeIsIdleAgainWhenHisLastOneIsDone) {
  open_alone();
  const Instant idle = idle_since();
  two_chats();
  floor.now = floor.now + 1min;
  finish(1);
  EXPECT_EQ(idle_since(), idle);
  floor.now = floor.now + 1min;
  finish(2);
  EXPECT_EQ(idle_since(), floor.now);
  EXPECT_EQ(floor.state("ann"), AgentState::ready);
}

TEST_F(Channels, HisIdleTimeBeginsThenAlsoIfAPhoneRingsOrAnOfferIsOpen) {
  open_alone();
  email(1);
  accept(1);
  call(2);
  floor.now = floor.now + 10s;
  finish(1);
  EXPECT_EQ(floor.state("ann"), AgentState::reserved);
  EXPECT_EQ(floor.engine.agent({"ann"})->contact, ContactId{2});
  const Instant done = floor.now;
  floor.now = floor.now + 1s;
  floor.engine.end_offer(floor.offer_of(2), OfferEnd::refused, floor.now, floor);
  EXPECT_EQ(floor.state("ann"), AgentState::ready);
  EXPECT_EQ(idle_since(), done);
  email(3);
  accept(3);
  chat(4);
  floor.now = floor.now + 10s;
  finish(3);
  EXPECT_EQ(idle_since(), floor.now) << "he has none, but one that is only offered to him";
}

TEST_F(Channels, WhoBecameReadyInTheSameInstantIsIdleAlready) {
  open_alone();
  chat(1);
  accept(1);
  floor.set("ann", AgentState::not_ready, "lunch");
  floor.ready("ann");
  const std::size_t before = floor.facts.size();
  finish(1);
  EXPECT_THAT(since(before), ElementsAre(WorkChanged{{"ann"}, Channel::chat, WorkState::done, {}}));
}

TEST_F(Channels, APauseAndALostPageChangeHisStateAtOnceAndHisWrittenContactsGoOn) {
  open_alone();
  two_chats();
  for (const AgentState away : {AgentState::not_ready, AgentState::unreachable}) {
    floor.ready("ann");
    floor.set("ann", away, "lunch");
    EXPECT_EQ(floor.state("ann"), away);
    EXPECT_THAT(works(), ElementsAre(std::pair(1, WorkState::working), std::pair(2, WorkState::working)));
  }
  floor.now = floor.now + 1min;
  finish(1);
  finish(2);
  EXPECT_EQ(floor.state("ann"), AgentState::unreachable);
}

TEST_F(Channels, WhoSignsOutOrLosesHisPageGivesTheOfferBackWithoutPenalty) {
  for (const AgentState leaving : {AgentState::signed_out, AgentState::unreachable}) {
    floor = {};
    open();
    chat(1);
    floor.set("ann", leaving, "connection_lost");
    EXPECT_EQ(floor.last<journal::OfferEnded>().how, OfferEnd::withdrawn);
    EXPECT_EQ(floor.last<journal::OfferEnded>().excluded_until, Instant{});
    EXPECT_EQ(floor.state("ann"), leaving);
    floor.match();
    EXPECT_EQ(floor.offered(1), "bob");
  }
}

TEST_F(Channels, SigningOutWaitsForTheLastOne) {
  journal::Queue one = sales();
  one.wrap_up = 30s;
  open_alone(one);
  two_chats();
  chat(3);
  floor.set("ann", AgentState::signed_out, "home");
  EXPECT_EQ(floor.offered(3), "") << "an offer is withdrawn at once";
  EXPECT_EQ(floor.state("ann"), AgentState::not_ready);
  EXPECT_EQ(floor.reason("ann"), "signing_out");
  EXPECT_EQ(floor.engine.agent({"ann"})->state.next, AgentState::signed_out);
  const std::size_t facts = floor.facts.size();
  floor.set("ann", AgentState::signed_out, "home");
  EXPECT_EQ(floor.facts.size(), facts) << "he has said so";
  finish(1);
  finish(2);
  EXPECT_EQ(floor.reason("ann"), "signing_out") << "in wrap-up of both";
  floor.engine.end_wrap_up({"ann"}, {1}, floor.now, floor);
  EXPECT_EQ(floor.reason("ann"), "signing_out");
  floor.pass(30s);
  EXPECT_EQ(floor.state("ann"), AgentState::signed_out);
  EXPECT_EQ(floor.reason("ann"), "home");
}

TEST_F(Channels, WhoChoosesReadyOrAPauseMeanwhileStays) {
  for (const AgentState chosen : {AgentState::ready, AgentState::not_ready}) {
    floor = {};
    open_alone();
    two_chats();
    floor.set("ann", AgentState::signed_out);
    floor.set("ann", chosen, "lunch");
    EXPECT_EQ(floor.state("ann"), chosen);
    finish(1);
    finish(2);
    EXPECT_EQ(floor.state("ann"), chosen);
  }
}

TEST_F(Channels, WhoSignsOutInATalkIsSigningOutAfterItWhileHeHasSome) {
  open_alone();
  email(1);
  accept(1);
  call(2);
  accept(2);
  floor.set("ann", AgentState::signed_out, "home");
  EXPECT_EQ(floor.state("ann"), AgentState::talking);
  floor.engine.work_ended({"ann"}, floor.now, floor);
  EXPECT_EQ(floor.reason("ann"), "signing_out");
  finish(1);
  EXPECT_EQ(floor.state("ann"), AgentState::signed_out);
  EXPECT_EQ(floor.reason("ann"), "home");
}

TEST_F(Channels, WhoHasNoneLeftAtTheEndOfTheTalkSignsOutThen) {
  open_alone();
  email(1);
  accept(1);
  call(2);
  accept(2);
  floor.set("ann", AgentState::signed_out);
  finish(1);
  EXPECT_EQ(floor.state("ann"), AgentState::talking);
  floor.engine.work_ended({"ann"}, floor.now, floor);
  EXPECT_EQ(floor.state("ann"), AgentState::signed_out);
}

TEST_F(Channels, WhoPicksUpACallWhileHeSignsOutSignsOutAfterIt) {
  open_alone();
  email(1);
  accept(1);
  floor.set("ann", AgentState::signed_out, "home");
  floor.engine.answered({9}, {"ann"}, floor.now, floor);
  EXPECT_EQ(floor.state("ann"), AgentState::talking);
  finish(1);
  floor.engine.work_ended({"ann"}, floor.now, floor);
  EXPECT_EQ(floor.state("ann"), AgentState::signed_out);
}

TEST_F(Channels, AContactIsDroppedWithoutWrapUpAndAnOfferOfItWithdrawn) {
  journal::Queue one = sales();
  one.wrap_up = 30s;
  open_alone(one);
  chat(1);
  accept(1);
  chat(2);
  floor.engine.drop_work({"ann"}, {2}, floor.now, floor);
  EXPECT_EQ(floor.last<journal::OfferEnded>().how, OfferEnd::withdrawn);
  floor.now = floor.now + 1min;
  floor.engine.drop_work({"ann"}, {1}, floor.now, floor);
  EXPECT_THAT(works(), IsEmpty());
  EXPECT_EQ(idle_since(), floor.now);
  const std::size_t facts = floor.facts.size();
  floor.engine.drop_work({"ann"}, {1}, floor.now, floor);
  floor.engine.drop_work({"nobody"}, {1}, floor.now, floor);
  EXPECT_EQ(floor.facts.size(), facts);
}

TEST_F(Channels, OccupancyCountsTimeWithAWrittenContactAsWork) {
  journal::Queue one = sales();
  one.strategy = journal::Strategy::least_occupied;
  open_alone(one);
  floor.now = floor.now + 10s;
  chat(1);
  accept(1);
  floor.now = floor.now + 30s;
  finish(1);
  chat(2);
  const auto terms = floor.last<journal::OfferMade>().best[0].terms;
  EXPECT_EQ(terms[0].kind, TermKind::occupancy);
  EXPECT_EQ(terms[0].points, -750'000) << "30 s of 40";
}

// --- flows, estimates -------------------------------------------------------------------------------------------------------

TEST_F(Channels, WhoServesNoChatsIsNobodyForAChat) {
  journal::Queue one = sales();
  one.no_agents = {journal::Treatment::Action::queue, {"help"}};
  journal::Centre centre = centre_of(one);
  centre.queues.push_back(queue("help"));
  centre.agents.resize(2);
  centre.agents[1].capacity = {{Channel::chat, 0}};
  floor.open(centre);
  for (const char* name : {"ann", "bob"}) floor.set(name, AgentState::not_ready, "lunch");
  chat(1);
  call(2);
  floor.set("bob", AgentState::signed_out);
  floor.set("bob", AgentState::not_ready, "lunch");
  EXPECT_THAT(floor.engine.flows_due(floor.now), IsEmpty());
  floor.set("ann", AgentState::signed_out);
  EXPECT_THAT(floor.engine.flows_due(floor.now), ElementsAre(ContactId{1})) << "bob may come back for the call, and takes no chats";
  floor.engine.flow({1}, floor.now, floor);
  EXPECT_EQ(floor.engine.waiting({1})->queue.value, "help");
  EXPECT_EQ(floor.last<journal::VisitStarted>().channel, Channel::chat);
  chat(3);
  EXPECT_EQ(floor.engine.waiting({3})->queue.value, "help");
}

TEST_F(Channels, WhatAnAgentHadIsGivenBackToAQueueThatHasClosedMeanwhile) {
  journal::Queue one = sales();
  one.hours.value = "never";
  journal::Centre centre = centre_of(one);
  centre.hours = {{.id = {"never"}, .name = "Never"}};
  floor.open(centre);
  chat(1);
  EXPECT_FALSE(floor.engine.waiting({1}));
  About known = about(Channel::chat);
  known.back = true;
  (void)floor.engine.enter({2}, {}, {"sales"}, floor.now, floor.now, floor, known);
  floor.match();
  EXPECT_EQ(floor.offered(2), "ann");
}

TEST_F(Channels, AHoldForWhoServesNoChatsKeepsNoChat) {
  journal::Queue one = sales();
  one.last_agent_hold = 1min;
  journal::Centre centre = centre_of(one);
  centre.agents[2].capacity = {{Channel::chat, 0}};
  floor.open(centre);
  About known = about(Channel::chat);
  for (const char* name : {"bob", "carl"}) {
    floor.set(name, AgentState::not_ready, "lunch");
    known.last_agent = {name};
    (void)floor.engine.enter({known.last_agent.value == "bob" ? 1 : 2}, {}, {"sales"}, floor.now, floor.now, floor, known);
  }
  floor.match();
  EXPECT_EQ(floor.offered(1), "") << "bob will be back";
  EXPECT_EQ(floor.offered(2), "ann");
}

TEST_F(Channels, AnEstimateCountsAnAgentAsOftenAsHeHasPlaces) {
  open_alone();
  chat(1);
  accept(1);
  floor.now = floor.now + 90s;
  finish(1);
  floor.set("ann", AgentState::not_ready, "lunch");
  for (std::int64_t contact : {2, 3, 4}) chat(contact);
  email(5);
  EXPECT_EQ(floor.engine.estimate({2}, floor.now), 30s) << "one handling time by three places";
  EXPECT_EQ(floor.engine.estimate({4}, floor.now), 90s);
  floor.ready("ann");
  EXPECT_EQ(floor.engine.estimate({5}, floor.now), 0s) << "she has room for an e-mail";
}

TEST_F(Channels, TheExampleOfTheDocument) {
  journal::Centre centre = centre_of(sales());
  centre.agents[2] = agent("mia", {}, {{"sales", 0}});
  centre.agents[2].capacity = {{Channel::voice, 0}, {Channel::chat, 4}};
  floor.open(centre);
  for (const auto& [contact, name] : {std::pair(1, "ann"), std::pair(2, "bob"), std::pair(3, "mia")}) {
    chat(contact);
    EXPECT_EQ(floor.offered(contact), name);
    accept(contact);
  }
  call(4);
  EXPECT_EQ(floor.offered(4), "");
  finish(2, "bob");
  EXPECT_EQ(floor.offered(4), "bob");
  email(5);
  EXPECT_EQ(floor.offered(5), "ann");
  accept(5);
  chat(6);
  EXPECT_EQ(floor.offered(6), "mia");
}

// --- restart ----------------------------------------------------------------------------------------------------------------

TEST_F(Channels, ARestartInTheMiddleFindsThemAndDecidesAsIfThereHadBeenNone) {
  journal::Queue one = sales();
  one.wrap_up = 30s;
  open(one);
  two_chats();
  email(3);
  accept(3);
  chat(4);
  accept(4);
  floor.now = floor.now + 10s;
  finish(1);
  Engine again;
  for (const auto& fact : floor.facts) again.apply(fact);
  again.configure(floor.centre);
  again.switch_state({"pbx"}, true);
  EXPECT_THAT(again.violations(), IsEmpty());
  EXPECT_EQ(again.next_due(), floor.engine.next_due());
  floor.engine = std::move(again);
  for (std::int64_t contact = 5; contact <= 9; ++contact) {
    chat(contact);
    if (floor.engine.offer_of({contact})) accept(contact);
  }
  std::size_t chats = 0;
  for (const char* name : {"ann", "bob", "carl"}) {
    const auto has = floor.engine.agent({name})->works;
    const auto here = std::ranges::count(has, Channel::chat, &Engine::WorkStatus::channel);
    EXPECT_LE(here, 3);
    chats += static_cast<std::size_t>(here);
  }
  EXPECT_EQ(chats, 8u);
}

TEST_F(Channels, AJournalThatLostTheirEndsLetsGoOfThem) {
  open_alone();
  two_chats();
  floor.emit({7}, journal::OfferMade{.offer = {70}, .visit = 1, .queue = {"sales"}, .agent = {"ann"}, .channel = Channel::email});
  floor.emit({8}, journal::OfferMade{.offer = {71}, .visit = 1, .queue = {"sales"}, .agent = {"ann"}, .channel = Channel::email});
  EXPECT_THAT(works(), ElementsAre(std::pair(1, WorkState::working), std::pair(2, WorkState::working), std::pair(8, WorkState::reserved)));
  floor.emit({}, journal::AgentStateChanged{.agent = {"ann"}, .state = AgentState::signed_out});
  EXPECT_THAT(works(), IsEmpty());
  EXPECT_FALSE(floor.engine.offer({71}));
}

}  // namespace
}  // namespace callwright::routing
