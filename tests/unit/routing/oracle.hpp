#pragma once
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "journal/centre.hpp"
#include "journal/fact.hpp"

namespace callwright::routing_oracle {

/// What one decision should say.
struct Choice {
  ContactId contact;
  AgentId agent;
  std::int64_t score = 0;
  std::vector<journal::GateCount> gates;
  std::vector<journal::Candidate> best;
};

/// The rules of docs/routing.md again, by plain scans over all agents and all contacts, from the facts alone. It shares the types of the
/// journal with the engine and nothing else.
class Oracle {
 public:
  void configure(const journal::Centre& centre) { centre_ = centre; }
  void device(const SwitchId& on, const std::string& name, bool usable) {
    if (usable) unusable_.erase({on, name});
    else unusable_.insert({on, name});
  }
  void link(const SwitchId& name, bool up) {
    if (up) up_.insert(name);
    else up_.erase(name);
  }

  void apply(const journal::Fact& fact) {
    if (const auto* visit = std::get_if<journal::VisitStarted>(&fact.body)) waiting_[fact.contact] = {*visit, false};
    if (std::get_if<journal::VisitEnded>(&fact.body)) waiting_.erase(fact.contact);
    if (const auto* made = std::get_if<journal::OfferMade>(&fact.body)) {
      waiting_.at(fact.contact).offered = true;
      in_offer_.insert(made->agent);
    }
    if (const auto* ended = std::get_if<journal::OfferEnded>(&fact.body)) {
      if (auto found = waiting_.find(fact.contact); found != waiting_.end()) found->second.offered = false;
      in_offer_.erase(ended->agent);
      if (ended->excluded_until.us) excluded_[{fact.contact, ended->agent}] = ended->excluded_until;
    }
    if (std::get_if<journal::ContactEnded>(&fact.body)) std::erase_if(excluded_, [&](const auto& one) { return one.first.first == fact.contact; });
    if (const auto* state = std::get_if<journal::AgentStateChanged>(&fact.body)) states_[state->agent] = *state;
  }

  /// The offers that must be made now, in order.
  std::vector<Choice> choices(Instant now) {
    std::vector<Choice> all;
    std::set<ContactId> contacts_gone;
    std::set<AgentId> agents_gone;
    for (;;) {
      std::optional<Choice> best;
      std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::string_view> best_rank;
      for (const auto& [contact, one] : waiting_) {
        if (one.offered || contacts_gone.contains(contact)) continue;
        for (const journal::Agent& agent : centre_.agents) {
          if (agents_gone.contains(agent.id) || last_gate(contact, one.visit, agent, now) != kGates) continue;
          const std::int64_t points = score(one.visit, agent, now);
          const std::tuple rank{-points, one.visit.entered_at.us, contact.value, states_.at(agent.id).idle_since.us, std::string_view(agent.id.value)};
          if (best && best_rank < rank) continue;
          best_rank = rank;
          best = Choice{contact, agent.id, points, {}, {}};
        }
      }
      if (!best) return all;
      explain(*best, agents_gone, now);
      contacts_gone.insert(best->contact);
      agents_gone.insert(best->agent);
      all.push_back(std::move(*best));
    }
  }

  std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Waiting {
    journal::VisitStarted visit;
    bool offered = false;
  };
  static constexpr int kGates = 7;

  const journal::Queue* queue(const QueueId& id) const {
    for (const auto& one : centre_.queues)
      if (one.id == id) return &one;
    return nullptr;
  }
  static int level(const journal::Agent& agent, const SkillId& skill) {
    for (const auto& one : agent.skills)
      if (one.skill == skill) return one.level;
    return 0;
  }
  static int rank(const journal::Agent& agent, const QueueId& queue) {
    for (const auto& one : agent.queues)
      if (one.queue == queue) return one.rank;
    return 0;
  }

