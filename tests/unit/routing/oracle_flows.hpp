#pragma once
#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include "oracle_estimate.hpp"
#include "oracle_hours.hpp"
#include "oracle_world.hpp"

namespace callwright::routing_oracle {

/// Why a queue does not keep a contact.
enum class FlowsBy { emergency, closed, no_agents, wait, length, estimate };

/// What a queue does to a contact that it does not keep.
struct Flow {
  FlowsBy by{};
  bool message = false;  ///< it hears a message first, and the rest is asked after it
  bool hang_up = false;
  QueueId to;  ///< empty: released, or hung up on
  bool keeps_place = true;
};

/// What a queue answers when it is asked about a contact.
struct Answer {
  std::optional<Flow> flow;  ///< none: it keeps it
  bool never_back = false;   ///< a queue that it has flowed out of would have had it
};

/// The queues' part of docs/routing.md, "Closed, emergency, nobody there, overflow", asked anew for each contact.
class Flows {
 public:
  /// `entering`: it has just come to this queue. `hears`: its switch can play a message to it.
  static Answer ask(const World& world, ContactId id, bool entering, bool hears, Instant now) {
    const Waiting* one = world.waiting(id);
    if (!one || !one->stands() || !world.is_known(one->visit.queue)) return {};
    Flows asked{world, id, *one, entering, hears, now};
    for (const auto question : {&Flows::emergency, &Flows::closed, &Flows::no_agents, &Flows::overflow})
      if (!asked.answer_.flow) (asked.*question)();  // what is asked first wins
    return asked.answer_;
  }

  /// Contacts that wait and would be sent on now.
  static std::vector<ContactId> due(const World& world, Instant now, const auto& hears) {
    std::vector<ContactId> all;
    for (const auto& [id, one] : world.waiting())
      if (ask(world, id, false, hears(id), now).flow) all.push_back(id);
    return all;
  }

  /// It has heard that the queue is closed, was kept because it opened, and the queue has closed again.
  static bool outlives_hours(const World& world, const Waiting& one, Instant now) {
    const journal::Hours* hours = world.hours(world.queue(one.visit.queue).hours);
    const auto heard = one.heard.find(journal::TreatedFor::closed);
    return hours && heard != one.heard.end() && !is_open(*hours, world.time_zone(), now) &&
           is_open_within(*hours, world.time_zone(), heard->second, now);
  }

  /// Contacts that hear a message which should be over.
  static std::vector<ContactId> late_messages(const World& world, Instant now) {
    std::vector<ContactId> late;
    for (const auto& [id, one] : world.waiting())
      if (one.hears && one.hears->until <= now) late.push_back(id);
    return late;
  }

  /// What the journal says of it, up to the next visit if there is one.
  static std::vector<journal::Body> facts(const Waiting& one, const Flow& flow, Instant now) {
    const auto& visit = one.visit;
    const auto why = treatment_of(flow.by);
    if (flow.message) return {journal::VisitTreated{visit.visit, *why, now + std::chrono::minutes(2)}};
    std::vector<journal::Body> all;
    // The last treatment that is named is the one that the visit ended by. Named is one with a message, one that hangs up, and one after another.
    if (why && one.treated != why && (flow.hang_up || one.treated)) all.push_back(journal::VisitTreated{visit.visit, *why, now});
    all.push_back(
        journal::VisitEnded{visit.visit, visit.queue, why ? journal::VisitEnd::flow_closed : journal::VisitEnd::flow_overflow, waited(one, now)});
    return all;
  }

  /// What is written down of the wait of a contact that its queue has kept at its entry: of all of it, from its place.
  static std::optional<journal::VisitChanged> estimated(const World& world, ContactId id, Instant now) {
    const Waiting* one = world.waiting(id);
    if (!one || !one->stands() || !world.queue(one->visit.queue).estimates) return std::nullopt;
    const auto still = estimate(world, id, now);
    if (!still) return std::nullopt;
    return journal::VisitChanged{.visit = one->visit.visit, .what = journal::VisitChanged::What::estimated, .estimate = waited(*one, now) + *still};
  }

