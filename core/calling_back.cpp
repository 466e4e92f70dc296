// Callbacks: who asks for one, how its visit begins, how the customer is called and what comes of it (docs/routing.md, "Callbacks").
#include <absl/time/time.h>

#include <algorithm>

#include "base/e164.hpp"
#include "core/state.hpp"

namespace callwright::core {

using journal::CallbackBy, journal::CallbackEnd, journal::Cause, journal::LegRole, journal::LegState, journal::SegmentKind, journal::VisitEnd;
namespace model = cti::model;

namespace {

/// A moment that has just passed is now: clocks differ, and a request travels.
constexpr Duration kJustPassed = std::chrono::minutes(1);
/// A callback is due and its contact is still in an agent's hands.
constexpr Duration kLookAgain = std::chrono::minutes(1);

std::string moment(Instant at) { return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMicros(at.us), absl::UTCTimeZone()); }

}  // namespace

// --- asking --------------------------------------------------------------------------------------------------------------

/// Whoever asks: only a telephone number that may be called, never one of the centre itself.
Result<void> Core::State::may_be_called(const std::string& number, const SwitchId& switch_id) const {
  const auto refuse = [](const char* why) { return fail(Errc::callback_refused, why); };
  if (number.empty()) return refuse("the customer's number is not known");
  if (!is_e164(number)) return refuse("the number is not in the form +441632960123");
  for (const journal::Switch& each : centre->switches)
    for (const journal::TrunkRule& rule : each.trunks)
      if (std::ranges::find(rule.own_numbers, number) != rule.own_numbers.end()) return refuse("the number is the centre's own");
  const auto on = std::ranges::find(centre->switches, switch_id, &journal::Switch::id);
  if (on == centre->switches.end()) return refuse("the contact's switch is not in the centre document");
  const auto begins = [&](const std::string& prefix) { return number.starts_with(prefix); };
  if (!on->dial_prefixes.empty() && std::ranges::none_of(on->dial_prefixes, begins)) return refuse("numbers that begin like this are not called");
  return {};
}

/// Calls who has no call anywhere.
Result<SwitchId> Core::State::calling_switch() const {
  for (const journal::Switch& each : centre->switches)
    if (able(each.id).dial) return each.id;
  return fail(Errc::unsupported, "no switch has declared that it can dial");
}

Result<Instant> Core::State::due_of(const QueueId& queue, Instant wanted) const {
  if (wanted + kJustPassed < now) return fail(Errc::callback_refused, "that moment has passed");
  if (wanted > now + kCallbackHorizon) return fail(Errc::callback_refused, "a callback is at most 31 days ahead");
  const Instant due = std::max(wanted, now);
  if (engine.is_open(queue, due)) return due;
  const auto opens = engine.next_opening(queue, due);
  return fail(Errc::queue_closed, opens ? "it opens at " + moment(*opens) : "it does not open any more");
}

/// The caller with this number who waits in this queue; 0: nobody.
ContactId Core::State::caller_waiting(const QueueId& queue, const std::string& number) const {
  for (const auto& waiting : engine.waiting_in(queue)) {
    const ContactEntry* entry = waiting.callback ? nullptr : ledger.find(waiting.contact);
    if (entry && !is_written(entry->opened.channel) && entry->match.e164 == number) return entry->id;
  }
  return {};
}

