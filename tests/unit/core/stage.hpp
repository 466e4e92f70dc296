#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/core.hpp"

/// A small stage for the core: one switch, two agents, one queue, and words for what phones do. Everything it concluded is
/// kept, and after each step the invariants and the fold are checked.
namespace callwright::core::stage {

using namespace std::chrono_literals;

inline const SwitchId kSwitch{"pbx"};
inline const AgentId kSofia{"sofia"}, kDaniel{"daniel"};
inline const QueueId kRepairs{"repairs"};

inline std::shared_ptr<const journal::Centre> centre() {
  auto centre = std::make_shared<journal::Centre>();
  centre->version = 1;
  centre->skills = {{SkillId{"repairs"}, "Repairs", ""}};
  journal::Queue queue;
  queue.id = kRepairs;
  queue.requirements = {{SkillId{"repairs"}, journal::Requirement::Kind::required, 50, 3}};
  queue.ring_timeout = 20s;
  queue.exclude_after_rona = 60s;
  queue.wrap_up = 30s;
  centre->queues = {queue};
  centre->agents = {{kSofia, "Sofia", kSwitch, "1001", {}, {{SkillId{"repairs"}, 90}}, {{kRepairs, 0}}},
                    {kDaniel, "Daniel", kSwitch, "1002", {}, {{SkillId{"repairs"}, 60}}, {{kRepairs, 0}}}};
  journal::Switch sw;
  sw.id = kSwitch;
  sw.kind = "feed";
  centre->switches = {sw};
  centre->entries = {{kSwitch, "4001", kRepairs}};
  centre->pause_reasons = {{"break", "Break", "休息"}};
  centre->dispositions = {{"solved", "Solved", "已解决", "", ""}};
  return centre;
}

class Stage {
 public:
  Stage() { begin(1); }
  explicit Stage(std::shared_ptr<const journal::Centre> document) : document(std::move(document)) { begin(1); }

  Output step(InputBody body) {
    now = now + Duration{1000};
    Output out = core->step({now, std::move(body)});
    for (const auto& fact : out.facts) journal.push_back(fact);
    for (const auto& command : out.commands)
      EXPECT_TRUE(command_ids.insert({command.epoch, command.id}).second) << "a command id came twice: the switch would take the second for a repeat";
    if (!out.commands.empty() && std::ranges::any_of(document->queues, [](const journal::Queue& queue) { return queue.observed.has_value(); }))
      for (const auto& command : out.commands)
        if (const auto about = contact(command.contact)) EXPECT_FALSE(about->observed) << "a switch was told something about a contact that it routes";
    EXPECT_EQ(core->violations(), std::vector<std::string>{});
    if (++steps % fold_every == 0) EXPECT_EQ(folded()->digest(), core->digest()) << "the fold differs from the live state";
    for (const auto& view : out.views)
      if (const auto* queue = std::get_if<QueueView>(&view)) shown_queue = *queue;
    last = out;
    return out;
  }
  Output event(cti::model::SwitchEventBody body) {
    return step(cti::model::SwitchEvent{kSwitch, {link + std::to_string(feeds() ? boot : epoch), std::to_string(++events)}, {}, std::move(body)});
  }
  bool feeds() const { return link.starts_with("feed:"); }  ///< then its events count from 1 in each boot epoch
  Output ask(const AgentId& agent, RequestBody body, std::string id = {}) {
    if (id.empty()) id = "r" + std::to_string(++requests);
    return step(Request{7, "user:" + agent.value, std::move(id), agent, std::move(body)});
  }
  /// Lets time pass, waking the core whenever it wants to be.
  void wait(Duration length) {
    const Instant end = now + length;
    while (auto due = core->next_due()) {
      if (*due > end) break;
      now = std::max(now, *due - Duration{1000});
      step(TimerDue{});
    }
    now = end;
  }

