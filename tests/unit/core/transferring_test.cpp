// Callers whom agents hand on by their page.
#include <gtest/gtest.h>

#include "tests/unit/core/stage.hpp"

namespace callwright::core::stage {
namespace {

const QueueId kSecond{"second"}, kNight{"night"};

/// A second queue of both agents, and one that never opens today.
std::shared_ptr<const journal::Centre> two_queues() {
  auto document = std::make_shared<journal::Centre>(*centre());
  journal::Queue second = document->queues[0], night = document->queues[0];
  second.id = kSecond;
  night.id = kNight;
  night.hours = HoursId{"never"};
  document->hours.push_back({.id = night.hours, .time_zone = "Etc/UTC"});
  document->queues.push_back(second);
  document->queues.push_back(night);
  for (journal::Agent& agent : document->agents) agent.queues.push_back({kSecond});
  return document;
}

struct Transfer : testing::Test {
  Stage stage{two_queues()};
  ContactId contact;
  std::string phone;

  void SetUp() override {
    stage.open_link();
    stage.make_ready(kSofia);
    stage.make_ready(kDaniel);
    contact = stage.arrive();
    phone = stage.ring();
    stage.pick_up(phone);
    talker = stage.contact(contact)->agent;
    other = talker == kSofia ? kDaniel : kSofia;
  }
  void expect_refused(RequestBody body, Errc code) {
    const std::size_t facts = stage.journal.size();
    stage.ask(talker, std::move(body));
    ASSERT_EQ(stage.last.replies.size(), 1u);
    ASSERT_FALSE(stage.last.replies[0].result);
    EXPECT_EQ(stage.last.replies[0].result.error().code, code) << stage.last.replies[0].result.error().context;
    EXPECT_EQ(stage.journal.size(), facts);
    EXPECT_TRUE(stage.last.commands.empty());
  }
  /// What the switch says of a caller who was taken out of the talk and hears music.
  void the_switch_parks_him() {
    stage.event(cti::model::LegLeftBridge{"c1", "b-c1"});
    stage.event(cti::model::LegStateSeen{"c1", journal::LegState::queued});
  }
  AgentId talker, other;
};

TEST_F(Transfer, TheCallerWaitsInTheQueueAndHisAgentIsFreeOfHim) {
  ASSERT_TRUE(stage.ask(talker, TransferContact{contact, kSecond, {}}).replies[0].result);
  const auto commands = stage.last.commands;
  ASSERT_GE(commands.size(), 2u);
  EXPECT_EQ(std::get<cti::model::Park>(commands[0].body).native_id, "c1") << "music before his agent goes";
  EXPECT_EQ(std::get<cti::model::End>(commands[1].body).native_id, phone);
  const auto visits = stage.facts<journal::VisitStarted>();
  ASSERT_EQ(visits.size(), 2u);
  EXPECT_EQ(visits[1].queue, kSecond);
  EXPECT_EQ(visits[1].visit, 2);
  const auto told = stage.facts<journal::TransferCompleted>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].how, journal::TransferKind::blind);
  EXPECT_EQ(told[0].to, "second");
  the_switch_parks_him();
  stage.hang_up(phone);
  EXPECT_FALSE(stage.find_command<cti::model::End>()) << "the caller stays";
  EXPECT_EQ(stage.agent(talker).state, journal::AgentState::wrap_up);
  EXPECT_TRUE(stage.contact(contact));
}

TEST_F(Transfer, TheNextAgentAnswersTheSecondVisit) {
  stage.ask(talker, TransferContact{contact, kSecond, {}});
  const std::string second = stage.ring();
  the_switch_parks_him();
  stage.hang_up(phone);
  stage.pick_up(second);
  const auto answered = stage.facts<journal::ContactAnswered>();
  ASSERT_EQ(answered.size(), 2u);
  EXPECT_EQ(answered[1].agent, other);
  EXPECT_EQ(stage.contact(contact)->state, ContactState::talking);
  stage.hang_up("c1");
  stage.hang_up(second);
  stage.wait(60s);
  EXPECT_EQ(stage.facts<journal::ContactEnded>().size(), 1u);
}

TEST_F(Transfer, AColleagueIsOfferedHimAtOnceAndHeWaitsOnIfTheColleagueDoesNotAnswer) {
  ASSERT_TRUE(stage.ask(talker, TransferContact{contact, kSecond, other}).replies[0].result);
  const auto offers = stage.facts<journal::OfferMade>();
  ASSERT_EQ(offers.size(), 2u);
  EXPECT_EQ(offers[1].agent, other);
  EXPECT_EQ(offers[1].pulled_by, "user:" + talker.value);
  const std::string rings = stage.ring();
  the_switch_parks_him();
  stage.hang_up(phone);
  stage.hang_up(rings, journal::Cause::no_answer);
  EXPECT_EQ(stage.contact(contact)->state, ContactState::waiting);
  EXPECT_EQ(stage.contact(contact)->queue, kSecond);
}

TEST_F(Transfer, WhoIsOnHoldCanBeHandedOnToo) {
  stage.event(cti::model::LegStateSeen{"c1", journal::LegState::held});
  EXPECT_TRUE(stage.ask(talker, TransferContact{contact, kSecond, {}}).replies[0].result);
}

TEST_F(Transfer, WhatCannotBeIsRefusedAndChangesNothing) {
  expect_refused(TransferContact{ContactId{99}, kSecond, {}}, Errc::unknown_contact);
  expect_refused(TransferContact{contact, QueueId{"nowhere"}, {}}, Errc::unknown_queue);
  expect_refused(TransferContact{contact, kNight, {}}, Errc::queue_closed);
  expect_refused(TransferContact{contact, kSecond, AgentId{"nobody"}}, Errc::unknown_agent);
  expect_refused(TransferContact{contact, kSecond, talker}, Errc::agent_not_free);
  stage.ask(other, TransferContact{contact, kSecond, {}});
  EXPECT_EQ(stage.last.replies[0].result.error().code, Errc::not_yours);
}

TEST_F(Transfer, NobodyIsHandedOnBeforeHeIsAnsweredOrAfterHeHasGone) {
  stage.hang_up("c1");
  expect_refused(TransferContact{contact, kSecond, {}}, Errc::wrong_state);
}

TEST_F(Transfer, HisAgentIsHungUpAgainIfTheSwitchNeverHeardOfIt) {
  stage.event(cti::model::LinkLost{"cut"});
  stage.ask(talker, TransferContact{contact, kSecond, {}});  // both commands are lost
  stage.event(cti::model::LegLeftBridge{"c1", "b-c1"});
  const auto end = stage.find_command<cti::model::End>();
  ASSERT_TRUE(end) << "who handed him on hears silence";
  EXPECT_EQ(std::get<cti::model::End>(end->body).native_id, phone);
}

TEST_F(Transfer, ARestartBeforeTheSwitchHasDoneItKeepsHimInTheQueue) {
  stage.ask(talker, TransferContact{contact, kSecond, {}});
  stage.kill_and_restart();
  EXPECT_EQ(stage.contact(contact)->queue, kSecond);
  the_switch_parks_him();
  stage.hang_up(phone);
  EXPECT_TRUE(stage.contact(contact));
  EXPECT_EQ(stage.facts<journal::VisitStarted>().size(), 2u);
}

}  // namespace
}  // namespace callwright::core::stage
