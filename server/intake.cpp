#include "server/intake.hpp"

#include "agent-desktop-api/errc.hpp"
#include "core/views/request.hpp"

namespace callwright::server {

Intake::Intake(std::set<SwitchId> switches, Outlets outlets)
    : outlets_(std::move(outlets)), unreconciled_(std::move(switches)), told_state_(state()) {
  outlets_.accepting(told_open_);
  outlets_.ready(told_state_);
}

void Intake::set(Obstacle obstacle, bool there) {
  if (there) obstacles_.insert(obstacle);
  else obstacles_.erase(obstacle);
  tell();
}

void Intake::reconciled(const SwitchId& switch_id) {
  if (unreconciled_.erase(switch_id)) tell();
}

void Intake::waited_enough() {
  unreconciled_.clear();
  tell();
}

std::error_code Intake::state() const {
  if (obstacles_.contains(Obstacle::draining)) return desktop::Errc::draining;
  if (obstacles_.contains(Obstacle::core_silent)) return desktop::Errc::busy;
  if (obstacles_.contains(Obstacle::store_full)) return core::Errc::store_full;
  if (!unreconciled_.empty()) return desktop::Errc::recovering;
  return {};
}

void Intake::tell() {
  if (std::exchange(told_open_, open()) != open()) outlets_.accepting(open());
  if (const auto now = state(); std::exchange(told_state_, now) != now) outlets_.ready(now);
}

}  // namespace callwright::server
