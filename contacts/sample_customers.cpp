#include "contacts/sample_customers.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "contacts/card_json.hpp"
#include "contacts/sample_names.hpp"
#include "contacts/sqlite/customer_rows.hpp"
#include "contacts/sqlite/parts.hpp"
#include "contacts/sqlite/projector.hpp"

namespace callwright::contacts {
namespace {

constexpr std::int64_t kDayUs = 24LL * 3600 * 1'000'000;
constexpr std::int64_t kEpochMs = 1'704'067'200'000;  // of ids
constexpr int kBatch = 1000;
constexpr std::int64_t kHistoryNode = 1023;  // no server has this number: history never meets a live contact's id

/// SplitMix64: small, well mixed, the same everywhere.
class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t stream) : state_(seed * 0x9E3779B97F4A7C15ULL ^ (stream + 1) * 0xD1B54A32D192ED03ULL) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  std::int64_t below(std::int64_t limit) { return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(limit)); }
  bool percent(int chance) { return below(100) < chance; }
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  template <class List>
  const auto& one_of(const List& list) {
    return list[static_cast<std::size_t>(below(static_cast<std::int64_t>(std::size(list))))];
  }

 private:
  std::uint64_t state_;
};

bool is_chinese(std::int64_t i) { return i % 2 == 0; }

/// The number that belongs to place i alone.
std::string own_number(std::uint64_t seed, std::int64_t i) {
  const std::int64_t k = i / 2;
  const auto shift = static_cast<std::int64_t>(Dice(seed, 0).next() % 1'000'000);
  if (is_chinese(i)) {
    std::string digits = std::to_string((k * 37'199'999 + shift) % 100'000'000);
    return "+86154" + std::string(8 - digits.size(), '0') + digits;
  }
  // 01632 is the area of no town. Its 960xxx are reserved for stories and come first.
  constexpr std::int64_t story = 960'000, stories = 1000, area = 1'000'000;
  std::int64_t number = 0;
  if (k < stories) {
    number = story + (k * 7 + shift) % stories;
  } else {
    number = ((k - stories) * 7919 + shift) % (area - stories);
    if (number >= story) number += stories;
  }
  std::string digits = std::to_string(number);
  return "+441632" + std::string(6 - digits.size(), '0') + digits;
}

