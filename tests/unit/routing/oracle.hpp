#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "journal/centre.hpp"
#include "journal/fact.hpp"
#include "oracle_marks.hpp"

namespace callwright::routing_oracle {

/// What one decision should say.
struct Choice {
  ContactId contact;
  AgentId agent;
  std::int64_t score = 0;
  std::int64_t decision = 0;
  std::int32_t agent_share = 0;
  bool joins = false;   ///< the group of the contact's live offers
  bool groups = false;  ///< it is an offer of a group
  bool claim = false;
  std::vector<journal::GateCount> gates;
  std::vector<journal::Candidate> best;
};

/// The rules of docs/routing.md again, by plain scans over all agents and all contacts, from the facts alone. It shares the types of the
/// journal with the engine and nothing else.
class Oracle {
 public:
  void configure(const journal::Centre& centre) {
    seed_ = static_cast<std::uint64_t>(centre.seed);
    agents_.clear();
    queues_.clear();
    interruptible_.clear();
    const std::map<Channel, journal::ChannelRules> channels{
        {Channel::chat, centre.chat}, {Channel::email, centre.email}, {Channel::other, centre.other}};
    for (const auto& [channel, rules] : channels)
      if (rules.interruptible) interruptible_.insert(channel);
    for (const auto& one : centre.queues) queues_[one.id] = one;
    for (const auto& one : centre.agents) {
      Person& person = agents_.emplace_back();
      person.id = one.id;
      person.device = {one.switch_id, one.device};
      person.capacity[Channel::voice] = 1;
      for (const auto& [channel, rules] : channels) person.capacity[channel] = rules.capacity;
      for (const auto& own : one.capacity) person.capacity[own.channel] = own.capacity;
      for (const auto& skill : one.skills) person.levels[skill.skill] = skill.level;
      for (const auto& membership : one.queues) person.memberships[membership.queue] = membership;
    }
  }
  void device(const SwitchId& on, const std::string& name, bool usable) {
    if (usable) unusable_.erase({on, name});
    else unusable_.insert({on, name});
  }
  void link(const SwitchId& name, bool up) {
    if (up) up_.insert(name);
    else up_.erase(name);
  }

  void apply(const journal::Fact& fact) {
    const auto visit = waiting_.find(fact.contact);
    Waiting* waits = visit == waiting_.end() ? nullptr : &visit->second;
    marks_.apply(fact, waits ? waits->visit.service_level : Duration{});
    if (const auto* started = std::get_if<journal::VisitStarted>(&fact.body)) waiting_[fact.contact] = {.visit = *started};
    if (const auto* changed = std::get_if<journal::VisitChanged>(&fact.body); changed && waits) waits->change(*changed);
    if (std::get_if<journal::VisitEnded>(&fact.body)) waiting_.erase(fact.contact);
    if (const auto* made = std::get_if<journal::OfferMade>(&fact.body)) {
      Waiting& offered = waiting_.at(fact.contact);
      offered.offers[made->offer] = made->agent;
      offered.group = made->group;
      if (made->channel == Channel::voice) in_offer_[made->agent] = made->offer;
    }
    if (std::get_if<journal::OfferClaimed>(&fact.body) && waits) waits->group = {};
    if (const auto* ended = std::get_if<journal::OfferEnded>(&fact.body)) {
      if (waits) {
        waits->offers.erase(ended->offer);
        if (ended->how == journal::OfferEnd::refused || ended->how == journal::OfferEnd::timed_out) waits->boost += waits->visit.rona_boost;
      }
      if (const auto his = in_offer_.find(ended->agent); his != in_offer_.end() && his->second == ended->offer) in_offer_.erase(his);
      if (ended->excluded_until.us) excluded_[fact.contact][ended->agent] = ended->excluded_until;
    }
    if (std::get_if<journal::ContactEnded>(&fact.body)) excluded_.erase(fact.contact);
    if (const auto* state = std::get_if<journal::AgentStateChanged>(&fact.body)) states_[state->agent] = *state;
    if (const auto* work = std::get_if<journal::WorkChanged>(&fact.body)) {
      if (work->state == journal::WorkState::done) works_[work->agent].erase(fact.contact);
      else works_[work->agent][fact.contact] = {work->channel, work->state == journal::WorkState::reserved};
    }
  }

