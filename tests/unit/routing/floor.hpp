#pragma once
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "base/id_mint.hpp"
#include "journal/centre.hpp"
#include "journal/fact.hpp"
#include "routing/engine.hpp"

namespace callwright::routing {

using namespace std::chrono_literals;
using journal::AgentState;
using journal::OfferEnd;
using journal::VisitEnd;

inline journal::Requirement required(std::string skill, int min_level, int weight = 1) {
  return {SkillId{std::move(skill)}, journal::Requirement::Kind::required, min_level, weight};
}
inline journal::Requirement preferred(std::string skill, int weight = 1) {
  return {SkillId{std::move(skill)}, journal::Requirement::Kind::preferred, 0, weight};
}
inline journal::Agent agent(std::string name, std::initializer_list<std::pair<const char*, int>> skills,
                            std::initializer_list<std::pair<const char*, int>> queues) {
  journal::Agent one;
  one.id.value = name;
  one.name = name;
  one.switch_id.value = "pbx";
  one.device = "PJSIP/" + name;
  for (auto [skill, level] : skills) one.skills.push_back({SkillId{skill}, level});
  for (auto [queue, rank] : queues) one.queues.push_back({QueueId{queue}, rank});
  return one;
}
inline journal::Queue queue(std::string name, std::vector<journal::Requirement> requirements = {}) {
  journal::Queue one;
  one.id.value = name;
  one.name = name;
  one.requirements = std::move(requirements);
  return one;
}

/// An engine with a clock, a mint and a journal in memory.
struct Floor final : journal::FactSink {
  Engine engine;
  IdMint mint;
  Instant now{1'700'000'000'000'000};
  std::vector<journal::Fact> facts;
  journal::Centre centre;

  void emit(ContactId contact, journal::Body body) override {
    journal::Fact fact;
    fact.seq = static_cast<std::int64_t>(facts.size()) + 1;
    fact.at = now;
    fact.contact = contact;
    fact.body = std::move(body);
    facts.push_back(fact);
    engine.apply(fact);
  }

  void open(journal::Centre wanted) {
    centre = std::move(wanted);
    engine.configure(centre);
    engine.switch_state({"pbx"}, true);
    for (const auto& one : centre.agents) ready(one.id.value);
  }
  void ready(const std::string& name) { set(name, AgentState::ready); }
  void set(const std::string& name, AgentState state, const std::string& reason = {}) { engine.set_state({name}, state, reason, now, *this); }
  Result<void> enter(std::int64_t contact, const std::string& queue) { return engine.enter({contact}, {"pbx"}, {queue}, now, now, *this); }
  void match() {
    mint.advance(now);
    engine.match(now, mint, *this);
  }
  void pass(Duration by) {
    now = now + by;
    engine.expire(now, *this);
    match();
  }

  /// Name of the agent whom the contact is offered to; empty if nobody.
  std::string offered(std::int64_t contact) const {
    const Offer* offer = engine.offer_of({contact});
    return offer ? offer->agent.value : std::string();
  }
  OfferId offer_of(std::int64_t contact) const { return engine.offer_of({contact})->id; }
  AgentState state(const std::string& name) const { return engine.agent({name})->state.state; }
  std::string reason(const std::string& name) const { return engine.agent({name})->state.reason; }

  /// Facts of one kind, in order.
  template <class Body>
  std::vector<Body> all() const {
    std::vector<Body> found;
    for (const auto& fact : facts)
      if (const auto* body = std::get_if<Body>(&fact.body)) found.push_back(*body);
    return found;
  }
  template <class Body>
  Body last() const {
    return all<Body>().back();
  }
};

}  // namespace callwright::routing
