#include "sim/what_if/replay.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <ranges>
#include <unordered_map>

#include "contacts/error.hpp"
#include "metrics/calibration.hpp"
#include "sim/what_if/floor.hpp"
#include "sim/what_if/recorded_day.hpp"
#include "sim/what_if/run.hpp"
#include "sim/what_if/study.hpp"

namespace callwright::sim::what_if {
namespace {

constexpr std::int64_t kWhole = 1'000'000;

std::string counted(std::int64_t count, const char* one, const char* many) { return std::to_string(count) + " " + (count == 1 ? one : many); }

/// How good a match a caller and an agent are by the rules of one document: of the points for skills that a perfect agent would have, those that he
/// has.
class Yardstick {
 public:
  Yardstick(const Recording& recording, const Side& side) : side_(side), wishes_(side.centre) {
    for (std::uint32_t i = 0; i < recording.stays.size(); ++i) {
      const std::pair key{side.queue_of_stay[i], recording.stays[i].profile};
      auto [found, added] = classes_.try_emplace(key, static_cast<std::uint32_t>(wanted_.size()));
      if (added) wanted_.push_back(wishes_.of(key.first, recording.profiles[key.second].attributes));
      class_of_.push_back(found->second);
    }
  }
  /// In millionths; none if he asked for no skill that has a weight. `agent`: as recorded.
  std::optional<std::int64_t> match(std::uint32_t stay, std::uint32_t agent) const {
    std::int64_t has = 0, whole = 0;
    for (const journal::Requirement& wish : wanted_[class_of_[stay]]) {
      if (wish.kind == journal::Requirement::Kind::excluded) continue;
      whole += std::int64_t{100} * wish.weight;
      has += std::int64_t{wish.weight} * level(agent, wish.skill);
    }
    return whole > 0 ? std::optional(has * kWhole / whole) : std::nullopt;
  }

 private:
  std::int32_t level(std::uint32_t agent, const SkillId& skill) const {
    if (agent >= side_.agent_of.size() || !side_.agent_of[agent]) return 0;
    const auto& skills = side_.centre.agents[*side_.agent_of[agent]].skills;
    const auto has = std::ranges::find(skills, skill, &journal::SkillLevel::skill);
    return has == skills.end() ? 0 : has->level;
  }

  const Side& side_;
  Wishes wishes_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> classes_;
  std::vector<std::uint32_t> class_of_;
  std::vector<std::vector<journal::Requirement>> wanted_;
};

class Replaying {
 public:
  Replaying(const Recording& recording, Side old_side, Side new_side)
      : recording_(recording),
        old_(std::move(old_side)),
        new_(std::move(new_side)),
        guesses_(recording),
        old_match_(recording, old_),
        new_match_(recording, new_) {
    for (const Side* side : {&old_, &new_})
      for (const journal::Queue& queue : side->centre.queues)
        if (limits_.try_emplace(queue.id, Limits{queue.service_level, queue.short_abandon}).second) out_.queues.push_back(queue.id);
    for (const QueueId& id : recording.queues)
      if (limits_.try_emplace(id, Limits{std::chrono::seconds(20), std::chrono::seconds(5)}).second) out_.queues.push_back(id);
    for (std::size_t q = 0; q < out_.queues.size(); ++q) places_.emplace(out_.queues[q], q);
    out_.estimates.resize(out_.queues.size());
    const auto makes = [](const journal::Queue& queue) { return queue.estimates; };
    for (const journal::Queue& queue : old_.centre.queues | std::views::filter(makes))
      out_.estimates[places_.at(queue.id)].recorded = out_.estimates[places_.at(queue.id)].old_rules = true;
    for (const journal::Queue& queue : new_.centre.queues | std::views::filter(makes)) out_.estimates[places_.at(queue.id)].new_rules = true;
    for (const Stay& stay : recording.stays)  // under rules that came later
      if (stay.estimated && stay.counted) out_.estimates[places_.at(recording.queues[stay.estimated->queue])].recorded = true;
    out_.bounds = recording.bounds;
    out_.written = recording.written;
  }

