#pragma once
#include <optional>

#include "base/instant.hpp"
#include "routing/matcher.hpp"

namespace callwright::routing {

/// How long a waiting contact has to wait from `now` on.
///
///     estimate = H x (1 + sum over the contacts d before it of |A(d) and A| / |A(d)|) / |A|
///
/// A: agents signed in who could serve this contact (members, channel, levels, switch), each counted as often as his capacity for its channel; A(d)
/// those of d. A contact before it takes of its agents only the share that it has of d's own; H: the running mean of what contacts of its queue take
/// an agent. Before it: a higher score without what agents add, or its tie. With one kind of contact and exponential handling times this is the mean
/// of the exact distribution for M/M/n: (contacts before it + 1) x H / n. How it is rounded: docs/routing.md. Zero if somebody is idle for its channel.
/// None: nobody of A is signed in, or no contact of any queue has been handled yet (a queue without figures of its own takes the mean of the others).
/// Costs one pass over the agents for each class with contacts before it.
std::optional<Duration> estimate_wait(const Matcher& matcher, ContactId contact, Instant now);

/// What is said of an estimate: whole minutes up to ten, five minutes up to an hour, always rounded up. None if it is not worth saying: somebody is
/// free, it is longer than an hour, or its queue has no figures of its own yet.
std::optional<Duration> estimate_to_say(const Matcher& matcher, ContactId contact, Instant now);

}  // namespace callwright::routing
