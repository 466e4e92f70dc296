#include "contacts/group_commit.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace callwright::contacts {
namespace {

/// About what a fact takes in memory; the long texts are counted, the rest is an allowance.
std::size_t bytes_of(const journal::Fact& fact) {
  std::size_t bytes = sizeof(journal::Fact) + fact.source.name.size() + fact.source.id.size() + 64;
  if (const auto* note = std::get_if<journal::NoteWritten>(&fact.body)) bytes += note->text.size();
  if (const auto* data = std::get_if<journal::DataAttached>(&fact.body)) bytes += data->key.size() + data->value.size();
  if (const auto* opened = std::get_if<journal::ContactOpened>(&fact.body)) bytes += opened->ani.size() + opened->caller_name.size();
  if (const auto* offer = std::get_if<journal::OfferMade>(&fact.body))
    for (const auto& candidate : offer->best) bytes += sizeof candidate + candidate.terms.size() * sizeof(journal::Term);
  if (const auto* ended = std::get_if<journal::LegEnded>(&fact.body)) bytes += ended->raw_text.size();
  return bytes;
}

}  // namespace

GroupCommit::GroupCommit(Journal& journal, Limits limits) : journal_(journal), limits_(limits) {}

GroupCommit::Spool GroupCommit::spool() const {
  if (full_) return Spool::full;
  return bytes_ * 2 >= limits_.spool_bytes ? Spool::half_full : Spool::ok;
}

GroupCommit::Spool GroupCommit::add(std::vector<journal::Fact> facts) {
  Step step;
  step.facts.reserve(facts.size());
  for (journal::Fact& fact : facts) {
    const std::size_t bytes = bytes_of(fact);
    const std::size_t room = limits_.spool_bytes + (fact.contact ? 0 : limits_.spool_bytes / 8);
    const bool fits = bytes_ + step.bytes + bytes <= room;
    if (!fits) full_ = true;
    if (fact.contact && (lost_.contains(fact.contact) || !fits)) {
      if (!lost_.contains(fact.contact)) {
        drop_contact(fact.contact);
        std::erase_if(step.facts, [&](const journal::Fact& earlier) {
          if (earlier.contact != fact.contact) return false;
          step.bytes -= bytes_of(earlier);
          drop(earlier);
          return true;
        });
      }
      drop(fact);
    } else if (!fits) {
      drop(fact);
    } else {
      step.bytes += bytes;
      step.facts.push_back(std::move(fact));
    }
  }
  bytes_ += step.bytes;
  waiting_ += step.facts.size();
  if (!step.facts.empty()) steps_.push_back(std::move(step));
  return spool();
}

/// Gives the contact up: takes its waiting facts out of the spool, and its later ones will not come in.
void GroupCommit::drop_contact(ContactId contact) {
  lost_.insert(contact);
  ++contacts_lost_;
  for (Step& step : steps_) {
    const std::size_t before = step.facts.size();
    std::erase_if(step.facts, [&](const journal::Fact& fact) {
      if (fact.contact != contact) return false;
      const std::size_t bytes = bytes_of(fact);
      step.bytes -= bytes;
      bytes_ -= bytes;
      drop(fact);
      return true;
    });
    waiting_ -= before - step.facts.size();
  }
  std::erase_if(steps_, [](const Step& step) { return step.facts.empty(); });
}

void GroupCommit::drop(const journal::Fact& fact) {
  ++facts_lost_;
  auto after = std::ranges::upper_bound(dropped_, fact.seq, {}, &SeqRange::first);
  if (after != dropped_.begin() && std::prev(after)->last + 1 == fact.seq) {
    auto range = std::prev(after);
    range->last = fact.seq;
    if (after != dropped_.end() && after->first == fact.seq + 1) {
      range->last = after->last;
      dropped_.erase(after);
    }
  } else if (after != dropped_.end() && after->first == fact.seq + 1) {
    after->first = fact.seq;
  } else {
    dropped_.insert(after, {fact.seq, fact.seq});
  }
}

void GroupCommit::add_checkpoint(std::vector<journal::Fact> facts) {
  checkpoint_seq_ = 0;
  for (const journal::Fact& fact : facts)
    if (const auto* carried = std::get_if<journal::Carried>(&fact.body)) checkpoint_seq_ = carried->last_seq;
  checkpoint_ = std::move(facts);
}

Result<Committed> GroupCommit::flush() {
  Committed committed;
  std::vector<journal::Fact> batch;
  std::size_t steps = 0;
  for (; steps < steps_.size() && (steps == 0 || batch.size() + steps_[steps].facts.size() <= limits_.batch_facts); ++steps) {
    auto& facts = steps_[steps].facts;
    batch.insert(batch.end(), std::make_move_iterator(facts.begin()), std::make_move_iterator(facts.end()));
  }
  // Holes up to the last fact of the batch go with it; with nothing else waiting, all of them.
  const bool last_batch = steps == steps_.size();
  const std::int64_t until = batch.empty() ? 0 : batch.back().seq;
  auto told = last_batch ? dropped_.end() : std::ranges::find_if(dropped_, [&](const SeqRange& range) { return range.first > until; });
  if (!batch.empty() || dropped_.begin() != told) {
    auto result = journal_.append(batch, {dropped_.begin(), told});
    if (!result) {
      std::size_t next = 0;
      for (std::size_t i = 0; i < steps; ++i)
        for (journal::Fact& fact : steps_[i].facts) fact = std::move(batch[next++]);
      return std::unexpected(result.error());
    }
    dropped_.erase(dropped_.begin(), told);
    for (std::size_t i = 0; i < steps; ++i) {
      bytes_ -= steps_.front().bytes;
      waiting_ -= steps_.front().facts.size();
      steps_.pop_front();
    }
  }
  committed.facts = static_cast<std::int64_t>(batch.size());
  committed.last_seq = journal_.last_seq();
  committed.more = !steps_.empty();
  if (full_ && steps_.empty()) {
    full_ = false;
    committed.recovered = true;
    committed.contacts_lost = contacts_lost_ - std::exchange(told_contacts_, contacts_lost_);
    committed.facts_lost = facts_lost_ - std::exchange(told_facts_, facts_lost_);
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