  Replay run(const ReplayOptions& options) {
    out_.seed = options.seed;
    out_.recorded = recorded();
    const Plan plans[] = {plan_of(old_), plan_of(new_)};
    const Side* sides[] = {&old_, &new_};
    std::vector<SideCounts>* results[] = {&out_.old_rules, &out_.new_rules};
    for (auto* each : results) each->resize(static_cast<std::size_t>(options.draws));
    const std::int32_t of = 2 * options.draws;
    std::function<void(std::int32_t)> progress;
    if (options.progress) progress = [&](std::int32_t done) { options.progress(done, of); };
    each_in_parallel(of, options.threads, progress, [&](std::int32_t i) {
      const auto side = static_cast<std::size_t>(i % 2);
      const auto number = static_cast<std::uint32_t>(i / 2);
      (*results[side])[number] = once(*sides[side], plans[side], Chance(options.seed, number));
    });
    forget_empty_queues();
    tell();
    return std::move(out_);
  }

 private:
  SideCounts empty() const {
    const std::size_t intervals = recording_.bounds.size() - 1;
    return {{out_.queues.size(), std::vector<Tally>(intervals)}, {}};
  }
  std::size_t interval_of(Instant at) const {
    const auto& bounds = recording_.bounds;
    return static_cast<std::size_t>(std::upper_bound(bounds.begin() + 1, bounds.end() - 1, at) - bounds.begin()) - 1;
  }

  Plan plan_of(const Side& side) const {
    Plan plan;
    plan.name = side.centre.name;
    plan.centre = side.centre;
    for (const Profile& profile : recording_.profiles) {
      plan.attributes.push_back(profile.attributes);
      plan.switches.push_back(profile.on);
    }
    Duration silence{};
    std::int64_t silences = 0;
    for (const auto& [length, count] : recording_.silences) silence += length, silences += count;
    const Duration usual = silences ? silence / silences : Duration(std::chrono::seconds(30));
    for (std::uint32_t i = 0; i < side.centre.agents.size(); ++i) {  // each a group of his own
      plan.groups.push_back(side.centre.agents[i].id.value);
      plan.group_of.push_back(i);
      const std::uint32_t recorded = side.recorded_of[i];
      const bool own = recorded != kNone && recording_.silences[recorded].second > 0;
      plan.after_no_answer.push_back(std::max(own ? recording_.silences[recorded].first / recording_.silences[recorded].second : usual, Duration(1)));
    }
    for (const journal::Queue& queue : side.centre.queues) plan.limits.push_back(limits_.at(queue.id));
    plan.bounds = recording_.bounds;
    plan.counted_from = recording_.bounds.front();
    return plan;
  }

  /// Adds how one stay came out, wherever it did.
  void add(SideCounts& to, const QueueId& queue, Instant came, std::uint32_t index, const Outcome& outcome, std::uint32_t agent) const {
    const Stay& stay = recording_.stays[index];
    const Limits& limits = limits_.at(queue);
    Tally& tally = to.queues[places_.at(queue)][interval_of(came)];
    QueueCounts& counts = tally.counts;
    if (outcome.handed_on) {
      ++tally.handed_on;
      return;
    }
    using enum Outcome::How;
    ++counts.offered;
    if (outcome.how == blocked) {
      ++counts.blocked;
      return;
    }
    counts.queued += outcome.queued;
    counts.wait_us += outcome.wait.count();
    if (outcome.how == unserved) ++counts.unserved;
    if (outcome.how == abandoned) ++(outcome.wait < limits.short_abandon ? counts.short_abandoned : counts.abandoned);
    if (outcome.how != answered) return;
    ++counts.answered;
    counts.answered_within += outcome.wait <= limits.service_level;
    counts.answered_wait_us += outcome.wait.count();
    tally.handed_on += stay.handed_on && stay.next == kNone;  // to somebody: as recorded
    if (const auto match = old_match_.match(index, agent)) tally.match_old += *match, ++tally.match_old_of;
    if (const auto match = new_match_.match(index, agent)) tally.match_new += *match, ++tally.match_new_of;
    if (stay.how == Stay::How::answered && stay.agent != kNone) tally.same_agent += agent == stay.agent, ++tally.same_agent_of;
  }

  void add_estimate(SideCounts& to, const QueueId& queue, Instant came, const EstimatedWait& one) const {
    metrics::count_estimate(to.queues[places_.at(queue)][interval_of(came)].counts, one.estimate, one.wait);
  }

