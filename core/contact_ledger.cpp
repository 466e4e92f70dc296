#include "core/contact_ledger.hpp"

#include <algorithm>
#include <charconv>

#include "base/overloaded.hpp"
#include "base/digest.hpp"
#include "base/planted_bug.hpp"

namespace callwright::core {

namespace {

/// Sources that count upwards and may be resumed: the native feed of one boot of one switch.
bool is_resumable(const std::string& source) { return source.starts_with("feed:"); }
bool is_request(const journal::Source& source) { return source.id.find('@') != std::string::npos; }

std::int64_t number(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// What the principal called his request.
std::string request_of(const journal::Source& source) { return source.id.substr(0, source.id.rfind('@')); }

/// "feed:NAME/" of "feed:NAME/EPOCH".
std::string_view boots_of(std::string_view source) { return source.substr(0, source.rfind('/') + 1); }

}  // namespace

const OpenSegment* ContactEntry::segment_of(const AgentId& agent) const {
  auto it = std::ranges::find(segments, agent, &OpenSegment::agent);
  return it == segments.end() ? nullptr : &*it;
}

void ContactLedger::apply(const journal::Fact& fact) {
  if (fact.seq > carried_until_) note_source(fact);
  if (const auto* carried = std::get_if<journal::Carried>(&fact.body)) {
    carried_until_ = carried->last_seq;
    for (const auto& mark : carried->sources) sources_[mark.source] = mark.last_id;
    for (const auto& request : carried->request_ids)
      if (const auto blank = request.find(' '); blank != std::string::npos) remember_request(request.substr(0, blank), request.substr(blank + 1));
    return;
  }
  if (const auto* state = std::get_if<journal::AgentStateChanged>(&fact.body)) {
    auto& facts = agent_facts_[state->agent];
    const auto* begun = facts.empty() ? nullptr : &std::get<journal::AgentStateChanged>(facts.front().body);
    // The fact that began the state says since when it lasts, the last one says everything else.
    const bool goes_on = begun && begun->state == state->state && begun->reason == state->reason;
    facts.resize(goes_on ? 1 : 0);
    facts.push_back(fact);
    return;
  }
  if (const auto* up = std::get_if<journal::LinkUp>(&fact.body)) link_facts_[up->switch_id] = {fact, {}};
  if (const auto* down = std::get_if<journal::LinkDown>(&fact.body)) link_facts_[down->switch_id].down = fact;
  if (const auto* set = std::get_if<journal::EmergencySet>(&fact.body)) {
    if (set->on) emergency_facts_.insert_or_assign(set->queue, fact);
    else emergency_facts_.erase(set->queue);
  }
  if (!fact.contact) return;

  if (const auto* opened = std::get_if<journal::ContactOpened>(&fact.body)) {
    ContactEntry entry;
    entry.id = fact.contact;
    entry.opened = *opened;
    entry.opened_at = entry.state_since = fact.at;
    open_.insert_or_assign(fact.contact, std::move(entry));
    index_opened(fact, *opened);
  }
  auto it = open_.find(fact.contact);
  if (it == open_.end()) return;
  it->second.facts.push_back(fact);
  apply_to(it->second, fact);
  if (std::holds_alternative<journal::ContactEnded>(fact.body)) {
    end(it->second, fact);
    open_.erase(it);
  }
}

void ContactLedger::apply_to(ContactEntry& entry, const journal::Fact& fact) {
  const Instant at = fact.at;
  std::visit(Overloaded{
                 [&](const journal::RouteRequested& route) {
                   entry.route = route;
                   entry.observed = false;
                   entry.asks = true;
                   entry.route_at = at;
                 },
                 [&](const journal::CustomerMatched& match) {
                   entry.matched = true;
                   entry.match = match;
                 },
                 [&](const journal::VisitStarted& visit) {
                   entry.visits = visit.visit;
                   entry.observed = visit.observed;
                   entry.asks = false;
                   entry.queue = visit.queue;
                   entry.entered_at = visit.entered_at;
                   entry.last_visit_end.reset();
                   entry.state_since = at;
                 },
                 [&](const journal::VisitEnded& visit) {
                   entry.last_visit_end = visit.how;
                   entry.state_since = at;
                 },
                 [&](const journal::OfferMade&) { entry.state_since = at; },
                 [&](const journal::OfferEnded&) { entry.state_since = at; },
                 [&](const journal::ContactAnswered& answered) {
                   entry.answered_by = answered.agent;
                   entry.answered_leg = answered.agent_leg;
                   if (!entry.answered_at.us) entry.answered_at = at;
                   entry.state_since = at;
                 },
                 [&](const journal::SegmentStarted& segment) {
                   entry.segments.push_back({segment.segment, segment.agent, segment.what, at});
                   parts_[segment.agent].insert(entry.id);
                   entry.segments_begun = std::max(entry.segments_begun, segment.segment);
                   entry.state_since = at;
                 },
                 [&](const journal::SegmentEnded& segment) {
                   entry.state_since = at;
                   const auto open = std::ranges::find(entry.segments, segment.segment, &OpenSegment::segment);
                   if (open == entry.segments.end()) return;
                   const AgentId agent = open->agent;
                   entry.segments.erase(open);
                   leave(agent, entry);
                 },
                 [&](const journal::DispositionSet& set) {
                   entry.disposition = set.code;
                   entry.resolved = set.resolved;
                 },
                 [](const auto&) {},
             },
             fact.body);
  if (const auto* gone = std::get_if<journal::LegEnded>(&fact.body)) {
    const bool customer = std::ranges::any_of(entry.facts, [&](const journal::Fact& earlier) {
      const auto* leg = std::get_if<journal::LegStarted>(&earlier.body);
      return leg && leg->leg == gone->leg && leg->role == journal::LegRole::customer;
    });
    if (customer) entry.customer_cause = gone->cause;
  }
}

void ContactLedger::index_opened(const journal::Fact& fact, const journal::ContactOpened& opened) {
  if (!journal::is_written(opened.channel)) return;
  written_.insert(fact.contact);
  if (is_request(fact.source)) opened_for_[{fact.source.name, request_of(fact.source)}] = fact.contact;
}

void ContactLedger::leave(const AgentId& agent, const ContactEntry& entry) {
  const auto found = parts_.find(agent);
  if (found == parts_.end() || entry.segment_of(agent)) return;
  found->second.erase(entry.id);
  if (found->second.empty()) parts_.erase(found);
}

void ContactLedger::end(ContactEntry& entry, const journal::Fact& fact) {
  Ended ended{entry.id, entry.answered_by, std::get<journal::ContactEnded>(fact.body).queue, {}};
  for (auto& fact : entry.facts)
    if (std::holds_alternative<journal::ContactOpened>(fact.body) || std::holds_alternative<journal::ContactAnswered>(fact.body) ||
        std::holds_alternative<journal::ContactEnded>(fact.body))
      ended.facts.push_back(std::move(fact));
  ended_.push_back(std::move(ended));
  written_.erase(entry.id);
  for (const OpenSegment& left : std::exchange(entry.segments, {})) leave(left.agent, entry);
  if (ended_.size() <= kEndedLimit) return;
  forget_source(ended_.front().facts.front().source, ended_.front().contact);
  ended_.pop_front();
}

bool ContactLedger::forget_source(const journal::Source& source, ContactId contact) {
  const auto asked = opened_for_.find({source.name, request_of(source)});
  if (asked == opened_for_.end() || asked->second != contact) return false;
  opened_for_.erase(asked);
  return true;
}

void ContactLedger::forget_opened(ContactId contact) {
  const auto open = open_.find(contact);
  const auto ended = std::ranges::find(ended_, contact, &Ended::contact);
  if (open == open_.end() && ended == ended_.end()) return;
  const journal::Source& source = (open != open_.end() ? open->second.facts : ended->facts).front().source;
  if (forget_source(source, contact)) std::erase(requests_[source.name], request_of(source));
}

ContactEntry* ContactLedger::find(ContactId id) {
  auto it = open_.find(id);
  return it == open_.end() ? nullptr : &it->second;
}
const ContactEntry* ContactLedger::find(ContactId id) const {
  auto it = open_.find(id);
  return it == open_.end() ? nullptr : &it->second;
}

bool ContactLedger::knows(ContactId id) const { return open_.contains(id) || std::ranges::find(ended_, id, &Ended::contact) != ended_.end(); }

AgentId ContactLedger::answered_by_ended(ContactId id) const {
  auto it = std::ranges::find(ended_, id, &Ended::contact);
  return it == ended_.end() ? AgentId{} : it->agent;
}

QueueId ContactLedger::queue_of_ended(ContactId id) const {
  auto it = std::ranges::find(ended_, id, &Ended::contact);
  return it == ended_.end() ? QueueId{} : it->queue;
}

void ContactLedger::note_source(const journal::Fact& fact) {
  if (is_request(fact.source)) {
    if (!planted(9)) remember_request(fact.source.name, request_of(fact.source));
    return;
  }
  if (!is_resumable(fact.source.name)) return;
  auto [mark, is_new] = sources_.try_emplace(fact.source.name, 0);
  mark->second = std::max(mark->second, number(fact.source.id));
  if (!is_new) return;
  const std::string kept = fact.source.name;  // a new boot of the switch: its older boots will not be resumed
  std::erase_if(sources_, [&](const auto& other) { return other.first != kept && boots_of(other.first) == boots_of(kept); });
}

ContactId ContactLedger::opened_for(const std::string& principal, const std::string& request) const {
  const auto found = opened_for_.find({principal, request});
  return found == opened_for_.end() ? ContactId{} : found->second;
}

const std::set<ContactId>& ContactLedger::contacts_of(const AgentId& agent) const {
  static const std::set<ContactId> none;
  const auto found = parts_.find(agent);
  return found == parts_.end() ? none : found->second;
}

std::int64_t ContactLedger::last_seen(const std::string& source_name) const {
  auto it = sources_.find(source_name);
  return it == sources_.end() ? 0 : it->second;
}

journal::Source ContactLedger::request_source(const std::string& principal, const std::string& id, std::int64_t seq) {
  return {principal, id + '@' + std::to_string(seq)};
}

bool ContactLedger::request_seen(const std::string& principal, const std::string& id) const {
  auto seen = requests_.find(principal);
  return seen != requests_.end() && std::ranges::find(seen->second, id) != seen->second.end();
}

void ContactLedger::remember_request(const std::string& principal, const std::string& id) {
  auto& seen = requests_[principal];
  if (std::ranges::find(seen, id) != seen.end()) return;
  seen.push_back(id);
  if (seen.size() > kRequestsOfOne) seen.pop_front();
}

std::vector<journal::Fact> ContactLedger::kept_facts() const {
  std::vector<journal::Fact> kept;
  for (const auto& [id, facts] : agent_facts_) kept.insert(kept.end(), facts.begin(), facts.end());
  for (const auto& [id, link] : link_facts_)
    for (const auto& fact : {link.up, link.down})
      if (fact) kept.push_back(*fact);
  for (const auto& [queue, fact] : emergency_facts_) kept.push_back(fact);
  for (const auto& ended : ended_) kept.insert(kept.end(), ended.facts.begin(), ended.facts.end());
  for (const auto& [id, entry] : open_) kept.insert(kept.end(), entry.facts.begin(), entry.facts.end());
  if (planted(7)) std::erase_if(kept, [](const journal::Fact& fact) { return std::holds_alternative<journal::OfferEnded>(fact.body); });
  std::ranges::sort(kept, {}, &journal::Fact::seq);
  return kept;
}

void ContactLedger::carry(journal::Carried& carried) const {
  for (const auto& [source, last] : sources_) carried.sources.push_back({source, last});
  for (const auto& [principal, ids] : requests_)
    for (const auto& id : ids) carried.request_ids.push_back(principal + ' ' + id);
}

std::uint64_t ContactLedger::digest() const {
  Digest digest;
  for (const auto& [id, entry] : open_) {
    digest.add(id.value).add(entry.opened_at.us).add(entry.opened.ani).add(entry.opened.dnis).add(entry.route.has_value());
    digest.add(entry.opened.queue.value).add(entry.opened.url);
    digest.add(static_cast<int>(entry.match.match)).add(entry.match.customer.value).add(entry.visits).add(entry.queue.value);
    digest.add(entry.entered_at.us).add(entry.observed).add(entry.answered_by.value).add(entry.answered_leg.value).add(entry.answered_at.us).add(entry.disposition).add(entry.resolved);
    digest.add(static_cast<int>(entry.customer_cause)).add(entry.state_since.us);
    for (const auto& segment : entry.segments)
      digest.add(segment.segment).add(segment.agent.value).add(static_cast<int>(segment.what)).add(segment.since.us);
  }
  for (const auto& ended : ended_) digest.add(ended.contact.value).add(ended.agent.value);
  for (const auto& [agent, facts] : agent_facts_)
    for (const auto& fact : facts) digest.add(agent.value).add(fact.seq);
  for (const auto& [queue, fact] : emergency_facts_) digest.add(queue.value).add(fact.seq);
  for (const auto& [source, last] : sources_) digest.add(source).add(last);
  return digest.value();
}

}  // namespace callwright::core
