#pragma once
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "journal/centre.hpp"
#include "journal/fact.hpp"
#include "oracle_handling.hpp"
#include "oracle_marks.hpp"

namespace callwright::routing_oracle {

/// An agent of the document.
struct Person {
  AgentId id;
  std::pair<SwitchId, std::string> device;
  std::map<SkillId, std::int32_t> levels;
  std::map<QueueId, journal::QueueMembership> memberships;
  std::map<journal::Channel, std::int32_t> capacity;

  std::int32_t level(const SkillId& skill) const {
    const auto found = levels.find(skill);
    return found == levels.end() ? 0 : found->second;
  }
  const journal::QueueMembership* member(const QueueId& queue) const {
    const auto found = memberships.find(queue);
    return found == memberships.end() ? nullptr : &found->second;
  }
};

/// A contact that stands in a queue.
struct Waiting {
  journal::VisitStarted visit;        ///< with the requirements that it has by now
  std::map<OfferId, AgentId> offers;  ///< live ones
  OfferId group;                      ///< of the last offer; none since it was claimed
  bool parked = false;
  std::optional<journal::VisitTreated> hears;    ///< the message that plays
  std::optional<journal::TreatedFor> treated;    ///< the last treatment that a fact names
  std::map<journal::TreatedFor, Instant> heard;  ///< messages that are behind it, and when each was over
  std::size_t steps_taken = 0;
  std::int64_t boost = 0;

  bool aside() const { return parked || hears; }
  /// Whoever is free may have it, unless it is held for somebody.
  bool stands() const { return offers.empty() && !aside(); }

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

/// Who is there, who waits, and what both can do, by plain scans over the facts and the centre document. It shares the types of the journal with
/// the engine and nothing else. The rules that read it are in oracle.hpp, oracle_flows.hpp and oracle_estimate.hpp; `configure`, `device`, `link` and
/// `apply` alone change it.
class World {
 public:
  using Channel = journal::Channel;

  void configure(const journal::Centre& centre) {
    seed_ = static_cast<std::uint64_t>(centre.seed);
    time_zone_ = centre.time_zone;
    hours_ = centre.hours;
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
    handling_.apply(fact);
    if (const auto* started = std::get_if<journal::VisitStarted>(&fact.body)) {
      waiting_[fact.contact] = {.visit = *started};
      visits_[fact.contact] = started->visit;
    }
    if (const auto* changed = std::get_if<journal::VisitChanged>(&fact.body); changed && waits) waits->change(*changed);
    if (const auto* treated = std::get_if<journal::VisitTreated>(&fact.body); treated && waits) {
      waits->hears = *treated;
      waits->treated = treated->why;
    }
    if (std::get_if<journal::VisitHeard>(&fact.body) && waits && waits->hears) {
      waits->heard[waits->hears->why] = fact.at;
      waits->hears.reset();
    }
    if (const auto* ended = std::get_if<journal::VisitEnded>(&fact.body)) {
      if (ended->how == journal::VisitEnd::flow_closed || ended->how == journal::VisitEnd::flow_overflow) left_[fact.contact].insert(ended->queue);
      waiting_.erase(fact.contact);
    }
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
    if (std::get_if<journal::ContactEnded>(&fact.body)) {
      excluded_.erase(fact.contact);
      left_.erase(fact.contact);
      visits_.erase(fact.contact);
    }
    if (const auto* state = std::get_if<journal::AgentStateChanged>(&fact.body)) states_[state->agent] = *state;
    if (const auto* work = std::get_if<journal::WorkChanged>(&fact.body)) {
      if (work->state == journal::WorkState::done) works_[work->agent].erase(fact.contact);
      else works_[work->agent][fact.contact] = {work->channel, work->state == journal::WorkState::reserved};
    }
    if (const auto* set = std::get_if<journal::EmergencySet>(&fact.body)) {
      if (set->on) emergencies_.insert(set->queue);
      else emergencies_.erase(set->queue);
    }
  }

  // --- contacts -----------------------------------------------------------------------------------------------------------

  const std::map<ContactId, Waiting>& waiting() const { return waiting_; }
  const Waiting* waiting(ContactId contact) const {
    const auto found = waiting_.find(contact);
    return found == waiting_.end() ? nullptr : &found->second;
  }
  /// The number of the contact's last visit; 0: it has had none.
  std::int32_t visits(ContactId contact) const {
    const auto found = visits_.find(contact);
    return found == visits_.end() ? 0 : found->second;
  }
  /// The contact flowed out of this queue once.
  bool has_left(ContactId contact, const QueueId& queue) const {
    const auto found = left_.find(contact);
    return found != left_.end() && found->second.contains(queue);
  }
  bool excludes(ContactId contact, const AgentId& agent, Instant now) const {
    const auto by = excluded_.find(contact);
    if (by == excluded_.end()) return false;
    const auto until = by->second.find(agent);
    return until != by->second.end() && now < until->second;
  }

  // --- queues -------------------------------------------------------------------------------------------------------------

  /// The document has it.
  bool is_known(const QueueId& id) const { return queues_.contains(id); }
  const journal::Queue& queue(const QueueId& id) const {
    static const journal::Queue gone{.age_per_minute = 0, .idle_per_minute = 0};
    const auto found = queues_.find(id);
    return found == queues_.end() ? gone : found->second;
  }
  bool is_in_emergency(const QueueId& id) const { return emergencies_.contains(id); }
  /// Business hours of the document; none: no such.
  const journal::Hours* hours(const HoursId& id) const {
    const auto found = std::ranges::find(hours_, id, &journal::Hours::id);
    return found == hours_.end() ? nullptr : &*found;
  }
  const std::string& time_zone() const { return time_zone_; }

