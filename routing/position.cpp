#include "routing/position.hpp"

namespace callwright::routing {

std::optional<std::int32_t> position_of(const Matcher& matcher, ContactId id) {
  const Contact* contact = matcher.visits.waiting(id);
  if (!contact || contact->visit->aside()) return std::nullopt;
  const auto key_of = [&](ContactId other, const Visit& visit) {
    const std::int32_t per_minute = matcher.classes[visit.class_index].age_per_minute;
    return VisitKey{visit_points(visit.started.priority + visit.boost, per_minute, visit.started.entered_at - visit.started.credit),
                    visit.started.entered_at, other, nullptr};
  };
  const VisitKey own = key_of(id, *contact->visit);
  std::int32_t position = 1;
  for (const auto& [place, other] : matcher.visits.in_queue(contact->visit->queue)) {
    const Visit& visit = *matcher.visits.waiting(other)->visit;
    if (other != id && !visit.aside() && key_of(other, visit) < own) ++position;
  }
  return position;
}

}  // namespace callwright::routing
