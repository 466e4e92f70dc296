// What rules and favours are told of a contact that enters a queue.
#include "stage.hpp"

namespace callwright::core::stage {
namespace {

std::shared_ptr<journal::Centre> centre_with(std::vector<journal::Rule> rules) {
  auto changed = std::make_shared<journal::Centre>(*centre());
  changed->version = 2;
  changed->queues[0].rules = std::move(rules);
  return changed;
}

journal::Rule rule(std::string when, std::int32_t priority) {
  journal::Rule rule;
  rule.when = std::move(when);
  rule.priority = priority;
  return rule;
}

class Arrival : public testing::Test {
 protected:
  void SetUp() override { stage_.open_link(); }

  /// A caller whom the look-up finds so, and his visit.
  journal::VisitStarted arrive(const std::vector<std::pair<std::string, std::string>>& data, journal::CustomerTraits traits,
                               journal::Match match = journal::Match::known) {
    cti::model::LegCreated leg;
    leg.native_id = "c1";
    leg.device = "trunk";
    leg.device_class = cti::model::DeviceClass::trunk;
    leg.ani = "+441632960001";
    leg.dnis = "4001";
    stage_.event(leg);
    for (const auto& [key, value] : data) stage_.event(cti::model::DataSeen{"c1", key, value});
    const auto asked = stage_.event(cti::model::RouteAsked{"c1", "4001"});
    stage_.step(CustomerFound{asked.look_ups[0].contact,
                              match,
                              match == journal::Match::known ? CustomerId{42} : CustomerId{},
                              {},
                              "+441632960001",
                              nullptr,
                              std::move(traits)});
    const auto visits = stage_.facts<journal::VisitStarted>();
    EXPECT_FALSE(visits.empty());
    return visits.empty() ? journal::VisitStarted{} : visits.back();
  }

  Stage stage_;
};

TEST_F(Arrival, ARuleAsksWhatTheSwitchAttachedAndWhoTheCustomerIs) {
  stage_.step(CentreChanged{centre_with({rule("data.order_id >= 7 && customer.tier == \"gold\"", 100), rule("match == \"none\"", 1)})});
  EXPECT_EQ(arrive({{"Order-ID", "12"}}, {{{"customer.tier", "gold"}}, {}}).priority, 100);
}

TEST_F(Arrival, OfACustomerWhoIsOnlyGuessedNothingIsToldButThatHeIs) {
  stage_.step(CentreChanged{centre_with({rule("has customer.tier", 100), rule("match == \"maybe\"", 1)})});
  EXPECT_EQ(arrive({}, {}, journal::Match::maybe).priority, 1);
}

TEST_F(Arrival, EveryAttributeOfTheListCanBeThere) {
  std::vector<journal::Rule> rules;
  journal::CustomerTraits traits;
  for (std::string name : journal::attribute_names()) {
    if (name.ends_with('.')) name += "x";
    if (name.starts_with("customer.")) traits.attributes.emplace_back(name, "1");
    rules.push_back(rule("has " + name, 1));
  }
  const auto wanted = static_cast<std::int32_t>(rules.size());
  stage_.step(CentreChanged{centre_with(std::move(rules))});
  EXPECT_EQ(arrive({{"x", ""}}, std::move(traits)).priority, wanted) << "the trunk's name too";
}

TEST_F(Arrival, WhoTalkedToTheCustomerLastIsFavouredIfTheQueueSaysSo) {
  auto changed = centre_with({});
  changed->queues[0].last_agent_points = 500;
  stage_.step(CentreChanged{changed});
  stage_.make_ready(kSofia);
  stage_.make_ready(kDaniel);
  const auto visit = arrive({}, {{}, kDaniel});
  ASSERT_EQ(visit.favours.size(), 1U);
  EXPECT_EQ(visit.favours[0].agent, kDaniel);
  EXPECT_EQ(stage_.facts<journal::OfferMade>().back().agent, kDaniel) << "Sofia has the better skill";
}

TEST_F(Arrival, AttachedDataNamesAnAgentIfThereIsOneOfThatId) {
  auto changed = centre_with({});
  changed->queues[0].named_agent_points = 500;
  stage_.step(CentreChanged{changed});
  const auto visit = arrive({{"agent", "daniel"}}, {});
  ASSERT_EQ(visit.favours.size(), 1U);
  EXPECT_EQ(visit.favours[0].agent, kDaniel);
  EXPECT_EQ(visit.favours[0].why, journal::Favour::Why::named_agent);
}

TEST_F(Arrival, AttachedDataThatNamesNobodyFavoursNobody) {
  auto changed = centre_with({});
  changed->queues[0].named_agent_points = 500;
  stage_.step(CentreChanged{changed});
  EXPECT_TRUE(arrive({{"agent", "nobody"}}, {}).favours.empty());
}

}  // namespace
}  // namespace callwright::core::stage
