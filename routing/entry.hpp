#pragma once
#include "base/instant.hpp"
#include "journal/fact.hpp"
#include "routing/engine.hpp"
#include "routing/queues.hpp"

namespace callwright::routing {

/// What a contact asks for when it enters this queue now: the queue's own requirements and rates, what its rules add to them, its
/// steps worked out, its favours. `visit`, `channel`, `switch_id` and `entered_at` are left to the caller.
journal::VisitStarted visit_of(const QueueState& queue, const About& about, Instant now);

}  // namespace callwright::routing