  void open_link(cti::model::Snapshot snapshot = {}) {
    step(LinkDeclared{kSwitch, {true, true, true, true}});
    event(cti::model::LinkOpened{boot});
    event(std::move(snapshot));
  }
  void make_ready(const AgentId& agent) {
    ask(agent, SignIn{});
    ask(agent, SetState{journal::AgentState::ready, {}});
  }
  /// A caller arrives, is known, and waits or is offered.
  ContactId arrive(const std::string& native = "c1", const std::string& ani = "+441632960001") {
    cti::model::LegCreated leg;
    leg.native_id = native;
    leg.device = "trunk";
    leg.device_class = cti::model::DeviceClass::trunk;
    leg.ani = ani;
    leg.dnis = "4001";
    const auto opened = event(leg).facts;
    ContactId contact;
    for (const auto& fact : opened)
      if (std::holds_alternative<journal::ContactOpened>(fact.body)) contact = fact.contact;
    event(cti::model::RouteAsked{native, "4001"});
    step(CustomerFound{contact, journal::Match::known, CustomerId{42}, {}, ani, std::make_shared<const std::string>("{}")});
    return contact;
  }
  /// The phone that the last `Ring` command named begins to ring; returns its native id.
  std::string ring() {
    const auto command = find_command<cti::model::Ring>();
    EXPECT_TRUE(command) << "nothing was asked to ring";
    if (!command) return {};
    const auto& ring = std::get<cti::model::Ring>(command->body);
    cti::model::LegCreated leg;
    leg.native_id = "a" + std::to_string(ring.offer.value);
    leg.device = ring.device;
    leg.device_class = cti::model::DeviceClass::station;
    leg.tokens = {command->contact, ring.offer, epoch};
    event(leg);
    event(cti::model::LegStateSeen{leg.native_id, journal::LegState::alerting});
    return leg.native_id;
  }
  void pick_up(const std::string& native, const std::string& customer = "c1") {
    event(cti::model::LegStateSeen{native, journal::LegState::connected});
    EXPECT_TRUE(find_command<cti::model::Bridge>()) << "nobody was bridged";
    event(cti::model::LegEnteredBridge{customer, "b-" + customer});
    event(cti::model::LegEnteredBridge{native, "b-" + customer});
  }
  Output hang_up(const std::string& native, journal::Cause cause = journal::Cause::normal) { return event(cti::model::LegGone{native, cause, 16, "", journal::EndedBy::unknown}); }

  /// kill -9: everything but the journal is gone.
  void kill_and_restart() {
    core = folded(++epoch);
    step(CentreChanged{document});
  }

  template <class Body>
  std::optional<cti::model::Command> find_command() const {
    for (const auto& command : last.commands)
      if (std::holds_alternative<Body>(command.body)) return command;
    return {};
  }
  template <class Body>
  std::vector<Body> facts() const {
    std::vector<Body> all;
    for (const auto& fact : journal)
      if (const auto* body = std::get_if<Body>(&fact.body)) all.push_back(*body);
    return all;
  }
  /// The last view of an entity that a step showed.
  AgentView agent(const AgentId& id) const {
    for (const auto& view : core->all_views())
      if (const auto* agent = std::get_if<AgentView>(&view); agent && agent->agent == id) return *agent;
    return {};
  }
  std::optional<ContactView> contact(ContactId id) const {
    for (const auto& view : core->all_views())
      if (const auto* contact = std::get_if<ContactView>(&view); contact && contact->contact == id) return *contact;
    return {};
  }
  QueueView queue() const {
    for (const auto& view : core->all_views())
      if (const auto* queue = std::get_if<QueueView>(&view)) return *queue;
    return {};
  }
  std::unique_ptr<Core> folded(std::int64_t with_epoch = 1) const {
    auto other = std::make_unique<Core>(with_epoch);
    for (const auto& fact : journal) other->fold(fact);
    return other;
  }

  std::shared_ptr<const journal::Centre> document = centre();
  std::unique_ptr<Core> core;
  std::vector<journal::Fact> journal;
  std::set<std::pair<std::int64_t, cti::model::CommandId>> command_ids;
  Output last;
  QueueView shown_queue;  ///< the newest that pages were told
  Instant now{1'795'000'000'000'000};
  std::string link = "link:pbx/";  ///< the source of what the switch says, without its number
  std::int64_t epoch = 1, boot = 100, events = 0, requests = 0;
  std::int64_t steps = 0, fold_every = 1;  ///< long scripts need not fold all of it after each step

 private:
  void begin(std::int64_t first_epoch) {
    core = std::make_unique<Core>(first_epoch);
    step(CentreChanged{document});
  }
};

inline Stage with_two_ready() {
  Stage stage;
  stage.open_link();
  stage.make_ready(kSofia);
  stage.make_ready(kDaniel);
  return stage;
}

inline cti::model::SnapshotLeg caller_on_switch(const std::string& native, const std::string& bridge = {}) {
  cti::model::SnapshotLeg leg;
  leg.leg = {native, "trunk", cti::model::DeviceClass::trunk, journal::Direction::inbound, "+441632960001", "", "4001", {}};
  leg.state = journal::LegState::connected;
  leg.bridge = bridge;
  return leg;
}

inline cti::model::SnapshotLeg phone_on_switch(const std::string& native, ContactId contact, OfferId offer, journal::LegState state, const std::string& bridge = {}) {
  cti::model::SnapshotLeg leg;
  leg.leg.native_id = native;
  leg.leg.device = "1001";
  leg.leg.device_class = cti::model::DeviceClass::station;
  leg.leg.tokens = {contact, offer, 1};
  leg.state = state;
  leg.bridge = bridge;
  return leg;
}

template <class Body>
std::vector<Body> said(const Output& out) {
  std::vector<Body> all;
  for (const auto& command : out.commands)
    if (const auto* body = std::get_if<Body>(&command.body)) all.push_back(*body);
  return all;
}

inline cti::model::SnapshotLeg asking(const std::string& native) {
  auto leg = caller_on_switch(native);
  leg.asks_route = true;
  leg.entry = "4001";
  return leg;
}

}  // namespace callwright::core::stage
