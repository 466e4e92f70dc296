// The rules of a queue in the centre document: what is read and printed, and which rule sets are refused.
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "centre_faults.hpp"
#include "contacts/centre_service.hpp"
#include "contacts/centre_toml.hpp"
#include "temporary_store.hpp"

namespace callwright::contacts {
namespace {

using namespace std::chrono_literals;
using journal::Requirement;
using ::testing::HasSubstr;
using Kind = journal::Requirement::Kind;

/// What comes behind it begins in line `kHeadLines` + 1.
const std::string kHead =
    "name = \"C\"\n"
    "[[skill]]\nid = \"heating\"\nname = \"H\"\n"
    "[[switch]]\nid = \"s\"\nkind = \"feed\"\n";
constexpr int kHeadLines = 7;

/// A queue whose keys begin in the line `kQueueKeys`.
std::string queue(const std::string& keys, const std::string& id = "repairs") { return "[[queue]]\nid = \"" + id + "\"\nname = \"R\"\n" + keys; }
constexpr int kQueueKeys = kHeadLines + 4;

std::string agent(const std::string& id, int heating, const std::string& more = {}) {
  return "[[agent]]\nid = \"" + id + "\"\nname = \"A\"\nswitch = \"s\"\ndevice = \"" + id +
         "\"\nskills = [{ skill = \"heating\", level = " + std::to_string(heating) + " }]\nqueues = [{ queue = \"repairs\"" + more + " }]\n";
}

std::string queue_fault(const std::string& keys) { return fault_of(kHead + queue(keys)); }
std::string line(int number, const std::string& what) { return "line " + std::to_string(number) + ": " + what; }

// --- what is read and printed -------------------------------------------------------------------------------------------------

/// Any valid centre, from a seed.
class AnyCentre {
 public:
  explicit AnyCentre(std::uint64_t seed) : dice_(seed) {}

  journal::Centre make() {
    centre_.name = "C";
    centre_.seed = any<std::int64_t>({0, -1, 7, INT64_MAX, INT64_MIN});
    for (journal::ChannelRules* channel : {&centre_.chat, &centre_.email, &centre_.other}) *channel = {up_to(journal::kCapacityLimit), one_in(2)};
    for (int i = 0; i < 3; ++i) centre_.skills.push_back({SkillId{"s" + std::to_string(i)}, "S", ""});
    centre_.switches.push_back({.id = SwitchId{"pbx"}, .kind = "feed"});
    for (int i = 0; i < 4; ++i) agent("a" + std::to_string(i));
    for (int i = 0; i < 3; ++i) queue("q" + std::to_string(i));
    for (std::int32_t left = 1000, i = 0; i < 3 && one_in(2); ++i) {
      centre_.queues[static_cast<std::size_t>(i)].waiting_share = i == 2 ? left : 1 + below(left - 3);
      left -= centre_.queues[static_cast<std::size_t>(i)].waiting_share;
      if (i < 2 && one_in(3)) centre_.queues[static_cast<std::size_t>(i)].waiting_share += std::exchange(left, 0), i = 3;
    }
    if (std::int32_t sum = shares(); sum && sum != 1000) centre_.queues[0].waiting_share += 1000 - sum;
    centre_.pause_reasons.push_back({"meal", "Meal", "", any<Duration>({0s, 30min, 24h})});
    for (const Unserved& each : unserved(centre_))  // nobody is a member then
      for (journal::Agent& one : centre_.agents)
        std::erase_if(one.queues, [&](const auto& member) { return member.queue == centre_.queues[each.queue].id; });
    return centre_;
  }

 private:
  int below(int end) { return static_cast<int>(dice_() % static_cast<std::uint64_t>(end)); }
  bool one_in(int n) { return below(n) == 0; }
  template <class T>
  T any(std::initializer_list<T> values) {
    return *(values.begin() + below(static_cast<int>(values.size())));
  }
  std::int32_t up_to(std::int32_t most) { return any<std::int32_t>({0, 1, most / 2, most}); }
  Duration length(Duration most) { return any<Duration>({0s, 1us, 1500ms, most}); }
  std::int32_t shares() const {
    std::int32_t sum = 0;
    for (const auto& each : centre_.queues) sum += each.waiting_share;
    return sum;
  }

  void agent(const std::string& id) {
    journal::Agent one;
    one.id.value = one.name = one.device = id;
    one.switch_id.value = "pbx";
    for (const journal::Channel channel : journal::kChannels)
      if (one_in(3)) one.capacity.push_back({channel, up_to(journal::is_written(channel) ? journal::kCapacityLimit : 1)});
    for (const auto& skill : centre_.skills)
      if (!one_in(3)) one.skills.push_back({skill.id, up_to(100)});
    for (int q = 0; q < 3; ++q)
      if (!one_in(3)) one.queues.push_back({QueueId{"q" + std::to_string(q)}, up_to(10'000) - up_to(10'000), 1 + up_to(999), up_to(100), up_to(100)});
    centre_.agents.push_back(one);
  }

