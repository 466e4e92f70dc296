#pragma once
#include "tests/unit/core/stage.hpp"

/// The stage's centre with callbacks, and words for what a called customer's phone does.
namespace callwright::core::stage {

inline const std::string kCaller = "+441632960001";

template <class Change>
std::shared_ptr<const journal::Centre> calling_centre(Change change) {
  auto changed = std::make_shared<journal::Centre>(*centre());
  journal::CallbackRules& rules = changed->queues.front().callback;
  rules.offered = true;
  rules.attempts = 2;
  rules.retry = 5min;
  rules.ring = 30s;
  rules.keep = 8h;
  changed->switches.front().dial = "trunk";
  changed->switches.front().shown_number = "+441632960999";
  change(*changed);
  return changed;
}
inline std::shared_ptr<const journal::Centre> calling_centre() {
  return calling_centre([](journal::Centre&) {});
}

inline void declare_dial(Stage& stage) {
  stage.step(LinkDeclared{kSwitch, {.observe = true, .control = true, .route = true, .answer = true, .dial = true}});
}

/// Nobody is ready yet.
template <class Change>
Stage calling(Change change) {
  Stage stage;
  stage.step(CentreChanged{calling_centre(change)});
  stage.open_link();
  declare_dial(stage);
  return stage;
}
inline Stage calling() {
  return calling([](journal::Centre&) {});
}

/// Somebody at the desk asks.
inline Result<void> desk_asks(Stage& stage, RequestBody body, const std::string& id = {}) {
  const std::string request = id.empty() ? "d" + std::to_string(++stage.requests) : id;
  const Output out = stage.step(Request{7, "token:web", request, {}, std::move(body)});
  return out.replies.at(0).result;
}

/// A caller waits, asks for a callback and hangs up.
inline ContactId leaves_for_a_callback(Stage& stage) {
  const ContactId contact = stage.arrive();
  EXPECT_TRUE(desk_asks(stage, AskCallback{.contact = contact, .queue = {}, .number = {}, .due = {}, .agent = {}, .note = {}}));
  stage.hang_up("c1");
  return contact;
}

/// The customer's phone that the last `Dial` named begins to ring; its native id.
inline std::string customer_rings(Stage& stage) {
  const auto command = stage.find_command<cti::model::Dial>();
  EXPECT_TRUE(command) << "nobody was called";
  if (!command) return {};
  cti::model::LegCreated leg;
  leg.native_id = "out" + std::to_string(command->id.seq);
  leg.device = "trunk";
  leg.device_class = cti::model::DeviceClass::trunk;
  leg.direction = journal::Direction::outbound;
  leg.tokens = {command->contact, {}, command->epoch};
  stage.event(leg);
  stage.event(cti::model::LegStateSeen{leg.native_id, journal::LegState::alerting});
  return leg.native_id;
}

/// The agent's phone rings and he picks up: his customer is called.
inline std::string picks_up(Stage& stage) {
  const std::string phone = stage.ring();
  stage.event(cti::model::LegStateSeen{phone, journal::LegState::connected});
  return phone;
}

/// Lets time pass until an agent's phone is asked to ring.
inline void wait_for_a_ring(Stage& stage) {
  for (int steps = 0; steps < 100 && !stage.find_command<cti::model::Ring>(); ++steps) {
    const auto due = stage.core->next_due();
    if (!due) return;
    stage.now = std::max(stage.now, *due - Duration{1000});
    stage.step(TimerDue{});
  }
}

inline void talk(Stage& stage, const std::string& customer, const std::string& agent) {
  stage.event(cti::model::LegEnteredBridge{customer, "b-" + customer});
  stage.event(cti::model::LegEnteredBridge{agent, "b-" + customer});
}

}  // namespace callwright::core::stage