Result<ContactId> Core::State::ask_callback(const Request& request, const AskCallback& wanted) {
  if (draining) return fail(Errc::draining);
  if (store_full) return fail(Errc::store_full);
  if (wanted.note.size() > kCallbackNoteLimit) return fail(Errc::too_long, "a callback's note has at most 1,000 bytes");
  if (request.agent && !agent_of(request.agent)) return fail(Errc::unknown_agent, request.agent.value);
  if (wanted.queue && !queue_of(wanted.queue)) return fail(Errc::unknown_queue, wanted.queue.value);
  Wish wish{.contact = wanted.contact,
            .by = CallbackBy::desk,
            .asked_by = request.principal,
            .queue = wanted.queue,
            .number = wanted.number,
            .due = wanted.due,
            .agent = wanted.agent,
            .note = wanted.note};
  if (!wish.contact && !request.agent) wish.contact = caller_waiting(wish.queue, wish.number);
  const ContactEntry* entry = ledger.find(wish.contact);
  if (!entry && (wish.contact || request.agent)) return fail(Errc::unknown_contact);
  if (request.agent && !may_write(request.agent, wish.contact)) return fail(Errc::not_yours);
  if (entry && is_written(entry->opened.channel)) {  // it has no call: its customer is called as a contact of its own
    if (wish.number.empty()) wish.number = entry->match.e164;
    if (!wish.queue) wish.queue = entry->queue;
    wish.contact = {};
    entry = nullptr;
  }
  const bool waits = entry && engine.waiting(wish.contact) && !is_called_back(wish.contact);
  if (request.agent) wish.by = CallbackBy::agent;
  else if (waits) wish.by = CallbackBy::caller;
  if (!wish.queue && entry) wish.queue = entry->queue;
  if (wish.due.us || !waits) {
    const auto due = due_of(wish.queue, wish.due.us ? wish.due : now);
    if (!due) return std::unexpected(due.error());
    wish.due = *due;
  }
  return owe(std::move(wish));
}

/// The one way in: whoever wishes, the same rules hold. Nothing is concluded on failure.
Result<ContactId> Core::State::owe(Wish wish) {
  const journal::Queue* queue = queue_of(wish.queue);
  if (!queue) return fail(Errc::unknown_queue, wish.queue.value);
  if (queue->observed) return fail(Errc::observed, wish.queue.value);
  if (const auto waiting = engine.waiting(wish.contact); waiting && waiting->observed) return fail(Errc::observed, waiting->queue.value);
  const journal::CallbackRules& rules = queue->callback;
  if (!rules.offered) return fail(Errc::callback_refused, "queue '" + wish.queue.value + "' offers none");
  const ContactEntry* entry = ledger.find(wish.contact);
  SwitchId switch_id = entry ? entry->opened.switch_id : SwitchId{};
  if (!entry) {
    const auto calling = calling_switch();
    if (!calling) return std::unexpected(calling.error());
    switch_id = *calling;
  } else if (!able(switch_id).dial) {
    return fail(Errc::unsupported, "switch '" + switch_id.value + "' has not declared that it can dial");
  }
  if (callbacks.find(wish.contact)) return fail(Errc::callback_owed);
  if (callbacks.size() >= kCallbackLimit) return fail(Errc::callback_refused, "too many are owed already");
  if (wish.number.empty() && entry) wish.number = entry->match.e164;
  if (const auto may = may_be_called(wish.number, switch_id); !may) return std::unexpected(may.error());
  if (callbacks.is_owed_to(wish.number)) return fail(Errc::callback_owed, "to this number");
  if (wish.agent) {
    const journal::Agent* agent = agent_of(wish.agent);
    if (!agent || std::ranges::find(agent->queues, wish.queue, &journal::QueueMembership::queue) == agent->queues.end())
      return fail(Errc::unknown_agent, wish.agent.value + " does not serve queue '" + wish.queue.value + "'");
  }
  ContactId contact = wish.contact;
  if (!entry) {
    contact = mint.mint<ContactId>();
    emit(contact, journal::ContactOpened{.direction = journal::Direction::outbound,
                                         .by = journal::OpenedBy::api,
                                         .switch_id = switch_id,
                                         .trunk = {},
                                         .dnis = {},
                                         .ani = wish.number,
                                         .caller_name = {}});
    entry = ledger.find(contact);
    look_up(*entry);
  }
  journal::CallbackRequested asked;
  asked.callback = callbacks.count_of(contact) + 1;
  asked.queue = wish.queue;
  asked.switch_id = switch_id;
  asked.by = wish.by;
  asked.asked_by = wish.asked_by;
  asked.due = wish.due;
  asked.credit = wish.credit;
  asked.agent = wish.agent;
  if (wish.agent) asked.hold = rules.agent_hold;
  asked.attempts = wish.by == CallbackBy::rule ? rules.recall_attempts : rules.attempts;
  asked.retry = rules.retry;
  asked.ring = rules.ring;
  asked.expires_at = (wish.due.us ? wish.due : now) + rules.keep;
  asked.customer = entry->match.customer;
  asked.number = wish.number;
  asked.note = wish.note;
  emit(contact, std::move(asked));
  return contact;
}

