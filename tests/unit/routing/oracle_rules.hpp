#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "oracle.hpp"

namespace callwright::routing_oracle {
using namespace std::chrono_literals;
using journal::AgentState;
using journal::Channel;
using journal::Gate;
using journal::OfferEnd;
using journal::Strategy;
using journal::TermKind;
using journal::VisitEnd;
using Kind = journal::Requirement::Kind;
using What = journal::VisitChanged::What;
using Why = journal::Favour::Why;
using testing::ElementsAre;
using testing::IsEmpty;

/// A queue and two agents with the same skills, ann first by name, for the rules of docs/routing.md one by one: facts made by hand, and whom the
/// oracle chooses.
struct OracleRules : testing::Test {
  Oracle oracle;
  journal::Centre centre;
  Instant now{1'700'000'040'000'000};  // a whole tick
  std::int64_t seq = 0;

  OracleRules() {
    centre.queues = {{.id = {"sales"}, .age_per_minute = 0, .idle_per_minute = 0}};
    centre.agents = {person("ann"), person("bob")};
    oracle.link({"pbx"}, true);
    configure();
    for (const char* name : {"ann", "bob"}) state(name, AgentState::ready);
  }
  static journal::Agent person(const std::string& name) {
    return {.id = {name}, .switch_id = {"pbx"}, .device = name, .skills = {{{"boiler"}, 50}, {{"chinese"}, 20}}, .queues = {{{"sales"}}}};
  }
  journal::Queue& sales() { return centre.queues.front(); }
  journal::Agent& ann() { return centre.agents[0]; }
  journal::Agent& bob() { return centre.agents[1]; }
  void configure() { oracle.configure(centre); }

  void tell(std::int64_t contact, journal::Body body) { oracle.apply({.seq = ++seq, .at = now, .contact = {contact}, .body = std::move(body)}); }
  void state(const std::string& name, AgentState wanted) {
    tell(0, journal::AgentStateChanged{.agent = {name}, .state = wanted, .idle_since = wanted == AgentState::ready ? now : Instant{}});
  }
  void enter(std::int64_t contact, journal::VisitStarted visit = {}) {
    visit.visit = 1;
    if (!visit.queue) visit.queue = {"sales"};
    if (!visit.entered_at.us) visit.entered_at = now;
    tell(contact, std::move(visit));
  }
  void offer(std::int64_t contact, const std::string& name, std::int32_t share = 0) {
    tell(contact, journal::OfferMade{.queue = {"sales"}, .agent = {name}, .agent_share = share});
  }
  void fail(std::int64_t contact, const std::string& name, OfferEnd how, Duration avoided = {}) {
    tell(contact, journal::OfferEnded{{}, {name}, how, avoided > Duration::zero() ? now + avoided : Instant{}});
  }
  void leave(std::int64_t contact, VisitEnd how, Duration waited) { tell(contact, journal::VisitEnded{1, {"sales"}, how, waited}); }
  void change(std::int64_t contact, What what, std::int32_t number = 0) {
    tell(contact, journal::VisitChanged{.visit = 1, .what = what, .step = number, .points = number});
  }

  std::string chosen() const {
    const auto choice = oracle.next(now);
    return choice ? std::to_string(choice->contact.value) + " " + choice->agent.value : "nobody";
  }
  /// Milli-points of each term of this kind that the chosen pair has, or another agent of the three with the chosen contact.
  std::vector<std::int64_t> points(TermKind kind, const std::string& name = {}) const {
    std::vector<std::int64_t> all;
    for (const auto& one : oracle.next(now)->best)
      if (one.agent.value == (name.empty() ? oracle.next(now)->agent.value : name))
        for (const auto& term : one.terms)
          if (term.kind == kind) all.push_back(term.points);
    return all;
  }
  std::vector<TermKind> kinds() const {
    std::vector<TermKind> all;
    for (const auto& term : oracle.next(now)->best.front().terms) all.push_back(term.kind);
    return all;
  }
  std::vector<int> gates() const {
    std::vector<int> left;
    for (const auto& gate : oracle.next(now)->gates) left.push_back(gate.left);
    return left;
  }
};

}  // namespace callwright::routing_oracle
