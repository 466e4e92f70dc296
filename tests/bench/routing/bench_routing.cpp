// What a decision costs beside a plain scan: README.md says what is compared.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <vector>

#include "routing/engine.hpp"
#include "tests/bench/routing/floor.hpp"
#include "tests/bench/routing/heap.hpp"

namespace callwright::bench {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "bench_routing: %s\n", why.c_str());
  std::exit(1);
}

struct Times {
  std::vector<std::int64_t> ns;
  std::int64_t allocations = 0;
  std::vector<std::int64_t> candidates;

  static std::int64_t at(std::vector<std::int64_t> values, double share) {
    if (values.empty()) return 0;
    std::ranges::sort(values);
    return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
  }
  std::int64_t p50() const { return at(ns, 0.5); }
  std::int64_t p99() const { return at(ns, 0.99); }
};

std::int64_t since(Clock::time_point begin) { return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - begin).count(); }

/// Who is idle at first, in what order people become free, and what each contact asks for: somebody idle can always serve it.
class Story {
 public:
  Story(const Shape& shape, const journal::Centre& centre, std::size_t cycles, std::uint64_t seed) : shape_(shape), centre_(centre), dice_(seed) {
    for (std::size_t i = 0; i < shape.agents; ++i) {
      if (dice_.below(shape.idle_one_in) == 0) idle_.push_back(i);
      else busy_.push_back(i);
    }
    first_idle_ = idle_;
    Floor floor(shape, centre);
    for (std::size_t agent : idle_) floor.free(agent, kStart);
    for (std::size_t n = 0; n < cycles; ++n) {
      Cycle cycle;
      cycle.skill = served_skill();
      const Instant now = time_of(n);
      floor.arrive(static_cast<std::int64_t>(n) + 1, floor.wishes_of(requirements_of(shape, cycle.skill)), now);
      floor.begin(now);
      const auto pair = floor.decide(now);
      if (!pair) die("nobody fits a contact that somebody idle can serve");
      floor.give(*pair, now);
      cycle.chosen = pair->agent.agent;
      std::erase(idle_, cycle.chosen);
      busy_.push_back(cycle.chosen);
      cycle.freed = busy_.front();
      busy_.pop_front();
      idle_.push_back(cycle.freed);
      floor.free(cycle.freed, now);
      this->cycles.push_back(cycle);
    }
  }

  static Instant time_of(std::size_t n) { return kStart + kBetween * static_cast<std::int64_t>(n + 1); }
  const std::vector<std::size_t>& first_idle() const { return first_idle_; }

  std::vector<Cycle> cycles;

 private:
  std::size_t served_skill() {
    for (;;) {
      const journal::Agent& agent = centre_.agents[idle_[dice_.below(idle_.size())]];
      const journal::SkillLevel& skill = agent.skills[dice_.below(agent.skills.size())];
      if (skill.level >= shape_.min_level) return static_cast<std::size_t>(std::stoi(skill.skill.value.substr(1)));
    }
  }

  const Shape& shape_;
  const journal::Centre& centre_;
  Dice dice_;
  std::vector<std::size_t> idle_, first_idle_;
  std::deque<std::size_t> busy_;
};

struct Setting {
  std::size_t cycles = 40'000;
  std::size_t warm = 20'000;  ///< until every requirement class has been asked for
};