Result<void> Core::State::cancel_callback(const Request& request, ContactId contact) {
  if (!ledger.find(contact)) return fail(Errc::unknown_contact);
  if (!callbacks.find(contact)) return fail(Errc::no_callback);
  if (request.agent && !may_write(request.agent, contact)) return fail(Errc::not_yours);
  end_callback(contact, CallbackEnd::cancelled, request.principal);
  return {};
}

/// The switch has heard it from him, in its own IVR.
void Core::State::caller_asks(const model::SwitchEvent& event, const model::CallbackAsked& asked) {
  const model::Leg* leg = model.leg_of(event.switch_id, asked.native_id);
  const ContactEntry* entry = leg && leg->role == LegRole::customer ? ledger.find(leg->contact) : nullptr;
  if (!entry || draining || store_full || was_called(entry->id, leg->id)) return;
  Wish wish{.contact = entry->id, .by = CallbackBy::caller, .number = asked.number};
  if (const auto waiting = engine.waiting(entry->id)) wish.queue = waiting->queue;
  else if (const journal::Entry* way = entry_of(entry->opened.switch_id, asked.entry)) wish.queue = way->queue;
  if (asked.due.us) {
    const auto due = due_of(wish.queue, asked.due);
    if (!due) return;
    wish.due = *due;
  }
  (void)owe(std::move(wish));  // refused: he waits on, as if he had not asked
}

/// Who waits and presses his queue's key has said all, and is let go.
void Core::State::caller_presses(const model::SwitchEvent& event, const model::DtmfSeen& pressed) {
  const model::Leg* leg = model.leg_of(event.switch_id, pressed.native_id);
  const auto waiting = leg && leg->role == LegRole::customer ? engine.waiting(leg->contact) : std::nullopt;
  const journal::Queue* queue = waiting && !waiting->callback ? queue_of(waiting->queue) : nullptr;
  if (!queue || queue->callback.key.empty() || queue->callback.key != pressed.digit || draining || store_full) return;
  if (owe({.contact = leg->contact, .by = CallbackBy::caller, .queue = waiting->queue})) hang_up(*leg);
}

/// Who gave up, and not at once, is called back by himself where his queue says so.
void Core::State::recall(ContactId contact, const journal::VisitEnded& left) {
  const ContactEntry* entry = ledger.find(contact);
  const journal::Queue* queue = queue_of(left.queue);
  if (!entry || is_written(entry->opened.channel) || draining || store_full || model.customer_leg(contact)) return;
  if (!queue || queue->callback.recall_after <= Duration::zero()) return;
  const auto due = engine.next_opening(left.queue, now + queue->callback.recall_after);
  if (due) (void)owe({.contact = contact, .by = CallbackBy::rule, .queue = left.queue, .due = *due, .credit = left.waited});
}

/// A customer who calls himself is owed nothing any more, but for what was agreed for later. Gives the place that his callback kept in this queue.
Instant Core::State::take_over(const ContactEntry& entry, const QueueId& queue) {
  Instant place = entry.route_at;
  const bool sure = entry.match.match == journal::Match::known || entry.match.match == journal::Match::chosen;
  for (ContactId id : callbacks.owed_to(entry.match.e164, sure ? entry.match.customer : CustomerId{})) {
    const Callback* owed = callbacks.find(id);
    if (id == entry.id || !(owed->begun || owed->asked.by == CallbackBy::rule)) continue;
    if (owed->keeps_place() && owed->queue == queue) place = std::min(place, ledger.find(id)->entered_at);
    end_callback(id, CallbackEnd::called_again);
  }
  return place;
}

