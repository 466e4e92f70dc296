#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "journal/centre.hpp"

/// How long a contact can be passed over (docs/routing.md, "Nobody starves"), worked out from the centre document alone.
///
/// Let c wait in queue q, which ages at r points a minute, and c' in queue p, which ages at s <= r; agent a is a member of both, and c could have had
/// him. Of the score of a pair everything but age lies between two ends, low and high, whatever the contact's attributes, the agents' states and the
/// moment. If c' has its place x minutes behind c, and w minutes of waiting behind it, then
///     score(c', a) - score(c, a) <= high(p, a) - low(q, a) + s (w + credit(p)) - r (w + x) <= D(p, a) - r x,
///     D(p, a) = [the greatest high - low of the terms of a] + [priority: p's and its raising rules' - q's and its lowering rules']
///               + [the most by which p's steps are ahead of q's, at equal waiting] + [target(p)] + [favours(p)] + s credit(p),
/// so with D the greatest of all D(p, a), nobody who came D / r minutes after c goes before it (ties go to who came first). The terms of a:
///     best            weight x level of each requirement, for which rules may choose among weights; resolution, satisfaction; idle
///     longest_idle    idle
///     least_occupied  -strategy_points x 0..1, the same share in all queues       round_robin   strategy_points x 0..1, likewise
///     ring_all, claim as best; an agent joins a group only if nobody without an offer could have him, so groups pass over nobody
///     percentage      -strategy_points x 0..1, a share of the queue's own         random        strategy_points x 0..1, likewise, but one lot where
///     the points are equal all             rank
/// A term that has one value for a pair of queues with equal settings cancels out; so in p = q only what rules, favours and credits do is left.
/// A written contact c loses load_points(q) for each written contact that a has, and c' nothing if it is a call, or as many times load_points(p).
/// With room left for c, a has at most all but one of those he may have at once; at the time of a call, of channels that are interruptible alone. A
/// call c loses nothing by them: so its bound is D without load, that of a written contact D with it. (A document that lowers a capacity leaves an
/// agent for a while with more than this.)
/// Three things have no end of their own and are told apart: points by failed offers, points by the number of contacts that wait (balance), and idle
/// time, which counts as at most `kLongestIdle` where the two queues rate it differently. What supervisors raise is theirs to answer for.
namespace callwright::routing {

constexpr Duration kLongestIdle = std::chrono::hours(1);

struct Bound {
  enum class Kind : std::uint8_t {
    bounded,
    no_members,  ///< nobody is a member: there is no agent to be passed over by
    no_age,      ///< age_per_minute is 0
    slower,      ///< `other`, with which it shares an agent, ages faster, so that its contacts overtake sooner or later
  };
  Kind kind = Kind::bounded;
  Duration within{};            ///< nobody who came so much later, or more, goes before a call
  Duration written{};           ///< nor before a written contact
  Duration per_failed_offer{};  ///< and so much more for each offer of the later contact that was refused or not answered
  Duration per_waiting{};       ///< and so much more for each contact that waits in the queues with a waiting_share
  bool idle_limited = false;    ///< holds for agents who have been idle for at most `kLongestIdle`
  QueueId other;                ///< whose contacts have the greatest advantage; that of `slower`
  bool operator==(const Bound&) const = default;
};

/// One for each queue, in their order. Pure. The result of whole ticks of 60 ms, rounded up.
std::vector<Bound> bounds_of(const journal::Centre& centre);

/// "nobody is passed over by contacts that arrive more than 14 min 20 s after him (a written contact: 17 min 40 s)".
std::string text_of(const Bound& bound);

}  // namespace callwright::routing
