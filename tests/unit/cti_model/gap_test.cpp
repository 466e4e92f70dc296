#include <gmock/gmock.h>

#include "switchboard.hpp"

namespace callwright::cti::model {
namespace {

using journal::Cause, journal::Kind, journal::LegState, journal::OpenedBy;
using std::chrono::seconds;
using testing::ElementsAre, testing::IsEmpty;

SnapshotLeg seen(LegCreated leg, LegState state, std::string bridge = {}, bool asks_route = false) {
  return {std::move(leg), state, std::move(bridge), asks_route, asks_route ? "800" : ""};
}

Snapshot talking(ContactId contact) {
  return {{seen(caller("c"), LegState::connected, "b"), seen(phone("a", "PJSIP/a1", {contact, {7}, 1}), LegState::connected, "b")}};
}

TEST(Gap, FirstOpeningIsNoGap) {
  Switchboard board;
  EXPECT_THAT(kinds(board.on(LinkOpened{1})), ElementsAre(Kind::link_up));
  EXPECT_THAT(board.on(LinkOpened{1}), IsEmpty());
  EXPECT_TRUE(board.model.link_up(kSwitch));
  EXPECT_THAT(board.on(Snapshot{}), IsEmpty());
}

TEST(Gap, LinkThatNeverOpenedLeavesNoGap) {
  Switchboard board;
  EXPECT_THAT(kinds(board.on(LinkLost{"refused"})), ElementsAre(Kind::link_down));
  EXPECT_THAT(board.on(LinkLost{"refused"}), IsEmpty());
  board.pass(seconds(5));
  EXPECT_THAT(kinds(board.on(LinkOpened{1})), ElementsAre(Kind::link_up));
  EXPECT_THAT(board.on(Snapshot{}), IsEmpty());
}

TEST(Gap, LegsAreShownAsUnknownUntilTheSnapshotAndNoFactSaysSo) {
  Switchboard board;
  const ContactId contact = talk(board);
  board.on(LegStateSeen{"a", LegState::held});
  EXPECT_EQ(board.model.state_shown(board.leg("a")), LegState::held);
  board.on(LinkLost{"closed"});
  EXPECT_EQ(board.model.state_shown(board.leg("a")), LegState::unknown);
  EXPECT_EQ(board.leg("a").state, LegState::held);
  board.pass(seconds(5));
  board.on(LinkOpened{1});
  EXPECT_EQ(board.model.state_shown(board.leg("c")), LegState::unknown) << "up, and still nobody knows";
  const auto led_to = board.on(Snapshot{{seen(caller("c"), LegState::connected, "b"), seen(phone("a", "PJSIP/a1", {contact, {7}, 1}), LegState::held, "b")}});
  EXPECT_THAT(kinds(led_to), ElementsAre(Kind::gap_found));
  EXPECT_EQ(board.model.state_shown(board.leg("a")), LegState::held);
  Switchboard after;
  after.fold(board.facts);
  EXPECT_EQ(after.model.state_shown(after.leg("a")), LegState::unknown) << "after a restart too";
}

TEST(Gap, LegsStayThroughTheGapAndTheSnapshotFindsItOnce) {
  Switchboard board;
  const ContactId contact = talk(board);
  const Instant heard = board.now;
  board.pass(seconds(2));
  EXPECT_THAT(kinds(board.on(LinkLost{"reset"})), ElementsAre(Kind::link_down));
  EXPECT_EQ(board.leg("c").state, LegState::connected);
  board.pass(seconds(3));
  EXPECT_THAT(kinds(board.on(LinkOpened{1})), ElementsAre(Kind::link_up));
  EXPECT_EQ(board.on(talking(contact)), (std::vector<journal::Body>{journal::GapFound{kSwitch, heard, board.now}}));
  EXPECT_THAT(board.on(talking(contact)), IsEmpty());
}

TEST(Gap, AbsentLegsAreLostWithBothBounds) {
  Switchboard board;
  talk(board);
  const Instant heard = board.now;
  board.pass(seconds(2));
  board.on(LinkLost{"reset"});
  board.on(LinkOpened{1});
  const auto led_to = board.on(Snapshot{{seen(caller("c"), LegState::connected)}});
  EXPECT_THAT(kinds(led_to), ElementsAre(Kind::gap_found, Kind::leg_ended, Kind::leg_left));
  const auto& ended = std::get<journal::LegEnded>(led_to[1]);
  EXPECT_EQ(ended.cause, Cause::lost);
  EXPECT_EQ(ended.lost_from, heard);
  EXPECT_EQ(ended.lost_to, board.now);
  EXPECT_FALSE(board.leg("c").joined);
}

TEST(Gap, WhatHappenedInItIsSeenAfterwards) {
  Switchboard board;
  const ContactId contact = ring(board);
  board.on(LinkLost{"reset"});
  board.on(LinkOpened{1});
  const auto led_to = board.on(talking(contact));
  EXPECT_THAT(kinds(led_to), ElementsAre(Kind::gap_found, Kind::leg_state_changed, Kind::leg_state_changed, Kind::leg_joined, Kind::leg_joined, Kind::call_ended,
                                         Kind::contact_answered));
}

TEST(Gap, UnknownCallersAreFoundAndAskForTheirRoute) {
  Switchboard board;
  board.on(LinkOpened{1});
  const Snapshot snapshot{{seen(caller("c"), LegState::connected, "", true)}};
  EXPECT_THAT(kinds(board.on(snapshot)), ElementsAre(Kind::contact_opened, Kind::call_started, Kind::leg_started, Kind::route_requested));
  EXPECT_EQ(board.model.contacts().begin()->second.opened.by, OpenedBy::found);
  EXPECT_EQ(board.leg("c").state, LegState::connected);
  EXPECT_THAT(board.on(snapshot), IsEmpty());
}

TEST(Gap, LegWithOurTokensFoundInASnapshotJoinsItsContact) {
  Switchboard board;
  board.on(LinkOpened{1});
  board.on(caller("c"));
  const ContactId contact = board.contact_of("c");
  board.on(Snapshot{{seen(caller("c"), LegState::connected), seen(phone("a", "PJSIP/a1", {contact, {7}, 1}), LegState::alerting)}});
  EXPECT_EQ(board.contact_of("a"), contact);
}

TEST(Gap, OrphanIsToldAgainByEachSnapshot) {
  Switchboard board;
  const Snapshot snapshot{{seen(phone("a", "PJSIP/a1", {{99}, {7}, 1}), LegState::alerting)}};
  EXPECT_THAT(board.on(snapshot), IsEmpty());
  EXPECT_EQ(board.model.take_orphans().size(), 1u);
  EXPECT_THAT(board.on(snapshot), IsEmpty());
  EXPECT_EQ(board.model.take_orphans().size(), 1u);
}

TEST(Gap, OrphanAtACustomersEarIsTheAgentOfHisContact) {
  Switchboard board;
  board.on(LinkOpened{1});
  // Before and after the caller in the order of the snapshot.
  const Snapshot snapshot{{seen(phone("a", "PJSIP/a1", {{99}, {7}, 1}), LegState::connected, "b"), seen(caller("c"), LegState::connected, "b"),
                           seen(phone("d", "PJSIP/a2", {{98}, {6}, 1}), LegState::connected, "b2")}};
  board.on(snapshot);
  EXPECT_EQ(board.contact_of("a"), board.contact_of("c"));
  EXPECT_EQ(board.leg("a").role, journal::LegRole::agent);
  EXPECT_EQ(board.leg("a").agent, AgentId{"ann"});
  EXPECT_TRUE(board.model.contact(board.contact_of("c"))->answered);
  EXPECT_THAT(board.model.take_orphans(), ElementsAre(testing::Field(&Orphan::native_id, "d")));
  EXPECT_THAT(board.on(snapshot), IsEmpty());
}

TEST(Gap, OrphanBehindALocalChannelAtACustomersEarIsTheAgentOfHisContact) {
  Switchboard board;
  board.on(LinkOpened{1});
  for (const char* name : {"l1", "l2"}) board.on(half(name));
  board.on(LocalPair{"l1", "l2"});
  board.on(Snapshot{{seen(caller("c"), LegState::connected, "b1"), seen(half("l1", {{99}, {7}, 1}), LegState::connected, "b1"),
                     seen(half("l2"), LegState::connected, "b2"), seen(phone("q", "PJSIP/a1"), LegState::connected, "b2")}});
  EXPECT_EQ(board.contact_of("q"), board.contact_of("c"));
  EXPECT_EQ(board.leg("l1").role, journal::LegRole::hidden);
  EXPECT_THAT(board.model.take_orphans(), IsEmpty());
}

TEST(Gap, RestartedSwitchTookItsLegsAlong) {
  Switchboard board;
  talk(board);
  board.on(phone("p", "PJSIP/a3"));
  const Instant heard = board.now;
  board.pass(seconds(1));
  board.on(LinkLost{"closed"});
  board.pass(seconds(3));
  const auto led_to = board.on(LinkOpened{2});
  EXPECT_THAT(kinds(led_to), ElementsAre(Kind::link_up, Kind::leg_ended, Kind::leg_ended, Kind::call_ended));
  const auto& ended = std::get<journal::LegEnded>(led_to[1]);
  EXPECT_EQ(ended.cause, Cause::switch_lost);
  EXPECT_EQ(ended.lost_from, heard);
  EXPECT_EQ(ended.lost_to, board.now);
  EXPECT_FALSE(board.model.device_in_use(kSwitch, "PJSIP/a3"));
  // Its ids begin again: they are other legs.
  EXPECT_THAT(kinds(board.on(Snapshot{{seen(caller("c"), LegState::initiated)}})),
              ElementsAre(Kind::gap_found, Kind::contact_opened, Kind::call_started, Kind::leg_started));
  EXPECT_EQ(board.leg("c").boot_epoch, 2);
}

TEST(Gap, RestartOfTheServerKnowsItsLegsAgain) {
  Switchboard board;
  const ContactId contact = talk(board);
  board.pass(seconds(1));
  Switchboard again;
  again.fold(board.facts);
  EXPECT_EQ(again.model.digest(), board.model.digest());
  again.now = board.now;
  again.pass(seconds(4));
  EXPECT_THAT(kinds(again.on(LinkOpened{1})), ElementsAre(Kind::link_up));
  EXPECT_THAT(kinds(again.on(talking(contact))), ElementsAre(Kind::gap_found));
  EXPECT_EQ(std::get<journal::GapFound>(again.facts.back().body).from, kStart);
  EXPECT_EQ(again.leg("a").id, board.leg("a").id);
  EXPECT_THAT(kinds(again.on(gone("a"))), ElementsAre(Kind::leg_left, Kind::leg_left, Kind::leg_ended));
}

TEST(Gap, EndOfATalkIsUnderstoodEvenBeforeTheSnapshotOfARestart) {
  Switchboard board;
  talk(board);
  Switchboard again;
  again.fold(board.facts);
  EXPECT_THAT(kinds(again.on(gone("a"))), ElementsAre(Kind::leg_left, Kind::leg_left, Kind::leg_ended));
  EXPECT_THAT(again.model.violations(), IsEmpty());
}

TEST(Gap, TalkThatMovedToAnotherBridgeInItIsTheSameTalk) {
  Switchboard board;
  const ContactId contact = talk(board);
  Snapshot moved = talking(contact);
  for (SnapshotLeg& leg : moved.legs) leg.bridge = "b2";
  EXPECT_THAT(board.on(moved), IsEmpty());
}

}  // namespace
}  // namespace callwright::cti::model
