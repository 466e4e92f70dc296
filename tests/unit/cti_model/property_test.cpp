// What must hold whatever happens: scripts of whole calls, told in every order, with repetitions and with cuts.
#include <gmock/gmock.h>

#include <algorithm>
#include <concepts>
#include <iterator>
#include <map>
#include <set>

#include "contact_log.hpp"
#include "script.hpp"
#include "switchboard.hpp"

namespace callwright::cti::model {
namespace {

using journal::Cause, journal::Kind, journal::LegRole, journal::LegState;

/// Plays scripts to a model, and keeps what the switch would show.
struct Player {
  Switchboard board;
  Truth truth;
  std::map<std::string, ContactId> contacts;  ///< by the caller's native id
  std::set<OfferId> offered;
  int phase = 0;

  Player() { board.on(LinkOpened{1}); }

  void reach(int wanted) {
    if (wanted <= phase) return;
    end_what_is_over();
    phase = wanted;
    board.now = kStart + std::chrono::seconds(wanted);
  }
  void restart_server() {
    Switchboard fresh;
    fresh.now = board.now;
    fresh.fold(board.facts);
    board = std::move(fresh);
  }
  /// As the core does it: a contact ends with its last leg.
  void end_what_is_over() {
    std::vector<ContactId> over;
    for (const auto& [id, contact] : board.model.contacts())
      if (contact.live_legs.empty()) over.push_back(id);
    for (ContactId id : over) board.emit(id, journal::ContactEnded{});
  }
  Tokens tokens_of(const Step& step) const {
    auto contact = contacts.find(step.of_caller);
    return contact == contacts.end() ? Tokens{} : Tokens{contact->second, step.offer, 1};
  }
  /// It happens; we do not hear of it.
  void miss(const Step& step) { truth.apply(step, tokens_of(step)); }
  void hear(const Step& step) {
    reach(step.phase);
    truth.apply(step, tokens_of(step));
    tell(step);
  }
  void tell(const Step& step) {
    const Tokens tokens = tokens_of(step);
    Step told = step;
    if (auto* made = std::get_if<LegCreated>(&told.body)) made->tokens = tokens;
    if (step.offer && tokens.contact && board.model.contact(tokens.contact) && offered.insert(step.offer).second)
      board.emit(tokens.contact, journal::OfferMade{.offer = step.offer, .agent = step.agent, .switch_id = kSwitch});
    board.on(told.body);
    end_visits();
    learn_callers();
  }
  /// As routing does it: who talks waits no more.
  void end_visits() {
    std::vector<ContactId> answered;
    for (const auto& [id, contact] : board.model.contacts())
      if (const Leg* customer = board.model.customer_leg(id); customer && customer->route_open && customer->joined) answered.push_back(id);
    for (ContactId id : answered) board.emit(id, journal::VisitEnded{.how = journal::VisitEnd::answered});
  }
  void learn_callers() {
    for (const auto& [id, contact] : board.model.contacts())
      if (const Leg* customer = board.model.customer_leg(id)) contacts.try_emplace(customer->native_id, id);
  }
  void hear_all(const Script& script) {
    for (const Step& step : script) hear(step);
    end_what_is_over();
  }
  void take_snapshot() {
    board.on(truth.snapshot());
    for (const LocalPair& pair : truth.pairs()) board.on(pair);
    end_visits();
    learn_callers();
  }
};

std::string told(const Script& script) {
  Player player;
  player.hear_all(script);
  return contact_log(player.board.facts);
}

std::map<std::string, AgentId> answers(const std::vector<journal::Fact>& facts) {
  std::map<ContactId, std::string> callers;
  std::map<std::string, AgentId> all;
  for (const auto& fact : facts) {
    if (const auto* leg = std::get_if<journal::LegStarted>(&fact.body); leg && leg->role == LegRole::customer) callers.emplace(fact.contact, leg->native_id);
    if (const auto* answered = std::get_if<journal::ContactAnswered>(&fact.body)) all[callers[fact.contact]] = answered->agent;
  }
  return all;
}

/// How many contacts each caller opened, by the native id of the leg that came first.
std::map<std::string, int> openings(const std::vector<journal::Fact>& facts) {
  std::set<ContactId> named;
  std::map<std::string, int> all;
  for (const auto& fact : facts)
    if (const auto* leg = std::get_if<journal::LegStarted>(&fact.body); leg && leg->role == LegRole::customer && named.insert(fact.contact).second) ++all[leg->native_id];
  return all;
}

/// The customers' legs, and the number that each one's contact opened with.
std::map<std::string, std::string> customers(const std::vector<journal::Fact>& facts) {
  std::map<ContactId, std::string> numbers;
  std::map<std::string, std::string> all;
  for (const auto& fact : facts) {
    if (const auto* opened = std::get_if<journal::ContactOpened>(&fact.body)) numbers[fact.contact] = opened->ani;
    if (const auto* leg = std::get_if<journal::LegStarted>(&fact.body); leg && leg->role == LegRole::customer) all.emplace(leg->native_id, numbers[fact.contact]);
  }
  return all;
}

/// What was over before the cut stays as it was told: contacts that ended, legs that ended, answers.
void expect_past_unchanged(const std::vector<journal::Fact>& before, const std::vector<journal::Fact>& now, std::uint64_t seed) {
  std::set<ContactId> over, answered;
  std::set<LegId> ended;
  for (const auto& fact : before) {
    if (std::holds_alternative<journal::ContactEnded>(fact.body)) over.insert(fact.contact);
    if (std::holds_alternative<journal::ContactAnswered>(fact.body)) answered.insert(fact.contact);
    if (const auto* leg = std::get_if<journal::LegEnded>(&fact.body)) ended.insert(leg->leg);
  }
  auto of_the_over = [&](const std::vector<journal::Fact>& facts) {
    std::vector<journal::Fact> some;
    std::ranges::copy_if(facts, std::back_inserter(some), [&](const journal::Fact& fact) { return over.contains(fact.contact); });
    return contact_log(some);
  };
  ASSERT_EQ(of_the_over(now), of_the_over(before)) << "seed " << seed;
  for (std::size_t i = before.size(); i < now.size(); ++i) {
    ASSERT_FALSE(std::holds_alternative<journal::ContactAnswered>(now[i].body) && answered.contains(now[i].contact)) << "seed " << seed << ": answered twice";
    std::visit(
        [&](const auto& body) {
          if constexpr (requires { { body.leg } -> std::convertible_to<LegId>; }) ASSERT_FALSE(ended.contains(body.leg)) << "seed " << seed << ": a leg lives after its end";
        },
        now[i].body);
  }
}

/// Who talked to whom, by the script alone: every device that a leg shares a bridge or a pair with at some time.
std::map<std::string, std::set<std::string>> devices_talked_to(const Script& script) {
  Truth truth;
  std::map<std::string, std::set<std::string>> all;
  for (const Step& step : script) {
    truth.apply(step, {});
    Sightings seen;
    for (const auto& [native_id, leg] : truth.legs()) {
      Sighting& sighting = seen.add(leg.leg, leg.state);
      if (!leg.bridge.empty()) seen.enter(sighting, leg.bridge);
    }
    for (const LocalPair& pair : truth.pairs())
      if (Sighting *one = seen.find(pair.one), *two = seen.find(pair.two); one && two) seen.pair(*one, *two);
    for (const auto& [native_id, leg] : truth.legs())
      if (leg.leg.device_class != DeviceClass::local_half)
        for (const std::string& other : seen.component(native_id)) all[native_id].insert(seen.find(other)->made.device);
  }
  return all;
}

class Seeds : public testing::Test {
 protected:
  static constexpr std::uint64_t kRuns = 1000;
};

TEST_F(Seeds, EveryPermittedOrderGivesTheSameLog) {
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    Chance chance(seed);
    const Script script = make_script(chance);
    const std::string expected = told(script);
    for (int i = 0; i < 3; ++i) ASSERT_EQ(told(permute(script, chance)), expected) << "seed " << seed;
  }
}

TEST_F(Seeds, RepetitionsGiveTheSameLog) {
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    Chance chance(seed);
    const Script script = make_script(chance);
    const std::string expected = told(script);
    ASSERT_EQ(told(repeat_some(script, chance)), expected) << "seed " << seed;
    ASSERT_EQ(told(repeat_some(permute(script, chance), chance)), expected) << "seed " << seed;
  }
}

