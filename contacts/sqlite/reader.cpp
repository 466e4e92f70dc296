#include <algorithm>
#include <limits>

#include "contacts/card_json.hpp"
#include "contacts/customer_traits.hpp"
#include "contacts/email.hpp"
#include "contacts/name_words.hpp"
#include "contacts/phone.hpp"
#include "contacts/sqlite/fact_rows.hpp"
#include "contacts/sqlite/parts.hpp"
#include "contacts/sqlite/projector.hpp"

namespace callwright::contacts::sqlite {
namespace {

constexpr int kCandidates = 8;
constexpr int kPageLimit = 200;

constexpr const char* kByNumber = "SELECT customer_id, confidence FROM ident_phone WHERE e164 = ?1";
/// One customer may have an address in two spellings. None is marked as unsure.
constexpr const char* kByEmail =
    "SELECT DISTINCT customer_id, 1 AS confidence FROM ident_email INDEXED BY ident_email_any_case WHERE email = ?1 COLLATE NOCASE";

int limited(int limit) { return std::clamp(limit, 1, kPageLimit); }
std::int64_t before_or_newest(ContactId before) { return before ? before.value : std::numeric_limits<std::int64_t>::max(); }

/// The first text after every text that begins with `prefix`.
std::string after_prefix(std::string prefix) {
  while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xFF) prefix.pop_back();
  if (!prefix.empty()) prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  return prefix;
}

class SqliteReader final : public Reader {
 public:
  explicit SqliteReader(Database& database) : database_(database), keys_(database) {}

  Result<Found> find_customer(const SwitchId& switch_id, const std::string&, const std::string& ani, const journal::TrunkRule& rule) override {
    if (!switch_id && is_email(ani)) return whose(kByEmail, ani);
    const Phone phone = normalise(ani, rule);
    if (phone.kind != Phone::Kind::e164) return Found{};
    auto found = whose(kByNumber, phone.e164);
    if (found) found->e164 = phone.text;
    return found;
  }

  Result<Card> card(CustomerId customer) override {
    Card card;
    {
      Query query = database_.query("SELECT version, head, recent, contacts FROM customer_card WHERE customer_id = ?", customer);
      if (query.next()) {
        card.version = query.i64(0);
        card.json = std::make_shared<const std::string>(whole_card(query.view(1), query.view(2), query.i64(3)));
        card.traits = traits_of(query.view(1), query.view(2), query.i64(3));
      }
    }
    if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
    if (!card.json) return fail(Errc::not_found, "customer " + std::to_string(customer.value));
    return card;
  }

  Result<Page> timeline(CustomerId customer, ContactId before, int limit) override {
    Page page;
    limit = limited(limit);
    ContactId last;
    {
      // Every column stands in the index contact_timeline: one page of it, whatever the customer's history.
      Query query = database_.query(
          "SELECT id, opened_at, channel, direction, queue, agent, outcome, disposition, resolved, talk_us FROM contact INDEXED BY contact_timeline "
          "WHERE customer_id = ? AND ended_at <> 0 AND id < ? ORDER BY id DESC LIMIT ?",
          customer, before_or_newest(before), limit + 1);
      while (query.next()) {
        if (static_cast<int>(page.items.size()) == limit) {
          page.next = last.value;
          break;
        }
        ContactRow row;
        row.contact = last = ContactId{query.i64(0)};
        row.opened_at = query.at(1);
        row.channel = static_cast<journal::Channel>(query.i64(2));
        row.direction = static_cast<journal::Direction>(query.i64(3));
        row.queue.value = query.text(4);
        row.agent.value = query.text(5);
        if (!query.null(6)) row.outcome = static_cast<journal::ContactOutcome>(query.i64(6));
        row.disposition = query.text(7);
        row.resolved = query.flag(8);
        row.talk = query.us(9);
        page.items.push_back(contact_line(row));
      }
    }
    const bool there = !page.items.empty() || is_customer(customer);
    if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
    if (!there) return fail(Errc::not_found, "customer " + std::to_string(customer.value));
    return page;
  }

  Result<Page> search(const std::string& text, int limit, const std::string& region) override {
    limit = limited(limit);
    std::vector<std::int64_t> ids;
    const auto add = [&](std::int64_t id) {
      if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
    };
    if (text.size() <= 64) {
      journal::TrunkRule rule;
      rule.default_region = region;
      if (const Phone phone = normalise(text, rule); phone.e164)
        for (Query query = database_.query("SELECT customer_id FROM ident_phone WHERE e164 = ? LIMIT ?", phone.e164, limit); query.next();) add(query.i64(0));
      for (Query query = database_.query("SELECT id FROM customer WHERE account = ?1 UNION SELECT id FROM customer WHERE external_id = ?1", text); query.next();)
        add(query.i64(0));
    }
    for (std::int64_t id : by_words(query_words(text), limit)) add(id);
    if (static_cast<int>(ids.size()) > limit) ids.resize(static_cast<std::size_t>(limit));
    Page page;
    for (std::int64_t id : ids) {
      Query query = database_.query("SELECT brief, last_at, contacts FROM customer_card WHERE customer_id = ?", id);
      if (query.next()) page.items.push_back(whole_brief(query.view(0), query.at(1), query.i64(2)));
    }
    if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
    return page;
  }

