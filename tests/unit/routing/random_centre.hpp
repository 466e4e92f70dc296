#pragma once
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "dice.hpp"
#include "floor.hpp"
#include "journal/centre.hpp"
#include "oracle_hours.hpp"

namespace callwright::routing {

/// How large a scenario is. The values in it are few in every size, so that ties are common.
struct Size {
  int agents_from = 3, agents_to = 8;
  int queues = 3;
  int contacts = 12;
  int steps = 100;
  int burst = 1;       ///< events before a match, at most
  int throws = 4;      ///< to find an agent or a contact whom an event can hit
  bool waves = false;  ///< whole links go and come, everybody comes back
  int coming = 0;      ///< of twelve events, more arrivals
  int going = 0;       ///< and more callers who leave
};

using Attributes = std::vector<std::pair<std::string, std::string>>;

/// What rules ask for, and who fulfils it.
inline const std::string kGold = R"(tier == "gold")";
inline const Attributes kOfGold{{"tier", "gold"}};

inline std::string queue_name(int number) { return "q" + std::to_string(number); }

/// Centre documents with few distinct values.
class RandomCentre {
 public:
  /// `writes`: agents may have capacities of their own. `flows`: queues have hours, treatments, overflows and estimates.
  RandomCentre(Dice& dice, const Size& size, bool writes, bool flows) : dice_(dice), size_(size), writes_(writes), flows_(flows) {}

  /// Hours open and close around `now`.
  journal::Centre make(Instant now) {
    journal::Centre centre;
    centre.seed = dice_.below(1000);
    for (journal::ChannelRules* rules : {&centre.chat, &centre.email, &centre.other}) *rules = {dice_.any({0, 1, 1, 2, 2, 3}), dice_.one_in(2)};
    for (int i = 0; i < size_.queues; ++i) {
      if (i + 1 == size_.queues && dice_.one_in(3)) continue;
      centre.queues.push_back(any_queue(queue_name(i)));
    }
    if (flows_) {
      centre.time_zone = dice_.any<const char*>({"UTC", "Asia/Shanghai"});
      for (const char* name : {"early", "late"}) centre.hours.push_back(any_hours(name, centre.time_zone, now));
      for (journal::Queue& queue : centre.queues) let_flow(queue, static_cast<int>(centre.queues.size()));
    }
    const int agents = size_.agents_from + dice_.below(size_.agents_to - size_.agents_from + 1);
    for (int i = 0; i < agents; ++i) centre.agents.push_back(any_agent("agent" + std::to_string(dice_.one_in(20) ? i + agents + 2 : i)));
    return centre;
  }

  /// A few minutes before clocks change, a date ends, or nothing at all.
  Instant any_begin() {
    constexpr std::array kBegins{
        1'700'000'000'012'345,  // a night in November
        1'711'846'500'000'000,  // 2024-03-31 00:55 UTC, London goes forward
        1'729'990'500'000'000,  // 2024-10-27 00:55 UTC, London goes back
        1'710'053'700'000'000,  // 2024-03-10 06:55 UTC, New York goes forward
        1'730'613'300'000'000,  // 2024-11-03 05:55 UTC, New York goes back
        1'712'415'300'000'000,  // 2024-04-06 14:55 UTC, Lord Howe goes back by half an hour
        1'728'141'900'000'000,  // 2024-10-05 15:25 UTC, and forward
        1'704'066'900'000'000,  // 2023-12-31 23:55 UTC
        1'709'136'900'000'000,  // 2024-02-28 16:15 UTC, a quarter past midnight in Shanghai
        1'709'164'500'000'000,  // 2024-02-28 23:55 UTC
    };
    return {kBegins[static_cast<std::size_t>(dice_.below(kBegins.size()))]};
  }

 private:
  journal::Agent any_agent(const std::string& name) {
    journal::Agent one = routing::agent(name, {}, {});
    for (const char* skill : {"x", "y", "z"})
      if (!dice_.one_in(4)) one.skills.push_back({SkillId{skill}, dice_.any({30, 60, 60})});
    for (int q = 0; q < size_.queues; ++q)
      if (!dice_.one_in(4))
        one.queues.push_back({QueueId{queue_name(q)}, dice_.any({0, 0, 30, -30}), dice_.any({1, 1, 2, 3}), dice_.any({50, 80}), dice_.any({50, 80})});
    one.switch_id.value = dice_.any<const char*>({"east", "east", "east", "west", ""});
    if (dice_.one_in(12)) one.device = "shared";
    if (writes_ && dice_.one_in(8)) one.capacity.push_back({journal::Channel::voice, dice_.any({0, 1})});
    if (writes_ && dice_.one_in(6)) one.capacity.push_back({journal::Channel::chat, dice_.any({0, 1, 4})});
    return one;
  }

