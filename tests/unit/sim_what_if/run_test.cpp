#include "sim/what_if/run.hpp"

#include <algorithm>

#include "sim/what_if/study.hpp"
#include "stage.hpp"

namespace callwright::sim::what_if {
namespace {

void expect_whole(const QueueCounts& c) {
  EXPECT_EQ(c.offered, c.blocked + c.answered + c.abandoned + c.short_abandoned + c.unserved);
  EXPECT_LE(c.answered_within, c.answered);
  EXPECT_LE(c.answered_wait_us, c.wait_us);
}

TEST(Run, WhatCameIsBlockedAnsweredAbandonedOrUnservedInEveryInterval) {
  const Scenario scenario = scenario_of(kBusyCentre);
  QueueCounts all;
  for (std::uint32_t replication = 0; replication < 5; ++replication) {
    const DayCounts day = run(scenario, replication);
    for (const auto& queue : day.queues) std::ranges::for_each(queue, expect_whole);
    all += total(day);
    EXPECT_EQ(day.contacts, total(day).offered);
    EXPECT_LE(day.in_system_us.size(), 17u) << "more than the lines";
    std::int64_t time = 0;
    for (std::int64_t each : day.in_system_us) time += each;
    EXPECT_EQ(Duration(time), 4h);
    for (const auto& group : day.groups)
      for (const GroupCounts& each : group) EXPECT_LE(each.busy_us, each.staffed_us);
  }
  EXPECT_GT(all.blocked, 0);
  EXPECT_GT(all.abandoned, 0);
  EXPECT_GT(all.short_abandoned, 0);
  EXPECT_GT(all.answered, 1000);
}

TEST(Run, TheSameSeedGivesTheSameDaysOnAnyNumberOfThreads) {
  const Scenario scenario = scenario_of(kBusyCentre);
  const auto one = run_study(scenario, {7, 6, 1, {}}), three = run_study(scenario, {7, 6, 3, {}});
  EXPECT_EQ(one, three);
  EXPECT_NE(one, run_study(scenario, {8, 6, 1, {}}));
  EXPECT_NE(one[0], one[1]);
}

// The least of three times from 2 to 10 s is 4 s on average, one of them is 6 s.
TEST(Run, OfPhonesThatRingTogetherTheFirstThatIsAnsweredHasTheCaller) {
  const auto wait = [](const std::string& strategy, const std::string& ring) {
    std::string text = simple("length = \"50h\"", "agents = 3\nring = " + ring, "arrivals_per_hour = 60\ngap_cv = 0\nservice = \"5s\"");
    text.insert(text.find("wrap_up"), "strategy = \"" + strategy + "\"\n");
    const QueueCounts sum = total(run(scenario_of(text)));
    expect_whole(sum);
    EXPECT_EQ(sum.answered, sum.offered);
    return static_cast<double>(sum.answered_wait_us) / static_cast<double>(sum.answered) / 1e6;
  };
  const std::string two_to_ten = "{ kind = \"uniform\", low = \"2s\", high = \"10s\" }";
  EXPECT_NEAR(wait("best", two_to_ten), 6, 0.2);
  EXPECT_NEAR(wait("ring_all", two_to_ten), 4, 0.2);
  EXPECT_NEAR(wait("claim", two_to_ten), 4, 0.2);
  EXPECT_EQ(wait("ring_all", "\"0s\""), 0);
}

TEST(Run, TwoScenariosHaveTheSameCallers) {
  std::string more = kBusyCentre;
  more.replace(more.find("agents = 6"), 10, "agents = 9");
  more.replace(more.find("arrivals_per_hour = 40"), 22, "arrivals_per_hour = 55");
  const Scenario a = scenario_of(kBusyCentre), b = scenario_of(more);
  const auto day_a = day_of(a, 3, 1), day_b = day_of(b, 3, 1);
  std::vector<const Arrival*> calls_a, calls_b;
  for (const Arrival& one : day_a->arrivals())
    if (one.type == 0) calls_a.push_back(&one);
  for (const Arrival& one : day_b->arrivals())
    if (one.type == 0) calls_b.push_back(&one);
  ASSERT_EQ(calls_a.size(), calls_b.size());
  for (std::size_t i = 0; i < calls_a.size(); ++i) {
    EXPECT_EQ(calls_a[i]->at, calls_b[i]->at);
    EXPECT_EQ(calls_a[i]->patience, calls_b[i]->patience);
    EXPECT_EQ(day_a->talk(*calls_a[i], 0, calls_a[i]->at), day_b->talk(*calls_b[i], 0, calls_b[i]->at));
  }
  EXPECT_GT(day_b->arrivals().size(), day_a->arrivals().size());
}

// A caller each minute, a talk of 90 s, one agent: the k-th waits k x 30 s.
TEST(Run, AQueueOfConstantsIsWorkedOutByHand) {
  const Scenario scenario = scenario_of(simple("length = \"630s\"", "agents = 1", "arrivals_per_hour = 60\ngap_cv = 0\nservice = \"90s\""));
  const QueueCounts sum = total(run(scenario));
  EXPECT_EQ(sum.offered, 10);
  EXPECT_EQ(sum.answered, 10);
  EXPECT_EQ(sum.queued, 9);
  EXPECT_NEAR(static_cast<double>(sum.answered_wait_us), 45 * 30e6, 10);
  EXPECT_EQ(sum.answered_within, 1);
}

/// A caller each minute from 60 s on, talks of 85 s, one agent: the k-th waits (k - 1) x 25 s.
std::string ever_longer() { return simple("length = \"630s\"", "agents = 1", "arrivals_per_hour = 60\ngap_cv = 0\nservice = \"85s\""); }

// The first finds her free: nothing is estimated that he waits, and so it is. Before the second nobody has been handled: there is no estimate. Behind
// the one in talk the later ones find 0, 0, 1, 1, 1, 2, 2, 2 who wait, and each is estimated 85 s for himself and for each of those.
TEST(Run, EstimatedWaitsAreHeldAgainstThoseThatCame) {
  std::string text = ever_longer();
  EXPECT_EQ(total(run(scenario_of(text))).estimated, 0) << "the queue makes none";
  text.insert(text.find("wrap_up"), "estimates = true\n");
  const QueueCounts sum = total(run(scenario_of(text)));
  EXPECT_EQ(sum.answered, 10);
  EXPECT_EQ(sum.estimated, 9);
  EXPECT_EQ(sum.estimate, Duration(85s) * (1 + 1 + 2 + 2 + 2 + 3 + 3 + 3));
  EXPECT_NEAR(static_cast<double>(sum.estimated_wait.count()), (2 + 3 + 4 + 5 + 6 + 7 + 8 + 9) * 25e6, 20);
  EXPECT_EQ(sum.estimated_within, 9);
  EXPECT_EQ(sum.estimate_error, sum.estimate - sum.estimated_wait) << "nobody waited longer";
}

TEST(Run, AnEstimateCountsInTheQueueThatMadeItWhereverHisCallerCame) {
  std::string text = ever_longer();
  text.insert(text.find("[[group]]"),
              "[[queue.overflow]]\nafter = \"110s\"\nto = \"r\"\n[[queue]]\nid = \"r\"\nname = \"R\"\nwrap_up = \"0s\"\nestimates = true\n");
  const std::string served = "queues = [{ queue = \"q\" }]";
  text.replace(text.find(served), served.size(), "queues = [{ queue = \"q\" }, { queue = \"r\" }]");
  const DayCounts day = run(scenario_of(text));
  EXPECT_EQ(day.queues[0][0].answered, 10);
  EXPECT_EQ(day.queues[0][0].estimated, 0);
  const QueueCounts& second = day.queues[1][0];
  EXPECT_EQ(second.answered, 0) << "they came to the first";
  EXPECT_EQ(second.estimated, 5) << "who waited for more than 110 s";
  EXPECT_NEAR(static_cast<double>(second.estimated_wait.count()), (5 + 6 + 7 + 8 + 9) * 25e6, 20) << "their whole wait";
  EXPECT_GE(second.estimate, 5 * Duration(110s + 85s)) << "and so is what was estimated";
}

TEST(Run, EstimatesChangeNothingElse) {
  std::string text = kBusyCentre;
  text.insert(text.find("ring_timeout"), "estimates = true\n");
  DayCounts with = run(scenario_of(text));
  EXPECT_GT(total(with).estimated, 500);
  EXPECT_LE(total(with).estimated, total(with).answered);
  for (auto& queue : with.queues)
    for (QueueCounts& counts : queue) {
      counts.estimated = counts.estimated_within = 0;
      counts.estimate = counts.estimated_wait = counts.estimate_error = {};
    }
  EXPECT_EQ(with, run(scenario_of(kBusyCentre)));
}

TEST(Run, BusyTimeIsTheTalkAndWrapUpWithinTheDay) {
  std::string text = simple("length = \"630s\"", "agents = 3", "arrivals_per_hour = 60\ngap_cv = 0\nservice = \"50s\"");
  text.replace(text.find("wrap_up = \"0s\""), 14, "wrap_up = \"7s\"");
  const DayCounts day = run(scenario_of(text));
  EXPECT_NEAR(static_cast<double>(day.groups[0][0].busy_us), 10 * 57e6 - 27e6, 20);  // the last comes 30 s before the end
  EXPECT_EQ(day.groups[0][0].staffed_us, 3 * 630'000'000LL);
}

TEST(Run, WhoComesInTheWarmUpIsServedAndNotCounted) {
  const std::string type = "arrivals_per_hour = 60\ngap_cv = 0\nservice = \"90s\"";
  const DayCounts warm = run(scenario_of(simple("length = \"630s\"\nwarm_up = \"330s\"", "agents = 1", type)));
  EXPECT_EQ(total(warm).offered, 5);
  EXPECT_EQ(warm.contacts, 10);
  EXPECT_EQ(total(warm).queued, 5) << "those before them are there";
  EXPECT_EQ(warm.groups[0][0].staffed_us, 300'000'000);
}

TEST(Run, WhoIsTurnedAwayOrGivesUpComesAgainUntilHisAttemptsAreOver) {
  const std::string type =
      "arrivals_per_hour = [60, 0]\ngap_cv = 0\nservice = \"1s\"\npatience = \"10s\"\nretry = { probability = 1, delay = \"60s\", attempts = 3 }";
  const std::string when = "periods = [\"00:00\", \"00:10:30\", \"02:00\"]\n";
  const QueueCounts gave_up = total(run(scenario_of(simple(when, "agents = 0", type))));
  EXPECT_EQ(gave_up.offered, 30);
  EXPECT_EQ(gave_up.abandoned, 30);
  const QueueCounts blocked = total(run(scenario_of(simple(when + "lines = 0", "agents = 0", type))));
  EXPECT_EQ(blocked.blocked, 30);
}

// A caller each minute, talks of 145 s, one agent.
TEST(Run, WhoFindsEveryWaitingPlaceTakenIsTurnedAwayUnlessAnAgentIsFree) {
  const std::string type = "arrivals_per_hour = 60\ngap_cv = 0\nservice = \"145s\"";
  const QueueCounts one = total(run(scenario_of(simple("length = \"510s\"\nwaiting_places = 1", "agents = 1", type))));
  EXPECT_EQ(one.offered, 8);
  EXPECT_EQ(one.blocked, 4) << "of 3, 5, 7 and 8 minutes; the talks begin at 60, 205, 350 and 495 s";
  EXPECT_EQ(one.queued, 3);
  const QueueCounts none = total(run(scenario_of(simple("length = \"510s\"\nwaiting_places = 0", "agents = 1", type))));
  EXPECT_EQ(none.answered, 3);
  EXPECT_EQ(none.queued, 0);
}

TEST(Run, WhoNeverGivesUpAndHasNobodyIsUnserved) {
  const QueueCounts sum = total(run(scenario_of(simple("length = \"630s\"", "agents = 0", "arrivals_per_hour = 60\ngap_cv = 0\nservice = \"1s\""))));
  EXPECT_EQ(sum.unserved, 10);
  EXPECT_EQ(sum.answered, 0);
}

TEST(Run, AnAgentWhoDoesNotAnswerStaysAwayAndComesBack) {
  std::string text = simple("length = \"3630s\"", "agents = 2\nring = \"30s\"\nafter_no_answer = \"2m\"",
                            "arrivals_per_hour = 2\ngap_cv = 0\nservice = \"10s\"\npatience = \"200s\"");
  const DayCounts day = run(scenario_of(text));  // the phones ring longer than the queue's 20 s
  EXPECT_EQ(total(day).abandoned, 2);
  // Each caller: 20 s at either agent, away for 120 s, and the last offer withdrawn after the patience of 200 s: two more of 20 s and what is left.
  EXPECT_GT(day.groups[0][0].busy_us, 2 * 40'000'000);
  EXPECT_EQ(day.groups[0][0].staffed_us, 2 * 3630'000'000LL);
}

TEST(Run, RingingIsWaitingAndMayBeGivenUp) {
  const std::string type = "arrivals_per_hour = 60\ngap_cv = 0\nservice = \"5s\"\npatience = ";
  const QueueCounts patient = total(run(scenario_of(simple("length = \"630s\"", "agents = 1\nring = \"4s\"", type + "\"5s\""))));
  EXPECT_EQ(patient.answered, 10);
  EXPECT_EQ(patient.answered_wait_us, 10 * 4'000'000);
  EXPECT_EQ(patient.queued, 0) << "an agent was free";
  const QueueCounts hasty = total(run(scenario_of(simple("length = \"630s\"", "agents = 1\nring = \"4s\"", type + "\"3s\""))));
  EXPECT_EQ(hasty.abandoned, 10);
}

TEST(Run, WhoGoesFinishesTheCallAtHand) {
  const std::string type = "arrivals_per_hour = [60, 0]\ngap_cv = 0\nservice = \"100s\"";
  const DayCounts day = run(scenario_of(simple("periods = [\"00:00\", \"00:01:30\", \"00:10\"]", "agents = [1, 0]", type)));
  EXPECT_EQ(total(day).answered, 1);
  EXPECT_NEAR(static_cast<double>(day.groups[0][1].busy_us), 70e6, 10);
  EXPECT_EQ(day.groups[0][1].busy_us, day.groups[0][1].staffed_us);
}

TEST(Run, PriorityAndEntryCreditDecideWhoIsNext) {
  const auto waits_of_vip = [](const std::string& vip_queue, const std::string& vip_type) {
    const std::string text =
        "name = \"two\"\nlength = \"4h\"\n[[queue]]\nid = \"plain\"\nname = \"P\"\nwrap_up = \"0s\"\n[[queue]]\nid = \"vip\"\nname = \"V\"\nwrap_up "
        "= \"0s\"\n" +
        vip_queue +
        "[[group]]\nid = \"g\"\nagents = 5\nqueues = [{ queue = \"plain\" }, { queue = \"vip\" }]\n"
        "[[type]]\nid = \"a\"\nqueue = \"plain\"\narrivals_per_hour = 85\nservice = { kind = \"exponential\", mean = \"3m\" }\n"
        "[[type]]\nid = \"b\"\nqueue = \"vip\"\narrivals_per_hour = 10\nservice = { kind = \"exponential\", mean = \"3m\" }\n" +
        vip_type;
    const DayCounts day = run(scenario_of(text));
    return day.queues[1][0].wait_us;
  };
  const auto alike = waits_of_vip("", ""), credited = waits_of_vip("", "entry_credit = \"90s\"\n"), first = waits_of_vip("priority = 10000\n", "");
  EXPECT_LT(credited, alike);
  EXPECT_LT(first, credited);
}

/// From 08:00 to 16:00 in intervals of an hour, a call a minute, agents for all of them; the queue is open until noon.
std::string half_a_day(const std::string& closed) {
  return "name = \"half a day\"\nbegin = \"08:00\"\nlength = \"8h\"\nperiod = \"8h\"\ninterval = \"1h\"\n"
         "[[hours]]\nid = \"mornings\"\nname = \"Mornings\"\nweek = [\"Mon-Sun 08:00-12:00\"]\n"
         "[[queue]]\nid = \"q\"\nname = \"Q\"\nwrap_up = \"0s\"\nhours = \"mornings\"\n" +
         closed +
         "[[queue]]\nid = \"other\"\nname = \"Other\"\nwrap_up = \"0s\"\n"
         "[[group]]\nid = \"g\"\nagents = 30\nqueues = [{ queue = \"q\" }, { queue = \"other\" }]\n"
         "[[type]]\nid = \"t\"\nqueue = \"q\"\narrivals_per_hour = 60\nservice = { kind = \"constant\", value = 60 }\n";
}

TEST(Run, WhoComesToAClosedQueueIsTurnedAway) {
  const DayCounts day = run(scenario_of(half_a_day("")));
  for (std::size_t hour = 0; hour < 8; ++hour) {
    const QueueCounts& counts = day.queues[0][hour];
    EXPECT_GT(counts.offered, 20);
    EXPECT_EQ(counts.blocked, hour < 4 ? 0 : counts.offered) << hour;
    expect_whole(counts);
  }
}

TEST(Run, WhoIsSentOnIsServedElsewhereAndCountsWhereHeCame) {
  const DayCounts day = run(scenario_of(half_a_day("closed = \"queue\"\nclosed_to = \"other\"\n")));
  for (std::size_t hour = 0; hour < 8; ++hour) EXPECT_EQ(day.queues[0][hour].answered, day.queues[0][hour].offered) << hour;
  EXPECT_EQ(day.queues[1][5].offered, 0);
}

TEST(Run, WhoHasWaitedTooLongOverflowsToAgentsWhoDoNotServeHisQueue) {
  const std::string text =
      "name = \"overflow\"\nbegin = \"08:00\"\nlength = \"2h\"\nperiod = \"2h\"\n"
      "[[queue]]\nid = \"q\"\nname = \"Q\"\nwrap_up = \"0s\"\n[[queue.overflow]]\nafter = \"60s\"\nto = \"other\"\n"
      "[[queue]]\nid = \"other\"\nname = \"Other\"\nwrap_up = \"0s\"\n"
      "[[group]]\nid = \"few\"\nagents = 1\nqueues = [{ queue = \"q\" }]\n[[group]]\nid = \"many\"\nagents = 50\nqueues = [{ queue = \"other\" }]\n"
      "[[type]]\nid = \"t\"\nqueue = \"q\"\narrivals_per_hour = 120\nservice = { kind = \"constant\", value = 300 }\n";
  const QueueCounts counts = total(run(scenario_of(text)));
  EXPECT_EQ(counts.answered, counts.offered);
  EXPECT_LE(counts.answered_wait_us, counts.offered * 60'000'000) << "nobody waits longer than the overflow lets him";
}

TEST(Run, RulesSeeTheAttributesOfATypesCallers) {
  const std::string text =
      "name = \"rules\"\nbegin = \"08:00\"\nlength = \"4h\"\nperiod = \"4h\"\n"
      "[[queue]]\nid = \"q\"\nname = \"Q\"\nwrap_up = \"0s\"\nshort_abandon = \"0s\"\n[[queue.rule]]\nwhen = 'customer.tier == \"gold\"'\npriority = 100000\n"
      "[[group]]\nid = \"g\"\nagents = 3\nqueues = [{ queue = \"q\" }]\n"
      "[[type]]\nid = \"gold\"\nqueue = \"q\"\narrivals_per_hour = 10\nattributes = { \"customer.tier\" = \"gold\" }\nservice = { kind = \"constant\", value = 240 }\n"
      "patience = { kind = \"exponential\", mean = 300 }\n"
      "[[type]]\nid = \"others\"\nqueue = \"q\"\narrivals_per_hour = 60\nservice = { kind = \"constant\", value = 240 }\npatience = { kind = \"exponential\", mean = 300 }\n";
  std::string without = text;
  without.replace(without.find("priority = 100000"), 17, "priority = 0");
  // Both are overloaded alike; with the rule the ten an hour come first, so fewer of all who give up are theirs.
  const QueueCounts with_rule = total(run(scenario_of(text))), no_rule = total(run(scenario_of(without)));
  EXPECT_EQ(with_rule.offered, no_rule.offered) << "the same callers";
  EXPECT_NE(with_rule.answered_wait_us, no_rule.answered_wait_us);
  EXPECT_NE(faults_of("name = \"x\"\n[[type]]\nid = \"t\"\nattributes = { colour = \"red\" }\n").find("which no rule can ask for"), std::string::npos);
}

}  // namespace
}  // namespace callwright::sim::what_if
