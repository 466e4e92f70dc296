#include <gmock/gmock.h>

#include "switchboard.hpp"

namespace callwright::cti::model {
namespace {

using journal::Cause, journal::Kind, journal::LegRole, journal::LegState, journal::OpenedBy;
using testing::ElementsAre, testing::IsEmpty;

template <class Fact>
const Fact& last(const Switchboard& board) {
  for (auto it = board.facts.rbegin(); it != board.facts.rend(); ++it)
    if (const auto* fact = std::get_if<Fact>(&it->body)) return *fact;
  throw std::runtime_error("no such fact");
}

TEST(Model, TrunkLegWithoutTokensOpensAContact) {
  Switchboard board;
  board.on(LinkOpened{5});
  EXPECT_THAT(kinds(board.on(caller("c"))), ElementsAre(Kind::contact_opened, Kind::call_started, Kind::leg_started));
  EXPECT_EQ(last<journal::ContactOpened>(board), (journal::ContactOpened{journal::Channel::voice, journal::Direction::inbound, OpenedBy::arrival, kSwitch,
                                                                         "PJSIP/trunk", "800", "+44123", "Mrs Fox"}));
  const auto& leg = last<journal::LegStarted>(board);
  EXPECT_EQ(leg.role, LegRole::customer);
  EXPECT_EQ(leg.boot_epoch, 5);
  EXPECT_EQ(board.model.customer_leg(board.contact_of("c"))->native_id, "c");
}

TEST(Model, LegWithOurTokensJoinsThatContactInACallOfItsOwn) {
  Switchboard board;
  const ContactId contact = ring(board);
  const auto& leg = last<journal::LegStarted>(board);
  EXPECT_EQ(leg.role, LegRole::agent);
  EXPECT_EQ(leg.agent, AgentId{"ann"});
  EXPECT_EQ(leg.offer, OfferId{7});
  EXPECT_NE(leg.call, board.leg("c").call);
  EXPECT_EQ(board.model.contact(contact)->live_calls, 2);
  EXPECT_EQ(board.model.contacts().size(), 1u);
}

TEST(Model, TheOfferSaysWhoseLegItIsBeforeTheDevice) {
  Switchboard board;
  ring(board);
  const ContactId contact = board.contact_of("c");
  board.emit(contact, journal::OfferMade{.offer = {8}, .agent = {"dee"}, .switch_id = kSwitch, .device = "PJSIP/trunk/0799"});
  LegCreated mobile = caller("m");
  mobile.direction = journal::Direction::outbound;
  mobile.tokens = {contact, {8}, 1};
  board.on(mobile);
  EXPECT_EQ(board.leg("m").agent, AgentId{"dee"});
  EXPECT_EQ(board.leg("m").role, LegRole::agent);
}

TEST(Model, LegWithTokensOfAnUnknownDeviceIsNoAgents) {
  Switchboard board;
  ring(board);
  board.on(phone("x", "PJSIP/nobody", {board.contact_of("c"), {99}, 1}));
  EXPECT_EQ(board.leg("x").role, LegRole::other);
  EXPECT_EQ(board.leg("x").agent, AgentId{});
}

TEST(Model, LegOfAnEndedContactIsAnOrphanToldOnce) {
  Switchboard board;
  const ContactId contact = ring(board);
  board.on(gone("c"));
  board.on(gone("a"));
  board.emit(contact, journal::ContactEnded{});
  const Tokens tokens{contact, {8}, 1};
  EXPECT_THAT(board.on(phone("late", "PJSIP/a2", tokens)), IsEmpty());
  EXPECT_THAT(board.on(phone("late", "PJSIP/a2", tokens)), IsEmpty());
  EXPECT_THAT(board.model.take_orphans(), ElementsAre(Orphan{kSwitch, "late", tokens}));
  EXPECT_THAT(board.model.take_orphans(), IsEmpty());
  EXPECT_TRUE(board.model.device_in_use(kSwitch, "PJSIP/a2"));
  EXPECT_THAT(board.on(gone("late")), IsEmpty());
  EXPECT_FALSE(board.model.device_in_use(kSwitch, "PJSIP/a2"));
}

TEST(Model, CallerWithTokensOfAnEndedContactIsANewContactNeverAnOrphan) {
  Switchboard board;
  LegCreated transferred = caller("c");
  transferred.tokens = {{12345}, {}, 1};
  board.on(transferred);
  EXPECT_EQ(board.leg("c").role, LegRole::customer);
  EXPECT_THAT(board.model.take_orphans(), IsEmpty());
}

TEST(Model, PhoneOfNobodysContactConcludesNothingButItsDeviceIsInUse) {
  Switchboard board;
  EXPECT_THAT(board.on(phone("p", "PJSIP/a1")), IsEmpty());
  EXPECT_TRUE(board.model.device_in_use(kSwitch, "PJSIP/a1"));
  EXPECT_EQ(board.model.device_of(kSwitch, "p"), "PJSIP/a1");
  EXPECT_THAT(board.on(LegStateSeen{"p", LegState::connected}), IsEmpty());
  EXPECT_THAT(board.on(gone("p")), IsEmpty());
  EXPECT_FALSE(board.model.device_in_use(kSwitch, "PJSIP/a1"));
  EXPECT_EQ(board.model.device_of(kSwitch, "p"), "");
}

TEST(Model, StatesAdvanceOnlyButForHold) {
  Switchboard board;
  ring(board);
  EXPECT_THAT(kinds(board.on(LegStateSeen{"a", LegState::alerting})), ElementsAre(Kind::leg_state_changed));
  EXPECT_THAT(board.on(LegStateSeen{"a", LegState::dialing}), IsEmpty());
  EXPECT_THAT(kinds(board.on(LegStateSeen{"a", LegState::connected})), ElementsAre(Kind::leg_state_changed));
  EXPECT_THAT(board.on(LegStateSeen{"a", LegState::alerting}), IsEmpty());
  EXPECT_THAT(board.on(LegStateSeen{"a", LegState::unknown}), IsEmpty());
  EXPECT_THAT(board.on(LegStateSeen{"a", LegState::ended}), IsEmpty());
  EXPECT_THAT(kinds(board.on(LegStateSeen{"a", LegState::held})), ElementsAre(Kind::leg_state_changed));
  EXPECT_THAT(board.on(LegStateSeen{"a", LegState::held}), IsEmpty());
  EXPECT_THAT(kinds(board.on(LegStateSeen{"a", LegState::connected})), ElementsAre(Kind::leg_state_changed));
}

TEST(Model, EndedLegStaysEnded) {
  Switchboard board;
  ring(board);
  EXPECT_THAT(kinds(board.on(gone("a", Cause::no_answer, 19))), ElementsAre(Kind::leg_ended, Kind::call_ended));
  EXPECT_EQ(last<journal::LegEnded>(board).raw_code, 19);
  EXPECT_THAT(board.on(gone("a", Cause::busy, 17)), IsEmpty());
  EXPECT_THAT(board.on(LegStateSeen{"a", LegState::connected}), IsEmpty());
  EXPECT_THAT(board.on(phone("a", "PJSIP/a1", {board.contact_of("c"), {7}, 1})), IsEmpty());
  EXPECT_THAT(board.on(LegEnteredBridge{"a", "b"}), IsEmpty());
  EXPECT_EQ(board.model.ignored(), 4u);
}

TEST(Model, CallerWhoGivesUpIsNotComeBackByALateRepetition) {
  Switchboard board;
  ring(board);
  board.on(gone("c"));
  board.on(gone("a"));
  board.emit(board.facts[1].contact, journal::ContactEnded{});
  EXPECT_THAT(board.on(caller("c")), IsEmpty());
  EXPECT_THAT(board.on(RouteAsked{"c", "800"}), IsEmpty());
  EXPECT_TRUE(board.model.contacts().empty());
}

TEST(Model, RouteIsRequestedOnceAndAgainAfterAVisitWithoutAnswer) {
  Switchboard board;
  board.on(caller("c"));
  EXPECT_THAT(kinds(board.on(RouteAsked{"c", "800"})), ElementsAre(Kind::route_requested));
  EXPECT_EQ(last<journal::RouteRequested>(board).entry, "800");
  EXPECT_THAT(board.on(RouteAsked{"c", "800"}), IsEmpty());
  board.emit(board.contact_of("c"), journal::VisitEnded{.visit = 1, .how = journal::VisitEnd::flow_closed});
  EXPECT_THAT(kinds(board.on(RouteAsked{"c", "800"})), ElementsAre(Kind::route_requested));
}

TEST(Model, CallerWhoTalksAsksForNoRoute) {
  Switchboard board;
  talk(board);
  EXPECT_THAT(board.on(RouteAsked{"c", "800"}), IsEmpty());
  board.emit(board.contact_of("c"), journal::VisitEnded{.visit = 1, .how = journal::VisitEnd::answered});
  board.on(gone("a"));
  EXPECT_THAT(board.on(RouteAsked{"c", "800"}), IsEmpty());
}

TEST(Model, WhoAsksForARouteIsACustomerWhateverHisDevice) {
  Switchboard board;
  board.on(phone("p", "PJSIP/desk9"));
  EXPECT_THAT(kinds(board.on(RouteAsked{"p", "800"})), ElementsAre(Kind::contact_opened, Kind::call_started, Kind::leg_started, Kind::route_requested));
  EXPECT_EQ(last<journal::ContactOpened>(board).direction, journal::Direction::internal);
  EXPECT_EQ(last<journal::ContactOpened>(board).dnis, "800");
}

TEST(Model, CallerLetGoWhoAsksAgainIsANewContact) {
  Switchboard board;
  board.on(LinkOpened{0});
  board.on(caller("c"));
  const ContactId first = board.contact_of("c");
  board.emit(first, journal::ContactEnded{});
  EXPECT_THAT(board.on(caller("c")), IsEmpty());
  EXPECT_THAT(board.on(LegStateSeen{"c", LegState::connected}), IsEmpty());
  EXPECT_THAT(board.on(Snapshot{{{caller("c"), LegState::connected, "q", false, ""}}}), IsEmpty());
  board.on(RouteAsked{"c", "800"});
  EXPECT_TRUE(board.contact_of("c"));
  EXPECT_NE(board.contact_of("c"), first);
}

TEST(Model, CallerWhoLeftTheApplicationAndAsksAgainIsANewContact) {
  Switchboard board;
  board.on(LinkOpened{0});
  board.on(caller("c"));
  const ContactId first = board.contact_of("c");
  board.on(gone("c", Cause::transferred, 0));
  board.emit(first, journal::ContactEnded{});
  EXPECT_THAT(board.on(caller("c")), IsEmpty()) << "a repetition alone brings nobody back";
  EXPECT_THAT(kinds(board.on(RouteAsked{"c", "800"})), ElementsAre(Kind::contact_opened, Kind::call_started, Kind::leg_started, Kind::route_requested));
  const ContactId second = board.contact_of("c");
  EXPECT_NE(second, first);
  board.on(gone("c"));
  board.emit(second, journal::ContactEnded{});
  EXPECT_THAT(board.on(caller("c")), IsEmpty());
  EXPECT_THAT(board.on(RouteAsked{"c", "800"}), IsEmpty()) << "this time he hung up";
}

TEST(Model, CallerWhoLeftTheApplicationAndAsksInASnapshotIsANewContact) {
  Switchboard board;
  board.on(LinkOpened{0});
  board.on(caller("c"));
  const ContactId first = board.contact_of("c");
  board.on(gone("c", Cause::transferred, 0));
  board.emit(first, journal::ContactEnded{});
  EXPECT_THAT(board.on(Snapshot{{{caller("c"), LegState::connected, "", false, ""}}}), IsEmpty());
  board.on(Snapshot{{{caller("c"), LegState::connected, "", true, "800"}}});
  EXPECT_TRUE(board.contact_of("c"));
}

TEST(Model, DataIsAttachedWhenItIsNew) {
  Switchboard board;
  board.on(caller("c"));
  EXPECT_THAT(kinds(board.on(DataSeen{"c", "order", "17"})), ElementsAre(Kind::data_attached));
  EXPECT_THAT(board.on(DataSeen{"c", "order", "17"}), IsEmpty());
  EXPECT_THAT(board.on(DataSeen{"c", "order", std::string(Model::kDataValueLimit + 1, 'x')}), IsEmpty());
  EXPECT_THAT(board.on(PartyChanged{"c", "+44123", ""}), IsEmpty());
  EXPECT_THAT(kinds(board.on(PartyChanged{"c", "+44999", "Mr Fox"})), ElementsAre(Kind::data_attached, Kind::data_attached));
  for (std::size_t i = 0; i < 2 * Model::kDataKeyLimit; ++i) board.on(DataSeen{"c", "k" + std::to_string(i), "v"});
  EXPECT_EQ(board.model.contact(board.contact_of("c"))->data.size(), Model::kDataKeyLimit);
}

TEST(Model, ReplacementKeepsTheContactAndTheTalk) {
  Switchboard board;
  const ContactId contact = talk(board);
  board.on(phone("a2", "PJSIP/a2"));
  EXPECT_THAT(kinds(board.on(LegsReplaced{"a", "a2"})), ElementsAre(Kind::leg_started, Kind::leg_replaced, Kind::leg_left, Kind::leg_joined));
  EXPECT_EQ(board.contact_of("a2"), contact);
  EXPECT_EQ(board.leg("a2").agent, AgentId{"bob"});
  EXPECT_EQ(board.leg("a2").call, board.leg("c").call);
  EXPECT_TRUE(board.leg("c").joined);
  EXPECT_THAT(board.on(LegsReplaced{"a", "a2"}), IsEmpty());
  EXPECT_THAT(kinds(board.on(gone("a"))), ElementsAre(Kind::leg_ended));
  EXPECT_EQ(board.model.contacts().size(), 1u);
  EXPECT_THAT(board.model.violations(), IsEmpty());
}

TEST(Model, EventsOfUnknownLegsConcludeNothingAndAreCounted) {
  Switchboard board;
  for (const SwitchEventBody& body :
       {SwitchEventBody{LegStateSeen{"x", LegState::connected}}, SwitchEventBody{LegEnteredBridge{"x", "b"}}, SwitchEventBody{LegLeftBridge{"x", "b"}},
        SwitchEventBody{LegsReplaced{"x", "y"}}, SwitchEventBody{LocalPair{"x", "y"}}, SwitchEventBody{gone("x")}, SwitchEventBody{RouteAsked{"x", "1"}},
        SwitchEventBody{PartyChanged{"x", "1", "2"}}, SwitchEventBody{DataSeen{"x", "k", "v"}}, SwitchEventBody{LegCreated{}}})
    EXPECT_THAT(board.on(body), IsEmpty());
  EXPECT_EQ(board.model.ignored(), 10u);
}

TEST(Model, EventsThatRepeatConcludeNothingAndAreCounted) {
  Switchboard board;
  board.on(LinkOpened{5});
  for (const SwitchEventBody& body : {SwitchEventBody{caller("c")}, SwitchEventBody{phone("a", "PJSIP/a1")}, SwitchEventBody{LegStateSeen{"a", LegState::connected}},
                                      SwitchEventBody{LegEnteredBridge{"c", "b"}}, SwitchEventBody{LegEnteredBridge{"a", "b"}}, SwitchEventBody{LegLeftBridge{"a", "b"}},
                                      SwitchEventBody{gone("a")}}) {
    const std::uint64_t before = board.model.ignored();
    board.on(body);
    EXPECT_EQ(board.model.ignored(), before) << body.index();
    EXPECT_THAT(board.on(body), IsEmpty());
    EXPECT_EQ(board.model.ignored(), before + 1) << body.index();
  }
}

TEST(Model, OrphansNobodyTakesAreBounded) {
  Switchboard board;
  for (std::size_t i = 0; i < Model::kOrphanLimit + 5; ++i) board.on(phone(std::to_string(i), "PJSIP/a1", {{99}, {7}, 1}));
  EXPECT_EQ(board.model.ignored(), 5u);
  EXPECT_EQ(board.model.take_orphans().size(), Model::kOrphanLimit);
}

TEST(Model, LegsBeyondTheLimitOfASwitchAreNotLookedAt) {
  Switchboard board;
  for (std::size_t i = 0; i < Sightings::kLegLimit; ++i) board.on(phone(std::to_string(i), "PJSIP/x"));
  EXPECT_THAT(board.on(caller("c")), IsEmpty());
  board.on(gone("0"));
  EXPECT_EQ(board.on(caller("c")).size(), 3u);
}

TEST(Model, EndedIdsAreRememberedUpToALimit) {
  Sightings seen;
  for (std::size_t i = 0; i <= Sightings::kRememberedEnds; ++i) seen.end(std::to_string(i), Sightings::Past::ended);
  EXPECT_FALSE(seen.has_ended("0"));
  EXPECT_TRUE(seen.has_ended("1"));
}

}  // namespace
}  // namespace callwright::cti::model