  SideCounts recorded() const {
    SideCounts out = empty();
    for (std::uint32_t i = 0; i < recording_.stays.size(); ++i) {
      const Stay& stay = recording_.stays[i];
      if (!stay.counted) continue;
      Outcome outcome{Outcome::How::unserved, stay.wait, 0, !stay.at_once, false};
      if (stay.how == Stay::How::answered) outcome.how = Outcome::How::answered;
      if (stay.how == Stay::How::abandoned) outcome.how = Outcome::How::abandoned;
      if (stay.how == Stay::How::released) outcome.how = Outcome::How::blocked;
      const QueueId& queue = recording_.queues[stay.queue];
      add(out, queue, stay.at, i, outcome, stay.agent);
      if (stay.estimated) add_estimate(out, recording_.queues[stay.estimated->queue], stay.at, *stay.estimated);
      if (stay.next == kNone || stay.how != Stay::How::answered) continue;
      outcome.handed_on = true;
      add(out, queue, stay.at, i, outcome, stay.agent);
    }
    out.agents = recording_.times;
    return out;
  }

  SideCounts once(const Side& side, const Plan& plan, Chance chance) const {
    SideCounts out = empty();
    const auto day = recorded_day(recording_, guesses_, side, chance);
    DayCounts counts = run_day(plan, *day, [&](const Arrival& caller, const Outcome& outcome) {
      if (!caller.counted || caller.at >= recording_.bounds.back()) return;
      add(out, side.centre.queues[caller.queue].id, caller.at, static_cast<std::uint32_t>(caller.number), outcome,
          outcome.how == Outcome::How::answered ? side.recorded_of[outcome.agent] : kNone);
      if (outcome.estimated) add_estimate(out, side.centre.queues[outcome.estimated->queue].id, caller.at, *outcome.estimated);
    });
    out.agents = std::move(counts.groups);
    return out;
  }

  void forget_empty_queues() {
    const auto came = [](const SideCounts& side, std::size_t q) {
      return std::ranges::any_of(side.queues[q], [](const Tally& each) { return each.counts.offered > 0 || each.counts.estimated > 0; });
    };
    for (std::size_t q = out_.queues.size(); q-- > 0;) {
      bool any = came(out_.recorded, q);
      for (const auto* draws : {&out_.old_rules, &out_.new_rules})
        for (const SideCounts& side : *draws) any = any || came(side, q);
      if (any) continue;
      const auto at = static_cast<std::ptrdiff_t>(q);
      out_.queues.erase(out_.queues.begin() + at);
      out_.estimates.erase(out_.estimates.begin() + at);
      out_.recorded.queues.erase(out_.recorded.queues.begin() + at);
      for (auto* draws : {&out_.old_rules, &out_.new_rules})
        for (SideCounts& side : *draws) side.queues.erase(side.queues.begin() + at);
    }
  }