Times by_matcher(const Shape& shape, const journal::Centre& centre, const Story& story, const Setting& setting) {
  Floor floor(shape, centre);
  std::vector<std::vector<routing::Wish>> wishes;
  for (std::size_t skill = 0; skill < shape.skills; ++skill) wishes.push_back(floor.wishes_of(requirements_of(shape, skill)));
  for (std::size_t agent : story.first_idle()) floor.free(agent, kStart);
  Times times;
  times.ns.reserve(story.cycles.size());
  times.candidates.reserve(story.cycles.size());
  for (std::size_t n = 0; n < story.cycles.size(); ++n) {
    const Cycle& cycle = story.cycles[n];
    const Instant now = Story::time_of(n);
    const auto& wanted = wishes[cycle.skill];
    const std::uint64_t looked_at = floor.matcher.work.candidates;
    const std::int64_t taken = heap::allocations();
    const auto begin = Clock::now();
    floor.arrive(static_cast<std::int64_t>(n) + 1, wanted, now);
    floor.begin(now);
    const auto pair = floor.decide(now);
    floor.give(*pair, now);
    floor.free(cycle.freed, now);
    floor.begin(now);
    const bool more = floor.decide(now).has_value();
    const std::int64_t ns = since(begin);
    if (more || pair->agent.agent != cycle.chosen) die("the same story chose somebody else");
    if (n < setting.warm) continue;
    times.ns.push_back(ns);
    times.candidates.push_back(static_cast<std::int64_t>(floor.matcher.work.candidates - looked_at));
    times.allocations += heap::allocations() - taken;
  }
  return times;
}

/// The account of the scan must be the matcher's, number by number.
void compare(const ScanDecision& scan, const routing::Decision& account) {
  if (scan.left != account.left || scan.shown != account.shown) die("the scan counts other agents");
  for (std::size_t i = 0; i < scan.shown; ++i) {
    if (scan.best[i].agent != account.best[i].agent || scan.best[i].score != account.best[i].score) die("the scan ranks others");
    for (std::size_t term = 0; term < scan.best[i].terms.size(); ++term)
      if (scan.best[i].terms[term] != account.best[i].terms[term].points) die("the scan has other terms");
  }
}

Times by_scan(const Shape& shape, const journal::Centre& centre, const Story& story, const Setting& setting, bool check) {
  Scan scan = scan_of(centre);
  Floor floor(shape, centre);
  for (std::size_t agent : story.first_idle()) {
    scan.agents[agent].able = 1;
    scan.agents[agent].idle_since = kStart.us;
    if (check) floor.free(agent, kStart);
  }
  Times times;
  times.ns.reserve(story.cycles.size());
  ScanDecision decision;
  for (std::size_t n = 0; n < story.cycles.size(); ++n) {
    const Cycle& cycle = story.cycles[n];
    const Instant now = Story::time_of(n);
    const Wanted wanted = wanted_of(shape, cycle.skill);
    const auto begin = Clock::now();
    scan.decide(wanted, now.us, now.us, decision);
    scan.agents[decision.best[0].agent].able = 0;
    scan.agents[cycle.freed].able = 1;
    scan.agents[cycle.freed].idle_since = now.us;
    const std::int64_t ns = since(begin);
    if (decision.shown == 0 || decision.best[0].agent != cycle.chosen) die("the scan chose somebody else");
    if (check) {
      floor.arrive(static_cast<std::int64_t>(n) + 1, floor.wishes_of(requirements_of(shape, cycle.skill)), now);
      floor.begin(now);
      const auto pair = floor.decide(now);
      compare(decision, *floor.account);
      floor.give(*pair, now);
      floor.free(cycle.freed, now);
    }
    if (n >= setting.warm) times.ns.push_back(ns);
  }
  return times;
}

/// The whole engine, every fact made and folded.
struct FactFloor final : journal::FactSink {
  routing::Engine engine;
  IdMint mint;
  Instant now = kStart;
  std::int64_t seq = 0;

  void emit(ContactId contact, journal::Body body) override {
    journal::Fact fact;
    fact.seq = ++seq;
    fact.at = now;
    fact.contact = contact;
    fact.body = std::move(body);
    engine.apply(fact);
  }
};

