#include "sim/what_if/run.hpp"

#include <algorithm>
#include <queue>
#include <tuple>
#include <unordered_map>

#include "metrics/calibration.hpp"
#include "sim/what_if/floor.hpp"

namespace callwright::sim::what_if {
namespace {

const SwitchId kNoSwitch;

/// What was set to happen to a caller or an agent.
struct Due {
  enum class Kind : std::uint8_t { talk_over, wrap_up_over, back_from_no_answer, picks_up, refuses, gives_up, comes_again };
  Instant at;
  Kind kind{};
  std::int64_t order = 0;  ///< as they were set
  ContactId contact;
  std::uint32_t agent = 0;

  bool operator<(const Due& other) const {  // the earliest on top
    return std::tie(other.at, other.kind, other.order) < std::tie(at, kind, order);
  }
};

/// A caller who is in the centre.
struct Caller {
  Arrival arrival;
  std::int32_t interval = -1;  ///< where he counts; -1: nowhere
  std::uint8_t offers = 0;     ///< made so far
  struct Ring {
    std::uint32_t agent = 0;
    std::int64_t order = 0;  ///< of the Due that is his answer
  };
  std::vector<Ring> rings;  ///< several in a group
  bool queued = false;  ///< was not offered at once
  std::int32_t talking_to = -1;
};

class Running {
 public:
  Running(const Plan& plan, const Day& day, const Told& told)
      : plan_(plan),
        day_(day),
        told_(told),
        floor_(plan.centre, [this](ContactId id) { return asked(callers_.at(id).arrival); }),
        agents_(plan.centre.agents.size()) {
    const std::size_t intervals = plan.bounds.size() - 1;
    counts_.queues.assign(plan.centre.queues.size(), std::vector<QueueCounts>(intervals));
    counts_.groups.assign(plan.groups.size(), std::vector<GroupCounts>(intervals));
    present_.resize(plan.groups.size());
    passed_ = plan.bounds.front();
  }

  DayCounts run() {
    const auto& shifts = day_.shifts();
    const auto& arrivals = day_.arrivals();
    std::size_t shift = 0, arrival = 0;
    const Instant stop = plan_.bounds.back() + kOvertime;
    for (;;) {
      const bool more = shift < shifts.size() || arrival < arrivals.size();
      if (!more && callers_.empty() && retrying_.empty()) break;
      std::optional<Instant> next = floor_.next_due();
      const auto earlier = [&](Instant at) { next = next ? std::min(*next, at) : at; };
      if (shift < shifts.size()) earlier(shifts[shift].at);
      if (arrival < arrivals.size()) earlier(arrivals[arrival].at);
      if (!due_.empty()) earlier(due_.top().at);
      if (!next || *next > stop) break;
      const Instant now = std::max(*next, now_);
      go_to(now);
      floor_.expire(now);
      for (; shift < shifts.size() && shifts[shift].at <= now; ++shift) {
        begin_duty(shifts[shift].agent, shifts[shift].duty);
        take_notices();
      }
      while (!due_.empty() && due_.top().at <= now) {
        const Due due = due_.top();
        due_.pop();
        happen(due);
        take_notices();
      }
      for (; arrival < arrivals.size() && arrivals[arrival].at <= now; ++arrival) comes(arrivals[arrival]);
      settle();
    }
    go_to(std::max(now_, plan_.bounds.back()));
    for (std::size_t g = 0; g < present_.size(); ++g) accrue(g);
    for (const auto& [id, caller] : callers_) {
      if (caller.talking_to >= 0) continue;
      if (QueueCounts* counts = counts_of(caller)) {
        ++counts->unserved;
        counts->wait_us += waited(caller.arrival).count();
      }
      tell(caller, Outcome::How::unserved);
    }
    counts_.contacts = contacts_;
    return std::move(counts_);
  }

 private:
  /// Agents of a group as they are since `since`.
  struct Present {
    std::int64_t staffed = 0, busy = 0, paused = 0;
    Instant since;
  };
  struct Agent {
    journal::AgentState state = journal::AgentState::signed_out;
    Duty duty = Duty::away;
    bool counts_in = false, counts_busy = false, counts_paused = false;
    std::int64_t wrap_up = 0;  ///< which of his ends by hand: the order of its Due
  };

