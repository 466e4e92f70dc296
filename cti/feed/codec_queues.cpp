// What queues of the switch itself do, to the wire and back.
#include "callwright/feed/v1/feed.pb.h"
#include "cti/feed/codec_parts.hpp"

namespace callwright::cti::feed {
namespace {

namespace wire = ::callwright::feed::v1;

// Enums whose values agree are cast; these keep it so.
static_assert(static_cast<int>(model::QueueLeft::Why::answered) == wire::QUEUE_LEFT_WHY_ANSWERED);
static_assert(static_cast<int>(model::QueueLeft::Why::left) == wire::QUEUE_LEFT_WHY_LEFT);
static_assert(static_cast<int>(model::QueueOfferEnded::Why::accepted) == wire::QUEUE_OFFER_ENDED_WHY_ACCEPTED);
static_assert(static_cast<int>(model::QueueOfferEnded::Why::withdrawn) == wire::QUEUE_OFFER_ENDED_WHY_WITHDRAWN);
static_assert(static_cast<int>(model::QueueAgentSeen::State::signed_out) == wire::QUEUE_AGENT_STATE_SIGNED_OUT);
static_assert(static_cast<int>(model::QueueAgentSeen::State::paused) == wire::QUEUE_AGENT_STATE_PAUSED);

model::QueueLeft::Why from_wire(wire::QueueLeftWhy from) {
  const bool known = from >= wire::QUEUE_LEFT_WHY_ANSWERED && from <= wire::QUEUE_LEFT_WHY_LEFT;
  return known ? static_cast<model::QueueLeft::Why>(from) : model::QueueLeft::Why::left;
}
model::QueueOfferEnded::Why from_wire(wire::QueueOfferEndedWhy from) {
  const bool known = from >= wire::QUEUE_OFFER_ENDED_WHY_ACCEPTED && from <= wire::QUEUE_OFFER_ENDED_WHY_WITHDRAWN;
  return known ? static_cast<model::QueueOfferEnded::Why>(from) : model::QueueOfferEnded::Why::withdrawn;
}

}  // namespace

// --- to the wire --------------------------------------------------------------------------------------------------------

void put(const model::QueueJoined& from, wire::QueueJoined& to) {
  to.set_native_id(id_text(from.native_id));
  to.set_queue(id_text(from.queue));
}

void put(const model::QueueLeft& from, wire::QueueLeft& to) {
  to.set_native_id(id_text(from.native_id));
  to.set_queue(id_text(from.queue));
  to.set_why(static_cast<wire::QueueLeftWhy>(from.why));
}

void put(const model::QueueOffered& from, wire::QueueOffered& to) {
  to.set_native_id(id_text(from.native_id));
  to.set_queue(id_text(from.queue));
  to.set_device(id_text(from.device));
}

void put(const model::QueueOfferEnded& from, wire::QueueOfferEnded& to) {
  to.set_native_id(id_text(from.native_id));
  to.set_queue(id_text(from.queue));
  to.set_device(id_text(from.device));
  to.set_why(static_cast<wire::QueueOfferEndedWhy>(from.why));
}

void put(const model::QueueAgentSeen& from, wire::QueueAgentSeen& to) {
  to.set_device(id_text(from.device));
  to.set_queue(id_text(from.queue));
  to.set_state(static_cast<wire::QueueAgentState>(from.state));
  to.set_reason(text(from.reason));
}

// --- from the wire ------------------------------------------------------------------------------------------------------

model::QueueJoined get(const wire::QueueJoined& from, Checks& check) {
  return {.native_id = check.id("queue_joined.native_id", from.native_id()), .queue = check.id("queue_joined.queue", from.queue())};
}

model::QueueLeft get(const wire::QueueLeft& from, Checks& check) {
  return {.native_id = check.id("queue_left.native_id", from.native_id()),
          .queue = check.id("queue_left.queue", from.queue()),
          .why = from_wire(from.why())};
}

model::QueueOffered get(const wire::QueueOffered& from, Checks& check) {
  return {.native_id = check.id("queue_offered.native_id", from.native_id()),
          .queue = check.id("queue_offered.queue", from.queue()),
          .device = check.id("queue_offered.device", from.device())};
}

model::QueueOfferEnded get(const wire::QueueOfferEnded& from, Checks& check) {
  return {.native_id = check.id("queue_offer_ended.native_id", from.native_id()),
          .queue = check.id("queue_offer_ended.queue", from.queue()),
          .device = check.id("queue_offer_ended.device", from.device()),
          .why = from_wire(from.why())};
}

model::QueueAgentSeen get(const wire::QueueAgentSeen& from, Checks& check) {
  if (from.state() < wire::QUEUE_AGENT_STATE_SIGNED_OUT || from.state() > wire::QUEUE_AGENT_STATE_PAUSED) check.broken("queue_agent.state");
  return {.device = check.id("queue_agent.device", from.device()),
          .queue = check.optional_id("queue_agent.queue", from.queue()),
          .state = static_cast<model::QueueAgentSeen::State>(from.state()),
          .reason = check.text("queue_agent.reason", from.reason())};
}

}  // namespace callwright::cti::feed
