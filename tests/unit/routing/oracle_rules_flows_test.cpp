#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "oracle_flows.hpp"
#include "oracle_rules.hpp"

namespace callwright::routing_oracle {
namespace {

using journal::Overflow;
using journal::TreatedFor;
using journal::Treatment;
using journal::VisitTreated;
using Action = Treatment::Action;

/// "help" beside the queue of the rules, which is open in the hour of 22:14 UTC that `now` is in. What a queue answers is written as how it came to
/// it, and where it sends the contact.
struct OracleFlows : OracleRules {
  OracleFlows() {
    centre.queues.push_back({.id = {"help"}});
    centre.hours = {{.id = {"evenings"}}};
    for (int day = 1; day <= 7; ++day) centre.hours.front().week.push_back({day, {22 * 60, 23 * 60}});
    configure();
  }
  static Treatment send(const char* message = "") { return {.action = Action::queue, .to = {"help"}, .message = message}; }
  static Treatment treat(Action action, const char* message = "") { return {.action = action, .message = message}; }
  journal::Queue& help() { return centre.queues[1]; }
  void close() { now = now + 1h; }
  void emergency(bool on) { tell(0, journal::EmergencySet{{"sales"}, on, "boss"}); }
  void treated(std::int64_t contact, TreatedFor why) { tell(contact, VisitTreated{1, why, now + 2min}); }
  void heard(std::int64_t contact) { tell(contact, journal::VisitHeard{1}); }
  void flowed(std::int64_t contact, const std::string& from, VisitEnd how = VisitEnd::flow_overflow) {
    tell(contact, journal::VisitEnded{1, {from}, how, {}});
  }
  Answer answer(std::int64_t contact, bool entering, bool hears) const { return Flows::ask(oracle, {contact}, entering, hears, now); }
  static std::string text_of(const std::optional<Flow>& flow) {
    static constexpr std::array kBy{"emergency", "closed", "no_agents", "wait", "length", "estimate"};
    if (!flow) return "keeps";
    const std::string to = flow->message ? "message" : flow->hang_up ? "hang up" : flow->to ? flow->to.value : "release";
    return std::string(kBy[static_cast<std::size_t>(flow->by)]) + " " + to + (flow->keeps_place ? "" : ", new place");
  }
  std::string at_entry(std::int64_t contact, bool hears = false) const { return text_of(answer(contact, true, hears).flow); }
  std::string waiting(std::int64_t contact, bool hears = false) const { return text_of(answer(contact, false, hears).flow); }
  std::vector<journal::Body> facts(std::int64_t contact, bool entering = true, bool hears = false) const {
    return Flows::facts(*oracle.waiting({contact}), *answer(contact, entering, hears).flow, now);
  }
};

TEST_F(OracleFlows, EmergencyThenClosedThenNobodyThereThenOverflow) {
  sales().hours = {"evenings"};
  sales().no_agents = send();
  sales().overflow = {{.after = 1s, .to = {"help"}, .keeps_place = false}};
  configure();
  enter(1);
  now = now + 1s;
  EXPECT_EQ(at_entry(1), "wait help, new place");
  for (const char* name : {"ann", "bob"}) state(name, AgentState::unreachable);
  EXPECT_EQ(at_entry(1), "no_agents help");
  close();
  EXPECT_EQ(at_entry(1), "closed release");
  emergency(true);
  EXPECT_EQ(at_entry(1), "emergency release");
  emergency(false);
  EXPECT_EQ(at_entry(1), "closed release");
}

TEST_F(OracleFlows, WhatHasNowhereToGoOrWaitsAllTheSameIsAskedTheNext) {
  sales().hours = {"evenings"};
  sales().closed = send();
  sales().emergency = treat(Action::wait);
  sales().overflow = {{.after = 1s, .to = {"gone"}}, {.after = 1s, .to = {"sales"}}, {.after = 2s, .to = {"help"}}};
  configure();
  close();
  emergency(true);
  enter(1);
  EXPECT_EQ(at_entry(1), "closed help");
  sales().closed = treat(Action::wait);
  configure();
  now = now + 2s;
  EXPECT_EQ(at_entry(1), "wait help");
}

TEST_F(OracleFlows, AnEmergencyIsAskedAlsoOfThoseWhoWaitButNotWithAnOfferOrAside) {
  emergency(true);
  for (std::int64_t contact : {1, 2, 3, 4}) enter(contact);
  offer(2, "ann");
  change(3, What::parked);
  treated(4, TreatedFor::emergency);
  EXPECT_EQ(waiting(1), "emergency release");
  for (std::int64_t contact : {2, 3, 4}) EXPECT_EQ(waiting(contact, true), "keeps") << contact;
  fail(2, "ann", OfferEnd::refused);
  change(3, What::resumed);
  heard(4);
  for (std::int64_t contact : {2, 3, 4}) EXPECT_EQ(waiting(contact), "emergency release") << contact;
}

TEST_F(OracleFlows, WhoWaitsWhenAQueueClosesIsServed) {
  sales().hours = {"evenings"};
  configure();
  enter(1);
  EXPECT_EQ(at_entry(1), "keeps");
  close();
  EXPECT_EQ(waiting(1), "keeps");
  EXPECT_EQ(at_entry(1), "closed release");
}

TEST_F(OracleFlows, HoursAreOfTheirOwnZoneOrTheCentresAndAHolidayStandsInPlaceOfItsWeekday) {
  sales().hours = {"evenings"};
  journal::Hours& hours = centre.hours.front();
  const auto open = [&] {
    configure();
    return is_open(hours, centre.time_zone, now);
  };
  EXPECT_TRUE(open());
  EXPECT_FALSE(is_open(hours, "UTC", Instant{1'700'002'800'000'000})) << "23:00:00";
  EXPECT_TRUE(is_open(hours, "UTC", Instant{1'700'002'800'000'000 - 1})) << "a microsecond before";
  EXPECT_FALSE(is_open(hours, "UTC", Instant{1'699'999'200'000'000 - 1})) << "before 22:00:00";
  EXPECT_TRUE(is_open(hours, "UTC", Instant{1'699'999'200'000'000}));
  centre.time_zone = "Asia/Shanghai";
  EXPECT_FALSE(open()) << "14 minutes past six there";
  hours.time_zone = "UTC";
  EXPECT_TRUE(open());
  hours.exceptions = {{std::chrono::year(2023) / 11 / 15, "", "", {}}};
  EXPECT_TRUE(open()) << "it is the 14th";
  hours.exceptions = {{std::chrono::year(2023) / 11 / 14, "", "", {}}};
  EXPECT_FALSE(open());
  hours.exceptions.front().open = {{0, 60}, {22 * 60 + 14, 22 * 60 + 15}};
  EXPECT_TRUE(open());
  now = now + 1min;
  EXPECT_FALSE(open());
  EXPECT_TRUE(is_open_within(hours, centre.time_zone, now - 1min, now));
  EXPECT_FALSE(is_open_within(hours, centre.time_zone, now, now + 1h));
}

TEST_F(OracleFlows, NobodyIsThereIfNobodySignedInCouldServeTheContact) {
  sales().no_agents = send();
  ann().skills.clear();
  bob().switch_id = {"branch"};
  configure();
  state("ann", AgentState::talking);
  enter(1);
  EXPECT_EQ(at_entry(1), "keeps") << "at work is there";
  enter(2, {.switch_id = {"branch"}, .requirements = {{{"boiler"}, Kind::required, 50}}});
  EXPECT_EQ(at_entry(2), "keeps") << "bob";
  enter(3, {.switch_id = {"pbx"}, .requirements = {{{"boiler"}, Kind::required, 50}}});
  EXPECT_EQ(at_entry(3), "no_agents help") << "ann has no level, and bob is on another switch";
  EXPECT_EQ(waiting(3), "keeps") << "while it waits whoever is signed in here will do";
  ann().capacity = {{Channel::chat, 0}};
  configure();
  state("bob", AgentState::signed_out);
  enter(4, {.channel = Channel::chat});
  EXPECT_EQ(waiting(4), "no_agents help");
  EXPECT_EQ(waiting(3), "keeps");
  state("ann", AgentState::signed_out);
  EXPECT_EQ(waiting(3), "no_agents help");
}

TEST_F(OracleFlows, AfterItsMessageATreatmentIsAskedOnceMoreAsAtTheEntry) {
  sales().no_agents = send("sorry");
  configure();
  for (const char* name : {"ann", "bob"}) state(name, AgentState::signed_out);
  enter(1, {.requirements = {{{"chinese"}, Kind::required, 90}}});
  EXPECT_EQ(at_entry(1, true), "no_agents message");
  EXPECT_EQ(at_entry(1, false), "no_agents help") << "who cannot hear it is treated without";
  treated(1, TreatedFor::no_agents);
  heard(1);
  state("ann", AgentState::ready);
  EXPECT_EQ(waiting(1, true), "no_agents help") << "ann could not serve it";
  bob().skills = {{{"chinese"}, 90}};
  configure();
  state("bob", AgentState::ready);
  EXPECT_EQ(waiting(1, true), "keeps");
}

TEST_F(OracleFlows, WhoHasHeardThatItIsClosedIsKeptIfItIsOpenThenOrHasBeenSince) {
  sales().hours = {"evenings"};
  sales().closed = treat(Action::release, "closed");
  configure();
  now = now - 15min;
  enter(1);
  EXPECT_EQ(at_entry(1, true), "closed message");
  treated(1, TreatedFor::closed);
  now = now + 1s;
  heard(1);
  EXPECT_EQ(waiting(1, true), "closed release");
  now = now + 15min;
  EXPECT_EQ(waiting(1, true), "keeps");
  close();
  EXPECT_EQ(waiting(1, true), "keeps") << "who waits when it closes is served";
  EXPECT_EQ(at_entry(1, true), "closed release");
}

TEST_F(OracleFlows, EachTreatmentHasItsMessageOnce) {
  sales().emergency = treat(Action::wait, "fire");
  sales().no_agents = treat(Action::hang_up, "nobody");
  configure();
  for (const char* name : {"ann", "bob"}) state(name, AgentState::signed_out);
  emergency(true);
  enter(1);
  EXPECT_EQ(at_entry(1, true), "emergency message");
  treated(1, TreatedFor::emergency);
  heard(1);
  EXPECT_EQ(waiting(1, true), "no_agents message");
  treated(1, TreatedFor::no_agents);
  heard(1);
  EXPECT_EQ(waiting(1, true), "no_agents hang up");
}

TEST_F(OracleFlows, AnOverflowByWaitBeginsWithItsInstant) {
  sales().overflow = {{.after = 60s, .to = {"help"}}};
  configure();
  enter(1);
  now = now + 60s - 1us;
  EXPECT_EQ(waiting(1), "keeps");
  now = now + 1us;
  EXPECT_EQ(waiting(1), "wait help");
}

TEST_F(OracleFlows, AnOverflowByLengthCountsWhoWaitsHereAlreadyAtTheEntryAlone) {
  sales().overflow = {{.longer_than = 1, .to = {"help"}}};
  configure();
  enter(1);
  enter(2);
  EXPECT_EQ(at_entry(2), "keeps");
  enter(3, {.queue = {"help"}});
  enter(4);
  EXPECT_EQ(at_entry(4), "length help");
  EXPECT_EQ(waiting(4), "keeps");
  offer(1, "ann");
  EXPECT_EQ(at_entry(4), "keeps");
}

TEST_F(OracleFlows, AnOverflowByEstimateIsForALongerWaitThanThat) {
  sales().overflow = {{.estimate = 50s, .to = {"help"}}};
  configure();
  oracle.apply({.at = now, .body = journal::Carried{.queue_marks = {{{"sales"}, 0, 0, 100s}}}});
  for (const char* name : {"ann", "bob"}) state(name, AgentState::not_ready);
  enter(1);
  EXPECT_EQ(at_entry(1), "keeps") << "50 s";
  enter(2);
  EXPECT_EQ(at_entry(2), "estimate help") << "100 s";
  EXPECT_EQ(waiting(2), "keeps");
}

TEST_F(OracleFlows, NobodyFlowsBackIntoAQueueThatHeFlowedOutOf) {
  sales().emergency = send();
  configure();
  emergency(true);
  enter(1, {.queue = {"help"}});
  flowed(1, "help");
  enter(1);
  EXPECT_EQ(waiting(1), "keeps");
  EXPECT_TRUE(answer(1, false, false).never_back);
  enter(2, {.queue = {"help"}});
  flowed(2, "help", VisitEnd::flow_supervisor);
  enter(2);
  EXPECT_EQ(waiting(2), "emergency help") << "moved by a person, he has not flowed";
  tell(1, journal::ContactEnded{});
  EXPECT_EQ(waiting(1), "emergency help") << "another contact with its number";
}

TEST_F(OracleFlows, AMessageStandsInTheJournalForTwoMinutesAtMost) {
  sales().emergency = treat(Action::release, "fire");
  configure();
  emergency(true);
  enter(1);
  EXPECT_EQ(facts(1, true, true), (std::vector<journal::Body>{VisitTreated{1, TreatedFor::emergency, now + 2min}}));
  treated(1, TreatedFor::emergency);
  now = now + 2min;
  EXPECT_THAT(Flows::late_messages(oracle, now - 1us), IsEmpty());
  EXPECT_THAT(Flows::late_messages(oracle, now), ElementsAre(ContactId{1}));
  heard(1);
  EXPECT_EQ(facts(1, false), (std::vector<journal::Body>{journal::VisitEnded{1, {"sales"}, VisitEnd::flow_closed, 2min}}));
}

TEST_F(OracleFlows, TheLastTreatmentInTheJournalIsTheOneThatAVisitEndedBy) {
  sales().no_agents = treat(Action::hang_up);
  configure();
  for (const char* name : {"ann", "bob"}) state(name, AgentState::signed_out);
  enter(1);
  const journal::Body ended = journal::VisitEnded{1, {"sales"}, VisitEnd::flow_closed, 0s};
  EXPECT_EQ(facts(1), (std::vector<journal::Body>{VisitTreated{1, TreatedFor::no_agents, now}, ended})) << "hung up on";
  sales().no_agents = send();
  configure();
  EXPECT_EQ(facts(1), (std::vector<journal::Body>{ended})) << "nothing else is a plain end";
  treated(1, TreatedFor::emergency);
  heard(1);
  EXPECT_EQ(facts(1), (std::vector<journal::Body>{VisitTreated{1, TreatedFor::no_agents, now}, ended}));
}

TEST_F(OracleFlows, AQueueThatIsGoneSendsNobodyOn) {
  emergency(true);
  enter(1);
  centre.queues.erase(centre.queues.begin());
  configure();
  EXPECT_EQ(waiting(1), "keeps");
}

TEST_F(OracleFlows, AnEstimateIsWrittenDownOfTheWholeWaitIfTheQueueSaysSo) {
  enter(1, {.entered_at = now - 30s});
  EXPECT_EQ(Flows::estimated(oracle, {1}, now), std::nullopt);
  sales().estimates = true;
  configure();
  EXPECT_EQ(Flows::estimated(oracle, {1}, now), (journal::VisitChanged{.visit = 1, .what = What::estimated, .estimate = 30s}));
  for (const char* name : {"ann", "bob"}) state(name, AgentState::signed_out);
  EXPECT_EQ(Flows::estimated(oracle, {1}, now), std::nullopt) << "nobody could tell";
}

}  // namespace
}  // namespace callwright::routing_oracle
