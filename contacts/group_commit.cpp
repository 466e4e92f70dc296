#include "contacts/group_commit.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "metrics/queue_fold.hpp"

namespace callwright::contacts {

/// The long texts are counted, the rest is an allowance.
std::size_t spool_bytes(const journal::Fact& fact) {
  std::size_t bytes = sizeof(journal::Fact) + fact.source.name.size() + fact.source.id.size() + 64;
  if (const auto* note = std::get_if<journal::NoteWritten>(&fact.body)) bytes += note->text.size();
  if (const auto* data = std::get_if<journal::DataAttached>(&fact.body)) bytes += data->key.size() + data->value.size();
  if (const auto* opened = std::get_if<journal::ContactOpened>(&fact.body))
    bytes += opened->ani.size() + opened->caller_name.size() + opened->url.size();
  if (const auto* offer = std::get_if<journal::OfferMade>(&fact.body))
    for (const auto& candidate : offer->best) bytes += sizeof candidate + candidate.terms.size() * sizeof(journal::Term);
  if (const auto* asked = std::get_if<journal::CallbackRequested>(&fact.body)) bytes += asked->note.size() + asked->number.size();
  if (const auto* ended = std::get_if<journal::LegEnded>(&fact.body)) bytes += ended->raw_text.size();
  if (const auto* failed = std::get_if<journal::TransferFailed>(&fact.body)) bytes += failed->raw_text.size();
  if (const auto* diverted = std::get_if<journal::CallDiverted>(&fact.body)) bytes += diverted->raw_reason.size();
  if (const auto* recording = std::get_if<journal::RecordingChanged>(&fact.body)) bytes += recording->raw_text.size();
  return bytes;
}

namespace {

bool begins_contact(const journal::Fact& fact) { return std::holds_alternative<journal::ContactOpened>(fact.body); }

}  // namespace

GroupCommit::GroupCommit(Journal& journal, Limits limits) : journal_(journal), limits_(limits) {}

GroupCommit::Spool GroupCommit::spool() const {
  if (full_) return Spool::full;
  return bytes_ * 2 >= limits_.spool_bytes ? Spool::half_full : Spool::ok;
}

GroupCommit::Spool GroupCommit::add(std::vector<journal::Fact> facts) {
  if (facts.empty()) return spool();
  const std::int64_t end = facts.back().seq;
  for (journal::Fact& fact : facts) {
    const std::size_t bytes = spool_bytes(fact);
    if (fact.contact && begins_contact(fact)) whole_.insert(fact.contact);
    const bool may_go = goes_with_its_contact(fact);
    const bool fits = bytes_ + bytes <= limits_.spool_bytes + (may_go && whole_.contains(fact.contact) ? 0 : limits_.reserve_bytes);
    if (bytes_ + bytes > limits_.spool_bytes) full_ = true;
    if (!fits && may_go && !lost_.contains(fact.contact)) drop_contact(fact.contact);
    if (!fits || (may_go && lost_.contains(fact.contact))) {
      drop(fact);
    } else {
      bytes_ += bytes;
      facts_.push_back(std::move(fact));
    }
  }
  step_ends_.push_back(end);
  return spool();
}

/// Gives the contact up: takes its waiting facts out of the spool, and its later ones will not come in.
void GroupCommit::drop_contact(ContactId contact) {
  lost_.insert(contact);
  untold_lost_.push_back(contact);
  whole_.erase(contact);
  if (checkpoint_) leave_out_lost(*checkpoint_);
  const auto waiting = facts_.begin() + static_cast<std::ptrdiff_t>(first_);
  facts_.erase(std::remove_if(waiting, facts_.end(),
                              [&](const journal::Fact& fact) {
                                if (fact.contact != contact || !goes_with_its_contact(fact)) return false;
                                bytes_ -= spool_bytes(fact);
                                drop(fact);
                                return true;
                              }),
               facts_.end());
}

/// Where an agent is does not go with the contact in which he is: he would be left in an earlier one.
bool GroupCommit::goes_with_its_contact(const journal::Fact& fact) const {
  return fact.contact && !std::holds_alternative<journal::AgentStateChanged>(fact.body);
}

/// Their later facts will not come, so a restart must not find them open. Who waits of them counts as lost by his queue.
void GroupCommit::leave_out_lost(std::vector<journal::Fact>& checkpoint) const {
  if (lost_.empty()) return;
  std::unordered_map<ContactId, journal::QueueInterval> waiting;
  for (const journal::Fact& fact : checkpoint) {
    if (!lost_.contains(fact.contact)) continue;
    if (const auto* visit = std::get_if<journal::VisitStarted>(&fact.body))
      waiting[fact.contact] = {.queue = visit->queue, .start = metrics::interval_of(fact.at), .lost = 1};
    if (std::holds_alternative<journal::VisitEnded>(fact.body)) waiting.erase(fact.contact);
  }
  for (journal::Fact& fact : checkpoint) {
    auto* carried = std::get_if<journal::Carried>(&fact.body);
    if (!carried) continue;
    for (const auto& [contact, lost] : waiting) {
      auto row = std::ranges::find_if(carried->intervals, [&](const auto& one) { return one.queue == lost.queue && one.start == lost.start; });
      if (row == carried->intervals.end()) carried->intervals.push_back(lost);
      else metrics::add(*row, lost);
    }
  }
  std::erase_if(checkpoint, [&](const journal::Fact& fact) { return lost_.contains(fact.contact) && goes_with_its_contact(fact); });
}

void GroupCommit::drop(const journal::Fact& fact) {
  ++facts_lost_;
  if (fact.seq > last_dropped_.seq) last_dropped_ = {fact.seq, fact.at, {}, fact.source, fact.ordinal, journal::FactsLost{}};
  add_to_holes(fact.seq);
}

void GroupCommit::add_to_holes(std::int64_t seq) {
  auto after = std::ranges::upper_bound(dropped_, seq, {}, &SeqRange::first);
  if (after != dropped_.begin() && std::prev(after)->last + 1 == seq) {
    auto range = std::prev(after);
    range->last = seq;
    if (after != dropped_.end() && after->first == seq + 1) {
      range->last = after->last;
      dropped_.erase(after);
    }
  } else if (after != dropped_.end() && after->first == seq + 1) {
    after->first = seq;
  } else {
    dropped_.insert(after, {seq, seq});
  }
}

/// With nothing but a hole behind the waiting facts, its last number becomes a fact again. True if it did.
bool GroupCommit::close_last_hole() {
  if (dropped_.empty() || (facts() > 0 && facts_.back().seq > dropped_.back().last)) return false;
  if (--dropped_.back().last < dropped_.back().first) dropped_.pop_back();
  bytes_ += spool_bytes(last_dropped_);
  facts_.push_back(last_dropped_);
  return true;
}

void GroupCommit::open_last_hole() {
  bytes_ -= spool_bytes(facts_.back());
  add_to_holes(facts_.back().seq);
  facts_.pop_back();
}

void GroupCommit::add_checkpoint(std::vector<journal::Fact> facts) {
  checkpoint_seq_ = 0;
  for (const journal::Fact& fact : facts)
    if (const auto* carried = std::get_if<journal::Carried>(&fact.body)) checkpoint_seq_ = carried->last_seq;
  leave_out_lost(facts);
  checkpoint_ = std::move(facts);
}

Unwritten GroupCommit::unwritten() const {
  std::unordered_set<ContactId> contacts;
  for (std::size_t i = first_; i < facts_.size(); ++i)
    if (facts_[i].contact) contacts.insert(facts_[i].contact);
  return {static_cast<std::int64_t>(contacts.size() + untold_lost_.size()), static_cast<std::int64_t>(facts()) + facts_lost_ - told_facts_};
}

/// How many facts the next transaction takes: whole steps, at most `batch_facts` of them if the first step allows it.
std::size_t GroupCommit::batch_size() const {
  if (facts() <= limits_.batch_facts) return facts();
  std::size_t size = 0;
  const auto waiting = facts_.begin() + static_cast<std::ptrdiff_t>(first_);
  auto at = waiting;
  for (const std::int64_t last : step_ends_) {
    while (at != facts_.end() && at->seq <= last) ++at;
    const auto with_step = static_cast<std::size_t>(at - waiting);
    if (size > 0 && with_step > limits_.batch_facts) break;
    size = with_step;
  }
  return size;
}

/// The room of committed facts is given back once they are half of all, so that a long queue is not moved at each flush.
void GroupCommit::forget_committed(std::size_t size) {
  for (std::size_t i = first_; i < first_ + size; ++i) {
    bytes_ -= spool_bytes(facts_[i]);
    if (begins_contact(facts_[i])) whole_.erase(facts_[i].contact);
  }
  first_ += size;
  if (first_ * 2 < facts_.size()) return;
  facts_.erase(facts_.begin(), facts_.begin() + static_cast<std::ptrdiff_t>(first_));
  first_ = 0;
}

Result<Committed> GroupCommit::flush() {
  Committed committed;
  std::size_t size = batch_size();
  const bool closed = size == facts() && close_last_hole();
  if (closed) ++size;
  if (size > 0) {
    const std::int64_t until = facts_[first_ + size - 1].seq;  // the holes before it go with the batch
    const auto told = std::ranges::find_if(dropped_, [&](const SeqRange& range) { return range.first > until; });
    auto result = journal_.append({facts_.data() + first_, size}, {dropped_.begin(), told});
    if (!result) {
      if (closed) open_last_hole();
      return std::unexpected(result.error());
    }
    dropped_.erase(dropped_.begin(), told);
    forget_committed(size);
    while (!step_ends_.empty() && step_ends_.front() <= until) step_ends_.pop_front();
  }
  committed.facts = static_cast<std::int64_t>(size);
  committed.last_seq = journal_.last_seq();
  committed.more = facts() > 0;
  committed.contacts_lost = std::exchange(untold_lost_, {});
  committed.facts_lost = facts_lost_ - std::exchange(told_facts_, facts_lost_);
  if (full_ && facts() == 0) {
    full_ = false;
    committed.recovered = true;
  }
  if (checkpoint_ && checkpoint_seq_ <= journal_.last_seq()) {
    auto facts = std::move(*checkpoint_);
    checkpoint_.reset();
    if (auto written = journal_.checkpoint(facts); !written && (written.error().code == Errc::broken || written.error().code == Errc::stale_epoch))
      return std::unexpected(written.error());
  }
  return committed;
}

}  // namespace callwright::contacts