 private:
  Flows(const World& world, ContactId id, const Waiting& one, bool entering, bool hears, Instant now)
      : world_(world), id_(id), one_(one), rules_(world.queue(one.visit.queue)), entering_(entering), hears_(hears), now_(now) {}

  static std::optional<journal::TreatedFor> treatment_of(FlowsBy by) {
    switch (by) {
      case FlowsBy::emergency: return journal::TreatedFor::emergency;
      case FlowsBy::closed: return journal::TreatedFor::closed;
      case FlowsBy::no_agents: return journal::TreatedFor::no_agents;
      default: return std::nullopt;
    }
  }
  static Duration waited(const Waiting& one, Instant now) { return std::max(now - one.visit.entered_at, Duration::zero()); }

  void emergency() {
    if (world_.is_in_emergency(rules_.id)) treat(FlowsBy::emergency, rules_.emergency);
  }

  /// Asked at its entry; and after its message once more, unless the queue has been open meanwhile: who waits when it closes is served.
  void closed() {
    const journal::Hours* hours = world_.hours(rules_.hours);
    if (!hours || is_open(*hours, world_.time_zone(), now_)) return;
    const bool has_heard = one_.heard.contains(journal::TreatedFor::closed);
    if (entering_ || (has_heard && !outlives_hours(world_, one_, now_))) treat(FlowsBy::closed, rules_.closed);
  }

  /// At its entry, and after the message, who could serve it; while it waits whoever serves its channel here.
  void no_agents() {
    const bool its_own = entering_ || one_.heard.contains(journal::TreatedFor::no_agents);
    const bool somebody = std::ranges::any_of(world_.agents(), [&](const Person& agent) {
      if (!world_.is_signed_in(agent)) return false;
      return its_own ? World::could_serve(one_, agent) : agent.member(rules_.id) && agent.capacity.at(one_.visit.channel) > 0;
    });
    if (!somebody) treat(FlowsBy::no_agents, rules_.no_agents);
  }

  void overflow() {
    for (const journal::Overflow& rule : rules_.overflow) {
      if (answer_.flow) return;
      if (rule.after > Duration::zero()) {
        if (now_ - one_.visit.entered_at >= rule.after) send(FlowsBy::wait, rule.to, rule.keeps_place);
      } else if (entering_ && rule.longer_than > 0) {
        if (before_it() > rule.longer_than) send(FlowsBy::length, rule.to, rule.keeps_place);
      } else if (entering_ && rule.estimate > Duration::zero()) {
        if (const auto wait = estimate(world_, id_, now_); wait && *wait > rule.estimate) send(FlowsBy::estimate, rule.to, rule.keeps_place);
      }
    }
  }

  /// Who waits here, without an offer and not aside, beside this contact.
  std::int64_t before_it() const {
    return std::ranges::count_if(
        world_.waiting(), [&](const auto& other) { return other.first != id_ && other.second.visit.queue == rules_.id && other.second.stands(); });
  }

  void treat(FlowsBy by, const journal::Treatment& treatment) {
    using Action = journal::Treatment::Action;
    if (hears_ && !treatment.message.empty() && !one_.heard.contains(*treatment_of(by))) answer_.flow = Flow{.by = by, .message = true};
    else if (treatment.action == Action::queue) send(by, treatment.to, true);
    else if (treatment.action != Action::wait) answer_.flow = Flow{.by = by, .hang_up = treatment.action == Action::hang_up};
  }
  void send(FlowsBy by, const QueueId& to, bool keeps_place) {
    if (to == rules_.id || !world_.is_known(to)) return;
    if (world_.has_left(id_, to)) answer_.never_back = true;
    else answer_.flow = Flow{.by = by, .to = to, .keeps_place = keeps_place};
  }

  const World& world_;
  const ContactId id_;
  const Waiting& one_;
  const journal::Queue& rules_;
  const bool entering_, hears_;
  const Instant now_;
  Answer answer_;
};

}  // namespace callwright::routing_oracle