TEST_F(Seeds, RepetitionsInPlaceEmitNoFactAtAll) {
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    Chance chance(seed);
    const Script script = make_script(chance);
    Player once, twice;
    for (const Step& step : script) {
      once.hear(step);
      twice.hear(step);
      const std::size_t before = twice.board.facts.size();
      twice.hear(step);
      ASSERT_EQ(twice.board.facts.size(), before) << "seed " << seed;
    }
    ASSERT_EQ(once.board.facts, twice.board.facts) << "seed " << seed;
  }
}

TEST_F(Seeds, EachRequestIsRequestedOnceHoweverOftenACallerIsSentBack) {
  int sent_back = 0;
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    Chance chance(seed);
    const Script script = make_script(chance);
    const auto asked = std::ranges::count_if(script, [](const Step& step) { return std::holds_alternative<RouteAsked>(step.body); });
    Player player;
    player.hear_all(repeat_some(permute(script, chance), chance));
    std::map<LegId, int> requested;
    for (const auto& fact : player.board.facts)
      if (const auto* request = std::get_if<journal::RouteRequested>(&fact.body)) sent_back += ++requested[request->leg] > 1 ? 1 : 0;
    int all = 0;
    for (const auto& [leg, times] : requested) all += times;
    ASSERT_EQ(all, asked) << "seed " << seed;
  }
  EXPECT_GT(sent_back, 100) << "else the scripts say nothing of it";
}

