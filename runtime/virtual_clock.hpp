#pragma once
#include <boost/asio/basic_waitable_timer.hpp>
#include <chrono>

namespace callwright::runtime {

/// A clock that stands still until somebody moves it (`VirtualClock::value += 1s`): limits of coroutines in one thread
/// (`EventLoop::run_ready`) then run out without waiting. One for the process.
struct VirtualClock {
  using duration = std::chrono::steady_clock::duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<VirtualClock>;
  [[maybe_unused]] static constexpr bool is_steady = true;
  static inline time_point value{};
  static time_point now() { return value; }
};

/// Asio looks at the clock at every turn of the loop instead of sleeping for what it believes is left.
struct VirtualWait {
  static VirtualClock::duration to_wait_duration(const VirtualClock::duration&) { return {}; }
  static VirtualClock::duration to_wait_duration(const VirtualClock::time_point&) { return {}; }
};

/// For `with_deadline<T, VirtualTimer>` and wherever a timer's type is a parameter.
using VirtualTimer = boost::asio::basic_waitable_timer<VirtualClock, VirtualWait>;

}  // namespace callwright::runtime
