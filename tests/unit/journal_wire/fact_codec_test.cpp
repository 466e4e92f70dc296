#include "journal/wire/fact_codec.hpp"

#include <gmock/gmock.h>

#include <boost/pfr.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>

namespace callwright::journal::wire {
namespace {

// --- a random body of any kind ----------------------------------------------------------------------------------------------

template <class Enum>
constexpr Enum kLast{};
template <> constexpr Channel kLast<Channel> = Channel::other;
template <> constexpr Direction kLast<Direction> = Direction::internal;
template <> constexpr OpenedBy kLast<OpenedBy> = OpenedBy::api;
template <> constexpr LegRole kLast<LegRole> = LegRole::hidden;
template <> constexpr LegState kLast<LegState> = LegState::failed;
template <> constexpr Cause kLast<Cause> = Cause::unknown;
template <> constexpr DivertReason kLast<DivertReason> = DivertReason::deflected;
template <> constexpr TransferKind kLast<TransferKind> = TransferKind::single_step;
template <> constexpr RecordingState kLast<RecordingState> = RecordingState::failed;
template <> constexpr EndedBy kLast<EndedBy> = EndedBy::network;
template <> constexpr Match kLast<Match> = Match::chosen;
template <> constexpr VisitEnd kLast<VisitEnd> = VisitEnd::lost;
template <> constexpr CallbackBy kLast<CallbackBy> = CallbackBy::desk;
template <> constexpr CallbackEnd kLast<CallbackEnd> = CallbackEnd::called_again;
template <> constexpr OfferEnd kLast<OfferEnd> = OfferEnd::lost;
template <> constexpr AgentState kLast<AgentState> = AgentState::unreachable;
template <> constexpr WorkState kLast<WorkState> = WorkState::done;
template <> constexpr SegmentKind kLast<SegmentKind> = SegmentKind::wrap_up;
template <> constexpr ContactOutcome kLast<ContactOutcome> = ContactOutcome::handed_over;
template <> constexpr Gate kLast<Gate> = Gate::capacity;
template <> constexpr TermKind kLast<TermKind> = TermKind::load;
template <> constexpr Favour::Why kLast<Favour::Why> = Favour::Why::named_agent;
template <> constexpr TreatedFor kLast<TreatedFor> = TreatedFor::emergency;
template <> constexpr VisitChanged::What kLast<VisitChanged::What> = VisitChanged::What::estimated;

class Filler {
 public:
  explicit Filler(std::uint64_t seed) : random_(seed) {}

  void fill(bool& to) { to = random_() & 1; }
  void fill(std::int32_t& to) { to = static_cast<std::int32_t>(random_() >> (random_() % 64)); }
  void fill(std::int64_t& to) { to = static_cast<std::int64_t>(random_() >> (random_() % 64)); }
  void fill(Duration& to) {
    std::int64_t us = 0;
    fill(us);
    to = Duration(us);
  }
  void fill(std::string& to) {
    to.resize(random_() % 20);
    for (char& c : to) c = static_cast<char>(random_());  // any bytes: a switch may send what is not UTF-8
  }
  void fill(Requirement::Kind& to) { to = static_cast<Requirement::Kind>(random_() % 4); }  // it counts from 0
  template <class Enum>
    requires std::is_enum_v<Enum>
  void fill(Enum& to) {
    to = static_cast<Enum>(1 + random_() % static_cast<std::uint64_t>(kLast<Enum>));
  }
  template <class Item>
  void fill(std::vector<Item>& to) {
    to.resize(random_() % 4);
    for (Item& item : to) fill(item);
  }
  template <class Aggregate>
    requires(std::is_class_v<Aggregate>)
  void fill(Aggregate& to) {
    boost::pfr::for_each_field(to, [&](auto& field) { fill(field); });
  }