  std::int64_t waiting() const { return static_cast<std::int64_t>(callers_.size()) - talking_; }
  static bool has_agent(const Caller& caller) { return caller.talking_to >= 0 || !caller.rings.empty(); }
  QueueCounts* counts_of(const Caller& caller) {
    return caller.interval < 0 ? nullptr : &counts_.queues[caller.arrival.queue][static_cast<std::size_t>(caller.interval)];
  }
  Limits limits_of(const Arrival& arrival) const {
    if (!plan_.limits.empty()) return plan_.limits[arrival.queue];
    const journal::Queue& queue = plan_.centre.queues[arrival.queue];
    return {queue.service_level, queue.short_abandon};
  }
  Duration waited(const Arrival& arrival) const { return arrival.waited + (now_ - arrival.at); }
  void tell(const Caller& caller, Outcome::How how, std::uint32_t agent = 0, const std::optional<EstimatedWait>& estimated = {}) const {
    if (told_) told_(caller.arrival, {how, waited(caller.arrival), agent, caller.queued, false, estimated});
  }
  /// Who talked to him last: in this run, or before it.
  Floor::Asked asked(const Arrival& arrival) const {
    Floor::Asked out{&plan_.attributes[arrival.type], day_.last_agent(arrival)};
    if (const std::int64_t person = day_.person(arrival))
      if (const auto last = last_talks_.find(person); last != last_talks_.end()) out.last_agent = last->second;
    return out;
  }

  /// Adds what passed, cut where an interval or the warm-up ends.
  void go_to(Instant now) {
    now_ = now;
    const Instant until = std::min(now, plan_.bounds.back());
    while (passed_ < until) {
      while (plan_.bounds[interval_ + 1] <= passed_) ++interval_;
      Instant to = std::min(until, plan_.bounds[interval_ + 1]);
      const bool counts = passed_ >= plan_.counted_from;
      if (!counts) to = std::min(to, plan_.counted_from);
      const Duration by = to - passed_;
      if (counts) {
        counts_.in_system_us.resize(std::max(counts_.in_system_us.size(), callers_.size() + 1));
        counts_.in_system_us[callers_.size()] += by.count();
        counts_.waiting_us += waiting() * by.count();
      }
      passed_ = to;
      if (to == plan_.counted_from || to == plan_.bounds[interval_ + 1])
        for (std::size_t g = 0; g < present_.size(); ++g) accrue(g);
    }
  }
  /// Adds the time of a group's agents as they were until now. Asked before they change, and where an interval or the warm-up ends.
  void accrue(std::size_t group) {
    Present& present = present_[group];
    const Duration by = passed_ - std::max(present.since, plan_.bounds.front());
    present.since = passed_;
    if (passed_ <= plan_.counted_from || by <= Duration::zero()) return;
    GroupCounts& counts = counts_.groups[group][interval_];
    counts.staffed_us += present.staffed * by.count();
    counts.busy_us += present.busy * by.count();
    counts.paused_us += present.paused * by.count();
  }
  std::int32_t interval_of(Instant at) const {
    if (at < plan_.counted_from || at >= plan_.bounds.back()) return -1;
    return static_cast<std::int32_t>(std::upper_bound(plan_.bounds.begin(), plan_.bounds.end(), at) - plan_.bounds.begin()) - 1;
  }

  void set(Instant at, Due::Kind kind, ContactId contact, std::uint32_t agent) { due_.push({at, kind, ++order_, contact, agent}); }

  void comes(const Arrival& arrival) {
    Caller caller;
    caller.arrival = arrival;
    caller.interval = arrival.counted ? interval_of(arrival.at) : -1;
    QueueCounts* counts = counts_of(caller);
    if (counts) ++counts->offered;
    const auto turn_away = [&] {
      if (counts) ++counts->blocked;
      tell(caller, Outcome::How::blocked);
      try_again(arrival);
    };
    ++contacts_;
    if (plan_.lines && static_cast<std::int64_t>(callers_.size()) >= *plan_.lines) return turn_away();
    const ContactId id{next_contact_++};
    callers_.emplace(id, caller);
    const SwitchId& on = plan_.switches.empty() ? kNoSwitch : plan_.switches[arrival.type];
    floor_.enter(id, arrival.queue, on, now_ - arrival.credit, now_);
    new_.push_back(id);
    if (!plan_.lines && !plan_.waiting_places) return;
    settle();  // who comes at the same instant must find him where he is
    if (!plan_.waiting_places || waiting() <= *plan_.waiting_places || !callers_.contains(id) || has_agent(callers_.at(id))) return;
    floor_.give_up(id, now_);
    callers_.erase(id);
    turn_away();
  }

