#pragma once
#include <cstdint>
#include <optional>

#include "routing/matcher.hpp"

namespace callwright::routing {

/// How many of its queue come before this contact, and itself: by priority, boosts and age as in the score, then by place. Who is being offered counts, who
/// stands aside does not. None if the contact itself stands aside. Costs one pass over the queue.
std::optional<std::int32_t> position_of(const Matcher& matcher, ContactId contact);

}  // namespace callwright::routing
