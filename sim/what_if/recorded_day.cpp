#include "sim/what_if/recorded_day.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "contacts/error.hpp"

namespace callwright::sim::what_if {
namespace {

constexpr Duration kSilent = std::chrono::hours(24);  ///< longer than any phone may ring

const std::uint32_t kStream = stream_of("replay");

std::string times(std::int64_t count, const std::string& what) { return std::to_string(count) + " " + what + (count == 1 ? "" : "s"); }

class RecordedDay final : public Day {
 public:
  RecordedDay(const Recording& recording, const Guesses& guesses, const Side& side, Chance chance)
      : recording_(recording), guesses_(guesses), side_(side), chance_(chance) {
    std::vector<bool> follows(recording.stays.size());
    for (const Stay& stay : recording.stays)
      if (stay.next != kNone) follows[stay.next] = true;
    for (std::uint32_t i = 0; i < recording.stays.size(); ++i)
      if (!follows[i]) arrivals_.push_back(arrival_of(i, std::max(recording.stays[i].at, recording.bounds.front())));
    std::ranges::sort(arrivals_, {}, [](const Arrival& one) { return std::pair(one.at, one.number); });
    for (const Shift& shift : recording.shifts)
      if (const auto agent = side.agent_of[shift.agent]) shifts_.push_back({shift.at, *agent, shift.duty});
  }

  const std::vector<Arrival>& arrivals() const override { return arrivals_; }
  const std::vector<Shift>& shifts() const override { return shifts_; }

  Duration talk(const Arrival& caller, std::uint32_t agent, Instant) const override {
    const Stay& stay = stay_of(caller);
    Duration all = talk_of(stay, side_.recorded_of[agent]);
    for (const Stay* one = &stay; keeps(*one, agent); one = &recording_.stays[one->next])
      all += talk_of(recording_.stays[one->next], side_.recorded_of[agent]);
    return all;
  }
  Ring ring(const Arrival& caller, std::uint32_t agent, std::uint8_t offer) const override {
    const Stay& stay = stay_of(caller);
    const std::uint32_t recorded = side_.recorded_of[agent];
    const RecordedRing* rang = nullptr;
    for (std::size_t i = 0; i < stay.rings.size(); ++i)
      if (const RecordedRing& one = stay.rings[i]; one.agent == recorded && (i == offer || one.how == RecordedRing::How::answered)) rang = &one;
    const auto& own = guesses_.rings[recorded == kNone ? guesses_.rings.size() - 1 : recorded];
    if (!rang && !own.empty()) rang = own[static_cast<std::size_t>(draw(Purpose::ring, stay, offer) * static_cast<double>(own.size()))];
    if (!rang) return {};
    return {rang->how == RecordedRing::How::silent ? kSilent : rang->length, rang->how == RecordedRing::How::refused};
  }
  std::optional<Arrival> comes_again(const Arrival&, Instant) const override { return std::nullopt; }  // who did so in the record comes by himself
  std::optional<Duration> wrap_up(const Arrival& caller, std::uint32_t) const override {
    const Stay& stay = stay_of(caller);
    const Work& work = stay.work ? *stay.work : *guessed(stay).work;
    return work.by_hand ? std::optional(work.wrap_up) : std::nullopt;
  }
  std::optional<Arrival> handed_on(const Arrival& caller, std::uint32_t agent, Instant at) const override {
    const Stay* stay = &stay_of(caller);
    while (keeps(*stay, agent)) stay = &recording_.stays[stay->next];
    if (stay->next == kNone) return std::nullopt;
    const Stay& next = recording_.stays[stay->next];
    const Duration between = stay->work ? next.at - (stay->entered + stay->wait + stay->work->talk) : Duration::zero();
    return arrival_of(stay->next, at + std::max(between, Duration::zero()));
  }
  std::int64_t person(const Arrival& caller) const override { return stay_of(caller).person.value; }
  std::optional<std::uint32_t> last_agent(const Arrival& caller) const override {
    const Stay& stay = stay_of(caller);
    return stay.last_agent == kNone ? std::nullopt : side_.agent_of[stay.last_agent];
  }

 private:
  const Stay& stay_of(const Arrival& caller) const { return recording_.stays[caller.number]; }
  double draw(Purpose purpose, const Stay& stay, std::uint8_t turn = 0) const {
    return chance_.at(purpose, kStream + stay.part, static_cast<std::uint64_t>(stay.contact.value), turn).first;
  }

  Arrival arrival_of(std::uint32_t index, Instant at) const {
    const Stay& stay = recording_.stays[index];
    Arrival caller;
    caller.at = at;
    caller.type = stay.profile;
    caller.queue = side_.queue_of_stay[index];
    caller.number = index;
    caller.waited = caller.credit = stay.at < recording_.bounds.front() ? at - stay.entered : stay.at - stay.entered;
    const Duration patience =
        stay.how == Stay::How::abandoned ? stay.wait : guesses_.patience[stay.queue].patience(stay.wait, draw(Purpose::patience, stay));
    if (patience != kPatient) caller.patience = std::max(patience - caller.waited, Duration::zero());
    caller.counted = stay.counted;
    return caller;
  }

  const Stay& guessed(const Stay& stay) const { return guesses_.handling.any(stay.queue, stay.talk_at_least, draw(Purpose::service, stay)); }
  Duration talk_of(const Stay& stay, std::uint32_t recorded) const {
    if (stay.work) return guesses_.handling.moved(stay.work->talk, stay.queue, stay.agent, recorded);
    const Stay& other = guessed(stay);
    return std::max(guesses_.handling.moved(other.work->talk, stay.queue, other.agent, recorded), stay.talk_at_least);
  }