TEST_F(Seeds, FoldingTheFactsGivesTheLiveStateAfterEveryEvent) {
  for (std::uint64_t seed = 1; seed <= kRuns / 3; ++seed) {
    Chance chance(seed);
    Player player;
    Model folded;
    std::size_t applied = 0;
    for (const Step& step : repeat_some(make_script(chance), chance)) {
      player.hear(step);
      for (; applied < player.board.facts.size(); ++applied) folded.apply(player.board.facts[applied]);
      ASSERT_EQ(folded.digest(), player.board.model.digest()) << "seed " << seed;
      ASSERT_THAT(player.board.model.violations(), testing::IsEmpty()) << "seed " << seed;
      ASSERT_THAT(folded.violations(), testing::IsEmpty()) << "seed " << seed;
    }
  }
}

TEST_F(Seeds, EverythingEndsWhenAllLegsAreGone) {
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    Chance chance(seed);
    Player player;
    player.hear_all(permute(make_script(chance), chance));
    ASSERT_TRUE(player.board.model.contacts().empty()) << "seed " << seed;
    for (const char* device : {"PJSIP/a1", "PJSIP/a2", "PJSIP/a3", "PJSIP/trunk"}) ASSERT_FALSE(player.board.model.device_in_use(kSwitch, device));
  }
}

/// After the snapshot: exactly what the switch shows lives.
void expect_agreement(const Player& player, std::uint64_t seed) {
  std::set<std::string> live;
  for (const auto& [id, contact] : player.board.model.contacts())
    for (LegId leg : contact.legs)
      if (const Leg* found = player.board.model.leg(leg); found->state != LegState::ended) live.insert(found->native_id);
  for (const std::string& native_id : live) ASSERT_TRUE(player.truth.legs().contains(native_id)) << "seed " << seed << " invents " << native_id;
  for (const auto& [native_id, leg] : player.truth.legs()) {
    if (leg.leg.device_class != DeviceClass::trunk && !leg.leg.tokens.contact) continue;
    const Leg* known = player.board.model.leg_of(kSwitch, native_id);
    ASSERT_TRUE(known) << "seed " << seed << " misses " << native_id;
    ASSERT_EQ(known->state, leg.state) << "seed " << seed << " " << native_id;
  }
}

struct Cut {
  std::size_t at = 0;
  std::size_t until = 0;
  std::size_t kept_from = 0;  ///< the events from here to `until` were kept back: the snapshot holds them, and they are told after it
};

