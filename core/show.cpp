// State as views.
#include <algorithm>

#include "base/planted_bug.hpp"
#include "core/state.hpp"

namespace callwright::core {

using journal::SegmentKind;

void Core::State::collect_views() {
  for (ContactId id : touched_contacts) {
    if (auto last = last_views.find(id); last != last_views.end()) {
      last->second.rev = ++view_rev;
      if (!planted(11)) out.views.push_back(std::move(last->second));
    } else if (const ContactEntry* entry = ledger.find(id)) {
      ContactView view = show(*entry);
      view.rev = ++view_rev;
      out.views.push_back(std::move(view));
    }
  }
  for (const AgentId& id : touched_agents)
    if (const journal::Agent* agent = agent_of(id)) {
      AgentView view = show(*agent);
      view.rev = ++view_rev;
      out.views.push_back(std::move(view));
    }
  for (const auto& queue : centre->queues)
    if (touched_queues.contains(queue.id)) {
      QueueView view = show(queue);
      view.rev = ++view_rev;
      out.views.push_back(std::move(view));
    }
  for (const SwitchId& id : touched_links)
    if (auto link = links.find(id); link != links.end()) {
      link->second.rev = ++view_rev;
      out.views.push_back(link->second);
    }
  for (auto& decision : decisions) out.views.push_back(std::move(decision));
}

ContactView Core::State::show(const ContactEntry& entry) const {
  ContactView view;
  view.contact = entry.id;
  view.channel = entry.opened.channel;
  view.direction = entry.opened.direction;
  view.switch_id = entry.opened.switch_id;
  view.ani = entry.opened.ani;
  view.caller_name = entry.opened.caller_name;
  view.dnis = entry.opened.dnis;
  view.url = entry.opened.url;
  view.queue = entry.queue;
  view.visit = entry.visits;
  if (const cti::model::Leg* customer = model.customer_leg(entry.id)) view.call_state = model.state_shown(*customer);
  view.opened_at = entry.opened_at;
  view.entered_at = entry.entered_at;
  view.answered_at = entry.answered_at;
  view.state_since = entry.state_since;
  view.match = entry.match.match;
  view.customer = entry.match.customer;
  view.candidates = entry.match.candidates;
  view.e164 = entry.match.e164;
  view.card = entry.card;
  view.agent = entry.answered_by;
  view.disposition = entry.disposition;
  view.resolved = entry.resolved;
  view.cause = entry.customer_cause;
  const auto waiting = engine.waiting(entry.id);
  if (waiting) {
    view.boost = waiting->boost;
    view.parked = waiting->parked;
  }

  if (const Callback* owed = callbacks.find(entry.id)) view.callback = show(*owed);

  const cti::model::Capabilities can = able(entry.opened.switch_id);
  const bool written = is_written(entry.opened.channel);  // the page does all that there is to do
  view.observed = entry.observed;
  view.can_control = (can.control && !entry.observed) || written;
  for (const routing::Offer* offer : engine.offers_of(entry.id))
    view.offers.push_back({offer->id, offer->agent, offer->made_at, offer->made.expires_at, offer->made.decision,
                           (can.answer && !entry.observed) || written || !offer->rings(), !offer->rings(), offer->claimed});

  auto has = [&](SegmentKind what) { return std::ranges::any_of(entry.segments, [&](const OpenSegment& open) { return open.what == what; }); };
  if (has(SegmentKind::hold)) view.state = ContactState::held;
  else if (has(SegmentKind::talk)) view.state = ContactState::talking;
  else if (!view.offers.empty()) view.state = ContactState::offered;
  else if (waiting) view.state = ContactState::waiting;
  else if (has(SegmentKind::wrap_up)) view.state = ContactState::wrap_up;
  else view.state = view.callback && view.call_state == journal::LegState::ended ? ContactState::owed : ContactState::arriving;
  // Who answered it before has no part in a callback until he is chosen again, nor in a written contact that was given back.
  if ((view.callback || (written && waiting)) && !entry.segment_of(view.agent)) view.agent = {};
  // Of a wrap-up, whose it is: an agent who answered before may take longer.
  if (view.state == ContactState::wrap_up && !entry.segment_of(view.agent)) view.agent = entry.segments.front().agent;
  return view;
}

CallbackView Core::State::show(const Callback& owed) const {
  CallbackView view;
  view.by = owed.asked.by;
  view.number = owed.asked.number;
  view.asked_at = owed.asked_at;
  view.due = owed.next;
  view.expires_at = owed.asked.expires_at;
  view.agent = owed.asked.agent;
  view.attempts = owed.attempts;
  view.most_attempts = owed.asked.attempts;
  view.last_cause = owed.last_cause;
  view.on_the_line = !owed.begun && owed.keeps_place();
  if (owed.attempt) view.called_at = owed.attempt->at;
  view.note = owed.asked.note;
  return view;
}

AgentView Core::State::show(const journal::Agent& agent) const {
  AgentView view;
  view.agent = agent.id;
  view.name = agent.name;
  view.device = agent.device;
  view.observed = is_observed(agent.id);
  for (const auto& membership : agent.queues) view.queues.push_back(membership.queue);
  if (auto status = engine.agent(agent.id)) {
    view.state = status->state.state;
    view.reason = status->state.reason;
    view.since = status->since;
    view.until = status->state.until;
    view.next = status->state.next;
    view.next_reason = status->state.next_reason;
    view.wrap_up_extensions_left = engine.wrap_up_extensions_left(agent.id);
    if (status->contact) view.contacts.push_back(status->contact);
    for (const auto& work : status->works) {
      view.contacts.push_back(work.contact);
      view.works.push_back({work.contact, work.channel, work.state, work.since, work.until, work.wrap_up_extensions_left});
    }
  }
  const std::pair device{agent.switch_id, agent.device};
  auto unreachable = unreachable_devices.find(device);
  view.device_reachable = unreachable == unreachable_devices.end() || !unreachable->second;
  view.device_busy = busy_devices.contains(device) || model.device_in_use(agent.switch_id, agent.device);
  return view;
}

QueueView Core::State::show(const journal::Queue& queue) const {
  const journal::QueueInterval day = queues.since(queue.id, today);
  QueueView view;
  view.queue = queue.id;
  view.name = queue.name;
  view.name_zh = queue.name_zh;
  view.entered = day.entered;
  view.answered = day.answered;
  view.answered_within = day.answered_within;
  view.abandoned = day.abandoned;
  view.short_abandoned = day.short_abandoned;
  view.callback_requested = day.callback_requested;
  view.flowed_out = day.flow_overflow + day.flow_transfer + day.flow_closed + day.flow_supervisor;
  view.lost = day.lost;
  view.answered_wait = day.answered_wait;
  view.estimated = day.estimated;
  view.estimated_within = day.estimated_within;
  view.estimate = day.estimate;
  view.estimated_wait = day.estimated_wait;
  view.estimate_error = day.estimate_error;
  view.service_level = queue.service_level;
  view.waiting = queues.waiting(queue.id);
  view.longest_since = queues.longest_since(queue.id);
  view.waiting_past_level = queues.waiting_past_level(queue.id, now);
  view.observed = queue.observed.has_value();
  view.open = engine.is_open(queue.id, now);
  if (const auto emergency = engine.emergency(queue.id)) {
    view.emergency = true;
    view.emergency_since = emergency->since;
  }
  const Callbacks::Count owed = callbacks.count(queue.id);
  view.callbacks_waiting = owed.in_queue;
  view.callbacks_scheduled = owed.resting;
  return view;
}

std::vector<View> Core::all_views() const {
  const State& state = *state_;
  std::vector<View> views;
  std::int64_t rev = ++state_->view_rev;
  auto add = [&](auto view) {
    view.rev = rev;
    views.emplace_back(std::move(view));
  };
  for (const auto& [id, entry] : state.ledger.open()) add(state.show(entry));
  for (const auto& agent : state.centre->agents) add(state.show(agent));
  for (const auto& queue : state.centre->queues) add(state.show(queue));
  for (const auto& [id, link] : state.links) add(link);
  return views;
}

}  // namespace callwright::core
