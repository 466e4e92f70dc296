// Callers whom agents hand on by their page.
#include "core/state.hpp"

namespace callwright::core {

using journal::SegmentKind, journal::Treatment;
namespace model = cti::model;

/// He waits anew, in a visit of his own, as if his agent's phone had sent him there; the agent is free of him at once, whether he is taken or not.
Result<void> Core::State::transfer(const AgentId& agent, const TransferContact& wanted, const std::string& by) {
  if (draining) return fail(Errc::draining);
  if (store_full) return fail(Errc::store_full);
  const auto talk = talk_of(agent, wanted.contact);
  if (!talk) return std::unexpected(talk.error());
  if (talk->what != SegmentKind::talk && talk->what != SegmentKind::hold) return fail(Errc::wrong_state, "nobody talks");
  const SwitchId on = talk->customer->switch_id;
  if (!able(on).route || !able(on).control) return fail(Errc::unsupported, "transfer");
  if (engine.waiting(wanted.contact)) return fail(Errc::wrong_state, "he waits already");
  const journal::Queue* queue = queue_of(wanted.queue);
  if (!queue) return fail(Errc::unknown_queue, wanted.queue.value);
  if (queue->observed) return fail(Errc::observed, queue->id.value);
  // The agent talks to him: better that he hears of it than that the caller is sent away.
  if (!engine.is_open(queue->id, now) && queue->closed.action == Treatment::Action::release) return fail(Errc::queue_closed, queue->id.value);
  if (!wanted.colleague.value.empty())
    if (auto free = in_words_of_requests(engine.free_for(wanted.colleague, journal::Channel::voice, on)); !free) return free;

  const std::string customer = talk->customer->native_id, own = talk->own->native_id;
  emit(wanted.contact, journal::TransferCompleted{.transferor = talk->own->id, .transferee = talk->customer->id, .to = queue->id.value});
  agents_part_over(wanted.contact, agent);  // nobody is in two places
  if (auto entered = in_words_of_requests(engine.enter(wanted.contact, on, queue->id, now, now, *this, about(*ledger.find(wanted.contact)))); !entered) return entered;
  command_once(on, wanted.contact, model::Park{customer});  // before his agent goes: nobody hears silence
  command(on, wanted.contact, model::End{own});
  if (!wanted.colleague.value.empty() && engine.waiting(wanted.contact)) return in_words_of_requests(engine.pull(wanted.contact, wanted.colleague, by, now, mint, *this));
  return {};
}

}  // namespace callwright::core