  void try_again(const Arrival& arrival) { expect(day_.comes_again(arrival, now_)); }
  void expect(const std::optional<Arrival>& again) {
    if (!again) return;
    const std::int64_t key = ++retries_made_;
    retrying_.emplace(key, *again);
    set(again->at, Due::Kind::comes_again, {key}, 0);
  }

  /// Matches, and lets what follows at once follow.
  void settle() {
    floor_.match(now_);
    take_notices();
    for (const ContactId id : new_) {
      const auto found = callers_.find(id);
      if (found == callers_.end()) continue;
      Caller& caller = found->second;
      if (has_agent(caller)) continue;
      caller.queued = true;
      if (caller.arrival.patience != kPatient) set(now_ + caller.arrival.patience, Due::Kind::gives_up, id, 0);
    }
    new_.clear();
  }

  void happen(const Due& due) {
    switch (due.kind) {
      case Due::Kind::talk_over: return talk_over(due.contact, due.agent);
      case Due::Kind::wrap_up_over:
        if (agents_[due.agent].wrap_up == due.order) floor_.end_wrap_up(due.agent, now_);
        return;
      case Due::Kind::back_from_no_answer:
        if (const Agent& agent = agents_[due.agent]; agent.state == journal::AgentState::not_ready && agent.duty == Duty::ready)
          floor_.agent_comes(due.agent, now_);
        return;
      case Due::Kind::picks_up:
      case Due::Kind::refuses: {
        const auto found = callers_.find(due.contact);
        if (found == callers_.end()) return;
        const bool rings = std::ranges::any_of(found->second.rings, [&](const Caller::Ring& ring) { return ring.order == due.order; });
        if (!rings) return;
        if (due.kind == Due::Kind::picks_up) talk(due.contact, found->second, due.agent);
        else floor_.refuse(due.agent, now_);
        return;
      }
      case Due::Kind::gives_up: return give_up(due.contact);
      case Due::Kind::comes_again: {
        const auto again = retrying_.extract(due.contact.value);
        return comes(again.mapped());
      }
    }
  }

  void talk(ContactId id, Caller& caller, std::uint32_t agent) {
    const auto estimated = floor_.answered(id, agent, now_);
    caller.rings.clear();
    caller.talking_to = static_cast<std::int32_t>(agent);
    ++talking_;
    const Duration wait = waited(caller.arrival);
    if (QueueCounts* counts = counts_of(caller)) {
      ++counts->answered;
      counts->answered_within += wait <= limits_of(caller.arrival).service_level;
      counts->answered_wait_us += wait.count();
      counts->wait_us += wait.count();
      counts->queued += caller.queued;
      if (estimated)
        metrics::count_estimate(counts_.queues[estimated->queue][static_cast<std::size_t>(caller.interval)], estimated->estimate, estimated->wait);
    }
    tell(caller, Outcome::How::answered, agent, estimated);
    agents_[agent].wrap_up = 0;
    set(now_ + day_.talk(caller.arrival, agent, now_), Due::Kind::talk_over, id, agent);
  }

  void talk_over(ContactId id, std::uint32_t agent) {
    const auto found = callers_.find(id);
    const Caller caller = found->second;
    floor_.talk_over(id, agent, now_);
    --talking_;
    callers_.erase(found);
    if (const auto by_hand = day_.wrap_up(caller.arrival, agent)) {
      floor_.extend_wrap_up(agent, *by_hand, now_);
      set(now_ + *by_hand, Due::Kind::wrap_up_over, {}, agent);
      agents_[agent].wrap_up = order_;
    }
    if (const std::int64_t person = day_.person(caller.arrival)) last_talks_[person] = agent;
    const auto next = day_.handed_on(caller.arrival, agent, now_);
    if (next && told_) told_(caller.arrival, {Outcome::How::answered, {}, agent, caller.queued, true});
    expect(next);
  }

  void give_up(ContactId id) {
    const auto found = callers_.find(id);
    if (found == callers_.end() || found->second.talking_to >= 0) return;
    const Caller caller = found->second;
    floor_.give_up(id, now_);
    callers_.erase(found);
    const Duration wait = waited(caller.arrival);
    if (QueueCounts* counts = counts_of(caller)) {
      ++(wait < limits_of(caller.arrival).short_abandon ? counts->short_abandoned : counts->abandoned);
      counts->wait_us += wait.count();
      counts->queued += caller.queued;
    }
    tell(caller, Outcome::How::abandoned);
    try_again(caller.arrival);
  }