  /// The offer that must be made now: the best pair of all. The one after it depends on the facts of this one.
  std::optional<Choice> next(Instant now) const {
    const Balance balance = balance_of_queues();
    std::map<Channel, std::vector<Free>> free;
    for (const Person& agent : agents_)
      for (const auto& [channel, capacity] : agent.capacity)
        if (is_ready(agent) && has_room_for(agent, channel) && is_reachable(agent, channel))
          free[channel].push_back({&agent, states_.at(agent.id).idle_since});
    std::optional<Pair> best;
    for (const auto& [contact, one] : waiting_) {
      const bool joins = !one.offers.empty();
      if (one.parked || free[one.visit.channel].empty() || (joins && !has_room(one))) continue;
      const Case at_hand = open(contact, one, balance, now);
      for (const Free& agent : free[one.visit.channel]) {
        if (!std::ranges::all_of(kGatesOfPairs, [&](Gate gate) { return passes(gate, at_hand, *agent.person); })) continue;
        const Pair pair{&at_hand.waits, contact, agent, score(at_hand, agent), joins};
        if (!best || pair.before(*best)) best = pair;
      }
    }
    return best ? std::optional(explain(open(best->contact, *best->waits, balance, now), *best)) : std::nullopt;
  }

  std::int64_t decisions() const { return marks_.decisions(); }

  /// The group of a contact's live offers while others may join it.
  OfferId group_of(ContactId contact) const {
    const auto one = waiting_.find(contact);
    return one == waiting_.end() || one->second.offers.empty() ? OfferId{} : one->second.group;
  }

  /// A supervisor may give this contact to this agent.
  bool may_pull(ContactId contact, const AgentId& id) const {
    const auto one = waiting_.find(contact);
    const auto agent = std::ranges::find(agents_, id, &Person::id);
    if (one == waiting_.end() || agent == agents_.end()) return false;
    if (one->second.group.value)  // he has it as if he had taken it
      for (const auto& [offer, asked] : one->second.offers)
        if (asked == id) return true;
    const Channel channel = one->second.visit.channel;
    return is_ready(*agent) && has_room_for(*agent, channel) && is_reachable(*agent, channel) && switch_fits(one->second, *agent);
  }

  /// Contacts whose next step is due and has not been taken.
  std::vector<ContactId> late_steps(Instant now) const {
    std::vector<ContactId> late;
    for (const auto& [contact, one] : waiting_)
      if (one.steps_taken < one.visit.steps.size() && one.visit.entered_at + one.visit.steps[one.steps_taken].after <= now) late.push_back(contact);
    return late;
  }

 private:
  using Channel = journal::Channel;
  using Gate = journal::Gate;
  using Why = journal::Favour::Why;
  static constexpr std::array kGates{Gate::member, Gate::signed_in,    Gate::ready,    Gate::capacity, Gate::device_free,
                                     Gate::skills, Gate::not_excluded, Gate::not_held, Gate::switch_up};

  /// What is left for somebody who is free for its channel.
  static constexpr std::array kGatesOfPairs{Gate::member, Gate::skills, Gate::not_excluded, Gate::not_held, Gate::switch_up};

  struct Person {
    AgentId id;
    std::pair<SwitchId, std::string> device;
    std::map<SkillId, std::int32_t> levels;
    std::map<QueueId, journal::QueueMembership> memberships;
    std::map<Channel, std::int32_t> capacity;

    std::int32_t level(const SkillId& skill) const {
      const auto found = levels.find(skill);
      return found == levels.end() ? 0 : found->second;
    }
    const journal::QueueMembership* member(const QueueId& queue) const {
      const auto found = memberships.find(queue);
      return found == memberships.end() ? nullptr : &found->second;
    }
  };

  struct Free {
    const Person* person;
    Instant idle_since;
  };

  struct Waiting {
    journal::VisitStarted visit;  ///< with the requirements that it has by now
    std::map<OfferId, AgentId> offers;  ///< live ones
    OfferId group;                ///< of the last offer; none since it was claimed
    bool parked = false;
    std::size_t steps_taken = 0;
    std::int64_t boost = 0;

