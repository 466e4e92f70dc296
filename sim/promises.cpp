#include "sim/promises.hpp"

#include <utility>

namespace callwright::sim {

namespace {

/// Facts by which a request acts itself; the rest of its step are consequences.
bool is_act(const journal::Body& body) {
  return std::holds_alternative<journal::NoteWritten>(body) || std::holds_alternative<journal::DispositionSet>(body) ||
         std::holds_alternative<journal::ContactOpened>(body);
}

bool is_act(const core::RequestBody& body) {
  return std::holds_alternative<core::WriteNote>(body) || std::holds_alternative<core::SetDisposition>(body) ||
         std::holds_alternative<core::OpenContact>(body);
}

bool is_request(const journal::Source& source) { return source.id.contains('@'); }

const int kFactsLost = static_cast<int>(journal::kind_of(journal::FactsLost{}));
const int kAgentState = static_cast<int>(journal::kind_of(journal::AgentStateChanged{}));

/// What a full spool may drop. An agent's state stays, whatever contact he is in.
bool goes_with_its_contact(std::int64_t contact, int kind) { return contact && kind != kAgentState; }

/// The id that the page chose, of a request's source id.
std::string request_id(const journal::Source& source) { return source.id.substr(0, source.id.rfind('@')); }

}  // namespace

Promises::Reading::Mark Promises::Reading::mark_of(const journal::Fact& fact) {
  return {fact.seq, fact.at.us, fact.contact.value, static_cast<int>(journal::kind_of(fact.body)), fact.source.name, fact.source.id, fact.ordinal, 0};
}

void Promises::Reading::take(const journal::Fact& fact) {
  if (!facts_.try_emplace(fact.seq, mark_of(fact)).second && broken_.empty()) broken_ = "fact " + std::to_string(fact.seq) + " stands twice in the journal";
  if (!sources_.emplace(fact.source.name, fact.source.id, fact.ordinal).second && broken_.empty())
    broken_ = "input " + fact.source.name + " " + fact.source.id + " acted twice";
  if (!is_act(fact.body) || !is_request(fact.source)) return;
  Act& act = acts_[{fact.source.name, request_id(fact.source)}];
  ++act.times;
  act.contact = fact.contact.value;
}

void Promises::concluded(const journal::Fact& fact) {
  Mark mark = Reading::mark_of(fact);
  mark.life = life_;
  concluded_[fact.seq] = mark;
  recent_[fact.seq] = std::move(mark);
}

void Promises::promise(const Mark& mark) {
  auto [at, added] = promised_.try_emplace(mark.seq, mark);
  if (!added && !at->second.same(mark) && broken_.empty()) broken_ = "the promised fact " + std::to_string(mark.seq) + " was written again as another one";
}

void Promises::committed(std::int64_t seq) {
  while (!concluded_.empty() && concluded_.begin()->first <= seq) {
    promise(concluded_.begin()->second);
    concluded_.erase(concluded_.begin());
  }
}

void Promises::acknowledged(std::int64_t first, std::int64_t last) {
  for (auto at = recent_.lower_bound(first); at != recent_.end() && at->first <= last; ++at) promise(at->second);
}

void Promises::answered(const core::Request& request, ContactId contact) {
  if (!is_act(request.body)) return;
  const auto [told, first] = answered_.try_emplace({request.principal, request.id}, contact.value);
  if (!first && told->second != contact.value && broken_.empty())
    broken_ = "request " + request.id + " of " + request.principal + " was answered with two contacts";
}

void Promises::died() {
  concluded_.clear();
  recent_.clear();
  ++life_;
  lost_contacts_ += std::exchange(life_contacts_, 0);
  lost_facts_ += std::exchange(life_facts_, 0);
}

void Promises::may_drop(std::int64_t contacts, std::int64_t facts) {
  life_contacts_ = contacts;
  life_facts_ = facts;
}

std::string Promises::check(const Reading& journal) const {
  if (!broken_.empty()) return broken_;
  if (!journal.broken_.empty()) return journal.broken_;
  std::set<std::int64_t> lost;
  std::int64_t missing = 0;
  for (const auto& [seq, mark] : promised_) {
    auto there = journal.facts_.find(seq);
    const bool closes_a_hole = there != journal.facts_.end() && there->second.kind == kFactsLost && mark.kind != kFactsLost;
    if (there != journal.facts_.end() && !closes_a_hole) {
      if (!there->second.same(mark)) return "the promised fact " + std::to_string(seq) + " is another one in the journal";
      continue;
    }
    ++missing;
    if (missing > lost_facts_ + life_facts_ || !goes_with_its_contact(mark.contact, mark.kind))
      return "the promised fact " + std::to_string(seq) + " (" + mark.source + " " + mark.id + ") is not in the journal";
    lost.insert(mark.contact);
  }
  if (static_cast<std::int64_t>(lost.size()) > lost_contacts_ + life_contacts_) return "more contacts lack facts than were counted as dropped";
  for (const auto& [seq, mark] : journal.facts_)
    if (lost.contains(mark.contact) && goes_with_its_contact(mark.contact, mark.kind))
      return "contact " + std::to_string(mark.contact) + " was not dropped whole: fact " + std::to_string(seq) + " stands in the journal";
  const auto name_of = [](const auto& request) { return "request " + request.second + " of " + request.first; };
  for (const auto& [request, act] : journal.acts_)
    if (act.times > 1) return name_of(request) + " acted " + std::to_string(act.times) + " times";
  for (const auto& [request, contact] : answered_) {
    const auto act = journal.acts_.find(request);
    if (act == journal.acts_.end()) return name_of(request) + " was answered and is not in the journal";
    if (act->second.contact != contact) return name_of(request) + " was answered with another contact than it is about";
  }
  return {};
}

}  // namespace callwright::sim