  void tell() {
    std::int64_t came = 0, answered = 0, gave_up = 0;
    for (const Stay& stay : recording_.stays) {
      if (!stay.counted) continue;
      ++came;
      answered += stay.how == Stay::How::answered;
      gave_up += stay.how == Stay::How::abandoned;
    }
    auto& notes = out_.notes;
    notes.push_back("Of " + counted(came, "caller", "callers") + " " + std::to_string(answered) +
                    " were answered: each has more patience than he waited, how much is drawn (from " +
                    counted(static_cast<std::int64_t>(gave_up), "who gave up", "who gave up") +
                    "). The others' talks are drawn from those that were recorded.");
    const auto say = [&](std::int64_t count, const char* one, const char* many) {
      if (count) notes.push_back(counted(count, one, many));
    };
    say(recording_.written, "written contact (chat, e-mail or other) came too and is left out; its agent counts as free for calls meanwhile.",
        "written contacts (chats, e-mails and others) came too and are left out; their agents count as free for calls meanwhile.");
    say(recording_.observed, "caller came to a queue that its switch routes, and is left out.", "callers came to queues that their switch routes, and are left out.");
    say(recording_.moved, "caller was moved to another queue by a supervisor; the replays leave him to the rules.",
        "callers were moved to another queue by a supervisor; the replays leave them to the rules.");
    say(recording_.pulled, "caller was given to an agent by a supervisor; the replays leave him to the rules.",
        "callers were given to an agent by a supervisor; the replays leave them to the rules.");
    say(recording_.raised, "time a supervisor raised a caller; the replays do not.", "times a supervisor raised a caller; the replays do not.");
    say(recording_.parked, "time a supervisor parked a caller; the replays do not.", "times a supervisor parked a caller; the replays do not.");
    say(recording_.lost, "caller was lost by a switch; in the replays he waits on.", "callers were lost by a switch; in the replays they wait on.");
    say(recording_.callbacks, "caller asked for a callback instead of waiting; in the replays he waits on.",
        "callers asked for a callback instead of waiting; in the replays they wait on.");
    say(recording_.outages, "time a switch was out of reach; in the replays it never is.",
        "times a switch was out of reach; in the replays it never is.");
    say(recording_.facts_lost, "contact is missing in the log, which a full disk took from it.",
        "contacts are missing in the log, which a full disk took from it.");
    for (std::uint32_t i = 0; i < recording_.agents.size(); ++i)
      if (!old_.agent_of[i] && recording_.worked(i))
        notes.push_back("Agent '" + recording_.agents[i].value + "' is not in the old rules, and not in their replay.");
    tell_of_new_rules();
  }

  void tell_of_new_rules() {
    std::string idle;
    for (std::size_t i = 0; i < new_.centre.agents.size(); ++i)
      if (new_.recorded_of[i] == kNone || !recording_.worked(new_.recorded_of[i]))
        idle += (idle.empty() ? "" : ", ") + new_.centre.agents[i].id.value;
    if (!idle.empty()) out_.notes.push_back("In the new rules, and not there on that day: " + idle + ".");
    for (const journal::Queue& queue : new_.centre.queues) {
      const auto before = std::ranges::find(old_.centre.queues, queue.id, &journal::Queue::id);
      if (before == old_.centre.queues.end()) continue;
      if (before->service_level != queue.service_level || before->short_abandon != queue.short_abandon)
        out_.notes.push_back("Queue '" + queue.id.value +
                             "' has another service_level or short_abandon in the new rules; all columns are measured by the old ones.");
      if (before->auto_answer != queue.auto_answer)
        out_.notes.push_back("Queue '" + queue.id.value + "' has another auto_answer in the new rules; phones ring as recorded all the same.");
    }
  }

  const Recording& recording_;
  const Side old_, new_;
  const Guesses guesses_;
  const Yardstick old_match_, new_match_;
  std::map<QueueId, Limits> limits_;
  std::unordered_map<QueueId, std::size_t> places_;  ///< in `out_.queues`
  Replay out_;
};

}  // namespace

Tally& Tally::operator+=(const Tally& other) {
  counts += other.counts;
  handed_on += other.handed_on;
  match_old += other.match_old;
  match_old_of += other.match_old_of;
  match_new += other.match_new;
  match_new_of += other.match_new_of;
  same_agent += other.same_agent;
  same_agent_of += other.same_agent_of;
  return *this;
}

Result<Replay> replay(const Recording& recording, const journal::Centre& old_rules, const std::string& old_name, const journal::Centre& new_rules,
                      const std::string& new_name, const ReplayOptions& options) {
  if (std::ranges::none_of(recording.stays, &Stay::counted))
    return fail(contacts::Errc::invalid,
                recording.written ? "nobody called in this time, and written contacts are not replayed" : "nobody came to a queue in this time");
  if (std::ranges::none_of(recording.stays, [](const Stay& stay) { return stay.work && stay.agent != kNone; }))
    return fail(contacts::Errc::invalid, "no agent finished a talk with a caller of this time: there is no talk to go by");
  auto old_side = side_of(recording, old_rules, old_name, true);
  if (!old_side) return std::unexpected(old_side.error());
  auto new_side = side_of(recording, new_rules, new_name, false);
  if (!new_side) return std::unexpected(new_side.error());
  Replay out = Replaying(recording, std::move(*old_side), std::move(*new_side)).run(options);
  out.old_name = old_name;
  out.new_name = new_name;
  return out;
}

}  // namespace callwright::sim::what_if
