#include "sim/what_if/figures.hpp"

#include <algorithm>
#include <cmath>

#include "sim/what_if/report.hpp"
#include "sim/what_if/study.hpp"
#include "stage.hpp"

namespace callwright::sim::what_if {
namespace {

TEST(Figures, AnIntervalIsStudentsTOfTheDays) {
  const Estimate mean = Estimate::mean({10, 12, 14, 16});
  EXPECT_NEAR(*mean.value, 13, 1e-12);
  EXPECT_NEAR(*mean.half_width(), 3.182446 * std::sqrt(20.0 / 3 / 4), 1e-6);
  EXPECT_FALSE(Estimate::mean({5}).half_width());
}

TEST(Figures, ARatioIsThatOfTheSums) {
  const Estimate ratio = Estimate::ratio({8, 90, 0}, {10, 100, 0});
  EXPECT_NEAR(*ratio.value, 98.0 / 110, 1e-12);
  EXPECT_NEAR(ratio.pull[0] + ratio.pull[1] + ratio.pull[2], 0, 1e-12);
  EXPECT_FALSE(Estimate::ratio({0, 0}, {0, 0}).value) << "a dash, neither 0 nor 100 %";
}

TEST(Figures, APairedDifferenceKnowsThatTheDaysAreTheSame) {
  const Estimate a = Estimate::mean({10, 50, 90}), b = Estimate::mean({11, 52, 90});
  const Estimate change = Estimate::difference(a, b);
  EXPECT_NEAR(*change.value, 1, 1e-12);
  EXPECT_LT(*change.half_width(), *a.half_width() / 10);
  EXPECT_FALSE(Estimate::difference(a, Estimate{}).value);
}

Figures figures(const Scenario& scenario, int days = 6) {
  return figures_of(plan_of(scenario), run_study(scenario, {scenario.seed, days, 2, {}}), scenario.seed, closed_form(scenario));
}

TEST(Figures, IntervalsAndQueuesAddUpToTheWhole) {
  const Figures all = figures(scenario_of(kBusyCentre));
  double by_queue = 0, by_interval = 0;
  for (std::size_t q = 0; q + 1 < all.queues.size(); ++q) by_queue += *all.queues[q].figures[0].value;
  for (const auto& interval : all.queues_by_interval) by_interval += *interval.back().figures[0].value;
  EXPECT_NEAR(by_queue, *all.queues.back().figures[0].value, 1e-9);
  EXPECT_NEAR(by_interval, *all.queues.back().figures[0].value, 1e-9);
  EXPECT_NEAR(*all.groups[1].figures[kAgentsFigure].value, 6, 1e-9);
}

TEST(Figures, LittlesLawHoldsForTheQueue) {
  const Scenario scenario = scenario_of(
      simple("length = \"200h\"", "agents = 12",
             "arrivals_per_hour = 200\nservice = { kind = \"exponential\", mean = \"3m\" }\npatience = { kind = \"exponential\", mean = \"2m\" }"));
  const Figures all = figures(scenario, 2);
  const auto& sum = all.queues.back().figures;  // offered, ..., mean wait
  const double wait = *sum[8].value, offered = *sum[0].value;
  EXPECT_NEAR(*all.mean_queue.value, offered * wait / (200 * 3600.0), 1e-3);
}

TEST(Report, TheSameFiguresGiveTheSameBytes) {
  const Scenario scenario = scenario_of(kBusyCentre);
  const Figures one = figures(scenario), two = figures(scenario);
  EXPECT_EQ(text_report(one), text_report(two));
  EXPECT_EQ(json_report(one), json_report(two));
  EXPECT_EQ(html_report(one), html_report(two));
}

TEST(Report, AComparisonShowsNothingWhereNothingChanged) {
  const Figures one = figures(scenario_of(kBusyCentre));
  const Figures change = difference(one, one);
  EXPECT_EQ(*change.queues.back().figures[6].value, 0);
  EXPECT_EQ(*change.queues.back().figures[6].half_width(), 0);
  EXPECT_NE(text_report(Comparison{one, one, change}).find("+0.00 ±0.00"), std::string::npos);
}

TEST(Report, AClosedFormStandsBesideOrSaysThatItHasNone) {
  const std::string type = "service = { kind = \"exponential\", mean = \"3m\" }\narrivals_per_hour = ";
  EXPECT_NE(text_report(figures(scenario_of(simple("length = \"9h\"", "agents = 13", type + "200")))).find("Erlang C says"), std::string::npos);
  EXPECT_NE(text_report(figures(scenario_of(simple("length = \"1h\"", "agents = 5", type + "100")))).find("no steady state"), std::string::npos);
  EXPECT_EQ(text_report(figures(scenario_of(kBusyCentre), 2)).find("says"), std::string::npos);
}

/// The busy centre, whose first queue estimates waits.
std::string estimating() {
  std::string text = kBusyCentre;
  return text.insert(text.find("ring_timeout"), "estimates = true\n");
}

TEST(Figures, EstimatesAreOfTheQueuesThatMakeThemAndOfThoseTogether) {
  const Figures all = figures(scenario_of(estimating()));
  ASSERT_EQ(all.queues[0].estimates.size(), estimate_figures().size());
  EXPECT_TRUE(all.queues[1].estimates.empty()) << "it makes none, which is not none that came true";
  EXPECT_EQ(*all.queues[2].estimates[0].value, *all.queues[0].estimates[0].value);
  EXPECT_GT(*all.queues[0].estimates[0].half_width(), 0);
  double within = 0, estimated = 0;
  for (const DayCounts& day : run_study(scenario_of(estimating()), {1, 6, 2, {}}))
    for (const QueueCounts& counts : day.queues[0]) within += of(counts.estimated_within), estimated += of(counts.estimated);
  EXPECT_NEAR(*all.queues[0].estimates[1].value, within / estimated, 1e-12);
  EXPECT_LE(std::abs(*all.queues[0].estimates[2].value), *all.queues[0].estimates[3].value) << "the mean is not further off than its parts";
}

TEST(Report, EstimatesHaveATableIfAnyQueueMakesThem) {
  const Figures with = figures(scenario_of(estimating())), without = figures(scenario_of(kBusyCentre));
  for (const std::string& report : {text_report(with), html_report(with)}) EXPECT_NE(report.find("within estimate %"), std::string::npos);
  for (const std::string& report : {text_report(without), html_report(without)}) EXPECT_EQ(report.find("estimate"), std::string::npos);
  EXPECT_NE(json_report(with).find("\"estimates\":{\"estimated\":{\"value\":"), std::string::npos);
  EXPECT_EQ(json_report(without).find("\"estimated\""), std::string::npos);
  EXPECT_NE(json_report(without).find("\"estimates\":null"), std::string::npos) << "not made is not nothing";
  EXPECT_EQ(text_report(with), text_report(figures(scenario_of(estimating()))));
}

TEST(Report, AChangeOfEstimatesIsShownWhereBothMakeThem) {
  const Figures with = figures(scenario_of(estimating())), without = figures(scenario_of(kBusyCentre));
  EXPECT_EQ(difference(with, without).queues[0].estimates.size(), 0u);
  const Figures same = difference(with, with);
  ASSERT_EQ(same.queues[0].estimates.size(), estimate_figures().size());
  EXPECT_EQ(*same.queues[0].estimates[3].value, 0);
}

TEST(Report, NamesAreEscapedOnThePage) {
  Scenario scenario = scenario_of(simple("length = \"1h\"", "agents = 5", "service = \"1m\"\narrivals_per_hour = 10"));
  scenario.name = "<b>\"x\"</b>";
  const std::string page = html_report(figures(scenario, 2));
  EXPECT_EQ(page.find("<b>"), std::string::npos);
  EXPECT_NE(page.find("&lt;b&gt;"), std::string::npos);
  EXPECT_NE(json_report(figures(scenario, 2)).find("\"<b>\\\"x\\\"</b>\""), std::string::npos);
}

}  // namespace
}  // namespace callwright::sim::what_if
