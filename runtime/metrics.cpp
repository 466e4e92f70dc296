#include "runtime/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>
#include <stdexcept>
#include <utility>

namespace callwright::runtime {
namespace {

constexpr std::string_view kPrefix = "callwright_";

void check_name(const std::string& name) {
  if (!name.starts_with(kPrefix)) throw std::invalid_argument("a metric's name begins with callwright_: " + name);
}

std::vector<double> seconds_buckets() { return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}; }

}  // namespace

void Counter::add(double amount) {
  if (counter_) counter_->Increment(amount);
}
double Counter::value() const { return counter_ ? counter_->Value() : 0; }
void Gauge::set(double value) {
  if (gauge_) gauge_->Set(value);
}
void Gauge::add(double amount) {
  if (gauge_) gauge_->Increment(amount);
}
double Gauge::value() const { return gauge_ ? gauge_->Value() : 0; }
void Histogram::observe(double value) {
  if (histogram_) histogram_->Observe(value);
}

struct Metrics::State {
  prometheus::Registry registry;
  mutable std::mutex mutex;
  std::vector<std::function<void()>> refreshers;
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
  check_name(name);
  auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(state_->registry);
  return Counter(&family.Add({labels.begin(), labels.end()}));
}

Gauge Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  check_name(name);
  auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry);
  return Gauge(&family.Add({labels.begin(), labels.end()}));
}

Histogram Metrics::histogram(const std::string& name, const std::string& help, const Labels& labels, std::vector<double> buckets) {
  check_name(name);
  if (buckets.empty()) buckets = seconds_buckets();
  auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(state_->registry);
  return Histogram(&family.Add({labels.begin(), labels.end()}, buckets));
}

void Metrics::before_exposition(std::function<void()> refresh) {
  std::lock_guard lock(state_->mutex);
  state_->refreshers.push_back(std::move(refresh));
}

std::string Metrics::exposition() const {
  std::vector<std::function<void()>> refreshers;
  {
    std::lock_guard lock(state_->mutex);
    refreshers = state_->refreshers;
  }
  for (const auto& refresh : refreshers) refresh();
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace callwright::runtime