  /// Also what the notices lead to, until nothing follows.
  void take_notices() {
    while (!floor_.notices().empty()) {
      std::swap(taken_, floor_.notices());
      for (const Floor::Notice& notice : taken_) {
        if (notice.kind == Floor::Notice::Kind::state) change_state(notice);
        else if (notice.kind == Floor::Notice::Kind::offer_over) offer_over(notice);
        else if (notice.kind == Floor::Notice::Kind::released) released(notice.contact);
        else offered(notice);
      }
      taken_.clear();
    }
  }

  void offered(const Floor::Notice& notice) {
    Caller& caller = callers_.at(notice.contact);
    if (caller.talking_to >= 0) return;  // another of the group answered at once
    const std::uint8_t offer = caller.offers++;
    const Ring ring = day_.ring(caller.arrival, notice.agent, offer);
    if (ring.length == Duration::zero() && !ring.refuses) return talk(notice.contact, caller, notice.agent);
    set(now_ + ring.length, ring.refuses ? Due::Kind::refuses : Due::Kind::picks_up, notice.contact, notice.agent);
    caller.rings.push_back({notice.agent, order_});
    if (offer == 0 && !caller.queued && caller.arrival.patience != kPatient)
      set(now_ + caller.arrival.patience, Due::Kind::gives_up, notice.contact, 0);
  }
  /// Counts as turned away however long he waited; he may try again.
  void released(ContactId id) {
    const auto found = callers_.find(id);
    if (found == callers_.end()) return;
    const Caller caller = found->second;
    callers_.erase(found);
    if (QueueCounts* counts = counts_of(caller)) ++counts->blocked;
    tell(caller, Outcome::How::blocked);
    try_again(caller.arrival);
  }
  void offer_over(const Floor::Notice& notice) {
    const auto found = callers_.find(notice.contact);
    if (found != callers_.end()) std::erase_if(found->second.rings, [&](const Caller::Ring& ring) { return ring.agent == notice.agent; });
  }

  void begin_duty(std::uint32_t agent, Duty duty) {
    agents_[agent].duty = duty;
    switch (duty) {
      case Duty::away: floor_.agent_goes(agent, now_); break;
      case Duty::pause:
      case Duty::other: floor_.agent_pauses(agent, now_); break;
      case Duty::ready: floor_.agent_comes(agent, now_); break;
    }
    recount(agent);
  }

  void change_state(const Floor::Notice& notice) {
    agents_[notice.agent].state = notice.state;
    recount(notice.agent);
    if (notice.no_answer) set(now_ + plan_.after_no_answer[plan_.group_of[notice.agent]], Due::Kind::back_from_no_answer, {}, notice.agent);
  }

  void recount(std::uint32_t index) {
    using enum journal::AgentState;
    Agent& agent = agents_[index];
    const bool is_in = agent.state != signed_out && agent.state != unreachable;
    const bool works = agent.state == reserved || agent.state == talking || agent.state == held || agent.state == wrap_up;
    const bool is_busy = works || (agent.state == not_ready && agent.duty == Duty::other);
    const bool is_paused = is_in && agent.state == not_ready && agent.duty != Duty::other;
    if (is_in == agent.counts_in && is_busy == agent.counts_busy && is_paused == agent.counts_paused) return;
    const std::size_t group = plan_.group_of[index];
    accrue(group);
    Present& present = present_[group];
    present.staffed += is_in - agent.counts_in;
    present.busy += is_busy - agent.counts_busy;
    present.paused += is_paused - agent.counts_paused;
    agent.counts_in = is_in;
    agent.counts_busy = is_busy;
    agent.counts_paused = is_paused;
  }

  const Plan& plan_;
  const Day& day_;
  const Told& told_;
  Floor floor_;
  DayCounts counts_;
  Instant now_, passed_;
  std::size_t interval_ = 0;
  std::priority_queue<Due> due_;
  std::int64_t order_ = 0;
  std::unordered_map<ContactId, Caller> callers_;  ///< who waits or talks
  std::int64_t talking_ = 0;
  std::int64_t next_contact_ = 1, contacts_ = 0;
  std::vector<ContactId> new_;  ///< came since the last match
  std::unordered_map<std::int64_t, Arrival> retrying_;
  std::int64_t retries_made_ = 0;
  std::vector<Agent> agents_;
  std::vector<Present> present_;                                ///< by group
  std::unordered_map<std::int64_t, std::uint32_t> last_talks_;  ///< by person: with whom
  std::vector<Floor::Notice> taken_;
};

}  // namespace

DayCounts run_day(const Plan& plan, const Day& day, const Told& told) { return Running(plan, day, told).run(); }

}  // namespace callwright::sim::what_if