  // --- agents -------------------------------------------------------------------------------------------------------------

  const std::vector<Person>& agents() const { return agents_; }
  const Person* agent(const AgentId& id) const {
    const auto found = std::ranges::find(agents_, id, &Person::id);
    return found == agents_.end() ? nullptr : &*found;
  }
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
  /// His link, likewise.
  bool is_linked(const Person& agent, Channel channel) const {
    const SwitchId& his = agent.device.first;
    return channel != Channel::voice || !his || up_.contains(his);
  }
  Instant idle_since(const Person& agent) const { return states_.at(agent.id).idle_since; }
  /// Written contacts that he has, offered ones among them.
  std::size_t works_of(const AgentId& agent) const {
    const auto his = works_.find(agent);
    return his == works_.end() ? 0 : his->second.size();
  }

  // --- both ---------------------------------------------------------------------------------------------------------------

  static bool has_skills(const Waiting& one, const Person& agent) {
    return std::ranges::all_of(one.visit.requirements, [&](const journal::Requirement& wish) {
      if (wish.kind == journal::Requirement::Kind::required) return agent.level(wish.skill) >= wish.min_level;
      if (wish.kind == journal::Requirement::Kind::excluded) return agent.level(wish.skill) < wish.min_level;
      return true;
    });
  }
  /// His device is on the switch that the contact's call is on.
  static bool shares_switch(const Waiting& one, const Person& agent) { return !one.visit.switch_id || one.visit.switch_id == agent.device.first; }
  /// Whatever he does at the moment: a member who has the levels, serves the channel and is on its switch.
  static bool could_serve(const Waiting& one, const Person& agent) {
    return agent.member(one.visit.queue) && agent.capacity.at(one.visit.channel) > 0 && shares_switch(one, agent) && has_skills(one, agent);
  }

  /// Whom alone the contact is held for; nobody: everybody is asked.
  std::vector<AgentId> held_for(ContactId contact, const Waiting& one, Instant now) const {
    std::vector<AgentId> held;
    bool binds = false;
    for (const journal::Favour& favour : one.visit.favours) {
      if (now >= favour.held_until) continue;
      held.push_back(favour.agent);
      const Person* person = agent(favour.agent);
      binds |= person && could_serve(one, *person) && is_signed_in(*person) && !excludes(contact, favour.agent, now);
    }
    if (!binds) held.clear();
    return held;
  }

  // --- what tells contacts apart, in milli-points -------------------------------------------------------------------------

  /// Who waits without an offer and not aside, in queues with a share and in all of them.
  struct Balance {
    std::map<QueueId, std::int64_t> here;
    std::int64_t all = 0;
  };
  Balance balance_of_queues() const {
    Balance counts;
    for (const auto& [contact, one] : waiting_)
      if (one.stands() && queue(one.visit.queue).waiting_share) {
        ++counts.here[one.visit.queue];
        ++counts.all;
      }
    return counts;
  }
  std::int64_t target(const journal::Queue& rules) const {
    if (!rules.target || !rules.target_points) return 0;
    return rules.target_points * std::max<std::int64_t>(0, rules.target * 10'000LL - marks_.service_level(rules.id)) / 10;
  }
  static std::int64_t balance(const journal::Queue& rules, const Balance& counts) {
    if (!rules.waiting_share) return 0;
    const auto here = counts.here.find(rules.id);  // nobody, where all who wait here are offered already
    return rules.balance_points * (1000 * (here == counts.here.end() ? 0 : here->second) - rules.waiting_share * counts.all);
  }
  static std::int64_t ticks_between(Instant then, Instant now) { return now.us / 60'000 - then.us / 60'000; }
  static std::int64_t age(const Waiting& one, const journal::Queue& rules, Instant now) {
    return rules.age_per_minute * ticks_between(one.visit.entered_at - one.visit.credit, now);
  }
  /// All of it.
  std::int64_t standing(const Waiting& one, const Balance& counts, Instant now) const {
    const journal::Queue& rules = queue(one.visit.queue);
    return 1000LL * one.visit.priority + age(one, rules, now) + 1000 * one.boost + target(rules) + balance(rules, counts);
  }

  std::uint64_t seed() const { return seed_; }
  const Marks& marks() const { return marks_; }
  const HandlingTimes& handling() const { return handling_; }

 private:
  struct Work {
    Channel channel;
    bool offered = false;
  };

  std::uint64_t seed_ = 0;
  std::string time_zone_;
  std::vector<journal::Hours> hours_;
  std::unordered_map<QueueId, journal::Queue> queues_;
  std::vector<Person> agents_;
  std::set<Channel> interruptible_;
  std::set<std::pair<SwitchId, std::string>> unusable_;
  std::set<SwitchId> up_;

  std::map<ContactId, Waiting> waiting_;
  std::unordered_map<ContactId, std::int32_t> visits_;
  std::map<ContactId, std::set<QueueId>> left_;  ///< queues that each has flowed out of
  std::map<ContactId, std::map<AgentId, Instant>> excluded_;
  std::unordered_map<AgentId, journal::AgentStateChanged> states_;
  std::unordered_map<AgentId, OfferId> in_offer_;  ///< of a call
  std::unordered_map<AgentId, std::map<ContactId, Work>> works_;
  std::set<QueueId> emergencies_;
  Marks marks_;
  HandlingTimes handling_;
};

}  // namespace callwright::routing_oracle
