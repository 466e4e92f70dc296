#include "sim/what_if/erlang.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace callwright::sim::what_if {
namespace {

struct Row {
  std::string model;
  Model given;
  double level_s = 0;
  double waits = 0, mean_wait_s = 0, service_level = 0, lost = 0;
  std::string waits_text, wait_text, level_text, lost_text;
};

std::vector<Row> reference_rows() {
  std::ifstream in(std::string(CALLWRIGHT_SOURCE_DIR) + "/tests/data/routing/erlang_reference_values.csv");
  std::vector<Row> rows;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    if (line.ends_with('\r')) line.pop_back();
    std::vector<std::string> fields;
    std::istringstream text(line);
    for (std::string field; std::getline(text, field, ',');) fields.push_back(field);
    Row row;
    row.model = fields[0];
    row.given.arrivals_per_s = std::stod(fields[1]) / 3600;
    row.given.mean_talk_s = std::stod(fields[2]);
    row.given.agents = std::stoll(fields[3]);
    if (!fields[4].empty()) row.given.mean_patience_s = std::stod(fields[4]);
    if (!fields[5].empty()) row.given.waiting_places = std::stoll(fields[5]);
    row.level_s = std::stod(fields[6]);
    row.waits_text = fields[9];
    row.wait_text = fields[10];
    row.level_text = fields[12];
    row.lost_text = fields[13];
    rows.push_back(row);
  }
  return rows;
}

/// Half of the last digit that is given, and the error of the double that holds it.
void expect_all_digits(double value, const std::string& text, const std::string& what) {
  const auto point = text.find('.');
  const double digits = point == std::string::npos ? 0 : static_cast<double>(text.size() - point - 1);
  EXPECT_NEAR(value, std::stod(text), 0.5001 * std::pow(10, -digits)) << what;
}

TEST(Erlang, ClosedFormsGiveTheReferenceValuesToAllDigits) {
  const auto rows = reference_rows();
  ASSERT_EQ(rows.size(), 26u);
  for (const Row& row : rows) {
    const auto found = predict(row.given, row.level_s);
    ASSERT_TRUE(found);
    const std::string what =
        row.model + " n=" + std::to_string(row.given.agents) + " load=" + std::to_string(row.given.arrivals_per_s * row.given.mean_talk_s);
    expect_all_digits(found->waits, row.waits_text, what + " P(W>0)");
    expect_all_digits(found->mean_wait_s, row.wait_text, what + " E[W]");
    expect_all_digits(found->service_level, row.level_text, what + " SL");
    expect_all_digits(row.given.waiting_places ? found->blocked : found->abandons, row.lost_text, what + " lost");
  }
}

TEST(Erlang, TheChainAgreesWithTheRecursionsOfErlang) {
  for (double load : {0.5, 8.0, 95.0, 990.0})
    for (std::int64_t agents : {10, 100, 1000}) {
      const Model plain{load / 180, 180, agents, {}, {}};
      if (load < static_cast<double>(agents)) EXPECT_NEAR(predict(plain, 20)->waits, erlang_c(agents, load), 1e-12);
      else EXPECT_FALSE(predict(plain, 20));
      const Model lossy{load / 180, 180, agents, {}, 0};
      EXPECT_NEAR(predict(lossy, 20)->blocked, erlang_b(agents, load), 1e-12);
    }
}

TEST(Erlang, ServiceLevelOfErlangCIsItsExponential) {
  const Model model{12000.0 / 3600, 300, 1021, {}, {}};
  const double c = erlang_c(1021, 1000), excess = 1021 / 300.0 - 12000.0 / 3600;
  for (double t : {0.0, 1.0, 20.0, 200.0}) EXPECT_NEAR(predict(model, t)->service_level, 1 - c * std::exp(-excess * t), 1e-11);
}

TEST(Erlang, WithPatienceLikeTheTalkTheSystemIsPoisson) {
  // P(N >= n) of Poisson(a) is what finds everybody busy.
  const double load = 40;
  double below = 0, term = std::exp(-load);
  for (int k = 0; k < 45; ++k, term *= load / k) below += term;
  EXPECT_NEAR(predict({load / 100, 100, 45, 100, {}}, 20)->waits, 1 - below, 1e-12);
}

TEST(Erlang, LongPatienceIsNoImpatienceAndManyPlacesAreNoLimit) {
  const Model plain{0.1, 180, 22, {}, {}};
  const auto c = *predict(plain, 20);
  Model patient = plain, roomy = plain;
  patient.mean_patience_s = 1e12;
  roomy.waiting_places = 3000;
  EXPECT_NEAR(predict(patient, 20)->service_level, c.service_level, 1e-7);
  EXPECT_NEAR(predict(patient, 20)->mean_wait_s, c.mean_wait_s, 1e-6);
  EXPECT_NEAR(predict(roomy, 20)->service_level, c.service_level, 1e-12);
  EXPECT_NEAR(predict(roomy, 20)->blocked, 0, 1e-12);
}

TEST(Erlang, WhatIsNoModelHasNoPrediction) {
  EXPECT_FALSE(predict({0, 180, 5, {}, {}}, 20));
  EXPECT_FALSE(predict({0.1, 0, 5, {}, {}}, 20));
  EXPECT_FALSE(predict({0.1, 180, 0, {}, {}}, 20));
  EXPECT_FALSE(predict({0.1, 180, 5, -1, {}}, 20));
  EXPECT_FALSE(predict({0.1, 180, 18, {}, {}}, 20));  // the load equals the agents
}

}  // namespace
}  // namespace callwright::sim::what_if
