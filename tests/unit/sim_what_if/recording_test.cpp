#include "sim/what_if/recording.hpp"

#include <gmock/gmock.h>

#include "sim/what_if/recorded_day.hpp"
#include "sim/what_if/replay.hpp"
#include "sim/what_if/replay_report.hpp"
#include "sim/what_if/run.hpp"

namespace callwright::sim::what_if {
namespace {

using namespace std::chrono_literals;
using namespace journal;
using testing::ElementsAre;

constexpr Instant kTen{1'782'900'000'000'000};  // the begin of the recording
const QueueId kSales{"sales"}, kRepairs{"repairs"};
const AgentId kAnn{"ann"}, kBob{"bob"};

/// Facts as the core makes them, put down by hand; an hour is recorded.
class Log {
 public:
  explicit Log(std::set<std::string> asked = {}, CustomerAsked customer = {})
      : recorder_({kTen, kTen + 30min, kTen + 60min}, kTen + 120min, std::move(asked), std::move(customer)) {}

  void at(Duration since_begin) { now_ = kTen + since_begin; }
  void say(ContactId contact, Body body) { recorder_.apply({++seq_, now_, contact, {}, 0, std::move(body)}); }
  void state(const AgentId& agent, AgentState state, const std::string& reason = {}, ContactId contact = {}, Instant until = {}) {
    say(contact, AgentStateChanged{
                     .agent = agent, .state = state, .reason = reason, .until = until, .idle_since = state == AgentState::ready ? now_ : Instant{}});
  }
  void comes(ContactId contact, const QueueId& queue, const std::string& entry = {}) {
    say(contact, ContactOpened{.switch_id = SwitchId{"pbx"}});
    if (!entry.empty()) say(contact, RouteRequested{{}, entry});
    visit(contact, queue);
  }
  void visit(ContactId contact, const QueueId& queue, std::int32_t n = 1) {
    say(contact, VisitStarted{.visit = n, .queue = queue, .entered_at = now_});
  }
  void rings(ContactId contact, const AgentId& agent) {
    say(contact, OfferMade{.offer = OfferId{contact.value * 10}, .agent = agent, .wrap_up = 30s});
    say(contact, AgentStateChanged{.agent = agent, .state = AgentState::reserved});
  }
  void answers(ContactId contact, const AgentId& agent, const QueueId& queue) {
    say(contact, ContactAnswered{agent, {}});
    say(contact, VisitEnded{1, queue, VisitEnd::answered, {}});
    say(contact, OfferEnded{OfferId{contact.value * 10}, agent, OfferEnd::accepted, {}});
    state(agent, AgentState::talking, {}, contact);
  }
  void wraps_up(ContactId contact, const AgentId& agent, Duration limit = 30s) { state(agent, AgentState::wrap_up, {}, contact, now_ + limit); }
  Recording end() { return recorder_.finish(now_); }

 private:
  Recorder recorder_;
  Instant now_ = kTen;
  std::int64_t seq_ = 0;
};

std::uint32_t number(const Recording& recording, const AgentId& agent) {
  return static_cast<std::uint32_t>(std::ranges::find(recording.agents, agent) - recording.agents.begin());
}

/// When an agent's duties begin, in seconds since the begin.
std::vector<std::pair<std::int64_t, Duty>> duties(const Recording& recording, const AgentId& agent) {
  std::vector<std::pair<std::int64_t, Duty>> out;
  for (const Shift& shift : recording.shifts)
    if (shift.agent == number(recording, agent)) out.emplace_back((shift.at - kTen) / 1s, shift.duty);
  return out;
}

TEST(Recording, ACallerIsWhatHeWaitedForAndWhatBecameOfHim) {
  Log log;
  const ContactId caller{7};
  log.at(-60s), log.state(kAnn, AgentState::ready);
  log.at(10s), log.comes(caller, kSales, "4003");
  log.at(12s), log.rings(caller, kAnn);
  log.at(17s), log.answers(caller, kAnn, kSales);
  log.at(77s), log.wraps_up(caller, kAnn);
  log.at(97s), log.state(kAnn, AgentState::ready, {}, caller);
  log.say(caller, ContactEnded{});
  const Recording recording = log.end();
  ASSERT_EQ(recording.stays.size(), 1u);
  const Stay& stay = recording.stays[0];
  EXPECT_TRUE(stay.counted);
  EXPECT_FALSE(stay.at_once) << "he was offered two seconds later";
  EXPECT_EQ(stay.how, Stay::How::answered);
  EXPECT_EQ(stay.wait, Duration(7s));
  EXPECT_EQ(recording.agents[stay.agent], kAnn);
  EXPECT_EQ(recording.entries[stay.entry], (RecordedEntry{SwitchId{"pbx"}, "4003"}));
  ASSERT_TRUE(stay.work);
  EXPECT_EQ(stay.work->talk, Duration(60s));
  EXPECT_EQ(stay.work->wrap_up, Duration(20s));
  EXPECT_TRUE(stay.work->by_hand) << "ten seconds before its time";
  ASSERT_EQ(stay.rings.size(), 1u);
  EXPECT_EQ(stay.rings[0].length, Duration(5s));
  EXPECT_THAT(duties(recording, kAnn), ElementsAre(std::pair(-60L, Duty::ready))) << "what follows from routing is nobody's duty";
  EXPECT_EQ(recording.times[number(recording, kAnn)][0].busy_us, 85'000'000) << "ringing, talk and wrap-up";
}

TEST(Recording, PausesAndOwnCallsAreDutiesAndSilenceIsNone) {
  Log log;
  log.at(-60s), log.state(kAnn, AgentState::not_ready, "signed_in"), log.state(kBob, AgentState::ready);
  log.at(60s), log.state(kAnn, AgentState::ready);
  log.at(100s), log.state(kAnn, AgentState::not_ready, "break");
  log.at(200s), log.state(kAnn, AgentState::ready);
  log.at(300s), log.state(kAnn, AgentState::talking, {}, ContactId{99});  // of no queue
  log.at(360s), log.state(kAnn, AgentState::ready, {}, ContactId{99});
  log.at(400s), log.state(kBob, AgentState::not_ready, "no_answer");
  log.at(410s), log.state(kBob, AgentState::ready);
  log.at(500s), log.state(kBob, AgentState::signed_out);
  const Recording recording = log.end();
  EXPECT_THAT(duties(recording, kAnn), ElementsAre(std::pair(-60L, Duty::pause), std::pair(60L, Duty::ready), std::pair(100L, Duty::pause),
                                                   std::pair(200L, Duty::ready), std::pair(300L, Duty::other), std::pair(360L, Duty::ready)));
  EXPECT_THAT(duties(recording, kBob), ElementsAre(std::pair(-60L, Duty::ready), std::pair(500L, Duty::away)));
  EXPECT_EQ(recording.silences[number(recording, kBob)], (std::pair<Duration, std::int64_t>(10s, 1)));
  const GroupCounts& ann = recording.times[number(recording, kAnn)][0];
  EXPECT_EQ(ann.staffed_us, 500'000'000);
  EXPECT_EQ(ann.busy_us, 60'000'000);
  EXPECT_EQ(ann.paused_us, 160'000'000);
}

TEST(Recording, WhoWaitsAtTheBeginWaitsOnAndWhoTalksThenKeepsHisAgentBusy) {
  Log log;
  const ContactId talks{1}, waits{2}, later{3};
  log.at(-300s), log.state(kAnn, AgentState::ready);
  log.at(-200s), log.comes(talks, kSales), log.rings(talks, kAnn);
  log.at(-195s), log.answers(talks, kAnn, kSales);
  log.at(-30s), log.comes(waits, kSales);
  log.at(50s), log.wraps_up(talks, kAnn);
  log.at(80s), log.state(kAnn, AgentState::ready, {}, talks);
  log.at(81s), log.rings(waits, kAnn);
  log.at(85s), log.answers(waits, kAnn, kSales);
  log.at(95s), log.wraps_up(waits, kAnn);
  log.at(125s), log.state(kAnn, AgentState::ready, {}, waits);
  log.at(61min), log.comes(later, kSales);
  log.at(62min), log.say(later, VisitEnded{1, kSales, VisitEnd::abandoned, {}});
  const Recording recording = log.end();
  ASSERT_EQ(recording.stays.size(), 2u);
  EXPECT_EQ(recording.stays[0].contact, waits);
  EXPECT_FALSE(recording.stays[0].counted);
  EXPECT_EQ(recording.stays[0].wait, Duration(115s)) << "since he came";
  EXPECT_FALSE(recording.stays[1].counted) << "he came behind the end";
  EXPECT_THAT(duties(recording, kAnn), ElementsAre(std::pair(-195L, Duty::other), std::pair(80L, Duty::ready)));
}

TEST(Recording, APhoneThatRingsAtTheBeginRingsThereForTheRestOfItsTime) {
  Log log;
  const ContactId caller{7};
  log.at(-60s), log.state(kAnn, AgentState::ready);
  log.at(-3s), log.comes(caller, kSales), log.rings(caller, kAnn);
  log.at(2s), log.answers(caller, kAnn, kSales);
  const Recording recording = log.end();
  ASSERT_EQ(recording.stays.size(), 1u);
  EXPECT_EQ(recording.stays[0].rings.at(0).length, Duration(2s));
}

TEST(Recording, ACallerWhoIsSentOnIsOneCaller) {
  Log log;
  const ContactId caller{7};
  log.at(10s), log.comes(caller, kSales);
  log.at(40s), log.say(caller, VisitEnded{1, kSales, VisitEnd::flow_overflow, 30s}), log.visit(caller, kRepairs, 2);
  log.at(50s), log.say(caller, VisitEnded{2, kRepairs, VisitEnd::abandoned, 10s});
  log.say(caller, ContactEnded{});
  const Recording recording = log.end();
  ASSERT_EQ(recording.stays.size(), 1u);
  EXPECT_EQ(recording.stays[0].how, Stay::How::abandoned);
  EXPECT_EQ(recording.stays[0].wait, Duration(40s));
  EXPECT_EQ(recording.queues[recording.stays[0].queue], kSales) << "he counts where he came";
}

TEST(Recording, WhoNoQueueKeepsIsReleasedAndWhoIsHandedOnComesAgain) {
  Log log;
  const ContactId gone{7}, caller{8};
  log.at(5s), log.comes(gone, kSales), log.say(gone, VisitEnded{1, kSales, VisitEnd::flow_closed, {}});
  log.at(10s), log.state(kAnn, AgentState::ready), log.comes(caller, kSales, "4003"), log.rings(caller, kAnn);
  log.at(12s), log.answers(caller, kAnn, kSales);
  log.at(42s), log.wraps_up(caller, kAnn), log.say(caller, RouteRequested{{}, "4001"}), log.visit(caller, kRepairs, 2);
  log.at(72s), log.state(kAnn, AgentState::ready, {}, caller);
  const Recording recording = log.end();
  ASSERT_EQ(recording.stays.size(), 3u);
  EXPECT_EQ(recording.stays[0].how, Stay::How::released);
  EXPECT_EQ(recording.stays[1].next, 2u);
  EXPECT_TRUE(recording.stays[1].handed_on);
  EXPECT_EQ(recording.stays[2].how, Stay::How::open);
  EXPECT_EQ(recording.stays[2].wait, Duration(30s)) << "as long as the log tells";
  EXPECT_EQ(recording.entries[recording.stays[2].entry].number, "4001");
}

TEST(Recording, OfACallerNothingIsKeptButWhatRulesAskFor) {
  const auto known = [](CustomerId, ContactId) { return CustomerTraits{{{"customer.tier", "gold"}, {"customer.lang", "zh"}}, kBob}; };
  Log log({"customer.tier", "data.topic", "match"}, known);
  const ContactId caller{7};
  log.say(caller, ContactOpened{.switch_id = SwitchId{"pbx"}, .trunk = "t1", .ani = "+441632960001", .caller_name = "Ada"});
  log.say(caller, CustomerMatched{Match::known, CustomerId{42}, {}, {}, "+441632960001"});
  log.say(caller, DataAttached{"Topic", "boiler"}), log.say(caller, DataAttached{"account", "123"});
  log.visit(caller, kSales);
  const Recording recording = log.end();
  const Attributes expected{{"match", "known"}, {"data.topic", "boiler"}, {"customer.tier", "gold"}};
  ASSERT_EQ(recording.profiles.size(), 1u);
  EXPECT_EQ(recording.profiles[0].attributes, expected);
  EXPECT_EQ(recording.agents[recording.stays[0].last_agent], kBob);
}

TEST(Recording, WhatSupervisorsAndSwitchesDidIsCounted) {
  Log log;
  const ContactId caller{7};
  log.say({}, ConfigApplied{3});
  log.at(10s), log.comes(caller, kSales), log.say(caller, VisitChanged{.what = VisitChanged::What::raised, .points = 9});
  log.say(caller, VisitChanged{.what = VisitChanged::What::parked, .by = "user:3"});
  log.say(caller, VisitChanged{.what = VisitChanged::What::parked, .by = "callback"});  // he is left in peace until he is called again
  log.at(20s), log.say(caller, VisitEnded{1, kSales, VisitEnd::flow_supervisor, {}}), log.visit(caller, kRepairs, 2);
  log.at(30s), log.say({}, LinkDown{SwitchId{"pbx"}, "gone"}), log.say({}, ConfigApplied{4});
  log.at(40s), log.say(caller, VisitEnded{2, kRepairs, VisitEnd::lost, {}});
  const Recording recording = log.end();
  EXPECT_EQ(recording.version, 3);
  EXPECT_THAT(recording.changes, ElementsAre(std::pair(kTen + 30s, std::int64_t{4})));
  EXPECT_EQ(recording.raised, 1);
  EXPECT_EQ(recording.parked, 1);
  EXPECT_EQ(recording.moved, 1);
  EXPECT_EQ(recording.outages, 1);
  EXPECT_EQ(recording.lost, 1);
}

TEST(Recording, WhoIsRoutedByHisSwitchIsCountedAndNothingElseOfHim) {
  Recorder recorder({kTen, kTen + 60min}, kTen + 120min, {}, {});
  recorder.leave_out({kBob});
  std::int64_t seq = 0;
  const auto say = [&](Duration at, ContactId contact, Body body) { recorder.apply({++seq, kTen + at, contact, {}, 0, std::move(body)}); };
  const ContactId ours{7}, theirs{8};
  say(-60s, {}, AgentStateChanged{.agent = kAnn, .state = AgentState::ready});
  say(-60s, {}, AgentStateChanged{.agent = kBob, .state = AgentState::ready});
  for (const ContactId contact : {ours, theirs}) say(5s, contact, ContactOpened{.switch_id = SwitchId{"pbx"}});
  say(5s, ours, VisitStarted{.visit = 1, .queue = kSales, .entered_at = kTen + 5s});
  say(5s, theirs, VisitStarted{.visit = 1, .queue = kRepairs, .entered_at = kTen + 5s, .observed = true});
  say(6s, theirs, OfferMade{.offer = OfferId{80}, .agent = kBob});
  say(6s, theirs, AgentStateChanged{.agent = kBob, .state = AgentState::reserved});
  say(9s, theirs, VisitEnded{1, kRepairs, VisitEnd::answered, 4s});
  say(9s, theirs, OfferEnded{OfferId{80}, kBob, OfferEnd::accepted, {}});
  say(9s, theirs, AgentStateChanged{.agent = kBob, .state = AgentState::talking});
  say(10s, ours, OfferMade{.offer = OfferId{70}, .agent = kAnn, .decision = 1});
  say(12s, ours, VisitEnded{1, kSales, VisitEnd::answered, 7s});
  say(12s, ours, OfferEnded{OfferId{70}, kAnn, OfferEnd::accepted, {}});
  say(12s, ours, AgentStateChanged{.agent = kAnn, .state = AgentState::talking});
  say(60s, ours, AgentStateChanged{.agent = kAnn, .state = AgentState::ready});
  say(70s, ours, VisitStarted{.visit = 2, .queue = kRepairs, .entered_at = kTen + 70s, .observed = true});  // she sent him on
  say(80s, ours, VisitEnded{2, kRepairs, VisitEnd::abandoned, 10s});
  EXPECT_TRUE(recorder.whole());
  const Recording recording = recorder.finish(kTen + 90s);
  EXPECT_EQ(recording.observed, 2);
  EXPECT_THAT(recording.agents, ElementsAre(kAnn));
  ASSERT_EQ(recording.stays.size(), 1u);
  EXPECT_EQ(recording.stays[0].how, Stay::How::answered);
  EXPECT_TRUE(recording.stays[0].handed_on);
}

TEST(Recording, WrittenContactsAreCountedAndNothingElseOfThem) {
  Log log;
  const ContactId caller{7}, chat{8}, earlier{9}, returned{10};
  const auto opens = [&](ContactId contact, Channel channel) {
    log.say(contact, ContactOpened{.channel = channel, .queue = kSales});
    log.say(contact, VisitStarted{.visit = 1, .queue = kSales, .channel = channel, .entered_at = kTen});
  };
  const auto offered = [&](ContactId contact, Channel channel) {
    log.say(contact, OfferMade{.offer = OfferId{contact.value * 10}, .agent = kAnn, .channel = channel});
    log.say(contact, WorkChanged{kAnn, channel, WorkState::reserved, {}});
  };
  log.at(-60s), log.state(kAnn, AgentState::ready), opens(earlier, Channel::email);
  log.at(5s), opens(chat, Channel::chat), offered(chat, Channel::chat);
  log.at(8s), log.say(chat, ContactAnswered{kAnn, {}}), log.say(chat, VisitEnded{1, kSales, VisitEnd::answered, 3s});
  log.say(chat, OfferEnded{OfferId{80}, kAnn, OfferEnd::accepted, {}}), log.say(chat, WorkChanged{kAnn, Channel::chat, WorkState::working, {}});
  log.at(10s), log.comes(caller, kSales), log.rings(caller, kAnn);
  log.at(12s), log.answers(caller, kAnn, kSales);
  log.at(30s), log.say(chat, WorkChanged{kAnn, Channel::chat, WorkState::done, {}}), log.say(chat, ContactEnded{});
  log.at(42s), log.wraps_up(caller, kAnn);
  log.at(72s), log.state(kAnn, AgentState::ready, {}, caller);
  log.at(80s), offered(earlier, Channel::email);
  log.at(100s), log.say(earlier, OfferEnded{OfferId{90}, kAnn, OfferEnd::timed_out, {}}),
      log.state(kAnn, AgentState::not_ready, "no_answer", earlier);
  log.at(160s), log.state(kAnn, AgentState::ready);
  log.say(returned,
          VisitStarted{.visit = 2, .queue = kSales, .channel = Channel::other, .entered_at = kTen - 48h});  // its first visit is too old for the log
  log.at(170s), log.say(returned, VisitEnded{2, kSales, VisitEnd::abandoned, {}}), log.say(returned, ContactEnded{});
  const Recording recording = log.end();
  EXPECT_EQ(recording.written, 1) << "who came in the time";
  ASSERT_EQ(recording.stays.size(), 1u);
  EXPECT_EQ(recording.stays[0].contact, caller);
  ASSERT_TRUE(recording.stays[0].work);
  EXPECT_EQ(recording.stays[0].work->talk, Duration(30s)) << "the chat's end is not the talk's";
  EXPECT_EQ(recording.stays[0].rings.size(), 1u);
  EXPECT_THAT(duties(recording, kAnn), ElementsAre(std::pair(-60L, Duty::ready), std::pair(100L, Duty::pause), std::pair(160L, Duty::ready)))
      << "no replay rings for the e-mail that she did not answer";
  EXPECT_EQ(recording.silences[number(recording, kAnn)].second, 0);
  EXPECT_EQ(recording.times[number(recording, kAnn)][0].busy_us, 62'000'000) << "of the call alone";
}

TEST(Recording, WhoWasAnsweredKeepsTheEstimateOfTheQueueThatAnsweredHim) {
  const auto estimated = [](std::int32_t visit, Duration length) {
    return VisitChanged{.visit = visit, .what = VisitChanged::What::estimated, .estimate = length};
  };
  Log log;
  const ContactId moved{7}, gone{8}, told_nothing{9};
  log.at(-9s), log.state(kAnn, AgentState::ready);
  log.at(10s), log.comes(moved, kSales), log.say(moved, estimated(1, 60s));
  log.comes(gone, kSales), log.say(gone, estimated(1, 90s));
  log.at(40s), log.say(moved, VisitEnded{1, kSales, VisitEnd::flow_overflow, 30s}), log.visit(moved, kRepairs, 2), log.say(moved, estimated(2, 45s));
  log.at(50s), log.say(gone, VisitEnded{1, kSales, VisitEnd::abandoned, 40s}), log.say(gone, ContactEnded{});
  log.at(60s), log.say(moved, VisitEnded{2, kRepairs, VisitEnd::answered, 50s});
  log.at(70s), log.comes(told_nothing, kSales), log.say(told_nothing, VisitEnded{1, kSales, VisitEnd::answered, {}});
  const Recording recording = log.end();
  ASSERT_EQ(recording.stays.size(), 3u);
  ASSERT_TRUE(recording.stays[0].estimated);
  EXPECT_EQ(recording.queues[recording.stays[0].estimated->queue], kRepairs);
  EXPECT_EQ(recording.stays[0].estimated->estimate, Duration(45s));
  EXPECT_EQ(recording.stays[0].estimated->wait, Duration(50s));
  EXPECT_FALSE(recording.stays[1].estimated) << "he gave up, and has no wait to hold against it";
  EXPECT_FALSE(recording.stays[2].estimated);
}

// --- the day that is made of it ---------------------------------------------------------------------------------------------

/// Sales and repairs, each asking for its skill; Ann sells, Bob repairs.
Centre centre() {
  Centre centre;
  centre.version = 1;
  centre.skills = {{SkillId{"sales"}, "", ""}, {SkillId{"repairs"}, "", ""}};
  for (const QueueId& id : {kSales, kRepairs}) {
    Queue queue;
    queue.id = id;
    queue.requirements = {{SkillId{id.value}, Requirement::Kind::required, 50, 2}};
    queue.wrap_up = 30s;
    centre.queues.push_back(queue);
  }
  centre.switches = {{.id = SwitchId{"pbx"}}};
  centre.agents = {{kAnn, "", SwitchId{"pbx"}, "1", {}, {{SkillId{"sales"}, 80}}, {{kSales}}},
                   {kBob, "", SwitchId{"pbx"}, "2", {}, {{SkillId{"repairs"}, 60}}, {{kRepairs}}}};
  centre.entries = {{SwitchId{"pbx"}, "4003", kSales}, {SwitchId{"pbx"}, "4001", kRepairs}};
  return centre;
}

/// Ann sells to a caller and hands him on to Bob.
Recording handed_on() {
  Log log;
  const ContactId caller{8};
  log.at(-9s), log.state(kAnn, AgentState::ready), log.state(kBob, AgentState::ready);
  log.at(10s), log.comes(caller, kSales, "4003"), log.rings(caller, kAnn);
  log.at(12s), log.answers(caller, kAnn, kSales);
  log.at(42s), log.wraps_up(caller, kAnn), log.say(caller, RouteRequested{{}, "4001"}), log.visit(caller, kRepairs, 2);
  log.rings(caller, kBob);
  log.at(45s), log.answers(caller, kBob, kRepairs);
  log.at(72s), log.state(kAnn, AgentState::ready, {}, caller);
  log.at(105s), log.wraps_up(caller, kBob);
  log.at(135s), log.state(kBob, AgentState::ready, {}, caller);
  log.say(caller, ContactEnded{});
  return log.end();
}

std::vector<std::string> lived(const Recording& recording, const Centre& rules) {
  const auto side = side_of(recording, rules, "rules", false);
  EXPECT_TRUE(side) << side.error().text();
  const Guesses guesses(recording);
  Plan plan;
  plan.centre = rules;
  for (const Profile& profile : recording.profiles) plan.attributes.push_back(profile.attributes), plan.switches.push_back(profile.on);
  for (std::uint32_t i = 0; i < rules.agents.size(); ++i)
    plan.groups.push_back(rules.agents[i].id.value), plan.group_of.push_back(i), plan.after_no_answer.emplace_back(30s);
  plan.bounds = recording.bounds;
  plan.counted_from = plan.bounds.front();
  std::vector<std::string> out;
  (void)run_day(plan, *recorded_day(recording, guesses, *side, Chance(1, 0)), [&](const Arrival& caller, const Outcome& outcome) {
    out.push_back(rules.queues[caller.queue].id.value + " " +
                  (outcome.handed_on                       ? "hands on"
                   : outcome.how == Outcome::How::answered ? "answers"
                                                           : "no") +
                  " " + rules.agents[outcome.agent].id.value + " " + std::to_string(((caller.at - kTen) + outcome.wait) / 1s));
  });
  return out;
}

TEST(RecordedDay, WhoWasHandedOnIsHandedOnAgain) {
  EXPECT_THAT(lived(handed_on(), centre()), ElementsAre("sales answers ann 12", "sales hands on ann 10", "repairs answers bob 45"));
}

TEST(RecordedDay, WhoIsAnsweredByOneWhoCanDoBothIsNotHandedOn) {
  Centre rules = centre();
  rules.agents[1].queues.push_back({kSales, 5000});
  rules.agents[1].skills.push_back({SkillId{"sales"}, 90});
  EXPECT_THAT(lived(handed_on(), rules), ElementsAre(testing::HasSubstr("sales answers bob")));
}

TEST(RecordedDay, TheNumberThatHeDialledLeadsWhereTheNewRulesSay) {
  Centre rules = centre();
  rules.entries[0].queue = kRepairs;
  EXPECT_THAT(lived(handed_on(), rules).front(), testing::StartsWith("repairs answers bob"));
}

TEST(RecordedDay, RulesWithoutTheDaysAgentsQueuesOrNumbersAreRefusedWithEachOfThem) {
  Centre rules = centre();
  rules.agents.erase(rules.agents.begin());
  rules.entries.erase(rules.entries.begin());
  rules.entries[0].queue = QueueId{"none"};
  const auto side = side_of(handed_on(), rules, "new.toml", false);
  ASSERT_FALSE(side);
  EXPECT_EQ(side.error().context,
            "new.toml: there is no agent 'ann', who worked then (to see the day without him, keep him without 'queues')\n"
            "new.toml: the number '4003' of switch 'pbx' leads to no queue, where 1 recorded caller came\n"
            "new.toml: there is no queue 'none', where 1 recorded caller came");
}

TEST(Handling, AnotherAgentTalksAsMuchLongerAsHeUsuallyDoes) {
  Recording recording;
  recording.queues = {kSales};
  recording.agents = {kAnn, kBob};
  for (int i = 0; i < 20; ++i) {
    Stay stay;
    stay.contact = ContactId{i + 1};
    stay.agent = static_cast<std::uint32_t>(i % 2);
    stay.work = Work{i % 2 ? Duration(120s) : Duration(60s), {}, false};
    recording.stays.push_back(stay);
  }
  const Handling handling(recording);
  EXPECT_NEAR(handling.mean(0, 0), 75e6, 1) << "ten talks of 60 s, drawn towards ten of 90 s";
  EXPECT_NEAR(handling.mean(1, 0), 105e6, 1);
  EXPECT_EQ(handling.moved(60s, 0, 0, 1), Duration(84s));
  EXPECT_EQ(handling.moved(60s, 0, 0, 0), Duration(60s));
  EXPECT_EQ(handling.any(0, {}, 0.01).work->talk, Duration(60s));
  EXPECT_EQ(handling.any(0, 60s, 0.01).work->talk, Duration(120s));
  EXPECT_EQ(handling.any(0, 500s, 0.5).work->talk, Duration(120s)) << "the longest there is";
}

TEST(Replay, ARecordingOfNobodySaysSo) {
  Log log;
  log.state(kAnn, AgentState::ready);
  const auto nobody = replay(log.end(), centre(), "a", centre(), "b", {});
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().context, "nobody came to a queue in this time");
}

TEST(Replay, WrittenContactsAreLeftOutOfEveryReportWhichSayHowMany) {
  Recording recording = handed_on();
  const auto without = replay(recording, centre(), "a", centre(), "b", {.draws = 1});
  ASSERT_TRUE(without) << without.error().text();
  EXPECT_THAT(json_report(*without), testing::HasSubstr("\"written_left_out\":0"));
  recording.written = 3;
  auto done = replay(recording, centre(), "a", centre(), "b", {.draws = 1});
  ASSERT_TRUE(done) << done.error().text();
  done->labels = {"09:00", "09:30"};
  EXPECT_EQ(done->old_rules, without->old_rules);
  EXPECT_EQ(done->recorded, without->recorded);
  EXPECT_THAT(json_report(*done), testing::HasSubstr("\"written_left_out\":3"));
  const std::string note = "3 written contacts (chats, e-mails and others) came too and are left out";
  for (const std::string& report : {text_report(*done), json_report(*done), html_report(*done)}) EXPECT_THAT(report, testing::HasSubstr(note));
}

TEST(Replay, NobodyListensToAnnouncementsAndTheDayIsTheSame) {
  Centre telling = centre();
  telling.queues[0].greeting = {{Say::What::media, "hello"}};
  telling.queues[0].announcements = {{.after = 1s, .every = 10s, .what = {{Say::What::position, {}}}}};
  const auto silent = replay(handed_on(), centre(), "a", centre(), "b", {.draws = 1});
  const auto done = replay(handed_on(), telling, "a", telling, "b", {.draws = 1});
  ASSERT_TRUE(silent && done);
  EXPECT_EQ(*done, *silent);
}

TEST(Replay, ADayOfWrittenContactsAloneIsRefused) {
  Recording recording = handed_on();
  recording.stays.clear();
  recording.written = 3;
  const auto nobody = replay(recording, centre(), "a", centre(), "b", {});
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().context, "nobody called in this time, and written contacts are not replayed");
}

TEST(Replay, AMatchIsTheShareOfTheSkillPointsThatAPerfectAgentWouldHave) {
  Centre rules = centre();
  rules.queues[0].requirements.push_back({SkillId{"repairs"}, Requirement::Kind::preferred, 0, 3});
  const auto done = replay(handed_on(), centre(), "a", rules, "b", {.draws = 1});
  ASSERT_TRUE(done) << done.error().text();
  const Tally& sales = done->recorded.queues[0][0];
  EXPECT_EQ(sales.match_old, 800'000) << "Ann has 80 of 100";
  EXPECT_EQ(sales.match_new, 320'000) << "2 x 80 of 2 x 100 + 3 x 100";
  EXPECT_EQ(sales.handed_on, 1);
  EXPECT_EQ(done->old_rules[0].queues[0][0], sales) << "the day again";
}

/// Four callers to sales, about 50 s apart; Ann talks to each for a minute and wraps up for half of one: they wait 0, 40, 80 and 121 s. With
/// `estimates` the later three were told 20 s.
Recording four_callers(bool estimates) {
  Log log;
  log.at(-9s), log.state(kAnn, AgentState::ready), log.state(kBob, AgentState::ready);
  const auto comes = [&](Duration when, ContactId caller) {
    log.at(when), log.comes(caller, kSales, "4003");
    if (estimates && when > 0s) log.say(caller, VisitChanged{.visit = 1, .what = VisitChanged::What::estimated, .estimate = 20s});
  };
  const auto answered = [&](Duration when, ContactId caller, Duration wait) {
    log.at(when), log.rings(caller, kAnn), log.say(caller, ContactAnswered{kAnn, {}});
    log.say(caller, VisitEnded{1, kSales, VisitEnd::answered, wait});
    log.say(caller, OfferEnded{OfferId{caller.value * 10}, kAnn, OfferEnd::accepted, {}}), log.state(kAnn, AgentState::talking, {}, caller);
  };
  const auto done = [&](Duration when, ContactId caller) {
    log.at(when), log.state(kAnn, AgentState::ready, {}, caller), log.say(caller, ContactEnded{});
  };
  const ContactId first{1}, second{2}, third{3}, fourth{4};
  comes(0s, first), answered(0s, first, 0s), comes(50s, second);
  log.at(60s), log.wraps_up(first, kAnn);
  done(90s, first), answered(90s, second, 40s), comes(100s, third), comes(149s, fourth);
  log.at(150s), log.wraps_up(second, kAnn);
  done(180s, second), answered(180s, third, 80s);
  log.at(240s), log.wraps_up(third, kAnn);
  done(270s, third), answered(270s, fourth, 121s);
  log.at(330s), log.wraps_up(fourth, kAnn);
  done(360s, fourth);
  return log.end();
}

TEST(Replay, EstimatesOfTheDayOfTheOldRulesAndOfTheNewStandSideBySide) {
  Centre rules = centre();
  rules.queues[0].estimates = true;
  auto done = replay(four_callers(true), rules, "a", rules, "b", {.draws = 2});
  ASSERT_TRUE(done) << done.error().text();
  done->labels = {"09:00", "09:30"};
  const QueueCounts& recorded = done->recorded.queues[0][0].counts;
  EXPECT_EQ(recorded.estimated, 3);
  EXPECT_EQ(recorded.estimated_wait, Duration(40s + 80s + 121s));
  EXPECT_EQ(recorded.estimate, Duration(60s));
  EXPECT_EQ(recorded.estimated_within, 0);
  const QueueCounts& old_rules = done->old_rules[0].queues[0][0].counts;
  EXPECT_EQ(old_rules.estimated, 3) << "when the second came nothing was known of how long it takes; when the first did, she was free";
  EXPECT_EQ(old_rules.estimated_within, 3);
  EXPECT_EQ(done->new_rules[0].queues[0][0].counts, old_rules);
  EXPECT_THAT(text_report(*done), testing::ContainsRegex("within estimate % +0\\.00 +100\\.00"));
  for (const std::string& report : {text_report(*done), html_report(*done)}) EXPECT_THAT(report, testing::Not(testing::HasSubstr("not made")));
}

TEST(Replay, EstimatesThatASideDoesNotMakeAreSaidToBeNotMade) {
  Centre rules = centre();
  rules.queues[0].estimates = true;
  auto done = replay(four_callers(false), centre(), "a", rules, "b", {.draws = 1});
  ASSERT_TRUE(done) << done.error().text();
  done->labels = {"09:00", "09:30"};
  EXPECT_THAT(text_report(*done), testing::ContainsRegex("estimated +not made +not made +3\\.0 +-"));
  EXPECT_THAT(html_report(*done), testing::HasSubstr("not made"));
  const std::string json = json_report(*done);
  EXPECT_THAT(json.substr(0, json.find("\"new_rules\"")), testing::Not(testing::HasSubstr("\"estimated\""))) << "null, not 0";
  EXPECT_THAT(json.substr(json.find("\"new_rules\"")), testing::HasSubstr("\"estimates\":{\"estimated\":{\"value\":3,"));
  auto neither = replay(four_callers(false), centre(), "a", centre(), "b", {.draws = 1});
  ASSERT_TRUE(neither);
  neither->labels = {"09:00", "09:30"};
  EXPECT_THAT(text_report(*neither), testing::ContainsRegex("estimated +not made +not made +not made +-"));
  EXPECT_THAT(text_report(*neither), testing::Not(testing::HasSubstr("within estimate")));
}

TEST(Replay, WhatTheLogEstimatedIsShownThoughTheRulesOfTheBeginDidNot) {
  auto done = replay(four_callers(true), centre(), "a", centre(), "b", {.draws = 1});
  ASSERT_TRUE(done) << done.error().text();
  done->labels = {"09:00", "09:30"};
  EXPECT_THAT(text_report(*done), testing::ContainsRegex("estimated +3 +not made +not made +-"));
}

}  // namespace
}  // namespace callwright::sim::what_if