 private:
  std::mt19937_64 random_;
};

template <class... Facts>
std::vector<Body> one_of_each(const std::variant<Facts...>*, Filler& filler) {
  std::vector<Body> out;
  (out.push_back([&] {
     Facts fact;
     filler.fill(fact);
     return Body(fact);
   }()),
   ...);
  return out;
}
std::vector<Body> one_of_each(Filler& filler) { return one_of_each(static_cast<const Body*>(nullptr), filler); }

// --- golden rows ------------------------------------------------------------------------------------------------------------

constexpr const char* kGolden = CALLWRIGHT_SOURCE_DIR "/tests/unit/journal_wire/golden/facts.hex";
constexpr std::uint64_t kGoldenSeed = 20261122;

std::string hex(const std::string& bytes) {
  std::string out;
  for (unsigned char c : bytes) {
    out += "0123456789abcdef"[c >> 4];
    out += "0123456789abcdef"[c & 15];
  }
  return out.empty() ? "-" : out;
}
std::string unhex(const std::string& text) {
  std::string out;
  if (text == "-") return out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) out += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  return out;
}

TEST(FactCodec, EveryKindComesBackAsItWent) {
  Filler filler(7);
  for (int round = 0; round < 500; ++round) {
    for (const Body& body : one_of_each(filler)) {
      const Encoded encoded = encode(body);
      EXPECT_EQ(encoded.kind, static_cast<std::uint16_t>(kind_of(body)));
      const auto decoded = decode(encoded.kind, encoded.version, encoded.body, encoded.secret);
      ASSERT_TRUE(decoded) << encoded.kind << " " << decoded.error().text();
      ASSERT_EQ(*decoded, body) << encoded.kind;
    }
  }
}

/// Facts with fields that their kinds gained after their first golden row.
std::vector<Body> grown() {
  return {
      ContactOpened{.channel = Channel::chat,
                    .direction = Direction::inbound,
                    .by = OpenedBy::api,
                    .ani = "ada@example.com",
                    .caller_name = "Ada",
                    .queue = QueueId{"repairs"},
                    .url = "https://chat.example.com/7"},
      VisitStarted{.visit = 1, .queue = QueueId{"repairs"}, .channel = Channel::email, .entered_at = Instant{1'795'000'000'000'000}},
      OfferMade{.offer = OfferId{7},
                .visit = 1,
                .agent = AgentId{"a1001"},
                .channel = Channel::other,
                .decision = 3,
                .gates = {{Gate::capacity, 2}},
                .best = {{AgentId{"a1001"}, -100'000, {{TermKind::load, {}, -100'000}}}}},
      VisitStarted{.visit = 2, .queue = QueueId{"support"}, .switch_id = SwitchId{"main"}, .entered_at = Instant{1'795'000'000'000'000}, .observed = true},
  };
}

/// The rows of `golden` were written once and must decode to the same facts for ever. A new kind gets a new line, and so does what a kind gained
/// (`grown`): run this test with CALLWRIGHT_WRITE_GOLDEN=1, which adds what is missing and changes nothing that stands there.
TEST(FactCodec, GoldenRowsDecodeForEver) {
  Filler filler(kGoldenSeed);
  std::map<std::uint16_t, Body> expected;
  for (const Body& body : one_of_each(filler)) expected[static_cast<std::uint16_t>(kind_of(body))] = body;

  std::ifstream file(kGolden);
  std::vector<Encoded> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    Encoded row;
    std::string body, secret;
    words >> row.kind >> row.version >> body >> secret;
    row.body = unhex(body);
    row.secret = unhex(secret);
    rows.push_back(row);
  }
  std::set<std::uint16_t> kinds;
  std::vector<Body> decoded;
  for (const Encoded& row : rows) {
    const auto body = decode(row.kind, row.version, row.body, row.secret);
    ASSERT_TRUE(body) << "kind " << row.kind << ": " << body.error().text();
    // Encoded again, what the row holds is there byte for byte: what it lacks is not said.
    const Encoded again = encode(*body);
    EXPECT_EQ(hex(again.body), hex(row.body)) << "kind " << row.kind;
    EXPECT_EQ(hex(again.secret), hex(row.secret)) << "kind " << row.kind;
    kinds.insert(row.kind);
    decoded.push_back(*body);
  }
  std::vector<Body> missing;
  for (const auto& [kind, body] : expected)
    if (!kinds.contains(kind)) missing.push_back(body);
  for (const Body& body : grown())
    if (std::ranges::find(decoded, body) == decoded.end()) missing.push_back(body);
  if (std::getenv("CALLWRIGHT_WRITE_GOLDEN")) {
    std::ofstream out(kGolden, std::ios::app);
    for (const Body& body : missing) {
      const Encoded row = encode(body);
      out << row.kind << ' ' << row.version << ' ' << hex(row.body) << ' ' << hex(row.secret) << '\n';
    }
    return;
  }
  for (const Body& body : missing) ADD_FAILURE() << "kind " << encode(body).kind << " has no golden row";
}

TEST(FactCodec, AFactOfATimeWithoutChannelsIsOfACall) {
  const Encoded visit = encode(VisitStarted{.visit = 1, .queue = QueueId{"repairs"}});
  EXPECT_EQ(visit.body, std::string("\x08\x01\x12\x07repairs")) << "nor is the channel of a call written";
  for (const Body& body : {Body(VisitStarted{}), Body(OfferMade{})}) {
    const Encoded encoded = encode(body);
    EXPECT_EQ(encoded.body, "");
    const auto again = decode(encoded.kind, encoded.version, "", "");
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, body);
  }
  EXPECT_EQ(decode(visit.kind, 1, std::string("\x70\x05"), "").error().code, Errc::bad_value) << "a channel that nobody knows";
}

TEST(FactCodec, PersonalValuesStandInTheSecretOnly) {
  const std::string canary = "canary-4471";
  const std::vector<Body> bodies = {
      ContactOpened{.channel = Channel::voice,
                    .direction = Direction::inbound,
                    .by = OpenedBy::arrival,
                    .switch_id = {},
                    .trunk = {},
                    .dnis = {},
                    .ani = canary,
                    .caller_name = canary},
      ContactOpened{.channel = Channel::chat, .by = OpenedBy::api, .url = canary},
      CustomerMatched{.match = Match::none, .customer = {}, .candidates = {}, .by = {}, .e164 = canary},
      DataAttached{"key", canary},
      NoteWritten{AgentId{"a"}, "n", canary},
      CallDiverted{.from = canary, .to = canary},
      RecordingChanged{.recording = canary},
      TransferStarted{.to = canary},
      TransferCompleted{.to = canary},
      TransferFailed{.to = canary},
      CallbackRequested{.number = canary, .note = canary},
  };
  for (const Body& body : bodies) {
    const Encoded encoded = encode(body);
    EXPECT_EQ(encoded.body.find(canary), std::string::npos) << encoded.kind;
    EXPECT_NE(encoded.secret.find(canary), std::string::npos) << encoded.kind;
    const auto erased = decode(encoded.kind, encoded.version, encoded.body, {});
    ASSERT_TRUE(erased);
    EXPECT_TRUE(encode(*erased).secret.empty());
  }
}

TEST(FactCodec, AnUnknownKindIsToldApart) { EXPECT_EQ(decode(999, 1, {}, {}).error().code, Errc::unknown_kind); }

TEST(FactCodec, FieldsOfALaterVersionAreIgnored) {
  const Encoded encoded = encode(CallEnded{CallId{7}});
  const auto decoded = decode(encoded.kind, 9, encoded.body + std::string("\xA0\x06\x01", 3), {});  // field 100 = 1
  ASSERT_TRUE(decoded);
  EXPECT_EQ(std::get<CallEnded>(*decoded).call.value, 7);
}

TEST(FactCodec, DamagedBytesAreAnErrorNeverACrash) {
  Filler filler(11);
  std::mt19937 random(5);
  for (const Body& body : one_of_each(filler)) {
    const Encoded encoded = encode(body);
    for (std::size_t cut = 0; cut < encoded.body.size(); ++cut) static_cast<void>(decode(encoded.kind, 1, encoded.body.substr(0, cut), encoded.secret));
    for (int i = 0; i < 200 && !encoded.body.empty(); ++i) {
      std::string damaged = encoded.body;
      damaged[random() % damaged.size()] = static_cast<char>(random());
      static_cast<void>(decode(encoded.kind, 1, damaged, encoded.secret));
    }
  }
  EXPECT_EQ(decode(static_cast<std::uint16_t>(Kind::call_ended), 1, "\xFF", {}).error().code, Errc::malformed);
  EXPECT_EQ(decode(static_cast<std::uint16_t>(Kind::contact_ended), 1, std::string("\x08\x63\x10\x01", 4), {}).error().code, Errc::bad_value);
}

}  // namespace
}  // namespace callwright::journal::wire