/// Plays the script with a gap in it, checks what must hold right after the snapshot, and plays the rest.
void play_with_cut(Player& player, const Script& script, const Cut& cut, bool server_restarts, std::uint64_t seed) {
  for (std::size_t i = 0; i < cut.at; ++i) player.hear(script[i]);
  const std::vector<journal::Fact> before = player.board.facts;
  const Instant heard = player.board.now;
  if (server_restarts) {
    player.restart_server();
  } else {
    player.board.on(LinkLost{"cut"});
  }
  for (std::size_t i = cut.at; i < cut.until; ++i) player.miss(script[i]);
  player.board.now = player.board.now + std::chrono::milliseconds(500);
  player.board.on(LinkOpened{1});
  player.take_snapshot();
  expect_agreement(player, seed);
  if (testing::Test::HasFatalFailure()) return;

  int gaps = 0;
  for (std::size_t i = before.size(); i < player.board.facts.size(); ++i) {
    const auto& body = player.board.facts[i].body;
    gaps += journal::kind_of(body) == Kind::gap_found ? 1 : 0;
    if (const auto* ended = std::get_if<journal::LegEnded>(&body)) {
      if (ended->cause == Cause::transferred) {  // into the contact that it was consulted about
        ASSERT_TRUE(player.truth.legs().contains(player.board.model.leg(ended->leg)->native_id)) << "seed " << seed;
        continue;
      }
      ASSERT_EQ(ended->cause, Cause::lost) << "seed " << seed;
      ASSERT_LE(ended->lost_from, heard) << "seed " << seed;
      ASSERT_EQ(ended->lost_to, player.board.now) << "seed " << seed;
      if (!server_restarts) ASSERT_EQ(ended->lost_from, heard) << "seed " << seed;
    }
  }
  ASSERT_EQ(gaps, 1) << "seed " << seed;

  const std::size_t known = player.board.facts.size();
  Snapshot again = player.truth.snapshot();
  player.board.on(again);
  std::ranges::reverse(again.legs);
  player.board.on(again);
  ASSERT_EQ(player.board.facts.size(), known) << "seed " << seed << ": a second identical snapshot concludes something";

  for (std::size_t i = cut.kept_from; i < cut.until; ++i) player.tell(script[i]);
  expect_agreement(player, seed);
  for (std::size_t i = cut.until; i < script.size(); ++i) player.hear(script[i]);
  player.end_what_is_over();
  expect_past_unchanged(before, player.board.facts, seed);
}

void cut_and_check(bool server_restarts, bool keeps_back = false) {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    Chance chance(seed);
    const Script script = permute(make_script(chance), chance);
    const std::size_t a = chance.below(script.size() + 1), b = chance.below(script.size() + 1);
    Cut cut{std::min(a, b), std::max(a, b), std::max(a, b)};
    if (keeps_back) cut.kept_from = cut.at + chance.below(cut.until - cut.at + 1);
    Player whole, player;
    whole.hear_all(script);
    play_with_cut(player, script, cut, server_restarts, seed);
    if (testing::Test::HasFatalFailure()) return;

    // The same contacts, but for those that lived in the gap alone. A phone is a caller by its route request: if that fell into the gap,
    // the snapshot shows him only as long as he waits for the answer.
    std::set<std::string> hidden, unsure;
    for (std::size_t i = cut.at; i < cut.until; ++i)
      if (const auto* asked = std::get_if<RouteAsked>(&script[i].body); asked && asked->entry == kConsultEntry) unsure.insert(asked->native_id);
    for (const auto& [caller, contact] : whole.contacts) {
      std::size_t first = script.size(), last = 0;
      for (std::size_t i = 0; i < script.size(); ++i)
        if (script[i].legs.front() == caller) first = std::min(first, i), last = i;
      if (first >= cut.at && last < cut.until) hidden.insert(caller);
    }
    for (const auto& [caller, contact] : whole.contacts)
      if (!unsure.contains(caller) && (!keeps_back || !hidden.contains(caller))) ASSERT_EQ(player.contacts.contains(caller), !hidden.contains(caller)) << "seed " << seed << " " << caller;
    for (const auto& [caller, count] : openings(player.board.facts)) ASSERT_EQ(count, 1) << "seed " << seed << " opens " << caller << " again";
    for (const auto& [caller, contact] : player.contacts) ASSERT_TRUE(whole.contacts.contains(caller)) << "seed " << seed << " invents " << caller;
    ASSERT_TRUE(player.board.model.contacts().empty()) << "seed " << seed;

    // No invented answer, agent or customer.
    const auto talked = devices_talked_to(script);
    const std::map<AgentId, std::string> device_of{{AgentId{"ann"}, "PJSIP/a1"}, {AgentId{"bob"}, "PJSIP/a2"}, {AgentId{"cem"}, "PJSIP/a3"}};
    const auto truly = answers(whole.board.facts);
    for (const auto& [caller, agent] : answers(player.board.facts)) {
      ASSERT_TRUE(truly.contains(caller)) << "seed " << seed << " invents an answer for " << caller;
      ASSERT_TRUE(talked.at(caller).contains(device_of.at(agent))) << "seed " << seed << " invents " << agent.value;
    }
    for (const auto& fact : player.board.facts)
      if (const auto* leg = std::get_if<journal::LegStarted>(&fact.body); leg && leg->role == LegRole::agent) ASSERT_EQ(device_of.at(leg->agent), leg->device) << "seed " << seed;
    const auto true_customers = customers(whole.board.facts);
    for (const auto& [native_id, number] : customers(player.board.facts)) {
      ASSERT_TRUE(true_customers.contains(native_id)) << "seed " << seed << " makes a customer of " << native_id;
      ASSERT_EQ(number, true_customers.at(native_id)) << "seed " << seed << " " << native_id;
    }
    // Folding gives the live state here too.
    Model folded;
    for (const auto& fact : player.board.facts) folded.apply(fact);
    ASSERT_EQ(folded.digest(), player.board.model.digest()) << "seed " << seed;
  }
}

