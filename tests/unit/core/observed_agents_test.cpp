// Agents whose state is their switch's: one state of several queues, their talk by their legs, and nobody of ours steers them.
#include <gmock/gmock.h>

#include "core/queue_agents.hpp"
#include "tests/unit/core/observed_stage.hpp"

namespace callwright::core::stage {
namespace {

using journal::AgentState;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(ObservedAgents, OneStateOfSeveralQueues) {
  ObservedStage stage;
  const auto state = [&] { return std::pair(stage.agent(kSofia).state, stage.agent(kSofia).reason); };
  EXPECT_EQ(state(), std::pair(AgentState::ready, std::string()));
  stage.see("1001", There::ready, {}, "q-billing");
  stage.see("1001", There::paused, "lunch");
  EXPECT_EQ(state().first, AgentState::ready) << "ready in one of them";
  stage.see("1001", There::paused, "course", "q-billing");
  EXPECT_EQ(state(), std::pair(AgentState::not_ready, std::string("course"))) << "paused in all, for what was said last";
  stage.see("1001", There::signed_out, {}, "q-billing");
  EXPECT_EQ(state(), std::pair(AgentState::not_ready, std::string("lunch")));
  stage.see("1001", There::signed_out);
  EXPECT_EQ(state().first, AgentState::signed_out);
  stage.see("1001", There::ready, {}, "q-other");
  EXPECT_EQ(state().first, AgentState::signed_out) << "a queue that nobody observes does not count";
  stage.see("1001", There::paused, "training", "");
  EXPECT_EQ(state().first, AgentState::signed_out) << "in all queues in which he is: that one";
}

TEST(ObservedAgents, AllOfThemAtOnceNeedsNoQueuesName) {
  ObservedStage stage;
  stage.see("1001", There::signed_out, {}, "");
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::signed_out);
  stage.see("1001", There::paused, "break", "");
  EXPECT_EQ(stage.agent(kSofia).reason, "break");
  stage.see("1001", There::ready, {}, "");
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
}

TEST(ObservedAgents, AfterHisTalkHeIsWhatWasSaidLast) {
  ObservedStage stage;
  stage.queue_up();
  const std::string phone = stage.rung("1001");
  stage.answer(phone);
  stage.see("1001", There::paused, "lunch");
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::talking);
  EXPECT_EQ(stage.agent(kSofia).next_reason, "lunch");
  stage.hang_up(phone);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::not_ready) << "and no wrap-up of ours";
  EXPECT_EQ(stage.agent(kSofia).reason, "lunch");
}

TEST(ObservedAgents, HeHoldsAsHisLegsSay) {
  ObservedStage stage;
  const ContactId contact = stage.queue_up();
  const std::string phone = stage.rung("1001");
  stage.answer(phone);
  stage.event(cti::model::LegStateSeen{"c1", journal::LegState::held});
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::held);
  EXPECT_EQ(stage.contact(contact)->state, ContactState::held);
  stage.event(cti::model::LegStateSeen{"c1", journal::LegState::connected});
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::talking);
}

TEST(ObservedAgents, WhoTalksByTheSwitchesWordAloneTalksUntilHisPhoneIsFree) {
  ObservedStage stage;
  const ContactId contact = stage.queue_up();
  const std::string phone = stage.rung("1001");
  stage.offer_ends("1001", Ended::accepted);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::talking);
  stage.hang_up(phone);  // never seen in a bridge
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready);
  EXPECT_TRUE(stage.contact(contact)) << "his caller is still there";
}

TEST(ObservedAgents, ADirectCallIsATalkToo) {
  ObservedStage stage;
  stage.see("1001", There::paused, "desk");
  stage.call_in();
  stage.meet("p1", "1001", cti::model::DeviceClass::station);
  stage.answer("p1");
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::talking);
  stage.hang_up("p1");
  EXPECT_EQ(stage.agent(kSofia).reason, "desk");
}

