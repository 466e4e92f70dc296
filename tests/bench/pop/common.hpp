#pragma once
#include <boost/asio.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace callwright::bench {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

inline constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

[[noreturn]] inline void die(const std::string& why) {
  std::fprintf(stderr, "bench_pop: %s\n", why.c_str());
  std::exit(1);
}
template <class T>
T must(Result<T> result) {
  if (!result) die(result.error().text());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// From the write of a caller's event to the frame that shows him, by his number. One caller of a number at a time.
class Stopwatch {
 public:
  bool busy(const std::string& number) const { return begun_.contains(number); }
  void begin(const std::string& number) { begun_[number] = SteadyClock::now(); }
  void end(const std::string& number, std::size_t frame_bytes) {
    const auto found = begun_.find(number);
    if (found == begun_.end()) return;
    micros_.push_back(std::chrono::duration<double, std::micro>(SteadyClock::now() - found->second).count());
    bytes_ += frame_bytes;
    begun_.erase(found);
  }
  /// The callers who were never shown count, as the longest.
  std::size_t missed() const { return begun_.size(); }
  std::vector<double> take() { return std::exchange(micros_, {}); }
  void forget() { begun_.clear(); }
  std::size_t count() const { return micros_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  std::unordered_map<std::string, SteadyClock::time_point> begun_;
  std::vector<double> micros_;
  std::size_t bytes_ = 0;
};

}  // namespace callwright::bench
