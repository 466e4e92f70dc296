#include "sim/rows.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/overloaded.hpp"

namespace callwright::sim {

namespace {

/// A contact as its facts tell it.
struct Told {
  contacts::ContactDetail detail;
  bool opened = false;
};

contacts::SegmentRow* segment(Told& told, std::int32_t number) {
  auto at = std::ranges::find(told.detail.segments, number, &contacts::SegmentRow::segment);
  return at == told.detail.segments.end() ? nullptr : &*at;
}

contacts::VisitRow* visit(Told& told, std::int32_t number) {
  auto at = std::ranges::find(told.detail.visits, number, &contacts::VisitRow::visit);
  return at == told.detail.visits.end() ? nullptr : &*at;
}

void tell(Told& told, const journal::Fact& fact) {
  contacts::ContactRow& row = told.detail.contact;
  std::visit(Overloaded{
                 [&](const journal::ContactOpened& opened) {
                   told.opened = true;
                   row.contact = fact.contact;
                   row.opened_at = fact.at;
                   std::tie(row.channel, row.direction, row.switch_id) = std::tie(opened.channel, opened.direction, opened.switch_id);
                   std::tie(row.trunk, row.dnis, row.ani, row.caller_name) = std::tie(opened.trunk, opened.dnis, opened.ani, opened.caller_name);
                   told.detail.url = opened.url;
                 },
                 [&](const journal::CustomerMatched& matched) { std::tie(row.match, row.customer) = std::tie(matched.match, matched.customer); },
                 [&](const journal::VisitStarted& started) {
                   told.detail.visits.push_back({started.visit, started.queue, started.entered_at, {}, {}, {}});
                   row.queue = started.queue;
                   if (row.entered_at == Instant{}) row.entered_at = started.entered_at;
                 },
                 [&](const journal::VisitEnded& ended) {
                   row.waited += ended.waited;
                   if (auto* one = visit(told, ended.visit))
                     std::tie(one->ended_at, one->how, one->waited) = std::tuple(fact.at, ended.how, ended.waited);
                 },
                 [&](const journal::ContactAnswered& answered) {
                   if (row.answered_at == Instant{}) row.answered_at = fact.at;
                   row.agent = answered.agent;
                 },
                 [&](const journal::SegmentStarted& started) {
                   told.detail.segments.push_back({started.segment, started.agent, started.what, fact.at, {}});
                 },
                 [&](const journal::SegmentEnded& ended) {
                   auto* one = segment(told, ended.segment);
                   if (!one) return;
                   one->to = fact.at;
                   Duration contacts::ContactRow::*const sums[] = {&contacts::ContactRow::ring, &contacts::ContactRow::talk, &contacts::ContactRow::hold,
                                                                  &contacts::ContactRow::wrap_up};
                   row.*sums[static_cast<std::size_t>(one->what) - 1] += one->to - one->from;
                 },
                 [&](const journal::DispositionSet& set) { std::tie(row.disposition, row.resolved) = std::tie(set.code, set.resolved); },
                 [&](const journal::NoteWritten& note) {
                   auto at = std::ranges::find(told.detail.notes, note.note, &contacts::NoteRow::note);
                   if (at == told.detail.notes.end()) told.detail.notes.push_back({note.note, note.agent, fact.at, note.text});
                   else at->text = note.text;
                 },
                 [&](const journal::ContactEnded& ended) {
                   row.ended_at = fact.at;
                   row.outcome = ended.outcome;
                   row.cause = ended.cause;
                 },
                 [](const auto&) {},
             },
             fact.body);
}

std::string difference(const contacts::ContactDetail& told, const contacts::ContactDetail& shown) {
  auto times = [](const contacts::ContactRow& r) { return std::tie(r.opened_at, r.entered_at, r.answered_at, r.ended_at); };
  auto sums = [](const contacts::ContactRow& r) { return std::tie(r.waited, r.ring, r.talk, r.hold, r.wrap_up); };
  auto what = [](const contacts::ContactRow& r) { return std::tie(r.queue, r.agent, r.outcome, r.cause, r.disposition, r.resolved, r.match, r.customer); };
  auto who = [](const contacts::ContactRow& r) { return std::tie(r.channel, r.direction, r.switch_id, r.trunk, r.dnis, r.ani, r.caller_name); };
  if (times(told.contact) != times(shown.contact)) return "times";
  if (sums(told.contact) != sums(shown.contact)) return "sums";
  if (what(told.contact) != what(shown.contact)) return "outcome";
  if (who(told.contact) != who(shown.contact) || told.url != shown.url) return "origin";
  auto segment = [](const contacts::SegmentRow& r) { return std::tie(r.segment, r.agent, r.what, r.from, r.to); };
  auto visit = [](const contacts::VisitRow& r) { return std::tie(r.visit, r.queue, r.entered_at, r.ended_at, r.how, r.waited); };
  auto same = [](const auto& a, const auto& b, auto fields) {
    return std::ranges::equal(a, b, [&](const auto& one, const auto& other) { return fields(one) == fields(other); });
  };
  if (!same(told.segments, shown.segments, segment)) return "segments";
  if (!same(told.visits, shown.visits, visit)) return "visits";
  std::map<std::string, std::string> notes;
  for (const auto& note : shown.notes) notes[note.note] = note.text;
  for (const auto& note : told.notes)
    if (notes[note.note] != note.text) return "notes";
  return told.notes.size() == shown.notes.size() ? "" : "notes";
}

}  // namespace

std::string wrong_rows(contacts::Reader& reader, const std::vector<journal::Fact>& facts) {
  std::map<ContactId, Told> told;
  std::map<QueueId, std::pair<std::int64_t, std::int64_t>> counted;  // entered, ended
  for (const auto& fact : facts) {
    if (fact.contact) tell(told[fact.contact], fact);
    if (const auto* started = std::get_if<journal::VisitStarted>(&fact.body)) ++counted[started->queue].first;
    if (const auto* ended = std::get_if<journal::VisitEnded>(&fact.body)) ++counted[ended->queue].second;
  }
  for (const auto& [id, one] : told) {
    if (!one.opened) continue;
    auto shown = reader.contact(id);
    if (!shown) return "contact " + std::to_string(id.value) + " is not in the store: " + shown.error().text();
    if (auto wrong = difference(one.detail, *shown); !wrong.empty()) return "the rows of contact " + std::to_string(id.value) + " differ from its facts: " + wrong;
  }
  auto rows = reader.intervals({}, {INT64_MAX});
  if (!rows) return "the interval rows cannot be read: " + rows.error().text();
  for (const auto& row : *rows) {
    counted[row.queue].first -= row.entered;
    counted[row.queue].second -= row.answered + row.abandoned + row.short_abandoned + row.callback_requested + row.flow_overflow + row.flow_transfer +
                                 row.flow_closed + row.flow_supervisor + row.lost;
  }
  for (const auto& [queue, left] : counted)
    if (left.first != 0 || left.second != 0) return "the interval rows of queue " + queue.value + " do not add up to its facts";
  return {};
}

}  // namespace callwright::sim
