// What is known when a link opens or is lost: until when we heard, and what a restarted switch took with it.
#include <algorithm>

#include "cti/model/turn.hpp"

namespace callwright::cti::model {

using journal::Cause, journal::LegState;

Instant Turn::last_heard() const {
  auto link = model_.links_.find(switch_id_);
  return std::max(hearing_.heard_at, link == model_.links_.end() ? Instant{} : link->second.heard_at);
}

journal::LegEnded Turn::lost(Cause cause) const {
  journal::LegEnded how;
  how.cause = cause;
  how.lost_from = last_heard();
  how.lost_to = now_;
  return how;
}

void Turn::take(const LinkOpened& opened) {
  auto link = model_.links_.find(switch_id_);
  const bool is_new = link == model_.links_.end() || last_heard() == Instant{};
  if (!is_new && hearing_.opened && link->second.up && link->second.boot_epoch == opened.boot_epoch) return;

  std::vector<LegId> gone;
  for (const auto& [id, leg] : model_.legs_)
    if (leg.switch_id == switch_id_ && leg.boot_epoch != opened.boot_epoch && leg.state != LegState::ended) gone.push_back(id);
  const bool restarted = !gone.empty() || (!is_new && link->second.boot_epoch != opened.boot_epoch);
  const journal::LegEnded how = lost(Cause::switch_lost);
  hearing_.opened = true;
  hearing_.in_step = is_new && !restarted;
  emit({}, journal::LinkUp{switch_id_, opened.boot_epoch});
  if (!restarted) return;

  end_legs(gone, how);
  std::vector<std::string> others;
  for (const auto& [native_id, sighting] : seen_.legs()) others.push_back(native_id);
  for (const std::string& native_id : others) seen_.end(native_id, Sightings::Past::forgotten);
}

void Turn::take(const LinkLost& lost) {
  auto link = model_.links_.find(switch_id_);
  hearing_.opened = hearing_.in_step = false;
  if (link != model_.links_.end() && !link->second.up) return;
  emit({}, journal::LinkDown{switch_id_, lost.reason});
}

}  // namespace callwright::cti::model
