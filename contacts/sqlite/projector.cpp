#include "contacts/sqlite/projector.hpp"

#include <algorithm>

#include "base/planted_bug.hpp"
#include "contacts/card_json.hpp"

namespace callwright::contacts::sqlite {

using journal::QueueInterval;

const char* const kContactColumns =
    "id, customer_id, match, channel, direction, switch_id, trunk, dnis, ani, caller_name, e164, opened_at, entered_at, answered_at, ended_at, "
    "queue, agent, outcome, cause, disposition, resolved, waited_us, ring_us, talk_us, hold_us, wrap_up_us, imported";

ContactRow contact_row(const Query& query) {
  ContactRow row;
  int i = 0;
  row.contact.value = query.i64(i++);
  row.customer.value = query.i64(i++);
  row.match = static_cast<journal::Match>(query.i64(i++));
  row.channel = static_cast<journal::Channel>(query.i64(i++));
  row.direction = static_cast<journal::Direction>(query.i64(i++));
  row.switch_id.value = query.text(i++);
  row.trunk = query.text(i++);
  row.dnis = query.text(i++);
  row.ani = query.text(i++);
  row.caller_name = query.text(i++);
  row.e164 = query.text(i++);
  row.opened_at = query.at(i++);
  row.entered_at = query.at(i++);
  row.answered_at = query.at(i++);
  row.ended_at = query.at(i++);
  row.queue.value = query.text(i++);
  row.agent.value = query.text(i++);
  if (!query.null(i)) row.outcome = static_cast<journal::ContactOutcome>(query.i64(i));
  ++i;
  row.cause = static_cast<journal::Cause>(query.i64(i++));
  row.disposition = query.text(i++);
  row.resolved = query.flag(i++);
  row.waited = query.us(i++);
  row.ring = query.us(i++);
  row.talk = query.us(i++);
  row.hold = query.us(i++);
  row.wrap_up = query.us(i++);
  row.imported = query.flag(i++);
  return row;
}

std::string recent_contacts(Database& database, CustomerId customer) {
  Query query = database.query(std::string("SELECT ") + kContactColumns +
                                   " FROM contact WHERE customer_id = ? AND ended_at <> 0 ORDER BY id DESC LIMIT ?",
                               customer, kRecentContacts);
  std::string recent;
  while (query.next()) {
    if (!recent.empty()) recent += '\n';
    recent += contact_line(contact_row(query));
  }
  return recent;
}

namespace {


/// "ON CONFLICT(keys) DO UPDATE SET a = becomes(a), ..." for "a, b, ...", without the keys.
template <class Becomes>
std::string on_conflict(std::string_view keys, std::string_view columns, Becomes becomes) {
  std::string out = " ON CONFLICT(" + std::string(keys) + ") DO UPDATE SET ";
  bool first = true;
  while (!columns.empty()) {
    const std::size_t end = std::min(columns.find(", "), columns.size());
    const std::string column(columns.substr(0, end));
    columns.remove_prefix(std::min(end + 2, columns.size()));
    if ((", " + std::string(keys) + ",").find(", " + column + ",") != std::string::npos) continue;
    out += (first ? "" : ", ") + column + " = " + becomes(column);
    first = false;
  }
  return out;
}

std::string placeholders(std::string_view columns) {
  std::string out = "?";
  for (char c : columns)
    if (c == ',') out += ", ?";
  return out;
}

std::string upsert(const std::string& table, std::string_view keys, const std::string& columns) {
  return "INSERT INTO " + table + "(" + columns + ") VALUES(" + placeholders(columns) + ")" +
         on_conflict(keys, columns, [](const std::string& column) { return "excluded." + column; });
}

constexpr const char* kVisitColumns = "contact_id, n, queue, entered_at, ended_at, how, waited_us, service_level_us, estimate_us";
constexpr const char* kSegmentColumns = "contact_id, n, agent, kind, from_at, to_at";
constexpr const char* kIntervalColumns =
    "start, queue, entered, answered, answered_within, abandoned, short_abandoned, callback_requested, flow_overflow, flow_transfer, flow_closed, "
    "flow_supervisor, lost, answered_wait_us, abandoned_wait_us, estimated, estimated_within, estimate_us, estimated_wait_us, estimate_error_us";

std::string add_interval(const std::string& table) {
  return "INSERT INTO " + table + "(" + kIntervalColumns + ") VALUES(" + placeholders(kIntervalColumns) + ")" +
         on_conflict("start, queue", kIntervalColumns, [](const std::string& column) { return column + " + excluded." + column; });
}

}  // namespace

Projector::Projector(Database& database, const std::string& schema, Cards cards)
    : database_(database),
      cards_(cards),
      select_contact_(std::string("SELECT ") + kContactColumns + " FROM " + schema + ".contact WHERE id = ?"),
      select_visits_(std::string("SELECT ") + kVisitColumns + " FROM " + schema + ".visit WHERE contact_id = ? ORDER BY n"),
      select_segments_(std::string("SELECT ") + kSegmentColumns + " FROM " + schema + ".segment WHERE contact_id = ? ORDER BY n"),
      put_contact_(upsert(schema + ".contact", "id", kContactColumns)),
      put_visit_(upsert(schema + ".visit", "contact_id, n", kVisitColumns)),
      put_segment_(upsert(schema + ".segment", "contact_id, n", kSegmentColumns)),
      put_interval_(add_interval(schema + ".interval_row")) {}

void Projector::touch(Live& live) {
  if (live.listed) return;
  live.listed = true;
  changed_.push_back(live.row.contact);
}

Projector::Live* Projector::find(ContactId contact) {
  if (auto found = live_.find(contact); found != live_.end()) return &found->second;
  return load(contact);
}

/// A contact that ended earlier, or that was live before a restart.
Projector::Live* Projector::load(ContactId contact) {
  Live live;
  {
    Query query = database_.query(select_contact_, contact);
    if (!query.next()) return nullptr;
    live.row = contact_row(query);
  }
  for (Query query = database_.query(select_visits_, contact); query.next();) {
    Visit& visit = live.visits.emplace_back();
    visit.row.visit = query.i32(1);
    visit.row.queue.value = query.text(2);
    visit.row.entered_at = query.at(3);
    visit.row.ended_at = query.at(4);
    if (!query.null(5)) visit.row.how = static_cast<journal::VisitEnd>(query.i64(5));
    visit.row.waited = query.us(6);
    visit.promise.service_level = query.us(7);
    if (!query.null(8)) visit.promise.estimate = query.us(8);
  }
  for (Query query = database_.query(select_segments_, contact); query.next() && !planted(10);) {
    Segment& segment = live.segments.emplace_back();
    segment.row = {query.i32(1), AgentId{query.text(2)}, static_cast<journal::SegmentKind>(query.i64(3)), query.at(4), query.at(5)};
  }
  if (live.row.ended_at.us) live.carded = live.row.customer;
  return &live_.insert_or_assign(contact, std::move(live)).first->second;
}

QueueInterval& Projector::interval(const QueueId& queue, Instant at) { return intervals_[{metrics::interval_of(at).us, queue.value}]; }

void Projector::apply(const journal::Fact& fact) {
  if (const auto* opened = std::get_if<journal::ContactOpened>(&fact.body)) {
    Live live;
    live.row.contact = fact.contact;
    live.row.channel = opened->channel;
    live.row.direction = opened->direction;
    live.row.switch_id = opened->switch_id;
    live.row.trunk = opened->trunk;
    live.row.dnis = opened->dnis;
    live.row.ani = opened->ani;
    live.row.caller_name = opened->caller_name;
    live.row.opened_at = fact.at;
    live.changed = true;
    touch(live_.insert_or_assign(fact.contact, std::move(live)).first->second);
    return;
  }
  std::visit(
      [&](const auto& body) {
        if constexpr (requires(Live& live) { on(live, fact, body); }) {
          if (Live* live = find(fact.contact)) {
            on(*live, fact, body);
            touch(*live);
          }
        }
      },
      fact.body);
}

void Projector::on(Live& live, const journal::Fact&, const journal::CustomerMatched& body) {
  live.row.match = body.match;
  live.row.customer = body.customer;
  if (!body.e164.empty()) live.row.e164 = body.e164;
  live.changed = true;
}

void Projector::on(Live& live, const journal::Fact& fact, const journal::ContactAnswered& body) {
  if (!live.row.answered_at.us) live.row.answered_at = fact.at;
  live.row.agent = body.agent;
  live.changed = true;
}

void Projector::on(Live& live, const journal::Fact& fact, const journal::ContactEnded& body) {
  live.row.ended_at = fact.at;
  live.row.outcome = body.outcome;
  live.row.cause = body.cause;
  if (body.queue) live.row.queue = body.queue;
  live.changed = true;
}

void Projector::on(Live& live, const journal::Fact& fact, const journal::VisitStarted& body) {
  Visit& visit = live.visits.emplace_back();
  visit.row.visit = body.visit;
  visit.row.queue = body.queue;
  visit.row.entered_at = body.entered_at;
  visit.promise.service_level = body.service_level;
  visit.changed = true;
  if (!live.row.entered_at.us) live.row.entered_at = body.entered_at;
  live.row.queue = body.queue;
  live.changed = true;
  ++interval(body.queue, fact.at).entered;
}

void Projector::on(Live& live, const journal::Fact&, const journal::VisitChanged& body) {
  if (body.what != journal::VisitChanged::What::estimated) return;
  const auto visit = std::ranges::find(live.visits, body.visit, [](const Visit& each) { return each.row.visit; });
  if (visit == live.visits.end()) return;
  visit->promise.estimate = body.estimate;
  visit->changed = true;
}

void Projector::on(Live& live, const journal::Fact& fact, const journal::VisitEnded& body) {
  const auto visit = std::ranges::find(live.visits, body.visit, [](const Visit& each) { return each.row.visit; });
  metrics::Promise promise;
  if (visit != live.visits.end()) {
    visit->row.ended_at = fact.at;
    visit->row.how = body.how;
    visit->row.waited = body.waited;
    visit->changed = true;
    promise = visit->promise;
  }
  live.row.waited += body.waited;
  live.changed = true;
  metrics::count(interval(body.queue, fact.at), body, promise);
}

void Projector::on(Live& live, const journal::Fact& fact, const journal::SegmentStarted& body) {
  Segment& segment = live.segments.emplace_back();
  segment.row = {body.segment, body.agent, body.what, fact.at, Instant{}};
  segment.changed = true;
  if (body.what == journal::SegmentKind::talk) {
    live.row.agent = body.agent;
    live.changed = true;
  }
}

void Projector::on(Live& live, const journal::Fact& fact, const journal::SegmentEnded& body) {
  const auto segment = std::ranges::find(live.segments, body.segment, [](const Segment& each) { return each.row.segment; });
  if (segment == live.segments.end() || segment->row.to.us) return;
  segment->row.to = fact.at;
  segment->changed = true;
  const Duration length = fact.at - segment->row.from;
  switch (segment->row.what) {
    case journal::SegmentKind::ring: live.row.ring += length; break;
    case journal::SegmentKind::talk: live.row.talk += length; break;
    case journal::SegmentKind::hold: live.row.hold += length; break;
    case journal::SegmentKind::wrap_up: live.row.wrap_up += length; break;
  }
  live.changed = true;
}

void Projector::on(Live& live, const journal::Fact&, const journal::DispositionSet& body) {
  live.row.disposition = body.code;
  live.row.resolved = body.resolved;
  live.changed = true;
}

void Projector::write(Live& live) {
  const ContactRow& row = live.row;
  if (live.changed) {
    std::optional<CustomerId> customer;
    if (row.customer) customer = row.customer;
    database_.run(put_contact_, row.contact, customer, row.match, row.channel, row.direction, row.switch_id, row.trunk, row.dnis, row.ani, row.caller_name,
                  row.e164, row.opened_at, row.entered_at, row.answered_at, row.ended_at, row.queue, row.agent, row.outcome, row.cause, row.disposition,
                  row.resolved, row.waited, row.ring, row.talk, row.hold, row.wrap_up, row.imported);
    live.changed = false;
  }
  for (Visit& visit : live.visits) {
    if (!visit.changed) continue;
    database_.run(put_visit_, row.contact, visit.row.visit, visit.row.queue, visit.row.entered_at, visit.row.ended_at, visit.row.how, visit.row.waited,
                  visit.promise.service_level, visit.promise.estimate);
    visit.changed = false;
  }
  for (Segment& segment : live.segments) {
    if (!segment.changed) continue;
    database_.run(put_segment_, row.contact, segment.row.segment, segment.row.agent, segment.row.what, segment.row.from, segment.row.to);
    segment.changed = false;
  }
}

void Projector::write_intervals() {
  for (const auto& [key, add] : intervals_)
    database_.run(put_interval_, key.first, key.second, add.entered, add.answered, add.answered_within, add.abandoned, add.short_abandoned,
                  add.callback_requested, add.flow_overflow, add.flow_transfer, add.flow_closed, add.flow_supervisor, add.lost, add.answered_wait,
                  add.abandoned_wait, add.estimated, add.estimated_within, add.estimate, add.estimated_wait, add.estimate_error);
  intervals_.clear();
}

/// A card lists ended contacts. A contact that leaves a customer (somebody else was chosen) leaves his card too.
void Projector::write_card(Live& live) {
  const CustomerId wanted = live.row.ended_at.us ? live.row.customer : CustomerId{};
  if (live.carded && live.carded != wanted) {
    database_.run("UPDATE customer_card SET contacts = contacts - 1, recent = ?2,"
                  " last_at = (SELECT coalesce(max(opened_at), 0) FROM contact WHERE customer_id = ?1 AND ended_at <> 0) WHERE customer_id = ?1",
                  live.carded, recent_contacts(database_, live.carded));
  }
  if (wanted) {
    std::string recent;
    bool there = false;
    {
      Query query = database_.query("SELECT recent FROM customer_card WHERE customer_id = ?", wanted);
      there = query.next();
      if (there) recent = with_contact(query.view(0), live.row);
    }
    if (there)
      database_.run("UPDATE customer_card SET recent = ?, contacts = contacts + ?, last_at = max(last_at, ?) WHERE customer_id = ?", recent,
                    live.carded == wanted ? 0 : 1, live.row.opened_at, wanted);
  }
  live.carded = wanted;
}

void Projector::flush() {
  for (ContactId contact : changed_)
    if (auto found = live_.find(contact); found != live_.end()) write(found->second);
  if (cards_ == Cards::keep)
    for (ContactId contact : changed_)
      if (auto found = live_.find(contact); found != live_.end()) write_card(found->second);
  write_intervals();
}

void Projector::committed() {
  for (ContactId contact : changed_) {
    auto found = live_.find(contact);
    if (found == live_.end()) continue;
    found->second.listed = false;
    if (found->second.row.ended_at.us) live_.erase(found);
  }
  changed_.clear();
}

void Projector::rolled_back() {
  live_.clear();
  changed_.clear();
  intervals_.clear();
}

}  // namespace callwright::contacts::sqlite
