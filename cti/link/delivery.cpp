#include "cti/link/delivery.hpp"

#include <utility>
#include <variant>

namespace callwright::cti::link {

bool Delivery::offer(model::SwitchEvent event) {
  if (!end_ && into_(event)) return true;
  if (!end_ && std::holds_alternative<model::LinkLost>(event.body)) end_ = std::move(event);
  else ++dropped_;
  return false;
}

bool Delivery::offer_again() {
  if (end_ && into_(*end_)) end_.reset();
  return !end_;
}

}  // namespace callwright::cti::link
