#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace callwright::runtime {

/// Handles: cheap to copy, safe on any thread, valid as long as their `Metrics`. A default-made one counts nothing.
class Counter {
 public:
  Counter() = default;
  explicit Counter(prometheus::Counter* counter) : counter_(counter) {}
  void add(double amount = 1);
  double value() const;

 private:
  prometheus::Counter* counter_ = nullptr;
};

class Gauge {
 public:
  Gauge() = default;
  explicit Gauge(prometheus::Gauge* gauge) : gauge_(gauge) {}
  void set(double value);
  void add(double amount = 1);
  double value() const;

 private:
  prometheus::Gauge* gauge_ = nullptr;
};

class Histogram {
 public:
  Histogram() = default;
  explicit Histogram(prometheus::Histogram* histogram) : histogram_(histogram) {}
  void observe(double value);

 private:
  prometheus::Histogram* histogram_ = nullptr;
};

/// The server's figures for Prometheus, served by the desk at `/metrics`.
///
/// Names begin with `callwright_` and carry their unit (`_total`, `_seconds`, `_bytes`); anything else throws, at the start.
/// Asking again for the same name and labels gives the same figure. Label values are keys of the centre or words of a fixed
/// list, never ids, names or numbers of people. Any thread.
class Metrics {
 public:
  using Labels = std::map<std::string, std::string>;

  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  /// `buckets` are rising upper bounds; empty: 0.5 ms to 10 s, for `_seconds`.
  Histogram histogram(const std::string& name, const std::string& help, const Labels& labels = {}, std::vector<double> buckets = {});

  /// Runs before each exposition, on its thread, to bring gauges up to date (sizes of queues).
  void before_exposition(std::function<void()> refresh);

  /// Everything in the Prometheus text format 0.0.4.
  std::string exposition() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace callwright::runtime