TEST(ObservedAgents, ComingToThePageAndLeavingItChangeNothing) {
  ObservedStage stage;
  stage.see("1001", There::paused, "lunch");
  EXPECT_THAT(stage.ask(kSofia, SignIn{}).facts, IsEmpty());
  EXPECT_THAT(stage.ask(kSofia, SessionLost{}).facts, IsEmpty());
  stage.wait(1h);
  EXPECT_EQ(stage.agent(kSofia).reason, "lunch");
  EXPECT_EQ(stage.agent(kDaniel).state, AgentState::ready) << "who never had a page";
  EXPECT_TRUE(stage.ask(kSofia, SignOut{}).replies.at(0).result);
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::not_ready);
}

TEST(ObservedAgents, NeitherHeNorHisSupervisorSetsHisState) {
  ObservedStage stage;
  stage.ask(kSofia, SignIn{});
  for (const auto wanted : {AgentState::ready, AgentState::not_ready, AgentState::signed_out})
    for (const bool by_supervisor : {false, true}) {
      const Output out = stage.ask(kSofia, SetState{wanted, {}, by_supervisor});
      EXPECT_EQ(out.replies.at(0).result.error().code, Errc::observed);
      EXPECT_THAT(out.facts, IsEmpty());
    }
  EXPECT_TRUE(stage.agent(kSofia).observed);
  EXPECT_FALSE(stage.agent(kCleo).observed);
}

TEST(ObservedAgents, HisPageNeitherAnswersNorRefusesNorHoldsNorHangsUp) {
  ObservedStage stage({.observe = true, .control = true, .route = true, .answer = true});
  const ContactId contact = stage.queue_up();
  const std::string phone = stage.rung("1001");
  const OfferId offer = stage.contact(contact)->offers.at(0).offer;
  const auto refused = [&](RequestBody body) {
    const Output out = stage.ask(kSofia, std::move(body));
    EXPECT_THAT(out.facts, IsEmpty());
    return !out.replies.at(0).result && out.replies.at(0).result.error().code == Errc::observed;
  };
  EXPECT_TRUE(refused(AcceptOffer{offer}));
  EXPECT_TRUE(refused(RefuseOffer{offer}));
  stage.answer(phone);
  EXPECT_TRUE(refused(HoldContact{contact}));
  EXPECT_TRUE(refused(RetrieveContact{contact}));
  EXPECT_TRUE(refused(EndContact{contact}));
  EXPECT_TRUE(stage.ask(kSofia, WriteNote{contact, "n1", "wants a new boiler"}).replies.at(0).result) << "what she knows of it is hers to write";
  EXPECT_TRUE(stage.ask(kSofia, SetDisposition{contact, "solved", true}).replies.at(0).result);
}

TEST(ObservedAgents, NobodySteersTheirContactsAndQueues) {
  ObservedStage stage({.observe = true, .control = true, .route = true, .answer = true, .dial = true});
  const ContactId contact = stage.queue_up();
  const auto why = [&](RequestBody body) {
    const Output out = stage.step(Request{7, "user:boss", "b" + std::to_string(++stage.requests), {}, std::move(body)});
    EXPECT_THAT(out.facts, IsEmpty());
    return out.replies.at(0).result ? std::error_code{} : out.replies.at(0).result.error().code;
  };
  EXPECT_EQ(why(SteerContact{contact, SteerContact::Raise{100}}), Errc::observed);
  EXPECT_EQ(why(SteerContact{contact, SteerContact::Park{}}), Errc::observed);
  EXPECT_EQ(why(SteerContact{contact, SteerContact::Resume{}}), Errc::observed);
  EXPECT_EQ(why(SteerContact{contact, SteerContact::Pull{kCleo}}), Errc::observed);
  EXPECT_EQ(why(SteerContact{contact, SteerContact::Move{kRepairs}}), Errc::observed);
  EXPECT_EQ(why(SetEmergency{kSupport, true}), Errc::observed);
  EXPECT_EQ(why(OpenContact{.queue = kSupport}), Errc::observed);
  EXPECT_EQ(why(AskCallback{.contact = {}, .queue = kSupport, .number = "+441632960001", .due = {}, .agent = {}, .note = {}}), Errc::observed);
  EXPECT_EQ(why(AskCallback{.contact = contact, .queue = kRepairs, .number = {}, .due = {}, .agent = {}, .note = {}}), Errc::observed);
  const ContactId ours = stage.arrive("c9");
  EXPECT_EQ(why(SteerContact{ours, SteerContact::Pull{kSofia}}), Errc::observed);
  EXPECT_EQ(why(SteerContact{ours, SteerContact::Move{kSupport}}), Errc::observed);
}