  /// He needs not hand this caller on: it is not he who did, and he may serve him where he was sent.
  bool keeps(const Stay& stay, std::uint32_t agent) const {
    if (stay.next == kNone || side_.recorded_of[agent] == stay.agent) return false;
    const journal::Queue& queue = side_.centre.queues[side_.queue_of_stay[stay.next]];
    const journal::Agent& one = side_.centre.agents[agent];
    const auto level = [&](const SkillId& skill) {
      const auto has = std::ranges::find(one.skills, skill, &journal::SkillLevel::skill);
      return has == one.skills.end() ? 0 : has->level;
    };
    using enum journal::Requirement::Kind;
    return std::ranges::find(one.queues, queue.id, &journal::QueueMembership::queue) != one.queues.end() &&
           std::ranges::all_of(queue.requirements, [&](const journal::Requirement& wish) {
             return (wish.kind != required || level(wish.skill) >= wish.min_level) && (wish.kind != excluded || level(wish.skill) < wish.min_level);
           });
  }

  const Recording& recording_;
  const Guesses& guesses_;
  const Side& side_;
  const Chance chance_;
  std::vector<Arrival> arrivals_;
  std::vector<Shift> shifts_;
};

/// The number's own queue, or that of "*", as the core has it.
const journal::Entry* entry_for(const journal::Centre& centre, const RecordedEntry& asked) {
  const journal::Entry* rest = nullptr;
  for (const journal::Entry& each : centre.entries) {
    if (each.switch_id != asked.on) continue;
    if (each.number == asked.number) return &each;
    if (each.number == "*" && !rest) rest = &each;
  }
  return rest;
}

}  // namespace

Guesses::Guesses(const Recording& recording) : handling(recording) {
  std::vector<std::vector<Survival::Wait>> waits(recording.queues.size());
  std::vector<Survival::Wait> all;
  rings.resize(recording.agents.size() + 1);  // the last: of all
  for (const Stay& stay : recording.stays) {
    const Survival::Wait wait{stay.wait, stay.how == Stay::How::abandoned};
    waits[stay.queue].push_back(wait);
    all.push_back(wait);
    for (const RecordedRing& ring : stay.rings) {
      rings[ring.agent].push_back(&ring);
      rings.back().push_back(&ring);
    }
  }
  const Survival together(std::move(all));
  for (auto& each : waits) {
    Survival own(std::move(each));
    patience.push_back(own.gave_up() >= kEnough ? std::move(own) : together);
  }
  for (auto& each : rings)
    if (each.size() < kRings) each = rings.back();
}

Result<Side> side_of(const Recording& recording, journal::Centre centre, const std::string& document, bool lenient) {
  Side side;
  side.centre = std::move(centre);
  // What its switch routes has no rules to try, and nobody of its agents is one of ours, but who was on that day.
  const std::set<AgentId> observed = journal::observed_agents(side.centre);
  std::set<QueueId> not_ours;
  std::erase_if(side.centre.queues, [&](const journal::Queue& queue) { return queue.observed && not_ours.insert(queue.id).second; });
  std::erase_if(side.centre.agents, [&](const journal::Agent& agent) {
    return observed.contains(agent.id) && std::ranges::find(recording.agents, agent.id) == recording.agents.end();
  });
  for (journal::Agent& agent : side.centre.agents)
    if (observed.contains(agent.id)) agent.queues.clear();
  std::vector<std::string> faults;
  side.recorded_of.assign(side.centre.agents.size(), kNone);
  for (std::uint32_t i = 0; i < recording.agents.size(); ++i) {
    const auto found = std::ranges::find(side.centre.agents, recording.agents[i], &journal::Agent::id);
    if (found == side.centre.agents.end()) {
      side.agent_of.emplace_back();
      if (!lenient && recording.worked(i))
        faults.push_back(document + ": there is no agent '" + recording.agents[i].value +
                         "', who worked then (to see the day without him, keep him without 'queues')");
      continue;
    }
    side.agent_of.emplace_back(static_cast<std::uint32_t>(found - side.centre.agents.begin()));
    side.recorded_of[*side.agent_of.back()] = i;
  }
  std::map<std::string, std::int64_t> missing;
  for (const Stay& stay : recording.stays) {
    const journal::Entry* entry = stay.entry == kNone ? nullptr : entry_for(side.centre, recording.entries[stay.entry]);
    QueueId wanted = entry ? entry->queue : recording.queues[stay.queue];
    if (stay.entry != kNone && !entry && !lenient) {
      ++missing["the number '" + recording.entries[stay.entry].number + "' of switch '" + recording.entries[stay.entry].on.value +
                "' leads to no queue"];
      wanted = {};
    }
    auto queue = std::ranges::find(side.centre.queues, wanted, &journal::Queue::id);
    if (queue == side.centre.queues.end() && wanted) ++missing[not_ours.contains(wanted) ? "queue '" + wanted.value + "' is routed by its switch" : "there is no queue '" + wanted.value + "'"];
    if (queue == side.centre.queues.end()) queue = side.centre.queues.begin();
    side.queue_of_stay.push_back(static_cast<std::uint32_t>(queue - side.centre.queues.begin()));
  }
  for (const auto& [what, count] : missing) faults.push_back(document + ": " + what + ", where " + times(count, "recorded caller") + " came");
  if (faults.empty()) return side;
  std::string text;
  for (const std::string& fault : faults) text += (text.empty() ? "" : "\n") + fault;
  return fail(contacts::Errc::invalid, text);
}

std::unique_ptr<Day> recorded_day(const Recording& recording, const Guesses& guesses, const Side& side, Chance chance) {
  return std::make_unique<RecordedDay>(recording, guesses, side, chance);
}

}  // namespace callwright::sim::what_if
