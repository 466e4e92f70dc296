// Contacts that a queue sends on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "floor.hpp"

namespace callwright::routing {
namespace {

using journal::Overflow;
using journal::Treatment;
using testing::ElementsAre;

journal::Hours mornings() {
  journal::Hours hours;
  hours.id.value = "mornings";
  hours.name = "Mornings";
  for (int day = 1; day <= 7; ++day) hours.week.push_back({day, {8 * 60, 12 * 60}});
  return hours;
}

/// Floor::now begins on 14 November 2023 at 22:13:20 UTC.
constexpr Duration kUntilNine = 10h + 46min + 40s;

std::vector<std::string> queues_of(const Floor& floor) {
  std::vector<std::string> all;
  for (const auto& visit : floor.all<journal::VisitStarted>()) all.push_back(visit.queue.value);
  return all;
}
std::vector<VisitEnd> ends_of(const Floor& floor) {
  std::vector<VisitEnd> all;
  for (const auto& visit : floor.all<journal::VisitEnded>()) all.push_back(visit.how);
  return all;
}

/// Queues "sales" and "help", with "ann" in both, busy.
Floor floor_of(journal::Queue sales, journal::Queue help = queue("help")) {
  Floor floor;
  floor.open({.queues = {std::move(sales), std::move(help)}, .agents = {agent("ann", {}, {{"sales", 0}, {"help", 0}})}, .hours = {mornings()}});
  floor.set("ann", AgentState::not_ready, "lunch");
  return floor;
}

TEST(Flows, AClosedQueueReleasesWhoComesAndAnOpenOneKeepsHim) {
  journal::Queue sales = queue("sales");
  sales.hours.value = "mornings";
  Floor floor = floor_of(sales);
  (void)floor.enter(1, "sales");
  EXPECT_THAT(ends_of(floor), ElementsAre(VisitEnd::flow_closed));
  EXPECT_FALSE(floor.engine.waiting({1}));
  floor.pass(kUntilNine);
  (void)floor.enter(2, "sales");
  EXPECT_TRUE(floor.engine.waiting({2}));
}

TEST(Flows, WhoWaitsWhenItClosesIsServed) {
  journal::Queue sales = queue("sales");
  sales.hours.value = "mornings";
  Floor floor = floor_of(sales);
  floor.pass(kUntilNine);
  (void)floor.enter(1, "sales");
  floor.pass(4h);
  EXPECT_TRUE(floor.engine.waiting({1}));
  floor.ready("ann");
  floor.match();
  EXPECT_EQ(floor.offered(1), "ann");
}

TEST(Flows, AClosedQueueMaySendItsContactsElsewhereWithTheirPlace) {
  journal::Queue sales = queue("sales");
  sales.hours.value = "mornings";
  sales.closed = {Treatment::Action::queue, {"help"}};
  Floor floor = floor_of(sales);
  (void)floor.engine.enter({1}, {"pbx"}, {"sales"}, floor.now - 30s, floor.now, floor);
  EXPECT_THAT(queues_of(floor), ElementsAre("sales", "help"));
  EXPECT_EQ(floor.engine.waiting({1})->entered_at, floor.now - 30s);
}

TEST(Flows, NobodySignedInWhoCouldServeItIsTreatedAtEntryAndWhenTheLastOneLeaves) {
  journal::Queue sales = queue("sales");
  sales.no_agents = {Treatment::Action::queue, {"help"}};
  Floor floor = floor_of(sales);
  (void)floor.enter(1, "sales");
  EXPECT_THAT(queues_of(floor), ElementsAre("sales")) << "an agent who is not ready may come back";
  floor.set("ann", AgentState::signed_out);
  EXPECT_THAT(floor.engine.flows_due(floor.now), ElementsAre(ContactId{1}));
  floor.engine.flow({1}, floor.now, floor);
  EXPECT_THAT(queues_of(floor), ElementsAre("sales", "help"));
  (void)floor.enter(2, "sales");
  EXPECT_THAT(queues_of(floor), ElementsAre("sales", "help", "sales", "help"));
}

TEST(Flows, NobodyIsThereForACallFromASwitchThatNoAgentIsOn) {
  journal::Queue sales = queue("sales");
  sales.no_agents = {Treatment::Action::queue, {"help"}};
  Floor floor = floor_of(sales);
  (void)floor.engine.enter({1}, {"branch"}, {"sales"}, floor.now, floor.now, floor);
  EXPECT_THAT(queues_of(floor), ElementsAre("sales", "help")) << "ann's phone is on the other one";
  (void)floor.engine.enter({2}, {}, {"sales"}, floor.now, floor.now, floor);
  EXPECT_EQ(floor.engine.waiting({2})->queue.value, "sales") << "a call on no switch of ours fits any";
}

TEST(Flows, WhoHasWaitedLongEnoughOverflowsUnlessHeIsOffered) {
  journal::Queue sales = queue("sales");
  sales.overflow = {Overflow{.after = 60s, .to = {"help"}}};
  Floor floor = floor_of(sales);
  (void)floor.enter(1, "sales");
  EXPECT_EQ(*floor.engine.next_due(), floor.now + 60s);
  floor.now = floor.now + 50s;
  floor.ready("ann");
  floor.match();
  ASSERT_EQ(floor.offered(1), "ann");
  floor.now = floor.now + 15s;
  EXPECT_TRUE(floor.engine.flows_due(floor.now).empty());
  floor.engine.end_offer(floor.offer_of(1), OfferEnd::refused, floor.now, floor);
  EXPECT_THAT(floor.engine.flows_due(floor.now), ElementsAre(ContactId{1}));
  floor.engine.flow({1}, floor.now, floor);
  EXPECT_THAT(ends_of(floor), ElementsAre(VisitEnd::flow_overflow));
  EXPECT_EQ(floor.engine.waiting({1})->queue.value, "help");
}

TEST(Flows, AFullQueueSendsOnWhoComesNext) {
  journal::Queue sales = queue("sales");
  sales.overflow = {Overflow{.longer_than = 2, .to = {"help"}}};
  Floor floor = floor_of(sales);
  for (int i = 1; i <= 4; ++i) (void)floor.enter(i, "sales");
  EXPECT_THAT(queues_of(floor), ElementsAre("sales", "sales", "sales", "sales", "help"));
}

TEST(Flows, ALoopOfOverflowsEndsWhereAQueueWouldBeEnteredAgain) {
  journal::Queue sales = queue("sales"), help = queue("help");
  sales.hours.value = help.hours.value = "mornings";
  sales.closed = {Treatment::Action::queue, {"help"}};
  help.closed = {Treatment::Action::queue, {"sales"}};
  Floor floor = floor_of(sales, help);
  (void)floor.enter(1, "sales");
  EXPECT_THAT(queues_of(floor), ElementsAre("sales", "help"));
  EXPECT_EQ(floor.engine.waiting({1})->queue.value, "help");
}

TEST(Flows, FoldingGivesTheSameEngine) {
  journal::Queue sales = queue("sales");
  sales.overflow = {Overflow{.after = 60s, .to = {"help"}, .keeps_place = false}};
  Floor floor = floor_of(sales);
  (void)floor.enter(1, "sales");
  floor.pass(61s);
  floor.engine.flow({1}, floor.now, floor);
  EXPECT_EQ(floor.engine.waiting({1})->entered_at, floor.now);
  Engine folded;
  for (const auto& fact : floor.facts) folded.apply(fact);
  EXPECT_EQ(folded.digest(), floor.engine.digest());
}

// --- messages, hanging up, emergency ---------------------------------------------------------------------------------------

using journal::TreatedFor;
using journal::VisitHeard;
using journal::VisitTreated;

Treatment treatment(Treatment::Action action, const char* to = "", const char* message = "") {
  return {.action = action, .to = {to}, .message = message};
}

/// Comes to this queue; its switch can play a message to it.
void enter_hearing(Floor& floor, std::int64_t contact, const std::string& to) {
  (void)floor.engine.enter({contact}, {"pbx"}, {to}, floor.now, floor.now, floor,
                           {.attributes = {}, .last_agent = {}, .named_agent = {}, .hears = true});
}
void flow_all(Floor& floor, bool hears = true) {
  for (ContactId id : floor.engine.flows_due(floor.now))
    floor.engine.flow(id, floor.now, floor, {.attributes = {}, .last_agent = {}, .named_agent = {}, .hears = hears});
}
void expect_folds(const Floor& floor) {
  Engine folded;
  for (const auto& fact : floor.facts) folded.apply(fact);
  EXPECT_EQ(folded.digest(), floor.engine.digest());
  EXPECT_THAT(floor.engine.violations(), testing::IsEmpty());
}

TEST(Treatments, AMessageIsHeardToItsEndBeforeAnythingElseHappens) {
  journal::Queue sales = queue("sales");
  sales.hours.value = "mornings";
  sales.closed = treatment(Treatment::Action::queue, "help", "we-are-closed");
  Floor floor = floor_of(sales);
  floor.ready("ann");
  enter_hearing(floor, 1, "sales");
  floor.match();
  EXPECT_THAT(queues_of(floor), ElementsAre("sales"));
  EXPECT_EQ(floor.offered(1), "") << "nobody is asked while it plays";
  EXPECT_TRUE(floor.engine.waiting({1})->treated);
  EXPECT_THAT(floor.engine.flows_due(floor.now), testing::IsEmpty());
  expect_folds(floor);
  floor.now = floor.now + 8s;
  floor.engine.hear_out({1}, floor);
  flow_all(floor);
  EXPECT_THAT(queues_of(floor), ElementsAre("sales", "help"));
  floor.match();
  EXPECT_EQ(floor.offered(1), "ann");
  expect_folds(floor);
}

TEST(Treatments, AMessageWhoseEndNobodyTellsEndsByItself) {
  journal::Queue sales = queue("sales");
  sales.hours.value = "mornings";
  sales.closed = treatment(Treatment::Action::release, "", "we-are-closed");
  Floor floor = floor_of(sales);
  enter_hearing(floor, 1, "sales");
  EXPECT_EQ(*floor.engine.next_due(), floor.now + 2min);
  floor.pass(2min);
  flow_all(floor);
  EXPECT_THAT(ends_of(floor), ElementsAre(VisitEnd::flow_closed));
  EXPECT_FALSE(floor.engine.waiting({1}));
  expect_folds(floor);
}

TEST(Treatments, WhoCannotHearAMessageIsTreatedWithoutIt) {
  journal::Queue sales = queue("sales");
  sales.hours.value = "mornings";
  sales.closed = treatment(Treatment::Action::queue, "help", "we-are-closed");
  Floor floor = floor_of(sales);
  (void)floor.enter(1, "sales");
  EXPECT_THAT(queues_of(floor), ElementsAre("sales", "help"));
}

TEST(Treatments, AQueueThatOpensDuringItsMessageKeepsTheContact) {
  journal::Queue sales = queue("sales");
  sales.hours.value = "mornings";
  sales.closed = treatment(Treatment::Action::release, "", "we-are-closed");
  Floor floor = floor_of(sales);
  floor.now = floor.now + kUntilNine - 1h - 1s;  // a second before eight
  enter_hearing(floor, 1, "sales");
  floor.now = floor.now + 5s;
  floor.engine.hear_out({1}, floor);
  flow_all(floor);
  EXPECT_TRUE(floor.engine.waiting({1}));
  floor.ready("ann");
  floor.match();
  EXPECT_EQ(floor.offered(1), "ann");
}

TEST(Treatments, WhomAQueueKeptBecauseItOpenedIsServedWhenItClosesAgain) {
  journal::Queue sales = queue("sales");
  sales.hours.value = "mornings";
  sales.closed = treatment(Treatment::Action::release, "", "we-are-closed");
  Floor floor = floor_of(sales);
  floor.now = floor.now + kUntilNine - 1h - 1s;  // a second before eight
  enter_hearing(floor, 1, "sales");
  floor.now = floor.now + 5s;
  floor.engine.hear_out({1}, floor);
  floor.now = floor.now + 4h;  // past noon
  enter_hearing(floor, 2, "sales");
  floor.engine.hear_out({2}, floor);
  Engine folded;
  for (const auto& fact : floor.facts) folded.apply(fact);
  folded.configure(floor.centre);
  EXPECT_THAT(folded.flows_due(floor.now), ElementsAre(ContactId{2}));
  flow_all(floor);
  EXPECT_TRUE(floor.engine.waiting({1}));
  EXPECT_FALSE(floor.engine.waiting({2}));
  floor.now = floor.now + 24h;
  flow_all(floor);
  EXPECT_TRUE(floor.engine.waiting({1}));
}

TEST(Treatments, WhoWaitsAllTheSameHearsTheMessageOnce) {
  journal::Queue sales = queue("sales");
  sales.no_agents = treatment(Treatment::Action::wait, "", "nobody-here");
  Floor floor = floor_of(sales);
  enter_hearing(floor, 1, "sales");
  EXPECT_THAT(floor.all<VisitTreated>(), testing::IsEmpty()) << "ann may come back";
  floor.set("ann", AgentState::signed_out);
  flow_all(floor);
  ASSERT_EQ(floor.all<VisitTreated>().size(), 1u);
  EXPECT_EQ(floor.last<VisitTreated>().why, TreatedFor::no_agents);
  floor.engine.hear_out({1}, floor);
  flow_all(floor);
  floor.pass(1h);
  flow_all(floor);
  EXPECT_EQ(floor.all<VisitTreated>().size(), 1u);
  EXPECT_TRUE(floor.engine.waiting({1}));
  expect_folds(floor);
}

TEST(Treatments, WhoIsHungUpOnSaysWhyInTheJournal) {
  journal::Queue sales = queue("sales");
  sales.hours.value = "mornings";
  sales.closed = {.action = Treatment::Action::hang_up, .cause = Treatment::HangUp::busy};
  Floor floor = floor_of(sales);
  enter_hearing(floor, 1, "sales");
  EXPECT_THAT(floor.all<VisitTreated>(), ElementsAre(VisitTreated{1, TreatedFor::closed, floor.now}));
  EXPECT_THAT(ends_of(floor), ElementsAre(VisitEnd::flow_closed));
  expect_folds(floor);
}

TEST(Treatments, ASupervisorsPullCutsTheMessageShort) {
  journal::Queue sales = queue("sales");
  sales.hours.value = "mornings";
  sales.closed = treatment(Treatment::Action::release, "", "we-are-closed");
  Floor floor = floor_of(sales);
  enter_hearing(floor, 1, "sales");
  floor.ready("ann");
  floor.mint.advance(floor.now);
  ASSERT_TRUE(floor.engine.pull({1}, {"ann"}, "boss", floor.now, floor.mint, floor));
  EXPECT_EQ(floor.offered(1), "ann");
  flow_all(floor);
  EXPECT_EQ(floor.offered(1), "ann") << "who is offered does not flow";
  expect_folds(floor);
}

TEST(Emergency, WhoComesAndWhoWaitsFlowsAndWhoIsOfferedStays) {
  journal::Queue sales = queue("sales");
  sales.emergency = treatment(Treatment::Action::queue, "help");
  Floor floor = floor_of(sales);
  (void)floor.enter(1, "sales");
  (void)floor.enter(2, "sales");
  floor.ready("ann");
  floor.match();
  ASSERT_EQ(floor.offered(1), "ann");
  ASSERT_TRUE(floor.engine.set_emergency({"sales"}, true, "user:3", floor));
  flow_all(floor);
  EXPECT_EQ(floor.engine.waiting({1})->queue.value, "sales");
  EXPECT_EQ(floor.engine.waiting({2})->queue.value, "help");
  (void)floor.enter(3, "sales");
  EXPECT_EQ(floor.engine.waiting({3})->queue.value, "help");
  floor.engine.end_offer(floor.offer_of(1), OfferEnd::refused, floor.now, floor);
  flow_all(floor);
  EXPECT_EQ(floor.engine.waiting({1})->queue.value, "help");
  expect_folds(floor);
}

TEST(Emergency, IsAFactOnceAndOver) {
  Floor floor = floor_of(queue("sales"));
  EXPECT_EQ(floor.engine.set_emergency({"nowhere"}, true, "boss", floor).error().code, Errc::unknown_queue);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(floor.engine.set_emergency({"sales"}, true, "boss", floor));
  EXPECT_EQ(floor.engine.emergency({"sales"})->by, "boss");
  EXPECT_EQ(floor.engine.emergency({"sales"})->since, floor.now);
  expect_folds(floor);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(floor.engine.set_emergency({"sales"}, false, "boss", floor));
  EXPECT_FALSE(floor.engine.emergency({"sales"}));
  EXPECT_EQ(floor.all<journal::EmergencySet>().size(), 2u);
  (void)floor.enter(1, "sales");
  EXPECT_TRUE(floor.engine.waiting({1}));
  expect_folds(floor);
}

TEST(Emergency, ComesBeforeClosedAndTheFallbackHasTheCallersUnlessTheQueueSaysOtherwise) {
  journal::Queue sales = queue("sales");
  sales.hours.value = "mornings";
  sales.closed = treatment(Treatment::Action::queue, "help");
  Floor floor = floor_of(sales);
  (void)floor.engine.set_emergency({"sales"}, true, "boss", floor);
  (void)floor.enter(1, "sales");
  EXPECT_FALSE(floor.engine.waiting({1}));
  EXPECT_THAT(ends_of(floor), ElementsAre(VisitEnd::flow_closed));
}

TEST(Emergency, WhoWaitsHearsItsMessageAlsoIfHeHasHeardAnother) {
  journal::Queue sales = queue("sales");
  sales.no_agents = treatment(Treatment::Action::wait, "", "nobody-here");
  sales.emergency = treatment(Treatment::Action::release, "", "fire");
  Floor floor = floor_of(sales);
  floor.set("ann", AgentState::signed_out);
  enter_hearing(floor, 1, "sales");
  floor.engine.hear_out({1}, floor);
  flow_all(floor);
  (void)floor.engine.set_emergency({"sales"}, true, "boss", floor);
  flow_all(floor);
  ASSERT_TRUE(floor.engine.waiting({1})->treated);
  EXPECT_EQ(floor.last<VisitTreated>().why, TreatedFor::emergency);
  floor.engine.hear_out({1}, floor);
  flow_all(floor);
  EXPECT_FALSE(floor.engine.waiting({1}));
  expect_folds(floor);
}

TEST(Hours, AQueueSaysWhetherItIsOpenAndWhenThatChanges) {
  journal::Queue sales = queue("sales");
  sales.hours.value = "mornings";
  Floor floor = floor_of(sales);
  EXPECT_FALSE(floor.engine.is_open({"sales"}, floor.now));
  EXPECT_EQ(floor.engine.next_hours_change({"sales"}, floor.now), floor.now + kUntilNine - 1h);
  EXPECT_TRUE(floor.engine.is_open({"help"}, floor.now));
  EXPECT_EQ(floor.engine.next_hours_change({"help"}, floor.now), std::nullopt);
}

}  // namespace
}  // namespace callwright::routing
