#pragma once
#include <cstdint>
#include <functional>
#include <optional>

#include "cti/model/switch_event.hpp"

namespace callwright::cti::link {

/// The way of a link's events into the core, which may refuse one because its inbound limit is reached.
///
/// Whatever follows a refused event would stand behind a gap, so the connection must end (`offer` says so) and a snapshot must
/// follow. What was refused is dropped and counted, but for one thing: the end of the link. It is kept, one however many there
/// are, and nothing is delivered before it, so that the core cannot take what comes after the gap for the rest of what came before.
class Delivery {
 public:
  explicit Delivery(std::function<bool(model::SwitchEvent)> into) : into_(std::move(into)) {}

  /// False: refused, the connection must end.
  bool offer(model::SwitchEvent event);
  /// Offers the end of the link again. True: nothing waits any more.
  bool offer_again();
  bool waits() const { return end_.has_value(); }
  std::uint64_t dropped() const { return dropped_; }

 private:
  std::function<bool(model::SwitchEvent)> into_;
  std::optional<model::SwitchEvent> end_;
  std::uint64_t dropped_ = 0;
};

}  // namespace callwright::cti::link