Times by_facts(const Shape& shape, journal::Centre centre, const Story& story, const Setting& setting) {
  FactFloor floor;
  // The engine takes what a contact asks for from its queue: one for each skill.
  centre.queues.clear();
  for (std::size_t skill = 0; skill < shape.skills; ++skill) {
    journal::Queue& queue = centre.queues.emplace_back();
    queue.id.value = fmt::format("q{}", skill);
    queue.requirements = requirements_of(shape, skill);
    queue.wrap_up = Duration::zero();
  }
  for (journal::Agent& agent : centre.agents) {
    agent.queues.clear();
    for (const journal::SkillLevel& skill : agent.skills) agent.queues.push_back({QueueId{"q" + skill.skill.value.substr(1)}, 0});
  }
  floor.engine.configure(centre);
  floor.engine.switch_state(kSwitch, true);
  std::vector<bool> idle(shape.agents);
  for (std::size_t agent : story.first_idle()) idle[agent] = true;
  for (std::size_t i = 0; i < shape.agents; ++i) {
    floor.engine.set_state(centre.agents[i].id, journal::AgentState::ready, {}, floor.now, floor);
    if (!idle[i]) floor.engine.answered({-static_cast<std::int64_t>(i) - 1}, centre.agents[i].id, floor.now, floor);
  }
  Times times;
  times.ns.reserve(story.cycles.size());
  for (std::size_t n = 0; n < story.cycles.size(); ++n) {
    const Cycle& cycle = story.cycles[n];
    floor.now = Story::time_of(n);
    const ContactId contact{static_cast<std::int64_t>(n) + 1};
    const QueueId queue = centre.queues[cycle.skill].id;
    const std::int64_t taken = heap::allocations();
    const auto begin = Clock::now();
    floor.mint.advance(floor.now);
    (void)floor.engine.enter(contact, kSwitch, queue, floor.now, floor.now, floor);
    floor.engine.match(floor.now, floor.mint, floor);
    const routing::Offer* offer = floor.engine.offer_of(contact);
    const AgentId chosen = offer ? offer->agent : AgentId{};
    floor.engine.answered(contact, chosen, floor.now, floor);
    floor.emit(contact, journal::ContactEnded{});
    floor.engine.work_ended(centre.agents[cycle.freed].id, floor.now, floor);
    floor.engine.match(floor.now, floor.mint, floor);
    const std::int64_t ns = since(begin);
    if (chosen != centre.agents[cycle.chosen].id) die("the engine chose somebody else");
    if (n < setting.warm) continue;
    times.ns.push_back(ns);
    times.allocations += heap::allocations() - taken;
  }
  return times;
}

void print(const std::string& line) {
  std::fputs((line + "\n").c_str(), stdout);
  std::fflush(stdout);
}

double ratio(std::int64_t above, std::int64_t below) { return static_cast<double>(above) / static_cast<double>(std::max<std::int64_t>(below, 1)); }