  Result<ContactPage> contacts(const ContactFilter& filter) override {
    const int limit = limited(filter.limit);
    std::string sql = std::string("SELECT ") + kContactColumns + " FROM contact WHERE id < ?1";
    if (filter.queue) sql += " AND queue = ?2 AND ended_at <> 0";
    if (filter.agent) sql += " AND agent = ?3";
    if (filter.customer) sql += " AND customer_id = ?4 AND ended_at <> 0";
    if (filter.outcome) sql += " AND outcome = ?5";
    if (filter.from.us) sql += " AND opened_at >= ?6";
    if (filter.to.us) sql += " AND opened_at < ?7";
    if (filter.ended_only) sql += " AND ended_at <> 0";
    sql += " ORDER BY id DESC LIMIT ?8";
    ContactPage page;
    {
      Query query = database_.query(sql, before_or_newest(filter.before), filter.queue, filter.agent, filter.customer, filter.outcome, filter.from, filter.to,
                                    limit + 1);
      while (query.next()) {
        if (static_cast<int>(page.items.size()) == limit) {
          page.next = page.items.back().contact;
          break;
        }
        page.items.push_back(contact_row(query));
      }
    }
    if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
    return page;
  }

  Result<ContactDetail> contact(ContactId contact) override {
    ContactDetail detail;
    bool there = false;
    {
      Query query = database_.query(std::string("SELECT ") + kContactColumns + " FROM contact WHERE id = ?", contact);
      there = query.next();
      if (there) detail.contact = contact_row(query);
    }
    for (Query query = database_.query("SELECT n, agent, kind, from_at, to_at FROM segment WHERE contact_id = ? ORDER BY n", contact); query.next();)
      detail.segments.push_back({query.i32(0), AgentId{query.text(1)}, static_cast<journal::SegmentKind>(query.i64(2)), query.at(3), query.at(4)});
    for (Query query = database_.query("SELECT n, queue, entered_at, ended_at, how, waited_us FROM visit WHERE contact_id = ? ORDER BY n", contact); query.next();) {
      VisitRow row{query.i32(0), QueueId{query.text(1)}, query.at(2), query.at(3), std::nullopt, query.us(5)};
      if (!query.null(4)) row.how = static_cast<journal::VisitEnd>(query.i64(4));
      detail.visits.push_back(std::move(row));
    }
    each_fact(contact, [&](const journal::Fact& fact) { collect(fact, detail); });
    if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
    if (!there) return fail(Errc::not_found, "contact " + std::to_string(contact.value));
    return detail;
  }

  Result<std::vector<Decision>> decisions(ContactId contact) override {
    std::vector<Decision> out;
    journal::VisitStarted visit;
    std::size_t step = 0;
    each_fact(contact, [&](const journal::Fact& fact) {
      if (const auto* started = std::get_if<journal::VisitStarted>(&fact.body)) {
        visit = *started;
        step = 0;
      } else if (const auto* changed = std::get_if<journal::VisitChanged>(&fact.body)) {
        if (changed->what == journal::VisitChanged::What::stepped) step = std::min(static_cast<std::size_t>(changed->step), visit.steps.size());
      } else if (const auto* made = std::get_if<journal::OfferMade>(&fact.body); made && !journal::is_observed(*made)) {
        out.push_back({fact.at, fact.contact, *made, step ? visit.steps[step - 1].requirements : visit.requirements, {}, {}});
      } else if (const auto* ended = std::get_if<journal::OfferEnded>(&fact.body)) {
        for (Decision& decision : out) {
          if (decision.offer.offer != ended->offer) continue;
          decision.ended_at = fact.at;
          decision.how = ended->how;
        }
      }
    });
    if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
    return out;
  }

  Result<std::vector<journal::QueueInterval>> intervals(Instant from, Instant to) override {
    std::vector<journal::QueueInterval> out;
    for (Query query = database_.query(
             "SELECT queue, start, entered, answered, answered_within, abandoned, short_abandoned, callback_requested, flow_overflow, flow_transfer, flow_closed, "
             "flow_supervisor, lost, answered_wait_us, abandoned_wait_us, estimated, estimated_within, estimate_us, estimated_wait_us, estimate_error_us "
             "FROM interval_row WHERE start >= ? AND start < ? ORDER BY start, queue",
             from, to);
         query.next();)
      out.push_back({QueueId{query.text(0)}, query.at(1), query.i64(2), query.i64(3), query.i64(4), query.i64(5), query.i64(6), query.i64(7), query.i64(8),
                     query.i64(9), query.i64(10), query.i64(11), query.i64(12), query.us(13), query.us(14), query.i64(15), query.i64(16), query.us(17),
                     query.us(18), query.us(19)});
    if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
    return out;
  }

