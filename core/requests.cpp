// What agents and supervisors ask of the core.
#include <algorithm>

#include "base/overloaded.hpp"
#include "core/state.hpp"

namespace callwright::core {

using journal::AgentState, journal::SegmentKind;
namespace model = cti::model;

Result<void> Core::State::answer(const Request& request) {
  if (const auto* wanted = std::get_if<SteerContact>(&request.body)) return steer(request.principal, *wanted);
  if (const auto* wanted = std::get_if<SetEmergency>(&request.body)) return set_emergency(request.principal, *wanted);
  if (const auto* wanted = std::get_if<CancelCallback>(&request.body)) return cancel_callback(request, wanted->contact);
  if (const auto* wanted = std::get_if<CloseContact>(&request.body)) return close_contact(wanted->contact);
  const AgentId& agent = request.agent;
  const bool known = agent_of(agent) != nullptr;
  if (!known) return fail(Errc::unknown_agent, agent.value);
  if (store_full && written_about(request.body)) return fail(Errc::store_full);
  return std::visit(
      Overloaded{
          [&](const SignIn&) { return sign_in(agent); }, [&](const SignOut&) { return sign_out(agent); },
          [&](const SessionLost&) { return session_lost(agent); }, [&](const SetState& wanted) { return set_state(agent, wanted); },
          [&](const AcceptOffer& wanted) { return accept(agent, wanted); }, [&](const RefuseOffer& wanted) { return refuse(agent, wanted); },
          [&](const HoldContact& wanted) { return hold(agent, wanted.contact, true); },
          [&](const RetrieveContact& wanted) { return hold(agent, wanted.contact, false); },
          [&](const TransferContact& wanted) { return transfer(agent, wanted, request.principal); },
          [&](const EndContact& wanted) { return hang_up(agent, wanted.contact); },
          [&](const ExtendWrapUp& wanted) { return wrap_up(agent, wanted.contact, true); },
          [&](const EndWrapUp& wanted) { return wrap_up(agent, wanted.contact, false); },
          [&](const SetDisposition& wanted) { return set_disposition(agent, wanted); },
          [&](const WriteNote& wanted) { return write_note(agent, wanted); },
          [&](const ChooseCustomer& wanted) { return choose_customer(agent, wanted); },
          [](const auto&) { return Result<void>(); },  // what is asked in nobody's name: before
      },
      request.body);
}

Result<void> Core::State::sign_in(const AgentId& agent) {
  present.insert(agent);
  absent.erase(agent);
  touched_agents.insert(agent);
  if (is_observed(agent)) return {};  // he sees what comes to him; his switch makes him ready
  auto status = engine.agent(agent);
  if (!status || status->state.state == AgentState::signed_out) engine.set_state(agent, AgentState::not_ready, "signed_in", now, *this);
  else if (status->state.state == AgentState::unreachable) engine.set_state(agent, AgentState::ready, {}, now, *this);
  return {};
}

/// Whose page is gone and who has written contacts still gives them back when his minute is over; then he is out.
Result<void> Core::State::sign_out(const AgentId& agent) {
  if (is_observed(agent)) return {};
  auto result = set_state(agent, {AgentState::signed_out, {}});
  const auto status = engine.agent(agent);
  if (present.contains(agent) || !status || status->works.empty()) absent.erase(agent);
  return result;
}

Result<void> Core::State::session_lost(const AgentId& agent) {
  present.erase(agent);
  if (is_observed(agent)) return {};
  auto status = engine.agent(agent);
  if (!status || status->state.state == AgentState::signed_out) return {};
  if (status->state.state == AgentState::ready) engine.set_state(agent, AgentState::unreachable, "connection_lost", now, *this);
  absent[agent] = {now + kAbsenceLimit};
  return {};
}

Result<void> Core::State::set_state(const AgentId& agent, const SetState& wanted) {
  if (wanted.state != AgentState::ready && wanted.state != AgentState::not_ready && wanted.state != AgentState::signed_out)
    return fail(Errc::wrong_state, "an agent chooses ready, not_ready or signed_out");
  if (is_observed(agent)) return fail(Errc::observed, agent.value);
  if (wanted.state != AgentState::signed_out) {
    const auto status = engine.agent(agent);
    const bool here = present.contains(agent);
    if (!here || (wanted.by_supervisor && status && status->state.state == AgentState::signed_out))
      return fail(Errc::wrong_state, here ? "the agent has signed out" : "the agent has no page open");
  }
  if (wanted.state == AgentState::not_ready && !wanted.reason.empty()) {
    const bool known = std::ranges::any_of(centre->pause_reasons, [&](const journal::PauseReason& reason) { return reason.code == wanted.reason; });
    if (!known && !(wanted.by_supervisor && wanted.reason == "supervisor")) return fail(Errc::unknown_reason, wanted.reason);
  }
  if (wanted.state == AgentState::ready && draining) return fail(Errc::draining);
  engine.set_state(agent, wanted.state, wanted.reason, now, *this);
  touched_agents.insert(agent);
  return {};
}

Result<void> Core::State::accept(const AgentId& agent, const AcceptOffer& wanted) {
  const routing::Offer* offer = engine.offer(wanted.offer);
  if (!offer) return fail(Errc::wrong_state, "the offer is over");
  if (offer->agent != agent) return fail(Errc::not_yours);
  if (journal::is_observed(offer->made)) return fail(Errc::observed, "the phone answers");
  if (is_written(offer->made.channel)) {
    take_written(*offer);
    return {};
  }
  const bool rings = offer->rings();
  const ContactId contact = offer->contact;
  const bool can_answer = able(offer->switch_id).answer;
  if (rings && !can_answer) return fail(Errc::unsupported, "answer");
  engine.claim(wanted.offer, now, *this);
  for (const model::Leg* leg : model.agent_legs(contact))
    if (leg->offer == wanted.offer) {
      command(leg->switch_id, contact, model::Answer{leg->native_id});
      return {};
    }
  if (can_answer) accepted_early.insert(wanted.offer);  // the phone is not ringing yet: it answers when it does
  return {};
}

Result<void> Core::State::refuse(const AgentId& agent, const RefuseOffer& wanted) {
  const routing::Offer* offer = engine.offer(wanted.offer);
  if (!offer) return fail(Errc::wrong_state, "the offer is over");
  if (offer->agent != agent) return fail(Errc::not_yours);
  if (journal::is_observed(offer->made)) return fail(Errc::observed, "the phone refuses");
  engine.end_offer(wanted.offer, journal::OfferEnd::refused, now, *this);
  return {};
}

/// A call that this agent has, and that we may take a hand in.
Result<Core::State::Talk> Core::State::talk_of(const AgentId& agent, ContactId contact) const {
  const ContactEntry* entry = ledger.find(contact);
  if (!entry) return fail(Errc::unknown_contact);
  const OpenSegment* segment = entry->segment_of(agent);
  if (!segment) return fail(Errc::not_yours);
  if (is_written(entry->opened.channel)) return fail(Errc::wrong_state, "it is no call");
  if (entry->observed) return fail(Errc::observed, "the phone decides");
  const model::Leg* customer = model.customer_leg(contact);
  const auto agents = model.agent_legs(contact);
  const auto own = std::ranges::find(agents, agent, &model::Leg::agent);
  if (!customer || own == agents.end()) return fail(Errc::wrong_state, "the call is over");
  return Talk{segment->what, customer, *own};
}

Result<void> Core::State::hold(const AgentId& agent, ContactId contact, bool held) {
  const auto talk = talk_of(agent, contact);
  if (!talk) return std::unexpected(talk.error());
  if (talk->what != (held ? SegmentKind::talk : SegmentKind::hold)) return fail(Errc::wrong_state, held ? "nobody talks" : "nobody is on hold");
  const SwitchId& on = talk->customer->switch_id;
  if (!able(on).control) return fail(Errc::unsupported, held ? "hold" : "retrieve");
  if (held) command(on, contact, model::Hold{talk->customer->native_id, talk->own->native_id});
  else command(on, contact, model::Retrieve{talk->customer->native_id, talk->own->native_id});
  return {};
}

Result<void> Core::State::hang_up(const AgentId& agent, ContactId contact) {
  const ContactEntry* entry = ledger.find(contact);
  if (!entry) return fail(Errc::unknown_contact);
  const OpenSegment* segment = entry->segment_of(agent);
  if (!segment || segment->what == SegmentKind::ring) return fail(Errc::not_yours);
  if (is_written(entry->opened.channel)) {
    if (segment->what == SegmentKind::wrap_up) return fail(Errc::wrong_state, "it is in wrap-up already");
    agents_part_over(contact, agent);
    return {};
  }
  const model::Leg* customer = model.customer_leg(contact);
  if (!customer) return fail(Errc::wrong_state, "the call is over");
  if (entry->observed) return fail(Errc::observed, "the phone hangs up");
  if (!able(customer->switch_id).control) return fail(Errc::unsupported, "end");
  command(customer->switch_id, contact, model::End{customer->native_id});
  return {};
}

Result<void> Core::State::wrap_up(const AgentId& agent, ContactId contact, bool extend) {
  const ContactEntry* entry = ledger.find(contact);
  if (!entry) return fail(Errc::unknown_contact);
  const OpenSegment* segment = entry->segment_of(agent);
  if (!segment) return fail(Errc::not_yours);
  if (segment->what != SegmentKind::wrap_up) return fail(Errc::wrong_state, "not in wrap-up");
  const bool written = is_written(entry->opened.channel);
  bool done = true;
  if (extend) done = written ? engine.extend_wrap_up(agent, contact, now, *this) : engine.extend_wrap_up(agent, now, *this);
  else if (written) engine.end_wrap_up(agent, contact, now, *this);
  else engine.end_wrap_up(agent, now, *this);
  return done ? Result<void>() : fail(Errc::wrong_state, "wrap-up has been extended as often as it may");
}

/// Notes and dispositions belong to who was in the contact, also after its end.
bool Core::State::may_write(const AgentId& agent, ContactId contact) const {
  if (const ContactEntry* entry = ledger.find(contact)) return entry->answered_by == agent || entry->segment_of(agent);
  return ledger.answered_by_ended(contact) == agent;
}

/// The list of the contact's queue says which; a queue without one, and a contact that was in none, take any of the centre.
bool Core::State::is_offered(const std::string& disposition, ContactId contact) const {
  const ContactEntry* entry = ledger.find(contact);
  const QueueId id = entry ? entry->queue : ledger.queue_of_ended(contact);
  const auto queue = std::ranges::find(centre->queues, id, &journal::Queue::id);
  if (queue != centre->queues.end() && !queue->dispositions.empty())
    return std::ranges::find(queue->dispositions, disposition) != queue->dispositions.end();
  return std::ranges::find(centre->dispositions, disposition, &journal::Disposition::code) != centre->dispositions.end();
}

/// The contact about which a person writes: then the request has no other effect than its facts.
ContactId Core::State::written_about(const RequestBody& body) {
  return std::visit(Overloaded{
                        [](const SetDisposition& wanted) { return wanted.contact; },
                        [](const WriteNote& wanted) { return wanted.contact; },
                        [](const ChooseCustomer& wanted) { return wanted.contact; },
                        [](const auto&) { return ContactId{}; },
                    },
                    body);
}

Result<void> Core::State::set_disposition(const AgentId& agent, const SetDisposition& wanted) {
  if (!may_write(agent, wanted.contact)) return fail(Errc::not_yours);
  if (!is_offered(wanted.code, wanted.contact)) return fail(Errc::unknown_disposition, wanted.code);
  emit(wanted.contact, journal::DispositionSet{agent, wanted.code, wanted.resolved});
  return {};
}

Result<void> Core::State::write_note(const AgentId& agent, const WriteNote& wanted) {
  if (!may_write(agent, wanted.contact)) return fail(Errc::not_yours);
  if (wanted.text.size() > kNoteLimit || wanted.note.size() > 64) return fail(Errc::too_long, "a note has at most 16 KiB");
  emit(wanted.contact, journal::NoteWritten{agent, wanted.note, wanted.text});
  return {};
}

Result<void> Core::State::choose_customer(const AgentId& agent, const ChooseCustomer& wanted) {
  ContactEntry* entry = ledger.find(wanted.contact);
  if (!entry) return fail(Errc::unknown_contact);
  if (!may_write(agent, wanted.contact)) return fail(Errc::not_yours);
  emit(wanted.contact, journal::CustomerMatched{journal::Match::chosen, wanted.customer, entry->match.candidates, agent, entry->match.e164});
  if (!wanted.card.empty()) entry->card = std::make_shared<const std::string>(wanted.card);
  entry->traits = wanted.traits;
  return {};
}

}  // namespace callwright::core