// --- its visit -----------------------------------------------------------------------------------------------------------

bool Core::State::is_called_back(ContactId contact) const {
  const Callback* owed = callbacks.find(contact);
  return owed && owed->begun;
}

/// The customer's last leg is gone. True if a callback says what becomes of his visit.
bool Core::State::caller_left(ContactId contact, Cause cause) {
  const Callback* owed = callbacks.find(contact);
  if (!owed) return false;
  if (owed->attempt) {
    call_failed(contact, cause);
  } else if (!owed->begun) {
    const bool keeps_place = owed->keeps_place();
    engine.leave(contact, VisitEnd::callback_requested, now, *this);
    if (keeps_place) begin_callback(contact);
  }
  return true;
}

void Core::State::begin_callback(ContactId contact) {
  const Callback* owed = callbacks.find(contact);
  const ContactEntry* entry = ledger.find(contact);
  if (!owed || !entry) return;
  routing::About known = about(*entry);
  tell_of(*owed, known);
  const bool had_place = (owed->begun || owed->keeps_place()) && entry->entered_at.us;
  const Instant place = had_place ? entry->entered_at : owed->keeps_place() ? owed->asked_at : now - owed->asked.credit;
  if (!engine.enter(contact, owed->asked.switch_id, owed->queue, place, now, *this, known))
    end_callback(contact, CallbackEnd::cancelled);  // its queue is no more
}

/// Not before `at`, and not while its queue is closed. An offer is withdrawn.
void Core::State::rest(ContactId contact, Cause cause, Instant at) {
  const Callback* owed = callbacks.find(contact);
  if (!owed) return;
  const Instant until = engine.next_opening(owed->queue, at).value_or(owed->asked.expires_at);
  emit(contact, journal::CallbackDeferred{owed->asked.callback, cause, std::max(until, now + kJustPassed)});
  (void)engine.park(contact, "callback", now, *this);
}

void Core::State::callbacks_due() {
  for (ContactId id : callbacks.due(now)) {
    const Callback* owed = callbacks.find(id);
    const ContactEntry* entry = ledger.find(id);
    if (!owed || !entry) continue;
    if (owed->attempt) {
      call_failed(id, Cause::timeout);
      continue;
    }
    if (draining || store_full) continue;
    if (now >= owed->asked.expires_at) end_callback(id, CallbackEnd::expired);
    else if (!owed->in_queue && (model.customer_leg(id) || !entry->segments.empty())) rest(id, Cause::not_allowed, now + kLookAgain);
    else if (!engine.is_open(owed->queue, now)) rest(id, Cause::not_allowed, now);
    else if (owed->in_queue) (void)engine.resume(id, "callback", *this);
    else begin_callback(id);
  }
}

// --- calling -------------------------------------------------------------------------------------------------------------

/// The agent is there: so is the customer whom he waits for, or he is called now.
void Core::State::call_for(const model::Leg& agent) {
  const model::Leg* customer = model.customer_leg(agent.contact);
  const routing::Offer* offer = engine.offer(agent.offer);
  if (customer && customer->state == LegState::connected) command_once(agent.switch_id, agent.contact, model::Bridge{customer->native_id, agent.native_id});
  else if (!customer && offer && !callbacks.find(agent.contact)->attempt) call_customer(agent.contact, *offer);
}

void Core::State::call_customer(ContactId contact, const routing::Offer& offer) {
  const Callback& owed = *callbacks.find(contact);
  const SwitchId at = owed.asked.switch_id;
  if (!able(at).dial || !may_be_called(owed.asked.number, at)) return rest(contact, Cause::not_allowed, now + owed.asked.retry);
  const journal::Switch& by = *std::ranges::find(centre->switches, at, &journal::Switch::id);
  model::Dial dial{by.dial, owed.asked.number, by.shown_number, owed.asked.ring};
  emit(contact, journal::CallbackDialled{owed.asked.callback, owed.attempts + 1, offer.id, offer.agent, now + owed.asked.ring + 2 * kDialMargin});
  command(at, contact, std::move(dial));
}

