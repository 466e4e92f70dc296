#include "routing/announcements.hpp"

#include <algorithm>

#include "routing/estimate.hpp"
#include "routing/position.hpp"
#include "routing/state.hpp"

namespace callwright::routing {

using journal::Say;

// --- when --------------------------------------------------------------------------------------------------------------------

void Announcements::start(ContactId contact, Instant place, const std::vector<journal::Announcement>& announcements, Instant now) {
  const Instant after = std::max(now, quiet_);
  std::vector<Standing> standing;
  for (std::size_t i = 0; i < announcements.size(); ++i) {
    const journal::Announcement& one = announcements[i];
    Instant at = place + one.after;
    if (at <= after) {
      if (one.every <= Duration::zero()) continue;
      at = at + one.every * ((after - at) / one.every + 1);
    }
    standing.push_back({{at, contact, i}, one.every});
  }
  if (standing.empty()) return;
  for (const Standing& one : standing) beats_.insert(one.beat);
  of_[contact] = std::move(standing);
}

void Announcements::stop(ContactId contact) {
  const auto found = of_.find(contact);
  if (found == of_.end()) return;
  for (const Standing& one : found->second) beats_.erase(one.beat);
  of_.erase(found);
}

void Announcements::stop_all() {
  beats_.clear();
  of_.clear();
}

std::vector<Announcements::Beat> Announcements::take_due(Instant now) {
  std::vector<Beat> due;
  while (!beats_.empty() && beats_.begin()->at <= now) {
    const Beat beat = *beats_.begin();
    beats_.erase(beats_.begin());
    if (beat.at > quiet_) due.push_back(beat);
    const auto found = of_.find(beat.contact);
    auto& standing = found->second;
    const auto one = std::ranges::find(standing, beat, &Standing::beat);
    if (one->every > Duration::zero()) {
      one->beat.at = one->beat.at + one->every * ((now - one->beat.at) / one->every + 1);  // one that was missed is not made up for
      beats_.insert(one->beat);
    } else {
      standing.erase(one);
      if (standing.empty()) of_.erase(found);
    }
  }
  quiet(now);
  return due;
}

// --- what --------------------------------------------------------------------------------------------------------------------

std::vector<Announcements::Beat> Engine::take_announcements(Instant now) { return state_->announcements.take_due(now); }
void Engine::skip_announcements(Instant now) { state_->announcements.quiet(now); }

/// A promise is never made worse: a position that has grown, or an estimate that ends later than the last one said, is left out.
std::vector<Spoken> Engine::tell(ContactId id, const std::vector<Say>& what, Instant now, journal::FactSink& sink) {
  std::vector<Spoken> said;
  const Contact* contact = state_->visits.waiting(id);
  if (!contact) return said;
  const Visit& visit = *contact->visit;
  journal::CallerTold told{.visit = visit.started.visit};
  for (const Say& one : what) {
    switch (one.what) {
      case Say::What::media: said.push_back({.what = one.what, .media = one.media}); break;
      case Say::What::position: {
        const auto position = position_of(*state_, id);
        if (!position || (visit.told_position && *position > visit.told_position)) break;
        if (*position != visit.told_position) told.position = *position;
        said.push_back({.what = one.what, .position = *position});
        break;
      }
      case Say::What::estimate: {
        const auto exact = estimate_wait(*state_, id, now);
        const auto estimate = estimate_to_say(*state_, id, now);
        if (!estimate || (visit.promised.us && now + *exact > visit.promised)) break;
        if (!visit.promised.us || now + *estimate < visit.promised) told.estimate = *estimate;
        said.push_back({.what = one.what, .estimate = *estimate});
        break;
      }
    }
  }
  if (told.position || told.estimate.count()) sink.emit(id, told);
  return said;
}

}  // namespace callwright::routing