 private:
  /// `identities`: of whom it is, and how sure that is.
  template <class Identity>
  Result<Found> whose(const char* identities, const Identity& identity) {
    Found found;
    std::string card, candidates;
    bool all_known = true;
    {
      Query query =
          database_.query("SELECT c.customer_id, c.head, c.recent, c.contacts, c.brief, c.last_at, i.confidence FROM (" + std::string(identities) +
                              ") i JOIN customer_card c ON c.customer_id = i.customer_id "
                              "ORDER BY c.last_at DESC, c.household_head DESC, c.customer_id LIMIT ?2",
                          identity, kCandidates);
      while (query.next()) {
        found.candidates.push_back(CustomerId{query.i64(0)});
        all_known = all_known && static_cast<Confidence>(query.i64(6)) == Confidence::known;
        if (found.candidates.size() == 1) {
          card = whole_card(query.view(1), query.view(2), query.i64(3));
          found.traits = traits_of(query.view(1), query.view(2), query.i64(3));
        }
        candidates += (candidates.empty() ? "" : ",") + whole_brief(query.view(4), query.at(5), query.i64(3));
      }
    }
    if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
    if (found.candidates.empty()) return found;
    if (found.candidates.size() == 1 && all_known) {
      found.match = journal::Match::known;
      found.customer = found.candidates.front();
      found.candidates.clear();
      found.card = std::make_shared<const std::string>(std::move(card));
    } else {
      found.match = journal::Match::maybe;
      found.traits = {};
      found.card = std::make_shared<const std::string>("{\"candidates\":[" + candidates + "]}");
    }
    return found;
  }

  bool is_customer(CustomerId id) { return database_.query("SELECT 1 FROM customer WHERE id = ?", id).next(); }

  /// Customers who have every word as a beginning of one of theirs; the longest word is looked up, the others are checked.
  std::vector<std::int64_t> by_words(std::vector<std::string> words, int limit) {
    std::vector<std::int64_t> ids;
    if (words.empty()) return ids;
    std::ranges::sort(words, std::ranges::greater{}, &std::string::size);
    if (words.size() > 4) words.resize(4);
    std::string sql = "SELECT DISTINCT w.customer_id FROM customer_word w WHERE w.word >= ?1 AND w.word < ?2";
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string low = std::to_string(2 * i + 1), high = std::to_string(2 * i + 2);
      sql += " AND EXISTS(SELECT 1 FROM customer_word x WHERE x.customer_id = w.customer_id AND x.word >= ?" + low + " AND x.word < ?" + high + ")";
    }
    sql += " LIMIT ?9";
    Query query = database_.query(sql);
    for (std::size_t i = 0; i < words.size(); ++i) {
      query.bind(static_cast<int>(2 * i + 1), words[i]);
      query.bind(static_cast<int>(2 * i + 2), after_prefix(words[i]));
    }
    query.bind(9, limit);
    while (query.next()) ids.push_back(query.i64(0));
    return ids;
  }

  template <class Visit>
  void each_fact(ContactId contact, Visit visit) {
    keys_.forget(contact);  // it may have been erased since the last look
    for (Query query = database_.query(std::string("SELECT ") + kFactColumns + " FROM fact INDEXED BY fact_contact WHERE contact_id = ? AND contact_id <> 0 ORDER BY seq",
                                       contact);
         query.next();) {
      const ReadFact read = read_fact(database_, keys_, query);
      if (!database_.good()) return;
      if (read.fact) visit(*read.fact);
    }
  }

  static void collect(const journal::Fact& fact, ContactDetail& detail) {
    if (const auto* made = std::get_if<journal::OfferMade>(&fact.body)) {
      detail.offers.push_back({fact.at, Instant{}, *made, std::nullopt});
    } else if (const auto* ended = std::get_if<journal::OfferEnded>(&fact.body)) {
      for (OfferRow& offer : detail.offers) {
        if (offer.made.offer != ended->offer) continue;
        offer.ended_at = fact.at;
        offer.how = ended->how;
      }
    } else if (const auto* note = std::get_if<journal::NoteWritten>(&fact.body)) {
      const auto same = std::ranges::find_if(detail.notes, [&](const NoteRow& row) { return row.note == note->note && row.agent == note->agent; });
      if (same == detail.notes.end()) detail.notes.push_back({note->note, note->agent, fact.at, note->text});
      else *same = {note->note, note->agent, fact.at, note->text};
    } else if (const auto* data = std::get_if<journal::DataAttached>(&fact.body)) {
      const auto same = std::ranges::find(detail.data, data->key, &std::pair<std::string, std::string>::first);
      if (same == detail.data.end()) detail.data.emplace_back(data->key, data->value);
      else same->second = data->value;
    } else if (const auto* opened = std::get_if<journal::ContactOpened>(&fact.body)) {
      detail.url = opened->url;
    }
  }

  Database& database_;
  KeyRing keys_;
};

}  // namespace

std::unique_ptr<Reader> make_reader(Database& database) { return std::make_unique<SqliteReader>(database); }

}  // namespace callwright::contacts::sqlite
