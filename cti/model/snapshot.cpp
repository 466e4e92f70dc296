// A snapshot is the truth about which legs exist: what is absent has ended, what is unknown is met, what is known is brought up
// to date. Who talks to whom is concluded once, at the end, and only then who is nobody's.
#include <set>

#include "cti/model/turn.hpp"

namespace callwright::cti::model {

using journal::Cause, journal::LegState, journal::OpenedBy;

void Turn::take(const Snapshot& snapshot) {
  const journal::LegEnded how = lost(Cause::lost);
  if (!hearing_.in_step && how.lost_from != Instant{}) emit({}, journal::GapFound{switch_id_, how.lost_from, now_});
  hearing_.in_step = true;
  end_absent(snapshot, how);

  for (const SnapshotLeg& present : snapshot.legs) meet_present(present);
  std::vector<std::string> all;
  for (const auto& [native_id, sighting] : seen_.legs()) all.push_back(native_id);
  settle(all);
  for (const auto& [native_id, sighting] : seen_.legs())
    if (sighting.orphan) name_orphan(sighting);
  for (const SnapshotLeg& present : snapshot.legs)
    if (Sighting* sighting = present.asks_route ? seen_.find(present.leg.native_id) : nullptr) ask(*sighting, present.entry);
}

void Turn::end_absent(const Snapshot& snapshot, const journal::LegEnded& how) {
  std::set<std::string> present;
  for (const SnapshotLeg& leg : snapshot.legs) present.insert(leg.leg.native_id);
  std::vector<LegId> gone;
  std::vector<std::string> others;
  for (const auto& [native_id, sighting] : seen_.legs()) {
    if (present.contains(native_id)) continue;
    if (sighting.leg) gone.push_back(sighting.leg);
    else others.push_back(native_id);
  }
  for (const std::string& native_id : others) seen_.end(native_id, Sightings::Past::ended);
  end_legs(gone, how);
}

void Turn::meet_present(const SnapshotLeg& present) {
  const LegState state = present.state == LegState::unknown || present.state == LegState::ended ? LegState::initiated : present.state;
  Sighting* sighting = meet(present.leg, state, OpenedBy::found);
  if (!sighting) return;
  see_state(*sighting, state);
  if (sighting->bridge == present.bridge) return;
  if (present.bridge.empty()) seen_.leave(*sighting);
  else seen_.enter(*sighting, present.bridge);
}

}  // namespace callwright::cti::model