std::shared_ptr<const journal::Centre> with_sofia_in(const ObservedStage& stage, const QueueId& queue, std::int64_t version) {
  auto changed = std::make_shared<journal::Centre>(*stage.document);
  changed->version = version;
  changed->agents.front().queues = {{queue, 0}};
  return changed;
}

TEST(ObservedAgents, WhoBecomesOursIsNotReadyByThat) {
  ObservedStage stage({.observe = true, .control = true, .route = true, .answer = true});
  stage.ask(kDaniel, SignIn{});
  stage.arrive("c9");
  auto changed = std::make_shared<journal::Centre>(*with_sofia_in(stage, kRepairs, 2));
  changed->agents[1].queues = {{kRepairs, 0}};
  stage.document = changed;
  EXPECT_THAT(stage.step(CentreChanged{changed}).commands, IsEmpty());
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::signed_out) << "she has no page";
  EXPECT_EQ(stage.agent(kDaniel).state, AgentState::not_ready);
}

TEST(ObservedAgents, WhoBecomesTheSwitchesIsWhatItSaidOfHim) {
  ObservedStage stage({.observe = true, .control = true, .route = true, .answer = true});
  const auto observing = stage.document;
  stage.document = with_sofia_in(stage, kRepairs, 2);
  stage.step(CentreChanged{stage.document});
  stage.make_ready(kSofia);
  stage.see("1001", There::paused, "lunch");
  EXPECT_EQ(stage.agent(kSofia).state, AgentState::ready) << "it says so of an agent of ours";
  auto back = std::make_shared<journal::Centre>(*observing);
  back->version = 3;
  stage.document = back;
  stage.step(CentreChanged{back});
  EXPECT_EQ(stage.agent(kSofia).reason, "lunch");
}

TEST(QueueAgents, ThereIsRoomForALimitedNumber) {
  QueueAgents agents;
  for (std::size_t i = 0; i < QueueAgents::kLimit; ++i) ASSERT_TRUE(agents.take(kSwitch, {std::to_string(i), "q", There::ready, ""}));
  EXPECT_FALSE(agents.take(kSwitch, {"one more", "q", There::ready, ""}));
  EXPECT_TRUE(agents.take(kSwitch, {"7", "q", There::paused, ""})) << "who is known changes";
  EXPECT_TRUE(agents.take(kSwitch, {"7", "q", There::signed_out, ""}));
  EXPECT_TRUE(agents.take(kSwitch, {"one more", "q", There::ready, ""}));
  EXPECT_TRUE(agents.replace(kSwitch, {}));
  EXPECT_TRUE(agents.take(kSwitch, {"another", "q", There::ready, ""}));
}

TEST(QueueAgents, NobodyIsSignedOutBeforeTheSwitchHasSaidWhoIsThere) {
  QueueAgents agents;
  EXPECT_EQ(agents.state_of(kSwitch, "1001", {"q"}), std::nullopt);
  agents.replace(kSwitch, {});
  EXPECT_EQ(agents.state_of(kSwitch, "1001", {"q"}), QueueAgents::Seen{});
}

TEST(QueueAgents, AReasonIsCutAtACharacter) {
  QueueAgents agents;
  std::string reason;
  for (int i = 0; i < 50; ++i) reason += "午";
  agents.take(kSwitch, {"1001", "q", There::paused, reason});
  const auto seen = agents.state_of(kSwitch, "1001", {"q"});
  EXPECT_LE(seen->reason.size(), 100u);
  EXPECT_TRUE(reason.starts_with(seen->reason));
}

}  // namespace
}  // namespace callwright::core::stage