// Who shares: 2 % live with the customer two places earlier; of each thousand, ten of one company stand behind one switchboard;
// 1.5 % are a second record of the customer four places earlier.
bool in_company(std::int64_t i) { return i % 1000 >= 700 && i % 1000 < 720 && !is_chinese(i); }
std::int64_t company_head(std::int64_t i) { return i - i % 1000 + 701; }
bool is_housemate(std::uint64_t seed, std::int64_t i) { return i >= 2 && !in_company(i) && !in_company(i - 2) && Dice(seed, 1'000'000'007ULL + static_cast<std::uint64_t>(i)).below(1000) < 20; }
bool is_duplicate(std::uint64_t seed, std::int64_t i) {
  return i >= 4 && !in_company(i) && !is_housemate(seed, i) && Dice(seed, 2'000'000'011ULL + static_cast<std::uint64_t>(i)).below(1000) < 15;
}

std::int64_t number_place(std::uint64_t seed, std::int64_t i) {
  for (;;) {
    if (in_company(i)) return company_head(i);
    if (is_housemate(seed, i)) i -= 2;
    else if (is_duplicate(seed, i)) i -= 4;
    else return i;
  }
}

void name_chinese(Dice& dice, Customer& customer) {
  // Frequent surnames stand first; the square favours them as their shares do.
  const double u = dice.unit();
  const sample::Syllable& surname = sample::kSurnames[static_cast<std::size_t>(u * u * std::size(sample::kSurnames))];
  const sample::Syllable& first = dice.one_of(sample::kGiven);
  customer.name = std::string(surname.han) + first.han;
  std::string given = first.pinyin;
  if (dice.percent(75)) {
    const sample::Syllable& second = dice.one_of(sample::kGiven);
    customer.name += second.han;
    given += second.pinyin;
  }
  given[0] = static_cast<char>(given[0] - 'a' + 'A');
  customer.name_alt = std::string(surname.pinyin) + " " + given;
  customer.name_alt[0] = static_cast<char>(customer.name_alt[0] - 'a' + 'A');
  customer.lang = "zh";
  customer.currency = "CNY";
}

void name_english(Dice& dice, Customer& customer) {
  customer.name = std::string(dice.one_of(sample::kFirst)) + " " + dice.one_of(sample::kLast);
  customer.lang = "en";
  customer.currency = "GBP";
}

/// Midnight to midnight as callers use it: nothing at night, a dip at lunch, Mondays fullest.
Instant moment(Dice& dice, Instant now) {
  static constexpr std::array hours = {0, 0, 0, 0, 0, 0, 1, 3, 9, 13, 14, 12, 6, 8, 12, 12, 10, 7, 4, 2, 1, 0, 0, 0};
  static constexpr std::array weekdays = {10, 8, 8, 7, 6, 2, 1};  // from Monday
  for (;;) {
    const std::int64_t at = now.us - 1 - dice.below(360 * kDayUs);
    const auto hour = static_cast<std::size_t>((at % kDayUs) / 3'600'000'000);
    const auto weekday = static_cast<std::size_t>((at / kDayUs + 3) % 7);
    if (dice.below(14 * 10) < hours[hour] * weekdays[weekday]) return Instant{at};
  }
}

class Samples {
 public:
  Samples(sqlite::Database& database, const SampleOptions& options) : database_(database), rows_(database), options_(options) {
    if (options_.queues.empty()) options_.queues = {QueueId{"sales"}, QueueId{"service"}};
    if (options_.agents.empty())
      for (int i = 1; i <= 8; ++i) options_.agents.push_back(AgentId{"a100" + std::to_string(i)});
    if (options_.dispositions.empty()) options_.dispositions = {"solved", "callback"};
  }

  Result<SampleReport> add() {
    for (std::int64_t i = 0; i < options_.customers;) {
      sqlite::Transaction transaction(database_);
      for (int n = 0; n < kBatch && i < options_.customers; ++n, ++i) {
        const Customer customer = make(i);
        rows_.insert(customer, options_.now);
        ids_.push_back(customer.id);
        if (options_.history) add_history(i, customer);
      }
      if (auto good = transaction.commit(); !good) return std::unexpected(good.error());
    }
    return std::move(report_);
  }

 private:
  Customer make(std::int64_t i) {
    // A second record of the same person has his name and number and nothing else of his.
    const bool duplicate = is_duplicate(options_.seed, i);
    Dice person(options_.seed, static_cast<std::uint64_t>(duplicate ? i - 4 : i) * 2 + 1);
    Dice dice(options_.seed, static_cast<std::uint64_t>(i) * 2 + 2);
    Customer customer;
    customer.id = rows_.mint(options_.now);
    customer.version = 1;
    if (is_chinese(i)) name_chinese(person, customer);
    else name_english(person, customer);
    if (in_company(i)) customer.attrs = "{\"company\":\"" + std::string(sample::kCompanies[static_cast<std::size_t>(i / 1000) % std::size(sample::kCompanies)]) + "\"}";
    customer.external_id = "sample-" + std::to_string(i);
    add_numbers(i, dice, customer);
    add_relationship(i, dice, customer);
    if (duplicate) {
      if (!customer.name_alt.empty()) std::swap(customer.name, customer.name_alt);
      report_.duplicates.emplace_back(customer.id, ids_[static_cast<std::size_t>(i - 4)]);
    }
    ++report_.customers;
    report_.numbers += static_cast<std::int64_t>(customer.numbers.size());
    return customer;
  }

  void add_numbers(std::int64_t i, Dice& dice, Customer& customer) {
    const std::string first = sample_number(options_.seed, i), own = own_number(options_.seed, i);
    customer.numbers.push_back({first, in_company(i) ? "work" : "mobile", first, "import", Confidence::known});
    if (first != own && !is_duplicate(options_.seed, i)) customer.numbers.push_back({own, "mobile", own, "import", Confidence::known});
    if (is_housemate(options_.seed, i)) {
      customer.household = number_place(options_.seed, i) + 1;
      ++report_.household_members;
    } else if (is_housemate(options_.seed, i + 2) && !in_company(i)) {
      customer.household = number_place(options_.seed, i) + 1;
      customer.household_head = true;
    }
    if (in_company(i)) ++report_.switchboard_members;
    if (dice.percent(60)) customer.emails.push_back("customer" + std::to_string(i) + "@example.com");
  }

  void add_relationship(std::int64_t i, Dice& dice, Customer& customer) {
    static constexpr std::array tiers = {"bronze", "silver", "gold", "platinum"};
    const double share = dice.unit();
    const std::size_t tier = share < 0.60 ? 0 : share < 0.85 ? 1 : share < 0.97 ? 2 : 3;
    customer.tier = tiers[tier];
    // Values as Pareto has them: few customers make most of it.
    customer.value_12m_minor = static_cast<std::int64_t>(std::min(4000.0 * static_cast<double>(1 + tier) * std::pow(1.0 - dice.unit(), -0.86), 5e8));
    customer.since = Instant{options_.now.us - (30 + dice.below(2900)) * kDayUs};
    static constexpr std::array stages = {Stage::exploration, Stage::formation, Stage::formation, Stage::stable, Stage::stable, Stage::stable, Stage::decline};
    customer.stage = dice.one_of(stages);
    customer.stage_since = Instant{options_.now.us - (1 + dice.below(20)) * 7 * kDayUs};
    if (dice.percent(4)) customer.flags.push_back("complaint");
    if (tier == 3) customer.flags.push_back("vip");
    if (dice.percent(2)) customer.flags.push_back("do-not-call");
    if (dice.percent(40)) customer.satisfaction = Satisfaction{static_cast<int>(3 + dice.below(3)), static_cast<int>(1 + dice.below(5))};
    const std::string account = std::to_string(10'000'000 + (i * 39'916'801) % 89'999'999);
    customer.account = account.substr(0, 4) + "-" + account.substr(4);
    if (customer.attrs == "{}") customer.attrs = std::string("{\"product\":\"") + dice.one_of(sample::kProducts) + "\"}";
  }

  void add_history(std::int64_t i, const Customer& customer) {
    Dice dice(options_.seed, 3'000'000'019ULL + static_cast<std::uint64_t>(i));
    // A fifth of the customers makes four fifths of the contacts.
    const std::int64_t count = dice.percent(20) ? 4 + dice.below(13) : dice.below(2) + (dice.percent(25) ? 1 : 0);
    std::vector<std::int64_t> moments;
    for (std::int64_t n = 0; n < count; ++n) moments.push_back(moment(dice, options_.now).us);
    std::ranges::sort(moments);
    std::string recent;
    std::int64_t contacts = 0;
    Instant last;
    for (const std::int64_t at : moments) {
      const std::int64_t ms = at / 1000 - kEpochMs;
      if (ms <= 0) continue;
      ContactRow row;
      row.contact.value = (ms << 22) | (kHistoryNode << 12) | (i & 0xFFF);
      if (!put_contact(dice, row, customer, Instant{at})) continue;
      recent = with_contact(recent, row);
      ++contacts;
      last = row.opened_at;
    }
    if (contacts == 0) return;
    database_.run("UPDATE customer_card SET recent = ?, contacts = ?, last_at = ? WHERE customer_id = ?", recent, contacts, last, customer.id);
    report_.contacts += contacts;
  }

  /// False if the id is taken: two of them in the same millisecond.
  bool put_contact(Dice& dice, ContactRow& row, const Customer& customer, Instant at) {
    const std::int64_t fate = dice.below(100);
    row.customer = customer.id;
    row.match = journal::Match::known;
    row.direction = dice.percent(12) ? journal::Direction::outbound : journal::Direction::inbound;
    row.opened_at = at;
    row.queue = dice.one_of(options_.queues);
    row.e164 = row.ani = customer.numbers.front().e164;
    row.waited = Duration(3'000'000 + dice.below(90'000'000));
    row.entered_at = at + Duration(400'000);
    if (fate < 88) {
      row.outcome = journal::ContactOutcome::answered;
      row.cause = journal::Cause::normal;
      row.agent = dice.one_of(options_.agents);
      row.ring = Duration(2'000'000 + dice.below(8'000'000));
      row.talk = Duration(30'000'000 + dice.below(600'000'000));
      row.wrap_up = Duration(5'000'000 + dice.below(25'000'000));
      row.answered_at = row.entered_at + row.waited;
      row.disposition = dice.one_of(options_.dispositions);
      row.resolved = dice.percent(78);
    } else {
      row.outcome = fate < 97 ? journal::ContactOutcome::abandoned : journal::ContactOutcome::short_abandoned;
      row.cause = journal::Cause::caller_cancel;
      if (fate >= 97) row.waited = Duration(500'000 + dice.below(4'000'000));
    }
    row.ended_at = row.entered_at + row.waited + row.talk + row.wrap_up;
    row.imported = true;
    const std::int64_t put = database_.run(
        "INSERT OR IGNORE INTO contact(id, customer_id, match, channel, direction, switch_id, trunk, dnis, ani, caller_name, e164, opened_at, entered_at, answered_at, "
        "ended_at, queue, agent, outcome, cause, disposition, resolved, waited_us, ring_us, talk_us, hold_us, wrap_up_us, imported) "
        "VALUES(?,?,?,?,?,'','','',?,'',?,?,?,?,?,?,?,?,?,?,?,?,?,?,0,?,1)",
        row.contact, row.customer, row.match, row.channel, row.direction, row.ani, row.e164, row.opened_at, row.entered_at, row.answered_at, row.ended_at, row.queue,
        row.agent, row.outcome, row.cause, row.disposition, row.resolved, row.waited, row.ring, row.talk, row.wrap_up);
    if (put == 1 && row.answered_at.us) put_segments(row);
    return put == 1;
  }

  void put_segments(const ContactRow& row) {
    Instant at = row.answered_at - row.ring;
    int n = 0;
    for (const auto& [what, length] : {std::pair{journal::SegmentKind::ring, row.ring}, {journal::SegmentKind::talk, row.talk}, {journal::SegmentKind::wrap_up, row.wrap_up}}) {
      database_.run("INSERT INTO segment(contact_id, n, agent, kind, from_at, to_at) VALUES(?, ?, ?, ?, ?, ?)", row.contact, ++n, row.agent, what, at, at + length);
      at = at + length;
    }
  }

  sqlite::Database& database_;
  sqlite::CustomerRows rows_;
  SampleOptions options_;
  SampleReport report_;
  std::vector<CustomerId> ids_;
};

}  // namespace

std::string sample_number(std::uint64_t seed, std::int64_t i) { return own_number(seed, number_place(seed, i)); }

Result<SampleReport> add_sample_customers(Store& store, const SampleOptions& options) {
  auto* connected = dynamic_cast<sqlite::Connected*>(&store);
  if (!connected) return fail(Errc::invalid, "this kind of store takes no samples");
  const auto there = store.customers().count();
  if (!there) return std::unexpected(there.error());
  if (*there > 0) return fail(Errc::already_exists, "the store has customers");
  return Samples(connected->database(), options).add();
}

}  // namespace callwright::contacts
