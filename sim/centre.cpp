#include "sim/centre.hpp"

#include <algorithm>
#include <string>

namespace callwright::sim {

using namespace std::chrono_literals;

namespace {

constexpr int kCustomers = 40;
constexpr const char* kSkills[] = {"repairs", "billing", "sales"};
constexpr const char* kSwitches[] = {"north", "east", "west"};

std::string number_of(int customer) { return "+4416329600" + std::string(customer < 10 ? "0" : "") + std::to_string(customer); }

/// Callers of each queue hear other things.
void tell_callers(journal::Centre& centre) {
  using journal::Say;
  using journal::Treatment;
  journal::Queue& repairs = centre.queues[0];
  repairs.greeting = {{Say::What::media, "welcome"}};
  repairs.announcements = {{10s, 15s, {{Say::What::position, {}}, {Say::What::estimate, {}}, {Say::What::media, "thanks"}}}, {25s, {}, {{Say::What::media, "missing"}}}};
  repairs.no_agents = {.action = Treatment::Action::wait, .message = "nobody-here"};
  repairs.emergency = {.action = Treatment::Action::hang_up, .message = "call-later", .cause = Treatment::HangUp::busy};
  journal::Queue& billing = centre.queues[1];
  billing.announcements = {{5s, 10s, {{Say::What::position, {}}}}};
  billing.no_agents = {.action = Treatment::Action::queue, .to = centre.queues[2].id, .message = "missing"};
  billing.emergency = {.action = Treatment::Action::queue, .to = repairs.id, .message = "we-move-you"};
  journal::Queue& sales = centre.queues[2];
  sales.emergency = {.action = Treatment::Action::wait, .message = "please-wait"};
}

}  // namespace

Extras extras_of(std::uint64_t seed) {
  const bool all = seed % 12 == 0;
  return {.groups = all || seed % 4 == 3, .announcements = all || seed % 4 == 1, .callbacks = all || seed % 4 == 2, .written = seed % 4 == 0};
}

journal::Centre sample_centre(int agents, int switches, const Extras& extras) {
  using journal::Requirement;
  journal::Centre centre;
  centre.version = 1;
  centre.name = "Simulated centre";
  for (int i = 0; i < switches; ++i) {
    journal::Switch& one = centre.switches.emplace_back();
    one.id = SwitchId{kSwitches[i]};
    one.kind = "feed";
  }
  for (int i = 0; i < 3; ++i) {
    const std::string name = kSkills[i];
    centre.skills.push_back({SkillId{name}, name, {}});
    journal::Queue queue;
    queue.id = QueueId{name};
    queue.name = name;
    queue.requirements = {{SkillId{name}, Requirement::Kind::required, 30, 3}, {SkillId{kSkills[(i + 1) % 3]}, Requirement::Kind::preferred, 0, 1}};
    queue.priority = i * 20;
    queue.ring_timeout = 8s;
    queue.exclude_after_rona = 20s;
    queue.wrap_up = i == 2 ? 0s : 10s;
    if (extras.groups && i < 2) {
      queue.strategy = i == 0 ? journal::Strategy::ring_all : journal::Strategy::claim;
      queue.group_size = 3;
    }
    if (extras.callbacks && i < 2) {
      queue.callback.offered = true;
      queue.callback.attempts = 2;
      queue.callback.retry = 1min;
      queue.callback.ring = 15s;
      queue.callback.keep = 6min;
      queue.callback.agent_hold = 20s;
      if (i == 0) queue.callback.recall_after = 30s;
    }
    centre.queues.push_back(queue);
    for (const auto& one : centre.switches) centre.entries.push_back({one.id, "400" + std::to_string(i + 1), QueueId{name}});
  }
  for (int i = 0; i < agents; ++i) {
    journal::Agent agent;
    agent.id = AgentId{"a" + std::to_string(i)};
    agent.switch_id = centre.switches[static_cast<std::size_t>(i / 2 % switches)].id;
    agent.device = std::to_string(1001 + i);
    for (int skill = 0; skill < 3; ++skill) {
      if ((i + skill) % 3 == 2 && i % 4) continue;
      agent.skills.push_back({SkillId{kSkills[skill]}, 20 + (i * 37 + skill * 23) % 80});
      agent.queues.push_back({QueueId{kSkills[skill]}, (i % 3) * 5});
    }
    centre.agents.push_back(std::move(agent));
  }
  if (extras.announcements) tell_callers(centre);
  centre.pause_reasons = {{"break", "Break", {}}};
  centre.dispositions = {{"solved", "Solved", {}, {}, {}}};
  return centre;
}

namespace {

std::int32_t to(Dice& dice, std::int32_t limit) { return static_cast<std::int32_t>(dice.below(static_cast<std::uint64_t>(limit) + 1)); }
Duration seconds(Dice& dice, std::int32_t low, std::int32_t high) { return std::chrono::seconds(low + to(dice, high - low)); }

constexpr std::int32_t kHighestGate = 60;

/// Closed for three minutes of every twenty, from the same minute on.
journal::Hours choppy_hours(Dice& dice) {
  constexpr int kPeriod = 20, kClosed = 3, kDay = 24 * 60;
  journal::Hours hours;
  hours.id = HoursId{"choppy"};
  hours.name = "Choppy";
  const int closes = to(dice, kPeriod - kClosed - 1) + 1;
  for (int weekday = 1; weekday <= 7; ++weekday)
    for (int start = 0; start < kDay; start += kPeriod) {
      hours.week.push_back({weekday, {start, start + closes}});
      hours.week.push_back({weekday, {start + closes + kClosed, start + kPeriod}});
    }
  std::erase_if(hours.week, [](const journal::WeekRange& one) { return one.range.from_min >= one.range.to_min; });
  return hours;
}

/// Only to queues behind it, so that no contact goes round.
QueueId later_queue(const journal::Centre& centre, std::size_t queue, Dice& dice) {
  return centre.queues[queue + 1 + dice.below(centre.queues.size() - queue - 1)].id;
}

void draw_waiting_rules(journal::Queue& queue, Dice& dice) {
  using journal::Requirement;
  queue.steps.clear();
  queue.rules.clear();
  const SkillId own = queue.requirements.front().skill;
  if (dice.chance(0.5)) {
    queue.steps.push_back({seconds(dice, 3, 15), {{own, Requirement::Kind::required, 10, 3}}, to(dice, 300)});
    if (dice.chance(0.5)) queue.steps.push_back({seconds(dice, 16, 40), {{own, Requirement::Kind::preferred, 0, 3}}, to(dice, 300)});
  }
  if (dice.chance(0.5)) queue.rules.push_back({.when = "match == \"known\"", .requirements = {}, .priority = to(dice, 200) - 100, .credit = seconds(dice, 0, 90), .named_agent = {}});
  if (dice.chance(0.3)) queue.rules.push_back({.when = "match == \"none\"", .requirements = {}, .priority = 0, .credit = {}, .named_agent = AgentId{"a0"}});
  queue.last_agent_points = to(dice, 500);
  queue.last_agent_hold = dice.chance(0.3) ? seconds(dice, 1, 20) : Duration{};
  queue.named_agent_points = to(dice, 500);
  queue.named_agent_hold = dice.chance(0.5) ? seconds(dice, 1, 20) : Duration{};
  queue.target = dice.chance(0.5) ? 80 : 0;
  queue.target_points = to(dice, 20);
  queue.waiting_share = dice.chance(0.5) ? 100 + to(dice, 200) : 0;
  queue.balance_points = to(dice, 50);
}

void draw_flows(journal::Centre& centre, std::size_t i, Dice& dice) {
  using Action = journal::Treatment::Action;
  journal::Queue& queue = centre.queues[i];
  const bool last = i + 1 == centre.queues.size();
  const auto treatment = [&]() -> journal::Treatment {
    if (!last && dice.chance(0.5)) return {Action::queue, later_queue(centre, i, dice)};
    return {dice.chance(0.5) ? Action::release : Action::wait, {}};
  };
  queue.hours = dice.chance(0.3) ? centre.hours.front().id : HoursId{};
  queue.closed = treatment();
  queue.no_agents = dice.chance(0.3) ? treatment() : journal::Treatment{};
  queue.overflow.clear();
  if (last) return;
  const auto overflow = [&] {
    journal::Overflow& one = queue.overflow.emplace_back();
    one.to = later_queue(centre, i, dice);
    one.keeps_place = dice.chance(0.5);
    return &one;
  };
  if (dice.chance(0.3)) overflow()->longer_than = 1 + to(dice, 3);
  if (dice.chance(0.3)) overflow()->estimate = seconds(dice, 20, 120);
  if (dice.chance(0.3)) overflow()->after = seconds(dice, 10, 60);
}

bool takes_calls(const journal::Centre& centre, const journal::Agent& agent) {
  return journal::capacity_of(centre, agent, journal::Channel::voice) > 0;
}

/// On each switch somebody who takes calls is good enough for every queue, under earlier rules too: who waits keeps what he entered with.
void keep_served(journal::Centre& centre, const SwitchId& on) {
  for (const auto& queue : centre.queues) {
    const journal::Requirement& need = queue.requirements.front();
    journal::SkillLevel* best = nullptr;
    for (journal::Agent& agent : centre.agents)
      for (journal::SkillLevel& skill : agent.skills)
        if (agent.switch_id == on && skill.skill == need.skill && takes_calls(centre, agent) && (!best || skill.level > best->level)) best = &skill;
    if (best) best->level = std::max(best->level, kHighestGate);
  }
}

}  // namespace

journal::Centre with_other_rules(const journal::Centre& before, Dice& dice) {
  journal::Centre centre = before;
  ++centre.version;
  centre.seed = to(dice, 1'000'000);
  centre.hours = {choppy_hours(dice)};
  for (std::size_t i = 0; i < centre.queues.size(); ++i) {
    journal::Queue& queue = centre.queues[i];
    queue.priority = to(dice, 60);
    queue.strategy = static_cast<journal::Strategy>(1 + dice.below(8));
    queue.group_size = 2 + to(dice, 2);
    queue.estimates = dice.chance(0.5);
    queue.requirements.front().min_level = to(dice, kHighestGate);
    queue.ring_timeout = seconds(dice, 5, 12);
    queue.exclude_after_rona = seconds(dice, 1, 30);
    queue.after_rona = dice.chance(0.5) ? journal::AfterRona::ready : journal::AfterRona::not_ready;
    queue.rona_boost = to(dice, 200);
    queue.auto_answer = dice.chance(0.2);
    queue.wrap_up = dice.chance(0.3) ? Duration{} : seconds(dice, 1, 15);
    queue.wrap_up_extensions = to(dice, 2);
    queue.wrap_up_extension = seconds(dice, 1, 20);
    draw_waiting_rules(queue, dice);
    draw_flows(centre, i, dice);
  }
  for (journal::Agent& agent : centre.agents) {
    for (auto& skill : agent.skills) skill.level = to(dice, 100);
    for (auto& member : agent.queues) {
      member.rank = to(dice, 40) - 20;
      member.share = 1 + to(dice, 4);
      member.resolution = to(dice, 100);
      member.satisfaction = to(dice, 100);
    }
  }
  for (const auto& one : centre.switches) keep_served(centre, one.id);
  return centre;
}

journal::Centre with_other_capacities(const journal::Centre& before, Dice& dice) {
  journal::Centre centre = before;
  ++centre.version;
  for (journal::ChannelRules* rules : {&centre.chat, &centre.email, &centre.other})
    *rules = {dice.chance(0.1) ? 0 : 1 + to(dice, 2), dice.chance(0.5)};
  for (std::size_t i = 0; i < centre.agents.size(); ++i) {
    auto& capacity = centre.agents[i].capacity;
    capacity.clear();
    for (const journal::Channel channel : {journal::Channel::chat, journal::Channel::email, journal::Channel::other})
      if (dice.chance(0.3)) capacity.push_back({channel, to(dice, 4)});
    if (i >= 2 * centre.switches.size() && dice.chance(0.1)) capacity.push_back({journal::Channel::voice, 0});
  }
  for (journal::Queue& queue : centre.queues) queue.load_points = to(dice, 400);
  for (const auto& one : centre.switches) keep_served(centre, one.id);
  return centre;
}

std::string some_writer(journal::Channel channel, Dice& dice) {
  if (dice.chance(0.2)) return {};
  const std::int32_t writer = to(dice, 2 * kCustomers - 1);
  return channel == journal::Channel::email ? "writer" + std::to_string(writer) + "@example.com" : number_of(writer);
}

SwitchOptions switch_options(const journal::Centre& centre, const SwitchId& id, std::uint64_t seed, double calls_per_minute) {
  SwitchOptions options;
  options.seed = seed;
  options.calls_per_minute = calls_per_minute / static_cast<double>(centre.switches.size());
  options.daily_profile = false;
  options.first_call_after = 1s;
  options.no_answer_chance = 0.1;
  options.private_calls_per_hour = 4;
  options.talk_median = 20s;
  if (centre.queues.front().callback.offered) options.asks_back_share = 0.3;
  for (std::size_t i = 0; i < centre.agents.size(); ++i)
    if (centre.agents[i].switch_id == id) options.devices.push_back({centre.agents[i].device, i % 4 == 0});
  for (int i = 0; i < 2 * kCustomers; ++i) options.callers.push_back({number_of(i), {}});  // half of them are nobody's
  return options;
}

Result<void> fill_customers(contacts::Store& store, std::uint64_t, Instant now) {
  for (int i = 0; i < kCustomers; ++i) {
    contacts::Customer draft;
    draft.name = "Customer " + std::to_string(i);
    draft.numbers = {{number_of(i), "mobile", number_of(i), "import"}};
    if (auto made = store.customers().create(draft, "simulator", now); !made) return std::unexpected(made.error());
  }
  return {};
}

}  // namespace callwright::sim
