// Written contacts: how one comes, is taken, closed and given back (docs/adr/0010). What an agent does with it beside his own state is routing's.
#include <algorithm>

#include "core/state.hpp"

namespace callwright::core {

using journal::SegmentKind, journal::VisitEnd, journal::WorkState;

namespace {

constexpr std::size_t kIdentityLimit = 256, kUrlLimit = 2048;                                      // bytes
constexpr std::size_t kAttributeLimit = 32, kAttributeKeyLimit = 64, kAttributeValueLimit = 1024;  // how many, bytes, bytes

Result<void> fits(const OpenContact& wanted) {
  if (wanted.identity.size() > kIdentityLimit) return fail(Errc::too_long, "an identity has at most 256 bytes");
  if (wanted.name.size() > kIdentityLimit) return fail(Errc::too_long, "a name has at most 256 bytes");
  if (wanted.url.size() > kUrlLimit) return fail(Errc::too_long, "a url has at most 2,048 bytes");
  if (wanted.attributes.size() > kAttributeLimit) return fail(Errc::too_long, "a contact has at most 32 attributes");
  for (const auto& [key, value] : wanted.attributes) {
    if (key.empty() || key.size() > kAttributeKeyLimit) return fail(Errc::too_long, "an attribute's name has 1 to 64 bytes");
    if (value.size() > kAttributeValueLimit) return fail(Errc::too_long, "an attribute has at most 1,024 bytes");
  }
  return {};
}

SegmentKind segment_for(WorkState state) {
  switch (state) {
    case WorkState::reserved: return SegmentKind::ring;
    case WorkState::wrap_up: return SegmentKind::wrap_up;
    case WorkState::working:
    case WorkState::done: break;
  }
  return SegmentKind::talk;
}

}  // namespace

// --- it comes ------------------------------------------------------------------------------------------------------------

/// Nothing is concluded on failure. A request that is known by its contact is answered with it, however long ago the last 256 were.
Result<ContactId> Core::State::open_contact(const Request& request, const OpenContact& wanted) {
  if (const ContactId earlier = ledger.opened_for(request.principal, request.id)) return earlier;
  if (draining) return fail(Errc::draining);
  if (store_full) return fail(Errc::store_full);
  if (!is_written(wanted.channel)) return fail(Errc::wrong_state, "a call comes from its switch");
  const journal::Queue* queue = queue_of(wanted.queue);
  if (!queue) return fail(Errc::unknown_queue, wanted.queue.value);
  if (queue->observed) return fail(Errc::observed, wanted.queue.value);
  if (ledger.written().size() >= kWrittenLimit) return fail(Errc::too_many);
  if (const auto fit = fits(wanted); !fit) return std::unexpected(fit.error());
  const ContactId contact = mint.mint<ContactId>();
  emit(contact, journal::ContactOpened{.channel = wanted.channel,
                                       .direction = journal::Direction::inbound,
                                       .by = journal::OpenedBy::api,
                                       .switch_id = {},
                                       .trunk = {},
                                       .dnis = {},
                                       .ani = wanted.identity,
                                       .caller_name = wanted.name,
                                       .queue = wanted.queue,
                                       .url = wanted.url});
  for (const auto& [key, value] : wanted.attributes) emit(contact, journal::DataAttached{key, value});
  if (wanted.identity.empty()) emit(contact, journal::CustomerMatched{journal::Match::none, {}, {}, {}, {}});
  else look_up(*ledger.find(contact));
  return contact;
}

/// Whose it is has been asked: it waits since it was opened. If its queue has gone meanwhile it ends.
void Core::State::queue_written(const ContactEntry& entry) {
  (void)engine.enter(entry.id, {}, entry.opened.queue, entry.opened_at, now, *this, about(entry));
}

// --- an agent has it -----------------------------------------------------------------------------------------------------

/// No phone has to be picked up: his word is the answer.
void Core::State::take_written(const routing::Offer& offer) {
  const ContactId contact = offer.contact;
  const AgentId agent = offer.agent;
  engine.claim(offer.id, now, *this);
  emit(contact, journal::ContactAnswered{agent, {}});
}

/// Where the queue answers for its agents. Of a group whoever is first has it; what must be claimed waits for somebody who does.
void Core::State::take_by_itself(const journal::OfferMade& made) {
  const routing::Offer* offer = made.auto_answer && !made.claim ? engine.offer(made.offer) : nullptr;
  if (offer) take_written(*offer);
}

void Core::State::on_work(ContactId contact, const journal::WorkChanged& change) {
  touched_agents.insert(change.agent);
  if (change.state == WorkState::done) end_segment(contact, change.agent);
}

// --- it goes -------------------------------------------------------------------------------------------------------------

Result<void> Core::State::close_contact(ContactId contact) {
  const ContactEntry* entry = ledger.find(contact);
  if (!entry) return fail(Errc::unknown_contact);
  if (!is_written(entry->opened.channel)) return fail(Errc::wrong_state, "a call ends on its switch");
  if (!entry->matched) {  // it is counted where it was to wait
    look_up_due.erase(contact);
    emit(contact, journal::CustomerMatched{journal::Match::none, {}, {}, {}, {}});
    queue_written(*entry);
  }
  const auto talk = std::ranges::find(entry->segments, SegmentKind::talk, &OpenSegment::what);
  if (engine.waiting(contact)) engine.leave(contact, VisitEnd::abandoned, now, *this);
  else if (talk != entry->segments.end()) agents_part_over(contact, AgentId(talk->agent));
  else if (!entry->segments.empty()) return fail(Errc::wrong_state, "its agent wraps it up already");
  return {};
}

/// His page is gone, and the conversation was in it: what he works on waits again, in its place. What he wraps up is over.
void Core::State::give_back(const AgentId& agent) {
  const std::set<ContactId> his = ledger.contacts_of(agent);
  for (ContactId id : his) {
    const ContactEntry& entry = *ledger.find(id);
    if (!is_written(entry.opened.channel)) continue;
    const SegmentKind what = entry.segment_of(agent)->what;
    if (what != SegmentKind::ring) end_segment(id, agent);  // a ring ends with its offer
    engine.drop_work(agent, id, now, *this);
    if (what != SegmentKind::talk) continue;
    routing::About known = about(entry);
    known.back = true;
    (void)engine.enter(id, {}, entry.queue, entry.entered_at, now, *this, known);  // a queue that is gone: it ends
  }
}

/// A full disk took it before its system was told that it is open: that will ask again, and gets another one.
void Core::State::lose_written(ContactId contact) {
  const ContactEntry* entry = ledger.find(contact);
  ledger.forget_opened(contact);
  if (!entry || !is_written(entry->opened.channel)) return;
  touched_contacts.insert(contact);
  engine.leave(contact, VisitEnd::lost, now, *this, journal::OfferEnd::lost);
  for (const OpenSegment& part : std::vector<OpenSegment>(entry->segments)) {
    end_segment(contact, part.agent);
    engine.drop_work(part.agent, contact, now, *this);
  }
}

/// What a full disk or a new document has left: works in contacts that nobody knows, agents who are no more, contacts that belong nowhere.
void Core::State::mend_works() {
  for (const auto& agent : centre->agents)
    if (const auto status = engine.agent(agent.id))
      for (const auto& work : status->works)
        if (const ContactEntry* entry = ledger.find(work.contact); !entry || !entry->segment_of(agent.id))
          engine.drop_work(agent.id, work.contact, now, *this);
  std::vector<AgentId> gone;
  for (const auto& [agent, contacts] : ledger.parts())
    if (!agent_of(agent)) gone.push_back(agent);
  for (const AgentId& agent : gone) give_back(agent);
  for (ContactId id : ledger.written()) {
    const ContactEntry& entry = *ledger.find(id);
    if (!entry.matched || !entry.segments.empty() || engine.waiting(id)) continue;
    touched_contacts.insert(id);
    if (entry.visits == 0) queue_written(entry);
  }
}

/// Routing and the core must agree who has which written contact.
std::vector<std::string> Core::State::work_violations() const {
  std::vector<std::string> all;
  std::set<AgentId> agents;
  for (const auto& agent : centre->agents) agents.insert(agent.id);
  for (const auto& [agent, contacts] : ledger.parts()) agents.insert(agent);
  for (const AgentId& agent : agents) {
    const auto status = engine.agent(agent);
    const auto works = status ? status->works : std::vector<routing::Engine::WorkStatus>{};
    const auto name = [&](ContactId id) { return "contact " + std::to_string(id.value) + " of agent " + agent.value; };
    for (const auto& work : works) {
      const ContactEntry* entry = ledger.find(work.contact);
      const OpenSegment* segment = entry ? entry->segment_of(agent) : nullptr;
      if (!segment || segment->what != segment_for(work.state)) all.push_back(name(work.contact) + " has a work without its segment");
    }
    for (ContactId id : ledger.contacts_of(agent))
      if (is_written(ledger.find(id)->opened.channel) && std::ranges::find(works, id, &routing::Engine::WorkStatus::contact) == works.end())
        all.push_back(name(id) + " has a segment without its work");
  }
  return all;
}

}  // namespace callwright::core
