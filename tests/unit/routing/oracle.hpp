#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "oracle_world.hpp"

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

/// The decisions of docs/routing.md again, by plain scans over all agents and all contacts.
class Oracle : public World {
 public:
  /// The offer that must be made now: the best pair of all. The one after it depends on the facts of this one.
  std::optional<Choice> next(Instant now) const {
    const Balance balance = balance_of_queues();
    std::map<Channel, std::vector<Free>> free;
    for (const Person& agent : agents())
      for (const auto& [channel, capacity] : agent.capacity)
        if (is_ready(agent) && has_room_for(agent, channel) && is_reachable(agent, channel)) free[channel].push_back({&agent, idle_since(agent)});
    std::optional<Pair> best;
    for (const auto& [contact, one] : waiting()) {
      const bool joins = !one.offers.empty();
      if (one.aside() || free[one.visit.channel].empty() || (joins && !has_room(one))) continue;
      const Case at_hand = open(contact, one, balance, now);
      for (const Free& agent : free[one.visit.channel]) {
        if (!std::ranges::all_of(kGatesOfPairs, [&](Gate gate) { return passes(gate, at_hand, *agent.person); })) continue;
        const Pair pair{&at_hand.waits, contact, agent, score(at_hand, agent), joins};
        if (!best || pair.before(*best)) best = pair;
      }
    }
    return best ? std::optional(explain(open(best->contact, *best->waits, balance, now), *best)) : std::nullopt;
  }

  std::int64_t decisions() const { return marks().decisions(); }

  /// The group of a contact's live offers while others may join it.
  OfferId group_of(ContactId contact) const {
    const Waiting* one = waiting(contact);
    return one && !one->offers.empty() ? one->group : OfferId{};
  }

  /// A supervisor may give this contact to this agent.
  bool may_pull(ContactId contact, const AgentId& id) const {
    const Waiting* one = waiting(contact);
    const Person* who = agent(id);
    if (!one || !who) return false;
    if (one->group.value)  // he has it as if he had taken it
      for (const auto& [offer, asked] : one->offers)
        if (asked == id) return true;
    const Channel channel = one->visit.channel;
    return is_ready(*who) && has_room_for(*who, channel) && is_reachable(*who, channel) && switch_fits(*one, *who);
  }

  /// Contacts whose next step is due and has not been taken.
  std::vector<ContactId> late_steps(Instant now) const {
    std::vector<ContactId> late;
    for (const auto& [contact, one] : waiting())
      if (one.steps_taken < one.visit.steps.size() && one.visit.entered_at + one.visit.steps[one.steps_taken].after <= now) late.push_back(contact);
    return late;
  }

 private:
  using Gate = journal::Gate;
  using Why = journal::Favour::Why;
  static constexpr std::array kGates{Gate::member, Gate::signed_in,    Gate::ready,    Gate::capacity, Gate::device_free,
                                     Gate::skills, Gate::not_excluded, Gate::not_held, Gate::switch_up};

  /// What is left for somebody who is free for its channel.
  static constexpr std::array kGatesOfPairs{Gate::member, Gate::skills, Gate::not_excluded, Gate::not_held, Gate::switch_up};

  struct Free {
    const Person* person;
    Instant idle_since;
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

  bool switch_fits(const Waiting& one, const Person& agent) const {
    return one.visit.channel != Channel::voice || (is_linked(agent, Channel::voice) && shares_switch(one, agent));
  }

  bool passes(Gate gate, const Case& at_hand, const Person& agent) const {
    switch (gate) {
      case Gate::member: return agent.member(at_hand.waits.visit.queue) != nullptr;
      case Gate::signed_in: return is_signed_in(agent);
      case Gate::ready: return is_ready(agent);
      case Gate::capacity: return has_room_for(agent, at_hand.waits.visit.channel);
      case Gate::device_free: return is_reachable(agent, at_hand.waits.visit.channel);
      case Gate::skills: return has_skills(at_hand.waits, agent);
      case Gate::not_excluded: return !excludes(at_hand.contact, agent.id, at_hand.now);
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

  Case open(ContactId contact, const Waiting& one, const Balance& counts, Instant now) const {
    const journal::Queue& rules = queue(one.visit.queue);
    return {contact, one, rules, held_for(contact, one, now), target(rules), balance(rules, counts), now};
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
    const std::int64_t range = rules.strategy_points;
    const auto idle_time = [&] { take(idle, none, rules.idle_per_minute * ticks_between(free.idle_since, at_hand.now)); };

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
      case journal::Strategy::least_occupied: take(occupancy, none, -range * marks().occupancy(agent.id)); break;
      case journal::Strategy::round_robin: take(turn, none, range * marks().turns_since(agent.id)); break;
      case journal::Strategy::percentage: take(quota, none, -range * marks().ahead(visit.queue, agent.id) / 1000); break;
      case journal::Strategy::random:
        take(lot, none, range ? static_cast<std::int64_t>(marks().lot(seed(), agent.id) % static_cast<std::uint64_t>(range * 1000)) : 0);
        break;
    }
    take(rank, none, 1000LL * member.rank);
    if (visit.channel != Channel::voice) take(load, none, -1000LL * rules.load_points * static_cast<std::int64_t>(works_of(agent.id)));
    take(priority, none, 1000LL * visit.priority);
    take(journal::TermKind::age, none, World::age(at_hand.waits, rules, at_hand.now));
    if (at_hand.waits.boost) take(boost, none, 1000 * at_hand.waits.boost);
    if (rules.target && rules.target_points) take(journal::TermKind::target, none, at_hand.target);
    if (rules.waiting_share && rules.balance_points) take(journal::TermKind::balance, none, at_hand.balance);
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
    Choice choice{.contact = chosen.contact, .agent = chosen.agent.person->id, .score = chosen.score, .decision = marks().decisions() + 1};
    choice.joins = chosen.joins;
    choice.groups = asks_groups(at_hand.rules);
    choice.claim = at_hand.rules.strategy == journal::Strategy::claim;
    if (at_hand.rules.strategy == journal::Strategy::percentage) choice.agent_share = chosen.agent.person->member(chosen.waits->visit.queue)->share;
    for (Gate gate : kGates) choice.gates.push_back({gate, 0});
    std::vector<Pair> passing;
    for (const Person& agent : agents()) {
      const std::size_t passed = gates_passed(at_hand, agent);
      for (std::size_t i = 0; i < passed; ++i) ++choice.gates[i].left;
      if (passed < kGates.size()) continue;
      const Free free{&agent, idle_since(agent)};
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
};

}  // namespace callwright::routing_oracle