    void change(const journal::VisitChanged& changed) {
      using enum journal::VisitChanged::What;
      switch (changed.what) {
        case stepped: {
          steps_taken = static_cast<std::size_t>(changed.step);
          const journal::VisitStep& step = visit.steps.at(steps_taken - 1);
          visit.requirements = step.requirements;
          boost += step.boost;
          break;
        }
        case raised: boost += changed.points; break;
        case parked: this->parked = true; break;
        case resumed: this->parked = false; break;
        case estimated: break;
      }
    }
  };

  /// What is the same for a contact with every agent.
  struct Case {
    ContactId contact;
    const Waiting& waits;
    const journal::Queue& rules;
    std::vector<AgentId> held_for;  ///< nobody: everybody is asked
    std::int64_t target = 0;
    std::int64_t balance = 0;
    Instant now;
  };

  struct Pair {
    const Waiting* waits;
    ContactId contact;
    Free agent;
    std::int64_t score;
    bool joins = false;

    bool before(const Pair& other) const {
      if (joins != other.joins) return other.joins;
      const auto order = [](const Pair& one) {
        return std::tuple(-one.score, one.waits->visit.entered_at, one.contact, one.agent.idle_since, std::string_view(one.agent.person->id.value));
      };
      return order(*this) < order(other);
    }
  };

  // --- gates --------------------------------------------------------------------------------------------------------------

  bool is_signed_in(const Person& agent) const {
    const auto state = states_.find(agent.id);
    return state != states_.end() && state->second.state != journal::AgentState::signed_out &&
           state->second.state != journal::AgentState::unreachable;
  }
  bool is_ready(const Person& agent) const {
    return is_signed_in(agent) && states_.at(agent.id).state == journal::AgentState::ready && !in_offer_.contains(agent.id);
  }
  /// For a call: whatever he has may be interrupted. For a written contact: he has fewer of its channel than he may, and is offered none.
  bool has_room_for(const Person& agent, Channel channel) const {
    std::int32_t here = 0;
    bool offered = false, all_interruptible = true;
    if (const auto his = works_.find(agent.id); his != works_.end())
      for (const auto& [contact, work] : his->second) {
        here += work.channel == channel ? 1 : 0;
        offered |= work.offered;
        all_interruptible &= interruptible_.contains(work.channel);
      }
    return here < agent.capacity.at(channel) && (channel == Channel::voice ? all_interruptible : !offered);
  }
  /// By his phone, if that is what it takes.
  bool is_reachable(const Person& agent, Channel channel) const { return channel != Channel::voice || !unusable_.contains(agent.device); }
  static bool has_skills(const Waiting& one, const Person& agent) {
    return std::ranges::all_of(one.visit.requirements, [&](const journal::Requirement& wish) {
      if (wish.kind == journal::Requirement::Kind::required) return agent.level(wish.skill) >= wish.min_level;
      if (wish.kind == journal::Requirement::Kind::excluded) return agent.level(wish.skill) < wish.min_level;
      return true;
    });
  }
  bool is_excluded(ContactId contact, const AgentId& agent, Instant now) const {
    const auto by = excluded_.find(contact);
    if (by == excluded_.end()) return false;
    const auto until = by->second.find(agent);
    return until != by->second.end() && now < until->second;
  }
  bool switch_fits(const Waiting& one, const Person& agent) const {
    const SwitchId& his = agent.device.first;
    if (one.visit.channel != Channel::voice) return true;
    return (!his || up_.contains(his)) && (!one.visit.switch_id || one.visit.switch_id == his);
  }

  bool passes(Gate gate, const Case& at_hand, const Person& agent) const {
    switch (gate) {
      case Gate::member: return agent.member(at_hand.waits.visit.queue) != nullptr;
      case Gate::signed_in: return is_signed_in(agent);
      case Gate::ready: return is_ready(agent);
      case Gate::capacity: return has_room_for(agent, at_hand.waits.visit.channel);
      case Gate::device_free: return is_reachable(agent, at_hand.waits.visit.channel);
      case Gate::skills: return has_skills(at_hand.waits, agent);
      case Gate::not_excluded: return !is_excluded(at_hand.contact, agent.id, at_hand.now);
      case Gate::not_held: return at_hand.held_for.empty() || std::ranges::find(at_hand.held_for, agent.id) != at_hand.held_for.end();
      case Gate::switch_up: return switch_fits(at_hand.waits, agent);
    }
    return false;
  }
  /// Before the first that the pair does not pass.
  std::size_t gates_passed(const Case& at_hand, const Person& agent) const {
    std::size_t passed = 0;
    while (passed < kGates.size() && passes(kGates[passed], at_hand, agent)) ++passed;
    return passed;
  }

