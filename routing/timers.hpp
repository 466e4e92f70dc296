#pragma once
#include <optional>
#include <set>
#include <tuple>

#include "base/id.hpp"
#include "base/instant.hpp"

namespace callwright::routing {

/// What ends by itself, in the order in which it is due: offers by their time-out, wrap-ups by their end, visits by their next step, messages at the latest by their limit. Folded.
class Timers {
 public:
  enum class Kind : std::uint8_t { offer = 1, wrap_up, step, message };
  struct Timer {
    Instant at;
    Kind kind = Kind::offer;
    OfferId offer;      ///< for `offer`
    AgentId agent;      ///< for `wrap_up`
    ContactId contact;  ///< for `step` and `message`, and the `wrap_up` of a written one
    auto operator<=>(const Timer&) const = default;
  };

  void set(const Timer& timer) { due_.insert(timer); }
  void clear(const Timer& timer) { due_.erase(timer); }
  const std::set<Timer>& all() const { return due_; }
  bool contains(const Timer& timer) const { return due_.contains(timer); }
  std::size_t size() const { return due_.size(); }

 private:
  std::set<Timer> due_;
};

}  // namespace callwright::routing