  std::vector<Requirement> requirements() {
    std::vector<Requirement> all;
    for (const auto& skill : centre_.skills) {
      if (!one_in(3)) all.push_back({skill.id, any({Kind::required, Kind::preferred}), up_to(100), up_to(1000)});
      if (one_in(3)) all.push_back({skill.id, Kind::excluded, 1 + up_to(99), up_to(1000)});
      if (one_in(3)) all.push_back({skill.id, Kind::value, up_to(100), up_to(1000)});
    }
    return all;
  }

  void queue(const std::string& id) {
    using enum journal::Strategy;
    journal::Queue one;
    one.id.value = one.name = id;
    one.requirements = requirements();
    one.priority = up_to(100'000);
    one.age_per_minute = up_to(10'000);
    one.idle_per_minute = up_to(10'000);
    one.strategy = any({best, longest_idle, least_occupied, round_robin, percentage, random, ring_all, claim});
    if (journal::makes_groups(one.strategy)) one.group_size = 2 + up_to(journal::kGroupLimit - 2);
    one.strategy_points = up_to(100'000);
    one.last_agent_points = up_to(100'000);
    one.last_agent_hold = length(1h);
    one.named_agent_points = up_to(100'000);
    one.named_agent_hold = length(1h);
    one.resolution_weight = up_to(1000);
    one.satisfaction_weight = up_to(1000);
    one.target = up_to(100);
    one.target_points = up_to(1000);
    one.balance_points = up_to(1000);
    one.load_points = up_to(10'000);
    one.ring_timeout = 1s + length(4min);
    one.exclude_after_rona = length(1h);
    one.after_rona = any({journal::AfterRona::not_ready, journal::AfterRona::ready});
    one.rona_boost = up_to(10'000);
    one.auto_answer = one_in(2) && one.strategy != ring_all;
    if (one_in(3)) {
      one.callback.offered = true;
      one.callback.attempts = 1 + below(10);
      one.callback.retry = any<Duration>({1min, 90s, 24h});
      one.callback.keep = any<Duration>({5min, 8h, 24h * 31});
      one.callback.key = any<std::string>({"", "0", "#"});
      one.callback.recall_after = any<Duration>({0s, 10min, 24h});
    }
    one.wrap_up = length(1h);
    one.wrap_up_extension = length(1h);
    one.wrap_up_extensions = up_to(100);
    one.service_level = 1s + length(10min);
    one.short_abandon = length(5min);
    one.estimates = one_in(2);
    if (one_in(2)) one.closed = {journal::Treatment::Action::wait, {}};
    if (one_in(2)) one.closed.message = "custom/we-are-closed.v2";
    if (one_in(2)) one.emergency = {.action = journal::Treatment::Action::hang_up, .message = "fire", .cause = any({journal::Treatment::HangUp::busy, journal::Treatment::HangUp::congestion})};
    const journal::Say said[] = {{journal::Say::What::position, {}}, {journal::Say::What::estimate, {}}, {journal::Say::What::media, "custom/thanks"}};
    for (const journal::Say& say : said)
      if (one_in(2)) one.greeting.push_back(say);
    for (int i = below(4); i > 0; --i) one.announcements.push_back({1s + length(1h), one_in(2) ? Duration{} : 10s + length(1h), {said[below(3)]}});
    if (!centre_.queues.empty()) {  // to an earlier one: no circle
      const QueueId& earlier = centre_.queues.front().id;
      if (one_in(2)) one.no_agents = {journal::Treatment::Action::queue, earlier};
      if (one_in(2)) one.no_agents.message = "nobody";
      if (one_in(2)) one.emergency = {.action = journal::Treatment::Action::queue, .to = earlier};
      if (one_in(2)) one.overflow.push_back({.after = 1s + length(1h), .to = earlier});
      if (one_in(2)) one.overflow.push_back({.longer_than = 1 + below(100), .to = earlier, .keeps_place = false});
      if (one_in(2)) one.overflow.push_back({.estimate = 1s + length(1h), .to = earlier});
    }
    for (int i = below(3); i > 0; --i) {
      journal::Rule rule;
      rule.when = any<const char*>(
          {"true", "customer.lang == \"zh\"", "data.order.total > 500 &&\n\thas customer.tier\r\n", "entry in [4001, \"\\\"\\\\\"]"});
      rule.requirements = requirements();
      rule.priority = up_to(100'000) - up_to(100'000);
      rule.credit = length(1h);
      if (one_in(2)) rule.named_agent = centre_.agents[static_cast<std::size_t>(below(4))].id;
      one.rules.push_back(rule);
    }
    std::set<SkillId> gates;
    const auto take = [&](const Requirement& each) {
      if (each.kind == Kind::required) gates.insert(each.skill);
    };
    std::ranges::for_each(one.requirements, take);
    for (const auto& rule : one.rules) std::ranges::for_each(rule.requirements, take);
    for (int i = 0; i < below(4); ++i) {
      journal::Step step{i * 10min + any<Duration>({1s, 1001ms, 9min}), {}, up_to(100'000)};
      for (const SkillId& skill : std::set<SkillId>(gates)) {
        if (one_in(3)) step.relaxed.push_back({skill, Kind::required, 0});
        else if (one_in(3)) gates.erase(skill), step.relaxed.push_back({skill, Kind::preferred});
      }
      one.steps.push_back(step);
    }
    centre_.queues.push_back(one);
  }

  std::mt19937_64 dice_;
  journal::Centre centre_;
};

TEST(CentreRules, PrintingAndReadingGivesTheSameCentre) {
  std::size_t steps = 0, rules = 0, relaxed = 0, shares = 0, members = 0, capacities = 0;
  for (std::uint64_t seed = 0; seed < 300 && !HasFailure(); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const journal::Centre centre = AnyCentre(seed).make();
    const std::string text = print_centre(centre);
    const auto again = parse_centre(text);
    ASSERT_TRUE(again) << again.error().context << "\n" << text;
    EXPECT_EQ(*again, centre) << text;
    EXPECT_EQ(print_centre(*again), text);
    for (const auto& queue : centre.queues) {
      steps += queue.steps.size(), rules += queue.rules.size(), shares += queue.waiting_share > 0;
      for (const auto& step : queue.steps) relaxed += step.relaxed.size();
    }
    for (const auto& agent : centre.agents) members += agent.queues.size(), capacities += agent.capacity.size();
  }
  for (const std::size_t reached : {steps, rules, relaxed, shares, members, capacities}) EXPECT_GT(reached, 100u);
}

TEST(CentreRules, WhatIsNotSaidHasTheDefault) {
  const auto centre = parse_centre(kHead + queue("[[queue.step]]\nafter = \"30s\"\n[[queue.rule]]\nwhen = \"true\"\n"));
  ASSERT_TRUE(centre) << centre.error().context;
  journal::Queue expected;
  expected.id.value = "repairs";
  expected.name = "R";
  expected.steps = {{30s, {}, 0}};
  expected.rules = {{.when = "true"}};
  EXPECT_EQ(centre->queues.front(), expected);
  EXPECT_EQ(centre->queues.front().load_points, 100);
  EXPECT_EQ(centre->seed, 0);
}

TEST(CentreRules, EachLimitIsToldWithItsKeyAndLine) {
  struct Limit {
    const char* key;
    const char* least;
    const char* most;
    const char* below;
    const char* above;
  };
  const auto check = [](const Limit& limit, const std::string& before, int line_of_key, const std::string& what) {
    const auto with = [&](const char* value) { return queue_fault(before + limit.key + " = " + value + "\n"); };
    EXPECT_EQ(with(limit.least), "accepted") << limit.key;
    EXPECT_EQ(with(limit.most), "accepted") << limit.key;
    for (const char* value : {limit.below, limit.above})
      EXPECT_THAT(with(value), testing::StartsWith(line(line_of_key, what + ": '" + limit.key + "' must be "))) << value;
  };
  for (const Limit& limit : std::initializer_list<Limit>{{"strategy_points", "0", "100000", "-1", "100001"},
                                                         {"last_agent_points", "0", "100000", "-1", "100001"},
                                                         {"last_agent_hold", "\"0s\"", "\"1h\"", "\"-1s\"", "\"3601s\""},
                                                         {"named_agent_points", "0", "100000", "-1", "100001"},
                                                         {"named_agent_hold", "\"0s\"", "\"1h\"", "60", "\"61m\""},
                                                         {"resolution_weight", "0", "1000", "-1", "1001"},
                                                         {"satisfaction_weight", "0", "1000", "-1", "1001"},
                                                         {"target", "0", "100", "-1", "101"},
                                                         {"target_points", "0", "1000", "-1", "1001"},
                                                         {"waiting_share", "0", "1000", "-1", "1001"},
                                                         {"balance_points", "0", "1000", "-1", "1001"},
                                                         {"load_points", "0", "10000", "-1", "10001"},
                                                         {"rona_boost", "0", "10000", "-1", "10001"},
                                                         {"auto_answer", "true", "false", "0", "\"true\""},
                                                         {"wrap_up_extension", "\"0s\"", "\"1h\"", "\"x\"", "\"2h\""},
                                                         {"wrap_up_extensions", "0", "100", "-1", "101"},
                                                         {"strategy", "\"best\"", "\"random\"", "\"\"", "\"Best\""},
                                                         {"after_rona", "\"ready\"", "\"not_ready\"", "1", "\"away\""}})
    check(limit, "", kQueueKeys, "a queue");
  for (const Limit& limit : std::initializer_list<Limit>{{"after", "\"1s\"", "\"24h\"", "\"999ms\"", "\"25h\""}})
    check(limit, "[[queue.step]]\n", kQueueKeys + 1, "a step");
  check({"boost", "0", "100000", "-1", "100001"}, "[[queue.step]]\nafter = \"1s\"\n", kQueueKeys + 2, "a step");
  for (const Limit& limit :
       std::initializer_list<Limit>{{"priority", "-100000", "100000", "-100001", "100001"}, {"credit", "\"0s\"", "\"1h\"", "\"1d\"", "\"61m\""}})
    check(limit, "[[queue.rule]]\nwhen = \"true\"\n", kQueueKeys + 2, "a rule");
}

TEST(CentreRules, AWordOfAChoiceIsToldWithAllOfThem) {
  EXPECT_EQ(queue_fault("strategy = \"fastest\"\n"), line(kQueueKeys,
                                                          "a queue: 'strategy' must be \"best\", \"longest_idle\", \"least_occupied\", "
                                                          "\"round_robin\", \"percentage\", \"random\", \"ring_all\" or \"claim\""));
  EXPECT_EQ(queue_fault("after_rona = \"away\"\n"), line(kQueueKeys, "a queue: 'after_rona' must be \"not_ready\" or \"ready\""));
  EXPECT_EQ(queue_fault("requirements = [{ skill = \"heating\", kind = \"wanted\" }]\n"),
            line(kQueueKeys, "a requirement: 'kind' must be \"required\", \"preferred\", \"excluded\" or \"value\""));
}

TEST(CentreRules, AGroupHasTwoToTwentyAndBelongsToAStrategyThatMakesThem) {
  for (const char* strategy : {"strategy = \"ring_all\"\n", "strategy = \"claim\"\n"}) {
    const auto with = [&](const char* size) { return queue_fault(std::string(strategy) + "group_size = " + size + "\n"); };
    EXPECT_EQ(with("2"), "accepted");
    EXPECT_EQ(with("20"), "accepted");
    for (const char* size : {"1", "21", "\"5\""})
      EXPECT_THAT(with(size), testing::StartsWith(line(kQueueKeys + 1, "a queue: 'group_size' must be "))) << size;
  }
  EXPECT_EQ(queue_fault("group_size = 5\n"), line(kHeadLines + 1, "a queue: 'group_size' is only for strategy = \"ring_all\" or \"claim\""));
}

TEST(CentreRules, PhonesThatRingTogetherAreNotAnsweredForTheirAgents) {
  EXPECT_THAT(queue_fault("strategy = \"ring_all\"\nauto_answer = true\n"), HasSubstr("would answer whichever phone rings first"));
  EXPECT_EQ(queue_fault("strategy = \"claim\"\nauto_answer = true\n"), "accepted");
}

TEST(CentreRules, WhatAnAgentIsInAQueueHasLimits) {
  const auto with = [](const std::string& more) { return fault_of(kHead + queue("") + agent("ann", 50, more)); };
  for (const char* good : {", share = 1", ", share = 1000", ", resolution = 0", ", resolution = 100", ", satisfaction = 100"})
    EXPECT_EQ(with(good), "accepted") << good;
  EXPECT_THAT(with(", share = 0"), HasSubstr("an agent's queue: 'share' must be a whole number from 1 to 1000"));
  EXPECT_THAT(with(", share = 1001"), HasSubstr("'share' must be"));
  EXPECT_THAT(with(", resolution = 101"), HasSubstr("'resolution' must be a whole number from 0 to 100"));
  EXPECT_THAT(with(", satisfaction = -1"), HasSubstr("'satisfaction' must be a whole number from 0 to 100"));
}

TEST(CentreRules, APauseMayHaveALimit) {
  const auto with = [](const std::string& limit) {
    return fault_of("name = \"C\"\n[[pause_reason]]\ncode = \"meal\"\nname = \"M\"\nlimit = " + limit + "\n");
  };
  EXPECT_EQ(with("\"30m\""), "accepted");
  EXPECT_EQ(with("\"25h\""), "line 5: a pause reason: 'limit' must be a length from \"0s\" to \"24h\", as \"90s\" or \"2m\"");
}

TEST(CentreRules, ASkillIsAskedForOnceOfAKind) {
  const auto with = [](const std::string& first, const std::string& second) {
    return queue_fault("requirements = [{ skill = \"heating\"" + first + " }, { skill = \"heating\"" + second + " }]\n");
  };
  EXPECT_EQ(with("", ", kind = \"value\""), "accepted");
  EXPECT_EQ(with(", min_level = 20", ", kind = \"excluded\", min_level = 80"), "accepted");
  EXPECT_EQ(with("", ", kind = \"preferred\""), line(kQueueKeys, "a requirement: skill 'heating' is asked for twice"));
  EXPECT_EQ(with("", ", kind = \"excluded\""),
            line(kQueueKeys, "a requirement: nobody's level is below 0: skill 'heating' is excluded from a 'min_level' of 1 to 100 on"));
}

// --- conditions ---------------------------------------------------------------------------------------------------------------

TEST(CentreRules, AConditionThatCannotBeReadIsToldWithItsLineAndColumn) {
  const auto when = [](const std::string& text) { return queue_fault("[[queue.rule]]\nwhen = " + text + "\n"); };
  EXPECT_EQ(when("'customer.lang == '"), line(kQueueKeys + 1, "a rule: 'when', column 18: expected a value after '=='"));
  EXPECT_EQ(when("'customer.tire == 3'"),
            line(kQueueKeys + 1, "a rule: 'when', column 1: there is no attribute 'customer.tire', did you mean 'customer.tier'?"));
  EXPECT_EQ(when("\"\"\"\nhas customer.tier &&\n  customer.lang = 3\"\"\""), line(kQueueKeys + 3, "a rule: 'when', column 17: '=' is written '=='"));
  EXPECT_EQ(when("'''has customer.tier &&\n  customer.lang = 3'''"), line(kQueueKeys + 2, "a rule: 'when', column 17: '=' is written '=='"));
  EXPECT_EQ(when("\"has customer.tier &&\\n  customer.lang = 3\""), line(kQueueKeys + 1, "a rule: 'when', column 17: '=' is written '=='"));
  EXPECT_EQ(when("7"), line(kQueueKeys + 1, "a rule: 'when' must be text"));
  EXPECT_EQ(queue_fault("[[queue.rule]]\n"), line(kQueueKeys, "a rule: 'when' is missing"));
  for (const char* good :
       {"'true'", "'channel == \"voice\" && switch == \"s\"'", "'trunk == \"t\" || entry == 4001'", "'match == \"known\"'", "'data.order.id > 3'"})
    EXPECT_EQ(when(good), "accepted") << good;
}

TEST(CentreRules, ARuleSpeaksOfSkillsAndAgentsThatThereAre) {
  const std::string rule = "[[queue.rule]]\nwhen = 'true'\n";
  EXPECT_EQ(queue_fault(rule + "requirements = [{ skill = \"heatin\" }]\n"),
            line(kQueueKeys + 2, "there is no skill 'heatin', did you mean 'heating'?"));
  EXPECT_EQ(fault_of(kHead + queue(rule + "named_agent = \"anna\"\n") + agent("ann", 50)),
            line(kQueueKeys, "there is no agent 'anna', did you mean 'ann'?"));
  EXPECT_EQ(fault_of(kHead + queue(rule + "named_agent = \"ann\"\n") + agent("ann", 50)), "accepted");
  EXPECT_EQ(queue_fault(rule + "named_agent = \"Ann\"\n"), line(kQueueKeys + 2, "a rule: 'named_agent' must be 1 to 32 of a-z, 0-9, _ and -"));
}

TEST(CentreRules, AllFaultsAreToldAtOnce) {
  EXPECT_EQ(fault_of(kHead +
                     queue("strategy = \"x\"\nrequirements = [{ skill = \"heating\", min_level = 95 }]\n[[queue.step]]\nafter = "
                           "\"30s\"\n[[queue.step]]\nafter = \"30s\"\n"
                           "[[queue.rule]]\nwhen = 'tier'\n") +
                     agent("ann", 50)),
            line(kHeadLines + 1, "queue 'repairs' can never be served: no member has heating >= 95") + "\n" +
                line(kQueueKeys,
                     "a queue: 'strategy' must be \"best\", \"longest_idle\", \"least_occupied\", \"round_robin\", \"percentage\", \"random\", "
                     "\"ring_all\" or \"claim\"") +
                "\n" + line(kQueueKeys + 4, "a step: 'after' is 30s, not later than the 30s of the step before") + "\n" +
                line(kQueueKeys + 7, "a rule: 'when', column 1: there is no attribute 'tier'"));
}

// --- steps --------------------------------------------------------------------------------------------------------------------

TEST(CentreRules, StepsOnlyRelaxWhatIsRequired) {
  const auto steps = [](const std::string& first, const std::string& second = {},
                        const std::string& asked = "{ skill = \"heating\", min_level = 40 }") {
    return queue_fault("requirements = [" + asked + "]\n[[queue.step]]\nafter = \"30s\"\nrelaxed = [" + first +
                       "]\n[[queue.step]]\nafter = \"60s\"\nrelaxed = [" + second + "]\n");
  };
  const auto level = [](int level) { return "{ skill = \"heating\", min_level = " + std::to_string(level) + " }"; };
  const std::string falls = "{ skill = \"heating\", kind = \"preferred\" }";
  const int first = kQueueKeys + 1, second = kQueueKeys + 4;
  EXPECT_EQ(steps(level(20), level(10)), "accepted");
  EXPECT_EQ(steps(level(40), falls), "accepted");
  EXPECT_EQ(steps(level(41)), line(first, "a step: would raise 'heating' from 40 to 41; steps only relax"));
  EXPECT_EQ(steps(level(20), level(30)), line(second, "a step: would raise 'heating' from 20 to 30; steps only relax"));
  EXPECT_EQ(steps(falls, level(30)), line(second, "a step: relaxes 'heating', which an earlier step has made preferred"));
  EXPECT_EQ(steps(level(0), "", "{ skill = \"heating\", kind = \"preferred\" }"),
            line(first, "a step: relaxes 'heating', which neither the queue nor a rule of it requires"));
  EXPECT_EQ(steps(level(20) + ", " + falls), line(kQueueKeys + 3, "what a step relaxes: skill 'heating' stands twice"));
  EXPECT_EQ(steps("{ skill = \"heating\" }"), line(kQueueKeys + 3, "what a step relaxes: must have either 'min_level' or kind = \"preferred\""));
  EXPECT_EQ(steps("{ skill = \"heating\", min_level = 3, kind = \"preferred\" }"),
            line(kQueueKeys + 3, "what a step relaxes: must have either 'min_level' or kind = \"preferred\""));
  EXPECT_THAT(steps("{ skill = \"heating\", min_level = 3, kind = \"value\" }"),
              HasSubstr(line(kQueueKeys + 3, "what a step relaxes: 'kind' must be \"preferred\": a step lowers a gate or lets it fall")));
  EXPECT_THAT(steps("{ skill = \"heatin\", min_level = 3 }"), HasSubstr("there is no skill 'heatin', did you mean 'heating'?"));
}

TEST(CentreRules, AStepMayRelaxWhatOnlyARuleRequires) {
  const std::string rule = "[[queue.rule]]\nwhen = 'true'\nrequirements = [{ skill = \"heating\", min_level = 60 }]\n";
  EXPECT_EQ(queue_fault(rule + "[[queue.step]]\nafter = \"30s\"\nrelaxed = [{ skill = \"heating\", min_level = 60 }]\n"), "accepted");
  EXPECT_THAT(queue_fault(rule + "[[queue.step]]\nafter = \"30s\"\nrelaxed = [{ skill = \"heating\", min_level = 61 }]\n"),
              HasSubstr("from 60 to 61"));
}

TEST(CentreRules, StepsComeInTheOrderOfTheirTimes) {
  const auto steps = [](const std::string& first, const std::string& second) {
    return queue_fault("[[queue.step]]\nafter = \"" + first + "\"\n[[queue.step]]\nafter = \"" + second + "\"\n");
  };
  EXPECT_EQ(steps("30s", "31s"), "accepted");
  EXPECT_EQ(steps("2m", "90s"), line(kQueueKeys + 2, "a step: 'after' is 90s, not later than the 2m of the step before"));
  EXPECT_EQ(queue_fault("[[queue.step]]\nboost = 5\n"), line(kQueueKeys, "a step: 'after' is missing"));
}

// --- shares -------------------------------------------------------------------------------------------------------------------

TEST(CentreRules, WaitingSharesArePartsOfOneWhole) {
  const auto shares = [](int first, int second) {
    return fault_of(kHead + queue("waiting_share = " + std::to_string(first) + "\n") +
                    queue("waiting_share = " + std::to_string(second) + "\n", "sales") + queue("", "post"));
  };
  EXPECT_EQ(shares(700, 300), "accepted");
  EXPECT_EQ(shares(1000, 0), "accepted");
  EXPECT_EQ(shares(0, 0), "accepted");
  EXPECT_EQ(shares(700, 200), line(kHeadLines + 1, "the 'waiting_share' of all queues that have one must be 1000 together, not 900"));
  EXPECT_EQ(shares(0, 999), line(kHeadLines + 5, "the 'waiting_share' of all queues that have one must be 1000 together, not 999"));
}

TEST(CentreRules, MembersOfAPercentageQueueMayAllHaveTheDefaultShare) {
  EXPECT_EQ(fault_of(kHead + queue("strategy = \"percentage\"\n") + agent("ann", 1) + agent("bob", 2)), "accepted");
}

// --- queues that nobody can serve ---------------------------------------------------------------------------------------------

TEST(CentreRules, AQueueThatNoMemberCanEverServeIsRefused) {
  const std::string asks = "requirements = [{ skill = \"heating\", min_level = 95 }]\n";
  const std::string never = line(kHeadLines + 1, "queue 'repairs' can never be served: no member has heating >= 95");
  const auto step = [](int level) {
    return "[[queue.step]]\nafter = \"30s\"\nrelaxed = [{ skill = \"heating\", min_level = " + std::to_string(level) + " }]\n";
  };
  EXPECT_EQ(fault_of(kHead + queue(asks) + agent("ann", 94) + agent("bob", 3)), never);
  EXPECT_EQ(fault_of(kHead + queue(asks) + agent("ann", 95) + agent("bob", 3)), "accepted");
  EXPECT_EQ(fault_of(kHead + queue(asks + step(94)) + agent("ann", 94)), "accepted") << "the step lets her in";
  EXPECT_EQ(fault_of(kHead + queue(asks + step(95)) + agent("ann", 94)), never);
  EXPECT_EQ(fault_of(kHead + queue(asks)), "accepted") << "a queue without members is being built";
}

TEST(CentreRules, ARuleWhoseContactsNobodyCanServeIsRefused) {
  const auto with = [](const std::string& when, const std::string& asked) {
    return fault_of(kHead +
                    queue("requirements = [{ skill = \"heating\", min_level = 40 }]\n[[queue.rule]]\nwhen = '" + when +
                          "'\nrequirements = [{ skill = \"heating\", " + asked + " }]\n") +
                    agent("ann", 60));
  };
  EXPECT_EQ(with("has customer.tier", "min_level = 60"), "accepted");
  EXPECT_EQ(with("has customer.tier", "min_level = 61"),
            line(kQueueKeys + 1, "queue 'repairs' can never be served where this rule applies: no member has heating >= 61"));
  EXPECT_EQ(with("has customer.tier", "kind = \"excluded\", min_level = 50"),
            line(kQueueKeys + 1, "queue 'repairs' can never be served where this rule applies: no member has heating < 50"));
}

TEST(CentreRules, EachRequirementMetBySomebodyIsNotEnough) {
  const std::string cooling = "[[skill]]\nid = \"cooling\"\nname = \"C\"\n";
  const std::string asks = "requirements = [{ skill = \"heating\", min_level = 50 }, { skill = \"cooling\", kind = \"excluded\", min_level = 1 }]\n";
  std::string ann = agent("ann", 60);
  ann.replace(ann.find(" }]"), 3, " }, { skill = \"cooling\", level = 5 }]");
  EXPECT_THAT(fault_of(kHead + cooling + queue(asks) + ann + agent("bob", 3)),
              HasSubstr("queue 'repairs' can never be served: no member has heating >= 50 and cooling < 1 together"));
  EXPECT_EQ(fault_of(kHead + cooling + queue(asks) + ann + agent("bob", 50)), "accepted");
}

class CentreRulesStored : public StoreTest {};

TEST_F(CentreRulesStored, ADocumentThatWasTakenOnceIsNotJudgedAgain) {
  const std::string unserved = kHead +
                               queue("requirements = [{ skill = \"heating\", min_level = 95 }]\nwaiting_share = 5\n[[queue.rule]]\nwhen = 'tier'\n") +
                               agent("ann", 50);
  EXPECT_NE(fault_of(unserved), "accepted");
  const auto stored = parse_stored_centre(unserved);
  ASSERT_TRUE(stored) << stored.error().context;
  EXPECT_EQ(store_->centres().put(*stored, "user:1", Instant{1}).error().code, Errc::invalid) << "but a new version of it is";
  EXPECT_FALSE(parse_stored_centre(kHead + "[[agnet]]\n"));
}

TEST(CentreRules, QueuesThatSendTheirContactsInACircleAreRefused) {
  const std::string two =
      kHead + queue("[[queue.overflow]]\nafter = \"30s\"\nto = \"sales\"\n") + queue("no_agents = \"queue\"\nno_agents_to = \"repairs\"\n", "sales");
  EXPECT_EQ(fault_of(two),
            "line " + std::to_string(kHeadLines + 1) + ": queues send their contacts on in a circle: 'repairs', 'sales', and 'repairs' again");
  const std::string chain = kHead + queue("[[queue.overflow]]\nafter = \"30s\"\nto = \"sales\"\n") + queue("", "sales");
  EXPECT_EQ(fault_of(chain), "accepted");
}

TEST(CentreRules, AnOverflowSaysWhenAndWhereAndATreatmentItsQueue) {
  EXPECT_THAT(queue_fault("[[queue.overflow]]\nto = \"repairs\"\n"), HasSubstr("one of 'after', 'longer_than' and 'estimate' says when"));
  EXPECT_THAT(queue_fault("[[queue.overflow]]\nafter = \"30s\"\nlonger_than = 3\nto = \"repairs\"\n"),
              HasSubstr("one of 'after', 'longer_than' and 'estimate' says when"));
  EXPECT_THAT(queue_fault("[[queue.overflow]]\nafter = \"30s\"\nto = \"repairs\"\n"), HasSubstr("'to' is the queue itself"));
  EXPECT_THAT(queue_fault("[[queue.overflow]]\nafter = \"30s\"\nto = \"nowhere\"\n"), HasSubstr("nowhere"));
  EXPECT_THAT(queue_fault("closed = \"queue\"\n"), HasSubstr("'closed_to' must name the queue"));
  EXPECT_THAT(queue_fault("closed_to = \"repairs\"\n"), HasSubstr("'closed_to' is only for closed = \"queue\""));
  EXPECT_THAT(queue_fault("hours = \"never\"\n"), HasSubstr("never"));
}

TEST(CentreRules, ATreatmentNamesARecordingAndACauseOnlyWhereItHangsUp) {
  for (const char* wrong : {"", "/etc/passwd", "../x", "a b", "a,b", "a&b"})
    EXPECT_THAT(queue_fault(std::string("closed_message = \"") + wrong + "\"\n"), HasSubstr("'closed_message' must name a recording")) << wrong;
  EXPECT_THAT(queue_fault("closed_cause = \"busy\"\n"), HasSubstr("'closed_cause' is only for closed = \"hang_up\""));
  EXPECT_THAT(queue_fault("closed = \"hang_up\"\nclosed_cause = \"tired\"\n"), HasSubstr("'closed_cause' must be \"normal\", \"busy\" or \"congestion\""));
  EXPECT_THAT(queue_fault("emergency = \"queue\"\n"), HasSubstr("'emergency_to' must name the queue"));
  EXPECT_THAT(queue_fault("emergency = \"queue\"\nemergency_to = \"repairs\"\n"), HasSubstr("'emergency_to' is the queue itself"));
  EXPECT_THAT(queue_fault("emergency = \"queue\"\nemergency_to = \"nowhere\"\n"), HasSubstr("nowhere"));
}

TEST(CentreRules, TwoQueuesMayTakeEachOthersEmergencies) {
  const std::string two = kHead + queue("emergency = \"queue\"\nemergency_to = \"sales\"\n") + queue("emergency = \"queue\"\nemergency_to = \"repairs\"\n", "sales");
  EXPECT_EQ(fault_of(two), "accepted") << "nobody flows back";
}

TEST(CentreRules, AnAnnouncementSaysSomethingAndNotTooOften) {
  const auto announced = [](const std::string& keys) { return queue_fault("[[queue.announcement]]\n" + keys); };
  EXPECT_EQ(announced("after = \"20s\"\nwhat = [\"position\"]\n"), "accepted");
  EXPECT_THAT(announced("what = [\"position\"]\n"), HasSubstr("'after' is missing"));
  EXPECT_THAT(announced("after = \"20s\"\n"), HasSubstr("'what' is missing"));
  EXPECT_THAT(announced("after = \"20s\"\nwhat = []\n"), HasSubstr("'what' says nothing"));
  EXPECT_THAT(announced("after = \"20s\"\nevery = \"9s\"\nwhat = [\"position\"]\n"), HasSubstr("'every'"));
  EXPECT_THAT(announced("after = \"0s\"\nwhat = [\"position\"]\n"), HasSubstr("'after'"));
  EXPECT_THAT(announced("after = \"20s\"\nwhat = [\"place\"]\n"), HasSubstr("must hold \"position\", \"estimate\" or \"media:NAME\""));
  EXPECT_THAT(announced("after = \"20s\"\nwhat = [\"media:../x\"]\n"), HasSubstr("must name a recording"));
  EXPECT_THAT(announced("after = \"20s\"\nwhat = [\"estimate\", \"estimate\"]\n"), HasSubstr("says \"estimate\" twice"));
  std::string nine, eleven;
  for (int i = 0; i < 9; ++i) nine += (i ? ", \"media:m" : "\"media:m") + std::to_string(i) + "\"";
  EXPECT_THAT(queue_fault("greeting = [" + nine + "]\n"), HasSubstr("'greeting' has more than 8 parts"));
  for (int i = 0; i < 11; ++i) eleven += "[[queue.announcement]]\nafter = \"20s\"\nwhat = [\"position\"]\n";
  EXPECT_THAT(queue_fault(eleven), HasSubstr("has more than 10 announcements"));
}

}  // namespace
}  // namespace callwright::contacts