  journal::Queue any_queue(std::string name) {
    using enum journal::Strategy;
    journal::Queue one = queue(std::move(name));
    if (dice_.one_in(2)) one.requirements.push_back(required("x", dice_.any({1, 30, 60}), dice_.any({0, 1, 2})));
    if (dice_.one_in(2)) one.requirements.push_back(preferred("y", dice_.any({1, 3})));
    if (dice_.one_in(4)) one.requirements.push_back(required("z", 10));
    if (dice_.one_in(6)) one.requirements.push_back({{"z"}, journal::Requirement::Kind::excluded, 60});
    if (dice_.one_in(4)) one.requirements.push_back({{"z"}, journal::Requirement::Kind::value, 0, dice_.any({1, 2})});
    one.load_points = dice_.any({0, 20, 100});
    one.priority = dice_.any({0, 0, 30});
    one.age_per_minute = dice_.any({0, 60, 60, 7});
    one.idle_per_minute = dice_.any({0, 6, 6, 60});
    one.strategy = dice_.any({best, best, best, best, longest_idle, least_occupied, round_robin, percentage, random, ring_all, ring_all, claim});
    one.group_size = dice_.any({2, 3, 3, 20});
    one.strategy_points = dice_.any({0, 30, 1000});
    if (dice_.one_in(3)) {
      one.steps.push_back({10s, {required("x", dice_.any({1, 40}))}, dice_.any({0, 50})});
      if (dice_.one_in(2)) one.steps.push_back({30s, {preferred("x"), preferred("z")}, dice_.any({0, 50})});
    }
    if (dice_.one_in(4))
      one.rules.push_back({.when = kGold, .requirements = {preferred("z", 2)}, .priority = 30, .credit = dice_.any<Duration>({0s, 1s, 90s})});
    one.last_agent_points = dice_.any({0, 0, 40});
    one.last_agent_hold = dice_.any<Duration>({0s, 0s, 20s, 60s});
    one.named_agent_points = dice_.any({0, 40});
    one.named_agent_hold = dice_.any<Duration>({0s, 30s});
    one.resolution_weight = dice_.any({0, 0, 1});
    one.satisfaction_weight = dice_.any({0, 0, 2});
    one.target = dice_.any({0, 80, 95});
    one.target_points = dice_.any({0, 1, 5});
    one.waiting_share = dice_.any({0, 0, 300, 500});
    one.balance_points = dice_.any({0, 1, 20});
    one.wrap_up = dice_.any<Duration>({0s, 0s, 5s});
    one.exclude_after_rona = dice_.any<Duration>({0s, 60s, 60s});
    one.after_rona = dice_.any({journal::AfterRona::not_ready, journal::AfterRona::ready});
    one.rona_boost = dice_.any({0, 0, 25});
    one.service_level = dice_.any<Duration>({0s, 20s});
    return one;
  }

  // --- queues that do not keep everybody ------------------------------------------------------------------------------------

  void let_flow(journal::Queue& one, int queues) {
    if (dice_.one_in(2)) one.hours.value = dice_.any<const char*>({"early", "late"});
    one.closed = any_treatment(one, queues);
    if (dice_.one_in(2)) one.no_agents = any_treatment(one, queues);
    one.emergency = any_treatment(one, queues);
    one.estimates = dice_.one_in(2);
    for (int rules = dice_.any({0, 0, 1, 2}); rules > 0; --rules) {
      journal::Overflow rule{.to = any_other(one, queues), .keeps_place = dice_.one_in(2)};
      switch (dice_.below(3)) {
        case 0: rule.after = dice_.any<Duration>({1s, 20s, 90s}); break;
        case 1: rule.longer_than = dice_.any({1, 1, 2}); break;
        default: rule.estimate = dice_.any<Duration>({1s, 10s, 60s}); break;
      }
      one.overflow.push_back(std::move(rule));
    }
  }
  QueueId any_other(const journal::Queue& than, int queues) {
    QueueId other{queue_name(dice_.below(queues))};
    if (other == than.id) other.value = queue_name(than.id.value == queue_name(0) ? 1 : 0);
    return other;
  }
  journal::Treatment any_treatment(const journal::Queue& of, int queues) {
    using enum journal::Treatment::Action;
    journal::Treatment one{.action = dice_.any({wait, queue, queue, release, hang_up}), .message = dice_.any<const char*>({"", "", "sorry"})};
    if (one.action == queue) one.to = any_other(of, queues);
    return one;
  }

  /// Each day opens and closes about thirty times within an hour or so of the present wall time; some dates do otherwise.
  journal::Hours any_hours(const char* name, const std::string& centre_time_zone, Instant now) {
    journal::Hours hours{.id = {name}};
    hours.time_zone = dice_.any<const char*>({"", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"});
    const routing_oracle::Wall wall = routing_oracle::wall_at(hours, centre_time_zone, now);
    for (int weekday = 1; weekday <= 7; ++weekday)
      for (const journal::DayRange& range : any_day(wall.minute)) hours.week.push_back({weekday, range});
    for (int day : {-1, 0, 1})
      if (dice_.one_in(4))
        hours.exceptions.push_back({std::chrono::sys_days(wall.date) + std::chrono::days(day), "holiday", "",
                                    dice_.one_in(3) ? std::vector<journal::DayRange>() : any_day(wall.minute)});
    return hours;
  }
  std::vector<journal::DayRange> any_day(int around) {
    constexpr int kDay = 24 * 60, kBehind = 70, kAhead = 80;  // minutes; clocks change by an hour at most
    std::vector<journal::DayRange> ranges;
    const auto fill = [&](int from, int to) {
      for (int minute = std::max(from, 0) + dice_.below(4); minute < std::min(to, kDay);) {
        const int end = std::min(minute + 1 + dice_.below(6), kDay);
        ranges.push_back({minute, end});
        minute = end + 1 + dice_.below(3);
      }
    };
    fill(0, around + kAhead - kDay);
    fill(around - kBehind, around + kAhead);
    fill(around - kBehind + kDay, kDay);
    return ranges;
  }

  Dice& dice_;
  const Size size_;
  const bool writes_, flows_;
};

}  // namespace callwright::routing