/// A customer's leg that we made. One that nobody knows of may have been asked for before a crash: if his agent is there it is used, otherwise it
/// ends, and he is left in peace for a while.
void Core::State::customer_leg_started(ContactId contact, const model::Leg& leg) {
  if (!was_called(contact, leg.id)) return;
  const Callback* owed = callbacks.find(contact);
  if (owed && owed->attempt) {
    if (leg.state == LegState::connected) customer_answers(contact, leg);
    return;
  }
  const routing::Offer* offer = owed ? engine.offer_of(contact) : nullptr;
  const auto agents = model.agent_legs(contact);
  const bool agent_waits =
      offer && std::ranges::any_of(agents, [&](const model::Leg* agent) { return agent->offer == offer->id && agent->state == LegState::connected; });
  if (agent_waits && owed->attempts < owed->asked.attempts) {
    emit(contact,
         journal::CallbackDialled{owed->asked.callback, owed->attempts + 1, offer->id, offer->agent, now + owed->asked.ring + 2 * kDialMargin});
    if (leg.state == LegState::connected) customer_answers(contact, leg);
    return;
  }
  hang_up(leg, Cause::elsewhere);
  if (owed && owed->in_queue && !owed->next.us) rest(contact, Cause::lost, now + owed->asked.retry);
}

void Core::State::customer_answers(ContactId contact, const model::Leg& leg) {
  const Callback* owed = callbacks.find(contact);
  if (!owed || !owed->attempt) return;
  for (const model::Leg* agent : model.agent_legs(contact))
    if (agent->offer == owed->attempt->offer && agent->state == LegState::connected)
      command_once(leg.switch_id, contact, model::Bridge{leg.native_id, agent->native_id});
}

/// The call came to nothing: again later, or never.
void Core::State::call_failed(ContactId contact, Cause cause) {
  const Callback* owed = callbacks.find(contact);
  if (!owed || !owed->attempt) return;
  const bool last = owed->attempts >= owed->asked.attempts || cause == Cause::bad_number;
  if (last) return end_callback(contact, CallbackEnd::failed);
  const Duration retry = owed->asked.retry;
  if (const model::Leg* customer = model.customer_leg(contact); customer && !customer->joined) hang_up(*customer);
  rest(contact, cause, now + retry);
}

void Core::State::end_callback(ContactId contact, CallbackEnd how, const std::string& by) {
  const Callback owed = *callbacks.find(contact);
  emit(contact, journal::CallbackEnded{owed.asked.callback, how, by});
  touched_queues.insert(owed.queue);
  const model::Leg* customer = model.customer_leg(contact);
  if (owed.attempt && customer && !customer->joined) hang_up(*customer);
  if (owed.in_queue) engine.leave(contact, VisitEnd::callback_requested, now, *this);
}

/// We made this leg, to call the customer: it began after a callback's visit had.
bool Core::State::was_called(ContactId contact, LegId leg) const {
  const ContactEntry* entry = ledger.find(contact);
  bool begun = false;
  if (entry)
    for (const journal::Fact& fact : entry->facts) {
      if (const auto* visit = std::get_if<journal::VisitStarted>(&fact.body)) begun = begun || visit->callback != 0;
      if (const auto* started = std::get_if<journal::LegStarted>(&fact.body); started && started->leg == leg) return begun;
    }
  return false;
}

/// After a snapshot: a customer whom we called and who is neither being called nor talks hears silence.
void Core::State::hang_up_called(ContactId contact) {
  const model::Leg* customer = model.customer_leg(contact);
  const Callback* owed = callbacks.find(contact);
  if (!customer || customer->joined || (owed && owed->attempt) || !was_called(contact, customer->id)) return;
  const ContactEntry& entry = *ledger.find(contact);
  if (std::ranges::any_of(entry.segments, [](const OpenSegment& open) { return open.what == SegmentKind::talk || open.what == SegmentKind::hold; }))
    return;
  if (!engine.waiting(contact) || is_called_back(contact)) hang_up(*customer);
}

}  // namespace callwright::core
