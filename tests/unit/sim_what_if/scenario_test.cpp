#include "sim/what_if/scenario.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>

#include "stage.hpp"

namespace callwright::sim::what_if {
namespace {

const std::string kType = "arrivals_per_hour = 200\nservice = { kind = \"exponential\", mean = \"180s\" }\n";

TEST(Scenario, ReadsTheRulesOfAQueueAsTheCentreDocumentDoes) {
  const Scenario scenario = scenario_of(kBusyCentre);
  ASSERT_EQ(scenario.rules.queues.size(), 2u);
  EXPECT_EQ(scenario.rules.queues[1].priority, 300);
  EXPECT_EQ(scenario.rules.queues[1].requirements[0].min_level, 50);
  EXPECT_EQ(scenario.rules.queues[0].ring_timeout, Duration(12s));
  EXPECT_EQ(scenario.types[1].queue, 1u);
  EXPECT_EQ(scenario.types[1].entry_credit, Duration(90s));
  EXPECT_EQ(scenario.periods.size(), 9u);
  EXPECT_EQ(scenario.periods.front(), kMidnight + 8h);
  EXPECT_NEAR(scenario.types[0].service[0][0].mean(), 180, 1e-9);
  EXPECT_NEAR(scenario.types[0].service[1][0].mean(), 240, 1e-9);
  const Plan plan = plan_of(scenario);
  EXPECT_EQ(plan.centre.agents.size(), 18u);
  EXPECT_EQ(plan.centre.agents[0].id.value, "all-01");
  EXPECT_EQ(plan.centre.agents[17].id.value, "half-6");
  EXPECT_EQ(plan.centre.agents[17].queues.size(), 1u);
}

TEST(Scenario, TellsEveryFaultAtOnceWithItsLineAndTheNearestKey) {
  EXPECT_EQ(faults_of(R"(name = "x"
length = "8h"
period = "3h"
replicatons = 3
[[queue]]
id = "q"
name = "Q"
ring_timout = "5s"
[[group]]
id = "g"
agents = [1, 2]
queues = [{ queue = "qq" }]
[[type]]
id = "t"
queue = "p"
arrivals_per_hour = -1
service = { kind = "exponental", mean = "3m" }
patience = { kind = "gamma", mean = "3m" }
retry = { probability = 2, delay = "x" }
)"),
            R"(line 1: the scenario: 'length' is no multiple of 'period'
line 4: unknown key 'replicatons' in the scenario, did you mean 'replications'?
line 8: unknown key 'ring_timout' in a queue, did you mean 'ring_timeout'?
line 12: there is no queue 'qq', did you mean 'q'?
line 13: there is no queue 'p', did you mean 'q'?
line 16: a type: 'arrivals_per_hour' must be a number from 0 to 1000000000
line 17: a type's 'service': there is no distribution 'exponental', did you mean 'exponential'?
line 17: unknown key 'mean' in a type's 'service'
line 18: a type's 'patience': 'cv' is missing
line 19: a type's 'retry': 'probability' must be a number from 0 to 1
line 19: a retry's 'delay' must be a length as "90s", or a table such as { kind = "exponential", mean = "3m" })");
}

TEST(Scenario, AListHasAValueForEachPeriod) {
  const std::string when = "begin = \"09:00\"\nlength = \"2h\"\nperiod = \"1h\"";
  EXPECT_EQ(faults_of(simple(when, "agents = [1, 2, 3]", kType)), "line 13: a group: 'agents' has 3 values for 2 periods");
  const Scenario scenario =
      scenario_of(simple(when, "agents = [1, 2]", "arrivals_per_hour = 5\nservice = [\"1m\", { kind = \"uniform\", low = 10.5, high = \"1m\" }]"));
  EXPECT_EQ(scenario.groups[0].agents, (std::vector<std::int32_t>{1, 2}));
  EXPECT_NEAR(scenario.types[0].service[0][1].mean(), 35.25, 1e-12);
}

TEST(Scenario, TimeIsALengthOrTimesOfTheClock) {
  const Scenario clock = scenario_of(simple("periods = [\"08:00\", \"08:02:30\", \"26:00\"]\ninterval = \"7h\"", "agents = 1", kType));
  EXPECT_EQ(clock.periods, (std::vector<Instant>{kMidnight + 8h, kMidnight + 8h + 150s, kMidnight + 26h}));
  EXPECT_EQ(plan_of(clock).bounds, (std::vector<Instant>{kMidnight + 8h, kMidnight + 15h, kMidnight + 22h, kMidnight + 26h}));
  EXPECT_EQ(faults_of(simple("", "agents = 1", kType)), "line 1: the scenario: 'length' or 'periods' is missing");
  EXPECT_NE(faults_of(simple("periods = [\"08:00\", \"07:00\"]", "agents = 1", kType)), "");
  EXPECT_NE(faults_of(simple("periods = [\"08:00\", \"09:00\"]\nlength = \"3h\"", "agents = 1", kType)), "");
  EXPECT_NE(faults_of(simple("length = \"3h\"\nwarm_up = \"3h\"", "agents = 1", kType)), "");
  for (const char* bad : {"8:00", "08", "08:60", "08:00:00:00", "08:00x", ""})
    EXPECT_NE(faults_of(simple(std::string("length = \"1h\"\nbegin = \"") + bad + "\"", "agents = 1", kType)), "") << bad;
}

TEST(Scenario, EmpiricalLengthsComeFromAFileBesideTheScenario) {
  const auto folder = std::filesystem::path(testing::TempDir());
  std::ofstream(folder / "talks.csv") << "name,seconds\na,100\nb,20.5\n";
  std::ofstream(folder / "plain.csv") << "4\n6\n";
  std::ofstream(folder / "curve.csv") << "t,left\n10,0.9\n100,0.5\n";
  const auto mean = [&](const std::string& service) {
    return scenario_of(simple("length = \"1h\"", "agents = 1", "arrivals_per_hour = 5\nservice = " + service), folder).types[0].service[0][0].mean();
  };
  EXPECT_NEAR(mean(R"({ kind = "empirical", file = "talks.csv", column = "seconds" })"), 60.25, 1e-12);
  EXPECT_NEAR(mean(R"({ kind = "empirical", file = "plain.csv" })"), 5, 1e-12);
  EXPECT_NEAR(mean(R"({ kind = "empirical", file = "curve.csv", length = "t", survival = "left" })"),
              0.1 * 5 + 0.4 * 55 + 0.5 * (100 + 100 / std::log(2)), 1e-9);
  const auto fault = [&](const std::string& service) {
    return faults_of(simple("length = \"1h\"", "agents = 1", "arrivals_per_hour = 5\nservice = " + service), folder);
  };
  EXPECT_NE(fault(R"({ kind = "empirical", file = "talks.csv", column = "secnds" })").find("did you mean 'seconds'?"), std::string::npos);
  EXPECT_NE(fault(R"({ kind = "empirical", file = "none.csv" })").find("cannot be read"), std::string::npos);
  EXPECT_NE(fault(R"({ kind = "empirical", file = "curve.csv", length = "t" })"), "");
  EXPECT_NE(fault(R"({ kind = "empirical", file = "talks.csv", column = "name" })"), "");
}

TEST(Scenario, AClosedFormIsKnownOnlyWhereItHolds) {
  const std::string patience = "patience = { kind = \"exponential\", mean = \"2m\" }\n";
  const auto model = [](const std::string& top, const std::string& group, const std::string& type) {
    return closed_form(scenario_of(simple("length = \"9h\"\n" + top, group, type)));
  };
  const auto a = model("", "agents = 12", kType + patience);
  ASSERT_TRUE(a);
  EXPECT_EQ(a->agents, 12);
  EXPECT_NEAR(a->arrivals_per_s * 3600, 200, 1e-12);
  EXPECT_EQ(a->mean_patience_s, 120);
  EXPECT_FALSE(a->waiting_places);
  EXPECT_EQ(model("lines = 40", "agents = 12", kType)->waiting_places, 28);
  EXPECT_EQ(model("waiting_places = 30", "agents = 12", kType)->waiting_places, 30);
  EXPECT_FALSE(model("lines = 11", "agents = 12", kType)) << "fewer lines than agents";
  EXPECT_FALSE(model("", "agents = 12\nring = \"1s\"", kType));
  EXPECT_FALSE(model("", "agents = 12", kType + "gap_cv = 2"));
  EXPECT_FALSE(model("", "agents = 12", kType + "busyness = 0.1"));
  EXPECT_FALSE(model("busyness = 0.1", "agents = 12", kType));
  EXPECT_FALSE(model("", "agents = 12", "arrivals_per_hour = 200\nservice = \"3m\""));
  EXPECT_FALSE(model("", "agents = 12", kType + "patience = \"2m\""));
  EXPECT_FALSE(model("period = \"3h\"", "agents = [12, 13, 12]", kType));
  EXPECT_FALSE(closed_form(scenario_of(kBusyCentre)));
}

TEST(Scenario, TheExamplesAreScenarios) {
  const std::filesystem::path root = CALLWRIGHT_SOURCE_DIR;
  int read = 0;
  for (const auto& folder : {root / "packaging/scenarios", root / "tests/bench/simulate"})
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() != ".toml") continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string text(std::istreambuf_iterator<char>(in), {});
      EXPECT_EQ(faults_of(text, folder), "") << entry.path();
      ++read;
    }
  EXPECT_GE(read, 8);
}

TEST(Scenario, ArrivalsFollowTheRateOfEachPeriod) {
  const Scenario scenario =
      scenario_of(simple("length = \"40h\"\nperiod = \"10h\"", "agents = 1", "arrivals_per_hour = [100, 0, 400, 50]\nservice = \"1s\""));
  std::vector<double> counts(4);
  for (const Arrival& one : day_of(scenario, 5, 0)->arrivals()) ++counts[static_cast<std::size_t>((one.at - kMidnight) / Duration(10h))];
  EXPECT_NEAR(counts[0], 1000, 4 * std::sqrt(1000));
  EXPECT_EQ(counts[1], 0);
  EXPECT_NEAR(counts[2], 4000, 4 * std::sqrt(4000));
  EXPECT_NEAR(counts[3], 500, 4 * std::sqrt(500));
}

TEST(Scenario, BusynessSpreadsTheDays) {
  const Scenario scenario = scenario_of(simple("length = \"10h\"\nbusyness = 0.3", "agents = 1", "arrivals_per_hour = 100\nservice = \"1s\""));
  double sum = 0, squares = 0;
  constexpr int kDays = 400;
  for (int day = 0; day < kDays; ++day) {
    const auto count = static_cast<double>(day_of(scenario, 1, static_cast<std::uint32_t>(day))->arrivals().size());
    sum += count;
    squares += count * count;
  }
  const double mean = sum / kDays, variance = squares / kDays - mean * mean;
  EXPECT_NEAR(mean, 1000, 4 * 302 / std::sqrt(kDays));
  EXPECT_NEAR(std::sqrt(variance) / mean, std::sqrt(0.09 + 0.001), 0.06);
}

}  // namespace
}  // namespace callwright::sim::what_if
