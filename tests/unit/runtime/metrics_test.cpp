#include "runtime/metrics.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace callwright::runtime {
namespace {

TEST(Metrics, TheSameNameAndLabelsAreTheSameFigure) {
  Metrics metrics;
  metrics.counter("callwright_contacts_total", "Finished contacts.", {{"queue", "repairs"}, {"outcome", "answered"}}).add();
  metrics.counter("callwright_contacts_total", "Finished contacts.", {{"queue", "repairs"}, {"outcome", "answered"}}).add(2);
  EXPECT_NE(metrics.exposition().find("callwright_contacts_total{outcome=\"answered\",queue=\"repairs\"} 3"), std::string::npos) << metrics.exposition();
}

TEST(Metrics, GaugesAreRefreshedBeforeEachExposition) {
  Metrics metrics;
  Gauge waiting = metrics.gauge("callwright_queue_size", "Waiting.");
  metrics.before_exposition([waiting]() mutable { waiting.add(1); });
  EXPECT_NE(metrics.exposition().find("callwright_queue_size 1"), std::string::npos);
  EXPECT_NE(metrics.exposition().find("callwright_queue_size 2"), std::string::npos);
}

TEST(Metrics, HistogramsHaveBuckets) {
  Metrics metrics;
  metrics.histogram("callwright_commit_seconds", "Commits.").observe(0.003);
  EXPECT_NE(metrics.exposition().find("callwright_commit_seconds_bucket{le=\"0.005\"} 1"), std::string::npos);
}

TEST(Metrics, ForeignNamesAreRefused) {
  Metrics metrics;
  EXPECT_THROW(metrics.counter("contacts_total", ""), std::invalid_argument);
}

}  // namespace
}  // namespace callwright::runtime
