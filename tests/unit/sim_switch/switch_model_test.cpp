#include "sim/switch/switch_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim/switch/backoff.hpp"
#include "sim/switch/callers_file.hpp"

namespace callwright::sim {
namespace {

namespace model = cti::model;
using cti::feed::CommandMessage;
using cti::feed::CommandStatus;
using journal::Cause;
using journal::EndedBy;
using journal::LegState;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::IsEmpty;

constexpr Instant kTen{1'800'007'200'000'000};  // 10:00 UTC on a day

SwitchOptions quiet() {
  SwitchOptions options;
  options.calls_per_minute = 1e-6;  // only the first call
  options.devices = {{"1001", true}, {"1002", false}};
  options.callers = {{"+442079460001", "Ann"}};
  options.private_calls_per_hour = 0;
  options.no_answer_chance = 0;
  options.ring_back_chance = 0;
  return options;
}

template <class T>
std::vector<T> all_of(const SwitchModel::Happenings& happenings) {
  std::vector<T> found;
  for (const auto& one : happenings)
    if (const auto* body = std::get_if<T>(&one.body)) found.push_back(*body);
  return found;
}

struct Bench {
  explicit Bench(SwitchOptions options = quiet()) : box(std::move(options), kTen) { box.accepting(true, kTen); }

  SwitchModel::Happenings until(Instant at) {
    now = at;
    auto more = box.advance(at);
    log.insert(log.end(), more.begin(), more.end());
    return more;
  }
  SwitchModel::Reply order(model::CommandBody body) {
    until(now);
    auto reply =
        box.on_command({.id = {1, ++seq, 0}, .deadline = now + seconds(3), .contact = ContactId{7}, .epoch = 3, .body = std::move(body)}, now);
    log.insert(log.end(), reply.happenings.begin(), reply.happenings.end());
    return reply;
  }
  /// A caller who waits and a phone that rings for him.
  void ring(const std::string& device) {
    until(kTen + seconds(5));
    order(model::Park{"in-1"});
    order(model::Ring{
        .device = device, .caller_native_id = "in-1", .shown_number = "+44", .shown_name = "Ann", .offer = OfferId{9}, .timeout = seconds(20)});
  }
  void talk() {
    ring("1001");
    order(model::Answer{"out-2"});
    order(model::Bridge{"in-1", "out-2"});
  }

  SwitchModel box;
  Instant now = kTen;
  std::int64_t seq = 0;
  SwitchModel::Happenings log;
};

TEST(SwitchModel, TheFirstCallerCanBeMadeToWait) {
  SwitchOptions options = quiet();
  options.first_caller_waits = hours(1);
  for (options.seed = 1; options.seed < 20; ++options.seed) {
    Bench bench(options);
    EXPECT_THAT(all_of<model::LegGone>(bench.until(kTen + hours(1))), IsEmpty()) << options.seed;
  }
}

TEST(SwitchModel, ACallerIsHandedOverWhileTheServerAccepts) {
  Bench bench;
  EXPECT_EQ(bench.box.next_due(), kTen + seconds(5));
  const auto seen = bench.until(kTen + seconds(5));
  ASSERT_EQ(seen.size(), 2u);
  const auto& leg = std::get<model::LegCreated>(seen[0].body);
  EXPECT_EQ(leg.ani, "+442079460001");
  EXPECT_EQ(leg.dnis, "4001");
  EXPECT_EQ(leg.device_class, model::DeviceClass::trunk);
  EXPECT_EQ(std::get<model::RouteAsked>(seen[1].body), (model::RouteAsked{"in-1", "4001"}));
}

TEST(SwitchModel, TheFirstCallMayWaitForTheServer) {
  SwitchOptions options = quiet();
  options.first_call_waits = true;
  SwitchModel box(options, kTen);
  EXPECT_FALSE(box.next_due());
  box.accepting(true, kTen + hours(1));
  EXPECT_EQ(box.next_due(), kTen + hours(1) + seconds(5));
}

TEST(SwitchModel, WithoutTheServerTheSwitchServesTheCallerItself) {
  Bench bench;
  bench.box.accepting(false, kTen);
  const auto seen = bench.until(kTen + hours(2));
  EXPECT_THAT(all_of<model::RouteAsked>(seen), IsEmpty());
  ASSERT_EQ(all_of<model::LegGone>(seen).size(), 1u);
  EXPECT_EQ(bench.box.legs(), 0u);
}

TEST(SwitchModel, ACallerWhoIsNotServedLosesPatience) {
  Bench bench;
  const auto seen = bench.until(kTen + hours(6));
  const auto gone = all_of<model::LegGone>(seen);
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_EQ(gone[0].cause, Cause::caller_cancel);
  EXPECT_EQ(gone[0].by, EndedBy::customer);
}

TEST(SwitchModel, WhoLostPatienceMayRingBackWithTheSameNumber) {
  SwitchOptions options = quiet();
  options.ring_back_chance = 1;
  Bench bench(options);
  const auto legs = all_of<model::LegCreated>(bench.until(kTen + hours(8)));
  ASSERT_EQ(legs.size(), 3u);  // and twice again
  for (const auto& leg : legs) EXPECT_EQ(leg.ani, "+442079460001");
}

TEST(SwitchModel, ARingingLegCarriesTheTokensOfItsCommand) {
  Bench bench;
  bench.ring("1001");
  const auto legs = all_of<model::LegCreated>(bench.log);
  ASSERT_EQ(legs.size(), 2u);
  EXPECT_EQ(legs[1].device, "1001");
  EXPECT_EQ(legs[1].device_class, model::DeviceClass::station);
  EXPECT_EQ(legs[1].tokens, (model::Tokens{ContactId{7}, OfferId{9}, 3}));
  EXPECT_EQ(all_of<model::LegStateSeen>(bench.log).back(), (model::LegStateSeen{"out-2", LegState::alerting}));
}

TEST(SwitchModel, AnAutomaticPhoneAnswersWithinItsTime) {
  SwitchOptions options = quiet();
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    options.seed = seed;
    Bench bench(options);
    bench.ring("1002");
    bench.log.clear();
    bench.until(kTen + seconds(11));
    const auto states = all_of<model::LegStateSeen>(bench.log);
    const auto gone = all_of<model::LegGone>(bench.log);
    const bool caller_left = !gone.empty();
    if (caller_left) continue;
    ASSERT_EQ(states.size(), 1u);
    EXPECT_EQ(states[0], (model::LegStateSeen{"out-2", LegState::connected}));
  }
}

TEST(SwitchModel, AManualPhoneRingsUntilItIsToldToAnswerOrTimeIsUp) {
  Bench bench;
  bench.ring("1001");
  EXPECT_EQ(bench.order(model::Answer{"out-2"}).status, CommandStatus::accepted);
  EXPECT_EQ(all_of<model::LegStateSeen>(bench.log).back(), (model::LegStateSeen{"out-2", LegState::connected}));
  EXPECT_EQ(bench.order(model::Answer{"out-2"}).status, CommandStatus::failed);

  Bench unanswered;
  unanswered.ring("1001");
  unanswered.log.clear();
  unanswered.until(kTen + seconds(26));
  const auto gone = all_of<model::LegGone>(unanswered.log);
  const auto agent = std::find_if(gone.begin(), gone.end(), [](const auto& leg) { return leg.native_id == "out-2"; });
  ASSERT_NE(agent, gone.end());
  EXPECT_EQ(agent->cause, Cause::no_answer);
  EXPECT_EQ(agent->raw_code, 19);
}

TEST(SwitchModel, ADeviceThatIsBusyUnknownOrUnreachableIsToldAsALegThatIsGone) {
  const auto cause_of = [](Bench& bench, const std::string& device) {
    bench.log.clear();
    const auto reply = bench.order(model::Ring{.device = device, .caller_native_id = "in-1", .offer = OfferId{10}, .timeout = seconds(20)});
    EXPECT_EQ(reply.status, CommandStatus::failed);
    EXPECT_EQ(all_of<model::LegCreated>(bench.log).size(), 1u);
    const auto gone = all_of<model::LegGone>(bench.log);
    return gone.size() == 1 ? gone[0].cause : Cause::unknown;
  };
  Bench bench;
  bench.ring("1001");
  EXPECT_EQ(cause_of(bench, "1001"), Cause::busy);
  EXPECT_EQ(cause_of(bench, "999"), Cause::bad_number);
  bench.box.set_reachable("1002", false, bench.now);
  EXPECT_EQ(cause_of(bench, "1002"), Cause::unreachable);
  EXPECT_EQ(bench.box.device_states(), (std::vector<model::DeviceStateSeen>{{"1002", false, false}}));
}

TEST(SwitchModel, ABridgeJoinsBothAndOneOfThemHangsUpInTheEnd) {
  Bench bench;
  bench.talk();
  const auto joins = all_of<model::LegEnteredBridge>(bench.log);
  ASSERT_EQ(joins.size(), 2u);
  EXPECT_EQ(joins[0].bridge, joins[1].bridge);
  bench.log.clear();
  bench.until(bench.now + hours(4));
  const auto gone = all_of<model::LegGone>(bench.log);
  ASSERT_EQ(gone.size(), 2u);
  EXPECT_EQ(gone[0].by, EndedBy::customer);  // a manual phone never hangs up first
  EXPECT_EQ(gone[1].by, EndedBy::agent);     // nobody ended it for him
  EXPECT_EQ(all_of<model::LegLeftBridge>(bench.log).size(), 2u);
}

TEST(SwitchModel, HeldCallersDoNotHangUpBeforeTheyHaveHadEnough) {
  Bench bench;
  bench.talk();
  EXPECT_EQ(bench.order(model::Hold{"in-1", "out-2"}).status, CommandStatus::accepted);
  EXPECT_EQ(bench.order(model::Retrieve{"in-1", "out-2"}).status, CommandStatus::accepted);
  EXPECT_EQ(bench.order(model::Hold{"in-1", "out-2"}).status, CommandStatus::accepted);
  bench.log.clear();
  bench.until(bench.now + seconds(299));
  EXPECT_THAT(bench.log, IsEmpty());
  bench.until(bench.now + seconds(1));
  EXPECT_EQ(all_of<model::LegGone>(bench.log).size(), 1u);
}

TEST(SwitchModel, EndWorksInEveryStateAndSaysItWasUs) {
  for (const std::string leg : {"in-1", "out-2"}) {
    Bench bench;
    bench.talk();
    bench.log.clear();
    EXPECT_EQ(bench.order(model::End{leg, Cause::normal}).status, CommandStatus::accepted);
    EXPECT_EQ(all_of<model::LegGone>(bench.log)[0], (model::LegGone{leg, Cause::normal, 16, "cleared by the server", EndedBy::us}));
    EXPECT_EQ(bench.order(model::End{leg, Cause::normal}).status, CommandStatus::failed);
  }
}

TEST(SwitchModel, AReleasedCallerIsServedByTheSwitch) {
  Bench bench;
  bench.until(kTen + seconds(5));
  EXPECT_EQ(bench.order(model::Release{"in-1"}).status, CommandStatus::accepted);
  EXPECT_FALSE(bench.box.snapshot().legs.at(0).asks_route);
  EXPECT_EQ(bench.order(model::Park{"in-1"}).status, CommandStatus::failed);
  bench.until(kTen + hours(3));
  EXPECT_EQ(bench.box.legs(), 0u);
}

TEST(SwitchModel, ACommandActsOnce) {
  Bench bench;
  bench.until(kTen + seconds(5));
  const CommandMessage ring{.id = {1, 50, 0},
                            .deadline = kTen + seconds(9),
                            .contact = ContactId{7},
                            .epoch = 3,
                            .body = model::Ring{.device = "1001", .caller_native_id = "in-1", .offer = OfferId{9}, .timeout = seconds(20)}};
  EXPECT_EQ(bench.box.on_command(ring, bench.now).happenings.size(), 2u);
  EXPECT_THAT(bench.box.on_command(ring, bench.now).happenings, IsEmpty());
}

TEST(SwitchModel, TheSnapshotHoldsEveryLegAndWhoWaitsForUs) {
  Bench bench;
  bench.ring("1001");
  auto legs = bench.box.snapshot().legs;
  ASSERT_EQ(legs.size(), 2u);
  EXPECT_TRUE(legs[0].asks_route);
  EXPECT_EQ(legs[0].entry, "4001");
  EXPECT_EQ(legs[1].leg.tokens.offer, OfferId{9});
  bench.order(model::Answer{"out-2"});
  bench.order(model::Bridge{"in-1", "out-2"});
  legs = bench.box.snapshot().legs;
  EXPECT_FALSE(legs[0].asks_route);
  EXPECT_EQ(legs[0].bridge, legs[1].bridge);
}

TEST(SwitchModel, ARestartCutsEveryCallWithoutAWord) {
  Bench bench;
  bench.talk();
  bench.box.restart(bench.now);
  EXPECT_EQ(bench.box.legs(), 0u);
  EXPECT_EQ(bench.box.restarts(), 1);
  EXPECT_THAT(all_of<model::LegGone>(bench.until(bench.now + seconds(1))), IsEmpty());
}

/// A server that parks, rings the first free phone and bridges.
SwitchModel::Happenings run_a_day(std::uint64_t seed, SwitchModel& box) {
  SwitchModel::Happenings all;
  std::map<std::string, std::string> caller_of;
  std::int64_t n = 0;
  std::vector<model::CommandBody> wishes;
  const auto read = [&](const SwitchModel::Happenings& happenings) {
    for (const auto& one : happenings) {
      all.push_back(one);
      if (const auto* asked = std::get_if<model::RouteAsked>(&one.body)) {
        wishes.push_back(model::Park{asked->native_id});
        const std::string device = std::to_string(1001 + (seed + static_cast<std::uint64_t>(++n)) % 5);
        wishes.push_back(model::Ring{.device = device, .caller_native_id = asked->native_id, .offer = OfferId{n}, .timeout = seconds(20)});
      } else if (const auto* created = std::get_if<model::LegCreated>(&one.body); created && created->tokens.offer) {
        caller_of[created->native_id] = "in";
      } else if (const auto* state = std::get_if<model::LegStateSeen>(&one.body);
                 state && state->state == LegState::connected && caller_of.contains(state->native_id)) {
        for (const auto& leg : box.snapshot().legs)
          if (leg.asks_route) {
            wishes.push_back(model::Bridge{leg.leg.native_id, state->native_id});
            break;
          }
      }
    }
  };
  box.accepting(true, kTen);
  const Instant end = kTen + hours(24);
  std::int64_t id = 0;
  for (auto due = box.next_due(); due && *due < end; due = box.next_due()) {
    read(box.advance(*due));
    while (!wishes.empty()) {
      const auto body = wishes.front();
      wishes.erase(wishes.begin());
      read(box.on_command({.id = {1, ++id, 0}, .deadline = *due + seconds(3), .contact = ContactId{id}, .epoch = 1, .body = body}, *due).happenings);
    }
  }
  return all;
}

SwitchOptions busy_day(std::uint64_t seed) {
  SwitchOptions options;
  options.seed = seed;
  options.night_share = 0;
  options.calls_per_minute = 4;
  for (int i = 1001; i <= 1005; ++i) options.devices.push_back({std::to_string(i), false});
  for (int i = 0; i < 200; ++i) options.callers.push_back({"+4420794" + std::to_string(60000 + i), "Caller " + std::to_string(i)});
  return options;
}

TEST(SwitchModel, TheSameSeedGivesTheSameDayAndAnotherSeedAnother) {
  SwitchModel one(busy_day(1), kTen), again(busy_day(1), kTen), other(busy_day(2), kTen);
  const auto day = run_a_day(1, one);
  EXPECT_GT(day.size(), 5000u);
  EXPECT_TRUE(day == run_a_day(1, again));
  EXPECT_FALSE(day == run_a_day(1, other));
}

TEST(SwitchModel, EveryLegIsCreatedOnceChangesOnlyWhileItLivesAndLeavesWhatItEntered) {
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    SwitchModel box(busy_day(seed), kTen);
    std::map<std::string, std::string> bridge_of;
    std::set<std::string> ended;
    Instant last{};
    for (const auto& [at, body] : run_a_day(seed, box)) {
      ASSERT_GE(at, last);
      last = at;
      std::visit(
          [&](const auto& event) {
            using T = std::decay_t<decltype(event)>;
            if constexpr (std::is_same_v<T, model::LegCreated>) {
              ASSERT_TRUE(bridge_of.emplace(event.native_id, "").second && !ended.contains(event.native_id));
            } else if constexpr (std::is_same_v<T, model::LegEnteredBridge>) {
              ASSERT_EQ(bridge_of.at(event.native_id), "");
              bridge_of[event.native_id] = event.bridge;
            } else if constexpr (std::is_same_v<T, model::LegLeftBridge>) {
              ASSERT_EQ(bridge_of.at(event.native_id), event.bridge);
              bridge_of[event.native_id] = "";
            } else if constexpr (std::is_same_v<T, model::LegGone>) {
              ASSERT_EQ(bridge_of.at(event.native_id), "");
              bridge_of.erase(event.native_id);
              ended.insert(event.native_id);
            } else if constexpr (requires { event.native_id; }) {
              ASSERT_TRUE(bridge_of.contains(event.native_id));
            }
          },
          body);
    }
    EXPECT_EQ(box.legs(), bridge_of.size());
  }
}

TEST(SwitchModel, TheDayHasTheShapeOfTheRealOne) {
  std::map<int, int> by_hour;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SwitchOptions options = busy_day(seed);
    options.callers.clear();
    options.withheld_share = 1;
    SwitchModel box(options, kTen);
    const Instant end = kTen + hours(24);
    for (auto due = box.next_due(); due && *due < end; due = box.next_due())
      for (const auto& [at, body] : box.advance(*due))
        if (std::holds_alternative<model::LegCreated>(body)) ++by_hour[static_cast<int>(at.us / 3'600'000'000 % 24)];
  }
  EXPECT_GT(by_hour[10], 4 * 50 * 4);  // 4 a minute in the busiest half hour
  EXPECT_LT(by_hour[3], 20);
  EXPECT_GT(by_hour[10], by_hour[12]);  // lunch
}

TEST(SwitchModel, AFlatProfileHasTheSameRateInEveryHalfHour) {
  SwitchOptions options = busy_day(1);
  options.daily_profile = false;
  options.calls_per_minute = 10;
  options.ring_back_chance = 0;
  options.private_calls_per_hour = 0;
  options.callers.clear();
  options.withheld_share = 1;
  SwitchModel box(options, kTen);
  std::map<std::int64_t, int> by_half_hour;
  const Instant end = kTen + hours(24);
  for (auto due = box.next_due(); due && *due < end; due = box.next_due())
    for (const auto& [at, body] : box.advance(*due))
      if (const auto* leg = std::get_if<model::LegCreated>(&body); leg && leg->device == options.trunk) ++by_half_hour[at.us / 1'800'000'000];
  EXPECT_GE(by_half_hour.size(), 48U);
  for (const auto& [half_hour, calls] : by_half_hour) EXPECT_NEAR(calls, 300, 5 * std::sqrt(300.)) << half_hour;  // five standard deviations of Poisson's
}

TEST(SwitchModel, ARegularFifthMakesMostOfTheCalls) {
  SwitchOptions options = busy_day(3);
  options.ring_back_chance = 0;
  SwitchModel box(options, kTen);
  int regular = 0, known = 0;
  const Instant end = kTen + hours(24);
  for (auto due = box.next_due(); due && *due < end; due = box.next_due())
    for (const auto& [at, body] : box.advance(*due))
      if (const auto* leg = std::get_if<model::LegCreated>(&body); leg && leg->caller_name.starts_with("Caller ")) {
        ++known;
        if (std::stoi(leg->caller_name.substr(7)) < 40) ++regular;
      }
  EXPECT_GT(known, 1000);
  EXPECT_NEAR(static_cast<double>(regular) / known, 0.8, 0.06);
}

TEST(CentreFigures, PatienceFollowsTheSurvivalOfTheRealCentre) {
  EXPECT_EQ(patience_at(0), Duration{0});
  EXPECT_NEAR(static_cast<double>(patience_at(1 - .8997).count()) / 1e6, 30, 0.01);
  EXPECT_NEAR(static_cast<double>(patience_at(1 - .4870).count()) / 1e6, 300, 0.01);
  EXPECT_GT(patience_at(0.95), minutes(15));
}

TEST(Dice, DrawsWhatItSays) {
  Dice dice(5);
  double sum = 0, log_sum = 0, gamma_sum = 0, gamma_squares = 0;
  constexpr int kDraws = 50'000;
  for (int i = 0; i < kDraws; ++i) {
    sum += dice.exponential(10);
    log_sum += std::log(dice.log_normal(121, 0.94));
    const double g = dice.gamma_factor(25);
    gamma_sum += g;
    gamma_squares += g * g;
  }
  EXPECT_NEAR(sum / kDraws, 10, 0.2);
  EXPECT_NEAR(log_sum / kDraws, std::log(121), 0.02);
  EXPECT_NEAR(gamma_sum / kDraws, 1, 0.01);
  EXPECT_NEAR(gamma_squares / kDraws - 1, 1.0 / 25, 0.01);
}

TEST(Backoff, DoublesToTenSecondsAndBeginsAgainAfterSuccess) {
  Backoff backoff(1);
  EXPECT_LE(backoff.next(), std::chrono::milliseconds(500));
  Duration longest{};
  for (int i = 0; i < 200; ++i) longest = std::max(longest, backoff.next());
  EXPECT_GT(longest, seconds(8));
  EXPECT_LE(longest, seconds(10));
  backoff.reset();
  EXPECT_LE(backoff.next(), std::chrono::milliseconds(500));
}

TEST(CallersFile, KeepsNumbersAsTheyAreWritten) {
  const auto callers = parse_callers("# who\n+44 20 7946/0001\r\n\n,withheld\n138 0013 8000,王小明, 北京\n１３８");
  ASSERT_EQ(callers.size(), 4u);
  EXPECT_EQ(callers[0].number, "+44 20 7946/0001");
  EXPECT_EQ(callers[1].number, "");
  EXPECT_EQ(callers[2].name, "王小明, 北京");
  EXPECT_EQ(callers[3].number, "１３８");
  EXPECT_FALSE(read_callers("/nowhere/at/all").has_value());
}

}  // namespace
}  // namespace callwright::sim
