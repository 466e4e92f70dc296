// What supervisors do to contacts that wait, and the phone that a queue answers for its agents.
#include "stage.hpp"

namespace callwright::core::stage {
namespace {

using Steer = SteerContact;

class Supervision : public testing::Test {
 protected:
  void SetUp() override { stage_.open_link(); }

  Output steer(ContactId contact, decltype(Steer::how) how, const std::string& id = {}) {
    return stage_.step(Request{7, "user:ruth", id.empty() ? "s" + std::to_string(++asked_) : id, {}, Steer{contact, std::move(how)}});
  }
  void expect_done(const Output& out) {
    ASSERT_EQ(out.replies.size(), 1U);
    EXPECT_TRUE(out.replies[0].result) << out.replies[0].result.error().text();
  }
  void expect_refused(const Output& out, Errc code) {
    ASSERT_EQ(out.replies.size(), 1U);
    ASSERT_FALSE(out.replies[0].result);
    EXPECT_EQ(out.replies[0].result.error().code, code);
    EXPECT_TRUE(out.facts.empty());
  }

  Stage stage_;
  int asked_ = 0;
};

std::shared_ptr<journal::Centre> two_queues() {
  auto changed = std::make_shared<journal::Centre>(*centre());
  changed->version = 2;
  changed->queues.push_back(changed->queues[0]);
  changed->queues[1].id = QueueId{"plain"};
  changed->queues[1].requirements.clear();
  changed->queues[1].rules.push_back({});
  changed->queues[1].rules[0].when = "match == \"known\" && entry == \"4001\"";
  changed->queues[1].rules[0].priority = 9;
  return changed;
}

TEST_F(Supervision, RaisedPointsAreShownAndDecideWhoComesNext) {
  const ContactId first = stage_.arrive("c1", "+441632960001");
  const ContactId second = stage_.arrive("c2", "+441632960002");
  expect_done(steer(second, Steer::Raise{250}));
  EXPECT_EQ(stage_.contact(second)->boost, 250);
  EXPECT_EQ(stage_.contact(first)->boost, 0);
  EXPECT_EQ(stage_.facts<journal::VisitChanged>().back().by, "user:ruth");
  stage_.make_ready(kSofia);
  EXPECT_EQ(stage_.contact(second)->state, ContactState::offered);
}

TEST_F(Supervision, AParkedContactIsOfferedToNobodyUntilItIsResumed) {
  stage_.make_ready(kSofia);
  const ContactId contact = stage_.arrive();
  const std::string phone = stage_.ring();
  const auto parked = steer(contact, Steer::Park{});
  expect_done(parked);
  EXPECT_EQ(said<cti::model::End>(parked).size(), 1U) << "the phone that rang is let go";
  stage_.hang_up(phone);
  EXPECT_TRUE(stage_.contact(contact)->parked);
  EXPECT_EQ(stage_.contact(contact)->state, ContactState::waiting);
  EXPECT_EQ(stage_.agent(kSofia).state, journal::AgentState::ready) << "without penalty";
  const auto resumed = steer(contact, Steer::Resume{});
  expect_done(resumed);
  EXPECT_EQ(said<cti::model::Ring>(resumed).size(), 1U);
  EXPECT_FALSE(stage_.contact(contact)->parked);
}

TEST_F(Supervision, AContactIsGivenToAnAgentPastHisSkillsAndTheDecisionSaysByWhom) {
  stage_.make_ready(kSofia);
  stage_.make_ready(kDaniel);
  const ContactId contact = stage_.arrive();
  const auto given = steer(contact, Steer::Pull{kDaniel});
  expect_done(given);
  const auto offer = stage_.facts<journal::OfferMade>().back();
  EXPECT_EQ(offer.agent, kDaniel);
  EXPECT_EQ(offer.pulled_by, "user:ruth");
  EXPECT_EQ(stage_.agent(kSofia).state, journal::AgentState::ready);
  ASSERT_EQ(said<cti::model::Ring>(given).size(), 1U);
  EXPECT_EQ(said<cti::model::Ring>(given)[0].device, "1002");
}

TEST_F(Supervision, AContactMovesToAnotherQueueWithItsPlaceAndThatQueuesRules) {
  stage_.step(CentreChanged{two_queues()});
  const ContactId contact = stage_.arrive();
  const Instant place = stage_.contact(contact)->entered_at;
  stage_.wait(40s);
  expect_done(steer(contact, Steer::Move{QueueId{"plain"}}));
  EXPECT_EQ(stage_.contact(contact)->queue, QueueId{"plain"});
  EXPECT_EQ(stage_.contact(contact)->entered_at, place);
  EXPECT_EQ(stage_.contact(contact)->state, ContactState::waiting);
  EXPECT_EQ(stage_.facts<journal::VisitEnded>().back().how, journal::VisitEnd::flow_supervisor);
  EXPECT_EQ(stage_.facts<journal::VisitStarted>().back().priority, 9) << "what rules ask is told again";
  EXPECT_EQ(stage_.facts<journal::VisitStarted>().back().visit, 2) << "the contact's next one";
}

TEST_F(Supervision, AMovedContactWhoseSwitchAsksAgainStays) {
  stage_.step(CentreChanged{two_queues()});
  const ContactId contact = stage_.arrive();
  expect_done(steer(contact, Steer::Move{QueueId{"plain"}}));
  const auto out = stage_.event(cti::model::RouteAsked{"c1", "4001"});
  EXPECT_TRUE(said<cti::model::Release>(out).empty());
  EXPECT_EQ(stage_.contact(contact)->queue, QueueId{"plain"});
  EXPECT_EQ(stage_.facts<journal::VisitStarted>().size(), 2U);
}

TEST_F(Supervision, WhatCannotBeIsRefusedByNameAndChangesNothing) {
  const ContactId contact = stage_.arrive();
  expect_refused(steer(ContactId{1}, Steer::Park{}), Errc::unknown_contact);
  expect_refused(steer(contact, Steer::Raise{0}), Errc::out_of_range);
  expect_refused(steer(contact, Steer::Raise{100'001}), Errc::out_of_range);
  expect_refused(steer(contact, Steer::Pull{kSofia}), Errc::agent_not_free);
  expect_refused(steer(contact, Steer::Pull{AgentId{"nobody"}}), Errc::unknown_agent);
  expect_refused(steer(contact, Steer::Move{QueueId{"nowhere"}}), Errc::unknown_queue);
  EXPECT_EQ(stage_.core->ignored().requests, 6U);
  stage_.make_ready(kSofia);
  stage_.pick_up(stage_.ring());
  expect_refused(steer(contact, Steer::Park{}), Errc::not_waiting);
}

TEST_F(Supervision, TheSameRequestAgainActsOnceAlsoAfterARestart) {
  const ContactId contact = stage_.arrive();
  expect_done(steer(contact, Steer::Raise{5}, "once"));
  expect_done(steer(contact, Steer::Raise{5}, "once"));
  stage_.kill_and_restart();
  expect_done(steer(contact, Steer::Raise{5}, "once"));
  EXPECT_EQ(stage_.contact(contact)->boost, 5);
}

TEST_F(Supervision, AForcedStateIsTheNextOneDuringWorkAndSignsOutTheIdle) {
  stage_.make_ready(kSofia);
  stage_.make_ready(kDaniel);
  const ContactId contact = stage_.arrive();
  stage_.pick_up(stage_.ring());
  ASSERT_EQ(stage_.contact(contact)->agent, kSofia);
  stage_.ask(kSofia, SetState{journal::AgentState::not_ready, "break", true});
  EXPECT_EQ(stage_.agent(kSofia).state, journal::AgentState::talking);
  EXPECT_EQ(stage_.agent(kSofia).next, journal::AgentState::not_ready);
  stage_.ask(kDaniel, SetState{journal::AgentState::signed_out, {}, true});
  EXPECT_EQ(stage_.agent(kDaniel).state, journal::AgentState::signed_out);
}

// --- the phone is answered for the agent --------------------------------------------------------------------------------------

std::shared_ptr<journal::Centre> answering() {
  auto changed = std::make_shared<journal::Centre>(*centre());
  changed->version = 2;
  changed->queues[0].auto_answer = true;
  return changed;
}

TEST_F(Supervision, AQueueThatAnswersForItsAgentsDoesSoWhenThePhoneRingsAndOnce) {
  stage_.step(CentreChanged{answering()});
  stage_.make_ready(kSofia);
  stage_.arrive();
  const std::string phone = stage_.ring();
  const auto answer = stage_.find_command<cti::model::Answer>();
  ASSERT_TRUE(answer);
  EXPECT_EQ(std::get<cti::model::Answer>(answer->body).native_id, phone);
  EXPECT_TRUE(said<cti::model::Answer>(stage_.event(cti::model::LegStateSeen{phone, journal::LegState::alerting})).empty());
  stage_.pick_up(phone);
}

TEST_F(Supervision, ASwitchThatCannotAnswerLeavesItToTheAgent) {
  stage_.step(CentreChanged{answering()});
  stage_.step(LinkDeclared{kSwitch, {true, true, true, false}});
  stage_.make_ready(kSofia);
  stage_.arrive();
  stage_.ring();
  EXPECT_FALSE(stage_.find_command<cti::model::Answer>());
}

}  // namespace
}  // namespace callwright::core::stage