void cycle(std::size_t agents, const Setting& wanted) {
  const Shape shape{.agents = agents};
  Setting setting = wanted;
  if (agents >= 100'000) {  // the scan takes its time
    setting.cycles = std::min<std::size_t>(setting.cycles, 12'000);
    setting.warm = std::min(setting.warm, setting.cycles / 2);
  }
  const journal::Centre centre = centre_of(shape, agents);
  const Story story(shape, centre, setting.cycles, agents + 1);
  (void)by_scan(shape, centre, story, setting, true);
  const Times ours = by_matcher(shape, centre, story, setting);
  const Times scan = by_scan(shape, centre, story, setting, false);
  const Times again = by_matcher(shape, centre, story, setting);
  const Times facts = by_facts(shape, centre, story, setting);
  const Times& best = again.p50() < ours.p50() ? again : ours;
  const std::string base = fmt::format("\"baseline\":{},\"baseline_ns_p50\":{},\"baseline_ns_p99\":{}", scan.p50(), scan.p50(), scan.p99());
  print(fmt::format(
      R"({{"bench":"routing.cycle","through":"matcher","agents":{},"waiting":0,"value":{},"ns_p50":{},"ns_p99":{},{},"ratio":{:.1f},"candidates_p99":{},"allocations":{}}})",
      agents, best.p50(), best.p50(), best.p99(), base, ratio(scan.p50(), best.p50()), Times::at(best.candidates, 0.99), best.allocations));
  print(fmt::format(
      R"({{"bench":"routing.cycle","through":"facts","agents":{},"waiting":0,"value":{},"ns_p50":{},"ns_p99":{},{},"ratio":{:.1f},"allocations":{}}})",
      agents, facts.p50(), facts.p50(), facts.p99(), base, ratio(scan.p50(), facts.p50()), facts.allocations));
}

void growth(const Setting& setting) {
  Times smallest;
  for (const std::size_t agents : {std::size_t{100}, std::size_t{1'000}, std::size_t{10'000}, std::size_t{100'000}}) {
    const Shape shape{.agents = agents, .skills = 20, .skills_each = 2, .min_level = 1};
    const journal::Centre centre = centre_of(shape, 3);
    const Story story(shape, centre, setting.cycles, 4);
    const Times times = by_matcher(shape, centre, story, setting);
    if (agents == 100) smallest = times;
    const std::int64_t few = std::max<std::int64_t>(Times::at(smallest.candidates, 0.99), 1);
    print(fmt::format(
        R"({{"bench":"routing.growth","agents":{},"waiting":0,"value":{},"ns_p50":{},"ns_p99":{},"baseline":{},"baseline_ns_p50":{},"ratio":{:.2f},"candidates_p99":{},"candidates_ratio":{:.2f},"allocations":{}}})",
        agents, times.p50(), times.p50(), times.p99(), smallest.p50(), smallest.p50(), ratio(times.p50(), smallest.p50()),
        Times::at(times.candidates, 0.99), ratio(Times::at(times.candidates, 0.99), few), times.allocations));
  }
}

/// Everybody busy, one skill in a hundred contacts is rare: one agent has it.
void adverse(std::size_t waiting, const Setting& setting) {
  const Shape shape{.agents = 1'000, .skills = 50, .skills_each = 5, .min_level = 0};
  journal::Centre centre = centre_of(shape, 5);
  for (journal::Agent& agent : centre.agents) std::erase_if(agent.skills, [](const auto& skill) { return skill.skill.value == "s0"; });
  centre.agents[0].skills.front().skill.value = "s0";
  for (journal::Agent& agent : centre.agents)
    for (journal::SkillLevel& skill : agent.skills) skill.level = 50;
  for (journal::Queue& queue : centre.queues) queue.age_per_minute = queue.idle_per_minute = 0;  // all scores equal
  Floor floor(shape, centre);
  Scan scan = scan_of(centre);
  Dice dice(6);
  std::vector<std::vector<routing::Wish>> wishes;
  for (std::size_t skill = 0; skill < shape.skills; ++skill)
    wishes.push_back(floor.wishes_of({{SkillId{fmt::format("s{}", skill)}, journal::Requirement::Kind::required, 1, 1}}));
  std::vector<PackedContact> contacts;
  const auto arrive = [&](std::size_t place) {
    const std::int64_t id = static_cast<std::int64_t>(place) + 1;
    const std::size_t skill = dice.below(100) == 0 ? 0 : 1 + dice.below(shape.skills - 1);
    const Instant now = kStart + Duration(static_cast<std::int64_t>(place) * 1000);
    contacts.push_back({now.us, id, static_cast<std::uint16_t>(skill), 1, 1});
    return std::pair(skill, now);
  };
  for (std::size_t i = 0; i < waiting; ++i) {
    const auto [skill, now] = arrive(i);
    floor.arrive(static_cast<std::int64_t>(i) + 1, wishes[skill], now);
  }
  floor.begin(kStart + Duration(static_cast<std::int64_t>(waiting) * 1000));
  (void)floor.decide(kStart);
  Times times, baseline;
  const std::size_t cycles = std::min<std::size_t>(setting.cycles, 20'000), warm = std::min(setting.warm, cycles / 4);
  times.ns.reserve(cycles);
  times.candidates.reserve(cycles);
  contacts.reserve(waiting + cycles);
  for (std::size_t n = 0; n < cycles; ++n) {
    const auto [skill, now] = arrive(waiting + n);
    std::size_t agent = dice.below(100) == 0 ? 0 : dice.below(shape.agents);
    while (centre.agents[agent].skills.empty()) agent = dice.below(shape.agents);
    const std::uint64_t looked_at = floor.matcher.work.candidates + floor.matcher.work.visits;
    const std::int64_t taken = heap::allocations();
    const auto begin = Clock::now();
    floor.arrive(static_cast<std::int64_t>(waiting + n) + 1, wishes[skill], now);
    floor.free(agent, now);
    floor.begin(now);
    const auto pair = floor.decide(now);
    if (pair) floor.give(*pair, now);
    else floor.busy(agent, now);
    const std::int64_t ns = since(begin);
    const std::int64_t allocated = heap::allocations() - taken;
    if (n % 50 == 0) {  // the scan reads all contacts: a sample is enough
      const auto begin_scan = Clock::now();
      const auto found = scan.best_contact(contacts, agent);
      baseline.ns.push_back(since(begin_scan));
      if (found.has_value() != pair.has_value() || (found && contacts[*found].id != pair->visit.contact.value)) die("the scan gives another contact");
    }
    if (pair) contacts[static_cast<std::size_t>(pair->visit.contact.value) - 1].waiting = 0;
    if (n < warm) continue;
    times.ns.push_back(ns);
    times.allocations += allocated;
    times.candidates.push_back(static_cast<std::int64_t>(floor.matcher.work.candidates + floor.matcher.work.visits - looked_at));
  }
  print(fmt::format(
      R"({{"bench":"routing.adverse","agents":{},"waiting":{},"value":{},"ns_p50":{},"ns_p99":{},"baseline":{},"baseline_ns_p50":{},"ratio":{:.2f},"candidates_p99":{},"allocations":{}}})",
      shape.agents, waiting, times.p99(), times.p50(), times.p99(), times.p50(), baseline.p50(), ratio(times.p99(), times.p50()),
      Times::at(times.candidates, 0.99), times.allocations));
}

void memory() {
  const Shape shape{.agents = 100'000};
  const journal::Centre centre = centre_of(shape, 7);
  const std::int64_t before = heap::live_bytes();
  Floor floor(shape, centre);
  Dice dice(8);
  for (std::size_t i = 0; i < shape.agents; ++i)
    if (dice.below(shape.idle_one_in) == 0) floor.free(i, kStart);
  for (std::size_t skill = 0; skill < shape.skills; ++skill) {  // every class there is has been asked for
    floor.arrive(static_cast<std::int64_t>(skill) + 1, floor.wishes_of(requirements_of(shape, skill)), kStart);
    floor.begin(kStart);
    while (const auto pair = floor.decide(kStart)) floor.give(*pair, kStart);
  }
  const std::int64_t each = (heap::live_bytes() - before) / static_cast<std::int64_t>(shape.agents);
  print(fmt::format(R"({{"bench":"routing.memory","agents":{},"waiting":0,"value":{},"baseline":1024,"ratio":{:.2f}}})", shape.agents, each,
                    ratio(each, 1024)));
}

}  // namespace

int run(int argc, char** argv) {
  CLI::App app("What a decision costs beside a plain scan (README.md)");
  Setting setting;
  std::string only;
  std::vector<std::size_t> sizes{1'000, 10'000, 100'000};
  app.add_option("--cycles", setting.cycles, "cycles of each measurement, the warm-up among them")
      ->capture_default_str()
      ->check(CLI::Range(100, 10'000'000));
  app.add_option("--warm", setting.warm, "cycles of warm-up")->capture_default_str();
  app.add_option("--only", only, "cycle, growth, adverse or memory")->check(CLI::IsMember({"cycle", "growth", "adverse", "memory"}));
  app.add_option("--agents", sizes, "centres that cycle measures")->capture_default_str()->check(CLI::Range(100, 1'000'000));
  CLI11_PARSE(app, argc, argv);
  if (setting.warm >= setting.cycles) die("the warm-up takes all cycles");
  const auto wants = [&](const char* part) { return only.empty() || only == part; };
  if (wants("cycle"))
    for (const std::size_t agents : sizes) cycle(agents, setting);
  if (wants("growth")) growth(setting);
  if (wants("adverse"))
    for (const std::size_t waiting : {std::size_t{10'000}, std::size_t{100'000}}) adverse(waiting, setting);
  if (wants("memory")) memory();
  return 0;
}

}  // namespace callwright::bench

int main(int argc, char** argv) { return callwright::bench::run(argc, argv); }