TEST_F(Seeds, AfterACutTheSnapshotIsTheTruth) { cut_and_check(false); }

TEST_F(Seeds, AfterARestartOfTheServerTheSnapshotIsTheTruth) { cut_and_check(true); }

TEST_F(Seeds, EventsKeptBackUntilTheSnapshotThatHoldsThemAddNothingUntrue) { cut_and_check(false, true); }

TEST_F(Seeds, EventsKeptBackOverARestartAddNothingUntrue) { cut_and_check(true, true); }

TEST_F(Seeds, RestartedSwitchLeavesNothingAlive) {
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    Chance chance(seed);
    const Script script = make_script(chance);
    Player player;
    const std::size_t at = chance.below(script.size() + 1);
    for (std::size_t i = 0; i < at; ++i) player.hear(script[i]);
    if (chance.one_in(2)) player.board.on(LinkLost{"closed"});
    player.board.pass(std::chrono::seconds(2));
    player.board.on(LinkOpened{2});
    player.truth.restart();
    player.take_snapshot();
    for (const auto& [id, contact] : player.board.model.contacts()) ASSERT_TRUE(contact.live_legs.empty() && contact.live_calls == 0) << "seed " << seed;
    ASSERT_THAT(player.board.model.violations(), testing::IsEmpty()) << "seed " << seed;
    Model folded;
    for (const auto& fact : player.board.facts) folded.apply(fact);
    ASSERT_EQ(folded.digest(), player.board.model.digest()) << "seed " << seed;
  }
}

TEST(Script, HasEveryKindOfHappeningInIt) {
  std::set<Kind> seen;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Chance chance(seed);
    Player player;
    player.hear_all(make_script(chance));
    for (const auto& fact : player.board.facts) seen.insert(journal::kind_of(fact.body));
  }
  for (Kind kind : {Kind::contact_opened, Kind::route_requested, Kind::leg_started, Kind::leg_state_changed, Kind::leg_joined, Kind::leg_left, Kind::leg_replaced,
                    Kind::legs_paired, Kind::leg_ended, Kind::call_started, Kind::call_ended, Kind::contact_answered, Kind::data_attached, Kind::call_diverted,
                    Kind::recording_changed, Kind::consult_marked, Kind::calls_merged, Kind::transfer_started, Kind::transfer_completed, Kind::transfer_failed})
    EXPECT_TRUE(seen.contains(kind)) << static_cast<int>(kind);
}

}  // namespace
}  // namespace callwright::cti::model
