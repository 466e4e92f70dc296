#pragma once
#include <functional>
#include <memory>

namespace callwright::runtime {
class Metrics;
}

namespace callwright::desktop {

/// The `hash` thread: runs password hashes one at a time, so that a crowd signing in costs one core and 19 MiB, never more.
/// At most 32 wait; beyond that `run` refuses and the page gets 503.
class Hasher {
 public:
  explicit Hasher(runtime::Metrics& metrics);
  ~Hasher();  ///< finishes the work at hand, drops what waits

  [[nodiscard]] bool run(std::function<void()> work);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace callwright::desktop
