#pragma once
#include <string>
#include <utility>
#include <vector>

#include "cti/model/model.hpp"

namespace callwright::cti::model {

inline const SwitchId kSwitch{"lab"};
inline const Instant kStart{1'760'000'000'000'000};

/// A model with its sink: completes facts, applies them, keeps them. What the core does, and no more.
struct Switchboard : journal::FactSink {
  Model model;
  IdMint mint;
  Instant now = kStart;
  std::vector<journal::Fact> facts;

  Switchboard() { model.know_devices({{"PJSIP/a1", AgentId{"ann"}}, {"PJSIP/a2", AgentId{"bob"}}, {"PJSIP/a3", AgentId{"cem"}}}, kSwitch); }

  void emit(ContactId contact, journal::Body body) override {
    facts.push_back({static_cast<std::int64_t>(facts.size()) + 1, now, contact, {"test", "1"}, 0, std::move(body)});
    const journal::Fact fact = facts.back();
    model.apply(fact);
  }

  /// What this event led to.
  std::vector<journal::Body> on(SwitchEventBody body) {
    mint.advance(now);
    const std::size_t before = facts.size();
    model.on({kSwitch, {"link:lab/1", "1"}, {}, std::move(body)}, now, mint, *this);
    std::vector<journal::Body> led_to;
    for (std::size_t i = before; i < facts.size(); ++i) led_to.push_back(facts[i].body);
    return led_to;
  }
  void pass(Duration time) { now = now + time; }

  /// As a restart does: a second board with the facts of this one.
  void fold(const std::vector<journal::Fact>& all) {
    for (const journal::Fact& fact : all) {
      model.apply(fact);
      mint.observe(fact.contact.value);
      if (const auto* leg = std::get_if<journal::LegStarted>(&fact.body)) mint.observe(leg->leg.value);
      if (const auto* call = std::get_if<journal::CallStarted>(&fact.body)) mint.observe(call->call.value);
    }
    facts = all;
  }

  const Leg& leg(const std::string& native_id) const { return *model.leg_of(kSwitch, native_id); }
  ContactId contact_of(const std::string& native_id) const {
    const Leg* found = model.leg_of(kSwitch, native_id);
    return found ? found->contact : ContactId{};
  }
};

inline std::vector<journal::Kind> kinds(const std::vector<journal::Body>& bodies) {
  std::vector<journal::Kind> all;
  for (const auto& body : bodies) all.push_back(journal::kind_of(body));
  return all;
}

inline LegCreated caller(const std::string& native_id) {
  return {native_id, "PJSIP/trunk", DeviceClass::trunk, journal::Direction::inbound, "+44123", "Mrs Fox", "800", {}};
}
inline LegCreated phone(const std::string& native_id, const std::string& device, Tokens tokens = {}) {
  return {native_id, device, DeviceClass::station, journal::Direction::outbound, "", "", "", tokens};
}
inline LegCreated half(const std::string& native_id, Tokens tokens = {}) {
  return {native_id, "Local/1@x", DeviceClass::local_half, journal::Direction::outbound, "", "", "", tokens};
}
inline LegGone gone(const std::string& native_id, journal::Cause cause = journal::Cause::normal, std::int32_t raw = 16) {
  return {native_id, cause, raw, "", journal::EndedBy::unknown};
}

/// A caller and agent a1's phone rung for him with offer 7, not yet joined.
inline ContactId ring(Switchboard& board, const std::string& customer = "c", const std::string& agent = "a") {
  board.on(LinkOpened{1});
  board.on(caller(customer));
  board.on(RouteAsked{customer, "800"});
  const ContactId contact = board.contact_of(customer);
  board.emit(contact, journal::OfferMade{.offer = {7}, .agent = {"ann"}, .switch_id = kSwitch, .device = "PJSIP/a1"});
  board.on(phone(agent, "PJSIP/a1", {contact, {7}, 1}));
  return contact;
}

/// ... and talking in bridge b.
inline ContactId talk(Switchboard& board) {
  const ContactId contact = ring(board);
  board.on(LegStateSeen{"c", journal::LegState::connected});
  board.on(LegStateSeen{"a", journal::LegState::connected});
  board.on(LegEnteredBridge{"c", "b"});
  board.on(LegEnteredBridge{"a", "b"});
  return contact;
}

}  // namespace callwright::cti::model
