// What supervisors do to contacts that wait and to queues.
#include "base/overloaded.hpp"
#include "core/state.hpp"

namespace callwright::core {

Result<void> in_words_of_requests(Result<void> result) {
  if (result || result.error().code.category() != routing::category()) return result;
  const auto as = [&](Errc code) { return fail(code, result.error().context); };
  switch (static_cast<routing::Errc>(result.error().code.value())) {
    case routing::Errc::unknown_queue: return as(Errc::unknown_queue);
    case routing::Errc::already_waiting:
    case routing::Errc::not_waiting: return as(Errc::not_waiting);
    case routing::Errc::unknown_agent: return as(Errc::unknown_agent);
    case routing::Errc::agent_not_free: return as(Errc::agent_not_free);
    case routing::Errc::out_of_range: return as(Errc::out_of_range);
    case routing::Errc::observed: return as(Errc::observed);
  }
  return result;
}

Result<void> Core::State::steer(const std::string& by, const SteerContact& wanted) {
  const ContactId id = wanted.contact;
  const ContactEntry* entry = ledger.find(id);
  if (!entry) return fail(Errc::unknown_contact);
  if (const Callback* owed = callbacks.find(id); owed && owed->begun && owed->next.us) return fail(Errc::not_waiting, "its customer is left in peace until his callback is due");
  return in_words_of_requests(std::visit(Overloaded{
                             [&](const SteerContact::Raise& how) { return engine.raise(id, how.points, by, *this); },
                             [&](const SteerContact::Park&) { return engine.park(id, by, now, *this); },
                             [&](const SteerContact::Resume&) { return engine.resume(id, by, *this); },
                             [&](const SteerContact::Pull& how) { return engine.pull(id, how.to, by, now, mint, *this); },
                             [&](const SteerContact::Move& how) { return engine.move(id, how.to, now, *this, about(*entry)); },
                         },
                         wanted.how));
}

Result<void> Core::State::set_emergency(const std::string& by, const SetEmergency& wanted) {
  return in_words_of_requests(engine.set_emergency(wanted.queue, wanted.on, by, *this));
}

}  // namespace callwright::core