  /// How many gates this pair passes before the first that it does not.
  int last_gate(ContactId contact, const journal::VisitStarted& visit, const journal::Agent& agent, Instant now, const std::set<AgentId>* gone = nullptr) const {
    const bool member = std::ranges::any_of(agent.queues, [&](const auto& one) { return one.queue == visit.queue; });
    if (!member) return 0;
    const auto state = states_.find(agent.id);
    using enum journal::AgentState;
    if (state == states_.end() || state->second.state == signed_out || state->second.state == unreachable) return 1;
    if (state->second.state != ready || in_offer_.contains(agent.id) || (gone && gone->contains(agent.id))) return 2;
    if (unusable_.contains({agent.switch_id, agent.device})) return 3;
    for (const auto& wish : visit.requirements)
      if (wish.kind == journal::Requirement::Kind::required && level(agent, wish.skill) < wish.min_level) return 4;
    if (auto found = excluded_.find({contact, agent.id}); found != excluded_.end() && now < found->second) return 5;
    if (agent.switch_id && !up_.contains(agent.switch_id)) return 6;
    if (visit.switch_id && visit.switch_id != agent.switch_id) return 6;
    return kGates;
  }

  std::vector<journal::Term> terms(const journal::VisitStarted& visit, const journal::Agent& agent, Instant now) const {
    const journal::Queue* rules = queue(visit.queue);
    std::vector<journal::Term> all;
    for (const auto& wish : visit.requirements) all.push_back({journal::TermKind::skill, wish.skill, 1000LL * wish.weight * level(agent, wish.skill)});
    all.push_back({journal::TermKind::rank, {}, 1000LL * rank(agent, visit.queue)});
    all.push_back({journal::TermKind::priority, {}, 1000LL * visit.priority});
    const auto ticks = [&](Instant since) { return now.us / 60000 - since.us / 60000; };
    all.push_back({journal::TermKind::age, {}, rules ? rules->age_per_minute * ticks(visit.entered_at) : 0});
    all.push_back({journal::TermKind::idle, {}, rules ? rules->idle_per_minute * ticks(states_.at(agent.id).idle_since) : 0});
    return all;
  }

  std::int64_t score(const journal::VisitStarted& visit, const journal::Agent& agent, Instant now) const {
    std::int64_t sum = 1000LL * (rank(agent, visit.queue) + visit.priority);
    for (const auto& wish : visit.requirements) sum += 1000LL * wish.weight * level(agent, wish.skill);
    if (const journal::Queue* rules = queue(visit.queue)) {
      sum += rules->age_per_minute * (now.us / 60000 - visit.entered_at.us / 60000);
      sum += rules->idle_per_minute * (now.us / 60000 - states_.at(agent.id).idle_since.us / 60000);
    }
    return sum;
  }

  void explain(Choice& choice, const std::set<AgentId>& gone, Instant now) const {
    const journal::VisitStarted& visit = waiting_.at(choice.contact).visit;
    std::vector<int> left(kGates + 1, 0);
    std::vector<const journal::Agent*> passing;
    for (const journal::Agent& agent : centre_.agents) {
      const int passed = last_gate(choice.contact, visit, agent, now, &gone);
      for (int i = 1; i <= passed; ++i) ++left[i];
      if (passed == kGates) passing.push_back(&agent);
    }
    for (int i = 1; i <= kGates; ++i) choice.gates.push_back({static_cast<journal::Gate>(i), left[i]});
    std::ranges::sort(passing, {}, [&](const journal::Agent* agent) {
      return std::tuple(-score(visit, *agent, now), states_.at(agent->id).idle_since.us, std::string_view(agent->id.value));
    });
    for (std::size_t i = 0; i < passing.size() && i < 3; ++i)
      choice.best.push_back({passing[i]->id, score(visit, *passing[i], now), terms(visit, *passing[i], now)});
  }

  journal::Centre centre_;
  std::map<ContactId, Waiting> waiting_;
  std::map<AgentId, journal::AgentStateChanged> states_;
  std::set<AgentId> in_offer_;
  std::map<std::pair<ContactId, AgentId>, Instant> excluded_;
  std::set<std::pair<SwitchId, std::string>> unusable_;
  std::set<SwitchId> up_;
};

}  // namespace callwright::routing_oracle