  // --- score --------------------------------------------------------------------------------------------------------------

  static bool asks_groups(const journal::Queue& rules) {
    return rules.strategy == journal::Strategy::ring_all || rules.strategy == journal::Strategy::claim;
  }
  /// Its live offers are a group, which one more may join.
  bool has_room(const Waiting& one) const {
    const journal::Queue& rules = queue(one.visit.queue);
    return one.group.value != 0 && asks_groups(rules) && static_cast<int>(one.offers.size()) < rules.group_size;
  }

  const journal::Queue& queue(const QueueId& id) const {
    static const journal::Queue gone{.age_per_minute = 0, .idle_per_minute = 0};
    const auto found = queues_.find(id);
    return found == queues_.end() ? gone : found->second;
  }

  /// Who waits without an offer and not parked, in queues with a share and in all of them.
  struct Balance {
    std::map<QueueId, std::int64_t> here;
    std::int64_t all = 0;
  };
  Balance balance_of_queues() const {
    Balance counts;
    for (const auto& [contact, one] : waiting_)
      if (one.offers.empty() && !one.parked && queue(one.visit.queue).waiting_share) {
        ++counts.here[one.visit.queue];
        ++counts.all;
      }
    return counts;
  }

  Case open(ContactId contact, const Waiting& one, const Balance& balance, Instant now) const {
    const journal::Queue& rules = queue(one.visit.queue);
    Case at_hand{contact, one, rules, {}, 0, 0, now};
    bool binds = false;
    for (const journal::Favour& favour : one.visit.favours) {
      if (now >= favour.held_until) continue;
      at_hand.held_for.push_back(favour.agent);
      const auto agent = std::ranges::find(agents_, favour.agent, &Person::id);
      binds |= agent != agents_.end() && agent->member(one.visit.queue) && agent->capacity.at(one.visit.channel) > 0 && is_signed_in(*agent) &&
               has_skills(one, *agent) && !is_excluded(contact, favour.agent, now) &&
               (!one.visit.switch_id || agent->device.first == one.visit.switch_id);
    }
    if (!binds) at_hand.held_for.clear();
    if (rules.target && rules.target_points)
      at_hand.target = rules.target_points * std::max<std::int64_t>(0, rules.target * 10'000LL - marks_.service_level(one.visit.queue)) / 10;
    if (rules.waiting_share) {
      const auto here = balance.here.find(one.visit.queue);  // nobody, where all who wait here are offered already
      at_hand.balance = rules.balance_points * (1000 * (here == balance.here.end() ? 0 : here->second) - rules.waiting_share * balance.all);
    }
    return at_hand;
  }

  /// Gives `take` the kind, the skill and the milli-points of each term, in the order of docs/routing.md.
  template <class Take>
  void terms(const Case& at_hand, const Free& free, Take take) const {
    using enum journal::TermKind;
    const SkillId none;
    const journal::VisitStarted& visit = at_hand.waits.visit;
    const journal::Queue& rules = at_hand.rules;
    const Person& agent = *free.person;
    const journal::QueueMembership& member = *agent.member(visit.queue);
    const auto ticks_since = [&](Instant then) { return at_hand.now.us / 60'000 - then.us / 60'000; };
    const std::int64_t range = rules.strategy_points;
    const auto idle_time = [&] { take(idle, none, rules.idle_per_minute * ticks_since(free.idle_since)); };

    switch (rules.strategy) {
      case journal::Strategy::best:
      case journal::Strategy::ring_all:
      case journal::Strategy::claim:
        for (const auto& wish : visit.requirements)
          if (wish.kind == journal::Requirement::Kind::required || wish.kind == journal::Requirement::Kind::preferred)
            take(skill, wish.skill, 1000LL * wish.weight * agent.level(wish.skill));
        for (const auto& wish : visit.requirements)
          if (wish.kind == journal::Requirement::Kind::value) take(customer_value, wish.skill, 1000LL * wish.weight * agent.level(wish.skill));
        if (rules.resolution_weight) take(resolution, none, 1000LL * rules.resolution_weight * member.resolution);
        if (rules.satisfaction_weight) take(satisfaction, none, 1000LL * rules.satisfaction_weight * member.satisfaction);
        idle_time();
        break;
      case journal::Strategy::longest_idle: idle_time(); break;
      case journal::Strategy::least_occupied: take(occupancy, none, -range * marks_.occupancy(agent.id)); break;
      case journal::Strategy::round_robin: take(turn, none, range * marks_.turns_since(agent.id)); break;
      case journal::Strategy::percentage: take(quota, none, -range * marks_.ahead(visit.queue, agent.id) / 1000); break;
      case journal::Strategy::random:
        take(lot, none, range ? static_cast<std::int64_t>(marks_.lot(seed_, agent.id) % static_cast<std::uint64_t>(range * 1000)) : 0);
        break;
    }
    take(rank, none, 1000LL * member.rank);
    if (visit.channel != Channel::voice) {
      const auto his = works_.find(agent.id);
      take(load, none, -1000LL * rules.load_points * static_cast<std::int64_t>(his == works_.end() ? 0 : his->second.size()));
    }
    take(priority, none, 1000LL * visit.priority);
    take(age, none, rules.age_per_minute * ticks_since(visit.entered_at - visit.credit));
    if (at_hand.waits.boost) take(boost, none, 1000 * at_hand.waits.boost);
    if (rules.target && rules.target_points) take(target, none, at_hand.target);
    if (rules.waiting_share && rules.balance_points) take(balance, none, at_hand.balance);
    for (const auto& [why, kind] : {std::pair(Why::last_agent, last_agent), std::pair(Why::named_agent, named_agent)})
      for (const auto& favour : visit.favours)
        if (favour.why == why && favour.agent == agent.id && favour.points) take(kind, none, 1000LL * favour.points);
  }

  std::int64_t score(const Case& at_hand, const Free& agent) const {
    std::int64_t sum = 0;
    terms(at_hand, agent, [&](journal::TermKind, const SkillId&, std::int64_t points) { sum += points; });
    return sum;
  }

  Choice explain(const Case& at_hand, const Pair& chosen) const {
    Choice choice{.contact = chosen.contact, .agent = chosen.agent.person->id, .score = chosen.score, .decision = marks_.decisions() + 1};
    choice.joins = chosen.joins;
    choice.groups = asks_groups(at_hand.rules);
    choice.claim = at_hand.rules.strategy == journal::Strategy::claim;
    if (at_hand.rules.strategy == journal::Strategy::percentage) choice.agent_share = chosen.agent.person->member(chosen.waits->visit.queue)->share;
    for (Gate gate : kGates) choice.gates.push_back({gate, 0});
    std::vector<Pair> passing;
    for (const Person& agent : agents_) {
      const std::size_t passed = gates_passed(at_hand, agent);
      for (std::size_t i = 0; i < passed; ++i) ++choice.gates[i].left;
      if (passed < kGates.size()) continue;
      const Free free{&agent, states_.at(agent.id).idle_since};
      passing.push_back({chosen.waits, chosen.contact, free, score(at_hand, free)});
    }
    std::ranges::sort(passing, &Pair::before);
    for (std::size_t i = 0; i < passing.size() && i < 3; ++i) {
      journal::Candidate& one = choice.best.emplace_back(passing[i].agent.person->id, passing[i].score);
      terms(at_hand, passing[i].agent,
            [&](journal::TermKind kind, const SkillId& skill, std::int64_t points) { one.terms.push_back({kind, skill, points}); });
    }
    return choice;
  }

  std::uint64_t seed_ = 0;
  std::unordered_map<QueueId, journal::Queue> queues_;
  std::vector<Person> agents_;
  std::map<ContactId, Waiting> waiting_;
  std::unordered_map<AgentId, journal::AgentStateChanged> states_;
  std::unordered_map<AgentId, OfferId> in_offer_;  ///< of a call
  struct Work {
    Channel channel;
    bool offered = false;
  };
  std::unordered_map<AgentId, std::map<ContactId, Work>> works_;
  std::set<Channel> interruptible_;
  std::map<ContactId, std::map<AgentId, Instant>> excluded_;
  std::set<std::pair<SwitchId, std::string>> unusable_;
  std::set<SwitchId> up_;
  Marks marks_;
};

}  // namespace callwright::routing_oracle
