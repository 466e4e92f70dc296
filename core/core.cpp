#include "core/core.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <algorithm>

#include "base/overloaded.hpp"
#include "base/digest.hpp"
#include "base/planted_bug.hpp"
#include "core/state.hpp"

namespace callwright::core {

using cti::model::SwitchEvent;

namespace {

/// The link's own comings and goings and its snapshots are no numbered events of the switch.
bool is_about_the_link(const SwitchEvent& event) {
  return std::holds_alternative<cti::model::Snapshot>(event.body) || std::holds_alternative<cti::model::LinkOpened>(event.body) ||
         std::holds_alternative<cti::model::LinkLost>(event.body);
}

}  // namespace

Core::Core(std::int64_t epoch, std::int64_t node) : state_(std::make_unique<State>(epoch, node)) {}
Core::~Core() = default;

void Core::fold(const journal::Fact& fact) { state_->apply(fact); }

Output Core::step(const Input& input) {
  State& state = *state_;
  state.begin(input);
  if (!state.awake) state.wake_up();
  std::visit([&](const auto& body) { state.take(body); }, input.body);
  state.settle();
  state.follow_clock();
  state.collect_views();
  return std::move(state.out);
}

std::optional<Instant> Core::next_due() const { return state_->next_due(); }
std::vector<journal::Fact> Core::checkpoint() const { return state_->checkpoint(); }
std::map<std::string, std::int64_t> Core::sources() const { return state_->ledger.sources(); }
std::size_t Core::unserved() const { return state_->unserved(); }
std::int64_t Core::last_seq() const { return state_->seq; }
Instant Core::last_at() const { return state_->last_at; }
Core::Ignored Core::ignored() const {
  const auto& observed = state_->observed;
  return {state_->model.ignored(), state_->ignored_requests, observed.unknown_queues, observed.unknown_devices, observed.unknown_legs};
}
std::vector<std::string> Core::violations() const { return state_->violations(); }

std::uint64_t Core::digest() const {
  const State& state = *state_;
  Digest digest;
  digest.add(state.seq);
  for (std::uint64_t part : {state.model.digest(), state.engine.digest(), state.queues.digest(), state.ledger.digest(), state.callbacks.digest()})
    digest.add(static_cast<std::int64_t>(part));
  return digest.value();
}

// --- facts ---------------------------------------------------------------------------------------------------------------

void Core::State::apply(const journal::Fact& fact) {
  seq = std::max(seq, fact.seq);
  last_at = std::max(last_at, fact.at);
  std::visit(Overloaded{
                 [&](const journal::Carried& carried) {
                   seq = std::max(seq, carried.last_seq);
                   mint.observe(carried.last_id);
                 },
                 [&](const journal::ConfigApplied& applied) { applied_version = applied.centre_version; },
                 [&](const journal::CallStarted& call) { mint.observe(call.call.value); },
                 [&](const journal::LegStarted& leg) { mint.observe(leg.leg.value); },
                 [&](const journal::OfferMade& offer) { mint.observe(offer.offer.value); },
                 [](const auto&) {},
             },
             fact.body);
  mint.observe(fact.contact.value);
  model.apply(fact);
  engine.apply(fact);
  queues.apply(fact);
  ledger.apply(fact);
  callbacks.apply(fact);
}

void Core::State::emit(ContactId contact, journal::Body body) {
  out.facts.push_back({seq + 1, now, contact, source, ordinal++, std::move(body)});
  command_n = 0;  // counts on over steps without facts: (seq, n) names a command once in the life of an epoch
  // A copy: what applies a fact may emit the next one.
  const journal::Fact fact = out.facts.back();
  apply(fact);
}

/// The one way in which a switch is told anything: not about a contact that it routes itself.
void Core::State::command(const SwitchId& to, ContactId contact, cti::model::CommandBody body, Duration limit) {
  if (is_observed(contact)) return;
  out.commands.push_back({{1, seq, command_n++}, to, contact, epoch, now + limit, std::move(body)});
}

void Core::State::command_once(const SwitchId& to, ContactId contact, cti::model::CommandBody body) {
  const bool said = std::ranges::any_of(out.commands, [&](const auto& earlier) { return earlier.switch_id == to && earlier.body == body; });
  if (!said) command(to, contact, std::move(body));
}

std::vector<journal::Fact> Core::State::checkpoint() const {
  journal::Carried carried;
  carried.last_seq = seq;
  IdMint peek = mint;
  carried.last_id = peek.mint<ContactId>().value;
  engine.carry(carried);
  carried.intervals = queues.carry();
  ledger.carry(carried);
  std::vector<journal::Fact> facts;
  facts.push_back({0, last_at, {}, {"core", "checkpoint"}, 0, std::move(carried)});
  for (auto& fact : ledger.kept_facts()) facts.push_back(std::move(fact));
  return facts;
}

// --- the step ------------------------------------------------------------------------------------------------------------

void Core::State::begin(const Input& input) {
  now = std::max(input.at, last_at);
  mint.advance(now);
  out = {};
  ordinal = 0;
  reacted = 0;
  touched_contacts.clear();
  touched_agents.clear();
  touched_queues.clear();
  touched_links.clear();
  decisions.clear();
  greeted.clear();
  to_tell.clear();
  last_views.clear();
  touched_devices.clear();
  source = {"core", std::to_string(seq + 1)};
  if (const auto* event = std::get_if<SwitchEvent>(&input.body); event && !is_about_the_link(*event)) source = event->source;
  if (const auto* request = std::get_if<Request>(&input.body)) source = ContactLedger::request_source(request->principal, request->id, seq + 1);
}

/// Lets every fact have its consequences, then matches, until nothing is left to conclude.
void Core::State::settle() {
  for (;;) {
    while (reacted < out.facts.size()) {
      const journal::Fact fact = out.facts[reacted++];  // a copy: reactions add facts
      react(fact);
    }
    follow_devices();
    end_what_is_over();
    for (ContactId id : engine.flows_due(now))
      if (const ContactEntry* entry = ledger.find(id)) engine.flow(id, now, *this, about(*entry));
    if (reacted < out.facts.size()) continue;
    engine.match(now, mint, *this);
    if (reacted < out.facts.size()) continue;
    speak();
    if (reacted == out.facts.size()) return;
  }
}

/// First input after the fold: what is not folded is asked for again.
void Core::State::wake_up() {
  awake = true;
  engine.skip_announcements(now);
  for (auto& [id, entry] : ledger.open()) {
    if (entry.opened.ani.empty() && entry.matched) continue;
    if (entry.route || entry.observed || !entry.match.e164.empty() || is_written(entry.opened.channel)) look_up(entry);
  }
  for (const auto& agent : centre->agents)
    if (auto status = engine.agent(agent.id); status && !is_observed(agent.id) && status->state.state != journal::AgentState::signed_out)
      absent[agent.id] = {now + kAbsenceLimit};
  for (const auto& [id, entry] : ledger.open())
    for (const routing::Offer* offer : engine.offers_of(id)) engine.hold_offers(offer->switch_id, now + kDeadLinkLimit);
}

void Core::State::take(const SwitchEvent& event) {
  if (event.source.name.starts_with("feed:") && !is_about_the_link(event)) {
    const auto id = std::strtoll(event.source.id.c_str(), nullptr, 10);
    if (id <= ledger.last_seen(event.source.name) && !planted(5)) return;  // sent again after a reconnect
  }
  if (const auto* created = std::get_if<cti::model::LegCreated>(&event.body)) touched_devices.insert({event.switch_id, created->device});
  if (const auto* gone = std::get_if<cti::model::LegGone>(&event.body))
    touched_devices.insert({event.switch_id, model.device_of(event.switch_id, gone->native_id)});
  const bool was_in_step = model.in_step(event.switch_id);
  model.on(event, now, mint, *this);
  if (model.in_step(event.switch_id) != was_in_step) touch_contacts_of(event.switch_id);
  for (const auto& orphan : model.take_orphans()) command(orphan.switch_id, orphan.tokens.contact, cti::model::End{orphan.native_id, journal::Cause::elsewhere});

  std::visit(Overloaded{
                 [&](const cti::model::LinkOpened&) { touched_links.insert(event.switch_id); },
                 [&](const cti::model::LinkLost& lost) {
                   engine.switch_state(event.switch_id, false);
                   engine.hold_offers(event.switch_id, now + kDeadLinkLimit);
                   // One that does not come up after a restart was down before: no fact, but a page wants to know why.
                   if (auto link = links.find(event.switch_id); link != links.end() && !link->second.up) link->second.reason = lost.reason;
                   touched_links.insert(event.switch_id);
                 },
                 [&](const cti::model::DeviceStateSeen& device) {
                   stale_devices.erase({event.switch_id, device.device});
                   unreachable_devices[{event.switch_id, device.device}] = !device.reachable;
                   if (device.busy) busy_devices.insert({event.switch_id, device.device});
                   else busy_devices.erase({event.switch_id, device.device});
                   touched_devices.insert({event.switch_id, device.device});
                 },
                 [&](const cti::model::PlaybackEnded& ended) { take_end_of(ended, event.switch_id); },
                 [&](const cti::model::CallbackAsked& asked) { caller_asks(event, asked); },
                 [&](const cti::model::DtmfSeen& pressed) { caller_presses(event, pressed); },
                 [&](const cti::model::QueueJoined& joined) { take(event.switch_id, joined); },
                 [&](const cti::model::QueueLeft& left) { take(event.switch_id, left); },
                 [&](const cti::model::QueueOffered& offered) { take(event.switch_id, offered); },
                 [&](const cti::model::QueueOfferEnded& ended) { take(event.switch_id, ended); },
                 [&](const cti::model::QueueAgentSeen& seen) { take(event.switch_id, seen); },
                 [&](const cti::model::Snapshot& snapshot) {
                   while (reacted < out.facts.size()) {
                     const journal::Fact fact = out.facts[reacted++];
                     react(fact);
                   }
                   reconcile_observed(event.switch_id, snapshot);
                   reconcile(event.switch_id, snapshot);
                   for (const auto& device : busy_devices)
                     if (device.first == event.switch_id) stale_devices[device] = now + kDeviceStateLimit;
                   for (const auto& [device, unreachable] : unreachable_devices)
                     if (device.first == event.switch_id && unreachable) stale_devices[device] = now + kDeviceStateLimit;
                   for (const auto& agent : centre->agents)
                     if (agent.switch_id == event.switch_id) touched_devices.insert({agent.switch_id, agent.device});
                   engine.switch_state(event.switch_id, true);
                 },
                 [](const auto&) {},
             },
             event.body);
}

/// What is known of their legs has changed without a fact.
void Core::State::touch_contacts_of(const SwitchId& switch_id) {
  for (const auto& [id, contact] : model.contacts())
    if (contact.switch_id == switch_id) touched_contacts.insert(id);
}

/// After a snapshot: says again what a crash or a gap may have swallowed. What the snapshot itself led to has been said.
void Core::State::reconcile(const SwitchId& switch_id, const cti::model::Snapshot& snapshot) {
  std::vector<ContactId> contacts;
  for (const auto& [id, contact] : model.contacts())
    if (contact.switch_id == switch_id) contacts.push_back(id);
  for (ContactId id : contacts) reconcile_legs(id);
  release_found_alone(switch_id, snapshot);

  for (const auto& present : snapshot.legs) {
    const cti::model::Leg* leg = present.asks_route ? model.leg_of(switch_id, present.leg.native_id) : nullptr;
    ContactEntry* entry = leg && leg->route_open && !leg->joined ? ledger.find(leg->contact) : nullptr;
    if (!entry || (entry->answered_by && !entry->sent_back()) || engine.waiting(entry->id) || look_up_due.contains(entry->id)) continue;
    if (entry->matched || draining || store_full) route(*entry);
    else look_up(*entry);
  }
}

/// A caller of whom we know nothing but that he stands in a connected set by himself: whoever he talked to left while nobody
/// listened, and no agent's end will ever free him.
void Core::State::release_found_alone(const SwitchId& switch_id, const cti::model::Snapshot& snapshot) {
  if (!able(switch_id).route) return;
  for (const auto& present : snapshot.legs) {
    if (present.bridge.empty() || std::ranges::count(snapshot.legs, present.bridge, &cti::model::SnapshotLeg::bridge) > 1) continue;
    const cti::model::Leg* leg = model.leg_of(switch_id, present.leg.native_id);
    const ContactEntry* entry = leg && leg->role == journal::LegRole::customer ? ledger.find(leg->contact) : nullptr;
    if (!entry || entry->observed || entry->route || entry->answered_by || model.accompanied(entry->id)) continue;
    release_caller(entry->id);
  }
}

void Core::State::reconcile_legs(ContactId id) {
  if (is_observed(id)) return;
  hang_up_called(id);
  if (const Callback* owed = callbacks.find(id); owed && owed->attempt && !model.customer_leg(id)) call_failed(id, journal::Cause::lost);
  const bool called_back = is_called_back(id);
  const cti::model::Leg* customer = model.customer_leg(id);
  std::set<OfferId> rings;
  const cti::model::Leg* answered = nullptr;  // of several, the first
  for (const cti::model::Leg* leg : model.agent_legs(id)) {
    if (!customer && !called_back) {
      if (!model.handed_over(id)) hang_up(*leg);
      continue;
    }
    const OpenSegment* part = ledger.find(id) ? ledger.find(id)->segment_of(leg->agent) : nullptr;
    const bool talks = leg->joined || (part && part->what != journal::SegmentKind::ring);
    if (leg->offer && !engine.offer(leg->offer) && !talks) {  // its offer ended while nobody could tell the phone
      hang_up(*leg, journal::Cause::elsewhere);
      continue;
    }
    if (const routing::Offer* offer = leg->offer ? engine.offer(leg->offer) : nullptr; offer && offer->contact == id) {
      rings.insert(offer->id);
      if (leg->state == journal::LegState::connected && !leg->joined && !answered) answered = leg;
      answer_for_agent(*leg);
    }
  }
  if (answered) connect(*answered);
  for (const routing::Offer* offer : engine.offers_of(id))
    if (offer->rings() && !rings.contains(offer->id) && !planted(4)) engine.end_offer(offer->id, journal::OfferEnd::lost, now, *this);
  if (const auto waiting = engine.waiting(id); waiting && waiting->treated && !message_begins(id)) engine.hear_out(id, *this);  // nobody knows whether it plays still
  if (customer && engine.waiting(id) && !answered && !called_back) {
    command_once(customer->switch_id, id, cti::model::Park{customer->native_id});
    clear_last_talk(id);
  }
  free_customer_left_alone(id);
}

void Core::State::take(const Request& request) {
  Result<void> result;
  ContactId rests_on = written_about(request.body);
  if (const auto* refused = std::get_if<RefuseOffer>(&request.body))
    if (const routing::Offer* offer = engine.offer(refused->offer)) rests_on = offer->contact;
  if (const auto* steered = std::get_if<SteerContact>(&request.body)) rests_on = steered->contact;
  if (const auto* cancelled = std::get_if<CancelCallback>(&request.body)) rests_on = cancelled->contact;
  if (const auto* closed = std::get_if<CloseContact>(&request.body)) rests_on = closed->contact;
  if (lost.contains(written_about(request.body))) {  // also what was taken before: it went with the contact
    result = fail(Errc::contact_lost);
    ++ignored_requests;
  } else if (!ledger.request_seen(request.principal, request.id)) {
    const auto name = [&](Result<ContactId> made) {
      if (made) rests_on = *made;
      else result = std::unexpected(made.error());
    };
    if (const auto* wanted = std::get_if<AskCallback>(&request.body)) name(ask_callback(request, *wanted));
    else if (const auto* wanted = std::get_if<OpenContact>(&request.body)) name(open_contact(request, *wanted));
    else result = answer(request);
    if (result) ledger.remember_request(request.principal, request.id);
    else ++ignored_requests;
  } else if (std::holds_alternative<AskCallback>(request.body)) {
    rests_on = callbacks.asked_for(request.principal, request.id);
  } else if (std::holds_alternative<OpenContact>(request.body)) {
    rests_on = ledger.opened_for(request.principal, request.id);
  }
  if (request.session) out.replies.push_back({request.session, request.id, std::move(result), rests_on});
}

void Core::State::take(const CustomerFound& found) {
  ContactEntry* entry = ledger.find(found.contact);
  look_up_due.erase(found.contact);
  if (!entry) return;
  const bool unmatched = !entry->matched || (entry->match.match == journal::Match::none && found.match != journal::Match::none);
  if (unmatched) {
    emit(found.contact, journal::CustomerMatched{found.match, found.customer, found.candidates, {}, found.e164});
  } else if (entry->match.e164.empty() && !found.e164.empty()) {  // it came after its limit: what was concluded stands, and has the number now
    journal::CustomerMatched numbered = entry->match;
    numbered.e164 = found.e164;
    emit(found.contact, std::move(numbered));
  }
  if (entry->match.match != journal::Match::chosen || entry->match.customer == found.customer) {
    entry->card = found.card;
    entry->traits = found.traits;
  }
  touched_contacts.insert(found.contact);
}

void Core::State::take(const CentreChanged& changed) {
  centre = changed.centre;
  next_day = {};  // its zone may be another
  hours_change = {};
  engine.configure(*centre);
  agent_places.clear();
  for (std::size_t i = 0; i < centre->agents.size(); ++i) agent_places[centre->agents[i].id] = i;
  agent_of_device.clear();
  for (const auto& sw : centre->switches) {
    std::unordered_map<std::string, AgentId> devices;
    for (const auto& agent : centre->agents)
      if (agent.switch_id == sw.id) devices[agent.device] = agent.id;
    model.know_devices(std::move(devices), sw.id);
    links.try_emplace(sw.id, LinkView{.switch_id = sw.id});
    touched_links.insert(sw.id);
  }
  const std::set<AgentId> observed_now = journal::observed_agents(*centre);
  for (const auto& agent : centre->agents) {
    touched_agents.insert(agent.id);
    if (!is_at_a_call(agent.id)) engine.let_go(agent.id, now, *this);
    agent_of_device[{agent.switch_id, agent.device}] = agent.id;
    if (auto status = engine.agent(agent.id); status && status->state.state != journal::AgentState::signed_out && !present.contains(agent.id) && !observed_now.contains(agent.id))
      absent.try_emplace(agent.id, Absence{now + kAbsenceLimit});
    touched_devices.insert({agent.switch_id, agent.device});
  }
  for (const auto& queue : centre->queues) touched_queues.insert(queue.id);
  follow_authority();
  mend_works();
  if (applied_version != centre->version) emit({}, journal::ConfigApplied{centre->version});
}

const journal::Queue* Core::State::queue_of(const QueueId& id) const {
  const auto found = std::ranges::find(centre->queues, id, &journal::Queue::id);
  return found == centre->queues.end() ? nullptr : &*found;
}

const journal::Agent* Core::State::agent_of(const AgentId& id) const {
  const auto place = agent_places.find(id);
  return place == agent_places.end() ? nullptr : &centre->agents[place->second];
}

bool Core::State::is_at_a_call(const AgentId& agent) const {
  return std::ranges::any_of(ledger.contacts_of(agent), [&](ContactId id) { return !is_written(ledger.find(id)->opened.channel); });
}

void Core::State::take(const LinkDeclared& declared) {
  capabilities[declared.switch_id] = declared.capabilities;
  for (const auto& [id, entry] : ledger.open())
    if (entry.opened.switch_id == declared.switch_id) touched_contacts.insert(id);
}

cti::model::Capabilities Core::State::able(const SwitchId& switch_id) const {
  const auto declared = capabilities.find(switch_id);
  return declared == capabilities.end() ? cti::model::Capabilities{} : declared->second;
}

void Core::State::take(const TimerDue&) {
  std::vector<ContactId> unanswered;
  for (const auto& [id, due] : look_up_due)
    if (due <= now) unanswered.push_back(id);
  for (ContactId id : unanswered) {
    look_up_due.erase(id);
    if (const ContactEntry* entry = ledger.find(id); entry && !entry->matched) emit(id, journal::CustomerMatched{journal::Match::none, {}, {}, {}, {}});
  }
  engine.expire(now, *this);
  announce_due();
  callbacks_due();
  expire_absences();
  expire_device_states();
}

void Core::State::take(const StoreFull&) {
  store_full = true;  // who is here already is served to the end; the spool has room for that
}

void Core::State::take(const StoreRecovered& recovered) {
  store_full = false;
  lost.insert(recovered.contacts_lost.begin(), recovered.contacts_lost.end());
  for (ContactId id : recovered.contacts_lost) lose_written(id);
  std::erase_if(lost, [&](ContactId id) { return !ledger.knows(id); });  // about the others nobody may write anyway
  if (recovered.facts_lost > 0) emit({}, journal::FactsLost{static_cast<std::int64_t>(recovered.contacts_lost.size()), recovered.facts_lost});
}

void Core::State::take(const WallStepped& stepped) { emit({}, journal::ClockStepped{stepped.step_us}); }

void Core::State::take(const DrainStarted&) {
  draining = true;
  engine.pause(true);
  std::vector<ContactId> waiting;
  for (const auto& [id, entry] : ledger.open())
    if (!is_called_back(id) && !is_written(entry.opened.channel) && !entry.observed && (engine.waiting(id) || (entry.route && entry.visits == 0)))
      waiting.push_back(id);  // a callback and a written contact wait on, for the next start
  for (ContactId id : waiting) release_caller(id);
}

std::size_t Core::State::unserved() const {
  return static_cast<std::size_t>(std::ranges::count_if(ledger.open(), [&](const auto& one) {
    const ContactEntry& entry = one.second;
    const cti::model::Leg* customer = entry.route && !entry.answered_by && !entry.observed ? model.customer_leg(entry.id) : nullptr;
    const auto link = customer ? links.find(customer->switch_id) : links.end();
    return link != links.end() && link->second.up && able(customer->switch_id).route;
  }));
}

/// A page that is gone: unreachable at once; after a minute not ready and without written contacts; signed out after a quarter of an hour.
void Core::State::expire_absences() {
  std::vector<std::pair<AgentId, Absence>> due;
  for (const auto& [agent, absence] : absent)
    if (absence.due <= now) due.emplace_back(agent, absence);
  for (const auto& [agent, absence] : due) {
    absent.erase(agent);
    auto status = engine.agent(agent);
    if (!status || status->state.state == journal::AgentState::signed_out) continue;
    const bool pauses = status->state.state == journal::AgentState::not_ready;
    if (pauses && absence.long_gone) {
      engine.set_state(agent, journal::AgentState::signed_out, "connection_lost", now, *this);
      continue;
    }
    if (!pauses) engine.set_state(agent, journal::AgentState::not_ready, "connection_lost", now, *this);  // who pauses keeps his reason
    give_back(agent);
    absent[agent] = {now + kSignOutAfter, true};
  }
}

/// What a device did before the gap and its switch did not say again is not true any more.
void Core::State::expire_device_states() {
  std::erase_if(stale_devices, [&](const auto& one) {
    if (one.second > now) return false;
    busy_devices.erase(one.first);
    unreachable_devices.erase(one.first);
    touched_devices.insert(one.first);
    return true;
  });
}

/// Busy anywhere is busy: tells routing which of the devices that changed in this step carry a leg, and shows whose they are.
void Core::State::follow_devices() {
  for (const auto& device : touched_devices) {
    if (auto owner = agent_of_device.find(device); owner != agent_of_device.end()) touched_agents.insert(owner->second);
    auto unreachable = unreachable_devices.find(device);
    const bool reachable = unreachable == unreachable_devices.end() || !unreachable->second;
    const bool in_use = busy_devices.contains(device) || model.device_in_use(device.first, device.second);
    engine.device_state(device.first, device.second, in_use, reachable);
    if (auto owner = agent_of_device.find(device); owner != agent_of_device.end() && !in_use && is_observed(owner->second)) end_unseen_talk(owner->second);
  }
  touched_devices.clear();
}

/// A contact ends when it has no live call, no visit, no open segment and no callback owed; a written one not before it has come to its queue.
void Core::State::end_what_is_over() {
  std::vector<ContactId> over;
  for (ContactId id : touched_contacts) {
    const ContactEntry* entry = ledger.find(id);
    if (!entry || !entry->segments.empty() || engine.waiting(id) || callbacks.find(id)) continue;
    const cti::model::Contact* contact = model.contact(id);
    if (contact && !contact->live_legs.empty()) continue;
    if (is_written(entry->opened.channel) && !entry->matched && !lost.contains(id)) continue;
    over.push_back(id);
  }
  for (ContactId id : over) {
    const ContactEntry& entry = *ledger.find(id);
    using journal::Cause, journal::ContactOutcome, journal::VisitEnd;
    ContactOutcome outcome = ContactOutcome::failed;
    if (entry.customer_cause == Cause::lost || entry.customer_cause == Cause::switch_lost) outcome = ContactOutcome::lost;
    else if (entry.answered_by) outcome = ContactOutcome::answered;
    else if (entry.last_visit_end == VisitEnd::answered) outcome = ContactOutcome::answered;  // by nobody of ours
    else if (entry.last_visit_end == VisitEnd::abandoned) outcome = ContactOutcome::abandoned;
    else if (entry.last_visit_end == VisitEnd::short_abandoned) outcome = ContactOutcome::short_abandoned;
    else if (entry.last_visit_end == VisitEnd::lost) outcome = ContactOutcome::lost;
    else if (entry.last_visit_end == VisitEnd::flow_transfer && entry.customer_cause == Cause::transferred) outcome = ContactOutcome::handed_over;
    else if (entry.last_visit_end) outcome = ContactOutcome::released;
    const journal::ContactEnded ended{outcome, is_written(entry.opened.channel) ? Cause::normal : entry.customer_cause, entry.queue};
    ContactView last = show(entry);
    last.state = ContactState::ended;
    last.outcome = outcome;
    last.cause = ended.cause;
    last.state_since = now;
    last_views[id] = std::move(last);
    emit(id, ended);
    look_up_due.erase(id);
  }
}

std::optional<Instant> Core::State::next_due() const {
  std::optional<Instant> due = engine.next_due();
  auto sooner = [&](Instant at) {
    if (!due || at < *due) due = at;
  };
  for (const auto& [id, at] : look_up_due) sooner(at);
  for (const auto& [agent, absence] : absent) sooner(absence.due);
  for (const auto& [device, at] : stale_devices) sooner(at);
  if (next_day != Instant{}) sooner(next_day);
  if (hours_change != Instant{INT64_MAX}) sooner(hours_change);
  if (const auto at = draining || store_full ? callbacks.next_call_due() : callbacks.next_due()) sooner(*at);
  for (const auto& queue : centre->queues)
    if (const auto at = queues.next_past_level(queue.id, figures_at)) sooner(*at);
  return due;
}

/// Figures that change with the clock alone: the day's counters at its start, and who waits beyond the service level.
void Core::State::follow_clock() {
  const bool new_day = now >= next_day;
  if (new_day) {
    today = day_start(now);
    next_day = day_after(now);
  }
  for (const auto& queue : centre->queues) {
    const auto past_level = queues.next_past_level(queue.id, figures_at);
    if (new_day || (past_level && *past_level <= now)) touched_queues.insert(queue.id);
  }
  figures_at = now;
  if (now >= hours_change) follow_hours();
}

/// Shows each queue that opens or closes, and learns when the next one does.
void Core::State::follow_hours() {
  hours_change = {INT64_MAX};
  for (const auto& queue : centre->queues) {
    if (!queue.hours) continue;
    touched_queues.insert(queue.id);
    if (const auto at = engine.next_hours_change(queue.id, now)) hours_change = std::min(hours_change, *at);
  }
}

namespace {

absl::TimeZone zone_of(const journal::Centre& centre) {
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::LoadTimeZone(centre.time_zone, &zone);  // unknown names were refused with the document; UTC stands in
  return zone;
}

Instant start_of(absl::CivilDay day, const absl::TimeZone& zone) { return {absl::ToUnixMicros(zone.At(absl::CivilSecond(day)).pre)}; }

}  // namespace

Instant Core::State::day_start(Instant at) const {
  const absl::TimeZone zone = zone_of(*centre);
  return start_of(absl::CivilDay(zone.At(absl::FromUnixMicros(at.us)).cs), zone);
}

Instant Core::State::day_after(Instant at) const {
  const absl::TimeZone zone = zone_of(*centre);
  return start_of(absl::CivilDay(zone.At(absl::FromUnixMicros(at.us)).cs) + 1, zone);
}

std::vector<std::string> Core::State::violations() const {
  std::vector<std::string> all = model.violations();
  for (auto& text : engine.violations()) all.push_back(std::move(text));
  for (auto& text : queues.violations()) all.push_back(std::move(text));
  for (const auto& [id, entry] : ledger.open()) {
    const std::string name = "contact " + std::to_string(id.value);
    if (!model.contact(id)) all.push_back(name + " is open here and unknown to the call model");
    std::set<AgentId> agents;
    for (const auto& segment : entry.segments)
      if (!agents.insert(segment.agent).second) all.push_back(name + " has two open segments of one agent");
  }
  for (const auto& [id, one] : callbacks.all()) {
    const std::string name = "callback of contact " + std::to_string(id.value);
    const auto waiting = engine.waiting(id);
    if (one.in_queue != (waiting && waiting->callback == one.asked.callback)) all.push_back(name + " is in a queue for the core or for routing alone");
    if (one.in_queue && one.next.us && !waiting->parked) all.push_back(name + " rests and can be offered");
    if (one.attempt && (!waiting || waiting->offer != one.attempt->offer)) all.push_back(name + " is being called for no agent");
    if (one.attempts > one.asked.attempts) all.push_back(name + " was called too often");
  }
  for (auto& text : work_violations()) all.push_back(std::move(text));
  for (const auto& [id, entry] : ledger.open())
    if (const auto waiting = engine.waiting(id); waiting && waiting->observed != entry.observed)
      all.push_back("contact " + std::to_string(id.value) + " is its switch's for the core or for routing alone");
  for (ContactId id : answered_unnamed)
    if (const auto waiting = engine.waiting(id); !waiting || !waiting->observed)
      all.push_back("contact " + std::to_string(id.value) + " was answered by nobody knows whom and waits in no observed queue");
  for (const auto& [id, contact] : model.contacts())
    if (!ledger.find(id)) all.push_back("contact " + std::to_string(id.value) + " lives in the call model alone");
  return all;
}

}  // namespace callwright::core
